"""Which words of a list a word of a query may be: by a key in common, or letter by letter.

What was found for a word is remembered with the segment: the words of a batch recur in the next.
"""

import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA, Indel

from maillon.screen.columns import spread, stack, take
from maillon.screen.compare import ABJADS, CASED
from maillon.screen.entry import Origin, Part
from maillon.screen.keytable import (
    DELETED,
    START,
    STARTING,
    WORD,
    Hashes,
    deletions,
    key_hashes,
    part_keys,
    substrings,
)
from maillon.screen.normalise import PARTICLES

if TYPE_CHECKING:
    from maillon.screen.index import Segment

TWICE: Final = ord("D")
"""Kind of a word from which two letters differ."""
PIECE: Final = ord("r")
"""Kind of a word that is one of several that a long word spells."""

_WORTH: Final = {
    WORD: 1.0, ord("n"): 1.0, ord("s"): 0.95, ord("a"): 0.93, ord("b"): 0.8, ord("z"): 0.95,
    ord("k"): 0.95, ord("x"): 0.9,
    ord("c"): 0.9, ord("l"): 0.7, START: 0.7, DELETED: 0.0, PIECE: 0.9,
}  # fmt: skip
_BY_KIND: Final = np.zeros(256, np.float32)
_BY_KIND[list(_WORTH)] = list(_WORTH.values())
_BARE: Final = ord("a")
_BONES: Final = ord("b")
_SPELT: Final = ord("s")
_LOOSE: Final = ord("l")
_LETTERS: Final = (_SPELT, _LOOSE, DELETED, START)
_ONE_EDIT: Final = 0.85
_TWO_EDITS: Final = 0.7

MOST_WORDS: Final = 30_000
MOST_PAIRS: Final = 1_000_000
"""Words, and words found, that one segment remembers: about 20 MB."""
AT_ONCE: Final = 250
"""Words that are looked for at once: what a word may be is found among millions of keys."""

Numbers = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float32]
Kinds = npt.NDArray[np.uint8]


class Likes(NamedTuple):
    """Pairs of words, one row a pair.

    Attributes:
        asked: Number of the query's word.
        word: Number of the list's word.
        worth: How much of the word's weight counts when candidates are searched.
        kind: The key in common, the code of its letter.
        near: 1.0 for the same letters, less for fewer.
    """

    asked: Numbers
    word: Numbers
    worth: Reals
    kind: Kinds
    near: Reals


class _Found(NamedTuple):
    """`Likes` without who asked, the words as 32 bits: there are millions."""

    word: npt.NDArray[np.int32]
    worth: Reals
    kind: Kinds
    near: Reals


class Memory:
    """What was found for words that were asked for before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._numbers: dict[Origin, int] = {}
        self._starts = np.zeros(1, np.int64)
        self._found = _Found(
            np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0, np.uint8),
            np.zeros(0, np.float32),
        )  # fmt: skip

    def ask(self, words: Sequence[Origin], segment: "Segment", most: int = MOST_PAIRS) -> Likes:
        """Return which list words each word may be, by the words' numbers in their order."""
        with self._lock:
            if len(self._numbers) > MOST_WORDS or len(self._found.word) > most:
                self._forget()
            new = [word for word in words if word not in self._numbers]
            if new:
                distinct = list(dict.fromkeys(new))
                for begin in range(0, len(distinct), AT_ONCE):
                    self._learn(distinct[begin : begin + AT_ONCE], segment)
            numbers = np.asarray([self._numbers[word] for word in words], np.int64)
            starts, found = self._starts, self._found
        asked, place = spread(starts[numbers], starts[numbers + 1] - starts[numbers])
        held = take(found, place)
        return Likes(asked, held.word.astype(np.int64), held.worth, held.kind, held.near)

    def _learn(self, words: Sequence[Origin], segment: "Segment") -> None:
        found = similar(words, segment)
        count = np.bincount(found.asked, minlength=len(words))
        for word in words:
            self._numbers[word] = len(self._numbers)
        ends = self._starts[-1] + np.cumsum(count)
        self._starts = np.concatenate([self._starts, ends])
        self._found = stack(self._found, _Found(found.word.astype(np.int32), *found[2:]))


def exact(texts: Sequence[str], number: int, segment: "Segment") -> Likes:
    """Return the single words of a list that are written like these.

    Args:
        texts: Lower-case ASCII words.
        number: Of the first of them.
        segment: The list side.
    """
    asked, word, kind = segment.keys.find(key_hashes([f"t:{text}" for text in texts]))
    kept = (kind == WORD) & (segment.span[word] == 1)
    asked, word, kind = asked[kept], word[kept], kind[kept]
    full = np.ones(len(asked), np.float32)
    return Likes(asked + number, word, full, kind, full)


