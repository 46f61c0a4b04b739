"""The deliveries, read by the adapters of the product: everything that the truth names comes out."""

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from maillon.model import Purged, SourceError, Statement, Yielded, stamp_id
from maillon.sources import adapter
from maillon.training import Country
from maillon.training.delivery import delivered_as

Loaded = list[tuple[str, str, Yielded]]


@pytest.fixture(scope="module")
def loaded(country: Country) -> Loaded:
    return list(_load(country))


def _load(country: Country) -> Iterator[tuple[str, str, Yielded]]:
    folder = country.deliveries
    for entry in json.loads((folder / "manifest.json").read_text("utf-8")):
        options = dict(entry["options"])
        if entry["mapping"]:
            options["mapping"] = folder / "mappings" / entry["mapping"]
        delivery = delivered_as(entry["dataset"], folder / entry["file"])
        with (folder / entry["file"]).open("rb") as raw:
            for item in adapter(entry["adapter"]).open(raw, entry["dataset"], **options):
                yield entry["file"], delivery, item


def statements(loaded: Loaded) -> Iterator[tuple[str, Statement]]:
    for _, delivery, item in loaded:
        if isinstance(item, Statement):
            yield stamp_id(item.entity, delivery), item


def truth_rows(country: Country) -> dict[tuple[str, str], str]:
    with (country.truth / "persons.csv").open(encoding="utf-8", newline="") as raw:
        return {(r["dataset"], r["entity_id"]): r["person"] for r in csv.DictReader(raw)}


def test_every_person_of_the_truth_comes_out(country: Country, loaded: Loaded) -> None:
    out = {(s.dataset, entity) for entity, s in statements(loaded) if s.schema == "Person"}
    assert not truth_rows(country).keys() - out


def test_every_person_that_comes_out_is_known(country: Country, loaded: Loaded) -> None:
    out = {(s.dataset, entity) for entity, s in statements(loaded) if s.schema == "Person"}
    assert out - truth_rows(country).keys() == {
        ("rt_prison", "rt-prison-C000000")
    }  # the call centre


def test_only_the_defects_made_on_purpose_are_errors(country: Country, loaded: Loaded) -> None:
    known = json.loads((country.truth / "truth.json").read_text("utf-8"))
    expected = Counter(file for _, file, _, _ in known["defects"])
    found = Counter(file for file, _, item in loaded if isinstance(item, SourceError))
    assert found == expected
    assert expected


def test_contacts_of_lawyers_are_dropped(country: Country, loaded: Loaded) -> None:
    known = json.loads((country.truth / "truth.json").read_text("utf-8"))
    expected = {(file, locator) for _, file, locator in known["purged"]}
    assert {(f, i.locator) for f, _, i in loaded if isinstance(i, Purged)} == expected
    assert not [e for e, _ in statements(loaded) if e.startswith("rt-prison-L")]


def test_topics_of_organised_crime_mark_the_crime_anchors_only(
    country: Country, loaded: Loaded
) -> None:
    rows = truth_rows(country)
    known = json.loads((country.truth / "truth.json").read_text("utf-8"))
    topics: dict[str, set[str]] = defaultdict(set)
    for entity, statement in statements(loaded):
        if statement.prop == "topics" and statement.dataset == "rt_police":
            topics[rows["rt_police", entity]].add(statement.value)
    assert topics == {p: {offence["topic"]} for p, offence in known["crime"].items()}


def test_terrorism_is_said_of_the_list_only(country: Country, loaded: Loaded) -> None:
    said = [e for e, s in statements(loaded) if s.prop == "topics" and s.value == "crime.terror"]
    assert len(said) == 25 + 4
    assert all(entity.startswith("rt_terror_list-RT") for entity in said)


def test_every_relation_that_links_are_made_of_comes_out(loaded: Loaded) -> None:
    schemata = Counter(s.schema for _, s in statements(loaded))
    wanted = {
        "BankAccount", "Booking", "Call", "Company", "Consignment", "Container", "CourtCase",
        "CourtCaseParty", "Directorship", "Employment", "Family", "Firearm", "Ownership",
        "Passenger", "Passport", "Payment", "PrisonStay", "PrisonVisit", "Seizure", "Trip",
    }  # fmt: skip
    assert not wanted - schemata.keys()
