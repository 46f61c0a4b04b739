"""Keys of words: sorted hashes with the words that have them, looked up for many words at once.

Kinds: the word itself, the keys of `normalise.keys`, and what is left of a word when one or two
letters are deleted (symmetric delete: two words within two edits have such a rest in common).
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
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


@lru_cache(maxsize=1 << 15)
def key_hash(key: str) -> int:
    """Return 64 bits of a key's BLAKE2b."""
    digest = blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def part_keys(part: Part) -> list[tuple[int, int]]:
    """Return hash and kind of each key of a part, deletions left out."""
    return [
        (key_hash("t:" + part.text), WORD),
        *((key_hash(key), ord(key[0])) for key in sorted(part.keys)),
    ]


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
        kinds: Kind of each key, the code of its letter.
    """

    def __init__(
        self, hashes: Hashes, words: npt.NDArray[np.int32], kinds: npt.NDArray[np.uint8]
    ) -> None:
        self._hashes, self._words, self._kinds = hashes, words, kinds

    @classmethod
    def build(cls, parts: Sequence[Part]) -> Self:
        """Make the table of a list's words."""
        hashes: list[int] = []
        words: list[int] = []
        kinds: list[int] = []
        for number, part in enumerate(parts):
            for key, kind in part_keys(part):
                hashes.append(key)
                words.append(number)
                kinds.append(kind)
            if part.span == 1 and len(part.text) >= STARTING and part.script in CASED:
                hashes.append(key_hash("p:" + part.text[:STARTING]))
                words.append(number)
                kinds.append(START)
        single = [n for n, part in enumerate(parts) if part.span == 1 and part.script in CASED]
        rests, numbers = deletions([parts[n].text for n in single])
        all_hashes = np.concatenate([np.asarray(hashes, np.uint64), rests])
        all_words = np.concatenate(
            [np.asarray(words, np.int32), np.asarray(single, np.int32)[numbers]]
        )
        all_kinds = np.concatenate(
            [np.asarray(kinds, np.uint8), np.full(len(rests), DELETED, np.uint8)]
        )
        order = np.lexsort((all_words, all_hashes))
        return cls(all_hashes[order], all_words[order], all_kinds[order])

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays to keep."""
        return {"key_hash": self._hashes, "key_word": self._words, "key_kind": self._kinds}

    def find(self, hashes: Hashes) -> tuple[Numbers, Numbers, npt.NDArray[np.uint8]]:
        """Return for each word found: which hash found it, its number, the key's kind."""
        start = np.searchsorted(self._hashes, hashes, "left")
        end = np.searchsorted(self._hashes, hashes, "right")
        asked, place = spread(start, end - start)
        return asked, self._words[place].astype(np.int64), self._kinds[place]
