"""Screening: a few records at once, with a receipt; receipts, and whether they still hold."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Annotated, Any, Final, Literal

import orjson
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act
from maillon.screen import Asked, Use
from maillon.screen.tables import read_lines
from maillon.web.api.paging import Cursor, Limit, cut_log, page
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import IdPath, Json, Name
from maillon.web.depends import answer
from maillon.web.identity import Call, CallDep
from maillon.workspace.screenrun import ScreenOrder

router = router_of("screening")

MOST_RECORDS: Final = 100
"""Records of one request; a file of more is a job."""
MOST_HITS: Final = 100
LEAST: Final = 0.3
"""Least threshold, as `maillon screen` takes it."""
Value = Annotated[str, Field(max_length=10_000)]


class Question(Body):
    """A record to be screened, as FollowTheMoney writes it."""

    id: Annotated[str, Field(max_length=500)] = ""
    schema_: Annotated[str, Field(alias="schema", max_length=100)] = "LegalEntity"
    properties: Annotated[
        dict[str, Annotated[list[Value], Field(max_length=1_000)]], Field(max_length=200)
    ]


class Questions(Body):
    """Records to be screened, and how."""

    records: Annotated[list[Question], Field(min_length=1, max_length=MOST_RECORDS)]
    lists: Annotated[list[Name], Field(max_length=200, default_factory=list)]
    use: Name = ""
    threshold: Annotated[float | None, Field(ge=LEAST, le=1.0)] = None
    limit: Annotated[int | None, Field(ge=1, le=MOST_HITS)] = None


class Answer(BaseModel):
    """What came of one record: no hit and could not look are told apart."""

    id: str
    status: Literal["ok", "could_not_look"]
    locator: str
    hits: list[dict[str, Any]]
    reason: str | None = None
    cleared: list[dict[str, Any]] | None = None
    left_out: list[dict[str, Any]] | None = None
    truncated: bool | None = None


class Screening(BaseModel):
    """What came of all of them, in their order, and the receipt under which it can be replayed."""

    receipt: str
    answers: list[Answer]


class Replay(BaseModel):
    """Whether a receipt still holds."""

    receipt: str
    verdict: Literal["identical", "differs", "erased"]
    reasons: list[str]
    result_sha256: str


@router.post("/screenings", response_model=Screening, summary="Screen a few records")
def screen(call: CallDep, body: Questions) -> Response:
    """Screen records against the lists that this mandate reads; leaves a receipt.

    A file of more records is screened by a job: `POST /api/v1/files/questions`.
    """
    view = call.view(Act.SCREEN, "screen")
    order = order_of(call, body)
    with call.workspace.screening.opened(view, order) as run:
        answers = [one.line() for one in run]
        receipt = run.progress.receipt
        run.finish()
    return answer({"receipt": receipt, "answers": answers})


@router.get("/receipts", response_model=PageOf[Json], summary="Receipts of screening")
def list_receipts(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the receipts that this mandate may read, oldest first."""
    view = call.reading("receipts")
    shown, next_ = cut_log(call.workspace.screening.receipts(view), cursor, limit)
    return page([one.line() for one in shown], next_)


@router.get("/receipts/{receipt}", response_model=Json, summary="One receipt")
def show_receipt(call: CallDep, receipt: IdPath) -> Response:
    """Return what was asked of what, by which code and rules, and what came of it."""
    view = call.reading("receipt")
    return answer(call.workspace.store.receipts.one(view, receipt).line())


@router.post("/receipts/{receipt}/replays", response_model=Replay, summary="Run a receipt again")
def replay(call: CallDep, receipt: IdPath, body: Questions | None = None) -> Response:
    """Run a receipt again over exactly its deliveries and say whether the result is the same.

    A receipt of records that a request or a file brought needs them again; one of records of the
    workspace needs no body.
    """
    view = call.view(Act.SCREEN, "replay")
    held = call.workspace.store.receipts.one(view, receipt)
    if "file_sha256" in held.body["query"] and body is None:
        raise HTTPException(422, "body: send the records of this receipt again")
    order = None if body is None else order_of(call, body)
    found = call.workspace.screening.replay(view, receipt, order)
    return answer(found.line())


def order_of(call: Call, body: Questions) -> ScreenOrder:
    """Return what shall be screened, by which rules."""
    use = _use(call, body)
    lines = [one.model_dump(by_alias=True) for one in body.records]
    raw = b"".join(orjson.dumps(one, option=orjson.OPT_SORT_KEYS) + b"\n" for one in lines)
    topics = frozenset(use.humanitarian_topics)

    def questions() -> Iterator[Asked]:
        yield from read_lines(BytesIO(raw), topics)

    said = {"file_sha256": hashlib.sha256(raw).hexdigest()}
    return ScreenOrder(lambda _: questions(), said, use, tuple(body.lists))


def _use(call: Call, body: Questions) -> Use:
    rules = call.workspace.screening.rules()
    if body.use and body.use not in rules.uses:
        raise HTTPException(422, f"use: none of {', '.join(sorted(rules.uses))}")
    use = rules.use(body.use)
    return replace(
        use, threshold=use.threshold if body.threshold is None else body.threshold,
        most_hits=body.limit or min(use.most_hits, MOST_HITS),
    )  # fmt: skip
