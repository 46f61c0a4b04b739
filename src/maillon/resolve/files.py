"""Tables as Arrow files: written once, mapped when they are needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from maillon.resolve.constraints import Ints

CHUNK: Final = 100_000
"""Rows of a batch."""


def mapped(path: Path) -> pa.Table:
    """Return an Arrow file as a table; what is read of it is read from the disk when it is."""
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


@contextmanager
def writing(path: Path, schema: pa.Schema) -> Iterator[pa.RecordBatchFileWriter]:
    """Lend what writes an Arrow file that can be mapped."""
    with pa.OSFile(str(path), "wb") as raw, pa.ipc.new_file(raw, schema) as out:
        yield out


def write_table(path: Path, relation: duckdb.DuckDBPyRelation) -> None:
    """Write the rows of a query as an Arrow file that can be mapped."""
    reader = relation.to_arrow_reader(CHUNK)
    with writing(path, reader.schema) as out:
        for batch in reader:
            out.write_batch(batch)


class Rows:
    """Rows of a mapped table by their place: only the batches that hold them are read.

    Args:
        table: In batches.
    """

    def __init__(self, table: pa.Table) -> None:
        self._schema = table.schema
        self._batches = table.to_batches()
        self._ends = np.cumsum([0, *(batch.num_rows for batch in self._batches)])

    def take(self, places: Ints) -> pa.Table:
        """Return the rows at some places, ascending."""
        found = []
        cuts = np.searchsorted(places, self._ends)
        for number in np.flatnonzero(cuts[1:] > cuts[:-1]).tolist():
            some = places[cuts[number] : cuts[number + 1]] - self._ends[number]
            found.append(self._batches[number].take(pa.array(some)))
        return pa.Table.from_batches(found, self._schema)
