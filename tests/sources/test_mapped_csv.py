import io
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from maillon.model import Purged, Yielded
from maillon.sources.mapped_csv import coverage, locate, read

from .golden import GOLDEN, errors, line, misplaced, statements

HOSTILE = GOLDEN / "csv" / "hostile"


def mapping(properties: dict[str, str], key: str = "id", schema: str = "Person") -> dict[str, Any]:
    props = {prop: {"column": column} for prop, column in properties.items()}
    return {
        "queries": [{"entities": {"it": {"schema": schema, "keys": [key], "properties": props}}}]
    }


def read_all(text: str | bytes, plan: dict[str, Any], **options: str) -> list[Yielded]:
    data = text.encode() if isinstance(text, str) else text
    return list(read(io.BytesIO(data), "ds", mapping=plan, **options))


def values(items: list[Yielded], prop: str) -> list[str]:
    return [said.value for said in statements(items) if said.prop == prop]


GERMAN = mapping(
    {"name": "Name", "birthDate": "Geburtsdatum", "country": "Land", "notes": "Bemerkung"}, "Name"
)
ARABIC = mapping({"name": "الاسم", "birthDate": "تاريخ الميلاد", "country": "البلد"}, "الاسم")
TWICE = mapping({"name": "name", "alias": "name#2"}, "id", "Company")
PLAIN = mapping({"name": "name", "country": "country"}, "name", "Company")
PLANS = {
    "mapping_cp1256_arabic.csv": ARABIC,
    "mapping_dup_headers_ragged.csv": TWICE,
    "mapping_gb18030_comma.csv": GERMAN,
    "mapping_nul_and_lonecr.csv": PLAIN,
    "mapping_utf16le_tab.csv": GERMAN,
    "mapping_utf8bom_semicolon.csv": GERMAN,
}


@pytest.mark.parametrize("name", sorted(PLANS))
def test_hostile_file(name: str, snapshot: SnapshotAssertion) -> None:
    items = read_all((HOSTILE / name).read_bytes(), PLANS[name])
    assert "\n".join(line(item) for item in items) == snapshot


def test_encodings_give_the_same_statements() -> None:
    read_once = [
        [
            (said.prop, said.value)
            for said in statements(read_all((HOSTILE / name).read_bytes(), GERMAN))
        ]
        for name in (
            "mapping_gb18030_comma.csv",
            "mapping_utf16le_tab.csv",
            "mapping_utf8bom_semicolon.csv",
        )
    ]
    assert read_once[0] == read_once[1] == read_once[2]
    doubts = [value for prop, value in read_once[0] if value.startswith("birth date that cannot")]
    assert (len(read_once[0]), len(doubts)) == (16 + 3, 3)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "option mapping is missing"),
        ({"mapping": "/no/such/file.yml"}, "cannot be used"),
        ({"mapping": {"queries": []}, "date_order": "xyz"}, "date_order is one of"),
        ({"mapping": {"queries": []}, "encoding": "no-such"}, "names no codec"),
        ({"mapping": {"queries": []}, "delimiter": ";;"}, "delimiter is one character"),
        ({"mapping": {"queries": []}, "decimal": "x"}, "decimal is"),
        ({"mapping": {"queries": []}}, "no queries"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], reason: str) -> None:
    items = list(read(io.BytesIO(b"id,name\n1,A\n"), "ds", **options))
    assert [reason in error.reason for error in errors(items)] == [True]
    assert statements(items) == []


def test_ambiguous_days_are_errors_until_an_order_is_given() -> None:
    text = "id;born\n1;12/11/1980\n"
    plan = mapping({"birthDate": "born"})
    assert "read both ways" in errors(read_all(text, plan))[0].reason
    assert values(read_all(text, plan, date_order="dmy"), "birthDate") == ["1980-11-12"]
    assert values(read_all(text, plan, date_order="mdy"), "birthDate") == ["1980-12-11"]


def test_one_row_decides_the_order_of_its_column() -> None:
    text = "id;born;seen\n1;12/11/1980;01/02/2020\n2;13/11/1980;01/02/2020\n"
    items = read_all(text, mapping({"birthDate": "born", "createdAt": "seen"}))
    assert values(items, "birthDate") == ["1980-11-12", "1980-11-13"]
    assert len(errors(items)) == 2


def test_contradicting_rows_decide_nothing() -> None:
    text = "id;born\n1;12/11/1980\n2;13/11/1980\n3;11/13/1980\n"
    items = read_all(text, mapping({"birthDate": "born"}))
    assert values(items, "birthDate") == ["1980-11-13", "1980-11-13"]
    assert [error.locator for error in errors(items)] == ["line:2"]


