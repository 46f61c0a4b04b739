"""Tables in any encoding, through ``read`` and ``load``: every good cell is there, every bad one named."""

from pathlib import Path

import pytest
import yaml

from .conftest import GOLDEN, Maillon, held, write

HOSTILE = GOLDEN / "csv" / "hostile"
MINIMAL = {
    "queries": [
        {"entities": {"it": {"schema": "Person", "properties": {"name": {"column": "name"}}}}}
    ]
}


def plan(key: str, schema: str, **columns: str) -> dict[str, object]:
    properties = {prop: {"column": column} for prop, column in columns.items()}
    entity = {"schema": schema, "keys": [key], "properties": properties}
    return {"d": {"queries": [{"entities": {"it": entity}}]}}


GERMAN = plan(
    "Name", "Person", name="Name", birthDate="Geburtsdatum", country="Land", notes="Bemerkung"
)
SAMPLES = {
    "mapping_cp1256_arabic.csv": (
        plan("الاسم", "Person", name="الاسم", birthDate="تاريخ الميلاد", country="البلد"),
        {"محمد أحمد الحسن", "فاطمة علي", "1985-03-02", "iq"}, ["line:3"],
    ),
    "mapping_dup_headers_ragged.csv": (
        plan("id", "Company", name="name", alias="name#2"),
        {"Acme SARL", "ACME", "Beta GmbH"}, ["line:1", "line:3"],
    ),
    "mapping_gb18030_comma.csv": (GERMAN, {"Müller, Jörg", "1978-04-03", "de"}, ["line:3"]),
    "mapping_nul_and_lonecr.csv": (
        plan("name", "Company", name="name", country="country"), {"Acme Ltd", "gb"},
        ["line:2", "line:3"],
    ),
    "mapping_utf16le_tab.csv": (GERMAN, {"Müller, Jörg", "1978-04-03", "de"}, ["line:3"]),
    "mapping_utf8bom_semicolon.csv": (GERMAN, {"Müller, Jörg", "1978-04-03", "de"}, ["line:3"]),
}  # fmt: skip
"""Mapping, some of the values read by eye in the file, and lines that hold something bad."""


