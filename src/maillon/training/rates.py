"""How large a country is and how often things happen in it.

One frozen dataclass, derived from its number of persons.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

FIRST_DAY: Final = date(2023, 11, 1).toordinal()
LAST_DAY: Final = date(2026, 10, 31).toordinal()
DAYS: Final = LAST_DAY - FIRST_DAY
"""The three years on which the agencies report."""

GAP_DAYS: Final = 10.0
"""Mean days between two hops of a planted chain."""
SPREAD_DAYS: Final = 5.0
"""Scale (days) of the events of one tie around its middle, planted or not."""

CHANNELS: Final = (
    "call",
    "payment",
    "visit",
    "booking",
    "cell",
    "codirector",
    "consignee",
    "case",
    "firearm",
    "account",
    "phone",
    "address",
)
"""Every channel by its bit."""
BIT: Final = {name: bit for bit, name in enumerate(CHANNELS)}
SHARES: Final = (0.14, 0.22, 0.06, 0.15, 0.04, 0.09, 0.07, 0.11, 0.02, 0.03, 0.03, 0.04)
"""How often a tie, planted or not, uses each channel."""
SEEN: Final = (
    0.086, 0.133, 0.034, 0.260, 0.058, 0.138, 0.049, 0.167, 0.012, 0.021, 0.018, 0.024,
)  # fmt: skip
"""How often a planted hop uses each channel.

`SHARES` times the mean number of pairs in the group behind it.

A channel of large groups joins more pairs than ties; drawn so, the channel of a single hop gives
nothing away.
"""
LASTING: Final = frozenset({"firearm", "account", "phone", "address", "codirector"})
"""Channels whose witness says little about the day."""


def happens(rng: np.random.Generator, share: float) -> bool:
    """Return True in ``share`` (0 to 1) of the calls."""
    return bool(rng.random() < share)


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts and shares of one country.

    Attributes:
        persons: Inhabitants.
        terror: Persons on the terrorism list.
        groups: Groups on that list.
        crime: Persons with a topic of organised crime in the police file.
        planted: Planted chains.
        decoys: Decoy chains, a third of each kind.
        inmates: Persons who were in prison within the three years.
        ties: Working ties of the background.
        signature: Share of ties with one, two and three channels.
        planted_signature: Share of planted hops with two, three and four channels.
        inside: Share of ties within one community.
        unrecorded: Planted chains of which one hop was seen by no agency.
        aliased: Share of planted chains that hang together through an alias only.
        banks: Reporting banks.
    """

    persons: int
    terror: int
    groups: int
    crime: int
    planted: int
    decoys: int
    inmates: int
    ties: int
    banks: int
    unrecorded: int
    signature: tuple[float, float, float] = (0.93, 0.06, 0.01)
    planted_signature: tuple[float, float, float] = (0.30, 0.45, 0.25)
    inside: float = 0.8
    aliased: float = 0.25


def rates(persons: int) -> Rates:
    """Return the rates of a country of ``persons`` inhabitants (1,000 to some millions).

    The anchors between 2,000 and 300,000 persons lie on the straight line between the two in
    logarithms.
    """
    step = float(np.clip(np.log(persons / 2000) / np.log(150), -0.3, 1.0))

    def between(small: float, large: float) -> int:
        return max(3, round(small * float(np.exp(step * np.log(large / small)))))

    planted = between(20, 40)
    return Rates(
        persons=persons,
        terror=between(25, 300),
        groups=between(4, 12),
        crime=between(80, 3000),
        planted=planted,
        decoys=between(21, 120) // 3 * 3,
        inmates=int(persons * 0.06),
        ties=int(persons * (2.3 - 1.05 * max(step, 0.0))),
        banks=between(3, 24),
        unrecorded=max(1, planted // 40),
    )
