"""Hits that stand: which past subjects are near which entries, as of the last run of their round.

A round is one set of subjects against one set of lists under one set of labels. Its hits, the
pointer to what was compared, and the receipt change in one transaction: a run that died left all
as it was.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any, Final

from sqlalchemy import Connection, Row, Table, bindparam, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import Insert

from maillon.model import View
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.hit_queue import UNDECIDED, HitsWanted, count_waiting, waiting_rows
from maillon.store.labelsets import ask, intern_set, under
from maillon.store.order import Within
from maillon.store.receipts import put_receipt
from maillon.store.tables import SCREEN_HIT, SCREENING

OPEN: Final = "open"
CLEARED: Final = "cleared"
VOID: Final = "void"


@dataclass(frozen=True, slots=True)
class StandingHit:
    """One subject near one entry.

    Attributes:
        subject: Subject id.
        entry: Entity id on the list.
        datasets: Of the two, subject first.
        seals: Keyed hashes of the two contents when they were compared, subject first.
        score: From 0.0 to 1.0.
        band: weak, possible or strong.
        is_alert: Whether the rules of the use make it an alert.
        state: ``open``, ``cleared`` or ``void``.
        why: What brought it to that state, e.g. ``delisted``.
        receipt: Of the run that brought it there; set by `Rounds.commit`.
        at: When, aware UTC; set by `Rounds.commit`.
    """

    subject: str
    entry: str
    datasets: tuple[str, str]
    seals: tuple[str, str]
    score: float
    band: str
    is_alert: bool
    state: str
    why: str
    receipt: str = ""
    at: str = ""

    def line(self) -> dict[str, Any]:
        """Return it as ``screen --hits`` prints it."""
        return {
            "subject": self.subject,
            "entry": self.entry,
            "dataset": self.datasets[1],
            "state": self.state,
            "why": self.why,
            "score": self.score,
            "band": self.band,
            "alert": self.is_alert,
            "receipt": self.receipt,
            "at": self.at,
        }


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the queue: the order is by time, then by what names a hit.

    Attributes:
        at: When it came to its state, aware UTC.
        subject: Subject id.
        entry: Entity id on the list.
        round: Of which round.
    """

    at: str
    subject: str
    entry: str
    round: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open hit on which nobody has decided, or a second person has still to speak.

    Attributes:
        hit: As it stands.
        place: In the queue.
        verdict: Id of the verdict that waits for a second person; empty: there is none.
        labels: Labels of what it stands on.
        is_own: Whether that verdict is of the person who asks.
        disputed: Id of the verdict from which a second look differs, where it was asked for.
        decided: What the own account said of it, where it was asked for.
    """

    hit: StandingHit
    place: Place
    verdict: str
    labels: tuple[int, ...]
    is_own: bool = False
    disputed: str = ""
    decided: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of a round leaves.

    Attributes:
        round: Which round.
        receipt: Id of its receipt.
        body: The receipt's.
        state: Where what was compared is kept: names of derived tables, deliveries.
        labels: Labels of the deliveries read.
        clearings_until: Number of the newest clearing known to it.
    """

    round: str
    receipt: str
    body: Mapping[str, Any]
    state: Mapping[str, Any]
    labels: Sequence[int]
    clearings_until: int


@dataclass(frozen=True, slots=True)
class Found:
    """What a run over all records of some datasets found, for the queue.

    Attributes:
        round: Its round: the same records, lists, use, threshold, labels.
        receipt: Id of its receipt.
        labels: Labels of the deliveries read.
        hits: What stands: each that is open, or cleared.
    """

    round: str
    receipt: str
    labels: Sequence[int]
    hits: Sequence[StandingHit]


_STANDING: Final = select(SCREEN_HIT).where(
    SCREEN_HIT.c.subject == bindparam("subject"), SCREEN_HIT.c.entry == bindparam("entry"),
    SCREEN_HIT.c.state.in_((OPEN, CLEARED)),
).order_by(SCREEN_HIT.c.at.desc(), SCREEN_HIT.c.round)  # fmt: skip
NOT_AGAIN: Final = "a later run did not find it"
"""Why a hit is void that an earlier run of the same round found."""


