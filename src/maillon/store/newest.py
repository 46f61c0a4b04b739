"""Lists under policy: the newest rows that a view may read, however few those are among many."""

from typing import Any

from sqlalchemy import Connection, Select, Table, select, true

from maillon.model import View
from maillon.store.labelsets import show, under
from maillon.store.tables_mandate import LABEL_SET


def newest(view: View, table: Table, count: int, connection: Connection) -> Select[Any]:
    """Return the question for the newest rows of a table that a view may read, newest first.

    PostgreSQL takes the newest of each set from the index and then the newest of those: walking
    back from the newest row of all would read half a million where the view's rows are old.

    Args:
        view: What may be read.
        table: With ``number``, ``label_set`` and ``at``.
        count: How many rows at most.
        connection: Where it will be asked; PostgreSQL shows it the view's rows from here on.
    """
    order = table.c.number.desc()
    if connection.dialect.name != "postgresql":
        return under(view, table, select(table), connection).order_by(order).limit(count)
    sets = show(connection, view)
    held, one = table.alias("held"), LABEL_SET.c.id
    each = select(held.c.number).where(held.c.label_set == one)
    if view.known_on:
        each = each.where(held.c.at < view.known_on + "T24")
    of_each = each.order_by(held.c.number.desc()).limit(count).lateral("of_each")
    numbers = (
        select(of_each.c.number)
        .select_from(LABEL_SET.join(of_each, true()))
        .where(one.in_(sets))
        .order_by(of_each.c.number.desc())
        .limit(count)
    )
    return select(table).where(table.c.number.in_(numbers)).order_by(order)
