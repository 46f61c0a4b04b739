import io
import json
from typing import Any

import pytest

from maillon.model import DOUBTFUL_BIRTH, Purged, Yielded
from maillon.sources import ftm_json

from .golden import errors, statements


def read_all(*lines: bytes | dict[str, Any]) -> list[Yielded]:
    data = b"\n".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines
    )
    return list(ftm_json.read(io.BytesIO(data), "ds"))


GOOD = {"id": "good", "schema": "Person", "properties": {"name": ["Kept"]}}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"not json", "no JSON"),
        (b"[1, 2]", "no JSON object"),
        (b'{"id": "\xff"}', "not UTF-8"),
        (b'{"id": NaN}', "no JSON"),
        (b"[" * 20_000, "no JSON"),
        (b'{"id": "a", "schema": "Person", "properties": {"name": ["\\uD800 x"]}}', "surrogate"),
        (b'{"id": "\\udfff", "schema": "Person"}', "surrogate"),
        ({"schema": "Person", "properties": {}}, "no id"),
        ({"id": 7, "schema": "Person"}, "no id"),
        ({"id": "a", "schema": "Starship"}, "no schema"),
        ({"id": "a", "schema": "Interval"}, "abstract"),
        ({"id": "a", "schema": "Person", "properties": [1]}, "no object of lists"),
        ({"entity_id": "a", "schema": "Person", "prop": "shoeSize", "value": "43"}, "no property"),
        ({"entity_id": "a", "schema": "Person", "prop": "name", "value": 7}, "int where a text"),
    ],
)
def test_a_bad_line_is_one_error_and_hides_no_other(
    line: bytes | dict[str, Any], reason: str
) -> None:
    items = read_all(line, GOOD)
    (error,) = errors(items)
    assert (error.locator, reason in error.reason) == ("line:1", True)
    assert [said.value for said in statements(items)] == ["Kept"]


@pytest.mark.parametrize(
    ("prop", "value"),
    [
        ("birthDate", "1985-02-30"),
        ("nationality", "Atlantis"),
        ("phone", "12"),
        ("email", "x"),
        ("gender", "?"),
        ("topics", "bad"),
    ],
)
def test_an_unclean_value_is_an_error_and_spares_the_others(prop: str, value: str) -> None:
    items = read_all(
        {"id": "a", "schema": "Person", "properties": {prop: [value], "name": ["Kept"]}}
    )
    kept = [said for said in statements(items) if said.grade != DOUBTFUL_BIRTH]
    assert [said.value for said in kept] == ["Kept"]
    assert f"property {prop}" in errors(items)[0].reason


def test_a_statement_line_keeps_its_dataset_language_and_original() -> None:
    line = {
        "id": "s", "entity_id": "e", "canonical_id": "Q1", "schema": "Person", "prop": "name", "value": "Омар",
        "dataset": "births", "lang": "rus", "original_value": "ОМАР", "first_seen": "2020-01-01",
    }  # fmt: skip
    (said,) = statements(read_all(line))
    assert (said.entity, said.lang, said.original_value) == ("e", "rus", "ОМАР")
    assert (said.grade.code, said.grade.scheme, said.first_seen) == (
        "births",
        "ftm-dataset",
        "2020-01-01",
    )


def test_an_entity_without_properties_is_said_to_exist() -> None:
    (said,) = statements(read_all({"id": "a", "schema": "Person", "properties": {}}))
    assert (said.prop, said.value) == ("id", "a")


def test_an_unknown_key_is_an_error() -> None:
    assert "'shoe'" in errors(read_all({**GOOD, "shoe": 43}))[0].reason


def test_a_line_beyond_the_limit_is_an_error_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ftm_json, "LINE_LIMIT", 1_000)
    items = read_all(b"x" * 200_000, GOOD)
    assert "more than the limit of 1,000" in errors(items)[0].reason
    assert [said.locator for said in statements(items)] == ["line:2"]


def test_a_protected_contact_is_purged() -> None:
    items = read_all(
        {
            "id": "v",
            "schema": "PrisonVisit",
            "properties": {"visitor": ["secret"], "relationship": ["Lawyer"]},
        }
    )
    assert items == [Purged("ds", "line:1", items[0].reason)]  # type: ignore[union-attr]


def test_a_lawyer_in_a_register_is_no_contact() -> None:
    items = read_all({"id": "p", "schema": "Person", "properties": {"profession": ["lawyer"]}})
    assert [said.value for said in statements(items)] == ["lawyer"]


@pytest.mark.parametrize(
    ("schema", "delivered", "said"),
    [
        ("Person", "1985-02-30", ["1985-02-30"]),
        ("Person", 2010, ["2010"]),
        ("Person", "  ", []),
        ("Person", "1985-02-03", []),
        ("Organization", "1985-02-30", []),
    ],
)
def test_a_birth_date_that_cannot_be_read_remains_as_a_doubt(
    schema: str, delivered: object, said: list[str]
) -> None:
    items = read_all({"id": "a", "schema": schema, "properties": {"birthDate": [delivered]}})
    doubts = [one for one in statements(items) if one.grade == DOUBTFUL_BIRTH]
    assert [(one.prop, one.original_value) for one in doubts] == [("notes", one) for one in said]
    line = {"id": "s", "entity_id": "e", "schema": "Person", "prop": "birthDate",
            "value": str(delivered), "marking": "H2", "first_seen": "2020-01-01"}  # fmt: skip
    of_line = [one for one in statements(read_all(line)) if one.grade == DOUBTFUL_BIRTH]
    assert all((one.marking, one.first_seen) == ("H2", "2020-01-01") for one in of_line)