def similar(words: Sequence[Origin], segment: "Segment") -> Likes:
    """Return which list words each word may be, by word; of several keys the best one counts."""
    parts = [Part(word) for word in words]
    found = _by_keys(parts, segment)
    more = _pieces(parts, segment, found)
    if not len(more.asked):
        return found
    both = stack(found, more)
    both = take(both, np.lexsort((both.kind == PIECE, both.word, both.asked)))
    again = np.flatnonzero(~_first(both.asked, both.word))
    both.worth[again] = np.maximum(both.worth[again] - both.worth[again - 1], 0)  # no more than one
    return both


def _first(asked: Numbers, word: Numbers) -> npt.NDArray[np.bool_]:
    """Return which rows are the first of their pair, of rows that are sorted."""
    found = np.ones(len(asked), bool)
    found[1:] = (asked[1:] != asked[:-1]) | (word[1:] != word[:-1])
    return found


def _by_keys(parts: Sequence[Part], segment: "Segment") -> Likes:
    asker, word, kind = _keys_in_common(parts, segment)
    # two words that are one on the other side: never two against two, which are found as they are
    spans = np.asarray([part.span for part in parts], np.uint8)
    alone = (spans[asker] == 1) | (segment.span[word] == 1)
    # what a script without vowels holds of a word tells only between such a script and another
    abjad = np.asarray([part.script in ABJADS for part in parts], np.bool_)
    alone &= ((kind != _BARE) & (kind != _BONES)) | (abjad[asker] != segment.abjad[word])
    asker, word, kind = asker[alone], word[alone], kind[alone]
    # of the keys that a pair has in common the best one counts
    order = np.lexsort((kind, -_BY_KIND[kind], word, asker))
    asker, word, kind = asker[order], word[order], kind[order]
    first = _first(asker, word)
    asker, word, kind = asker[first], word[first], kind[first]
    found = Likes(asker, word, _BY_KIND[kind], kind, np.ones(len(kind), np.float32))
    _letters(parts, segment, found)
    return take(found, found.worth > 0)


def _keys_in_common(parts: Sequence[Part], segment: "Segment") -> tuple[Numbers, Numbers, Kinds]:
    keys: list[str] = []
    asked: list[int] = []
    for number, part in enumerate(parts):
        held = part_keys(part, starts=True)
        keys += held
        asked += [number] * len(held)
    single = [n for n, part in enumerate(parts) if part.span == 1 and part.script in CASED]
    rests, owners = deletions([parts[n].text for n in single])
    all_hashes = np.concatenate([key_hashes(keys), rests])
    all_asked = np.concatenate([np.asarray(asked, np.int64), np.asarray(single, np.int64)[owners]])
    which, word, kind = segment.keys.find(all_hashes)
    return all_asked[which], word, kind


def _letters(parts: Sequence[Part], segment: "Segment", found: Likes) -> None:
    """Look at the letters where a key alone does not say how near two words are."""
    cased = np.asarray([part.script in CASED for part in parts], np.bool_)
    rows = np.flatnonzero(
        np.isin(found.kind, _LETTERS) & cased[found.asked] & segment.cased[found.word]
    )
    if not len(rows):
        return
    mine = [parts[n].text for n in found.asked[rows].tolist()]
    distinct, back = np.unique(found.word[rows], return_inverse=True)
    texts = [segment.word_text(n) for n in distinct.tolist()]
    theirs = [texts[n] for n in back.tolist()]
    found.near[rows] = process.cpdist(
        mine, theirs, scorer=Indel.normalized_similarity, dtype=np.float32, workers=1
    )
    edited = np.flatnonzero(found.kind[rows] != _SPELT)
    _edits([mine[n] for n in edited], [theirs[n] for n in edited], rows[edited], found)


