"""Conflicts: what judgements, papers and schemata forbid and something else says; work for people.

A person's refused judgement is one item. The model's refused pairs are one item for each two
clusters and reason, its pair being the strongest of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from maillon.resolve.constraints import Ints, Ties
from maillon.resolve.joining import REASONS, Joined, Kind

MOST: Final = 100_000
"""Items of one kind that are kept of the model's pairs, strongest first; all are counted."""

MOST_NEGATIVES: Final = 100
"""Negative judgements that one item names; all are counted."""

MOST_MEMBERS: Final = 100
"""Entities that one item of the model's names; all are counted."""


FORBIDDEN: Final = (Kind.CONTRADICTION, Kind.KEPT_APART)
"""What negative judgements forbid."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two clusters that are not joined though something says they are one.

    Attributes:
        kind: What forbids it.
        left: Entity number, the smaller of the pair that was refused.
        right: Entity number, the greater.
        score: The model's score of the pair; 1.0 where a person judged it positive.
        positives: Ids of the positive judgements on the paths that would tie the ends of a negative
            judgement (or the two of no common schema), the refused one first.
        negatives: Ids of the judgements that forbid it, `MOST_NEGATIVES` at most.
        negative_count: How many there are.
        members: Entity numbers to look at, ascending: the pair, the ends of the negatives, what
            lies between, and others of the two clusters, `MOST_MEMBERS` at most.
        member_count: How many entities the two clusters hold.
        pair_count: How many refused pairs the item stands for.
    """

    kind: Kind
    left: int
    right: int
    score: float
    positives: tuple[str, ...]
    negatives: tuple[str, ...]
    negative_count: int
    members: tuple[int, ...]
    member_count: int
    pair_count: int


def conflicts(
    ties: Ties, joined: Joined, most: int = MOST
) -> tuple[list[Conflict], dict[Kind, int], int]:
    """Return the items, how many there are of each kind, and how many pairs are settled.

    A pair of the model that is itself judged negative is settled: nobody need look at it again.
    """
    left, right = ties.scored.left[joined.refused_scored], ties.scored.right[joined.refused_scored]
    no = ~ties.judged.positive
    judged = ties.judged.left[no] * ties.size + ties.judged.right[no]
    settled = np.isin(left * ties.size + right, judged)
    # other papers may be joined on a later path
    open_ = ~settled & (joined.root[left] != joined.root[right])
    rows, reasons, counts = _groups(
        ties, joined, joined.refused_scored[open_], joined.reasons[open_]
    )
    totals = dict.fromkeys(Kind, 0)
    kept: list[tuple[int, Kind, int]] = []
    for row, reason, count in zip(rows, reasons, counts, strict=True):
        kind = REASONS[reason]
        totals[kind] += 1
        if totals[kind] <= most:
            kept.append((row, kind, count))
    found = _of_people(ties, joined)
    for item in found:
        totals[item.kind] += 1
    return found + _of_the_model(ties, joined, kept), totals, int(settled.sum())


def _of_people(ties: Ties, joined: Joined) -> list[Conflict]:
    """Return the items of judgements: between the clusters that judgements alone make."""
    if not joined.refused_judged:
        return []
    pairs = [
        (int(ties.judged.left[row]), int(ties.judged.right[row]))
        for row, _ in joined.refused_judged
    ]
    items = _Items(ties, joined, joined.by_people, pairs)
    return [
        items.item(kind, pair, 1.0, row, 1)
        for pair, (row, kind) in zip(pairs, joined.refused_judged, strict=True)
    ]


def _of_the_model(
    ties: Ties, joined: Joined, kept: Sequence[tuple[int, Kind, int]]
) -> list[Conflict]:
    """Return the items of the model's pairs: between the clusters as they came out."""
    if not kept:
        return []
    pairs = [(int(ties.scored.left[row]), int(ties.scored.right[row])) for row, _, _ in kept]
    tied = [pair for pair, (_, kind, _) in zip(pairs, kept, strict=True) if kind in FORBIDDEN]
    items = _Items(ties, joined, joined.root, tied)
    return [
        items.item(kind, pair, float(ties.scored.score[row]), None, count)
        for pair, (row, kind, count) in zip(pairs, kept, strict=True)
    ]


def _groups(
    ties: Ties, joined: Joined, rows: Ints, reasons: Ints
) -> tuple[list[int], list[int], list[int]]:
    """Return the strongest pair of each reason and two clusters, its reason, how many there are."""
    one, two = joined.root[ties.scored.left[rows]], joined.root[ties.scored.right[rows]]
    key = (np.minimum(one, two) * ties.size + np.maximum(one, two)) * len(REASONS) + reasons
    _, first, counts = np.unique(key, return_index=True, return_counts=True)
    order = np.argsort(first)
    return (
        rows[first[order]].tolist(), reasons[first[order]].tolist(), counts[order].tolist()
    )  # fmt: skip


