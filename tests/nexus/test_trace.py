"""A whole run."""

import json
from typing import Any

import duckdb
import pytest

from maillon.model import LimitError
from maillon.nexus import Trace, TraceSettings, trace


@pytest.fixture(scope="module")
def found(country: Any) -> Trace:
    return trace(country[0], TraceSettings())


def lines(result: Trace) -> str:
    return "\n".join(json.dumps(lead.line(), sort_keys=True) for lead in result.leads)


def test_planted_chains_stand_among_the_first_leads(country: Any, found: Trace) -> None:
    planted = {(chain[0], chain[-1]) for chain in country[1].planted}
    first = {(lead.terror, lead.crime) for lead in found.leads[:20]}
    assert len(planted & first) >= 0.8 * len(planted)


def test_surprise_ranks_better_than_length(country: Any, found: Trace) -> None:
    planted = {(chain[0], chain[-1]) for chain in country[1].planted}
    by_length = trace(country[0], TraceSettings(baseline=True))
    hits = [
        len(planted & {(lead.terror, lead.crime) for lead in result.leads[:20]})
        for result in (found, by_length)
    ]
    assert hits[0] > hits[1]
    lengths = [len(lead.paths[0].hops) for lead in by_length.leads]
    assert lengths == sorted(lengths)


def test_every_hop_has_statements_of_both_sides(found: Trace) -> None:
    for hop in (hop for lead in found.leads for path in lead.paths for hop in path.hops):
        said = {line["entity"] for line in hop.statements} | {
            line["value"] for line in hop.statements
        }
        assert {hop.source, hop.target} <= said
        assert {line["channel"] for line in hop.statements} >= set(hop.channels)


def test_a_shared_value_is_shown_from_both_persons(found: Trace) -> None:
    hops = [hop for lead in found.leads for path in lead.paths for hop in path.hops]
    shared = [hop for hop in hops if {"phone", "address"} & set(hop.channels)]
    assert shared
    for hop in shared:
        owners = {line["entity"] for line in hop.statements if line["prop"] in {"phone", "address"}}
        assert owners == {hop.source, hop.target}


def test_paths_are_simple_join_end_to_end_and_cross_no_anchor(country: Any, found: Trace) -> None:
    con = country[0].con
    tagged = {
        row[0]
        for row in con.execute("SELECT entity FROM statement WHERE prop = 'topics'").fetchall()
    }
    for lead in found.leads:
        for path in lead.paths:
            nodes = [path.hops[0].source, *(hop.target for hop in path.hops)]
            assert [hop.source for hop in path.hops] == nodes[:-1]
            assert len(set(nodes)) == len(nodes) <= 5
            assert (nodes[0], nodes[-1]) == (lead.terror, lead.crime)
            assert not set(nodes[1:-1]) & tagged


def test_paths_of_one_lead_share_no_hop(found: Trace) -> None:
    for lead in found.leads:
        hops = [frozenset((h.source, h.target)) for path in lead.paths for h in path.hops]
        assert len(hops) == len(set(hops))


def test_one_or_two_threads_give_the_same_bytes(country: Any) -> None:
    con = country[0].con
    results = []
    for threads in (1, 2):
        con.execute(f"SET threads = {threads}")
        results.append(lines(trace(country[0], TraceSettings())))
    assert results[0] == results[1]
    assert results[0]


def test_the_connection_is_left_as_it_was(country: Any, found: Trace) -> None:
    assert found.leads
    names = country[0].con.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
    assert [name[0] for name in names] == ["canonical", "statement"]


def test_a_lead_keeps_its_id_whatever_its_rank(country: Any, found: Trace) -> None:
    others = trace(country[0], TraceSettings(baseline=True, top=None)).leads
    by_pair = {(lead.terror, lead.crime): lead.lead_id for lead in others}
    assert all(by_pair[lead.terror, lead.crime] == lead.lead_id for lead in found.leads)


