"""The chart: who is linked to whom, as a picture where scripts run, as tables and forms always."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act, MaillonError
from maillon.nexus import CHANNELS, AroundSettings, BetweenSettings, TraceSettings
from maillon.screen.find import Query as Words
from maillon.screen.find import Scope
from maillon.store.charts import Placed
from maillon.web.api.charts import Form, file_of
from maillon.web.api.words import Language
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.codes import CODES, said
from maillon.web.pages.language import Speech
from maillon.web.pages.leads import TOP
from maillon.web.pages.refusing import Refused, refused_of
from maillon.workspace.charting import Drawn

router = APIRouter(prefix="/{language}", include_in_schema=False)

MOST: Final = 100
"""Persons and organisations that the tables show at a time, and that an address names."""
TOPS: Final = (10, 25, 50)
FORM_NAMES: Final = {
    "graphml": "GraphML", "gexf": "GEXF", "anx": "ANX (i2)", "ftm": "FollowTheMoney", "svg": "SVG",
}  # fmt: skip
"""Forms of a file, as those who read them call them."""
FOUND: Final = 25
PARTY: Final = "LegalEntity"
"""What stands on a chart: persons and organisations; things are what ties them."""
STEP: Final = 160.0
LANE: Final = 110.0
_ROW: Final = 10
"""Places of a row, where nobody has laid anything out."""
NONE: Final[Mapping[str, Any]] = {"title": ""}
"""The head of a chart that is not saved."""
Text = Annotated[str, Query(max_length=2_000)]
One = Annotated[str, Query(max_length=500)]
Many = Annotated[tuple[One, ...], Query(max_length=MOST)]
Types = Annotated[tuple[One, ...], Query(max_length=50)]
Offset = Annotated[int, Query(ge=0, le=20_000)]
Top = Annotated[int, Query(ge=1, le=MOST)]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Begun:
    """What a page begins with.

    Attributes:
        ids: Who stands on the chart.
        places: Where, as far as that is known.
        chart: Id of the saved chart, or empty.
        head: Its head.
        total: How many stand on it.
        nodes: Those that the tables show.
        links: Links among these.
        codes: Handling codes behind them.
        as_of: Day of what was known.
    """

    ids: tuple[str, ...]
    places: dict[str, tuple[float, float]]
    chart: str
    head: Mapping[str, Any]
    total: int
    nodes: list[Json]
    links: list[Json]
    codes: list[str]
    as_of: str


@router.get("/chart")
def chart(
    asked: AskedDep, n: Many = (), id: One = "",  # noqa: A002 - the word of the address
    around: One = "", lead: One = "", expand: One = "", q: Text = "", offset: Offset = 0,
) -> Response:  # fmt: skip
    """Show a chart: of some records, around one, of a lead, a saved one; or none yet."""
    begun = _begun(asked, n, id, (around, lead), offset)
    return _page(asked, begun, q=q, expand=expand or around, around=around, offset=offset)


@router.get("/chart/add")
def add(
    asked: AskedDep, n: Many = (), of: One = "", type: Types = (),  # noqa: A002 - as above
    top: Top = TOPS[0], one: One = "", other: One = "",
) -> Response:  # fmt: skip
    """Add neighbours of one, or the paths between two, to a chart that an address names."""
    view, tracing = asked.view(Act.TRACE, "chart"), asked.service.workspace.tracing
    if of:
        if set(type) - set(CHANNELS):
            raise HTTPException(422, f"type: one of {', '.join(CHANNELS)}")
        found = tracing.around(view, of, AroundSettings(frozenset(type), size=top))
        more = [of, *(neighbour["id"] for neighbour in found["neighbours"])]
    else:
        line = tracing.between(view, one, other, BetweenSettings(top=3))
        more = _on_paths(line["paths"]) or [one, other]
    ids = list(dict.fromkeys((*n, *more)))
    if len(ids) > MOST:
        raise HTTPException(422, asked.speech.say(
            "Without scripts a chart has at most %(most)s: save it, or begin another.",
            most=asked.speech.number(MOST),
        ))  # fmt: skip
    return asked.go("/chart?" + urlencode([("n", id_) for id_ in ids]))


@router.get("/chart/file")
def file(
    asked: AskedDep,
    form: Annotated[Form, Query()],
    n: Many = (),
    id: One = "",  # noqa: A002 - as above
) -> Response:
    """Return a saved chart, or one that an address names, as a file, as its API twin does."""
    language: Language = "fr" if asked.language == "fr" else "en"
    charting, view = asked.service.workspace.charting, asked.view(Act.TRACE, "export")
    if id:
        return file_of(charting.export_kept(view, id, form, language), form)
    return file_of(charting.export(view, Drawn("", _in_rows(n)), form, language), form)


@router.post("/chart")
async def keep(asked: AskedDep) -> Response:
    """Save a chart, or delete it."""
    said_ = await asked.form()

    def do() -> Response:
        try:
            return _keep(asked, said_)
        except (MaillonError, ValueError) as error:
            ids = tuple(one for one in said_.get("n", "").split("\n") if one)
            status = getattr(error, "http_status", 422)
            begun = _begun(asked, ids, said_.get("id", ""), ("", ""), 0)
            return _page(asked, begun, problem=refused_of(error, asked.speech), status=status)

    return await run_in_threadpool(do)


def _keep(asked: Asked, said_: dict[str, str]) -> Response:
    charting = asked.service.workspace.charting
    id_, seen = said_.get("id", ""), said_.get("revision", "")
    revision = int(seen) if seen.isascii() and seen.isdigit() else 0
    if said_.get("delete"):
        charting.delete(asked.view(Act.TRACE, "delete chart"), id_, revision)
        return asked.go("/chart")
    ids = [one for one in said_.get("n", "").split("\n") if one]
    drawn = Drawn(said_.get("title", ""), _in_rows(ids))
    head = charting.keep(asked.view(Act.TRACE, "keep chart"), drawn)
    return asked.go(f"/chart?id={head.id}")


def _in_rows(ids: Sequence[str]) -> tuple[tuple[str, Placed], ...]:
    """Return where each stands, where nobody has laid anything out."""
    return tuple(
        (one, Placed((), number % _ROW * STEP, number // _ROW * LANE))
        for number, one in enumerate(ids)
    )


def _begun(
    asked: Asked, ids: tuple[str, ...], chart_: str, of: tuple[str, str], offset: int
) -> Begun:
    """Return what a page begins with; its tables hold a portion of it."""
    around, lead = of
    charting, view = asked.service.workspace.charting, asked.view(Act.TRACE, "chart")
    places: dict[str, tuple[float, float]] = {}
    if chart_:
        line = charting.open(view, chart_, offset=offset, most=MOST)
        nodes = line["nodes"]
        found = tuple(one["id"] for one in nodes)
        head = {name: line[name] for name in ("title", "revision", "who", "changed", "case")}
        return Begun(found, {}, chart_, head, line["total"], nodes, line["links"], line["codes"],
                     line["as_of"])  # fmt: skip
    if lead:
        line = asked.service.workspace.tracing.explain(view, lead, TraceSettings(top=TOP))
        places = _places(line["paths"])
        ids = tuple(places)
    elif around:
        ids = (*ids, around)
    if not ids:
        return Begun((), {}, "", NONE, 0, [], [], [], "")
    line = charting.shown(view, ids[:MOST])
    return Begun(ids, places, "", NONE, len(line["nodes"]), line["nodes"], line["links"],
                 line["codes"], line["as_of"])  # fmt: skip


def _page(
    asked: Asked, begun: Begun, *, q: str = "", expand: str = "", around: str = "", offset: int = 0,
    problem: Refused | None = None, status: int = 200,
) -> Response:  # fmt: skip
    speech = asked.speech
    workspace = asked.service.workspace
    counts = None
    if expand:
        view = asked.view(Act.TRACE, "around")
        counts = workspace.tracing.around(view, expand, AroundSettings(size=0))
    kept = []
    if not begun.nodes:
        kept = [one.line() for one in workspace.charting.page(asked.view(Act.TRACE, "charts"))]
    start = {
        "ids": begun.ids if not begun.chart else (), "places": begun.places, "chart": begun.chart,
        "around": around,
    }  # fmt: skip
    query = {"id": begun.chart} if begun.chart else {"n": begun.ids}
    captions = {one["id"]: one["caption"] for one in begun.nodes}
    return asked.draw(
        "chart", here="chart", begun=begun, start=start, captions=captions,
        state=urlencode(query, doseq=True), counts=counts,
        expand=expand, q=q, found=_words(asked, q) if q.strip() else None,
        kept=kept, tops=TOPS, forms=FORM_NAMES, most=MOST, offset=offset, problem=problem,
        status=status,
        island_words=lambda words: {**words, **_codes(speech)},
    )  # fmt: skip


def _codes(speech: Speech) -> dict[str, str]:
    """Return the words of all that an island may be told of by its code."""
    channels = {f"channel {code}": said(speech, code, "channel") for code in CHANNELS}
    return channels | {f"schema {code}": said(speech, code, "schema") for code in CODES["schema"]}


def _words(asked: Asked, q: str) -> list[Json]:
    """Return persons and organisations that have some words, the best first."""
    view = asked.view(Act.READ, "search")
    workspace = asked.service.workspace
    datasets = tuple(sorted({one.dataset for one in workspace.deliveries(view)}))
    opened = asked.service.ready.opened(view, datasets, joined=False)
    page = opened.finder.find(Words(q, Scope(opened.datasets, schema=PARTY), limit=FOUND))
    records = [orjson.loads(line) for line in page.lines]
    workspace.finding.note(view, "search", [(one["id"], one["datasets"]) for one in records])
    return records


def _places(paths: Sequence[Json]) -> dict[str, tuple[float, float]]:
    """Return where those on a lead stand: terrorism at the left edge, crime at the right."""
    longest = max((len(path["hops"]) for path in paths), default=1)
    found: dict[str, tuple[float, float]] = {}
    for lane, path in enumerate(paths):
        hops = path["hops"]
        ids = [hops[0]["from"], *(hop["to"] for hop in hops)]
        for number, id_ in enumerate(ids):
            found.setdefault(id_, (STEP * longest * number / len(hops), LANE * lane))
    return found


def _on_paths(paths: Sequence[Json]) -> list[str]:
    return list(dict.fromkeys(
        hop[side] for path in paths for hop in path["hops"] for side in ("from", "to")
    ))  # fmt: skip
