"""The country before it is written down: people, cast, chains, events, hubs."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from maillon.training import cast, events, plant
from maillon.training.cast import Cast
from maillon.training.events import Group, Hubs
from maillon.training.hand import Facts
from maillon.training.names import Names, names
from maillon.training.people import People, populate
from maillon.training.plant import Chain
from maillon.training.rates import FIRST_DAY, Rates, rates
from maillon.training.ties import Ties, draw_ties
from maillon.training.variant import USUAL, Variant


@dataclass(frozen=True, slots=True)
class World:
    """All that is true of one country.

    Attributes:
        groups: Groups and events by channel, see `rates.CHANNELS`.
        ties: All ties, those of the chains last.
    """

    rates: Rates
    names: Names
    people: People
    cast: Cast
    chains: list[Chain]
    ties: Ties
    groups: dict[str, list[Group]]
    hubs: Hubs
    facts: Facts
    variant: Variant = USUAL


def make_world(
    persons: int, rng: np.random.Generator, avoid: frozenset[str], variant: Variant = USUAL
) -> World:
    """Return a country of ``persons`` inhabitants."""
    sizes = variant.rates(rates(persons))
    pools = names()
    people = populate(rng, sizes, pools, avoid)
    who = cast.choose(rng, people, sizes)
    background = draw_ties(rng, people, sizes, np.array(sorted(who.inmates)))
    background = variant.recorded(rng, background)
    chains = plant.plant(rng, people, sizes, who, variant)
    ties = background.followed_by(plant.planted_ties(chains))
    found = events.share_values(people, events.groups(rng, people, who, ties))
    hubs = events.hubs(rng, people, sizes, who, chains)
    by_channel: dict[str, list[Group]] = defaultdict(list)
    for group in found:
        by_channel[group.channel].append(group)
    return World(
        sizes, pools, people, who, chains, ties, dict(by_channel), hubs, Facts(people), variant
    )


def day_of(day: float) -> date:
    """Return the date of a day counted from the first."""
    return date.fromordinal(FIRST_DAY + int(day))


def moment_of(day: float) -> datetime:
    """Return date and time, to the second, between 7 and 21 o'clock."""
    start = datetime.combine(day_of(day), datetime.min.time())
    return start + timedelta(seconds=25_200 + int((day % 1) * 50_400))
