"""The brokers' queues: of a lead that nobody may see whole, each holder learns of his own part.

An agency gets its own entities and that others hold the rest, by name of the agency where a
gateway lets it, else not. It asks; the others answer; silence and *no* look alike.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import insert, select, update

from maillon.model import Act, NotFoundError, View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_act, check_view
from maillon.store.tables_mandate import POINTER

STATES: Final = ("waiting", "asked", "shared", "declined")
"""Where a pointer stands for its agency."""


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
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def put(
        self, view: View, parts: Mapping[str, Iterable[str]], named: Mapping[str, Sequence[str]]
    ) -> int:
        """Give each agency its part of a lead that nobody sees whole; return how many are new.

        Args:
            view: The system's own: it traced the lead.
            parts: Entities of the lead by the agency that holds them.
            named: By agency, the others that it may be told of.
        """
        check_view(view)
        held = {agency: sorted(set(entities)) for agency, entities in sorted(parts.items())}
        text = repr(sorted(held.items()))
        lead = hashlib.sha256(text.encode()).hexdigest()
        with self._desk.begin() as connection:
            known = set(
                connection.execute(select(POINTER.c.agency).where(POINTER.c.lead == lead)).scalars()
            )
            rows = [
                {
                    "id": secrets.token_hex(8), "lead": lead, "agency": agency,
                    "held_by": sorted(named.get(agency, ())), "entities": entities,
                    "state": STATES[0], "answer": "", "who": "", "at": utc_now(),
                }
                for agency, entities in held.items()
                if agency not in known
            ]  # fmt: skip
            if rows:
                connection.execute(insert(POINTER), rows)
                ledger.append(connection, view.mandate, "point", "done", {"pointers": len(rows)})
        return len(rows)

    def queue(self, view: View) -> list[Pointer]:
        """Return the queue of the mandate's agency, oldest first."""
        check_view(view)
        query = select(POINTER).where(POINTER.c.agency == view.mandate.agency)
        if view.known_on:
            query = query.where(POINTER.c.at < view.known_on + "T24")
        with self._desk.engine.connect() as connection:
            rows = connection.execute(query.order_by(POINTER.c.at, POINTER.c.id)).all()
        return [
            Pointer(tuple(row.entities), tuple(row.held_by), row.state, row.answer, row.at, row.id)
            for row in rows
        ]

    def answer(self, view: View, id_: str, state: str, text: str) -> None:
        """Let a broker say what became of a pointer of his agency.

        Raises:
            StoreError: His agency has none of that id.
            ValueError: The state is none.
        """
        check_act(view, Act.DECIDE)
        if state not in STATES:
            raise ValueError(f"{state!r} is no state; one of {', '.join(STATES)}")
        with self._desk.begin() as connection:
            changed = connection.execute(
                update(POINTER)
                .where(POINTER.c.id == id_, POINTER.c.agency == view.mandate.agency)
                .values(state=state, answer=text, who=view.mandate.who)
            ).rowcount
            if not changed:
                raise NotFoundError(f"no pointer {id_}")
            detail = {"pointer": id_, "state": state}
            ledger.append(connection, view.mandate, "point", "answered", detail)
