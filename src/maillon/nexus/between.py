"""All simple paths between two entities: half-paths from each end, met in the middle.

Whichever end has fewer continuations takes the next step; a step walks only towards nodes from
which the other end can still be reached. Paths are ranked by the surprise of their hops and what
their inner nodes cost, as leads are.
"""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np

from maillon.nexus.graph import Graph
from maillon.nexus.links import Bools, Hub, Ints
from maillon.nexus.mapped import Mapped
from maillon.nexus.pairs import FIXED
from maillon.nexus.paths import NONE, Cut, Paths, in_order
from maillon.nexus.settings import MOST_HOPS_OF_TWO, BetweenSettings

HUBS_SHOWN: Final = 20
_BALL: Final = 3
"""Farthest that a search looks ahead for what can still reach the other end."""


@dataclass(frozen=True, slots=True)
class Routes:
    """The paths between two nodes.

    Attributes:
        ends: The two nodes.
        count: How many simple paths were found.
        paths: The best of them, best first, ``nodes`` (paths, 7) and ``hops`` (paths, 6).
        score: Their surprise, natural logarithms.
        cut: Why the search stopped early, or None.
        hubs: Hubs within three hops of both ends that were not crossed, largest first: opened,
            they would join the two.
        hub_count: How many these are.
    """

    ends: tuple[int, int]
    count: int
    paths: Paths
    score: list[float]
    cut: Cut | None
    hubs: list[Hub]
    hub_count: int


