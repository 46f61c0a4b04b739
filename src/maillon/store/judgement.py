"""The judgement log: who said that two records are one, or not; appended to, never edited."""

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, Text, cast, func, insert, select

from maillon.model import NotFoundError, NotValidError, View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_view, is_readable
from maillon.store.labelsets import intern_set, intern_sets, set_number, show, under
from maillon.store.lake import collector_off
from maillon.store.tables import JUDGEMENT

_CHUNK: Final = 5_000
"""Ids in one question, rows in one insert: well under what SQLite binds at once."""


class Verdict(StrEnum):
    """What a judgement says of two records."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNSURE = "unsure"
    REVOKED = "revoked"


class By(StrEnum):
    """Who or what judged; a person's word outranks a rule's, and a rule's a model's."""

    PERSON = "person"
    RULE = "rule"
    MODEL = "model"


_ROWS: Final = select(
    JUDGEMENT.c.number,
    JUDGEMENT.c.id,
    JUDGEMENT.c.left,
    JUDGEMENT.c.right,
    JUDGEMENT.c.verdict,
    JUDGEMENT.c.who,
    JUDGEMENT.c.at,
    JUDGEMENT.c.reason,
    cast(JUDGEMENT.c.labels, Text).label("labels"),
    JUDGEMENT.c.revokes,
    JUDGEMENT.c.by,
)
"""Rows of the log; the few sets of labels as text, so that each is read once."""

_RANK: Final = {By.MODEL: 0, By.RULE: 1, By.PERSON: 2}


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the log.

    Attributes:
        left: Entity id, the smaller of the two.
        right: Entity id, the greater of the two.
        verdict: What is said; ``revoked`` takes back the event called ``revokes``.
        reason: Why, in the judge's words.
        labels: Ids of the labels of the statements behind it: who cannot read them all does not
            see the event.
        who: Who judged; set by the log.
        at: When, aware UTC; set by the log.
        id: 16 hex digits that say nothing of how many there are; set by the log.
        revokes: Id of the event taken back.
        by: Who or what judged.
    """

    left: str
    right: str
    verdict: Verdict
    reason: str
    labels: tuple[int, ...] = ()
    who: str = ""
    at: str = ""
    id: str = ""
    revokes: str | None = None
    by: By = By.PERSON


