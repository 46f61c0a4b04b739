"""The oracle: ranks anchor pairs by the likelihood ratio of the generator's own densities.

Planted against background.

It sees the true persons and the true relations that some agency recorded, so no method that has to
resolve records
first should beat it; it is the ceiling against which methods are measured. It knows of no joint
chains and folds
greedily, as `nexus` does, and is therefore a close approximation of the ceiling, not a proof of it.
"""

import heapq
import json
import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from scipy.special import erfcx

from maillon.training.names import Floats
from maillon.training.plant import INNER_NEAR, inner_weights
from maillon.training.rates import CHANNELS, DAYS, GAP_DAYS, LASTING, SEEN, SHARES, SPREAD_DAYS
from maillon.training.ties import CELL, OFFENDERS, PRISON

LONGEST: Final = 6
SMALL: Final = 10_000
"""Ties of several channels up to which paths of `LONGEST` hops are followed.

In larger graphs one hop less.
"""
BRANCHES: Final = 80
"""Ties of an inner person beyond which it is not crossed."""
BACKGROUND_FOUR: Final = 0.0015
"""Share of background ties that come to four channels or more by chance meetings."""
EXPLAINED: Final = (math.log(0.01), 0.08)
"""What a tie explained by kin or employer is worth.

Log odds that it was planted, and how often it has channels.
"""
CLEAN: Final = 0.85
"""How often the mean day of a hop is that of the hop alone.

Some pairs meet by chance on another day as well.
"""
NEVER: Final = 1e-6
"""Share of planted chains of any other length."""
LENGTHS: Final = {2: 0.33, 3: 0.38, 4: 0.24, 5: 0.03, 6: 0.02}
_LEAN: Final = tuple(math.log(seen / share) for seen, share in zip(SEEN, SHARES, strict=True))
"""What a channel itself says of a hop: planted hops use those of large groups more often."""

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One anchor pair: its score (log likelihood ratio), its best path.

    And whether it was planted.
    """

    score: float
    persons: tuple[int, ...]
    is_planted: bool


@dataclass(frozen=True, slots=True)
class Oracle:
    """What the oracle finds.

    Attributes:
        planted: Planted chains.
        recall_at_50, recall_at_200: Share of them among the first pairs; all planted chains count,
            recorded or not.
        ranking: The first pairs, best first.
        pairs: Anchor pairs with a path at all.
    """

    planted: int
    recall_at_50: float
    recall_at_200: float
    ranking: tuple[Ranked, ...]
    pairs: int


@dataclass(frozen=True, slots=True)
class Tie:
    """What was recorded of one pair: mask of channels, mean day or NaN, dated events."""

    mask: int
    day: float
    events: int


def oracle(folder: Path) -> Oracle:
    """Rank all anchor pairs of a country.

    Args:
        folder: The ``truth`` folder that `write` made.

    Returns:
        Recall of the first 50 and 200 pairs, and the first 500 pairs.
    """
    known = json.loads((folder / "truth.json").read_text("utf-8"))
    terror = {_number(p) for p in known["terror"]}
    crime = {_number(p) for p in known["crime"]}
    planted = {(_number(c["persons"][0]), _number(c["persons"][-1])) for c in known["planted"]}
    with np.load(folder / "relations.npz") as arrays:
        data = {name: arrays[name] for name in arrays.files}
    densities = Densities(data, known)
    ties = recorded_ties(data)
    many = {pair: tie for pair, tie in ties.items() if tie.mask.bit_count() > 1}
    paths = list(_paths(many, terror, crime))
    ranking = _folded([densities.scored(path, many) for path in paths])
    ranked = tuple(Ranked(score, path, (path[0], path[-1]) in planted) for score, path in ranking)
    found = [r.is_planted for r in ranked]
    return Oracle(
        len(planted),
        sum(found[:50]) / max(len(planted), 1),
        sum(found[:200]) / max(len(planted), 1),
        ranked[:500],
        len({(p[0], p[-1]) for p in paths}),
    )


def _number(person: str) -> int:
    return int(person[1:])


def recorded_ties(data: dict[str, Floats]) -> dict[Pair, Tie]:
    """Return what was recorded of each pair, from the arrays of ``relations.npz``."""
    bits = 1 << data["channel"].astype(np.int64)
    lasting = np.isin(data["channel"], [CHANNELS.index(c) for c in sorted(LASTING)])
    dated = np.where(lasting, 0, data["events"]).astype(np.int64)
    key = data["a"].astype(np.int64) * len(data["propensity"]) + data["b"].astype(np.int64)
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.concatenate([[True], np.diff(key[order]) != 0]))
    mask = np.bitwise_or.reduceat(bits[order], first)
    events = np.add.reduceat(dated[order], first)
    total = np.add.reduceat((dated * data["day"])[order], first)
    day = np.where(events > 0, total / np.maximum(events, 1), np.nan)
    left, right = data["a"][order][first].tolist(), data["b"][order][first].tolist()
    rows = zip(left, right, mask.tolist(), day.tolist(), events.tolist(), strict=True)
    return {(int(a), int(b)): Tie(m, d, e) for a, b, m, d, e in rows}


def _paths(ties: dict[Pair, Tie], terror: set[int], crime: set[int]) -> Iterator[tuple[int, ...]]:
    """Yield every simple path from a terrorism to a crime anchor with no anchor inside."""
    beside: dict[int, list[int]] = defaultdict(list)
    for a, b in ties:
        beside[a].append(b)
        beside[b].append(a)
    anchors = terror | crime
    left = _distances(beside, crime, anchors)

    def _is_open(person: int) -> bool:
        return person not in anchors and len(beside[person]) <= BRANCHES

    reach = LONGEST if len(ties) < SMALL else LONGEST - 1
    for start in sorted(terror):
        stack: list[tuple[int, ...]] = [(start,)]
        while stack:
            path = stack.pop()
            for following in beside[path[-1]]:
                if following in path:
                    continue
                if following in crime:
                    yield (*path, following)
                elif _is_open(following) and len(path) + left.get(following, LONGEST) <= reach:
                    stack.append((*path, following))


def _distances(beside: dict[int, list[int]], crime: set[int], anchors: set[int]) -> dict[int, int]:
    """Return how many hops each person is from a crime anchor, up to `LONGEST`."""
    found = dict.fromkeys(crime, 0)
    edge = sorted(crime)
    for steps in range(1, LONGEST):
        edge = sorted({n for p in edge for n in beside[p] if n not in found and n not in anchors})
        found.update(dict.fromkeys(edge, steps))
    return found


class Densities:
    """The generator's densities, from its rates and the persons' weights."""

    def __init__(self, data: dict[str, Floats], known: dict[str, object]) -> None:
        rates = known["rates"]
        assert isinstance(rates, dict)
        self.ties = float(rates["ties"])
        self.inside = float(rates["inside"])
        self.background = dict(zip((1, 2, 3), rates["signature"], strict=True)) | {
            4: BACKGROUND_FOUR
        }
        self.planted = dict(zip((2, 3, 4), rates["planted_signature"], strict=True))
        self.community = data["community"].astype(np.int64)
        self.explained = {
            (int(a), int(b)) for name in ("kin", "colleagues") for a, b in data[name].tolist()
        }
        self.household = data["household"].tolist()
        jailed = data["inmate"].astype(np.float64)
        weight = inner_weights(data["propensity"])
        self.chosen = {
            locked: (
                w := weight * jailed if locked else weight,
                float(w.sum()),
                np.bincount(self.community, w),
            )
            for locked in (False, True)
        }
        self.weights: dict[tuple[bool, bool], tuple[Floats, float, Floats]] = {}
        for offending, base in ((False, data["propensity"]), (True, data["offender"])):
            for locked in (False, True):
                weight = base * jailed if locked else base
                self.weights[offending, locked] = (
                    weight,
                    float(weight.sum()),
                    np.bincount(self.community, weight).astype(np.float64),
                )

    def _toward(self, a: int, b: int, *, offending: bool, locked: bool, cell: bool) -> float:
        """Return the probability that one draw gives ``a`` first and ``b`` second."""
        first, total, _ = self.weights[offending, locked]
        second, everybody, by_community = self.weights[offending, cell]
        at = int(self.community[b])
        near = (
            float(second[b] / by_community[at])
            if self.community[a] == at and by_community[at] > 0
            else 0.0
        )
        far = float(second[b]) / everybody
        return float(first[a]) / total * (self.inside * near + (1 - self.inside) * far)

    def rate(self, a: int, b: int, mask: int) -> float:
        """Return how many background ties with these channels are expected between two persons."""
        if (min(a, b), max(a, b)) in self.explained or self.household[a] == self.household[b]:
            return EXPLAINED[1]
        locked, cell = bool(mask & PRISON), bool(mask & CELL)
        share = self.background[min(mask.bit_count(), 4)]
        total = 0.0
        for offending, part in ((False, 1 - OFFENDERS), (True, OFFENDERS)):
            for one, other in ((a, b), (b, a)):
                total += part * self._toward(
                    one, other, offending=offending, locked=locked, cell=cell
                )
        return float(max(self.ties * share * total, 1e-12))

    def hop(self, a: int, b: int, tie: Tie) -> float:
        """Return the log likelihood ratio of one hop without its time."""
        score = math.log(self.planted.get(min(tie.mask.bit_count(), 4), 0.01)) - math.log(
            self.rate(a, b, tie.mask)
        )
        score += sum(_LEAN[bit] for bit in range(len(CHANNELS)) if tie.mask >> bit & 1)
        if (min(a, b), max(a, b)) in self.explained or self.household[a] == self.household[b]:
            score += EXPLAINED[0]
        return score

    def inner(self, person: int, ends: set[int], *, locked: bool) -> float:
        """Return the log probability that this inner person was drawn for a chain."""
        weight, total, by_community = self.chosen[locked]
        if weight[person] <= 0:
            weight, total, by_community = self.chosen[False]
        at = int(self.community[person])
        near = float(weight[person] / by_community[at]) if at in ends else 0.0
        return math.log(
            max(INNER_NEAR * near + (1 - INNER_NEAR) * float(weight[person]) / total, 1e-15)
        )

    def scored(self, path: tuple[int, ...], ties: dict[Pair, Tie]) -> "Scored":
        """Return a path with the score of each hop.

        An inner person counts with the hop behind it.
        """
        steps = [(min(a, b), max(a, b)) for a, b in pairwise(path)]
        along = [ties[step] for step in steps]
        ends = {int(self.community[path[0]]), int(self.community[path[-1]])}
        hops = [self.hop(*step, tie) for step, tie in zip(steps, along, strict=True)]
        for place, person in enumerate(path[1:-1]):
            locked = bool((along[place].mask | along[place + 1].mask) & PRISON)
            hops[place] += self.inner(person, ends, locked=locked)
        return Scored(path, steps, hops, _time(along) + math.log(LENGTHS.get(len(steps), NEVER)))


def _time(along: list[Tie]) -> float:
    """Return the log likelihood ratio of the gaps.

    In order and short, against two days at random.
    """
    totals = [0.0, 0.0]
    for one, other in pairwise(along):
        if math.isnan(one.day) or math.isnan(other.day):
            continue
        spread = math.sqrt(2) * SPREAD_DAYS * math.sqrt(1 / one.events + 1 / other.events)
        gap = other.day - one.day
        background = math.log(max(1 - abs(gap) / DAYS, 0.01) / DAYS)
        for way, sign in enumerate((1, -1)):
            fits = math.exp(min(_delayed(sign * gap, spread) - background, 50.0))
            totals[way] += math.log(CLEAN * fits + 1 - CLEAN)
    high = max(totals)
    return high + math.log(sum(math.exp(t - high) for t in totals) / 2)


def _delayed(gap: float, spread: float) -> float:
    """Return the log density of an exponential delay (mean `GAP_DAYS`) plus a normal error."""
    scaled = (spread / GAP_DAYS - gap / spread) / math.sqrt(2)
    if scaled > -20:  # noqa: PLR2004 - below, the scaled complement of the error function overflows
        return (
            math.log(max(float(erfcx(scaled)), 1e-300))
            - gap**2 / (2 * spread**2)
            - math.log(2 * GAP_DAYS)
        )
    return -math.log(GAP_DAYS) - gap / GAP_DAYS + spread**2 / (2 * GAP_DAYS**2)


@dataclass(frozen=True, slots=True)
class Scored:
    """A path, its hops with the score of each, and what the path earns beside its hops."""

    path: tuple[int, ...]
    steps: list[Pair]
    hops: list[float]
    rest: float

    def worth(self, used: set[Pair]) -> float:
        """Return the score; a hop that a better pair used earns nothing.

        And then the times do not either.
        """
        taken = [step in used for step in self.steps]
        hops = sum(
            score for score, gone in zip(self.hops, taken, strict=True) if not gone or score < 0
        )
        return hops + (self.rest if not any(taken) else min(self.rest, 0.0))


def _folded(scored: list[Scored]) -> list[tuple[float, tuple[int, ...]]]:
    """Return each anchor pair once, by its best path, best first."""
    used: set[Pair] = set()
    done: set[Pair] = set()
    heap = [(-path.worth(used), place) for place, path in enumerate(scored)]
    heapq.heapify(heap)
    found = []
    while heap:
        score, place = heapq.heappop(heap)
        path = scored[place]
        ends = (path.path[0], path.path[-1])
        if ends in done:
            continue
        worth = path.worth(used)
        if worth < -score - 1e-9:
            heapq.heappush(heap, (-worth, place))
            continue
        done.add(ends)
        used.update(path.steps)
        found.append((worth, path.path))
    return found
