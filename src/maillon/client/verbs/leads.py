"""Verbs of leads.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import (
    Call,
    Page,
    Tagged,
    Verb,
    as_body,
    as_page,
    as_raw,
    as_tagged,
    without_none,
)
from maillon.client.verbs.shared import Agreed, Given, Reviewed


class Assessed(TypedDict):
    """An assessment that was written."""

    assessment: str
    lead_id: str
    state: str


class AssessmentSaid(TypedDict):
    """One thing that was said of one lead."""

    assessment: str
    at: str
    who: str
    terror: str
    crime: str
    state: str
    reason: str
    evidence: int


class QueuedLead(TypedDict):
    """A lead that waits for a person."""

    kind: str
    ids: Sequence[str]
    at: str
    score: float
    list: str
    state: str
    rank: int
    terror: str
    crime: str
    link_types: Sequence[str]
    waits_for_second: str
    place: str


class StandingSaid(TypedDict):
    """Where a lead stands, and what was said of it, oldest first."""

    lead_id: str
    state: str
    said: Mapping[str, Any] | None
    new_evidence: Sequence[Mapping[str, Any]]
    evidence_gone: int
    assessments: Sequence[AssessmentSaid]


def list_leads(
    *,
    top: int | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[Page[QueuedLead]]:
    """Leads that wait for a person: `GET /api/v1/leads`.

    Return the leads on which nobody has decided, those that wait longest first.
    """
    return Call(
        "list_leads",
        "GET",
        "/api/v1/leads",
        as_page,
        params={"top": top, "cursor": cursor, "limit": limit, "as_of": as_of},
    )


def cover_leads(*, as_of: str | None = None) -> Call[dict[str, Any]]:
    """What a search covers: `GET /api/v1/leads/coverage`.

    Return what was searched for leads and what could not be: nothing found is not no source.
    """
    return Call("cover_leads", "GET", "/api/v1/leads/coverage", as_body, params={"as_of": as_of})


def show_lead(
    lead: str, *, top: int | None = None, as_of: str | None = None
) -> Call[Tagged[Reviewed]]:
    """One lead, both sides of it: `GET /api/v1/leads/{lead}`.

    Return a lead: what speaks for the people beside what speaks against, and what was said.

    Its `ETag` is what a verdict sends back as `If-Match`: who was not shown a lead says nothing
    of it.
    """
    return Call(
        "show_lead",
        "GET",
        f"/api/v1/leads/{quote(str(lead), safe='')}",
        as_tagged,
        params={"top": top, "as_of": as_of},
    )


def explain_lead(
    lead: str, *, top: int | None = None, as_of: str | None = None
) -> Call[dict[str, Any]]:
    """One lead whole: `GET /api/v1/leads/{lead}/explanation`.

    Return a lead whole: every hop with its statements, other paths, what was not searched.
    """
    return Call(
        "explain_lead",
        "GET",
        f"/api/v1/leads/{quote(str(lead), safe='')}/explanation",
        as_body,
        params={"top": top, "as_of": as_of},
    )


def export_lead(
    lead: str,
    *,
    form: Literal["graphml", "gexf", "svg"],
    language: Literal["en", "fr"] | None = None,
    top: int | None = None,
    as_of: str | None = None,
) -> Call[bytes]:
    """One lead as a file: `GET /api/v1/leads/{lead}/file`.

    Return a lead that a person has confirmed as GraphML, GEXF or SVG, with its handling note.
    """
    return Call(
        "export_lead",
        "GET",
        f"/api/v1/leads/{quote(str(lead), safe='')}/file",
        as_raw,
        params={"form": form, "language": language, "top": top, "as_of": as_of},
    )


def list_assessments(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[AssessmentSaid]]:
    """What was said of leads: `GET /api/v1/assessments`.

    Return what was said of leads that the mandate reads, oldest first.
    """
    return Call(
        "list_assessments",
        "GET",
        "/api/v1/assessments",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def read_standing(
    lead: str, *, top: int | None = None, as_of: str | None = None
) -> Call[Tagged[StandingSaid]]:
    """Where a lead stands: `GET /api/v1/leads/{lead}/standing`.

    Return where a lead stands; its `ETag` is what an assessment sends as `If-Match`.
    """
    return Call(
        "read_standing",
        "GET",
        f"/api/v1/leads/{quote(str(lead), safe='')}/standing",
        as_tagged,
        params={"top": top, "as_of": as_of},
    )


def assess_lead(
    lead: str,
    *,
    state: Literal["proposed", "open", "confirmed", "suspected", "refuted", "not assessable"],
    reason: str,
    top: int | None = None,
    as_of: str | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Assessed]:
    """Assess a lead: `POST /api/v1/leads/{lead}/assessments`.

    Say where a lead stands. That it holds takes a verdict, after both sides were shown.
    """
    return Call(
        "assess_lead",
        "POST",
        f"/api/v1/leads/{quote(str(lead), safe='')}/assessments",
        as_body,
        params={"top": top, "as_of": as_of},
        body=without_none({"state": state, "reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


def validate_lead(
    lead: str,
    *,
    verdict: Literal["confirmed", "suspected", "refuted", "not assessable"],
    reason: str,
    top: int | None = None,
    as_of: str | None = None,
    weighed: Sequence[str] | None = None,
    takes_two: bool | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Given]:
    """A verdict on a lead: `POST /api/v1/leads/{lead}/verdicts`.

    Say whether a lead holds, and why: what the lead stands at is said with it.
    """
    return Call(
        "validate_lead",
        "POST",
        f"/api/v1/leads/{quote(str(lead), safe='')}/verdicts",
        as_body,
        params={"top": top, "as_of": as_of},
        body=without_none(
            {"verdict": verdict, "reason": reason, "weighed": weighed, "takes_two": takes_two}
        ),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


def second_lead(
    lead: str,
    *,
    verdict: str,
    top: int | None = None,
    as_of: str | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Agreed]:
    """A second person's word: `POST /api/v1/leads/{lead}/second`.

    Agree as a second person, who was shown the lead too: its verdict stands.
    """
    return Call(
        "second_lead",
        "POST",
        f"/api/v1/leads/{quote(str(lead), safe='')}/second",
        as_body,
        params={"top": top, "as_of": as_of},
        body=without_none({"verdict": verdict}),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


class LeadsVerbs:
    """Verbs of leads."""

    list_leads = Verb(list_leads)
    cover_leads = Verb(cover_leads)
    show_lead = Verb(show_lead)
    explain_lead = Verb(explain_lead)
    export_lead = Verb(export_lead)
    list_assessments = Verb(list_assessments)
    read_standing = Verb(read_standing)
    assess_lead = Verb(assess_lead)
    validate_lead = Verb(validate_lead)
    second_lead = Verb(second_lead)
