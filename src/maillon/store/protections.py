"""What protects an entity: a minor, a victim, a witness, an aid worker, a sealed record, a homonym.

Protections are appended to, never edited; lifting one needs a second person. A *hiding* one is an
extra label on the entity: it is joined in the store's scan, and who is not cleared for it gets the
answer that he would get if the entity were not there. The others are flags that the verbs obey: no
protected person is an inner hop of a lead or goes out in a dissemination.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select

from maillon.model import Act, Label, NotFoundError, RefusedError, View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk, intern_label
from maillon.store.door import check_act, check_view
from maillon.store.labelsets import intern_set, readable_sets, show
from maillon.store.second import People, refused
from maillon.store.tables_mandate import PROTECTION

PROVISIONS: Final = {
    "minor": "Convention on the Rights of the Child, arts. 3 and 40",
    "victim": "S/RES/2331 (2016) and S/RES/2388 (2017); Palermo Protocol (non-punishment)",
    "witness": "UNTOC, art. 24 (protection of witnesses)",
    "humanitarian": "S/RES/2664 (2022) and S/RES/2761 (2024) (humanitarian carve-out)",
    "sealed": "DESIGN, section 4 (sealed)",
    "restricted": "Directive (EU) 2016/680, art. 16(3) (restriction)",
    "homonym": "S/RES/2396 (2017), para. 13; cleared homonym",
    "release": "DESIGN, section 4 (named decision)",
}
"""Kinds of protection, each with its provision. ``release`` is the named decision that lets a
protected person be an inner hop, until a day."""

HIDING: Final = frozenset({"restricted", "sealed", "witness"})
"""Kinds that hide: an extra label, for which a reader is cleared or not."""

SECOND_TO_LIFT: Final = frozenset({"minor", "restricted", "sealed", "victim", "witness"})
"""Kinds that only a second person lifts."""


@dataclass(frozen=True, slots=True)
class Protection:
    """One thing that protects one entity.

    Attributes:
        entity: Id of the entity, as loaded.
        kind: A key of `PROVISIONS`.
        reason: Why, in words.
        basis: The decision or provision that it stands on.
        review: Day on which it is looked at again, ISO; a minor's 18th birthday.
        until: Last day, ISO; empty: until lifted.
        who: Who wrote it; set by the log.
        at: When, aware UTC; set by the log.
        id: 16 hex digits; set by the log.
    """

    entity: str
    kind: str
    reason: str
    basis: str = ""
    review: str = ""
    until: str = ""
    who: str = ""
    at: str = ""
    id: str = ""


class Protections:
    """The protections of one desk.

    Args:
        desk: Holds them.
        people: Accounts.
    """

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk = desk
        self._people = people

    def protect(self, view: View, said: Protection, labels: Iterable[int]) -> str:
        """Write a protection; return its id. The entity is hidden, or flagged, from now on.

        Args:
            view: Opened for the act ``decide``.
            said: What protects whom.
            labels: Labels of the entity's statements that the view can see.

        Raises:
            RefusedError: An unknown kind, no reason, or a day that is none.
            StoreError: The view sees no such entity: the same answer for hidden and absent.
        """
        check_act(view, Act.DECIDE)
        held = sorted(set(labels))
        _check(said)
        if not held or not view.labels.issuperset(held):
            raise NotFoundError(f"no entity {said.entity}")
        id_ = secrets.token_hex(8)
        with self._desk.begin() as connection:
            label = intern_label(connection, label_of(view.mandate.agency, said.kind))
            connection.execute(
                insert(PROTECTION).values(
                    id=id_, entity=said.entity, kind=said.kind, label=label,
                    is_hiding=said.kind in HIDING, basis=said.basis or PROVISIONS[said.kind],
                    reason=said.reason, who=view.mandate.who, at=utc_now(), review=said.review,
                    until=said.until, labels=held, label_set=intern_set(connection, held),
                    revokes=None,
                )
            )  # fmt: skip
            detail = {"protection": id_, "kind": said.kind}
            ledger.append(connection, view.mandate, "protect", "done", detail)
        return id_

    def lift(self, view: View, id_: str, reason: str) -> str:
        """Lift a standing protection; return the id of the event.

        Raises:
            RefusedError: No reason; or the kind needs a second person, and this is none.
            StoreError: There is no such protection, the view may not read it, or it was lifted: the
                same answer.
        """
        check_act(view, Act.DECIDE)
        if not reason.strip():
            raise refused("lifting a protection needs its reason", "say why")
        with self._desk.begin() as connection:
            rows = {row.id: row for row in _standing(connection, view.known_on)}
            row = rows.get(id_)
            if row is None or not _sees(connection, view, row):
                raise NotFoundError(f"no standing protection {id_}")
            if row.kind in SECOND_TO_LIFT:
                self._people.check_second(view, self._people.natural(row.who))
            event = secrets.token_hex(8)
            said = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row
            del said["number"]
            said |= {"id": event, "who": view.mandate.who, "at": utc_now(), "reason": reason}
            connection.execute(insert(PROTECTION).values(**{**said, "revokes": id_}))
            detail = {"protection": event, "revokes": id_}
            ledger.append(connection, view.mandate, "protect", "lifted", detail)
        return event

    def read(self, view: View) -> list[Protection]:
        """Return the standing protections that the view may read, oldest first."""
        check_view(view)
        with self._desk.reading(view.labels) as connection:
            return _seen(connection, view, view.known_on)

    def due(self, view: View, day: str) -> list[Protection]:
        """Return those whose review is due on a day, e.g. minors who have come of age."""
        return [one for one in self.read(view) if one.review and one.review <= day]

    def flags(self, view: View, day: str) -> dict[str, tuple[str, ...]]:
        """Return the kinds that stand on each entity on a day, as far as the view may read them.

        A ``release`` is among them: who reads the flags weighs it.
        """
        with self._desk.reading(view.labels) as connection:
            return self.flags_now(connection, view, day)

    def flags_now(self, connection: Connection, view: View, day: str) -> dict[str, tuple[str, ...]]:
        """Return `flags` as they stand now, whatever day the view reads."""
        check_view(view)
        found: dict[str, set[str]] = defaultdict(set)
        for one in _seen(connection, view, ""):
            if not one.until or day <= one.until:
                found[one.entity].add(one.kind)
        return {entity: tuple(sorted(kinds)) for entity, kinds in sorted(found.items())}

    def hidden(self, view: View, day: str) -> frozenset[str]:
        """Return the entities that a hiding protection keeps from the view on a day."""
        with self._desk.housekeeping() as connection:
            return self.hidden_now(connection, view, day)

    def hidden_now(self, connection: Connection, view: View, day: str) -> frozenset[str]:
        """Return `hidden` as it stands now: what was sealed today is sealed for last month too."""
        check_view(view)
        return frozenset(
            row.entity
            for row in _standing(connection, "")
            if row.is_hiding
            and row.label not in view.labels
            and (not row.until or day <= row.until)
        )


def label_of(agency: str, kind: str) -> Label:
    """Return the label that a protection puts on an entity, or under which a flag stands."""
    compartment = f"protection:{kind}" if kind in HIDING else ""
    return Label(
        agency, compartment=compartment, purposes=("linking", "review", "screening"),
        legal_basis=PROVISIONS[kind], statistics=False,
    )  # fmt: skip


def _check(said: Protection) -> None:
    if said.kind not in PROVISIONS:
        raise refused(f"{said.kind!r} is no protection", f"one of {', '.join(sorted(PROVISIONS))}")
    if not said.reason.strip():
        raise refused("a protection needs its reason", "say why")
    if said.kind == "release" and not said.until:
        raise RefusedError(
            PROVISIONS["release"], "a release without an end", "give its last day: --until"
        )
    for day in (said.review, said.until):
        try:
            date.fromisoformat(day or "2000-01-01")
        except ValueError as error:
            raise refused(f"{day!r} is no day", "write it as 2026-11-25") from error


_EVERY: Final = select(PROTECTION).order_by(PROTECTION.c.number)


def _standing(connection: Connection, known_on: str) -> list[Row[Any]]:
    query = _EVERY
    if known_on:
        query = query.where(PROTECTION.c.at < known_on + "T24")
    rows = connection.execute(query).all()
    lifted = {row.revokes for row in rows if row.revokes}
    return [row for row in rows if row.revokes is None and row.id not in lifted]


def _seen(connection: Connection, view: View, known_on: str) -> list[Protection]:
    sets = set(show(connection, view))
    rows = _standing(connection, known_on)
    return [
        Protection(
            row.entity, row.kind, row.reason, row.basis, row.review, row.until, row.who, row.at,
            row.id,
        )
        for row in rows
        if row.label_set in sets and (not row.is_hiding or row.label in view.labels)
    ]  # fmt: skip


def _sees(connection: Connection, view: View, row: Row[Any]) -> bool:
    """Return whether the view may read what is protected, and is cleared for what hides it."""
    if row.is_hiding and row.label not in view.labels:
        return False
    return row.label_set in readable_sets(connection, view)
