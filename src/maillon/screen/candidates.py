"""Candidates: which list names are worth a full score, by three channels.

Character 3-grams of the normalised name, character 2-grams of its skeleton (what is left of a name
in any romanisation), and exact keys (joined name, documents). A name of a record with eighty
aliases counts like any other: names are compared, never the sum of a record's names.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import numpy as np
from scipy.sparse import csr_matrix, diags
from sparse_dot_topn import sp_matmul_topn

from maillon.screen.entry import DOCUMENT_PROPS, Entry, Name

TOP: Final = 30
"""Candidates of each gram channel for one query name."""

FLOOR: Final = {"name": 0.35, "skeleton": 0.45}
"""Least cosine of a candidate, by channel."""


class Candidates:
    """The index of one list side.

    Args:
        entries: What is screened against, in a fixed order.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.owner = [n for n, one in enumerate(entries) for _ in one.names]
        self.names = [name for one in entries for name in one.names]
        self._grams = {"name": _Grams(3, name_text), "skeleton": _Grams(2, skeleton_text)}
        self._matrix = {channel: grams.fit(self.names) for channel, grams in self._grams.items()}
        self._joined: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self.names):
            self._joined["".join(name.parts)].append(number)
        self._documents: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(entries):
            for value in sorted(one.values(DOCUMENT_PROPS)):
                self._documents[value].append(number)
        self.rarity = _rarity(self.names)
        self.texts = {channel: [channel(name) for name in self.names] for channel in CHANNELS}
        self.bones = [frozenset(name.skeletons) for name in self.names]

    def by_name(self, queries: Sequence[Name], threads: int = 1) -> list[list[int]]:
        """Return, for each query name, the numbers of list names to score, ascending."""
        found: list[set[int]] = [set(self._joined.get("".join(q.parts), ())) for q in queries]
        if not self.names or not queries:
            return [sorted(numbers) for numbers in found]
        for channel, grams in self._grams.items():
            near = sp_matmul_topn(
                grams.transform(queries),
                self._matrix[channel],
                top_n=TOP,
                threshold=FLOOR[channel],
                sort=True,
                n_threads=threads,
            )
            for row in range(len(queries)):
                found[row].update(near.indices[near.indptr[row] : near.indptr[row + 1]].tolist())
        return [sorted(numbers) for numbers in found]

    def by_document(self, query: Entry) -> list[int]:
        """Return the numbers of list entries that carry one of the query's documents."""
        values = sorted(query.values(DOCUMENT_PROPS))
        return sorted({number for value in values for number in self._documents.get(value, ())})


class _Grams:
    def __init__(self, size: int, text: Callable[[Name], str]) -> None:
        self._size = size
        self._text = text
        self._columns: dict[str, int] = {}
        self._idf: np.ndarray[tuple[int], np.dtype[np.float32]] = np.zeros(0, np.float32)

    def fit(self, names: Sequence[Name]) -> csr_matrix:
        """Return the list's matrix, transposed for multiplication: grams x names."""
        counts = self._count(names, learn=True)
        held = np.bincount(counts.indices, minlength=max(len(self._columns), 1))
        self._idf = np.log((1 + len(names)) / (1 + held)).astype(np.float32) + 1
        return self._weigh(counts).T.tocsr()

    def transform(self, names: Sequence[Name]) -> csr_matrix:
        """Return the queries' matrix: names x grams."""
        return self._weigh(self._count(names, learn=False))

    def _count(self, names: Sequence[Name], *, learn: bool) -> csr_matrix:
        columns, starts = [], [0]
        known = self._columns
        for name in names:
            for gram in _cut(self._text(name), self._size):
                column = known.setdefault(gram, len(known)) if learn else known.get(gram)
                if column is not None:
                    columns.append(column)
            starts.append(len(columns))
        shape = (len(names), max(len(known), 1))
        data = np.ones(len(columns), np.float32)
        return csr_matrix((data, np.array(columns, np.int32), np.array(starts)), shape)

    def _weigh(self, counts: csr_matrix) -> csr_matrix:
        weighed = counts.multiply(self._idf).tocsr().astype(np.float32)
        length = np.sqrt(weighed.multiply(weighed).sum(axis=1)).A1
        return (diags(1 / np.maximum(length, 1e-9)) @ weighed).tocsr().astype(np.float32)


def name_text(name: Name) -> str:
    """Return the sorted parts: what is compared as a whole."""
    return " ".join(sorted(name.parts))


def skeleton_text(name: Name) -> str:
    """Return the sorted skeletons: what is left in any romanisation."""
    return " ".join(sorted(name.skeletons))


def joined_text(name: Name) -> str:
    """Return the parts in their order, joined: names written without spaces."""
    return "".join(name.parts)


CHANNELS: Final = (name_text, skeleton_text, joined_text)
"""The texts of a name whose likeness is the cheap bound of its score."""


def _cut(text: str, size: int) -> Iterable[str]:
    padded = f" {text} "
    return sorted({padded[n : n + size] for n in range(max(len(padded) - size + 1, 1))})


def _rarity(names: Sequence[Name]) -> dict[str, float]:
    held: dict[str, int] = defaultdict(int)
    for name in names:
        for bones in set(name.skeletons):
            held[bones] += 1
    whole = len(names) + 1
    return {bones: float(np.log(whole / count)) for bones, count in held.items()}
