"""Candidates: which list names are worth a full score.

Each word of a query finds the list's words that share a key with it: the word itself, its
spelling in any romanisation or script, what is left when letters are deleted. The words found,
each worth what its key is worth, are a vector; list names are vectors of their own words; the
nearest names are the candidates. A name of a record with eighty aliases counts like any other:
names are compared, never the sum of a record's names. More words in a query never take a word's
names away from another.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA
from scipy.sparse import csr_matrix
from sparse_dot_topn import sp_matmul_topn

from maillon.screen.compare import ABJADS, CASED
from maillon.screen.entry import Name, Part
from maillon.screen.index import Segment, join_weight, norm
from maillon.screen.keytable import (
    DELETED,
    START,
    STARTING,
    WORD,
    deletions,
    key_hash,
    part_keys,
)
from maillon.screen.model import model
from maillon.screen.normalise import PARTICLES

TOP: Final = 50
"""Candidate names of one query name."""

FLOOR: Final = 0.36
"""Least cosine of a candidate; a score that matters needs about half of both names."""

_WORTH: Final = {
    WORD: 1.0, ord("n"): 1.0, ord("s"): 0.95, ord("a"): 0.93, ord("b"): 0.8, ord("z"): 0.95,
    ord("k"): 0.95, ord("x"): 0.9,
    ord("c"): 0.9, ord("l"): 0.7, START: 0.7, DELETED: 0.0,
}  # fmt: skip
_BY_KIND: Final = np.zeros(256, np.float32)
_BY_KIND[list(_WORTH)] = list(_WORTH.values())
_BARE: Final = ord("a")
_BONES: Final = ord("b")
_ONE_EDIT: Final = 0.85
_TWO_EDITS: Final = 0.7

Numbers = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float32]


class Near(NamedTuple):
    """Candidates: query name, list name, bound of points; by query name, nearest first.

    ``full`` says of each query name whether there were more than are looked at.
    """

    row: Numbers
    name: Numbers
    points: Reals
    full: npt.NDArray[np.bool_]


def near(names: Sequence[Name], segment: Segment, *, threads: int = 1) -> Near:
    """Return the candidates of each name in one segment; the same with any number of threads."""
    words, rows, weights = _query_words(names)
    asked, found, worth = _with_pieces(words, segment, *similar(words, segment))
    if not len(asked):
        empty = np.zeros(0, np.int64)
        return Near(empty, empty, np.zeros(0, np.float32), np.zeros(len(names), bool))
    query = csr_matrix(
        (weights, (rows[0], rows[1])), (len(names), len(words)), dtype=np.float32
    ) @ csr_matrix((worth, (asked, found)), (len(words), segment.postings.shape[0]))
    answer = sp_matmul_topn(
        query.tocsr(), segment.postings, top_n=TOP, threshold=FLOOR, sort=True, n_threads=threads
    )
    row = np.repeat(np.arange(len(names), dtype=np.int64), np.diff(answer.indptr))
    name = answer.indices.astype(np.int64)
    full = np.diff(answer.indptr) >= TOP
    return Near(row, name, bound(names, segment, query.tocsr(), row, name), full)


def bound(
    names: Sequence[Name], segment: Segment, query: csr_matrix, row: Numbers, name: Numbers
) -> Reals:
    """Return about the most points that a pair of names can get, from which words are in common.

    What agrees counts as exact, and what is left over on both sides as near each other.
    """
    length = np.asarray([norm(one) for one in names], np.float32)
    size = np.asarray([len(one.parts) for one in names], np.int64)
    query.sum_duplicates()
    width = segment.postings.shape[0]
    table = np.repeat(np.arange(len(names), dtype=np.int64), np.diff(query.indptr)) * width
    table += query.indices
    words = segment.name_words[name]
    pair, column = np.nonzero(words >= 0)
    held = words[pair, column]
    wanted = row[pair] * width + held
    place = np.minimum(np.searchsorted(table, wanted), max(len(table) - 1, 0))
    hit = table[place] == wanted
    pair, column, place = pair[hit], column[hit], place[hit]
    weight = segment.name_weights[name[pair], column]
    found = np.minimum(query.data[place] * length[row[pair]], weight)
    slight = np.bincount(pair, found < SLIGHT * weight, minlength=len(row))
    parts = segment.span[words[pair, column]].astype(np.float32)
    agreed = np.minimum(np.bincount(pair, found, minlength=len(row)), segment.name_weight[name])
    mine, theirs = size[row], segment.name_size[name]
    count = np.minimum(np.bincount(pair, parts, minlength=len(row)), theirs)
    left, right = np.maximum(mine - count, 0), np.maximum(theirs - count, 0)
    whole = np.asarray([sum(part.weight for part in one.parts) for one in names], np.float32)
    rest = np.maximum(whole[row] - agreed, 0)
    listed = segment.name_weight[name] - agreed
    alone = np.abs(rest - listed) * (np.minimum(left, right) == 0)
    share = alone / np.maximum(alone + agreed, 1e-6)
    points = _most_points(agreed, count, left, right, share) - SLIGHT_COST * slight
    return np.asarray(points, np.float32)


def _most_points(
    agreed: npt.NDArray[Any], count: npt.NDArray[Any], left: npt.NDArray[Any],
    right: npt.NDArray[Any],
    share: npt.NDArray[Any],
) -> npt.NDArray[Any]:  # fmt: skip
    """Return the greater of the two models' sums for what agrees and what is left over."""
    current = model()
    best = np.full(len(agreed), -np.inf)
    for group, points in current.groups.items():
        against = np.minimum(left, right)
        value = (
            current.intercepts[group]
            + count * points["exact"] + agreed * points["exact weight"]
            + (left + right == 0) * points["complete"]
            + against * min(points["contradicted distance"] * LIKE, 0.0)
            + (against > 0) * points["a part contradicted"] * LIKE
            + share * points["share left over"]
            + np.maximum(left - right, 0) * points["added"]
            + np.maximum(right - left, 0) * points["omitted"]
        )  # fmt: skip
        alone = (count <= 1) & (left + right > 0) & (np.minimum(left, right) == 0)
        best = np.maximum(best, value + alone * points["one part of several"])
    return best


