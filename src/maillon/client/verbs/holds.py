"""Verbs of holds.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class HoldSaid(TypedDict):
    """One legal hold; the target of those that others placed is left out."""

    hold: str
    scope: str
    target: str
    authority: str
    review: str
    overdue: bool


class HoldState(TypedDict):
    """A hold, and where it stands."""

    hold: str
    state: str


class Placed(TypedDict):
    """A hold that was placed."""

    hold: str


class UnmaskingAsked(TypedDict):
    """An unmasking that waits for a second person."""

    unmasking: str


class UnmaskingDecided(TypedDict):
    """An unmasking, and what came of it."""

    unmasking: str
    outcome: str


class UnmaskingSaid(TypedDict):
    """One request to see masked properties."""

    unmasking: str
    entities: int
    case: str
    expires: str
    asked_by: str
    decided_by: str
    outcome: str


def list_holds(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[HoldSaid]]:
    """Legal holds: `GET /api/v1/retention/holds`.

    Return the legal holds that stand, oldest first.
    """
    return Call(
        "list_holds",
        "GET",
        "/api/v1/retention/holds",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def place_hold(
    *,
    target: str,
    authority: str,
    review: str,
    reason: str,
    as_of: str | None = None,
    scope: Literal["entity", "statement", "delivery"] | None = None,
    key: str | None = None,
) -> Call[Placed]:
    """Place a hold: `POST /api/v1/retention/holds`.

    Place a legal hold: no path deletes what it names until it is released.
    """
    return Call(
        "place_hold",
        "POST",
        "/api/v1/retention/holds",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "target": target,
                "authority": authority,
                "review": review,
                "reason": reason,
                "scope": scope,
            }
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def release_hold(
    hold: str, *, reason: str, as_of: str | None = None, key: str | None = None
) -> Call[HoldState]:
    """Release a hold: `POST /api/v1/retention/holds/{hold}/release`.

    Release a hold; what it held back is done by the next run.
    """
    return Call(
        "release_hold",
        "POST",
        f"/api/v1/retention/holds/{quote(str(hold), safe='')}/release",
        as_body,
        params={"as_of": as_of},
        body=without_none({"reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def list_unmaskings(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[UnmaskingSaid]]:
    """Unmaskings: `GET /api/v1/retention/unmaskings`.

    Return every request to see masked properties, by the day on which it ends.
    """
    return Call(
        "list_unmaskings",
        "GET",
        "/api/v1/retention/unmaskings",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def ask_unmasking(
    *,
    entities: Sequence[str],
    case: str,
    reason: str,
    until: str,
    as_of: str | None = None,
    key: str | None = None,
) -> Call[UnmaskingAsked]:
    """Ask for it: `POST /api/v1/retention/unmaskings`.

    Ask for masked properties in one case; another person approves.
    """
    return Call(
        "ask_unmasking",
        "POST",
        "/api/v1/retention/unmaskings",
        as_body,
        params={"as_of": as_of},
        body=without_none({"entities": entities, "case": case, "reason": reason, "until": until}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def decide_unmasking(
    unmasking: str, *, approved: bool, as_of: str | None = None, key: str | None = None
) -> Call[UnmaskingDecided]:
    """Approve or refuse it: `POST /api/v1/retention/unmaskings/{unmasking}/decision`.

    Approve or refuse what another person asked for.
    """
    return Call(
        "decide_unmasking",
        "POST",
        f"/api/v1/retention/unmaskings/{quote(str(unmasking), safe='')}/decision",
        as_body,
        params={"as_of": as_of},
        body=without_none({"approved": approved}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


class HoldsVerbs:
    """Verbs of holds."""

    list_holds = Verb(list_holds)
    place_hold = Verb(place_hold)
    release_hold = Verb(release_hold)
    list_unmaskings = Verb(list_unmaskings)
    ask_unmasking = Verb(ask_unmasking)
    decide_unmasking = Verb(decide_unmasking)
