"""Keys of words: sorted hashes with the words that have them, looked up for many words at once.

Kinds: the word itself, the keys of `normalise.keys`, and what is left of a word when one or two
letters are deleted (symmetric delete: two words within two edits have such a rest in common).
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from maillon.screen.columns import spread
from maillon.screen.compare import CASED
from maillon.screen.entry import Part

WORD: Final = ord("t")
DELETED: Final = ord("d")
START: Final = ord("p")
STARTING: Final = 5
"""Letters of the beginning by which a word that was cut short is found."""
LONG: Final = 7
"""Letters from which a word may lose two."""
LONGEST: Final = 20
"""Letters up to which words are looked up by deletion."""

Hashes = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int64]

_BASE: Final = np.uint64(0x9E3779B97F4A7C15)
_FOLD: Final = np.uint64(0xD6E8FEB86659FD93)


def key_hashes(keys: Sequence[str]) -> Hashes:
    """Return 64 bits for each key; those of one length are made at once."""
    raw = [key.encode(errors="surrogatepass") for key in keys]
    lengths = np.asarray([len(one) for one in raw], np.int64)
    order = np.argsort(lengths, kind="stable")
    letters = np.frombuffer(b"".join([raw[n] for n in order.tolist()]), np.uint8)
    found = np.zeros(len(raw), np.uint64)
    row = place = 0
    for length, count in zip(*np.unique(lengths, return_counts=True), strict=True):
        held = letters[place : place + length * count].reshape(count, length)
        found[order[row : row + count]] = _poly(held.astype(np.uint64))
        row, place = row + count, place + length * count
    return found


def part_keys(part: Part, *, starts: bool) -> list[str]:
    """Return the keys of a part, the word itself first, deletions left out.

    Args:
        part: The part.
        starts: Whether a long word may be found by its beginning.
    """
    found = ["t:" + part.text, *part.held]
    if starts and len(part.text) >= STARTING and part.script in CASED:
        found.append("p:" + part.text[:STARTING])
    return found


def kinds(keys: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Return the kinds of keys, the codes of their letters."""
    return np.frombuffer("".join([key[0] for key in keys]).encode(), np.uint8)


def substrings(texts: Sequence[str], longest: int) -> tuple[Numbers, Numbers, Numbers, Hashes]:
    """Return the hashes that substrings of two letters or more would have as words.

    Args:
        texts: Lower-case ASCII words.
        longest: Letters of the longest substring.

    Returns:
        Number of the word, where the substring begins, where it ends, and its hash.
    """
    lengths = np.asarray([len(text) for text in texts], np.int64)
    base = np.cumsum(lengths) - lengths
    letters = np.frombuffer("".join(texts).encode(), np.uint8).astype(np.uint64)
    found: list[tuple[Numbers, Numbers, Numbers, Hashes]] = []
    for size in range(2, min(longest, int(lengths.max(initial=0))) + 1):
        word, start = spread(np.zeros(len(lengths), np.int64), np.maximum(lengths - size + 1, 0))
        table = letters[(base[word] + start)[:, None] + np.arange(size)]
        mark = np.broadcast_to(_WORD_MARK, (len(word), len(_WORD_MARK)))
        found.append((word, start, start + size, _poly(np.concatenate([mark, table], axis=1))))
    if not found:
        empty = np.zeros(0, np.int64)
        return empty, empty, empty, np.zeros(0, np.uint64)
    word, start, end, hashes = (np.concatenate(column) for column in zip(*found, strict=True))
    return word, start, end, hashes


_WORD_MARK: Final = np.frombuffer(b"t:", np.uint8).astype(np.uint64)


def deletions(texts: Sequence[str]) -> tuple[Hashes, Numbers]:
    """Return hashes of what is left of each word with none, one or two letters deleted.

    Args:
        texts: Lower-case ASCII words.

    Returns:
        Hashes, and the number of the word of each.
    """
    lengths = np.asarray([len(text) for text in texts], np.int64)
    hashes: list[Hashes] = []
    numbers: list[Numbers] = []
    for length in sorted({int(one) for one in lengths} & set(range(3, LONGEST + 1))):
        chosen = np.flatnonzero(lengths == length)
        for start in range(0, len(chosen), ONCE):
            part = chosen[start : start + ONCE]
            letters = np.frombuffer("".join(texts[n] for n in part.tolist()).encode(), np.uint8)
            table = letters.reshape(len(part), length).astype(np.uint64)
            for kept in _kept(length):
                found = _poly(table[:, kept])
                hashes.append(found.ravel())
                numbers.append(np.repeat(part, kept.shape[0]))
    if not hashes:
        return np.zeros(0, np.uint64), np.zeros(0, np.int64)
    return np.concatenate(hashes), np.concatenate(numbers)


ONCE: Final = 2_000
"""Words of one length that are taken at a time."""


@lru_cache(maxsize=64)
def _kept(length: int) -> tuple[npt.NDArray[np.int64], ...]:
    """Return which letters stay, one table for none, one and two that go."""
    most = 0 if length < 4 else 1 if length < LONG else 2  # noqa: PLR2004 - letters
    return tuple(
        np.asarray(
            [
                [n for n in range(length) if n not in gone]
                for gone in combinations(range(length), count)
            ]
        )
        for count in range(most + 1)
    )


def _poly(table: npt.NDArray[np.uint64]) -> Hashes:
    """Return a hash of the letters along the last axis."""
    found = np.full(table.shape[:-1], table.shape[-1], np.uint64)
    for column in range(table.shape[-1]):
        found = (found * _BASE) ^ table[..., column]
        found ^= found >> np.uint64(29)
    return found * _FOLD


class KeyTable:
    """Words by key.

    Args:
        hashes: Sorted.
        words: Number of the word of each.
        kind: Kind of each key, the code of its letter.
    """

    def __init__(
        self, hashes: Hashes, words: npt.NDArray[np.int32], kind: npt.NDArray[np.uint8]
    ) -> None:
        self._hashes, self._words, self._kinds = hashes, words, kind
        self._last = max(len(hashes) - 1, 0)

    @classmethod
    def build(cls, parts: Sequence[Part]) -> Self:
        """Make the table of a list's words."""
        keys: list[str] = []
        words: list[int] = []
        for number, part in enumerate(parts):
            held = part_keys(part, starts=part.span == 1)
            keys += held
            words += [number] * len(held)
        single = [n for n, part in enumerate(parts) if part.span == 1 and part.script in CASED]
        rests, numbers = deletions([parts[n].text for n in single])
        all_hashes = np.concatenate([key_hashes(keys), rests])
        all_words = np.concatenate(
            [np.asarray(words, np.int32), np.asarray(single, np.int32)[numbers]]
        )
        all_kinds = np.concatenate([kinds(keys), np.full(len(rests), DELETED, np.uint8)])
        order = np.lexsort((all_words, all_hashes))
        return cls(all_hashes[order], all_words[order], all_kinds[order])

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays to keep."""
        return {"key_hash": self._hashes, "key_word": self._words, "key_kind": self._kinds}

    def find(self, hashes: Hashes) -> tuple[Numbers, Numbers, npt.NDArray[np.uint8]]:
        """Return for each word found: which hash found it, its number, the key's kind."""
        if not len(self._hashes):
            return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint8)
        start = np.searchsorted(self._hashes, hashes, "left")
        known = np.flatnonzero(self._hashes[np.minimum(start, self._last)] == hashes)
        end = np.searchsorted(self._hashes, hashes[known], "right")
        which, place = spread(start[known], end - start[known])
        return known[which], self._words[place].astype(np.int64), self._kinds[place]