SLIGHT: Final = 0.75
"""Share of a weight below which a match is a sound alike or several edits."""
SLIGHT_COST: Final = 1.2
"""Least points that such a match falls short of an exact one."""
LIKE: Final = 0.5
"""Share of letters in which two parts differ that are left over, at best."""


def _query_words(names: Sequence[Name]) -> tuple[list[Part], tuple[list[int], list[int]], Reals]:
    """Return the words of all names, where they stand, and their weight in each name."""
    numbers: dict[tuple[str, str, str], int] = {}
    words: list[Part] = []
    row: list[int] = []
    column: list[int] = []
    weights: list[float] = []

    def place(part: Part, here: int, weight: float) -> None:
        key = (part.text, part.script, part.native)
        number = numbers.get(key)
        if number is None:
            number = numbers[key] = len(words)
            words.append(part)
        row.append(here)
        column.append(number)
        weights.append(weight)

    for here, name in enumerate(names):
        length = norm(name)
        for part in name.parts:
            place(part, here, part.weight / length)
        for first, both in name.neighbours.items():
            weight = join_weight(name.parts[first], name.parts[first + 1])
            place(both, here, weight / length)
    return words, (row, column), np.asarray(weights, np.float32)


def _with_pieces(
    words: Sequence[Part], segment: Segment, asked: Numbers, found: Numbers, worth: Reals
) -> tuple[Numbers, Numbers, Reals]:
    """Add the list's words that spell a long word of the query that is none of the list's."""
    best = np.zeros(len(words), np.float32)
    np.maximum.at(best, asked, worth)
    more: list[tuple[int, int]] = []
    for number in np.flatnonzero(best < _SURE).tolist():
        part = words[number]
        if part.span == 1 and len(part.text) >= SHORTEST_RUN and part.script in CASED:
            more += [(number, piece) for piece in pieces(part.text, segment)]
    if not more:
        return asked, found, worth
    extra = np.asarray(more, np.int64)
    return (
        np.concatenate([asked, extra[:, 0]]),
        np.concatenate([found, extra[:, 1]]),
        np.concatenate([worth, np.full(len(extra), _PIECE, np.float32)]),
    )


SHORTEST_RUN: Final = 6
"""Letters from which a word may be several that were written without spaces."""
_LONGEST_PIECE: Final = 16
_SURE: Final = 0.75
_PIECE: Final = 0.9


