"""Anchors by hand: two people call an entity an anchor. The heaviest act that there is.

One proposes with basis, grade, reason and an end; a second approves. It counts from the approval
on, until its end or its removal: the next trace is without it, and what stood on it alone goes.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from maillon.model import Act, NotFoundError, RefusedError, View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_act, check_view
from maillon.store.labelsets import intern_set, readable_sets, show
from maillon.store.second import People
from maillon.store.tables_mandate import NAMED_ANCHOR

LONGEST_DAYS: Final = 366
"""Longest time that an anchor by hand stands without being looked at again."""

PROVISION: Final = "S/RES/2396 (2017), para. 13; S/2020/754, para. 107 (naming an anchor)"
"""What a refusal cites."""

GRADES: Final = ("A1", "A2", "A3", "B1", "B2", "B3")
"""Least evaluation (Europol 4x4) that an anchor by hand stands on: no C, X or 4."""


@dataclass(frozen=True, slots=True)
class NamedAnchor:
    """An entity that people call an anchor.

    Attributes:
        entity: Id of the entity.
        topic: ``crime.terror`` or one of organised crime.
        basis: The decision that it stands on: a court's, a list's, by reference.
        grade: Evaluation of source and information, one of `GRADES`.
        reason: The facts that make the suspicion reasonable, in words; never a relation alone.
        expires: Last day, ISO, within a year.
        who: Who proposed it; set by the log.
        asked: When; set by the log.
        approved_by: Who approved it; empty: it waits, and counts for nothing.
        approved: When.
        removed: When it was removed; empty: it stands.
        id: 16 hex digits; set by the log.
    """

    entity: str
    topic: str
    basis: str
    grade: str
    reason: str
    expires: str
    who: str = ""
    asked: str = ""
    approved_by: str = ""
    approved: str = ""
    removed: str = ""
    id: str = ""

    def stands(self, day: str) -> bool:
        """Return whether it counts on a day."""
        return bool(self.approved) and not self.removed and day <= self.expires


class Anchoring:
    """The anchors by hand of one desk.

    Args:
        desk: Holds them.
        people: Accounts.
    """

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk = desk
        self._people = people

    def propose(
        self, view: View, said: NamedAnchor, labels: Iterable[int], flags: Iterable[str] = ()
    ) -> str:
        """Propose an anchor; return the id that a second person approves.

        Args:
            view: Opened for the act ``decide``.
            said: Who shall be one, and why.
            labels: Labels of the entity's statements that the view can see.
            flags: Kinds of protection that stand on the entity, and ``age unknown``.

        Raises:
            RefusedError: It lacks basis, grade, reason or end; or a protection stands against it.
            StoreError: The view sees no such entity: the same answer for hidden and absent.
        """
        check_act(view, Act.DECIDE)
        held = sorted(set(labels))
        if not held or not view.labels.issuperset(held):
            raise NotFoundError(f"no entity {said.entity}")
        _check(said, frozenset(flags))
        id_ = secrets.token_hex(8)
        with self._desk.begin() as connection:
            connection.execute(
                insert(NAMED_ANCHOR).values(
                    id=id_, entity=said.entity, topic=said.topic, basis=said.basis,
                    grade=said.grade, reason=said.reason, case=view.mandate.case,
                    who=view.mandate.who, person=self._people.natural(view.mandate.who),
                    asked=utc_now(), approved_by="", approved="", expires=said.expires,
                    removed_by="", removed="", removal_reason="", labels=held,
                    label_set=intern_set(connection, held),
                )
            )  # fmt: skip
            detail = {"anchor": id_, "topic": said.topic, "expires": said.expires}
            ledger.append(connection, view.mandate, "anchor", "proposed", detail)
        return id_

    def approve(self, view: View, id_: str) -> None:
        """Approve what another person proposed: it is an anchor from now on.

        Raises:
            RefusedError: The same person proposed it, or the approver is no supervisor.
            StoreError: No such proposal waits, or the view may not read it: the same answer.
        """
        check_act(view, Act.DECIDE)
        with self._desk.begin() as connection:
            row = _row(connection, view, id_)
            if row is None or row.approved or row.removed:
                raise NotFoundError(f"no anchor {id_} waits for approval")
            self._people.check_second(view, row.person)
            connection.execute(
                update(NAMED_ANCHOR)
                .where(NAMED_ANCHOR.c.id == id_)
                .values(approved_by=view.mandate.who, approved=utc_now())
            )
            ledger.append(connection, view.mandate, "anchor", "approved", {"anchor": id_})

    def remove(self, view: View, id_: str, reason: str) -> None:
        """Remove an anchor, or withdraw a proposal; who may read it may say that it is wrong.

        Raises:
            RefusedError: No reason.
            StoreError: There is none that stands, or the view may not read it: the same answer.
        """
        check_act(view, Act.DECIDE)
        if not reason.strip():
            raise RefusedError(PROVISION, "a removal needs its reason", "say why")
        with self._desk.begin() as connection:
            row = _row(connection, view, id_)
            if row is None or row.removed:
                raise NotFoundError(f"no anchor {id_} stands")
            connection.execute(
                update(NAMED_ANCHOR)
                .where(NAMED_ANCHOR.c.id == id_)
                .values(removed_by=view.mandate.who, removed=utc_now(), removal_reason=reason)
            )
            ledger.append(connection, view.mandate, "anchor", "removed", {"anchor": id_})

    def read(self, view: View) -> list[NamedAnchor]:
        """Return the anchors by hand that the view may read, as they stood on its day."""
        check_view(view)
        with self._desk.reading(view.labels) as connection:
            return _read(connection, view)

    def standing(self, view: View, day: str) -> list[NamedAnchor]:
        """Return those that count on a day."""
        return [one for one in self.read(view) if one.stands(view.known_on or day)]

    def counting(self, connection: Connection, view: View, day: str) -> list[NamedAnchor]:
        """Return `standing` over a connection that is open already."""
        check_view(view)
        return [one for one in _read(connection, view) if one.stands(day)]


def _read(connection: Connection, view: View) -> list[NamedAnchor]:
    rows = connection.execute(
        select(NAMED_ANCHOR)
        .where(NAMED_ANCHOR.c.label_set.in_(show(connection, view)))
        .order_by(NAMED_ANCHOR.c.number)
    ).all()
    found = [_anchor(row) for row in rows]
    if not view.known_on:
        return found
    limit = view.known_on + "T24"
    return [_as_of(one, limit) for one in found if one.asked < limit]


def _as_of(one: NamedAnchor, limit: str) -> NamedAnchor:
    from dataclasses import replace  # noqa: PLC0415 - only for a day in the past

    later = {name: "" for name in ("approved", "removed") if getattr(one, name) >= limit}
    return replace(one, **later)


def _row(connection: Connection, view: View, id_: str) -> Row[Any] | None:
    readable = NAMED_ANCHOR.c.label_set.in_(readable_sets(connection, view))
    return connection.execute(
        select(NAMED_ANCHOR).where(NAMED_ANCHOR.c.id == id_, readable)
    ).first()


def _anchor(row: Row[Any]) -> NamedAnchor:
    return NamedAnchor(
        row.entity, row.topic, row.basis, row.grade, row.reason, row.expires, row.who, row.asked,
        row.approved_by, row.approved, row.removed, row.id,
    )  # fmt: skip


def _check(said: NamedAnchor, flags: frozenset[str]) -> None:
    barred = sorted(flags & {"age unknown", "humanitarian", "minor", "victim", "witness"})
    if barred:
        raise RefusedError(
            PROVISION,
            f"the entity is protected or its age is not known: {', '.join(barred)}",
            "a judge or guardian decides; lift the protection first, with a second person",
        )
    if not (said.basis.strip() and said.reason.strip()):
        raise RefusedError(
            PROVISION, "no basis, or no facts that make the suspicion reasonable", "name both"
        )
    if said.grade not in GRADES:
        raise RefusedError(
            PROVISION, f"evaluation {said.grade!r} carries no anchor", f"one of {', '.join(GRADES)}"
        )
    if said.topic != "crime.terror" and not said.topic.startswith("crime."):
        raise RefusedError(
            PROVISION, f"{said.topic!r} makes no anchor", "crime.terror, or one of organised crime"
        )
    _check_day(said.expires)


def _check_day(expires: str) -> None:
    try:
        days = (date.fromisoformat(expires) - date.fromisoformat(utc_now()[:10])).days
    except ValueError as error:
        raise RefusedError(PROVISION, f"{expires!r} is no day", "write it as 2026-11-25") from error
    if not 0 <= days <= LONGEST_DAYS:
        raise RefusedError(
            PROVISION, "it ends in the past or not within a year",
            f"give an end of at most {LONGEST_DAYS} days from today",
        )  # fmt: skip