class Rounds:
    """The rounds of one desk.

    Args:
        desk: Holds them.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def last(self, view: View, round_: str) -> Mapping[str, Any] | None:
        """Return the state that the last run of a round left, with its ``receipt``; None: no run.

        The name of a round tells the labels under which it ran, so that nothing passes from one
        view to another.
        """
        check_view(view)
        query = select(SCREENING).where(SCREENING.c.round == round_)
        with self._desk.engine.connect() as connection:
            row = connection.execute(query.order_by(SCREENING.c.number.desc()).limit(1)).first()
        return None if row is None else {**row.state, "receipt": row.receipt}

    def hits(
        self, view: View, round_: str = "", *, states: Sequence[str] = (OPEN, CLEARED, VOID)
    ) -> list[StandingHit]:
        """Return the hits that the view may read, by subject and entry.

        Args:
            view: What may be read.
            round_: Of this round; empty for all.
            states: In one of these states.
        """
        check_view(view)
        query = select(SCREEN_HIT).where(SCREEN_HIT.c.state.in_(list(states)))
        if round_:
            query = query.where(SCREEN_HIT.c.round == round_)
        order = query.order_by(SCREEN_HIT.c.subject, SCREEN_HIT.c.entry, SCREEN_HIT.c.round)
        with self._desk.engine.connect() as connection:
            rows = connection.execute(under(view, SCREEN_HIT, order, connection)).all()
        return [_hit(row) for row in rows]

    def commit(
        self,
        view: View,
        run: Run,
        changes: Iterable[StandingHit],
        also: Within | None = None,
    ) -> None:
        """Write a run: its receipt, its state, and the hits that changed; all of it or nothing.

        Args:
            view: Under which view.
            run: The run.
            changes: Hits that changed.
            also: Written in the same transaction.
        """
        check_view(view)
        with self._desk.begin() as connection:
            put_receipt(connection, view, run.receipt, run.body, run.labels, run.clearings_until)
            connection.execute(
                insert(SCREENING).values(
                    round=run.round, receipt=run.receipt, at=utc_now(), state=dict(run.state)
                )
            )
            _put_hits(connection, run.round, run.receipt, run.labels, changes)
            if also is not None:
                also(connection)

    def set_state(
        self, view: View, pair: tuple[str, str], seals: tuple[str, str], state: str, why: str
    ) -> int:
        """Set the state of a pair's hits that stand at these seals; return how many there were."""
        check_view(view)
        with self._desk.begin() as connection:
            return put_state(connection, pair, seals, state, why)

    def standing(self, view: View, pair: tuple[str, str]) -> list[StandingHit]:
        """Return the hits of a pair that are open or cleared, newest first, one a round."""
        check_view(view)
        said = {"subject": pair[0], "entry": pair[1]}
        with self._desk.engine.connect() as connection:
            rows = ask(connection, view, SCREEN_HIT, _STANDING, **said).all()
        return [_hit(row) for row in rows]

    def waiting(
        self, view: View, wanted: HitsWanted = UNDECIDED, *, person: str = "",
        after: Place | None = None, count: int = 50,
    ) -> list[Waiting]:  # fmt: skip
        """Return hits that the view sees, oldest first; without a standing verdict, by itself.

        A pair that stands at the same contents in several rounds comes once: where it came first.

        Args:
            view: What may be read.
            wanted: Which are asked for.
            person: The natural person who asks; empty: the account.
            after: Go on after this place; None begins.
            count: How many at most.
        """
        check_view(view)
        me = person or view.mandate.who
        with self._desk.engine.connect() as connection:
            place = None if after is None else astuple(after)
            rows = waiting_rows(connection, view, wanted, me, place, count)
        return [
            Waiting(
                _hit(row), Place(row.at, row.subject, row.entry, row.round),
                row.verdict_waits or "", tuple(row.labels),
                bool(row.verdict_waits) and row.waits_person == me, row.verdict_differs or "",
                row.verdict_mine or "",
            )
            for row in rows
        ]  # fmt: skip

    def count(self, view: View, wanted: HitsWanted, most: int, *, person: str = "") -> int:
        """Return how many hits `waiting` has; ``most + 1`` where there are more."""
        check_view(view)
        with self._desk.engine.connect() as connection:
            return count_waiting(connection, view, most, wanted, person or view.mandate.who)


