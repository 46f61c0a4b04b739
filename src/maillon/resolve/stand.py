"""At which levels pairs of records stand: the same SQL that scored them, on a few rows."""

from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from maillon.resolve.comparisons import SURE, TABLES, level_of
from maillon.resolve.constraints import Ints
from maillon.resolve.state import State


def rows_of(state: State, numbers: Ints) -> pa.Table:
    """Return the records of some entities, each once, by number.

    Only the batches that hold them are read: a table of millions stays on disk.
    """
    wanted = np.unique(numbers)
    found: list[pa.RecordBatch] = []
    start = 0
    for batch in state.record.to_batches():
        end = start + batch.num_rows
        low, high = np.searchsorted(wanted, [start, end])
        if low < high:
            found.append(batch.take(pa.array(wanted[low:high] - start)))
        start = end
    return pa.Table.from_batches(found, schema=state.record.schema)


def stand(kind: str, rows: pa.Table, left: Ints, right: Ints) -> list[dict[str, str]]:
    """Return the label of the level at which each pair stands, by comparison.

    Args:
        kind: Kind of both records.
        rows: Records, as the table ``record`` of records.sql.
        left: ``unique_id`` of one record of each pair; the smaller, as when they were scored.
        right: ``unique_id`` of the other.
    """
    levels = [level_of(name, *table) for name, table in TABLES[kind].items()]
    found = _asked(levels, rows, left, right)
    return [dict(zip(TABLES[kind], labels, strict=True)) for labels in found]


def are_sure(kind: str, rows: pa.Table, left: Ints, right: Ints) -> list[bool]:
    """Return whether other papers do not keep each pair apart; arguments as for `stand`."""
    found = _asked([f"({SURE.get(kind, 'FALSE')}) AS is_sure"], rows, left, right)
    return [bool(one) for (one,) in found]


def stand_of(state: State, kind: str, left: Ints, right: Ints) -> list[dict[str, str]]:
    """Return the levels of pairs of one view, see `stand`; numbers of entities, in any order."""
    one, two = np.minimum(left, right), np.maximum(left, right)
    return stand(kind, rows_of(state, np.concatenate([one, two])), one, two)


def _asked(
    columns: Sequence[str], rows: pa.Table, left: Ints, right: Ints
) -> Sequence[tuple[Any, ...]]:
    """Return columns of SQL over ``x_l`` and ``x_r``, pair by pair."""
    if not len(left):
        return []
    names = rows.column_names
    one = ", ".join(f"l.{name} AS {name}_l" for name in names)
    two = ", ".join(f"r.{name} AS {name}_r" for name in names)
    pairs = pa.table({"place": np.arange(len(left)), "one": left, "two": right})
    with duckdb.connect(":memory:") as con:
        con.execute("SET threads = 1")
        con.register("rows", rows)
        con.register("pairs", pairs)
        found: Sequence[tuple[Any, ...]] = con.execute(
            f"""SELECT {", ".join(columns)} FROM (
                  SELECT p.place, {one}, {two} FROM pairs p
                  JOIN rows l ON l.unique_id = p.one JOIN rows r ON r.unique_id = p.two)
                ORDER BY place"""
        ).fetchall()
    return found
