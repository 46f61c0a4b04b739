"""Charts: who is on one and how they are linked, neighbours in portions, charts that are kept."""

from typing import Annotated, Any, Final, Literal

from fastapi import Path, Query
from pydantic import Field, StringConstraints
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act, StaleError
from maillon.nexus import CHANNELS, AroundSettings
from maillon.store.charts import MOST_NODES, Placed
from maillon.web.api.changing import ChangeDep, Seen
from maillon.web.api.paging import MOST, Limit, page
from maillon.web.api.said import Said
from maillon.web.api.shapes import TAGGED, Body, PageOf, router_of
from maillon.web.api.words import LONGEST_ID, MOST_NAMES, Id, Json, Language, Name
from maillon.web.depends import answer
from maillon.web.identity import CallDep
from maillon.workspace.charting import MOST_HELD, Drawn

router = router_of("charts")

FARTHEST: Final = 1e7
"""Greatest coordinate of a place on a chart."""
KINDS: Final = {
    "graphml": "application/graphml+xml", "gexf": "application/gexf+xml",
    "ftm": "application/x-ndjson", "anx": "application/xml", "svg": "image/svg+xml",
}  # fmt: skip
"""Content types of a chart's files. Source: GraphML, GEXF and SVG 1.1 as registered or in use."""
ENDINGS: Final = {"ftm": "ftm.jsonl"}
"""How the name of a file ends, where it is not as its form is called."""
_FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The chart, with the handling note of what it stands on.",
        "content": {kind: {"schema": {"type": "string"}} for kind in KINDS.values()},
        "headers": {"content-disposition": {"schema": {"type": "string"}}},
    }
}
Form = Literal["graphml", "gexf", "ftm", "anx", "svg"]
ChartPath = Annotated[str, Path(description="Of a chart.", min_length=1, max_length=100)]
Ids = Annotated[list[Id], Field(max_length=MOST_HELD)]
Place = Annotated[float, Field(ge=-FARTHEST, le=FARTHEST, strict=False)]
Title = Annotated[str, StringConstraints(max_length=200)]
Beside = Annotated[str, StringConstraints(max_length=1_000)]


class ShownOrder(Body):
    """Whom to show."""

    ids: Ids
    fresh: Annotated[
        Ids | None, Field(description="Only these of them, with their links to all of them.")
    ] = None


class AroundOrder(Body):
    """Which neighbours to add."""

    entity: Id
    types: Annotated[tuple[Name, ...], Field(max_length=MOST_NAMES, strict=False)] = ()
    schema_: Annotated[str, Field(alias="schema", max_length=100)] = ""
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Field(ge=0, le=MOST)] = 50
    held: Annotated[
        tuple[Id, ...],
        Field(max_length=MOST_HELD, strict=False, description="Those on the chart already."),
    ] = ()


class NodeBody(Body):
    """Where one stands on a chart."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_ID)]
    x: Place
    y: Place
    is_pinned: bool = False
    note: Beside = ""


class ChartBody(Body):
    """A chart to be kept: ids, places, pins and notes, no values."""

    title: Title = ""
    nodes: Annotated[list[NodeBody], Field(max_length=MOST_NODES)]


class PictureOrder(Body):
    """A picture that somebody is about to keep."""

    ids: Ids
    form: Literal["png", "svg"]


class FileOrder(ChartBody):
    """A chart as it is drawn now, to be kept as a file."""

    form: Form
    language: Literal["en", "fr"] = "en"


class ChartSaid(Said):
    """A chart that is kept."""

    chart: str
    revision: int
    title: str
    who: str
    case: str
    at: str
    changed: str


class Kept(Said):
    """A chart as it was saved, or deleted."""

    chart: str
    revision: int


@router.post("/charts/shown", response_model=Json, summary="Some, and the links among them")
def show_nodes(call: CallDep, body: ShownOrder) -> Response:
    """Return those of some ids that this mandate reads, and the links among them.

    What it does not read is left out, as what does not exist.
    """
    view = call.view(Act.TRACE, "chart")
    return answer(call.workspace.charting.shown(view, body.ids, body.fresh))


@router.post("/charts/around", response_model=Json, summary="Neighbours for a chart, a portion")
def add_around(call: CallDep, body: AroundOrder) -> Response:
    """Return counts of all neighbours and a portion of them, with their links to those held.

    With `limit` 0 there are counts alone.
    """
    if unknown := sorted(set(body.types).difference(CHANNELS)):
        raise HTTPException(
            422, f"types: no link type {unknown[0]!r}; one of {', '.join(CHANNELS)}"
        )
    settings = AroundSettings(frozenset(body.types), body.schema_, body.offset, body.limit)
    view = call.view(Act.TRACE, "chart")
    return answer(call.workspace.charting.around(view, body.entity, settings, body.held))


@router.post("/charts/pictures", response_model=Json, summary="Keep a chart as a picture")
def note_picture(call: CallDep, body: PictureOrder) -> Response:
    """Write that a chart is kept as a picture; return the handling note that must stand on it."""
    view = call.view(Act.TRACE, "picture")
    return answer(call.workspace.charting.note(view, body.ids, body.form))


@router.post(
    "/charts/files", response_class=Response, responses=_FILES, summary="A chart as a file"
)
def export_chart(call: CallDep, body: FileOrder) -> Response:
    """Return a chart as it is drawn now: GraphML, GEXF, ANX (i2), FollowTheMoney lines or SVG.

    Who is hidden from this mandate is not in it, as who does not exist.
    """
    view = call.view(Act.TRACE, "export")
    content = call.workspace.charting.export(view, _drawn(body), body.form, body.language)
    return file_of(content, body.form)


@router.get("/charts", response_model=PageOf[ChartSaid], summary="Charts that are kept")
def list_charts(
    call: CallDep,
    before: Annotated[str, Query(max_length=100, description="Last of the page before.")] = "",
    limit: Limit = 50,
) -> Response:
    """Return the charts of the mandate's case, or of the account where there is none."""
    view = call.view(Act.TRACE, "charts")
    found = call.workspace.charting.page(view, before=before, most=limit)
    return page(
        [one.line() for one in found], found[-1].id if len(found) == limit else ""
    )  # fmt: skip


