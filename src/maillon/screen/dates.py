"""Two birth dates, each as exact as it was given."""

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

_DATE: Final = re.compile(r"(~?)(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$")
_ISLAMIC_EPOCH: Final = 622
TOLERANCE: Final = 1
"""Years by which a date that is called approximate may be off."""


class _When(NamedTuple):
    first: int
    last: int
    month: int
    day: int
    about: bool


@lru_cache(maxsize=1 << 14)
def _read(text: str) -> tuple[_When, ...]:
    """Return the readings of a date: a year before 1500 is of the Hijri or the Solar calendar."""
    if ".." in text:
        first, _, last = text.partition("..")
        if first[:4].isdigit() and last[:4].isdigit():
            return (_When(int(first[:4]), int(last[:4]), 0, 0, True),)
        return ()
    found = _DATE.match(text)
    if not found:
        return ()
    about, year = bool(found[1]), int(found[2])
    month, day = int(found[3] or 0), int(found[4] or 0)
    if 1250 <= year < 1500:  # noqa: PLR2004 - lunar years 1250-1500 are 1834-2077
        lunar = year * 354.367 / 365.2422 + _ISLAMIC_EPOCH - 0.5
        solar = year + _ISLAMIC_EPOCH - 1
        return (
            _When(int(lunar), int(lunar) + 1, 0, 0, about),
            _When(solar, solar + 1, 0, 0, about),
        )
    return (_When(year, year, month, day, about),)


@lru_cache(maxsize=1 << 13)
def compare_dates(one: str, two: str) -> str:
    """Return how two birth dates compare.

    Args:
        one: ISO 8601 prefix, e.g. ``1967-01``; ``~1967`` for about; ``1965..1967`` for a range;
            a year before 1500 is read in the Hijri lunar and the Solar Hijri calendar.
        two: The same.

    Returns:
        ``same day``, ``same month``, ``same year``, ``within the range``, ``about``,
        ``day and month swapped``, ``one digit differs``, ``year apart``, ``other day``,
        ``few years apart``, ``other year`` or ``unread``.
    """
    verdicts = [_compare(a, b) for a in _read(one) for b in _read(two)]
    return min(verdicts, key=_ORDER.index) if verdicts else "unread"


_ORDER: Final = (
    "same day", "day and month swapped", "same month", "one digit differs", "same year",
    "within the range", "about", "year apart", "other day", "few years apart", "other year",
)  # fmt: skip
_WIDEST: Final = 3


def _compare(a: _When, b: _When) -> str:
    if a.first != a.last or b.first != b.last:
        within = a.first <= b.last and b.first <= a.last
        gap = max(a.first - b.last, b.first - a.last)
        if within:
            return "within the range"
        return "about" if gap <= TOLERANCE else _far(gap)
    gap = abs(a.first - b.first)
    whole = a.day and b.day
    if gap == 0:
        return _same_year(a, b)
    if whole and (a.month, a.day) == (b.month, b.day) and _one_digit(a.first, b.first):
        return "one digit differs"
    if gap == TOLERANCE:
        return "about" if a.about or b.about or not whole else "year apart"
    return _far(gap)


def _same_year(a: _When, b: _When) -> str:  # noqa: PLR0911 - one line a verdict
    if a.about or b.about:
        return "same year"
    if a.day and b.day:
        if (a.month, a.day) == (b.month, b.day):
            return "same day"
        if (a.month, a.day) == (b.day, b.month):
            return "day and month swapped"
        if {(a.month, a.day), (b.month, b.day)} & {(1, 1), (12, 31)}:
            return "same year"  # the first of January stands for a day that nobody knows
        if a.month == b.month or a.day == b.day:
            return "one digit differs" if _near_day(a, b) else "other day"
        return "other day"
    if a.month and b.month:
        return "same month" if a.month == b.month else "other day"
    return "same year"


def _near_day(a: _When, b: _When) -> bool:
    one, two = f"{a.month:02}{a.day:02}", f"{b.month:02}{b.day:02}"
    return sum(x != y for x, y in zip(one, two, strict=True)) == 1


def _one_digit(one: int, two: int) -> bool:
    first, second = str(one), str(two)
    differ = [n for n in range(4) if first[n] != second[n]]
    swapped = len(differ) == 2 and sorted(first) == sorted(second)  # noqa: PLR2004
    return len(differ) == 1 or swapped


def _far(gap: int) -> str:
    return "few years apart" if gap <= _WIDEST else "other year"


def year_range(texts: Sequence[str]) -> tuple[int, int, int]:
    """Return the first and the last year that birth dates can mean, and their day.

    Returns:
        Years, 0 for none; month * 100 + day when there is one whole date, -1 when there are
        several or it is approximate, 0 when there is none.
    """
    read = [one for text in texts for one in _read(text)]
    if not read:
        return 0, 0, 0
    days = {one.month * 100 + one.day for one in read if one.day}
    vague = len(days) > 1 or any(one.about for one in read)
    day = 0 if not days else -1 if vague else days.pop()
    return min(one.first for one in read), max(one.last for one in read), day


_TURNED: Final = re.compile(r"\s*(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})\s*")
"""Day and month in the one order or the other, then the year."""


def least_age(text: str, today: date) -> int | None:
    """Return the completed years that somebody has at least who was born on such a date.

    A date that is not whole, or of which day and month can be exchanged, is taken as late as it may
    be; one that calls itself approximate a year later. Source: DESIGN, section 4 (minor).

    Args:
        text: As `compare_dates` has it, or ``03/04/2009``.
        today: The day.

    Returns:
        Below zero for a day to come; None for what is no date.
    """
    turned = _TURNED.fullmatch(text)
    if turned is not None:
        one, two, year = (int(part) for part in turned.groups())
        ages = [_years(year, *order, today) for order in ((one, two), (two, one))]
        known = [age for age in ages if age is not None]
        return min(known, default=None)
    if ".." in text and _read(text):  # its later end, in whichever calendar
        text = f"~{text.partition('..')[2][:4]}"
    ages = [
        _years(one.last + TOLERANCE, 0, 0, today)
        if one.about
        else _years(one.last, one.month, one.day, today)
        for one in _read(text)
    ]
    known = [age for age in ages if age is not None]
    return min(known) if known and len(known) == len(ages) else None


def _years(year: int, month: int, day: int, today: date) -> int | None:
    """Return completed years of who was born as late as it may be; None: there is no such day."""
    try:
        last = month or 12
        born = date(year, last, day or monthrange(year, last)[1])
    except ValueError:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def age_range(text: str, today: date) -> tuple[int, int] | None:
    """Return the least and the greatest age that a birth date allows today."""
    found = _read(text)
    if not found:
        return None
    slack = TOLERANCE if any(one.about for one in found) else 0
    first = min(one.first for one in found) - slack
    last = max(one.last for one in found) + slack
    return today.year - last - 1, today.year - first
