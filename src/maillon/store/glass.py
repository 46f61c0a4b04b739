"""Break-glass: a compartment opened in an emergency by two people, for some hours.

Every agency that has something in it is told, whatever came of it.
"""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import and_, insert, or_, select, update

from maillon.model import Act, NotFoundError, View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_act, check_view
from maillon.store.second import People, refused
from maillon.store.tables import LABEL
from maillon.store.tables_mandate import BREAK_GLASS

LONGEST_GLASS_HOURS: Final = 24
"""Longest time that a break-glass holds a compartment open."""


class BreakGlass:
    """The emergencies of one desk.

    Args:
        desk: Holds them.
        people: Accounts.
    """

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk = desk
        self._people = people

    def ask_glass(self, view: View, compartment: str, reason: str, hours: int = 4) -> str:
        """Ask for a compartment in an emergency; return the id that a second person approves.

        Raises:
            RefusedError: No reason, or longer than `LONGEST_GLASS_HOURS`.
        """
        check_view(view)
        if not reason.strip() or not 1 <= hours <= LONGEST_GLASS_HOURS:
            raise refused(
                "a break-glass needs its reason and an end",
                f"say why, and for how long: 1 to {LONGEST_GLASS_HOURS} hours",
            )
        id_ = secrets.token_hex(8)
        mandate = view.mandate
        with self._desk.begin() as connection:
            connection.execute(
                insert(BREAK_GLASS).values(
                    id=id_, who=mandate.who, person=self._people.natural(mandate.who),
                    agency=mandate.agency, compartment=compartment, case=mandate.case,
                    reason=reason, hours=hours, asked=utc_now(), approved_by="", approved="",
                    until="", told=[],
                )
            )  # fmt: skip
            # the same entry whether there is such a compartment or not
            ledger.append(connection, mandate, "break glass", "asked", {"request": id_})
        return id_

    def approve_glass(self, view: View, id_: str) -> str:
        """Approve what another person asked; return until when it holds.

        Every agency that has something in the compartment is told (`told`).

        Raises:
            RefusedError: The same person asked, or the approver is no supervisor.
            StoreError: No such request waits.
        """
        check_act(view, Act.DECIDE)
        with self._desk.begin() as connection:
            row = connection.execute(
                select(BREAK_GLASS).where(
                    BREAK_GLASS.c.id == id_, BREAK_GLASS.c.approved == "",
                    BREAK_GLASS.c.agency == view.mandate.agency,
                )
            ).first()  # fmt: skip
            if row is None:
                raise NotFoundError(f"no break-glass {id_} waits for approval")
            self._people.check_second(view, row.person)
            until = (datetime.now(UTC) + timedelta(hours=row.hours)).isoformat(timespec="seconds")
            owners = connection.execute(
                select(LABEL.c.originator)
                .where(LABEL.c.compartment == row.compartment)
                .distinct()
                .order_by(LABEL.c.originator)
            ).scalars()
            connection.execute(
                update(BREAK_GLASS)
                .where(BREAK_GLASS.c.id == id_)
                .values(
                    approved_by=view.mandate.who, approved=utc_now(), until=until,
                    told=list(owners),
                )
            )  # fmt: skip
            said = {"request": id_, "until": until}
            ledger.append(connection, view.mandate, "break glass", "approved", said)
        return until

    def waiting(self, view: View) -> list[dict[str, Any]]:
        """Return the break-glasses of the mandate's agency that wait for a second person.

        A supervisor sees them all, others their own; oldest first. Whether there is such a
        compartment is not told.
        """
        check_view(view)
        query = select(BREAK_GLASS).where(BREAK_GLASS.c.agency == view.mandate.agency)
        limit = view.known_on + "T24"
        query = query.where(
            and_(BREAK_GLASS.c.asked < limit,
                 or_(BREAK_GLASS.c.approved == "", BREAK_GLASS.c.approved >= limit))
            if view.known_on
            else BREAK_GLASS.c.approved == ""
        )  # fmt: skip
        if not self._people.is_supervisor(view.mandate.who):
            query = query.where(BREAK_GLASS.c.who == view.mandate.who)
        with self._desk.engine.connect() as connection:
            rows = connection.execute(query.order_by(BREAK_GLASS.c.asked, BREAK_GLASS.c.id)).all()
        return [
            {
                "id": row.id, "who": row.who, "agency": row.agency, "case": row.case,
                "compartment": row.compartment, "reason": row.reason, "hours": row.hours,
                "asked": row.asked,
            }
            for row in rows
        ]  # fmt: skip

    def told(self, view: View) -> list[dict[str, Any]]:
        """Return the break-glasses into compartments of the mandate's agency, newest first."""
        check_view(view)
        query = select(BREAK_GLASS).where(BREAK_GLASS.c.approved != "")
        with self._desk.engine.connect() as connection:
            rows = connection.execute(query.order_by(BREAK_GLASS.c.approved.desc())).all()
        return [
            {
                "id": row.id, "who": row.who, "agency": row.agency, "approved_by": row.approved_by,
                "compartment": row.compartment, "reason": row.reason, "approved": row.approved,
                "until": row.until,
            }
            for row in rows
            if view.mandate.agency in row.told
        ]  # fmt: skip
