"""Who is never an inner hop of a path: children, victims, witnesses, aid workers.

Unless a person decided by name that it may be (a ``release``). Source: DESIGN, section 4.
"""

from typing import Final

import duckdb

from maillon.model import DOUBTFUL_BIRTH

NEVER_INNER: Final = ("humanitarian", "minor", "restricted", "sealed", "victim", "witness")
"""Protections that keep an entity out of the middle of a path."""

LENT: Final = {
    "protected": "NULL::VARCHAR AS entity, NULL::VARCHAR AS kind",
    "named_anchor": "NULL::VARCHAR AS entity, NULL::VARCHAR AS topic, NULL::VARCHAR AS id",
    "today": "NULL::DATE AS day",
}
"""Tables that the store lends with the statements, and their columns."""

# the last day that a birth date may stand for; one that cannot be read stands for a child
_GUARDED: Final = f"""
, born AS (
    SELECT entity, CASE length(said)
           WHEN 4 THEN try_cast(said || '-12-31' AS DATE)
           WHEN 7 THEN last_day(try_cast(said || '-01' AS DATE))
           ELSE try_cast(left(said, 10) AS DATE) END AS latest
    FROM (SELECT entity, value AS said FROM statement
          WHERE prop = 'birthDate' AND schema = 'Person'
          UNION ALL SELECT entity, native_grade FROM statement
          WHERE native_scheme = '{DOUBTFUL_BIRTH.scheme}' AND schema = 'Person')),
guarded AS (
    SELECT entity FROM lent_protected WHERE kind IN {NEVER_INNER}
    UNION
    SELECT entity FROM born
    WHERE latest IS NULL
       OR latest > coalesce((SELECT max(day) FROM lent_today), current_date) - INTERVAL 18 YEAR),
released AS (
    SELECT coalesce(c.canonical, p.entity) AS canonical
    FROM lent_protected p LEFT JOIN canonical c ON c.entity = p.entity WHERE p.kind = 'release')
SELECT DISTINCT coalesce(c.canonical, g.entity) AS canonical
FROM guarded g LEFT JOIN canonical c ON c.entity = g.entity
WHERE coalesce(c.canonical, g.entity) NOT IN (SELECT canonical FROM released)
ORDER BY canonical
"""


def lent(con: duckdb.DuckDBPyConnection) -> str:
    """Return the beginning of a query: what the store lends, empty where it lends nothing."""
    held = {row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    parts = (
        f"lent_{name} AS (" + (f"FROM {name}" if name in held else f"SELECT {columns} WHERE FALSE")
        + ")"
        for name, columns in LENT.items()
    )  # fmt: skip
    return "WITH " + ", ".join(parts)


def guarded(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return the canonical ids that no path crosses.

    Args:
        con: A connection with ``statement`` and ``canonical``; ``protected`` and ``today`` where
            the store lends them.
    """
    return frozenset(row[0] for row in con.execute(lent(con) + _GUARDED).fetchall())
