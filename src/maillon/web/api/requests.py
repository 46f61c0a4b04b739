"""Requests of data subjects: filed, looked up, proposed, decided by another person, answered."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from fastapi import Path
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from maillon.model import Act, NotFoundError, StaleError, View
from maillon.store import keeping as k
from maillon.web.api.changing import ChangeDep, Seen
from maillon.web.api.paging import Cursor, Limit, cut, page
from maillon.web.api.said import Day, Reason, Reference, Said
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import Id
from maillon.web.depends import answer
from maillon.web.identity import CallDep
from maillon.workspace.workspace import Workspace

router = router_of("requests")

DISCLOSED: Final = ("entity", "prop", "value", "dataset", "delivery", "locator")
"""Fields of a statement that a granted access shows."""
RequestPath = Annotated[
    str, Path(description="Of the request, as it was given.", min_length=1, max_length=100)
]
Entities = Annotated[list[Id], Field(max_length=1_000, default_factory=list)]


class RequestSaid(Said):
    """One request, by the number of its paper file; never by name."""

    request: str
    kind: str
    channel: str
    reference: str
    received: str
    due: str
    state: str
    outcome: str
    overdue: bool
    extended: bool
    entities: int
    ground: str
    proposed_by: str


class RequestOrder(Body):
    """A request as it came in."""

    kind: Literal["access", "correction", "restriction", "erasure", "indirect"]
    reference: Reference
    received: Day
    entities: Entities
    channel: Literal["subject", "authority"] = "subject"


class Filed(Said):
    """A request that was filed."""

    request: str


class Naming(Body):
    """Which entities the person of a request is."""

    entities: Entities


class Named(Said):
    """How many entities the person is said to be."""

    request: str
    entities: int


class Extension(Body):
    """Why more time is needed."""

    reason: Reason


class Extended(Said):
    """A request with its new day."""

    request: str
    due: str


class Outcome(Body):
    """What a request shall come to."""

    outcome: Literal["grant", "refuse", "no data"]
    ground: Literal[
        "", "inquiry", "prevention", "public security", "national security", "others"
    ] = ""


class Decision(Body):
    """Whether another person agrees to what was proposed."""

    agreed: bool


class RequestState(Said):
    """A request, and where it stands."""

    request: str
    state: str


class Disclosed(Said):
    """One statement that is disclosed."""

    entity: str
    prop: str
    value: str
    dataset: str
    delivery: str
    locator: str


class Letter(Said):
    """What goes out: the letter, and what is disclosed with it."""

    text: str
    statements: list[Disclosed]


@router.get("/requests", response_model=PageOf[RequestSaid], summary="Requests")
def list_requests(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return every request, the one that is due first before the others."""
    held = k.requests(call.workspace.store.house, call.view(Act.RETAIN, "requests"))
    found = sorted(held, key=_place)
    shown, next_ = cut(found, _place, cursor, limit)
    return page([_said(one) for one in shown], next_)


@router.post("/requests", response_model=Filed, status_code=201, summary="File a request")
def file_request(change: ChangeDep, body: RequestOrder) -> Response:
    """File a request; its clock runs from the day on which it came in."""
    house, received = change.workspace.store.house, date.fromisoformat(body.received)
    if received > house.day:
        raise HTTPException(422, f"received: a day up to today, {house.day}")

    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, "file request")
        return {
            "request": k.file_request(
                house, view, body.kind, body.reference, received, body.entities,
                channel=body.channel,
            )
        }  # fmt: skip

    return change.once(body, act, 201)


