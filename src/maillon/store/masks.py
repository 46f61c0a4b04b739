"""Unmasking: masked properties shown in one case, for a time, when two people say so.

Source: Directive (EU) 2016/681, art. 12(3).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select, update

from maillon.model import NotFoundError, RefusedError, StaleError, View
from maillon.store import ledger
from maillon.store.forgetting import drop_derived
from maillon.store.house import (
    House,
    check_reason,
    check_retains,
    check_second,
    clocks,
    new_id,
    raise_mark,
    set_kept,
)
from maillon.store.tables_keeping import UNMASKING

APPROVED = "approved"
REFUSED = "refused"

RULE = "Directive (EU) 2016/681, art. 12(3)"


@dataclass(frozen=True, slots=True)
class Unmasking:
    """One request to see masked properties.

    Attributes:
        id: 16 hex digits.
        entities: Which entities.
        case: In which case: a view of this case sees them, no other.
        reason: Why.
        expires: The last day on which they are seen.
        asked_by: Who asked.
        decided_by: Who decided; empty: nobody yet.
        outcome: ``approved`` or ``refused``; empty: not yet.
    """

    id: str
    entities: tuple[str, ...]
    case: str
    reason: str
    expires: date
    asked_by: str
    decided_by: str
    outcome: str

    def line(self) -> dict[str, object]:
        """Return it as ``retain list`` prints it."""
        return {
            "unmasking": self.id, "entities": len(self.entities), "case": self.case,
            "expires": self.expires.isoformat(), "asked_by": self.asked_by,
            "decided_by": self.decided_by, "outcome": self.outcome,
        }  # fmt: skip


def ask(
    house: House, view: View, entities: Iterable[str], case: str, reason: str, expires: date
) -> str:
    """Ask for masked properties of some entities in one case; return the request's id.

    Raises:
        RefusedError: It names no entity, no case, no reason, or a day that is past.
    """
    check_retains(view)
    check_reason(reason, "an unmasking")
    check_reason(case, "an unmasking (in which case)")
    wanted = sorted(set(entities))
    if not wanted:
        raise RefusedError(RULE, "an unmasking names no entity", "name each of them")
    if expires < house.day:
        raise RefusedError(RULE, f"it would expire on {expires}", f"name a day from {house.day} on")
    id_ = new_id()
    with house.writing() as connection:
        connection.execute(
            insert(UNMASKING).values(
                id=id_, entities=wanted, case=case, reason=reason, expires=expires.isoformat(),
                asked_by=view.mandate.who, asked_at=house.at, decided_by="", decided_at="",
                outcome="",
            )
        )  # fmt: skip
        said = {"unmasking": id_, "entities": len(wanted), "case": case}
        ledger.append(connection, view.mandate, "unmask", "asked", said)
    return id_


def decide(house: House, view: View, id_: str, *, is_approved: bool) -> None:
    """Approve or refuse what another person asked for.

    Raises:
        StoreError: There is no such open request.
        RefusedError: It is the same person, by this account or another; the ledger has it.
    """
    check_retains(view)
    here = (UNMASKING.c.id == id_, UNMASKING.c.outcome == "")
    with house.desk.housekeeping() as connection:
        row = connection.execute(select(UNMASKING).where(*here)).first()
    if row is None:
        raise NotFoundError(f"no open unmasking {id_}: `maillon retain list` shows them")
    try:
        check_second(house, row.asked_by, view, "this unmasking")
    except RefusedError as error:
        said = {"unmasking": id_, "rule": error.rule}
        house.desk.record(view.mandate, "unmask", "refused", said)
        raise
    outcome = APPROVED if is_approved else REFUSED
    with house.writing() as connection:
        values = {"outcome": outcome, "decided_by": view.mandate.who, "decided_at": house.at}
        if not connection.execute(update(UNMASKING).where(*here).values(**values)).rowcount:
            raise StaleError(f"unmasking {id_} was decided in between")
        detail = {"unmasking": id_, "entities": len(row.entities), "case": row.case}
        ledger.append(connection, view.mandate, "unmask", outcome, detail)


def unmaskings(house: House, view: View) -> list[Unmasking]:
    """Return every request, oldest first."""
    check_retains(view)
    with house.desk.housekeeping() as connection:
        rows = connection.execute(select(UNMASKING).order_by(UNMASKING.c.number)).all()
    return [
        Unmasking(
            row.id, tuple(row.entities), row.case, row.reason, date.fromisoformat(row.expires),
            row.asked_by, row.decided_by, row.outcome,
        )
        for row in rows
    ]  # fmt: skip


def begin_masks(house: House, view: View) -> list[str]:
    """Note which deliveries are masked from now on; drop what was derived of them.

    The mask itself needs no run: readers see it from the day on. Unmaskings whose day is past are
    closed. Returns the deliveries whose mask began or ended.
    """
    check_retains(view)
    began: list[str] = []
    with house.writing() as connection:
        for clock in clocks(connection):
            rule = house.rule(clock)
            if rule is None:
                continue
            due = rule.mask_after is not None and rule.mask_after.is_over(clock.starts, house.day)
            mask = rule.mask if due else ""
            if clock.files and mask != clock.masked:
                set_kept(connection, clock, masked=mask)
                raise_mark(connection, clock)
                said = {"delivery": clock.id, "provision": rule.mask_provision, "mask": mask}
                ledger.append(connection, view.mandate, "mask", "begun" if mask else "ended", said)
                began.append(clock.id)
        ran_out = update(UNMASKING).where(
            UNMASKING.c.outcome == APPROVED, UNMASKING.c.expires < house.day.isoformat()
        )
        expired = connection.execute(ran_out.values(outcome="expired")).rowcount
    if began or expired:
        drop_derived(house)
    return began
