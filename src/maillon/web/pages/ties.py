"""What ties two directly: the statements behind one link of a chart."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from maillon.model import Act, View
from maillon.nexus import BetweenSettings
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.values import handling_of

router = APIRouter(prefix="/{language}", include_in_schema=False)

End = Annotated[str, Query(min_length=1, max_length=500)]
DIRECT = BetweenSettings(k=1, top=1, household=True)
"""One hop, a family or household tie too: a link of a chart may be one."""


@router.get("/tie")
def tie(asked: AskedDep, one: End, other: End) -> Response:
    """Show the statements that tie two directly, each with its place in what was delivered."""
    view, workspace = asked.view(Act.TRACE, "tie"), asked.service.workspace
    line = workspace.tracing.between(view, one, other, DIRECT)
    hop = line["paths"][0]["hops"][0] if line["paths"] else None
    drawn = workspace.charting.shown(view, [end["id"] for end in line["between"]])
    records = {node["id"]: node["record"] for node in drawn["nodes"]}
    return asked.draw(
        "tie", here="chart", hop=hop, codes=codes_of(asked, view, [hop] if hop else []),
        ends=[{**end, "record": records[end["id"]]} for end in line["between"]],
    )  # fmt: skip


def codes_of(asked: Asked, view: View, hops: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Return the handling codes of each delivery that hops stand on: those of all its rows."""
    store = asked.service.workspace.store
    labels = store.labels(view)
    return {
        one: sorted({handling_of(labels[label]) for label in store.labels_of(view, (one,))} - {""})
        for one in sorted({said["delivery"] for hop in hops for said in hop["statements"]})
    }
