"""The corridor: the pairs that can lie on a path of at most k hops between the two sides.

Two breadth-first searches over flags of nodes, one from each side, half of k deep; a node that may
not be crossed is entered and left standing. The same as recursive SQL took a minute over ten
million pairs (docs/decisions/0006).
"""

from typing import Final

import numpy as np

from maillon.nexus.links import Bools, Ints
from maillon.nexus.pairs import Pairs

FAR: Final = 99
"""Depth of a node that the search did not reach."""


def depths(pairs: Pairs, chosen: Bools, inner: Bools, starts: Ints, deep: int) -> Ints:
    """Return each node's least number of hops from ``starts``, or `FAR`.

    Args:
        pairs: The pairs.
        chosen: One a pair: whether it may be a hop.
        inner: One a node: whether it may be crossed.
        starts: Node numbers of the anchors of one side.
        deep: Most hops.
    """
    i, j = pairs.i[chosen], pairs.j[chosen]
    depth = np.full(pairs.count, FAR, dtype=np.int64)
    depth[starts] = 0
    front = depth == 0
    for step in range(1, deep + 1):
        crossed = front if step == 1 else front & inner
        reached = np.zeros(pairs.count, dtype=bool)
        reached[j[crossed[i]]] = True
        reached[i[crossed[j]]] = True
        front = reached & (depth == FAR)
        depth[front] = step
    return depth


def in_corridor(pairs: Pairs, chosen: Bools, from_terror: Ints, from_crime: Ints, k: int) -> Bools:
    """Return which pairs can lie on a path of ``k`` hops, by depths of half of ``k`` a side."""
    forth = _fits(from_terror[pairs.i], from_crime[pairs.j], k)
    back = _fits(from_terror[pairs.j], from_crime[pairs.i], k)
    return chosen & (forth | back)


def _fits(terror: Ints, crime: Ints, k: int) -> Bools:
    deep_terror, deep_crime = (k + 1) // 2, k // 2
    # A depth beyond the search is at least one more than the search was deep.
    least = np.minimum(terror, deep_terror + 1) + 1 + np.minimum(crime, deep_crime + 1)
    return (least <= k) & ((terror <= deep_terror) | (crime <= deep_crime))
