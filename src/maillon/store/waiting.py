"""What waits for a person, in counts with an end: a page that is opened all day is quick."""

import json
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select

from maillon.model import View
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.hit_queue import count_waiting
from maillon.store.house import House, check_retains, visible
from maillon.store.jobs import JobState
from maillon.store.labelsets import under
from maillon.store.ledger_book import check_oversees
from maillon.store.requests import ANSWERED, PROPOSED
from maillon.store.safeguards import Safeguards
from maillon.store.tables import JUDGEMENT, LEAD_ASSESSMENT, SCREEN_HIT
from maillon.store.tables_jobs import JOB
from maillon.store.tables_keeping import BREACH, RETENTION_REVIEW, SUBJECT_REQUEST, UNMASKING
from maillon.store.tables_ledger import LEDGER

MOST: Final = 500
"""Counted so far; more is *more*."""
AMONG: Final = 5_000
"""Newest entries of the ledger that a count looks through."""


def hits_waiting(desk: Desk, view: View, most: int = MOST) -> int:
    """Return how many hits wait for somebody; ``most + 1`` where there are more.

    Args:
        desk: Holds them.
        view: What may be read.
        most: Counted so far.
    """
    check_view(view)
    with desk.engine.connect() as connection:
        return count_waiting(connection, view, most)


def counts_since(desk: Desk, view: View, since: str) -> dict[str, int]:
    """Return how many hits, judgements and assessments the view sees that came since a moment.

    Args:
        desk: Holds them.
        view: What may be read.
        since: ISO 8601; empty for all.
    """
    check_view(view)
    tables: Mapping[str, Table] = {
        "hits": SCREEN_HIT, "judgements": JUDGEMENT, "assessments": LEAD_ASSESSMENT,
    }  # fmt: skip
    found = {}
    with desk.engine.connect() as connection:
        for name, table in tables.items():
            query = select(func.count()).select_from(table).where(table.c.at >= since)
            found[name] = int(connection.scalar(under(view, table, query, connection)) or 0)
    return found


def job_counts(desk: Desk, view: View) -> dict[str, int]:
    """Return how many jobs of the own account there are in each state."""
    check_view(view)
    query = select(JOB.c.state, func.count().label("jobs")).where(
        JOB.c.who == view.mandate.who, JOB.c.agency == view.mandate.agency
    )
    with desk.engine.connect() as connection:
        rows = connection.execute(query.group_by(JOB.c.state)).all()
    return {one.value: 0 for one in JobState} | {row.state: row.jobs for row in rows}


def leads_found(desk: Desk, view: View) -> int | None:
    """Return how many leads the newest trace of the own account found that the view may read.

    None: it asked for none, or nobody has made it. A trace is not made for a count.
    """
    check_view(view)
    query = select(JOB.c.labels, JOB.c.result).where(
        JOB.c.who == view.mandate.who, JOB.c.agency == view.mandate.agency, JOB.c.kind == "trace",
        JOB.c.state == JobState.DONE.value,
    )  # fmt: skip
    with desk.engine.connect() as connection:
        row = connection.execute(query.order_by(JOB.c.number.desc()).limit(1)).first()
    if row is None or not view.labels.issuperset(row.labels):
        return None
    found = row.result.get("leads")
    return found if isinstance(found, int) else None


def approvals(held: Safeguards, view: View, day: str) -> dict[str, int]:
    """Return how many named anchors and break-glasses of others wait for a second person.

    Args:
        held: Holds them.
        view: Of a person who may approve.
        day: Today, ISO.
    """
    me = held.people.natural(view.mandate.who)
    anchors = [
        one for one in held.anchoring.read(view)
        if not one.approved_by and not one.removed and day <= one.expires
    ]  # fmt: skip
    return {
        "anchors": sum(held.people.natural(one.who) != me for one in anchors),
        "glass": sum(held.people.natural(one["who"]) != me for one in held.glass.waiting(view)),
    }


