"""Files of records to be screened: sent, counted, said how they are read, then begun as a job."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import Query, Request
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from maillon.model import Act
from maillon.store.uploads import Upload
from maillon.web.api.files import FILE_BODY, received
from maillon.web.api.jobs import JobLine, accepted
from maillon.web.api.onboarding import UploadLine
from maillon.web.api.paging import page, with_etag
from maillon.web.api.shapes import TAGGED, Body, PageOf, router_of
from maillon.web.api.words import IdPath, Json, Name
from maillon.web.depends import answer
from maillon.web.identity import CallDep
from maillon.workspace.onboarding import line_of
from maillon.workspace.screenupload import ScreenForm

router = router_of("screening files")


class Begun(Body):
    """How a file is screened; `columns`: what is compared, by the number of the column from 0."""

    columns: Annotated[dict[str, Name] | None, Field(max_length=1_000)] = None
    encoding: Annotated[str, Field(max_length=40)] = ""
    delimiter: Annotated[str, Field(max_length=1)] = ""
    date_order: Literal["", "dmy", "mdy"] = ""
    sheet: Annotated[str, Field(max_length=200)] = ""
    lists: Annotated[list[Name], Field(max_length=200, default_factory=list)]
    use: Name = ""
    threshold: Annotated[float | None, Field(ge=0.3, le=1.0)] = None
    top: Annotated[int | None, Field(ge=1, le=1_000)] = None

    def form(self) -> ScreenForm:
        """Return it as the workspace takes it."""
        said = self.model_dump(exclude={"columns", "lists"})
        placed = None
        if self.columns is not None:
            placed = {int(at): prop for at, prop in self.columns.items() if at.isdecimal()}
        return ScreenForm(columns=placed, lists=tuple(self.lists), **said)


@router.post(
    "/files/screenings", response_model=UploadLine, status_code=201, openapi_extra=FILE_BODY,
    summary="Send a file to be screened",
)  # fmt: skip
async def send_screening(
    request: Request,
    call: CallDep,
    name: Annotated[str, Query(max_length=500, description="As the sender calls it.")] = "",
) -> Response:
    """Send records as CSV, workbook or entity lines: they are counted, and screened when begun."""
    view = await run_in_threadpool(call.view, Act.SCREEN, "screening file")
    async with received(request, call) as raw:
        act: Callable[[], Upload] = lambda: call.workspace.screen_uploads.send(view, raw, name)  # noqa: E731 - one call
        return answer(line_of(await run_in_threadpool(act)), status=201)


@router.get("/screening-files", response_model=PageOf[UploadLine], summary="Files that wait")
def list_screening_files(call: CallDep) -> Response:
    """Return the own account's files that wait to be screened, newest first."""
    view = call.view(Act.SCREEN, "screening files")
    return page([line_of(one) for one in call.workspace.screen_uploads.waiting(view)], "")


@router.get(
    "/screening-files/{upload}", response_model=Json, summary="What a file to screen seems to be",
    responses=TAGGED,
)  # fmt: skip
def look_at_screening(
    request: Request,
    call: CallDep,
    upload: IdPath,
    encoding: Annotated[str, Query(max_length=40)] = "",
    delimiter: Annotated[str, Query(max_length=1)] = "",
) -> Response:
    """Return how many records a file has, and what each column is taken for."""
    view = call.view(Act.SCREEN, "screening file")
    found = call.workspace.screen_uploads.look(view, upload, encoding, delimiter)
    return with_etag(request, found.line())


@router.post(
    "/screening-files/{upload}/job", response_model=JobLine, status_code=202,
    summary="Begin to screen a file",
)  # fmt: skip
def begin_screening(call: CallDep, upload: IdPath, body: Begun) -> Response:
    """Have a file screened: asked twice, it is one job; killed, it goes on where it was."""
    view = call.view(Act.SCREEN, "job")
    return accepted(call.workspace.screen_uploads.begin(view, upload, body.form()))


@router.delete("/screening-files/{upload}", status_code=204, summary="Let go of a file")
def forget_screening(call: CallDep, upload: IdPath) -> Response:
    """Erase a file that waits to be screened."""
    call.workspace.store.uploads.forget(call.view(Act.SCREEN, "screening file"), upload)
    return Response(status_code=204)
