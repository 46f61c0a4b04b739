"""Joining one pair after the other where something keeps entities apart.

Strongest first, people's pairs before the model's, ties by entity: so the clusters are a function
of the set of pairs. What is refused is remembered with its reason; what is joined makes a forest,
in which the path between two entities is the strongest that ties them.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

import numpy as np

from maillon.resolve.constraints import Flags, Groups, Ints, Judged, Papers, Ties, foes
from maillon.store import collector_off

T = TypeVar("T")

_BATCH: Final = 200_000
"""Pairs that are Python numbers at one time."""


class Kind(StrEnum):
    """Why a pair was not joined."""

    CONTRADICTION = "contradiction"
    KEPT_APART = "kept apart"
    OTHER_PAPERS = "other papers"
    NO_COMMON_SCHEMA = "no common schema"


class Joined(NamedTuple):
    """What came of joining.

    Attributes:
        by_people: Smallest member of each entity's cluster when people's pairs were taken.
        root: The same when all pairs were taken.
        judged: Rows of ``ties.judged`` that joined two clusters.
        scored: Rows of ``ties.scored`` that joined two clusters.
        refused_judged: Rows of ``ties.judged`` that were refused, with the reason.
        refused_scored: Rows of ``ties.scored`` that were refused, strongest first.
        reasons: Of each row of ``refused_scored``: place in `REASONS`.
    """

    by_people: Ints
    root: Ints
    judged: Ints
    scored: Ints
    refused_judged: list[tuple[int, Kind]]
    refused_scored: Ints
    reasons: Ints


REASONS: Final = (Kind.KEPT_APART, Kind.NO_COMMON_SCHEMA, Kind.OTHER_PAPERS)
"""Why the model's pairs are refused, by number."""


def join(ties: Ties, label: Ints) -> Joined:
    """Return the clusters, pair by pair.

    Args:
        ties: All that decides.
        label: Component of each entity: one is done after the other, which spares the cache.
    """
    with collector_off():
        return _join(ties, label)


def _join(ties: Ties, label: Ints) -> Joined:
    clusters = _Clusters(ties.size, ties.judged, ties.papers, ties.groups)
    left, right = ties.judged.left, ties.judged.right
    rows = np.flatnonzero(ties.judged.positive)
    rows = rows[np.lexsort((right[rows], left[rows], label[left[rows]]))]
    everything = np.ones(len(rows), np.bool_)
    kept, refused = clusters.take(left[rows], right[rows], everything)
    judged = rows[kept]
    refused_judged = [
        (int(rows[at]), Kind.NO_COMMON_SCHEMA if reason else Kind.CONTRADICTION)
        for at, reason in sorted(refused, key=lambda one: (left[rows[one[0]]], right[rows[one[0]]]))
    ]
    by_people = clusters.roots()
    left, right = ties.scored.left, ties.scored.right
    rows = np.lexsort((right, left, -ties.scored.score, label[left]))
    sure = np.zeros(len(left), np.bool_) if ties.scored.sure is None else ties.scored.sure
    kept, refused = clusters.take(left[rows], right[rows], sure[rows])
    places, reasons = np.array(refused, np.int64).reshape(-1, 2).T
    out = rows[places]
    order = np.lexsort((right[out], left[out], -ties.scored.score[out]))
    return Joined(
        by_people, clusters.roots(), judged, rows[kept], refused_judged, out[order], reasons[order]
    )


def smallest(label: Ints, count: int) -> Ints:
    """Return the smallest entity of each label, 0 to ``count`` - 1."""
    found = np.zeros(count, np.int64)
    found[label[::-1]] = np.arange(len(label) - 1, -1, -1)  # the last one written stays
    return found


