"""What ties entities and what keeps them apart, as arrays; which components need care.

Entities are numbers, 0 to ``size`` - 1, in the order of their sorted ids: the smallest number is
the smallest id. A component is what pairs tie when nothing keeps anybody apart.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MOST_GROUPS: Final = 63
"""Groups fit the bits of one word."""


class Scored(NamedTuple):
    """The model's pairs above the threshold, in any order.

    Attributes:
        left: Entity numbers, the smaller of each pair.
        right: Entity numbers, the greater.
        score: Probability that the two are one, rounded to 1e-6.
        sure: Whether other papers do not keep the two apart: something else of one person is
            shared, or the number differs by a slip. None for no pair.
    """

    left: Ints
    right: Ints
    score: Floats
    sure: Flags | None = None


class Judged(NamedTuple):
    """The standing judgements of people and rules, one of each pair, in any order.

    Attributes:
        left: Entity numbers, the smaller of each pair.
        right: Entity numbers, the greater.
        positive: Whether the two were judged one; else they were judged not to be.
        event: Ids of the judgements.
    """

    left: Ints
    right: Ints
    positive: Flags
    event: Sequence[str]


class Papers(NamedTuple):
    """Numbers of papers that entities hold, in any order.

    Attributes:
        entity: Entity numbers.
        kind: Kinds of paper, small numbers from 0.
        number: Numbers of papers, as numbers; equal where kind and text are equal.
    """

    entity: Ints
    kind: npt.NDArray[np.int32]
    number: Ints


class Groups(NamedTuple):
    """Groups of entities that cannot be one, e.g. companies and public bodies.

    Attributes:
        of: Group of each entity, -1 for one that may be anything; shape ``(size,)``.
        apart: Whether two groups cannot be one entity; symmetric, shape ``(groups, groups)``.
    """

    of: Ints
    apart: Flags


class Ties(NamedTuple):
    """All that decides the clusters of ``size`` entities."""

    size: int
    scored: Scored
    judged: Judged
    papers: Papers
    groups: Groups


def no_judgements() -> Judged:
    """Return no judgements."""
    none = np.zeros(0, np.int64)
    return Judged(none, none, np.zeros(0, np.bool_), [])


def no_papers() -> Papers:
    """Return no papers."""
    none = np.zeros(0, np.int64)
    return Papers(none, np.zeros(0, np.int32), none)


def no_groups(size: int) -> Groups:
    """Return groups in which every entity may be anything."""
    return Groups(np.full(size, -1, np.int64), np.zeros((0, 0), np.bool_))


def check(ties: Ties) -> None:
    """Let through what is well formed.

    Raises:
        ValueError: A pair is not two entities, the smaller first; an entity is out of range; there
            are more than `MOST_GROUPS` groups.
    """
    for name, pairs in (("scored", ties.scored), ("judged", ties.judged)):
        left, right = pairs.left, pairs.right
        if len(left) and not (left.min() >= 0 and (left < right).all() and right.max() < ties.size):
            raise ValueError(f"{name}: a pair is two entities below {ties.size}, the smaller first")
    held = ties.papers.entity
    if len(held) and not (held.min() >= 0 and held.max() < ties.size):
        raise ValueError(f"papers: an entity is not below {ties.size}")
    if len(ties.groups.of) != ties.size or len(ties.groups.apart) > MOST_GROUPS:
        raise ValueError(f"groups: one an entity ({ties.size}), and {MOST_GROUPS} of them at most")


def restrict(ties: Ties, members: Ints) -> Ties:
    """Return what lies within ``members`` alone, these numbered anew from 0.

    Args:
        ties: Of all.
        members: Entity numbers, ascending: the order of what is returned is that of ``ties``.
    """
    scored, judged, papers = ties.scored, ties.judged, ties.papers
    left, right = _places(members, scored.left), _places(members, scored.right)
    kept = (left >= 0) & (right >= 0)
    sure = None if scored.sure is None else scored.sure[kept]
    inside = Scored(left[kept], right[kept], scored.score[kept], sure)
    left, right = _places(members, judged.left), _places(members, judged.right)
    rows = np.flatnonzero((left >= 0) & (right >= 0))
    said = Judged(
        left[rows],
        right[rows],
        judged.positive[rows],
        [judged.event[row] for row in rows.tolist()],
    )
    entity = _places(members, papers.entity)
    kept = entity >= 0
    held = Papers(entity[kept], papers.kind[kept], papers.number[kept])
    groups = Groups(ties.groups.of[members], ties.groups.apart)
    return Ties(len(members), inside, said, held, groups)


def _places(members: Ints, numbers: Ints) -> Ints:
    """Return the place of each number among ascending members, -1 for one that is none."""
    if not len(members):
        return np.full(len(numbers), -1, np.int64)
    found = np.minimum(np.searchsorted(members, numbers), len(members) - 1)
    return np.where(members[found] == numbers, found, -1).astype(np.int64)


def foes(groups: Groups) -> list[int]:
    """Return, for each group, the groups that it cannot be one with, as bits."""
    return [sum(1 << int(other) for other in np.flatnonzero(row)) for row in groups.apart]


def careful(ties: Ties, label: Ints, count: int) -> Flags:
    """Return which components something may keep apart; all others are clusters as they are.

    Args:
        ties: All that decides.
        label: Component of each entity, 0 to ``count`` - 1.
        count: How many components there are.
    """
    found = np.zeros(count, np.bool_)
    left, right = (side[~ties.judged.positive] for side in (ties.judged.left, ties.judged.right))
    within = label[left] == label[right]
    found[label[left[within]]] = True
    _mark_groups(found, ties.groups, label)
    _mark_papers(found, ties.papers, label)
    return found


def _mark_groups(found: Flags, groups: Groups, label: Ints) -> None:
    known = np.flatnonzero(groups.of >= 0) if groups.apart.any() else np.zeros(0, np.int64)
    if not len(known):
        return
    held = np.zeros(len(found), np.int64)
    np.bitwise_or.at(held, label[known], np.int64(1) << groups.of[known])
    for group, against in enumerate(foes(groups)):
        found |= ((held >> group) & 1).astype(np.bool_) & ((held & against) != 0)


def _mark_papers(found: Flags, papers: Papers, label: Ints) -> None:
    """Mark components where two clusters might know a kind of paper and share no number."""
    shared = np.bincount(label, minlength=len(found)) > 1
    rows = np.flatnonzero(shared[label[papers.entity]])
    if not len(rows):
        return
    where, kind = label[papers.entity[rows]], papers.kind[rows].astype(np.int64)
    cell = where * (int(kind.max()) + 1) + kind
    order = np.argsort(cell)
    cell, number = cell[order], papers.number[rows][order]
    starts = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]])
    several = np.minimum.reduceat(number, starts) != np.maximum.reduceat(number, starts)
    doubtful = np.zeros(len(found), np.bool_)
    doubtful[where[order][starts[several]]] = True
    if not several.any():
        return
    rows = rows[doubtful[where]]
    # one number that all holders of papers share: whatever two clusters there are, they share it
    holders = np.unique(papers.entity[rows])
    held = np.bincount(label[holders], minlength=len(found))
    entity, number = papers.entity[rows], papers.number[rows]
    where, kind = label[entity], papers.kind[rows].astype(np.int64)
    order = np.lexsort((entity, number, kind, where))
    place, entity = np.stack([where, kind, number])[:, order], entity[order]
    is_first = _changes(place)
    holding = np.add.reduceat(_changes(entity[None]) | is_first, np.flatnonzero(is_first))
    where = place[0][is_first]
    doubtful[where[holding == held[where]]] = False
    found |= doubtful


def _changes(columns: Ints) -> Flags:
    """Return which columns of a matrix differ from the one before; the first one does."""
    found = np.ones(columns.shape[1], np.bool_)
    found[1:] = (columns[:, 1:] != columns[:, :-1]).any(axis=0)
    return found
