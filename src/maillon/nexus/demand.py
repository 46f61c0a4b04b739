"""Paths between two entities with the statements of every hop, from a mapped graph."""

from collections.abc import Iterable
from importlib import resources
from itertools import pairwise
from typing import Any, ClassVar, Final

import duckdb
import numpy as np

from maillon.model import MaillonError
from maillon.nexus.between import Routes
from maillon.nexus.coverage import outcome
from maillon.nexus.evidence import Shown, shown
from maillon.nexus.explain import time_order
from maillon.nexus.graph import SIDES, SMALL, Graph
from maillon.nexus.links import Bench, drop
from maillon.nexus.mapped import Mapped
from maillon.nexus.paths import NONE
from maillon.nexus.settings import BetweenSettings
from maillon.nexus.writing import caption_of, hop_of

Json = dict[str, Any]
_DEFINED: Final = ("CREATE OR REPLACE TEMP MACRO", "CREATE OR REPLACE TEMP VIEW")
"""How what `links.derive` defines, and does not compute, begins."""


class UnknownEntityError(MaillonError, ValueError):
    """No person or organisation of this id: the same answer for hidden and absent.

    Args:
        wanted: The id as it was given.
    """

    exit_code: ClassVar[int] = 2
    http_status: ClassVar[int] = 404

    def __init__(self, wanted: str) -> None:
        super().__init__(
            f"no person or organisation {wanted} in what this mandate reads; "
            "`maillon resolve --current ID` says what an id stands for"
        )
        self.wanted = wanted


def evidence_of(
    con: duckdb.DuckDBPyConnection, graph: Graph, pairs: Iterable[int], nodes: Iterable[int]
) -> Shown:
    """Return statements of some pairs and captions of some nodes, as `evidence.shown` would.

    What `links.derive` computes for everybody is put back for these alone.

    Args:
        con: A connection with the view ``statement``.
        graph: The graph of exactly these statements.
        pairs: Numbers of pairs.
        nodes: Numbers of nodes, the ends of the pairs among them.
    """
    wanted, named = sorted(set(pairs)), sorted(set(nodes))
    tables = {
        "link": graph.links.of(wanted),
        "who": graph.who.of(named),
        **{name: graph.small[name] for name in SMALL},
    }
    try:
        for name, table in tables.items():
            con.register("nexus_held", table)
            con.execute(f"CREATE OR REPLACE TEMP TABLE nexus_{name} AS SELECT * FROM nexus_held")
            con.unregister("nexus_held")
        for sql in _definitions():
            con.execute(sql)
        both = [(int(graph.pairs.i[pair]), int(graph.pairs.j[pair])) for pair in wanted]
        return shown(con, both, named)
    finally:
        drop(con)


def between_line(bench: Bench, graph: Graph, found: Routes, settings: BetweenSettings) -> Json:
    """Return the paths between two entities as ``trace A B --json`` prints them."""
    hops = {int(hop) for hop in found.paths.hops.flat if hop != NONE}
    nodes = {int(node) for node in found.paths.nodes.flat if node != NONE} | set(found.ends)
    evidence = evidence_of(bench.con, graph, hops, nodes)
    shared = _shared(graph, *found.ends)
    line = {
        "between": [_end(graph, evidence, node) for node in found.ends],
        "k": settings.k,
        "outcome": outcome(found.count, is_whole=found.cut is None),
        "complete": found.cut is None,
        "cut": None if found.cut is None else found.cut.line(),
        "count": found.count,
        "hubs_not_crossed": [
            {"channel": hub.channel, "value": hub.value, "size": hub.size} for hub in found.hubs
        ],
        "hubs_not_crossed_count": found.hub_count,
        "hubs_shared": shared,
        "household": settings.household,
        "paths": [
            _path(graph, evidence, found, number) for number in range(len(found.paths))
        ],
    }  # fmt: skip
    if not found.count:
        line["coverage"] = graph.meta.get("coverage")
    return line


def _definitions() -> list[str]:
    """Return the macros and the views that the derivation defines."""
    found = []
    for file in sorted(resources.files("maillon.nexus").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".sql"):
            continue
        for sql in file.read_text("utf-8").split(";\n"):
            code = "\n".join(line for line in sql.splitlines() if not line.startswith("--"))
            if code.strip().startswith(_DEFINED):
                found.append(code)
    return found


def _path(graph: Graph, evidence: Shown, found: Routes, number: int) -> Json:
    nodes = [int(node) for node in found.paths.nodes[number] if node != NONE]
    numbers = [int(hop) for hop in found.paths.hops[number] if hop != NONE]
    hops = tuple(
        hop_of(graph, evidence, hop, ends)
        for hop, ends in zip(numbers, pairwise(nodes), strict=True)
    )
    through = [float(graph.told.through[node]) for node in nodes[1:-1]]
    return {
        "rank": number + 1,
        "surprise": found.score[number],
        "through": [round(value, 6) for value in through],
        "time_order": time_order(hops),
        "anchors_inside": [
            graph.canonical[node] for node in nodes[1:-1] if SIDES[int(graph.side[node])]
        ],
        "hops": [hop.line() for hop in hops],
    }


def _end(graph: Graph, evidence: Shown, node: int) -> Json:
    return {
        "id": graph.canonical[node],
        "caption": caption_of(graph, evidence, node),
        "schema": graph.schema_of(node),
        "anchor": SIDES[int(graph.side[node])] or None,
        "is_hub": bool(graph.busy[node]),
    }


def _shared(graph: Graph, one: int, other: int) -> list[Json]:
    """Return the groups that were not crossed and that both belong to, largest first."""
    both = np.intersect1d(_hubs_of(graph, one), _hubs_of(graph, other))
    return [
        {"channel": graph.hubs.code[int(n)], "value": graph.hubs.value[int(n)],
         "size": int(graph.hubs.size[n])}
        for n in both
    ]  # fmt: skip


def _hubs_of(graph: Graph, node: int) -> Mapped:
    held: Mapped = graph.hubs.of[graph.hubs.of_start[node] : graph.hubs.of_start[node + 1]]
    return held
