"""Statements and derived tables into Parquet files: only what writes needs pyarrow."""

import secrets
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from maillon.model import LOCAL, UNGRADED, Grade, Statement
from maillon.store.lake import collector_off, sync_file, sync_folder

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


class StatementWriter:
    """Writes the statements of one delivery to Parquet files, one a label.

    Args:
        folder: A temporary folder of its own.
        dataset: The dataset that every statement is of.
        delivery: The delivery's id, stamped on every statement and into every local id.
        label_of: Returns the id of the label of a statement with this marking; of ``""`` it is the
            delivery's own.
        retention_class: Stamped on every statement.
        clock_start: ISO date on which retention begins, stamped on every statement.
        entity_props: Names of entity-typed properties, whose values may be local ids.
        grade: What a statement gets that brings none of its own.
    """

    def __init__(
        self,
        folder: Path,
        dataset: str,
        delivery: str,
        label_of: Callable[[str], int],
        retention_class: str,
        clock_start: str,
        entity_props: frozenset[str],
        grade: Grade = UNGRADED,
    ) -> None:
        self._folder = folder
        self._dataset = dataset
        self._delivery = delivery
        self._label_of = label_of
        self._retention_class = retention_class
        self._clock_start = clock_start
        self._entity_props = entity_props
        self._grade = grade
        self._writers: dict[int, pq.ParquetWriter] = {}
        self.counts: dict[int, int] = {}

    @property
    def count(self) -> int:
        """How many statements were written so far."""
        return sum(self.counts.values())

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

    def close(self) -> dict[int, Path]:
        """Close the files and have them on disk; return them by label, the delivery's own first.

        A label has a file where a statement has the label; where there is none, the own one has.
        """
        own = self._label_of("")
        if not self._writers:
            self._into(own)
        self.abandon()
        labels = sorted(self._writers, key=lambda label: (label != own, label))
        for label in labels:
            sync_file(self._file(label))
        return {label: self._file(label) for label in labels}

    def abandon(self) -> None:
        """Close the files without finishing them."""
        for writer in self._writers.values():
            writer.close()

    def _file(self, label: int) -> Path:
        return self._folder / f"{label}.parquet"

    def _into(self, label: int) -> pq.ParquetWriter:
        if label not in self._writers:
            self._writers[label] = pq.ParquetWriter(
                self._file(label), SCHEMA, compression="zstd", compression_level=1
            )
            self.counts[label] = 0
        return self._writers[label]

    def _write(self, held: list[Statement]) -> None:
        markings = [row.marking for row in held]
        if markings.count("") == len(held):
            self._put(self._label_of(""), held)
            return
        by_label: dict[int, list[Statement]] = {}
        for row, marking in zip(held, markings, strict=True):
            by_label.setdefault(self._label_of(marking), []).append(row)
        for label, rows in by_label.items():
            self._put(label, rows)

    def _put(self, label: int, held: list[Statement]) -> None:
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
            pa.repeat(pa.scalar(label, pa.int32()), rows),
            pa.repeat(self._retention_class, rows),
            pa.repeat(self._clock_start, rows),
        ]
        self._into(label).write_batch(pa.RecordBatch.from_arrays(arrays, schema=SCHEMA))
        self.counts[label] += rows


def _column(values: Sequence[str | None]) -> pa.Array:
    first = values[0]
    if first == values[-1] and values.count(first) == len(values):
        text = None if first is None else str(first)
        return pa.repeat(pa.scalar(text, pa.string()), len(values))
    return pa.array(values, pa.string())


def write_table(file: Path, table: pa.Table) -> None:
    """Write ``table`` beside ``file`` and rename it into place, on disk when it returns."""
    part = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
    pq.write_table(table, part, compression="zstd", compression_level=1)
    sync_file(part)
    part.replace(file)
    sync_folder(file.parent)
