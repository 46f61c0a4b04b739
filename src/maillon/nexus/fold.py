"""Paths to leads: best first, one an anchor pair; a hop of a higher lead earns nothing again."""

import heapq
from dataclasses import dataclass

import numpy as np

from maillon.nexus.features import FEATURES, features
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
    chosen = _considered(ends, logit, keep)
    heap = [(-logit[path], path, 0) for path in chosen]
    heapq.heapify(heap)
    again = _Again(pairs, told, paths, chosen, model)
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
            heapq.heappush(heap, (-again.logit(path, marks), path, sum(marks)))
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


class _Again:
    """Scores paths again: of a used hop only the surprise changes, and the weakest with it.

    Args:
        pairs: The pairs.
        told: Their surprise.
        paths: Every path searched.
        chosen: Numbers of those that may be asked for.
        model: What scores them.
    """

    def __init__(
        self, pairs: Pairs, told: Surprise, paths: Paths, chosen: list[int], model: Logistic
    ) -> None:
        some = Paths(paths.nodes[chosen], paths.hops[chosen])
        terms = model.terms(features(pairs, told, some))
        columns = [FEATURES.index(name) for name in ("surprise", "weakest")]
        rest = terms.sum(axis=1) - terms[:, columns].sum(axis=1)
        self._rest = dict(zip(chosen, rest.tolist(), strict=True))
        self._weigh = [
            (float(model.mean[at]), float(model.scale[at]), float(model.weight[at]))
            for at in columns
        ]
        self._total, self._hops, self._model = told.total, paths.hops, model

    def logit(self, path: int, marks: list[bool]) -> float:
        """Return the log odds of a path of which some hops earn no surprise."""
        earned = [
            min(total, 0.0) if is_used else total
            for total, is_used in zip(
                self._total[self._hops[path, : len(marks)]].tolist(), marks, strict=True
            )
        ]
        terms = self._rest[path]
        for value, (mean, scale, weight) in zip(
            (sum(earned), min(earned)), self._weigh, strict=True
        ):
            terms += round((round(value, 6) - mean) / scale * weight * 1e9)
        return float(self._model.logit_of(np.asarray(terms)))
