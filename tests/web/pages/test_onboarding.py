"""A table from its file to its job, as a browser without scripts does it; hostile files with it."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from maillon.model import Act, NotFoundError
from maillon.web.worker import run_worker

from .conftest import House, Reader

TABLES = Path(__file__).resolve().parents[2] / "data" / "tables"
SHEET = (
    "id,Name,Geburtsdatum,Firma,Religion\n"
    "1,Ada Byron,03/04/1978,Acme SARL,x\n"
    "2,=cmd|'/c calc'!A1,25/12/1980,Beta GmbH,y\n"
    "3,Jörg Müller,30/02/1985,Beta GmbH,z\n"
)


@pytest.fixture(scope="module")
def clerk(house: House) -> Iterator[Reader]:
    with house.reader("analyst", "intake") as reader:
        yield reader


def csrf(page: str) -> str:
    return unescape(re.findall(r'name="csrf" value="([^"]+)"', page)[0])


def send(clerk: Reader, raw: bytes, name: str = "people.csv", status: int = 200) -> str:
    """Send a file; return the path of the page that came of it."""
    token = csrf(clerk.page("/en/onboard"))
    answer = clerk.post("/en/onboard/file", data={"csrf": token}, files={"file": (name, raw)})
    assert answer.status_code == status, answer.text
    return answer.url.path


def say(clerk: Reader, path: str, fields: dict[str, str], status: int = 200) -> str:
    """Send the form of a step as it stands, with some fields filled."""
    page = clerk.page(path)
    revision = re.findall(r'name="revision" value="(\d+)"', page)
    said = {"csrf": csrf(page), "revision": revision[0] if revision else "", **fields}
    answer = clerk.post(path, data=said)
    assert answer.status_code == status, answer.text
    return f"{answer.url.path}\n{answer.text}"


def of(look: str, step: str) -> str:
    return look.replace("/look", f"/{step}")


MAPPED = {
    "schema-a": "Person", "key-a-1": "0", "schema-b": "Company", "key-b-1": "3",
    "schema-c": "Employment", "end-c-employee": "a", "end-c-employer": "b",
    "column-1": "a.name", "column-2": "a.birthDate", "column-3": "b.name", "do": "next",
}  # fmt: skip


def test_a_sheet_of_people_and_companies_is_loaded(house: House, clerk: Reader) -> None:
    look = send(clerk, SHEET.encode())
    page = clerk.page(look)
    assert "Geburtsdatum" in page
    assert "2 / 3" not in page
    say(clerk, look, {"date_order": "dmy"})
    tried = say(clerk, of(look, "map"), MAPPED)
    assert tried.startswith(of(look, "try"))
    assert "no day of the calendar" in tried
    done = say(clerk, of(look, "name"), {"dataset": "people_and_firms", "mode": "snapshot"})
    assert done.startswith("/en/jobs/")
    run_worker(house.workspace.settings.folder, once=True)
    view = house.workspace.view(Act.READ)
    held = {(one.schema, one.prop, one.value) for one in house.workspace.store.scan(view)
            if one.dataset == "people_and_firms"}  # fmt: skip
    assert ("Person", "birthDate", "1978-04-03") in held
    assert ("Company", "name", "Acme SARL") in held
    assert ("Employment", "employer", "people_and_firms-company-b-Acme SARL") in held


def test_the_next_delivery_is_mapped_as_the_last_one(house: House, clerk: Reader) -> None:
    look = send(clerk, SHEET.replace("Ada", "Eva").encode())
    assert "people_and_firms" in clerk.page(of(look, "map"))
    page = say(clerk, of(look, "map"), {"do": "source", "source": "people_and_firms"})
    assert re.search(r'value="a.birthDate" selected', page)
    assert 'value="people_and_firms"' in clerk.page(of(look, "name"))
    assert house


def test_what_it_seems_to_be_is_shown_with_its_evidence(clerk: Reader) -> None:
    page = clerk.page(send(clerk, SHEET.encode()))
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page)
    assert "4 / 4" in cells  # lines that decode as UTF-8
    assert "1" in cells  # 25/12/1980 can only be day first
    assert "day, month, year" in page
    assert "<bdi>25/12/1980</bdi>" in page


def test_another_encoding_is_looked_at_and_kept(clerk: Reader) -> None:
    look = send(clerk, (TABLES / "mapping_cp1256_arabic.csv").read_bytes())
    assert "cp1256" in clerk.page(look)
    page = say(clerk, look, {"encoding": "cp1251", "again": "1"})
    assert page.startswith(look)
    assert "as it is read" in page
    assert re.search(r"<option selected>cp1251", page)


def test_a_protected_column_is_not_offered_and_not_taken(clerk: Reader) -> None:
    look = send(clerk, SHEET.encode())
    page = clerk.page(of(look, "map"))
    assert "speaks of <bdi>religion</bdi>" in page
    assert 'name="column-4"' not in page
    text = ("queries:\n- entities:\n    a:\n      schema: Person\n"
            "      properties:\n        religion:\n          column: Name\n")  # fmt: skip
    refused = say(clerk, of(look, "map"), {"do": "yaml", "yaml": text}, 403)
    assert "art. 10" in refused
    column = text.replace("religion", "name").replace("Name", "Religion")
    assert "art. 10" in say(clerk, of(look, "map"), {"do": "yaml", "yaml": column}, 403)


def test_a_mapping_is_a_file_and_comes_back_as_text(clerk: Reader) -> None:
    look = send(clerk, SHEET.encode())
    say(clerk, of(look, "map"), MAPPED)
    answer = clerk.get(of(look, "mapping"))
    assert "attachment" in answer.headers["content-disposition"]
    other = send(clerk, SHEET.encode())
    assert say(clerk, of(other, "map"), {"do": "yaml", "yaml": answer.text}).startswith(
        of(other, "try")
    )


def test_rejects_are_a_table_without_a_formula(clerk: Reader) -> None:
    look = send(clerk, SHEET.replace("30/02/1985", "=1+1").encode(), "=evil.csv")
    say(clerk, of(look, "map"), MAPPED)
    answer = clerk.get(of(look, "rejects"))
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    (one,) = [row for row in rows if row["line"] == "4"]
    assert (one["file"], one["column"], one["value"]) == ("'=evil.csv", "Geburtsdatum", "'=1+1")
    assert one["suggestion"]


def test_another_tab_is_told_and_nothing_is_lost(clerk: Reader) -> None:
    look = send(clerk, SHEET.encode())
    page = clerk.page(of(look, "map"))
    say(clerk, of(look, "map"), MAPPED)
    late = clerk.post(
        of(look, "map"), data={"csrf": csrf(page), "revision": "1", **MAPPED, "column-1": ""}
    )
    assert late.status_code == 412
    assert re.search(r'value="a.name" selected', clerk.page(of(look, "map")))


def test_what_was_said_outlives_the_session(house: House, clerk: Reader) -> None:
    look = send(clerk, SHEET.encode(), "kept.csv")
    say(clerk, look, {"date_order": "mdy"})
    with house.reader("analyst", "intake") as later:
        assert "kept.csv" in later.page("/en/onboard")
        assert 'value="mdy" selected' in later.page(look)


def test_a_load_that_is_asked_twice_is_one_job(clerk: Reader) -> None:
    look = send(clerk, SHEET.encode())
    say(clerk, of(look, "map"), MAPPED)
    page = clerk.page(of(look, "name"))
    said = {"csrf": csrf(page), "dataset": "once_only", "mode": "snapshot"}
    first = clerk.post(of(look, "name"), data=said)
    assert first.url.path.startswith("/en/jobs/")
    again = clerk.post(of(look, "name"), data=said)
    assert again.status_code == 404
    assert clerk.page("/en/jobs").count(first.url.path) == 1


def test_a_file_of_others_is_not_there(house: House, clerk: Reader) -> None:
    look = send(clerk, SHEET.encode())
    uploads = house.workspace.store.uploads
    mandate = replace(house.workspace.settings.mandate, who="supervisor")
    other = house.workspace.view(Act.LOAD, mandate)
    with pytest.raises(NotFoundError):
        uploads.one(other, look.split("/")[3])
    assert uploads.page(other) == []


def test_a_file_is_let_go_of(clerk: Reader) -> None:
    look = send(clerk, SHEET.encode())
    clerk.post(of(look, "drop"), data={"csrf": csrf(clerk.page(look))})
    clerk.page(look, 404)


def test_a_form_of_another_site_brings_no_file(clerk: Reader) -> None:
    answer = clerk.post("/en/onboard/file", data={"csrf": "no"}, files={"file": ("a", b"x,y\n")})
    assert answer.status_code == 403


def test_no_file_is_an_error_beside_its_field(clerk: Reader) -> None:
    token = csrf(clerk.page("/en/onboard"))
    answer = clerk.post("/en/onboard/file", data={"csrf": token}, files={"file": ("", b"")})
    assert answer.status_code == 422
    assert 'href="#file"' in answer.text


HOSTILE = {
    "cp1256": (TABLES / "mapping_cp1256_arabic.csv").read_bytes(),
    "ragged": (TABLES / "mapping_dup_headers_ragged.csv").read_bytes(),
    "gb18030": (TABLES / "mapping_gb18030_comma.csv").read_bytes(),
    "nul and lone CR": (TABLES / "mapping_nul_and_lonecr.csv").read_bytes(),
    "utf-16": (TABLES / "mapping_utf16le_tab.csv").read_bytes(),
    "bom": (TABLES / "mapping_utf8bom_semicolon.csv").read_bytes(),
    "mixed line ends": b"name,country\r\nAda,FR\rEva,DE\nJo,GB\r\n",
    "header alone": b"name,country\n",
    "no line end": b"name,country",
    "NUL alone": b"\0\0\0\0",
    "a million letters and no line end": b"x" * 1_000_000,
    "10,000 columns": (",".join(f"c{n}" for n in range(10_000)) + "\n" + "," * 9_999).encode(),
    "an open quote": b'name\n"Ada\nEva\n' * 50,
    "no CSV": bytes(range(256)) * 40,
    "a workbook": b"PK\x03\x04" + bytes(200),
    "formulas": b'name,country\n=HYPERLINK("http://x.invalid"),+FR\n@SUM(A1),-1\n',
}  # fmt: skip

FIRST = {"do": "next", "schema-a": "Person", "column-0": "a.name"}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_no_hostile_file_breaks_a_step(clerk: Reader, kind: str) -> None:
    look = send(clerk, HOSTILE[kind], f"{kind}.csv")
    page = clerk.page(look)
    assert not re.findall(r"\x00", page)
    mapped = clerk.page(of(look, "map"))
    names = re.findall(r'<select id="column-(\d+)"', mapped)
    if names:
        text = say(clerk, of(look, "map"), FIRST)
        assert "<h1>" in text
        assert clerk.get(of(look, "rejects")).status_code == 200
    else:
        assert "<textarea" in mapped
    clerk.post(of(look, "drop"), data={"csrf": csrf(page)})


def test_a_quote_that_is_never_closed_is_named_with_its_line(clerk: Reader) -> None:
    page = clerk.page(send(clerk, HOSTILE["nul and lone CR"]))
    assert "line 3" in page
    assert "never closed" in page


def test_a_column_that_occurs_again_is_said(clerk: Reader) -> None:
    page = clerk.page(send(clerk, HOSTILE["ragged"]))
    assert "name#2" in page
    assert "same name" in page


def test_a_formula_stays_text_on_the_page(clerk: Reader) -> None:
    assert "<bdi>=HYPERLINK(" in clerk.page(send(clerk, HOSTILE["formulas"]))