class JudgementLog:
    """The log of one desk.

    Args:
        desk: Holds it.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def append(self, view: View, event: Event) -> str:
        """Write ``event`` and its ledger entry in one transaction; return its id.

        What takes an event back has the pair and labels of that event, whatever it says itself:
        who sees the one sees the other. The event taken back stays as it was written.

        Raises:
            StoreError: The event to take back does not stand, or the view may not read it: the
                same answer.
        """
        check_view(view)
        with self._desk.begin() as connection:
            row = _row(connection, view, event)
            intern_set(connection, row["labels"])
            connection.execute(insert(JUDGEMENT).values(**row))
            ledger.append(
                connection,
                view.mandate,
                "judge",
                "done",
                {"judgement": row["id"], "verdict": event.verdict.value},
            )
        return str(row["id"])

    def append_many(self, view: View, events: Iterable[Event]) -> list[str]:
        """Write events of rules or models in one transaction; return their ids, in order.

        The ledger gets one entry, which counts them.

        Raises:
            ValueError: An event is a person's: each of those is an act of its own.
            StoreError: As for `append`; then none is written.
        """
        check_view(view)
        ids: list[str] = []
        counts: Counter[str] = Counter()
        coming = iter(events)
        with self._desk.begin() as connection:
            while chunk := list(islice(coming, _CHUNK)):
                if any(event.by is By.PERSON for event in chunk):
                    raise ValueError("append a person's judgement with append")
                counts.update(f"{event.by.value} {event.verdict.value}" for event in chunk)
                rows = [_row(connection, view, event) for event in chunk]
                _check_once(row["revokes"] for row in rows)
                intern_sets(connection, (row["labels"] for row in rows))
                connection.execute(insert(JUDGEMENT), rows)
                ids += [str(row["id"]) for row in rows]
            if ids:
                detail = {"judgements": len(ids), **counts}
                ledger.append(connection, view.mandate, "judge", "done", detail)
        return ids

    def read(
        self, view: View, *, touching: Iterable[str] | None = None, since: int = 0
    ) -> list[Event]:
        """Return the events that the view may read, oldest first.

        Args:
            view: Who reads.
            touching: Entity ids: only events about one of them, and what takes those back; None
                for all.
            since: Only events after this number, see `newest`.
        """
        check_view(view)
        with self._desk.engine.connect() as connection, collector_off():
            if touching is None:
                query = _ROWS.where(JUDGEMENT.c.number > since).order_by(JUDGEMENT.c.number)
                query = under(view, JUDGEMENT, query, connection)
                rows: Iterable[Row[Any]] = connection.execute(query)
            else:
                show(connection, view)
                found = _touching(connection, touching)
                rows = (found[number] for number in sorted(found) if number > since)
            return _events(view, rows)

    def newest(self, view: View) -> int:
        """Return the number of the newest event that the view may read; 0 when there is none.

        For ``since`` of a later `read`. Kept, never shown.
        """
        check_view(view)
        query = select(func.max(JUDGEMENT.c.number))
        with self._desk.engine.connect() as connection:
            found = connection.execute(under(view, JUDGEMENT, query, connection)).scalar()
        return int(found or 0)


class ViewLog:
    """The judgement log as one view reads it.

    Args:
        log: The log of the desk.
        view: Who reads.
    """

    def __init__(self, log: JudgementLog, view: View) -> None:
        self._log, self._view = log, view

    def newest(self) -> int:
        """Return the number of the newest event that the view may read; 0 when there is none."""
        return self._log.newest(self._view)

    def read(self, *, touching: Iterable[str] | None = None, since: int = 0) -> list[Event]:
        """Return events, oldest first; see `JudgementLog.read`."""
        return self._log.read(self._view, touching=touching, since=since)


def standing(events: Iterable[Event]) -> list[Event]:
    """Return the events that stand: of each pair the newest of those that nobody took back.

    A person's event stands before a rule's and a rule's before a model's, however old: a rule that
    runs again does not overturn what a person decided.

    Args:
        events: In the order of the log, with what takes them back.
    """
    events = list(events)
    revoked = {event.revokes for event in events if event.verdict is Verdict.REVOKED}
    found: dict[tuple[str, str], Event] = {}
    for event in events:
        if event.verdict is Verdict.REVOKED or event.id in revoked:
            continue
        pair = (event.left, event.right)
        held = found.get(pair)
        if held is None or _RANK[event.by] >= _RANK[held.by]:
            found[pair] = event
    return list(found.values())


def _row(connection: Connection, view: View, event: Event) -> dict[str, Any]:
    left, right = sorted((event.left, event.right))
    labels = sorted(event.labels)
    if event.verdict is Verdict.REVOKED:
        left, right, labels = _revoked(connection, view, event)
    return {
        "id": secrets.token_hex(8),
        "left": left,
        "right": right,
        "verdict": event.verdict.value,
        "who": view.mandate.who,
        "at": utc_now(),
        "reason": event.reason,
        "labels": labels,
        "label_set": set_number(labels),
        "revokes": event.revokes,
        "by": event.by.value,
    }


def _revoked(connection: Connection, view: View, event: Event) -> tuple[str, str, list[int]]:
    """Return pair and labels of the standing event that this one takes back, or raise."""
    id_ = event.revokes
    row = connection.execute(select(JUDGEMENT).where(JUDGEMENT.c.id == id_)).first()
    taken = connection.execute(select(JUDGEMENT.c.id).where(JUDGEMENT.c.revokes == id_)).first()
    if (
        row is None
        or taken is not None
        or row.verdict == Verdict.REVOKED
        or not is_readable(view, row.labels, row.at)
    ):
        raise NotFoundError(f"no standing judgement {id_}")
    if _RANK[event.by] < _RANK[By(row.by)]:
        raise NotValidError(f"judgement {id_} is a {row.by}'s: a {event.by.value} cannot revoke it")
    return row.left, row.right, list(row.labels)


def _check_once(revoked: Iterable[object]) -> None:
    for id_, times in Counter(id_ for id_ in revoked if id_ is not None).items():
        if times > 1:
            raise NotFoundError(f"no standing judgement {id_}: it is revoked {times} times at once")


def _touching(connection: Connection, entities: Iterable[str]) -> dict[int, Row[Any]]:
    """Return rows by number: those about these entities, and what takes those back."""
    found: dict[int, Row[Any]] = {}
    wanted = sorted(set(entities))
    # one column at a time, so that each question is one walk through one index
    for column in (JUDGEMENT.c.left, JUDGEMENT.c.right):
        for chunk in _chunks(wanted):
            _fetch(connection, _ROWS.where(column.in_(chunk)), found)
    for chunk in _chunks([row.id for row in found.values()]):
        _fetch(connection, _ROWS.where(JUDGEMENT.c.revokes.in_(chunk)), found)
    return found


def _chunks(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def _fetch(connection: Connection, query: Select[Any], found: dict[int, Row[Any]]) -> None:
    found |= {row.number: row for row in connection.execute(query)}


def _events(view: View, rows: Iterable[Any]) -> list[Event]:
    """Return the events of rows of `_ROWS` that the view may read."""
    labels: dict[str, tuple[int, ...]] = {}
    events = []
    for _, id_, left, right, verdict, who, at, reason, text, revokes, by in rows:
        if text not in labels:
            labels[text] = tuple(json.loads(text))
        if is_readable(view, labels[text], at):
            events.append(
                Event(
                    left, right, Verdict(verdict), reason, labels[text], who, at, id_, revokes,
                    By(by),
                )
            )  # fmt: skip
    return events