def routes(graph: Graph, one: int, other: int, settings: BetweenSettings) -> Routes:
    """Return the simple paths of at most ``settings.k`` hops between two nodes, best first."""
    search = _Search(graph, (one, other), settings)
    found = [_none()]
    if one != other:
        for length in range(1, settings.k + 1):
            if search.is_late():
                break
            search.step(is_last=length == settings.k)
            found.append(search.meet(settings.budget_paths - sum(len(p.score) for p in found)))
    both = search.not_crossed() if one != other else np.zeros(0, dtype=np.int64)
    hubs = [Hub("degree", graph.canonical[int(n)], graph.hops(int(n))) for n in both[:HUBS_SHOWN]]
    whole = _Met(*(np.concatenate(parts) for parts in zip(*map(_Met.parts, found), strict=True)))
    if settings.time_respecting:
        good = in_order(graph.pairs, Paths(whole.nodes, whole.hops))
        whole = whole.only(good)
    best = whole.only(_best(whole, settings.top))
    score = [round(int(value) / FIXED, 6) for value in best.score]
    return Routes(
        (one, other), len(whole.score), Paths(best.nodes, best.hops), score, search.cut(),
        hubs, len(both),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Half:
    """Half-paths from one end.

    Attributes:
        nodes: Shape (paths, steps + 1).
        hops: Numbers of pairs, shape (paths, steps).
        score: Surprise in millionths, without the cost of the last node.
    """

    nodes: Mapped
    hops: Mapped
    score: Ints


@dataclass(frozen=True, slots=True)
class _Met:
    nodes: Mapped
    hops: Mapped
    score: Ints

    def parts(self) -> tuple[Mapped, Mapped, Ints]:
        return self.nodes, self.hops, self.score

    def only(self, rows: Mapped) -> "_Met":
        return _Met(self.nodes[rows], self.hops[rows], self.score[rows])


class _Search:
    """One search: half-paths of both ends, and what was left out."""

    def __init__(self, graph: Graph, ends: tuple[int, int], settings: BetweenSettings) -> None:
        self._graph = graph
        self._settings = settings
        self._ends = ends
        self._late_at = (
            None if settings.budget_seconds is None else time.monotonic() + settings.budget_seconds
        )
        self._is_late = False
        self._left = {"halves": 0, "paths": 0}
        self._bound: float | None = None
        self._stop = graph.start[1:] if settings.household else graph.crossable
        self._crossed = _crossed(graph, settings)
        self._half = [
            _Half(np.array([[end]], dtype=np.int32), np.zeros((1, 0), dtype=np.int32),
                  np.zeros(1, dtype=np.int64))
            for end in ends
        ]  # fmt: skip
        self._balls: list[list[Bools]] = [[], []]

    def is_late(self) -> bool:
        """Return whether the seconds are spent."""
        self._is_late |= self._late_at is not None and time.monotonic() > self._late_at
        return self._is_late

    def cut(self) -> Cut | None:
        """Return what was left out, or None."""
        if self._left["halves"]:
            return Cut("halves", sum(self._left.values()))
        if self._is_late:
            return Cut("time", NONE)
        return Cut("paths", self._left["paths"], self._bound) if self._left["paths"] else None

    def not_crossed(self) -> Ints:
        """Return the hubs by which a path would go if they were opened, largest first.

        Only those within three hops of both ends are looked for.
        """
        graph, radius = self._graph, min(self._settings.k - 1, _BALL)
        closed = np.asarray(graph.busy) & ~self._crossed
        closed[list(self._ends)] = False
        far = np.zeros(len(closed), dtype=np.int64)
        for side in (0, 1):
            closed &= self._ball(side, radius)
            far += sum((~self._ball(side, hops)).astype(np.int64) for hops in range(radius))
        # a hub outside of n balls of radius 0, 1, ... is n hops away
        found = np.flatnonzero(closed & (far <= self._settings.k))
        size = graph.crossable[found] - graph.start[found]
        return np.asarray(found[np.lexsort((found, -size))], dtype=np.int64)

    def step(self, *, is_last: bool) -> None:
        """Walk one hop further from the end that has fewer continuations."""
        self._half = [self._ahead(side) for side in (0, 1)]
        fans = [int(self._fan(half).sum()) for half in self._half]
        side = 0 if fans[0] <= fans[1] else 1
        half = self._within(self._half[side])
        fan = self._fan(half)
        end = half.nodes[:, -1]
        row = np.repeat(np.arange(len(end)), fan)
        slot = np.arange(len(row)) - np.repeat(np.cumsum(fan) - fan - self._graph.start[end], fan)
        reached = self._graph.neighbour[slot]
        good = self._allowed(side, reached, is_last=is_last)
        row, slot, reached = row[good], slot[good], reached[good]
        simple = ~(half.nodes[row] == reached[:, None]).any(axis=1)
        row, slot, reached = row[simple], slot[simple], reached[simple]
        pair = self._graph.pair[slot]
        score = half.score[row] + _millionths(self._graph.told.total[pair])
        if half.hops.shape[1]:
            score += _millionths(self._graph.told.through[end[row]])
        self._half[side] = _Half(
            np.c_[half.nodes[row], reached], np.c_[half.hops[row], pair], score
        )

    def meet(self, budget: int) -> _Met:
        """Return the paths whose halves meet now; a budget takes the best meeting points first."""
        ahead, behind = self._half
        order = np.argsort(behind.nodes[:, -1], kind="stable")
        meeting = behind.nodes[order, -1]
        low = np.searchsorted(meeting, ahead.nodes[:, -1], side="left")
        fan = np.searchsorted(meeting, ahead.nodes[:, -1], side="right") - low
        if int(fan.sum()) > budget:
            fan = self._best_meetings(ahead, behind, fan, budget)
        front = np.flatnonzero(fan)
        row = np.repeat(front, fan[front])
        slot = np.arange(len(row)) - np.repeat(np.cumsum(fan[front]) - fan[front] - low[front],
                                               fan[front])  # fmt: skip
        back = order[slot]
        tail = behind.nodes[back][:, -2::-1]
        simple = np.ones(len(row), dtype=bool)
        for column in range(tail.shape[1]):
            simple &= ~(ahead.nodes[row] == tail[:, column : column + 1]).any(axis=1)
        row, back, tail = row[simple], back[simple], tail[simple]
        score = ahead.score[row] + behind.score[back]
        if ahead.hops.shape[1] and behind.hops.shape[1]:
            score += _millionths(self._graph.told.through[ahead.nodes[row, -1]])
        nodes = np.c_[ahead.nodes[row], tail]
        hops = np.c_[ahead.hops[row], behind.hops[back][:, ::-1]]
        return _Met(_wide(nodes, MOST_HOPS_OF_TWO + 1), _wide(hops, MOST_HOPS_OF_TWO), score)

    def _best_meetings(self, ahead: _Half, behind: _Half, fan: Ints, budget: int) -> Ints:
        """Return ``fan`` with the meeting points of least promise left out, and note the rest."""
        count = len(self._crossed)
        best = [np.full(count, np.iinfo(np.int64).min // 4) for _ in range(2)]
        for most, half in zip(best, (ahead, behind), strict=True):
            np.maximum.at(most, half.nodes[:, -1], half.score)
        end = ahead.nodes[:, -1]
        promise = best[0] + best[1] + _millionths(np.asarray(self._graph.told.through))
        walks = np.zeros(count, dtype=np.int64)
        np.add.at(walks, end, fan)
        points = np.flatnonzero(walks)
        points = points[np.lexsort((points, -promise[points]))]
        kept = np.cumsum(walks[points]) <= budget
        aside = points[~kept]
        self._left["paths"] += int(walks[aside].sum())
        bound = round(int(promise[aside].max()) / FIXED, 6)
        self._bound = bound if self._bound is None else max(self._bound, bound)
        taken = np.zeros(count, dtype=bool)
        taken[points[kept]] = True
        return np.where(taken[end], fan, 0)

    def _ahead(self, side: int) -> _Half:
        """Return the half-paths of a side that can go on: those not at the other end."""
        half = self._half[side]
        on = half.nodes[:, -1] != self._ends[1 - side]
        return _Half(half.nodes[on], half.hops[on], half.score[on])

    def _within(self, half: _Half) -> _Half:
        """Return the best half-paths whose continuations are within the budget."""
        fan = self._fan(half)
        budget = self._settings.budget_paths
        if int(fan.sum()) <= budget:
            return half
        order = np.lexsort((np.arange(len(fan)), -half.score))
        kept = np.cumsum(fan[order]) <= budget
        self._left["halves"] += int(fan[order][~kept].sum())
        rows = np.sort(order[kept])
        return _Half(half.nodes[rows], half.hops[rows], half.score[rows])

    def _fan(self, half: _Half) -> Ints:
        end = half.nodes[:, -1]
        fan: Ints = self._stop[end] - self._graph.start[end]
        return fan

    def _allowed(self, side: int, reached: Mapped, *, is_last: bool) -> Bools:
        """Return which nodes may be stepped on.

        That is the other end, and what may be crossed and still leads there.
        """
        other = self._ends[1 - side]
        good = self._crossed[reached]
        steps = self._half[side].hops.shape[1] + 1
        rest = self._settings.k - steps
        if is_last:
            met = np.zeros(len(self._crossed), dtype=bool)
            met[self._half[1 - side].nodes[:, -1]] = True
            good = good & met[reached]
        elif steps > 1 and rest <= _BALL:
            good = good & self._ball(1 - side, rest)[reached]
        return np.asarray(good | (reached == other), dtype=bool)

    def _ball(self, side: int, radius: int) -> Bools:
        """Return which nodes are within some hops of an end, hubs not crossed."""
        balls = self._balls[side]
        if not balls:
            start = np.zeros(len(self._crossed), dtype=bool)
            start[self._ends[side]] = True
            balls.append(start)
        while len(balls) <= radius:
            inside = balls[-1]
            before = balls[-2] if len(balls) > 1 else np.zeros_like(inside)
            shell = np.flatnonzero(inside & ~before)
            if len(balls) > 1:
                shell = shell[self._crossed[shell]]
            first = self._graph.start[shell]
            fan = self._stop[shell] - first
            slot = np.arange(int(fan.sum())) - np.repeat(np.cumsum(fan) - fan - first, fan)
            further = inside.copy()
            further[self._graph.neighbour[slot]] = True
            balls.append(further)
        return balls[radius]


def _crossed(graph: Graph, settings: BetweenSettings) -> Bools:
    crossed = ~np.asarray(graph.busy)
    for names, may in ((settings.open_nodes, True), (settings.never_inner, False)):
        numbers = [graph.canonical.find(name) for name in names]
        crossed[[number for number in numbers if number is not None]] = may
    return crossed


def _best(met: _Met, top: int) -> Ints:
    """Return the rows of the best paths, best first, ties by their nodes."""
    rows = np.arange(len(met.score))
    if len(rows) > top > 0:
        least = np.partition(met.score, len(rows) - top)[len(rows) - top]
        rows = rows[met.score >= least]
    keys = (*met.nodes[rows].T[::-1], -met.score[rows])
    return np.asarray(rows[np.lexsort(keys)][:top], dtype=np.int64)


def _millionths(value: Mapped) -> Ints:
    return np.asarray(np.round(np.asarray(value) * FIXED), dtype=np.int64)


def _wide(rows: Mapped, width: int) -> Mapped:
    wide = np.full((len(rows), width), NONE, dtype=np.int32)
    wide[:, : rows.shape[1]] = rows
    return wide


def _none() -> _Met:
    return _Met(
        np.zeros((0, MOST_HOPS_OF_TWO + 1), dtype=np.int32),
        np.zeros((0, MOST_HOPS_OF_TWO), dtype=np.int32),
        np.zeros(0, dtype=np.int64),
    )
