"""Chains: planted ones, and decoys that look like them but have an explanation."""

from dataclasses import dataclass, field
from itertools import count, pairwise
from typing import Final

import numpy as np

from maillon.training.cast import AGENCIES_OF, Agency, Cast, give_alias, has_alias
from maillon.training.names import Floats, Ints
from maillon.training.people import NONE, People, make_homonym
from maillon.training.rates import CHANNELS, DAYS, GAP_DAYS, SEEN, Rates, happens
from maillon.training.ties import CELL, DATED, PRISON, Draw, Ties, in_prison, masks
from maillon.training.variant import USUAL, Variant

HOPS: Final = 10
"""A mark is chain number x `HOPS` + hop, both from 1; negative for a decoy."""
ONE_COMMUNITY: Final = 0.8
"""How often both anchors of a chain are of one community, where it has both."""
INNER_NEAR: Final = 0.95
"""How often an inner person is of the community of one of the anchors."""
ATTEMPTS: Final = 200
"""Draws after which somebody who is in no prison is taken, and sent there."""
SHORT: Final = 4
"""Hops of the longest chain that is not called long."""
KINDS: Final = ("base_rate", "homonym", "innocent")


@dataclass(slots=True)
class Chain:
    """One chain.

    Attributes:
        id: ``planted-01`` or ``decoy-07``.
        kind: ``planted`` or one of `KINDS`.
        persons: From the terrorism anchor to the crime anchor. In a homonym decoy the two namesakes
            stand
            side by side and there is no hop between them.
        hops: First and second person, mask of channels, middle day and mark of each hop.
        unrecorded: Marks of hops that no agency saw.
        alias: The person known by two names, or `NONE`.
        explained: What explains each hop of a decoy.
    """

    id: str
    kind: str
    persons: list[int]
    hops: list[tuple[int, int, int, float, int]]
    unrecorded: list[int] = field(default_factory=list)
    alias: int = NONE
    explained: list[str] = field(default_factory=list)


def channels_of(mask: int) -> list[str]:
    """Return the channels of a mask, e.g. ``0b11`` gives ``["call", "payment"]``."""
    return [name for bit, name in enumerate(CHANNELS) if mask >> bit & 1]


def agencies_of(mask: int) -> set[Agency]:
    """Return the agencies that witness the channels of a mask."""
    return set().union(*(AGENCIES_OF[c] for c in channels_of(mask)))


def inner_weights(propensity: Floats) -> Floats:
    """Return by what weight inner persons are drawn.

    Rather the quiet ones, since a chain adds to the degree itself.

    Args:
        propensity: Of each person; 0 for those who are never drawn.
    """
    with np.errstate(divide="ignore"):
        return np.where(propensity > 0, propensity**-0.5, 0.0)


