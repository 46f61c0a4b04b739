"""What a layer works with: an in-memory DuckDB that sees one view's statements, nothing else."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import duckdb

from maillon.model import Grade, Kind, Statement, StoreError, View

_COLUMNS: Final = (
    "entity, schema, prop, value, dataset, locator, original_value, lang, kind, source_grade, "
    "information_grade, native_grade, native_scheme, marking, first_seen, last_seen, delivery, "
    "label, retention_class, clock_start"
)

_ID: Final = "left(sha256(concat_ws(chr(31), delivery, locator, entity, prop, value)), 32)"
"""`maillon.model.statement_id` in SQL."""

_ROWS: Final = 10_000


class Workbench:
    """One view's statements as SQL.

    Attributes:
        con: DuckDB in memory, with the view ``statement`` (columns as `lake.SCHEMA`). It can open
            no other file, no network, and its settings are locked.
        view: The view that it shows.
        generation: Number of the newest delivery that it can see.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, view: View, generation: int) -> None:
        self.con = con
        self.view = view
        self.generation = generation

    def statements(
        self, where: str = "TRUE", values: Sequence[object] = (), order: str = "id"
    ) -> Iterator[Statement]:
        """Yield statements.

        Args:
            where: A SQL condition on the columns of ``statement``, with ``?`` for values.
            values: What stands for each ``?``.
            order: A SQL order that ends in ``id``.
        """
        cursor = self.con.cursor()
        cursor.execute(
            f"SELECT {_COLUMNS} FROM statement WHERE {where} ORDER BY {order}", list(values)
        )
        while rows := cursor.fetchmany(_ROWS):
            for row in rows:
                kind, grade = Kind(row[8]), Grade(*row[9:13])
                yield Statement(*row[:8], kind, grade, *row[13:])  # type: ignore[call-arg]  # one row, all fields

    def close(self) -> None:
        """Give the memory back."""
        self.con.close()


@contextmanager
def open_workbench(
    view: View,
    files: Sequence[str],
    generation: int,
    *,
    memory_limit: str,
    threads: int,
    scratch: str,
) -> Iterator[Workbench]:
    """Lend a workbench over exactly these files.

    Args:
        view: What may be read.
        files: Paths of the committed files that are current in the view, from the desk.
        generation: The generation of the file list.
        memory_limit: E.g. ``6GB``.
        threads: 1 or more.
        scratch: Folder for what does not fit in memory.

    Raises:
        StoreError: A file of the list is not there.
    """
    missing = [file for file in files if not os.path.exists(file)]  # noqa: PTH110 - thousands of them
    if missing:
        raise StoreError(f"{missing[0]} is gone: restore the workspace from its backup")
    con = duckdb.connect(":memory:")
    try:
        con.execute(f"SET memory_limit = '{memory_limit}'")
        con.execute(f"SET threads = {int(threads)}")
        con.execute(f"SET temp_directory = '{_quoted(scratch)}'")
        con.execute("SET autoinstall_known_extensions = false")
        con.execute("SET preserve_insertion_order = false")
        listed = ", ".join(f"'{_quoted(file)}'" for file in files)
        con.execute(f"SET allowed_paths = [{listed}]")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
        con.execute(_statement_view(view, listed))
        yield Workbench(con, view, generation)
    finally:
        con.close()


def _statement_view(view: View, listed: str) -> str:
    labels = ", ".join(str(int(label)) for label in sorted(view.labels))
    if not listed or not labels:
        return f"CREATE VIEW statement AS SELECT NULL::VARCHAR AS id, {_empty()} WHERE FALSE"
    return (
        f"CREATE VIEW statement AS SELECT {_ID} AS id, * FROM read_parquet([{listed}]) "
        f"WHERE label IN ({labels})"
    )


def _empty() -> str:
    from maillon.store.lake import SCHEMA  # noqa: PLC0415 - pyarrow only where it is needed

    return ", ".join(
        f"NULL::{'INTEGER' if str(field.type) == 'int32' else 'VARCHAR'} AS {field.name}"
        for field in SCHEMA
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")
