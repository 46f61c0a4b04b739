"""Cases and declarations: what a mandate may name, written by people.

Every change is one transaction with its ledger entry. A case has a leader, members of named
agencies, a regime, purposes, and an end: after it, no mandate names it.
"""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from maillon.model import PURPOSES, Act, NotFoundError, StaleError, View
from maillon.policy import CONFLICT, NONE, REGIMES
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_act, check_view
from maillon.store.second import People, refused
from maillon.store.tables_mandate import CASE_FILE, CASE_MEMBER, DECLARATION

LONGEST_CASE_DAYS: Final = 366
"""Longest authorisation of a case: then it is renewed, or it ends."""


@dataclass(frozen=True, slots=True)
class CaseOrder:
    """What a case is authorised for.

    Attributes:
        regime: ``terrorism``, ``organised crime`` or ``both``.
        purposes: Purposes of mandates in it.
        agencies: Agencies whose people may be members.
        reason: The authorising decision, in words: why it is necessary and proportionate.
        expires: Last day, ISO.
    """

    regime: str
    purposes: tuple[str, ...]
    agencies: tuple[str, ...]
    reason: str
    expires: str


class Cases:
    """The cases of one desk.

    Args:
        desk: Holds them.
        people: Accounts.
    """

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk = desk
        self._people = people

    def open_case(self, view: View, order: CaseOrder) -> str:
        """Open a case led by the mandate's person; return its number, which says nothing.

        Raises:
            RefusedError: It lacks a reason, an end within a year, or the own agency.
        """
        check_act(view, Act.DECIDE)
        _check_case(view, order)
        number = f"{utc_now()[:4]}-{secrets.token_hex(4)}"
        with self._desk.begin() as connection:
            connection.execute(
                insert(CASE_FILE).values(
                    number=number, regime=order.regime, purposes=sorted(order.purposes),
                    agencies=sorted(order.agencies), leader=view.mandate.who,
                    legal_basis=view.mandate.legal_basis, reason=order.reason, opened=utc_now(),
                    expires=order.expires, closed="",
                )
            )  # fmt: skip
            _join(connection, number, view.mandate.who, view.mandate.agency)
            said = {"case": number, "regime": order.regime, "expires": order.expires}
            ledger.append(connection, view.mandate, "case", "opened", said)
        return number

    def standing_numbers(self, view: View) -> list[str]:
        """Return the numbers of all cases that stand: for the system's own use, told to nobody."""
        check_act(view, Act.POINT)
        query = select(CASE_FILE.c.number).where(
            CASE_FILE.c.closed == "", CASE_FILE.c.expires >= utc_now()[:10]
        )
        with self._desk.housekeeping() as connection:
            return sorted(connection.execute(query).scalars())

    def cases(self, view: View) -> list[dict[str, Any]]:
        """Return the cases of which the mandate's person is or was a member, by number."""
        check_view(view)
        with self._desk.engine.connect() as connection:
            rows = connection.execute(
                select(CASE_FILE)
                .where(
                    CASE_FILE.c.number.in_(
                        select(CASE_MEMBER.c.case).where(
                            CASE_MEMBER.c.who == view.mandate.who,
                            CASE_MEMBER.c.agency == view.mandate.agency,
                        )
                    )
                )
                .order_by(CASE_FILE.c.number)
            ).all()
        # SQLAlchemy names a reserved word with a str of its own, which is no key for every writer
        return [{str(name): held for name, held in row._mapping.items()} for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for a row

    def members(self, view: View, number: str) -> list[dict[str, Any]]:
        """Return who is and was in a case of which the mandate's person is a member now.

        Raises:
            NotFoundError: There is no such case, or the person is not in it: the same answer.
        """
        check_view(view)
        query = select(CASE_MEMBER).where(CASE_MEMBER.c.case == number)
        if view.known_on:
            query = query.where(CASE_MEMBER.c.since <= view.known_on)
        with self._desk.engine.connect() as connection:
            _of(connection, view, number)
            rows = connection.execute(query.order_by(CASE_MEMBER.c.id)).all()
        mine = (view.mandate.who, view.mandate.agency)
        if not any((row.who, row.agency) == mine and not row.until for row in rows):
            raise not_yours(number)
        return [
            {"who": row.who, "agency": row.agency, "since": row.since, "until": row.until}
            for row in rows
        ]

    def renew_case(self, view: View, number: str, expires: str, reason: str) -> None:
        """Give a case of which the person is the leader another end, with the new decision."""
        check_act(view, Act.DECIDE)
        with self._desk.begin() as connection:
            if _led(connection, view, number).closed:
                raise StaleError(f"case {number} is closed: open another")
            _check_end(expires, reason)
            connection.execute(
                update(CASE_FILE).where(CASE_FILE.c.number == number).values(expires=expires)
            )
            said = {"case": number, "expires": expires, "reason": reason}
            ledger.append(connection, view.mandate, "case", "renewed", said)

    def close_case(self, view: View, number: str, reason: str) -> None:
        """Close a case of which the person is the leader: no mandate names it any more."""
        check_act(view, Act.DECIDE)
        with self._desk.begin() as connection:
            _led(connection, view, number)
            connection.execute(
                update(CASE_FILE).where(CASE_FILE.c.number == number).values(closed=utc_now())
            )
            said = {"case": number, "reason": reason}
            ledger.append(connection, view.mandate, "case", "closed", said)

    def add_member(self, view: View, number: str, who: str, agency: str) -> None:
        """Let the leader add a member, of one of the case's agencies.

        Raises:
            RefusedError: The account does not act for the agency, or the agency is no party.
        """
        check_act(view, Act.DECIDE)
        with self._desk.begin() as connection:
            case = _led(connection, view, number)
            self._people.check_account(who, agency, case.agencies)
            _join(connection, number, who, agency)
            said = {"case": number, "member": who, "of": agency}
            ledger.append(connection, view.mandate, "case", "member added", said)

    def remove_member(self, view: View, number: str, who: str) -> None:
        """Let the leader take a member out; from today on he reads nothing under the case."""
        check_act(view, Act.DECIDE)
        with self._desk.begin() as connection:
            _led(connection, view, number)
            yesterday = (date.fromisoformat(utc_now()[:10]) - timedelta(days=1)).isoformat()
            connection.execute(
                update(CASE_MEMBER)
                .where(CASE_MEMBER.c.case == number, CASE_MEMBER.c.who == who)
                .values(until=yesterday)
            )
            said = {"case": number, "member": who}
            ledger.append(connection, view.mandate, "case", "member removed", said)

    def declare(self, view: View, number: str, *, conflict: bool, reason: str = "") -> None:
        """Declare for oneself whether there is a conflict of interest in a case.

        A conflict, once declared, stays: another declaration does not lift it.

        Raises:
            StoreError: There is no such case of the person's.
        """
        check_view(view)
        with self._desk.begin() as connection:
            _of(connection, view, number)
            person = self._people.natural(view.mandate.who)
            says = CONFLICT if conflict else NONE
            connection.execute(
                insert(DECLARATION).values(
                    case=number, person=person, says=says, reason=reason, who=view.mandate.who,
                    at=utc_now(),
                )
            )  # fmt: skip
            said = {"case": number, "says": says}
            ledger.append(connection, view.mandate, "declare", "done", said)


def _check_case(view: View, order: CaseOrder) -> None:
    _check_end(order.expires, order.reason)
    if order.regime not in REGIMES:
        raise refused(f"{order.regime!r} is no regime", f"name one of {', '.join(REGIMES)}")
    if not order.purposes or set(order.purposes) - set(PURPOSES):
        raise refused("the purposes are missing or unknown", f"some of {', '.join(PURPOSES)}")
    if view.mandate.agency not in order.agencies:
        raise refused("the own agency is no party", "name it among the agencies")


def _check_end(expires: str, reason: str) -> None:
    if not reason.strip():
        raise refused("a case needs its authorising decision", "say why it is necessary")
    try:
        days = (date.fromisoformat(expires) - date.fromisoformat(utc_now()[:10])).days
    except ValueError as error:
        raise refused(f"{expires!r} is no day", "write it as 2026-11-25") from error
    if not 0 <= days <= LONGEST_CASE_DAYS:
        raise refused(
            "the authorisation ends in the past or not within a year",
            f"give an end of at most {LONGEST_CASE_DAYS} days from today",
        )


def _of(connection: Connection, view: View, number: str) -> Row[Any]:
    """Return a case of the person's; an unknown one and one of others are one answer."""
    row = connection.execute(
        select(CASE_FILE)
        .join(CASE_MEMBER, CASE_MEMBER.c.case == CASE_FILE.c.number)
        .where(
            CASE_FILE.c.number == number,
            CASE_MEMBER.c.who == view.mandate.who,
            CASE_MEMBER.c.agency == view.mandate.agency,
        )
    ).first()
    if row is None:
        raise not_yours(number)
    return row


def not_yours(number: str) -> NotFoundError:
    """Return what is said of a case that is not there, and of one of others."""
    return NotFoundError(f"no case {number} of yours: `maillon mandate cases` lists them")


def _led(connection: Connection, view: View, number: str) -> Row[Any]:
    row = _of(connection, view, number)
    if row.leader != view.mandate.who:
        raise refused(f"{view.mandate.who!r} does not lead case {number}", "its leader acts")
    return row


def _join(connection: Connection, number: str, who: str, agency: str) -> None:
    row = {"case": number, "who": who, "agency": agency, "since": utc_now()[:10], "until": ""}
    connection.execute(insert(CASE_MEMBER).values(row))
