"""From statements to the records that resolution compares."""

from collections.abc import Sequence
from contextlib import ExitStack
from importlib import resources
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from maillon.resolve.files import CHUNK, mapped, writing
from maillon.resolve.kinds import SCHEMATA, properties
from maillon.resolve.names import FORM
from maillon.resolve.namework import all_forms
from maillon.resolve.placeholders import KINDS, placeholders
from maillon.resolve.schemata import ANYTHING

HUB_LIMITS: Final = {"number": 8, "weak number": 8, "phone": 12, "email": 12, "address": 40}
"""How many differently named entities may carry one value before it is a hub."""


RARE: Final = 15.0
"""Weight (natural logarithm) from which a full name is rare; two words of middling rarity."""

KNOWN_HUB: Final = (
    "CREATE TEMP TABLE IF NOT EXISTS known_hub (says VARCHAR, number BIGINT, carriers BIGINT)"
)
"""Values that are hubs whatever is counted."""


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


def build_every(con: duckdb.DuckDBPyConnection, keep: Path | None = None) -> None:
    """Do the rest of `build_records`, where `build_entities` was done before.

    Args:
        con: The connection.
        keep: Arrow file that gets the records, so many at a time; ``record`` shows it then.
    """
    con.execute(
        """CREATE OR REPLACE TEMP VIEW source AS SELECT * FROM statement;
           CREATE OR REPLACE TEMP VIEW chosen AS SELECT * FROM entity"""
    )
    build_chosen(con, keep)
    con.execute(
        """CREATE OR REPLACE TEMP TABLE repeated AS
           SELECT unique_id, kind, first_id FROM
             (SELECT unique_id, kind, min(unique_id) OVER (PARTITION BY twin) AS first_id
              FROM record WHERE twin IS NOT NULL)
           WHERE first_id <> unique_id"""
    )


def build_chosen(con: duckdb.DuckDBPyConnection, keep: Path | None = None) -> None:
    """Make ``record``, ``paper``, ``hub`` and ``carried`` of the entities in ``chosen``.

    Args:
        con: A connection with ``source``, ``chosen``, and ``known_hub`` of values that are hubs
            whatever is counted here.
        keep: See `build_every`.
    """
    run(con, "features.sql")
    _build_name_forms(con)
    con.execute(KNOWN_HUB)
    run(con, "held.sql")
    if keep is None:
        show_some(con)
        run(con, "records.sql")
    else:
        _write_records(con, keep)
    for name in ("entity", "said", "held", "word"):
        con.execute(f"DROP VIEW some_{name}")
    for gone in ("said", "held", "name_form", "named", "word"):
        con.execute(f"DROP TABLE {gone}")


def show_some(con: duckdb.DuckDBPyConnection, where: str = "") -> None:
    """Make the views of which records.sql makes ``record``.

    Args:
        con: The connection.
        where: SQL that chooses among their numbers; empty for all.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP VIEW some_entity AS SELECT * FROM chosen {where};
            CREATE OR REPLACE TEMP VIEW some_said AS SELECT * FROM said {where};
            CREATE OR REPLACE TEMP VIEW some_word AS SELECT * FROM word {where};
            CREATE OR REPLACE TEMP VIEW some_held AS
            SELECT * FROM held ANTI JOIN hub USING (says, number) {where}"""
    )


def _write_records(con: duckdb.DuckDBPyConnection, keep: Path) -> None:
    """Make records so many at a time: all at once, their lists are larger than the memory."""
    ((count,),) = con.execute("SELECT count(*) FROM chosen").fetchall()
    with ExitStack() as stack:
        out: pa.RecordBatchFileWriter | None = None
        for start in range(0, max(count, 1), SLICE):
            show_some(con, f"WHERE n BETWEEN {start} AND {start + SLICE - 1}")
            run(con, "records.sql")
            found = con.sql("SELECT * FROM record ORDER BY unique_id").to_arrow_reader(CHUNK)
            out = out or stack.enter_context(writing(keep, found.schema))
            for batch in found:
                out.write_batch(batch)
    con.execute("DROP TABLE record")
    con.register("record", mapped(keep))


SLICE: Final = 500_000
"""Records that are made at a time."""


def show_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of this layer: kinds, properties, placeholders, limits of hubs."""
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

    con.execute("CREATE OR REPLACE TEMP TABLE placeholder (kind VARCHAR, value VARCHAR)")
    _fill(con, "placeholder", [(kind, value) for kind in KINDS for value in placeholders(kind)])
    con.execute(f"CREATE OR REPLACE TEMP MACRO is_rare(weight) AS weight >= {RARE}")
    con.execute("CREATE OR REPLACE TEMP TABLE hub_limit (says VARCHAR, most INTEGER)")
    _fill(con, "hub_limit", list(HUB_LIMITS.items()))


def _fill(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]) -> None:
    """Insert all rows at once: one by one they take longer than all the rest of a small view."""
    columns = [pa.array(list(column)) for column in zip(*rows, strict=True)]
    con.register("rows_to_fill", pa.table(columns, names=[f"c{n}" for n in range(len(columns))]))
    con.execute(f"INSERT INTO {table} SELECT * FROM rows_to_fill")
    con.unregister("rows_to_fill")


def run(con: duckdb.DuckDBPyConnection, file: str) -> None:
    """Run one of the SQL files of this layer."""
    for step in steps(con, file):
        con.execute(step)


def steps(con: duckdb.DuckDBPyConnection, file: str) -> list[str]:
    """Return the statements of one of the SQL files of this layer."""
    sql = resources.files("maillon.resolve").joinpath(file).read_text("utf-8")
    return [one.query.strip() for one in con.extract_statements(sql)]


NAMES: Final = """SELECT DISTINCT value, kind = 'firm' AS organisation FROM said
                  WHERE says IN ('name', 'given', 'family')"""
"""Names that have no form yet."""


def make_form_table(con: duckdb.DuckDBPyConnection) -> None:
    """Make an empty ``name_form``."""
    con.register("no_form", FORM.empty_table())
    con.execute("CREATE OR REPLACE TEMP TABLE name_form AS SELECT * FROM no_form")
    con.unregister("no_form")


def _build_name_forms(con: duckdb.DuckDBPyConnection) -> None:
    make_form_table(con)
    for table in all_forms(con.sql(NAMES).to_arrow_table()):
        con.register("forms", table)
        con.execute("INSERT INTO name_form SELECT * FROM forms")
        con.unregister("forms")
