"""The words of names as columns: each part, and each two neighbours that may be one word."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from maillon.screen.compare import CASED
from maillon.screen.entry import Name, Origin

Numbers = npt.NDArray[np.int64]


class Slots(NamedTuple):
    """The words of names, one row a word of a name.

    Attributes:
        row: Number of the name.
        asked: Number of the word among the distinct words.
        weight: Of the word in the name.
        first: Number of its first part.
        span: How many parts it holds.
    """

    row: Numbers
    asked: Numbers
    weight: npt.NDArray[np.float32]
    first: Numbers
    span: Numbers


def slots(names: Iterable[Name]) -> tuple[list[Origin], Slots]:
    """Return the distinct words of all names, and where they stand: parts, then neighbours."""
    numbers: dict[Origin, int] = {}
    row: list[int] = []
    asked: list[int] = []
    weights: list[float] = []
    place: list[int] = []
    span: list[int] = []
    for here, name in enumerate(names):
        parts = name.parts
        for first, part in enumerate(parts):
            row.append(here)
            asked.append(numbers.setdefault(part.origin, len(numbers)))
            weights.append(part.weight)
            place.append(first)
            span.append(1)
        for first, word in name.joined_words.items():
            row.append(here)
            asked.append(numbers.setdefault(Origin(word, span=2), len(numbers)))
            weights.append(parts[first].weight + parts[first + 1].weight)
            place.append(first)
            span.append(2)
    return list(numbers), Slots(
        np.asarray(row, np.int64), np.asarray(asked, np.int64), np.asarray(weights, np.float32),
        np.asarray(place, np.int64), np.asarray(span, np.int64),
    )  # fmt: skip


def apart(names: Iterable[Name], number: int) -> tuple[list[str], Slots]:
    """Return neighbours that are no usual compound as one word each: a space too many in a word.

    Args:
        names: The names.
        number: Of the first of these words.
    """
    texts: list[str] = []
    rows: list[tuple[int, int, float, int, int]] = []
    for here, name in enumerate(names):
        usual = name.joined_words
        for first, (one, two) in enumerate(pairwise(name.parts)):
            if first not in usual and one.script == two.script and one.script in CASED:
                rows.append((here, number + len(texts), one.weight + two.weight, first, 2))
                texts.append(one.text + two.text)
    columns = zip(*rows, strict=True) if rows else ((),) * len(Slots._fields)
    return texts, Slots(*(np.asarray(c, t) for c, t in zip(columns, _TYPES, strict=True)))


_TYPES: Final = (np.int64, np.int64, np.float32, np.int64, np.int64)


def lengths(held: Slots, count: int) -> npt.NDArray[np.float32]:
    """Return the length of each of so many names as a vector of its parts' weights."""
    alone = held.span == 1
    square = held.weight[alone].astype(np.float64) ** 2
    found = np.sqrt(np.bincount(held.row[alone], square, minlength=count))
    found[found == 0] = 1.0
    return found.astype(np.float32)
