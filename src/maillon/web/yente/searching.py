"""``/search``: records by words."""

from enum import StrEnum
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query
from followthemoney.types import registry
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model.ftm import schema_of
from maillon.screen.find import Page, Scope
from maillon.screen.find import Query as Asked
from maillon.web.depends import ServiceDep, answer
from maillon.web.service import Service
from maillon.web.yente import models
from maillon.web.yente.examples import BASE
from maillon.web.yente.scoping import note, scope_of

router = APIRouter()


class Operator(StrEnum):
    """How several filters on one field stand together."""

    AND = "AND"
    OR = "OR"


class FacetName(StrEnum):
    """Fields whose values are counted."""

    DATASETS = "datasets"
    SCHEMA = "schema"
    COUNTRIES = "countries"
    IDENTIFIERS = "identifiers"
    TOPICS = "topics"
    GENDERS = "genders"


DEFAULT_FACETS: Final = (FacetName.COUNTRIES, FacetName.TOPICS, FacetName.DATASETS)
TYPES: Final = {
    "countries": registry.country, "topics": registry.topic, "identifiers": registry.identifier,
    "genders": registry.gender,
}  # fmt: skip


@router.get(
    "/search/{dataset}",
    tags=["Matching"],
    summary="Records by words",
    response_model=models.SearchResponse,
    responses={code: {"model": models.Detail} for code in (400, 403, 404, 503)},
)
def search(
    service: ServiceDep,
    dataset: models.DatasetPath,
    q: Annotated[str, Query(description="Words.", max_length=20_000)] = "",
    schema: Annotated[str, Query(max_length=100)] = BASE,
    include_dataset: models.Names = (),
    exclude_dataset: models.Names = (),
    exclude_schema: models.Names = (),
    changed_since: models.Since = None,
    countries: models.Names = (),
    topics: models.Names = (),
    datasets: models.Names = (),
    filter: Annotated[  # noqa: A002 - the name that clients send
        tuple[str, ...], Query(description="``field:value``, e.g. properties.birthDate:1985",
                               max_length=100)
    ] = (),
    limit: models.Limit = models.PAGE,
    offset: models.Offset = 0,
    sort: Annotated[tuple[str, ...], Query(max_length=10)] = (),
    target: Annotated[bool | None, Query(deprecated=True)] = None,
    fuzzy: Annotated[bool, Query(description="Whether a word may differ by a letter.")] = False,
    simple: Annotated[bool, Query(description="Words only, no syntax.")] = False,
    facets: Annotated[tuple[FacetName, ...], Query()] = DEFAULT_FACETS,
    filter_op: Annotated[Operator, Query()] = Operator.OR,
) -> Response:  # fmt: skip
    """Return records that have these words, and how their countries, topics and datasets fall."""
    scope = scope_of(service, dataset)
    known = schema_of(schema)
    if known is None:
        raise HTTPException(400, "Invalid schema")
    filters = [("countries", one) for one in countries]
    filters += [("topics", one) for one in topics] + [("datasets", one) for one in datasets]
    for one in filter:
        name, colon, value = one.partition(":")
        if not colon:
            raise HTTPException(400, "Invalid filter: field:value is needed")
        filters.append((name, value))
    if target is not None:
        filters.append(("target", str(target).lower()))
    limit, offset = window(limit, offset)
    asked = Asked(
        q,
        Scope(
            scope, include_dataset, exclude_dataset, known.name, exclude_schema,
            changed_since=changed_since or "", filters=tuple(filters),
            every=filter_op == Operator.AND,
        ),
        simple=simple, fuzzy=fuzzy, limit=limit, offset=offset, sort=sorting(sort),
        facets=tuple(one.value for one in facets),
    )  # fmt: skip
    view, opened = service.opened()
    page = opened.finder.find(asked)
    results = [orjson.loads(line) for line in page.lines]
    note(service, view, "search", results)
    return answer(
        {
            "limit": limit, "offset": offset, "total": {"value": page.total, "relation": "eq"},
            "results": results, "facets": _facets(service, page),
        }
    )  # fmt: skip


def window(limit: int, offset: int) -> tuple[int, int]:
    """Return limit and offset within what is ever shown. Source: yente 5.5.0."""
    offset = min(max(0, offset), models.WINDOW)
    return max(0, min(limit, models.WINDOW - offset)), offset


def sorting(said: tuple[str, ...]) -> tuple[str, bool] | None:
    """Return the field to sort by and whether the highest comes first; None for relevance."""
    for one in said:
        name, _, order = one.partition(":")
        if name not in {"", "_score", "_doc"}:
            return name, order == "desc"
    return None


def _facets(service: Service, page: Page) -> dict[str, Any]:
    found = {}
    for name, counts in page.facets.items():
        values = [
            {"name": one.name, "label": _label(service, name, one.name), "count": one.count}
            for one in counts
        ]
        found[name] = {"label": _title(name), "values": values}
    return found


def _title(name: str) -> str:
    fixed = {"datasets": "Data sources", "schema": "Entity types"}
    return fixed.get(name) or str(TYPES[name].plural)


def _label(service: Service, name: str, value: str) -> str:
    if name == "datasets":
        return service.config.open.title(value)
    if name == "schema":
        schema = schema_of(value)
        return str(schema.plural) if schema is not None else value
    return TYPES[name].caption(value) or value
