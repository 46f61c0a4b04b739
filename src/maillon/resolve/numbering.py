"""Entities are numbered in the order of their ids: what a newer delivery makes of the numbers."""

from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from maillon.resolve.constraints import Flags, Ints
from maillon.resolve.files import CHUNK, writing


class Numbering(NamedTuple):
    """Entities of an older state and of a newer one.

    Attributes:
        now: Newer number of each older entity, -1 for one that is gone; shape ``(older,)``.
        was: Older number of each newer entity, -1 for one that has come; shape ``(newer,)``.
        fresh: Whether each newer entity has come, or its record must be made anew.
    """

    now: Ints
    was: Ints
    fresh: Flags

    @property
    def stale(self) -> Flags:
        """Whether each older entity is gone, or its record is made anew."""
        return (self.now < 0) | self.fresh[self.now]

    def with_fresh(self, numbers: Ints) -> "Numbering":
        """Return the same, with the records of other entities (newer numbers) made anew too."""
        fresh = self.fresh.copy()
        fresh[numbers] = True
        return self._replace(fresh=fresh)

    def newer(self, flags: Flags) -> Flags:
        """Return flags of older entities, by newer number."""
        return np.asarray((self.was >= 0) & flags[self.was])

    def older(self, flags: Flags) -> Flags:
        """Return flags of newer entities, by older number."""
        return np.asarray((self.now >= 0) & flags[self.now])


def number_anew(con: duckdb.DuckDBPyConnection, older: pa.Table) -> Numbering:
    """Return how entities are numbered now.

    Args:
        con: A connection with ``entity``, see entities.sql.
        older: Table ``entity, print`` of the older state, by number.
    """
    size = older.num_rows
    numbered = older.select(["entity", "print"]).append_column("was", pa.array(range(size)))
    con.register("older_entity", numbered)
    found = con.sql(
        """SELECT coalesce(o.was, -1) AS was, o.print IS DISTINCT FROM e.print AS fresh
           FROM entity e LEFT JOIN older_entity o USING (entity) ORDER BY e.n"""
    ).fetchnumpy()
    con.unregister("older_entity")
    was = np.asarray(found["was"], np.int64)
    now = np.full(size, -1, np.int64)
    held = was >= 0
    now[was[held]] = np.flatnonzero(held)
    return Numbering(now, was, np.asarray(found["fresh"], np.bool_))


def write_merged(
    path: Path, older: pa.Table, fresh: pa.Table, column: str, numbering: Numbering
) -> None:
    """Write the rows of an older table that still hold, renumbered, and those made anew.

    Args:
        path: Arrow file to write, sorted by number.
        older: Rows sorted by older number; several of one number may stand together.
        fresh: Rows of the same columns, sorted by newer number.
        column: Of the numbers.
        numbering: From one to the other.
    """
    numbers = numbering.now[older.column(column).to_numpy()]
    rows = np.flatnonzero((numbers >= 0) & ~numbering.fresh[numbers])
    numbers, made = numbers[rows], fresh.column(column).to_numpy()
    place = older.schema.get_field_index(column)
    fresh = fresh.cast(older.schema)
    with writing(path, older.schema) as out:
        for start in range(0, len(numbering.was), CHUNK):
            ends = [start, start + CHUNK]
            first, last = np.searchsorted(numbers, ends)
            parts = [fresh.slice(*_span(made, ends))]
            if first < last:
                held = older.slice(rows[first], rows[last - 1] - rows[first] + 1)
                held = held.take(pa.array(rows[first:last] - rows[first]))
                renumbered = pa.array(numbers[first:last], older.schema.field(column).type)
                parts.append(held.set_column(place, older.schema.field(column), renumbered))
            out.write_table(pa.concat_tables(parts).sort_by(column), max_chunksize=CHUNK)


def _span(numbers: Ints, ends: list[int]) -> tuple[int, int]:
    first, last = np.searchsorted(numbers, ends)
    return int(first), int(last - first)
