"""Who is who: the anchors of terrorism and of organised crime, and the inmates."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np

from maillon.training.names import Ints, table
from maillon.training.people import NONE, People
from maillon.training.rates import Rates
from maillon.training.ties import weighted_sample


class Agency(IntEnum):
    """The agencies that keep records of persons."""

    POLICE = 0
    PRISON = 1
    FIU = 2
    API = 3
    CUSTOMS = 4
    COMPANIES = 5
    LIST = 6


AGENCIES_OF: Final = {
    "call": {Agency.PRISON},
    "visit": {Agency.PRISON},
    "cell": {Agency.PRISON},
    "payment": {Agency.FIU},
    "account": {Agency.FIU},
    "booking": {Agency.API},
    "codirector": {Agency.COMPANIES},
    "consignee": {Agency.CUSTOMS},
    "firearm": {Agency.CUSTOMS},
    "case": {Agency.POLICE},
    "phone": {Agency.POLICE, Agency.CUSTOMS},
    "address": {Agency.POLICE, Agency.COMPANIES},
}
"""Which agencies witness each channel."""


@dataclass(frozen=True, slots=True)
class Offence:
    """One line of the police's code list."""

    code: str
    text: str
    topic: str
    link_type: str


@dataclass(slots=True)
class Cast:
    """The persons who matter.

    Attributes:
        terror: Persons on the terrorism list, in the order of their reference numbers.
        crime: Persons with a serious offence that makes an anchor.
        offence: Offence by person of ``crime``.
        inmates: Persons who were in prison.
    """

    terror: Ints
    crime: Ints
    offence: dict[int, Offence]
    inmates: set[int] = field(default_factory=set)


def offences(*, serious: bool) -> tuple[list[Offence], list[float]]:
    """Return the serious or the other offences with their shares."""
    rows = [r for r in table("offences") if (r["serious"] == "1") == serious]
    return [Offence(r["code"], r["offence"], r["topic"], r["link_type"]) for r in rows], [
        float(r["share"]) for r in rows
    ]


def choose(rng: np.random.Generator, people: People, rates: Rates) -> Cast:
    """Return anchors and inmates: all of them from the same communities, by the same weight."""
    anchors = weighted_sample(rng, people.offender, rates.crime + rates.terror)
    order = rng.permutation(anchors)
    crime, terror = order[: rates.crime], order[rates.crime :]
    kinds, shares = offences(serious=True)
    drawn = rng.choice(len(kinds), size=len(crime), p=np.array(shares) / sum(shares))
    offence = {
        person: kinds[kind] for person, kind in zip(crime.tolist(), drawn.tolist(), strict=True)
    }
    inmates = weighted_sample(rng, people.offender, rates.inmates)
    _aliases(rng, people, anchors)
    return Cast(terror, np.sort(crime), offence, set(inmates.tolist()))


def _aliases(rng: np.random.Generator, people: People, anchors: Ints) -> None:
    """Give one person in fifty, and one anchor in six.

    A second name that one agency knows them by.
    """
    chance = np.full(people.size, 0.02)
    chance[anchors] = 0.16
    for person in np.flatnonzero((rng.random(people.size) < chance) & people.adult()).tolist():
        give_alias(rng, people, person, int(rng.integers(0, 6)))


def give_alias(rng: np.random.Generator, people: People, person: int, agency: int) -> None:
    """Let ``agency`` know ``person`` under the name of somebody else of the same sex and script."""
    alike = np.flatnonzero(
        (people.pool == people.pool[person]) & (people.male == people.male[person])
    )
    one, other = rng.choice(alike, 2)
    people.alias_given[person] = people.given[one]
    people.alias_family[person] = people.family[other]
    people.alias_agency[person] = agency
    people.sure[person] = True


def has_alias(people: People, person: int) -> bool:
    """Return whether a second name is known."""
    return bool(people.alias_agency[person] != NONE)