class _Clusters:
    """Clusters that grow; of each its enemies, its papers and its groups."""

    def __init__(self, size: int, judged: Judged, papers: Papers, groups: Groups) -> None:
        self._parent = list(range(size))
        self._weight = [1] * size
        self._enemies: dict[int, set[int]] = {}
        no = ~judged.positive
        for left, right in zip(judged.left[no].tolist(), judged.right[no].tolist(), strict=True):
            self._enemies.setdefault(left, set()).add(right)
            self._enemies.setdefault(right, set()).add(left)
        self._kinds = [0] * size
        self._numbers: dict[int, set[int]] = {}
        for entity, kind, number in zip(*_by_number(papers), strict=True):
            self._kinds[entity] |= 1 << kind
            if entity in self._numbers:
                self._numbers[entity].add(number)
            else:
                self._numbers[entity] = {number}
        against = [*foes(groups), 0]  # -1 stands for the last one: anything
        bits = [*(1 << group for group in range(len(groups.apart))), 0]
        known = groups.of.tolist() if len(groups.apart) else [-1] * size
        self._group = [bits[group] for group in known]
        self._foes = [against[group] for group in known]

    def take(self, left: Ints, right: Ints, sure: Flags) -> tuple[list[int], list[tuple[int, int]]]:
        """Take pairs in this order; return places that joined, and places refused with reasons.

        Args:
            left: One of each pair.
            right: The other.
            sure: Whether other papers do not keep the pair apart.
        """
        parent = self._parent
        kept: list[int] = []
        refused: list[tuple[int, int]] = []
        for at, first, second in _numbered(left, right):
            one, two = first, second
            while parent[one] != one:
                parent[one] = one = parent[parent[one]]
            while parent[two] != two:
                parent[two] = two = parent[parent[two]]
            if one == two:
                continue
            reason = self._refusal(one, two, is_sure=bool(sure[at]))
            if reason is None:
                self._unite(one, two)
                kept.append(at)
            else:
                refused.append((at, reason))
        return kept, refused

    def roots(self) -> Ints:
        """Return the smallest member of each entity's cluster."""
        above = np.array(self._parent, np.int64)
        while not np.array_equal(higher := above[above], above):
            above = higher
        return smallest(above, len(above))[above]

    def _refusal(self, one: int, two: int, *, is_sure: bool) -> int | None:
        if one in self._enemies and two in self._enemies[one]:
            return 0
        if self._group[one] & self._foes[two]:
            return 1
        if (
            self._kinds[one] & self._kinds[two]
            and not is_sure
            and self._numbers[one].isdisjoint(self._numbers[two])
        ):
            return 2
        return None

    def _unite(self, one: int, two: int) -> None:
        if self._weight[one] < self._weight[two]:
            one, two = two, one
        self._parent[two] = one
        self._weight[one] += self._weight[two]
        self._group[one] |= self._group[two]
        self._foes[one] |= self._foes[two]
        if two in self._enemies:
            theirs = self._enemies.pop(two)
            for enemy in theirs:
                self._enemies[enemy].discard(two)
                self._enemies[enemy].add(one)
            self._enemies[one] = _union(self._enemies.get(one), theirs)
        if self._kinds[two]:
            self._kinds[one] |= self._kinds[two]
            self._numbers[one] = _union(self._numbers.get(one), self._numbers.pop(two))


def _by_number(papers: Papers) -> tuple[list[int], list[int], list[int]]:
    """Return entities, kinds and numbers; one number of each kind and text, from 0."""
    kind = np.unique(papers.kind, return_inverse=True)[1].astype(np.int64)
    order = np.lexsort((papers.number, kind))
    is_new = np.zeros(len(order), np.int64)
    for column in (kind[order], papers.number[order]):
        is_new[1:] |= column[1:] != column[:-1]
    return papers.entity[order].tolist(), kind[order].tolist(), np.cumsum(is_new).tolist()


def _union(one: set[T] | None, two: set[T]) -> set[T]:
    if one is None:
        return two
    if len(one) < len(two):
        one, two = two, one
    one |= two
    return one


def _numbered(left: Ints, right: Ints) -> Iterator[tuple[int, int, int]]:
    for start in range(0, len(left), _BATCH):
        end = min(start + _BATCH, len(left))
        yield from zip(
            range(start, end), left[start:end].tolist(), right[start:end].tolist(), strict=True
        )