class _Sides:
    """The clusters of one moment, and the negative judgements between them."""

    def __init__(self, ties: Ties, root: Ints) -> None:
        self.root = root
        self._order = np.argsort(root, kind="stable")
        self._sorted = root[self._order]
        self._rows = np.flatnonzero(~ties.judged.positive)
        self._size = ties.size
        key = self._key(root[ties.judged.left[self._rows]], root[ties.judged.right[self._rows]])
        order = np.lexsort((ties.judged.right[self._rows], ties.judged.left[self._rows], key))
        self._rows, self._keys = self._rows[order], key[order]

    def members(self, root: int) -> Ints:
        """Return the members of a cluster, ascending."""
        start, end = np.searchsorted(self._sorted, [root, root + 1])
        return self._order[start:end]

    def negatives(self, one: int, two: int) -> list[int]:
        """Return the rows of the negative judgements between two clusters, by entity."""
        key = int(self._key(np.array([one]), np.array([two]))[0])
        start, end = np.searchsorted(self._keys, [key, key + 1])
        rows: list[int] = self._rows[start:end].tolist()
        return rows

    def _key(self, one: Ints, two: Ints) -> Ints:
        return np.minimum(one, two) * self._size + np.maximum(one, two)


class _Forest:
    """What was joined: in it, one path ties two entities of a cluster."""

    def __init__(self, ties: Ties, joined: Joined, roots: Iterable[int]) -> None:
        wanted = np.array(sorted(roots), np.int64)
        self._near: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._above: dict[int, tuple[int, int, int]] = {}
        for pairs, all_rows, is_judged in (
            (ties.judged, joined.judged, True),
            (ties.scored, joined.scored, False),
        ):
            rows = all_rows[np.isin(joined.root[pairs.left[all_rows]], wanted)]
            columns = (pairs.left[rows].tolist(), pairs.right[rows].tolist(), rows.tolist())
            for left, right, row in zip(*columns, strict=True):
                event = row if is_judged else -1
                self._near[left].append((right, event))
                self._near[right].append((left, event))
        for root in wanted.tolist():
            self._grow(root)

    def _grow(self, root: int) -> None:
        self._above[root] = (root, -1, 0)
        waiting = [root]
        while waiting:
            entity = waiting.pop()
            depth = self._above[entity][2] + 1
            for other, event in self._near[entity]:
                if other not in self._above:
                    self._above[other] = (entity, event, depth)
                    waiting.append(other)

    def path(self, one: int, two: int) -> tuple[list[int], list[int]]:
        """Return the entities between two of a cluster, and the rows of the judgements there."""
        entities, rows = [one, two], []
        while one != two:
            if self._above[one][2] < self._above[two][2]:
                one, two = two, one
            one, row, _ = self._above[one]
            entities.append(one)
            if row >= 0:
                rows.append(row)
        return entities, rows


class _Items:
    """Makes items of pairs that were refused.

    Attributes:
        sides: The clusters between which they were.
        forest: What tied these clusters.
    """

    def __init__(
        self, ties: Ties, joined: Joined, root: Ints, tied: Iterable[tuple[int, int]]
    ) -> None:
        self.ties = ties
        self.sides = _Sides(ties, root)
        self.forest = _Forest(ties, joined, {int(joined.root[end]) for two in tied for end in two})

    def item(
        self, kind: Kind, pair: tuple[int, int], score: float, refused: int | None, count: int
    ) -> Conflict:
        """Return one item; ``refused`` is the row of the person's judgement, where it was one."""
        judged, root = self.ties.judged, self.sides.root
        left, right = pair
        one, two = int(root[left]), int(root[right])
        negatives = self.sides.negatives(one, two) if kind in FORBIDDEN else []
        named = negatives[:MOST_NEGATIVES]
        ends = [(int(judged.left[row]), int(judged.right[row])) for row in named]
        if kind is Kind.NO_COMMON_SCHEMA and refused is not None:
            ends = self._apart(one, two)
        between: dict[int, None] = {left: None, right: None}
        between |= dict.fromkeys(end for two_ends in ends for end in two_ends)
        rows: dict[int, None] = {} if refused is None else {refused: None}
        for start, end in ends:
            near, far = (start, end) if root[start] == one else (end, start)
            for first, last in ((left, near), (right, far)):
                entities, passed = self.forest.path(first, last)
                between |= dict.fromkeys(entities)
                rows |= dict.fromkeys(passed)
        held = [self.sides.members(side) for side in (one, two)]
        return Conflict(
            kind, left, right, score, _events(judged.event, rows), _events(judged.event, named),
            len(negatives), _named(between, held, is_cut=refused is None),
            sum(map(len, held)), count,
        )  # fmt: skip

    def _apart(self, one: int, two: int) -> list[tuple[int, int]]:
        """Return the first members, one of each cluster, of every two groups that exclude."""
        of, apart = self.ties.groups
        firsts = []
        for side in (one, two):
            members = self.sides.members(side)
            members = members[of[members] >= 0]
            groups, first = np.unique(of[members], return_index=True)
            firsts.append(list(zip(groups.tolist(), members[first].tolist(), strict=True)))
        return [
            (member, other)
            for group, member in firsts[0]
            for against, other in firsts[1]
            if apart[group, against]
        ]


def _events(ids: Sequence[str], rows: Iterable[int]) -> tuple[str, ...]:
    return tuple(ids[row] for row in rows)


def _named(between: Iterable[int], held: Sequence[Ints], *, is_cut: bool) -> tuple[int, ...]:
    named = dict.fromkeys(between)
    for members in held:
        for member in members[:MOST_MEMBERS].tolist():
            if len(named) >= MOST_MEMBERS:
                break
            named[member] = None
    found = list(named)
    return tuple(sorted(found[:MOST_MEMBERS] if is_cut else found))
