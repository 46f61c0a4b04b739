"""Name pools of four scripts, in every spelling that an agency of Ruritania uses.

Latin and Cyrillic pools are the lists of Faker; Arabic and Han pools are small tables of our own. A
person's name is
drawn from the pools and from nothing else, so no real person is described; the caller may name full
names to avoid.
"""

import csv
import importlib
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ZIPF: Final = 0.85
"""Exponent of the frequency of a name by its rank."""


class Scheme(IntEnum):
    """How a name is spelt."""

    NATIVE = 0
    SCHOLARLY = 1
    PLAIN = 2
    ASCII = 3
    ICAO = 4


@dataclass(frozen=True, slots=True)
class Pool:
    """Names that go together; members are places in the lists of `Names`."""

    share: float
    male: range
    female: range
    family: range
    patronymic: bool
    """Whether a father's given name stands between given and family name."""


@dataclass(frozen=True, slots=True)
class Names:
    """Spellings by `Scheme`: ``given[scheme][name]``; family names have a second, feminine list."""

    pools: tuple[Pool, ...]
    given: tuple[list[str], ...]
    family: tuple[list[str], ...]
    family_feminine: tuple[list[str], ...]


_FAKER: Final = (
    ("de_DE", 0.19),
    ("hr_HR", 0.13),
    ("fr_FR", 0.10),
    ("it_IT", 0.10),
    ("es_ES", 0.08),
    ("en_GB", 0.08),
    ("cs_CZ", 0.05),
    ("ru_RU", 0.07),
    ("uk_UA", 0.05),
)
_TABLES: Final = (("arabic", 0.11), ("han", 0.04))
_FEMININE: Final = (("ский", "ская"), ("цкий", "цкая"), ("ов", "ова"), ("ев", "ева"), ("ин", "ина"))
_SPECIAL: Final = str.maketrans(
    {
        "ß": "ss",
        "đ": "d",
        "Đ": "D",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "\u2019": "'",
    }
)
_MRZ: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ ")
_MACHINE: Final = str.maketrans(
    {"Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA", "Ñ": "N", "'": "", "-": " ", "\u2019": ""}
)


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of ``data/<name>.csv`` of this layer."""
    text = resources.files("maillon.training").joinpath(f"data/{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def without_marks(text: str) -> str:
    """Return ``text`` with every accent and special Latin letter made plain, e.g.

    ``Müller`` gives ``Muller``.
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_SPECIAL))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


@lru_cache(200_000)
def machine_readable(text: str) -> str:
    """Return the spelling of a machine readable travel document, e.g.

    ``Müller-Žák`` gives ``MUELLER ZAK``.

    Source: ICAO Doc 9303-3, section 6, A.
    """
    plain = without_marks(text.upper().translate(_MACHINE)).upper()
    return " ".join("".join(c for c in plain if c in _MRZ).split())


@cache
def _letters() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    rows = table("cyrillic")
    return (
        {r["letter"]: r["scholarly"] for r in rows},
        {r["letter"]: r["plain"] for r in rows},
        {r["letter"]: r["icao"] for r in rows},
    )


def _romanised(word: str) -> tuple[str, str, str, str]:
    """Return scholarly, plain, ASCII and ICAO spellings of a Cyrillic word."""
    scholarly, plain, icao = ("".join(t.get(c, c) for c in word.lower()) for t in _letters())
    return tuple(w[:1].upper() + w[1:] for w in (scholarly, plain, icao, icao))  # type: ignore[return-value]


def _spellings(native: str, *, cyrillic: bool) -> tuple[str, ...]:
    """Return a spelling for each `Scheme`."""
    if cyrillic:
        scholarly, plain, ascii_, icao = _romanised(native)
        return native, scholarly, plain, ascii_.upper(), machine_readable(icao)
    bare = without_marks(native)
    return native, native, bare, bare.upper(), machine_readable(native)


def _feminine(name: str) -> str:
    for ending, other in _FEMININE:
        if name.endswith(ending):
            return name.removesuffix(ending) + other
    return name


def _listed(provider: Any, *attributes: str) -> list[str]:  # noqa: ANN401 - Faker types its tables loosely
    """Return the first of the provider's name lists that is there, without titles and doubles."""
    for attribute in attributes:
        values = getattr(provider, attribute, None)
        if values:
            return sorted({v for v in values if v.isalpha() or "-" in v})
    return []


def names() -> Names:
    """Return all pools with their spellings; the same for every country."""
    given: list[tuple[str, ...]] = []
    family: list[tuple[str, ...]] = []
    feminine: list[tuple[str, ...]] = []
    pools: list[Pool] = []

    for locale, share in _FAKER:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        cyrillic = locale in {"ru_RU", "uk_UA"}
        lists = (
            _listed(provider, "first_names_male", "first_names"),
            _listed(provider, "first_names_female", "first_names"),
            _listed(provider, "last_names_male", "last_names"),
        )
        male, female, last = ([_spellings(n, cyrillic=cyrillic) for n in x] for x in lists)
        wives = [_spellings(_feminine(n) if cyrillic else n, cyrillic=cyrillic) for n in lists[2]]
        feminine.extend(wives)
        pools.append(
            Pool(
                share, _add(male, given), _add(female, given), _add(last, family), patronymic=False
            )
        )
    for name, share in _TABLES:
        rows = {"male": [], "female": [], "family": []}  # type: dict[str, list[tuple[str, ...]]]
        for r in table(name):
            ascii_ = r["ascii"].upper()
            rows[r["kind"]].append(
                (r["native"], r["scholarly"], r["plain"], ascii_, machine_readable(r["plain"]))
            )
        feminine.extend(rows["family"])
        pools.append(
            Pool(
                share,
                _add(rows["male"], given),
                _add(rows["female"], given),
                _add(rows["family"], family),
                patronymic=name == "arabic",
            )
        )

    return Names(tuple(pools), _by_scheme(given), _by_scheme(family), _by_scheme(feminine))


def _add(rows: list[tuple[str, ...]], to: list[tuple[str, ...]]) -> range:
    start = len(to)
    to.extend(rows)
    return range(start, len(to))


def _by_scheme(rows: list[tuple[str, ...]]) -> tuple[list[str], ...]:
    return tuple([row[scheme] for row in rows] for scheme in Scheme)


def zipf(rng: np.random.Generator, members: range, count: int) -> Ints:
    """Return ``count`` members, the frequency of each by a rank that ``rng`` deals out."""
    order = rng.permutation(len(members))
    weights = 1.0 / np.arange(1, len(members) + 1) ** ZIPF
    ranks = rng.choice(len(members), size=count, p=weights / weights.sum())
    return np.asarray(members.start + order[ranks], dtype=np.int64)
