"""Working ties of the background, and the one place from which persons are drawn."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maillon.training.names import Floats, Ints
from maillon.training.people import Bools, People
from maillon.training.rates import BIT, CHANNELS, DAYS, LASTING, SHARES, Rates

PRISON: Final = (1 << BIT["call"]) | (1 << BIT["visit"]) | (1 << BIT["cell"])
"""Channels of which one end at least is in prison."""
CELL: Final = 1 << BIT["cell"]
DATED: Final = sum(1 << BIT[c] for c in CHANNELS if c not in LASTING)
OFFENDERS: Final = 0.06
"""Share of ties among people drawn by their weight as offenders: like knows like."""


@dataclass(frozen=True, slots=True)
class Draw:
    """Draws persons by weight, from everywhere or from one community.

    Attributes:
        cumulated: Running sum of the weights, with a leading zero.
        starts: First person of each community, and the number of persons at the end.
    """

    cumulated: Floats
    starts: Ints

    @classmethod
    def by(cls, people: People, weights: Floats) -> "Draw":
        """Return a draw by ``weights``, one a person."""
        communities = int(people.community[-1]) + 1
        starts = np.searchsorted(people.community, np.arange(communities + 1))
        return cls(np.concatenate([[0.0], np.cumsum(weights)]), np.asarray(starts, dtype=np.int64))

    def anywhere(self, rng: np.random.Generator, count: int) -> Ints:
        """Return ``count`` persons, doubles possible."""
        return self._at(rng.random(count) * self.cumulated[-1])

    def inside(self, rng: np.random.Generator, communities: Ints) -> Ints:
        """Return a person of each community; from anywhere where nobody there has weight."""
        low, high = (
            self.cumulated[self.starts[communities]],
            self.cumulated[self.starts[communities + 1]],
        )
        places = low + rng.random(len(communities)) * (high - low)
        empty = high <= low
        places[empty] = rng.random(int(empty.sum())) * self.cumulated[-1]
        return self._at(places)

    def _at(self, places: Floats) -> Ints:
        found = np.searchsorted(self.cumulated, places, side="right") - 1
        return np.asarray(np.minimum(found, len(self.cumulated) - 2), dtype=np.int64)


@dataclass(slots=True)
class Ties:
    """Arrays over ties: the two persons, a mask of channels (`BIT`), the middle day, and a mark.

    ``mark`` is 0 in the background, positive for a hop of a planted chain, negative for one of a
    decoy.
    """

    a: Ints
    b: Ints
    mask: Ints
    day: Floats
    mark: Ints

    def followed_by(self, other: "Ties") -> "Ties":
        """Return both, one after the other."""
        return Ties(
            np.concatenate([self.a, other.a]),
            np.concatenate([self.b, other.b]),
            np.concatenate([self.mask, other.mask]),
            np.concatenate([self.day, other.day]),
            np.concatenate([self.mark, other.mark]),
        )


def weighted_sample(rng: np.random.Generator, weights: Floats, count: int) -> Ints:
    """Return ``count`` different persons, each draw by weight.

    Source: Efraimidis and Spirakis, 2006.
    """
    with np.errstate(divide="ignore"):
        keys = np.log(weights) + rng.gumbel(size=len(weights))
    return np.asarray(np.sort(np.argsort(-keys, kind="stable")[:count]), dtype=np.int64)


def masks(rng: np.random.Generator, channels: Ints, shares: tuple[float, ...] = SHARES) -> Ints:
    """Return a mask of as many different channels as asked for each tie, drawn by ``shares``."""
    keys = np.log(np.array(shares)) + rng.gumbel(size=(len(channels), len(shares)))
    order = np.argsort(-keys, axis=1, kind="stable")
    taken = np.arange(len(shares)) < channels[:, None]
    return np.asarray(np.where(taken, 1 << order, 0).sum(axis=1), dtype=np.int64)


def in_prison(people: People, inmates: Ints) -> Bools:
    """Return who of all persons is an inmate."""
    flags: npt.NDArray[np.bool_] = np.zeros(people.size, dtype=np.bool_)
    flags[inmates] = True
    return flags


def draw_ties(rng: np.random.Generator, people: People, rates: Rates, inmates: Ints) -> Ties:
    """Return the working ties of the background.

    By propensity, mostly inside a community, mostly of one channel.
    """
    count = rates.ties
    mask = masks(rng, rng.choice([1, 2, 3], size=count, p=rates.signature))
    adult = people.adult() * people.propensity
    jailed = in_prison(people, inmates)
    among = rng.random(count) < OFFENDERS
    a, b = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
    near = rng.random(count) < rates.inside
    for locked in (False, True):
        for offending in (False, True):
            weights = people.offender if offending else adult
            mine = (among == offending) & (((mask & PRISON) != 0) == locked)
            source = Draw.by(people, weights * jailed if locked else weights)
            a[mine] = source.anywhere(rng, int(mine.sum()))
            for cell in (False, True):
                those = mine & (((mask & CELL) != 0) == cell)
                target = Draw.by(people, weights * jailed if cell else weights)
                inner, outer = those & near, those & ~near
                b[inner] = target.inside(rng, people.community[a[inner]])
                b[outer] = target.anywhere(rng, int(outer.sum()))
    low, high = np.minimum(a, b), np.maximum(a, b)
    _, first = np.unique(low * people.size + high, return_index=True)
    keep = np.zeros(count, dtype=np.bool_)
    keep[first] = True
    keep &= people.household[a] != people.household[b]
    day = rng.uniform(20, DAYS - 20, count)
    return Ties(a[keep], b[keep], mask[keep], day[keep], np.zeros(int(keep.sum()), dtype=np.int64))