def _edits(mine: list[str], theirs: list[str], rows: Numbers, found: Likes) -> None:
    """Tell how many letters differ, in the rows that say so or that only sound alike."""
    kind = found.kind[rows]
    distance = process.cpdist(mine, theirs, scorer=OSA.distance, dtype=np.int32, workers=1)
    sizes = np.asarray([(len(a), len(b)) for a, b in zip(mine, theirs, strict=True)], np.int64)
    short, long = sizes.reshape(-1, 2).min(axis=1), sizes.reshape(-1, 2).max(axis=1)
    one = distance == 1
    two = (distance == 2) & (short >= TWO_EDITS)  # noqa: PLR2004 - two edits
    begins = np.asarray(
        [a.startswith(b) or b.startswith(a) for a, b in zip(mine, theirs, strict=True)], np.bool_
    )
    cut = ~one & ~two & begins & (short >= STARTING) & (long - short <= MOST_CUT)
    loose = (kind == _LOOSE) & ~one & ~two & ~cut
    value = np.where(one, _ONE_EDIT, np.where(two, _TWO_EDITS, np.where(cut, _WORTH[START], 0.0)))
    found.worth[rows] = np.where(kind == _LOOSE, np.maximum(value, _WORTH[_LOOSE]), value)
    found.near[rows[~loose]] = (1 - distance / np.maximum(long, 1))[~loose]
    found.kind[rows] = np.where(one, DELETED, np.where(two, TWICE, np.where(loose, _LOOSE, START)))


TWO_EDITS: Final = 7
"""Letters from which two may differ."""
MOST_CUT: Final = 4
"""Letters that may be cut off."""


def _pieces(parts: Sequence[Part], segment: "Segment", found: Likes) -> Likes:
    """Return the list's words that spell a long word of the query that is none of the list's."""
    best = np.zeros(len(parts), np.float32)
    written = segment.cased[found.word]  # consonants in common are no reason not to look closer
    np.maximum.at(best, found.asked[written], found.worth[written])
    unsure = [
        number
        for number in np.flatnonzero(best < _SURE).tolist()
        if parts[number].span == 1
        and len(parts[number].text) >= SHORTEST_RUN
        and parts[number].script in CASED
    ]
    row, word = pieces([parts[number].text for number in unsure], segment)
    size = len(row)
    return Likes(
        np.asarray(unsure, np.int64)[row], word, np.full(size, _WORTH[PIECE], np.float32),
        np.full(size, PIECE, np.uint8), np.ones(size, np.float32),
    )  # fmt: skip


SHORTEST_RUN: Final = 6
"""Letters from which a word may be several that were written without spaces."""
_LONGEST_PIECE: Final = 16
_SURE: Final = 0.75
_CUT_OFF: Final = 4


def pieces(texts: Sequence[str], segment: "Segment") -> tuple[Numbers, Numbers]:
    """Return the list's words that spell texts end to end, particles between them left out.

    All words of every way to spell it. Up to four letters at the end may be the beginning of a
    word that was cut off.

    Returns:
        Number of the text, and of the list's word.
    """
    word, start, end, hashes = substrings(texts, _LONGEST_PIECE)
    lengths = np.asarray([len(text) for text in texts], np.int64)
    which, number, _ = segment.keys.find(hashes)
    steps = np.isin(hashes, _particles())
    steps[which] = True
    steps &= (end - start) < lengths[word]
    # a way begins at the first letter, and ends where no more than a few letters are missing
    begins = np.zeros(len(texts), bool)
    begins[word[steps & (start == 0)]] = True
    ends = np.zeros(len(texts), bool)
    ends[word[steps & (end >= np.maximum(lengths[word] - _CUT_OFF, 3))]] = True
    steps &= (begins & ends)[word]
    on_way = np.zeros(len(word), bool)
    rows = np.flatnonzero(steps)
    rows = rows[np.lexsort((start[rows], word[rows]))]
    for held in np.split(rows, np.flatnonzero(np.diff(word[rows])) + 1) if len(rows) else ():
        on_way[held] = _ways(start[held].tolist(), end[held].tolist(), int(lengths[word[held[0]]]))
    kept = on_way[which]
    found = np.unique(np.stack([word[which[kept]], number[kept]], axis=1), axis=0)
    return found[:, 0], found[:, 1]


def _ways(start: list[int], end: list[int], length: int) -> list[bool]:
    """Return which steps lie on a way from the first letter to the end, by where they start."""
    reached, closing = {0}, set(range(max(length - _CUT_OFF, 3), length + 1))
    for one, two in zip(start, end, strict=True):
        if one in reached:
            reached.add(two)
    for one, two in zip(reversed(start), reversed(end), strict=True):
        if two in closing:
            closing.add(one)
    return [one in reached and two in closing for one, two in zip(start, end, strict=True)]


@cache
def _particles() -> Hashes:
    return key_hashes(["t:" + particle for particle in sorted(PARTICLES)])
