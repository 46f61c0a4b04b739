"""Records: by words, by an id, with their statements, and what is around them."""

from dataclasses import asdict
from typing import Annotated, Any, Final

import orjson
from fastapi import Query
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from maillon.model import Act, NotFoundError, Statement, View
from maillon.model.ftm import schema_of
from maillon.nexus import CHANNELS, AroundSettings, BetweenSettings
from maillon.screen.find import DEEPEST, Beside, Scope
from maillon.screen.find import Page as FoundPage
from maillon.screen.find import Query as Asked
from maillon.web.api.paging import Cursor, Limit, cursor_of, cut, page, parts_of
from maillon.web.api.shapes import PageOf, router_of
from maillon.web.api.words import LONGEST_ID, MOST_NAMES, Datasets, EntityPath, Json, Name
from maillon.web.depends import answer
from maillon.web.identity import Call, CallDep
from maillon.workspace.csvtext import csv_pieces
from maillon.workspace.finding import TABLE, Opened

router = router_of("records")

SUGGESTED: Final = 10
WAYS: Final = ("after", "before")
"""On which side of a record a page lies, as a cursor says it."""
FACETS: Final = ("datasets", "schema", "countries", "topics")
Hubs = Annotated[
    tuple[str, ...],
    Query(max_length=50, description="Hubs that may be crossed: ids, or `channel:value`."),
]


class Record(BaseModel):
    """A record as it is read: FollowTheMoney's schema and properties, and where it is from."""

    id: str
    caption: str
    schema_: Annotated[str, Field(alias="schema")]
    properties: dict[str, list[Any]]
    datasets: list[str]
    referents: list[str]
    first_seen: str | None = None
    last_seen: str | None = None
    last_change: str | None = None
    target: bool = False


class Found(PageOf[Record]):
    """A page of what was found, with how many there are and how they fall."""

    previous: str | None
    total: int
    facets: dict[str, dict[str, int]]


class Said(BaseModel):
    """One statement."""

    id: str
    entity: str
    schema_: Annotated[str, Field(alias="schema")]
    prop: str
    value: str
    original_value: str | None
    lang: str | None
    dataset: str
    delivery: str
    locator: str
    kind: str
    grade: dict[str, str]
    handling: str
    originator: str
    first_seen: str
    last_seen: str


@router.get("/records", response_model=Found, summary="Records by words")
def search(
    call: CallDep,
    q: Annotated[
        str, Query(description="Words, or parts of an identifier.", max_length=2_000)
    ] = "",
    schema: Annotated[
        str, Query(max_length=100, description="Of this schema or below it; empty: of any.")
    ] = "Thing",
    dataset: Datasets = (),
    country: Annotated[tuple[Name, ...], Query(max_length=MOST_NAMES)] = (),
    topic: Annotated[tuple[Name, ...], Query(max_length=MOST_NAMES)] = (),
    fuzzy: Annotated[bool, Query(description="Whether a word may differ by a letter.")] = False,
    joined: Annotated[bool, Query(description="Records that are one, shown as one.")] = False,
    cursor: Cursor = "",
    limit: Limit = 20,
) -> Response:
    """Return the records that have these words, the best first, as this mandate reads them."""
    if schema and schema_of(schema) is None:
        raise HTTPException(422, "schema: FollowTheMoney has no such schema")
    view, opened = opened_of(call, "search", dataset, joined=joined)
    scope = Scope(opened.datasets, schema=schema, filters=filters_of(country, topic))
    asked = Asked(q, scope, fuzzy=fuzzy, limit=limit, facets=FACETS, beside=beside_of(cursor))
    return found_page(call.workspace.finding.search(view, opened, asked))


