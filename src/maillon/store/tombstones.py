"""What no reader sees: erased, restricted and masked, as conditions on the statements of a view."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Row, select

from maillon.model import Act, View
from maillon.store.desk import Desk
from maillon.store.door import check_act
from maillon.store.retention import Rules
from maillon.store.tables_keeping import (
    KEPT_DELIVERY,
    TOMBSTONE,
    TOMBSTONE_DELIVERY,
    UNMASKING,
)

if TYPE_CHECKING:
    from maillon.store.parts import Seen

ERASE: Final = "erase"
RESTRICT: Final = "restrict"

PENDING: Final = "pending"
"""In force for every reader; the files still hold what was erased."""
HELD: Final = "held"
"""In force; a legal hold keeps what is left in the files."""
DONE: Final = "done"
LIFTED: Final = "lifted"

ENTITY: Final = "entity"
STATEMENT: Final = "statement"
DELIVERY_SCOPE: Final = "delivery"
REMAINDER: Final = "remainder"
"""A delivery without the entities that are kept."""

STATEMENT_ID: Final = "left(sha256(concat_ws(chr(31), delivery, locator, entity, prop, value)), 32)"
"""`maillon.model.statement_id` in SQL."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that is asked only where there is something to ask.

    Attributes:
        needed: SQL of one boolean: whether the condition can be false of any statement.
        sql: The condition.
    """

    needed: str
    sql: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """What a view does not see of its deliveries.

    Attributes:
        deliveries: Hidden whole: their files are not even opened.
        tables: SQL that makes the tables that the conditions ask.
        conditions: SQL conditions on ``statement``, all of which must hold.
        marks: What `Store.key` adds: it changes whenever what is seen changes.
        joins: SQL that joins the tables that the conditions ask, one row a statement.
    """

    deliveries: frozenset[str] = frozenset()
    tables: tuple[str, ...] = ()
    conditions: tuple[str | Condition, ...] = ()
    marks: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()


@dataclass(slots=True)
class Gone:
    """Tombstones in force, sorted out by what they are about; ids in the order they came."""

    deliveries: set[str] = field(default_factory=set)
    entities: list[tuple[str, ...]] = field(default_factory=list)
    statements: list[tuple[str, ...]] = field(default_factory=list)
    remainders: set[str] = field(default_factory=set)
    kept: list[tuple[str, ...]] = field(default_factory=list)
    props: set[str] = field(default_factory=set)

    def add(self, tombstone: Row[Any], delivery: str) -> None:
        """Take in what one tombstone is about in one delivery."""
        if tombstone.scope == DELIVERY_SCOPE:
            self.deliveries.add(delivery)
        elif tombstone.scope == ENTITY:
            self.entities.append((tombstone.target, delivery))
            self.props.update(tombstone.props)
        elif tombstone.scope == STATEMENT:
            self.statements.append((tombstone.target, delivery))
        else:
            self.remainders.add(delivery)
            self.kept += [(entity, delivery) for entity in tombstone.kept]

    def tables(self) -> tuple[str, ...]:
        """Return the SQL that makes the tables that `conditions` ask."""
        made = ["CREATE SCHEMA IF NOT EXISTS keeping"]
        if self.entities:
            made.append(_table("gone_entity", "entity", self.entities))
        if self.statements:
            made.append(_table("gone_statement", "id", self.statements))
        if self.remainders:
            made.append(_table("kept_entity", "entity", self.kept or [("", "")]))
        return tuple(made) if len(made) > 1 else ()

    def conditions(self) -> tuple[str, ...]:
        """Return the conditions under which a statement is still there."""
        found = []
        if self.entities:
            asked = "SELECT entity, delivery FROM keeping.gone_entity"
            found.append(f"(entity, delivery) NOT IN ({asked})")
            if self.props:
                props = _listed(self.props)
                found.append(f"NOT (prop IN ({props}) AND (value, delivery) IN ({asked}))")
        if self.statements:
            asked = "SELECT id FROM keeping.gone_statement"
            where = _listed({delivery for _, delivery in self.statements})
            found.append(f"NOT (delivery IN ({where}) AND {STATEMENT_ID} IN ({asked}))")
        if self.remainders:
            asked = "SELECT entity, delivery FROM keeping.kept_entity"
            where = _listed(self.remainders)
            found.append(f"NOT (delivery IN ({where}) AND (entity, delivery) NOT IN ({asked}))")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """One erasure or restriction, as `retain list` tells of it: never of whom.

    Attributes:
        id: 16 hex digits.
        kind: ``erase`` or ``restrict``.
        scope: ``entity``, ``statement``, ``delivery`` or ``remainder``.
        rule: Under which rule.
        path: What led to it.
        at: When.
        state: ``pending``, ``held``, ``done``, ``lifted`` or ``superseded``.
    """

    id: str
    kind: str
    scope: str
    rule: str
    path: str
    at: str
    state: str

    def line(self) -> dict[str, str]:
        """Return it as ``retain list`` prints it."""
        return {
            "tombstone": self.id, "kind": self.kind, "scope": self.scope, "rule": self.rule,
            "path": self.path, "at": self.at, "state": self.state,
        }  # fmt: skip


def tombstones(desk: Desk, view: View, seen: Collection[str]) -> list[Tombstone]:
    """Return the tombstones on these deliveries, and the mandate's own; oldest first."""
    check_act(view, Act.RETAIN, Act.AUDIT)
    with desk.housekeeping() as connection:
        touched = connection.execute(select(TOMBSTONE_DELIVERY)).all()
        known = {row.tombstone for row in touched if row.delivery in seen}
        rows = connection.execute(select(TOMBSTONE).order_by(TOMBSTONE.c.number)).all()
    return [
        Tombstone(row.id, row.kind, row.scope, row.rule, row.path, row.at, row.state)
        for row in rows
        if row.id in known or row.who == view.mandate.who
    ]


