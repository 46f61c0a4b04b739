"""Delivered text to a clean value.

Dates, countries, phones, amounts and the other FollowTheMoney types.

The cleaners of FollowTheMoney are a floor and not the rule of a format (it takes ``zz`` for a
country, and drops ``31.12.1967``). Each function here returns None where the text is no such value;
the caller makes the error, for it knows the place. Answers are cached: a delivery repeats its
dates, countries and phones.
"""

import csv
import re
from datetime import date
from functools import cache, lru_cache
from importlib import resources
from typing import Final

import phonenumbers
from rigour.territories import get_territories

CACHE: Final = 65_536
PLACEHOLDERS: Final = frozenset(
    form
    for text in (
        "n/a", "na", "n.a.", "unknown", "not known", "not available", "none", "null", "nil",
        "-", "--", "---", ".", "?", "xxx", "inconnu", "inconnue", "unbekannt", "desconocido",
        "neant", "néant", "nc", "n.c.",
    )
    for form in (text, text.upper(), text.title(), text.capitalize())
)  # fmt: skip
"""Words that say that a value is missing, in the cases in which systems write them."""
PLACEHOLDER_DATES: Final = frozenset({"1900-01-01", "1753-01-01", "0001-01-01", "9999-12-31"})
"""Days that systems write where a date is not known.

1753-01-01 is the first day of a SQL Server datetime.
"""

_ISO_DATE: Final = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})"
    r"(?:[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?)?\Z",
    re.ASCII,
)
_FIRST_YEAR: Final = 1000
_NO_COUNTRY: Final = frozenset({"zz", "eu"})
_PHONE_NOISE: Final = re.compile(r"[\s().\-/]+")
_E164: Final = re.compile(r"\+[1-9]\d{6,14}\Z")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_GENDERS: Final = {
    "m": "male", "male": "male", "masculin": "male", "homme": "male", "h": "male",
    "f": "female", "female": "female", "féminin": "female", "feminin": "female",
    "femme": "female", "w": "female", "x": "other", "other": "other",
}  # fmt: skip


def squeeze(text: str) -> str:
    """Return ``text`` with single spaces between its words, and no control characters."""
    if not text.isprintable():
        text = _CONTROL.sub("", text)
    return " ".join(text.split())


def is_placeholder(text: str) -> bool:
    """Say whether ``text`` only fills a place, e.g. ``N/A`` or ``1900-01-01``."""
    return text in PLACEHOLDERS or text[:10] in PLACEHOLDER_DATES


@lru_cache(CACHE)
def iso_date(text: str) -> str | None:
    """Return an ISO 8601 date or time, partial or whole, if that day exists.

    The time of midnight is left out.

    ``1967-01`` stays partial; ``1985-02-30`` and ``1967-13`` are None.
    """
    found = _ISO_DATE.match(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = found.groups()
    if not is_day(int(year), int(month or 1), int(day or 1)):
        return None
    stem = "-".join(part for part in (year, month, day) if part)
    clock = f"{hour}:{minute}:{second or '00'}"
    if hour is None or clock == "00:00:00":
        return stem
    return f"{stem}T{clock}"


def is_day(year: int, month: int, day: int) -> bool:
    """Say whether the calendar has that day, in years 1000 to 9999."""
    if year < _FIRST_YEAR:
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


_NO_NAME: Final = re.compile(r"[;\d]|\. ")
"""What no name of a country holds."""


@lru_cache(CACHE)
def country(text: str) -> str | None:
    """Return the code of a country by its ISO 3166 code (2 or 3 letters) or name.

    Blocs and ``zz`` are None.
    """
    name = text.strip(" .")
    # rigour's index of every spelling takes seconds to build: most deliveries never need it
    code = _country_names().get(name.casefold())
    if code is None and name and not _NO_NAME.search(name):
        from followthemoney.types import registry  # noqa: PLC0415 - much memory, seldom needed

        code = registry.country.clean(name)
    return None if not code or code in _NO_COUNTRY else code


@cache
def _country_names() -> dict[str, str]:
    text = resources.files("maillon.sources").joinpath("countries.csv").read_text("utf-8")
    written = {row["name"].casefold(): row["code"] for row in csv.DictReader(text.splitlines())}
    known = {
        name.casefold(): one.ftm_country
        for one in get_territories()
        if one.ftm_country and one.is_ftm
        for name in (one.name, one.full_name)
        if name and len(name) > 3  # noqa: PLR2004 - codes are the registry's
    }
    codes = {one.ftm_country: one.ftm_country for one in get_territories() if one.ftm_country}
    return codes | known | written


@lru_cache(CACHE)
def phone(text: str, region: str = "") -> str | None:
    """Return a phone number in E.164, e.g. ``+33612345678``.

    Args:
        text: As delivered. With ``+`` or ``00`` only its shape is judged (ITU-T E.164: at most 15
            digits).
        region: Code of the country whose national numbers are meant, e.g. ``fr``; without it they
            are None.
    """
    digits = _PHONE_NOISE.sub("", text)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    if digits.startswith("+"):
        return digits if _E164.match(digits) else None
    if not region:
        return None
    try:
        parsed = phonenumbers.parse(text, region.upper())
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(CACHE)
def international(prefix: str, number: str) -> str | None:
    """Return a phone number in E.164 from a country prefix and a national number, e.g. 33 and 0612.

    The trunk zero goes where the country has one (France) and stays where it has none (Italy); a
    prefix that no country has is taken as it is.
    """
    whole = f"+{prefix.lstrip('+0')}{number}"
    try:
        parsed = phonenumbers.parse(whole)
    except phonenumbers.NumberParseException:
        return phone(whole)
    return phone(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def gender(text: str) -> str | None:
    """Return ``male``, ``female`` or ``other``."""
    return _GENDERS.get(text.strip().lower())


_GROUPED: Final = {
    ".": re.compile(
        r"[+-]?\d{1,3}(?:[, '\u00a0\u202f]\d{3})+(?:\.\d+)?\Z|[+-]?\d+(?:\.\d+)?\Z|[+-]?\.\d+\Z"
    ),
    ",": re.compile(
        r"[+-]?\d{1,3}(?:[. '\u00a0\u202f]\d{3})+(?:,\d+)?\Z|[+-]?\d+(?:,\d+)?\Z|[+-]?,\d+\Z"
    ),
}


@lru_cache(CACHE)
def decimal(text: str, mark: str = ".") -> str | None:
    """Return an amount as plain decimal text, e.g. ``1234.56``; never through a binary float.

    Args:
        text: As delivered, e.g. ``1.234,56``.
        mark: The decimal mark, ``.`` or ``,``; the other one, blanks and ``'`` may group thousands.
    """
    text = text.strip()
    if _GROUPED[mark].match(text) is None:
        return None
    kept = "".join(c for c in text if c in "+-0123456789" or c == mark)
    return kept.replace(",", ".").removeprefix("+")


@lru_cache(CACHE)
def typed(kind: str, text: str) -> str | None:
    """Return ``text`` as a value of a FollowTheMoney type that has no rule of ours.

    Example: ``email`` or ``url``.
    """
    from followthemoney.types import registry  # noqa: PLC0415 - as above

    value: str | None = registry.get(kind).clean(text)
    return value


def is_street(address: str) -> bool:
    """Say whether an address names a door and not merely a place.

    It has a digit and two parts or more.

    A place (city, province, country) is no address: it would join everybody who lives there.
    """
    if not any(c.isdigit() for c in address):
        return False
    return sum(1 for part in re.split(r"[,;\n]", address) if part.strip()) > 1
