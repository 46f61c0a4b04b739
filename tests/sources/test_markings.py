"""Markings of single records: read where the file has them, and none is ever lost."""

import io
import json
from typing import Any

import pytest

from maillon.model import Label, Purged, SourceError, Statement, Yielded
from maillon.policy import handling_of, marking_label
from maillon.sources import ftm_json
from maillon.sources.mapped_csv import coverage, option_fault, read
from maillon.sources.markings import CUT, MARKING_LIMIT, UNREADABLE, marking_of

from .golden import errors, statements

ENTITY = {"it": {"schema": "Person", "keys": ["id"], "properties": {
    "name": {"column": "name"}, "birthDate": {"column": "born"}}}}  # fmt: skip
MARKED: dict[str, Any] = {"queries": [{"marking": "caveat", "entities": ENTITY}]}


def read_csv(text: str | bytes, plan: dict[str, Any] | None = None) -> list[Yielded]:
    data = text.encode() if isinstance(text, str) else text
    return list(read(io.BytesIO(data), "ds", mapping=MARKED if plan is None else plan))


def read_json(*lines: bytes | dict[str, Any]) -> list[Yielded]:
    data = b"\n".join(x if isinstance(x, bytes) else json.dumps(x).encode() for x in lines)
    return list(ftm_json.read(io.BytesIO(data), "ds"))


def markings(items: list[Yielded]) -> list[str]:
    return [item.marking for item in items]


def is_narrowest(marking: str) -> bool:
    clear = Label("police", "TLP 2.0", "TLP:CLEAR")
    handling = handling_of(marking_label(clear, marking))
    return not handling.travels and handling.export == "no"


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ((), ""), (("", "  ", "\t"), ""), (("TLP:RED",), "TLP:RED"), ((" tlp:red  x ",), "tlp:red x"),
        (("TLP:AMBER", "", "H2"), "TLP:AMBER; H2"), (("H2", "H2"), "H2"),
        (("TLP:RED\u202e",), f"TLP:RED{UNREADABLE}"), (("a\0b",), f"a{UNREADABLE}b"),
    ],
)  # fmt: skip
def test_markings_are_joined_as_delivered(texts: tuple[str, ...], said: str) -> None:
    assert marking_of(texts) == said


@pytest.mark.parametrize("text", ["x" * 100_000, "TLP:CLEAR; " * 50, "TLP:CLEAR;" * 20 + "TLP:RED"])
def test_a_marking_that_is_too_long_is_cut_and_known_to_nobody(text: str) -> None:
    said = marking_of([text])
    assert (len(said), said[-1]) == (MARKING_LIMIT, CUT)
    assert is_narrowest(said)


def test_every_statement_of_a_row_has_the_marking_of_its_row() -> None:
    items = read_csv("id,name,born,caveat\n1,A,1980-01-02,TLP:RED\n2,B,1981-01-02,\n")
    assert [(one.entity, one.marking) for one in statements(items)] == [
        ("ds-1", "TLP:RED"), ("ds-1", "TLP:RED"), ("ds-2", ""), ("ds-2", ""),
    ]  # fmt: skip


def test_what_could_not_be_read_of_a_marked_row_is_marked_too() -> None:
    items = read_csv("id,name,born,caveat\n1,A,nonsense,TLP:RED\n2,B,nonsense,\n")
    assert [one.marking for one in errors(items)] == ["TLP:RED", ""]


def test_several_columns_mark_a_row() -> None:
    plan = {"queries": [{"marking": ["caveat", "code"], "entities": ENTITY}]}
    items = read_csv("id,name,born,caveat,code\n1,A,,TLP:AMBER,H2\n2,B,,,H1\n", plan)
    assert markings(items) == ["TLP:AMBER; H2", "H1"]


@pytest.mark.parametrize(
    "plan",
    [{"marking": "caveat", "queries": [{"entities": ENTITY}]},
     {"ds": {"marking": "caveat", "queries": [{"entities": ENTITY}]}},
     {"marking": "caveat", "ds": {"queries": [{"entities": ENTITY}]}},
     {"ds": {"marking": "caveat", "entities": ENTITY}},
     {"queries": [{"entities": ENTITY}, {"marking": "caveat", "entities": ENTITY}]}],
)  # fmt: skip
def test_a_marking_may_stand_above_the_queries_and_is_of_the_whole_row(
    plan: dict[str, Any],
) -> None:
    assert set(markings(read_csv("id,name,born,caveat\n1,A,,TLP:RED\n", plan))) == {"TLP:RED"}


def test_a_file_without_the_column_of_its_markings_is_not_read_at_all() -> None:
    items = read_csv("id,name,born\n1,A,1980-01-02\n")
    assert statements(items) == []
    assert [one.whole for one in errors(items)] == [True]
    assert "'caveat'" in errors(items)[0].reason


