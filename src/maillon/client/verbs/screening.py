"""Verbs of screening.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class Answer(TypedDict):
    """What came of one record: no hit and could not look are told apart."""

    id: str
    status: Literal["ok", "could_not_look"]
    locator: str
    hits: Sequence[Mapping[str, Any]]
    reason: NotRequired[str | None]
    cleared: NotRequired[Sequence[Mapping[str, Any]] | None]
    left_out: NotRequired[Sequence[Mapping[str, Any]] | None]
    truncated: NotRequired[bool | None]


class Question(TypedDict):
    """A record to be screened, as FollowTheMoney writes it."""

    id: NotRequired[str]
    schema: NotRequired[str]
    properties: Mapping[str, Sequence[str]]


class Questions(TypedDict):
    """Records to be screened, and how."""

    records: Sequence[Question]
    lists: NotRequired[Sequence[str]]
    use: NotRequired[str]
    threshold: NotRequired[float | None]
    limit: NotRequired[int | None]


class Replay(TypedDict):
    """Whether a receipt still holds."""

    receipt: str
    verdict: Literal["identical", "differs", "erased"]
    reasons: Sequence[str]
    result_sha256: str


class Screening(TypedDict):
    """What came of all of them, in their order, and the receipt under which it can be replayed."""

    receipt: str
    answers: Sequence[Answer]


def screen(
    *,
    records: Sequence[Question],
    as_of: str | None = None,
    lists: Sequence[str] | None = None,
    use: str | None = None,
    threshold: float | None = None,
    limit: int | None = None,
) -> Call[Screening]:
    """Screen a few records: `POST /api/v1/screenings`.

    Screen records against the lists that this mandate reads; leaves a receipt.

    A file of more records is screened by a job: `POST /api/v1/files/questions`.
    """
    return Call(
        "screen",
        "POST",
        "/api/v1/screenings",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {"records": records, "lists": lists, "use": use, "threshold": threshold, "limit": limit}
        ),
    )


def list_receipts(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[dict[str, Any]]]:
    """Receipts of screening: `GET /api/v1/receipts`.

    Return the receipts that this mandate may read, oldest first.
    """
    return Call(
        "list_receipts",
        "GET",
        "/api/v1/receipts",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def show_receipt(receipt: str, *, as_of: str | None = None) -> Call[dict[str, Any]]:
    """One receipt: `GET /api/v1/receipts/{receipt}`.

    Return what was asked of what, by which code and rules, and what came of it.
    """
    return Call(
        "show_receipt",
        "GET",
        f"/api/v1/receipts/{quote(str(receipt), safe='')}",
        as_body,
        params={"as_of": as_of},
    )


def replay(
    receipt: str, *, as_of: str | None = None, body: Questions | None = None
) -> Call[Replay]:
    """Run a receipt again: `POST /api/v1/receipts/{receipt}/replays`.

    Run a receipt again over exactly its deliveries and say whether the result is the same.

    A receipt of records that a request or a file brought needs them again; one of records of
    the workspace needs no body.
    """
    return Call(
        "replay",
        "POST",
        f"/api/v1/receipts/{quote(str(receipt), safe='')}/replays",
        as_body,
        params={"as_of": as_of},
        body=body,
    )


class ScreeningVerbs:
    """Verbs of screening."""

    screen = Verb(screen)
    list_receipts = Verb(list_receipts)
    show_receipt = Verb(show_receipt)
    replay = Verb(replay)
