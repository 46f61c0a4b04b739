"""Jobs: ask for long work, see how far it is, have it stop, take what came of it."""

import asyncio
import functools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path as Folder
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import Header, Request
from pydantic import BaseModel, Field
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response, StreamingResponse

from maillon.model import NotFoundError, View
from maillon.store.jobs import ACT_OF, ENDED, Asked, Job
from maillon.web.api.effects import KeyHeader
from maillon.web.api.paging import Cursor, Limit, cursor_of, page, parts_of, with_etag
from maillon.web.api.shapes import PREFIX, TAGGED, Body, PageOf, router_of
from maillon.web.api.words import IdPath, Json, Name
from maillon.web.depends import answer
from maillon.web.identity import Call, CallDep
from maillon.workspace.csvtext import csv_pieces
from maillon.workspace.screenlines import HITS, UNREADABLE, hit_rows, unreadable_rows

router = router_of("jobs")

LOOK_S: Final = 1.0
"""Seconds between two looks at a job that somebody watches."""
LONGEST_S: Final = 600.0
"""Seconds after which a watcher has to ask again: his rights are looked at anew then."""
MOST_PAGE: Final = 200


class Order(Body):
    """What shall be done. `datasets`, `lists` and `use` are for `delta` alone."""

    kind: Literal["checkpoint", "delta", "resolve", "retain", "trace", "verify"]
    datasets: Annotated[list[Name], Field(max_length=200, default_factory=list)]
    lists: Annotated[list[Name], Field(max_length=200, default_factory=list)]
    use: Name = ""


class JobLine(BaseModel):
    """How a job stands; counts and result only for who may read all that is behind them."""

    job: str
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    at: str
    started: str
    ended: str
    attempts: int
    done: int
    total: int
    rate: float
    note: str
    result: dict[str, Any]
    error: str
    cancel_asked: bool


@router.post("/jobs", response_model=JobLine, status_code=202, summary="Ask for long work")
def ask_job(call: CallDep, body: Order, key: KeyHeader = "") -> Response:
    """Ask for a job: it waits when this answers, and is done by a worker under this mandate.

    A file to load, or records to screen, are sent to `/api/v1/files/...`.
    """
    order = {name: held for name, held in body.model_dump(exclude={"kind"}).items() if held}
    view = call.view(ACT_OF[body.kind], "job")
    return accepted(call.workspace.store.jobs.enqueue(view, Asked(body.kind, order, key)))