@pytest.mark.parametrize("born", ["1985-02-30", "00.00.1962", "31/04/1990", "soon", "1990-13"])
def test_an_impossible_day_spares_the_other_cells(born: str) -> None:
    items = read_all(f"id;name;born\n1;A;{born}\n", mapping({"name": "name", "birthDate": "born"}))
    assert values(items, "name") == ["A"]
    (error,) = errors(items)
    assert (error.locator, "column 3 (born)" in error.reason) == ("line:2", True)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.234,56", "1234.56"),
        ("1 000,00", "1000.00"),
        ("-5,10", "-5.10"),
        ("1,234.56", "1234.56"),
        ("0", "0"),
    ],
)
def test_amounts_become_plain_decimals(cell: str, expected: str) -> None:
    items = read_all(f'id;sum\n1;"{cell}"\n', mapping({"amount": "sum"}, schema="Payment"))
    assert values(items, "amount") == [expected]


def test_an_amount_with_two_readings_needs_a_mark() -> None:
    text, plan = "id;sum\n1;1,234\n", mapping({"amount": "sum"}, schema="Payment")
    assert "option decimal" in errors(read_all(text, plan))[0].reason
    assert values(read_all(text, plan, decimal=","), "amount") == ["1.234"]


def test_a_quote_that_is_not_closed_hides_no_row_behind_it() -> None:
    text = 'id,name\n1,"Open\n2,Good\n3,Fine\n'
    items = read_all(text, mapping({"name": "name"}))
    assert values(items, "name") == ["Good", "Fine"]
    assert [error.locator for error in errors(items)] == ["line:2"]


def test_a_cell_over_several_lines_counts_physical_lines() -> None:
    text = 'id,name\n1,"Two\nlines"\n2,Next\n'
    items = read_all(text, mapping({"name": "name"}))
    assert [(said.locator, said.value) for said in statements(items)] == [
        ("line:2", "Two lines"),
        ("line:4", "Next"),
    ]
    assert locate(io.BytesIO(text.encode()), "line:2") == '1,"Two\nlines"'


def test_an_over_long_field_is_an_error_and_the_next_row_is_read() -> None:
    text = "id,name\n1," + "x" * 140_000 + "\n2,Good\n"
    items = read_all(text, mapping({"name": "name"}))
    assert values(items, "name") == ["Good"]
    assert "131,072" in errors(items)[0].reason


def test_an_endless_line_is_an_error_and_the_next_row_is_read() -> None:
    text = "id,name\n1," + "x" * 3_000_000 + "\n2,Good\n"
    items = read_all(text, mapping({"name": "name"}))
    assert values(items, "name") == ["Good"]
    assert [error.locator for error in errors(items)] == ["line:2"]


def test_bytes_that_cannot_be_decoded_spare_the_other_cells() -> None:
    items = read_all(
        b"id,name,alias\n1,A\xff,B\n2,C,D\n",
        mapping({"name": "name", "alias": "alias"}),
        encoding="utf-8",
    )
    assert values(items, "name") == ["C"]
    assert values(items, "alias") == ["B", "D"]
    assert "column 2 (name)" in errors(items)[0].reason


def test_a_formula_stays_text() -> None:
    items = read_all('id,name\n1,"=HYPERLINK(""http://x.invalid"")"\n', mapping({"name": "name"}))
    assert values(items, "name") == ['=HYPERLINK("http://x.invalid")']


def test_columns_that_are_not_read_can_be_asked_for() -> None:
    found = coverage(io.BytesIO(b"id,name,shoe\n1,A,43\n"), "ds", mapping({"name": "name"}))
    assert (found.read, found.ignored, found.problems) == (("id", "name"), ("shoe",), ())


def test_a_missing_column_is_named_once() -> None:
    items = read_all("id,name\n1,A\n2,B\n", mapping({"name": "name", "alias": "nick"}))
    assert [error.locator for error in errors(items)] == ["line:1"]
    assert "'nick'" in errors(items)[0].reason
    assert values(items, "name") == ["A", "B"]


def test_ids_are_readable() -> None:
    plan = {
        "queries": [
            {
                "entities": {
                    "a": {
                        "schema": "Person",
                        "key_literal": "rt-police",
                        "keys": ["x", "y"],
                        "properties": {"name": {"column": "n"}},
                    },
                    "b": {"schema": "Person", "properties": {"alias": {"column": "n"}}},
                    "c": {
                        "schema": "Person",
                        "id_column": "x",
                        "properties": {"name": {"column": "n"}},
                    },
                }
            }
        ]
    }
    items = read_all("x,y,n\nP1,7,A\n", plan)
    assert [said.entity for said in statements(items)] == ["rt-police-P1-7", "@line:2/b", "P1"]


def test_a_row_without_its_key_is_an_error_where_it_says_something() -> None:
    items = read_all("id,name\n,A\n2,B\n", mapping({"name": "name"}))
    assert values(items, "name") == ["B"]
    assert "key of it (id)" in errors(items)[0].reason


