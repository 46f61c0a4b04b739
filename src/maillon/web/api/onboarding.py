"""A table before it is loaded: what it seems to be and why, its mapping, a trial, then the job."""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from maillon.model import Act
from maillon.store.uploads import Upload
from maillon.web.api.changing import Seen, check_seen
from maillon.web.api.files import FILE_BODY, received
from maillon.web.api.jobs import JobLine, accepted
from maillon.web.api.paging import page, with_etag
from maillon.web.api.shapes import TAGGED, Body, PageOf, router_of
from maillon.web.api.words import IdPath, Json, Name
from maillon.web.depends import answer
from maillon.web.identity import Call, CallDep
from maillon.workspace.csvtext import csv_pieces
from maillon.workspace.onboarding import LoadOrder, Looked, TableForm, line_of

router = router_of("onboarding")

Mapping = Annotated[str, Field(max_length=20_000)]
PREVIEWED: Final = 5
"""Records of a preview."""
REJECTS: Final = ("file", "line", "column", "value", "rule", "suggestion")


class UploadLine(BaseModel):
    """A file that was sent and waits for a word."""

    upload: str
    kind: Literal["load", "screen"]
    name: str
    size: int
    sha256: str
    revision: int
    at: str
    changed: str
    job: str


class Form(Body):
    """How a table is read; what is empty, the file itself says."""

    encoding: Annotated[str, Field(max_length=40)] = ""
    delimiter: Annotated[str, Field(max_length=1)] = ""
    date_order: Literal["", "auto", "dmy", "mdy", "ymd"] = ""
    decimal: Literal["", ".", ","] = ""
    country: Annotated[str, Field(max_length=2)] = ""


class Mapped(Body):
    """A FollowTheMoney mapping, as YAML; and of which source the file is the next delivery."""

    mapping: Mapping
    dataset: Name = ""


class Tried(Body):
    """A mapping to be tried; empty: the one that was said."""

    mapping: Mapping = ""


class Ordered(Body):
    """Under which name and label a file is loaded."""

    dataset: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,99}$")]
    mode: Literal["", "snapshot", "messages"] = ""
    retention: Name = "standard"
    originator: Annotated[str, Field(max_length=200)] = ""
    compartment: Annotated[str, Field(max_length=200)] = ""
    handling: Annotated[str, Field(max_length=200)] = ""


class Reject(BaseModel):
    """A cell or a record that is not taken as it is."""

    line: int
    column: str
    value: str
    rule: str
    suggestion: str


class Trial(BaseModel):
    """What a mapping makes of a table; nothing is loaded."""

    records: int
    statements: int
    entities: dict[str, int]
    rejects: int
    rules: dict[str, int]
    purged: int
    first: list[Reject]
    is_whole: bool


@router.post(
    "/files/onboardings", response_model=UploadLine, status_code=201, openapi_extra=FILE_BODY,
    summary="Send a table that is not known yet",
)  # fmt: skip
async def send_table(
    request: Request,
    call: CallDep,
    name: Annotated[str, Query(max_length=500, description="As the sender calls it.")] = "",
) -> Response:
    """Send a table to be looked at; what is said of it is kept with it for seven days."""
    view = await run_in_threadpool(call.view, Act.LOAD, "onboard")
    async with received(request, call) as raw:
        act: Callable[[], Upload] = lambda: call.workspace.onboarding.send(view, raw, name)  # noqa: E731 - one call
        return answer(line_of(await run_in_threadpool(act)), status=201)


@router.get("/onboardings", response_model=PageOf[UploadLine], summary="Tables that wait")
def list_tables(call: CallDep) -> Response:
    """Return the own account's tables that wait for a word, newest first."""
    view = call.view(Act.LOAD, "onboard")
    return page([line_of(one) for one in call.workspace.onboarding.waiting(view)], "")


@router.get("/mappings", response_model=PageOf[Json], summary="Mappings of sources")
def list_mappings(call: CallDep) -> Response:
    """Return how the newest delivery of each source was read, its mapping among it."""
    view = call.view(Act.LOAD, "mappings")
    held = call.workspace.onboarding.said_before(view)
    return page([{"dataset": name, **options} for name, options in held.items()], "")


@router.get(
    "/onboardings/{upload}", response_model=Json, summary="What a table seems to be",
    responses=TAGGED,
)  # fmt: skip
def look_at_table(request: Request, call: CallDep, upload: IdPath) -> Response:
    """Return what a table seems to be, with the evidence, and what was said of it."""
    return with_etag(request, _looked(call, upload).line())


