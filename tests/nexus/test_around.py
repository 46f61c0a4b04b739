"""What is around one entity: counts first, then pages; hubs are named, opened only when asked."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from maillon.nexus import (
    AroundSettings,
    Graph,
    TraceSettings,
    around,
    around_line,
    build_graph,
    open_graph,
)


def mapped(bench: Any, folder: Path, settings: TraceSettings | None = None) -> Graph:
    build_graph(bench, folder, settings or TraceSettings(), {"kept": "with it"})
    graph = open_graph(folder)
    assert graph is not None
    return graph


@pytest.fixture(scope="module")
def graph(country: Any, tmp_path_factory: pytest.TempPathFactory) -> Graph:
    return mapped(country[0], tmp_path_factory.mktemp("graph"))


def widest(graph: Graph) -> int:
    return max(range(len(graph.canonical)), key=graph.hops)


def line(graph: Graph, node: int, **asked: Any) -> dict[str, Any]:
    settings = AroundSettings(**asked)
    return around_line(graph, around(graph, node, settings), settings)


def test_an_id_is_found_and_another_is_not(graph: Graph) -> None:
    assert all(graph.canonical.find(name) == n for n, name in enumerate(graph.canonical))
    assert [graph.canonical.find(name) for name in ("", "person-", "zzz", "person-00\ud800")] == [
        None
    ] * 4
    assert graph.meta["kept"] == "with it"


def test_counts_are_those_of_all_neighbours(graph: Graph) -> None:
    node = widest(graph)
    found = line(graph, node, size=10_000)
    assert found["counts"]["neighbours"] == len(found["neighbours"]) == found["page"]["total"]
    types = Counter(code for one in found["neighbours"]
                    for code in (*one["channels"], *one["register"]))  # fmt: skip
    assert found["counts"]["by_type"] == dict(types)
    assert found["counts"]["by_schema"] == dict(Counter(o["schema"] for o in found["neighbours"]))
    sides = Counter(one["anchor"] for one in found["neighbours"] if one["anchor"])
    assert found["counts"]["anchors"] == dict(sides)
    assert len(types) > 2


def test_pages_end_to_end_are_the_whole_in_order(graph: Graph) -> None:
    node = widest(graph)
    whole = line(graph, node, size=10_000)["neighbours"]
    pages = [one for at in range(0, len(whole), 3)
             for one in line(graph, node, size=3, offset=at)["neighbours"]]  # fmt: skip
    assert pages == whole
    keys = [(-one["surprise"], one["id"]) for one in whole]
    assert keys == sorted(keys)
    assert line(graph, node, offset=10_000)["neighbours"] == []


def test_a_page_can_be_of_one_link_type_or_schema(graph: Graph) -> None:
    node = widest(graph)
    calls = line(graph, node, channels=frozenset({"call"}), size=10_000)
    assert calls["page"]["total"] == calls["counts"]["by_type"]["call"]
    assert all("call" in one["channels"] for one in calls["neighbours"])
    assert line(graph, node, schema="Vessel")["page"]["total"] == 0
    persons = line(graph, node, schema="Person", size=10_000)
    assert {one["schema"] for one in persons["neighbours"]} == {"Person"}


def test_neighbours_are_neighbours_of_each_other(graph: Graph) -> None:
    node = widest(graph)
    for one in line(graph, node)["neighbours"]:
        other = graph.canonical.find(one["id"])
        assert other is not None
        back = line(graph, other, size=10_000)["neighbours"]
        mine = next(each for each in back if each["id"] == graph.canonical[node])
        assert (mine["surprise"], mine["channels"]) == (one["surprise"], one["channels"])


@pytest.fixture
def desk(bench: Any, writer: Any) -> Any:
    """A number that 30 people gave, an address of 40; two of them also call each other."""
    for number in range(40):
        held = {"name": f"Name {number}", "address": "1 Harbour Street"}
        if number < 30:
            held["phone"] = "+99955501234"
        writer.add(f"p{number:02}", "Person", "airline", **held)
    writer.add("call", "Call", "telecom", caller="p00", receiver="p01", date="2026-01-01")
    writer.into(bench.con)
    return bench


def test_a_hub_is_named_with_its_size_and_not_looked_through(desk: Any, tmp_path: Path) -> None:
    graph = mapped(desk, tmp_path)
    found = line(graph, 0)
    assert [one["id"] for one in found["neighbours"]] == ["p01"]
    assert found["hubs_not_crossed"] == [
        {"channel": "address", "value": "1 harbour street", "size": 40},
        {"channel": "phone", "value": "+99955501234", "size": 30},
    ]
    assert [hub["channel"] for hub in line(graph, 35)["hubs_not_crossed"]] == ["address"]


def test_a_hub_has_as_many_members_as_its_size(desk: Any, tmp_path: Path) -> None:
    hubs = mapped(desk, tmp_path).hubs
    members = [int(end - start) for start, end in zip(hubs.start, hubs.start[1:], strict=False)]
    assert members == hubs.size.tolist() == [40, 30]


def test_an_opened_hub_shows_its_members_behind_the_links(desk: Any, tmp_path: Path) -> None:
    graph = mapped(desk, tmp_path)
    hub = "phone:+99955501234"
    found = line(graph, 0, open_hubs=frozenset({hub}), size=10_000)
    assert found["page"]["total"] == 1 + 29
    assert [one["id"] for one in found["neighbours"][:2]] == ["p01", "p01"]
    assert {one["hub"] for one in found["neighbours"][1:]} == {hub}
    assert [one["channel"] for one in found["hubs_not_crossed"]] == ["address"]
    pages = [one for at in range(0, 30, 7)
             for one in line(graph, 0, open_hubs=frozenset({hub}), size=7, offset=at)["neighbours"]]  # fmt: skip
    assert pages == found["neighbours"]
    only = line(graph, 0, open_hubs=frozenset({hub}), channels=frozenset({"call"}))
    assert only["page"]["total"] == 1


def test_a_busy_entity_is_said_to_be_a_hub_and_its_neighbours_are_shown(
    desk: Any, tmp_path: Path
) -> None:
    graph = mapped(desk, tmp_path, TraceSettings(degree_limits={"": 0}))
    found = line(graph, 0)
    assert (found["is_hub"], found["counts"]["busy"]) == (True, 1)
    assert [one["is_hub"] for one in found["neighbours"]] == [True]


def test_a_graph_of_nobody_is_written_and_read(bench: Any, writer: Any, tmp_path: Path) -> None:
    writer.add("x", "Vessel", "list", name="x")
    writer.into(bench.con)
    graph = mapped(bench, tmp_path)
    assert (len(graph.canonical), len(graph.pairs.i), len(graph.hubs.size)) == (0, 0, 0)
    assert graph.canonical.find("x") is None
