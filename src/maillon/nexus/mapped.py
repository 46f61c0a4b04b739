"""Arrays, texts and tables on disk, written once and mapped when they are read."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from maillon.nexus.links import Ints

Mapped = NDArray[Any]
_BATCH: Final = 1 << 20
"""Rows written at a time."""


def put(folder: Path, name: str, array: NDArray[Any]) -> None:
    """Write one array as ``name.npy``."""
    np.save(folder / f"{name}.npy", np.atleast_1d(array))


def get(folder: Path, name: str) -> Mapped:
    """Return an array that `put` wrote, mapped."""
    return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r"))


def put_table(folder: Path, name: str, table: pa.Table) -> None:
    """Write one table as ``name.arrow``."""
    with (
        pa.OSFile(str(folder / f"{name}.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, table.schema) as writer,
    ):
        writer.write_table(table, max_chunksize=_BATCH)


def get_table(folder: Path, name: str) -> pa.Table:
    """Return a table that `put_table` wrote; its columns stay on disk until they are read."""
    with pa.memory_map(str(folder / f"{name}.arrow")) as source:
        return pa.ipc.open_file(source).read_all()


class Texts:
    """Texts by number, mapped: one array of bytes and where each text begins.

    Args:
        start: Where each text begins, and the end of the last: shape (texts + 1).
        letters: All texts as UTF-8, end to end.
    """

    def __init__(self, start: Ints, letters: Mapped) -> None:
        self._start = start
        self._letters = letters

    @classmethod
    def of(cls, texts: pa.Array | pa.ChunkedArray) -> "Texts":
        """Return texts that are held in memory."""
        return cls(*_parts(texts))

    @classmethod
    def open(cls, folder: Path, name: str) -> "Texts":
        """Return what `put` wrote."""
        return cls(get(folder, f"{name}_start"), get(folder, f"{name}_letters"))

    @staticmethod
    def put(folder: Path, name: str, texts: pa.Array | pa.ChunkedArray) -> None:
        """Write texts, none of them null."""
        start, letters = _parts(texts)
        put(folder, f"{name}_start", start)
        put(folder, f"{name}_letters", letters)

    def __len__(self) -> int:
        return len(self._start) - 1

    def __getitem__(self, number: int) -> str:
        return self._bytes(number).decode("utf-8")

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))

    def find(self, text: str) -> int | None:
        """Return the number of a text among texts sorted by their bytes; None when not there."""
        wanted = text.encode("utf-8", "surrogatepass")
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self._bytes(low) == wanted else None

    def take(self, numbers: Ints | list[int]) -> list[str]:
        """Return the texts of some numbers."""
        found: list[str] = self._array().take(pa.array(numbers, pa.int64())).to_pylist()
        return found

    def find_all(self, texts: Iterable[str]) -> dict[str, int]:
        """Return the number of each of some texts that is there; in any order they may be."""
        wanted = pa.array(sorted(set(texts)), pa.large_string())
        place = pc.index_in(self._array(), value_set=wanted)
        numbers = np.flatnonzero(place.is_valid().to_numpy(zero_copy_only=False))
        names = wanted.take(place.take(pa.array(numbers))).to_pylist()
        return dict(zip(names, numbers.tolist(), strict=True))

    def _array(self) -> pa.LargeStringArray:
        buffers = [pa.py_buffer(np.asarray(one)) for one in (self._start, self._letters)]
        return pa.LargeStringArray.from_buffers(len(self), *buffers)

    def _bytes(self, number: int) -> bytes:
        return bytes(self._letters[self._start[number] : self._start[number + 1]])


class Rows:
    """Rows of a table by the number of what they belong to, mapped.

    Args:
        start: Where the rows of each number begin, and the end of the last.
        table: The rows, those of one number together.
    """

    def __init__(self, start: Ints, table: pa.Table) -> None:
        self._start = start
        self._table = table

    @classmethod
    def open(cls, folder: Path, name: str) -> "Rows":
        """Return what `put` wrote."""
        return cls(get(folder, f"{name}_rows"), get_table(folder, name))

    @staticmethod
    def put(folder: Path, name: str, owner: Ints, count: int, table: pa.Table) -> None:
        """Write rows.

        Args:
            folder: Where.
            name: Of the table.
            owner: Number to which each row belongs, rising, below ``count``.
            count: How many numbers there are.
            table: The rows.
        """
        put(folder, f"{name}_rows", np.searchsorted(owner, np.arange(count + 1)).astype(np.int64))
        put_table(folder, name, table)

    def of(self, numbers: list[int]) -> pa.Table:
        """Return the rows of some numbers, in their order."""
        wanted = np.asarray(numbers, dtype=np.int64)
        first, count = np.asarray(self._start[wanted]), self.counts(numbers)
        place = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count - first, count)
        return self._table.take(pa.array(place, pa.int64()))

    def counts(self, numbers: list[int]) -> Ints:
        """Return how many rows each of some numbers has."""
        wanted = np.asarray(numbers, dtype=np.int64)
        return np.asarray(self._start[wanted + 1]) - np.asarray(self._start[wanted])


def _parts(texts: pa.Array | pa.ChunkedArray) -> tuple[Ints, Mapped]:
    whole = pa.chunked_array(texts) if isinstance(texts, pa.Array) else texts
    one = pa.concat_arrays(
        whole.cast(pa.large_string()).chunks or [pa.array([], pa.large_string())]
    )
    if one.null_count:
        raise ValueError("texts: none may be null")
    start = np.zeros(1, dtype=np.int64)
    letters = np.zeros(0, dtype=np.uint8)
    if len(one):
        _, starts, data = one.buffers()
        start = np.frombuffer(starts, np.int64)[one.offset : one.offset + len(one) + 1]
        if data is not None:
            letters = np.frombuffer(data, np.uint8)[int(start[0]) : int(start[-1])]
    return (start - start[0]).astype(np.int64), letters
