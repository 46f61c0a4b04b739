"""Verbs of recipients.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from typing import TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class Acknowledged(TypedDict):
    """A notice that was answered."""

    notice: str
    acknowledgement: str


class NoticeSaid(TypedDict):
    """What one recipient is to be told."""

    notice: str
    recipient: str
    reference: str
    object: str
    kind: str
    rule: str
    at: str
    acknowledged_at: str
    acknowledgement: str


class NoticesMade(TypedDict):
    """How many recipients are to be told."""

    notices: int


class TransferNoted(TypedDict):
    """A transfer that was noted."""

    recipient: str


def note_transfer(
    *, target: str, recipient: str, reference: str, as_of: str | None = None, key: str | None = None
) -> Call[TransferNoted]:
    """Note a transfer: `POST /api/v1/retention/transfers`.

    Note who was given an object, so that they hear when it is corrected or erased.
    """
    return Call(
        "note_transfer",
        "POST",
        "/api/v1/retention/transfers",
        as_body,
        params={"as_of": as_of},
        body=without_none({"target": target, "recipient": recipient, "reference": reference}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def tell_correction(
    *, target: str, reason: str, as_of: str | None = None, key: str | None = None
) -> Call[NoticesMade]:
    """Tell of one: `POST /api/v1/retention/corrections`.

    Tell everyone who was given an object that it was corrected.
    """
    return Call(
        "tell_correction",
        "POST",
        "/api/v1/retention/corrections",
        as_body,
        params={"as_of": as_of},
        body=without_none({"target": target, "reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def list_recipient_notices(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[NoticeSaid]]:
    """Who is to be told: `GET /api/v1/retention/notices`.

    Return who is to be told what, oldest first, answered or not.
    """
    return Call(
        "list_recipient_notices",
        "GET",
        "/api/v1/retention/notices",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def acknowledge_notice(
    notice: str, *, acknowledgement: str, as_of: str | None = None, key: str | None = None
) -> Call[Acknowledged]:
    """What they answered: `POST /api/v1/retention/notices/{notice}/acknowledgement`.

    Note what a recipient answered.
    """
    return Call(
        "acknowledge_notice",
        "POST",
        f"/api/v1/retention/notices/{quote(str(notice), safe='')}/acknowledgement",
        as_body,
        params={"as_of": as_of},
        body=without_none({"acknowledgement": acknowledgement}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


class RecipientsVerbs:
    """Verbs of recipients."""

    note_transfer = Verb(note_transfer)
    tell_correction = Verb(tell_correction)
    list_recipient_notices = Verb(list_recipient_notices)
    acknowledge_notice = Verb(acknowledge_notice)
