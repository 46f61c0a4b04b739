"""Clearings: this record is not that entry, as both stand."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from maillon.model import Act, NotFoundError
from maillon.store import Clearing
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import Cursor, Limit, cut_log, page
from maillon.web.api.review import Undoing
from maillon.web.api.said import EntityQuery, Reason, Said
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import Id
from maillon.web.identity import CallDep

router = router_of("clearings")

ClearingPath = Annotated[
    str, Path(description="Of the clearing, as it was given.", min_length=1, max_length=100)
]


class ClearingSaid(Said):
    """A clearing, or the taking back of one."""

    clearing: str
    subject: str
    entry: str
    who: str
    at: str
    reason: str
    revokes: str | None
    standing: bool


class ClearingOrder(Body):
    """Which record is not which entry, and why."""

    subject: Id
    entry: Id
    reason: Reason


class Cleared(Said):
    """A clearing that was written; what is kept under a key names nobody."""

    clearing: str


class Ended(Said):
    """A clearing that stands no more, and the event that ended it."""

    clearing: str
    revokes: str


@router.get("/clearings", response_model=PageOf[ClearingSaid], summary="Clearings")
def list_clearings(
    call: CallDep, entity: EntityQuery = "", cursor: Cursor = "", limit: Limit = 100
) -> Response:
    """Return the clearings that the mandate reads, oldest first, taken back or not."""
    held = call.workspace.screening.clearings(call.reading("clearings"))
    found = (one for one in held if entity in {"", one.subject, one.entry})
    shown, next_ = cut_log(found, cursor, limit)
    return page([_said(one) for one in shown], next_)


@router.post("/clearings", response_model=Cleared, status_code=201, summary="Clear a record")
def clear_record(change: ChangeDep, body: ClearingOrder) -> Response:
    """Say that a record is not an entry on a list: no hit of the two is asked about again.

    It holds for both as they stand now: another version of either is another question.
    """

    def act() -> dict[str, str]:
        view = change.view(Act.SCREEN, "clear")
        screening = change.workspace.screening
        subject = screening.subject(view, body.subject)
        if subject is None:
            raise NotFoundError(f"no record {body.subject}")
        return {"clearing": screening.clear(view, subject, body.entry, body.reason)}

    return change.once(body, act, 201)


@router.post("/clearings/{clearing}/end", response_model=Ended, summary="End a clearing")
def end_clearing(change: ChangeDep, clearing: ClearingPath, body: Undoing) -> Response:
    """Take a clearing back: its hit stands again; both stay in the log."""

    def act() -> dict[str, str]:
        view = change.view(Act.SCREEN, "end clearing")
        event = change.workspace.screening.take_back(view, clearing, body.reason)
        return {"clearing": event, "revokes": clearing}

    return change.once(body, act)


def _said(one: Clearing) -> dict[str, Any]:
    return {
        "clearing": one.id, "subject": one.subject, "entry": one.entry, "who": one.who,
        "at": one.at, "reason": one.reason, "revokes": one.revokes, "standing": one.is_standing,
    }  # fmt: skip