def test_filters_choose_rows_and_explain_literals() -> None:
    plan = {
        "queries": [
            {
                "filters": {"code": ["D1", "D2"]},
                "filters_not": {"role": "witness"},
                "entities": {
                    "p": {
                        "schema": "Person",
                        "keys": ["id"],
                        "properties": {"topics": {"literal": "crime.traffick.drug"}},
                    }
                },
            }
        ]
    }
    items = read_all("id,code,role\n1,D1,suspect\n2,X,suspect\n3,D2,witness\n", plan)
    assert [(said.entity, said.value, said.original_value) for said in statements(items)] == [
        ("ds-1", "crime.traffick.drug", "D1 suspect")
    ]


def test_several_cells_are_joined_split_and_templated() -> None:
    props = {
        "name": {"columns": ["a", "b"], "join": " "},
        "alias": {"column": "c", "split": "|"},
        "notes": {"template": "{{a}} of {{b}}"},
    }
    plan = {
        "queries": [{"entities": {"p": {"schema": "Person", "keys": ["a"], "properties": props}}}]
    }
    items = read_all("a,b,c\nAnna,Muster,X|Y\n", plan)
    assert [(said.prop, said.value) for said in statements(items)] == [
        ("name", "Anna Muster"),
        ("alias", "X"),
        ("alias", "Y"),
        ("notes", "Anna of Muster"),
    ]


def test_a_required_cell_decides_whether_there_is_an_entity() -> None:
    props = {"name": {"column": "n", "required": True}, "alias": {"column": "a"}}
    plan = {
        "queries": [{"entities": {"p": {"schema": "Person", "keys": ["id"], "properties": props}}}]
    }
    assert [said.entity for said in statements(read_all("id,n,a\n1,,X\n2,B,Y\n", plan))] == [
        "ds-2",
        "ds-2",
    ]


def test_a_query_of_another_file_is_left_out() -> None:
    query = {"csv_url": "a.csv", **mapping({"name": "name"})["queries"][0]}
    other = {"csv_url": "b.csv", **mapping({"name": "nom"})["queries"][0]}
    items = read_all("id,name\n1,A\n", {"queries": [query, other]})
    assert (values(items, "name"), errors(items)) == (["A"], [])


@pytest.mark.parametrize(
    ("properties", "reason"),
    [({"shoeSize": "name"}, "no property shoeSize"), ({"name": "name"}, "no schema")],
)
def test_a_mapping_that_the_model_lacks_is_named(properties: dict[str, str], reason: str) -> None:
    schema = "Person" if "shoeSize" in properties else "Starship"
    items = read_all("id,name\n1,A\n", mapping(properties, schema=schema))
    assert any(reason in error.reason for error in errors(items))


@pytest.mark.parametrize(
    "relation", ["lawyer", "Avocat de la défense", "PRISON CHAPLAIN", "médecin", "Imam"]
)
@pytest.mark.parametrize("is_mapped", [True, False])
def test_a_protected_contact_leaves_nothing_but_its_place(relation: str, is_mapped: bool) -> None:
    props: dict[str, Any] = {"visitor": {"entity": "v"}, "date": {"column": "day"}}
    if is_mapped:
        props["relationship"] = {"column": "relationship"}
    visitor = {"schema": "Person", "keys": ["who"], "properties": {"name": {"column": "name"}}}
    plan = {
        "queries": [
            {
                "entities": {
                    "v": visitor,
                    "visit": {"schema": "PrisonVisit", "keys": ["id"], "properties": props},
                }
            }
        ]
    }
    text = f"id,who,name,day,relationship\n1,K,Secret Name,2026-05-01,{relation}\n2,L,Open Name,2026-05-02,sister\n"
    items = read_all(text, plan)
    assert items[0] == Purged("ds", "line:2", items[0].reason)  # type: ignore[union-attr]
    assert "Secret" not in repr(items)
    assert values(items, "name") == ["Open Name"]


def test_locators_are_right_in_a_long_file() -> None:
    text = "id,name,born\n" + "".join(
        f'{n},"Name {n}\nof two lines",{n % 28 + 1}.01.1980\n' for n in range(200)
    )
    data = text.encode()
    plan = mapping({"name": "name", "birthDate": "born"})
    some = statements(read_all(data, plan))[::9]
    texts = {said.locator: locate(io.BytesIO(data), said.locator) for said in some}
    assert list(misplaced(list(some), texts)) == []


def test_an_open_quote_before_a_large_file_swallows_only_itself() -> None:
    text = 'id,name\n1,"Open\n' + "".join(f"{n},Name {n}\n" for n in range(2, 90_000))
    items = read_all(text, mapping({"name": "name"}))
    assert len(values(items, "name")) == 89_998
    assert [error.locator for error in errors(items)] == ["line:2"]
