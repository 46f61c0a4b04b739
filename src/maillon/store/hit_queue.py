"""The hits on which nobody has decided, in the order in which they came; or others, as asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    Select,
    Text,
    bindparam,
    func,
    null,
    select,
    tuple_,
)

from maillon.model import View
from maillon.store.hit_clauses import (
    came_before,
    disputed_verdict,
    is_decided,
    is_disputed,
    is_mine,
    own_verdict,
    readable,
    waiting_verdict,
    waits_for_second,
)
from maillon.store.labelsets import show
from maillon.store.tables import SCREEN_HIT

DECIDED: Final = "decided"
WAITS: Final = "waits"
MINE: Final = (DECIDED, WAITS)
"""Which hits are mine: on which I decided, or that wait for my word as a second person."""
_PLACE_NAMES: Final = ("at", "subject", "entry", "round")
_PLACE: Final = tuple(SCREEN_HIT.c[name] for name in _PLACE_NAMES)
_EQUAL: Final = {
    "dataset": "entry_dataset", "source": "subject_dataset", "subject": "subject",
    "entry": "entry",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HitsWanted:
    """Which hits are asked for; what is empty leaves none out.

    Attributes:
        receipt: Only what this run brought to its state; empty: all, each pair once.
        dataset: On this list.
        source: Of records of this dataset.
        subject: Of this record.
        entry: On this entry.
        least: Of this score and more, 0.0 to 1.0.
        most: Of this score and less.
        mine: ``decided``: on which the own account decided, and nobody took it back; ``waits``:
            that wait for the own person's word as the second.
        is_disputed: On which two people differ.
        is_second: For which somebody wants a second person's look.
    """

    receipt: str = ""
    dataset: str = ""
    source: str = ""
    subject: str = ""
    entry: str = ""
    least: float = 0.0
    most: float = 1.0
    mine: str = ""
    is_disputed: bool = False
    is_second: bool = False

    @property
    def states(self) -> tuple[str, ...]:
        """In which states such hits are: where somebody has decided, one may be cleared."""
        return ("open", "cleared") if self.mine == DECIDED or self.is_disputed else ("open",)

    @property
    def is_of_few(self) -> bool:
        """Whether people spoke of such hits: they are few, and looked up by what was said."""
        return bool(self.mine) or self.is_disputed or self.is_second

    def values(self) -> dict[str, Any]:
        """Return what a question about them is told."""
        return {
            "receipt": self.receipt, "dataset": self.dataset, "source": self.source,
            "subject": self.subject, "entry": self.entry, "least": self.least, "most": self.most,
        }  # fmt: skip


UNDECIDED: Final = HitsWanted()
"""All on which nobody has decided."""


class _Shape(NamedTuple):
    """What a question asks, without its values."""

    equal: tuple[str, ...]
    mine: str
    is_scored: bool
    is_disputed: bool
    is_second: bool
    is_of_few: bool
    of_run: bool
    goes_on: bool
    is_past: bool


def waiting_rows(
    connection: Connection, view: View, wanted: HitsWanted, person: str,
    after: Sequence[str] | None, count: int,
) -> list[Row[Any]]:  # fmt: skip
    """Return hits that the view sees, oldest first; those without a standing verdict, by itself.

    They are rows of ``screen_hit`` with ``verdict_waits`` and ``waits_person``: the id of a verdict
    that waits for a second person, and who gave it, or None; ``verdict_differs``: the id of the
    verdict from which a second look differs, and ``verdict_mine``: what the own account said, both
    only where it is asked for. The oldest of each set of labels are taken from the index, and then
    the oldest of those: sorting what a view may read would read half a million for a page of fifty.

    Args:
        connection: Where it is asked; PostgreSQL shows it the view's rows from here on.
        view: What may be read.
        wanted: Which are asked for.
        person: The natural person who asks.
        after: Time, subject, entry and round of the last one seen; None begins.
        count: How many at most.
    """
    sets = show(connection, view)
    query = _query(_shape(wanted, goes_on=after is not None, is_past=bool(view.known_on)))
    told: dict[str, Any] = {
        **wanted.values(), "sets": sets, "until": view.known_on + "T24", "count": count,
        "account": view.mandate.who, "person": person,
        **dict(zip(_PLACE_NAMES, after or (), strict=False)),
    }  # fmt: skip
    of_each = (connection.execute(query, {**told, **part}).all() for part in _parts(wanted, sets))
    return sorted((row for rows in of_each for row in rows), key=_place)[:count]


def count_waiting(
    connection: Connection, view: View, most: int, wanted: HitsWanted = UNDECIDED, person: str = ""
) -> int:
    """Return how many rows `waiting_rows` has; ``most + 1`` for more."""
    sets = show(connection, view)
    query = _counted(_shape(wanted, goes_on=False, is_past=bool(view.known_on)))
    told: dict[str, Any] = {
        **wanted.values(), "sets": sets, "until": view.known_on + "T24",
        "account": view.mandate.who, "person": person,
    }  # fmt: skip
    found = 0
    for part in _parts(wanted, sets):
        if found <= most:
            told |= {**part, "count": most + 1 - found}
            found += int(connection.scalar(query, told) or 0)
    return min(found, most + 1)


def _parts(wanted: HitsWanted, sets: Sequence[int]) -> list[dict[str, Any]]:
    """Return what each question of one page is told: of one state, and of one set of labels."""
    states: list[dict[str, Any]] = [{"state": state} for state in wanted.states]
    if wanted.receipt or wanted.is_of_few:
        return states
    return [{**state, "one": one} for state in states for one in sets]


@lru_cache(maxsize=16)
def _counted(shape: _Shape) -> Select[Any]:
    # without an order the few pairs on which people spoke may be looked up, instead of every hit
    rows = _query(shape).with_only_columns(SCREEN_HIT.c.at).order_by(None)
    return select(func.count()).select_from(rows.subquery())


@lru_cache(maxsize=64)
def _query(shape: _Shape) -> Select[Any]:
    """Return the question: making it takes longer than answering it, so each is made once."""
    is_past = shape.is_past
    query = select(
        SCREEN_HIT, waiting_verdict("id", is_past=is_past).label("verdict_waits"),
        waiting_verdict("person", is_past=is_past).label("waits_person"),
        (disputed_verdict("id", is_past=is_past) if shape.is_disputed else null()).label(
            "verdict_differs"
        ),
        (own_verdict("verdict", is_past=is_past) if shape.mine == DECIDED else null()).label(
            "verdict_mine"
        ),
    ).where(
        SCREEN_HIT.c.state == bindparam("state"),
        # a list that is screened against itself: that an entry is itself needs nobody
        SCREEN_HIT.c.subject != SCREEN_HIT.c.entry,
    )  # fmt: skip
    query = _asked(query, shape)
    if shape.goes_on:
        place = (bindparam(name, type_=Text()) for name in _PLACE_NAMES)
        query = query.where(tuple_(*_PLACE) > tuple_(*place))
    query = query.order_by(*_PLACE).limit(bindparam("count", type_=Integer()))
    if shape.of_run:
        query = query.where(SCREEN_HIT.c.receipt == bindparam("receipt"))
    else:
        query = query.where(~came_before(is_past=is_past))
    if shape.of_run or shape.is_of_few:
        return query.where(readable(SCREEN_HIT, is_past=is_past))
    query = query.where(SCREEN_HIT.c.label_set == bindparam("one"))
    return query.where(SCREEN_HIT.c.at < bindparam("until")) if is_past else query


def _asked(query: Select[Any], shape: _Shape) -> Select[Any]:
    """Return a question narrowed to what is asked for."""
    is_past = shape.is_past
    for name in shape.equal:
        query = query.where(SCREEN_HIT.c[_EQUAL[name]] == bindparam(name))
    if shape.is_scored:
        query = query.where(SCREEN_HIT.c.score.between(bindparam("least"), bindparam("most")))
    if shape.mine == DECIDED:
        query = query.where(is_mine(is_past=is_past))
    if shape.is_disputed:
        query = query.where(is_disputed(is_past=is_past))
    if shape.is_second or shape.mine == WAITS:
        of_others = shape.mine == WAITS
        query = query.where(waits_for_second(is_past=is_past, of_others=of_others))
    if shape.mine != DECIDED and not shape.is_disputed:
        query = query.where(~is_decided(is_past=is_past))
    return query


def _shape(wanted: HitsWanted, *, goes_on: bool, is_past: bool) -> _Shape:
    return _Shape(
        tuple(name for name in _EQUAL if getattr(wanted, name)), wanted.mine,
        wanted.least > 0.0 or wanted.most < 1.0, wanted.is_disputed, wanted.is_second,
        wanted.is_of_few, bool(wanted.receipt), goes_on, is_past,
    )  # fmt: skip


def _place(row: Row[Any]) -> tuple[str, str, str, str]:
    return row.at, row.subject, row.entry, row.round