def pieces(text: str, segment: Segment) -> list[int]:
    """Return the list's words that spell a text end to end, particles between them left out.

    Of several ways the one with the fewest, longest words. Up to four letters at the end may be the
    beginning of a word that was cut off.
    """
    spans = [
        (start, end)
        for start in range(len(text))
        for end in range(start + 2, min(len(text), start + _LONGEST_PIECE) + 1)
    ]
    hashes = np.asarray([key_hash("t:" + text[a:b]) for a, b in spans], np.uint64)
    which, word, _ = segment.keys.find(hashes)
    known: dict[tuple[int, int], list[int]] = {}
    for place, number in zip(which.tolist(), word.tolist(), strict=True):
        known.setdefault(spans[place], []).append(number)
    best: list[tuple[float, list[int]] | None] = [None] * (len(text) + 1)
    best[0] = (0.0, [])
    for start in range(len(text)):
        held = best[start]
        if held is None:
            continue
        for end in range(start + 2, min(len(text), start + _LONGEST_PIECE) + 1):
            numbers = known.get((start, end), [])
            particle = text[start:end] in PARTICLES
            if not numbers and not particle:
                continue
            gain = (end - start) ** 2 if numbers else 0
            after = best[end]
            if after is None or held[0] + gain > after[0]:
                best[end] = (held[0] + gain, [*held[1], *numbers])
    for end in range(len(text), max(len(text) - _CUT_OFF, 3) - 1, -1):
        found = best[end]
        if found and len(found[1]) > 1:
            return sorted(set(found[1]))
    return []


_CUT_OFF: Final = 4


def similar(words: Sequence[Part], segment: Segment) -> tuple[Numbers, Numbers, Reals]:
    """Return which list words each word may be, and what that is worth: one row a pair."""
    hashes: list[int] = []
    asked: list[int] = []
    for number, part in enumerate(words):
        for key, _ in part_keys(part):
            hashes.append(key)
            asked.append(number)
        if len(part.text) >= STARTING and part.script in CASED:
            hashes.append(key_hash("p:" + part.text[:STARTING]))
            asked.append(number)
    single = [n for n, part in enumerate(words) if part.span == 1 and part.script in CASED]
    rests, owners = deletions([words[n].text for n in single])
    all_hashes = np.concatenate([np.asarray(hashes, np.uint64), rests])
    all_asked = np.concatenate([np.asarray(asked, np.int64), np.asarray(single, np.int64)[owners]])
    which, word, kind = segment.keys.find(all_hashes)
    asker = all_asked[which]
    # two words that are one on the other side: never two against two, which are found as they are
    spans = np.asarray([part.span for part in words], np.uint8)
    alone = (spans[asker] == 1) | (segment.span[word] == 1)
    # what a script without vowels holds of a word tells only between such a script and another
    abjad = np.asarray([part.script in ABJADS for part in words], np.bool_)
    alone &= ((kind != _BARE) & (kind != _BONES)) | (abjad[asker] != segment.abjad[word])
    asker, word, kind = asker[alone], word[alone], kind[alone]
    worth = _BY_KIND[kind]
    # of the keys that a pair has in common the best one counts
    order = np.lexsort((-worth, word, asker))
    asker, word, kind, worth = asker[order], word[order], kind[order], worth[order]
    first = np.ones(len(asker), bool)
    first[1:] = (asker[1:] != asker[:-1]) | (word[1:] != word[:-1])
    asker, word, kind, worth = asker[first], word[first], kind[first], worth[first]
    _edits(words, segment, asker, word, kind, worth)
    kept = worth > 0
    return asker[kept], word[kept], worth[kept]


def _edits(
    words: Sequence[Part],
    segment: Segment,
    asker: Numbers,
    word: Numbers,
    kind: npt.NDArray[np.uint8],
    worth: Reals,
) -> None:
    """Look at the letters where a key alone does not say how near two words are."""
    unsure = np.flatnonzero((kind == DELETED) | (kind == START))
    if not len(unsure):
        return
    mine = [words[n].text for n in asker[unsure].tolist()]
    distinct, back = np.unique(word[unsure], return_inverse=True)
    texts = [segment.word_text(n) for n in distinct.tolist()]
    theirs = [texts[n] for n in back.tolist()]
    distance = process.cpdist(mine, theirs, scorer=OSA.distance, dtype=np.int32, workers=1)
    short = np.asarray([min(len(a), len(b)) for a, b in zip(mine, theirs, strict=True)])
    value = np.where(distance == 1, _ONE_EDIT, np.where(distance == 2, _TWO_EDITS, 0.0))  # noqa: PLR2004 - edits
    value[(distance > 1) & (short < 7)] = 0.0  # noqa: PLR2004 - letters
    cut = kind[unsure] == START
    begins = np.asarray(
        [a.startswith(b) or b.startswith(a) for a, b in zip(mine, theirs, strict=True)]
    )
    value[cut & begins & (short >= STARTING)] = _WORTH[START]
    worth[unsure] = value
