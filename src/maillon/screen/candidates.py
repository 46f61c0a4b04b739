"""Candidates: which list names are worth a full score.

Each word of a query finds the list's words that share a key with it: the word itself, its
spelling in any romanisation or script, what is left when letters are deleted. The words found,
each worth what its key is worth, are a vector; list names are vectors of their own words; the
nearest names are the candidates. A name of a record with eighty aliases counts like any other:
names are compared, never the sum of a record's names. More words in a query never take a word's
names away from another.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sparse_dot_topn import sp_matmul_topn

from maillon.screen.columns import spread, stack, take
from maillon.screen.compare import COMMON
from maillon.screen.entry import Name
from maillon.screen.estimate import LIKE, WIDTH, Agreed, Edges, Rest, Shape, agreed, opposed, rest
from maillon.screen.index import Segment
from maillon.screen.model import model
from maillon.screen.namescore import likeness
from maillon.screen.similar import PIECE, Likes, exact
from maillon.screen.slots import Slots, apart, lengths, slots

TOP: Final = 50
"""Candidate names of one query name."""

FLOOR: Final = 0.36
"""Least cosine of a candidate; a score that matters needs about half of both names."""

Numbers = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Near(NamedTuple):
    """Candidates: query name and list name, one row a pair, by query name, nearest first.

    Attributes:
        row: Number of the query's name.
        name: Number of the list's name.
        full: Of each query name whether there were more than are looked at.
        table: What `points` needs of the query's words.
    """

    row: Numbers
    name: Numbers
    full: Flags
    table: "Table"


class Table(NamedTuple):
    """Which words of the list the words of query names may be, sorted by name and word.

    Attributes:
        key: Number of the name times the words of the list, plus the number of the word; once.
        start: Where the rows of each key begin; one more at the end.
        slot: Row of `Slots`.
        like: Row of `Likes`.
        slots: The words of the names.
        likes: What they may be.
        shape: Of the names.
    """

    key: Numbers
    start: Numbers
    slot: Numbers
    like: Numbers
    slots: Slots
    likes: Likes
    shape: Shape


def near(names: Sequence[Name], segment: Segment, *, threads: int = 1) -> Near:
    """Return the candidates of each name in one segment; the same with any number of threads."""
    words, held = slots(names)
    likes = segment.likes(words)
    texts, more = apart(names, len(words))
    held, likes = stack(held, more), stack(likes, exact(texts, len(words), segment))
    width = segment.word_count
    begin = np.searchsorted(likes.asked, np.arange(len(words) + len(texts) + 1))
    slot, like = spread(begin[held.asked], (begin[1:] - begin[:-1])[held.asked])
    key = held.row[slot] * width + likes.word[like]
    order = np.argsort(key, kind="stable")
    key, slot, like = key[order], slot[order], like[order]
    first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]])) if len(key) else slot
    start = np.append(first, len(key))
    table = Table(key[first], start, slot, like, held, likes, Shape.of(names))
    if not len(key):
        empty = np.zeros(0, np.int64)
        return Near(empty, empty, np.zeros(len(names), bool), table)
    length = lengths(held, len(names))
    row = held.row[slot]
    data = held.weight[slot] / length[row] * likes.worth[like]
    used, column = np.unique(likes.word[like], return_inverse=True)
    indptr = np.searchsorted(row, np.arange(len(names) + 1)).astype(np.int32)
    query = csr_matrix((data, column.astype(np.int32), indptr), (len(names), len(used)))
    answer = sp_matmul_topn(
        query, segment.names_of(used), top_n=TOP, threshold=FLOOR, sort=True, n_threads=threads
    )
    found = np.diff(answer.indptr)
    rows = np.repeat(np.arange(len(names), dtype=np.int64), found)
    return Near(rows, answer.indices.astype(np.int64), found >= TOP, table)


def edges(close: Near, pairs: Numbers, segment: Segment) -> Edges:
    """Return the words that pairs of names have in common.

    Args:
        close: The candidates.
        pairs: Rows of ``close``, any number of times.
        segment: Where they are from.
    """
    table, held, likes = close.table, close.table.slots, close.table.likes
    words = segment.name_words[close.name[pairs]]
    pair, column = np.nonzero(words >= 0)
    wanted = close.row[pairs[pair]] * segment.word_count + words[pair, column]
    place = np.minimum(np.searchsorted(table.key, wanted), len(table.key) - 1)
    hit = table.key[place] == wanted
    pair, column, place = pair[hit], column[hit], place[hit]
    again, at = spread(table.start[place], table.start[place + 1] - table.start[place])
    pair, column = pair[again], column[again]
    slot, like = table.slot[at], table.like[at]
    name, word = close.name[pairs[pair]], likes.word[like]
    span, other = segment.span[word].astype(np.int64), segment.name_weights[name, column]
    own, kind = held.weight[slot], likes.kind[like]
    joined = (held.span[slot] > 1) | (span > 1) | (kind == PIECE)
    return Edges(
        pair,
        _mask(held.first[slot], held.span[slot]),
        _mask(segment.name_first[name, column].astype(np.int64), span),
        kind, likes.near[like].astype(np.float64), np.minimum(own, other).astype(np.float64),
        (own <= COMMON) & (other <= COMMON) & ~joined, joined,
        own.astype(np.float64), other.astype(np.float64),
    )  # fmt: skip


def _mask(first: Numbers, span: Numbers) -> npt.NDArray[np.uint32]:
    return (((1 << span) - 1) << first).astype(np.uint32)


class Sum(NamedTuple):
    """What pairs of names add up to before the parts that contradict each other are read.

    Attributes:
        agreed: The words in common.
        rest: What is left over.
        points: The sum, in the better case.
    """

    agreed: Agreed
    rest: Rest
    points: Reals

    def of(self, rows: Numbers) -> "Sum":
        """Return some of the pairs."""
        return Sum(take(self.agreed, rows), take(self.rest, rows), self.points[rows])


def sums(close: Near, pairs: Numbers, persons: Flags, segment: Segment) -> Sum:
    """Return about the most points of pairs of names.

    Args:
        close: The candidates.
        pairs: Rows of ``close``.
        persons: Of each whether it is scored as persons.
        segment: Where they are from.
    """
    current = model()
    found = agreed(edges(close, pairs, segment), persons, current)
    mine = take(close.table.shape, close.row[pairs])
    theirs = take(segment.shape, close.name[pairs])
    left = rest(mine, theirs, found, persons, current)
    best = np.full(len(pairs), LIKE)
    points = left.points + opposed(left.against, best, best, persons, current)
    return Sum(found, left, points)


def read(
    names: Sequence[Name], close: Near, pairs: Numbers, persons: Flags, found: Sum,
    segment: Segment,
) -> Reals:  # fmt: skip
    """Return the points of pairs of names when the parts that contradict each other are read.

    Args:
        names: Of the query, as `near` was asked.
        close: The candidates.
        pairs: Rows of ``close``.
        persons: Of each whether it is scored as persons.
        found: Their sums.
        segment: Where they are from.
    """
    points = found.points.copy()
    rows = np.flatnonzero(found.rest.exact & (found.rest.against > 0))
    apart, most = np.zeros(len(rows)), np.zeros(len(rows))
    for at, row in enumerate(rows.tolist()):
        pair = int(pairs[row])
        mine = _left_of(names[close.row[pair]], int(found.agreed.mine[row]))
        theirs = _listed(segment, int(close.name[pair]), int(found.agreed.theirs[row]))
        each = [1 - likeness(one, two) for one, two in zip(mine, theirs, strict=False)]
        apart[at], most[at] = sum(each), max(each, default=0.0)
    against = found.rest.against[rows]
    mean = 1 - apart / np.maximum(against, 1)
    points[rows] = found.rest.points[rows] + opposed(
        against, mean, 1 - most, persons[rows], model()
    )
    return points


def _left_of(name: Name, used: int) -> list[str]:
    """Return the parts left over of a name, the most telling first."""
    left = [(-p.weight, p.native, n) for n, p in enumerate(name.parts) if not used >> n & 1]
    return [name.parts[n].text for _, _, n in sorted(left)]


def _listed(segment: Segment, name: int, used: int) -> list[str]:
    """Return the parts left over of a list's name, the most telling first."""
    words, weights = segment.name_words[name], segment.name_weights[name]
    left = [
        (-float(weights[n]), segment.word_text(int(words[n])))
        for n in range(min(WIDTH, int(segment.shape.size[name])))
        if not used >> n & 1
    ]
    return [text for _, text in sorted(left)]
