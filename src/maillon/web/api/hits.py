"""Hits: the queue, both sides of one, what a person makes of it, a second person's word."""

import base64
import binascii
import json
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from maillon.model import Act, NotFoundError, View
from maillon.store import Proposal, Store
from maillon.web.api.changing import ChangeDep, Seen
from maillon.web.api.paging import Cursor, Limit
from maillon.web.api.review import (
    TWO,
    Agreed,
    Agreement,
    Given,
    Reviewed,
    Weighed,
    after_of,
    answered,
    queue_page,
    reviewed,
)
from maillon.web.api.said import Reason, Said
from maillon.web.api.shapes import TAGGED, Body, PageOf, router_of
from maillon.web.identity import CallDep
from maillon.workspace.deciding import Queued, place_of

router = router_of("hits")

HitPath = Annotated[
    str,
    Path(
        description="As `GET /hits` names it: `[subject, entry]` as JSON, in base64url.",
        min_length=1, max_length=4_000, pattern=r"^[A-Za-z0-9_-]+$",
    ),
]  # fmt: skip


class QueuedHit(Said):
    """A hit that waits for a person."""

    hit: str
    kind: str
    ids: list[str]
    at: str
    score: float
    dataset: str = Field(alias="list")
    band: str
    alert: bool
    why: str
    receipt: str
    waits_for_second: str
    place: str


class HitVerdict(Body):
    """What a person makes of a hit, both sides weighed."""

    verdict: Literal["match", "no match", "cannot tell"]
    reason: Reason
    weighed: Weighed
    takes_two: Annotated[bool, Field(description=TWO)] = False


@router.get("/hits", response_model=PageOf[QueuedHit], summary="Hits that wait for a person")
def list_hits(
    call: CallDep,
    receipt: Annotated[str, Query(max_length=100, description="Only of this run.")] = "",
    dataset: Annotated[str, Query(alias="list", max_length=100, description="On this list.")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """Return the hits on which nobody has decided, those that wait longest first.

    The queue holds what runs found that look for changes (`screen --delta`, jobs).
    """
    after = after_of(cursor, 4)
    view = call.reading("hits")
    found = call.workspace.screening.queue(
        view, receipt=receipt, dataset=dataset, after=after, count=limit + 1
    )
    return queue_page(found, limit, _queued)


@router.get(
    "/hits/{hit}", response_model=Reviewed, summary="One hit, both sides of it", responses=TAGGED
)
def show_hit(call: CallDep, hit: HitPath) -> Response:
    """Return a hit: what speaks for the person beside what speaks against, and what was said.

    Its `ETag` is what a verdict sends back as `If-Match`: who was not shown a hit says nothing
    of it.
    """
    view = call.reading("hit")
    return reviewed(call.workspace.screening.show(view, *_pair(hit)))


@router.post(
    "/hits/{hit}/verdicts", response_model=Given, status_code=201, summary="A verdict on a hit"
)
def validate_hit(change: ChangeDep, seen: Seen, hit: HitPath, body: HitVerdict) -> Response:
    """Say what a hit is, and why. `no match` clears it, as both sides stand."""
    pair = _pair(hit)

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "validate hit")
        said = answered(body.verdict, body.reason, body.weighed, seen, takes_two=body.takes_two)
        id_ = change.workspace.screening.validate(view, *pair, said)
        return {"validation": id_, "verdict": body.verdict}

    return change.once(body, act, 201)


@router.post("/hits/{hit}/second", response_model=Agreed, summary="A second person's word")
def second_hit(change: ChangeDep, seen: Seen, hit: HitPath, body: Agreement) -> Response:
    """Agree as a second person, who was shown the hit too: its verdict stands."""
    pair = _pair(hit)

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "second hit")
        _check_of(change.workspace.store, view, pair, body.verdict)
        change.workspace.screening.second(view, body.verdict, seen)
        return {"validation": body.verdict, "second": "done"}

    return change.once(body, act)


def _queued(one: Queued) -> dict[str, Any]:
    return {"hit": place_of(*one.ids), **one.line()}


def _pair(hit: str) -> tuple[str, str]:
    """Return subject and entry of a hit; a name that is none is of no hit."""
    try:
        subject, entry = json.loads(base64.urlsafe_b64decode(hit + "=" * (-len(hit) % 4)))
        f"{subject}{entry}".encode()
    except (TypeError, ValueError, RecursionError, binascii.Error):
        raise NotFoundError(f"no hit {hit}") from None
    if not isinstance(subject, str) or not isinstance(entry, str):
        raise NotFoundError(f"no hit {hit}")
    return subject, entry


def _check_of(store: Store, view: View, pair: tuple[str, str], verdict: str) -> None:
    """Let through a verdict that was given on this very hit."""
    held = store.safeguards.validations.read(view, Proposal("hit", pair, ""))
    if all(one.id != verdict for one in held):
        raise NotFoundError(f"no verdict {verdict}")
