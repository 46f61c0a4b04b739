"""Paths to leads: best first, one an anchor pair; a hop of a higher lead earns nothing again."""

import heapq
from dataclasses import dataclass

import numpy as np

from maillon.nexus.features import features
from maillon.nexus.links import Floats, Ints
from maillon.nexus.pairs import Pairs
from maillon.nexus.paths import NONE, Paths
from maillon.nexus.probability import Logistic
from maillon.nexus.surprise import Surprise


@dataclass(frozen=True, slots=True)
class Ranked:
    """One lead in rank order.

    Attributes:
        path: Number of its best path.
        others: Numbers of further paths of the same anchor pair that share no hop with it or each
            other.
        logit: Log odds of the best path, what higher leads already use taken off.
        used: Whether each hop of the best path stands in a higher lead.
    """

    path: int
    others: tuple[int, ...]
    logit: float
    used: tuple[bool, ...]


def fold(
    pairs: Pairs, told: Surprise, paths: Paths, logit: Floats, model: Logistic, keep: int
) -> list[Ranked]:
    """Return at most ``keep`` leads, best first; ties go by the order of ``paths``.

    Args:
        pairs: The pairs.
        told: Their surprise.
        paths: Every path searched.
        logit: Log odds of each path by itself.
        model: What scores a path again after its hops were used.
        keep: Most leads.
    """
    ends = paths.nodes[:, 0].astype(np.int64) * pairs.count + paths.crime
    heap = [(-logit[path], path, 0) for path in _considered(ends, logit, keep)]
    heapq.heapify(heap)
    used: set[int] = set()
    taken: set[int] = set()
    leads: list[Ranked] = []
    while heap and len(leads) < keep:
        score, path, spent = heapq.heappop(heap)
        if int(ends[path]) in taken:
            continue
        hops = [int(hop) for hop in paths.hops[path] if hop != NONE]
        marks = [hop in used for hop in hops]
        if sum(marks) > spent:
            heapq.heappush(
                heap, (-_again(pairs, told, paths, path, marks, model), path, sum(marks))
            )
            continue
        taken.add(int(ends[path]))
        leads.append(Ranked(path, (), round(float(-score), 6), tuple(marks)))
        used.update(hops)
    return leads


def with_others(
    leads: list[Ranked], paths: Paths, count: int, logit: Floats, most: int
) -> list[Ranked]:
    """Return the leads with up to ``most`` - 1 further paths each, none sharing a hop."""
    ends = paths.nodes[:, 0].astype(np.int64) * count + paths.crime
    order = np.lexsort((np.arange(len(ends)), -logit, ends))
    start = np.searchsorted(ends[order], ends)
    stop = np.searchsorted(ends[order], ends, side="right")
    found = []
    for lead in leads:
        hops = {int(hop) for hop in paths.hops[lead.path]} - {NONE}
        others: list[int] = []
        for path in order[start[lead.path] : stop[lead.path]]:
            own = {int(hop) for hop in paths.hops[path]} - {NONE}
            if len(others) < most - 1 and not own & hops:
                others.append(int(path))
                hops |= own
        found.append(Ranked(lead.path, tuple(others), lead.logit, lead.used))
    return found


def _considered(ends: Ints, logit: Floats, keep: int) -> list[int]:
    """Return the best paths: what lies deeper does not reach the leads that are kept."""
    order = np.lexsort((np.arange(len(ends)), -logit))
    if keep >= len(order):
        return [int(path) for path in order]
    return [int(path) for path in order[: max(40 * keep, 20_000)]]


def _again(
    pairs: Pairs, told: Surprise, paths: Paths, path: int, marks: list[bool], model: Logistic
) -> float:
    wide = np.zeros((1, paths.hops.shape[1]), dtype=bool)
    wide[0, : len(marks)] = marks
    one = Paths(paths.nodes[path : path + 1], paths.hops[path : path + 1])
    return float(model.logit(features(pairs, told, one, wide))[0])
