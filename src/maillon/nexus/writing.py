"""Ranked paths to leads: captions, evidence, link types, what speaks against them."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

import duckdb
import numpy as np

from maillon.nexus.anchors import Anchor, Anchors
from maillon.nexus.channels import CHANNELS, codes_of
from maillon.nexus.evidence import Shown, independent_sources, shown
from maillon.nexus.explain import against, alternatives, refute, time_order
from maillon.nexus.features import features
from maillon.nexus.fold import Ranked
from maillon.nexus.lead import Hop, Lead, Path
from maillon.nexus.links import NO_DAY, Floats
from maillon.nexus.pairs import Pairs
from maillon.nexus.paths import NONE, Paths
from maillon.nexus.probability import Logistic, probability_of
from maillon.nexus.surprise import Surprise, lowered
from maillon.nexus.vocabulary import checked, types_of

EPOCH = date(1970, 1, 1)


class Names(Protocol):
    """Texts by number."""

    def __getitem__(self, number: int, /) -> str:
        """Return one."""


class Known(Protocol):
    """What a hop is written from: the graph of a run, or a mapped one."""

    @property
    def canonical(self) -> Names:
        """Canonical ids by node number."""

    @property
    def pairs(self) -> Pairs:
        """The pairs."""

    @property
    def told(self) -> Surprise:
        """Their surprise."""

    def schema_of(self, node: int) -> str:
        """Return the schema of a node."""


@dataclass(frozen=True, slots=True)
class Written:
    """Everything that a lead is written from; arrays by lead are in rank order."""

    canonical: list[str]
    schema: list[str]
    anchors: Anchors
    pairs: Pairs
    told: Surprise
    paths: Paths
    logit: Floats
    probability: Floats
    q_value: Floats
    model: Logistic

    def schema_of(self, node: int) -> str:
        """Return the schema of a node."""
        return self.schema[node]


def write(
    con: duckdb.DuckDBPyConnection,
    run: Written,
    ranked: list[Ranked],
    *,
    is_complete: bool,
    first: int = 0,
) -> list[Lead]:
    """Return the leads of ``ranked``, in its order; statements are fetched once for all of them.

    Args:
        con: A connection on which `links.derive` has run.
        run: What they are written from.
        ranked: Leads in rank order.
        is_complete: Whether the search was whole.
        first: How many leads of the run stand before these.
    """
    numbers = [path for lead in ranked for path in (lead.path, *lead.others)]
    hops = {int(hop) for path in numbers for hop in run.paths.hops[path] if hop != NONE}
    named = {int(node) for path in numbers for node in run.paths.nodes[path] if node != NONE}
    evidence = shown(
        con, [(int(run.pairs.i[hop]), int(run.pairs.j[hop])) for hop in sorted(hops)], named
    )
    anchor = {one.node: one for one in (*run.anchors.terror, *run.anchors.crime)}
    return [
        _lead(run, evidence, anchor, at, lead, is_complete=is_complete)
        for at, lead in enumerate(ranked, first)
    ]


def _lead(
    run: Written,
    evidence: Shown,
    anchor: dict[int, Anchor],
    at: int,
    lead: Ranked,
    *,
    is_complete: bool,
) -> Lead:
    paths = tuple(
        _path(run, evidence, number, lead.used if number == lead.path else ())
        for number in (lead.path, *lead.others)
    )
    best = paths[0].hops
    numbers = [int(hop) for hop in run.paths.hops[lead.path] if hop != NONE]
    degrees = tuple(
        int(run.pairs.degree[node]) for node in run.paths.nodes[lead.path] if node != NONE
    )
    first, last = int(run.paths.nodes[lead.path][0]), int(run.paths.crime[lead.path])
    codes = [code for hop in best for code in hop.channels]
    types = types_of(anchor[last].topics, evidence.offences.get(last, []))
    types = checked([*types, *(code for channel in codes for code in CHANNELS[channel].types)])
    return Lead(
        rank=at + 1,
        terror=run.canonical[first],
        terror_caption=caption_of(run, evidence, first),
        crime=run.canonical[last],
        crime_caption=caption_of(run, evidence, last),
        link_types=tuple(types),
        modes=tuple(checked(code for channel in codes for code in CHANNELS[channel].modes)),
        probability=noisy_or(
            [float(run.probability[at]), *(path.probability for path in paths[1:])]
        ),
        q_value=float(run.q_value[at]),
        is_complete=is_complete,
        paths=paths,
        independent_sources=independent_sources(line for hop in best for line in hop.statements),
        alternatives=alternatives(
            best,
            degrees,
            tuple(int(run.pairs.size[hop]) for hop in numbers),
            tuple(lowered(run.pairs, run.told, hop) for hop in numbers),
        ),
        against=against(best, paths[0].time_order),
        refute=refute(best),
        terror_sources=anchor[first].sources,
        crime_sources=anchor[last].sources,
    )


def _path(run: Written, evidence: Shown, number: int, used: tuple[bool, ...]) -> Path:
    nodes = [int(node) for node in run.paths.nodes[number] if node != NONE]
    numbers = [int(hop) for hop in run.paths.hops[number] if hop != NONE]
    reused = used or (False,) * len(numbers)
    hops = tuple(
        hop_of(run, evidence, hop, (nodes[at], nodes[at + 1]), is_reused=reused[at])
        for at, hop in enumerate(numbers)
    )
    one = Paths(run.paths.nodes[number : number + 1], run.paths.hops[number : number + 1])
    figures = features(run.pairs, run.told, one)[0]
    probability = float(probability_of(np.array([run.logit[number]]))[0])
    return Path(hops, probability, time_order(hops), run.model.contributions(figures))


def hop_of(
    run: Known, evidence: Shown, number: int, ends: tuple[int, int], *, is_reused: bool = False
) -> Hop:
    """Return one hop with its evidence.

    Args:
        run: What is known of the graph.
        evidence: Captions and statements.
        number: Of the pair.
        ends: Node numbers, in the order in which the path goes.
        is_reused: Whether a higher lead stands on it.
    """
    pairs, told = run.pairs, run.told
    channels = codes_of(int(pairs.mask[number]))
    register = codes_of(int(pairs.register[number]))
    by_bit = evidence.statements.get((min(ends), max(ends)), {})
    statements = tuple(line for bit in sorted(by_bit) for line in by_bit[bit])
    parts = {
        "total": told.total,
        "channels": told.channels,
        "repetition": told.repetition,
        "specificity": told.specificity,
    }
    return Hop(
        source=run.canonical[ends[0]],
        target=run.canonical[ends[1]],
        source_caption=caption_of(run, evidence, ends[0]),
        target_caption=caption_of(run, evidence, ends[1]),
        channels=tuple(channels),
        register=tuple(register),
        type=max(channels or register, key=lambda code: (CHANNELS[code].telling, code)),
        identity=float(pairs.identity[number]),
        grade=round(float(pairs.grade[number]), 6),
        telling=float(pairs.telling[number]),
        first_day=day_of(int(pairs.first_day[number])),
        last_day=day_of(int(pairs.last_day[number])),
        surprise={
            **{name: round(float(part[number]), 6) for name, part in parts.items()},
            "chance": float(told.chance[number]),
        },
        is_reused=is_reused,
        statements=statements,
        source_schema=run.schema_of(ends[0]),
        target_schema=run.schema_of(ends[1]),
    )


def noisy_or(probabilities: list[float]) -> float:
    """Return the probability that at least one of several independent things holds, to 1e-6."""
    rest = 1.0
    for probability in probabilities:
        rest *= 1.0 - probability
    return round(1.0 - rest, 6)


def caption_of(run: Known, evidence: Shown, node: int) -> str:
    """Return the name of a node, or its canonical id."""
    return evidence.captions.get(node, run.canonical[node])


def day_of(day: int) -> str:
    """Return an ISO date of a day since 1970-01-01; empty for `NO_DAY`."""
    return "" if day == NO_DAY else (EPOCH + timedelta(days=day)).isoformat()