@router.get(
    "/record-table",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    summary="Records by words, as a table",
)
def search_table(
    call: CallDep,
    q: Annotated[str, Query(description="As `GET /records`.", max_length=2_000)] = "",
    schema: Annotated[
        str, Query(max_length=100, description="Of this schema or below it; empty: of any.")
    ] = "Thing",
    dataset: Datasets = (),
    country: Annotated[tuple[Name, ...], Query(max_length=MOST_NAMES)] = (),
) -> Response:
    """Return everything that has these words as CSV, up to 1,000,000 records; no cell is a formula.

    Up to 10,000 come the best first, more by their ids. The ledger has how many there are before
    the first line.
    """
    if schema and schema_of(schema) is None:
        raise HTTPException(422, "schema: FollowTheMoney has no such schema")
    view, opened = opened_of(call, "export", dataset)
    asked = Asked(q, Scope(opened.datasets, schema=schema, filters=filters_of(country)))
    rows = call.workspace.finding.table(view, opened, asked)
    headers = {"content-disposition": 'attachment; filename="records.csv"'}
    return StreamingResponse(csv_pieces(TABLE, rows), headers=headers, media_type="text/csv")


@router.get("/records/suggestions", response_model=PageOf[Record], summary="Names that begin so")
def suggest(
    call: CallDep,
    prefix: Annotated[str, Query(min_length=1, max_length=500)],
    schema: Annotated[str, Query(max_length=100)] = "Thing",
    dataset: Datasets = (),
    limit: Annotated[int, Query(ge=1, le=50)] = SUGGESTED,
) -> Response:
    """Return records with a name that has these words, the last of them perhaps unfinished."""
    if schema_of(schema) is None:
        raise HTTPException(422, "schema: FollowTheMoney has no such schema")
    view, opened = opened_of(call, "suggest", dataset)
    lines = opened.finder.suggest(prefix, Scope(opened.datasets, schema=schema), limit)
    records = [orjson.loads(line) for line in lines]
    _note(call, view, "suggest", records)
    return page(records, "")


@router.get("/records/{entity}", response_model=Record, summary="One record whole")
def record(
    call: CallDep,
    entity: EntityPath,
    joined: Annotated[bool, Query(description="With the records that are one with it.")] = False,
) -> Response:
    """Return a record with everything that this mandate reads of it."""
    view, opened = opened_of(call, "record", (), joined=joined)
    found = opened.finder.read(entity)
    call.workspace.finding.note(
        view, "record", [(entity, ())] if found is None else [(found["id"], found["datasets"])]
    )
    if found is None:
        raise _none(entity)
    return answer(found)


@router.get(
    "/records/{entity}/statements", response_model=PageOf[Said], summary="The statements of one"
)
def statements(
    call: CallDep, entity: EntityPath, cursor: Cursor = "", limit: Limit = 200
) -> Response:
    """Return what was said of a record: value by value, by which delivery, at which place."""
    view = call.view(Act.READ, "statements")
    held = sorted(call.workspace.statements(view, entity), key=lambda one: (one.prop, one.id))
    if not held:
        raise _none(entity)
    labels = call.workspace.store.labels(view)

    def said(one: Statement) -> Json:
        label = labels[one.label]
        return {
            "id": one.id, "entity": one.entity, "schema": one.schema, "prop": one.prop,
            "value": one.value, "original_value": one.original_value, "lang": one.lang,
            "dataset": one.dataset, "delivery": one.delivery, "locator": one.locator,
            "kind": one.kind.value, "grade": asdict(one.grade),
            "handling": f"{label.scheme}/{label.code}", "originator": label.originator,
            "first_seen": one.first_seen, "last_seen": one.last_seen,
        }  # fmt: skip

    shown, next_ = cut(held, lambda one: (one.prop, one.id), cursor, limit)
    return page([said(one) for one in shown], next_)


@router.get("/records/{entity}/around", response_model=Json, summary="What is around one")
def around(
    call: CallDep,
    entity: EntityPath,
    type: Annotated[  # noqa: A002 - the name that clients send
        tuple[Name, ...], Query(max_length=MOST_NAMES, description="Only these link types.")
    ] = (),
    schema: Annotated[str, Query(max_length=100)] = "",
    open_hub: Hubs = (),
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Limit = 50,
) -> Response:
    """Return counts by type, schema and side, hubs that are not crossed, a page of neighbours."""
    if unknown := sorted(set(type).difference(CHANNELS)):
        raise HTTPException(422, f"type: no link type {unknown[0]!r}; one of {', '.join(CHANNELS)}")
    settings = AroundSettings(frozenset(type), schema, offset, limit, frozenset(open_hub))
    view = call.view(Act.TRACE, "around")
    return answer(call.workspace.tracing.around(view, entity, settings))


