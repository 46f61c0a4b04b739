"""Search by words and parts of identifiers; searches that are kept; what was found as a table."""

from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from maillon.model import Act, RefusedError, View
from maillon.model.ftm import schema_of
from maillon.screen.find import Query as Words
from maillon.screen.find import Scope
from maillon.store.saved_searches import SavedSearch
from maillon.web.api.finding import beside_of, cursors_of, filters_of
from maillon.web.pages.asked import Asked, AskedDep
from maillon.workspace.csvtext import csv_pieces
from maillon.workspace.finding import MOST_ROWS, TABLE, Opened
from maillon.workspace.searching import asked_again

router = APIRouter(prefix="/{language}", include_in_schema=False)

PAGE: Final = 25
NEW: Final = 200
"""Records that are shown as new to a search that is kept."""
FACETS: Final = ("datasets", "schema", "countries", "topics")
SCHEMATA: Final = (
    "", "Thing", "Person", "Company", "Organization", "LegalEntity", "Vessel", "Vehicle", "Address",
    "BankAccount", "Passport", "Payment",
)  # fmt: skip
"""What a search may be narrowed to."""
Text = Annotated[str, Query(max_length=2_000)]
Schema = Annotated[str, Query(max_length=100)]
Dataset = Annotated[str, Query(max_length=200)]
Country = Annotated[str, Query(max_length=20)]


@router.get("/search")
def search(
    asked: AskedDep, q: Text = "", schema: Schema = "", dataset: Dataset = "",
    country: Country = "", cursor: Text = "",
) -> Response:  # fmt: skip
    """Show the records that have some words."""
    _check(schema)
    values = {"q": q, "schema": schema, "dataset": dataset, "country": country}
    if not q.strip():
        return _page(asked, values, _saved(asked))
    view, opened = _opened(asked, "search", (dataset,) if dataset else ())
    beside = beside_of(cursor)
    words = Words(q, _scope(opened, schema, country), limit=PAGE, facets=FACETS, beside=beside)
    page = asked.service.workspace.finding.search(view, opened, words)
    records = [orjson.loads(line) for line in page.lines]
    next_, previous = cursors_of(page)
    came = asked.is_part and page.first > 0  # these lines stand under those that are shown
    return _page(
        asked, values, asked.service.workspace.store.searches.own(view), found=records,
        total=page.total, first=1 if came else page.first + 1, last=page.first + len(records),
        facets=page.facets, next=next_, previous=previous, before=page.first, came=came,
    )  # fmt: skip


@router.get("/search/table")
def search_table(
    asked: AskedDep, q: Text = "", schema: Schema = "", dataset: Dataset = "",
    country: Country = "",
) -> Response:  # fmt: skip
    """Return all that was found as a table."""
    _check(schema)
    view, opened = _opened(asked, "export", (dataset,) if dataset else ())
    words = Words(q, _scope(opened, schema, country))
    rows = asked.service.workspace.finding.table(view, opened, words)
    headers = {"content-disposition": 'attachment; filename="records.csv"'}
    return StreamingResponse(csv_pieces(TABLE, rows), headers=headers, media_type="text/csv")


@router.post("/searches")
async def keep(asked: AskedDep) -> Response:
    """Keep a search."""
    said = await asked.form()

    def do() -> Response:
        _check(said.get("schema", ""))
        words = SavedSearch(said.get("q", ""), said.get("schema", ""), said.get("dataset", ""))
        view = asked.view(Act.READ, "keep search")
        asked.service.workspace.store.searches.keep(view, words)
        return asked.go("/search")

    return await run_in_threadpool(do)


@router.post("/searches/{search}/run")
async def run(asked: AskedDep, search: str) -> Response:
    """Ask a search again: show what is new or changed since it was asked last."""
    await asked.form()

    def do() -> Response:
        workspace = asked.service.workspace
        held = workspace.store.searches.one(asked.view(Act.READ, "search"), search)
        view, opened = _opened(asked, "search again", (held.dataset,) if held.dataset else ())
        page = asked_again(workspace, view, opened, held, (NEW, FACETS))
        records = [orjson.loads(line) for line in page.lines]
        values = {
            "q": held.words, "schema": held.schema, "dataset": held.dataset, "country": "",
        }  # fmt: skip
        return _page(
            asked, values, workspace.store.searches.own(view), found=records, total=page.total,
            first=1, last=len(records), facets=page.facets, since=held.ran,
        )  # fmt: skip

    return await run_in_threadpool(do)


@router.post("/searches/{search}/forget")
async def forget(asked: AskedDep, search: str) -> Response:
    """Let go of a search."""
    await asked.form()

    def do() -> Response:
        view = asked.view(Act.READ, "forget search")
        asked.service.workspace.store.searches.forget(view, search)
        return asked.go("/search")

    return await run_in_threadpool(do)


def _check(schema: str) -> None:
    if schema and schema_of(schema) is None:
        raise HTTPException(422, "schema: FollowTheMoney has no such schema")


def _saved(asked: Asked) -> list[SavedSearch]:
    try:
        return asked.service.workspace.store.searches.own(asked.view(Act.READ, "searches"))
    except RefusedError:  # the mandate reads nothing: it keeps no searches either
        return []


def _page(
    asked: Asked, values: dict[str, str], saved: list[SavedSearch], **more: Any  # noqa: ANN401 - of the template
) -> Response:  # fmt: skip
    base: dict[str, Any] = {
        "schemata": SCHEMATA, "found": None, "next": "", "facets": {}, "since": "",
        "saved": saved, "most_rows": MOST_ROWS, "before": 0, "previous": "",
        "came": False, "country": "", **values,
        "narrowed": partial(_address, asked.language, values["q"]),
    }  # fmt: skip
    return asked.draw("search", here="search", **base | more)


def _address(language: str, words: str, schema: str, dataset: str, country: str) -> str:
    """Return where the same words are searched for, narrowed to a kind, dataset and country."""
    said = {"q": words, "schema": schema, "dataset": dataset, "country": country}
    return f"/{language}/search?{urlencode({name: one for name, one in said.items() if one})}"


def _scope(opened: Opened, schema: str, country: str) -> Scope:
    filters = filters_of((country,) if country else ())
    return Scope(opened.datasets, schema=schema, filters=filters)


def _opened(asked: Asked, verb: str, datasets: tuple[str, ...]) -> tuple[View, Opened]:
    view = asked.view(Act.READ, verb)
    workspace = asked.service.workspace
    chosen = datasets or tuple(sorted({one.dataset for one in workspace.deliveries(view)}))
    return view, asked.service.ready.opened(view, chosen, joined=False)
