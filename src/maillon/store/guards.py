"""What safeguards change in a view's statements: who is hidden, who is flagged, who was named.

A hiding protection is an extra label on an entity: who is not cleared for it gets its statements no
more, nor what speaks of it: a call, an ownership, a payment. Flags and anchors by hand are lent as
tables (``protected``, ``named_anchor``, ``today``) to the layers that obey them.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from maillon.model import View
from maillon.store.safeguards import Safeguards
from maillon.store.tombstones import Condition, Hidden

STANDS_ALONE: Final = (
    "Address", "Airplane", "BankAccount", "Company", "Consignment", "Container", "CourtCase",
    "CulturalObject", "Firearm", "LegalEntity", "Organization", "PaymentCard", "Person",
    "PublicBody", "RealEstate", "Seizure", "Vehicle", "Vessel",
)  # fmt: skip
"""Schemata of what stands for itself: of these only the statement that names a hidden one goes. Of
all others (links, papers, events) nothing is left without it."""


@dataclass(frozen=True, slots=True)
class Guards:
    """What safeguards change for a view.

    Attributes:
        hidden: Ids of the entities that it does not see.
        flags: Kinds of protection by entity.
        anchors: Entity, topic and id of the anchors by hand that count.
        day: The day, ISO.
    """

    hidden: frozenset[str]
    flags: Mapping[str, tuple[str, ...]]
    anchors: tuple[tuple[str, str, str], ...]
    day: str

    def with_(self, hidden: Hidden) -> Hidden:
        """Return what a view does not see, these guards added."""
        return Hidden(
            hidden.deliveries,
            (*hidden.tables, *self._tables()),
            (*hidden.conditions, *self._conditions()),
            tuple(sorted((*hidden.marks, *self._marks()))),
            (_HIDDEN,) if self.hidden else (),
        )

    def _tables(self) -> tuple[str, ...]:
        made = [f"CREATE TABLE today AS SELECT DATE '{self.day}' AS day"]
        flags = [(entity, kind) for entity, kinds in self.flags.items() for kind in kinds]
        if flags:
            made.append(_table("protected", ("entity", "kind"), flags))
        if self.anchors:
            made.append(_table("named_anchor", ("entity", "topic", "id"), self.anchors))
        if self.hidden:
            made.append(
                _table("hidden_entity", ("entity",), [(one,) for one in sorted(self.hidden)])
            )
        return tuple(made)

    def _conditions(self) -> tuple[str | Condition, ...]:
        if not self.hidden:
            return ()
        return (_NOT_HIDDEN, _NOT_NAMED)

    def _marks(self) -> tuple[str, ...]:
        said = repr((sorted(self.hidden), sorted(self.flags.items()), sorted(self.anchors)))
        if said == repr(([], [], [])):
            return ()
        return ("guards " + hashlib.sha256(said.encode()).hexdigest(),)


_HIDDEN: Final = "LEFT JOIN hidden_any ON hidden_id = entity"
"""One look-up a row, by which a join's own filter still passes to the files: ``NOT IN`` would be
two or three, and stop it."""
_NOT_HIDDEN: Final = "(hidden_id IS NULL OR hidden_names IS NOT NULL)"
_NOT_NAMED: Final = Condition(
    "SELECT count(*) > 0 FROM hidden_named",
    "(hidden_names IS NULL OR NOT list_contains(hidden_names, value))",
)
_NAMES: Final = "FROM read_parquet([{files}]) WHERE value IN (SELECT entity FROM hidden_entity)"


def _made(files: str) -> tuple[str, ...]:
    """Return the SQL of who names a hidden entity: links go whole, others lose the statement."""
    names = _NAMES.format(files=files) if files else "FROM hidden_entity WHERE FALSE"
    stands = f"schema IN {STANDS_ALONE}" if files else "TRUE"
    name = "value" if files else "entity"
    return (
        (
            f"CREATE TABLE hidden_name AS SELECT DISTINCT entity, {name} AS name,"
            f" {stands} AS stands {names}"
        ),
        """
        CREATE TABLE hidden_all AS SELECT entity FROM hidden_entity
        UNION SELECT entity FROM hidden_name WHERE NOT stands
        """,
        """
        CREATE TABLE hidden_named AS SELECT DISTINCT entity FROM hidden_name
        WHERE stands AND entity NOT IN (SELECT entity FROM hidden_all)
        """,
        """
        CREATE TABLE hidden_any AS
        SELECT DISTINCT entity AS hidden_id, NULL::VARCHAR[] AS hidden_names FROM hidden_all
        UNION ALL SELECT entity, list(DISTINCT name) FROM hidden_name
        WHERE entity IN (SELECT entity FROM hidden_named) GROUP BY entity
        """,
    )


def guards(connection: Connection, kept: Safeguards, view: View, day: str) -> Guards:
    """Return what safeguards change for a view today: the law of today, whatever day is read."""
    hidden = kept.protections.hidden_now(connection, view, day)
    flags = kept.protections.flags_now(connection, view, day)
    named = kept.anchoring.counting(connection, view, view.known_on or day)
    return Guards(hidden, flags, tuple((one.entity, one.topic, one.id) for one in named), day)


def named_tables(hidden: Hidden, files: Sequence[str]) -> tuple[str, ...]:
    """Return the SQL of who names a hidden entity, over these files; () where none is hidden."""
    if _NOT_HIDDEN not in hidden.conditions:
        return ()
    return _made(", ".join(_literal(file) for file in files))


def hidden_counts(hidden: frozenset[str], files: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return how many statements and entities of each delivery are not seen.

    Args:
        hidden: Ids of the hidden entities.
        files: Paths of the deliveries' files.
    """
    if not hidden or not files:
        return {}
    import duckdb  # noqa: PLC0415 - slow, and most views hide nothing

    with duckdb.connect(":memory:") as con:
        con.execute("SET threads = 1")
        con.execute(_table("hidden_entity", ("entity",), [(one,) for one in sorted(hidden)]))
        listed = ", ".join(_literal(file) for file in files)
        for sql in _made(listed):
            con.execute(sql)
        rows = con.execute(
            "SELECT delivery, count(*) FILTER (g.entity IS NOT NULL"
            "        OR s.value IN (SELECT entity FROM hidden_entity)),"
            "        count(DISTINCT s.entity) FILTER (g.entity IS NOT NULL)"
            f" FROM read_parquet([{listed}]) s LEFT JOIN hidden_all g ON g.entity = s.entity"
            " GROUP BY delivery"
        ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows if row[1]}


def _table(name: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    said = ", ".join("(" + ", ".join(map(_literal, row)) + ")" for row in rows)
    return f"CREATE TABLE {name} AS SELECT * FROM (VALUES {said}) AS t({', '.join(columns)})"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
