"""Which contacts become hops, and which do not."""

from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from maillon.nexus import TraceSettings, trace
from maillon.nexus.channels import CHANNELS
from maillon.nexus.links import derive, drop, hubs, ties


def people(writer: Any, *names: str) -> None:
    for name in names:
        writer.add(name, "Person", "rt_police", name=name.title())


def anchored(writer: Any) -> None:
    """A terrorism anchor ``tia``, a crime anchor ``cid``, ``mia`` between them."""
    people(writer, "tia", "mia", "cid")
    writer.add("tia", "Person", "rt_terror_list", topics="crime.terror")
    writer.add("cid", "Person", "rt_police", topics="crime.traffick.drug")


def call(writer: Any, key: str, one: str, other: str, day: str = "2025-03-01") -> None:
    writer.add(f"call-{key}", "Call", "rt_prison", caller=one, receiver=other, date=day)


def pay(writer: Any, key: str, one: str, other: str, day: str = "2025-03-05") -> None:
    writer.add(f"pay-{key}", "Payment", "rt_fiu", payer=one, beneficiary=other, date=day)


def codes(bench: Any, settings: TraceSettings | None = None) -> dict[tuple[str, str], set[str]]:
    """Derived channels by pair of canonical ids."""
    derive(bench.con, settings or TraceSettings())
    try:
        rows = bench.con.execute(
            "SELECT a.canonical, b.canonical, t.bit FROM nexus_tie t JOIN nexus_node a ON a.node = t.i"
            " JOIN nexus_node b ON b.node = t.j ORDER BY ALL"
        ).fetchall()
    finally:
        drop(bench.con)
    by_bit = {channel.bit: code for code, channel in CHANNELS.items()}
    found: dict[tuple[str, str], set[str]] = {}
    for one, other, bit in rows:
        found.setdefault((one, other), set()).add(by_bit[bit])
    return found


def test_a_direct_relation_joins_its_two_sides(bench: Any, writer: Any) -> None:
    people(writer, "ann", "bob")
    call(writer, "1", "bob", "ann")
    writer.into(bench.con)
    assert codes(bench) == {("ann", "bob"): {"call"}}


def test_a_payment_that_names_accounts_only_is_between_their_owners(
    bench: Any, writer: Any
) -> None:
    people(writer, "ann", "bob")
    for owner in ("ann", "bob"):
        writer.add(f"acc-{owner}", "BankAccount", "rt_fiu", accountNumber=f"DE-{owner}")
        writer.add(f"own-{owner}", "Ownership", "rt_fiu", owner=owner, asset=f"acc-{owner}")
    accounts = {"payerAccount": "acc-ann", "beneficiaryAccount": "acc-bob"}
    writer.add("pay-1", "Payment", "rt_fiu", date="2025-01-01", **accounts)
    writer.into(bench.con)
    assert codes(bench) == {("ann", "bob"): {"payment"}}


def test_one_account_in_two_files_is_one_account(bench: Any, writer: Any) -> None:
    people(writer, "ann", "bob")
    for owner in ("ann", "bob"):
        writer.add(f"acc-{owner}", "BankAccount", "rt_fiu", accountNumber="RU 12-34")
        writer.add(f"own-{owner}", "Ownership", "rt_fiu", owner=owner, asset=f"acc-{owner}")
    writer.into(bench.con)
    assert codes(bench) == {("ann", "bob"): {"account"}}


@pytest.mark.parametrize(("second", "meets"), [("2025-02-01", True), ("2025-06-01", False)])
def test_a_cell_joins_only_stays_that_overlap(
    bench: Any,
    writer: Any,
    second: str,
    meets: bool,
) -> None:
    people(writer, "ann", "bob")
    cell = {"facility": "Zenda", "wing": "B", "cell": "7"}
    first = {"startDate": "2025-01-01", "endDate": "2025-03-01"}
    writer.add("stay-1", "PrisonStay", "rt_prison", inmate="ann", **first, **cell)
    writer.add("stay-2", "PrisonStay", "rt_prison", inmate="bob", startDate=second, **cell)
    writer.into(bench.con)
    assert bool(codes(bench)) is meets


