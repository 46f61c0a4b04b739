"""Sets of labels by number: whether a derived row may be read is one look-up in an index."""

import hashlib
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Result,
    Select,
    Table,
    and_,
    bindparam,
    insert,
    select,
)

from maillon.model import View
from maillon.store.second_lock import unlock
from maillon.store.tables_mandate import LABEL_SET

_SETS: Final = select(LABEL_SET.c.id, LABEL_SET.c.labels)


def set_number(labels: Iterable[int]) -> int:
    """Return the number of a set of label ids: a hash, so that it tells nothing of how many."""
    return _number(tuple(sorted(set(labels))))


@lru_cache(maxsize=1024)
def _number(labels: tuple[int, ...]) -> int:
    text = json.dumps(list(labels))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) >> 1


def intern_set(connection: Connection, labels: Iterable[int]) -> int:
    """Return the number of a set of label ids, adding the set when it is new."""
    held = sorted(set(labels))
    number = set_number(held)
    found = connection.execute(select(LABEL_SET.c.id).where(LABEL_SET.c.id == number)).scalar()
    if found is None:
        connection.execute(insert(LABEL_SET).values(id=number, labels=held))
    return number


def intern_sets(connection: Connection, sets: Iterable[Iterable[int]]) -> None:
    """Add each of these sets that is new."""
    for labels in sorted({tuple(sorted(set(one))) for one in sets}):
        intern_set(connection, labels)


def readable_sets(connection: Connection, view: View) -> list[int]:
    """Return the numbers of the sets that the view covers, sorted."""
    rows = connection.execute(_SETS).all()
    return sorted(number for number, labels in rows if view.labels.issuperset(labels))


def show(connection: Connection, view: View) -> list[int]:
    """Open the second lock to a view for this transaction; return the sets that it covers."""
    sets = readable_sets(connection, view)
    unlock(connection, view.labels, sets)
    return sets


def under(view: View, table: Table, query: Select[Any], connection: Connection) -> Select[Any]:
    """Return a query narrowed to the rows that a view may read, as they stood on its day.

    Args:
        view: What may be read.
        table: The table that the query reads, with ``label_set`` and ``at``.
        query: The query.
        connection: Tells which sets there are.
    """
    return query.where(may_read(view, table, show(connection, view)))


def ask(
    connection: Connection, view: View, table: Table, query: Select[Any], **values: object
) -> Result[Any]:
    """Ask a question that was made once, narrowed as by `under`; the values are its parameters.

    For questions that are put many times: making one takes longer than answering it.
    """
    sets = show(connection, view)
    told = {"label_sets": sets, "label_sets_until": view.known_on + "T24", **values}
    return connection.execute(_narrowed(query, table, is_past=bool(view.known_on)), told)


@lru_cache(maxsize=256)
def _narrowed(query: Select[Any], table: Table, *, is_past: bool) -> Select[Any]:
    sets: BindParameter[list[int]] = bindparam("label_sets", expanding=True)
    narrowed = query.where(table.c.label_set.in_(sets))
    return narrowed.where(table.c.at < bindparam("label_sets_until")) if is_past else narrowed


def may_read(view: View, table: Table, sets: Iterable[int]) -> ColumnElement[bool]:
    """Return the condition that a row is the view's: its set is one of these, and of its days."""
    readable: ColumnElement[bool] = table.c.label_set.in_(list(sets))
    if not view.known_on:
        return readable
    return and_(readable, table.c.at < view.known_on + "T24")