@router.put("/onboardings/{upload}/form", response_model=UploadLine, summary="How a table is read")
def confirm_table(call: CallDep, upload: IdPath, body: Form, seen: Seen) -> Response:
    """Say how a table is read: encoding, delimiter, order of dates, decimal mark."""
    looked = _looked(call, upload)
    check_seen(seen, looked.line())
    view = call.view(Act.LOAD, "onboard")
    form = TableForm(**body.model_dump())
    held = call.workspace.onboarding.confirm(view, upload, looked.upload.revision, form)
    return answer(line_of(held))


@router.put("/onboardings/{upload}/mapping", response_model=UploadLine, summary="Map a table")
def map_table(call: CallDep, upload: IdPath, body: Mapped, seen: Seen) -> Response:
    """Say which column says what of which entity, as a FollowTheMoney mapping.

    What speaks of religion, ethnicity, politics, health or sexual life is refused.
    """
    looked = _looked(call, upload)
    check_seen(seen, looked.line())
    view = call.view(Act.LOAD, "onboard")
    revision = looked.upload.revision
    held = call.workspace.onboarding.map(view, upload, revision, body.mapping, body.dataset)
    return answer(line_of(held))


@router.get(
    "/onboardings/{upload}/mapping",
    response_class=Response,
    responses={200: {"content": {"application/yaml": {"schema": {"type": "string"}}}}},
    summary="The mapping of a table",
)
def table_mapping(call: CallDep, upload: IdPath) -> Response:
    """Return the mapping that was said of a table, as `maillon load --mapping` takes it."""
    return mapping_file(_looked(call, upload).mapping)


@router.post("/onboardings/{upload}/trial", response_model=Trial, summary="Try a mapping")
def try_table(call: CallDep, upload: IdPath, body: Tried) -> Response:
    """Return what a mapping makes of the first 50,000 records: counts, and rejects by place."""
    view = call.view(Act.LOAD, "try")
    return answer(call.workspace.onboarding.trial(view, upload, body.mapping).line())


@router.post("/onboardings/{upload}/preview", response_model=PageOf[Json], summary="First entities")
def preview_table(call: CallDep, upload: IdPath, body: Mapped) -> Response:
    """Return the entities that a mapping makes of the first records."""
    view = call.view(Act.LOAD, "preview")
    found = call.workspace.onboarding.preview(view, upload, body.mapping, PREVIEWED)
    return page(found, "")


@router.get(
    "/onboardings/{upload}/rejects",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    summary="All rejects of a table",
)
def table_rejects(call: CallDep, upload: IdPath) -> Response:
    """Return everything that is not taken as it is, as CSV: file, line, column, value, rule."""
    view = call.view(Act.LOAD, "rejects")
    return rejects_file(call, _looked(call, upload), view)


@router.post(
    "/onboardings/{upload}/job", response_model=JobLine, status_code=202, summary="Load a table"
)
def load_table(call: CallDep, upload: IdPath, body: Ordered) -> Response:
    """Have a table loaded as it was said: asked twice, it is one job."""
    view = call.view(Act.LOAD, "job")
    order = LoadOrder(**body.model_dump())
    return accepted(call.workspace.onboarding.load(view, upload, order))


@router.delete("/onboardings/{upload}", status_code=204, summary="Let go of a table")
def forget_table(call: CallDep, upload: IdPath) -> Response:
    """Erase a table that waits, and what was said of it."""
    call.workspace.store.uploads.forget(call.view(Act.LOAD, "onboard"), upload)
    return Response(status_code=204)


def mapping_file(text: str) -> Response:
    """Return a mapping as a file to keep."""
    headers = {"content-disposition": 'attachment; filename="mapping.yml"'}
    return Response(text.encode(), headers=headers, media_type="application/yaml")


def rejects_file(call: Call, looked: Looked, view: Any) -> Response:  # noqa: ANN401 - a View
    """Return the rejects of a table as a file to keep, row by row as it is read."""
    found = call.workspace.onboarding.rejects(view, looked.upload.id)
    name = looked.upload.name or "input"
    first = next(found, None)  # what is wrong with the mapping is told before the file begins
    rows = (
        (name, one.line, one.column, one.value, one.rule, one.suggestion)
        for held in ((first,) if first is not None else (), found)
        for one in held
    )
    headers = {"content-disposition": 'attachment; filename="rejects.csv"'}
    return StreamingResponse(csv_pieces(REJECTS, rows), headers=headers, media_type="text/csv")


def _looked(call: Call, upload: str) -> Looked:
    return call.workspace.onboarding.look(call.view(Act.LOAD, "onboard"), upload)
