"""Verbs of hits.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Tagged, Verb, as_body, as_page, as_tagged, without_none
from maillon.client.verbs.shared import Agreed, Given, Reviewed


class GivenTogether(TypedDict):
    """Verdicts that were given, in the order of their hits."""

    validations: Sequence[str]
    verdict: str


class QueuedHit(TypedDict):
    """A hit that waits for a person."""

    hit: str
    kind: str
    ids: Sequence[str]
    at: str
    score: float
    list: str
    band: str
    alert: bool
    why: str
    receipt: str
    waits_for_second: str
    place: str
    source: str
    own: bool
    disputed: str
    decided: str


class WeighedHit(TypedDict):
    """One of several hits, as it was shown."""

    hit: str
    revision: str
    weighed: NotRequired[Sequence[str]]


def list_hits(
    *,
    cursor: str | None = None,
    limit: int | None = None,
    as_of: str | None = None,
    receipt: str | None = None,
    list_: str | None = None,
    source: str | None = None,
    subject: str | None = None,
    entry: str | None = None,
    from_: float | None = None,
    to: float | None = None,
    mine: Literal["", "decided", "waits"] | None = None,
    differ: Literal["", "yes"] | None = None,
    second: Literal["", "yes"] | None = None,
) -> Call[Page[QueuedHit]]:
    """Hits that wait for a person: `GET /api/v1/hits`.

    Return the hits on which nobody has decided, those that wait longest first; or as asked.

    The queue holds what runs found that look for changes (`screen --delta`, jobs).
    """
    return Call(
        "list_hits",
        "GET",
        "/api/v1/hits",
        as_page,
        params={
            "cursor": cursor,
            "limit": limit,
            "as_of": as_of,
            "receipt": receipt,
            "list": list_,
            "source": source,
            "subject": subject,
            "entry": entry,
            "from": from_,
            "to": to,
            "mine": mine,
            "differ": differ,
            "second": second,
        },
    )


def show_hit(hit: str, *, as_of: str | None = None) -> Call[Tagged[Reviewed]]:
    """One hit, both sides of it: `GET /api/v1/hits/{hit}`.

    Return a hit: what speaks for the person beside what speaks against, and what was said.

    Its `ETag` is what a verdict sends back as `If-Match`: who was not shown a hit says nothing
    of it.
    """
    return Call(
        "show_hit",
        "GET",
        f"/api/v1/hits/{quote(str(hit), safe='')}",
        as_tagged,
        params={"as_of": as_of},
    )


def validate_hit(
    hit: str,
    *,
    verdict: Literal["match", "no match", "cannot tell"],
    reason: str,
    as_of: str | None = None,
    weighed: Sequence[str] | None = None,
    takes_two: bool | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Given]:
    """A verdict on a hit: `POST /api/v1/hits/{hit}/verdicts`.

    Say what a hit is, and why. `no match` clears it, as both sides stand.
    """
    return Call(
        "validate_hit",
        "POST",
        f"/api/v1/hits/{quote(str(hit), safe='')}/verdicts",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {"verdict": verdict, "reason": reason, "weighed": weighed, "takes_two": takes_two}
        ),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


def validate_hits(
    *,
    hits: Sequence[WeighedHit],
    verdict: Literal["no match", "cannot tell"],
    reason: str,
    as_of: str | None = None,
    takes_two: bool | None = None,
    key: str | None = None,
) -> Call[GivenTogether]:
    """One verdict on several hits: `POST /api/v1/hits/verdicts`.

    Say of a few hits of one record, or on one entry, what they are, for one reason.

    All are decided or none; each is a verdict and a ledger entry of its own. That they are
    matches is said of each by itself.
    """
    return Call(
        "validate_hits",
        "POST",
        "/api/v1/hits/verdicts",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {"hits": hits, "verdict": verdict, "reason": reason, "takes_two": takes_two}
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def second_hit(
    hit: str,
    *,
    verdict: str,
    as_of: str | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Agreed]:
    """A second person's word: `POST /api/v1/hits/{hit}/second`.

    Agree as a second person, who was shown the hit too: its verdict stands.
    """
    return Call(
        "second_hit",
        "POST",
        f"/api/v1/hits/{quote(str(hit), safe='')}/second",
        as_body,
        params={"as_of": as_of},
        body=without_none({"verdict": verdict}),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


class HitsVerbs:
    """Verbs of hits."""

    list_hits = Verb(list_hits)
    show_hit = Verb(show_hit)
    validate_hit = Verb(validate_hit)
    validate_hits = Verb(validate_hits)
    second_hit = Verb(second_hit)
