"""Birth dates, each as exact as it was given."""

from datetime import date

import pytest

from maillon.screen.dates import age_range, compare_dates


@pytest.mark.parametrize(
    ("one", "two", "verdict"),
    [
        ("1967-01-13", "1967-01-13", "same day"),
        ("1967-03-04", "1967-04-03", "day and month swapped"),
        ("1967-01", "1967-01-13", "same month"),
        ("1967", "1967-01-13", "same year"),
        ("1967-05-13", "1967-05-18", "one digit differs"),
        ("1967-05-13", "1967-11-27", "other day"),
        ("1967-01-01", "1967-11-27", "same year"),  # the first of January stands for an unknown day
        ("1966", "~1967", "about"),
        ("1967-05-13", "1968-02-01", "year apart"),
        ("1966", "1967", "about"),  # years alone are seldom exact
        ("1967-05-13", "1976-05-13", "one digit differs"),  # two digits exchanged
        ("1970", "1965..1975", "within the range"),
        ("1976", "1965..1975", "about"),
        ("1990", "1965..1975", "other year"),
        ("1964-02-02", "1967-01-13", "few years apart"),
        ("1944-02-02", "1967-01-13", "other year"),
        ("unknown", "1967", "unread"),
    ],
)
def test_each_way_to_differ_has_its_verdict(one: str, two: str, verdict: str) -> None:
    assert compare_dates(one, two) == verdict


def test_order_of_the_two_dates_is_free() -> None:
    dates = ("1967-01-13", "1967", "~1966", "1960..1970", "1388", "1950-12-31", "")
    assert all(compare_dates(a, b) == compare_dates(b, a) for a in dates for b in dates)


def test_a_hijri_year_is_read_in_both_calendars() -> None:
    # 1 Muharram 1387 AH was 11 April 1967; 1 Farvardin 1346 SH was 21 March 1967
    assert compare_dates("1387", "1967") == "within the range"
    assert compare_dates("1346", "1967") == "within the range"


def test_a_year_alone_allows_two_ages() -> None:
    assert age_range("2009", date(2026, 11, 26)) == (16, 17)


def test_an_approximate_year_allows_a_year_more_on_each_side() -> None:
    assert age_range("~2009", date(2026, 11, 26)) == (15, 18)
