"""`trace`: the whole run, from statements to leads."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from maillon.nexus.chance import decoy_q, decoys, posterior_q
from maillon.nexus.corridor import depths, in_corridor
from maillon.nexus.features import features
from maillon.nexus.field import Field, busy, survey
from maillon.nexus.fold import Ranked, fold, with_others
from maillon.nexus.lead import Lead, Trace
from maillon.nexus.links import Bench, Floats, Hub, drop, hubs
from maillon.nexus.paths import Cut, Paths, in_order, maze, search
from maillon.nexus.probability import Logistic, logistic, probability_of
from maillon.nexus.settings import TraceSettings
from maillon.nexus.writing import Written, write


@dataclass(frozen=True, slots=True)
class Run:
    """A run whose leads are ranked and not yet written; its tables stand on the connection.

    Attributes:
        field: The graph.
        written: What leads are written from.
        ranked: Leads in rank order, at most as many as the settings keep.
        hubs: What was entered and not crossed.
        cut: Why the search stopped early, or None.
    """

    field: Field
    written: Written
    ranked: list[Ranked]
    hubs: list[Hub]
    cut: Cut | None


def trace(
    bench: Bench, settings: TraceSettings | None = None, model: Logistic | None = None
) -> Trace:
    """Return the leads between terrorism and crime anchors, best first.

    Args:
        bench: A workbench with the view ``statement`` and the table ``canonical``.
        settings: How far to look; None takes the batch settings.
        model: What turns a path's figures into a probability; None takes the one that ships.

    Returns:
        The leads, the dual entities, the hubs that were not crossed, and whether the search was
        cut.
    """
    settings = settings or TraceSettings()
    with running(bench, settings, model) as run:
        leads = written_leads(bench, run, settings)
    counts = {**run.field.counts, "paths": len(run.written.paths), "hubs": len(run.hubs)}
    return Trace(leads, run.field.anchors.dual, run.hubs, run.cut, counts)


@contextmanager
def running(bench: Bench, settings: TraceSettings, model: Logistic | None = None) -> Iterator[Run]:
    """Lend a run with its leads ranked; what it left on the connection goes at the end."""
    with all_running(bench, settings, [model or logistic()]) as (run,):
        yield run


@contextmanager
def all_running(
    bench: Bench, settings: TraceSettings, models: Sequence[Logistic]
) -> Iterator[list[Run]]:
    """Lend one run a model, over one graph and one search; else as `running`."""
    try:
        field = survey(bench, settings)
        not_crossed = hubs(bench.con) + busy(field, settings)
        paths, cut = walk(field, settings)
        figures = features(field.pairs, field.told, paths)
        logit = [model.logit(figures) for model in models]
        ranked = [
            _by_length(field, paths, settings)
            if settings.baseline
            else _by_surprise(field, paths, odds, settings, model)
            for odds, model in zip(logit, models, strict=True)
        ]
        q = _q(field, ranked, settings, models)
        yield [
            Run(
                field,
                Written(
                    field.canonical, field.schema, field.anchors, field.pairs, field.told, paths,
                    logit[at], _probability(ranked[at]), q[at], model,
                ),
                ranked[at][: settings.top], not_crossed, cut,
            )
            for at, model in enumerate(models)
        ]  # fmt: skip
    finally:
        drop(bench.con)


def written_leads(bench: Bench, run: Run, settings: TraceSettings) -> list[Lead]:
    """Return the leads of a run with their further paths and their evidence."""
    paths, logit, most = run.written.paths, run.written.logit, settings.paths_per_lead
    ranked = with_others(run.ranked, paths, run.field.pairs.count, logit, most)
    return write(bench.con, run.written, ranked, is_complete=run.cut is None)


def walk(field: Field, settings: TraceSettings) -> tuple[Paths, Cut | None]:
    """Return the simple paths inside the corridor, and where the search was cut."""
    deadline = (
        None if settings.budget_seconds is None else time.monotonic() + settings.budget_seconds
    )
    terror, crime = field.sides
    half = settings.k // 2
    near_terror = depths(field.pairs, field.chosen, field.inner, terror, settings.k - half)
    near_crime = depths(field.pairs, field.chosen, field.inner, crime, half)
    corridor = in_corridor(field.pairs, field.chosen, near_terror, near_crime, settings.k)
    field.counts["pairs_corridor"] = int(corridor.sum())
    paths, cut = search(
        maze(field.pairs, corridor, field.inner, terror, crime, telling=not settings.baseline),
        settings.k,
        settings.budget_paths,
        deadline,
    )
    if settings.time_respecting:
        good = in_order(field.pairs, paths)
        paths = Paths(paths.nodes[good], paths.hops[good])
    return paths, cut


def _by_surprise(
    field: Field, paths: Paths, logit: Floats, settings: TraceSettings, model: Logistic
) -> list[Ranked]:
    return fold(field.pairs, field.told, paths, logit, model, _keep(settings, len(paths)))


def _by_length(field: Field, paths: Paths, settings: TraceSettings) -> list[Ranked]:
    """Return one lead an anchor pair, shortest path first, then by node: the yardstick."""
    ends = paths.nodes[:, 0].astype(np.int64) * field.pairs.count + paths.crime
    order = np.lexsort((np.arange(len(paths)), ends, paths.length))
    first = np.sort(np.unique(ends[order], return_index=True)[1])
    kept = order[first][: _keep(settings, len(paths))]
    return [
        Ranked(int(path), (), -float(paths.length[path]), (False,) * int(paths.length[path]))
        for path in kept
    ]


def _keep(settings: TraceSettings, paths: int) -> int:
    return max(paths, 1) if settings.top is None else settings.top


def _probability(ranked: list[Ranked]) -> Floats:
    return probability_of(np.array([lead.logit for lead in ranked]))


def _q(
    field: Field, ranked: list[list[Ranked]], settings: TraceSettings, models: Sequence[Logistic]
) -> list[Floats]:
    """Return the largest of the posterior q and of both decoy q-values, by lead, one a model."""
    q = [posterior_q(_probability(held)) for held in ranked]
    if settings.baseline or settings.draws == 0:
        return q
    target = [np.array([lead.logit for lead in held]) for held in ranked]
    some = [at for at, held in enumerate(target) if len(held)]
    asked = [(models[at], float(target[at].min())) for at in some]
    for keeps_blocks in (False, True) if some else ():
        fallen = decoys(field, asked, settings, keeps_blocks=keeps_blocks)
        for at, held in zip(some, fallen, strict=True):
            q[at] = np.maximum(q[at], decoy_q(target[at], held, settings.draws))
    return q
