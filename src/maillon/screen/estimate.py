"""What pairs of names would score, for many pairs at once, from which words they have in common.

The same sum as `namescore` makes of an alignment, with the words' keys in place of the comparison
of their parts, and the strongest match first in place of the best assignment: a pair that stays far
below what is asked for is not scored. Where the sum cannot know, it takes the better case.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from maillon.screen import compare
from maillon.screen.columns import take
from maillon.screen.entry import Name
from maillon.screen.keytable import DELETED, START, WORD
from maillon.screen.model import Model
from maillon.screen.namescore import ENOUGH
from maillon.screen.similar import PIECE, TWICE

Numbers = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Masks = npt.NDArray[np.uint32]

WIDTH: Final = 8
"""Parts of a list name that are looked at, and as many neighbours that are one."""
GROUPS: Final = ("person", "organisation")
LIKE: Final = 0.9
"""Share of letters in common, at best, of two parts that are left over."""
INITIAL: Final = 2.5
"""Weight of a part of one letter."""
SHORT: Final = 4
"""Letters up to which a part may be a misspelt particle of the other name."""

_VERDICTS: Final = {
    WORD: compare.EXACT, ord("n"): compare.EXACT, ord("s"): compare.SPELLING,
    ord("a"): compare.SCRIPT, ord("b"): compare.SCRIPT, ord("z"): compare.SYLLABLE,
    ord("k"): compare.SYLLABLE, ord("x"): compare.NAME, ord("c"): compare.CONCEPT,
    ord("l"): compare.LOOSE, DELETED: compare.TYPO, TWICE: compare.TYPOS, START: compare.PREFIX,
    PIECE: compare.EXACT,
}  # fmt: skip


class Shape(NamedTuple):
    """What names are besides their words, one row a name.

    Attributes:
        size: Number of parts.
        whole: Sum of their weights.
        initials: Parts of one letter.
        short: Mask of the last letters of parts of up to four letters.
        after: Mask of the last letters of particles.
        weak: Whether the list calls it weak.
    """

    size: npt.NDArray[np.int32]
    whole: npt.NDArray[np.float32]
    initials: npt.NDArray[np.uint8]
    short: Masks
    after: Masks
    weak: Flags

    @classmethod
    def of(cls, names: Sequence[Name]) -> "Shape":
        """Return the shapes of names."""
        rows = [_shape(name) for name in names]
        columns = zip(*rows, strict=True) if rows else ((),) * len(cls._fields)
        return cls(*(np.asarray(c, t) for c, t in zip(columns, _TYPES, strict=True)))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays to keep."""
        return {f"name_{name}": array for name, array in self._asdict().items()}

    @classmethod
    def kept(cls, arrays: dict[str, npt.NDArray[Any]]) -> "Shape":
        """Return the shapes that `arrays` made."""
        return cls(*(arrays[f"name_{name}"] for name in cls._fields))


_TYPES: Final = (np.int32, np.float32, np.uint8, np.uint32, np.uint32, np.bool_)


def _shape(name: Name) -> tuple[int, float, int, int, int, bool]:
    whole, initials, short, after = 0.0, 0, 0, 0
    for part in name.parts:
        text = part.text
        whole += part.weight
        if len(text) <= SHORT:
            short |= 1 << (ord(text[-1]) & 31)
            initials += len(text) == 1
        if part.after:
            after |= 1 << (ord(part.after[-1]) & 31)
    return len(name.parts), whole, initials, short, after, name.weak


class Edges(NamedTuple):
    """Words that two names have in common, one row a word.

    Attributes:
        pair: Number of the pair of names.
        mine: Mask of the parts of the query's name, and theirs of the list's name.
        theirs: See ``mine``.
        kind: The key in common, as `similar.Likes`.
        near: 1.0 for the same letters, less for fewer.
        weight: The lesser of the two words' weights.
        known: Whether both words are known names.
        joined: Whether one of the two is several words.
        own: Weight of the query's word, and other of the list's word.
        other: See ``own``.
    """

    pair: Numbers
    mine: Masks
    theirs: Masks
    kind: npt.NDArray[np.uint8]
    near: Reals
    weight: Reals
    known: Flags
    joined: Flags
    own: Reals
    other: Reals


