"""What each agency of the large workspace writes of a person: what it asks, how it spells, errs."""

import random
from typing import Final, NamedTuple

from maillon.training.names import Scheme


class Agency(NamedTuple):
    """One agency.

    Attributes:
        name: Its dataset.
        weights: Share of its records among people seen often, and among those seen once.
        schemes: Spellings by weight.
        is_split: Whether given and family name are fields of their own.
        second: Share of second names that it writes.
        date, partial: Share of records with a birth date; of these, with a year only.
        gender, country, id, passport, mobile, landline, address, alias: Shares of records.
        typo: Share of names with a slip of the pen.
        form: How an address is written.
    """

    name: str
    weights: tuple[float, float]
    schemes: tuple[tuple[Scheme, float], ...]
    is_split: bool
    second: float
    date: float
    partial: float
    gender: float
    country: float
    id: float
    passport: float
    mobile: float
    landline: float
    address: float
    alias: float
    typo: float
    form: str


_ICAO, _PLAIN, _ASCII = Scheme.ICAO, Scheme.PLAIN, Scheme.ASCII
_SCHOLARLY, _NATIVE = Scheme.SCHOLARLY, Scheme.NATIVE

AGENCIES: Final = (
    Agency("border", (0.20, 0.30), ((_ICAO, 1.0),), True, 0.5, 0.99, 0.0, 0.6, 0.55, 0.0, 0.93,
           0.2, 0.0, 0.0, 0.0, 0.02, ""),
    Agency("police", (0.28, 0.08), ((_PLAIN, 0.7), (_SCHOLARLY, 0.3)), True, 0.35, 0.93, 0.05, 0.6,
           0.3, 0.62, 0.1, 0.45, 0.2, 0.6, 0.12, 0.05, "{house} {street}, {city}"),
    Agency("fiu", (0.20, 0.16), ((_ASCII, 0.6), (_PLAIN, 0.4)), False, 0.6, 0.9, 0.02, 0.1, 0.5,
           0.55, 0.35, 0.45, 0.2, 0.75, 0.0, 0.04, "{street} {house}, {city} {postcode}"),
    Agency("prison", (0.10, 0.0), ((_SCHOLARLY, 0.6), (_PLAIN, 0.4)), False, 0.4, 0.97, 0.08, 0.5,
           0.4, 0.5, 0.0, 0.1, 0.0, 0.3, 0.2, 0.06, "{house} {street}, {postcode} {city}"),
    Agency("customs", (0.08, 0.06), ((_PLAIN, 0.5), (_ASCII, 0.5)), False, 0.3, 0.5, 0.1, 0.0, 0.5,
           0.0, 0.45, 0.6, 0.2, 0.65, 0.0, 0.06, "{street} {house}, {postcode} {city}"),
    Agency("register", (0.14, 0.40), ((_NATIVE, 0.6), (_SCHOLARLY, 0.4)), True, 0.9, 0.99, 0.0, 0.5,
           0.3, 0.96, 0.0, 0.4, 0.25, 0.9, 0.0, 0.01, "{house} {street}, {postcode} {city}"),
)  # fmt: skip

PLACEHOLDER: Final = 0.004
"""Share of records that say *unknown* in a field: a number, or 1900-01-01 as a birth date."""
PLACEHOLDERS: Final = ("N/A", "UNKNOWN", "000000000", "999999999")
HUB: Final = 0.012
"""Share of telephones that are those of a hotel, a travel agency, a call centre."""
HUBS: Final = 120
OTHER_PHONE: Final = 0.12
"""Share of records with a number that the person had at another time."""
OTHER_PAPER: Final = 0.06
"""Share of passports that are an earlier or later one."""
DATE_SLIP: Final = 0.015
SWAPPED: Final = 0.012
"""Share of records with given and family name in each other's field."""

_NEAR: Final = {
    "a": "eos", "b": "vn", "c": "xvk", "d": "sf", "e": "ai", "f": "dg", "g": "fh", "h": "gj",
    "i": "ey", "j": "hk", "k": "jc", "l": "k", "m": "n", "n": "mb", "o": "ua", "p": "o",
    "q": "k", "r": "te", "s": "zd", "t": "rd", "u": "oi", "v": "bw", "w": "v", "x": "z",
    "y": "i", "z": "sx",
}  # fmt: skip


def slip(word: str, rng: random.Random) -> str:
    """Return a word with one slip: a letter left out, doubled, exchanged with the next, or near."""
    if len(word) < 4:
        return word
    at = rng.randrange(1, len(word) - 1)
    kind = rng.random()
    if kind < 0.3:
        return word[:at] + word[at + 1 :]
    if kind < 0.45:
        return word[:at] + word[at] + word[at:]
    if kind < 0.65:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    near = rng.choice(_NEAR.get(word[at].lower(), "e"))
    return word[:at] + (near.upper() if word[at].isupper() else near) + word[at + 1 :]


def date_slip(date: str, rng: random.Random) -> str:
    """Return a date with day and month exchanged where that is a date, else one number wrong."""
    year, month, day = date[:4], date[5:7], date[8:]
    if day <= "12" and day != month and rng.random() < 0.6:
        return f"{year}-{day}-{month}"
    if rng.random() < 0.5:
        return f"{year}-{month}-{int(day) % 28 + 1:02d}"
    return f"{year[:3]}{(int(year[3]) + rng.randrange(1, 10)) % 10}-{month}-{min(day, '28')}"


def number_slip(number: str, rng: random.Random) -> str:
    """Return a number with two neighbouring digits exchanged, or one other digit."""
    at = rng.randrange(2, len(number) - 1)
    if rng.random() < 0.5:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    return number[:at] + str(rng.randrange(10)) + number[at + 1 :]