def test_numbers_are_rounded_bounded_and_in_order(found: Trace) -> None:
    assert [lead.rank for lead in found.leads] == list(range(1, len(found.leads) + 1))
    for lead in found.leads:
        for value in (lead.probability, lead.q_value, *(h.strength for h in lead.paths[0].hops)):
            assert 0.0 <= value <= 1.0
            assert value == round(value, 6)
    assert [lead.q_value for lead in found.leads] == sorted(lead.q_value for lead in found.leads)


def test_strength_is_the_product_of_its_three_factors(found: Trace) -> None:
    for hop in found.leads[0].paths[0].hops:
        factors = hop.line()["factors"]
        product = factors["identity"] * factors["grade"] * factors["telling"]
        assert hop.strength == pytest.approx(product, abs=1e-6)


def test_the_weakest_hop_is_the_one_of_least_strength(found: Trace) -> None:
    for lead in found.leads:
        weakest = lead.weakest_hop
        assert weakest["strength"] == min(hop.strength for hop in lead.paths[0].hops)


def test_every_lead_carries_a_type_a_mode_and_what_would_refute_it(found: Trace) -> None:
    assert all(lead.link_types and lead.modes and lead.refute for lead in found.leads)


def test_the_line_has_the_fields_of_the_interface(found: Trace) -> None:
    line = found.leads[0].line()
    assert set(line) >= {
        "lead_id", "rank", "terror", "crime", "link_types", "probability", "q_value", "complete",
        "paths", "weakest_hop", "independent_sources", "alternatives",
    }  # fmt: skip
    hop = line["paths"][0]["hops"][0]
    assert set(hop) >= {"from", "to", "type", "strength", "statements"}
    assert set(hop["statements"][0]) >= {
        "id", "entity", "schema", "prop", "value", "original_value", "dataset", "delivery", "locator",
        "kind", "grade",
    }  # fmt: skip
    assert set(hop["statements"][0]["grade"]) == {"source", "information", "code", "scheme"}


def test_a_cut_search_says_so(country: Any) -> None:
    cut = trace(country[0], TraceSettings(budget_paths=5, draws=0))
    assert not cut.complete
    assert cut.cut is not None
    assert cut.cut.left > 0
    assert not any(lead.is_complete for lead in cut.leads)


def test_no_time_left_is_a_cut(country: Any) -> None:
    cut = trace(country[0], TraceSettings(budget_seconds=0.0, draws=0))
    assert cut.cut is not None
    assert cut.cut.reason == "time"


def test_a_whole_search_is_complete(found: Trace) -> None:
    assert found.complete
    assert all(lead.is_complete for lead in found.leads)


def test_a_protected_person_is_never_an_inner_hop(country: Any, found: Trace) -> None:
    inner = {hop.target for lead in found.leads for hop in lead.paths[0].hops[:-1]}
    barred = frozenset(sorted(inner)[:5])
    again = trace(country[0], TraceSettings(never_inner=barred, draws=0, top=None))
    assert barred
    crossed = {hop.target for lead in again.leads for path in lead.paths for hop in path.hops[:-1]}
    assert not crossed & barred


def test_two_tags_on_one_entity_are_shown_and_not_ranked(bench: Any, writer: Any) -> None:
    for name, topics in (("tia", "crime.terror"), ("cid", "crime.fin"), ("duo", "crime.terror")):
        writer.add(name, "Person", "rt_police", name=name, topics=topics)
    writer.add("duo", "Person", "rt_police", topics="crime")
    for number, (one, other) in enumerate((("tia", "duo"), ("duo", "cid"), ("tia", "cid"))):
        writer.add(f"c{number}", "Call", "rt_prison", caller=one, receiver=other, date="2025-01-01")
    writer.into(bench.con)
    result = trace(bench, TraceSettings(draws=0))
    assert [anchor.canonical for anchor in result.dual] == ["duo"]
    assert [(lead.terror, lead.crime) for lead in result.leads] == [("tia", "cid")]
    assert len(result.leads[0].paths) == 1