def hidden(
    connection: Connection, rules: Rules, view: View, rows: "Iterable[Seen]", day: date
) -> Hidden:
    """Return what a view does not see of these deliveries on a day.

    Args:
        connection: To the desk.
        rules: Of retention.
        view: What may be read. Only oversight (the act ``audit``) sees what is restricted, and
            what a hold keeps.
        rows: Deliveries, with ``retention_class`` of their dataset.
        day: Today.
    """
    held = {row.id: row for row in rows}
    marks, gone = [], Gone()
    for tombstone, delivery, state in in_force(connection):
        if delivery not in held:
            continue
        is_kept = tombstone.kind == RESTRICT or state == HELD
        if is_kept and view.act is Act.AUDIT:
            marks.append(f"audit {tombstone.id}")
            continue
        gone.add(tombstone, delivery)
    kept = _kept(connection)
    marks += [f"{id_} {kept[id_].mark}" for id_ in held if id_ in kept and kept[id_].mark]
    masks = _masks(connection, rules, view, _starts(held, kept), day)
    return Hidden(
        frozenset(gone.deliveries),
        gone.tables(),
        (*gone.conditions(), *(condition for condition, _ in masks)),
        tuple(sorted((*marks, *(mark for _, mark in masks)))),
    )


def in_force(connection: Connection) -> list[tuple[Row[Any], str, str]]:
    """Return the tombstones in force, the delivery of each, and its state there."""
    return [(row, row.delivery, row.there) for row in connection.execute(_IN_FORCE)]


_IN_FORCE: Final = (
    select(TOMBSTONE, TOMBSTONE_DELIVERY.c.delivery, TOMBSTONE_DELIVERY.c.state.label("there"))
    .join(TOMBSTONE_DELIVERY, TOMBSTONE_DELIVERY.c.tombstone == TOMBSTONE.c.id)
    .where(TOMBSTONE.c.state.in_((PENDING, HELD)), TOMBSTONE_DELIVERY.c.state.in_((PENDING, HELD)))
    .order_by(TOMBSTONE.c.number, TOMBSTONE_DELIVERY.c.delivery)
)
_KEPT: Final = select(KEPT_DELIVERY)


