"""``/entities``: one record, and what is beside it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Query
from followthemoney.property import Property
from followthemoney.schema import Schema
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from maillon.model.ftm import ftm_model, schema_of
from maillon.screen.find import Finder
from maillon.web.depends import ServiceDep, answer
from maillon.web.service import Service
from maillon.web.yente import models
from maillon.web.yente.scoping import has_opened, note
from maillon.web.yente.searching import window

router = APIRouter(tags=["Data access"])
Record = dict[str, Any]

MOST_NESTED: Final = 2_000
"""Records that one answer nests."""
_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    308: {"description": "The record has another id"},
    403: {"model": models.Detail},
    404: {"model": models.Detail},
    503: {"model": models.Detail},
}
Sort = Annotated[
    tuple[str, ...], Query(max_length=10, description="Accepted; the order is that of the ids.")
]


@router.get("/entities/{entity_id}", response_model=models.EntityResponse, responses=_ERRORS)
def fetch_entity(
    service: ServiceDep,
    entity_id: models.IdPath,
    nested: Annotated[bool, Query(description="Whether what is beside it is within.")] = True,
) -> Response:
    """Return a record, with what it points to and what points to it within."""
    near = _Near(service, entity_id)
    if near.elsewhere:
        return near.redirected("")
    body = near.nested(near.outbound(None), near.inbound(None)) if nested else near.root
    near.note("entity")
    return answer(body)


@router.get(
    "/entities/{entity_id}/adjacent", response_model=models.AdjacentResponse, responses=_ERRORS
)
def fetch_adjacent(
    service: ServiceDep,
    entity_id: models.IdPath,
    sort: Sort = (),  # noqa: ARG001 - clients send it
    limit: models.Limit = models.PAGE,
    offset: models.Offset = 0,
) -> Response:
    """Return a record, and by property a page of what is beside it."""
    near = _Near(service, entity_id)
    if near.elsewhere:
        return near.redirected("/adjacent")
    adjacent = {}
    for name, prop in near.schema.properties.items():
        if prop.type.name == "entity":
            page = near.page(prop, limit, offset)
            if page["total"]["value"]:
                adjacent[name] = page
    near.note("adjacent")
    return answer({"entity": near.root, "adjacent": adjacent})


@router.get(
    "/entities/{entity_id}/adjacent/{property_name}",
    response_model=models.AdjacentPage,
    responses=_ERRORS,
)
def fetch_adjacent_property(
    service: ServiceDep,
    entity_id: models.IdPath,
    property_name: str,
    sort: Sort = (),  # noqa: ARG001 - clients send it
    limit: models.Limit = models.PAGE,
    offset: models.Offset = 0,
) -> Response:
    """Return a page of what is beside a record through one property."""
    near = _Near(service, entity_id)
    if near.elsewhere:
        return near.redirected(f"/adjacent/{quote(property_name, safe='')}")
    prop = near.schema.properties.get(property_name)
    if prop is None or prop.type.name != "entity":
        near.note("adjacent")
        raise HTTPException(404, "No such property!")
    page = near.page(prop, limit, offset)
    near.note("adjacent")
    return answer(page)


class _Near:
    """One record and what is beside it; what was read of it goes into the ledger by `note`."""

    def __init__(self, service: Service, id_: str) -> None:
        self._service = service
        self._view, opened = has_opened(service)
        self._finder: Finder = opened.finder
        found = self._finder.read(id_)
        if found is None:
            note(service, self._view, "entity", [{"id": id_, "datasets": []}])
            raise HTTPException(404, "No such entity!")
        self.root: Record = found
        self.elsewhere = "" if found["id"] == id_ else str(found["id"])
        schema = schema_of(found["schema"])
        assert schema is not None
        self.schema: Schema = schema
        self._read: dict[str, Record] = {self.root["id"]: self.root}

    def redirected(self, rest: str) -> Response:
        """Return where the record is, by its own id."""
        self.note("entity")
        return RedirectResponse(f"/entities/{quote(self.elsewhere, safe='')}{rest}", 308)

    def note(self, verb: str) -> None:
        """Write into the ledger what is about to be shown."""
        note(self._service, self._view, verb, self._read.values())

    def outbound(self, prop: Property | None) -> list[str]:
        """Return the ids that the record points to, through one property or through any."""
        names = [prop.name] if prop is not None else list(self.root["properties"])
        return [
            value
            for name in names
            if (known := self.schema.get(name)) is not None and known.type.name == "entity"
            for value in self.root["properties"].get(name, [])
        ]

    def inbound(
        self, prop: Property | None, limit: int = MOST_NESTED, offset: int = 0
    ) -> list[Record]:
        """Return the records that point at the record, through the reverse of a property."""
        ways = _ways(prop)
        if prop is not None and not ways:
            return []
        numbers = self._finder.pointing_at(self.root["id"], ways, limit=limit, offset=offset)
        return self._kept(orjson.loads(line) for line in self._finder.lines(numbers))

    def page(self, prop: Property, limit: int, offset: int) -> dict[str, Any]:
        """Return a page of what is beside the record through one property."""
        limit, offset = window(limit, offset)
        wanted = self._finder.in_order(self.outbound(prop))
        ways = _ways(prop)
        more = self._finder.count_pointing_at(self.root["id"], ways) if ways else 0
        lines = self._finder.lines(wanted[offset : offset + limit])
        own = self._kept(orjson.loads(line) for line in lines)
        rest = limit - len(own)
        skipped = max(0, offset - len(wanted))
        inbound = self.inbound(prop, rest, skipped) if ways and rest else []
        held = self.nested([one["id"] for one in own], inbound)["properties"].get(prop.name, [])
        total = {"value": len(wanted) + more, "relation": "eq"}
        shown = {one["id"] for one in [*own, *inbound]}
        results = [one for one in held if isinstance(one, dict) and one["id"] in shown]
        return {"results": results, "total": total, "limit": limit, "offset": offset}

    def nested(self, outbound: Sequence[str], inbound: Sequence[Record]) -> Record:
        """Return the record with these neighbours within, and what their edges join it to."""
        self._there(outbound)
        first = {*outbound, *(one["id"] for one in inbound)}
        beyond = [
            value
            for id_ in sorted(first)
            if (one := self._read.get(id_)) is not None and _is_edge(one)
            for _, value in _pointers(one)
        ]
        self._there(beyond)
        body = _within(self.root, self._read, {self.root["id"]}, is_root=True)
        for one in inbound:
            for name in _reverses(one, self.root["id"]):
                nested = _within(one, self._read, {self.root["id"], one["id"]})
                body["properties"].setdefault(name, []).append(nested)
        return body

    def _there(self, ids: Sequence[str]) -> None:
        """Read records by their own ids, as many as one answer may nest."""
        wanted = [id_ for id_ in dict.fromkeys(ids) if id_ not in self._read]
        room = max(0, MOST_NESTED - len(self._read))
        numbers = self._finder.in_order(wanted)[:room]
        self._kept(orjson.loads(line) for line in self._finder.lines(numbers))

    def _kept(self, records: Iterable[Record]) -> list[Record]:
        found = list(records)
        self._read.update((one["id"], one) for one in found)
        return found


def _within(
    record: Record, held: Mapping[str, Record], path: set[str], *, is_root: bool = False
) -> Record:
    """Return a record with those that it points to within, as far as they were read.

    Args:
        record: The record.
        held: Records that were read, by id.
        path: Ids on the way to it: an edge still names the record that it was reached from.
        is_root: Whether it is the record that was asked for: edges and it alone nest others.
    """
    schema = schema_of(record["schema"])
    assert schema is not None
    properties: dict[str, list[Any]] = {}
    nests = is_root or bool(schema.edge)
    for name, values in record["properties"].items():
        known = schema.get(name)
        if known is None or known.type.name != "entity":
            properties[name] = list(values)
            continue
        out: list[Any] = []
        for value in values:
            other = held.get(value)
            if value in path or other is None or not nests:
                out.append(value)
            else:
                out.append(_within(other, held, path | {value}))
        properties[name] = out
    return {**record, "properties": properties}


def _pointers(record: Record) -> Iterable[tuple[str, str]]:
    schema = schema_of(record["schema"])
    assert schema is not None
    for name, values in record["properties"].items():
        known = schema.get(name)
        if known is not None and known.type.name == "entity":
            for value in values:
                yield name, value


def _is_edge(record: Record) -> bool:
    schema = schema_of(record["schema"])
    return schema is not None and bool(schema.edge)


def _reverses(record: Record, target: str) -> list[str]:
    """Return by which properties a record that points at another is beside it."""
    found = []
    own = schema_of(record["schema"])
    assert own is not None
    for name, value in _pointers(record):
        prop = own.get(name)
        if value == target and prop is not None and prop.reverse is not None:
            found.append(prop.reverse.name)
    return sorted(set(found))


def _ways(prop: Property | None) -> list[tuple[str, str]]:
    """Return schema and property by which others point through the reverse of a property."""
    if prop is None:
        return []
    if not prop.stub or prop.reverse is None:
        return []
    back = prop.reverse
    return sorted(
        (one.name, back.name)
        for one in ftm_model()
        if one.is_a(back.schema) and one.get(back.name) is not None
    )
