"""Leads: the queue, one with both sides or whole, what people say of it, one as a file."""

import re
from typing import Annotated, Any, Final, Literal

from fastapi import Path, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from maillon.model import Act, View
from maillon.nexus import Standing, TraceSettings, UnknownLeadError
from maillon.store import Assessment, LeadState
from maillon.web.api.changing import ChangeDep, Seen, check_seen
from maillon.web.api.paging import Cursor, Limit, cut_log, page, with_etag
from maillon.web.api.review import (
    TWO,
    Agreed,
    Agreement,
    Given,
    Reviewed,
    Weighed,
    after_of,
    answered,
    queue_page,
    reviewed,
)
from maillon.web.api.said import Reason, Said
from maillon.web.api.shapes import TAGGED, Body, PageOf, router_of
from maillon.web.api.words import Json, Language
from maillon.web.depends import answer
from maillon.web.identity import CallDep
from maillon.workspace.deciding import Queued
from maillon.workspace.workspace import Workspace

router = router_of("leads")

LeadPath = Annotated[str, Path(description="Its lead_id.", min_length=1, max_length=100)]
Top = Annotated[int, Query(ge=1, le=1_000, description="Among how many leads it is.")]
KINDS: Final = {
    "graphml": "application/graphml+xml",
    "gexf": "application/gexf+xml",
    "svg": "image/svg+xml",
}
"""Content types of a lead's files. Source: GraphML, GEXF and SVG 1.1 as registered or in use."""
_FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The lead, with the handling note of what it stands on.",
        "content": {kind: {"schema": {"type": "string"}} for kind in KINDS.values()},
        "headers": {"content-disposition": {"schema": {"type": "string"}}},
    }
}


class QueuedLead(Said):
    """A lead that waits for a person."""

    kind: str
    ids: list[str]
    at: str
    score: float
    dataset: str = Field(alias="list")
    state: str
    rank: int
    terror: str
    crime: str
    link_types: list[str]
    waits_for_second: str
    place: str


class AssessmentSaid(Said):
    """One thing that was said of one lead."""

    assessment: str
    at: str
    who: str
    terror: str
    crime: str
    state: str
    reason: str
    evidence: int


class StandingSaid(Said):
    """Where a lead stands, and what was said of it, oldest first."""

    lead_id: str
    state: str
    said: Json | None
    new_evidence: list[Json]
    evidence_gone: int
    assessments: list[AssessmentSaid]


class AssessmentOrder(Body):
    """Where a lead stands from now on."""

    state: Literal["proposed", "open", "confirmed", "suspected", "refuted", "not assessable"]
    reason: Reason


class Assessed(Said):
    """An assessment that was written."""

    assessment: str
    lead_id: str
    state: str


class LeadVerdict(Body):
    """What a person makes of a lead, both sides weighed."""

    verdict: Literal["confirmed", "suspected", "refuted", "not assessable"]
    reason: Reason
    weighed: Weighed
    takes_two: Annotated[bool, Field(description=TWO)] = False


