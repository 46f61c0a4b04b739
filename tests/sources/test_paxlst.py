import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.model import Yielded
from maillon.sources import paxlst_dates
from maillon.sources.edifact import Diagnostic, Fault, Segment, segments
from maillon.sources.paxlst import locate, read

from .golden import GOLDEN, errors, misplaced, statements

CASES = [
    json.loads(line)
    for line in (GOLDEN / "paxlst" / "torture.jsonl").read_text("utf-8").splitlines()
]
FLIGHT = (GOLDEN / "paxlst" / "flight.edi").read_bytes()
NOT_OF_EDIFACT = {"BAD_COUNTRY"}
"""Utopia (UTO) has no ISO 3166 code."""


def read_all(data: bytes) -> list[Yielded]:
    return list(read(io.BytesIO(data), "rt_api"))


def names_of(items: list[Yielded], prop: str) -> list[str]:
    return [
        said.value for said in statements(items) if said.prop == prop and said.schema == "Person"
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_no_traveller_is_lost_and_each_defect_is_named(case: dict[str, Any]) -> None:
    data = case["text"].encode("ascii") if case["text"] else bytes.fromhex(case["hex"])
    items = read_all(data)
    expected = case["expect"]
    assert names_of(items, "lastName") == [each["last"] for each in expected["passengers"]]
    assert names_of(items, "firstName") == [each["first"] for each in expected["passengers"]]
    births = [each["dob"] for each in expected["passengers"] if "dob" in each]
    assert not births or names_of(items, "birthDate") == births
    named = {error.reason.partition(":")[0] for error in errors(items)} - NOT_OF_EDIFACT
    assert named == set(expected["diagnostics"])


@pytest.mark.parametrize(
    ("text", "flight", "expected"),
    [
        ("380101", "2026-11-01", "1938-01-01"),
        ("261031", "2026-11-01", "2026-10-31"),
        ("261102", "2026-11-01", "1926-11-02"),
        ("20040229", "2026-11-01", "2004-02-29"),
        ("900500", "2026-11-01", "1990-05"),
        ("900000", "2026-11-01", "1990"),
    ],
)
def test_the_day_of_the_flight_decides_the_century(text: str, flight: str, expected: str) -> None:
    found = paxlst_dates.birth(text, flight)
    assert found is not None
    assert found.value == expected


@pytest.mark.parametrize("text", ["991332", "9001", "abcdef", "", "19900231"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert paxlst_dates.birth(text, "2026-11-01") is None


def test_an_expiry_may_lie_ahead() -> None:
    found = paxlst_dates.document("610218", "2017-01-27")
    assert found is not None
    assert found.value == "2061-02-18"


def test_travellers_of_one_locator_share_a_booking() -> None:
    said = statements(read_all(FLIGHT))
    assert {each.value for each in said if each.prop == "booking"} == {
        "rt_api-booking-ZZ-ABC123-2026-11-01"
    }
    assert {each.entity for each in said if each.schema == "Trip"} == {
        "rt_api-trip-ZZ123-2026-11-01-STR-ZND"
    }


def test_a_message_of_another_type_is_said_not_to_be_read() -> None:
    items = read_all(FLIGHT.replace(b"PAX001+PAXLST:", b"PAX001+CUSRES:"))
    assert statements(items) == []
    assert any(error.reason.startswith("MESSAGE_TYPE") for error in errors(items))


def test_a_broken_tail_keeps_the_travellers_before_it() -> None:
    items = read_all(FLIGHT[: FLIGHT.index(b"DTM+329:991332") + 6])
    assert names_of(items, "name")[-1] == "ONLYNAME"
    named = {error.reason.partition(":")[0] for error in errors(items)}
    assert {"TRUNCATED", "NO_UNT", "NO_UNZ"} <= named


def test_a_message_without_interchange_is_read() -> None:
    items = read_all(FLIGHT[FLIGHT.index(b"UNH") : FLIGHT.index(b"UNE")])
    assert names_of(items, "lastName") == ["O'NEIL", "ROE"]
    assert any(error.reason.startswith("NO_UNB") for error in errors(items))


def test_a_dangling_release_does_not_swallow_the_next_segment() -> None:
    data = FLIGHT.replace(b"NAD+FM+++ROE:RICHARD'", b"NAD+FM+++ROE:RICHARD?'")
    items = read_all(data)
    assert "RICHARD" in names_of(items, "firstName")
    assert "other" in names_of(items, "gender")
    assert any(error.reason.startswith("DANGLING_RELEASE") for error in errors(items))


def test_a_released_release_is_text() -> None:
    data = FLIGHT.replace(b"NAD+FM+++ROE:RICHARD'", b"NAD+FM+++ROE??:RICH?+ARD'")
    assert {"ROE?", "RICH+ARD"} <= {
        *names_of(read_all(data), "lastName"),
        *names_of(read_all(data), "firstName"),
    }


def test_a_segment_without_end_is_cut_and_named() -> None:
    data = FLIGHT.replace(b"NAD+FM+++ROE", b"FTX+" + b"x" * 200_000 + b"'NAD+FM+++ROE")
    items = read_all(data)
    assert "ROE" in names_of(items, "lastName")
    assert any(Diagnostic.SEGMENT_TOO_LONG.value in error.reason for error in errors(items))


def test_what_is_no_edifact_is_one_error() -> None:
    (error,) = errors(read_all(b"id,name\n1,A\n" * 50_000))[-1:]
    assert error.reason.startswith("NO_INTERCHANGE")


def test_chunks_do_not_change_what_is_read() -> None:
    class Slow(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            return super().read(7)

    assert list(read(Slow(FLIGHT), "rt_api")) == read_all(FLIGHT)


def test_locators_are_right_in_a_long_list() -> None:
    start, end = FLIGHT.index(b"NAD+FL"), FLIGHT.index(b"NAD+FM")
    data = FLIGHT[:start] + FLIGHT[start:end] * 200 + FLIGHT[end:]
    some = statements(read_all(data))[3::251]
    texts = {said.locator: locate(io.BytesIO(data), said.locator) for said in some}
    assert list(misplaced(list(some), texts)) == []


@given(
    st.lists(
        st.sampled_from(
            [
                b"UNA:+.? '",
                b"UNB+UNOA:4+A+B+1:1+R'",
                b"UNH+1+PAXLST:D'",
                b"NAD+FL+++A:B'",
                b"?",
                b"'",
                b"+",
                b"\r\n",
                b"UNZ+1+R'",
                b" ",
                b"\xff",
            ]
        ),
        max_size=40,
    )
)
def test_no_order_of_pieces_stops_the_reader(pieces: list[bytes]) -> None:
    raw = io.BytesIO(b"".join(pieces))
    for item in segments(raw):
        assert isinstance(item, Segment | Fault)
    assert not raw.closed
