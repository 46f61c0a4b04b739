"""Anchors by hand: two people call an entity an anchor."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import Path
from pydantic import StringConstraints
from starlette.responses import Response

from maillon.model import Act
from maillon.store.anchoring import NamedAnchor
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import Cursor, Limit, cut, page
from maillon.web.api.review import Undoing
from maillon.web.api.said import Day, EntityQuery, Reason, Said, Words
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import Id
from maillon.web.identity import CallDep

router = router_of("anchors")

AnchorPath = Annotated[
    str, Path(description="Of the anchor, as it was given.", min_length=1, max_length=100)
]


class AnchorSaid(Said):
    """An entity that people call an anchor; not approved, it counts for nothing."""

    id: str
    entity: str
    topic: str
    basis: str
    grade: str
    reason: str
    expires: str
    who: str
    asked: str
    approved_by: str
    approved: str
    removed: str


class AnchorOrder(Body):
    """Who shall be an anchor, on which decision, by which facts, until when."""

    entity: Id
    topic: Annotated[str, StringConstraints(max_length=40, pattern=r"^crime\.[a-z]+(\.[a-z]+)*$")]
    basis: Words
    grade: Literal["A1", "A2", "A3", "B1", "B2", "B3"]
    reason: Reason
    expires: Day


class Proposed(Said):
    """An anchor that waits for a second person."""

    anchor: str


class AnchorState(Said):
    """An anchor, and what became of it."""

    anchor: str
    state: str


@router.get("/anchors", response_model=PageOf[AnchorSaid], summary="Anchors by hand")
def list_anchors(
    call: CallDep, entity: EntityQuery = "", cursor: Cursor = "", limit: Limit = 50
) -> Response:
    """Return the anchors by hand that the mandate reads, oldest first; ended ones too."""
    held = call.workspace.store.safeguards.anchoring.read(call.reading("anchors"))
    found = sorted(
        (one for one in held if entity in {"", one.entity}), key=lambda one: (one.asked, one.id)
    )
    shown, next_ = cut(found, lambda one: (one.asked, one.id), cursor, limit)
    return page([asdict(one) for one in shown], next_)


@router.post("/anchors", response_model=Proposed, status_code=201, summary="Propose an anchor")
def propose_anchor(change: ChangeDep, body: AnchorOrder) -> Response:
    """Propose an anchor by hand: the heaviest act there is; a second person approves."""

    def act() -> dict[str, str]:
        said = NamedAnchor(
            body.entity, body.topic, body.basis, body.grade, body.reason, body.expires
        )
        view = change.view(Act.DECIDE, "propose anchor")
        return {"anchor": change.workspace.guarding.propose_anchor(view, said)}

    return change.once(body, act, 201)


@router.post("/anchors/{anchor}/approval", response_model=AnchorState, summary="Approve it")
def approve_anchor(change: ChangeDep, anchor: AnchorPath) -> Response:
    """Approve what another person proposed: it is an anchor from now on."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "approve anchor")
        change.workspace.store.safeguards.anchoring.approve(view, anchor)
        return {"anchor": anchor, "state": "approved"}

    return change.once(None, act)


@router.post("/anchors/{anchor}/end", response_model=AnchorState, summary="End it")
def end_anchor(change: ChangeDep, anchor: AnchorPath, body: Undoing) -> Response:
    """End an anchor, or withdraw a proposal: the next search is without it."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "end anchor")
        change.workspace.store.safeguards.anchoring.remove(view, anchor, body.reason)
        return {"anchor": anchor, "state": "ended"}

    return change.once(body, act)
