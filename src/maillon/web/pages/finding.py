"""Search by words and parts of identifiers, and one record with all that is said of it."""

from dataclasses import asdict
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act, NotFoundError, View
from maillon.model.ftm import schema_of
from maillon.screen.find import Query as Words
from maillon.screen.find import Scope
from maillon.web.api.paging import cursor_of, parts_of
from maillon.web.pages.asked import Asked, AskedDep
from maillon.workspace.finding import Opened

router = APIRouter(prefix="/{language}", include_in_schema=False)

PAGE: Final = 25
FURTHEST: Final = 9_499
SCHEMATA: Final = (
    "Thing", "Person", "Company", "Organization", "LegalEntity", "Vessel", "Vehicle", "Address",
    "BankAccount", "Passport", "Payment",
)  # fmt: skip
"""What a search may be narrowed to."""
Text = Annotated[str, Query(max_length=2_000)]
Ids = Annotated[str, Query(min_length=1, max_length=500)]


@router.get("/search")
def search(
    asked: AskedDep, q: Text = "", schema: Annotated[str, Query(max_length=100)] = "Thing",
    dataset: Annotated[str, Query(max_length=200)] = "", cursor: Text = "",
) -> Response:  # fmt: skip
    """Show the records that have some words."""
    if schema_of(schema) is None:
        raise HTTPException(422, "schema: FollowTheMoney has no such schema")
    (offset,) = parts_of(cursor, 1) or (0,)
    offset = offset if isinstance(offset, int) and 0 <= offset <= FURTHEST else 0
    values: dict[str, Any] = {
        "q": q, "schema": schema, "dataset": dataset, "schemata": SCHEMATA, "found": None,
        "next": "", "facets": {}, "datasets": [],
    }  # fmt: skip
    if q.strip():
        view, opened = _opened(asked, "search", (dataset,) if dataset else ())
        page = opened.finder.find(
            Words(q, Scope(opened.datasets, schema=schema), limit=PAGE, offset=offset,
                  facets=("datasets", "schema", "countries", "topics"))
        )  # fmt: skip
        records = [orjson.loads(line) for line in page.lines]
        asked.service.workspace.finding.note(
            view, "search", [(one["id"], one["datasets"]) for one in records]
        )
        last = offset + len(records)
        is_more = bool(records) and last < min(page.total, FURTHEST)
        values |= {
            "found": records, "total": page.total, "first": offset + 1, "last": last,
            "next": cursor_of(last) if is_more else "", "facets": page.facets,
        }  # fmt: skip
    return asked.draw("search", here="search", **values)


@router.get("/record")
def record(asked: AskedDep, id: Ids) -> Response:  # noqa: A002 - the word of the address
    """Show a record: its values, each with who said it, where and how good; what it points at."""
    view = asked.view(Act.READ, "record")
    workspace = asked.service.workspace
    held = sorted(workspace.statements(view, id), key=lambda one: (one.prop, one.value, one.id))
    if not held:
        raise NotFoundError(f"no record {id}")
    labels = workspace.store.labels(view)
    rows = [
        {
            "prop": one.prop, "value": one.value, "original": one.original_value,
            "dataset": one.dataset, "delivery": one.delivery, "locator": one.locator,
            "kind": one.kind.value, "grade": asdict(one.grade),
            "handling": f"{labels[one.label].scheme}/{labels[one.label].code}",
            "is_link": _is_link(one.schema, one.prop),
        }
        for one in held
    ]  # fmt: skip
    names = [one["value"] for one in rows if one["prop"] == "name"]
    flags = workspace.guarding.flags(view, id)
    return asked.draw(
        "record", here="search", id=id, rows=rows, names=names or [id], schema=held[0].schema,
        datasets=sorted({one.dataset for one in held}), flags=flags,
    )  # fmt: skip


def _is_link(schema: str, prop: str) -> bool:
    known = schema_of(schema)
    held = None if known is None else known.get(prop)
    return held is not None and held.type.name == "entity"


def _opened(asked: Asked, verb: str, datasets: tuple[str, ...]) -> tuple[View, Opened]:
    view = asked.view(Act.READ, verb)
    workspace = asked.service.workspace
    chosen = datasets or tuple(sorted({one.dataset for one in workspace.deliveries(view)}))
    return view, asked.service.ready.opened(view, chosen, joined=False)
