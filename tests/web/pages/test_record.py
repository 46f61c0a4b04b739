"""A record as a page: each value with who said it, where, how good, on what basis and how long."""

import re
from collections.abc import Iterator

import pytest
from tests.journeys.records import OPEN, loaded, person

from .conftest import House

KEPT = r"<th scope=\"row\"><span class=\"id\"><bdi>twice-"


@pytest.fixture(scope="module")
def record(house: House) -> Iterator[str]:
    names = person("z1", "Zdena Malá", alias=["Zdenka", "Z. Malá"], birthDate=["1990-01-02"])
    loaded(house.workspace, "twice", OPEN, [names])
    with house.reader("analyst", "linking") as reader:
        yield reader.page("/en/record?id=z1")


def test_the_values_of_a_property_stand_together(record: str) -> None:
    (group,) = [one for one in re.findall(r"<tbody>.*?</tbody>", record, re.DOTALL)
                if '<th scope="rowgroup" rowspan="2">Alias</th>' in one]  # fmt: skip
    assert "<bdi>Zdenka</bdi>" in group
    assert "<bdi>Z. Malá</bdi>" in group
    assert group.count("<th ") == 1


def test_the_place_of_a_statement_opens_the_delivered_record(house: House, record: str) -> None:
    (place, *_) = re.findall(r'href="/en(/delivered\?[^"]+)"', record)
    with house.reader("analyst", "linking") as reader:
        assert "Zdenka" in reader.page(f"/en{place}".replace("&amp;", "&"))


def test_a_record_says_on_what_it_is_held_and_how_long(house: House, record: str) -> None:
    (line,) = re.findall(rf"<tr>{KEPT}.*?</tr>", record)
    assert "Police Act, s. 1" in line
    rule = house.workspace.store.house.rules().on("standard", house.workspace.store.house.day)
    until = rule.keep.after(house.workspace.store.house.day)
    assert f"{until:%b} {until.day}, {until.year}" in line
    assert rule.provision in line


def test_every_value_stands_apart_from_the_text_around_it(record: str) -> None:
    assert "<td>twice</td>" not in record
    assert "<td><bdi>twice</bdi></td>" in record


def test_who_may_not_ask_what_is_one_is_told_what_it_takes(house: House, record: str) -> None:
    assert "Records that are one with it" in record
    with house.reader("analyst", "review") as reader:
        page = reader.page("/en/record?id=z1")
    assert "takes the purpose of linking" in page
    assert "/record/one" not in page
