"""Files that are sent: a delivery to be loaded, records to be screened; each becomes a job.

The body is the file itself. It is counted while it passes and stands in no memory whole; the job,
its ledger entry and the file are there together, or none of them.
"""

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import IO, Annotated, Final, Literal

import orjson
from fastapi import Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import LimitError
from maillon.sources import names
from maillon.store.job_files import MOST_BYTES
from maillon.store.jobs import ACT_OF, Asked, Job
from maillon.web.api.effects import KeyHeader
from maillon.web.api.jobs import JobLine, accepted
from maillon.web.api.shapes import router_of
from maillon.web.api.words import Json, Name
from maillon.web.identity import Call, CallDep

router = router_of("files")

DATASET: Final = r"^[a-z][a-z0-9_]{0,99}$"
FILE_BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
"""How OpenAPI says that the body is the file."""


@router.post(
    "/files/deliveries", response_model=JobLine, status_code=202, openapi_extra=FILE_BODY,
    summary="Load a delivered file",
)  # fmt: skip
async def send_delivery(
    request: Request,
    call: CallDep,
    adapter: Annotated[str, Query(max_length=100, description="One of `GET /formats`.")],
    dataset: Annotated[str, Query(pattern=DATASET, description="Under which it is kept.")],
    mode: Annotated[
        Literal["", "snapshot", "messages"],
        Query(description="Whether it takes the place of the last one or adds to it."),
    ] = "",
    retention: Annotated[str, Query(max_length=100)] = "standard",
    originator: Annotated[str, Query(max_length=200, description="Who delivered.")] = "",
    compartment: Annotated[str, Query(max_length=200)] = "",
    handling: Annotated[str, Query(max_length=200, description="SCHEME/CODE, verbatim.")] = "",
    options: Annotated[
        str, Query(max_length=20_000, description="Of the adapter, a JSON object of texts.")
    ] = "{}",
    accept_shrink: Annotated[
        str, Query(max_length=2_000, description="A second person's reason for a list that shrank.")
    ] = "",
    key: KeyHeader = "",
) -> Response:
    """Have a delivered file loaded: all of it or nothing; the same file twice is one delivery."""
    if adapter not in names():
        raise HTTPException(422, "adapter: none of GET /api/v1/formats")
    order: Json = {
        "adapter": adapter, "dataset": dataset, "mode": mode, "retention": retention,
        "originator": originator, "compartment": compartment, "handling": handling,
        "options": _texts(options), "accept_shrink": accept_shrink,
    }  # fmt: skip
    return await _sent(request, call, Asked("load", order, key))


@router.post(
    "/files/questions", response_model=JobLine, status_code=202, openapi_extra=FILE_BODY,
    summary="Screen a file of records",
)  # fmt: skip
async def send_questions(
    request: Request,
    call: CallDep,
    lists: Annotated[tuple[Name, ...], Query(max_length=200, description="Only these.")] = (),
    use: Annotated[str, Query(max_length=100)] = "",
    threshold: Annotated[float | None, Query(ge=0.3, le=1.0)] = None,
    top: Annotated[int | None, Query(ge=1, le=1_000)] = None,
    key: KeyHeader = "",
) -> Response:
    """Have records screened: a FollowTheMoney entity a line; leaves a receipt and the answers."""
    order: Json = {"lists": list(lists)}
    said = {"use": use, "threshold": threshold, "top": top}
    order |= {name: held for name, held in said.items() if held}
    return await _sent(request, call, Asked("screen", order, key))


@asynccontextmanager
async def received(request: Request, call: Call) -> AsyncIterator[IO[bytes]]:
    """Lend the body of a request as a file that has no name: a killed service leaves none.

    Raises:
        LimitError: It is larger than a file may be.
        HTTPException: 422: it is empty.
    """
    scratch = call.workspace.settings.folder / "scratch"
    with tempfile.TemporaryFile(dir=scratch) as raw:
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > MOST_BYTES:
                raise LimitError("bytes of a file", MOST_BYTES, size)
            await run_in_threadpool(raw.write, piece)
        if not size:
            raise HTTPException(422, "body: the file is empty")
        raw.seek(0)
        yield raw


async def _sent(request: Request, call: Call, asked: Asked) -> Response:
    """Ask for a job with the body of a request; who may not is told before the body is read."""
    view = await run_in_threadpool(call.view, ACT_OF[asked.kind], "job")
    async with received(request, call) as raw:
        enqueue: Callable[[], Job] = lambda: call.workspace.store.jobs.enqueue(view, asked, raw)  # noqa: E731 - one call
        return accepted(await run_in_threadpool(enqueue))


def _texts(options: str) -> dict[str, str]:
    try:
        said = orjson.loads(options)
    except orjson.JSONDecodeError:
        said = None
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
        raise HTTPException(422, "options: a JSON object of texts is needed")
    return said
