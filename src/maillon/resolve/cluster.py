"""Clusters: what pair scores and judgements imply, negative ones being hard constraints.

The partition is a function of the set of judgements and scores: pairs are taken strongest first,
people's before the model's, ties by entity; two clusters join unless some pair across them was
judged negative, no schema is common to both, or (the model's pairs only) their papers are others.
A component in which nothing can keep anybody apart is a cluster as it is; only the others are
joined pair by pair. So a component alone gives what it gives among all others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from maillon.resolve.conflicts import MOST, Conflict, conflicts
from maillon.resolve.constraints import (
    Floats,
    Groups,
    Ints,
    Judged,
    Papers,
    Scored,
    Ties,
    careful,
    check,
    no_groups,
    no_judgements,
    no_papers,
    restrict,
)
from maillon.resolve.joining import Kind, join, smallest
from maillon.store import Event, Verdict

__all__ = [
    "Conflict",
    "Groups",
    "Judged",
    "Kind",
    "Papers",
    "Partition",
    "Scored",
    "components",
    "judged",
    "partition",
    "partition_of",
]


@dataclass(slots=True)
class Partition:
    """The clusters of some entities.

    Attributes:
        root: Smallest member of each entity's cluster, shape ``(size,)``.
        confidence: Highest score that ties each entity to its cluster, 0 to 1; 1.0 for one that
            stands alone or that a judgement ties. Shape ``(size,)``.
        conflicts: For people to settle: judgements first, then the model's pairs, strongest first;
            `MOST` of each kind of the latter.
        totals: How many conflicts there are of each kind, kept or not.
        settled: The model's pairs that are themselves judged negative: no work for anybody.
    """

    root: Ints
    confidence: Floats
    conflicts: list[Conflict] = field(default_factory=list)
    totals: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(Kind, 0))
    settled: int = 0


def partition(
    size: int,
    scored: Scored,
    judged: Judged | None = None,
    papers: Papers | None = None,
    groups: Groups | None = None,
    most: int = MOST,
) -> Partition:
    """Return the clusters of entities 0 to ``size`` - 1, numbered in the order of their ids.

    Args:
        size: How many entities there are.
        scored: The model's pairs above the threshold, in any order.
        judged: Standing judgements, one of each pair, in any order.
        papers: Papers held. Two clusters that both know a kind of paper and share no number of any
            kind are two persons of one name; only a positive judgement joins them.
        groups: Entities that cannot be one; not even a positive judgement joins them.
        most: Conflicts of one kind that are kept of the model's pairs.

    Raises:
        ValueError: A pair is not two entities, the smaller first, or an entity is out of range.
    """
    ties = Ties(
        size, scored, judged or no_judgements(), papers or no_papers(), groups or no_groups(size)
    )
    check(ties)
    label, count = _labels(size, ties.scored, ties.judged)
    root = smallest(label, count)[label]
    need = careful(ties, label, count)
    nodes = np.flatnonzero(need[label])
    found = Partition(root, np.zeros(0))
    if len(nodes):
        part = restrict(ties, nodes)
        joined = join(part, label[nodes])
        root[nodes] = nodes[joined.root]
        items, found.totals, found.settled = conflicts(part, joined, most)
        found.conflicts = [_renumbered(item, nodes) for item in items]
    found.confidence = _confidence(size, root, ties.scored, ties.judged)
    return found


def partition_of(
    members: Ints,
    size: int,
    scored: Scored,
    judged: Judged | None = None,
    papers: Papers | None = None,
    groups: Groups | None = None,
    most: int = MOST,
) -> Partition:
    """Return the clusters of whole components: the very same as among all entities.

    Args:
        members: Entity numbers of one component or several (see `components`), ascending.
        size: How many entities there are in all; the other arguments are as for `partition`, and
            may leave out what does not touch ``members``.
        scored: See `partition`.
        judged: See `partition`.
        papers: See `partition`.
        groups: See `partition`, of all ``size`` entities.
        most: See `partition`.

    Returns:
        Arrays of the shape of ``members``; roots and conflicts hold the numbers among all.
    """
    ties = Ties(
        size, scored, judged or no_judgements(), papers or no_papers(), groups or no_groups(size)
    )
    check(ties)
    part = restrict(ties, members)
    found = partition(part.size, part.scored, part.judged, part.papers, part.groups, most)
    found.root = members[found.root]
    found.conflicts = [_renumbered(item, members) for item in found.conflicts]
    return found


def components(size: int, scored: Scored, judged: Judged | None = None) -> Ints:
    """Return the smallest member of each entity's component: what can change together.

    A judgement or score changes nothing outside the components of its two entities, as they are
    before it and after it.
    """
    label, count = _labels(size, scored, judged or no_judgements())
    return smallest(label, count)[label]


def judged(standing: Iterable[Event], number_of: Mapping[str, int]) -> Judged:
    """Return standing positive and negative events as arrays.

    Args:
        standing: One event of each pair, see `maillon.store.judgement.standing`.
        number_of: Number of an entity; events of others say nothing here.
    """
    rows = sorted(
        (*sorted((number_of[event.left], number_of[event.right])), event.verdict, event.id)
        for event in standing
        if event.verdict in {Verdict.POSITIVE, Verdict.NEGATIVE}
        and event.left in number_of
        and event.right in number_of
    )
    left, right, verdicts, ids = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Judged(
        np.array(left, np.int64),
        np.array(right, np.int64),
        np.array([verdict == Verdict.POSITIVE for verdict in verdicts], np.bool_),
        list(ids),
    )


def _labels(size: int, scored: Scored, judged: Judged) -> tuple[Ints, int]:
    left = np.concatenate([scored.left, judged.left[judged.positive]])
    right = np.concatenate([scored.right, judged.right[judged.positive]])
    graph = coo_array((np.ones(len(left)), (left, right)), shape=(size, size))
    count, label = connected_components(graph, directed=False)
    return label.astype(np.int64), int(count)


def _confidence(size: int, root: Ints, scored: Scored, judged: Judged) -> Floats:
    found = np.full(size, -1.0)
    inside = root[scored.left] == root[scored.right]
    for side in (scored.left, scored.right):
        np.maximum.at(found, side[inside], scored.score[inside])
    inside = judged.positive & (root[judged.left] == root[judged.right])
    for side in (judged.left, judged.right):
        found[side[inside]] = 1.0
    found[found < 0] = 1.0
    return found


def _renumbered(item: Conflict, numbers: Ints) -> Conflict:
    return replace(
        item,
        left=int(numbers[item.left]),
        right=int(numbers[item.right]),
        members=tuple(numbers[list(item.members)].tolist()),
    )
