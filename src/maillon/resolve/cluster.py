"""Clusters: what pair scores and judgements imply, negative ones being hard constraints.

The partition is a function of the set of judgements and scores: pairs are taken strongest first,
people's before the model's, ties by id; two clusters join unless some pair across them was judged
negative. A positive judgement that a negative one forbids is a contradiction: work for people.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final

CONFIRMED: Final = 2.0
"""Score of a person's positive judgement: taken before every model's."""


Paper = tuple[str, str]
"""Kind of a document and its number, e.g. ``("passport", "RX77120")``."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entities that may be one.

    Attributes:
        left: Entity id, the smaller.
        right: Entity id, the greater.
        score: Probability that they are one, rounded to 1e-6; `CONFIRMED` where a person said so.
    """

    left: str
    right: str
    score: float


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A positive judgement of a person that negative judgements forbid.

    Attributes:
        positive: The pair that should be one.
        negatives: The pairs, one in each of the two clusters, that may not be.
    """

    positive: tuple[str, str]
    negatives: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Partition:
    """Clusters of two and more.

    Attributes:
        root: Entity id -> smallest entity id of its cluster; a singleton is not in it.
        confidence: Entity id -> probability that it belongs to its cluster.
        contradictions: For people to settle.
        kept_apart: Pairs that the model would have joined, and that negative judgements or other
            papers forbid.
    """

    root: dict[str, str] = field(default_factory=dict)
    confidence: dict[str, float] = field(default_factory=dict)
    contradictions: list[Contradiction] = field(default_factory=list)
    kept_apart: list[tuple[str, str]] = field(default_factory=list)


def canonical_id(root: str) -> str:
    """Return the canonical id of the cluster whose smallest member is ``root``."""
    return "ml-" + blake2b(root.encode("utf-8", "surrogatepass"), digest_size=10).hexdigest()


def partition(
    pairs: Iterable[Pair],
    negatives: Iterable[tuple[str, str]],
    papers: Mapping[str, frozenset[Paper]] | None = None,
) -> Partition:
    """Return the clusters.

    Args:
        pairs: Pairs above the threshold, in any order.
        negatives: Pairs that are not one, in any order.
        papers: Documents of an entity: kind and number. Two clusters that both know a kind of paper
            and share no number at all are two persons of one name, however like their records;
            only a person's judgement joins them.
    """
    held = {entity: set(numbers) for entity, numbers in (papers or {}).items()}
    parent: dict[str, str] = {}
    members: dict[str, list[str]] = {}
    forbidden = _forbidden(negatives)
    enemies = {entity: set(others) for entity, others in forbidden.items()}
    result = Partition()
    joined: dict[str, float] = {}
    for pair in sorted(pairs, key=lambda p: (-p.score, p.left, p.right)):
        one, two = _find(parent, pair.left), _find(parent, pair.right)
        if one != two:
            if _clash(enemies, members, one, two):
                _report(result, pair, forbidden, members.get(one, [one]), members.get(two, [two]))
                continue
            if pair.score < CONFIRMED and _other_papers(held.get(one), held.get(two)):
                result.kept_apart.append((pair.left, pair.right))
                continue
            _join(parent, members, enemies, one, two)
            if one in held or two in held:
                held[min(one, two)] = held.pop(one, set()) | held.pop(two, set())
        certain = min(pair.score, 1.0)
        for entity in (pair.left, pair.right):
            joined[entity] = max(joined.get(entity, 0.0), certain)
    for entity, certain in joined.items():
        result.root[entity] = _find(parent, entity)
        result.confidence[entity] = certain
    return result


def _forbidden(negatives: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    forbidden: dict[str, set[str]] = defaultdict(set)
    for left, right in negatives:
        forbidden[left].add(right)
        forbidden[right].add(left)
    return forbidden


def _find(parent: dict[str, str], entity: str) -> str:
    root = entity
    while (above := parent.get(root, root)) != root:
        root = above
    while (above := parent.get(entity, entity)) != root:
        parent[entity] = root
        entity = above
    return root


def _other_papers(one: set[Paper] | None, two: set[Paper] | None) -> bool:
    if not one or not two or one & two:
        return False
    return not {kind for kind, _ in one}.isdisjoint(kind for kind, _ in two)


def _clash(
    enemies: Mapping[str, set[str]], members: Mapping[str, Sequence[str]], one: str, two: str
) -> bool:
    if not enemies.get(one):
        return False
    return any(entity in enemies[one] for entity in members.get(two, (two,)))


def _join(
    parent: dict[str, str],
    members: dict[str, list[str]],
    enemies: dict[str, set[str]],
    one: str,
    two: str,
) -> None:
    # the smallest id is the root, so that the canonical id does not depend on the order of joining
    root, child = min(one, two), max(one, two)
    parent[child] = root
    members[root] = [*members.get(root, [root]), *members.pop(child, [child])]
    if child in enemies:
        enemies[root] = enemies.get(root, set()) | enemies.pop(child)


def _report(
    result: Partition,
    pair: Pair,
    forbidden: Mapping[str, set[str]],
    one: Sequence[str],
    two: Sequence[str],
) -> None:
    if pair.score < CONFIRMED:
        result.kept_apart.append((pair.left, pair.right))
        return
    others = set(two)
    against = sorted(
        (min(entity, enemy), max(entity, enemy))
        for entity in one
        for enemy in forbidden.get(entity, ())
        if enemy in others
    )
    result.contradictions.append(Contradiction((pair.left, pair.right), tuple(against)))