class Agreed(NamedTuple):
    """What the words in common of each pair add up to.

    Attributes:
        points: Sum over the words.
        weight: Of the words in common; own and other as `Edges`.
        own: See ``weight``.
        other: See ``weight``.
        words: How many they are.
        mine: Mask of the parts that are used, of the query's name, and theirs of the list's name.
        theirs: See ``mine``.
    """

    points: Reals
    weight: Reals
    own: Reals
    other: Reals
    words: Numbers
    mine: Masks
    theirs: Masks


def agreed(edges: Edges, persons: Flags, current: Model) -> Agreed:
    """Take the strongest words in common of each pair, each part once.

    Args:
        edges: All words in common.
        persons: Of each pair whether it is scored as persons.
        current: The model.
    """
    edges = take(edges, _several(edges))
    points, worth = _points(edges, persons, current)
    size = len(persons)
    mine, theirs = np.zeros(size, np.uint32), np.zeros(size, np.uint32)
    taken = np.zeros(len(edges.pair), bool)
    piece: Flags = edges.kind == PIECE
    order = np.lexsort((-worth, edges.pair))
    while len(order):
        pair = edges.pair[order]
        best = order[np.concatenate([[True], pair[1:] != pair[:-1]])]
        taken[best] = True
        mine[edges.pair[best]] |= edges.mine[best]
        theirs[edges.pair[best]] |= edges.theirs[best]
        free = ((mine[pair] & edges.mine[order]) == 0) | (piece[order] & ~taken[order])
        order = order[free & ((theirs[pair] & edges.theirs[order]) == 0)]
    chosen = take(edges, taken)

    def total(values: Reals) -> Reals:
        return np.bincount(chosen.pair, values, minlength=size).astype(np.float64)

    return Agreed(
        total(points[taken]), total(chosen.weight), total(chosen.own), total(chosen.other),
        np.bincount(chosen.pair, minlength=size), mine, theirs,
    )  # fmt: skip


def _several(edges: Edges) -> Flags:
    """Return which words to keep: a long word spells at least two of the other name, or none."""
    piece: Flags = edges.kind == PIECE
    if not piece.any():
        return ~piece
    key = edges.pair[piece] * (1 << 32) + edges.mine[piece]
    _, back, count = np.unique(key, return_inverse=True, return_counts=True)
    kept = ~piece
    kept[np.flatnonzero(piece)] = count[back] > 1
    return kept


def _points(edges: Edges, persons: Flags, current: Model) -> tuple[Reals, Reals]:
    """Return the points of each word in common, and its worth when parts are aligned."""
    points, worth = np.zeros(len(edges.pair)), np.zeros(len(edges.pair))
    person = persons[edges.pair]
    edited = edges.known & ((edges.kind == DELETED) | (edges.kind == TWICE))
    for group, inside in zip(GROUPS, (person, ~person), strict=True):
        if not inside.any():
            continue
        table = current.groups[group]
        for kind, verdict in (*_VERDICTS.items(), (-1, compare.KNOWN)):
            at = inside & (edited if kind < 0 else (edges.kind == kind) & ~edited)
            if not at.any():
                continue
            weight, near = edges.weight[at], edges.near[at]
            once = table[verdict] + table["joined"] * edges.joined[at]
            points[at] = (
                once * (0.5 if kind == PIECE else 1.0)  # of two pieces or more, one word
                + table[f"{verdict} weight"] * weight + table[f"{verdict} distance"] * (1 - near)
            )  # fmt: skip
            worth[at] = compare.WORTH[verdict] * near * weight
    return points, worth


