"""What may be asked of a hit in the queue: what people said of it, and where it stood before."""

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    ScalarSelect,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
)

from maillon.store.tables import SCREEN_HIT
from maillon.store.tables_cards import VALIDATION


def readable(table: Any, *, is_past: bool) -> ColumnElement[bool]:  # noqa: ANN401 - a table or its alias
    """Return `may_read` in a form that takes no index: the rows are found by what they speak of.

    SQLite would else look through every row of a set of labels, once for each hit.
    """
    sets: BindParameter[list[int]] = bindparam("sets", expanding=True)
    readable: ColumnElement[bool] = func.coalesce(table.c.label_set, 0).in_(sets)
    return and_(readable, table.c.at < bindparam("until")) if is_past else readable


def is_told(event: str, of: Any, *, is_past: bool) -> ColumnElement[bool]:  # noqa: ANN401 - as above
    """Return that an event of this kind is about a verdict, as far as the view may read it."""
    later: Any = VALIDATION.alias()
    query = select(later.c.id).where(later.c.of == of.c.id, later.c.event == event)
    return query.where(readable(later, is_past=is_past)).exists()


def waiting_verdict(what: str, *, is_past: bool) -> ScalarSelect[Any]:
    """Return a column of the verdict on a hit that waits for a second person; none: NULL."""
    one: Any = VALIDATION.alias()
    return _newest(one, what, _waits(one, is_past=is_past))


def own_verdict(what: str, *, is_past: bool) -> ScalarSelect[Any]:
    """Return a column of the own verdict on a hit that nobody took back; none: NULL."""
    one: Any = VALIDATION.alias()
    return _newest(one, what, _mine(one, is_past=is_past))


def disputed_verdict(what: str, *, is_past: bool) -> ScalarSelect[Any]:
    """Return a column of the verdict on a hit from which a second look differs; none: NULL."""
    one: Any = VALIDATION.alias()
    return _newest(one, what, _differs(one, is_past=is_past))


def is_decided(*, is_past: bool) -> ColumnElement[bool]:
    """Return that a verdict on the hit stands."""
    one: Any = VALIDATION.alias()
    query = select(one.c.id).where(
        _on_the_hit(one), readable(one, is_past=is_past),
        ~is_told("taken back", one, is_past=is_past),
        or_(~one.c.takes_two, is_told("second", one, is_past=is_past)),
    )  # fmt: skip
    return query.exists()


def is_mine(*, is_past: bool) -> ColumnElement[bool]:
    """Return that the asking account gave a verdict on the hit that nobody took back."""
    one: Any = VALIDATION.alias()
    return _has(one, lambda row: row.c.who == bindparam("account"), _mine(one, is_past=is_past))


def waits_for_second(*, is_past: bool, of_others: bool) -> ColumnElement[bool]:
    """Return that a verdict on the hit waits for a second person's word.

    Args:
        is_past: Whether it is asked of a past day.
        of_others: Whether somebody else gave it, and nobody has looked again: it waits for me.
    """
    one: Any = VALIDATION.alias()
    exactly = _waits(one, is_past=is_past)
    if of_others:
        unseen = ~is_told("look", one, is_past=is_past)
        exactly = (*exactly, one.c.person != bindparam("person"), unseen)
    return _has(one, lambda row: and_(row.c.event == "verdict", row.c.takes_two), exactly)


def is_disputed(*, is_past: bool) -> ColumnElement[bool]:
    """Return that a second look at the hit differs from its verdict, and nobody settled it."""
    one: Any = VALIDATION.alias()
    # a second look is of the same pair as the verdict
    return _has(one, lambda row: row.c.event == "look", _differs(one, is_past=is_past))


def came_before(*, is_past: bool) -> ColumnElement[bool]:
    """Return that the same pair, at the same contents, stands in a round that came first."""
    twin: Any = SCREEN_HIT.alias()
    query = select(twin.c.round).where(
        twin.c.subject == SCREEN_HIT.c.subject, twin.c.entry == SCREEN_HIT.c.entry,
        twin.c.subject_seal == SCREEN_HIT.c.subject_seal,
        twin.c.entry_seal == SCREEN_HIT.c.entry_seal, twin.c.state == SCREEN_HIT.c.state,
        readable(twin, is_past=is_past),
        tuple_(twin.c.at, twin.c.round) < tuple_(SCREEN_HIT.c.at, SCREEN_HIT.c.round),
    )  # fmt: skip
    return query.exists()


def _has(
    one: Any,  # noqa: ANN401 - an alias of the table
    roughly: Callable[[Any], ColumnElement[bool]], exactly: Iterable[ColumnElement[bool]],
) -> ColumnElement[bool]:  # fmt: skip
    """Return that a verdict is on the hit, at the contents at which it stands, and is such a one.

    The pairs on which there may be one are taken first: they are few where the hits are many.
    """
    rough: Any = VALIDATION.alias()
    pairs = select(rough.c.left, rough.c.right).where(rough.c.kind == "hit", roughly(rough))
    here = tuple_(SCREEN_HIT.c.subject, SCREEN_HIT.c.entry).in_(pairs)
    return and_(here, select(one.c.id).where(_on_the_hit(one), *exactly).exists())


def _newest(
    one: Any,  # noqa: ANN401 - as above
    what: str, exactly: Iterable[ColumnElement[bool]],
) -> ScalarSelect[Any]:  # fmt: skip
    query = select(one.c[what]).where(_on_the_hit(one), *exactly)
    return query.order_by(one.c.number.desc()).limit(1).scalar_subquery()


def _on_the_hit(one: Any) -> ColumnElement[bool]:  # noqa: ANN401 - as above
    """Return that a verdict is on a hit, at the contents at which it stands (`hit_version`)."""
    halves = [func.substr(SCREEN_HIT.c[name], 1, 32, type_=Text())
              for name in ("subject_seal", "entry_seal")]  # fmt: skip
    version = halves[0].concat(halves[1])
    return and_(
        one.c.left == SCREEN_HIT.c.subject, one.c.right == SCREEN_HIT.c.entry,
        one.c.kind == "hit", one.c.event == "verdict", one.c.version == version,
    )  # fmt: skip


def _waits(one: Any, *, is_past: bool) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 - as above
    return (
        readable(one, is_past=is_past), one.c.takes_two,
        ~is_told("taken back", one, is_past=is_past), ~is_told("second", one, is_past=is_past),
    )  # fmt: skip


def _mine(one: Any, *, is_past: bool) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 - as above
    return (
        one.c.who == bindparam("account"), readable(one, is_past=is_past),
        ~is_told("taken back", one, is_past=is_past),
    )  # fmt: skip


def _differs(one: Any, *, is_past: bool) -> tuple[ColumnElement[bool], ...]:  # noqa: ANN401 - as above
    look: Any = VALIDATION.alias()
    looked = select(look.c.id).where(
        look.c.of == one.c.id, look.c.event == "look", look.c.verdict != one.c.verdict,
        readable(look, is_past=is_past),
    )  # fmt: skip
    return (
        readable(one, is_past=is_past), looked.exists(),
        ~is_told("taken back", one, is_past=is_past), ~is_told("settled", one, is_past=is_past),
    )  # fmt: skip
