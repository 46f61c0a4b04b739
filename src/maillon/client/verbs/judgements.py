"""Verbs of judgements.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class ConflictSaid(TypedDict):
    """Two clusters that are not joined though something says that they are one."""

    kind: str
    left: str
    right: str
    score: float
    positives: Sequence[str]
    negatives: Sequence[str]
    negative_count: int
    members: Sequence[str]
    member_count: int
    pair_count: int


class Judged(TypedDict):
    """A judgement that was written."""

    judgement: str
    verdict: str


class JudgementSaid(TypedDict):
    """One event of the log."""

    judgement: str
    left: str
    right: str
    verdict: str
    who: str
    at: str
    reason: str
    revokes: str | None
    by: str


def list_judgements(
    *,
    entity: str | None = None,
    other: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[Page[JudgementSaid]]:
    """The judgement log: `GET /api/v1/judgements`.

    Return what was said of pairs that the mandate reads, oldest first, taken back or not.
    """
    return Call(
        "list_judgements",
        "GET",
        "/api/v1/judgements",
        as_page,
        params={"entity": entity, "other": other, "cursor": cursor, "limit": limit, "as_of": as_of},
    )


def judge_pair(
    *,
    left: str,
    right: str,
    verdict: Literal["positive", "negative", "unsure"],
    reason: str,
    as_of: str | None = None,
    key: str | None = None,
) -> Call[Judged]:
    """Judge two records: `POST /api/v1/judgements`.

    Say that two records are one, or not, and why; the newest word of a person stands.
    """
    return Call(
        "judge_pair",
        "POST",
        "/api/v1/judgements",
        as_body,
        params={"as_of": as_of},
        body=without_none({"left": left, "right": right, "verdict": verdict, "reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def revoke_judgement(
    judgement: str, *, reason: str, as_of: str | None = None, key: str | None = None
) -> Call[Judged]:
    """Take a judgement back: `POST /api/v1/judgements/{judgement}/revocation`.

    Take a judgement back: both stay in the log.
    """
    return Call(
        "revoke_judgement",
        "POST",
        f"/api/v1/judgements/{quote(str(judgement), safe='')}/revocation",
        as_body,
        params={"as_of": as_of},
        body=without_none({"reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def list_conflicts(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[ConflictSaid]]:
    """What people shall settle: `GET /api/v1/conflicts`.

    Return what keeps two clusters apart though something says they are one, strongest first.

    With it the pairs of which two people say the contrary: `people differ`.
    """
    return Call(
        "list_conflicts",
        "GET",
        "/api/v1/conflicts",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


class JudgementsVerbs:
    """Verbs of judgements."""

    list_judgements = Verb(list_judgements)
    judge_pair = Verb(judge_pair)
    revoke_judgement = Verb(revoke_judgement)
    list_conflicts = Verb(list_conflicts)
