"""The hits on which nobody has decided, in the order in which they came."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Row,
    ScalarSelect,
    Select,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)

from maillon.model import View
from maillon.store.labelsets import show
from maillon.store.tables import SCREEN_HIT
from maillon.store.tables_cards import VALIDATION

_OPEN: Final = "open"
_PLACE_NAMES: Final = ("at", "subject", "entry", "round")
_PLACE: Final = tuple(SCREEN_HIT.c[name] for name in _PLACE_NAMES)


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
    query = _query(
        is_past=bool(view.known_on), of_run=bool(receipt), of_list=bool(dataset),
        goes_on=after is not None,
    )  # fmt: skip
    told: dict[str, Any] = {
        "sets": sets, "until": view.known_on + "T24", "receipt": receipt, "dataset": dataset,
        "count": count, **dict(zip(_PLACE_NAMES, after or (), strict=False)),
    }  # fmt: skip
    if receipt:
        return list(connection.execute(query, told))
    of_each = (connection.execute(query, {**told, "one": one}).all() for one in sets)
    found = sorted((row for rows in of_each for row in rows), key=_place)
    return found[:count]


def count_waiting(connection: Connection, view: View, most: int) -> int:
    """Return how many rows `waiting_rows` has of all runs and lists; ``most + 1`` for more."""
    sets = show(connection, view)
    query = _counted(is_past=bool(view.known_on))
    told: dict[str, Any] = {"sets": sets, "until": view.known_on + "T24"}
    found = 0
    for one in sets:
        if found <= most:
            told |= {"one": one, "count": most + 1 - found}
            found += int(connection.scalar(query, told) or 0)
    return min(found, most + 1)


@lru_cache(maxsize=2)
def _counted(*, is_past: bool) -> Select[Any]:
    rows = _query(is_past=is_past, of_run=False, of_list=False, goes_on=False)
    return select(func.count()).select_from(rows.with_only_columns(SCREEN_HIT.c.at).subquery())


@lru_cache(maxsize=16)
def _query(*, is_past: bool, of_run: bool, of_list: bool, goes_on: bool) -> Select[Any]:
    """Return the question: making it takes longer than answering it, so each is made once."""
    query = select(SCREEN_HIT, _waits(is_past=is_past).label("verdict_waits")).where(
        SCREEN_HIT.c.state == _OPEN, ~_decided(is_past=is_past),
        # a list that is screened against itself: that an entry is itself needs nobody
        SCREEN_HIT.c.subject != SCREEN_HIT.c.entry,
    )  # fmt: skip
    if of_list:
        query = query.where(SCREEN_HIT.c.entry_dataset == bindparam("dataset"))
    if goes_on:
        place = (bindparam(name, type_=Text()) for name in _PLACE_NAMES)
        query = query.where(tuple_(*_PLACE) > tuple_(*place))
    query = query.order_by(*_PLACE).limit(bindparam("count", type_=Integer()))
    if of_run:
        return query.where(
            SCREEN_HIT.c.receipt == bindparam("receipt"), readable(SCREEN_HIT, is_past=is_past)
        )
    of_set = SCREEN_HIT.c.label_set == bindparam("one")
    query = query.where(~_came_before(is_past=is_past), of_set)
    return query.where(SCREEN_HIT.c.at < bindparam("until")) if is_past else query


def _place(row: Row[Any]) -> tuple[str, str, str, str]:
    return row.at, row.subject, row.entry, row.round


def readable(table: Any, *, is_past: bool) -> ColumnElement[bool]:  # noqa: ANN401 - a table or its alias
    """Return `may_read` in a form that takes no index: the rows are found by what they speak of.

    SQLite would else look through every row of a set of labels, once for each hit.
    """
    sets: BindParameter[list[int]] = bindparam("sets", expanding=True)
    readable: ColumnElement[bool] = func.coalesce(table.c.label_set, 0).in_(sets)
    return and_(readable, table.c.at < bindparam("until")) if is_past else readable


def _on_the_hit(one: Any) -> ColumnElement[bool]:  # noqa: ANN401 - an alias of the table
    """Return that a verdict is on a hit, at the contents at which it stands (`hit_version`)."""
    halves = [func.substr(SCREEN_HIT.c[name], 1, 32, type_=Text())
              for name in ("subject_seal", "entry_seal")]  # fmt: skip
    version = halves[0].concat(halves[1])
    return and_(
        one.c.left == SCREEN_HIT.c.subject, one.c.right == SCREEN_HIT.c.entry,
        one.c.kind == "hit", one.c.event == "verdict", one.c.version == version,
    )  # fmt: skip


def is_told(event: str, of: Any, *, is_past: bool) -> ColumnElement[bool]:  # noqa: ANN401 - as above
    """Return that an event of this kind is about a verdict, as far as the view may read it."""
    later: Any = VALIDATION.alias()
    query = select(later.c.id).where(later.c.of == of.c.id, later.c.event == event)
    return query.where(readable(later, is_past=is_past)).exists()


def _waits(*, is_past: bool) -> ScalarSelect[Any]:
    one: Any = VALIDATION.alias()
    query = select(one.c.id).where(
        _on_the_hit(one), readable(one, is_past=is_past), one.c.takes_two,
        ~is_told("taken back", one, is_past=is_past), ~is_told("second", one, is_past=is_past),
    )  # fmt: skip
    return query.order_by(one.c.number.desc()).limit(1).scalar_subquery()


def _decided(*, is_past: bool) -> ColumnElement[bool]:
    one: Any = VALIDATION.alias()
    query = select(one.c.id).where(
        _on_the_hit(one), readable(one, is_past=is_past),
        ~is_told("taken back", one, is_past=is_past),
        or_(~one.c.takes_two, is_told("second", one, is_past=is_past)),
    )  # fmt: skip
    return query.exists()


def _came_before(*, is_past: bool) -> ColumnElement[bool]:
    """Return that the same pair, at the same contents, stands in a round that came first."""
    twin: Any = SCREEN_HIT.alias()
    query = select(twin.c.round).where(
        twin.c.subject == SCREEN_HIT.c.subject, twin.c.entry == SCREEN_HIT.c.entry,
        twin.c.subject_seal == SCREEN_HIT.c.subject_seal,
        twin.c.entry_seal == SCREEN_HIT.c.entry_seal, twin.c.state == _OPEN,
        readable(twin, is_past=is_past),
        tuple_(twin.c.at, twin.c.round) < tuple_(SCREEN_HIT.c.at, SCREEN_HIT.c.round),
    )  # fmt: skip
    return query.exists()
