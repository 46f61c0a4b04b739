"""Deliveries as the mandate sees them, drop folders and how sources stand, formats."""

from typing import Annotated, Final, Literal

from fastapi import Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from maillon.model import Act, Delivery, Mode, NotFoundError
from maillon.sources import adapter, names
from maillon.store.proposals import ACCEPTED, REFUSED, WAITING, DeliveryProposal
from maillon.web.api.effects import KeyHeader, once
from maillon.web.api.paging import Cursor, Limit, cut, cut_log, page
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import IdPath, Json, Reason
from maillon.web.depends import answer
from maillon.web.identity import CallDep
from maillon.workspace.receiving import Standing

router = router_of("deliveries")

STATES: Final = (WAITING, ACCEPTED, REFUSED, "replaced")


class Format(BaseModel):
    """One format that is read."""

    name: str
    spec: str
    mode: Mode
    options: dict[str, str]


class Refused(Body):
    """Why a file is kept out."""

    reason: Reason


class Accepted(BaseModel):
    """The job that loads a file that was let in."""

    job: str


@router.get("/formats", response_model=PageOf[Format], summary="Formats that are read")
def list_formats(call: CallDep) -> Response:
    """Return the formats, each with its specification and the options of its adapter."""
    call.reading("formats")
    found = [adapter(name) for name in names()]
    return page(
        [
            {"name": one.name, "spec": one.spec, "mode": one.mode.value, "options": one.options}
            for one in found
        ],
        "",
    )


@router.get("/deliveries", response_model=PageOf[Delivery], summary="Deliveries")
def list_deliveries(
    call: CallDep,
    all: Annotated[  # noqa: A002 - the name that clients send
        bool, Query(description="Those that another took the place of, too.")
    ] = False,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """Return the deliveries that this mandate can see, as it sees them, oldest first."""
    view = call.reading("deliveries")
    held = call.workspace.store.deliveries(view, current=not all)
    ordered = sorted(held, key=lambda one: (one.received, one.id))
    shown, next_ = cut(ordered, lambda one: (one.received, one.id), cursor, limit)
    return page(shown, next_)


@router.get("/deliveries/{delivery}", response_model=Delivery, summary="One delivery")
def show_delivery(call: CallDep, delivery: IdPath) -> Response:
    """Return a delivery as this mandate sees it."""
    view = call.reading("delivery")
    for one in call.workspace.store.deliveries(view, current=False):
        if one.id == delivery:
            return answer(one)
    raise NotFoundError(f"no delivery {delivery}")


@router.get("/sources", response_model=PageOf[Standing], summary="How each source stands")
def list_sources(call: CallDep) -> Response:
    """Return when each source delivered last, when the next is due, what went wrong."""
    return page(call.workspace.receiving.sources(call.view(Act.READ, "sources")), "")


@router.get("/proposals", response_model=PageOf[DeliveryProposal], summary="Files that wait")
def list_proposals(
    call: CallDep,
    state: Annotated[
        tuple[Literal["waiting", "accepted", "refused", "replaced"], ...], Query(max_length=4)
    ] = ("waiting",),
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """Return the files of the drop folders that wait for a decision, or that were decided."""
    held = call.workspace.receiving.proposals(call.view(Act.READ, "proposals"), state)
    shown, next_ = cut_log(held, cursor, limit)
    return page(shown, next_)


@router.post(
    "/proposals/{proposal}/acceptance", response_model=Accepted, status_code=202,
    summary="Let a file in",
)  # fmt: skip
def accept_proposal(
    request: Request, call: CallDep, proposal: IdPath, key: KeyHeader = ""
) -> Response:
    """Let a file in: the job that loads it waits when this answers."""

    def act() -> Json:
        view = call.view(Act.LOAD, "accept proposal")
        return {"job": call.workspace.receiving.accept(view, proposal)}

    return once(request, call, key, {}, act, 202)


@router.post("/proposals/{proposal}/refusal", status_code=204, summary="Keep a file out")
def refuse_proposal(call: CallDep, proposal: IdPath, body: Refused) -> Response:
    """Keep a file out, for a reason; it lies in `refused/` then."""
    view = call.view(Act.LOAD, "refuse proposal")
    call.workspace.receiving.refuse(view, proposal, body.reason)
    return Response(status_code=204)
