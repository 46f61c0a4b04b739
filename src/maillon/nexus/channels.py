"""The channels by which two parties are seen to be in touch, and how telling each one is.

A channel is either *direct* (a relation entity names both sides), a *group* (two relation entities
name the same third thing), a *value* (two entities carry the same value), *named* (one entry names
another in its text), a *range* (two papers numbered next to each other), a *ride* (the same
journeys again and again) or a *wing* (one wing for long). The register channels explain a tie, they
never make one. `rules` says from which statements each is derived.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel.

    Attributes:
        code: As printed in a hop's ``type`` and ``channels``.
        bit: Place in a pair's channel mask.
        telling: Probability in (0, 1) that one such link, in a group of two, is a working contact;
            set by judgement.
        hub_limit: Largest group that makes links; a larger one is a hub.
        is_event: Whether its dates say when the two were in touch, not for how long something
            lasted.
        register: Whether it explains a tie instead of making one.
        modes: Codes of `vocabulary` modes that this channel shows.
        types: Codes of `vocabulary` link types that this channel shows by itself.
    """

    code: str
    bit: int
    telling: float
    hub_limit: int = 25
    is_event: bool = False
    register: bool = False
    modes: tuple[str, ...] = ()
    types: tuple[str, ...] = ()


CHANNELS: Final = {
    channel.code: channel
    for channel in (
        Channel("call", 0, 0.30, is_event=True, modes=("personal-tie",)),
        Channel("payment", 1, 0.35, is_event=True, modes=("transaction",)),
        Channel("visit", 2, 0.35, is_event=True, modes=("personal-tie", "prison-tie")),
        Channel("consignment", 3, 0.30, is_event=True, modes=("service",)),
        Channel("phone", 4, 0.45, hub_limit=12, modes=("personal-tie",)),
        Channel("email", 5, 0.45, hub_limit=12, modes=("personal-tie",)),
        Channel("address", 6, 0.15, modes=("personal-tie",)),
        Channel("booking", 7, 0.40, hub_limit=12, is_event=True, modes=("personal-tie",)),
        Channel("cell", 8, 0.35, hub_limit=12, modes=("prison-tie",)),
        Channel("codirector", 9, 0.30, modes=("alliance",), types=("misuse-companies",)),
        Channel("directorship", 10, 0.25, modes=("service",), types=("misuse-companies",)),
        Channel("case", 11, 0.35, is_event=True, modes=("convergence",)),
        Channel("firearm", 12, 0.50, hub_limit=12, modes=("transaction",), types=("arms",)),
        Channel("account", 13, 0.50, hub_limit=12, modes=("transaction",)),
        Channel("associate", 14, 0.40, modes=("alliance",)),
        Channel("device", 17, 0.50, hub_limit=5, modes=("personal-tie",)),
        Channel("card", 18, 0.50, hub_limit=5, modes=("transaction",)),
        Channel("vehicle", 19, 0.40, hub_limit=8, modes=("personal-tie",)),
        Channel("document-range", 20, 0.30, modes=("service",), types=("forged-documents",)),
        Channel("meeting", 21, 0.40, hub_limit=12, is_event=True, modes=("personal-tie",)),
        Channel("crew", 22, 0.25, hub_limit=30, is_event=True, modes=("personal-tie",)),
        Channel("flight", 23, 0.30, is_event=True, modes=("personal-tie",)),
        Channel("agent", 24, 0.35, modes=("service",)),
        Channel("wallet", 25, 0.50, hub_limit=8, modes=("transaction",)),
        Channel("message", 26, 0.30, is_event=True, modes=("personal-tie",)),
        Channel("control", 27, 0.30, modes=("alliance",), types=("misuse-companies",)),
        Channel("debt", 28, 0.35, modes=("transaction",)),
        Channel("listed", 29, 0.40, modes=("alliance",)),
        Channel("wing", 30, 0.10, hub_limit=6, modes=("prison-tie",)),
        Channel("family", 15, 0.02, register=True, modes=("personal-tie",)),
        Channel("employer", 16, 0.02, register=True, modes=("personal-tie",)),
    )
}
"""Every channel by code; the bits are part of the trained artefacts and are never reused."""

HOUSEHOLD: Final = frozenset({"address", "phone", "email"})
"""Channels that a home has by itself: a hop with no other one never completes a lead."""

PRIOR_WORKING: Final = 15
"""Working channels among which a working tie is taken to choose. Source: the models in ``models/``.

It does not grow with `CHANNELS`: a channel that no source delivers says nothing of the others.
"""

CODE_BY_BIT: Final = {channel.bit: code for code, channel in CHANNELS.items()}


def codes_of(mask: int) -> list[str]:
    """Return the channel codes of a mask, by bit, e.g. ``0b11`` gives ``["call", "payment"]``."""
    return [code for bit, code in sorted(CODE_BY_BIT.items()) if mask >> bit & 1]


def mask_of(codes: frozenset[str]) -> int:
    """Return the mask of some channel codes."""
    return sum(1 << CHANNELS[code].bit for code in codes)


STATED: Final = frozenset({"listed"})
"""Channels in which an authority states the tie itself: such a hop needs no second channel."""

REGISTER_MASK: Final = mask_of(frozenset(c.code for c in CHANNELS.values() if c.register))
HOUSEHOLD_MASK: Final = mask_of(HOUSEHOLD)
STATED_MASK: Final = mask_of(STATED)
EVENT_MASK: Final = mask_of(frozenset(c.code for c in CHANNELS.values() if c.is_event))
WORKING_MASK: Final = mask_of(frozenset(CHANNELS)) & ~REGISTER_MASK
"""Channels that can make a tie: all but the registers."""
