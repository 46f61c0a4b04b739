"""Simple paths between the two sides: half-paths from each, met in the middle."""

import time
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillon.nexus.channels import STATED_MASK
from maillon.nexus.links import NO_DAY, Bools, Ints
from maillon.nexus.pairs import Pairs

Table = NDArray[np.int32]
NONE: Final = -1
SINGLE: Final = 1
"""Hops of a single channel that a path may have."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Simple paths, by nodes: ``nodes`` (paths, 5), ``hops`` (paths, 4), padded with `NONE`."""

    nodes: Table
    hops: Table

    def __len__(self) -> int:
        return len(self.nodes)

    @property
    def length(self) -> Ints:
        """Hops of each path."""
        length: Ints = (self.hops != NONE).sum(axis=1)
        return length

    @property
    def crime(self) -> Ints:
        """Last node of each path."""
        return self.nodes[np.arange(len(self)), self.length].astype(np.int64)


@dataclass(frozen=True, slots=True)
class Cut:
    """A search that stopped early: why, and how many paths were left unread.

    Attributes:
        reason: ``paths`` (budget of paths), ``halves`` (budget of half-paths) or ``time``.
        left: Paths or continuations left unread, `NONE` where nobody counted them.
        bound: Surprise that no path left unread exceeds; None where it is not known.
    """

    reason: str
    left: int
    bound: float | None = None

    def line(self) -> dict[str, object]:
        """Return it as ``trace --json`` prints it."""
        left = None if self.left == NONE else self.left
        return {"reason": self.reason, "left": left, "bound": self.bound}


@dataclass(frozen=True, slots=True)
class Maze:
    """What the search may walk: neighbours in compressed rows, and each node's part.

    ``thin`` counts each pair as a hop of a single channel, of which a path may have `SINGLE`.
    """

    start: Ints
    neighbour: Ints
    pair: Ints
    thin: Ints
    inner: Bools
    terror: Ints
    crime: Ints


def maze(
    pairs: Pairs, chosen: Bools, inner: Bools, terror: Ints, crime: Ints, *, telling: bool = False
) -> Maze:
    """Return the walkable part of ``pairs``.

    Args:
        pairs: The pairs.
        chosen: One a pair: whether it may be a hop.
        inner: One a node: whether it may be crossed.
        terror: Nodes where paths begin.
        crime: Nodes where they end.
        telling: Whether a path may have `SINGLE` hops of a single channel only: more of them join
            everybody. A tie that an authority states itself (`channels.STATED`) needs no second.
    """
    numbers = np.flatnonzero(chosen)
    a = np.r_[pairs.i[numbers], pairs.j[numbers]]
    b = np.r_[pairs.j[numbers], pairs.i[numbers]]
    order = np.argsort(a * pairs.count + b)
    start = np.r_[0, np.cumsum(np.bincount(a, minlength=pairs.count))].astype(np.int64)
    thin = (_is_thin(pairs) if telling else np.zeros(len(pairs.i), dtype=bool)).astype(np.int64)
    return Maze(start, b[order], np.r_[numbers, numbers][order], thin, inner, terror, crime)


def _is_thin(pairs: Pairs) -> Bools:
    """Return which pairs have a single channel that no authority states."""
    thin: Bools = (pairs.channels == 1) & ((pairs.mask & STATED_MASK) == 0)
    return thin