@pytest.fixture
def mapping(w: Path) -> Path:
    return write(w.parent / "m.yml", yaml.safe_dump(MINIMAL))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_hostile_table_loses_nothing(maillon: Maillon, w: Path, name: str) -> None:
    mapped, values, places = SAMPLES[name]
    file = write(w.parent / "m.yml", yaml.safe_dump(mapped, allow_unicode=True))
    words = (HOSTILE / name, "--as", "csv", "--dataset", "d", "--mapping", file)
    read = maillon("read", *words)
    assert read.code == 3
    assert values <= {line["value"] for line in read.lines}
    for place in places:
        assert f"{HOSTILE / name}: d {place}: " in read.err
    loaded = maillon("load", *words, "-w", w, "--json")
    assert loaded.code == 3
    assert loaded.lines[0]["statements"] == len(read.lines)
    assert set(held(w, "d")) == {line["entity_id"] for line in read.lines}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{unclosed", "no YAML"),
        (b"\xff\xfe\xff", "no YAML"),
        (b"- a\n- b\n", "no YAML mapping"),
        (b"", "no YAML mapping"),
        (b"just text", "no YAML mapping"),
        (b"[" * 1500, "no YAML"),
        (b"day: 2020-13-45\n", "month must be in"),
        (b"d: {queries: []}", "no queries with entities"),
        (b"d: {queries: 7}", "no queries with entities"),
        (b"d: {queries: [{entities: {it: {schema: Persona}}}]}", "'Persona' is no schema of the model"),
        (b"d: {queries: [{entities: {it: {schema: Thing}}}]}", "'Thing' is no schema"),
        (b"d: {queries: [{entities: {it: [1]}}]}", "None is no schema of the model"),
        (b"d: {queries: [{entities: {it: {schema: Person, properties: {nom: {column: a}}}}}]}",
         "schema Person has no property nom"),
        (b"d: {queries: [{entities: {it: {schema: Person, properties: {name: {colum: a}}}}}]}",
         "property name: it names no column"),
        (b"d: {queries: [{entities: {it: {schema: Person, properties: {name: a}}}}]}",
         "property name: it names no column"),
        (b"d: {queries: [{entities: {it: {schema: Person, properties: {country: {literal: Zz9}}}}}]}",
         "literal 'Zz9' is no country"),
        (b"d: {queries: [{entities: {it: {schema: Passport, properties: {holder: {entity: who}}}}}]}",
         "names entity who, which the query lacks"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", ["read", "load"])
def test_a_wrong_mapping_is_a_usage_error(
    maillon: Maillon, w: Path, verb: str, content: bytes, message: str
) -> None:
    file, table = write(w.parent / "m.yml", content), write(w.parent / "t.csv", "name\nA B\n")
    words = [verb, table, "--as", "csv", "--dataset", "d", "--mapping", file]
    done = maillon(*words, *(["-w", w] if verb == "load" else []))
    assert done.code == 2, done.err
    assert message in " ".join(done.err.split())
    assert done.out == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "option mapping is missing"),
        (("--mapping", "nowhere.yml"), "No such file"),
        (("--mapping", "."), "Is a directory"),
        (("--mapping", "m.yml", "--encoding", "klingon"), "names no codec: klingon"),
        (("--mapping", "m.yml", "--encoding", "undefined"), "names no codec: undefined"),
        (("--mapping", "m.yml", "--encoding", "unicode_escape"), "names no codec"),
        (("--mapping", "m.yml", "--encoding", "idna"), "names no codec: idna"),
        (("--mapping", "m.yml", "--delimiter", ";;"), "delimiter is one character"),
        (("--mapping", "m.yml", "--date-order", "ydm"), "date_order is one of"),
        (("--mapping", "m.yml", "--decimal", "x"), "decimal is . or ,"),
    ],
)
def test_a_wrong_csv_option_is_a_usage_error(
    maillon: Maillon, mapping: Path, words: tuple[str, ...], message: str
) -> None:
    table = write(mapping.parent / "t.csv", "name\nA B\n")
    done = maillon("read", table, "--as", "csv", "--dataset", "d", *words)
    assert done.code == 2, done.err
    assert message in done.err


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "ascii", "utf-8"])
def test_a_wrong_given_encoding_is_named(maillon: Maillon, mapping: Path, encoding: str) -> None:
    table = write(mapping.parent / "t.csv", "name\nM\u00fcller\n".encode("latin-1"))
    words = ("--as", "csv", "--dataset", "d", "--mapping", "m.yml", "--encoding", encoding)
    done = maillon("read", table, *words)
    assert done.code == 3, done.err
    assert "give the option encoding" in done.err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!DOCTYPE html><html><body>Maintenance</body></html>",
        bytes(range(256)) * 9,
        b"PK\x03\x04" + bytes(500),
        b"nom;prenom\nA;B\n",
        b"\n\n\n",
    ],
    ids=["empty", "web page", "binary", "archive", "other columns", "blank"],
)
def test_another_file_is_refused_and_the_old_one_stays(
    maillon: Maillon, w: Path, mapping: Path, content: bytes
) -> None:
    words = ("--as", "csv", "--dataset", "d", "--mapping", mapping, "-w", w)
    assert maillon("load", write(w.parent / "t.csv", "name\nA B\n"), *words).code == 0
    before = held(w, "d")
    done = maillon("load", write(w.parent / "t.csv", content), *words)
    assert done.code == 4, done.err
    assert "t.csv: not loaded" in done.err
    assert "line:1" in done.err
    assert held(w, "d") == before


def test_national_phones_and_decimal_marks_can_be_given(maillon: Maillon, w: Path) -> None:
    entities = {
        "who": {"schema": "Person", "keys": ["n"], "properties": {"phone": {"column": "tel"}}},
        "pay": {"schema": "Payment", "key_literal": "p", "keys": ["n"],
                "properties": {"amount": {"column": "sum"}}},
    }  # fmt: skip
    file = write(
        w.parent / "m.yml", yaml.safe_dump({"queries": [{"entities": entities}]}, sort_keys=False)
    )
    table = write(w.parent / "t.csv", "n;tel;sum\n1;06 12 34 56 78;1.234\n")
    words = ("--as", "csv", "--dataset", "d", "--mapping", file)
    assert maillon("read", table, *words).code == 3
    done = maillon("read", table, *words, "--country", "fr", "--decimal", ".")
    assert [line["value"] for line in done.lines] == ["+33612345678", "1.234"]
