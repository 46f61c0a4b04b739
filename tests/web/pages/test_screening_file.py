"""A file is counted, read as a person says, screened as a job; its results are tables."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape

import pytest

from maillon.model import Act
from maillon.web.worker import run_worker

from .conftest import House, Reader

SHEET = (
    "id;Nachname;Vorname;Geburtsdatum;Bemerkung\r\n"
    "1;Verner;Amos;03.02.1980;=1+1\r\n"
    "2;Nobody;Xaver;;x\r\n"
    ';;;;\r\n3;"open;y\r\n'
)


@pytest.fixture(scope="module")
def screener(house: House) -> Iterator[Reader]:
    with house.reader("analyst", "screening") as reader:
        yield reader


def csrf(page: str) -> str:
    return unescape(re.findall(r'name="csrf" value="([^"]+)"', page)[0])


def send(screener: Reader, raw: bytes, name: str = "q.csv") -> str:
    token = csrf(screener.page("/en/screening"))
    answer = screener.post("/en/screening/file", data={"csrf": token}, files={"file": (name, raw)})
    assert answer.status_code == 200, answer.text
    return answer.url.path


def begin(
    screener: Reader, path: str, said: dict[str, str] | None = None, status: int = 200
) -> tuple[str, str]:
    page = screener.page(path)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    chosen = {
        name: unescape(value)
        for name, value in re.findall(
            r'name="(column-\d+)">(?:(?!</select>).)*?value="(\w+)" selected', page
        )
    }
    answer = screener.post(path, data={**hidden, **chosen, **(said or {})})
    assert answer.status_code == status, answer.text
    return answer.url.path, answer.text


def rows(answer_bytes: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer_bytes.decode("utf-8-sig"))))


def test_a_file_is_counted_before_it_is_begun(screener: Reader) -> None:
    page = screener.page(send(screener, SHEET.encode("cp1252")))
    assert re.search(r"<strong>3</strong>records", page)
    assert re.search(r"<strong>1</strong>cannot be read", page)
    assert "there is no limit to their number" in page
    assert re.search(r'name="column-1">.*?value="lastName" selected', page)


def test_a_table_is_screened_and_its_hits_and_errors_are_tables(
    house: House, screener: Reader
) -> None:
    job, page = begin(screener, send(screener, SHEET.encode()))
    assert "waiting" in page
    run_worker(house.workspace.settings.folder, once=True)
    done = screener.page(job)
    assert "What was compared with what" in done
    assert re.search(r"register-[0-9a-f]{12}", done)
    found = rows(screener.get(f"{job}/hits").content)
    assert {(one["record"], one["hit"]) for one in found} >= {("1", "t1")}
    wrong = rows(screener.get(f"{job}/unreadable").content)
    assert wrong[-1]["place"] == "line:5"
    assert "never closed" in wrong[-1]["reason"]


def test_a_column_is_compared_as_the_person_says(house: House, screener: Reader) -> None:
    raw = b"a,b\nAmos Verner,1980-02-03\n"
    path = send(screener, raw)
    _, refused = begin(screener, path, status=422)
    assert "no column holds a name" in refused
    job, _ = begin(screener, path, {"column-0": "name", "column-1": "birthDate"})
    run_worker(house.workspace.settings.folder, once=True)
    assert rows(screener.get(f"{job}/hits").content)[0]["hit"] == "t1"


def test_entity_lines_are_screened(house: House, screener: Reader) -> None:
    line = b'{"id": "q", "schema": "Person", "properties": {"name": ["Amos Verner"]}}\n'
    path = send(screener, line * 3, "q.jsonl")
    assert re.search(r"<strong>3</strong>records", screener.page(path))
    job, _ = begin(screener, path)
    run_worker(house.workspace.settings.folder, once=True)
    assert len(rows(screener.get(f"{job}/hits").content)) >= 3


def test_a_broken_workbook_is_told_before_anything_is_begun(screener: Reader) -> None:
    page = screener.page(send(screener, b"PK\x03\x04" + bytes(100), "q.xlsx"))
    assert "This file cannot be read" in page


def test_hits_of_another_kind_of_job_are_not_there(screener: Reader, house: House) -> None:
    view = house.workspace.view(Act.READ)
    loads = [one.id for one in house.workspace.store.jobs.page(view) if one.kind == "load"]
    for job in [*loads, "0" * 16]:
        assert screener.get(f"/en/jobs/{job}/hits").status_code == 404


def test_a_waiting_job_is_stopped_and_erased(screener: Reader) -> None:
    job, page = begin(screener, send(screener, SHEET.encode()))
    screener.post(f"{job}/cancel", data={"csrf": csrf(page)})
    assert "cancelled" in screener.page(job)
    screener.post(f"{job}/forget", data={"csrf": csrf(page)})
    screener.page(job, 404)


def test_a_job_that_moves_is_looked_at_again_without_scripts(screener: Reader) -> None:
    job, page = begin(screener, send(screener, SHEET.encode()))
    assert '<noscript><meta http-equiv="refresh"' in page
    assert f'data-live="{job.rpartition("/")[2]}"' in page
    screener.post(f"{job}/cancel", data={"csrf": csrf(page)})


def test_a_failed_job_is_tried_again_from_its_page(house: House, screener: Reader) -> None:
    job, page = begin(screener, send(screener, b"a,b\nx,y\n"), {"column-0": "name"})
    id_ = job.rpartition("/")[2]
    held = house.workspace.store.jobs.files.of(id_) / "input"
    raw = held.read_bytes()
    held.write_bytes(b"")
    run_worker(house.workspace.settings.folder, once=True)
    assert "Why it failed" in screener.page(job)
    held.write_bytes(raw)
    screener.post(f"{job}/again", data={"csrf": csrf(page)})
    run_worker(house.workspace.settings.folder, once=True)
    assert "What came of it" in screener.page(job)
