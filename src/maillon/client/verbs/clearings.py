"""Verbs of clearings.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from typing import TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class Cleared(TypedDict):
    """A clearing that was written; what is kept under a key names nobody."""

    clearing: str


class ClearingSaid(TypedDict):
    """A clearing, or the taking back of one."""

    clearing: str
    subject: str
    entry: str
    who: str
    at: str
    reason: str
    revokes: str | None
    standing: bool


class Ended(TypedDict):
    """A clearing that stands no more, and the event that ended it."""

    clearing: str
    revokes: str


def list_clearings(
    *,
    entity: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[Page[ClearingSaid]]:
    """Clearings: `GET /api/v1/clearings`.

    Return the clearings that the mandate reads, oldest first, taken back or not.
    """
    return Call(
        "list_clearings",
        "GET",
        "/api/v1/clearings",
        as_page,
        params={"entity": entity, "cursor": cursor, "limit": limit, "as_of": as_of},
    )


def clear_record(
    *, subject: str, entry: str, reason: str, as_of: str | None = None, key: str | None = None
) -> Call[Cleared]:
    """Clear a record: `POST /api/v1/clearings`.

    Say that a record is not an entry on a list: no hit of the two is asked about again.

    It holds for both as they stand now: another version of either is another question.
    """
    return Call(
        "clear_record",
        "POST",
        "/api/v1/clearings",
        as_body,
        params={"as_of": as_of},
        body=without_none({"subject": subject, "entry": entry, "reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def end_clearing(
    clearing: str, *, reason: str, as_of: str | None = None, key: str | None = None
) -> Call[Ended]:
    """End a clearing: `POST /api/v1/clearings/{clearing}/end`.

    Take a clearing back: its hit stands again; both stay in the log.
    """
    return Call(
        "end_clearing",
        "POST",
        f"/api/v1/clearings/{quote(str(clearing), safe='')}/end",
        as_body,
        params={"as_of": as_of},
        body=without_none({"reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


class ClearingsVerbs:
    """Verbs of clearings."""

    list_clearings = Verb(list_clearings)
    clear_record = Verb(clear_record)
    end_clearing = Verb(end_clearing)
