"""Breaches of personal data and the records of processing.

Source: Directive (EU) 2016/680, arts. 24, 30 and 31.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from maillon.model import Label, NotFoundError, NotValidError, View
from maillon.policy import Person
from maillon.store import ledger
from maillon.store.house import (
    House,
    check_reason,
    check_retains,
    clocks,
    known_labels,
    leased,
    new_id,
    reading,
    visible,
)
from maillon.store.tables import DATASET, DELIVERY, LABEL
from maillon.store.tables_keeping import BREACH, RECIPIENT
from maillon.store.tables_ledger import LEDGER

READING = ("read", "screen", "resolve", "judge", "trace", "audit", "retain")
"""Acts by which an account gets to see data."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach.

    Attributes:
        id: 16 hex digits.
        what: What happened; no personal data.
        noticed: When it became known, aware UTC.
        due: By when the authority must have heard of it.
        account: The account that was misused; empty: none.
        reported_at: When the authority was told; empty: not yet.
        is_overdue: Whether the time has passed and it was not told.
    """

    id: str
    what: str
    noticed: str
    due: str
    account: str
    reported_at: str
    is_overdue: bool

    def line(self) -> dict[str, object]:
        """Return it as ``request --breaches`` prints it."""
        return {
            "breach": self.id, "what": self.what, "noticed": self.noticed, "due": self.due,
            "account": self.account, "reported_at": self.reported_at, "overdue": self.is_overdue,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Affected:
    """Whom a breach may concern: an upper bound, from the ledger's acts and what was held then.

    Attributes:
        acts: Acts of the account in the time that gave it data.
        deliveries: Deliveries that it could reach.
        persons: Ids of the people in them, sorted.
    """

    acts: int
    deliveries: tuple[str, ...]
    persons: tuple[str, ...]


def note_breach(
    house: House,
    view: View,
    what: str,
    noticed: datetime,
    since: datetime,
    until: datetime,
    *,
    account: str = "",
    datasets: Iterable[str] = (),
) -> str:
    """Note a breach; its clock runs from the moment at which it became known. Returns its id.

    Args:
        house: The workspace.
        view: Opened for the act ``retain``.
        what: What happened; no personal data.
        noticed: When it became known, aware.
        since: From when data could be reached, aware.
        until: Until when, aware.
        account: The account that was misused; empty: the datasets as a whole.
        datasets: Which datasets; none stands for all.

    Raises:
        RefusedError: It does not say what happened.
        NotValidError: A time has no zone, or they are not in order.
    """
    check_retains(view)
    check_reason(what, "a breach (what happened)")
    if any(one.tzinfo is None for one in (noticed, since, until)):
        raise NotValidError("the times of a breach need their zone, e.g. 2026-11-27T08:00:00+00:00")
    if not since <= until <= noticed <= house.now():
        raise NotValidError(
            "a breach begins, ends and is noticed in this order, and not in the future"
        )
    hours = timedelta(hours=house.rules().breach_hours)
    id_ = new_id()
    with house.writing() as connection:
        connection.execute(
            insert(BREACH).values(
                id=id_, noticed=_utc(noticed), due=_utc(noticed + hours), what=what,
                account=account, datasets=sorted(set(datasets)), since=_utc(since),
                until=_utc(until), who=view.mandate.who, reported_at="", reported_by="",
            )
        )  # fmt: skip
        ledger.append(connection, view.mandate, "breach", "noted", {"breach": id_})
    return id_


def report_breach(house: House, view: View, id_: str) -> None:
    """Note that the authority was told.

    Raises:
        NotFoundError: There is no such breach, or it was told before.
    """
    check_retains(view)
    here = (BREACH.c.id == id_, BREACH.c.reported_at == "")
    with house.writing() as connection:
        values = {"reported_at": house.at, "reported_by": view.mandate.who}
        if not connection.execute(update(BREACH).where(*here).values(**values)).rowcount:
            raise NotFoundError(f"no open breach {id_}: `maillon request --breaches` lists them")
        ledger.append(connection, view.mandate, "breach", "reported", {"breach": id_})


def breaches(house: House, view: View) -> list[Breach]:
    """Return every breach, oldest first."""
    check_retains(view)
    with house.desk.housekeeping() as connection:
        rows = connection.execute(select(BREACH).order_by(BREACH.c.number)).all()
    now = _utc(house.now())
    return [
        Breach(
            row.id, row.what, row.noticed, row.due, row.account, row.reported_at,
            not row.reported_at and now > row.due,
        )
        for row in rows
    ]  # fmt: skip


def affected(house: House, view: View, id_: str) -> Affected:
    """Return whom a breach may concern.

    With an account: the people in what its labels let it reach while the breach lasted, if the
    ledger has an act of it then; without one: the people in the datasets. Erased data concern
    nobody any more. Of what the view may not read it says nothing: a cleared officer asks for that.

    Raises:
        NotFoundError: There is no such breach.
    """
    check_retains(view)
    seen = visible(house, view)
    with leased(house), house.desk.housekeeping() as connection:
        row = connection.execute(select(BREACH).where(BREACH.c.id == id_)).first()
        if row is None:
            raise NotFoundError(f"no breach {id_}: `maillon request --breaches` lists them")
        acts = _acts(connection, row)
        names = _reached(house, connection, row) if acts or not row.account else set()
        held = [one for one in clocks(connection) if one.id in names & seen and one.files]
        files = [name for one in held for name in one.files]
        persons: list[str] = []
        if files:
            with reading(house, files) as con:
                asked = "SELECT DISTINCT entity FROM kept WHERE schema IN ('Person') ORDER BY 1"
                persons = [found[0] for found in con.execute(asked).fetchall()]
    said = {"breach": id_, "persons": len(persons)}
    house.desk.record(view.mandate, "breach", "affected computed", said)
    return Affected(acts, tuple(one.id for one in held), tuple(persons))


def processing_records(house: House, view: View) -> list[dict[str, object]]:
    """Return the records of processing, one a dataset that the view may know of.

    Source: Directive (EU) 2016/680, art. 24(1).
    """
    check_retains(view)
    query = (
        select(
            DATASET.c.name, DATASET.c.adapter, DATASET.c.retention_class, LABEL.c.originator,
            LABEL.c.purposes, LABEL.c.legal_basis, LABEL.c.scheme, LABEL.c.code,
            func.count(DELIVERY.c.id).label("deliveries"),
        )
        .join(LABEL, LABEL.c.id == DATASET.c.label)
        .outerjoin(DELIVERY, DELIVERY.c.dataset == DATASET.c.name)
        .where(DATASET.c.label.in_(known_labels(house, view)))
        .group_by(*(DATASET.c.name, DATASET.c.adapter, DATASET.c.retention_class),
                  *(LABEL.c[name] for name in ("originator", "purposes", "legal_basis", "scheme",
                                               "code")))
        .order_by(DATASET.c.name)
    )  # fmt: skip
    with house.desk.housekeeping() as connection:
        rows = connection.execute(query).all()
        told = connection.execute(select(RECIPIENT.c.recipient).distinct()).scalars()
        recipients = sorted(told)
    return [_record(house, row, recipients) for row in rows]


def _record(house: House, row: Row[Any], recipients: list[str]) -> dict[str, object]:
    rules = house.rules()
    rule = (
        rules.on(row.retention_class, house.day) if row.retention_class in rules.regimes else None
    )
    return {
        "dataset": row.name, "format": row.adapter, "originator": row.originator,
        "purposes": row.purposes, "legal_basis": row.legal_basis,
        "handling": f"{row.scheme} {row.code}".strip(), "category": row.retention_class,
        "deliveries": row.deliveries, "recipients": recipients,
        "retention_rule": rule.name if rule else "",
        "retention_provision": rule.provision if rule else "",
        "security": "originals AES-256-GCM, one key a delivery; ledger of every act",
    }  # fmt: skip


def _acts(connection: Connection, row: Row[Any]) -> int:
    query = select(func.count()).where(
        LEDGER.c.who == row.account, LEDGER.c.outcome == "opened", LEDGER.c.act.in_(READING),
        LEDGER.c.at >= row.since, LEDGER.c.at <= row.until,
    )  # fmt: skip
    return connection.execute(query).scalar_one() if row.account else 0


def _reached(house: House, connection: Connection, row: Row[Any]) -> set[str]:
    query = select(DELIVERY.c.id, DELIVERY.c.dataset, DELIVERY.c.label).where(
        DELIVERY.c.received <= row.until
    )
    labels = house.desk.labels()
    person = house.people.get(row.account)
    return {
        found.id
        for found in connection.execute(query)
        if (not row.datasets or found.dataset in row.datasets)
        and (not row.account or (person is not None and _may_reach(person, labels[found.label])))
    }


def _may_reach(person: Person, label: Label) -> bool:
    is_cleared = not label.compartment or label.compartment in person.compartments
    is_own = label.originator in person.agencies
    return is_cleared and (is_own or not set(label.purposes).isdisjoint(person.purposes))


def _utc(moment: datetime) -> str:
    return (moment - (moment.utcoffset() or timedelta())).replace(tzinfo=None).isoformat(
        timespec="seconds"
    ) + "+00:00"
