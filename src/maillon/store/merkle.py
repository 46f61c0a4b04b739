"""The tree of RFC 9162 over the ledger: appended to by its frontier, proven from tiles.

Source: RFC 9162, 2.1.1 (hashes), 2.1.3.1 (inclusion), 2.1.4.1 (consistency). Interior hashes are
kept in rows of 256, one row for each eighth height, so that a proof reads a handful of rows.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

WIDTH: Final = 256
"""Hashes in one tile."""

STEP: Final = 8
"""Heights of the tree that one level of tiles covers: 256 = 2^8."""

EMPTY: Final = hashlib.sha256(b"").digest()
"""The root of a log without entries."""


def leaf_hash(salt: bytes, entry: bytes) -> bytes:
    """Return the hash of a leaf: of a salt of 16 bytes and an entry as canonical JSON."""
    return hashlib.sha256(b"\x00" + salt + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(peaks: Sequence[bytes]) -> bytes:
    """Return the root over the roots of a log's full subtrees, largest first."""
    if not peaks:
        return EMPTY
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


@dataclass(slots=True)
class Frontier:
    """What an append needs of the tree: the roots of its full subtrees.

    Attributes:
        size: How many leaves there are.
        peaks: Roots of the full subtrees, largest first: one a set bit of ``size``.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Append a leaf.

        Returns:
            The hashes that this completes at a tile's level, each as level, place and hash.
        """
        node, below, height = leaf, self.size, 0
        completed = []
        while below & 1:
            node = node_hash(self.peaks.pop(), node)
            below >>= 1
            height += 1
            if height % STEP == 0:
                completed.append((height // STEP, self.size >> height, node))
        self.peaks.append(node)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Return the root."""
        return root_of(self.peaks)


class Nodes:
    """The hashes of a log's tree, read in rows of 256 and kept while this lives.

    Args:
        row: Returns up to 256 hashes of a level from ``number * 256`` on; level 0 are the leaves.
    """

    def __init__(self, row: Callable[[int, int], Sequence[bytes]]) -> None:
        self._row = row
        self._rows: dict[tuple[int, int], Sequence[bytes]] = {}

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Return the path that proves a leaf, nearest sibling first.

        Args:
            index: Of the leaf, from 0; less than ``size``.
            size: Of the log for which it is proven.
        """
        path, low, high = [], 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if index < middle:
                path.append(self._over(middle, high))
                high = middle
            else:
                path.append(self._over(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """Return the path that proves a log of ``old`` leaves to be the beginning of ``new``."""
        if old in {0, new}:
            return []
        path, low, high = [], 0, new
        while old != high:
            middle = low + _split(high - low)
            if old <= middle:
                path.append(self._over(middle, high))
                high = middle
            else:
                path.append(self._over(low, middle))
                low = middle
        if low:
            path.append(self._over(low, high))
        return path[::-1]

    def peaks(self, size: int) -> list[bytes]:
        """Return the roots of the full subtrees of the first ``size`` leaves, largest first."""
        found, low = [], 0
        for height in reversed(range(size.bit_length())):
            if size >> height & 1:
                found.append(self._node(height, low >> height))
                low += 1 << height
        return found

    def _over(self, low: int, high: int) -> bytes:
        count = high - low
        if count & (count - 1) == 0:
            height = count.bit_length() - 1
            return self._node(height, low >> height)
        middle = low + _split(count)
        return node_hash(self._over(low, middle), self._over(middle, high))

    def _node(self, height: int, place: int) -> bytes:
        level, rest = divmod(height, STEP)
        first = place << rest
        row, start = divmod(first, WIDTH)
        held = self._rows.get((level, row))
        if held is None:
            held = self._rows[level, row] = self._row(level, row)
        hashes = list(held[start : start + (1 << rest)])
        while len(hashes) > 1:
            hashes = _paired(hashes)
        return hashes[0]


def _paired(hashes: Iterable[bytes]) -> list[bytes]:
    steps, sha256 = iter(hashes), hashlib.sha256
    return [sha256(b"\x01" + one + two).digest() for one, two in zip(steps, steps, strict=True)]


def _split(count: int) -> int:
    """Return the largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def cut(blob: bytes) -> list[bytes]:
    """Return the hashes of 32 bytes that stand in one value."""
    return [blob[at : at + 32] for at in range(0, len(blob), 32)]
