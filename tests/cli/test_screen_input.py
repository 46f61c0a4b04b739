"""What `screen` reads: tables under usual headers, workbooks, and what nobody can read."""

import contextlib
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.cli.screen_input import QueryFile
from maillon.screen import Asked
from maillon.screen.tables import LONGEST_CELL, Table, WorkbookError, property_of, read_rows

from .conftest import Maillon, write

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value}</v></c>"
    text = str(value)
    if text.startswith("="):
        return f'<c t="str"><f>{escape(text[1:])}</f><v>shown</v></c>'
    if text.startswith("day:"):
        return f'<c s="1"><v>{text[4:]}</v></c>'
    if text.startswith("shared:"):
        return f'<c t="s"><v>{text[7:]}</v></c>'
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'


def sheet_xml(rows: list[list[object]], before: str = "") -> str:
    held = "".join(f'<row r="{n}">{"".join(map(cell, row))}</row>' for n, row in enumerate(rows, 1))
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{held}</sheetData></worksheet>'


def workbook(
    rows: list[list[object]], *, strings: list[str] | None = None, more: dict[str, str] | None = None,
    is_1904: bool = False, before: str = "",
) -> bytes:  # fmt: skip
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as book:
        names = ["First", *(more or {})]
        sheets = "".join(
            f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1)
        )
        flag = '<workbookPr date1904="1"/>' if is_1904 else ""
        book.writestr("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{flag}'
                      f"<sheets>{sheets}</sheets></workbook>")  # fmt: skip
        targets = "".join(
            f'<Relationship Id="rId{n}" Target="worksheets/sheet{n}.xml"/>'
            for n, _ in enumerate(names, 1)
        )
        book.writestr("xl/_rels/workbook.xml.rels",
                      f'<Relationships xmlns="{RELS}">{targets}</Relationships>')  # fmt: skip
        book.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/>'
                      '<xf numFmtId="14"/></cellXfs></styleSheet>')  # fmt: skip
        held = "".join(f"<si><t>{escape(text)}</t></si>" for text in strings or [])
        book.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}">{held}</sst>')
        book.writestr("xl/worksheets/sheet1.xml", sheet_xml(rows, before))
        for n, text in enumerate((more or {}).values(), 2):
            book.writestr(f"xl/worksheets/sheet{n}.xml", text)
    return raw.getvalue()


def asked(content: bytes, **said: object) -> list[Asked]:
    query = QueryFile(Path("q"), io.BytesIO(content), "", **said)  # type: ignore[arg-type]  # fields
    return list(query.questions())


# -- headers


