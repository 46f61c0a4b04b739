"""What policy asks of the desk: labels, what stands around a mandate, decisions that are kept."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from maillon.model import Label, Mandate
from maillon.policy import CaseFile, Standing
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.tables_mandate import (
    BREAK_GLASS,
    CASE_FILE,
    CASE_MEMBER,
    DECLARATION,
    POLICY_DECISION,
    TEAM,
    TEAM_MEMBER,
)

_TEAMS: Final = (
    select(TEAM, TEAM_MEMBER.c.since.label("joined"), TEAM_MEMBER.c.left)
    .join(TEAM_MEMBER, TEAM_MEMBER.c.team == TEAM.c.name)
    .where(*(TEAM_MEMBER.c[name] == bindparam(name) for name in ("who", "agency")))
)
_GLASS: Final = select(BREAK_GLASS.c.compartment, BREAK_GLASS.c.until).where(
    *(BREAK_GLASS.c[name] == bindparam(name) for name in ("who", "agency", "case")),
    BREAK_GLASS.c.approved != "",
)


class DeskRegister:
    """The desk as policy sees it; see `maillon.policy.Register`.

    Args:
        desk: The desk.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def labels(self) -> Mapping[int, Label]:
        """Return every label by its id."""
        return self._desk.labels()

    def record(
        self,
        mandate: Mandate,
        act: str,
        outcome: str,
        detail: Mapping[str, object],
        objects: Sequence[str] = (),
    ) -> None:
        """Write one entry of the ledger; it is on disk when this returns."""
        self._desk.record(mandate, act, outcome, detail, objects)

    def standing(self, mandate: Mandate, person: str, day: str) -> Standing:
        """Return the case of a mandate and what else stands around it on a day.

        Args:
            mandate: The mandate.
            person: The natural person behind its account.
            day: The day, ISO.
        """
        with self._desk.engine.connect() as connection:
            opened = frozenset(_teams(connection, mandate, day) | _glass(connection, mandate))
            if not mandate.case:
                return Standing(compartments=opened)
            case = _case(connection, mandate.case)
            if case is None:
                return Standing(compartments=opened)
            return Standing(
                case,
                _is_member(connection, mandate, day),
                _declared(connection, mandate.case, person),
                opened,
            )

    def decided(self, key: str) -> Mapping[str, Any] | None:
        """Return a decision that was kept under a key, or None."""
        query = select(POLICY_DECISION.c.body).where(POLICY_DECISION.c.key == key)
        with self._desk.engine.connect() as connection:
            found = connection.execute(query).scalar()
        return None if found is None else dict(found)

    def keep_decision(self, key: str, decision: Mapping[str, Any]) -> None:
        """Keep a decision: the key holds everything that it was made from."""
        row = {"key": key, "body": dict(decision), "day": utc_now()[:10]}
        try:
            with self._desk.begin() as connection:
                connection.execute(insert(POLICY_DECISION).values(row))
        except IntegrityError:  # another process kept the same decision in the meantime
            return


def _case(connection: Connection, number: str) -> CaseFile | None:
    row = connection.execute(select(CASE_FILE).where(CASE_FILE.c.number == number)).first()
    if row is None:
        return None
    return CaseFile(
        row.number, row.regime, tuple(row.purposes), tuple(row.agencies), row.expires,
        bool(row.closed),
    )  # fmt: skip


def _is_member(connection: Connection, mandate: Mandate, day: str) -> bool:
    rows = connection.execute(
        select(CASE_MEMBER.c.since, CASE_MEMBER.c.until).where(
            CASE_MEMBER.c.case == mandate.case,
            CASE_MEMBER.c.who == mandate.who,
            CASE_MEMBER.c.agency == mandate.agency,
        )
    ).all()
    return any(row.since <= day and (not row.until or day <= row.until) for row in rows)


def _declared(connection: Connection, case: str, person: str) -> str:
    """Return what a person declared of a case; a conflict once declared stays."""
    said = set(
        connection.execute(
            select(DECLARATION.c.says).where(
                DECLARATION.c.case == case, DECLARATION.c.person == person
            )
        ).scalars()
    )
    return next((one for one in ("conflict", "none") if one in said), "")


def _teams(connection: Connection, mandate: Mandate, day: str) -> set[str]:
    """Return the compartments of the teams that the person is in, or may still read of."""
    said = {"who": mandate.who, "agency": mandate.agency}
    rows = connection.execute(_TEAMS, said).all()
    return {
        row.compartment
        for row in rows
        if mandate.purpose in row.purposes
        and row.since <= day <= row.until
        and row.joined <= day
        and (not row.left or day < row.left or _still_reads(row.exit_rule, row.left, day, row))
    }


def _still_reads(rule: str, left: str, day: str, row: Any) -> bool:  # noqa: ANN401 - a row of two tables
    """Return whether the exit rule lets one who left read on: only ``reads on``, for some days."""
    if rule != "reads on":
        return False
    from datetime import date  # noqa: PLC0415 - only for who left

    gone = (date.fromisoformat(day) - date.fromisoformat(left)).days
    return bool(gone < row.exit_days)


def _glass(connection: Connection, mandate: Mandate) -> set[str]:
    """Return the compartments that a break-glass of two people holds open at this moment."""
    said = {"who": mandate.who, "agency": mandate.agency, "case": mandate.case}
    rows = connection.execute(_GLASS, said).all()
    now = utc_now()
    return {row.compartment for row in rows if now < row.until}
