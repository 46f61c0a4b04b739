"""Candidates: which list names are worth a full score, by three channels.

Character 3-grams of the normalised name, character 2-grams of its skeleton (what is left of a name
in any romanisation), and exact keys (joined name, documents). A name of a record with eighty
aliases counts like any other: names are compared, never the sum of a record's names.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sparse_dot_topn import sp_matmul_topn

from maillon.screen.entry import DOCUMENT_PROPS, Entry, Name

TOP: Final = 30
"""Candidates of each gram channel for one query name."""

Numbers = npt.NDArray[np.int64]


def name_text(name: Name) -> str:
    """Return the sorted parts: what is compared as a whole."""
    return " ".join(sorted(name.parts))


def skeleton_text(name: Name) -> str:
    """Return the sorted skeletons: what is left in any romanisation."""
    return " ".join(sorted(name.skeletons))


class Grams:
    """Character n-grams of ASCII words as sparse rows, weighed by rarity on the list.

    Args:
        size: Characters of a gram, 2 or 3.
        floor: Least cosine of a candidate.
    """

    def __init__(self, size: int, floor: float) -> None:
        self._size = size
        self._floor = floor
        self._idf = np.zeros(_LETTERS**size, np.float32)
        self._list: csr_matrix = csr_matrix((0, 0), dtype=np.float32)

    def fit(self, texts: Sequence[str]) -> None:
        """Keep the list's texts."""
        counts = self._count(texts)
        held = np.bincount(counts.indices, minlength=_LETTERS**self._size)
        rarity = np.log((1 + len(texts)) / (1 + held)) + 1
        # a gram that no list name has says nothing of likeness
        self._idf = np.where(held > 0, rarity, 0).astype(np.float32)
        self._list = self._weigh(counts).T.tocsr()

    def near(self, texts: Sequence[str], threads: int) -> tuple[Numbers, Numbers]:
        """Return rows of ``texts`` and numbers of list texts that are near, `TOP` a row at most."""
        found = sp_matmul_topn(
            self._weigh(self._count(texts)),
            self._list,
            top_n=TOP,
            threshold=self._floor,
            sort=True,
            n_threads=threads,
        )
        rows = np.repeat(np.arange(len(texts), dtype=np.int64), np.diff(found.indptr))
        return rows, found.indices.astype(np.int64)

    def _count(self, texts: Sequence[str]) -> csr_matrix:
        """Return which grams each text has: one sliding window over all of them at once."""
        letters = _CODES[np.frombuffer(f"\n {_JOIN.join(texts)} \n".encode("ascii"), np.uint8)]
        windows = np.zeros(len(letters) - self._size + 1, np.int64)
        inside = np.ones(len(windows), bool)
        for offset in range(self._size):
            part = letters[offset : offset + len(windows)]
            windows = windows * _LETTERS + np.maximum(part, 0)
            inside &= part >= 0
        row = np.cumsum(letters < 0)[: len(windows)] - 1
        width = _LETTERS**self._size
        seen = _distinct(row[inside] * width + windows[inside])
        rows, columns = np.divmod(seen, width)
        starts = np.searchsorted(rows, np.arange(len(texts) + 1))
        data = np.ones(len(columns), np.float32)
        return csr_matrix((data, columns, starts), (len(texts), width))

    def _weigh(self, counts: csr_matrix) -> csr_matrix:
        data = self._idf[counts.indices]
        rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        length = np.sqrt(np.bincount(rows, data * data, minlength=counts.shape[0]))
        data = data / np.maximum(length[rows], 1e-9).astype(np.float32)
        return csr_matrix((data.astype(np.float32), counts.indices, counts.indptr), counts.shape)


_LETTERS: Final = 37
_JOIN: Final = " \n "
_CODES: Final = np.full(256, -1, np.int64)
_CODES[ord(" ")] = 0
_CODES[ord("a") : ord("z") + 1] = np.arange(1, 27)
_CODES[ord("0") : ord("9") + 1] = np.arange(27, 37)


class Candidates:
    """The index of one list side.

    Args:
        entries: What is screened against, in a fixed order.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.owner = [n for n, one in enumerate(entries) for _ in one.names]
        self.names = [name for one in entries for name in one.names]
        self.texts = [name_text(name) for name in self.names]
        self.skeletons = [skeleton_text(name) for name in self.names]
        self.bones = [frozenset(name.skeletons) for name in self.names]
        self.rarity = _rarity(self.names)
        self._grams = Grams(3, 0.35), Grams(2, 0.45)
        for grams, texts in zip(self._grams, (self.texts, self.skeletons), strict=True):
            grams.fit(texts)
        self._joined: dict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self.names):
            self._joined["".join(name.parts)].append(number)
        self._documents: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(entries):
            for value in sorted(one.values(DOCUMENT_PROPS)):
                self._documents[value].append(number)

    def near(
        self, texts: Sequence[str], skeletons: Sequence[str], threads: int
    ) -> tuple[Numbers, Numbers]:
        """Return the pairs that the gram channels propose: rows of the query, list names.

        Args:
            texts: `name_text` of each query name.
            skeletons: `skeleton_text` of each.
            threads: Threads; the answer is the same with any number.
        """
        if not self.names or not texts:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        parts = [
            grams.near(side, threads)
            for grams, side in zip(self._grams, (texts, skeletons), strict=True)
        ]
        width = len(self.names)
        keys = _distinct(np.concatenate([rows * width + numbers for rows, numbers in parts]))
        rows, numbers = np.divmod(keys, width)
        return rows, numbers

    def joined(self, name: Name) -> list[int]:
        """Return the list names that are the same letters without spaces."""
        return self._joined.get("".join(name.parts), [])

    def by_document(self, query: Entry) -> list[int]:
        """Return the numbers of list entries that carry one of the query's documents."""
        values = sorted(query.values(DOCUMENT_PROPS))
        return sorted({number for value in values for number in self._documents.get(value, ())})


def _distinct(keys: Numbers) -> Numbers:
    ordered = np.sort(keys, kind="stable")  # a radix sort: the keys are nearly in order
    is_new = np.ones(len(ordered), bool)
    is_new[1:] = ordered[1:] != ordered[:-1]
    return ordered[is_new]


def _rarity(names: Sequence[Name]) -> dict[str, float]:
    held: dict[str, int] = defaultdict(int)
    for name in names:
        for bones in set(name.skeletons):
            held[bones] += 1
    whole = len(names) + 1
    return {bones: float(np.log(whole / count)) for bones, count in held.items()}