@pytest.mark.parametrize("where", ["entity", "property"])
def test_a_marking_in_the_wrong_place_is_refused_and_not_overlooked(where: str) -> None:
    it: dict[str, Any] = {**ENTITY["it"], "properties": {"name": {"column": "name"}}}
    (it if where == "entity" else it["properties"]["name"])["marking"] = "caveat"
    plan = {"queries": [{"entities": {"it": it}}]}
    items = read_csv("id,name,born,caveat\n1,A,,TLP:RED\n", plan)
    assert (statements(items), [one.whole for one in errors(items)]) == ([], [True])
    assert "beside entities" in option_fault(mapping=plan)


@pytest.mark.parametrize(
    "row",
    [b"1,A", b"1,A,,", b"1,A,,,x,TLP:RED", b"1,A,B,,TLP:RED", b"1,A,,TLP:\xffRED", b"1,A,,\xff",
     b"1,A,,TLP:RED\0"],
)  # fmt: skip
def test_a_row_whose_marking_may_be_lost_is_the_narrowest(row: bytes) -> None:
    data = b"id,name,born,caveat\n2,B,,\n" + row + b"\n"
    items = list(read(io.BytesIO(data), "ds", mapping=MARKED, encoding="utf-8"))
    said = [one for one in statements(items) if one.entity == "ds-1"]
    if row == b"1,A,,":  # every cell is there, and the marking says nothing
        assert [one.marking for one in said] == [""]
        return
    assert said
    assert all(is_narrowest(one.marking) for one in said)


def test_a_record_given_up_in_a_marked_file_is_the_narrowest() -> None:
    (error,) = errors(read_csv('id,name,born,caveat\n1,A,,\n2,"B,,TLP:RED\n'))
    assert is_narrowest(error.marking)
    plain = {"queries": [{"entities": ENTITY}]}
    (error,) = errors(read_csv('id,name,born\n1,A,\n2,"B,\n', plain))
    assert error.marking == ""


def test_a_protected_contact_of_a_marked_row_is_marked() -> None:
    visit = {"it": {"schema": "PrisonVisit", "properties": {"relationship": {"column": "who"}}}}
    plan = {"queries": [{"marking": "caveat", "entities": visit}]}
    (item,) = read_csv("who,caveat\nlawyer,TLP:RED\n", plan)
    assert isinstance(item, Purged)
    assert item.marking == "TLP:RED"


def test_the_column_of_markings_counts_as_read() -> None:
    found = coverage(io.BytesIO(b"id,name,born,caveat\n1,A,,H1\n"), "ds", MARKED)
    assert "caveat" in found.read


@pytest.mark.parametrize(
    ("delivered", "said"),
    [("TLP:RED", "TLP:RED"), (["TLP:AMBER", "H2"], "TLP:AMBER; H2"), (None, ""), ("", ""), ([], ""),
     (["", None], UNREADABLE), (7, UNREADABLE), ({"tlp": "red"}, UNREADABLE), (True, UNREADABLE)],
)  # fmt: skip
def test_a_line_carries_its_markings(delivered: object, said: str) -> None:
    entity = {"id": "a", "schema": "Person", "properties": {"name": ["A"]}, "marking": delivered}
    said_of = {"entity_id": "a", "schema": "Person", "prop": "name", "value": "A", "marking": delivered}  # fmt: skip
    for line in (entity, said_of):
        items = read_json(line, {"id": "b", "schema": "Person", "properties": {"name": ["B"]}})
        assert [one.marking for one in statements(items)] == [said, ""]
        assert len(errors(items)) == (said == UNREADABLE)
    assert not said or is_narrowest(said) or said == "TLP:AMBER; H2"


def test_errors_and_dropped_contacts_of_a_marked_line_are_marked() -> None:
    items = read_json(
        {"id": "a", "schema": "Person", "properties": {"birthDate": ["x"]}, "marking": "H2"},
        {"id": "v", "schema": "PrisonVisit", "properties": {"relationship": ["lawyer"]}, "marking": "H2"},
    )  # fmt: skip
    assert set(markings(items)) == {"H2"}
    assert [type(item) for item in items] == [SourceError, Statement, Purged]


@pytest.mark.parametrize("line", [b'{"marking": "TLP:RED", ', b'{"marking": "TLP:RED", "id": "\xff"}',
                                  b'["marking"]'])  # fmt: skip
def test_a_broken_line_that_seems_marked_is_the_narrowest(line: bytes) -> None:
    (error,) = read_json(line)
    assert is_narrowest(error.marking)
    (plain,) = read_json(line.replace(b"marking", b"remark"))
    assert plain.marking == ""
