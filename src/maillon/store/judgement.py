"""The judgement log: who said that two records are one, or not; appended to, never edited."""

import secrets
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import insert, select

from maillon.model import View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.tables import JUDGEMENT


class Verdict(StrEnum):
    """What a judgement says of two records."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNSURE = "unsure"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of the log.

    Attributes:
        left: Entity id, the smaller of the two.
        right: Entity id, the greater of the two.
        verdict: What is said; ``revoked`` takes back the event called ``revokes``.
        reason: Why, in the judge's words.
        labels: Ids of the labels of the statements behind it: who cannot read them all does not
            see the event.
        who: Who judged; set by the log.
        at: When, aware UTC; set by the log.
        id: 16 hex digits that say nothing of how many there are; set by the log.
        revokes: Id of the event taken back.
    """

    left: str
    right: str
    verdict: Verdict
    reason: str
    labels: tuple[int, ...] = ()
    who: str = ""
    at: str = ""
    id: str = ""
    revokes: str | None = None


class JudgementLog:
    """The log of one desk.

    Args:
        desk: Holds it.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def append(self, view: View, event: Event) -> str:
        """Write ``event`` and its ledger entry in one transaction; return its id."""
        left, right = sorted((event.left, event.right))
        with self._desk.begin() as connection:
            key = secrets.token_hex(8)
            connection.execute(
                insert(JUDGEMENT).values(
                    id=key,
                    left=left,
                    right=right,
                    verdict=event.verdict.value,
                    who=view.mandate.who,
                    at=utc_now(),
                    reason=event.reason,
                    labels=sorted(event.labels),
                    revokes=event.revokes,
                )
            )
            ledger.append(
                connection,
                view.mandate,
                "judge",
                "done",
                {"judgement": key, "verdict": event.verdict.value},
            )
        return key

    def read(self, view: View) -> list[Event]:
        """Return the events that the view may read, oldest first."""
        with self._desk.engine.connect() as connection:
            rows = connection.execute(select(JUDGEMENT).order_by(JUDGEMENT.c.number)).all()
        return [
            Event(
                row.left,
                row.right,
                Verdict(row.verdict),
                row.reason,
                tuple(row.labels),
                row.who,
                row.at,
                row.id,
                row.revokes,
            )
            for row in rows
            if view.labels.issuperset(row.labels)
            and (not view.known_on or row.at < view.known_on + "T24")
        ]
