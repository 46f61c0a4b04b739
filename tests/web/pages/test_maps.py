"""The map page: the places as a table and a picture, of this time and this mandate, without scripts."""

import re
from collections.abc import Iterator

import pytest
from tests.journeys.records import OPEN, OPEN_PLACES, SEALED, SEALED_PLACES, loaded
from tests.journeys.records import person as record

from maillon.web.pages.language import speeches
from maillon.web.pages.mapped import country_names, middles, parted, picture_of

from .conftest import House, Reader

PLACED = [
    {"id": "far", "schema": "Address", "properties": {"latitude": ["200"], "longitude": ["5"]}},
    {"id": "old", "schema": "Company",
     "properties": {"name": ["Old <b>Co</b>"], "jurisdiction": ["suhh"]}},
    {"id": "trip", "schema": "Trip", "properties": {"startLocation": ["a1"], "startDate": ["2024-05-06"]}},
    {"id": "pass", "schema": "Passenger", "properties": {"traveller": ["z1"], "trip": ["trip"]}},
    record("z1", "Zoe Hart", addressEntity=["far"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def mapped(house: House) -> Iterator[Reader]:
    loaded(house.workspace, "where", OPEN, [*OPEN_PLACES, *PLACED])
    loaded(house.workspace, "hidden", SEALED, SEALED_PLACES)
    with house.reader("analyst", "linking") as reader:
        yield reader


def rows(page: str) -> list[str]:
    return re.findall(r"<tr.*?</tr>", page, re.DOTALL)


def work(page: str) -> str:
    """Return what a page says, without the moment at which it was printed."""
    return re.sub(r'<p class="printed">.*?</p>', "", page.partition("<main")[2])


def test_a_place_stands_in_the_table_with_what_said_it(mapped: Reader) -> None:
    (row,) = [one for one in rows(mapped.page("/en/map?id=m1")) if 'id="place-' in one]
    for part in ("Bela Konrad", "Quay 4", "43.3, 5.36", "coordinates", "/en/delivered?delivery="):
        assert part in row


def test_the_picture_has_a_mark_for_it(mapped: Reader) -> None:
    page = mapped.page("/en/map?id=m1")
    assert re.search(r'<circle class="exact" cx="5.36" cy="-43.3"', page)


def test_coordinates_that_cannot_be_are_told_with_the_reason(mapped: Reader) -> None:
    assert "no such coordinates are on earth" in mapped.page("/en/map?id=z1")


def test_a_country_that_is_no_more_is_told_as_not_on_this_map(mapped: Reader) -> None:
    page = mapped.page("/en/map?id=old")
    assert "this map has no such country" in page
    assert "Old &lt;b&gt;Co&lt;/b&gt;" in page


def test_only_the_asked_time_is_shown(mapped: Reader) -> None:
    assert "Outside this time: 2." in mapped.page("/en/map?id=z1&from=2025&until=2025-12")
    assert "Quay 4" in mapped.page("/en/map?id=z1&from=2024-05&until=2024")


def test_what_is_no_date_is_refused_on_its_own_page(mapped: Reader) -> None:
    page = mapped.page("/en/map?id=m1&from=yesterday", status=422)
    assert "a date is YYYY" in page
    assert 'value="yesterday"' in page


def test_hidden_places_are_as_absent(mapped: Reader) -> None:
    one, other = (work(mapped.page(f"/en/map?id={id_}")) for id_ in ("s1", "nobody"))
    assert one.replace("s1", "") == other.replace("nobody", "")
    assert "13.4" not in mapped.page("/en/map?id=t1&id=m1&id=s1")


def test_a_map_of_nobody_says_where_to_begin(mapped: Reader) -> None:
    assert "Nobody is on this map yet" in mapped.page("/en/map")


def test_a_lead_and_a_saved_chart_open_on_a_map(mapped: Reader) -> None:
    lead = re.findall(r'href="/en/lead\?id=([^"]+)"', mapped.page("/en/leads"))[0]
    assert "Quay 4" in mapped.page(f"/en/map?lead={lead}")
    answer = mapped.submit_from(mapped.page("/en/chart?n=m1"), "/en/chart", n="m1", title="x")
    chart = re.search(r"chart=([0-9a-f]+)", answer.text)
    assert chart is not None
    assert "Quay 4" in mapped.page(f"/en/map?chart={chart[1]}")


@pytest.mark.parametrize("path", ["/en/record?id=m1", "/en/chart?n=m1"])
def test_records_and_charts_lead_to_the_map(mapped: Reader, path: str) -> None:
    assert "/en/map?" in mapped.page(path)


def test_a_purpose_that_traces_nothing_has_no_map(house: House, mapped: Reader) -> None:
    assert mapped
    with house.reader("analyst", "screening") as reader:
        assert "Quay 4" not in reader.page("/en/map?id=m1", status=403)


def test_the_basemap_has_the_countries_of_the_world() -> None:
    assert len(middles()) > 230
    assert all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in middles().values())


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_every_country_of_the_basemap_has_a_name(language: str) -> None:
    names = country_names(speeches()[language])
    assert not [code for code, name in names.items() if name == code.upper()]


def test_nothing_to_draw_is_the_whole_world() -> None:
    assert picture_of([])["frame"] == "-180 90 360 180".replace("180 90", "180 -90")


def test_a_picture_holds_every_mark_in_its_frame() -> None:
    spots = [(-179.9, 89.9), (179.9, -89.9), (0.0, 0.0)]
    line = {"entities": [{"id": "e", "caption": "A", "record": "e"}], "not_placed": [], "places": [
        {"entity": "e", "country": "", "longitude": x, "latitude": y, "statements": []}
        for x, y in spots
    ]}  # fmt: skip
    found = picture_of(parted(line)[0])
    west, north, wide, high = map(float, found["frame"].split())
    for mark in found["marks"]:
        assert west <= mark.x <= west + wide
        assert north <= mark.y <= north + high
