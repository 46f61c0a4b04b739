"""Break-glass: a compartment opened in an emergency by two people, for some hours."""

from typing import Annotated

from fastapi import Path
from pydantic import Field
from starlette.responses import Response

from maillon.model import Act
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import Cursor, Limit, cut, page
from maillon.web.api.said import Reason, Said, Short
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.identity import CallDep

router = router_of("safeguards")

GlassPath = Annotated[
    str, Path(description="Of the request, as it was given.", min_length=1, max_length=100)
]


class GlassSaid(Said):
    """Who broke glass into a compartment of the own agency."""

    id: str
    who: str
    agency: str
    approved_by: str
    compartment: str
    reason: str
    approved: str
    until: str


class GlassWaiting(Said):
    """A break-glass that waits for a second person."""

    id: str
    who: str
    agency: str
    case: str
    compartment: str
    reason: str
    hours: int
    asked: str


class GlassOrder(Body):
    """Which compartment is needed, why, and for how long."""

    compartment: Short
    reason: Reason
    hours: Annotated[int, Field(ge=1, le=24)] = 4


class Asked(Said):
    """A break-glass that waits for a second person."""

    request: str


class Approved(Said):
    """A break-glass that holds, and until when."""

    approved: str
    until: str


@router.get("/break-glass", response_model=PageOf[GlassSaid], summary="Who broke glass")
def list_glass(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the break-glasses into compartments of the mandate's agency, oldest first."""
    view = call.view(Act.READ, "told")
    held = call.workspace.store.safeguards.glass.told(view)
    found = sorted(held, key=lambda one: (one["approved"], one["id"]))
    shown, next_ = cut(found, lambda one: (one["approved"], one["id"]), cursor, limit)
    return page(shown, next_)


@router.get(
    "/break-glass/waiting", response_model=PageOf[GlassWaiting],
    summary="Which break-glasses wait",
)  # fmt: skip
def list_waiting_glass(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return what waits for a second person in the mandate's agency; others than supervisors, own.

    Whether there is such a compartment is not told.
    """
    held = call.workspace.store.safeguards.glass.waiting(call.view(Act.READ, "waiting glass"))
    shown, next_ = cut(held, lambda one: (one["asked"], one["id"]), cursor, limit)
    return page(shown, next_)


@router.post("/break-glass", response_model=Asked, status_code=201, summary="Ask for a compartment")
def ask_glass(change: ChangeDep, body: GlassOrder) -> Response:
    """Ask for a compartment in an emergency; a second person approves.

    The answer does not tell whether there is such a compartment.
    """

    def act() -> dict[str, str]:
        view = change.view(Act.READ, "break glass")
        glass = change.workspace.store.safeguards.glass
        return {"request": glass.ask_glass(view, body.compartment, body.reason, body.hours)}

    return change.once(body, act, 201)


@router.post("/break-glass/{glass}/approval", response_model=Approved, summary="Approve it")
def approve_glass(change: ChangeDep, glass: GlassPath) -> Response:
    """Approve what another person asked for; every agency that has something in it is told."""
    change.call.fresh()

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "approve break glass")
        kept = change.workspace.store.safeguards.glass
        return {"approved": glass, "until": kept.approve_glass(view, glass)}

    return change.once(None, act)