@pytest.mark.parametrize("topic", ["sanction.counter", "crime.war", "sanction"])
def test_other_topics_make_no_anchor(bench: Any, writer: Any, topic: str) -> None:
    writer.add("tia", "Person", "rt_police", name="Tia", topics="crime.terror")
    writer.add("x", "Person", "rt_police", name="X", topics=topic)
    writer.add("c", "Call", "rt_prison", caller="tia", receiver="x", date="2025-01-01")
    writer.into(bench.con)
    result = trace(bench, TraceSettings(draws=0))
    assert (result.counts["anchors_terror"], result.counts["anchors_crime"]) == (1, 0)
    assert result.leads == []


def test_an_empty_workbench_gives_no_lead_and_is_complete(bench: Any, writer: Any) -> None:
    writer.add("ann", "Person", "rt_police", name="Ann")
    writer.into(bench.con)
    result = trace(bench)
    assert (result.leads, result.complete) == ([], True)


def test_records_of_one_person_are_one_node(bench: Any, writer: Any) -> None:
    writer.add("tia", "Person", "rt_terror_list", name="Tia", topics="crime.terror")
    writer.add("mia-1", "Person", "rt_prison", name="Mia")
    writer.add("mia-2", "Person", "rt_fiu", name="Mia")
    writer.add("cid", "Person", "rt_police", name="Cid", topics="crime")
    for number, day in enumerate(("2025-01-01", "2025-01-09")):
        writer.add(f"c{number}", "Call", "rt_prison", caller="tia", receiver="mia-1", date=day)
        writer.add(f"p{number}", "Payment", "rt_fiu", payer="mia-2", beneficiary="cid", date=day)
    writer.add("v", "PrisonVisit", "rt_prison", visitor="mia-1", inmate="tia", date="2025-01-03")
    writer.into(bench.con)
    assert trace(bench, TraceSettings(draws=0)).leads == []
    bench.con.execute(
        "UPDATE canonical SET canonical = 'mia', confidence = 0.8 WHERE entity LIKE 'mia-%'"
    )
    lead = trace(bench, TraceSettings(draws=0)).leads[0]
    assert [hop.target for hop in lead.paths[0].hops] == ["mia", "cid"]
    assert {remark.code for remark in lead.against} >= {"identity"}
    assert lead.independent_sources == 2


def test_hops_out_of_time_are_left_out_when_asked(bench: Any, writer: Any) -> None:
    line = ("tia", "ann", "bob", "cid")
    for name in line:
        writer.add(name, "Person", "rt_police", name=name)
    writer.add("tia", "Person", "rt_police", topics="crime.terror")
    writer.add("cid", "Person", "rt_police", topics="crime")
    for number, day in enumerate(("2025-05-01", "2025-01-01", "2025-09-01")):
        ends = {"caller": line[number], "receiver": line[number + 1]}
        writer.add(f"c{number}", "Call", "rt_prison", date=day, **ends)
        sides = {"payer": line[number], "beneficiary": line[number + 1]}
        writer.add(f"p{number}", "Payment", "rt_fiu", date=day, **sides)
    writer.into(bench.con)
    free = trace(bench, TraceSettings(draws=0)).leads
    assert [lead.paths[0].time_order for lead in free] == ["mixed"]
    assert trace(bench, TraceSettings(draws=0, time_respecting=True)).leads == []


def test_more_hops_than_four_are_refused() -> None:
    with pytest.raises(LimitError):
        TraceSettings(k=5)


def test_a_locked_connection_is_enough(writer: Any, draw: Any) -> None:
    con = duckdb.connect()
    writer.add("ann", "Person", "rt_police", name="Ann")
    draw(con, 400, 5, ties=300)
    con.execute("SET enable_external_access = false")
    con.execute("SET lock_configuration = true")

    class Locked:
        def __init__(self) -> None:
            self.con = con

    assert trace(Locked(), TraceSettings(draws=1)).leads
