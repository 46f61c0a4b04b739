"""What a layer works with: an in-memory DuckDB that sees one view's statements, nothing else."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from maillon.model import Grade, Kind, Statement, StoreError, View
from maillon.store.spares import Spares
from maillon.store.tombstones import STATEMENT_ID, Condition

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_COLUMNS: Final = (
    "entity, schema, prop, value, dataset, locator, original_value, lang, kind, source_grade, "
    "information_grade, native_grade, native_scheme, marking, first_seen, last_seen, delivery, "
    "label, retention_class, clock_start"
)

_ROWS: Final = 10_000

FEW: Final = 20
"""Ids that are compared one by one, and whose statements are worked on where they are read."""


class Row(NamedTuple):
    """What a statement says, of few entities: columns as `parquet.SCHEMA`."""

    entity: str
    schema: str
    dataset: str
    prop: str
    value: str
    native_grade: str | None
    native_scheme: str | None
    label: int
    delivery: str = ""
    locator: str = ""
    original_value: str | None = None
    kind: str = ""
    source_grade: str | None = None
    information_grade: str | None = None
    first_seen: str | None = None
    last_seen: str | None = None


class Workbench:
    """One view's statements as SQL.

    Args:
        connect: Opens the database, over files that are fixed.
        give_back: Closes it.

    Attributes:
        view: The view that it shows.
        generation: Number of the newest delivery that it can see.
        labels: Of what stands in each dataset, as far as the view may read it.
    """

    def __init__(
        self, connect: "Callable[[], DuckDBPyConnection]", view: View, generation: int,
        give_back: "Callable[[DuckDBPyConnection], None] | None" = None,
    ) -> None:  # fmt: skip
        self._connect, self._give_back = connect, give_back
        self._is_closed = False
        self._held: dict[str, list[Row]] = {}
        self.view = view
        self.generation = generation
        self.labels: Mapping[str, frozenset[int]] = {}

    @cached_property
    def con(self) -> "DuckDBPyConnection":
        """DuckDB in memory, with the view ``statement`` (columns as `parquet.SCHEMA`).

        It can open no other file, no network, and its settings are locked. It is opened when it is
        first asked for: a screening without a hit asks it nothing, and need not wait for it.
        """
        if self._is_closed:
            raise StoreError("the workbench was given back: lend it again")
        return self._connect()

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

    def hold(self, entities: Sequence[str]) -> None:
        """Read the statements of these few once: `rows` answers out of memory from now on."""
        self._held = {one: [] for one in entities}
        for row in self._read(entities):
            self._held[row.entity].append(row)

    def rows(self, entities: Sequence[str]) -> list[Row]:
        """Return the statements of few entities, each once, in no order.

        Args:
            entities: `FEW` ids at most.

        Raises:
            ValueError: There are more.
        """
        if len(entities) > FEW:
            raise ValueError(f"{len(entities)} entities are not few: ask the database")
        wanted = dict.fromkeys(entities)
        if wanted.keys() <= self._held.keys():
            return [row for one in wanted for row in self._held[one]]
        return self._read(list(wanted))

    def _read(self, entities: Sequence[str]) -> list[Row]:
        where, values = self.among(entities)
        sql = f"SELECT {', '.join(Row._fields)} FROM statement WHERE {where}"
        return [Row._make(one) for one in self.con.cursor().execute(sql, values).fetchall()]

    @staticmethod
    def among(entities: Sequence[str]) -> tuple[str, list[Any]]:
        """Return the SQL condition *one of these entities*, and its values.

        Few are compared one by one, many are joined: a join takes longer to begin than few to
        compare.
        """
        if 0 < len(entities) <= FEW:
            return f"entity IN ({', '.join('?' * len(entities))})", list(entities)
        return "entity IN (SELECT unnest(?::VARCHAR[]))", [list(entities)]

    def labels_in(self, datasets: Iterable[str]) -> frozenset[int]:
        """Return the labels of what stands in these datasets, as far as the view may read it."""
        return frozenset().union(*(self.labels.get(one, frozenset()) for one in set(datasets)))

    def close(self) -> None:
        """Give the memory back."""
        self._is_closed = True
        if "con" in self.__dict__:
            (self._give_back or _close)(self.con)


def _close(con: "DuckDBPyConnection") -> None:
    con.close()


@contextmanager
def open_workbench(
    view: View,
    files: Sequence[str],
    generation: int,
    *,
    memory_limit: str,
    threads: int,
    scratch: str,
    tables: Sequence[str] = (),
    conditions: Sequence[str | Condition] = (),
    joins: Sequence[str] = (),
    spares: Spares,
) -> Iterator[Workbench]:
    """Lend a workbench over exactly these files.

    Args:
        view: What may be read.
        files: Paths of the committed files that are current in the view, from the desk.
        generation: The generation of the file list.
        memory_limit: E.g. ``6GB``.
        threads: 1 or more.
        scratch: Folder for what does not fit in memory.
        tables: SQL that makes the tables that ``conditions`` ask.
        conditions: SQL conditions under which a statement is seen; all must hold that are asked.
        joins: SQL that joins what they ask, no row twice.
        spares: Opens the database.

    Raises:
        StoreError: A file of the list is not there.
    """
    missing = [file for file in files if not os.path.exists(file)]  # noqa: PTH110 - thousands of them
    if missing:
        raise StoreError(f"{missing[0]} is gone: restore the workspace from its backup")
    listed = ", ".join(f"'{_quoted(file)}'" for file in files)
    settings = (
        f"SET memory_limit = '{memory_limit}'",
        f"SET threads = {int(threads)}",
        f"SET temp_directory = '{_quoted(scratch)}'",
        "SET autoinstall_known_extensions = false",
        "SET preserve_insertion_order = false",
        f"SET allowed_paths = [{listed}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    )
    labels = tuple(sorted(int(label) for label in view.labels))
    shown = _Shown((*settings, *tables), tuple(conditions), labels, listed, tuple(joins))
    bench = Workbench(lambda: spares.take(shown), view, generation, spares.give_back)
    try:
        yield bench
    finally:
        bench.close()


@dataclass(frozen=True, slots=True)
class _Shown:
    """All that a workbench shows, and to whom; two that are equal show the same.

    Attributes:
        statements: SQL that makes settings and tables.
        conditions: Under which a statement is seen.
        labels: That may be read.
        files: What is read, as a SQL list.
        joins: SQL that joins the tables.
    """

    statements: tuple[str, ...]
    conditions: tuple[str | Condition, ...]
    labels: tuple[int, ...]
    files: str
    joins: tuple[str, ...]

    def fill(self, con: "DuckDBPyConnection") -> None:
        for one in self.statements:
            con.execute(one)
        asked = [one for one in self.conditions if isinstance(one, str) or _is_needed(con, one)]
        held = [one if isinstance(one, str) else one.sql for one in asked]
        con.execute(self._view(held))

    def _view(self, conditions: Sequence[str]) -> str:
        labels = ", ".join(map(str, self.labels))
        if not self.files or not labels:
            return f"CREATE VIEW statement AS SELECT NULL::VARCHAR AS id, {_empty()} WHERE FALSE"
        seen = " AND ".join((f"label IN ({labels})", *conditions))
        return (
            f"CREATE VIEW statement AS SELECT {STATEMENT_ID} AS id, s.* "
            f"FROM read_parquet([{self.files}]) AS s {' '.join(self.joins)} WHERE {seen}"
        )


def _is_needed(con: "DuckDBPyConnection", condition: Condition) -> bool:
    found = con.execute(condition.needed).fetchone()
    return bool(found and found[0])


def _empty() -> str:
    from maillon.store.parquet import SCHEMA  # noqa: PLC0415 - pyarrow only where it is needed

    return ", ".join(
        f"NULL::{'INTEGER' if str(field.type) == 'int32' else 'VARCHAR'} AS {field.name}"
        for field in SCHEMA
    )


def _quoted(text: str) -> str:
    return text.replace("'", "''")
