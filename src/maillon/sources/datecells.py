"""Dates as people and systems write them in cells.

ISO, compact, and day-month-year in either order.

Dots mean day.month.year (DIN 5008 and the usage of all States that write dots); slashes and hyphens
mean what the column proves, or nothing.
"""

import re
from datetime import datetime
from functools import lru_cache
from typing import Final

from maillon.sources import values

ORDERS: Final = ("dmy", "mdy", "ymd", "auto")
"""Values of the option ``date_order``."""

CACHE: Final = values.CACHE // 8
"""Cells that are remembered: many records are read in little memory."""

_SPLIT: Final = re.compile(
    r"(\d{1,4})([./\-])(\d{1,2})\2(\d{1,4})(?:[T ,]+(\d{1,2}:\d{2})(?::(\d{2}))?)?\Z"
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})\Z")
_LAST_MONTH: Final = 12


@lru_cache(CACHE)
def only_reading(text: str) -> str | None:
    """Return the only order in which a slashed or hyphened date can be read, or ``both``."""
    found = _SPLIT.match(text.strip())
    if found is None or found[2] == "." or len(found[4]) != 4 or len(found[1]) > 2:  # noqa: PLR2004 - years have four digits
        return None
    day, month, year = int(found[1]), int(found[3]), int(found[4])
    is_dmy = values.is_day(year, month, day) if month else False
    is_mdy = values.is_day(year, day, month) if day else False
    if is_dmy and is_mdy:
        return None if day == month else "both"
    return "dmy" if is_dmy else "mdy" if is_mdy else None


def certain_year(text: str) -> str:
    """Return the year of a date whose day and month are 00 or can be read both ways; else empty."""
    found = _SPLIT.match(text.strip())
    if found is None or len(found[4]) != 4:  # noqa: PLR2004 - years have four digits
        return ""
    is_blank = int(found[1]) == int(found[3]) == 0
    return found[4] if is_blank or only_reading(text) == "both" else ""


@lru_cache(CACHE)
def parse(text: str, order: str) -> str | None:
    """Return the ISO date of a cell, or None where it is none or may be two.

    Args:
        text: The cell, e.g. ``03.04.1978``, ``1985/03/02``, ``19670113``, ``1967-01``.
        order: ``dmy``, ``mdy``, ``ymd``, or ``auto``: then only cells with one reading are read,
            dots being dmy.
    """
    iso = values.iso_date(text)
    if iso is not None:
        return iso
    compact = _COMPACT.match(text)
    if compact is not None:
        return values.iso_date("-".join(compact.groups()))
    found = _SPLIT.match(text)
    if found is None:
        return None
    first, mark, second, third, clock, seconds = found.groups()
    if len(first) == 4:  # noqa: PLR2004 - the year comes first: nobody writes year-day-month
        day = _iso(first, second, third)
    elif len(third) != 4:  # noqa: PLR2004 - a year of two digits is no year
        return None
    else:
        day = _ordered(first, second, third, "dmy" if mark == "." and order == "auto" else order)
    return (
        day
        if day is None or clock is None
        else values.iso_date(f"{day}T{clock.zfill(5)}:{seconds or '00'}")
    )


def _ordered(first: str, second: str, year: str, order: str) -> str | None:
    dmy, mdy = _iso(year, second, first), _iso(year, first, second)
    if order == "dmy":
        return dmy
    if order == "mdy":
        return mdy
    if order == "ymd":
        return None
    return dmy if mdy in {None, dmy} else mdy if dmy is None else None


def _iso(year: str, month: str, day: str) -> str | None:
    return values.iso_date(f"{year}-{month.zfill(2)}-{day.zfill(2)}")


@lru_cache(CACHE)
def formatted(text: str, form: str) -> str | None:
    """Return the date of a cell in a given strptime format, as precise as that format.

    ``%m/%Y`` gives ``1967-01``.
    """
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007 - a day of a form has no zone
    except ValueError:
        return None
    if "%H" in form or "%I" in form:
        return values.iso_date(moment.isoformat(timespec="seconds"))
    if "%d" in form or "%j" in form or "%x" in form:
        return moment.date().isoformat()
    return (
        moment.strftime("%Y-%m")
        if any(mark in form for mark in ("%m", "%b", "%B"))
        else moment.strftime("%Y")
    )


def why_not(text: str, order: str) -> str:
    """Return what is wrong with a cell that `parse` does not read, and what would be right."""
    if order in {"auto", "ambiguous", "contradictory"} and only_reading(text) == "both":
        return "day and month can be read both ways; give the option date_order (dmy or mdy)"
    if _SPLIT.match(text):
        return f"no day of the calendar{f' in the order {order}' if order in ORDERS[:3] else ''}"
    return "no date that this reader knows (1967-01-13, 1967-01, 13.01.1967, 13/01/1967, 19670113)"