@pytest.mark.parametrize(
    ("header", "prop"),
    [
        ("Surname", "lastName"), ("NOM", "lastName"), ("Prénom", "firstName"), ("Prénoms ", "firstName"),
        ("Date of Birth", "birthDate"), ("date_de_naissance", "birthDate"), ("D.O.B.", "birthDate"),
        ("Fecha de nacimiento", "birthDate"), ("Staatsangehörigkeit", "nationality"),
        ("Nationality 2", "nationality"), ("passport no.", "passportNumber"),
        ("N° de passeport", ""), ("ФИО", "name"), ("姓名", "name"), ("تاريخ الميلاد", "birthDate"),
        ("birthDate", "birthDate"), ("BIRTHDATE", "birthDate"), ("religion", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_usual_header_names_its_property(header: str, prop: str) -> None:
    assert property_of(header) == prop


def test_no_protected_trait_is_a_property() -> None:
    for header in ("religion", "ethnicity", "Ethnie", "political party", "health", "Konfession"):
        assert property_of(header) == ""


def test_a_mapping_by_hand_takes_the_place_of_the_usual_one() -> None:
    table = Table(["name", "Who"], {"Who": "name"})
    assert table.used == {1: "name"}


def test_a_table_becomes_questions() -> None:
    text = "Ref;Nom;Prénom;Né le;Nationalité;Sexe\nc1;Dupont;Jean;31.12.1980;FR;M\n\n"
    (one,) = asked(text.encode())
    assert (one.entry.id, one.entry.schema, one.locator) == ("c1", "Person", "line:2")
    assert one.entry.caption == "Jean Dupont"
    assert one.entry.facts == {
        "birthDate": ("1980-12-31",), "nationality": ("fr",), "gender": ("male",)
    }  # fmt: skip


def test_a_date_that_can_be_read_both_ways_is_read_both_ways() -> None:
    (one,) = asked(b"name,dob\nAda Byron,03/04/1978\n")
    assert one.entry.facts["birthDate"] == ("1978-03-04", "1978-04-03")


def test_the_column_decides_the_order_of_its_dates() -> None:
    found = asked(b"name,dob\nAda Byron,03/04/1978\nBob Crown,25/04/1978\n")
    assert [one.entry.facts["birthDate"] for one in found] == [("1978-04-03",), ("1978-04-25",)]


def test_what_no_country_is_is_not_compared_and_said() -> None:
    query = QueryFile(Path("q"), io.BytesIO(b"name,country,shoe\nAda Byron,Atlantis,42\n"), "")
    (one,) = query.questions()
    assert "country" not in one.entry.facts
    assert list(query.remarks()) == [
        "columns not compared: shoe",
        "column country: 1 cells say nothing that is known, not compared",
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(mark: str) -> None:
    (one,) = asked(f"name{mark}dob{mark}city\nAda Byron{mark}1980{mark}Paris\n".encode())
    assert one.entry.facts == {"birthDate": ("1980",), "city": ("Paris",)}


def test_utf_16_with_its_mark_is_read() -> None:
    (one,) = asked("name\tdob\nМария Кюри\t1980\n".encode("utf-16"))
    assert one.entry.caption == "Мария Кюри"


def test_another_encoding_is_named() -> None:
    content = "name\nMüller\n".encode("cp1252")
    assert "--encoding" in asked(content)[0].problem
    assert asked(content, encoding="cp1252")[0].entry.caption == "Müller"


def test_a_row_that_its_delimiter_shifted_is_not_guessed_at() -> None:
    bad, good = asked(b"name,dob\nByron, Ada,1980\nBob Crown,1981\n")
    assert "3 cells under a header of 2" in bad.problem
    assert good.problem == ""


def test_a_table_without_a_name_says_what_to_do() -> None:
    (one,) = asked(b"city,shoe\nParis,42\n")
    assert "--column name=HEADER, one of city, shoe" in one.problem


@given(st.binary(max_size=400))
def test_no_bytes_stop_the_reader(delivered: bytes) -> None:
    for one in asked(b"name,dob\n" + delivered):
        assert one.locator.startswith("line:")
    for one in asked(b'{"properties": {}}\n' + delivered):
        assert one.locator.startswith("line:")


# -- workbooks


def test_a_workbook_is_read_row_by_row() -> None:
    rows: list[list[object]] = [
        ["Full name", "DOB", "Passport"], ["shared:0", "day:29221", 12345678], ["", "", ""],
        ["Bob Crown", "1967-01", "X1"],
    ]  # fmt: skip
    found = asked(workbook(rows, strings=["Ada & Byron"]))
    assert [(one.locator, one.entry.caption) for one in found] == [
        ("row:2", "Ada & Byron"), ("row:4", "Bob Crown")
    ]  # fmt: skip
    # 1980-01-01 is day 29221 of the 1900 calendar
    assert found[0].entry.facts == {"birthDate": ("1980-01-01",), "passportNumber": ("12345678",)}


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    # 29221 - 1462 days: the distance between the two calendars
    found = asked(workbook([["name", "dob"], ["Ada Byron", "day:27759"]], is_1904=True))
    assert found[0].entry.facts["birthDate"] == ("1980-01-01",)


def test_a_formula_is_text_and_never_a_name() -> None:
    (one,) = asked(workbook([["name"], ['=HYPERLINK("x")']]))
    assert "a formula in 'name'" in one.problem


def test_a_sheet_is_chosen_by_its_name() -> None:
    book = workbook([["name"], ["Ada"]], more={"Second": sheet_xml([["name"], ["Bob Crown"]])})
    (one,) = asked(book, sheet="Second")
    assert one.entry.caption == "Bob Crown"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04", "save it as CSV"),
        (workbook([["name"]])[:300], "save it as CSV"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "old office file"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (workbook([["name"], ["x" * (17 << 20)]]), "times its size"),
        (b'[{"id": "a"}]', "one entity a line"),
    ],
    ids=["magic", "cut", "old", "encrypted", "bomb", "array"],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    maillon: Maillon, listed: Path, content: bytes, message: str
) -> None:
    done = maillon("screen", write(listed.parent / "book.xlsx", content), "-w", listed)
    assert (done.code, done.out) == (2, "")
    assert message in " ".join(done.err.replace("│", " ").split())


def test_a_sheet_that_is_not_there_is_a_usage_error(maillon: Maillon, listed: Path) -> None:
    book = write(listed.parent / "book.xlsx", workbook([["name"], ["Ada"]]))
    done = maillon("screen", book, "--sheet", "Third", "-w", listed)
    assert (done.code, "there are First" in done.err) == (2, True)


def test_a_workbook_that_breaks_off_answers_what_came_before() -> None:
    rows: list[list[object]] = [["name"], ["Ada A"], ["Ada B"], ["Ada C"], ["Ada D"], ["Ada E"]]
    cut = sheet_xml(rows)[:-60]
    found = asked(workbook([["x"]], more={"S": cut}), sheet="S")
    assert [one.problem[:21] for one in found][-1] == "unreadable from here "
    assert len([one for one in found if not one.problem]) >= 3


def test_entities_of_xml_stay_unexpanded() -> None:
    rows: list[list[object]] = [["name"], ["Ada Byron"]]
    raw = workbook(rows, before=DOCTYPE).replace(b"Ada", b"Ada")
    texts = [cells for _, cells, _ in read_rows(io.BytesIO(raw))]
    assert texts == [["name"], ["Ada Byron"]]


def test_a_long_cell_is_seen_to_be_too_long() -> None:
    (one,) = asked(workbook([["name"], ["xy " * LONGEST_CELL]]))
    assert "a cell longer than" in one.problem


@given(st.binary(max_size=300))
def test_no_bytes_stop_the_workbook_reader(delivered: bytes) -> None:
    whole = workbook([["name"], ["Ada Byron"]])
    place = len(delivered) * 7 % len(whole)
    for raw in (b"PK" + delivered, whole[:place] + delivered + whole[place + len(delivered) :]):
        with contextlib.suppress(WorkbookError):  # the one error that a file may end in
            for locator, _, _ in read_rows(io.BytesIO(raw)):
                assert locator.startswith("row:")


# -- the command


def test_columns_are_mapped_by_hand(maillon: Maillon, listed: Path) -> None:
    table = write(listed.parent / "t.csv", "nr,wer\n1,Pavel1 Invented\n")
    words = ("screen", table, "-w", listed, "--column")
    done = maillon(*words, "name=wer", "--column", "id=nr")
    assert [(line["id"], line["hits"][0]["id"]) for line in done.lines] == [("1", "un-sc-QDi.001")]
    wrong = maillon(*words, "name=Wer")
    assert (wrong.code, "no column Wer" in wrong.err) == (2, True)
    wrong = maillon(*words, "nom=wer")
    assert (wrong.code, "property=HEADER" in wrong.err) == (2, True)


def test_a_workbook_is_screened(maillon: Maillon, listed: Path) -> None:
    book = workbook([["Full name"], ["Pavel1 Invented"], ["=A2"]])
    done = maillon("screen", write(listed.parent / "book.xlsx", book), "-w", listed)
    assert done.code == 3
    assert [(line["id"], line["status"]) for line in done.lines] == [
        ("row:2", "ok"), ("row:3", "could_not_look")
    ]  # fmt: skip
