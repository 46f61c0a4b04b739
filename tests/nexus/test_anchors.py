"""Who is an anchor, and on whose word."""

import io
from pathlib import Path
from typing import Any

import pytest

from maillon.model import Statement
from maillon.nexus.anchors import TERROR_TOPIC, anchors, is_crime_topic
from maillon.nexus.links import derive, drop
from maillon.nexus.settings import TraceSettings
from maillon.sources import adapter, programmes

UN = Path(__file__).parents[1] / "data" / "real_lists" / "un.xml"
PROVES_NOTHING = ("YE", "SD", "SS", "GB", "IQ", "LY", "CD", "CF")


def found(bench: Any, writer: Any) -> Any:
    writer.into(bench.con)
    derive(bench.con, TraceSettings())
    try:
        return anchors(bench.con)
    finally:
        drop(bench.con)


def test_no_programme_means_counter_sanctions_as_terrorism() -> None:
    for programme in programmes.programmes().values():
        assert "sanction.counter" not in programme.topics


def test_every_programme_that_makes_an_anchor_names_its_source() -> None:
    rows = (Path(programmes.__file__).parent / "programmes.csv").read_text("utf-8").splitlines()
    assert rows[0].split(",")[-1] == "source"
    makers = [row for row in rows[1:] if ",crime" in row]
    assert len(makers) >= 10
    assert all(row.rsplit(",", 1)[1].strip() for row in makers)


@pytest.mark.parametrize(
    ("scheme", "code", "topic"),
    [
        ("ofac", "SDGT", "crime.terror"),
        ("ofac", "FTO", "crime.terror"),
        ("un", "QD", "crime.terror"),
        ("un", "TA", "crime.terror"),
        ("ofac", "SDNTK", "crime.traffick.drug"),
        ("ofac", "SDNT", "crime.traffick.drug"),
        ("ofac", "TCO", "crime"),
        ("ofac", "CYBER2", "crime.cyber"),
        ("un", "HT", "crime"),
    ],
)
def test_a_programme_gives_its_topic(scheme: str, code: str, topic: str) -> None:
    assert topic in programmes.topics(scheme, code, "")


@pytest.mark.parametrize("code", [*PROVES_NOTHING, "KP", "IR"])
def test_conflict_and_proliferation_lists_make_no_anchor(code: str) -> None:
    for topic in programmes.topics("un", code, "al-shabaab, drugs, arms, terrorists"):
        assert topic != TERROR_TOPIC
        assert not is_crime_topic(topic)


def test_an_entry_of_the_somalia_list_is_terrorism_only_where_its_text_names_al_shabaab() -> None:
    with UN.open("rb") as raw:
        items = list(adapter("un-sc-xml").open(io.BytesIO(raw.read()), "un_sc"))
    said = {
        (item.entity, item.value)
        for item in items
        if isinstance(item, Statement) and item.prop == "topics"
    }
    assert ("un-sc-SOe.001", TERROR_TOPIC) in said
    assert ("un-sc-SOi.018", TERROR_TOPIC) in said
    assert ("un-sc-SOi.001", "sanction") in said
    assert ("un-sc-SOi.001", TERROR_TOPIC) not in said


def test_an_anchor_names_who_says_it_and_where(bench: Any, writer: Any) -> None:
    writer.add("ann", "Person", "un_sc", name="Ann", topics="crime.terror")
    anchor = found(bench, writer).terror[0]
    assert [(source.topic, source.dataset, source.locator) for source in anchor.sources] == [
        ("crime.terror", "un_sc", "line:1")
    ]
    assert set(anchor.sources[0].line()) == {
        "topic", "entity", "dataset", "delivery", "locator", "statement", "programme",
    }  # fmt: skip


def test_two_sources_are_two(bench: Any, writer: Any) -> None:
    writer.add("ann", "Person", "un_sc", name="Ann", topics="crime.terror")
    writer.add("ann", "Person", "us_ofac_sdn", topics="crime.terror")
    anchor = found(bench, writer).terror[0]
    assert [source.dataset for source in anchor.sources] == ["un_sc", "us_ofac_sdn"]
    assert anchor.datasets == ("un_sc", "us_ofac_sdn")


def test_an_assessment_makes_no_anchor(bench: Any, writer: Any) -> None:
    writer.add("ann", "Person", "un_sc", name="Ann", topics="crime.terror")
    writer.into(bench.con)
    bench.con.execute("UPDATE statement SET kind = 'assessment' WHERE prop = 'topics'")
    derive(bench.con, TraceSettings())
    who = anchors(bench.con)
    drop(bench.con)
    assert (who.terror, who.crime, who.dual) == ([], [], [])


@pytest.mark.parametrize("topic", ["sanction.counter", "sanction", "export.risk", "crime.war"])
def test_other_topics_make_none(bench: Any, writer: Any, topic: str) -> None:
    writer.add("ann", "Person", "un_sc", name="Ann", topics=topic)
    who = found(bench, writer)
    assert (who.terror, who.crime, who.dual) == ([], [], [])


@pytest.mark.parametrize(("second", "is_by_identity"), [("ann", False), ("anna", True)])
def test_a_dual_entity_says_whether_it_is_so_by_identity_only(
    bench: Any, writer: Any, second: str, is_by_identity: bool
) -> None:
    writer.add("ann", "Person", "un_sc", name="Ann", topics="crime.terror")
    writer.add(second, "Person", "us_ofac_sdn", name="Anna", topics="crime.traffick.drug")
    writer.into(bench.con)
    bench.con.execute("UPDATE canonical SET canonical = 'ann'")
    derive(bench.con, TraceSettings())
    dual = anchors(bench.con).dual
    drop(bench.con)
    assert [anchor.is_by_identity for anchor in dual] == [is_by_identity]
