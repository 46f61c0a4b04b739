"""Standing questions: tell me when anything new touches this; asked again after each delivery.

A question is its account's own, runs under its account's rights of the moment, and ends. Of a value
(a phone, a document, a plate) the desk keeps a keyed hash; of an answer, ids alone.
"""

import hmac
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from maillon.model import SYSTEM_LINKING, Mandate, NotFoundError, RefusedError, View
from maillon.store import ledger
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.house import new_id
from maillon.store.jobs import Asked, JobState, mandate_of, put_job, stamp
from maillon.store.labelsets import intern_set, under
from maillon.store.tables import DELIVERY
from maillon.store.tables_jobs import JOB, QUESTION_NOTICE, STANDING_QUESTION
from maillon.store.tables_keeping import KEEPING_SECRET

SUBJECT: Final = "subject"
LEAD: Final = "lead"
VALUES: Final = ("phone", "document", "plate")
KINDS: Final = (SUBJECT, LEAD, *VALUES)
"""What a question may be about."""

LONGEST: Final = timedelta(days=180)
"""How long a question stands at most: who still needs it asks again. Source: Directive (EU)
2016/680, art. 5 (time limits)."""

MOST_ENTITIES: Final = 200
MOST_OPEN: Final = 500
"""Questions of one account at a time."""

MOST_LISTED: Final = 200
OPEN: Final = "open"
ENDED: Final = "ended"
PROVISION: Final = "S/2020/754, para. 112 (necessity)"

_SECRET: Final = "questions"  # noqa: S105 - the name of a key, not the key


