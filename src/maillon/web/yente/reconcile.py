"""``/reconcile``: for OpenRefine and its like.

Source: Reconciliation Service API 0.2, W3C community group report of 10 April 2023.
"""

from typing import Annotated, Any, Final, TypeVar

import orjson
from fastapi import APIRouter, Form, Query, Request
from followthemoney.property import Property
from followthemoney.schema import Schema
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model.ftm import ftm_model, schema_of
from maillon.screen.find import Scope
from maillon.web.depends import ServiceDep, answer
from maillon.web.service import Service
from maillon.web.strict_json import JsonError, loads
from maillon.web.yente import models
from maillon.web.yente.algorithms import BEST, algorithm_of
from maillon.web.yente.examples import BASE
from maillon.web.yente.matching import matched, read_all
from maillon.web.yente.scoping import Chosen, note, scope_of
from maillon.workspace.finding import Opened

router = APIRouter(tags=["Reconciliation"])
_SPACE: Final = "https://www.opensanctions.org/reference/#schema"
"""The vocabulary: what clients compare it with is yente's own."""
_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    code: {"model": models.Detail} for code in (400, 403, 404, 503)
}
_T = TypeVar("_T", bound=BaseModel)
Prefix = Annotated[str, Query(max_length=500)]


class _Filter(BaseModel):
    pid: str
    v: Any = None


class _Query(BaseModel):
    query: str | None = None
    type: str | list[str] | None = None
    limit: int = models.MATCHES
    properties: list[_Filter] = []


class _Settings(BaseModel):
    limit: int = 0
    render: str = "caption"


class _Wanted(BaseModel):
    id: str
    settings: _Settings = _Settings()


class _Extend(BaseModel):
    ids: list[str]
    properties: list[_Wanted]


@router.get("/reconcile/{dataset}", responses=_ERRORS)
def manifest(request: Request, service: ServiceDep, dataset: models.DatasetPath) -> Response:
    """Return what a reconciliation client needs to know of the service."""
    scope_of(service, dataset)
    base = service.config.public_url or str(request.base_url).rstrip("/")
    url, query = f"{base}/reconcile/{dataset}", request.url.query
    more = f"?{query}" if query else ""

    def there(path: str) -> dict[str, str]:
        return {"service_url": url, "service_path": f"{path}{more}"}

    return answer(
        {
            "versions": ["0.2"],
            "name": f"{service.config.open.title(dataset)} ({service.config.title})",
            "identifierSpace": _SPACE,
            "schemaSpace": _SPACE,
            "view": {"url": f"{base}/entities/{{{{id}}}}"},
            "batchSize": models.MOST_QUERIES,
            "suggest": {
                "entity": there("/suggest/entity"),
                "type": there("/suggest/type"),
                "property": there("/suggest/property"),
            },
            "extend": {
                "propose_properties": there("/extend/property"),
                "property_settings": _EXTENDING,
                "propose_settings": _EXTENDING,
            },
            "defaultTypes": [_type(one) for one in _schemata(service)],
        }
    )


_EXTENDING: Final = [
    {
        "name": "limit", "label": "Limit", "type": "number", "default": 0,
        "help_text": "Most values of one row; 0 for all.",
    },
    {
        "name": "render", "label": "Values", "type": "select", "default": "caption",
        "help_text": "Words for people, or codes.",
        "choices": [
            {"id": "caption", "name": "Words", "value": "caption"},
            {"id": "raw", "name": "Codes", "value": "raw"},
        ],
    },
]  # fmt: skip


