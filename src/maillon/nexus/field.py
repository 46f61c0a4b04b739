"""The graph of a run, with what was learned about it before any path."""

from dataclasses import dataclass, replace

import numpy as np

from maillon.nexus.anchors import Anchors, anchors
from maillon.nexus.blocks import blocks
from maillon.nexus.channels import CODE_BY_BIT
from maillon.nexus.guarded import guarded
from maillon.nexus.links import Bench, Bools, Hub, Ints, derive, nodes, ties
from maillon.nexus.pairs import Pairs, pair_up
from maillon.nexus.settings import TraceSettings
from maillon.nexus.surprise import Surprise, surprise


@dataclass(frozen=True, slots=True)
class Field:
    """The graph of a run, with what was learned about it before any path."""

    canonical: list[str]
    schema: list[str]
    anchors: Anchors
    pairs: Pairs
    chosen: Bools
    inner: Bools
    block: Ints
    told: Surprise
    counts: dict[str, int]

    @property
    def sides(self) -> tuple[Ints, Ints]:
        """Node numbers of the terrorism and of the crime anchors."""
        terror = np.array([anchor.node for anchor in self.anchors.terror], dtype=np.int64)
        crime = np.array([anchor.node for anchor in self.anchors.crime], dtype=np.int64)
        return terror, crime


def survey(bench: Bench, settings: TraceSettings) -> Field:
    """Return the graph of a run; the ``nexus_*`` tables stay until `drop`."""
    derive(bench.con, settings)
    canonical, schema = nodes(bench.con)
    tied = ties(bench.con)
    pairs = pair_up(tied, len(canonical))
    found = anchors(bench.con)
    block = blocks(pairs)
    told = surprise(pairs, block)
    chosen = pairs.completes
    never = settings.never_inner | guarded(bench.con)
    inner = _inner(pairs, chosen, canonical, schema, found, replace(settings, never_inner=never))
    links = np.bincount(tied.bit, weights=tied.n, minlength=max(CODE_BY_BIT) + 1).astype(np.int64)
    counts = {
        "nodes": len(canonical),
        "guarded": len(never.intersection(canonical)),
        "anchors_terror": len(found.terror),
        "anchors_crime": len(found.crime),
        "anchors_dual": len(found.dual),
        "pairs": len(pairs.i),
        "pairs_crossable": int(chosen.sum()),
        "communities": int(told.community.max() + 1) if len(block) else 0,
        **{f"links_{code}": int(links[bit]) for bit, code in sorted(CODE_BY_BIT.items())},
    }
    return Field(canonical, schema, found, pairs, chosen, inner, block, told, counts)


def busy(field: Field, settings: TraceSettings) -> list[Hub]:
    """Return the nodes that are hubs by their number of crossable pairs, largest first."""
    ends = np.r_[field.pairs.i[field.chosen], field.pairs.j[field.chosen]]
    degree = np.bincount(ends, minlength=field.pairs.count)
    found = []
    for node in np.flatnonzero(degree):
        limit = settings.degree_limits.get(field.schema[node], settings.degree_limits.get("", 80))
        if degree[node] > limit and field.canonical[node] not in settings.open_hubs:
            found.append(Hub("degree", field.canonical[node], int(degree[node])))
    return sorted(found, key=lambda hub: (-hub.size, hub.value))


def _inner(
    pairs: Pairs,
    chosen: Bools,
    canonical: list[str],
    schema: list[str],
    found: Anchors,
    settings: TraceSettings,
) -> Bools:
    """Return which nodes may be crossed: no anchor, no protected person, no hub unless opened."""
    degree = np.bincount(pairs.i[chosen], minlength=pairs.count) + np.bincount(
        pairs.j[chosen], minlength=pairs.count
    )
    limits = np.array(
        [settings.degree_limits.get(name, settings.degree_limits.get("", 80)) for name in schema],
        dtype=np.int64,
    )
    opened = np.array([name in settings.open_hubs for name in canonical], dtype=bool)
    inner: Bools = (degree <= limits) | opened if len(canonical) else np.zeros(0, dtype=bool)
    barred = [anchor.node for side in (found.terror, found.crime, found.dual) for anchor in side]
    inner[np.array(barred, dtype=np.int64)] = False
    inner &= np.array([name not in settings.never_inner for name in canonical], dtype=bool)
    return inner
