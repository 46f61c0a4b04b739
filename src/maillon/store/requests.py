"""The data-subject desk: requests by the number of their paper file, their clock, their answer.

The desk keeps no name of who asked: the paper file does. Whoever is not told anything gets the same
answer, byte for byte, whether nothing is held or the law forbids to say: one template, one path,
one look-up.

Source: Directive (EU) 2016/680, arts. 12 to 17.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from maillon.model import NotFoundError, NotValidError, RefusedError, StaleError, Statement, View
from maillon.store import ledger
from maillon.store.erasure import Order, erase
from maillon.store.house import House, check_reason, check_retains, check_second, new_id
from maillon.store.notices import correct
from maillon.store.tables_keeping import SUBJECT_REQUEST
from maillon.store.tombstones import ENTITY, ERASE, RESTRICT

if TYPE_CHECKING:
    from maillon.store.store import Store

KINDS: Final = {
    "access": "Directive (EU) 2016/680, art. 14",
    "correction": "Directive (EU) 2016/680, art. 16(1)",
    "restriction": "Directive (EU) 2016/680, art. 16(3)",
    "erasure": "Directive (EU) 2016/680, art. 16(2)",
    "indirect": "Directive (EU) 2016/680, art. 17",
}
"""Kinds of request, and the provision of each."""

GROUNDS: Final = {
    "inquiry": "art. 15(1)(a): not to obstruct inquiries, investigations or procedures",
    "prevention": "art. 15(1)(b): not to prejudice prevention, detection or prosecution",
    "public security": "art. 15(1)(c): to protect public security",
    "national security": "art. 15(1)(d): to protect national security",
    "others": "art. 15(1)(e): to protect the rights and freedoms of others",
}
"""Why the law lets a request be refused. Source: Directive (EU) 2016/680, art. 15(1)."""

GRANT: Final = "grant"
REFUSE: Final = "refuse"
NO_DATA: Final = "no data"

RECEIVED: Final = "received"
PROPOSED: Final = "proposed"
DECIDED: Final = "decided"
ANSWERED: Final = "answered"

NOBODY: Final = "no entity has this id"
"""What is looked for where a request names nobody: the same look-up, nothing found."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Attributes:
        id: 16 hex digits.
        kind: One of `KINDS`.
        channel: ``subject``, or ``authority`` for indirect exercise.
        reference: Number of the paper file.
        received: When it came in.
        due: By when it is answered.
        state: ``received``, ``proposed``, ``decided`` or ``answered``.
        outcome: ``grant``, ``refuse`` or ``no data``; empty: not yet.
        is_overdue: Whether the day has passed and nobody has answered.
        is_extended: Whether its time was extended.
        entities: How many entities the person is said to be.
        ground: Of a proposed or decided refusal, one of `GROUNDS`.
        proposed_by: Who proposed the outcome; empty: nobody yet.
        revision: Changes with whatever a decision rests on.
    """

    id: str
    kind: str
    channel: str
    reference: str
    received: date
    due: date
    state: str
    outcome: str
    is_overdue: bool
    is_extended: bool
    entities: int = 0
    ground: str = ""
    proposed_by: str = ""
    revision: str = ""

    def line(self) -> dict[str, object]:
        """Return it as ``request --list`` prints it."""
        return {
            "request": self.id, "kind": self.kind, "channel": self.channel,
            "reference": self.reference, "received": self.received.isoformat(),
            "due": self.due.isoformat(), "state": self.state, "outcome": self.outcome,
            "overdue": self.is_overdue, "extended": self.is_extended,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out.

    Attributes:
        text: The letter.
        statements: What is disclosed; empty unless access was granted.
    """

    text: str
    statements: tuple[Statement, ...]


