"""Saved charts: ids, places, pins and notes of people; values are looked up anew by who opens one.

A chart belongs to a case, or to one account where there is none. What a reader's view does not hold
is not on the chart that he gets; the texts on it he reads only where he may read all that it shows.
"""

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    and_,
    cast,
    delete,
    insert,
    select,
    update,
)

from maillon.model import LimitError, NotFoundError, StaleError, View
from maillon.store import ledger
from maillon.store.desk import Desk
from maillon.store.door import check_view, is_readable
from maillon.store.jobs import stamp
from maillon.store.pseudonyms import PREFIX
from maillon.store.tables_charts import CHART, CHART_NODE

MOST_NODES: Final = 10_000
"""Persons and organisations on one chart."""
MOST_LISTED: Final = 200
MOST_ROWS: Final = 1_000
"""Rows that are written at a time."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One person or organisation on a chart.

    Attributes:
        entities: Ids of its records, those that were one when the chart was saved.
        x: Where it stands, rightwards.
        y: Where it stands, downwards.
        is_pinned: Whether it stays when the others are laid out anew.
        note: What a person wrote beside it.
    """

    entities: tuple[str, ...]
    x: float
    y: float
    is_pinned: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChartHead:
    """A saved chart without what is on it.

    Attributes:
        id: 16 hex digits.
        revision: Counts its changes, from 1.
        title: What its makers call it; empty where they gave none or the view may not read it.
        who: Who saved it first.
        case: Of the case, or empty.
        at: When it was saved first.
        changed: When it was saved last.
        is_whole: Whether the view reads every label behind it; never shown.
    """

    id: str
    revision: int
    title: str
    who: str
    case: str
    at: str
    changed: str
    is_whole: bool

    def line(self) -> dict[str, Any]:
        """Return it as it is shown."""
        return {
            "chart": self.id, "revision": self.revision, "title": self.title, "who": self.who,
            "case": self.case, "at": self.at, "changed": self.changed,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chart:
    """A saved chart, as it lies on the desk.

    Attributes:
        head: Which chart.
        nodes: Who stands where; notes are empty where the view may not read them.
    """

    head: ChartHead
    nodes: tuple[Placed, ...]


class Charts:
    """The saved charts of one desk.

    Args:
        desk: Holds them.
        now: The clock.
    """

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now

    def add(
        self, view: View, title: str, nodes: Sequence[Placed], labels: Iterable[int]
    ) -> ChartHead:
        """Save a chart for the first time.

        Args:
            view: Whose it is: the case of its mandate, or its account.
            title: What to call it.
            nodes: Who stands where.
            labels: Those behind everything on it.

        Raises:
            LimitError: There are too many on it.
        """
        check_view(view)
        _check(nodes)
        id_, at, mandate = secrets.token_hex(8), stamp(self._now()), view.mandate
        with self._desk.begin() as connection:
            connection.execute(
                insert(CHART).values(
                    id=id_, revision=1, title=title, who=mandate.who, agency=mandate.agency,
                    purpose=mandate.purpose, case=mandate.case, entities=_ids(nodes),
                    labels=sorted(set(labels)), at=at, changed=at, changed_by=mandate.who,
                )
            )  # fmt: skip
            _put(connection, id_, nodes)
            said = {"chart": id_, "revision": 1, "nodes": len(nodes)}
            ledger.append(connection, mandate, "chart", "saved", said, _ids(nodes))
        return ChartHead(id_, 1, title, mandate.who, mandate.case, at, at, is_whole=True)

    def change(
        self, view: View, id_: str, seen: int, drawn: tuple[str, Sequence[Placed], Iterable[int]]
    ) -> int:
        """Save a chart anew; return its revision. Texts that the view may not read stay.

        Args:
            view: Who saves.
            id_: Of the chart.
            seen: The revision from which he went out.
            drawn: Title, nodes and labels, as `add` takes them.

        Raises:
            StaleError: Somebody saved it in between.
            NotFoundError: There is none of this case or account.
        """
        check_view(view)
        title, nodes, labels = drawn
        _check(nodes)
        with self._desk.begin() as connection:
            row = _row(connection, view, id_)
            _check_seen(row, seen)
            if not is_readable(view, row.labels, row.at):
                title, nodes = row.title, _with_notes(connection, id_, nodes)
            connection.execute(
                update(CHART).where(CHART.c.id == id_).values(
                    revision=seen + 1, title=title, entities=_ids(nodes),
                    labels=sorted({*row.labels, *labels}), changed=stamp(self._now()),
                    changed_by=view.mandate.who,
                )
            )  # fmt: skip
            connection.execute(delete(CHART_NODE).where(CHART_NODE.c.chart == id_))
            _put(connection, id_, nodes)
            said = {"chart": id_, "revision": seen + 1, "nodes": len(nodes)}
            ledger.append(connection, view.mandate, "chart", "saved", said, _ids(nodes))
        return seen + 1

    def delete(self, view: View, id_: str, seen: int) -> None:
        """Delete a chart with all its notes.

        Raises:
            StaleError: As `change`.
            NotFoundError: As `change`.
        """
        check_view(view)
        with self._desk.begin() as connection:
            _check_seen(_row(connection, view, id_), seen)
            connection.execute(delete(CHART_NODE).where(CHART_NODE.c.chart == id_))
            connection.execute(delete(CHART).where(CHART.c.id == id_))
            ledger.append(connection, view.mandate, "chart", "deleted", {"chart": id_})

    def page(self, view: View, *, before: str = "", most: int = MOST_LISTED) -> list[ChartHead]:
        """Return the charts of the case or account, the newest first.

        Args:
            view: Whose.
            before: Id of the last chart of the page before; empty for the first page.
            most: How many at most.

        Raises:
            NotFoundError: There is no chart ``before``.
        """
        check_view(view)
        query = select(CHART).where(_own(view)).order_by(CHART.c.number.desc())
        with self._desk.engine.connect() as connection:
            if before:
                query = query.where(CHART.c.number < _row(connection, view, before).number)
            rows = connection.execute(query.limit(max(1, min(most, MOST_LISTED)))).all()
        return [_head(view, row) for row in rows]

    def read(self, view: View, id_: str) -> Chart:
        """Return a chart as it lies on the desk: who of it is shown, the caller looks up.

        Raises:
            NotFoundError: As `change`.
        """
        check_view(view)
        ids = cast(CHART_NODE.c.entities, Text())  # of ten thousand rows, read by one call
        columns = (CHART_NODE.c[name] for name in ("x", "y", "is_pinned", "note"))
        query = select(ids, *columns).where(CHART_NODE.c.chart == id_).order_by(CHART_NODE.c.number)
        with self._desk.engine.connect() as connection:
            head = _head(view, _row(connection, view, id_))
            rows = connection.execute(query).all()
        import orjson  # noqa: PLC0415 - only who opens a chart needs it

        entities = orjson.loads(f"[{','.join(row[0] for row in rows)}]")
        is_whole = head.is_whole
        return Chart(head, tuple(
            Placed(_standing(of), x, y, is_pinned, note if is_whole else "")
            for of, (_, x, y, is_pinned, note) in zip(entities, rows, strict=True)
        ))  # fmt: skip


def _check(nodes: Sequence[Placed]) -> None:
    if len(nodes) > MOST_NODES:
        raise LimitError("persons and organisations on one chart", MOST_NODES, len(nodes))


def _check_seen(row: Row[Any], seen: int) -> None:
    if row.revision != seen:
        raise StaleError("somebody saved this chart in between: open it again")


def _ids(nodes: Iterable[Placed]) -> list[str]:
    return sorted({id_ for one in nodes for id_ in one.entities})


def _put(connection: Connection, chart: str, nodes: Sequence[Placed]) -> None:
    for start in range(0, len(nodes), MOST_ROWS):
        rows = [
            {"chart": chart, "entities": list(one.entities), "x": one.x, "y": one.y,
             "is_pinned": one.is_pinned, "note": one.note}
            for one in nodes[start : start + MOST_ROWS]
        ]  # fmt: skip
        connection.execute(insert(CHART_NODE), rows)


def _with_notes(connection: Connection, chart: str, nodes: Sequence[Placed]) -> list[Placed]:
    """Return nodes with the notes that stand beside them on the desk."""
    query = select(CHART_NODE.c.entities, CHART_NODE.c.note).where(CHART_NODE.c.chart == chart)
    held = {
        id_: row.note for row in connection.execute(query) if row.note for id_ in row.entities
    }  # fmt: skip

    def noted(one: Placed) -> str:
        found = sorted({held[id_] for id_ in one.entities if id_ in held} - {one.note})
        return "\n".join([*found, *([one.note] if one.note else [])])

    return [replace(one, note=noted(one)) for one in nodes]


def _own(view: View) -> ColumnElement[bool]:
    """Return the condition that a chart is of the mandate's case, or of its account."""
    mandate = view.mandate
    own = [CHART.c.case == mandate.case]
    if not mandate.case:
        own += [CHART.c.who == mandate.who, CHART.c.agency == mandate.agency]
    if view.known_on:
        own.append(CHART.c.at < view.known_on + "T24")
    return and_(*own)


def _row(connection: Connection, view: View, id_: str) -> Row[Any]:
    row = connection.execute(select(CHART).where(CHART.c.id == id_, _own(view))).first()
    if row is None:
        raise NotFoundError(f"no chart {id_} of this case or account")
    return row


def _head(view: View, row: Row[Any]) -> ChartHead:
    is_whole = is_readable(view, row.labels, row.at)
    return ChartHead(
        row.id, row.revision, row.title if is_whole else "", row.who, row.case, row.at,
        row.changed, is_whole,
    )  # fmt: skip


def _standing(ids: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of those who were not erased."""
    return tuple([one for one in ids if not one.startswith(PREFIX)])
