"""The broker's queue: the agency's own part of leads that nobody may see whole."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import Path
from starlette.responses import Response

from maillon.model import Act
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import Cursor, Limit, cut_log, page
from maillon.web.api.said import Note, Said
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.identity import CallDep

router = router_of("pointers")

PointerPath = Annotated[
    str, Path(description="Of the pointer, as the queue names it.", min_length=1, max_length=100)
]
State = Literal["waiting", "asked", "shared", "declined"]


class PointerSaid(Said):
    """One agency's part of a lead."""

    id: str
    entities: list[str]
    held_by: list[str]
    state: str
    answer: str
    at: str


class PointerAnswer(Body):
    """What became of a pointer, as its broker says."""

    state: State
    answer: Note = ""


class Answered(Said):
    """A pointer with its new state."""

    pointer: str
    state: str


@router.get("/pointers", response_model=PageOf[PointerSaid], summary="The broker's queue")
def list_pointers(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the queue of the mandate's agency, oldest first."""
    held = call.workspace.store.safeguards.pointers.queue(call.view(Act.READ, "queue"))
    shown, next_ = cut_log(held, cursor, limit)
    return page([asdict(one) for one in shown], next_)


@router.post("/pointers/{pointer}/answer", response_model=Answered, summary="Answer one")
def answer_pointer(change: ChangeDep, pointer: PointerPath, body: PointerAnswer) -> Response:
    """Say what became of a pointer of one's agency."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "answer pointer")
        pointers = change.workspace.store.safeguards.pointers
        pointers.answer(view, pointer, body.state, body.answer)
        return {"pointer": pointer, "state": body.state}

    return change.once(body, act)