def file_request(
    house: House,
    view: View,
    kind: str,
    reference: str,
    received: date,
    entities: Iterable[str] = (),
    *,
    channel: str = "subject",
) -> str:
    """File a request; return its id. Its clock runs from the day on which it came in.

    Args:
        house: The workspace.
        view: Opened for the act ``retain``.
        kind: One of `KINDS`.
        reference: Number of the paper file, which holds the name.
        received: When it came in; not in the future.
        entities: Ids that the person may be, as far as they are known.
        channel: ``subject`` or ``authority``.

    Raises:
        NotValidError: A word is not understood, or the day is in the future.
        RefusedError: It has no reference.
    """
    check_retains(view)
    check_reason(reference, "a request (the number of its paper file)")
    if kind not in KINDS:
        raise NotValidError(f"a request is for {', '.join(KINDS)}, not for {kind!r}")
    if channel not in {"subject", "authority"}:
        raise NotValidError(f"a request comes from subject or authority, not from {channel!r}")
    if received > house.day:
        raise NotValidError(f"it cannot have come in on {received}: today is {house.day}")
    id_ = new_id()
    with house.writing() as connection:
        connection.execute(
            insert(SUBJECT_REQUEST).values(
                id=id_, kind=kind, channel=channel, reference=reference,
                received=received.isoformat(),
                due=house.rules().due.after(received).isoformat(), extension="", state=RECEIVED,
                entities=sorted(set(entities)), outcome="", ground="", proposed_by="",
                proposed_at="", decided_by="", decided_at="", answered_at="",
            )
        )  # fmt: skip
        said = {"request": id_, "kind": kind, "channel": channel}
        ledger.append(connection, view.mandate, "request", "filed", said)
    return id_


def name_entities(house: House, view: View, id_: str, entities: Iterable[str]) -> None:
    """Note which entities the person of a request is; nothing of it is answered yet."""
    with _changing(house, view, id_, (RECEIVED,)) as (connection, _):
        values = {"entities": sorted(set(entities))}
        _set(connection, id_, values)
        said = {"request": id_, "entities": len(values["entities"])}
        ledger.append(connection, view.mandate, "request", "looked up", said)


def extend(house: House, view: View, id_: str, reason: str) -> date:
    """Extend the time of a request, once; return the new day.

    Raises:
        RefusedError: It was extended before.
    """
    check_reason(reason, "an extension")
    with _changing(house, view, id_, (RECEIVED, PROPOSED, DECIDED)) as (connection, row):
        if row.extension:
            raise RefusedError(
                house.rules().request_provision, f"request {id_} was extended before",
                f"answer it by {row.due}",
            )  # fmt: skip
        due = house.rules().extension.after(date.fromisoformat(row.due))
        _set(connection, id_, {"extension": reason, "due": due.isoformat()})
        ledger.append(connection, view.mandate, "request", "extended", {"request": id_})
    return due


def propose(house: House, view: View, id_: str, outcome: str, ground: str = "") -> None:
    """Propose what a request shall come to; another person decides.

    Raises:
        NotValidError: The outcome is another word.
        RefusedError: A refusal names none of the `GROUNDS`, or what is granted no entity.
        StaleError: It is decided already.
    """
    if outcome not in {GRANT, REFUSE, NO_DATA}:
        raise NotValidError(f"a request comes to {GRANT}, {REFUSE} or {NO_DATA!r}, not {outcome!r}")
    if outcome == REFUSE and ground not in GROUNDS:
        raise RefusedError(
            "Directive (EU) 2016/680, art. 15(1)", "a refusal names none of its grounds",
            f"name one of {', '.join(GROUNDS)}",
        )  # fmt: skip
    with _changing(house, view, id_, (RECEIVED, PROPOSED)) as (connection, row):
        if outcome == GRANT and not row.entities:
            raise RefusedError(
                KINDS[row.kind], f"request {id_} names no entity",
                "name them before it is granted",
            )  # fmt: skip
        values = {
            "outcome": outcome, "ground": ground, "proposed_by": view.mandate.who,
            "proposed_at": house.at, "state": PROPOSED,
        }  # fmt: skip
        _set(connection, id_, values)
        ledger.append(connection, view.mandate, "request", "proposed", {"request": id_})


def decide_request(house: House, view: View, id_: str, keys: Path, *, is_agreed: bool) -> None:
    """Agree to what another person proposed, or send it back; what was granted is done.

    Raises:
        RefusedError: It is the same person, by this account or another; the ledger has it.
    """
    check_retains(view)
    row = _one(house, id_)
    try:
        check_second(house, row.proposed_by, view, f"the outcome of request {id_}")
    except RefusedError as error:
        said = {"request": id_, "rule": error.rule}
        house.desk.record(view.mandate, "request", "refused", said)
        raise
    if is_agreed and row.outcome == GRANT:
        _carry_out(house, view, row, keys)
    with _changing(house, view, id_, (PROPOSED,)) as (connection, _):
        values = {
            "state": DECIDED if is_agreed else RECEIVED, "decided_by": view.mandate.who,
            "decided_at": house.at,
        }  # fmt: skip
        _set(connection, id_, values)
        word = "decided" if is_agreed else "sent back"
        ledger.append(connection, view.mandate, "request", word, {"request": id_})


