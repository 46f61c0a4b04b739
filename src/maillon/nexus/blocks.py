"""Communities of the observed graph, by label propagation in rounds.

The same pairs give the same communities: there is no chance in it, and a tie goes to the lower
number.
"""

from typing import Final

import numpy as np

from maillon.nexus.links import Ints
from maillon.nexus.pairs import Pairs

ROUNDS: Final = 8
"""Rounds; in each, half of the nodes (odd, even) take the heaviest label among their neighbours."""
LARGEST: Final = 3_000
"""A larger community takes no new member: else one label floods a well-connected graph."""
_SHIFT: Final = 32


def blocks(pairs: Pairs) -> Ints:
    """Return a community number for each node, numbered from 0 in order of their labels."""
    label = np.arange(pairs.count, dtype=np.int64)
    a = np.r_[pairs.i, pairs.j]
    b = np.r_[pairs.j, pairs.i]
    # A tie of a busy node says less about where it belongs.
    busy = 1.0 / np.sqrt(np.maximum(pairs.degree[a] * pairs.degree[b], 1))
    known = np.r_[pairs.register, pairs.register] > 0
    weight = (np.r_[pairs.channels, pairs.channels] + 2.0 * known) * busy
    whole = np.round(weight * 1e4).astype(np.int64)
    halves = [np.flatnonzero(a % 2 == odd) for odd in (0, 1)]
    for turn in range(2 * ROUNDS):
        mine = halves[turn % 2]
        size = np.bincount(label, minlength=pairs.count)
        _propagate(label, a[mine], label[b[mine]], whole[mine], size)
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)


def _propagate(label: Ints, node: Ints, offered: Ints, weight: Ints, size: Ints) -> None:
    """Give each of ``node`` its heaviest offered label (least number on a tie), in place."""
    open_label = (size[offered] < LARGEST) | (offered == label[node])
    node, offered, weight = node[open_label], offered[open_label], weight[open_label]
    if not len(node):
        return
    key = node * len(label) + offered
    order = np.argsort(key)
    key, weight = key[order], weight[order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    total = np.add.reduceat(weight, starts)
    node, offered = np.divmod(key[starts], len(label))
    first = np.flatnonzero(np.r_[True, node[1:] != node[:-1]])
    best = np.maximum.reduceat((total << _SHIFT) + (len(label) - offered), first)
    label[node[first]] = len(label) - (best & ((1 << _SHIFT) - 1))
