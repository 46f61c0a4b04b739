"""Verbs of verdicts.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Tagged, Verb, as_body, as_page, as_tagged, without_none
from maillon.client.verbs.shared import VerdictSaid


class Undone(TypedDict):
    """A verdict that stands no more."""

    validation: str
    taken_back: str


def list_verdicts(
    *,
    kind: Literal["", "hit", "lead"] | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[Page[VerdictSaid]]:
    """What people decided: `GET /api/v1/verdicts`.

    Return the verdicts that the mandate reads, oldest first, those taken back too.
    """
    return Call(
        "list_verdicts",
        "GET",
        "/api/v1/verdicts",
        as_page,
        params={"kind": kind, "cursor": cursor, "limit": limit, "as_of": as_of},
    )


def read_verdict(verdict: str, *, as_of: str | None = None) -> Call[Tagged[VerdictSaid]]:
    """One verdict: `GET /api/v1/verdicts/{verdict}`.

    Return a verdict; its `ETag` is what its taking back sends as `If-Match`.
    """
    return Call(
        "read_verdict",
        "GET",
        f"/api/v1/verdicts/{quote(str(verdict), safe='')}",
        as_tagged,
        params={"as_of": as_of},
    )


def undo_verdict(
    verdict: str,
    *,
    reason: str,
    as_of: str | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Undone]:
    """Take a verdict back: `POST /api/v1/verdicts/{verdict}/withdrawal`.

    Take a verdict back: what it was about waits again; both stay in the log.
    """
    return Call(
        "undo_verdict",
        "POST",
        f"/api/v1/verdicts/{quote(str(verdict), safe='')}/withdrawal",
        as_body,
        params={"as_of": as_of},
        body=without_none({"reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


class VerdictsVerbs:
    """Verbs of verdicts."""

    list_verdicts = Verb(list_verdicts)
    read_verdict = Verb(read_verdict)
    undo_verdict = Verb(undo_verdict)
