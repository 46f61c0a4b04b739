"""The lake: statements as Parquet, one or more files a delivery, committed by a row of the desk.

Writing: temporary folder, fsync, rename into place, fsync of the folder, then the row. A file that
no row names is invisible; it is swept by the next load. Nothing here lists a folder in order to
read it.
"""

import fcntl
import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from maillon.model import LOCAL, UNGRADED, Grade, Statement

ROWS_A_BATCH: Final = 100_000
"""Statements held in memory before they go to the file."""

_TEXT: Final = (
    "entity",
    "schema",
    "prop",
    "value",
    "original_value",
    "lang",
    "dataset",
    "delivery",
    "locator",
    "kind",
    "source_grade",
    "information_grade",
    "native_grade",
    "native_scheme",
    "marking",
    "first_seen",
    "last_seen",
)

SCHEMA: Final = pa.schema(
    [pa.field(name, pa.string()) for name in _TEXT]
    + [
        pa.field("label", pa.int32()),
        pa.field("retention_class", pa.string()),
        pa.field("clock_start", pa.string()),
    ]
)
"""The columns of every statement file, in order; a statement's id is made when it is read."""

_GRADE_PARTS: Final = tuple(map(attrgetter, ("source", "information", "code", "scheme")))


class Lake:
    """The folder of Parquet files of one workspace.

    Args:
        folder: ``lake/`` of the workspace.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.incoming = folder / "incoming"
        self.derived = folder / "derived"

    def create(self) -> None:
        """Make the folders."""
        for folder in (self.folder, self.incoming, self.derived):
            folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def receiving(self, name: str) -> Iterator[Path]:
        """Lend a folder of its own for one load; it is gone afterwards, whatever happens.

        Its lock file tells a later sweep whether the load that owned it is still alive.
        """
        self.sweep_incoming()
        folder = self.incoming / f"{name}.{os.getpid()}"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                yield folder
            finally:
                _remove(folder)

    @contextmanager
    def committing(self) -> Iterator[None]:
        """Hold the one lock between renaming files into place and writing their row."""
        with (self.folder / "commit.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def place(self, files: Sequence[Path], month: str, delivery: str) -> list[str]:
        """Move finished files to where readers will find them; return their names in the lake.

        Args:
            files: Closed and synced Parquet files of one delivery, in order.
            month: The month in which their retention begins, ``2026-11``: the folder.
            delivery: The delivery's id.
        """
        folder = self.folder / month
        folder.mkdir(exist_ok=True)
        names = []
        for number, file in enumerate(files):
            name = f"{month}/{delivery}.{number:04d}.parquet"
            file.replace(self.folder / name)
            names.append(name)
        sync_folder(folder)
        sync_folder(self.folder)
        return names

    def paths(self, names: Sequence[str]) -> list[str]:
        """Return the paths of committed files by their names in the desk."""
        return [str(self.folder / name) for name in names]

    def sweep_incoming(self) -> None:
        """Remove the folders of loads that died: nobody holds their lock any more."""
        for folder in sorted(self.incoming.iterdir()):
            lock = folder / "lock"
            try:
                with lock.open("r+") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except (FileNotFoundError, BlockingIOError):
                continue
            _remove(folder)

    def sweep_placed(self, known: frozenset[str]) -> int:
        """Remove placed files that no row names; call it while `committing`. Return how many."""
        gone = 0
        for file in sorted(self.folder.glob("????-??/*.parquet")):
            if f"{file.parent.name}/{file.name}" not in known:
                file.unlink()
                gone += 1
        return gone


class StatementWriter:
    """Writes the statements of one delivery to one Parquet file.

    Args:
        file: The temporary file.
        dataset: The dataset that every statement is of.
        delivery: The delivery's id, stamped on every statement and into every local id.
        label: Id of the label that every statement gets.
        retention_class: Stamped on every statement.
        clock_start: ISO date on which retention begins, stamped on every statement.
        entity_props: Names of entity-typed properties, whose values may be local ids.
        grade: What a statement gets that brings none of its own.
    """

    def __init__(
        self,
        file: Path,
        dataset: str,
        delivery: str,
        label: int,
        retention_class: str,
        clock_start: str,
        entity_props: frozenset[str],
        grade: Grade = UNGRADED,
    ) -> None:
        self._file = file
        self._dataset = dataset
        self._delivery = delivery
        self.label = label
        self._retention_class = retention_class
        self._clock_start = clock_start
        self._entity_props = entity_props
        self._grade = grade
        self._writer = pq.ParquetWriter(file, SCHEMA, compression="zstd", compression_level=1)
        self.count = 0

    def write(
        self, statements: Iterable[Statement], progress: Callable[[int], None] | None = None
    ) -> None:
        """Write statements, batch by batch; ``progress`` hears the count after each."""
        waiting = iter(statements)
        with collector_off():
            while rows := list(islice(waiting, ROWS_A_BATCH)):
                self._write(rows)
                if progress is not None:
                    progress(self.count)

    def close(self) -> None:
        """Close the file and have it on disk."""
        self._writer.close()
        with self._file.open("rb") as file:
            os.fsync(file.fileno())

    def abandon(self) -> None:
        """Close the file without finishing it."""
        self._writer.close()

    def _write(self, held: list[Statement]) -> None:
        rows = len(held)
        # column by column: zip(*rows) over 100,000 rows is five times slower
        entity, schema, prop, value, dataset, locator, original, lang, kind, grade, *rest = (
            list(map(itemgetter(number), held)) for number in range(13)
        )
        delivery = self._delivery
        grade = [self._grade if one is UNGRADED else one for one in grade]
        entity = [delivery + text if text[:1] == LOCAL else text for text in entity]
        value = [
            delivery + text if text[:1] == LOCAL and name in self._entity_props else text
            for text, name in zip(value, prop, strict=True)
        ]
        arrays = [
            *map(_column, (entity, schema, prop, value, original, lang, dataset)),
            pa.repeat(delivery, rows),
            *map(_column, (locator, kind)),
            *(_column(list(map(part, grade))) for part in _GRADE_PARTS),
            *map(_column, rest[:3]),
            pa.repeat(pa.scalar(self.label, pa.int32()), rows),
            pa.repeat(self._retention_class, rows),
            pa.repeat(self._clock_start, rows),
        ]
        self._writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=SCHEMA))
        self.count += rows


@contextmanager
def collector_off() -> Iterator[None]:
    """Let the collector rest: what a batch makes holds no cycles, and it would walk all again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _column(values: Sequence[str | None]) -> pa.Array:
    first = values[0]
    if first == values[-1] and values.count(first) == len(values):
        text = None if first is None else str(first)
        return pa.repeat(pa.scalar(text, pa.string()), len(values))
    return pa.array(values, pa.string())


def write_table(file: Path, table: pa.Table) -> None:
    """Write ``table`` beside ``file`` and rename it into place, on disk when it returns."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    pq.write_table(table, part, compression="zstd", compression_level=1)
    with part.open("rb") as raw:
        os.fsync(raw.fileno())
    part.replace(file)
    sync_folder(file.parent)


def sync_file(file: Path) -> None:
    """Make a file's bytes durable."""
    with file.open("rb") as raw:
        os.fsync(raw.fileno())


def sync_folder(folder: Path) -> None:
    """Have the folder's entries on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink(missing_ok=True)
    folder.rmdir()
