import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.sources import datecells, values
from maillon.sources.privileged import privileged


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1967", "1967"),
        ("1967-01", "1967-01"),
        ("1967-01-13", "1967-01-13"),
        ("1989-07-02T00:00:00", "1989-07-02"),
        ("2026-05-20T10:15:00", "2026-05-20T10:15:00"),
        ("1985-02-30", None),
        ("1967-13", None),
        ("0962", None),
        ("13.01.1967", None),
    ],
)
def test_iso_dates_stay_as_partial_as_they_are(text: str, expected: str | None) -> None:
    assert values.iso_date(text) == expected


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("31.12.1967", "auto", "1967-12-31"),
        ("19670113", "auto", "1967-01-13"),
        ("1985/03/02", "auto", "1985-03-02"),
        ("13/01/1967", "auto", "1967-01-13"),
        ("01/13/1967", "auto", "1967-01-13"),
        ("01/02/1967", "auto", None),
        ("01/02/1967", "dmy", "1967-02-01"),
        ("01/02/1967", "mdy", "1967-01-02"),
        ("01/01/1967", "auto", "1967-01-01"),
        ("13/01/1967", "mdy", None),
        ("13/01/67", "dmy", None),
        ("13/01/1967 10:30", "dmy", "1967-01-13T10:30:00"),
    ],
)
def test_cells_are_read_in_one_order(text: str, order: str, expected: str | None) -> None:
    assert datecells.parse(text, order) == expected


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("13 Jan 1967", "%d %b %Y", "1967-01-13"),
        ("01/1967", "%m/%Y", "1967-01"),
        ("1967", "%Y", "1967"),
        ("x", "%Y", None),
    ],
)
def test_a_format_is_as_precise_as_its_marks(text: str, form: str, expected: str | None) -> None:
    assert datecells.formatted(text, form) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FR", "fr"),
        ("FRA", "fr"),
        ("France", "fr"),
        ("zz", None),
        ("eu", None),
        ("UTO", None),
        ("Iran (Islamic Republic of)", "ir"),
    ],
)
def test_countries_are_states_and_not_blocs(text: str, expected: str | None) -> None:
    assert values.country(text) == expected


@pytest.mark.parametrize(
    ("text", "region", "expected"),
    [
        ("+33 6 12 34 56 78", "", "+33612345678"),
        ("0033612345678", "", "+33612345678"),
        ("0612345678", "fr", "+33612345678"),
        ("0612345678", "", None),
        ("+12", "", None),
    ],
)
def test_phones_become_e164(text: str, region: str, expected: str | None) -> None:
    assert values.phone(text, region) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 Mill Street, Strelsau", True),
        ("Damascus, Syria", False),
        ("12345", False),
        ("Room 5; Mill", True),
    ],
)
def test_a_place_without_a_door_is_no_address(text: str, expected: bool) -> None:
    assert values.is_street(text) is expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("lawyer", "legal"),
        ("Defence counsel (2nd)", "legal"),
        ("AVOCATE", "legal"),
        ("prison doctor", "medical"),
        ("aumônier", "clergy"),
        ("minister of religion", "clergy"),
        ("sister", None),
        ("imamate", None),
        ("power of att.", None),
        ("", None),
    ],
)
def test_whole_words_name_a_protected_contact(text: str, kind: str | None) -> None:
    assert privileged(text) == kind


@given(st.text(max_size=40))
def test_no_text_stops_a_cleaner(text: str) -> None:
    for clean in (
        values.squeeze,
        values.iso_date,
        values.country,
        values.phone,
        values.gender,
        values.decimal,
    ):
        clean(text)
    datecells.parse(text, "auto")
    values.phone(text, "fr")


@given(st.integers(0, 10**12), st.integers(0, 99), st.sampled_from([".", ","]))
def test_grouped_amounts_keep_every_digit(whole: int, cents: int, mark: str) -> None:
    grouped = f"{whole:,}".replace(",", "." if mark == "," else ",") + f"{mark}{cents:02}"
    assert values.decimal(grouped, mark) == f"{whole}.{cents:02}"
