"""What a path is ranked by: a fixed row of figures, each explainable on its own."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from maillon.nexus.links import Floats, Ints
from maillon.nexus.pairs import Pairs
from maillon.nexus.paths import NONE, Paths
from maillon.nexus.surprise import Surprise, gap_score

FEATURES: Final = (
    "surprise",
    "weakest",
    "through",
    "identity",
    "time",
    "hops",
    "fewest_channels",
    "mean_channels",
    "explained",
    "crossing",
    "repetition",
    "specificity",
    "weakest_repetition",
    "anchor_degree",
    "grade",
)
"""Names of the figures of a path, in the order of the model artefact."""
_NOTHING: Final = 0.0


def features(
    pairs: Pairs, told: Surprise, paths: Paths, used: NDArray[np.bool_] | None = None
) -> Floats:
    """Return (paths, features); a hop marked in ``used`` (paths, 4) earns no surprise."""
    hop = np.maximum(paths.hops, 0)
    live = paths.hops != NONE
    fresh = live if used is None else live & ~used
    length = live.sum(axis=1)
    earned = np.where(fresh, told.total[hop], np.minimum(told.total[hop], 0.0))
    total = np.where(live, earned, 0.0)
    weakest = np.where(live, total, np.inf).min(axis=1)
    channels = pairs.channels[hop]
    repeats = np.log(np.maximum(pairs.repeats[hop], 1))
    columns = (
        total.sum(axis=1),
        weakest,
        _reached(told, paths, length),
        np.where(live, np.log(pairs.identity[hop]), 0.0).sum(axis=1),
        _in_time(pairs, paths),
        length,
        np.where(live, channels, 99).min(axis=1),
        np.where(live, channels, 0).sum(axis=1) / length,
        (live & (pairs.register[hop] > 0)).sum(axis=1),
        np.where(live, told.crosses[hop], 0).sum(axis=1),
        np.where(live, repeats, 0.0).sum(axis=1) / length,
        np.where(live, np.log2(np.maximum(pairs.size[hop], 2)), 0.0).sum(axis=1) / length,
        np.where(live, repeats, np.inf).min(axis=1),
        np.log1p(pairs.degree[paths.nodes[:, 0]]) + np.log1p(pairs.degree[paths.crime]),
        np.where(live, np.log(pairs.grade[hop]), 0.0).sum(axis=1),
    )
    stacked = np.stack([np.asarray(c, dtype=np.float64) for c in columns], axis=1)
    return np.asarray(np.round(stacked, 6), dtype=np.float64)


def _reached(told: Surprise, paths: Paths, length: Ints) -> Floats:
    """Return the log of the chance that a path goes through its nodes, hop by hop.

    A working tie stays in its community half of the time: a node of another one is any of the
    country. The last node is given: only whether the last hop leaves its community counts.
    """
    node = np.maximum(paths.nodes[:, 1:], 0)
    crosses = told.crosses[np.maximum(paths.hops, 0)] > 0
    found = np.where(crosses, told.anywhere[node], told.through[node])
    place = np.arange(paths.hops.shape[1])
    last = place == length[:, None] - 1
    found = np.where(last, found - told.anywhere[node] + np.log(0.5), found)
    return np.asarray(np.where(place < length[:, None], found, 0.0).sum(axis=1), dtype=np.float64)


def _in_time(pairs: Pairs, paths: Paths) -> Floats:
    """Return how well the days of the hops fit one chain, in the better direction."""
    forward = np.zeros(len(paths))
    backward = np.zeros(len(paths))
    for at in range(paths.hops.shape[1] - 1):
        both = paths.hops[:, at + 1] != NONE
        one, two = np.maximum(paths.hops[:, at], 0), np.maximum(paths.hops[:, at + 1], 0)
        forward += np.where(both, gap_score(pairs.middle[one], pairs.middle[two]), 0.0)
        backward += np.where(both, gap_score(pairs.middle[two], pairs.middle[one]), 0.0)
    return np.maximum(forward, backward)
