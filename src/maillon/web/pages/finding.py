"""One record with all that is said of it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Annotated, Any, Final
from urllib.parse import quote

import pyarrow.compute as pc
from fastapi import APIRouter, Query
from starlette.responses import Response

from maillon.model import Act, NotFoundError, Statement, StoreError, View
from maillon.model.ftm import schema_of
from maillon.store.retention import Rules
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.values import handling_of

router = APIRouter(prefix="/{language}", include_in_schema=False)

Json = dict[str, Any]
CANONICAL: Final = "ml-"
"""How a canonical id begins: `maillon.resolve.identity`."""
RESOLVING: Final = frozenset({"linking", "training"})
"""Purposes under which somebody may ask for what a canonical id stands."""
Ids = Annotated[str, Query(min_length=1, max_length=500)]


@router.get("/record")
def record(asked: AskedDep, id: Ids) -> Response:  # noqa: A002 - the word of the address
    """Show a record: its values, each with who said it, where and how good; what it points at."""
    view = asked.view(Act.READ, "record")
    workspace = asked.service.workspace
    held = sorted(workspace.statements(view, id), key=lambda one: (one.prop, one.value, one.id))
    if not held:
        return _of_canonical(asked, id)
    rows = _rows(asked, view, held)
    names = [one["value"] for one in rows if one["prop"] == "name"]
    flags = workspace.guarding.flags(view, id)
    return asked.draw(
        "record", here="search", id=id, names=names or [id], schema=held[0].schema,
        datasets=sorted({one.dataset for one in held}), flags=flags, count=len(rows),
        groups=[(prop, list(same)) for prop, same in groupby(rows, key=itemgetter("prop"))],
        held_on=_held_on(asked, view, rows), resolves=_resolves(asked),
    )  # fmt: skip


def _rows(asked: Asked, view: View, held: Sequence[Statement]) -> list[Json]:
    """Return each statement with what a reader must know of it."""
    house = asked.service.workspace.store.house
    labels, rules = asked.service.workspace.store.labels(view), house.rules()
    return [
        {
            "prop": one.prop, "value": one.value, "original": one.original_value,
            "dataset": one.dataset, "delivery": one.delivery, "locator": one.locator,
            "kind": one.kind.value, "grade": asdict(one.grade), "marking": one.marking,
            "handling": handling_of(labels[one.label]), "basis": labels[one.label].legal_basis,
            "is_link": _is_link(one.schema, one.prop), "first": one.first_seen,
            "last": one.last_seen, **_kept(rules, one, house.day),
        }
        for one in held
    ]  # fmt: skip


def _kept(rules: Rules, one: Statement, day: date) -> Json:
    """Return the class of a statement, until when its rule of today keeps it, and the provision."""
    found = {"category": one.retention_class, "until": "", "provision": ""}
    try:
        rule = rules.on(one.retention_class, day)
    except StoreError:  # no rule is in force: the list of what is due says so
        return found
    start = date.fromisoformat(one.clock_start)
    return {**found, "until": rule.keep.after(start).isoformat(), "provision": rule.provision}


def _held_on(asked: Asked, view: View, rows: Sequence[Json]) -> list[Json]:
    """Return, of each delivery that says something of a record, on what it is held and how long."""
    deliveries = asked.service.workspace.store.deliveries(view, current=False)
    received = {one.id: one.received for one in deliveries}
    keys = ("dataset", "delivery", "basis", "handling", "category", "until", "provision")
    found = dict.fromkeys(tuple(one[key] for key in keys) for one in rows)
    lines = [dict(zip(keys, one, strict=True)) for one in sorted(found)]
    return [{**one, "received": received.get(one["delivery"], "")} for one in lines]


def _of_canonical(asked: Asked, id_: str) -> Response:
    """Go to the record, or the records, for which a canonical id stands."""
    is_canonical = id_.startswith(CANONICAL)  # no other id is worth a resolution
    if not is_canonical or not _resolves(asked):
        raise NotFoundError(f"no record {id_}")
    table = asked.service.workspace.resolve(asked.view(Act.RESOLVE, "record")).canonical
    held = table.filter(pc.equal(table["canonical"], id_))["entity"].to_pylist()
    if not held:
        raise NotFoundError(f"no record {id_}")
    one = quote(min(held), safe="")
    return asked.go(f"/record?id={one}" if len(held) == 1 else f"/record/one?id={one}")


def _resolves(asked: Asked) -> bool:
    """Return whether the purpose lets one ask which records are one."""
    return asked.opened.session.mandate.purpose in RESOLVING


def _is_link(schema: str, prop: str) -> bool:
    known = schema_of(schema)
    held = None if known is None else known.get(prop)
    return held is not None and held.type.name == "entity"