@router.get("/leads", response_model=PageOf[QueuedLead], summary="Leads that wait for a person")
def list_leads(call: CallDep, top: Top = 50, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the leads on which nobody has decided, those that wait longest first."""
    after = after_of(cursor, 2)
    view = call.view(Act.TRACE, "leads")
    settings = TraceSettings(top=top)
    found = call.workspace.leads.queue(view, settings, after=after, count=limit + 1)
    return queue_page(found, limit, Queued.line)


@router.get("/leads/coverage", response_model=Json, summary="What a search covers")
def cover_leads(call: CallDep) -> Response:
    """Return what was searched for leads and what could not be: nothing found is not no source."""
    view = call.view(Act.TRACE, "coverage")
    return answer(call.workspace.tracing.coverage(view, TraceSettings()))


@router.get(
    "/leads/{lead}", response_model=Reviewed, summary="One lead, both sides of it", responses=TAGGED
)
def show_lead(call: CallDep, lead: LeadPath, top: Top = 50) -> Response:
    """Return a lead: what speaks for the people beside what speaks against, and what was said.

    Its `ETag` is what a verdict sends back as `If-Match`: who was not shown a lead says nothing
    of it.
    """
    view = call.view(Act.TRACE, "lead")
    return reviewed(call.workspace.leads.show(view, lead, TraceSettings(top=top)))


@router.get("/leads/{lead}/explanation", response_model=Json, summary="One lead whole")
def explain_lead(call: CallDep, lead: LeadPath, top: Top = 50) -> Response:
    """Return a lead whole: every hop with its statements, other paths, what was not searched."""
    view, settings = call.view(Act.TRACE, "explain"), TraceSettings(top=top)
    line = call.workspace.tracing.explain(view, lead, settings)
    standing = call.workspace.leads.standing(view, lead, settings).line()
    return answer({**line, "standing": standing})


@router.get(
    "/leads/{lead}/file", response_class=Response, responses=_FILES, summary="One lead as a file"
)
def export_lead(
    call: CallDep,
    lead: LeadPath,
    form: Annotated[Literal["graphml", "gexf", "svg"], Query(description="Of the file.")],
    language: Language = "en",
    top: Top = 50,
) -> Response:
    """Return a lead that a person has confirmed as GraphML, GEXF or SVG, with its handling note."""
    view, settings = call.view(Act.TRACE, "export"), TraceSettings(top=top)
    content = call.workspace.tracing.export(view, lead, form, language, settings)
    name = re.sub(r"[^A-Za-z0-9]", "", lead)[:40]
    headers = {"content-disposition": f'attachment; filename="lead-{name}.{form}"'}
    return Response(content, headers=headers, media_type=KINDS[form])


@router.get("/assessments", response_model=PageOf[AssessmentSaid], summary="What was said of leads")
def list_assessments(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return what was said of leads that the mandate reads, oldest first."""
    held = call.workspace.leads.history(call.reading("assessments"))
    shown, next_ = cut_log(held, cursor, limit)
    return page([_said(one) for one in shown], next_)


@router.get(
    "/leads/{lead}/standing",
    response_model=StandingSaid,
    summary="Where a lead stands",
    responses=TAGGED,
)
def read_standing(request: Request, call: CallDep, lead: LeadPath, top: Top = 50) -> Response:
    """Return where a lead stands; its `ETag` is what an assessment sends as `If-Match`."""
    view = call.view(Act.TRACE, "standing")
    return with_etag(request, _standing(call.workspace, view, lead, TraceSettings(top=top)))


@router.post(
    "/leads/{lead}/assessments", response_model=Assessed, status_code=201, summary="Assess a lead"
)
def assess_lead(
    change: ChangeDep, seen: Seen, lead: LeadPath, body: AssessmentOrder, top: Top = 50
) -> Response:
    """Say where a lead stands. That it holds takes a verdict, after both sides were shown."""

    def act() -> dict[str, str]:
        view, settings = change.view(Act.JUDGE, "assess"), TraceSettings(top=top)
        w = change.workspace
        check_seen(seen, _standing(w, view, lead, settings))
        id_ = w.leads.assess(view, lead, LeadState(body.state), body.reason, settings)
        return {"assessment": id_, "lead_id": lead, "state": body.state}

    return change.once(body, act, 201)


@router.post(
    "/leads/{lead}/verdicts", response_model=Given, status_code=201, summary="A verdict on a lead"
)
def validate_lead(
    change: ChangeDep, seen: Seen, lead: LeadPath, body: LeadVerdict, top: Top = 50
) -> Response:
    """Say whether a lead holds, and why: what the lead stands at is said with it."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "validate lead")
        said = answered(body.verdict, body.reason, body.weighed, seen, takes_two=body.takes_two)
        id_ = change.workspace.leads.validate(view, lead, said, TraceSettings(top=top))
        return {"validation": id_, "verdict": body.verdict}

    return change.once(body, act, 201)


@router.post("/leads/{lead}/second", response_model=Agreed, summary="A second person's word")
def second_lead(
    change: ChangeDep, seen: Seen, lead: LeadPath, body: Agreement, top: Top = 50
) -> Response:
    """Agree as a second person, who was shown the lead too: its verdict stands."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "second lead")
        settings = TraceSettings(top=top)
        change.workspace.leads.second(view, body.verdict, seen, lead, settings)
        return {"validation": body.verdict, "second": "done"}

    return change.once(body, act)


def _standing(w: Workspace, view: View, lead: str, settings: TraceSettings) -> Json:
    _, held = w.leads.found(view, settings)
    if all(one.lead_id != lead for one in (*held.leads, *held.set_aside)):
        raise UnknownLeadError(lead, settings.top)
    found = held.standing.get(lead, Standing())
    said = [_said(one) for one in found.said]
    return {"lead_id": lead, **found.line(), "assessments": said}


def _said(one: Assessment) -> Json:
    return {
        "assessment": one.id, "at": one.at, "who": one.who, "terror": one.terror,
        "crime": one.crime, "state": one.state.value, "reason": one.reason,
        "evidence": len(one.evidence),
    }  # fmt: skip
