import io

import pytest

from maillon.model import Yielded
from maillon.sources import ofac_remarks
from maillon.sources.ofac_sdn_csv import read

from .golden import errors, statements

NULLS = ",-0- " * 6


def read_all(data: bytes) -> list[Yielded]:
    return list(read(io.BytesIO(data), "ofac"))


def entry(remarks: str, kind: str = '"individual"', programme: str = "SDGT") -> list[Yielded]:
    return read_all(
        f'7,"LAST, First",{kind},"{programme}",-0- {NULLS},"{remarks}"\r\n\x1a'.encode()
    )


def values(items: list[Yielded], prop: str) -> list[str]:
    return [said.value for said in statements(items) if said.prop == prop]


@pytest.mark.parametrize(
    ("remark", "prop", "expected"),
    [
        ("DOB 10 Dec 1948.", "birthDate", ["1948-12-10"]),
        ("DOB Dec 1948; alt. DOB 1950.", "birthDate", ["1948-12", "1950"]),
        ("DOB circa 1951.", "birthDate", ["1951"]),
        ("DOB 1951 to 1953.", "birthDate", ["1951", "1953"]),
        ("POB Giza, Egypt; alt. POB Cairo.", "birthPlace", ["Giza, Egypt", "Cairo"]),
        ("Passport A1 (Egypt); alt. Passport 265 216.", "passportNumber", ["A1", "265 216"]),
        ("Cedula No. 16247821 (Colombia).", "idNumber", ["16247821"]),
        ("nationality Niger.", "nationality", ["ne"]),
        ("Gender Male.", "gender", ["male"]),
        ("a.k.a. 'EL SENOR'; a.k.a. 'PAT'.", "weakAlias", ["EL SENOR", "PAT"]),
        ("Linked To: HIZBALLAH.", "notes", ["Linked To: HIZBALLAH"]),
        (
            "Secondary sanctions risk: section 1(b).",
            "notes",
            ["Secondary sanctions risk: section 1(b)"],
        ),
        ("Something new 123.", "notes", ["Something new 123"]),
    ],
)
def test_remarks_are_read_or_kept(remark: str, prop: str, expected: list[str]) -> None:
    assert values(entry(remark), prop) == expected


@pytest.mark.parametrize(
    ("remark", "code"),
    [("DOB circa 1951", "APPROXIMATELY"), ("DOB 1951 to 1953", "BETWEEN"), ("DOB 1951", "EXACT")],
)
def test_a_birth_date_keeps_how_sure_it_is(remark: str, code: str) -> None:
    births = [said for said in statements(entry(remark)) if said.prop == "birthDate"]
    assert {said.grade.code for said in births} == {code}


def test_an_aircraft_operator_is_a_note() -> None:
    items = entry(
        "Aircraft Operator MAHAN; Aircraft Model A300; Aircraft Tail Number EP-1.", '"aircraft"'
    )
    assert values(items, "notes") == ["Aircraft Operator MAHAN"]
    assert values(items, "model") == ["A300"]
    assert {said.schema for said in statements(items)} == {"Airplane"}


def test_programmes_are_split_and_each_topic_is_said_once() -> None:
    items = entry("-0- ", programme="SDGT] [SDNTK] [SDGT")
    assert values(items, "topics") == ["crime.terror", "sanction", "crime.traffick.drug"]


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_both_encodings_are_read(encoding: str) -> None:
    data = f'7,"PEÑA, José","individual","SDNT",-0- {NULLS},-0- \r\n'.encode(encoding)
    assert values(read_all(data), "name") == ["José PEÑA"]


def test_an_entry_number_met_twice_loses_no_one() -> None:
    line = f'7,"LAST, First","individual","SDNT",-0- {NULLS},-0- \r\n'.encode()
    items = read_all(line * 2)
    assert [error.locator for error in errors(items)] == ["line:2"]
    assert {said.entity for said in statements(items)} == {"ofac-sdn-7", "@line:2"}


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", b"<html/>", b"x,1,2,3,4\n"])
def test_what_is_no_such_file_is_an_error_with_a_remedy(data: bytes) -> None:
    items = read_all(data)
    assert statements(items) == []
    assert "SDN.CSV" in errors(items)[0].reason


def test_a_bad_row_hides_no_other() -> None:
    line = f'7,"LAST, First","individual","SDNT",-0- {NULLS},-0- \r\n'.encode()
    items = read_all(line + b"8,short\r\n" + line.replace(b"7,", b"9,", 1))
    assert {said.entity for said in statements(items)} == {"ofac-sdn-7", "ofac-sdn-9"}


def test_parts_of_remarks_lose_only_the_last_stop() -> None:
    assert ofac_remarks.parts_of("DOB 1951; a.k.a. 'D.O.'.") == ["DOB 1951", "a.k.a. 'D.O.'"]