def keeping_counts(house: House, view: View) -> dict[str, int]:
    """Return what waits at the desk of data subjects and at that of retention.

    ``requests`` are those that nobody has answered, ``late`` those of them whose day has passed,
    ``to_decide`` and ``unmaskings`` what another natural person proposed or asked for, ``breaches``
    those of which the authority should have heard by now; ``reviews`` and ``overdue`` as
    `review_counts`.

    Args:
        house: The workspace.
        view: Opened for the act ``retain``.
    """
    check_retains(view)
    asked, day = SUBJECT_REQUEST.c, house.day.isoformat()
    late = and_(BREACH.c.reported_at == "", BREACH.c.due < house.at)
    with house.desk.housekeeping() as connection:

        def count(query: Select[Any]) -> int:
            return int(connection.scalar(query) or 0)

        found = {
            "requests": count(_of(SUBJECT_REQUEST).where(asked.state != ANSWERED)),
            "late": count(_of(SUBJECT_REQUEST).where(asked.state != ANSWERED, asked.due < day)),
            "breaches": count(_of(BREACH).where(late)),
        }
        proposed = select(asked.proposed_by).where(asked.state == PROPOSED)
        asking = select(UNMASKING.c.asked_by).where(UNMASKING.c.outcome == "")
        by = {"to_decide": connection.execute(proposed).scalars().all(),
              "unmaskings": connection.execute(asking).scalars().all()}  # fmt: skip
    me = house.natural(view.mandate.who)
    others = {name: sum(house.natural(one) != me for one in held) for name, held in by.items()}
    return {**found, **others, **review_counts(house, view)}


def review_counts(house: House, view: View) -> dict[str, int]:
    """Return how many reviews nobody has made, and of how many the period has ended.

    Args:
        house: The workspace.
        view: Opened for the act ``retain``, or of oversight.
    """
    if view.mandate.purpose == "oversight":
        check_oversees(view)
    else:
        check_retains(view)
    query = select(RETENTION_REVIEW.c.delivery, RETENTION_REVIEW.c.expires)
    with house.desk.housekeeping() as connection:
        rows = connection.execute(query.where(RETENTION_REVIEW.c.outcome == "")).all()
    seen = visible(house, view) if rows else set()
    ends = [row.expires for row in rows if row.delivery in seen]
    day = house.day.isoformat()
    return {"reviews": len(ends), "overdue": sum(one <= day for one in ends)}


def last_check(desk: Desk, view: View, among: int = 0) -> dict[str, Any] | None:
    """Return what the last check of the whole ledger came to, whoever asked for it; None: no such.

    Args:
        desk: Holds it.
        view: Of oversight.
        among: So many of the newest entries are looked through; 0: all.

    Returns:
        ``at``, ``who``, ``state`` of the job, ``sound`` (None: it did not come to an end),
        ``entries``, ``outside``: whether it was held against a checkpoint kept outside.
    """
    check_oversees(view)
    ended = LEDGER.c.outcome.in_([JobState.DONE.value, JobState.FAILED.value])
    query = select(LEDGER.c.at, LEDGER.c.who, LEDGER.c.outcome, LEDGER.c.detail).where(
        LEDGER.c.act == "job", ended, LEDGER.c.detail.like('%"kind":"verify"%'),
        or_(LEDGER.c.detail.like('%"sound":%'), LEDGER.c.outcome == JobState.FAILED.value),
    )  # fmt: skip
    if among:
        query = query.where(LEDGER.c.number > _before(among))
    with desk.engine.connect() as connection:
        row = connection.execute(query.order_by(LEDGER.c.number.desc()).limit(1)).first()
    if row is None:
        return None
    said = json.loads(row.detail)
    return {
        "at": row.at, "who": row.who, "state": row.outcome, "sound": said.get("sound"),
        "entries": said.get("entries", 0), "outside": said.get("outside", False),
    }  # fmt: skip


def acts_without_case(desk: Desk, view: View, among: int = AMONG) -> int:
    """Return how many acts without a case there are of accounts that act in cases too.

    Args:
        desk: Holds the ledger.
        view: Of oversight.
        among: So many of the newest entries are looked through.
    """
    check_oversees(view)
    bare = func.count().filter(LEDGER.c.case == "").label("bare")
    query = (
        select(func.count().label("acts"), bare)
        .where(LEDGER.c.number > _before(among), LEDGER.c.outcome == "opened", LEDGER.c.salt != b"")
        .group_by(LEDGER.c.who)
    )
    with desk.engine.connect() as connection:
        rows = connection.execute(query).all()
    return sum(row.bare for row in rows if row.acts > row.bare)


def _before(among: int) -> ColumnElement[int]:
    return func.coalesce(select(func.max(LEDGER.c.number)).scalar_subquery(), 0) - among


def _of(table: Table) -> Select[Any]:
    return select(func.count()).select_from(table)
