"""The ledger: the own acts, everybody's for oversight; deliveries; help."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from maillon.model import Act
from maillon.oversight import habits, misuses
from maillon.store.ledger_book import LedgerBook
from maillon.web.api.paging import cursor_of, parts_of
from maillon.web.pages.asked import AskedDep

router = APIRouter(prefix="/{language}", include_in_schema=False)

PAGE: Final = 50
MOST_NUMBER: Final = 2**62
Cursor = Annotated[str, Query(max_length=2_000)]


@router.get("/oversight")
def ledger(
    asked: AskedDep, cursor: Cursor = "", object: Annotated[str, Query(max_length=500)] = ""  # noqa: A002 - the word of the address
) -> Response:  # fmt: skip
    """Show the ledger, newest first; who looked at one object; what oversight should ask about."""
    is_overseer = asked.opened.session.mandate.purpose == "oversight"
    view = asked.view(Act.AUDIT if is_overseer else Act.READ, "ledger")
    store = asked.service.workspace.store
    book = LedgerBook(store.house.desk)
    (before,) = parts_of(cursor, 1) or (0,)
    before = before if isinstance(before, int) and 0 < before < MOST_NUMBER else 0
    if object:
        entries, next_ = book.who_looked(view, object), ""
    else:
        entries = book.entries(view, count=PAGE, before=before)
        next_ = cursor_of(entries[-1]["number"]) if len(entries) == PAGE else ""
    ask = [one.line() for one in misuses(store, view)] if is_overseer and not cursor else []
    people = [one.line() for one in habits(store, view)] if is_overseer and not cursor else []
    return asked.draw(
        "ledger", here="oversight", entries=entries, next=next_, object=object, misuses=ask,
        habits=people, is_overseer=is_overseer, checkpoints=len(book.checkpoints()),
    )  # fmt: skip


@router.get("/intake")
def intake(asked: AskedDep) -> Response:
    """Show deliveries, sources and the files that wait."""
    view = asked.view(Act.READ, "intake")
    workspace = asked.service.workspace
    return asked.draw(
        "intake", here="intake", deliveries=workspace.deliveries(view)[::-1],
        sources=[one.line() for one in workspace.receiving.sources(view)],
        proposals=workspace.receiving.proposals(view), problem=None,
    )  # fmt: skip


@router.post("/intake")
async def decide_intake(asked: AskedDep) -> Response:
    """Let a file in, or keep it out."""
    said = await asked.form()

    def do() -> Response:
        view = asked.view(Act.LOAD, "intake")
        receiving = asked.service.workspace.receiving
        if said.get("refuse"):
            receiving.refuse(view, said["refuse"], said.get("reason", ""))
        else:
            receiving.accept(view, said.get("accept", ""))
        return asked.go("/intake")

    return await run_in_threadpool(do)


@router.get("/help")
def help_page(asked: AskedDep) -> Response:
    """Show what the words mean, and how people are protected."""
    return asked.draw("help", here="help")
