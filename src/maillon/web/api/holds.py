"""Legal holds, and masked properties shown in one case when two people say so."""

from datetime import date
from typing import Annotated, Any

from fastapi import Path
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act
from maillon.store import keeping as k
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import Cursor, Limit, cut, cut_log, page
from maillon.web.api.retention import Scope
from maillon.web.api.review import Undoing
from maillon.web.api.said import Day, Reason, Said, Short, Words
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import Id
from maillon.web.identity import CallDep

router = router_of("holds")

HoldPath = Annotated[
    str, Path(description="Of the hold, as it was given.", min_length=1, max_length=100)
]
UnmaskingPath = Annotated[
    str, Path(description="Of the unmasking, as it was given.", min_length=1, max_length=100)
]


class HoldSaid(Said):
    """One legal hold; the target of those that others placed is left out."""

    hold: str
    scope: str
    target: str
    authority: str
    review: str
    overdue: bool


class HoldOrder(Body):
    """What is held, by whose authority, to be looked at again when."""

    target: Id
    authority: Words
    review: Day
    reason: Reason
    scope: Scope = "entity"


class Placed(Said):
    """A hold that was placed."""

    hold: str


class HoldState(Said):
    """A hold, and where it stands."""

    hold: str
    state: str


class UnmaskingSaid(Said):
    """One request to see masked properties."""

    unmasking: str
    entities: int
    case: str
    expires: str
    asked_by: str
    decided_by: str
    outcome: str


class UnmaskingOrder(Body):
    """Whose masked properties are needed, in which case, until when."""

    entities: Annotated[list[Id], Field(min_length=1, max_length=1_000)]
    case: Short
    reason: Reason
    until: Day


class UnmaskingAsked(Said):
    """An unmasking that waits for a second person."""

    unmasking: str


class UnmaskingDecision(Body):
    """Whether a second person approves."""

    approved: bool


class UnmaskingDecided(Said):
    """An unmasking, and what came of it."""

    unmasking: str
    outcome: str


@router.get("/retention/holds", response_model=PageOf[HoldSaid], summary="Legal holds")
def list_holds(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the legal holds that stand, oldest first."""
    house = call.workspace.store.house
    held = k.standing_holds(house, call.view(Act.RETAIN, "holds"))
    shown, next_ = cut_log(held, cursor, limit)
    return page([_said(one, house.day) for one in shown], next_)


@router.post("/retention/holds", response_model=Placed, status_code=201, summary="Place a hold")
def place_hold(change: ChangeDep, body: HoldOrder) -> Response:
    """Place a legal hold: no path deletes what it names until it is released."""
    house, review = change.workspace.store.house, date.fromisoformat(body.review)
    if review <= house.day:
        raise HTTPException(422, f"review: a day after today, {house.day}")

    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, "hold")
        wanted = k.Hold(body.scope, body.target, body.reason, body.authority, review)
        return {"hold": k.place(house, view, wanted, change.keys)}

    return change.once(body, act, 201)


@router.post("/retention/holds/{hold}/release", response_model=HoldState, summary="Release a hold")
def release_hold(change: ChangeDep, hold: HoldPath, body: Undoing) -> Response:
    """Release a hold; what it held back is done by the next run."""

    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, "release hold")
        k.release(change.workspace.store.house, view, hold, body.reason, change.keys)
        return {"hold": hold, "state": "released"}

    return change.once(body, act)


@router.get("/retention/unmaskings", response_model=PageOf[UnmaskingSaid], summary="Unmaskings")
def list_unmaskings(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return every request to see masked properties, by the day on which it ends."""
    held = k.unmaskings(call.workspace.store.house, call.view(Act.RETAIN, "unmaskings"))
    found = sorted(held, key=_place)
    shown, next_ = cut(found, _place, cursor, limit)
    return page([one.line() for one in shown], next_)


@router.post(
    "/retention/unmaskings", response_model=UnmaskingAsked, status_code=201, summary="Ask for it"
)
def ask_unmasking(change: ChangeDep, body: UnmaskingOrder) -> Response:
    """Ask for masked properties in one case; another person approves."""

    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, "unmask")
        house, until = change.workspace.store.house, date.fromisoformat(body.until)
        id_ = k.ask(house, view, body.entities, body.case, body.reason, until)
        return {"unmasking": id_}

    return change.once(body, act, 201)


@router.post(
    "/retention/unmaskings/{unmasking}/decision", response_model=UnmaskingDecided,
    summary="Approve or refuse it",
)  # fmt: skip
def decide_unmasking(
    change: ChangeDep, unmasking: UnmaskingPath, body: UnmaskingDecision
) -> Response:  # fmt: skip
    """Approve or refuse what another person asked for."""
    change.call.fresh()

    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, "decide unmasking")
        house = change.workspace.store.house
        k.decide(house, view, unmasking, is_approved=body.approved)
        return {"unmasking": unmasking, "outcome": "approved" if body.approved else "refused"}

    return change.once(body, act)


def _said(one: k.Hold, day: date) -> dict[str, Any]:
    return {
        "hold": one.id, "scope": one.scope, "target": one.target, "authority": one.authority,
        "review": one.review.isoformat(), "overdue": one.review < day,
    }  # fmt: skip


def _place(one: k.Unmasking) -> tuple[str | int, ...]:
    return one.expires.isoformat(), one.id
