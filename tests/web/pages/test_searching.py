"""Search by parts of identifiers; searches that are kept; what was found as a table."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import pytest
from tests.journeys.records import OPEN, SEALED, loaded, person

from maillon.web.pages.searching import PAGE

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


DOES = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", " =1")
"""Names that a spreadsheet would run. Source: OWASP, "CSV Injection"."""


@pytest.fixture(scope="module")
def three(house: House, reader: Reader) -> Reader:
    """A search that finds three pages, in two countries."""
    people = [
        person(f"q{n:02}", f"Quirin Page{n}", country=["mt" if n % 3 else "fr"])
        for n in range(2 * PAGE + 5)
    ]
    loaded(house.workspace, "pages", OPEN, people)
    hidden = person("hx", "Quirin Sealed", country=["va"])
    loaded(house.workspace, "vault3", SEALED, [hidden])
    return reader


def link(page: str, id_: str) -> str:
    tag = re.search(rf'<a [^>]*id="{id_}"[^>]*>', page)
    assert tag is not None
    return unescape(re.findall(r'href="([^"]+)"', tag[0])[0])


def test_a_country_of_a_search_is_a_link_to_its_records(three: Reader) -> None:
    page = three.page("/en/search?q=Quirin")
    narrowed = three.page(link(page, "facet-countries-fr"))
    assert "of 19, the best first" in narrowed
    assert "only of the country" in narrowed
    assert "of 55, the best first" in three.page(link(narrowed, "every-country"))


def test_a_country_of_sealed_records_alone_is_no_country(three: Reader) -> None:
    page = three.page("/en/search?q=Quirin")
    assert "facet-countries-va" not in page
    absent = three.page("/en/search?q=Quirin&country=zz")
    assert three.page("/en/search?q=Quirin&country=va").replace("va", "zz") == absent.replace(
        "va", "zz"
    )


def test_there_and_back_shows_each_record_once(three: Reader) -> None:
    first = three.page("/en/search?q=Quirin")
    second = three.page(link(first, "more"))
    third = three.page(link(second, "more"))
    pages = [found(one) for one in (first, second, third)]
    assert sum(map(len, pages)) == len(set().union(*pages)) == 2 * PAGE + 5
    assert 'id="previous"' not in first
    assert 'id="more" rel="next"' not in third
    assert found(three.page(link(third, "previous"))) == pages[1]
    assert found(three.page(link(second, "previous"))) == pages[0]


def test_a_page_of_a_narrowed_search_stays_narrowed(three: Reader) -> None:
    place = link(three.page("/en/search?q=Quirin&country=mt"), "more")
    assert "country=mt" in place
    assert f"{PAGE + 1} to 36 of 36" in three.page(place)


def test_a_cursor_that_no_page_gave_is_no_page(three: Reader) -> None:
    assert three.get("/en/search?q=Quirin&cursor=WzFd").status_code == 400


def test_a_table_is_narrowed_as_its_search_is(three: Reader) -> None:
    page = three.page("/en/search?q=Quirin&country=fr")
    (place,) = re.findall(r'href="(/en/search/table\?[^"]+)"', page)
    assert len(three.get(unescape(place)).text.splitlines()) == 1 + 19
    assert "19 lines" in page


def test_no_cell_of_a_table_is_a_formula(house: House, reader: Reader) -> None:
    hostile = [person(f"do{n}", f"{name} Formulary") for n, name in enumerate(DOES)]
    loaded(house.workspace, "formulas", OPEN, hostile)
    text = reader.get("/en/search/table?q=Formulary").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(DOES)
    for row in rows:
        assert not row["name"].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
