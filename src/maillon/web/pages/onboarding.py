"""Onboarding: a table from its file to its job, one question a page; back loses nothing."""

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from maillon.model import Act, MaillonError, View
from maillon.web.api.onboarding import mapping_file, rejects_file
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.mapping_form import MOST_COLUMNS, columns_of, entries_said
from maillon.web.pages.refusing import refused_of
from maillon.web.pages.sending import sent_file
from maillon.workspace import tablemap
from maillon.workspace.onboarding import LoadOrder, Looked, TableForm

router = APIRouter(prefix="/{language}", include_in_schema=False)

STEPS: Final = ("look", "map", "try", "name")
ENCODINGS: Final = (
    "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1250", "cp1251", "cp1252",
    "cp1253", "cp1254", "cp1255", "cp1256", "gb18030", "shift_jis", "euc-kr", "koi8-r",
    "iso8859-1", "iso8859-6",
)  # fmt: skip
"""Encodings that a person may choose."""
MOST_FIELDS: Final = 1_000


@router.get("/onboard")
def onboard(asked: AskedDep) -> Response:
    """Ask for a file, and show those that wait."""
    return _begin(asked)


@router.post("/onboard/file")
async def send(asked: AskedDep) -> Response:
    """Take a file."""
    async with sent_file(asked) as sent:

        def do() -> Response:
            try:
                view = asked.view(Act.LOAD, "onboard")
                if sent.raw is None:
                    return _begin(asked, status=422, is_empty=True)
                held = asked.service.workspace.onboarding.send(view, sent.raw, sent.name)
            except MaillonError as error:
                return _begin(asked, problem=error)
            return asked.go(f"/onboard/{held.id}/look")

        return await run_in_threadpool(do)


@router.post("/onboard/{upload}/drop")
async def drop(asked: AskedDep, upload: str) -> Response:
    """Let go of a file that waits."""
    await asked.form()

    def do() -> Response:
        asked.service.workspace.store.uploads.forget(asked.view(Act.LOAD, "onboard"), upload)
        return asked.go("/onboard")

    return await run_in_threadpool(do)


@router.get("/onboard/{upload}/look")
def look(asked: AskedDep, upload: str) -> Response:
    """Show what a file seems to be, with the evidence."""
    return _page(asked, upload, "look")


@router.post("/onboard/{upload}/look")
async def confirm(asked: AskedDep, upload: str) -> Response:
    """Say how it is read; and look again, or go on."""
    said = await asked.form()
    mark = {"tab": "\t"}.get(said.get("delimiter", ""), said.get("delimiter", ""))
    form = TableForm(
        said.get("encoding", ""), mark, said.get("date_order", ""), said.get("decimal", ""),
        said.get("country", "").strip().lower(),
    )  # fmt: skip

    def act(view: View) -> Response:
        asked.service.workspace.onboarding.confirm(view, upload, _revision(said), form)
        return asked.go(f"/onboard/{upload}/{'look' if said.get('again') else 'map'}")

    return await run_in_threadpool(_done, asked, upload, "look", act)


@router.get("/onboard/{upload}/map")
def map_columns(asked: AskedDep, upload: str) -> Response:
    """Show which column says what of which entity."""
    return _page(asked, upload, "map")


@router.post("/onboard/{upload}/map")
async def say_columns(asked: AskedDep, upload: str) -> Response:
    """Say which column says what; and draw the form anew, or go on."""
    said = await asked.form(MOST_FIELDS)

    def act(view: View) -> Response:
        onboarding, revision = asked.service.workspace.onboarding, _revision(said)
        if said.get("do") == "source":
            held = onboarding.said_before(view).get(said.get("source", ""), {})
            text, dataset = held.get("mapping", ""), said.get("source", "")
            onboarding.map(view, upload, revision, text, dataset)
        elif said.get("do") == "yaml":
            onboarding.map(view, upload, revision, said.get("yaml", ""))
        else:
            header = onboarding.look(view, upload).evidence.header
            entries = entries_said(said, header)
            onboarding.map(view, upload, revision, tablemap.written(entries))
        is_next = said.get("do") in {"next", "yaml"}
        return asked.go(f"/onboard/{upload}/{'try' if is_next else 'map'}")

    return await run_in_threadpool(_done, asked, upload, "map", act)


