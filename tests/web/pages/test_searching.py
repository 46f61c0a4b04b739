"""Search by parts of identifiers; searches that are kept; what was found as a table."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import pytest
from tests.journeys.records import OPEN, SEALED, loaded, person

from .conftest import House, Reader

THINGS = [
    {"id": "car", "schema": "Vehicle", "properties": {"registrationNumber": ["BC-417-XY"]}},
    {"id": "pass", "schema": "Passport", "properties": {"number": ["P 0098 7654 321"]}},
    {"id": "mail", "schema": "Person", "properties": {
        "name": ["Dora Plate"], "email": ["417xy@example.org"]}},
    person("formula", "=cmd|' /C calc'!A0"),
]  # fmt: skip


@pytest.fixture(scope="module")
def reader(house: House) -> Iterator[Reader]:
    loaded(house.workspace, "plates", OPEN, THINGS)
    sealed = [
        {"id": "hidden", "schema": "Vehicle", "properties": {"registrationNumber": ["QQ-417-XY"]}}
    ]
    loaded(house.workspace, "vault", SEALED, sealed)
    with house.reader("analyst", "linking") as reader:
        yield reader


def found(page: str) -> set[str]:
    return set(re.findall(r'<tr><td><a href="/en/record\?id=([^"]+)"', page))


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("417XY", {"car", "mail"}), ("bc-417", {"car"}), ("c417x", {"car"}),
        ("654321", {"pass"}), ("7654 321", {"pass"}), ("987", {"pass"}),
        ("plate 417", {"mail"}), ("dora 417xy", {"mail"}), ("417X 9Y", set()), ("714", set()),
    ],
)  # fmt: skip
def test_a_part_of_an_identifier_is_found(reader: Reader, words: str, ids: set[str]) -> None:
    assert found(reader.page(f"/en/search?q={words}")) == ids


def test_half_a_plate_of_letters_is_found_and_no_mailbox(reader: Reader) -> None:
    assert "car" not in found(reader.page("/en/search?q=example"))
    page = reader.page("/en/search?q=BC4")
    assert found(page) == {"car"}


def test_a_sealed_plate_is_as_one_that_is_not_there(reader: Reader) -> None:
    assert found(reader.page("/en/search?q=QQ-417")) == set()


def test_all_that_was_found_is_a_table_without_a_formula(reader: Reader) -> None:
    answer = reader.get("/en/search/table?q=calc")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [one["id"] for one in rows] == ["formula"]
    assert rows[0]["name"].startswith("'=cmd")


def test_a_table_holds_more_than_a_page(house: House, reader: Reader) -> None:
    loaded(house.workspace, "many", OPEN, [person(f"m{n}", f"Zora Number{n}") for n in range(60)])
    answer = reader.get("/en/search/table?q=Zora")
    assert len(answer.text.splitlines()) == 61


def test_a_search_that_is_kept_says_what_is_new(house: House, reader: Reader) -> None:
    page = reader.page("/en/search?q=Quentin")
    csrf = unescape(re.findall(r'name="csrf" value="([^"]+)"', page)[0])
    kept = reader.post("/en/searches", data={"csrf": csrf, "q": "Quentin", "schema": ""}).text
    place = re.findall(r'action="(/en/searches/[0-9a-f]{16}/run)"', kept)[-1]
    assert found(reader.post(place, data={"csrf": csrf}).text) == set()
    loaded(house.workspace, "news", OPEN, [person("n1", "Quentin Late")])
    loaded(house.workspace, "vault2", SEALED, [person("n2", "Quentin Sealed")])
    assert found(reader.post(place, data={"csrf": csrf}).text) == {"n1"}
    reader.post(place.replace("/run", "/forget"), data={"csrf": csrf})
    assert place not in reader.page("/en/search")


def test_a_search_of_others_is_not_there(reader: Reader) -> None:
    page = reader.page("/en/search")
    csrf = unescape(re.findall(r'name="csrf" value="([^"]+)"', page)[0])
    answer = reader.post(f"/en/searches/{'0' * 16}/run", data={"csrf": csrf})
    assert answer.status_code == 404
