"""Canonical ids: a cluster goes by the own id of its smallest member.

So every canonical id ever given is the own id of some entity, and resolves for as long as that
entity is there, whatever became of its cluster. An own id says nothing of the entity.
"""

import hashlib
from typing import Final

import duckdb
import pyarrow as pa

from maillon.store import ChangeKind, ClusterChange

OWN_ID_SQL: Final = "'ml-' || left(sha256('ml' || chr(31) || {entity}), 20)"
"""`own_id` in DuckDB: ``OWN_ID_SQL.format(entity="s.entity")``."""

MOST_ENTITIES: Final = 1_000
"""Entity ids that one change names; all are counted."""


def own_id(entity: str) -> str:
    """Return the id that an entity's cluster goes by when the entity is its smallest member.

    Args:
        entity: Entity id, e.g. ``un-sc-QDi.318``.
    """
    return "ml-" + hashlib.sha256(f"ml\x1f{entity}".encode()).hexdigest()[:20]


def current(canonical: pa.Table | duckdb.DuckDBPyConnection, old_id: str) -> str | None:
    """Return the canonical id that an id, a record's or one given at any time, stands for now.

    Args:
        canonical: Table ``entity, canonical``, or a connection in which it is called ``canonical``.
        old_id: A canonical id, or the id of a record.

    Returns:
        None when no entity has it: it never was an id, or its entity is gone or hidden.
    """
    if isinstance(canonical, duckdb.DuckDBPyConnection):
        return _current(canonical, old_id)
    with duckdb.connect(":memory:") as con:
        con.register("canonical", canonical)
        return _current(con, old_id)


def _current(con: duckdb.DuckDBPyConnection, old_id: str) -> str | None:
    own = OWN_ID_SQL.format(entity="entity")
    # an id in use stands for itself: no need to hash every entity
    for where in ("canonical = ?", "entity = ?", f"{own} = ?"):
        found = con.execute(f"SELECT canonical FROM canonical WHERE {where} LIMIT 1", [old_id])
        rows = found.fetchall()
        if rows:
            return str(rows[0][0])
    return None


def changes(before: pa.Table, after: pa.Table) -> list[ClusterChange]:
    """Return what became of the canonical ids, sorted by kind and ids.

    Entities in one of the tables alone have arrived or are gone: that is no change of the others'
    clusters, unless it gave them another id (``renamed``).

    Args:
        before: Table ``entity, canonical`` of one moment, one row an entity, in any order.
        after: The same of a later moment.
    """
    with duckdb.connect(":memory:") as con:
        con.register("before_rows", before)
        con.register("after_rows", after)
        con.execute(_MOVED)
        merged = con.execute(_SEVERAL.format(one="new", many="old")).fetchall()
        split = con.execute(_SEVERAL.format(one="old", many="new")).fetchall()
        renamed = con.execute(_RENAMED).fetchall()
    return [
        *(_change(ChangeKind.MERGED, many, [one], *named) for one, many, *named in merged),
        *(_change(ChangeKind.RENAMED, [old], [new], *named) for old, new, *named in renamed),
        *(_change(ChangeKind.SPLIT, [one], many, *named) for one, many, *named in split),
    ]


def _change(
    kind: ChangeKind, before: list[str], after: list[str], entities: list[str], count: int
) -> ClusterChange:
    return ClusterChange(kind, tuple(before), tuple(after), tuple(entities), count)


_MOVED: Final = """
CREATE TEMP TABLE both_times AS
SELECT entity, b.canonical AS old, a.canonical AS new
FROM before_rows b JOIN after_rows a USING (entity);
CREATE TEMP TABLE moved AS SELECT DISTINCT old, new FROM both_times WHERE old <> new;
CREATE TEMP TABLE touched AS
SELECT * FROM both_times
WHERE old IN (SELECT old FROM moved) OR new IN (SELECT new FROM moved);
"""
"""Every merge, split and renaming moves an entity to another id: only those ids are looked at."""

_NAMED: Final = (
    f"list_slice(list(entity ORDER BY entity), 1, {MOST_ENTITIES}) AS entities, "
    "count(*) AS entity_count"
)

_SEVERAL: Final = (
    "SELECT {one}, list_sort(list(DISTINCT {many})), " + _NAMED + " FROM touched GROUP BY {one} "
    "HAVING count(DISTINCT {many}) > 1 ORDER BY {one}"
)

_RENAMED: Final = (
    "SELECT old, new, " + _NAMED + " FROM touched "
    "WHERE old IN (SELECT old FROM touched GROUP BY old HAVING count(DISTINCT new) = 1) "
    "AND new IN (SELECT new FROM touched GROUP BY new HAVING count(DISTINCT old) = 1) "
    "AND old <> new GROUP BY old, new ORDER BY old, new"
)
