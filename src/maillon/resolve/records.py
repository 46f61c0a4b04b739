"""From statements to the records that resolution compares."""

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Final

import duckdb
import pyarrow as pa

from maillon.resolve.kinds import SCHEMATA, properties
from maillon.resolve.names import FORM
from maillon.resolve.namework import all_forms
from maillon.resolve.placeholders import placeholders
from maillon.resolve.schemata import ANYTHING

HUB_LIMITS: Final = {"number": 8, "weak number": 8, "phone": 12, "email": 12, "address": 40}
"""How many differently named entities may carry one value before it is a hub."""


def build_records(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``entity``, ``record``, ``paper``, ``hub``, ``carried`` and ``repeated``.

    Args:
        con: A workbench's connection, with ``statement``.
    """
    show_tables(con)
    build_shown(con)


def build_shown(con: duckdb.DuckDBPyConnection) -> None:
    """Do as `build_records`, where `show_tables` was done before."""
    build_entities(con)
    build_every(con)


def build_entities(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``entity`` and ``holding`` of all statements, where `show_tables` was done before."""
    con.execute("CREATE OR REPLACE TEMP VIEW source AS SELECT * FROM statement")
    run(con, "entities.sql")


def build_every(con: duckdb.DuckDBPyConnection) -> None:
    """Do the rest of `build_records`, where `build_entities` was done before."""
    con.execute(
        """CREATE OR REPLACE TEMP VIEW source AS SELECT * FROM statement;
           CREATE OR REPLACE TEMP VIEW chosen AS SELECT * FROM entity"""
    )
    build_chosen(con)
    con.execute(
        """CREATE OR REPLACE TEMP TABLE repeated AS
           SELECT unique_id, kind, first_id FROM
             (SELECT unique_id, kind, min(unique_id) OVER (PARTITION BY twin) AS first_id
              FROM record WHERE twin IS NOT NULL)
           WHERE first_id <> unique_id"""
    )


def build_chosen(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``record``, ``paper``, ``hub`` and ``carried`` of the entities in ``chosen``.

    Args:
        con: A connection with ``source``, ``chosen``, and ``known_hub`` of values that are hubs
            whatever is counted here.
    """
    run(con, "features.sql")
    _build_name_forms(con)
    con.execute(
        "CREATE TEMP TABLE IF NOT EXISTS known_hub (says VARCHAR, number BIGINT, carriers BIGINT)"
    )
    run(con, "records.sql")
    for gone in ("said", "held", "name_form", "named", "word"):
        con.execute(f"DROP TABLE {gone}")


def show_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``schema_kind``, ``property_row``, ``hub_limit``: the kinds, what properties say."""
    kinds = [
        (schema, kind, rank, schema not in ANYTHING)
        for rank, kind in enumerate(SCHEMATA)
        for schema in SCHEMATA[kind]
    ]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE schema_kind "
        "(schema VARCHAR, kind VARCHAR, rank INTEGER, is_special BOOLEAN)"
    )
    _fill(con, "schema_kind", kinds)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE property_row (record VARCHAR, schema VARCHAR, "
        "property VARCHAR, says VARCHAR, within VARCHAR, paper VARCHAR, bars BOOLEAN)"
    )
    _fill(
        con, "property_row",
        [(p.record, p.schema, p.prop, p.says, p.within, p.paper, p.differing == "bars")
         for p in properties()],
    )  # fmt: skip

    con.execute("CREATE OR REPLACE TEMP TABLE hub_limit (says VARCHAR, most INTEGER)")
    _fill(con, "hub_limit", list(HUB_LIMITS.items()))


def _fill(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert all rows at once: one by one they take longer than all the rest of a small view."""
    columns = [pa.array(list(column)) for column in zip(*rows, strict=True)]
    con.register("rows_to_fill", pa.table(columns, names=[f"c{n}" for n in range(len(columns))]))
    con.execute(f"INSERT INTO {table} SELECT * FROM rows_to_fill")
    con.unregister("rows_to_fill")


def run(con: duckdb.DuckDBPyConnection, file: str) -> None:
    """Run one of the SQL files of this layer, with the lists and limits that it names."""
    values = _values()
    for statement in _statements(con, file):
        named = {name: values[name] for name in statement.named_parameters}
        con.execute(statement, named) if named else con.execute(statement)


def _statements(con: duckdb.DuckDBPyConnection, file: str) -> list[duckdb.Statement]:
    sql = resources.files("maillon.resolve").joinpath(file).read_text("utf-8")
    return list(con.extract_statements(sql))


@cache
def _values() -> dict[str, object]:
    kinds = ("document", "phone", "date", "any")
    return {f"{kind}_placeholders": sorted(placeholders(kind)) for kind in kinds}


def _build_name_forms(con: duckdb.DuckDBPyConnection) -> None:
    con.register("no_form", FORM.empty_table())
    con.execute("CREATE OR REPLACE TEMP TABLE name_form AS SELECT * FROM no_form")
    con.unregister("no_form")
    names = con.sql(
        """SELECT DISTINCT value, kind = 'firm' AS organisation FROM said
           WHERE says IN ('name', 'given', 'family')"""
    ).to_arrow_table()
    for table in all_forms(names):
        con.register("forms", table)
        con.execute("INSERT INTO name_form SELECT * FROM forms")
        con.unregister("forms")
