"""Standing questions, their notices, and what is new since the last visit."""

from typing import Annotated, Literal

from fastapi import Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from maillon.model import Act
from maillon.web.api.effects import KeyHeader, once
from maillon.web.api.paging import Cursor, Limit, cursor_of, page, parts_of
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import Day, Id, IdPath, Json, Reason
from maillon.web.depends import answer
from maillon.web.identity import CallDep

router = router_of("standing questions")

KINDS = Literal["subject", "lead", "phone", "document", "plate"]


class StandingQuestion(Body):
    """What the own account wants to hear of, until when and why."""

    kind: KINDS
    what: Id
    expires: Day
    reason: Reason


class StandingQuestionLine(BaseModel):
    """A standing question; the value itself is not kept."""

    question: str
    kind: KINDS
    entities: list[str]
    expires: str
    reason: str
    state: Literal["open", "ended"]
    ended: str
    at: str


class Notice(BaseModel):
    """Something new that touches a question."""

    notice: str
    question: str
    delivery: str
    entity: str
    at: str
    seen: str


class Seen(Body):
    """Notices that were read."""

    notices: Annotated[list[Id], Field(min_length=1, max_length=200)]


class Count(BaseModel):
    """How many."""

    count: int


class News(BaseModel):
    """How much is new since the last visit, as this mandate sees it."""

    since: str
    deliveries: int
    judgements: int
    hits: int
    assessments: int
    proposals: int
    jobs: int
    notices: int


class Visit(BaseModel):
    """When the own account looked; `GET /news` counts from there."""

    at: str


@router.post(
    "/questions", response_model=StandingQuestionLine, status_code=201, summary="Ask to be told"
)
def ask_question(
    request: Request, call: CallDep, body: StandingQuestion, key: KeyHeader = ""
) -> Response:
    """Ask to be told when anything new touches a subject, a lead, a phone, document or plate."""

    def act() -> Json:
        view = call.view(Act.READ, "ask")
        asking = call.workspace.asking
        return asking.ask(view, body.kind, body.what, body.expires, body.reason).line()

    return once(request, call, key, body.model_dump(), act)


@router.get("/questions", response_model=PageOf[StandingQuestionLine], summary="The own questions")
def list_questions(call: CallDep) -> Response:
    """Return the own account's questions, oldest first, those that ended too."""
    held = call.workspace.asking.questions(call.view(Act.READ, "questions"))
    return page([one.line() for one in held], "")


@router.delete("/questions/{question}", status_code=204, summary="End a question")
def end_question(call: CallDep, question: IdPath) -> Response:
    """End a question of the own account."""
    call.workspace.asking.withdraw(call.view(Act.READ, "withdraw"), question)
    return Response(status_code=204)


@router.get("/notices", response_model=PageOf[Notice], summary="What is new to the own questions")
def list_notices(
    call: CallDep,
    unread: Annotated[bool, Query(description="Only those not yet marked as read.")] = False,
    cursor: Cursor = "",
    limit: Limit = 200,
) -> Response:
    """Return what is new to the own questions, oldest first."""
    (after,) = parts_of(cursor, 1) or ("",)
    view = call.view(Act.READ, "notices")
    found = call.workspace.asking.notices(view, str(after), unread=unread)
    shown = found[:limit]
    next_ = cursor_of(shown[-1].id) if len(found) >= limit else ""
    return page([one.line() for one in shown], next_)


@router.post("/notices/seen", response_model=Count, summary="Mark notices as read")
def mark_seen(call: CallDep, body: Seen) -> Response:
    """Mark notices of the own account as read; answers how many were not before."""
    view = call.view(Act.READ, "mark seen")
    return answer({"count": call.workspace.asking.mark_seen(view, body.notices)})


@router.get("/news", response_model=News, summary="What is new since the last visit")
def whats_new(call: CallDep) -> Response:
    """Return how much is new since the own account's last visit, by kind."""
    return answer(call.workspace.asking.whats_new(call.view(Act.READ, "news")))


@router.post("/visits", response_model=Visit, status_code=201, summary="Note a visit")
def note_visit(call: CallDep) -> Response:
    """Note that the own account looked."""
    return answer({"at": call.workspace.asking.visit(call.view(Act.READ, "visit"))}, status=201)