def test_a_place_is_not_an_address(bench: Any, writer: Any) -> None:
    for name in ("ann", "bob"):
        writer.add(name, "Person", "rt_police", address="Strelsau, Ruritania", phone="UNKNOWN")
    writer.into(bench.con)
    assert codes(bench) == {}


def test_a_filler_number_joins_nobody(bench: Any, writer: Any) -> None:
    for name in ("ann", "bob"):
        writer.add(name, "Person", "rt_police", phone="+000000000")
    writer.into(bench.con)
    assert codes(bench) == {}


def test_an_assessment_is_no_link(bench: Any, writer: Any) -> None:
    people(writer, "ann", "bob")
    call(writer, "1", "ann", "bob")
    writer.into(bench.con)
    bench.con.execute("UPDATE statement SET kind = 'assessment' WHERE schema = 'Call'")
    assert codes(bench) == {}


def test_a_group_over_the_limit_is_a_hub_until_opened(bench: Any, writer: Any) -> None:
    names = [f"p{number:02d}" for number in range(14)]
    people(writer, *names)
    for name in names:
        writer.add(name, "Person", "rt_police", phone="+88812345678")
    writer.into(bench.con)
    derive(bench.con, TraceSettings())
    found = hubs(bench.con)
    count = len(ties(bench.con).i)
    drop(bench.con)
    assert [(hub.channel, hub.value, hub.size) for hub in found] == [("phone", "+88812345678", 14)]
    assert count == 0
    opened = TraceSettings(open_hubs=frozenset({"phone:+88812345678"}))
    assert len(codes(bench, opened)) == 14 * 13 // 2


def test_a_busy_person_is_entered_but_not_crossed_until_opened(bench: Any, writer: Any) -> None:
    anchored(writer)
    for side in ("tia", "cid"):
        call(writer, side, side, "mia")
        pay(writer, side, side, "mia")
    people(writer, "x1", "x2")
    for other in ("x1", "x2"):
        call(writer, other, other, "mia")
    writer.into(bench.con)
    tight = TraceSettings(degree_limits={"": 3}, draws=0)
    found = trace(bench, tight)
    assert found.leads == []
    assert ("degree", "mia", 4) in [(hub.channel, hub.value, hub.size) for hub in found.hubs]
    opened = TraceSettings(degree_limits={"": 3}, draws=0, open_hubs=frozenset({"mia"}))
    assert [lead.crime for lead in trace(bench, opened).leads] == ["cid"]


@pytest.mark.parametrize("with_call", [False, True])
def test_a_family_or_household_hop_alone_completes_no_lead(
    bench: Any,
    writer: Any,
    with_call: bool,
) -> None:
    anchored(writer)
    call(writer, "1", "tia", "mia")
    pay(writer, "1", "tia", "mia")
    writer.add("fam", "Family", "rt_companies", person="mia", relative="cid")
    for name in ("mia", "cid"):
        writer.add(name, "Person", "rt_police", address="7 Mill Lane", phone="+88899911122")
    if with_call:
        call(writer, "2", "mia", "cid")
    writer.into(bench.con)
    leads = trace(bench, TraceSettings(draws=0)).leads
    assert bool(leads) is with_call
    if with_call:
        assert {remark.code for remark in leads[0].alternatives} >= {"family", "household"}


def test_datasets_outside_the_chosen_ones_are_neither_anchors_nor_links(
    bench: Any, writer: Any
) -> None:
    anchored(writer)
    writer.add("un-1", "Person", "un_sc", name="Listed", topics="crime.terror")
    call(writer, "1", "un-1", "cid")
    pay(writer, "1", "un-1", "cid")
    writer.into(bench.con)
    ours = TraceSettings(
        draws=0, anchor_datasets=frozenset({"rt_terror_list", "rt_police", "rt_prison", "rt_fiu"})
    )
    assert trace(bench, ours).leads == []
    assert [lead.terror for lead in trace(bench, TraceSettings(draws=0)).leads] == ["un-1"]