def answer(store: "Store", view: View, id_: str) -> Answer:
    """Return what is answered: what was granted, or the words that everybody else gets.

    The look-up is made in every case, over all that the view can read.

    Raises:
        StaleError: Nobody has decided yet.
    """
    house = store.house
    check_retains(view)
    row = _one(house, id_, (DECIDED, ANSWERED))
    wanted = list(row.entities) or [NOBODY]
    marks = ", ".join("?" for _ in wanted)
    with store.workbench(view) as bench:
        # a filter, not a condition: no file is skipped because it cannot hold the id
        bench.con.execute(
            f"SELECT count(*) FILTER (entity IN ({marks})) FROM statement", wanted
        ).fetchall()
        is_told = row.outcome == GRANT and row.kind in {"access", "indirect"}
        found = tuple(bench.statements(f"entity IN ({marks})", wanted)) if is_told else ()
    text = _granted(row, found) if row.outcome == GRANT else _withheld(row)
    if row.state == DECIDED:
        with _changing(house, view, id_, (DECIDED,)) as (connection, _):
            _set(connection, id_, {"state": ANSWERED, "answered_at": house.at})
            ledger.append(connection, view.mandate, "request", "answered", {"request": id_})
    return Answer(text, found)


def requests(house: House, view: View) -> list[Request]:
    """Return every request, the one that is due first before the others."""
    check_retains(view)
    query = select(SUBJECT_REQUEST).order_by(SUBJECT_REQUEST.c.due, SUBJECT_REQUEST.c.number)
    with house.desk.housekeeping() as connection:
        rows = connection.execute(query).all()
    return [
        Request(
            row.id, row.kind, row.channel, row.reference, date.fromisoformat(row.received),
            date.fromisoformat(row.due), row.state, row.outcome,
            row.state != ANSWERED and house.day.isoformat() > row.due, bool(row.extension),
            len(row.entities), row.ground, row.proposed_by, _revision(row),
        )
        for row in rows
    ]  # fmt: skip


def _revision(row: Row[Any]) -> str:
    said = (row.state, row.due, row.outcome, row.ground, row.entities, row.proposed_by,
            row.proposed_at)  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _carry_out(house: House, view: View, row: Row[Any], keys: Path) -> None:
    """Erase, restrict or have corrected what was granted; nothing twice."""
    kind = {"erasure": ERASE, "restriction": RESTRICT}.get(row.kind)
    why = f"request {row.id}"
    for entity in row.entities:
        if kind is not None:
            erase(house, view, Order(kind, ENTITY, entity, KINDS[row.kind], "request", why), keys)
        elif row.kind == "correction":
            correct(house, view, entity, KINDS[row.kind])


def _granted(row: Row[Any], found: Sequence[Statement]) -> str:
    lines = [
        f"Your request {row.reference}, received on {row.received}",
        "",
        f"Your request was granted under {KINDS[row.kind]}.",
    ]
    if found:
        lines += ["", f"{len(found)} statements are held; they are enclosed, each with its source."]
    return "\n".join(lines) + "\n"


def _withheld(row: Row[Any]) -> str:
    """Return the words that depend on nothing but what the person said himself."""
    return _template().format(
        reference=row.reference, received=row.received, provision=KINDS[row.kind]
    )


@cache
def _template() -> str:
    return (resources.files("maillon.store") / "data" / "answer.txt").read_text("utf-8")


def _one(house: House, id_: str, states: Sequence[str] = (PROPOSED,)) -> Row[Any]:
    with house.desk.housekeeping() as connection:
        return _row(connection, id_, states)


def _row(connection: Connection, id_: str, states: Sequence[str]) -> Row[Any]:
    row = connection.execute(select(SUBJECT_REQUEST).where(SUBJECT_REQUEST.c.id == id_)).first()
    if row is None:
        raise NotFoundError(f"no request {id_}: `maillon request --list` shows them")
    if row.state not in states:
        raise StaleError(f"request {id_} is {row.state}; this needs {' or '.join(states)}")
    return row


def _set(connection: Connection, id_: str, values: Mapping[str, object]) -> None:
    connection.execute(update(SUBJECT_REQUEST).where(SUBJECT_REQUEST.c.id == id_).values(**values))


@contextmanager
def _changing(
    house: House, view: View, id_: str, states: Sequence[str]
) -> Iterator[tuple[Connection, Row[Any]]]:
    """Lend a write transaction and the request, if it is in one of these states."""
    check_retains(view)
    with house.writing() as connection:
        yield connection, _row(connection, id_, states)
