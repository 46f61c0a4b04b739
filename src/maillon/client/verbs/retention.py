"""Verbs of retention.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class DueSaid(TypedDict):
    """One thing that is due."""

    delivery: str
    category: str
    what: str
    on: str
    rule: str
    provision: str


class EvidenceNoted(TypedDict):
    """A note of evidence that was written."""

    evidence: str


class OrderedOutput(TypedDict):
    """An order that is in force; whether there was anything is not told."""

    tombstone: str
    kind: str


class ReviewDecided(TypedDict):
    """A review, and what it came to."""

    review: str
    outcome: str


class ReviewSaid(TypedDict):
    """One review of a delivery before its end."""

    review: str
    delivery: str
    expires: str
    opened: str
    outcome: str
    reason: str
    who: str


class TombstoneSaid(TypedDict):
    """One erasure or restriction; never of whom."""

    tombstone: str
    kind: str
    scope: str
    rule: str
    path: str
    at: str
    state: str


class TombstoneState(TypedDict):
    """A restriction, and where it stands."""

    tombstone: str
    state: str


def list_due(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[DueSaid]]:
    """What is due: `GET /api/v1/retention/due`.

    Return what is due today in the deliveries of the mandate: the nightly job does it.
    """
    return Call(
        "list_due",
        "GET",
        "/api/v1/retention/due",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def list_reviews(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[ReviewSaid]]:
    """Reviews: `GET /api/v1/retention/reviews`.

    Return the reviews of the mandate's deliveries, oldest first, decided or not.

    Oversight reads them too, and decides none.
    """
    return Call(
        "list_reviews",
        "GET",
        "/api/v1/retention/reviews",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def decide_review(
    review: str,
    *,
    outcome: Literal["expire", "delete"],
    reason: str,
    as_of: str | None = None,
    key: str | None = None,
) -> Call[ReviewDecided]:
    """Decide a review: `POST /api/v1/retention/reviews/{review}/outcome`.

    Say what a review came to: let the period run out, or delete now.
    """
    return Call(
        "decide_review",
        "POST",
        f"/api/v1/retention/reviews/{quote(str(review), safe='')}/outcome",
        as_body,
        params={"as_of": as_of},
        body=without_none({"outcome": outcome, "reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def list_tombstones(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[TombstoneSaid]]:
    """Tombstones: `GET /api/v1/retention/tombstones`.

    Return the erasures and restrictions that the mandate may know of; never of whom.
    """
    return Call(
        "list_tombstones",
        "GET",
        "/api/v1/retention/tombstones",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def erase_data(
    *,
    target: str,
    rule: str,
    reason: str,
    as_of: str | None = None,
    scope: Literal["entity", "statement", "delivery"] | None = None,
    path: Literal["request", "court", "error"] | None = None,
    dataset: str | None = None,
    again: Literal["refuse", "admit"] | None = None,
    key: str | None = None,
) -> Call[OrderedOutput]:
    """Erase: `POST /api/v1/retention/erasures`.

    Erase: at once for every reader, in the files with the next run.

    Whether there was anything to erase is not told.
    """
    return Call(
        "erase_data",
        "POST",
        "/api/v1/retention/erasures",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "target": target,
                "rule": rule,
                "reason": reason,
                "scope": scope,
                "path": path,
                "dataset": dataset,
                "again": again,
            }
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def restrict_data(
    *,
    target: str,
    rule: str,
    reason: str,
    as_of: str | None = None,
    scope: Literal["entity", "statement", "delivery"] | None = None,
    path: Literal["request", "court", "error"] | None = None,
    dataset: str | None = None,
    again: Literal["refuse", "admit"] | None = None,
    key: str | None = None,
) -> Call[OrderedOutput]:
    """Restrict: `POST /api/v1/retention/restrictions`.

    Restrict: it is kept as evidence, and nobody but oversight sees it.
    """
    return Call(
        "restrict_data",
        "POST",
        "/api/v1/retention/restrictions",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "target": target,
                "rule": rule,
                "reason": reason,
                "scope": scope,
                "path": path,
                "dataset": dataset,
                "again": again,
            }
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def lift_restriction(
    tombstone: str, *, reason: str, as_of: str | None = None, key: str | None = None
) -> Call[TombstoneState]:
    """Lift a restriction: `POST /api/v1/retention/restrictions/{tombstone}/lifting`.

    Lift a restriction: what it hid is seen again.
    """
    return Call(
        "lift_restriction",
        "POST",
        f"/api/v1/retention/restrictions/{quote(str(tombstone), safe='')}/lifting",
        as_body,
        params={"as_of": as_of},
        body=without_none({"reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def note_evidence(
    *, entity: str, reason: str, as_of: str | None = None, key: str | None = None
) -> Call[EvidenceNoted]:
    """Note evidence: `POST /api/v1/retention/evidence`.

    Note objective evidence about an entity: it is kept for the long period.
    """
    return Call(
        "note_evidence",
        "POST",
        "/api/v1/retention/evidence",
        as_body,
        params={"as_of": as_of},
        body=without_none({"entity": entity, "reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


class RetentionVerbs:
    """Verbs of retention."""

    list_due = Verb(list_due)
    list_reviews = Verb(list_reviews)
    decide_review = Verb(decide_review)
    list_tombstones = Verb(list_tombstones)
    erase_data = Verb(erase_data)
    restrict_data = Verb(restrict_data)
    lift_restriction = Verb(lift_restriction)
    note_evidence = Verb(note_evidence)
