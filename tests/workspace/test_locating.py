"""Places: as exact as their statements, never a nationality, hidden as absent, told with reasons."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from tests.journeys.records import OPEN, SEALED, loaded, person

from maillon.model import Act, LimitError, Mode
from maillon.model.ftm import schema_of
from maillon.nexus.places import rules, why_not
from maillon.sources import adapter
from maillon.store import Order
from maillon.store.ledger import read_rows, tags_of
from maillon.store.tables_ledger import LEDGER_OBJECT
from maillon.workspace import Workspace
from maillon.workspace.locating import MOST_ASKED, Span

GOLDEN = Path(__file__).parents[1] / "golden"
WHO = {"nationality", "citizenship", "birthCountry", "birthPlace", "flag", "pastFlags"}
"""Properties that say who somebody is, or under which flag something goes, not where."""


def address(key: str, **properties: list[str]) -> dict[str, Any]:
    return {"id": key, "schema": "Address", "properties": properties}


RECORDS = [
    person("p1", "Ana Ruiz", addressEntity=["a1"], nationality=["fr"], birthPlace=["Lyon"],
           birthCountry=["fr"], citizenship=["be"]),
    address("a1", full=["Quay 4, Marseille"], latitude=["43.30"], longitude=["5.36"],
            country=["fr"]),
    person("p2", "Bo Lind", addressEntity=["a2", "a3"], country=["se"], address=["Vale Road 9"]),
    address("a2", full=["Somewhere"], latitude=["0"], longitude=["0"], country=["mt"]),
    address("a3", full=["Platz 1"]),
    {"id": "c1", "schema": "Company",
     "properties": {"name": ["Zeta Ltd"], "jurisdiction": ["cy"], "country": ["cy"]}},
    {"id": "t1", "schema": "Trip",
     "properties": {"name": ["ZZ 12"], "startLocation": ["a1"], "startDate": ["2025-03-04"],
                    "endLocation": ["a4"], "endDate": ["2025-03-05"]}},
    address("a4", name=["MLA"], latitude=["35.85"], longitude=["14.48"]),
    {"id": "g1", "schema": "Passenger", "properties": {"traveller": ["p3"], "trip": ["t1"]}},
    person("p3", "Cy Tan", addressEntity=["gone"]),
    {"id": "r1", "schema": "RealEstate",
     "properties": {"name": ["Farm"], "latitude": ["91"], "longitude": ["5"], "country": ["es"]}},
    {"id": "o1", "schema": "Ownership",
     "properties": {"owner": ["p4"], "asset": ["r1", "c1"], "startDate": ["2019"]}},
    person("p4", "Di Moss"),
    {"id": "pass", "schema": "Passport", "properties": {"holder": ["p4"], "country": ["ir"]}},
    {"id": "sz", "schema": "Seizure",
     "properties": {"suspect": ["p4"], "place": ["Port of Ruritania"], "date": ["2024-06-01"]}},
]  # fmt: skip


@pytest.fixture(scope="module")
def w(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("places") / "w"
    Workspace.create(folder)
    with Workspace.open(folder) as opened:
        loaded(opened, "register", OPEN, RECORDS)
        loaded(opened, "vault", SEALED, [
            {"id": "sealed", "schema": "Ownership", "properties": {"owner": ["p1"], "asset": ["r1"]}},
        ])  # fmt: skip
        yield opened


def told(w: Workspace, *ids: str, span: Span | None = None) -> dict[str, Any]:
    return w.locating.places(w.view(Act.TRACE), ids, span or Span())


def points(line: dict[str, Any]) -> list[tuple[float, float]]:
    return [(one["latitude"], one["longitude"]) for one in line["places"]]


def countries(line: dict[str, Any]) -> list[str]:
    return [one["country"] for one in line["places"] if one["exact"] == "country only"]


def reasons(line: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((one["reason"], one["value"]) for one in line["not_placed"])


def test_an_address_with_coordinates_is_a_point_with_its_statements(w: Workspace) -> None:
    (one,) = told(w, "p1")["places"]
    assert (one["latitude"], one["longitude"], one["exact"]) == (43.3, 5.36, "coordinates")
    assert one["name"] == "Quay 4, Marseille"
    assert [(said["prop"], said["locator"]) for said in one["statements"]] == [
        ("latitude", "line:2"), ("longitude", "line:2"),
    ]  # fmt: skip
    assert one["tie"] == {"schema": "Person", "prop": "addressEntity", "record": "p1"}


def test_a_country_beside_coordinates_is_no_second_place(w: Workspace) -> None:
    assert countries(told(w, "p1")) == []


def test_coordinates_that_cannot_be_leave_the_country(w: Workspace) -> None:
    assert countries(told(w, "p2")) == ["mt"]


def test_what_is_not_placed_is_told_with_its_reason(w: Workspace) -> None:
    assert reasons(told(w, "p2")) == [
        ("unsaid", "se"), ("words only", "Platz 1"), ("words only", "Vale Road 9"),
        ("zero", "0"),
    ]  # fmt: skip


def test_nationality_birth_and_papers_are_no_places(w: Workspace) -> None:
    every = told(w, "p1", "p4")
    props = {prop for one in (*every["places"], *every["not_placed"]) for prop in one["props"]}
    assert not props & WHO
    assert "ir" not in countries(every)


def test_no_rule_reads_who_somebody_is() -> None:
    assert not {prop for _, prop, _ in rules()} & WHO


def test_every_rule_names_a_property_of_the_model() -> None:
    for schema, prop, _ in rules():
        held = schema_of(schema)
        assert held is not None
        assert not prop or prop in held.properties


def test_every_property_with_coordinates_is_read() -> None:
    held = {(schema, prop) for schema, prop, _ in rules()}
    for schema in ("Address", "RealEstate"):
        assert {(schema, "latitude"), (schema, "longitude")} <= held


def test_the_country_of_an_organisation_is_its_seat(w: Workspace) -> None:
    assert countries(told(w, "c1")) == ["cy", "cy"]


def test_a_journey_has_the_day_of_the_journey(w: Workspace) -> None:
    line = told(w, "p3")
    assert sorted(points(line)) == [(35.85, 14.48), (43.3, 5.36)]
    assert {(one["from"], one["until"], one["dated_by"]) for one in line["places"]} == {
        ("2025-03-04", "2025-03-05", "event")
    }


def test_an_address_that_is_not_seen_is_no_place(w: Workspace) -> None:
    assert "gone" not in {one["record"] for one in told(w, "p3")["places"]}


def test_what_somebody_owns_is_a_place_and_where_their_company_sits_is_not(w: Workspace) -> None:
    line = told(w, "p4")
    assert countries(line) == ["es"]
    assert reasons(line) == [("out of range", "91, 5"), ("words only", "Port of Ruritania")]


def test_only_places_of_the_time_are_told(w: Workspace) -> None:
    line = told(w, "p3", "p4", span=Span("2024-06", "2024"))
    values = [one["value"] for one in (*line["places"], *line["not_placed"])]
    assert (values, line["outside"]) == (["es", "91, 5", "Port of Ruritania"], 2)


def test_what_is_owned_is_not_yet_a_place_before_it_was_owned(w: Workspace) -> None:
    assert told(w, "p4", span=Span(last="2018"))["places"] == []


def test_what_has_no_day_has_that_of_its_delivery(w: Workspace) -> None:
    (one,) = told(w, "p1")["places"]
    assert one["dated_by"] == "delivery"
    assert told(w, "p1", span=Span(last="2020"))["places"] == []


def test_hidden_and_absent_are_alike(w: Workspace) -> None:
    assert told(w, "p1", "sealed") == told(w, "p1", "nobody")


def test_the_ledger_names_whose_place_and_which_record_was_shown(w: Workspace) -> None:
    w.locating.places(w.view(Act.TRACE), ["p1"])
    with w.store._desk.housekeeping() as connection:
        last = list(read_rows(connection))[-1]
        tags = [tags_of(connection, one, ["register"])[0] for one in ("p1", "a1")]
        asked = select(LEDGER_OBJECT.c.tag).where(LEDGER_OBJECT.c.number == last["number"])
        noted = set(connection.execute(asked).scalars())
    assert (last["act"], json.loads(last["detail"])) == ("look", {"verb": "map"})
    assert set(tags) <= noted


def test_of_one_with_very_many_links_some_are_read_and_the_rest_counted(
    w: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = told(w, "p4")
    monkeypatch.setattr(sys.modules["maillon.nexus.places"], "MOST_CARRIERS", 1)
    some = told(w, "p4")
    assert len(some["places"]) + len(some["not_placed"]) < (
        len(whole["places"]) + len(whole["not_placed"])
    )
    assert (whole["cut"], some["cut"] > 0) == (0, True)


def test_there_are_at_most_so_many_ids(w: Workspace) -> None:
    with pytest.raises(LimitError, match="500"):
        told(w, *(str(n) for n in range(MOST_ASKED + 1)))


def test_a_residence_that_the_format_says_is_a_place(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w:
        with (GOLDEN / "paxlst" / "flight.edi").open("rb") as raw:
            order = Order(adapter("paxlst"), "api", OPEN, mode=Mode.MESSAGES)
            w.load(w.view(Act.LOAD), raw, order)
        view = w.view(Act.TRACE)
        held = list(w.store.scan(view, "prop = 'name' AND value ILIKE '%O''NEIL%'"))
        line = w.locating.places(view, [held[0].entity])
        said = [(one["country"], one["exact"]) for one in line["places"]]
        assert said == [("ad", "country only")]
        assert {one["value"] for one in line["not_placed"]} >= {"STR", "ZND"}


@pytest.mark.parametrize(
    ("north", "east", "reason"),
    [
        ("90", "-180", ""), ("90.01", "0", "out of range"), ("0", "180.5", "out of range"),
        ("0", "0", "zero"), ("-0.0", "0.00", "zero"), ("0", "0.1", ""), ("nan", "1", "no number"),
        ("1e999", "1", "no number"), ("4_8.5", "2", "no number"), ("1e1", "2", "no number"),
        ("\u0664\u0668", "2", "no number"), (" +48.5 ", "-2.", ""), (".5", "2", "no number"), ("43,3", "5", "no number"), ("N43", "5", "no number"),
    ],
)  # fmt: skip
def test_only_what_is_on_earth_is_a_place(north: str, east: str, reason: str) -> None:
    assert why_not(north, east) == reason


@pytest.mark.parametrize(
    ("first", "last"), [("2024-13", ""), ("yesterday", ""), ("2025", "2024"), ("", "2024-02-00")]
)
def test_a_span_is_of_two_dates_in_order(first: str, last: str) -> None:
    with pytest.raises(ValueError, match=r"date|end"):
        Span(first, last)


@pytest.mark.parametrize(
    ("first", "last", "is_in"),
    [("2024", "2024", True), ("2023-12-31", "2023-12-31", False), ("2024-06-02", "", True),
     ("2019", "2030", True), ("2025-01-01", "2025", False)],
)  # fmt: skip
def test_a_partial_date_is_the_whole_of_it(first: str, last: str, is_in: bool) -> None:
    assert Span("2024", "2024-06").holds(first, last or "2024-06-02") is is_in
