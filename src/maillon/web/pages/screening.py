"""Screening: one record at once, with a receipt; a file of records, as a job; receipts."""

from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from maillon.model import Act, MaillonError
from maillon.screen.tables import PROPERTIES
from maillon.store.job_files import MOST_BYTES
from maillon.web.api.screening import Question, Questions, order_of
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.refusing import refused_of
from maillon.web.pages.sending import sent_file
from maillon.workspace.screenrun import BATCH
from maillon.workspace.screenupload import Counted, ScreenForm

router = APIRouter(prefix="/{language}", include_in_schema=False)

FIELDS: Final = ("name", "birthDate", "country", "passportNumber")
HITS: Final = 20
SHOWN: Final = 20
"""Receipts that the page names, newest first."""
MOST_FIELDS: Final = 1_100
COMPARED: Final = (
    "name", "alias", "weakAlias", "firstName", "middleName", "fatherName", "lastName", "birthDate",
    "gender", "nationality", "country", "birthPlace", "passportNumber", "idNumber", "taxNumber",
    "registrationNumber", "imoNumber", "mmsi", "jurisdiction", "id", "schema", "topics",
)  # fmt: skip
"""What a column may be compared with, the usual first."""


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
async def send(asked: AskedDep) -> Response:
    """Take a file of records, and count them."""
    async with sent_file(asked) as sent:

        def do() -> Response:
            try:
                view = asked.view(Act.SCREEN, "screening file")
                if sent.raw is None:
                    return _page(asked, {}, status=422, is_empty=True)
                held = asked.service.workspace.screen_uploads.send(view, sent.raw, sent.name)
            except MaillonError as error:
                problem = refused_of(error, asked.speech)
                return _page(asked, {}, problem=problem, status=error.http_status)
            return asked.go(f"/screening/file/{held.id}")

        return await run_in_threadpool(do)


@router.get("/screening/file/{upload}")
def look(asked: AskedDep, upload: str, encoding: str = "", delimiter: str = "") -> Response:
    """Show how many records a file has, and what each column is taken for."""
    view = asked.view(Act.SCREEN, "screening file")
    mark = {"tab": "\t"}.get(delimiter, delimiter)[:1]
    looked = asked.service.workspace.screen_uploads.look(view, upload, encoding[:40], mark)
    return _file(asked, looked, {"encoding": encoding, "delimiter": delimiter})


@router.post("/screening/file/{upload}")
async def begin(asked: AskedDep, upload: str) -> Response:
    """Have a file screened: it becomes a job."""
    said = await asked.form(MOST_FIELDS)

    def do() -> Response:
        uploads = asked.service.workspace.screen_uploads
        view = asked.view(Act.SCREEN, "job")
        try:
            job = uploads.begin(view, upload, _form(said))
        except MaillonError as error:
            mark = {"tab": "\t"}.get(said.get("delimiter", ""), said.get("delimiter", ""))
            looked = uploads.look(view, upload, said.get("encoding", ""), mark)
            return _file(asked, looked, said, error)
        return asked.go(f"/jobs/{job.id}")

    return await run_in_threadpool(do)


@router.post("/screening/file/{upload}/drop")
async def drop(asked: AskedDep, upload: str) -> Response:
    """Let go of a file that waits to be screened."""
    await asked.form()

    def do() -> Response:
        view = asked.view(Act.SCREEN, "screening file")
        asked.service.workspace.store.uploads.forget(view, upload)
        return asked.go("/screening")

    return await run_in_threadpool(do)


def _form(said: dict[str, str]) -> ScreenForm:
    columns = {
        int(name.removeprefix("column-")): prop
        for name, prop in said.items()
        if name.startswith("column-") and name.removeprefix("column-").isdecimal() and prop
    }
    threshold = said.get("threshold", "").replace(",", ".")
    return ScreenForm(
        columns if said.get("is_table") else None, said.get("encoding", ""),
        {"tab": "\t"}.get(said.get("delimiter", ""), said.get("delimiter", "")),
        said.get("date_order", ""), lists=tuple(said.get("lists", "").split()),
        use=said.get("use", ""), threshold=_number(threshold),
    )  # fmt: skip


def _number(text: str) -> float | None:
    try:
        return float(text) if text.strip() else None
    except ValueError:
        return None


def _file(
    asked: Asked, looked: Counted, said: dict[str, str], problem: MaillonError | None = None
) -> Response:
    view = asked.view(Act.SCREEN, "screening lists")
    workspace = asked.service.workspace
    rules = workspace.screening.rules()
    others = sorted(PROPERTIES - set(COMPARED))
    return asked.draw(
        "screening-file", here="screening", looked=looked, upload=looked.upload, said=said,
        compared=(*COMPARED, *others), uses=sorted(rules.uses), batch=BATCH, most_bytes=MOST_BYTES,
        lists=sorted({one.dataset for one in workspace.deliveries(view)}),
        threshold=rules.use(said.get("use", "")).threshold,
        problem=None if problem is None else refused_of(problem, asked.speech),
        status=200 if problem is None else problem.http_status,
    )  # fmt: skip


def _page(asked: Asked, said: dict[str, str], status: int = 200, **values: Any) -> Response:  # noqa: ANN401 - of the template
    view = asked.call.reading("page receipts")
    held = asked.service.workspace.screening.receipts(view)
    receipts = [one.line() for one in sorted(held, key=lambda one: one.at)[: -SHOWN - 1 : -1]]
    base: dict[str, Any] = {
        "answer": None, "receipt": "", "problem": None, "is_empty": False,
        "waiting": _waiting(asked),
    }  # fmt: skip
    return asked.draw(
        "screening", here="screening", said=said, receipts=receipts, status=status, **base | values
    )


def _waiting(asked: Asked) -> list[Any]:
    try:
        view = asked.view(Act.SCREEN, "screening files")
        return list(asked.service.workspace.screen_uploads.waiting(view))
    except MaillonError:  # the mandate screens nothing: nothing of it waits
        return []
