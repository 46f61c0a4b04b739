"""Hits: the queue, both sides of one, what a person makes of it, a second person's word."""

import base64
import binascii
import json
from typing import Annotated, Any, Literal

from fastapi import Path
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
from maillon.web.api.wanted import WantedDep
from maillon.web.identity import CallDep
from maillon.workspace.deciding import Queued, place_of
from maillon.workspace.together import MOST_TOGETHER, One

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
    source: str
    own: Annotated[
        bool, Field(description="Whether the verdict that waits for a second person is one's own.")
    ]
    disputed: Annotated[
        str, Field(description="With `differ`: the verdict from which a second look differs.")
    ]
    decided: Annotated[str, Field(description="With `mine=decided`: what one said of it.")]


class HitVerdict(Body):
    """What a person makes of a hit, both sides weighed."""

    verdict: Literal["match", "no match", "cannot tell"]
    reason: Reason
    weighed: Weighed
    takes_two: Annotated[bool, Field(description=TWO)] = False


class WeighedHit(Body):
    """One of several hits, as it was shown."""

    hit: Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"^[A-Za-z0-9_-]+$")]
    revision: Annotated[
        str, Field(min_length=1, max_length=200, description="Its `ETag`, without quotes.")
    ]
    weighed: Weighed


class HitsVerdict(Body):
    """What a person makes of several hits of one record, or on one entry."""

    hits: Annotated[list[WeighedHit], Field(min_length=2, max_length=MOST_TOGETHER)]
    verdict: Literal["no match", "cannot tell"]
    reason: Reason
    takes_two: Annotated[bool, Field(description=TWO)] = False


class GivenTogether(Said):
    """Verdicts that were given, in the order of their hits."""

    validations: list[str]
    verdict: str


@router.get("/hits", response_model=PageOf[QueuedHit], summary="Hits that wait for a person")
def list_hits(call: CallDep, wanted: WantedDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the hits on which nobody has decided, those that wait longest first; or as asked.

    The queue holds what runs found that look for changes (`screen --delta`, jobs).
    """
    after = after_of(cursor, 4)
    view = call.reading("hits")
    found = call.workspace.screening.queue(view, wanted, after=after, count=limit + 1)
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
    return reviewed(call.workspace.screening.show(view, *pair_of(hit)))


@router.post(
    "/hits/{hit}/verdicts", response_model=Given, status_code=201, summary="A verdict on a hit"
)
def validate_hit(change: ChangeDep, seen: Seen, hit: HitPath, body: HitVerdict) -> Response:
    """Say what a hit is, and why. `no match` clears it, as both sides stand."""
    pair = pair_of(hit)

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "validate hit")
        said = answered(body.verdict, body.reason, body.weighed, seen, takes_two=body.takes_two)
        id_ = change.workspace.screening.validate(view, *pair, said)
        return {"validation": id_, "verdict": body.verdict}

    return change.once(body, act, 201)


@router.post(
    "/hits/verdicts", response_model=GivenTogether, status_code=201,
    summary="One verdict on several hits",
)  # fmt: skip
def validate_hits(change: ChangeDep, body: HitsVerdict) -> Response:
    """Say of a few hits of one record, or on one entry, what they are, for one reason.

    All are decided or none; each is a verdict and a ledger entry of its own. That they are matches
    is said of each by itself.
    """
    ones = [One(pair_of(one.hit), tuple(one.weighed), one.revision) for one in body.hits]

    def act() -> dict[str, Any]:
        view = change.view(Act.DECIDE, "validate hits")
        made = change.workspace.together.decide(
            view, body.verdict, body.reason, ones, takes_two=body.takes_two
        )
        return {"validations": made, "verdict": body.verdict}

    return change.once(body, act, 201)


@router.post("/hits/{hit}/second", response_model=Agreed, summary="A second person's word")
def second_hit(change: ChangeDep, seen: Seen, hit: HitPath, body: Agreement) -> Response:
    """Agree as a second person, who was shown the hit too: its verdict stands."""
    pair = pair_of(hit)

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "second hit")
        _check_of(change.workspace.store, view, pair, body.verdict)
        change.workspace.screening.second(view, body.verdict, seen)
        return {"validation": body.verdict, "second": "done"}

    return change.once(body, act)


def _queued(one: Queued) -> dict[str, Any]:
    return {"hit": place_of(*one.ids), **one.line()}


def pair_of(hit: str) -> tuple[str, str]:
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