class Planter:
    """Draws chains; no person stands in two of them."""

    def __init__(self, rng: np.random.Generator, people: People, rates: Rates, cast: Cast) -> None:
        self.rng, self.people, self.rates, self.cast = rng, people, rates, cast
        self.used = set(cast.terror.tolist()) | set(cast.crime.tolist())
        for one, other in people.homonyms:
            self.used |= {one, other}
        self.adults = np.flatnonzero(people.adult())
        weights = inner_weights(people.propensity * people.adult())
        self.free = Draw.by(people, weights)
        jailed = in_prison(people, np.array(sorted(cast.inmates)))
        self.jailed = Draw.by(people, weights * jailed)
        self.terror = self._quiet_first(cast.terror)[::-1]
        self.crime = self._quiet_first(cast.crime)

    def _quiet_first(self, persons: Ints) -> list[int]:
        """Return persons in random order, those in touch with few rather first.

        See `inner_weights`.
        """
        keys = self.rng.gumbel(size=len(persons)) - np.log(self.people.propensity[persons])
        return [int(p) for p in persons[np.argsort(-keys, kind="stable")]]

    def lengths(self, count: int, only: tuple[int, ...] = ()) -> list[int]:
        """Return how many hops each chain has: 2 to 4, rarely 5 or 6, or those of ``only``."""
        if only or not count:
            return [only[number % len(only)] for number in range(count)]
        long = [5] * max(1, count // 40) + [6] * (count // 40)
        rest = count - len(long)
        two, three = round(rest * 0.35), round(rest * 0.40)
        hops = [2] * two + [3] * three + [4] * (rest - two - three) + long
        return [hops[k] for k in self.rng.permutation(len(hops))]

    def anchors(self) -> tuple[int, int]:
        """Return a terrorism and a crime anchor, mostly from one community where it has both."""
        if not self.terror:  # in a small country decoys begin at an anchor that has been used
            self.terror = self.rng.permutation(self.cast.terror).tolist()
        terror = self.terror.pop()
        crime = self.crime
        near = [c for c in crime if self.people.community[c] == self.people.community[terror]]
        chosen = near[0] if near and happens(self.rng, ONE_COMMUNITY) else crime[0]
        crime.remove(chosen)
        return terror, chosen

    def inner(self, community: int, *, jailed: bool, apart: list[int]) -> int:
        """Return an ordinary adult, mostly of ``community``, of no household in ``apart``."""
        homes = {int(self.people.household[p]) for p in apart}
        for attempt in count():
            source = self.jailed if jailed and attempt < ATTEMPTS else self.free
            if happens(self.rng, INNER_NEAR):
                found = int(source.inside(self.rng, np.array([community]))[0])
            else:
                found = int(source.anywhere(self.rng, 1)[0])
            if found not in self.used and int(self.people.household[found]) not in homes:
                self.used.add(found)
                return found
        raise AssertionError  # the count has no end

    def signatures(self, hops: int, *, has_weak: bool = False) -> list[int]:
        """Return a mask a hop: several channels (one of them only one, ``has_weak``), one dated.

        Neighbours not seen by the same agencies.
        """
        while True:
            sizes = self.rng.choice([2, 3, 4], size=hops, p=self.rates.planted_signature)
            if has_weak:
                sizes[self.rng.integers(0, hops)] = 1
            drawn = [int(m) for m in masks(self.rng, sizes, SEEN)]
            seen = [agencies_of(m) for m in drawn]
            apart = all(one != other for one, other in pairwise(seen))
            if apart and all(m & DATED for m in drawn):
                return drawn

    def days(self, hops: int) -> list[float]:
        """Return the middle days of the hops, in order along the chain or against it."""
        steps = np.cumsum(self.rng.exponential(GAP_DAYS, hops))
        start = self.rng.uniform(40, DAYS - 40 - steps[-1])
        days = start + steps
        return [float(d) for d in (days if happens(self.rng, 0.5) else days[::-1])]

    def planted(self, number: int, hops: int, *, has_weak: bool = False) -> Chain:
        """Return one planted chain of ``hops`` hops."""
        terror, crime = self.anchors()
        signature = self.signatures(hops, has_weak=has_weak)
        home, away = int(self.people.community[terror]), int(self.people.community[crime])
        persons = [terror]
        turn = int(self.rng.integers(0, hops))
        for place in range(hops - 1):
            jailed = any(m & PRISON for m in signature[place : place + 2])
            community = home if place < turn else away
            persons.append(self.inner(community, jailed=jailed, apart=[persons[-1], crime]))
        persons.append(crime)
        chain = Chain(f"planted-{number:02d}", "planted", persons, [])
        self._hops(chain, number, signature)
        return chain

    def _hops(self, chain: Chain, mark: int, signature: list[int]) -> None:
        days = self.days(len(signature))
        pairs = pairwise(chain.persons)
        for place, ((a, b), mask, day) in enumerate(zip(pairs, signature, days, strict=True)):
            self._imprison(a, b, mask)
            sign = -1 if mark < 0 else 1
            chain.hops.append((a, b, mask, day, mark * HOPS + sign * (place + 1)))

    def _imprison(self, a: int, b: int, mask: int) -> None:
        if mask & CELL:
            self.cast.inmates |= {a, b}
        elif mask & PRISON and not {a, b} & self.cast.inmates:
            self.cast.inmates.add(b)

    def alias(self, chain: Chain) -> None:
        """Give an inner person another name with an agency that saw only the hop behind."""
        for before, after in pairwise(chain.hops):
            person = after[0]
            only = agencies_of(after[2]) - agencies_of(before[2]) - {Agency.POLICE}
            if only and not has_alias(self.people, person):
                give_alias(self.rng, self.people, person, min(only))
                chain.alias = person
                return

    def decoy(self, number: int, hops: int) -> Chain:
        """Return a decoy of the kind that its number says."""
        kind = KINDS[number % 3]
        made = {"base_rate": self._base_rate, "homonym": self._homonym, "innocent": self._innocent}[
            kind
        ](hops)
        made.id = f"decoy-{number:02d}"
        self._marks(made, number)
        return made

    def _marks(self, chain: Chain, number: int) -> None:
        chain.hops = [
            (a, b, m, d, -(number * HOPS + place + 1))
            for place, (a, b, m, d, _) in enumerate(chain.hops)
        ]

    def _line(self, hops: int) -> tuple[list[int], list[int], list[float]]:
        terror, crime = self.anchors()
        persons = [terror]
        for _ in range(hops - 1):
            community = int(self.people.community[persons[-1]])
            persons.append(self.inner(community, jailed=False, apart=[persons[-1], crime]))
        return [*persons, crime], self.signatures(hops), self.days(hops)

    def _base_rate(self, hops: int) -> Chain:
        persons, _, days = self._line(hops)
        chain = Chain("", "base_rate", persons, [])
        for a, b, day in zip(persons, persons[1:], days, strict=False):
            chain.hops.append((a, b, 0, day, 0))
        return chain

    def _homonym(self, hops: int) -> Chain:
        """Cut the chain at an inner person.

        The hop before it is A's, the hop behind it a namesake's.
        """
        persons, signature, days = self._line(hops)
        place = int(self.rng.integers(1, hops))
        twin = self.inner(int(self.people.community[persons[-1]]), jailed=False, apart=persons)
        make_homonym(self.people, persons[place], twin)
        self.people.sure[[persons[place], twin]] = True
        line = [*persons[: place + 1], twin, *persons[place + 1 :]]
        chain = Chain("", "homonym", line, [])
        pairs = [pair for pair in pairwise(line) if pair != (persons[place], twin)]
        for (a, b), mask, day in zip(pairs, signature, days, strict=True):
            self._imprison(a, b, mask)
            chain.hops.append((a, b, mask, day, 0))
        return chain

    def _innocent(self, hops: int) -> Chain:
        """Join the anchors by kin and colleagues.

        Each hop has channels, and a register that explains them.
        """
        persons, signature, days = self._line(hops)
        chain = Chain("", "innocent", persons, [])
        for place, (a, b) in enumerate(pairwise(persons)):
            word = ("family", "employer")[place % 2]
            self._imprison(a, b, signature[place])
            chain.explained.append(word)
            chain.hops.append((a, b, signature[place], days[place], 0))
            if word == "family":
                self.people.families.append(
                    (a, b, str(self.rng.choice(["cousin", "sibling", "in-law"])))
                )
        return chain


def _leave_unrecorded(people: People, rates: Rates, chains: list[Chain]) -> None:
    """Let no agency see the first or last hop of a few chains, at the quietest anchors.

    Others are too well known.
    """
    ends = [
        (float(people.propensity[chain.persons[place]]), chain.id, place, chain)
        for chain in chains
        if len(chain.hops) <= SHORT
        for place in (0, -1)
    ]
    for _, _, place, chain in sorted(ends, key=lambda end: end[:2])[: rates.unrecorded]:
        chain.unrecorded.append(chain.hops[place][4])


def plant(
    rng: np.random.Generator,
    people: People,
    rates: Rates,
    cast: Cast,
    variant: Variant = USUAL,
) -> list[Chain]:
    """Return all chains, planted first.

    Persons get aliases, doubles, kin and prison terms on the way.
    """
    planter = Planter(rng, people, rates, cast)
    lengths = planter.lengths(rates.planted, variant.hops)
    chains = [
        planter.planted(n + 1, hops, has_weak=variant.has_weak_hop)
        for n, hops in enumerate(lengths)
    ]
    if variant.coverage == 1.0:
        _leave_unrecorded(people, rates, chains)
    for place in rng.permutation(len(chains))[: round(rates.aliased * rates.planted)].tolist():
        planter.alias(chains[place])
    decoys = min(rates.decoys, len(planter.crime))
    chains.extend(
        planter.decoy(n + 1, min(hops, 4)) for n, hops in enumerate(planter.lengths(decoys))
    )
    if variant.coverage < 1.0:
        for chain in chains:
            gone = rng.random(len(chain.hops)) >= variant.coverage
            chain.unrecorded.extend(chain.hops[place][4] for place in np.flatnonzero(gone))
    return chains


def planted_ties(chains: list[Chain]) -> Ties:
    """Return the hops of all chains as ties, without those that no agency saw."""
    seen = [
        hop for chain in chains for hop in chain.hops if hop[2] and hop[4] not in chain.unrecorded
    ]
    a, b, mask, mark = (
        np.array([hop[place] for hop in seen], dtype=np.int64) for place in (0, 1, 2, 4)
    )
    return Ties(a, b, mask, np.array([hop[3] for hop in seen], dtype=np.float64), mark)
