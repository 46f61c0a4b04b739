"""Dates of PAXLST: six or eight digits, two-digit years by the day of the flight.

Unknown days as 00.
"""

from typing import Final, NamedTuple

from maillon.sources import values

_CENTURY: Final = 100
_DOCUMENT_YEARS: Final = 50
_SHORT: Final = 6
_LONG: Final = 8


class Day(NamedTuple):
    """A date as far as it is known: ISO text, and whether parts of it were 00."""

    value: str
    is_partial: bool


def birth(text: str, flight: str) -> Day | None:
    """Return a birth date; a two-digit year is the last such year up to the day of the flight.

    Args:
        text: YYMMDD or CCYYMMDD, e.g. ``380101``; month or day ``00`` where not known.
        flight: Day of the flight, ISO, e.g. ``2026-11-01``; never today.
    """
    if len(text) == _LONG:
        return _day(text[:4], text[4:])
    if len(text) != _SHORT or not text.isdecimal():
        return None
    century = int(flight[:4]) // _CENTURY * _CENTURY
    year = century + int(text[:2])
    found = _day(str(year), text[2:])
    if found is not None and found.value > flight[: len(found.value)]:
        return _day(str(year - _CENTURY), text[2:])
    return found if found is not None else _day(str(year - _CENTURY), text[2:])


def document(text: str, flight: str) -> Day | None:
    """Return a day of a document: a two-digit year is within fifty years of the flight."""
    if len(text) == _LONG:
        return _day(text[:4], text[4:])
    if len(text) != _SHORT or not text.isdecimal():
        return None
    base = int(flight[:4])
    year = base // _CENTURY * _CENTURY + int(text[:2])
    if year - base > _DOCUMENT_YEARS:
        year -= _CENTURY
    elif base - year > _DOCUMENT_YEARS:
        year += _CENTURY
    return _day(str(year), text[2:])


def moment(text: str) -> str | None:
    """Return the local time of a flight, e.g. ``2611011540`` -> ``2026-11-01T15:40:00``.

    Carriers report since 2000.
    """
    if not text.isdecimal() or len(text) not in {6, 8, 10, 12}:
        return None
    if len(text) in {6, 10}:
        text = "20" + text
    day = f"{text[:4]}-{text[4:6]}-{text[6:8]}"
    return values.iso_date(f"{day}T{text[8:10]}:{text[10:12]}:00" if len(text) > _LONG else day)


def _day(year: str, rest: str) -> Day | None:
    if not (year + rest).isdecimal():
        return None
    month, day = rest[:2], rest[2:]
    is_partial = "00" in {month, day}
    value = year if month == "00" else f"{year}-{month}" if day == "00" else f"{year}-{month}-{day}"
    known = values.iso_date(value)
    return None if known is None else Day(known, is_partial)
