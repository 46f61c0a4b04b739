"""The SQL of records, keys and comparisons for one record at a time: planned once, run often.

Each step that makes a table is run once over nothing, and prepared as an insertion into it when all
tables are there: a plan that is older than a table is made anew at every execution. One record's
rows live in a transaction that is rolled back, so the tables are empty again.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import duckdb
import pyarrow as pa

from maillon.resolve.blocking import keys_sql
from maillon.resolve.comparisons import SURE, TABLES, level_of
from maillon.resolve.names import forms
from maillon.resolve.placeholders import placeholders
from maillon.resolve.records import KNOWN_HUB, NAMES, make_form_table, show_some, show_tables, steps
from maillon.resolve.state import PAPER_KIND, State

_MAKES: Final = re.compile(r"CREATE OR REPLACE TEMP TABLE (\w+) AS\b")
_NAMES_AFTER: Final = "features.sql"


class Staged:
    """Makes one record after the other.

    Args:
        state: Whose hubs are hubs, and whose records are compared.
    """

    def __init__(self, state: State) -> None:
        self._con = duckdb.connect(":memory:")
        self._con.execute("SET threads = 1")
        self._con.execute(
            "PRAGMA disable_optimizer"
        )  # a plan for one row: made sooner than improved
        show_tables(self._con)
        self._con.execute(KNOWN_HUB)
        self._con.register("hub_rows", state.hubs)
        self._con.execute("INSERT INTO known_hub SELECT * FROM hub_rows")
        self._con.unregister("hub_rows")
        self._con.execute(
            """CREATE TEMP TABLE statement
               (entity VARCHAR, schema VARCHAR, prop VARCHAR, value VARCHAR, dataset VARCHAR);
               CREATE TEMP VIEW source AS SELECT * FROM statement"""
        )
        self._steps: dict[str, list[str]] = {}
        self._plans: dict[str, str] = {}
        self._stage("entities.sql")
        self._con.execute("CREATE TEMP VIEW chosen AS SELECT * FROM entity")
        self._stage("features.sql")
        make_form_table(self._con)
        self._stage("held.sql")
        show_some(self._con)
        self._stage("records.sql")
        self._con.execute("CREATE TEMP TABLE beside AS SELECT * FROM record")
        self._plans["names"] = NAMES
        self._plans["papers"] = f"SELECT {PAPER_KIND}, number FROM paper ORDER BY 1, 2"
        for name, sql in self._plans.items():
            self._prepare(name, sql)
        self._kinds: set[str] = set()

    def close(self) -> None:
        """Forget everything."""
        self._con.close()

    def _stage(self, file: str) -> None:
        held = self._steps[file] = []
        for number, step in enumerate(steps(self._con, file)):
            made = _MAKES.search(step)
            if made is None and not re.search(r"\b(INSERT INTO|DELETE FROM)\b", step):
                self._con.execute(step)  # a macro
                continue
            if made is not None:
                self._con.execute(step)
            name = f"{file.removesuffix('.sql')}_{number}"
            self._plans[name] = _MAKES.sub(r"INSERT INTO \1", step)
            held.append(name)

    def _prepare(self, name: str, sql: str) -> None:
        self._con.execute(f"PREPARE {name} AS {sql}")

    @contextmanager
    def record(self, rows: Sequence[tuple[str, str, str, str]]) -> Iterator[None]:
        """Make the record of one entity, for as long as it is asked about.

        Args:
            rows: Entity, schema, property and value.
        """
        self._con.execute("BEGIN")
        try:
            marks = ", ".join(["(?, ?, ?, ?, '')"] * len(rows))
            self._con.execute(
                f"INSERT INTO statement VALUES {marks}", [text for row in rows for text in row]
            )
            for file, names in self._steps.items():
                for name in names:
                    self._con.execute(f"EXECUTE {name}")
                if file == _NAMES_AFTER:
                    self._read_names()
            yield
        finally:
            self._con.execute("ROLLBACK")

    def _read_names(self) -> None:
        found = self._con.execute("EXECUTE names").fetchall()
        read = forms(found, placeholders("any"))  # noqa: F841 - DuckDB reads it by its name
        self._con.execute("INSERT INTO name_form SELECT * FROM read")

    def keys(self, kind: str) -> list[tuple[int, int, bool]]:
        """Return key, rule and whether its script has no vowels, of the record."""
        self._ready(kind)
        return self._con.execute(f"EXECUTE keys_{kind}").fetchall()

    def compared(
        self,
        kind: str,
        others: pa.Table,  # noqa: ARG002 - DuckDB reads it by its name
    ) -> list[tuple[Any, ...]]:
        """Return number, whether other papers do not matter, and levels, of each other record."""
        self._ready(kind)
        self._con.execute("INSERT INTO beside SELECT * FROM others")
        return self._con.execute(f"EXECUTE compared_{kind}").fetchall()

    def papers(self) -> list[tuple[int, int]]:
        """Return number of the kind, and number, of the papers of the record."""
        return self._con.execute("EXECUTE papers").fetchall()

    def _ready(self, kind: str) -> None:
        if kind in self._kinds:
            return
        keys = keys_sql(kind, "record")
        self._prepare(f"keys_{kind}", f"SELECT DISTINCT k, rule, is_bare FROM ({keys})")
        names = [row[0] for row in self._con.execute("DESCRIBE record").fetchall()]
        sides = ", ".join(f"{side}.{name} AS {name}_{side}" for side in "lr" for name in names)
        levels = ", ".join(level_of(name, *table) for name, table in TABLES[kind].items())
        self._prepare(
            f"compared_{kind}",
            f"SELECT unique_id_l, {SURE.get(kind, 'FALSE')}, {levels} "
            f"FROM (SELECT {sides} FROM beside l, record r)",
        )
        self._kinds.add(kind)
