"""The brokers' queues: of a lead that nobody may see whole, each holder learns of his own part.

A broker is an account with the role ``broker``. He gets the entities of his own agency, as far as
he may read them, and that others hold the rest, by name of the agency where a gateway lets it, else
not. He asks; the others answer; silence and *no* look alike. An agency without a broker gets none.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from maillon.model import SYSTEM_POINTING, Act, NotFoundError, NotValidError, View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_act, check_view
from maillon.store.jobs import Asked, JobState, put_job, stamp
from maillon.store.labelsets import intern_set, may_read, show, under
from maillon.store.order import Within
from maillon.store.second import People
from maillon.store.tables import LABEL
from maillon.store.tables_jobs import JOB
from maillon.store.tables_mandate import POINTER

STATES: Final = ("waiting", "asked", "shared", "declined")
"""Where a pointer stands for its agency."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one agency holds of a lead.

    Attributes:
        entities: Ids of its own entities.
        labels: Labels of what it holds: who cannot read them all does not see the pointer.
    """

    entities: Collection[str]
    labels: Collection[int]


@dataclass(frozen=True, slots=True)
class Pointer:
    """One agency's part of a lead.

    Attributes:
        entities: The agency's own entities in it, sorted.
        held_by: Agencies that hold the rest and that a gateway lets be named, sorted; may be empty.
        state: One of `STATES`.
        answer: What its broker wrote.
        at: When it was made, aware UTC.
        id: 16 hex digits.
    """

    entities: tuple[str, ...]
    held_by: tuple[str, ...]
    state: str = STATES[0]
    answer: str = ""
    at: str = ""
    id: str = ""


class Pointers:
    """The queues of one desk.

    Args:
        desk: Holds them.
        people: Accounts.
    """

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk = desk
        self._people = people

    def put(
        self, view: View, leads: Sequence[tuple[Mapping[str, Part], Mapping[str, Sequence[str]]]],
        also: Within | None = None, *, are_all: bool = False,
    ) -> int:  # fmt: skip
        """Give each agency with a broker its part of leads that nobody sees whole; return how many.

        A part that is in the queue already is not put there again.

        Args:
            view: The system's own, opened for the act ``point``.
            leads: Of each the parts by agency, and by agency the others that it may be told of.
            also: Written in the same transaction.
            are_all: Whether there are no others: what waits of another lead is taken out.
        """
        check_act(view, Act.POINT)
        with self._desk.begin() as connection:
            known = {
                tuple(row) for row in connection.execute(select(POINTER.c.lead, POINTER.c.agency))
            }
            rows, names = [], {_name(parts) for parts, _ in leads}
            gone = _take_out(connection, names) if are_all else 0
            for parts, named in leads:
                name = _name(parts)
                for agency, part in sorted(parts.items()):
                    if (name, agency) in known or not self._people.has_broker(agency):
                        continue
                    known.add((name, agency))
                    labels = sorted(set(part.labels))
                    rows.append({
                        "id": secrets.token_hex(8), "lead": name, "agency": agency,
                        "held_by": sorted(named.get(agency, ())),
                        "entities": sorted(set(part.entities)), "state": STATES[0], "answer": "",
                        "who": "", "at": utc_now(), "labels": labels,
                        "label_set": intern_set(connection, labels),
                    })  # fmt: skip
            if rows:
                connection.execute(insert(POINTER), rows)
            detail = {"pointers": len(rows), **({"forgotten": gone} if gone else {})}
            ledger.append(connection, view.mandate, "point", "done", detail)
            if also is not None:
                also(connection)
        return len(rows)

    def queue(self, view: View) -> list[Pointer]:
        """Return the queue of the mandate's agency as far as its broker may read it, oldest first.

        Raises:
            RefusedError: The account is no broker.
        """
        check_view(view)
        self._people.check_broker(view)
        query = select(POINTER).where(POINTER.c.agency == view.mandate.agency)
        with self._desk.engine.connect() as connection:
            query = under(view, POINTER, query, connection)
            rows = connection.execute(query.order_by(POINTER.c.at, POINTER.c.id)).all()
        return [
            Pointer(tuple(row.entities), tuple(row.held_by), row.state, row.answer, row.at, row.id)
            for row in rows
        ]

    def answer(self, view: View, id_: str, state: str, text: str) -> None:
        """Let a broker say what became of a pointer of his agency.

        Raises:
            NotFoundError: His agency has none of that id, or he may not read it: the same answer.
            NotValidError: The state is none.
            RefusedError: The account is no broker.
        """
        check_act(view, Act.DECIDE)
        self._people.check_broker(view)
        if state not in STATES:
            raise NotValidError(f"{state!r} is no state; one of {', '.join(STATES)}")
        with self._desk.begin() as connection:
            readable = may_read(view, POINTER, show(connection, view))
            changed = connection.execute(
                update(POINTER)
                .where(POINTER.c.id == id_, POINTER.c.agency == view.mandate.agency, readable)
                .values(state=state, answer=text, who=view.mandate.who)
            ).rowcount
            if not changed:
                raise NotFoundError(f"no pointer {id_}")
            detail = {"pointer": id_, "state": state}
            ledger.append(connection, view.mandate, "point", "answered", detail)


def wake_pointing(connection: Connection, people: People, at: datetime) -> None:
    """Have leads be pointed at, in the transaction of a delivery: one job for all that wait.

    Nothing where no agency has a broker, or all that there is is of one agency.
    """
    agencies = set(connection.execute(select(LABEL.c.originator).distinct()).scalars())
    if len(agencies) < 2 or not any(people.has_broker(one) for one in agencies):  # noqa: PLR2004 - two
        return
    waits = (JOB.c.kind == "point", JOB.c.state == JobState.WAITING.value)
    if connection.execute(select(JOB.c.id).where(*waits).limit(1)).first() is None:
        put_job(connection, SYSTEM_POINTING, Asked("point"), at=stamp(at))


def _take_out(connection: Connection, names: Collection[str]) -> int:
    """Take out what waits of a lead that is no longer one; what a broker answered stays."""
    waits = select(POINTER.c.id, POINTER.c.lead).where(POINTER.c.state == STATES[0])
    gone = [{"gone": row.id} for row in connection.execute(waits) if row.lead not in names]
    if gone:
        connection.execute(delete(POINTER).where(POINTER.c.id == bindparam("gone")), gone)
    return len(gone)


def _name(parts: Mapping[str, Part]) -> str:
    """Return what a lead goes by: a hash of its parts, so that it is pointed at once."""
    held = {agency: sorted(set(part.entities)) for agency, part in sorted(parts.items())}
    return hashlib.sha256(repr(sorted(held.items())).encode()).hexdigest()
