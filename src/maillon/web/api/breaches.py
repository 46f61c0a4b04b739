"""Breaches of personal data, whom they may concern; the records of processing."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import Path
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act
from maillon.store import keeping as k
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import Cursor, Limit, cut, page
from maillon.web.api.said import Brief, Moment, Said, Short, Words
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.depends import answer
from maillon.web.identity import CallDep

router = router_of("breaches")

BreachPath = Annotated[
    str, Path(description="Of the breach, as it was given.", min_length=1, max_length=100)
]


class BreachSaid(Said):
    """One breach and its clock."""

    breach: str
    what: str
    noticed: str
    due: str
    account: str
    reported_at: str
    overdue: bool


class BreachOrder(Body):
    """What happened, without personal data, when, and what could be reached."""

    what: Words
    noticed: Moment
    since: Moment
    until: Moment
    account: Brief = ""
    datasets: Annotated[list[Short], Field(max_length=1_000, default_factory=list)]


class Noted(Said):
    """A breach that was noted."""

    breach: str


class BreachState(Said):
    """A breach, and where it stands."""

    breach: str
    state: str


class Concerned(Said):
    """Whom a breach may concern: an upper bound."""

    acts: int
    deliveries: list[str]
    persons: list[str]


class ProcessingRecord(Said):
    """The record of processing of one dataset."""

    dataset: str
    format: str
    originator: str
    purposes: str
    legal_basis: str
    handling: str
    category: str
    deliveries: int
    recipients: list[str]
    retention_rule: str
    retention_provision: str
    security: str


@router.get("/breaches", response_model=PageOf[BreachSaid], summary="Breaches")
def list_breaches(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return every breach with its clock, in the order in which they became known."""
    held = k.breaches(call.workspace.store.house, call.view(Act.RETAIN, "breaches"))
    found = sorted(held, key=lambda one: (one.noticed, one.id))
    shown, next_ = cut(found, lambda one: (one.noticed, one.id), cursor, limit)
    return page([one.line() for one in shown], next_)


@router.post("/breaches", response_model=Noted, status_code=201, summary="Note a breach")
def note_breach(change: ChangeDep, body: BreachOrder) -> Response:
    """Note a breach; its clock runs from the moment at which it became known."""
    house = change.workspace.store.house
    since, until, noticed = map(datetime.fromisoformat, (body.since, body.until, body.noticed))
    if not since <= until <= noticed <= house.now():
        raise HTTPException(422, "since, until, noticed: in this order, and not in the future")

    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, "note breach")
        id_ = k.note_breach(
            house, view, body.what, noticed, since, until,
            account=body.account, datasets=body.datasets,
        )  # fmt: skip
        return {"breach": id_}

    return change.once(body, act, 201)


@router.post("/breaches/{breach}/report", response_model=BreachState, summary="It was reported")
def report_breach(change: ChangeDep, breach: BreachPath) -> Response:
    """Note that the authority was told of a breach."""

    def act() -> dict[str, str]:
        view = change.view(Act.RETAIN, "report breach")
        k.report_breach(change.workspace.store.house, view, breach)
        return {"breach": breach, "state": "reported"}

    return change.once(None, act)


@router.get("/breaches/{breach}/affected", response_model=Concerned, summary="Whom it concerns")
def list_affected(call: CallDep, breach: BreachPath) -> Response:
    """Return whom a breach may concern, as far as the mandate may know of it."""
    view = call.view(Act.RETAIN, "affected")
    return answer(asdict(k.affected(call.workspace.store.house, view, breach)))


@router.get(
    "/processing-records", response_model=PageOf[ProcessingRecord], summary="Records of processing"
)
def list_processing_records(call: CallDep, cursor: Cursor = "", limit: Limit = 100) -> Response:
    """Return the records of processing, one a dataset, by its name."""
    view = call.view(Act.RETAIN, "processing records")
    held: list[dict[str, Any]] = k.processing_records(call.workspace.store.house, view)
    found = sorted(held, key=_name)
    shown, next_ = cut(found, lambda one: (_name(one),), cursor, limit)
    return page(shown, next_)


def _name(one: dict[str, Any]) -> str:
    return str(one["dataset"])