@router.get("/requests/{request_id}", response_model=RequestSaid, summary="One request")
def read_request(request: Request, call: CallDep, request_id: RequestPath) -> Response:
    """Return a request; its `ETag` is what each step with it sends as `If-Match`."""
    one = _one(call.workspace, call.view(Act.RETAIN, "request"), request_id)
    headers = {"etag": f'"{one.revision}"', "cache-control": "no-cache, private"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return answer(_said(one), headers)


@router.post("/requests/{request_id}/entities", response_model=Named, summary="Who the person is")
def name_entities(
    change: ChangeDep, seen: Seen, request_id: RequestPath, body: Naming
) -> Response:  # fmt: skip
    """Note which entities the person of a request is; nothing of it is answered yet."""

    def act() -> dict[str, Any]:
        view = _seen(change.workspace, change.view(Act.RETAIN, "name"), request_id, seen)
        k.name_entities(change.workspace.store.house, view, request_id, body.entities)
        return {"request": request_id, "entities": len(set(body.entities))}

    return change.once(body, act)


@router.post("/requests/{request_id}/extension", response_model=Extended, summary="More time")
def extend_request(
    change: ChangeDep, seen: Seen, request_id: RequestPath, body: Extension
) -> Response:  # fmt: skip
    """Extend the time of a request, once."""

    def act() -> dict[str, str]:
        view = _seen(change.workspace, change.view(Act.RETAIN, "extend"), request_id, seen)
        due = k.extend(change.workspace.store.house, view, request_id, body.reason)
        return {"request": request_id, "due": due.isoformat()}

    return change.once(body, act)


@router.post(
    "/requests/{request_id}/proposal", response_model=RequestState, summary="Propose an outcome"
)
def propose_outcome(
    change: ChangeDep, seen: Seen, request_id: RequestPath, body: Outcome
) -> Response:  # fmt: skip
    """Propose what a request shall come to; another person decides."""

    def act() -> dict[str, str]:
        view = _seen(change.workspace, change.view(Act.RETAIN, "propose"), request_id, seen)
        house = change.workspace.store.house
        k.propose(house, view, request_id, body.outcome, body.ground)
        return {"request": request_id, "state": "proposed"}

    return change.once(body, act)


@router.post(
    "/requests/{request_id}/decision", response_model=RequestState, summary="Decide a request"
)
def decide_request(
    change: ChangeDep, seen: Seen, request_id: RequestPath, body: Decision
) -> Response:  # fmt: skip
    """Agree to what another person proposed, or send it back; what was granted is done."""

    def act() -> dict[str, str]:
        view = _seen(change.workspace, change.view(Act.RETAIN, "decide"), request_id, seen)
        house = change.workspace.store.house
        k.decide_request(house, view, request_id, change.keys, is_agreed=body.agreed)
        return {"request": request_id, "state": "decided" if body.agreed else "received"}

    return change.once(body, act)


@router.post("/requests/{request_id}/answer", response_model=Letter, summary="Answer a request")
def answer_request(call: CallDep, request_id: RequestPath) -> Response:
    """Return the letter, and what is disclosed; whoever is told nothing gets the same words.

    The first answer closes the request; asked again, it is made anew: no letter is kept.
    """
    call.fresh()
    found = k.answer(call.workspace.store, call.view(Act.RETAIN, "answer"), request_id)
    lines = [{name: getattr(one, name) for name in DISCLOSED} for one in found.statements]
    return answer({"text": found.text, "statements": lines})


def _place(one: k.Request) -> tuple[str | int, ...]:
    return one.due.isoformat(), one.received.isoformat(), one.id


def _said(one: k.Request) -> dict[str, Any]:
    return {
        **one.line(), "entities": one.entities, "ground": one.ground,
        "proposed_by": one.proposed_by,
    }  # fmt: skip


def _one(w: Workspace, view: View, id_: str) -> k.Request:
    for one in k.requests(w.store.house, view):
        if one.id == id_:
            return one
    raise NotFoundError(f"no request {id_}: `maillon request --list` shows them")


def _seen(w: Workspace, view: View, id_: str, seen: str) -> View:
    """Return the view, if the request is what was seen of it."""
    if _one(w, view, id_).revision != seen:
        raise StaleError(f"request {id_} changed since it was read: read it again")
    return view
