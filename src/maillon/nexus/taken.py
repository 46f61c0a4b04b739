"""The statements of a few entities, taken out of the view once.

The id of a statement is a hash, made for every row that a join reads, and what a view must not see
is sought for every row again. Entities that are written out narrow the rows before both.
"""

from collections.abc import Iterable

import duckdb


def take(con: duckdb.DuckDBPyConnection, table: str, entities: Iterable[str]) -> None:
    """Make the temporary table of all statements of these entities, with the columns of the view.

    Args:
        con: A connection with ``statement``.
        table: Name of the table; one that is there goes.
        entities: Their ids.
    """
    wanted = ", ".join("'" + one.replace("'", "''") + "'" for one in sorted(set(entities)))
    where = f"entity IN ({wanted})" if wanted else "FALSE"
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM statement WHERE {where}")