@router.post("/charts", response_model=Kept, status_code=201, summary="Keep a chart")
def keep_chart(change: ChangeDep, body: ChartBody) -> Response:
    """Save a chart: ids, places, pins and notes. Values are read anew by whoever opens it."""

    def act() -> dict[str, Any]:
        view = change.view(Act.TRACE, "keep chart")
        head = change.workspace.charting.keep(view, _drawn(body))
        return {"chart": head.id, "revision": head.revision}

    return change.once(body, act, 201)


@router.get("/charts/{chart}", response_model=Json, summary="A kept chart", responses=TAGGED)
def read_chart(call: CallDep, chart: ChartPath) -> Response:
    """Return a chart with what this mandate reads today of those on it.

    Its `ETag` is what a change sends as `If-Match`.
    """
    found = call.workspace.charting.open(call.view(Act.TRACE, "open chart"), chart)
    headers = {"etag": f'"{found["revision"]}"', "cache-control": "no-cache, private"}
    return answer(found, headers)


@router.get(
    "/charts/{chart}/file", response_class=Response, responses=_FILES,
    summary="A kept chart as a file",
)  # fmt: skip
def export_kept_chart(
    call: CallDep,
    chart: ChartPath,
    form: Annotated[Form, Query(description="Of the file.")],
    language: Language = "en",
) -> Response:
    """Return a saved chart whole, as this mandate reads it today; forms as `POST /charts/files`."""
    view = call.view(Act.TRACE, "export")
    return file_of(call.workspace.charting.export_kept(view, chart, form, language), form)


@router.put("/charts/{chart}", response_model=Kept, summary="Keep it as it is now")
def change_chart(change: ChangeDep, seen: Seen, chart: ChartPath, body: ChartBody) -> Response:
    """Save a chart anew. Those on it whom this mandate does not read stay where they are."""

    def act() -> dict[str, Any]:
        view = change.view(Act.TRACE, "keep chart")
        charting = change.workspace.charting
        return {
            "chart": chart, "revision": charting.change(view, chart, _number(seen), _drawn(body))
        }  # fmt: skip

    return change.once(body, act)


@router.delete("/charts/{chart}", response_model=Kept, summary="Delete it")
def delete_chart(change: ChangeDep, seen: Seen, chart: ChartPath) -> Response:
    """Delete a chart with every note on it."""

    def act() -> dict[str, Any]:
        view = change.view(Act.TRACE, "delete chart")
        change.workspace.charting.delete(view, chart, _number(seen))
        return {"chart": chart, "revision": _number(seen)}

    return change.once(None, act)


def file_of(content: bytes, form: Form) -> Response:
    """Return a chart as a file to be kept."""
    name = f"chart.{ENDINGS.get(form, form)}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=KINDS[form])


def _number(seen: str) -> int:
    """Return the revision that ``If-Match`` names; what is no number is stale by itself."""
    if not seen.isascii() or not seen.isdigit() or len(seen) > 9:  # noqa: PLR2004 - a column's width
        raise StaleError("somebody saved this chart in between: open it again")
    return int(seen)


def _drawn(body: ChartBody) -> Drawn:
    nodes = tuple((one.id, Placed((), one.x, one.y, one.is_pinned, one.note)) for one in body.nodes)
    return Drawn(body.title, nodes)
