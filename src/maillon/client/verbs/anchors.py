"""Verbs of anchors.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class AnchorSaid(TypedDict):
    """An entity that people call an anchor; not approved, it counts for nothing."""

    id: str
    entity: str
    topic: str
    basis: str
    grade: str
    reason: str
    expires: str
    who: str
    asked: str
    approved_by: str
    approved: str
    removed: str


class AnchorState(TypedDict):
    """An anchor, and what became of it."""

    anchor: str
    state: str


class Proposed(TypedDict):
    """An anchor that waits for a second person."""

    anchor: str


def list_anchors(
    *,
    entity: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[Page[AnchorSaid]]:
    """Anchors by hand: `GET /api/v1/anchors`.

    Return the anchors by hand that the mandate reads, oldest first; ended ones too.
    """
    return Call(
        "list_anchors",
        "GET",
        "/api/v1/anchors",
        as_page,
        params={"entity": entity, "cursor": cursor, "limit": limit, "as_of": as_of},
    )


def propose_anchor(
    *,
    entity: str,
    topic: str,
    basis: str,
    grade: Literal["A1", "A2", "A3", "B1", "B2", "B3"],
    reason: str,
    expires: str,
    as_of: str | None = None,
    key: str | None = None,
) -> Call[Proposed]:
    """Propose an anchor: `POST /api/v1/anchors`.

    Propose an anchor by hand: the heaviest act there is; a second person approves.
    """
    return Call(
        "propose_anchor",
        "POST",
        "/api/v1/anchors",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "entity": entity,
                "topic": topic,
                "basis": basis,
                "grade": grade,
                "reason": reason,
                "expires": expires,
            }
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def approve_anchor(
    anchor: str, *, as_of: str | None = None, key: str | None = None
) -> Call[AnchorState]:
    """Approve it: `POST /api/v1/anchors/{anchor}/approval`.

    Approve what another person proposed: it is an anchor from now on.
    """
    return Call(
        "approve_anchor",
        "POST",
        f"/api/v1/anchors/{quote(str(anchor), safe='')}/approval",
        as_body,
        params={"as_of": as_of},
        takes_key=True,
        headers={"idempotency-key": key},
    )


def end_anchor(
    anchor: str, *, reason: str, as_of: str | None = None, key: str | None = None
) -> Call[AnchorState]:
    """End it: `POST /api/v1/anchors/{anchor}/end`.

    End an anchor, or withdraw a proposal: the next search is without it.
    """
    return Call(
        "end_anchor",
        "POST",
        f"/api/v1/anchors/{quote(str(anchor), safe='')}/end",
        as_body,
        params={"as_of": as_of},
        body=without_none({"reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


class AnchorsVerbs:
    """Verbs of anchors."""

    list_anchors = Verb(list_anchors)
    propose_anchor = Verb(propose_anchor)
    approve_anchor = Verb(approve_anchor)
    end_anchor = Verb(end_anchor)
