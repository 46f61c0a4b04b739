"""The ledger: the own acts, everybody's for oversight with what to ask about; deliveries; help."""

from collections import Counter
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act, View
from maillon.oversight import habits, misuses, rechecks
from maillon.store import Store, keeping
from maillon.store.ledger_book import LedgerBook
from maillon.store.waiting import last_check
from maillon.web.api.auditing import export_ledger
from maillon.web.api.paging import cursor_of, parts_of
from maillon.web.pages.asked import AskedDep, ElsewhereError

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
    overseen = _overseen(store, view) if is_overseer and not cursor and not object else None
    return asked.draw(
        "ledger", here="oversight", entries=entries, next=next_, object=object,
        overseen=overseen, is_overseer=is_overseer, checkpoints=len(book.checkpoints()),
    )  # fmt: skip


def _overseen(store: Store, view: View) -> dict[str, Any]:
    """Return what oversight is shown above the entries."""
    held = store.safeguards.protections.read(view)
    open_ = [one for one in keeping.reviews(store.house, view) if not one.outcome]
    day = store.house.day
    return {
        "check": last_check(store.house.desk, view),
        "misuses": [one.line() for one in misuses(store, view)],
        "habits": [one.line() for one in habits(store, view)],
        "rechecks": rechecks(store, view),
        "protections": sorted(Counter(one.kind for one in held).items()),
        "reviews": [{**one.line(), "overdue": one.is_overdue(day)} for one in open_[:PAGE]],
        "more_reviews": max(len(open_) - PAGE, 0),
    }


@router.get("/oversight/export")
def export(asked: AskedDep) -> Response:
    """Send the whole ledger as lines, to whoever has just proved who they are."""
    try:
        return export_ledger(asked.call)
    except HTTPException as error:
        if (error.headers or {}).get("x-code") == "step-up":
            place = f"/{asked.language}/step-up?next=/{asked.language}/oversight"
            raise ElsewhereError(place) from None
        raise


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