@router.get("/paths", response_model=Json, summary="The paths between two")
def paths(
    call: CallDep,
    one: Annotated[str, Query(min_length=1, max_length=LONGEST_ID)],
    other: Annotated[str, Query(min_length=1, max_length=LONGEST_ID)],
    hops: Annotated[int, Query(ge=1, le=6, description="Most hops of a path.")] = 4,
    household: Annotated[bool, Query(description="Family, employer, home are hops too.")] = False,
    time_respecting: Annotated[bool, Query(description="Hops that can follow each other.")] = False,
    open_hub: Hubs = (),
    limit: Annotated[int, Query(ge=1, le=200)] = 20,
) -> Response:
    """Return the paths between two records, the most telling first, with each hop's evidence.

    None found and not all searched are told apart: `outcome`, `complete`, `cut`.
    """
    settings = BetweenSettings(
        k=hops, top=limit, household=household, time_respecting=time_respecting
    )
    view = call.view(Act.TRACE, "between")
    hubs = frozenset(open_hub)
    return answer(call.workspace.tracing.between(view, one, other, settings, open_hubs=hubs))


def opened_of(
    call: Call, verb: str, datasets: tuple[str, ...], *, joined: bool = False
) -> tuple[View, Opened]:
    """Return what a call may read of some datasets, all where none is named, ready to find in."""
    view = call.view(Act.READ, verb)
    chosen = datasets or tuple(sorted({one.dataset for one in call.workspace.deliveries(view)}))
    return view, call.service.ready.opened(view, chosen, joined=joined)


def filters_of(
    countries: tuple[str, ...], topics: tuple[str, ...] = ()
) -> tuple[tuple[str, str], ...]:
    """Return the filters for records of any of some countries and any of some topics."""
    return (*(("countries", one) for one in countries), *(("topics", one) for one in topics))


def beside_of(cursor: str) -> Beside | None:
    """Return where a page lies; None for the first.

    Raises:
        HTTPException: 400: it is no cursor that a page of records gave.
    """
    said = parts_of(cursor, 3)
    if said is None:
        return None
    id_, at, way = said
    is_ours = isinstance(id_, str) and isinstance(at, int) and not isinstance(at, bool) and at >= 0
    if not is_ours or way not in WAYS:
        raise HTTPException(400, "cursor: not one that a page gave: begin without it")
    return Beside(id_, at, is_back=way == WAYS[1])


def cursors_of(found: FoundPage) -> tuple[str, str]:
    """Return where the next page and the one before begin; empty where there is none."""
    if not found.lines:
        return "", ""
    last = found.first + len(found.lines)
    ends = [orjson.loads(found.lines[at])["id"] for at in (-1, 0)]
    next_ = cursor_of(ends[0], last - 1, WAYS[0]) if last < min(found.total, DEEPEST) else ""
    return next_, cursor_of(ends[1], found.first, WAYS[1]) if found.first else ""


def found_page(found: FoundPage) -> Response:
    """Return a page of what was found, with how it falls."""
    records = [orjson.loads(line) for line in found.lines]
    next_, previous = cursors_of(found)
    facets = {name: {one.name: one.count for one in held} for name, held in found.facets.items()}
    return page(records, next_, previous=previous or None, total=found.total, facets=facets)


def _note(call: Call, view: View, verb: str, records: list[Json]) -> None:
    call.workspace.finding.note(view, verb, [(one["id"], one["datasets"]) for one in records])


def _none(entity: str) -> NotFoundError:
    return NotFoundError(f"no record {entity}")
