"""Verbs of breaches.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class BreachSaid(TypedDict):
    """One breach and its clock."""

    breach: str
    what: str
    noticed: str
    due: str
    account: str
    reported_at: str
    overdue: bool


class BreachState(TypedDict):
    """A breach, and where it stands."""

    breach: str
    state: str


class Concerned(TypedDict):
    """Whom a breach may concern: an upper bound."""

    acts: int
    deliveries: Sequence[str]
    persons: Sequence[str]


class Noted(TypedDict):
    """A breach that was noted."""

    breach: str


class ProcessingRecord(TypedDict):
    """The record of processing of one dataset."""

    dataset: str
    format: str
    originator: str
    purposes: str
    legal_basis: str
    handling: str
    category: str
    deliveries: int
    recipients: Sequence[str]
    retention_rule: str
    retention_provision: str
    security: str


def list_breaches(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[BreachSaid]]:
    """Breaches: `GET /api/v1/breaches`.

    Return every breach with its clock, in the order in which they became known.
    """
    return Call(
        "list_breaches",
        "GET",
        "/api/v1/breaches",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def note_breach(
    *,
    what: str,
    noticed: str,
    since: str,
    until: str,
    as_of: str | None = None,
    account: str | None = None,
    datasets: Sequence[str] | None = None,
    key: str | None = None,
) -> Call[Noted]:
    """Note a breach: `POST /api/v1/breaches`.

    Note a breach; its clock runs from the moment at which it became known.
    """
    return Call(
        "note_breach",
        "POST",
        "/api/v1/breaches",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "what": what,
                "noticed": noticed,
                "since": since,
                "until": until,
                "account": account,
                "datasets": datasets,
            }
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def report_breach(
    breach: str, *, as_of: str | None = None, key: str | None = None
) -> Call[BreachState]:
    """It was reported: `POST /api/v1/breaches/{breach}/report`.

    Note that the authority was told of a breach.
    """
    return Call(
        "report_breach",
        "POST",
        f"/api/v1/breaches/{quote(str(breach), safe='')}/report",
        as_body,
        params={"as_of": as_of},
        takes_key=True,
        headers={"idempotency-key": key},
    )


def list_affected(breach: str, *, as_of: str | None = None) -> Call[Concerned]:
    """Whom it concerns: `GET /api/v1/breaches/{breach}/affected`.

    Return whom a breach may concern, as far as the mandate may know of it.
    """
    return Call(
        "list_affected",
        "GET",
        f"/api/v1/breaches/{quote(str(breach), safe='')}/affected",
        as_body,
        params={"as_of": as_of},
    )


def list_processing_records(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[ProcessingRecord]]:
    """Records of processing: `GET /api/v1/processing-records`.

    Return the records of processing, one a dataset, by its name.
    """
    return Call(
        "list_processing_records",
        "GET",
        "/api/v1/processing-records",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


class BreachesVerbs:
    """Verbs of breaches."""

    list_breaches = Verb(list_breaches)
    note_breach = Verb(note_breach)
    report_breach = Verb(report_breach)
    list_affected = Verb(list_affected)
    list_processing_records = Verb(list_processing_records)
