"""The hubs of Ruritania by themselves: dormitories, full aircraft, the airport desk's telephone."""

import csv
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from maillon.model import LOCAL, Statement, stamp_id
from maillon.model.ftm import schema_of
from maillon.nexus import Trace, TraceSettings, trace
from maillon.sources import adapter
from maillon.training import Country, write

DESK = "+88850000000001"
FILES = ("terror_list.xml", "police_persons.csv", "police_cases.csv", "prison_stays.csv")
NAMES = ("entity", "schema", "prop", "value", "dataset", "locator")
Row = tuple[str, str, str, str, str, str]


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    folder: Path = tmp_path_factory.mktemp("ruritania")
    return write(folder, 1500, 11)


@pytest.fixture(scope="module")
def rows(country: Country) -> list[Row]:
    """Statements of the files that speak of anchors, cells and journeys."""
    folder = country.deliveries
    found: list[Row] = []
    for entry in json.loads((folder / "manifest.json").read_text("utf-8")):
        if entry["file"] in FILES or entry["dataset"] == "rt_api":
            found.extend(read(folder, entry))
    return found


def read(folder: Path, entry: dict[str, Any]) -> Iterator[Row]:
    reader = adapter(entry["adapter"])
    options = {name: value for name, value in entry["options"].items() if name in reader.options}
    if entry["mapping"]:
        options["mapping"] = folder / "mappings" / entry["mapping"]
    digest = hashlib.sha256((folder / entry["file"]).read_bytes()).hexdigest()[:12]
    delivery = f"{entry['dataset']}-{digest}"
    with (folder / entry["file"]).open("rb") as raw:
        for item in reader.open(raw, entry["dataset"], **options):
            if isinstance(item, Statement):
                whose = stamp_id(item.entity, delivery)
                value = item.value
                if value.startswith(LOCAL) and is_entity(item):
                    value = stamp_id(value, delivery)
                where = f"{entry['file']} {item.locator}"
                yield whose, item.schema, item.prop, value, item.dataset, where


def is_entity(item: Statement) -> bool:
    schema = schema_of(item.schema)
    prop = schema.get(item.prop) if schema else None
    return prop is not None and prop.type.name == "entity"


class Bench:
    """Statements in DuckDB, the records of a person joined by the truth."""

    def __init__(self, rows: list[Row], truth: Path) -> None:
        self.con = duckdb.connect()
        columns = dict(zip(NAMES, zip(*rows, strict=True), strict=True))
        self.con.register("delivered", pa.table({k: pa.array(v) for k, v in columns.items()}))
        self.con.execute(
            "CREATE TABLE statement AS SELECT md5(concat_ws('|', locator, entity, prop, value)) AS id,"
            " entity, schema, prop, value, NULL::VARCHAR AS original_value, dataset, dataset AS delivery,"
            " locator, 'fact' AS kind, '' AS source_grade, '' AS information_grade, '' AS native_grade,"
            " '' AS native_scheme FROM delivered"
        )
        with (truth / "persons.csv").open(encoding="utf-8", newline="") as raw:
            known = [(row["entity_id"], row["person"]) for row in csv.DictReader(raw)]
        who = pa.table({"entity": [k[0] for k in known], "person": [k[1] for k in known]})
        self.con.register("known", who)
        self.con.execute(
            "CREATE TABLE canonical AS SELECT DISTINCT s.entity, coalesce(k.person, s.entity) AS"
            " canonical, 1.0::DOUBLE AS confidence FROM statement s LEFT JOIN known k USING (entity)"
        )


def traced(country: Country, rows: list[Row], keeps: Callable[[Row], bool]) -> Trace:
    bench = Bench([row for row in rows if keeps(row)], country.truth)
    return trace(bench, TraceSettings(draws=0))


def is_said_of_a_party(row: Row) -> bool:
    return row[1] in {"Person", "Organization"} and row[2] in {"name", "topics"}


def test_the_dormitories_alone_give_no_lead(country: Country, rows: list[Row]) -> None:
    beds = {row[0] for row in rows if row[2] == "cell" and row[3].startswith("D0")}
    found = traced(country, rows, lambda row: is_said_of_a_party(row) or row[0] in beds)
    assert found.counts["anchors_terror"]
    assert found.counts["anchors_crime"]
    assert found.leads == []
    assert {hub.channel for hub in found.hubs} >= {"cell"}
    assert found.counts["links_cell"] == found.counts["links_wing"] == 0


def test_full_aircraft_alone_give_no_lead(country: Country, rows: list[Row]) -> None:
    aboard = [row for row in rows if row[1] in {"Passenger", "Trip"} and row[2] != "booking"]
    assert len({row[0] for row in aboard if row[1] == "Passenger"}) > 200
    kept = set(aboard)
    found = traced(country, rows, lambda row: is_said_of_a_party(row) or row in kept)
    assert found.counts["nodes"] < len({row[0] for row in rows if is_said_of_a_party(row)})
    assert found.leads == []
    assert found.counts["links_booking"] == 0


def test_the_airport_desk_alone_gives_no_lead(country: Country, rows: list[Row]) -> None:
    found = traced(country, rows, lambda row: is_said_of_a_party(row) or row[3] == DESK)
    assert found.leads == []
    assert [(hub.channel, hub.value) for hub in found.hubs] == [("phone", DESK)]


def test_all_of_them_together_give_no_lead(country: Country, rows: list[Row]) -> None:
    beds = {row[0] for row in rows if row[2] == "cell" and row[3].startswith("D0")}
    found = traced(
        country, rows,
        lambda row: is_said_of_a_party(row) or row[0] in beds or row[3] == DESK
        or (row[1] in {"Passenger", "Trip"} and row[2] != "booking"),
    )  # fmt: skip
    assert found.leads == []
