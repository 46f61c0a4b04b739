"""What a person is in a case: suspect, victim, witness ... per person, per case, from a day on.

One person may be a victim in one case and a suspect in another. Who was never categorised is
*unclassified*, and nothing about him goes out. Source: Directive (EU) 2016/680, art. 6.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, insert, select

from maillon.model import Act, NotFoundError, RefusedError, View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_act, check_view
from maillon.store.tables_mandate import CASE_MEMBER, SUBJECT_CATEGORY

UNCLASSIFIED: Final = "unclassified"
"""What everybody is until a person says otherwise; it cannot be disseminated."""

CATEGORIES: Final = (
    "suspect", "convicted", "victim", "witness", "contact", "other", UNCLASSIFIED,
)  # fmt: skip
"""Categories of data subjects. Source: Directive (EU) 2016/680, art. 6."""

PROVISION: Final = "Directive (EU) 2016/680, art. 6 (categories of data subject)"
"""What a refusal cites."""


@dataclass(frozen=True, slots=True)
class SubjectCategory:
    """What one person is in one case.

    Attributes:
        case: Number of the case.
        entity: Id of the entity.
        category: One of `CATEGORIES`.
        since: From this day on, ISO.
        reason: Why, in words.
        who: Who said it.
        at: When, aware UTC.
    """

    case: str
    entity: str
    category: str
    since: str
    reason: str
    who: str = ""
    at: str = ""


class Categories:
    """The categories of one desk.

    Args:
        desk: Holds them.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def set(
        self,
        view: View,
        entity: str,
        category: str,
        reason: str,
        labels: Iterable[int],
        since: str = "",
    ) -> None:
        """Say what a person is in the mandate's case, from a day on.

        Args:
            view: Opened for the act ``decide``.
            entity: Id of the entity.
            category: One of `CATEGORIES`.
            reason: Why, in words.
            labels: Labels of the entity's statements that the view can see.
            since: From this day on, ISO; today when empty.

        Raises:
            RefusedError: No case, an unknown category, no reason, or a day that is none.
            StoreError: The view sees no such entity: the same answer for hidden and absent.
        """
        check_act(view, Act.DECIDE)
        if not set(labels):
            raise NotFoundError(f"no entity {entity}")
        day = since or utc_now()[:10]
        if not view.mandate.case or category not in CATEGORIES or not reason.strip():
            raise RefusedError(
                PROVISION,
                f"{category!r} without a case, a reason, or of no known kind",
                f"act under a case, say why, and name one of {', '.join(CATEGORIES)}",
            )
        try:
            date.fromisoformat(day)
        except ValueError as error:
            raise RefusedError(PROVISION, f"{day!r} is no day", "write it as 2026-11-25") from error
        with self._desk.begin() as connection:
            connection.execute(
                insert(SUBJECT_CATEGORY).values(
                    case=view.mandate.case, entity=entity, category=category, since=day,
                    reason=reason, who=view.mandate.who, at=utc_now(),
                )
            )  # fmt: skip
            detail = {"case": view.mandate.case, "category": category}
            ledger.append(connection, view.mandate, "categorise", "done", detail)

    def of(self, view: View, entity: str, day: str) -> str:
        """Return what a person is in the mandate's case on a day."""
        check_view(view)
        with self._desk.engine.connect() as connection:
            return _of(connection, view.mandate.case, entity, day)

    def history(self, view: View, entity: str) -> list[SubjectCategory]:
        """Return what a person was said to be in the reader's own cases, oldest first."""
        check_view(view)
        mine = select(CASE_MEMBER.c.case).where(
            CASE_MEMBER.c.who == view.mandate.who, CASE_MEMBER.c.agency == view.mandate.agency
        )
        query = select(SUBJECT_CATEGORY).where(
            SUBJECT_CATEGORY.c.entity == entity, SUBJECT_CATEGORY.c.case.in_(mine)
        )
        if view.known_on:
            query = query.where(SUBJECT_CATEGORY.c.at < view.known_on + "T24")
        with self._desk.engine.connect() as connection:
            rows = connection.execute(query.order_by(SUBJECT_CATEGORY.c.number)).all()
        return [
            SubjectCategory(
                row.case, row.entity, row.category, row.since, row.reason, row.who, row.at
            )
            for row in rows
        ]

    def check_dissemination(self, view: View, entities: Iterable[str], day: str) -> None:
        """Let persons go out who are categorised in the mandate's case, or refuse.

        Raises:
            RefusedError: One of them is unclassified there.
        """
        check_view(view)
        with self._desk.engine.connect() as connection:
            for entity in sorted(set(entities)):
                if _of(connection, view.mandate.case, entity, day) == UNCLASSIFIED:
                    raise RefusedError(
                        PROVISION,
                        f"{entity} is unclassified in case {view.mandate.case or '(none)'}",
                        "say what the person is in the case: maillon mandate categorise",
                    )


def _of(connection: Connection, case: str, entity: str, day: str) -> str:
    query = (
        select(SUBJECT_CATEGORY.c.category)
        .where(
            SUBJECT_CATEGORY.c.case == case,
            SUBJECT_CATEGORY.c.entity == entity,
            SUBJECT_CATEGORY.c.since <= day,
        )
        .order_by(SUBJECT_CATEGORY.c.since.desc(), SUBJECT_CATEGORY.c.number.desc())
        .limit(1)
    )
    return connection.execute(query).scalar() or UNCLASSIFIED if case else UNCLASSIFIED