@router.get("/onboard/{upload}/mapping")
def mapping(asked: AskedDep, upload: str) -> Response:
    """Return the mapping as a file, as the command line takes it."""
    view = asked.view(Act.LOAD, "onboard")
    return mapping_file(asked.service.workspace.onboarding.look(view, upload).mapping)


@router.get("/onboard/{upload}/rejects")
def rejects(asked: AskedDep, upload: str) -> Response:
    """Return everything that is not taken as it is, as a file."""
    view = asked.view(Act.LOAD, "rejects")
    looked = asked.service.workspace.onboarding.look(view, upload)
    return rejects_file(asked.call, looked, view)


@router.get("/onboard/{upload}/try")
def try_out(asked: AskedDep, upload: str) -> Response:
    """Show what the mapping makes of the file; nothing is loaded."""
    return _page(asked, upload, "try")


@router.get("/onboard/{upload}/name")
def name(asked: AskedDep, upload: str) -> Response:
    """Ask under which name and label the file is loaded."""
    return _page(asked, upload, "name")


@router.post("/onboard/{upload}/name")
async def load(asked: AskedDep, upload: str) -> Response:
    """Have the file loaded: it becomes a job."""
    said = await asked.form()
    order = LoadOrder(
        said.get("dataset", "").strip(), said.get("mode", ""),
        said.get("retention", "") or "standard", said.get("originator", "").strip(),
        said.get("compartment", "").strip(), said.get("handling", "").strip(),
    )  # fmt: skip

    def act(view: View) -> Response:
        job = asked.service.workspace.onboarding.load(view, upload, order)
        return asked.go(f"/jobs/{job.id}")

    return await run_in_threadpool(_done, asked, upload, "name", act, said)


def _done(
    asked: Asked, upload: str, step: str, act: Callable[[View], Response],
    said: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    """Do what a form says; what goes wrong is told on the page that it came from."""
    try:
        return act(asked.view(Act.LOAD, "onboard"))
    except MaillonError as error:
        return _page(asked, upload, step, said or {}, error)


def _revision(said: dict[str, str]) -> int:
    text = said.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - digits


def _begin(
    asked: Asked, problem: MaillonError | None = None, status: int = 200, *, is_empty: bool = False
) -> Response:
    view = asked.view(Act.LOAD, "onboard")
    waiting = asked.service.workspace.onboarding.waiting(view)
    told = None if problem is None else refused_of(problem, asked.speech)
    return asked.draw(
        "onboard", here="onboard", waiting=waiting, problem=told, is_empty=is_empty,
        status=status if problem is None else problem.http_status,
    )  # fmt: skip


def _page(
    asked: Asked, upload: str, step: str, said: dict[str, str] | None = None,
    problem: MaillonError | None = None,
) -> Response:  # fmt: skip
    view = asked.view(Act.LOAD, "onboard")
    looked = asked.service.workspace.onboarding.look(view, upload)
    more, wrong = _more(asked, view, looked, step)
    problem = problem or wrong
    told = None if problem is None else refused_of(problem, asked.speech)
    status = 200 if problem is None or problem is wrong else problem.http_status
    return asked.draw(
        f"onboard-{step}", here="onboard", looked=looked, upload=looked.upload, step=step,
        steps=STEPS, said=said or {}, problem=told, status=status, **more,
    )  # fmt: skip


def _more(
    asked: Asked, view: View, looked: Looked, step: str
) -> tuple[dict[str, Any], MaillonError | None]:
    """Return what else a step shows, and what keeps it from being shown."""
    onboarding = asked.service.workspace.onboarding
    if step == "look":
        return {"encodings": ENCODINGS}, None
    if step == "map":
        sources = sorted(onboarding.said_before(view))
        return {"sources": sources, **columns_of(looked), "most": MOST_COLUMNS}, None
    if step == "try":
        try:
            return {"trial": onboarding.trial(view, looked.upload.id)}, None
        except MaillonError as error:
            return {"trial": None}, error
    store = asked.service.workspace.store
    label = store.settings.label
    return {
        "dataset": looked.upload.said.get("dataset", ""), "label": label,
        "categories": sorted(store.house.rules().regimes),
    }, None  # fmt: skip