def put_found(connection: Connection, found: Found) -> int:
    """Write what a run found, in the caller's transaction; return how many hits changed.

    A hit that stands as it is keeps its place in the queue: the same run again writes nothing. What
    an earlier run of the round found and this one did not is void.
    """
    query = select(SCREEN_HIT).where(
        SCREEN_HIT.c.round == found.round, SCREEN_HIT.c.state.in_((OPEN, CLEARED))
    )
    held = {(row.subject, row.entry): _hit(row) for row in connection.execute(query)}
    new = {(one.subject, one.entry): one for one in found.hits}
    changes = [
        replace(one, why="found by a run")
        for pair, one in new.items()
        if pair not in held or _plain(held[pair]) != _plain(one)
    ]
    changes += [
        replace(one, state=VOID, why=NOT_AGAIN, is_alert=False)
        for pair, one in held.items()
        if pair not in new
    ]
    changes.sort(key=lambda one: (one.subject, one.entry))
    _put_hits(connection, found.round, found.receipt, found.labels, changes)
    return len(changes)


def _plain(hit: StandingHit) -> StandingHit:
    return replace(hit, why="", receipt="", at="")


def put_state(
    connection: Connection, pair: tuple[str, str], seals: tuple[str, str], state: str, why: str
) -> int:
    """Do what `Rounds.set_state` does, in the caller's transaction."""
    other = OPEN if state == CLEARED else CLEARED
    done = connection.execute(
        SCREEN_HIT.update()
        .where(
            SCREEN_HIT.c.subject == pair[0], SCREEN_HIT.c.entry == pair[1],
            SCREEN_HIT.c.subject_seal == seals[0], SCREEN_HIT.c.entry_seal == seals[1],
            SCREEN_HIT.c.state == other,
        )
        .values(state=state, why=why, at=utc_now())
    )  # fmt: skip
    return done.rowcount


def _put_hits(
    connection: Connection, round_: str, receipt: str, of: Iterable[int],
    changes: Iterable[StandingHit],
) -> None:  # fmt: skip
    at, labels = utc_now(), sorted(of)
    number = intern_set(connection, labels)
    rows = [
        {
            "round": round_,
            "subject": one.subject,
            "entry": one.entry,
            "subject_dataset": one.datasets[0],
            "subject_seal": one.seals[0],
            "entry_dataset": one.datasets[1],
            "entry_seal": one.seals[1],
            "score": one.score,
            "band": one.band,
            "is_alert": one.is_alert,
            "state": one.state,
            "why": one.why,
            "receipt": receipt,
            "at": at,
            "labels": labels,
            "label_set": number,
        }
        for one in changes
    ]
    if not rows:
        return
    statement = _insert(connection)(SCREEN_HIT)
    update = {
        column.name: statement.excluded[column.name]
        for column in SCREEN_HIT.columns
        if not column.primary_key
    }
    keys = ["round", "subject", "entry"]
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=update), rows)


def _insert(connection: Connection) -> "Callable[[Table], Insert]":
    """Return the engine's own INSERT, which can say ON CONFLICT."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - the other engine need not load

        return postgresql.insert  # type: ignore[return-value]  # the same methods
    return sqlite.insert


def _hit(row: Row[Any]) -> StandingHit:
    return StandingHit(
        row.subject,
        row.entry,
        (row.subject_dataset, row.entry_dataset),
        (row.subject_seal, row.entry_seal),
        row.score,
        row.band,
        row.is_alert,
        row.state,
        row.why,
        row.receipt,
        row.at,
    )