@router.post("/reconcile/{dataset}", responses=_ERRORS)
def reconcile(
    service: ServiceDep,
    dataset: models.DatasetPath,
    queries: Annotated[str | None, Form()] = None,
    extend: Annotated[str | None, Form()] = None,
    algorithm: Annotated[str, Query(max_length=100)] = BEST,
    changed_since: models.Since = None,
) -> Response:
    """Answer a batch of queries, or give further columns for records that were found."""
    scope = scope_of(service, dataset)
    if extend is not None and extend.strip():
        return _extended(service, scope, _said(_Extend, extend))
    if queries is None:
        raise HTTPException(400, "No queries or extend request provided.")
    held = _read(queries)
    if not isinstance(held, dict):
        raise HTTPException(400, "queries: an object is needed, a query by a name")
    if len(held) > models.MOST_QUERIES:
        raise HTTPException(400, f"Too many queries in one batch (limit: {models.MOST_QUERIES})")
    said = {str(name): _checked(_Query, one) for name, one in held.items()}
    names_only = algorithm_of(algorithm).names_only
    asked = read_all({name: _example(one) for name, one in said.items()}, names_only=names_only)
    chosen = Chosen(frozenset(scope), changed_since=changed_since or "")
    found = matched(service, asked, chosen, models.THRESHOLD) if asked else []
    results = {
        name: {"result": [_scored(one) for one in records[: max(0, query.limit)]]}
        for (name, query), records in zip(said.items(), found, strict=True)
    }
    return answer(results, {"x-batch-size": str(len(results))})


def _example(query: _Query) -> models.Example:
    kinds = query.type if isinstance(query.type, list) else [query.type]
    properties: dict[str, list[Any]] = {}
    if query.query is not None:
        properties["name"] = [query.query]
    for one in query.properties:
        prop = ftm_model().get_qname(one.pid)
        name = prop.name if prop is not None else one.pid
        values = one.v if isinstance(one.v, list) else [one.v]
        properties.setdefault(name, []).extend(values)
    return models.Example(schema=(kinds[0] if kinds else None) or BASE, properties=dict(properties))


def _extended(service: Service, scope: tuple[str, ...], wanted: _Extend) -> Response:
    if len(wanted.ids) > models.MOST_QUERIES:
        raise HTTPException(400, f"Too many queries in one batch (limit: {models.MOST_QUERIES})")
    view, opened = service.opened()
    found = {id_: _in(opened, scope, id_) for id_ in wanted.ids}
    rows: dict[str, dict[str, Any]] = {id_: {} for id_ in wanted.ids}
    metas: dict[str, dict[str, str]] = {}
    for id_, record in found.items():
        if record is None:
            continue
        if record["id"] != id_:
            raise HTTPException(400, "Please specify the canonical entity ID, not a referent")
        schema = schema_of(record["schema"])
        assert schema is not None
        for one in wanted.properties:
            prop = schema.get(one.id)
            if prop is not None:
                metas.setdefault(one.id, {"id": prop.name, "name": str(prop.label)})
                rows[id_][one.id] = _values(record, prop, one.settings)
    note(service, view, "extend", [one for one in found.values() if one], len(wanted.ids))
    body = {"meta": list(metas.values()), "rows": rows}
    return answer(body, {"x-batch-size": str(len(rows))})


def _in(opened: Opened, scope: tuple[str, ...], id_: str) -> dict[str, Any] | None:
    found = opened.finder.read(id_)
    return found if found is not None and not set(scope).isdisjoint(found["datasets"]) else None


def _values(record: dict[str, Any], prop: Property, settings: _Settings) -> list[dict[str, str]]:
    values = record["properties"].get(prop.name, [])
    if settings.limit > 0:
        values = values[: settings.limit]
    if settings.render != "raw":
        values = [prop.type.caption(one) or one for one in values]
    return [{"str": str(one)} for one in values]


@router.get("/reconcile/{dataset}/suggest/entity", include_in_schema=False)
def suggest_entity(
    service: ServiceDep,
    dataset: models.DatasetPath,
    prefix: Prefix = "",
    limit: models.Limit = models.PAGE,
) -> Response:
    """Return records whose name begins so."""
    scope = scope_of(service, dataset)
    view, opened = service.opened()
    lines = opened.finder.suggest(prefix, Scope(scope), limit)
    records = [orjson.loads(line) for line in lines]
    note(service, view, "suggest", records)
    return _suggested(prefix, [_entity(one) for one in records])


