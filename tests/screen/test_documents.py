"""Numbers of papers, registers, ships."""

import pytest

from maillon.screen.documents import compare_documents


@pytest.mark.parametrize(
    ("one", "two", "verdict"),
    [
        ("AB 123-456", "ab123456", "same"),
        ("A0123456", "AO123456", "same but for a confusion"),
        ("A1B23456", "AIB23456", "same but for a confusion"),
        ("A1234567", "A1234568", ""),
        ("1234", "1234", ""),  # too short to say anything
        ("ABCDEF", "ABCDEF", ""),  # no digit: no number
    ],
)
def test_numbers_are_compared_without_signs(one: str, two: str, verdict: str) -> None:
    assert compare_documents(one, two, "passportNumber", "passportNumber") == verdict


def test_a_passport_may_stand_among_the_identity_numbers() -> None:
    assert compare_documents("A1234567", "A1234567", "passportNumber", "idNumber") == "same"


def test_a_ship_is_no_passport() -> None:
    assert compare_documents("9074729", "9074729", "passportNumber", "imoNumber") == ""


def test_a_number_with_check_digit_knows_no_confusion() -> None:
    assert compare_documents("IMO 9074729", "IM0 9074729", "imoNumber", "imoNumber") == ""
