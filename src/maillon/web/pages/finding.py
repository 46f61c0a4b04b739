"""One record with all that is said of it."""

from dataclasses import asdict
from typing import Annotated, Final
from urllib.parse import quote

import pyarrow.compute as pc
from fastapi import APIRouter, Query
from starlette.responses import Response

from maillon.model import Act, NotFoundError
from maillon.model.ftm import schema_of
from maillon.web.pages.asked import Asked, AskedDep

router = APIRouter(prefix="/{language}", include_in_schema=False)

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


def _of_canonical(asked: Asked, id_: str) -> Response:
    """Go to the record, or the records, for which a canonical id stands."""
    is_canonical = id_.startswith(CANONICAL)  # no other id is worth a resolution
    if not is_canonical or asked.opened.session.mandate.purpose not in RESOLVING:
        raise NotFoundError(f"no record {id_}")
    table = asked.service.workspace.resolve(asked.view(Act.RESOLVE, "record")).canonical
    held = table.filter(pc.equal(table["canonical"], id_))["entity"].to_pylist()
    if not held:
        raise NotFoundError(f"no record {id_}")
    one = quote(min(held), safe="")
    return asked.go(f"/record?id={one}" if len(held) == 1 else f"/record/one?id={one}")


def _is_link(schema: str, prop: str) -> bool:
    known = schema_of(schema)
    held = None if known is None else known.get(prop)
    return held is not None and held.type.name == "entity"
