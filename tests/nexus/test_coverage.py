"""One lead whole, and what was searched: *nothing found* is told from *could not look*."""

from itertools import combinations, pairwise
from typing import Any

import networkx as nx  # type: ignore[import-untyped]  # it ships no types
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.nexus import (
    CHANNELS,
    TraceSettings,
    UnknownLeadError,
    explain_lead,
    survey_coverage,
    trace,
)
from maillon.nexus.dossier import edge_disjoint
from maillon.nexus.paths import Paths


def reasons(line: dict[str, Any]) -> set[tuple[str, str]]:
    return {(one["what"], one["reason"]) for one in line["could_not"]}


def people(writer: Any, *, terror: str = "t", crime: str = "c") -> None:
    for name in ("t", "m", "c"):
        writer.add(name, "Person", "police", name=name, country="rt")
    if terror:
        writer.add(terror, "Person", "list", topics="crime.terror")
    if crime:
        writer.add(crime, "Person", "police", topics="crime.traffick.drug")


def test_a_lead_whole_has_the_line_of_the_run_that_found_it(country: Any) -> None:
    for lead in trace(country[0], TraceSettings()).leads[:3]:
        whole = explain_lead(country[0], lead.lead_id, TraceSettings())
        assert {name: whole[name] for name in lead.line()} == lead.line()
        assert whole["paths_count"] >= len(lead.paths)
        assert len(whole["other_paths"]) == min(whole["paths_count"] - len(lead.paths), 20)
        disjoint = whole["edge_disjoint"]
        assert len(lead.paths) <= disjoint["at_most"]
        assert 1 <= disjoint["at_least"] <= disjoint["at_most"]
        assert whole["figures"]["hops"] == len(lead.paths[0].hops)
        told = sum(hop.surprise["total"] for hop in lead.paths[0].hops)
        assert whole["figures"]["surprise"] == pytest.approx(told, abs=1e-5)
    names = country[0].con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
    assert [name[0] for name in names] == ["canonical", "statement"]


def test_a_lead_that_is_not_kept_is_like_one_that_never_was(country: Any) -> None:
    kept = TraceSettings(top=3)
    lower = trace(country[0], TraceSettings(top=10)).leads[9].lead_id
    said = []
    for wanted in (lower, "0123456789abcdef"):
        with pytest.raises(UnknownLeadError) as raised:
            explain_lead(country[0], wanted, kept)
        said.append(str(raised.value).replace(wanted, ""))
    assert said[0] == said[1]
    assert "--top" in said[0]


@given(st.sets(st.sampled_from(list(combinations(range(6), 2))), min_size=1))
def test_edge_disjoint_paths_are_at_most_the_greatest_flow(edges: set[tuple[int, int]]) -> None:
    graph = nx.Graph(sorted(edges))
    if not {0, 5} <= set(graph):
        return
    numbers = {frozenset(edge): number for number, edge in enumerate(sorted(edges))}
    found = sorted(nx.all_simple_paths(graph, 0, 5))
    nodes, hops = np.full((len(found), 7), -1), np.full((len(found), 6), -1)
    for row, path in enumerate(found):
        nodes[row, : len(path)] = path
        steps = pairwise(path)
        hops[row, : len(path) - 1] = [numbers[frozenset(step)] for step in steps]
    told = edge_disjoint(Paths(nodes.astype(np.int32), hops.astype(np.int32)))
    flow = len(list(nx.edge_disjoint_paths(graph, 0, 5))) if found else 0
    assert told["at_most"] == flow
    assert min(flow, 1) <= told["at_least"] <= flow


def test_datasets_dates_places_and_kinds_are_those_of_the_statements(
    bench: Any, writer: Any
) -> None:
    people(writer)
    writer.add("c1", "Call", "telecom", caller="t", receiver="m", date="2025-03")
    writer.add("c2", "Call", "telecom", caller="m", receiver="c", date="2026-02-03T10:00:00")
    writer.add("o1", "Ownership", "register", owner="m", asset="firm")
    writer.add("firm", "Company", "register", name="Firm", jurisdiction="RT", city="Harbour")
    writer.into(bench.con)
    line = survey_coverage(bench, TraceSettings())
    by_name = {one["dataset"]: one for one in line["datasets"]}
    assert (by_name["telecom"]["first"], by_name["telecom"]["last"]) == ("2025-03-01", "2026-02-03")
    assert (by_name["telecom"]["relations"], by_name["telecom"]["dated"]) == (2, 2)
    assert by_name["register"]["countries"] == {"rt": 1}
    assert by_name["register"]["places"] == {"Harbour": 1}
    kinds = {one["code"]: one for one in line["kinds"]}
    assert set(kinds) == set(CHANNELS)
    assert (kinds["call"]["sources"], kinds["call"]["pairs"]) == ({"telecom": 2}, 2)
    assert kinds["directorship"]["sources"] == {"register": 1}
    told = reasons(line)
    assert ("dataset:register", "no-date") in told
    assert ("dataset:list", "no-relation") in told
    assert ("kind:visit", "no-source") in told
    assert ("kind:call", "no-source") not in told
    assert line["anchors_by_dataset"]["crime"] == {"police": 1}


@pytest.mark.parametrize(
    ("terror", "crime", "calls", "outcome"),
    [("t", "c", 2, "nothing_found"), ("", "c", 2, "could_not_look"), ("t", "", 2, "could_not_look"),
     ("t", "c", 0, "could_not_look")],
)  # fmt: skip
def test_nothing_found_is_told_from_could_not_look(
    bench: Any, writer: Any, terror: str, crime: str, calls: int, outcome: str
) -> None:
    people(writer, terror=terror, crime=crime)
    for number in range(calls):
        writer.add(f"c{number}", "Call", "telecom", caller="t", receiver="m", date="2026-01-01")
    writer.into(bench.con)
    line = survey_coverage(bench, TraceSettings())
    assert (line["outcome"], line["paths"]) == (outcome, 0)
    assert (("anchors:terror", "no-anchor") in reasons(line)) == (not terror)


def test_a_search_that_was_cut_has_not_found_nothing(country: Any) -> None:
    line = survey_coverage(country[0], TraceSettings(budget_paths=0))
    assert (line["outcome"], line["complete"]) == ("nothing_found_before_the_cut", False)
    assert ("search", "cut-paths") in reasons(line)
    assert line["cut"]["left"] > 0
    whole = survey_coverage(country[0], TraceSettings())
    assert (whole["outcome"], whole["complete"]) == ("found", True)
    assert whole["anchor_pairs_joined"] == len(trace(country[0], TraceSettings(top=None)).leads)


def test_assessments_hubs_and_what_was_left_out_are_said(bench: Any, writer: Any) -> None:
    people(writer)
    for number in range(40):
        writer.add(f"p{number}", "Person", "airline", name=f"P {number}", phone="+99955501234")
    writer.into(bench.con)
    bench.con.execute("UPDATE statement SET kind = 'assessment' WHERE dataset = 'list'")
    line = survey_coverage(bench, TraceSettings(anchor_datasets=frozenset({"police", "airline"})))
    assert {("dataset:list", "left-out"), ("dataset:list", "assessments"),
            ("hubs", "not-crossed")} <= reasons(line)  # fmt: skip
    assert line["hubs_not_crossed"]["by_kind"] == {"phone": 1}
    assert line["hubs_not_crossed"]["largest"][0]["size"] == 40
    assert line["anchors"]["terror"] == 0
