"""Ties between entities called a to z, written as ``ab`` and ``ab!``, and the plain way to join."""

import random
from collections.abc import Mapping, Sequence

import numpy as np

from maillon.resolve.cluster import Conflict, Groups, Judged, Papers, Partition, Scored, partition

LETTERS = "abcdefghijklmnopqrstuvwxyz"
Ties = tuple[int, Scored, Judged, Papers, Groups]


def scored(said: Mapping[str, float]) -> Scored:
    """The model's pairs: ``{"ab": 0.99}``."""
    pairs = [sorted(map(LETTERS.index, pair)) for pair in said]
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T
    return Scored(left, right, np.array(list(said.values()), np.float64))


def judged(said: Sequence[str]) -> Judged:
    """Judgements: ``["ab", "ac!"]``, the second being negative; the text is the event's id."""
    pairs = [sorted(map(LETTERS.index, one[:2])) for one in said]
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T
    return Judged(left, right, np.array(["!" not in one for one in said], np.bool_), list(said))


def papers(said: Mapping[str, Sequence[tuple[int, int]]]) -> Papers:
    """Papers held: ``{"a": [(kind, number)]}``."""
    rows = [(LETTERS.index(entity), *one) for entity, held in said.items() for one in held]
    entity, kind, number = np.array(rows, np.int64).reshape(-1, 3).T
    return Papers(entity, kind.astype(np.int32), number)


def groups(said: Mapping[str, int], size: int) -> Groups:
    """Groups 0 and 1 cannot be one; all others may be anything."""
    of = np.full(size, -1, np.int64)
    for entity, group in said.items():
        of[LETTERS.index(entity)] = group
    return Groups(of, np.array([[False, True], [True, False]]))


def clusters(found: Partition) -> list[str]:
    """Clusters of two and more, as words."""
    held: dict[int, str] = {}
    for entity, root in enumerate(found.root.tolist()):
        held[root] = held.get(root, "") + LETTERS[entity]
    return sorted(word for word in held.values() if len(word) > 1)


def words(item: Conflict) -> tuple[str, str, set[str], set[str], str]:
    """Kind, pair, positives, negatives, members of a conflict."""
    members = "".join(LETTERS[one] for one in item.members)
    pair = LETTERS[item.left] + LETTERS[item.right]
    return str(item.kind), pair, set(item.positives), set(item.negatives), members


def solved(pairs: Mapping[str, float], said: Sequence[str] = ()) -> Partition:
    return partition(len(LETTERS), scored(pairs), judged(said))


def invented(dice: random.Random) -> Ties:
    """Random ties of a handful of entities, each constraint among them."""
    size = dice.choice([4, 6, 8, 12, 20])
    every = [(left, right) for right in range(size) for left in range(right)]

    def some(most: int) -> tuple[list[int], list[int]]:
        chosen = dice.sample(every, min(len(every), dice.randrange(most)))
        return [left for left, _ in chosen], [right for _, right in chosen]

    left, right = some(25)
    scores = [dice.choice([0.9, 0.95, 0.99]) for _ in left]
    pairs = Scored(np.array(left, np.int64), np.array(right, np.int64), np.array(scores))
    left, right = some(12)
    verdicts = [dice.random() < 0.5 for _ in left]
    said = Judged(
        np.array(left, np.int64), np.array(right, np.int64), np.array(verdicts, np.bool_),
        [f"{one}-{two}" for one, two in zip(left, right, strict=True)],
    )  # fmt: skip
    rows = range(dice.choice([0, 0, 4, 10]))
    held = Papers(
        np.array([dice.randrange(size) for _ in rows], np.int64),
        np.array([dice.randrange(2) for _ in rows], np.int32),
        np.array([dice.randrange(4) for _ in rows], np.int64),
    )
    of = [dice.choice([-1, -1, -1, 0, 1]) for _ in range(size)]
    apart = np.array([[False, True], [True, False]])
    return size, pairs, said, held, Groups(np.array(of, np.int64), apart)


def shuffled(ties: Ties, dice: random.Random) -> Ties:
    """The same ties in another order."""
    size, pairs, said, held, kinds = ties

    def order(length: int) -> list[int]:
        return dice.sample(range(length), length)

    one, two, three = order(len(pairs.left)), order(len(said.left)), order(len(held.entity))
    return (
        size,
        Scored(pairs.left[one], pairs.right[one], pairs.score[one]),
        Judged(said.left[two], said.right[two], said.positive[two], [said.event[n] for n in two]),
        Papers(held.entity[three], held.kind[three], held.number[three]),
        kinds,
    )


def plainly(ties: Ties) -> list[int]:
    """Roots, by comparing every entity of one cluster with every one of the other."""
    size, pairs, said, held, kinds = ties
    cluster = {entity: {entity} for entity in range(size)}
    verdicts = list(zip(*(said[n].tolist() for n in range(3)), strict=True))  # type: ignore[union-attr]  # the first three are arrays
    no = {(left, right) for left, right, positive in verdicts if not positive}
    numbers: dict[int, set[tuple[int, int]]] = {entity: set() for entity in range(size)}
    for entity, kind, number in zip(*(column.tolist() for column in held), strict=True):
        numbers[entity].add((kind, number))

    def excludes(one: int, two: int) -> bool:
        group, other = kinds.of[one], kinds.of[two]
        return (min(one, two), max(one, two)) in no or (group != other and -1 not in {group, other})

    def others(one: set[int], two: set[int]) -> bool:
        mine = set().union(*(numbers[entity] for entity in one))
        theirs = set().union(*(numbers[entity] for entity in two))
        return not mine & theirs and bool({k for k, _ in mine} & {k for k, _ in theirs})

    todo = [(0.0, left, right) for left, right, positive in verdicts if positive]
    scores = zip(
        *(column.tolist() for column in (pairs.left, pairs.right, pairs.score)), strict=True
    )
    todo += [(2 - score, left, right) for left, right, score in scores]
    for rank, left, right in sorted(todo):
        one, two = cluster[left], cluster[right]
        if any(excludes(x, y) for x in one for y in two) or (rank and others(one, two)):
            continue
        for entity in one | two:
            cluster[entity] = one | two
    return [min(cluster[entity]) for entity in range(size)]