def matching(scope: str, target: str, props: Iterable[str] = (), kept: Iterable[str] = ()) -> str:
    """Return the SQL of what a tombstone is about, in a delivery that it touches."""
    if scope == DELIVERY_SCOPE:
        return "TRUE"
    if scope == STATEMENT:
        return f"{STATEMENT_ID} = {_literal(target)}"
    if scope == REMAINDER:
        stay = ", ".join(map(_literal, sorted(kept)))
        return f"entity NOT IN ({stay})" if stay else "TRUE"
    named = ", ".join(map(_literal, sorted(props)))
    refers = f" OR (value = {_literal(target)} AND prop IN ({named}))" if named else ""
    return f"(entity = {_literal(target)}{refers})"


def _kept(connection: Connection) -> dict[str, Row[Any]]:
    return {row.delivery: row for row in connection.execute(_KEPT)}


def _starts(
    held: "Mapping[str, Seen]", kept: Mapping[str, Row[Any]]
) -> list[tuple[str, str, date]]:
    """Return id, retention class and clock of each delivery."""
    return [
        (id_, kept[id_].retention_class, date.fromisoformat(kept[id_].starts))
        if id_ in kept
        else (id_, row.retention_class, date.fromisoformat(row.received[:10]))
        for id_, row in sorted(held.items())
    ]


def _masks(
    connection: Connection,
    rules: Rules,
    view: View,
    starts: Sequence[tuple[str, str, date]],
    day: date,
) -> list[tuple[str, str]]:
    """Return condition and mark of each mask that is due on a delivery of the view."""
    found = []
    categories = {category for _, category, _ in starts} & set(rules.regimes)
    for category in sorted(categories):
        rule = rules.on(category, day)
        if rule.mask_after is None:
            continue
        newest = rule.mask_after.newest_over(day)
        masked = [id_ for id_, of, start in starts if of == category and start <= newest]
        if not masked:
            continue
        shown = _shown(connection, view, day)
        condition = (
            f"(retention_class = {_literal(category)} AND clock_start <= '{newest}' AND "
            f"({_properties(rules.masks[rule.mask])}))"
        )
        if shown:
            condition = f"({condition} AND entity NOT IN ({_listed(shown)}))"
        said = "\x1f".join((rule.mask, *rules.masks[rule.mask], *masked, *sorted(shown)))
        found.append((f"NOT {condition}", hashlib.sha256(said.encode()).hexdigest()))
    return found


def _shown(connection: Connection, view: View, day: date) -> set[str]:
    """Return the entities that an approved unmasking shows in the case of this view."""
    if not view.mandate.case:
        return set()
    query = select(UNMASKING).where(
        UNMASKING.c.case == view.mandate.case,
        UNMASKING.c.outcome == "approved",
        UNMASKING.c.expires >= day.isoformat(),
    )
    return {entity for row in connection.execute(query) for entity in row.entities}


def _properties(masked: Sequence[str]) -> str:
    """Return the SQL of ``Schema:*``, ``Schema:property`` and ``property``."""
    parts = [one.rpartition(":") for one in masked]
    whole = [schema for schema, _, prop in parts if schema and prop == "*"]
    plain = [prop for schema, _, prop in parts if not schema]
    found = [
        f"(schema = {_literal(schema)} AND prop = {_literal(prop)})"
        for schema, _, prop in parts
        if schema and prop != "*"
    ]
    found += [f"schema IN ({_listed(whole)})"] if whole else []
    found += [f"prop IN ({_listed(plain)})"] if plain else []
    return " OR ".join(found)


def _table(name: str, column: str, rows: Iterable[tuple[str, ...]]) -> str:
    values = ", ".join(f"({_literal(one)}, {_literal(other)})" for one, other in rows)
    return f"CREATE TABLE keeping.{name} AS SELECT * FROM (VALUES {values}) t({column}, delivery)"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(map(_literal, sorted(texts)))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
