"""Paths between two entities against a slow search that a reader can check, and against networkx."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import networkx as nx  # type: ignore[import-untyped]  # it ships no types
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillon.model import LimitError
from maillon.nexus import (
    BetweenSettings,
    Graph,
    TraceSettings,
    between_line,
    build_graph,
    open_graph,
    routes,
    trace,
)
from maillon.nexus.anchors import Anchors
from maillon.nexus.channels import CHANNELS
from maillon.nexus.field import Field
from maillon.nexus.graph import SMALL, Words, write_arrays, write_words
from maillon.nexus.links import NO_DAY, Ties
from maillon.nexus.pairs import pair_up
from maillon.nexus.surprise import surprise

NODES = 9
Edge = tuple[int, int]
Days = dict[Edge, tuple[int, int]]


def graph_of(
    folder: Path, edges: set[Edge], days: Days | None = None, *, kin: frozenset[Edge] = frozenset(),
    limit: int = 80, count: int = NODES,
) -> Graph:  # fmt: skip
    """A graph of one call a pair, or of a family entry where a pair is kin."""
    ordered = sorted(edges)
    i, j = (np.array([e[side] for e in ordered], dtype=np.int64) for side in (0, 1))
    codes = ["family" if e in kin else "call" for e in ordered]
    bit = np.array([CHANNELS[code].bit for code in codes], dtype=np.int64)
    held = [(days or {}).get(e, (NO_DAY, NO_DAY)) for e in ordered]
    first, last = (np.array([d[side] for d in held], dtype=np.int64) for side in (0, 1))
    ones, sure = np.ones(len(ordered), dtype=np.int64), np.full(len(ordered), 0.9)
    pairs = pair_up(Ties(i, j, bit, ones, 2 * ones, first, last, first, ones, sure, sure), count)
    names = [f"n{number}" for number in range(count)]
    block = np.arange(count) % 2
    everyone = np.ones(count, dtype=bool)
    field = Field(
        names, ["Person"] * count, Anchors([], [], []), pairs, pairs.completes, everyone, block,
        surprise(pairs, block), {},
    )  # fmt: skip
    write_arrays(folder, field, TraceSettings(degree_limits={"": limit}), {})
    none, words = pa.array([], pa.int64()), pa.array([], pa.string())
    hub = {"code": words, "grp": words}
    write_words(folder, field, Words(
        pa.array(names), pa.table({**hub, "size": none}), pa.table({**hub, "node": none}),
        pa.table({"i": none, "j": none}), pa.table({"node": none}),
        {name: pa.table({"x": none}) for name in SMALL},
    ))  # fmt: skip
    graph = open_graph(folder)
    assert graph is not None
    return graph


def slow(edges: set[Edge], ends: Edge, inner: set[int], k: int) -> set[tuple[int, ...]]:
    """Every simple path of at most k hops, by walking on and on."""
    near: dict[int, set[int]] = {}
    for one, other in edges:
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    found: set[tuple[int, ...]] = set()
    walks: list[tuple[int, ...]] = [(ends[0],)]
    for _ in range(k):
        walks = [(*w, n) for w in walks for n in near.get(w[-1], ()) if n not in w]
        found |= {w for w in walks if w[-1] == ends[1]}
        walks = [w for w in walks if w[-1] in inner]
    return found


def paths_of(found: Any) -> list[tuple[int, ...]]:
    return [tuple(node for node in row if node >= 0) for row in found.paths.nodes.tolist()]


edge = st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)).filter(lambda e: e[0] < e[1])
EVERY = BetweenSettings(k=6, top=10_000)


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[[], Path]:
    """A new folder each time: what is mapped is never written again."""
    made = iter(range(10_000))

    def folder() -> Path:
        path = tmp_path / str(next(made))
        path.mkdir()
        return path

    return folder


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(edge, min_size=1, max_size=26), edge, st.integers(1, 6), st.integers(1, 6))
def test_the_paths_are_those_that_the_slow_search_finds(
    fresh: Callable[[], Path], edges: set[Edge], ends: Edge, k: int, limit: int
) -> None:
    graph = graph_of(fresh(), edges, limit=limit)
    degree = np.bincount(np.array(sorted(edges)).ravel(), minlength=NODES)
    inner = {n for n in range(NODES) if degree[n] <= limit}
    for one, other in (ends, ends[::-1]):
        found = routes(graph, one, other, BetweenSettings(k=k, top=10_000))
        assert found.cut is None
        assert found.count == len(paths_of(found)) == len(set(paths_of(found)))
        assert set(paths_of(found)) == slow(edges, (one, other), inner, k)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(edge, min_size=1, max_size=26), edge)
def test_paths_are_in_order_of_the_surprise_of_their_hops_and_inner_nodes(
    fresh: Callable[[], Path], edges: set[Edge], ends: Edge
) -> None:
    graph = graph_of(fresh(), edges)
    found = routes(graph, *ends, EVERY)
    for nodes, hops, score in zip(
        paths_of(found), found.paths.hops.tolist(), found.score, strict=True
    ):
        told = sum(float(graph.told.total[hop]) for hop in hops if hop >= 0)
        cost = sum(float(graph.told.through[node]) for node in nodes[1:-1])
        assert score == pytest.approx(told + cost, abs=1e-5)
    assert found.score == sorted(found.score, reverse=True)
    first = routes(graph, *ends, BetweenSettings(k=6, top=3))
    assert paths_of(first) == paths_of(found)[:3]
    assert first.count == found.count


def test_the_paths_of_a_country_are_those_of_networkx(country: Any, fresh: Any) -> None:
    folder = fresh()
    build_graph(country[0], folder, TraceSettings(), {})
    graph = open_graph(folder)
    assert graph is not None
    known = nx.Graph()
    for node in range(len(graph.canonical)):
        rows = slice(int(graph.start[node]), int(graph.crossable[node]))
        known.add_edges_from((node, int(other)) for other in graph.neighbour[rows])
    rng = np.random.default_rng(5)
    counts = []
    for one, other in rng.choice(sorted(known), (12, 2), replace=False).tolist():
        crossed = known.subgraph([n for n in known if not graph.busy[n] or n in (one, other)])
        wanted = sorted(map(tuple, nx.all_simple_paths(crossed, one, other, cutoff=5)))
        found = routes(graph, one, other, BetweenSettings(k=5, top=10_000))
        assert sorted(paths_of(found)) == wanted
        counts.append(found.count)
    assert max(counts) > 50


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        edge, st.tuples(st.integers(0, 9), st.integers(0, 9)).map(sorted).map(tuple),
        min_size=3, max_size=20,
    ),
    edge,
)  # fmt: skip
def test_time_respecting_paths_have_days_that_never_go_back(
    fresh: Callable[[], Path], days: Days, ends: Edge
) -> None:
    graph = graph_of(fresh(), set(days), days)
    every = paths_of(routes(graph, *ends, BetweenSettings(top=10_000)))
    in_time = paths_of(routes(graph, *ends, BetweenSettings(top=10_000, time_respecting=True)))

    def goes(path: tuple[int, ...]) -> bool:
        now = set(range(10))
        earliest = 0
        for one, other in pairwise(path):
            first, last = days[min(one, other), max(one, other)]
            now = {day for day in range(first, last + 1) if day >= earliest}
            if not now:
                return False
            earliest = min(now)
        return True

    assert set(in_time) == {path for path in every if goes(path) or goes(path[::-1])}


def test_a_family_tie_is_a_hop_only_where_it_is_asked_for(fresh: Any) -> None:
    edges: set[Edge] = {(0, 1), (1, 2)}
    graph = graph_of(fresh(), edges, kin=frozenset({(0, 1)}))
    assert routes(graph, 0, 2, EVERY).count == 0
    assert paths_of(routes(graph, 0, 2, BetweenSettings(household=True))) == [(0, 1, 2)]


def test_a_hub_is_named_and_not_crossed_until_it_is_opened(fresh: Any) -> None:
    edges: set[Edge] = {(0, 2), (1, 2), *((2, other) for other in range(3, 9))}
    graph = graph_of(fresh(), edges, limit=5)
    found = routes(graph, 0, 1, EVERY)
    assert routes(graph, 0, 1, BetweenSettings(k=1)).hubs == []
    assert (found.count, [(hub.value, hub.size) for hub in found.hubs]) == (0, [("n2", 8)])
    opened = routes(graph, 0, 1, BetweenSettings(open_nodes=frozenset({"n2"})))
    assert (paths_of(opened), opened.hubs) == ([(0, 2, 1)], [])
    assert routes(graph, 0, 2, EVERY).count == 1  # an end is entered


def test_a_protected_person_is_never_inner(fresh: Any) -> None:
    graph = graph_of(fresh(), {(0, 2), (1, 2)})
    kept = BetweenSettings(never_inner=frozenset({"n2"}), open_nodes=frozenset({"n2"}))
    assert routes(graph, 0, 1, kept).count == 0


def test_nothing_joins_an_entity_to_itself(fresh: Any) -> None:
    assert routes(graph_of(fresh(), {(0, 1), (1, 2), (0, 2)}), 0, 0, EVERY).count == 0


def dense(fresh: Any) -> Graph:
    return graph_of(fresh(), {(a, b) for a in range(NODES) for b in range(a + 1, NODES)})


def test_a_budget_of_paths_takes_the_best_meeting_points_and_says_what_may_be_left(
    fresh: Any,
) -> None:
    graph = dense(fresh)
    whole = routes(graph, 0, 1, BetweenSettings(k=4, top=10_000))
    cut = routes(graph, 0, 1, BetweenSettings(k=4, top=10_000, budget_paths=200))
    assert whole.cut is None
    assert cut.cut is not None
    assert cut.cut.reason in {"paths", "halves"}
    assert cut.cut.left > 0
    assert cut.count < whole.count
    assert set(paths_of(cut)) <= set(paths_of(whole))


@pytest.mark.parametrize("budget", [60, 110, 160, 210])
def test_no_path_left_out_is_above_the_bound(fresh: Any, budget: int) -> None:
    graph = dense(fresh)
    whole = routes(graph, 0, 1, BetweenSettings(k=4, top=10_000))
    part = routes(graph, 0, 1, BetweenSettings(k=4, top=10_000, budget_paths=budget))
    assert part.cut is not None
    missing = set(paths_of(whole)) - set(paths_of(part))
    assert missing
    if part.cut.bound is not None:
        scores = dict(zip(paths_of(whole), whole.score, strict=True))
        assert max(scores[path] for path in missing) <= part.cut.bound + 1e-6


def test_a_search_without_time_says_so_and_leaves_no_number(fresh: Any) -> None:
    found = routes(dense(fresh), 0, 1, BetweenSettings(budget_seconds=-1.0))
    assert found.cut is not None
    assert found.cut.line() == {"reason": "time", "left": None, "bound": None}


def test_seven_hops_are_refused() -> None:
    with pytest.raises(LimitError, match="6"):
        BetweenSettings(k=7)


def test_every_hop_of_a_path_has_the_evidence_that_a_lead_has(country: Any, fresh: Any) -> None:
    bench, folder = country[0], fresh()
    build_graph(bench, folder, TraceSettings(), {})
    graph = open_graph(folder)
    assert graph is not None
    lead = next(
        lead for lead in trace(bench, TraceSettings(paths_per_lead=1)).leads
        if len(lead.paths[0].hops) > 1
    )  # fmt: skip
    one, other = (graph.canonical.find(name) for name in (lead.terror, lead.crime))
    assert one is not None
    assert other is not None
    asked = BetweenSettings(k=4, top=10_000)
    line = between_line(bench, graph, routes(graph, one, other, asked), asked)
    wanted = [hop.line() | {"is_reused": False} for hop in lead.paths[0].hops]
    found = [path["hops"] for path in line["paths"]]
    assert wanted in found
    names = country[0].con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
    assert [name[0] for name in names] == ["canonical", "statement"]


def test_an_answer_of_nothing_comes_with_what_was_covered(
    bench: Any, writer: Any, tmp_path: Path
) -> None:
    for name in ("a", "b", "c"):
        writer.add(name, "Person", "police", name=name, country="rt")
    writer.add("c1", "Call", "telecom", caller="a", receiver="c", date="2026-01-01")
    writer.into(bench.con)
    build_graph(bench, tmp_path, TraceSettings(), {})
    graph = open_graph(tmp_path)
    assert graph is not None
    line = between_line(bench, graph, routes(graph, 0, 1, EVERY), EVERY)
    assert (line["outcome"], line["count"], line["paths"]) == ("nothing_found", 0, [])
    by_name = {one["dataset"]: one for one in line["coverage"]["datasets"]}
    assert by_name["telecom"]["first"] == "2026-01-01"
    assert by_name["police"]["countries"] == {"rt": 3}
