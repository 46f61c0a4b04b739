"""The hits on which nobody has decided, in the order in which they came."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    ScalarSelect,
    Text,
    and_,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from maillon.model import View
from maillon.store.labelsets import show
from maillon.store.tables import SCREEN_HIT
from maillon.store.tables_cards import VALIDATION

_OPEN: Final = "open"
_PLACE: Final = (SCREEN_HIT.c.at, SCREEN_HIT.c.subject, SCREEN_HIT.c.entry, SCREEN_HIT.c.round)


def waiting_rows(
    connection: Connection, view: View, receipt: str, dataset: str, after: Sequence[str] | None,
    count: int,
) -> list[Row[Any]]:  # fmt: skip
    """Return open hits without a standing verdict that the view sees, oldest first.

    They are rows of ``screen_hit`` with ``verdict_waits``: the id of a verdict that waits for a
    second person, or None. The oldest of each set of labels are taken from the index, and then the
    oldest of those: sorting what a view may read would read half a million for a page of fifty.

    Args:
        connection: Where it is asked; PostgreSQL shows it the view's rows from here on.
        view: What may be read.
        receipt: Only what this run brought to its state; empty: all, each pair once.
        dataset: Only hits on this list; empty for all.
        after: Time, subject, entry and round of the last one seen; None begins.
        count: How many at most.
    """
    sets = show(connection, view)
    query = select(SCREEN_HIT, _waits(view, sets).label("verdict_waits")).where(
        SCREEN_HIT.c.state == _OPEN, ~_decided(view, sets),
        # a list that is screened against itself: that an entry is itself needs nobody
        SCREEN_HIT.c.subject != SCREEN_HIT.c.entry,
    )  # fmt: skip
    if dataset:
        query = query.where(SCREEN_HIT.c.entry_dataset == dataset)
    if after is not None:
        query = query.where(tuple_(*_PLACE) > tuple_(*map(literal, after)))
    query = query.order_by(*_PLACE).limit(count)
    if receipt:
        of_run = query.where(SCREEN_HIT.c.receipt == receipt, _readable(view, SCREEN_HIT, sets))
        return list(connection.execute(of_run))
    query = query.where(~_came_before(view, sets))
    of_each = (connection.execute(query.where(_of_set(view, one))).all() for one in sets)
    found = sorted((row for rows in of_each for row in rows), key=_place)
    return found[:count]


def _place(row: Row[Any]) -> tuple[str, str, str, str]:
    return row.at, row.subject, row.entry, row.round


def _of_set(view: View, number: int) -> ColumnElement[bool]:
    of_set = SCREEN_HIT.c.label_set == number
    return and_(of_set, SCREEN_HIT.c.at < view.known_on + "T24") if view.known_on else of_set


def _readable(view: View, table: Any, sets: Sequence[int]) -> ColumnElement[bool]:  # noqa: ANN401 - a table or its alias
    """Return `may_read` in a form that takes no index: the rows are found by what they speak of.

    SQLite would else look through every row of a set of labels, once for each hit.
    """
    readable: ColumnElement[bool] = func.coalesce(table.c.label_set, 0).in_(list(sets))
    return and_(readable, table.c.at < view.known_on + "T24") if view.known_on else readable


def _on_the_hit(one: Any) -> ColumnElement[bool]:  # noqa: ANN401 - an alias of the table
    """Return that a verdict is on a hit, at the contents at which it stands (`hit_version`)."""
    halves = [func.substr(SCREEN_HIT.c[name], 1, 32, type_=Text())
              for name in ("subject_seal", "entry_seal")]  # fmt: skip
    version = halves[0].concat(halves[1])
    return and_(
        one.c.left == SCREEN_HIT.c.subject, one.c.right == SCREEN_HIT.c.entry,
        one.c.kind == "hit", one.c.event == "verdict", one.c.version == version,
    )  # fmt: skip


def _told(view: View, sets: Sequence[int], event: str, of: Any) -> ColumnElement[bool]:  # noqa: ANN401 - as above
    later: Any = VALIDATION.alias()
    query = select(later.c.id).where(later.c.of == of.c.id, later.c.event == event)
    return query.where(_readable(view, later, sets)).exists()


def _waits(view: View, sets: Sequence[int]) -> ScalarSelect[Any]:
    one: Any = VALIDATION.alias()
    query = select(one.c.id).where(
        _on_the_hit(one), _readable(view, one, sets), one.c.takes_two,
        ~_told(view, sets, "taken back", one), ~_told(view, sets, "second", one),
    )  # fmt: skip
    return query.order_by(one.c.number.desc()).limit(1).scalar_subquery()


def _decided(view: View, sets: Sequence[int]) -> ColumnElement[bool]:
    one: Any = VALIDATION.alias()
    query = select(one.c.id).where(
        _on_the_hit(one), _readable(view, one, sets), ~_told(view, sets, "taken back", one),
        or_(~one.c.takes_two, _told(view, sets, "second", one)),
    )  # fmt: skip
    return query.exists()


def _came_before(view: View, sets: Sequence[int]) -> ColumnElement[bool]:
    """Return that the same pair, at the same contents, stands in a round that came first."""
    twin: Any = SCREEN_HIT.alias()
    query = select(twin.c.round).where(
        twin.c.subject == SCREEN_HIT.c.subject, twin.c.entry == SCREEN_HIT.c.entry,
        twin.c.subject_seal == SCREEN_HIT.c.subject_seal,
        twin.c.entry_seal == SCREEN_HIT.c.entry_seal, twin.c.state == _OPEN,
        _readable(view, twin, sets),
        tuple_(twin.c.at, twin.c.round) < tuple_(SCREEN_HIT.c.at, SCREEN_HIT.c.round),
    )  # fmt: skip
    return query.exists()
