"""Every published code is known verbatim, and nothing else is."""

import json
from pathlib import Path

import pytest

from maillon.model import Grade, Label
from maillon.policy import handling_of, is_known, is_known_grade

MATRIX = json.loads(
    (Path(__file__).parents[1] / "data" / "handling" / "handling_matrix.json").read_text("utf-8")
)


@pytest.mark.parametrize(
    ("scheme", "codes"),
    [
        ("TLP 2.0", MATRIX["tlp_2_0"]),
        ("PAP", MATRIX["pap"]),
        ("Europol handling", list(MATRIX["europol_handling"])),
        ("UK 3x5x2 handling", list(MATRIX["uk_3x5x2"]["handling"])),
    ],
)
def test_handling_codes_are_known_as_published(scheme: str, codes: list[str]) -> None:
    assert codes
    assert [code for code in codes if not is_known(Label("a", scheme, code))] == []
    prefix = {"TLP 2.0": "TLP:", "PAP": "PAP:"}.get(scheme, "")
    assert all(is_known(Label("a", scheme, prefix + code)) for code in codes)


@pytest.mark.parametrize("scheme", ["Europol handling", "UK 3x5x2 handling"])
def test_a_code_says_what_was_published(scheme: str) -> None:
    said = {
        "Europol handling": MATRIX["europol_handling"],
        "UK 3x5x2 handling": MATRIX["uk_3x5x2"]["handling"],
    }
    assert {code: handling_of(Label("a", scheme, code)).says for code in said[scheme]} == said[
        scheme
    ]


@pytest.mark.parametrize(
    ("scheme", "sources", "information"),
    [
        ("Europol 4x4", list(MATRIX["europol_source"]), list(MATRIX["europol_information"])),
        ("UK 3x5x2", list(MATRIX["uk_3x5x2"]["source"]), list(MATRIX["uk_3x5x2"]["information"])),
        ("Admiralty", MATRIX["admiralty"]["source"], MATRIX["admiralty"]["information"]),
    ],
)
def test_evaluations_are_known_as_published(
    scheme: str, sources: list[str], information: list[str]
) -> None:
    grades = [Grade(code=one + other, scheme=scheme) for one in sources for other in information]
    assert len(grades) >= 15
    assert all(map(is_known_grade, grades))
    assert not is_known_grade(Grade(code="Z9", scheme=scheme))
    assert not is_known_grade(Grade(code=grades[0].code, scheme="some other"))


@pytest.mark.parametrize(
    ("scheme", "code"),
    [("TLP 2.0", "TLP:WHITE"), ("TLP 2.0", "tlp:red"), ("", "TLP:RED"), ("P1-P3", "P1"),
     ("Europol handling", "H4"), ("tlp", "clear"), ("classification", "secret")],
)  # fmt: skip
def test_any_other_code_is_the_most_restrictive_and_no_crash(scheme: str, code: str) -> None:
    handling = handling_of(Label("a", scheme, code))
    assert (handling.travels, handling.export, handling.court) == (False, "no", "permission")


def test_white_reads_as_clear_under_its_own_edition() -> None:
    white, clear = (
        handling_of(Label("a", "TLP 1.0", "TLP:WHITE")),
        handling_of(Label("a", "TLP 2.0", "TLP:CLEAR")),
    )
    assert (white.travels, white.export, white.court) == (clear.travels, clear.export, clear.court)
