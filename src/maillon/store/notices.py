"""Who was given what, and who is to be told when it is corrected, restricted or erased.

Source: Directive (EU) 2016/680, arts. 7(3) and 16(5) and (6).
"""

import hmac
import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from maillon.model import NotFoundError, View
from maillon.store import ledger
from maillon.store.house import House, check_reason, check_retains, new_id
from maillon.store.tables_keeping import KEEPING_SECRET, NOTICE, RECIPIENT


@dataclass(frozen=True, slots=True)
class Notice:
    """What one recipient is to be told.

    Attributes:
        id: 16 hex digits.
        recipient: Who.
        reference: By what the recipient knows the object, e.g. the number of a dissemination.
        object: Keyed hash of the object's id.
        kind: ``correct``, ``restrict`` or ``erase``.
        rule: Under which rule.
        at: Since when it waits.
        acknowledged_at: When the recipient answered; empty: not yet.
        acknowledgement: What the recipient said.
    """

    id: str
    recipient: str
    reference: str
    object: str
    kind: str
    rule: str
    at: str
    acknowledged_at: str
    acknowledgement: str

    def line(self) -> dict[str, str]:
        """Return it as ``retain notices`` prints it."""
        return {
            "notice": self.id, "recipient": self.recipient, "reference": self.reference,
            "object": self.object, "kind": self.kind, "rule": self.rule, "at": self.at,
            "acknowledged_at": self.acknowledged_at, "acknowledgement": self.acknowledgement,
        }  # fmt: skip


def register(house: House, view: View, target: str, recipient: str, reference: str) -> str:
    """Note that a recipient was given an object (entity, delivery or statement id); return its id.

    Raises:
        RefusedError: It names no recipient, or no reference by which the recipient knows it.
    """
    check_retains(view)
    check_reason(recipient, "a transfer (to whom)")
    check_reason(reference, "a transfer (under which reference)")
    id_ = new_id()
    with house.writing() as connection:
        connection.execute(
            insert(RECIPIENT).values(
                id=id_, object=target, recipient=recipient, reference=reference,
                who=view.mandate.who, at=house.at,
            )
        )  # fmt: skip
        ledger.append(connection, view.mandate, "recipient", "noted", {"recipient": id_})
    return id_


def correct(house: House, view: View, target: str, reason: str) -> int:
    """Tell everyone who received an object that it was corrected; return how many they are."""
    check_retains(view)
    check_reason(reason, "a correction")
    with house.writing() as connection:
        count = tell(connection, house, "correct", target, reason)
        ledger.append(connection, view.mandate, "correct", "done", {"notices": count})
    return count


def tell(connection: Connection, house: House, kind: str, target: str, rule: str) -> int:
    """Queue a notice to everyone who received an object; return how many they are."""
    rows = connection.execute(
        select(RECIPIENT).where(RECIPIENT.c.object == target).order_by(RECIPIENT.c.number)
    ).all()
    hashed = hmac.new(_secret(connection), target.encode(), "sha256").hexdigest() if rows else ""
    if rows and kind == "erase":  # its key is not kept: the hash dies with the data
        hashed = hmac.new(secrets.token_bytes(32), target.encode(), "sha256").hexdigest()
    for row in rows:
        connection.execute(
            insert(NOTICE).values(
                id=new_id(), recipient=row.recipient, reference=row.reference, object=hashed,
                kind=kind, rule=rule, at=house.at, acknowledged_at="", acknowledgement="",
            )
        )  # fmt: skip
    return len(rows)


def acknowledge(house: House, view: View, id_: str, text: str) -> None:
    """Note what a recipient answered.

    Raises:
        StoreError: There is no such notice, or it was acknowledged already.
    """
    check_retains(view)
    check_reason(text, "an acknowledgement (what the recipient said)")
    here = (NOTICE.c.id == id_, NOTICE.c.acknowledged_at == "")
    with house.writing() as connection:
        if connection.execute(select(NOTICE.c.id).where(*here)).scalar() is None:
            raise NotFoundError(f"no open notice {id_}: `maillon retain notices` lists them")
        values = {"acknowledged_at": house.at, "acknowledgement": text}
        connection.execute(update(NOTICE).where(*here).values(**values))
        ledger.append(connection, view.mandate, "notice", "acknowledged", {"notice": id_})


def notices(house: House, view: View) -> list[Notice]:
    """Return every notice, oldest first."""
    check_retains(view)
    with house.desk.housekeeping() as connection:
        rows = connection.execute(select(NOTICE).order_by(NOTICE.c.number)).all()
    return [
        Notice(
            row.id, row.recipient, row.reference, row.object, row.kind, row.rule, row.at,
            row.acknowledged_at, row.acknowledgement,
        )
        for row in rows
    ]  # fmt: skip


def _secret(connection: Connection) -> bytes:
    name = "notices"
    query = select(KEEPING_SECRET.c.value).where(KEEPING_SECRET.c.name == name)
    found = connection.execute(query).scalar()
    if found is None:
        found = secrets.token_hex(32)
        connection.execute(insert(KEEPING_SECRET).values(name=name, value=found))
    return bytes.fromhex(found)
