"""Screening: one record at once, with a receipt; a file of records, as a job; receipts."""

import io
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from maillon.model import Act, MaillonError
from maillon.store.jobs import Asked as Order
from maillon.web.api.screening import Question, Questions, order_of
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.refusing import refused_of

router = APIRouter(prefix="/{language}", include_in_schema=False)

FIELDS: Final = ("name", "birthDate", "country", "passportNumber")
HITS: Final = 20
SHOWN: Final = 20
"""Receipts that the page names, newest first."""


@router.get("/screening")
def screening(asked: AskedDep) -> Response:
    """Show how to screen a record or a file, and the receipts so far."""
    return _page(asked, {})


@router.post("/screening")
async def screen(asked: AskedDep) -> Response:
    """Screen one record and show what it may be, with why; or that it could not be looked."""
    said = await asked.form()

    def do() -> Response:
        properties = {name: [said[name].strip()] for name in FIELDS if said.get(name, "").strip()}
        record = {"id": "asked", "schema": said.get("schema", "Person"), "properties": properties}
        body = Questions(records=[Question.model_validate(record)], lists=[], limit=HITS)
        try:
            view = asked.view(Act.SCREEN, "screen")
            with asked.service.workspace.screening.opened(view, order_of(asked.call, body)) as run:
                answers = [one.line() for one in run]
                receipt = run.progress.receipt
                run.finish()
        except MaillonError as error:
            problem = refused_of(error, asked.speech)
            return _page(asked, said, problem=problem, status=error.http_status)
        return _page(asked, said, answer=answers[0], receipt=receipt)

    return await run_in_threadpool(do)


@router.post("/screening/file")
async def screen_file(asked: AskedDep) -> Response:
    """Have a file of records screened, a FollowTheMoney entity a line: it becomes a job."""
    said, raw = await asked.form_with_file("file")
    if not raw:
        return asked.go("/screening")

    def do() -> Response:
        view = asked.view(Act.SCREEN, "job")
        jobs = asked.service.workspace.store.jobs
        jobs.enqueue(view, Order("screen", {"lists": []}, said.get("key", "")), io.BytesIO(raw))
        return asked.go("/jobs")

    return await run_in_threadpool(do)


def _page(asked: Asked, said: dict[str, str], status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - of the template
    view = asked.call.reading("page receipts")
    held = asked.service.workspace.screening.receipts(view)
    receipts = [one.line() for one in sorted(held, key=lambda one: one.at)[: -SHOWN - 1 : -1]]
    base: dict[str, Any] = {"answer": None, "receipt": "", "problem": None}
    return asked.draw(
        "screening", here="screening", said=said, receipts=receipts, status=status, **base | values
    )
