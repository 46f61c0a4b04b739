"""The most points that facts can add to a name, for many pairs at once, before any is scored.

Each record's facts become masks of bits, in which equal values have equal bits: a bit in common may
be a value in common, none in common is none.
"""

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt

from maillon.screen.dates import year_range
from maillon.screen.entry import COUNTRY_PROPS, Entry
from maillon.screen.facts import PLACE_PROPS, likelihoods, place_words
from maillon.screen.model import ABOVE, model
from maillon.screen.score import SUPPORT

SLACK: Final = 0.6
"""Points by which the bound may fall short of what a pair turns out to get; bench/funnel.py prints
what is lost by it."""
LOWEST: Final = -8.0
"""Least points that a pair must be able to reach, whatever the threshold."""
OTHER_KIND: Final = -6.0
FEW_YEARS: Final = 3
PERSON: Final = 1
OTHER: Final = 2
"""Kinds of record: a person, and something that is none; 0 for what may be either."""

Points = npt.NDArray[np.float64]


class Facts(NamedTuple):
    """Facts of records, one row a record.

    Attributes:
        kind: `PERSON`, `OTHER` or 0.
        country: Mask of countries.
        gender: Mask of genders.
        place: Mask of the words of places.
        years: First and last year of birth, and the day: see `dates.year_range`.
    """

    kind: npt.NDArray[np.uint8]
    country: npt.NDArray[np.uint64]
    gender: npt.NDArray[np.uint64]
    place: npt.NDArray[np.uint64]
    years: npt.NDArray[np.int32]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Facts":
        """Return the facts of entries, in their order."""
        rows = [_facts(one) for one in entries]
        kind, country, gender, place, years = zip(*rows, strict=True) if rows else ((),) * 5
        return cls(
            np.asarray(kind, np.uint8), np.asarray(country, np.uint64),
            np.asarray(gender, np.uint64), np.asarray(place, np.uint64),
            np.asarray(years, np.int32).reshape(-1, 3),
        )  # fmt: skip

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays to keep."""
        return {f"fact_{name}": array for name, array in self._asdict().items()}

    @classmethod
    def kept(cls, arrays: dict[str, npt.NDArray[Any]]) -> "Facts":
        """Return the facts that `arrays` made."""
        return cls(*(arrays[f"fact_{name}"] for name in cls._fields))


def _facts(one: Entry) -> tuple[int, int, int, int, tuple[int, int, int]]:
    group = one.group
    kind = PERSON if group == "person" else OTHER if group else 0
    held = one.facts
    if not held:
        return kind, 0, 0, 0, (0, 0, 0)
    country = gender = place = 0
    for prop, values in held.items():
        if prop in COUNTRIES:
            country |= _mask(values)
        elif prop == "gender":
            gender |= _mask(values)
        elif prop in PLACE_PROPS:
            for text in values:
                place |= _mask(tuple(place_words(text)))
    return kind, country, gender, place, year_range(held.get("birthDate", ()))


@lru_cache(maxsize=1 << 13)
def _mask(values: tuple[str, ...]) -> int:
    found = 0
    for value in values:
        found |= 1 << (crc32(value.casefold().encode(errors="surrogatepass")) & 63)
    return found


COUNTRIES: Final = frozenset(COUNTRY_PROPS)


def least_points(threshold: float) -> float:
    """Return the points that a pair must be able to reach for a score at a threshold."""
    if threshold <= 0:
        return LOWEST
    return max(LOWEST, math.log(threshold / max(1 - threshold, 1e-6)) - SLACK)


def odds(points: Points, persons: npt.NDArray[np.bool_]) -> Points:
    """Return the calibrated log odds of the points of names, as `Model.on_curve`."""
    found = np.zeros(len(points))
    for group, inside in (("person", persons), ("organisation", ~persons)):
        if not inside.any():
            continue
        knots = np.asarray(model().curves[group], np.float64).reshape(-1, 2)
        if not len(knots):
            found[inside] = points[inside]
            continue
        (first, low), (last, high) = knots[0], knots[-1]
        held = points[inside]
        value = np.interp(held, knots[:, 0], knots[:, 1])
        value = np.where(held < first, low + held - first, value)
        found[inside] = np.where(held > last, high + ABOVE * (held - last), value)
    return found


def ceiling(persons: npt.NDArray[np.bool_]) -> Points:
    """Return the greatest log odds that any name can have."""
    return np.where(persons, *(odds(_HIGH, np.asarray([one])) for one in (True, False)))


_HIGH: Final = np.asarray([20.0])


def by_facts(mine: Facts, theirs: Facts) -> tuple[Points, Points]:
    """Return the most points of the facts that agree, and of those that differ, one row a pair."""
    table = likelihoods()
    agree, differ = np.zeros(len(mine.kind)), np.zeros(len(mine.kind))
    for name in ("country", "gender", "place"):
        one, two = getattr(mine, name), getattr(theirs, name)
        both, same = (one > 0) & (two > 0), (one & two) > 0
        agree += np.where(same, table[name]["same"], 0.0)
        differ += np.where(both & ~same, table[name].get("other", 0.0), 0.0)
    born = by_year(mine.years, theirs.years)
    other = (mine.kind > 0) & (theirs.kind > 0) & (mine.kind != theirs.kind)
    differ += np.minimum(born, 0) + np.where(other, OTHER_KIND, 0.0)
    return agree + np.maximum(born, 0), differ


def with_facts(odds: Points, agree: Points, differ: Points) -> Points:
    """Return the most points of pairs whose names have such odds: facts support a name."""
    found: Points = odds + np.minimum(agree, np.maximum(odds + SUPPORT, 0)) + differ
    return found


def by_year(mine: npt.NDArray[np.int32], theirs: npt.NDArray[np.int32]) -> Points:
    """Return the most points that the birth dates can add, from their years and days."""
    table = likelihoods()["birth date"]
    one, two = mine[:, 2], theirs[:, 2]
    known = (mine[:, 0] > 0) & (theirs[:, 0] > 0)
    gap = np.maximum(mine[:, 0] - theirs[:, 1], theirs[:, 0] - mine[:, 1])
    whole = (one > 0) & (two > 0)
    same_day = whole & (one == two)
    far = np.where(gap <= FEW_YEARS, table["few years apart"], table["other year"])
    far = np.where(same_day, table["one digit differs"], far)
    turned = one % 100 * 100 + one // 100 == two
    day = np.where(_near_day(one, two), table["one digit differs"], table["other day"])
    day = np.where(turned, table["day and month swapped"], day)
    close = np.where(whole & ~same_day, day, table["same day"])
    apart = np.where(whole, table["year apart"], table["about"])
    close = np.where(gap > 0, np.where(same_day, table["one digit differs"], apart), close)
    return np.where(known, np.where(gap <= 1, close, far), 0.0)


def _near_day(one: npt.NDArray[np.int32], two: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    """Return where days differ in one digit, or one stands for a day that nobody knows."""
    digits = sum((one // power % 10 != two // power % 10).astype(np.int8) for power in POWERS)
    found: npt.NDArray[np.bool_] = digits == 1
    for day in NOBODY_KNOWS:
        found |= (one == day) | (two == day)
    return found


POWERS: Final = (1000, 100, 10, 1)
NOBODY_KNOWS: Final = (101, 1231)
"""The first of January and the last of December, as month * 100 + day."""
