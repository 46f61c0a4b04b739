"""What people say of leads: appended to, never edited; the newest stands.

A lead is a pair of canonical ids, and canonical ids merge and split: what was said names the two
ids of its day, which resolve for ever. Of the evidence that was weighed only keyed hashes are kept.
"""

import secrets
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from maillon.model import View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.labelsets import intern_set, under
from maillon.store.tables import LEAD_ASSESSMENT


class LeadState(StrEnum):
    """Where a lead stands. Source: S/2020/754, paras. 6 and 108."""

    PROPOSED = "proposed"
    """Nobody has looked at it, or its assessment was taken back."""
    OPEN = "open"
    """Somebody works on it."""
    CONFIRMED = "confirmed"
    SUSPECTED = "suspected"
    REFUTED = "refuted"
    """It stays, and does not return unless its evidence changed."""
    NOT_ASSESSABLE = "not assessable"
    """It cannot be decided with what can be had: a result, not a gap."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """One thing said of one lead.

    Attributes:
        terror: Canonical id of the terrorism anchor, as it was then.
        crime: Canonical id of the crime anchor, as it was then.
        state: Where the lead stands since.
        reason: Why, in the words of who said it.
        evidence: Keyed hash and dataset of each statement that was weighed.
        labels: Ids of the labels of those statements: who cannot read them all does not see it.
        who: Who said it; set by the log.
        at: When, aware UTC; set by the log.
        id: 16 hex digits that say nothing of how many there are; set by the log.
    """

    terror: str
    crime: str
    state: LeadState
    reason: str
    evidence: tuple[tuple[str, str], ...] = ()
    labels: tuple[int, ...] = ()
    who: str = ""
    at: str = ""
    id: str = ""


class Assessments:
    """The assessments of one desk.

    Args:
        desk: Holds them.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def append(self, view: View, said: Assessment) -> str:
        """Write an assessment and its ledger entry in one transaction; return its id.

        Raises:
            ValueError: It gives no reason.
        """
        check_view(view)
        if not said.reason.strip():
            raise ValueError("an assessment of a lead needs its reason")
        with self._desk.begin() as connection:
            return put_assessment(connection, view, said)

    def read(self, view: View) -> list[Assessment]:
        """Return the assessments that the view may read, oldest first."""
        check_view(view)
        query = select(LEAD_ASSESSMENT).order_by(LEAD_ASSESSMENT.c.number)
        with self._desk.engine.connect() as connection:
            rows = connection.execute(under(view, LEAD_ASSESSMENT, query, connection)).all()
        return [
            Assessment(
                row.terror, row.crime, LeadState(row.state), row.reason,
                tuple((hashed, dataset) for hashed, dataset in row.evidence), tuple(row.labels),
                row.who, row.at, row.id,
            )
            for row in rows
        ]  # fmt: skip


def put_assessment(connection: Connection, view: View, said: Assessment) -> str:
    """Write an assessment and its ledger entry in the caller's transaction; return its id."""
    id_ = secrets.token_hex(8)
    connection.execute(
        insert(LEAD_ASSESSMENT).values(
            id=id_,
            terror=said.terror,
            crime=said.crime,
            state=said.state.value,
            reason=said.reason,
            evidence=[list(one) for one in sorted(said.evidence)],
            labels=sorted(said.labels),
            label_set=intern_set(connection, said.labels),
            who=view.mandate.who,
            at=utc_now(),
        )
    )
    detail = {"assessment": id_, "state": said.state.value}
    ledger.append(connection, view.mandate, "assess lead", "done", detail)
    return id_