@router.get("/jobs", response_model=PageOf[JobLine], summary="The own account's jobs")
def list_jobs(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the jobs of the own account, newest first."""
    (before,) = parts_of(cursor, 1) or ("",)
    most = min(limit, MOST_PAGE)
    found = call.workspace.store.jobs.page(
        call.reading("jobs"), before=str(before), most=most
    )  # fmt: skip
    next_ = cursor_of(found[-1].id) if len(found) == most else ""
    return page([one.line() for one in found], next_)


@router.get("/jobs/{job}", response_model=JobLine, summary="One job", responses=TAGGED)
def show_job(request: Request, call: CallDep, job: IdPath) -> Response:
    """Return how a job of the own account stands."""
    return with_etag(request, call.workspace.store.jobs.one(call.reading("job"), job).line())


@router.get(
    "/jobs/{job}/events",
    response_class=EventSourceResponse,
    responses={200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
    summary="Watch a job",
)
def watch_job(
    request: Request,
    call: CallDep,
    job: IdPath,
    last: Annotated[str, Header(alias="Last-Event-ID", max_length=200)] = "",
) -> Response:
    """Stream how a job stands, whenever that changes, until it ends.

    Events are called `job` and hold what `GET /jobs/{job}` answers. Whoever cannot read streams
    asks that route again.
    """
    view = call.reading("job events")
    first = call.workspace.store.jobs.one(view, job)
    stream = _events(request, call, view, first, last)
    return EventSourceResponse(stream, headers={"x-accel-buffering": "no"}, ping=15)


@router.post("/jobs/{job}/cancellation", response_model=JobLine, summary="Have a job stop")
def cancel_job(call: CallDep, job: IdPath) -> Response:
    """Have a job stop: one that waits ends at once, one that runs between two batches."""
    return answer(call.workspace.store.jobs.cancel(call.reading("job cancel"), job).line())


@router.post(
    "/jobs/{job}/attempts", response_model=JobLine, status_code=202, summary="Try a job again"
)
def retry_job(call: CallDep, job: IdPath) -> Response:
    """Have a failed job tried once more: it goes on where it stopped, where its kind can."""
    jobs = call.workspace.store.jobs
    kind = jobs.one(call.reading("job retry"), job).kind
    return accepted(jobs.again(call.view(ACT_OF[kind], "job retry"), job))


@router.delete("/jobs/{job}", status_code=204, summary="Erase an ended job")
def forget_job(call: CallDep, job: IdPath) -> Response:
    """Erase an ended job of the own account, with the lines that came of it."""
    call.workspace.store.jobs.forget(call.reading("job forget"), job)
    return Response(status_code=204)


@router.get(
    "/jobs/{job}/result",
    response_class=FileResponse,
    responses={200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
    summary="The lines that came of a job",
)
def job_result(call: CallDep, job: IdPath) -> Response:
    """Return the lines that came of a job, one JSON object a line."""
    path: Folder = call.workspace.store.jobs.result_file(call.reading("job result"), job)
    name = f"{job}.jsonl"
    return FileResponse(path, media_type="application/x-ndjson", filename=name)


@router.get(
    "/jobs/{job}/hits",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    summary="The hits of a screening as a table",
)
def job_hits(call: CallDep, job: IdPath) -> Response:
    """Return the hits that a screening left, as CSV, one a line; no cell is a formula."""
    path = screened(call, job, "job hits")
    return table(f"{job}-hits.csv", HITS, hit_rows(path))


@router.get(
    "/jobs/{job}/unreadable",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    summary="The records that could not be screened",
)
def job_unreadable(call: CallDep, job: IdPath) -> Response:
    """Return where the records are that could not be screened, and why, as CSV."""
    path = screened(call, job, "job unreadable")
    return table(f"{job}-unreadable.csv", UNREADABLE, unreadable_rows(path))


def screened(call: Call, job: str, verb: str) -> Folder:
    """Return where the answers of a screening stand; who reads them is in the ledger.

    Raises:
        NotFoundError: The job is none of the own account's screenings, or left nothing.
    """
    view, jobs = call.reading(verb), call.workspace.store.jobs
    if jobs.one(view, job).kind != "screen":
        raise NotFoundError(f"no answers of a screening {job}")
    return jobs.result_file(view, job)


def table(name: str, header: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> Response:
    """Return a table as a file to keep, row by row as it is read."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(csv_pieces(header, rows), headers=headers, media_type="text/csv")


def accepted(job: Job) -> Response:
    """Return the answer to who asked for a job: where it stands, and where to look again."""
    return answer(job.line(), {"location": f"{PREFIX}/jobs/{job.id}"}, 202)


async def _events(
    request: Request, call: Call, view: View, job: Job, last: str
) -> AsyncIterator[ServerSentEvent]:
    ends, seen = asyncio.get_running_loop().time() + LONGEST_S, last
    look = functools.partial(call.workspace.store.jobs.one, view, job.id)
    while True:
        line: Json = job.line()
        mark = f"{job.state.value}-{job.attempts}-{job.done}-{int(job.is_cancel_asked)}"
        if mark != seen:
            yield ServerSentEvent(
                orjson.dumps(line).decode(), event="job", id=mark, retry=int(LOOK_S * 1_000)
            )
            seen = mark
        if job.state in ENDED or asyncio.get_running_loop().time() >= ends:
            return
        await asyncio.sleep(LOOK_S)
        if await request.is_disconnected():
            return
        job = await run_in_threadpool(look)
