"""How often chance alone gives a path this good: the q-value of a lead.

Three readings, the largest is printed: the posterior (mean of 1 - p over the leads down to this
one), and target
against decoy under two rewirings that keep every node's degree: plain, and within communities.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from maillon.nexus.features import features
from maillon.nexus.field import Field
from maillon.nexus.fold import fold
from maillon.nexus.links import Bools, Floats, Ints
from maillon.nexus.pairs import Pairs
from maillon.nexus.paths import Paths, maze, search
from maillon.nexus.probability import Logistic
from maillon.nexus.settings import TraceSettings
from maillon.nexus.surprise import Surprise, shuffled


def posterior_q(probability: Floats) -> Floats:
    """Return the running mean of 1 - p, over leads in rank order."""
    count = np.arange(1, len(probability) + 1)
    whole = np.cumsum(np.round((1.0 - probability) * 1e6).astype(np.int64))
    q: Floats = np.round(whole / 1e6 / np.maximum(count, 1), 6)
    return q


def decoy_q(target: Floats, decoy: Floats, draws: int) -> Floats:
    """Return which share of the leads scoring this high chance gives, from ``draws`` draws.

    One decoy is added, so that few draws never prove that there is none; the share never falls down
    the ranks.
    """
    fallen = np.sort(decoy)
    above = len(fallen) - np.searchsorted(fallen, target, side="left")
    share = (above + 1) / max(draws, 1) / np.arange(1, len(target) + 1)
    kept = np.minimum(np.minimum.accumulate(share[::-1])[::-1], 1.0)
    return np.asarray(np.round(kept, 6), dtype=np.float64)


def rewired(
    pairs: Pairs, chosen: Bools, block: Ints, rng: np.random.Generator, *, keeps_blocks: bool
) -> tuple[Pairs, Bools]:
    """Return pairs with shuffled ends, degrees kept, and which of them may be hops.

    A pair shuffled onto itself or onto another is no hop.
    """
    number = np.flatnonzero(chosen)
    turned = rng.random(len(number)) < 0.5  # noqa: PLR2004 - a fair coin
    a = np.where(turned, pairs.j[number], pairs.i[number])
    b = np.where(turned, pairs.i[number], pairs.j[number])
    kind = (
        np.where(block[a] == block[b], block[a], -1)
        if keeps_blocks
        else np.zeros(len(a), dtype=np.int64)
    )
    order = np.argsort(kind, kind="stable")
    shuffled = np.argsort(kind + rng.random(len(a)))
    ends = b.copy()
    ends[order] = b[shuffled]
    i, j = pairs.i.copy(), pairs.j.copy()
    i[number], j[number] = np.minimum(a, ends), np.maximum(a, ends)
    key = i[number] * pairs.count + j[number]
    first = np.zeros(len(key), dtype=bool)
    first[np.unique(key, return_index=True)[1]] = True
    allowed = np.zeros(len(chosen), dtype=bool)
    allowed[number] = first & (i[number] != j[number])
    return replace(pairs, i=i, j=j), allowed


def decoys(
    field: Field,
    asked: Sequence[tuple[Logistic, float]],
    settings: TraceSettings,
    *,
    keeps_blocks: bool,
) -> list[Floats]:
    """Return the log odds of the leads of rewired graphs, one array a model.

    They are searched and folded like the real one; folding never raises a path, so that what
    starts below ``least`` is left out.

    Args:
        field: The real graph.
        asked: Models, each with the least log odds that matter.
        settings: How far to look, how often to draw.
        keeps_blocks: Whether ends are shuffled within communities only.
    """
    scores = [[np.zeros(0)] for _ in asked]
    for draw in range(settings.draws):
        rng = np.random.default_rng([settings.seed, int(keeps_blocks), draw])
        pairs, allowed = rewired(
            field.pairs, field.chosen, field.told.community, rng, keeps_blocks=keeps_blocks
        )
        told = shuffled(pairs, field.told)
        walk = maze(pairs, allowed, field.inner, *field.sides, telling=True)
        paths = search(walk, settings.k, settings.budget_paths)[0]
        figures = features(pairs, told, paths)
        for held, (model, least) in zip(scores, asked, strict=True):
            held.append(_fallen(pairs, told, paths, model.logit(figures), model, least))
    return [np.concatenate(held) for held in scores]


def _fallen(
    pairs: Pairs, told: Surprise, paths: Paths, logit: Floats, model: Logistic, least: float
) -> Floats:
    """Return the log odds, ``least`` or more, of the leads of one rewired graph."""
    high = logit >= least
    kept = Paths(paths.nodes[high], paths.hops[high])
    leads = fold(pairs, told, kept, logit[high], model, max(len(kept), 1))
    return np.array([lead.logit for lead in leads if lead.logit >= least])