@dataclass(frozen=True, slots=True)
class StandingQuestion:
    """Something that an account wants to hear of.

    Attributes:
        kind: One of `KINDS`.
        entities: Ids of a subject, or of those on a lead.
        value: The value as it was said, when it is asked; its keyed hash, when it is read.
        expires: Last day, ISO.
        reason: Why; never empty.
        id: 16 hex digits; set by the desk.
        mandate: Under which it is asked again; set by the desk.
        state: ``open`` or ``ended``; set by the desk.
        ended: Why it ended; set by the desk.
        until: Number of the newest delivery that was looked at; never shown.
        at: When it was asked; set by the desk.
    """

    kind: str
    entities: tuple[str, ...]
    value: str
    expires: str
    reason: str
    id: str = ""
    mandate: Mandate | None = None
    state: str = OPEN
    ended: str = ""
    until: int = 0
    at: str = ""

    def line(self) -> dict[str, Any]:
        """Return it as it is shown: the value, which is not kept, is not among it."""
        return {
            "question": self.id, "kind": self.kind, "entities": list(self.entities),
            "expires": self.expires, "reason": self.reason, "state": self.state,
            "ended": self.ended, "at": self.at,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Touch:
    """What is new: an entity of a delivery touches what a question is about.

    Attributes:
        question: Id of the question.
        delivery: Id of the delivery.
        entity: Id of the entity in it.
        labels: Ids of the labels behind it.
        id: 16 hex digits; set by the desk.
        at: When it was seen; set by the desk.
        seen: When it was marked as read; empty: not yet.
    """

    question: str
    delivery: str
    entity: str
    labels: tuple[int, ...]
    id: str = ""
    at: str = ""
    seen: str = ""

    def line(self) -> dict[str, str]:
        """Return it as it is shown."""
        return {
            "notice": self.id, "question": self.question, "delivery": self.delivery,
            "entity": self.entity, "at": self.at, "seen": self.seen,
        }  # fmt: skip


class StandingQuestions:
    """The standing questions of one desk.

    Args:
        desk: Holds them.
        now: The clock.
    """

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now

    def ask(self, view: View, asked: StandingQuestion) -> str:
        """Write a question; return its id. What is there already is not new.

        Raises:
            RefusedError: It has no end or one too far, gives no reason, is about nothing, or there
                are too many.
        """
        check_view(view)
        _check(asked, self._now().date())
        id_, mandate = new_id(), view.mandate
        with self._desk.begin() as connection:
            is_open = (STANDING_QUESTION.c.who == mandate.who, STANDING_QUESTION.c.state == OPEN)
            count = select(func.count()).select_from(STANDING_QUESTION).where(*is_open)
            if connection.execute(count).scalar_one() >= MOST_OPEN:
                raise _refused(f"{MOST_OPEN} questions of this account are open", "end some")
            value = keyed(connection, asked.kind, asked.value) if asked.value else ""
            newest = connection.execute(select(func.max(DELIVERY.c.number))).scalar() or 0
            connection.execute(
                insert(STANDING_QUESTION).values(
                    id=id_, kind=asked.kind, entities=sorted(set(asked.entities)), value=value,
                    who=mandate.who, agency=mandate.agency, purpose=mandate.purpose,
                    legal_basis=mandate.legal_basis, case=mandate.case, reason=asked.reason,
                    expires=asked.expires, state=OPEN, ended="", until=newest,
                    at=stamp(self._now()),
                )
            )  # fmt: skip
            said = {"question": id_, "kind": asked.kind, "expires": asked.expires}
            ledger.append(connection, mandate, "question", "asked", said, asked.entities)
        return id_

    def own(self, view: View) -> list[StandingQuestion]:
        """Return the questions of the view's account and agency, oldest first."""
        check_view(view)
        query = _own(view).order_by(STANDING_QUESTION.c.number)
        with self._desk.engine.connect() as connection:
            return [_question(row) for row in connection.execute(query)]

    def end(self, view: View, id_: str, why: str = "withdrawn") -> None:
        """End a question of the own account; the hash of its value goes.

        Raises:
            StoreError: There is none: the same answer for another's and for none at all.
        """
        check_view(view)
        with self._desk.begin() as connection:
            row = connection.execute(_own(view).where(STANDING_QUESTION.c.id == id_)).first()
            if row is None:
                raise NotFoundError(f"no question {id_} of this account")
            if row.state == OPEN:
                _end(connection, view.mandate, id_, why)

    def notices(
        self, view: View, *, after: str = "", most: int = MOST_LISTED, unread: bool = False
    ) -> list[Touch]:
        """Return what is new to the own account's questions, as far as the view may read it.

        Args:
            view: Whose, and what may be read.
            after: Id of the last notice of the page before; empty for the first page.
            most: How many at most.
            unread: Only those not marked as read.

        Raises:
            StoreError: There is no notice ``after``.
        """
        check_view(view)
        table = QUESTION_NOTICE
        query = _heard(view).order_by(table.c.number).limit(max(1, min(most, MOST_LISTED)))
        if unread:
            query = query.where(table.c.seen == "")
        with self._desk.engine.connect() as connection:
            if after:
                row = connection.execute(_heard(view).where(table.c.id == after)).first()
                if row is None:
                    raise NotFoundError(f"no notice {after} of this account")
                query = query.where(table.c.number > row.number)
            rows = connection.execute(under(view, table, query, connection)).all()
        return [
            Touch(
                row.question, row.delivery, row.entity, tuple(row.labels), row.id, row.at, row.seen
            )
            for row in rows
        ]

    def mark_seen(self, view: View, ids: Iterable[str]) -> int:
        """Mark notices of the own account as read; return how many were not before."""
        check_view(view)
        table, at = QUESTION_NOTICE, stamp(self._now())
        here = _heard(view).where(table.c.id.in_(list(ids)), table.c.seen == "")
        with self._desk.begin() as connection:
            found = connection.execute(under(view, table, here, connection)).all()
            numbers = table.c.number.in_([row.number for row in found])
            connection.execute(update(table).where(numbers).values(seen=at))
        return len(found)

    # -- for who asks again

    def standing(self) -> list[StandingQuestion]:
        """Return every open question, oldest first, after ending those whose time is over."""
        day = self._now().date().isoformat()
        query = select(STANDING_QUESTION).where(STANDING_QUESTION.c.state == OPEN)
        with self._desk.begin() as connection:
            rows = connection.execute(query.order_by(STANDING_QUESTION.c.number)).all()
            for row in rows:
                if row.expires < day:
                    _end(connection, mandate_of(row), row.id, "its time is over")
        return [_question(row) for row in rows if row.expires >= day]

    def end_refused(self, questions: Iterable[StandingQuestion], rule: str) -> None:
        """End questions whose account may not ask them any more."""
        with self._desk.begin() as connection:
            for one in questions:
                assert one.mandate is not None
                _end(connection, one.mandate, one.id, f"refused: {rule}")

    def numbers(self) -> dict[str, int]:
        """Return the number of every delivery by its id; never shown."""
        with self._desk.housekeeping() as connection:
            rows = connection.execute(select(DELIVERY.c.id, DELIVERY.c.number)).all()
        return {row.id: row.number for row in rows}

    def hasher(self) -> Callable[[str, str], str]:
        """Return what makes the keyed hash of a value, by kind and value."""
        with self._desk.begin() as connection:
            key = _key(connection)
        return lambda kind, value: _hash(key, kind, value)

    def answer(
        self,
        answers: Sequence[tuple[StandingQuestion, Sequence[Touch]]],
        until: int,
        also: Callable[[Connection, int], None],
    ) -> int:
        """Write what is new, and that every delivery to ``until`` was looked at; all or nothing.

        Args:
            answers: Each question with what touches it; what stands already is not written again.
            until: Number of the newest delivery that was looked at.
            also: Written in the same transaction, given how many notices are new.

        Returns:
            How many notices are new.
        """
        count = 0
        with self._desk.begin() as connection:
            for question, touches in answers:
                count += self._told(connection, question, touches)
                connection.execute(
                    update(STANDING_QUESTION)
                    .where(STANDING_QUESTION.c.id == question.id)
                    .values(until=until)
                )
            also(connection, count)
        return count

    def _told(
        self, connection: Connection, question: StandingQuestion, touches: Sequence[Touch]
    ) -> int:
        table = QUESTION_NOTICE
        assert question.mandate is not None
        query = select(table.c.delivery, table.c.entity).where(table.c.question == question.id)
        held = {tuple(row) for row in connection.execute(query)}
        new = [one for one in touches if (one.delivery, one.entity) not in held]
        for one in new:
            connection.execute(
                insert(table).values(
                    id=secrets.token_hex(8), question=question.id, delivery=one.delivery,
                    entity=one.entity, who=question.mandate.who, agency=question.mandate.agency,
                    labels=sorted(one.labels), label_set=intern_set(connection, one.labels),
                    at=stamp(self._now()), seen="",
                )
            )  # fmt: skip
        if new:
            said = {"question": question.id, "notices": len(new)}
            ids = [one.entity for one in new]
            ledger.append(connection, question.mandate, "question", "answered", said, ids)
        return len(new)


def wake(connection: Connection, at: str) -> None:
    """Have the open questions asked again, in the transaction of a delivery: one job for all."""
    is_open = select(STANDING_QUESTION.c.id).where(STANDING_QUESTION.c.state == OPEN).limit(1)
    if connection.execute(is_open).first() is None:
        return
    waits = (JOB.c.kind == "questions", JOB.c.state == JobState.WAITING.value)
    if connection.execute(select(JOB.c.id).where(*waits).limit(1)).first() is None:
        moment = stamp(datetime.fromisoformat(at))
        put_job(connection, SYSTEM_LINKING, Asked("questions"), at=moment)


def keyed(connection: Connection, kind: str, value: str) -> str:
    """Return the keyed hash of a value; the key is made the first time."""
    return _hash(_key(connection), kind, value)


def plain(kind: str, value: str) -> str:
    """Return a value without what is written one way or another.

    A phone is its digits without the prefix for abroad, ``+`` or ``00``; a document and a plate are
    their letters and digits.
    """
    if kind == "phone":
        return re.sub(r"\D", "", value).removeprefix("00")
    return "".join(sign for sign in value.casefold() if sign.isalnum())


def _hash(key: bytes, kind: str, value: str) -> str:
    text = plain(kind, value)
    return hmac.new(key, f"{kind}\x1f{text}".encode(), "sha256").hexdigest() if text else ""


def _key(connection: Connection) -> bytes:
    query = select(KEEPING_SECRET.c.value).where(KEEPING_SECRET.c.name == _SECRET)
    found = connection.execute(query).scalar()
    if found is None:
        found = secrets.token_hex(32)
        connection.execute(insert(KEEPING_SECRET).values(name=_SECRET, value=found))
    return bytes.fromhex(found)


def _check(asked: StandingQuestion, today: date) -> None:
    if asked.kind not in KINDS:
        raise _refused(f"{asked.kind!r} is no kind of question", f"one of {', '.join(KINDS)}")
    if not asked.reason.strip():
        raise _refused("the question gives no reason", "say why it is needed")
    try:
        ends = date.fromisoformat(asked.expires)
    except ValueError as error:
        raise _refused("the question has no end", "name its last day: 2026-11-25") from error
    if not today <= ends <= today + LONGEST:
        raise _refused("the end is over or too far", f"at most {LONGEST.days} days from today")
    is_of_value = asked.kind in VALUES
    if is_of_value != bool(plain(asked.kind, asked.value)) or is_of_value == bool(asked.entities):
        raise _refused("the question is about nothing", "name an entity, a lead or a value")
    if len(asked.entities) > MOST_ENTITIES:
        raise _refused(f"more than {MOST_ENTITIES} entities", "ask about fewer")


def _refused(reason: str, remedy: str) -> RefusedError:
    return RefusedError(PROVISION, reason, remedy)


def _end(connection: Connection, mandate: Mandate, id_: str, why: str) -> None:
    here = STANDING_QUESTION.c.id == id_
    values = {"state": ENDED, "ended": why, "value": ""}
    connection.execute(update(STANDING_QUESTION).where(here).values(**values))
    ledger.append(connection, mandate, "question", "ended", {"question": id_, "why": why})


def _own(view: View) -> Select[Any]:
    table, mandate = STANDING_QUESTION, view.mandate
    return select(table).where(table.c.who == mandate.who, table.c.agency == mandate.agency)


def _heard(view: View) -> Select[Any]:
    table, mandate = QUESTION_NOTICE, view.mandate
    return select(table).where(table.c.who == mandate.who, table.c.agency == mandate.agency)


def _question(row: Row[Any]) -> StandingQuestion:
    found = StandingQuestion(
        row.kind, tuple(row.entities), row.value, row.expires, row.reason, row.id, None,
        row.state, row.ended, row.until, row.at,
    )  # fmt: skip
    return replace(found, mandate=mandate_of(row))