class Rest(NamedTuple):
    """What is left over of each pair.

    Attributes:
        points: All but what parts that are left over on both sides say against each other.
        against: Parts that are left over opposite each other.
        exact: Whether nothing was excused, and all parts were looked at.
    """

    points: Reals
    against: Numbers
    exact: Flags


def rest(mine: Shape, theirs: Shape, found: Agreed, persons: Flags, current: Model) -> Rest:
    """Return the sum of each pair but for the parts that contradict each other."""
    used, seen = _bits(found.mine), _bits(found.theirs)
    beyond = np.maximum(theirs.size - WIDTH, 0)  # parts of the list's name that are not looked at
    left = np.maximum(mine.size - used - beyond, 0)
    right = np.maximum(theirs.size - beyond - seen, 0)
    more = mine.size - used - left
    weight = np.maximum(mine.whole - found.own, 0)
    listed = np.maximum(theirs.whole - found.other, 0)
    # an initial stands for a part, and a short word may be a particle with a slip
    opposite = np.minimum(left, right)
    initials = np.minimum(mine.initials + theirs.initials.astype(np.int64), opposite)
    slips = ((mine.short & theirs.after) > 0).astype(np.int64) + ((theirs.short & mine.after) > 0)
    excused = initials + slips
    against = np.maximum(opposite - excused, 0)
    alone = np.where(opposite == 0, np.abs(weight - listed) * ((left + right) > 0), 0.0)
    share = alone / np.maximum(alone + found.weight, 1e-6)
    points = found.points.copy()
    for group, inside in zip(GROUPS, (persons, ~persons), strict=True):
        if not inside.any():
            continue
        table = current.groups[group]
        each = weight / np.maximum(mine.size - used, 1)
        points += inside * (
            current.intercepts[group]
            + (left + right - 2 * initials - slips <= 0) * max(table["complete"], 0.0)
            + initials * (table["initial"] + table["initial weight"] * INITIAL)
            + more * np.maximum(table["exact"] + table["exact weight"] * each, 0)
            + share * table["share left over"] * (excused == 0)
            + np.maximum(left - right - excused, 0) * table["added"]
            + np.maximum(right - left - excused, 0) * table["omitted"]
            + np.maximum(found.weight - ENOUGH, 0) * table["more than enough"]
            + (mine.weak | theirs.weak) * table["weak alias"]
            + _alone(mine, theirs, found, table)
        )  # fmt: skip
    return Rest(points, against, (excused == 0) & (beyond == 0))


def _alone(mine: Shape, theirs: Shape, found: Agreed, table: dict[str, float]) -> Reals:
    """Return what it costs that one part of each is all that agrees."""
    one = (found.words == 1) & (_bits(found.mine) + _bits(found.theirs) == 2)  # noqa: PLR2004 - one of each
    most, least = np.maximum(mine.size, theirs.size), np.minimum(mine.size, theirs.size)
    value = np.where(
        most == 1, table["single part"],
        np.where(least == 1, table["one part of several"], table["one part in common"]),
    )  # fmt: skip
    return np.asarray(value * one, np.float64)


def opposed(against: Numbers, near: Reals, least: Reals, persons: Flags, current: Model) -> Reals:
    """Return what parts that are left over on both sides say against each other.

    Args:
        against: How many of each name.
        near: How near they are on average, 1.0 for the same letters.
        least: How near those are that differ most.
        persons: Of each pair whether it is scored as persons.
        current: The model.
    """
    found = np.zeros(len(against))
    for group, inside in zip(GROUPS, (persons, ~persons), strict=True):
        if not inside.any():
            continue
        table = current.groups[group]
        found += inside * (
            against * (table["contradicted"] + table["contradicted distance"] * (1 - near))
            + (against > 0) * table["a part contradicted"] * (1 - least)
        )
    return found


def _bits(masks: Masks) -> Numbers:
    return np.bitwise_count(masks).astype(np.int64)