def search(
    walk: Maze, k: int, budget: int, deadline: float | None = None
) -> tuple[Paths, Cut | None]:
    """Return the simple paths of 1 to ``k`` hops with no anchor inside; a budget cuts long ones.

    Args:
        walk: Where to walk.
        k: Most hops.
        budget: Most paths.
        deadline: `time.monotonic` after which no further length is begun; None reads no clock.
    """
    is_crime = np.zeros(len(walk.start) - 1, dtype=bool)
    is_crime[walk.crime] = True
    found: list[tuple[Table, Table]] = []
    left, why = 0, ""
    for length in range(1, k + 1):
        if deadline is not None and time.monotonic() > deadline:
            return _table(found), Cut("time", NONE)
        ahead = _half(walk, walk.terror, (length + 1) // 2, is_crime if length == 1 else walk.inner)
        behind = _half(walk, walk.crime, length // 2, walk.inner)
        paths, missed = _meet(
            ahead, behind, len(is_crime), budget - sum(len(item[0]) for item in found)
        )
        found.append(paths)
        if missed:
            left, why = left + missed, "paths"
    return _table(found), Cut(why, left) if why else None


def _half(walk: Maze, starts: Ints, steps: int, last: Bools) -> tuple[Ints, Ints, Ints]:
    """Return half-paths of ``steps`` hops that end on a node of ``last``: nodes, pairs, thin."""
    nodes = starts.reshape(-1, 1)
    hops = np.zeros((len(starts), 0), dtype=np.int64)
    thin = np.zeros(len(starts), dtype=np.int64)
    for step in range(steps):
        end = nodes[:, -1]
        first = walk.start[end]
        fan = walk.start[end + 1] - first
        row = np.repeat(np.arange(len(nodes)), fan)
        slot = np.arange(int(fan.sum())) - np.repeat(np.cumsum(fan) - fan, fan) + first[row]
        reached = walk.neighbour[slot]
        allowed = last if step == steps - 1 else walk.inner
        held = thin[row] + walk.thin[walk.pair[slot]]
        good = allowed[reached] & (held <= SINGLE)
        row, slot, reached, thin = row[good], slot[good], reached[good], held[good]
        good = ~(nodes[row] == reached[:, None]).any(axis=1)
        nodes = np.c_[nodes[row[good]], reached[good]]
        hops = np.c_[hops[row[good]], walk.pair[slot[good]]]
        thin = thin[good]
    return nodes, hops, thin


def _meet(
    ahead: tuple[Ints, Ints, Ints], behind: tuple[Ints, Ints, Ints], count: int, budget: int
) -> tuple[tuple[Table, Table], int]:
    """Join half-paths where they meet; return them, and how many the budget left out.

    Those behind are sorted by where they end and by thin hops: those that fit one ahead are the
    first ones of its place.
    """
    if behind[1].shape[1] == 0:
        kept = slice(0, max(budget, 0))
        return _padded(ahead[0][kept], ahead[1][kept]), max(len(ahead[0]) - max(budget, 0), 0)
    step = SINGLE + 1
    place = behind[0][:, -1] * step + behind[2]
    order = np.argsort(place, kind="stable")
    back_nodes, back_hops = behind[0][order], behind[1][order]
    start = np.r_[0, np.cumsum(np.bincount(place, minlength=count * step))].astype(np.int64)
    meeting = ahead[0][:, -1] * step
    fan = start[meeting + step - ahead[2]] - start[meeting]
    fits = np.cumsum(fan) <= budget
    missed = int(fan[~fits].sum())
    front = np.flatnonzero(fits & (fan > 0))
    fan = fan[front]
    row = np.repeat(front, fan)
    slot = np.arange(int(fan.sum())) - np.repeat(np.cumsum(fan) - fan, fan) + start[meeting[row]]
    tail = back_nodes[slot][:, -2::-1]
    simple = ~(ahead[0][row][:, :, None] == tail[:, None, :]).any(axis=(1, 2))
    row, slot, tail = row[simple], slot[simple], tail[simple]
    return _padded(
        np.c_[ahead[0][row], tail], np.c_[ahead[1][row], back_hops[slot][:, ::-1]]
    ), missed


def _padded(nodes: Ints, hops: Ints) -> tuple[Table, Table]:
    wide_nodes = np.full((len(nodes), 5), NONE, dtype=np.int32)
    wide_hops = np.full((len(hops), 4), NONE, dtype=np.int32)
    wide_nodes[:, : nodes.shape[1]] = nodes
    wide_hops[:, : hops.shape[1]] = hops
    return wide_nodes, wide_hops


def _table(found: list[tuple[Table, Table]]) -> Paths:
    nodes = (
        np.concatenate([item[0] for item in found]) if found else np.zeros((0, 5), dtype=np.int32)
    )
    hops = (
        np.concatenate([item[1] for item in found]) if found else np.zeros((0, 4), dtype=np.int32)
    )
    order = np.lexsort(nodes.T[::-1])
    return Paths(nodes[order], hops[order])


def in_order(pairs: Pairs, paths: Paths) -> Bools:
    """Return which paths' hops can follow in time, one way or the other.

    There are days, one a hop within its interval, that never go back; an undated end of an interval
    is open.
    """
    width = paths.hops.shape[1]
    return _go_on(pairs, paths, range(width)) | _go_on(pairs, paths, range(width - 1, -1, -1))


def _go_on(pairs: Pairs, paths: Paths, places: range) -> Bools:
    """Return which paths' hops, taken in this order, can be given days that never go back."""
    fits = np.ones(len(paths), dtype=bool)
    now = np.full(len(paths), NO_DAY, dtype=np.int64)
    for at in places:
        hop = np.maximum(paths.hops[:, at], 0)
        is_hop = paths.hops[:, at] != NONE
        last = pairs.last_day[hop]
        now = np.where(is_hop, np.maximum(now, pairs.first_day[hop]), now)
        fits &= ~is_hop | (last == NO_DAY) | (last >= now)
    return fits
