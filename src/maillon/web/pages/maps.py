"""The map: where some entities are, or did something; a table, and a picture as far as it goes."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from maillon.model import Act
from maillon.nexus import TraceSettings
from maillon.store.charts import MOST_NODES
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.leads import TOP
from maillon.web.pages.mapped import country_names, island_places, parted, picture_of
from maillon.web.pages.refusing import refused_of
from maillon.workspace.locating import ALWAYS, MOST_ASKED, MOST_TOLD, Span

router = APIRouter(prefix="/{language}", include_in_schema=False)

One = Annotated[str, Query(max_length=500)]
Many = Annotated[tuple[One, ...], Query(max_length=MOST_ASKED)]
Day = Annotated[str, Query(max_length=10)]
SHOWN: Final = 20
"""Names of the head of a page."""


@router.get("/map")
def show_map(
    asked: AskedDep, id: Many = (), chart: One = "", lead: One = "",  # noqa: A002 - the word of the address
    since: Annotated[str, Query(alias="from", max_length=10)] = "", until: Day = "",
) -> Response:  # fmt: skip
    """Show the places of some entities, of all on a saved chart, or of all on a lead."""
    problem, status, span = None, 200, ALWAYS
    try:
        span = Span(since.strip(), until.strip())
    except ValueError as error:
        problem, status = refused_of(error, asked.speech), 422
    ids = tuple(dict.fromkeys((*id, *_of_chart(asked, chart), *_of_lead(asked, lead))))
    line: dict[str, Any] = {"entities": [], "places": [], "not_placed": [], "outside": 0, "cut": 0,
                            "codes": [], "as_of": ""}  # fmt: skip
    if ids and problem is None:
        view = asked.view(Act.TRACE, "map")
        line = asked.service.workspace.locating.places(view, ids[:MOST_ASKED], span)
    drawn, left = parted(line)
    kept = [("id", one) for one in id] + [("chart", chart), ("lead", lead)]
    return asked.draw(
        "map", here="chart", line=line, drawn=drawn, left=left, picture=picture_of(drawn),
        marks=island_places(drawn), names=country_names(asked.speech), asked_for=bool(ids),
        kept=[one for one in kept if one[1]], state=urlencode([one for one in kept if one[1]]),
        since=since, until=until, problem=problem, status=status, most=MOST_TOLD,
        not_asked=max(0, len(ids) - MOST_ASKED), shown=SHOWN,
    )  # fmt: skip


def _of_chart(asked: Asked, chart: str) -> list[str]:
    """Return the ids of whom the mandate reads on a saved chart."""
    if not chart:
        return []
    view = asked.view(Act.TRACE, "open chart")
    line = asked.service.workspace.charting.open(view, chart, most=MOST_NODES)
    return [one["id"] for one in line["nodes"]]


def _of_lead(asked: Asked, lead: str) -> list[str]:
    """Return the ids of all on the paths of a lead."""
    if not lead:
        return []
    view = asked.view(Act.TRACE, "lead")
    line = asked.service.workspace.tracing.explain(view, lead, TraceSettings(top=TOP))
    return list(dict.fromkeys(
        hop[side] for path in line["paths"] for hop in path["hops"] for side in ("from", "to")
    ))  # fmt: skip
