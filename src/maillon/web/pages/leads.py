"""Leads: ranked; one whole, with both sides of it; the delivered record behind a statement."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from maillon.model import Act, MaillonError, NotFoundError
from maillon.nexus import TraceSettings
from maillon.sources import adapter
from maillon.store import LeadState
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.hits import answer_of
from maillon.web.pages.language import LANGUAGES
from maillon.web.pages.picturing import picture_of
from maillon.web.pages.refusing import Refused, refused_of
from maillon.workspace.deciding import state_of

router = APIRouter(prefix="/{language}", include_in_schema=False)

TOP: Final = 50
VERDICTS: Final = ("confirmed", "suspected", "refuted", "not assessable")
LONGEST: Final = 20_000
"""Characters of a delivered record that a page shows."""
LeadId = Annotated[str, Query(min_length=1, max_length=100)]


@router.get("/leads")
def leads(asked: AskedDep) -> Response:
    """Show the leads, the most telling first, with where each stands; and what was set aside."""
    view = asked.view(Act.TRACE, "leads")
    found, held = asked.service.workspace.leads.found(view, TraceSettings(top=TOP))
    lines = [{**one.line(), "standing": held.standing[one.lead_id].line()} for one in found.leads]
    cut = None if found.cut is None else found.cut.line()
    return asked.draw(
        "leads", here="leads", leads=lines, set_aside=len(held.set_aside), cut=cut, top=TOP
    )


@router.get("/lead")
def lead(asked: AskedDep, id: LeadId) -> Response:  # noqa: A002 - the word of the address
    """Show a lead whole: its paths, the evidence of each hop, what speaks for the people."""
    return _page(asked, id)


@router.get("/lead/state")
def state(asked: AskedDep, id: LeadId) -> Response:  # noqa: A002 - the word of the address
    """Say whether a lead changed since a page of it was opened; nobody is shown anything."""
    view = asked.view(Act.TRACE, "lead state")
    found = asked.service.workspace.leads.state(view, id, TraceSettings(top=TOP))
    return JSONResponse({"state": found}, headers={"cache-control": "no-store"})


@router.post("/lead")
async def decide(asked: AskedDep, id: LeadId) -> Response:  # noqa: A002 - as above
    """Say where a lead stands: a verdict with both sides weighed, or that it is in work."""
    said = await asked.form()

    def do() -> Response:
        try:
            _say(asked, id, said)
        except (MaillonError, ValueError) as error:
            status = getattr(error, "http_status", 422)
            return _page(asked, id, said, refused_of(error, asked.speech), status)
        return asked.go(f"/lead?id={id}")

    return await run_in_threadpool(do)


@router.get("/lead/coverage")
def coverage(asked: AskedDep) -> Response:
    """Show which sources, days and places were searched, and which could not be."""
    view = asked.view(Act.TRACE, "coverage")
    line = asked.service.workspace.tracing.coverage(view, TraceSettings())
    return asked.draw("coverage", here="leads", coverage=line)


@router.get("/delivered")
def delivered(
    asked: AskedDep,
    delivery: Annotated[str, Query(min_length=1, max_length=200)],
    locator: Annotated[str, Query(min_length=1, max_length=500)],
) -> Response:
    """Show the delivered record at a place: what a statement was read from."""
    view = asked.view(Act.READ, "delivered")
    store = asked.service.workspace.store
    with store.original(view, delivery) as (raw, name, options):
        try:
            text = adapter(name).locate(raw, locator, **options)
        except (ValueError, LookupError):
            raise NotFoundError(f"no record {locator} in {delivery}") from None
    store.note(view, "look", {"verb": "delivered", "delivery": delivery})
    return asked.draw(
        "delivered", here="leads", delivery=delivery, locator=locator, text=text[:LONGEST],
        is_cut=len(text) > LONGEST,
    )  # fmt: skip


def _say(asked: Asked, id_: str, said: dict[str, str]) -> None:
    leads, settings = asked.service.workspace.leads, TraceSettings(top=TOP)
    if said.get("second"):
        view = asked.view(Act.DECIDE, "second lead")
        leads.second(view, said["second"], said.get("revision", ""), id_, settings)
    elif said.get("state") == LeadState.OPEN:
        view = asked.view(Act.JUDGE, "assess lead")
        leads.assess(view, id_, LeadState.OPEN, said.get("reason", ""), settings)
    else:
        view = asked.view(Act.DECIDE, "validate lead")
        leads.validate(view, id_, answer_of(said), settings)


def _page(
    asked: Asked, id_: str, said: dict[str, str] | None = None, problem: Refused | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    view, settings = asked.view(Act.TRACE, "lead"), TraceSettings(top=TOP)
    workspace = asked.service.workspace
    shown = workspace.leads.show(view, id_, settings)
    found, held = workspace.leads.found(view, settings)
    (whole,) = [one for one in (*found.leads, *held.set_aside) if one.lead_id == id_]
    standing = workspace.leads.standing(view, id_, settings).line()
    line = whole.line()
    ends = [hop[side] for path in line["paths"] for hop in path["hops"] for side in ("from", "to")]
    drawn = workspace.charting.shown(view, ends)
    return asked.draw(
        "lead", here="leads", id=id_, lead=line, shown=shown.line(), standing=standing,
        said=said or {}, draft=asked.draft("lead", id_),
        state=state_of(shown.revision, sum(one.what == "assessment" for one in shown.earlier)),
        picture=picture_of(line, LANGUAGES[asked.language].direction),
        drawn=drawn, records={one["id"]: one["record"] for one in drawn["nodes"]},
        problem=problem, status=status, waits=shown.waits_for_second,
        weighed=set((said or {}).get("weighed", "").split("\n")),
    )  # fmt: skip
