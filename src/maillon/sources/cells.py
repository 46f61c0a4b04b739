"""Cleaners of CSV cells, one for each type of FollowTheMoney.

Text to value, empty for nothing, None for an error.
"""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

from maillon.sources import datecells, values

PLAIN: Final = frozenset({"name", "string", "text", "identifier", "address", "entity"})
"""Types whose values are free text."""


def plain(text: str) -> str:
    """Return free text with single spaces; a placeholder is nothing."""
    text = values.squeeze(text)
    return "" if text in values.PLACEHOLDERS else text


@lru_cache(values.CACHE)
def country(text: str) -> str | None:
    """Return the code of a country, by ISO 3166 code or name."""
    text = plain(text)
    return text and values.country(text)


@lru_cache(values.CACHE)
def gender(text: str) -> str | None:
    """Return male, female or other."""
    text = plain(text)
    return text and values.gender(text)


@lru_cache(values.CACHE)
def phone(text: str, region: str) -> str | None:
    """Return a phone number in E.164."""
    text = plain(text)
    return text and values.phone(text, region)


@lru_cache(values.CACHE)
def number(text: str, mark: str) -> str | None:
    """Return an amount as plain decimal text; without a mark only where both readings agree."""
    text = plain(text)
    if not text or mark:
        return text and values.decimal(text, mark)
    point, comma = values.decimal(text, "."), values.decimal(text, ",")
    if point is None or comma is None or point == comma:
        return comma if point is None else point
    return None


@lru_cache(values.CACHE)
def date(text: str, order: str, form: str) -> str | None:
    """Return an ISO date, by a strptime format or by an order; a placeholder date is nothing."""
    text = plain(text)
    found = datecells.formatted(text, form) if form else datecells.parse(text, order)
    if not text or (found is not None and found[:10] in values.PLACEHOLDER_DATES):
        return ""
    return found


@lru_cache(values.CACHE)
def other(text: str, kind: str) -> str | None:
    """Return a value of one of the remaining types, e.g. email, url, topic, language."""
    text = plain(text)
    return text and values.typed(kind, text)


def cleaner(
    kind: str, *, order: str, mark: str, region: str, form: str
) -> Callable[[str], str | None]:
    """Return the cleaner of a column.

    Args:
        kind: Name of the FollowTheMoney type, e.g. ``date``.
        order: Order of dates: dmy, mdy, ymd; anything else reads only what has one reading.
        mark: Decimal mark, or empty where it is not known.
        region: Country whose national phone numbers are meant, or empty.
        form: strptime format of dates, or empty.
    """
    if kind in PLAIN:
        return plain
    simple = {"country": country, "gender": gender}
    if kind in simple:
        return simple[kind]
    if kind == "date":
        return partial(date, order=order if order in {"dmy", "mdy", "ymd"} else "auto", form=form)
    if kind == "phone":
        return partial(phone, region=region)
    if kind == "number":
        return partial(number, mark=mark)
    return partial(other, kind=kind)


def plain_or_typed(kind: str, text: str) -> str | None:
    """Return a literal of a mapping as a value of its type, or None."""
    return cleaner(kind, order="auto", mark=".", region="", form="")(text)


def why_not(kind: str, text: str, order: str) -> str:
    """Return what is wrong with a cell, and what would be right; never the cell itself."""
    reasons = {
        "date": datecells.why_not(text.strip(), order),
        "country": "no country by ISO 3166 code or name",
        "phone": "no phone number in E.164; give the option country for national numbers",
        "number": "no amount, or one that can be read two ways; give the option decimal",
        "gender": "no gender (male, female, other, M, F, X)",
    }
    return reasons.get(kind, f"no {kind} that FollowTheMoney accepts")
