"""For those who control: a verdict as it was given, a receipt run again, the cards, the check."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import MaillonError
from maillon.web.api import jobs, screening
from maillon.web.api.auditing import verdict_then
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.desk.calling import called
from maillon.web.pages.refusing import Refused, refused_of

router = APIRouter(prefix="/{language}", include_in_schema=False)

Id = Annotated[str, Query(min_length=1, max_length=100)]


@router.get("/oversight/verdict")
def verdict(asked: AskedDep, id: Id) -> Response:  # noqa: A002 - the word of the address
    """Show a verdict as it was given, beside the data as they stood on its day and stand now."""
    found = verdict_then(asked.call, id, "page verdict")
    return asked.draw("verdict", here="oversight", found=found, one=found.verdict)


@router.get("/oversight/cards")
def cards(asked: AskedDep) -> Response:
    """Show what may run: on what it looks, who answers for it, how often it errs and about whom."""
    asked.call.reading("page cards")
    held = asked.service.workspace.store.cards
    return asked.draw("cards", here="oversight", cards=[held.card(one) for one in held.names()])


@router.post("/oversight/check")
async def check(asked: AskedDep) -> Response:
    """Have the whole ledger checked: a job, since it may take a while."""
    said = await asked.form()

    def do() -> Response:
        called(asked, jobs.ask_job, said, jobs.Order.model_validate({"kind": "verify"}))
        return asked.go("/jobs")

    return await run_in_threadpool(do)


@router.get("/receipt")
def receipt(asked: AskedDep, id: Id) -> Response:  # noqa: A002 - as above
    """Show what a screening was: over which deliveries, by which rules, with what result."""
    return _receipt(asked, id)


@router.post("/receipt")
async def replay(asked: AskedDep, id: Id) -> Response:  # noqa: A002 - as above
    """Run a receipt again over exactly its deliveries, and say whether the result is the same."""
    said = await asked.form()

    def do() -> Response:
        try:
            found = called(asked, screening.replay, said | {"receipt": id})
        except HTTPException:
            text = asked.speech.say(
                "It was of records that a file or a request brought: send them again with"
                " `maillon screen --replay`."
            )
            problem = Refused(asked.speech.say("This was not done"), text)
            return _receipt(asked, id, problem=problem, status=422)
        except MaillonError as error:
            problem = refused_of(error, asked.speech)
            return _receipt(asked, id, problem=problem, status=error.http_status)
        return _receipt(asked, id, found)

    return await run_in_threadpool(do)


def _receipt(
    asked: Asked, id_: str, found: dict[str, object] | None = None,
    problem: Refused | None = None, status: int = 200,
) -> Response:  # fmt: skip
    view = asked.call.reading("page receipt")
    held = asked.service.workspace.store.receipts.one(view, id_)
    return asked.draw(
        "receipt", here="screening", held=held.line(), found=found, problem=problem, status=status
    )