@router.get("/reconcile/{dataset}/suggest/property", include_in_schema=False)
def suggest_property(
    service: ServiceDep, dataset: models.DatasetPath, prefix: Prefix = ""
) -> Response:
    """Return properties whose name begins so."""
    scope_of(service, dataset)
    held = set(_schemata(service))
    found = [
        {"id": prop.qname, "name": str(prop.label), "description": prop.description}
        for prop in sorted(ftm_model().properties, key=lambda one: one.qname)
        if prop.schema in held and not prop.hidden and prop.type.name != "entity"
        if _begins(prefix, prop.name, str(prop.label))
    ]
    return _suggested(prefix, found[: models.MATCHES])


@router.get("/reconcile/{dataset}/suggest/type", include_in_schema=False)
def suggest_type(service: ServiceDep, dataset: models.DatasetPath, prefix: Prefix = "") -> Response:
    """Return schemata whose name begins so."""
    scope_of(service, dataset)
    found = [_type(one) for one in _schemata(service) if _begins(prefix, one.name, str(one.label))]
    return _suggested(prefix, found[: models.MATCHES])


@router.get("/reconcile/{dataset}/extend/property", include_in_schema=False)
def extend_property(
    service: ServiceDep,
    dataset: models.DatasetPath,
    type: Annotated[str, Query(max_length=100)] = BASE,  # noqa: A002 - the name that clients send
    limit: Annotated[int, Query(le=models.LARGEST_INTEGER)] = 0,
) -> Response:
    """Return the properties that a record of a schema can be extended by."""
    scope_of(service, dataset)
    schema = schema_of(type)
    if schema is None:
        raise HTTPException(400, "Invalid type")
    first = [prop for name in schema.featured if (prop := schema.get(name)) is not None]
    rest = [
        prop for name, prop in sorted(schema.properties.items())
        if prop not in first and not prop.hidden and prop.type.name != "entity"
    ]  # fmt: skip
    held = [{"id": prop.name, "name": str(prop.label)} for prop in [*first, *rest]]
    shown = sorted(held[:limit] if limit > 0 else held, key=lambda one: one["name"])
    return answer({"limit": limit, "type": schema.name, "properties": shown})


def _schemata(service: Service) -> list[Schema]:
    """Return the schemata of open records that can be matched, and what they descend from."""
    found = set()
    for name in service.opened()[1].finder.schemata():
        schema = schema_of(name)
        if schema is not None and schema.matchable:
            found.update(schema.schemata)
    return sorted(found, key=lambda one: one.name)


def _type(schema: Schema) -> dict[str, str]:
    about = str(schema.description or schema.label)
    return {"id": schema.name, "name": str(schema.plural), "description": about}


def _entity(record: dict[str, Any]) -> dict[str, Any]:
    schema = schema_of(record["schema"])
    assert schema is not None
    return {
        "id": record["id"], "name": record["caption"], "description": str(schema.label),
        "type": [_type(schema)],
    }  # fmt: skip


def _scored(record: dict[str, Any]) -> dict[str, Any]:
    score = record["score"]
    return {**_entity(record), "score": score, "match": score >= models.THRESHOLD}


def _suggested(prefix: str, result: list[dict[str, Any]]) -> Response:
    said = {"code": "/api/status/ok", "status": "200 OK", "prefix": prefix, "result": result}
    return answer(said)


def _begins(prefix: str, *labels: str) -> bool:
    wanted = prefix.lower().strip()
    return bool(wanted) and any(one.lower().strip().startswith(wanted) for one in labels)


def _read(text: str) -> object:
    try:
        return loads(text.encode(errors="surrogatepass"))
    except JsonError as error:
        raise HTTPException(400, f"Cannot decode request: {error}") from None


def _said(model: type[_Extend], text: str) -> _Extend:
    return _checked(model, _read(text))


def _checked(model: type[_T], said: object) -> _T:
    try:
        return model.model_validate(said)
    except ValidationError as error:
        raise HTTPException(400, f"Cannot decode request: {error.errors()[0]['msg']}") from None
