"""Legal holds: what no path may delete; by whose authority, to be looked at again when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from maillon.model import NotFoundError, NotValidError, View
from maillon.store import ledger
from maillon.store.erasure_list import ErasureList, Line
from maillon.store.house import House, check_reason, check_retains, new_id
from maillon.store.tables_keeping import HOLD, TOMBSTONE, TOMBSTONE_DELIVERY
from maillon.store.tombstones import (
    DELIVERY_SCOPE,
    ENTITY,
    HELD,
    PENDING,
    STATEMENT,
    STATEMENT_ID,
)

SCOPES = (ENTITY, STATEMENT, DELIVERY_SCOPE)


@dataclass(frozen=True, slots=True)
class Hold:
    """One legal hold.

    Attributes:
        scope: ``entity``, ``statement`` or ``delivery``.
        target: Its id.
        reason: Why.
        authority: Who ordered it, e.g. ``District court, order 4 Cs 12/26``.
        review: By when it must be looked at again.
        id: Set by the desk.
        who: Who entered it; set by the desk.
        at: When; set by the desk.
    """

    scope: str
    target: str
    reason: str
    authority: str
    review: date
    id: str = ""
    who: str = ""
    at: str = ""


@dataclass(slots=True)
class Held:
    """What the holds of now keep."""

    entities: set[str] = field(default_factory=set)
    statements: set[str] = field(default_factory=set)
    deliveries: set[str] = field(default_factory=set)

    def condition(self, delivery: str) -> str:
        """Return the SQL of what of a delivery is held; ``FALSE`` when nothing can be."""
        if delivery in self.deliveries:
            return "TRUE"
        found = []
        if self.entities:
            found.append(f"entity IN ({_listed(self.entities)})")
        if self.statements:
            found.append(f"{STATEMENT_ID} IN ({_listed(self.statements)})")
        return " OR ".join(found) or "FALSE"

    def __bool__(self) -> bool:
        return bool(self.entities or self.statements or self.deliveries)


def held(connection: Connection) -> Held:
    """Return what the holds of now keep."""
    found = Held()
    for row in _standing(connection):
        {ENTITY: found.entities, STATEMENT: found.statements}.get(row.scope, found.deliveries).add(
            row.target
        )
    return found


def standing_holds(house: House, view: View) -> list[Hold]:
    """Return the holds of now, oldest first; the target of those that others placed is left out."""
    check_retains(view)
    who = view.mandate.who
    with house.desk.housekeeping() as connection:
        return [
            Hold(
                row.scope, row.target if row.who == who else "", row.reason, row.authority,
                date.fromisoformat(row.review), row.id, row.who, row.at,
            )
            for row in _standing(connection)
        ]  # fmt: skip


def place(house: House, view: View, hold: Hold, keys: Path, id_: str = "") -> str:
    """Place a hold: from now on no path deletes what it names; return its id.

    Raises:
        RefusedError: It gives no reason or no authority.
        NotValidError: It is of nothing that is held, or its review is not after today.
    """
    check_retains(view)
    check_reason(hold.reason, "a legal hold")
    check_reason(hold.authority, "a legal hold (by whose authority)")
    if hold.scope not in SCOPES:
        raise NotValidError(f"a hold is of {', '.join(SCOPES)}, not of {hold.scope!r}")
    if hold.review <= house.day and not id_:
        raise NotValidError(f"the review of a hold is after today ({house.day}), not {hold.review}")
    is_listed, id_ = bool(id_), id_ or new_id()
    listed = ErasureList(keys)
    target = listed.hash(hold.target) if hold.scope == ENTITY else hold.target
    with house.writing() as connection:
        if not is_listed:
            listed.append(Line(id_, "hold", hold.scope, target, house.at))
        connection.execute(
            insert(HOLD).values(
                id=id_, scope=hold.scope, target=hold.target, reason=hold.reason,
                authority=hold.authority, review=hold.review.isoformat(), who=view.mandate.who,
                at=house.at, released_at="", released_by="", release_reason="",
            )
        )  # fmt: skip
        said = {"hold": id_, "scope": hold.scope, "review": hold.review.isoformat()}
        ledger.append(connection, view.mandate, "hold", "placed", said)
    return id_


def release(
    house: House, view: View, id_: str, reason: str, keys: Path, *, is_listed: bool = False
) -> None:
    """Release a hold; what it held back is pending again, for the next run.

    ``is_listed``: the outer list has it already.

    Raises:
        NotFoundError: No such hold stands.
    """
    check_retains(view)
    check_reason(reason, "the release of a legal hold")
    with house.writing() as connection:
        here = (HOLD.c.id == id_, HOLD.c.released_at == "")
        row = connection.execute(select(HOLD).where(*here)).first()
        if row is None:
            raise NotFoundError(f"no standing hold {id_}: `maillon retain list` shows them")
        if not is_listed:
            listed = ErasureList(keys)
            target = listed.hash(row.target) if row.scope == ENTITY else row.target
            listed.append(Line(id_, "release", row.scope, target, house.at))
        connection.execute(
            update(HOLD).where(*here).values(
                released_at=house.at, released_by=view.mandate.who, release_reason=reason
            )
        )  # fmt: skip
        for table in (TOMBSTONE, TOMBSTONE_DELIVERY):
            connection.execute(update(table).where(table.c.state == HELD).values(state=PENDING))
        ledger.append(connection, view.mandate, "hold", "released", {"hold": id_})


def _standing(connection: Connection) -> Sequence[Row[Any]]:
    query = select(HOLD).where(HOLD.c.released_at == "").order_by(HOLD.c.number)
    return connection.execute(query).all()


def _listed(texts: Iterable[str]) -> str:
    return ", ".join("'" + text.replace("'", "''") + "'" for text in sorted(texts))
