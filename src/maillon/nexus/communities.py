"""Communities as large as towns: the small ones of `blocks`, joined where ties hold them together.

`blocks` finds circles of a few people, a chain among them: measured against so small a circle a
hop looks expected and a middle person looks certain. Here whole circles move to the neighbouring
community where they have most ties beyond what their degrees give, level by level; there is no
chance in it, and a tie goes to the lower number. Source: Blondel et al. 2008 (the levels); the
scale of what degrees give is fixed, so that a large country has no larger towns.
"""

from typing import Final

import numpy as np

from maillon.nexus.links import Floats, Ints
from maillon.nexus.pairs import Pairs

LEVELS: Final = 8
ROUNDS: Final = 8
"""Rounds a level; in each, half of the communities (odd, even) may move."""
SCALE: Final = 5_000
"""Nodes of mean degree among which ties by degree alone are reckoned."""
LARGEST: Final = 3_000
"""A community of more nodes takes no new member."""
_KNOWN: Final = 2
"""Weight of a tie that a register holds (family, employer), against 1 a working channel."""


def communities(pairs: Pairs, block: Ints) -> Ints:
    """Return a community number for each node, from 0; ``block`` is where to begin."""
    label = block.copy()
    weight = pairs.channels + _KNOWN * (pairs.register > 0)
    if not len(weight):
        return label
    ends, both = np.r_[pairs.i, pairs.j], np.r_[weight, weight].astype(np.float64)
    reach = _sums(ends, both, pairs.count)
    room = min(float(reach.sum()), float(reach.mean()) * SCALE)
    for _ in range(LEVELS):
        count = int(label.max()) + 1
        a, b, tied = _contracted(label[pairs.i], label[pairs.j], weight, count)
        volume = _sums(label, reach, count)
        size = np.bincount(label, minlength=count)
        moved = _moved(a, b, tied, volume, size, room)
        label = moved[label]
        if len(np.unique(moved)) == count:
            break
        label = np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)
    return np.asarray(np.unique(label, return_inverse=True)[1], dtype=np.int64)


def _sums(label: Ints, weight: Floats, count: int) -> Floats:
    """Return the sum of whole weights by label."""
    return np.asarray(np.bincount(label, weights=weight, minlength=count), dtype=np.float64)


def _contracted(one: Ints, other: Ints, weight: Ints, count: int) -> tuple[Ints, Ints, Ints]:
    """Return the ties between communities, each in both directions, with their weight."""
    apart = one != other
    key = np.r_[one[apart] * count + other[apart], other[apart] * count + one[apart]]
    order = np.argsort(key, kind="stable")
    key, weight = key[order], np.r_[weight[apart], weight[apart]][order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else key
    a, b = np.divmod(key[starts], count)
    return a, b, np.add.reduceat(weight, starts) if len(starts) else weight


def _moved(a: Ints, b: Ints, tied: Ints, volume: Floats, size: Ints, room: float) -> Ints:
    """Return the new community of each."""
    home = np.arange(len(volume), dtype=np.int64)
    held, members = volume.copy(), size.astype(np.int64)
    halves = [np.flatnonzero(a % 2 == odd) for odd in (0, 1)]
    for turn in range(2 * ROUNDS):
        mine = halves[turn % 2]
        if not len(mine):
            continue
        who, where = _wishes(
            a[mine], home[b[mine]], tied[mine], home, (held, members, room), volume
        )
        if not len(who):
            continue
        home[who] = where
        held = _sums(home, volume, len(volume))
        members = np.bincount(home, weights=size, minlength=len(volume)).astype(np.int64)
    return home


def _wishes(
    node: Ints, offered: Ints, tied: Ints, home: Ints, now: tuple[Floats, Ints, float], own: Floats
) -> tuple[Ints, Ints]:
    """Return who moves, and where: the most ties beyond what degrees give, more than at home."""
    held, members, room = now
    key = node * len(home) + offered
    order = np.argsort(key, kind="stable")
    key, tied = key[order], tied[order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    total = np.add.reduceat(tied, starts).astype(np.float64)
    node, offered = np.divmod(key[starts], len(home))
    is_home = offered == home[node]
    beside = held[offered] - np.where(is_home, own[node], 0.0)
    gain = np.round(total - own[node] * beside / room, 6)
    at_home = np.round(-own[:] * (held[home] - own) / room, 6)
    at_home[node[is_home]] = gain[is_home]
    open_place = ~is_home & (members[offered] < LARGEST) & (gain > at_home[node])
    node, offered, gain = node[open_place], offered[open_place], gain[open_place]
    best = np.lexsort((offered, -gain, node))
    node, offered = node[best], offered[best]
    first = np.flatnonzero(np.r_[True, node[1:] != node[:-1]]) if len(node) else node
    return node[first], offered[first]
