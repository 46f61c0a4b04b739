"""Five other ways to rank anchor pairs, on the very same links as the nexus layer.

Source of the configuration model: Newman, Strogatz and Watts 2001 (mean excess degree). Source of
personalised PageRank: Haveliwala 2002; the restart is 0.15.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import poisson

from maillon.nexus.field import Field
from maillon.nexus.paths import NONE, Paths

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
RESTART: Final = 0.15
ROUNDS: Final = 30
WIDE: Final = 32
"""Terrorism anchors whose walks run at once."""
MOST: Final = 500
"""Pairs kept of each ranking."""
Ranking = Ints
"""Anchor pairs, best first: number of the terrorism node x number of nodes + the crime node."""


def rankings(field: Field, paths: Paths) -> dict[str, Ranking]:
    """Return the first pairs of each baseline; ``paths`` are all that the links hold."""
    ends, number = _pairs(field, paths)
    strength = _strength(field, paths)
    found = {
        "shortest_path": _first(ends, _best(number, -paths.length + strength / 2)),
        "path_strength": _first(ends, _best(number, strength)),
        "noisy_or": _first(ends, _noisy_or(paths, number, strength)),
        "configuration": _first(ends, _configuration(field, ends, number)),
        "pagerank": pagerank(field),
    }
    many = (paths.hops == NONE) | (field.pairs.channels[np.maximum(paths.hops, 0)] > 1)
    rich = many.all(axis=1)
    kept = Paths(paths.nodes[rich], paths.hops[rich])
    if len(kept):
        ends, number = _pairs(field, kept)
        found["path_strength_of_several_channels"] = _first(ends, _best(number, strength[rich]))
        found["noisy_or_of_several_channels"] = _first(
            ends, _noisy_or(kept, number, strength[rich])
        )
    return found


def _pairs(field: Field, paths: Paths) -> tuple[Ints, Ints]:
    """Return the anchor pairs (as one number each) and the number of each path's pair."""
    ends = paths.nodes[:, 0].astype(np.int64) * field.pairs.count + paths.crime
    return np.unique(ends, return_inverse=True)


def _strength(field: Field, paths: Paths) -> Floats:
    """Return the product of the strengths of the hops of each path."""
    each = np.where(paths.hops == NONE, 1.0, field.pairs.strength[np.maximum(paths.hops, 0)])
    return np.asarray(each.prod(axis=1), dtype=np.float64)


def _best(number: Ints, score: Floats) -> Floats:
    found = np.full(int(number.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(found, number, score)
    return found


def _first(ends: Ints, score: Floats) -> Ints:
    """Return the pairs of the highest scores; a tie goes to the lower number."""
    return ends[np.lexsort((ends, -score))][:MOST]


def _noisy_or(paths: Paths, number: Ints, strength: Floats) -> Floats:
    """Return 1 - product of (1 - strength) over paths that share no hop, taken strongest first."""
    rest = np.zeros(int(number.max(initial=-1)) + 1)
    used: set[tuple[int, int]] = set()
    for path in np.lexsort((np.arange(len(number)), -strength)).tolist():
        pair = int(number[path])
        hops = {(pair, int(hop)) for hop in paths.hops[path] if hop != NONE}
        if not hops & used:
            used |= hops
            rest[pair] += np.log1p(-min(float(strength[path]), 1 - 1e-12))
    return np.asarray(-np.expm1(rest), dtype=np.float64)


def _configuration(field: Field, ends: Ints, number: Ints) -> Floats:
    """Return -log P(as many paths or more), were links drawn by degree alone."""
    chosen = field.chosen
    degree = np.bincount(
        np.r_[field.pairs.i[chosen], field.pairs.j[chosen]], minlength=field.pairs.count
    ).astype(np.float64)
    both = max(float(degree.sum()), 1.0)
    excess = float((degree * (degree - 1)).sum()) / both
    reach = sum(excess**step for step in range(4))
    one, other = np.divmod(ends, field.pairs.count)
    expected = degree[one] * degree[other] / both * reach
    seen = np.bincount(number, minlength=len(ends))
    return -np.asarray(poisson.logsf(seen - 1, expected), dtype=np.float64)


def pagerank(field: Field) -> Ranking:
    """Return the pairs by walk with restart from the one side times that from the other.

    On an undirected graph the walk from c to t is that from t to c times weight(t) / weight(c), so
    that walks from one side are enough.
    """
    terror, crime = field.sides
    if not len(terror) or not len(crime):
        return np.zeros(0, dtype=np.int64)
    chosen, count = field.chosen, field.pairs.count
    i, j, w = field.pairs.i[chosen], field.pairs.j[chosen], field.pairs.strength[chosen]
    graph = csr_array((np.r_[w, w], (np.r_[i, j], np.r_[j, i])), shape=(count, count))
    weight = np.maximum(np.asarray(graph.sum(axis=1)).ravel(), 1e-12)
    step = (graph * (1.0 / weight)[:, None]).T.tocsr()
    keys, scores = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    for at in range(0, len(terror), WIDE):
        mine = terror[at : at + WIDE]
        start = np.zeros((count, len(mine)))
        start[mine, np.arange(len(mine))] = 1.0
        here = start
        for _ in range(ROUNDS):
            here = (1 - RESTART) * (step @ here) + RESTART * start
        forth = here[crime]
        both = forth * forth * weight[mine][None, :] / weight[crime][:, None]
        keys.append((mine[None, :] * count + crime[:, None]).ravel())
        scores.append(both.ravel())
    return _first(np.concatenate(keys), np.concatenate(scores))
