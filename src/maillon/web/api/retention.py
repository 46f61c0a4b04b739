"""What is kept how long: what is due, reviews, erasures, restrictions, evidence."""

from typing import Annotated, Literal

from fastapi import Path
from starlette.responses import Response

from maillon.model import Act
from maillon.store import keeping as k
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import Cursor, Limit, cut, cut_log, page
from maillon.web.api.review import Undoing
from maillon.web.api.said import Brief, Reason, Said, Words
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import Id
from maillon.web.identity import CallDep

router = router_of("retention")

ReviewPath = Annotated[
    str, Path(description="Of the review, as the list names it.", min_length=1, max_length=100)
]
TombstonePath = Annotated[
    str, Path(description="Of the restriction, as it was given.", min_length=1, max_length=100)
]
Scope = Literal["entity", "statement", "delivery"]


class DueSaid(Said):
    """One thing that is due."""

    delivery: str
    category: str
    what: str
    on: str
    rule: str
    provision: str


class ReviewSaid(Said):
    """One review of a delivery before its end."""

    review: str
    delivery: str
    expires: str
    opened: str
    outcome: str
    reason: str
    who: str


class ReviewOutcome(Body):
    """What a review came to."""

    outcome: Literal["expire", "delete"]
    reason: Reason


class ReviewDecided(Said):
    """A review, and what it came to."""

    review: str
    outcome: str


class TombstoneSaid(Said):
    """One erasure or restriction; never of whom."""

    tombstone: str
    kind: str
    scope: str
    rule: str
    path: str
    at: str
    state: str


class ErasureOrder(Body):
    """What shall be erased or restricted, under which rule, and why."""

    target: Id
    rule: Words
    reason: Reason
    scope: Scope = "entity"
    path: Literal["request", "court", "error"] = "request"
    dataset: Brief = ""
    again: Literal["refuse", "admit"] = "admit"


class Ordered(Said):
    """An order that is in force; whether there was anything is not told."""

    tombstone: str
    kind: str


class TombstoneState(Said):
    """A restriction, and where it stands."""

    tombstone: str
    state: str


class EvidenceOrder(Body):
    """About which entity there is objective evidence."""

    entity: Id
    reason: Reason


class EvidenceNoted(Said):
    """A note of evidence that was written."""

    evidence: str


@router.get("/retention/due", response_model=PageOf[DueSaid], summary="What is due")
def list_due(call: CallDep, cursor: Cursor = "", limit: Limit = 100) -> Response:
    """Return what is due today in the deliveries of the mandate: the nightly job does it."""
    held = k.due(call.workspace.store.house, call.view(Act.RETAIN, "due"))
    found = sorted(held, key=_place)
    shown, next_ = cut(found, _place, cursor, limit)
    return page([one.line() for one in shown], next_)


@router.get("/retention/reviews", response_model=PageOf[ReviewSaid], summary="Reviews")
def list_reviews(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the reviews of the mandate's deliveries, oldest first, decided or not.

    Oversight reads them too, and decides none.
    """
    act = Act.AUDIT if call.mandate.purpose == "oversight" else Act.RETAIN
    held = k.reviews(call.workspace.store.house, call.view(act, "reviews"))
    found = sorted(held, key=lambda one: (one.opened, one.id))
    shown, next_ = cut(found, lambda one: (one.opened, one.id), cursor, limit)
    return page([one.line() for one in shown], next_)


@router.post(
    "/retention/reviews/{review}/outcome", response_model=ReviewDecided, summary="Decide a review"
)
def decide_review(change: ChangeDep, review: ReviewPath, body: ReviewOutcome) -> Response:
    """Say what a review came to: let the period run out, or delete now."""

    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, "decide review")
        house = change.workspace.store.house
        k.decide_review(house, view, review, body.outcome, body.reason, change.keys)
        return {"review": review, "outcome": body.outcome}

    return change.once(body, act)


@router.get("/retention/tombstones", response_model=PageOf[TombstoneSaid], summary="Tombstones")
def list_tombstones(call: CallDep, cursor: Cursor = "", limit: Limit = 100) -> Response:
    """Return the erasures and restrictions that the mandate may know of; never of whom."""
    held = k.tombstones(call.workspace.store.house, call.view(Act.RETAIN, "tombstones"))
    shown, next_ = cut_log(held, cursor, limit)
    return page([one.line() for one in shown], next_)


@router.post("/retention/erasures", response_model=Ordered, status_code=201, summary="Erase")
def erase_data(change: ChangeDep, body: ErasureOrder) -> Response:
    """Erase: at once for every reader, in the files with the next run.

    Whether there was anything to erase is not told.
    """
    return _order(change, "erase", body)


@router.post("/retention/restrictions", response_model=Ordered, status_code=201, summary="Restrict")
def restrict_data(change: ChangeDep, body: ErasureOrder) -> Response:
    """Restrict: it is kept as evidence, and nobody but oversight sees it."""
    return _order(change, "restrict", body)


@router.post(
    "/retention/restrictions/{tombstone}/lifting", response_model=TombstoneState,
    summary="Lift a restriction",
)  # fmt: skip
def lift_restriction(change: ChangeDep, tombstone: TombstonePath, body: Undoing) -> Response:
    """Lift a restriction: what it hid is seen again."""

    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, "lift restriction")
        k.lift(change.workspace.store.house, view, tombstone, body.reason, change.keys)
        return {"tombstone": tombstone, "state": "lifted"}

    return change.once(body, act)


@router.post(
    "/retention/evidence", response_model=EvidenceNoted, status_code=201, summary="Note evidence"
)
def note_evidence(change: ChangeDep, body: EvidenceOrder) -> Response:
    """Note objective evidence about an entity: it is kept for the long period."""

    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, "evidence")
        house = change.workspace.store.house
        return {"evidence": k.mark_evidence(house, view, body.entity, body.reason)}

    return change.once(body, act, 201)


def _order(change: ChangeDep, kind: str, body: ErasureOrder) -> Response:
    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, kind)
        order = k.Order(
            kind, body.scope, body.target, body.rule, body.path, body.reason,
            dataset=body.dataset, again=body.again,
        )  # fmt: skip
        id_ = k.erase(change.workspace.store.house, view, order, change.keys)
        return {"tombstone": id_, "kind": kind}

    return change.once(body, act, 201)


def _place(one: k.Due) -> tuple[str | int, ...]:
    return one.on.isoformat(), one.delivery, one.what
