"""Who was given what, and who is to be told that it was corrected, restricted or erased."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from maillon.model import Act
from maillon.store import keeping as k
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import Cursor, Limit, cut_log, page
from maillon.web.api.said import Reason, Reference, Said, Words
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import Id
from maillon.web.identity import CallDep

router = router_of("recipients")

NoticePath = Annotated[
    str, Path(description="Of the notice, as the list names it.", min_length=1, max_length=100)
]


class TransferOrder(Body):
    """Who was given an object, and by what they know it."""

    target: Id
    recipient: Reference
    reference: Reference


class TransferNoted(Said):
    """A transfer that was noted."""

    recipient: str


class CorrectionOrder(Body):
    """What was corrected, and why."""

    target: Id
    reason: Reason


class NoticesMade(Said):
    """How many recipients are to be told."""

    notices: int


class NoticeSaid(Said):
    """What one recipient is to be told."""

    notice: str
    recipient: str
    reference: str
    object: str
    kind: str
    rule: str
    at: str
    acknowledged_at: str
    acknowledgement: str


class Acknowledgement(Body):
    """What a recipient answered."""

    acknowledgement: Words


class Acknowledged(Said):
    """A notice that was answered."""

    notice: str
    acknowledgement: str


@router.post(
    "/retention/transfers", response_model=TransferNoted, status_code=201, summary="Note a transfer"
)
def note_transfer(change: ChangeDep, body: TransferOrder) -> Response:
    """Note who was given an object, so that they hear when it is corrected or erased."""

    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, "transfer")
        house = change.workspace.store.house
        return {"recipient": k.register(house, view, body.target, body.recipient, body.reference)}

    return change.once(body, act, 201)


@router.post(
    "/retention/corrections", response_model=NoticesMade, status_code=201, summary="Tell of one"
)
def tell_correction(change: ChangeDep, body: CorrectionOrder) -> Response:
    """Tell everyone who was given an object that it was corrected."""

    def act() -> dict[str, Any]:
        view = change.view(Act.RETAIN, "correct")
        return {"notices": k.correct(change.workspace.store.house, view, body.target, body.reason)}

    return change.once(body, act, 201)


@router.get("/retention/notices", response_model=PageOf[NoticeSaid], summary="Who is to be told")
def list_recipient_notices(call: CallDep, cursor: Cursor = "", limit: Limit = 100) -> Response:
    """Return who is to be told what, oldest first, answered or not."""
    held = k.notices(call.workspace.store.house, call.view(Act.RETAIN, "notices"))
    shown, next_ = cut_log(held, cursor, limit)
    return page([one.line() for one in shown], next_)


@router.post(
    "/retention/notices/{notice}/acknowledgement", response_model=Acknowledged,
    summary="What they answered",
)  # fmt: skip
def acknowledge_notice(change: ChangeDep, notice: NoticePath, body: Acknowledgement) -> Response:
    """Note what a recipient answered."""

    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, "acknowledge")
        k.acknowledge(change.workspace.store.house, view, notice, body.acknowledgement)
        return {"notice": notice, "acknowledgement": body.acknowledgement}

    return change.once(body, act)