def chained(writer: Any) -> None:
    """Two ways from ``tia`` to ``cid`` by ``mia`` and one hop from ``mia`` to a second crime anchor."""
    anchored(writer)
    people(writer, "dan")
    writer.add("dan", "Person", "rt_police", topics="crime")
    for key, one, other in (("1", "tia", "mia"), ("2", "mia", "cid"), ("3", "mia", "dan")):
        call(writer, key, one, other)
        pay(writer, key, one, other)


def without(bench: Any, *entities: str) -> dict[tuple[str, str], float]:
    """Probability by anchor pair when the statements of some entities are taken away."""
    marks = ", ".join(f"'{entity}'" for entity in ("", *entities))
    bench.con.execute("DROP VIEW IF EXISTS statement; DROP TABLE IF EXISTS statement")
    bench.con.execute(f"CREATE VIEW statement AS SELECT * FROM said WHERE entity NOT IN ({marks})")
    leads = trace(bench, TraceSettings(draws=0, top=None)).leads
    return {(lead.terror, lead.crime): lead.probability for lead in leads}


def kept_aside(bench: Any, writer: Any) -> None:
    writer.into(bench.con)
    bench.con.execute("ALTER TABLE statement RENAME TO said")


def test_the_only_statement_of_a_hop_taken_away_takes_every_lead_that_used_it(
    bench: Any, writer: Any
) -> None:
    anchored(writer)
    people(writer, "dan")
    writer.add("dan", "Person", "rt_police", topics="crime")
    call(writer, "1", "tia", "mia")
    for key, other in (("2", "cid"), ("3", "dan")):
        call(writer, key, "mia", other)
        pay(writer, key, "mia", other)
    kept_aside(bench, writer)
    assert set(without(bench)) == {("tia", "cid"), ("tia", "dan")}
    assert without(bench, "call-1") == {}


def test_one_of_two_channels_taken_away_weakens_every_lead_that_used_the_hop(
    bench: Any, writer: Any
) -> None:
    chained(writer)
    kept_aside(bench, writer)
    before, after = without(bench), without(bench, "pay-1")
    assert set(before) == {("tia", "cid"), ("tia", "dan")}
    assert all(after.get(pair, 0.0) < probability for pair, probability in before.items())


def test_in_a_whole_country_no_lead_stands_on_a_hop_that_was_taken_away(country: Any) -> None:
    con = country[0].con
    found = trace(country[0], TraceSettings(draws=0))
    for at in (0, 5):
        hop = found.leads[at].paths[0].hops[0]
        gone = sorted({line["entity"] for line in hop.statements} - {hop.source, hop.target})
        con.execute(
            "CREATE OR REPLACE TEMP TABLE without AS SELECT * FROM statement"
            " WHERE entity NOT IN (SELECT unnest($gone)) AND NOT (entity IN ($a, $b)"
            " AND prop IN ('phone', 'address'))",
            {"gone": gone, "a": hop.source, "b": hop.target},
        )
        again = trace(reduced(con), TraceSettings(draws=0))
        ends = {hop.source, hop.target}
        used = [
            {step.source, step.target}
            for lead in again.leads
            for path in lead.paths
            for step in path.hops
        ]
        assert ends not in used
        was = [lead for lead in found.leads if ends in hops_of(lead)]
        now = {(lead.terror, lead.crime): lead.probability for lead in again.leads}
        assert was
        assert all(now.get((lead.terror, lead.crime), 0.0) < lead.probability for lead in was)


def reduced(con: Any) -> Any:
    """Return a workbench of its own, with the statements of the temporary table ``without``."""
    other = duckdb.connect()
    tables = {name: con.sql(f"FROM {name}").to_arrow_table() for name in ("without", "canonical")}
    other.register("kept", tables["without"])
    other.register("named", tables["canonical"])
    other.execute("CREATE TABLE statement AS FROM kept")
    other.execute("CREATE TABLE canonical AS FROM named")
    con.execute("DROP TABLE without")
    return SimpleNamespace(con=other)


def hops_of(lead: Any) -> list[set[str]]:
    return [{hop.source, hop.target} for path in lead.paths for hop in path.hops]
