"""Verbs of safeguards.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class Approved(TypedDict):
    """A break-glass that holds, and until when."""

    approved: str
    until: str


class Asked(TypedDict):
    """A break-glass that waits for a second person."""

    request: str


class Categorised(TypedDict):
    """What was said of a person, in which case."""

    case: str
    category: str


class CategorySaid(TypedDict):
    """What one person is in one case, from a day on."""

    case: str
    entity: str
    category: str
    since: str
    reason: str
    who: str
    at: str


class Flags(TypedDict):
    """Kinds that protect an entity today, and `minor` or `age unknown` of a person."""

    entity: str
    flags: Sequence[str]


class GlassSaid(TypedDict):
    """Who broke glass into a compartment of the own agency."""

    id: str
    who: str
    agency: str
    approved_by: str
    compartment: str
    reason: str
    approved: str
    until: str


class GlassWaiting(TypedDict):
    """A break-glass that waits for a second person."""

    id: str
    who: str
    agency: str
    case: str
    compartment: str
    reason: str
    hours: int
    asked: str


class Lifted(TypedDict):
    """A protection that stands no more, and the event that lifted it."""

    lifted: str
    event: str


class Protected(TypedDict):
    """A protection that was written."""

    protection: str


class ProtectionSaid(TypedDict):
    """One thing that protects one entity."""

    id: str
    entity: str
    kind: str
    reason: str
    basis: str
    review: str
    until: str
    who: str
    at: str


def list_protections(
    *,
    entity: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[Page[ProtectionSaid]]:
    """Protections: `GET /api/v1/protections`.

    Return the protections that stand and that the mandate reads, oldest first.
    """
    return Call(
        "list_protections",
        "GET",
        "/api/v1/protections",
        as_page,
        params={"entity": entity, "cursor": cursor, "limit": limit, "as_of": as_of},
    )


def protect_entity(
    *,
    entity: str,
    kind: Literal[
        "minor", "victim", "witness", "humanitarian", "sealed", "restricted", "homonym", "release"
    ],
    reason: str,
    as_of: str | None = None,
    basis: str | None = None,
    review: str | None = None,
    until: str | None = None,
    key: str | None = None,
) -> Call[Protected]:
    """Protect an entity: `POST /api/v1/protections`.

    Protect an entity: from now on it is hidden, or flagged wherever it is shown.

    `sealed`, `restricted` and `witness` hide: who is not cleared gets the answers that he would
    get if it were not there.
    """
    return Call(
        "protect_entity",
        "POST",
        "/api/v1/protections",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "entity": entity,
                "kind": kind,
                "reason": reason,
                "basis": basis,
                "review": review,
                "until": until,
            }
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def lift_protection(
    protection: str, *, reason: str, as_of: str | None = None, key: str | None = None
) -> Call[Lifted]:
    """Lift a protection: `POST /api/v1/protections/{protection}/lifting`.

    Lift a protection; most kinds need a second person.
    """
    return Call(
        "lift_protection",
        "POST",
        f"/api/v1/protections/{quote(str(protection), safe='')}/lifting",
        as_body,
        params={"as_of": as_of},
        body=without_none({"reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def read_flags(*, entity: str, as_of: str | None = None) -> Call[Flags]:
    """What protects one entity: `GET /api/v1/flags`.

    Return what protects an entity on the day that the call reads.
    """
    return Call(
        "read_flags", "GET", "/api/v1/flags", as_body, params={"entity": entity, "as_of": as_of}
    )


def list_categories(
    *, entity: str, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[CategorySaid]]:
    """Categories of a person: `GET /api/v1/categories`.

    Return what a person was said to be in the caller's own cases, oldest first.
    """
    return Call(
        "list_categories",
        "GET",
        "/api/v1/categories",
        as_page,
        params={"entity": entity, "cursor": cursor, "limit": limit, "as_of": as_of},
    )


def categorise_person(
    *,
    entity: str,
    category: Literal[
        "suspect", "convicted", "victim", "witness", "contact", "other", "unclassified"
    ],
    reason: str,
    as_of: str | None = None,
    since: str | None = None,
    key: str | None = None,
) -> Call[Categorised]:
    """Categorise: `POST /api/v1/categories`.

    Say what a person is in the mandate's case; who is not categorised does not go out.
    """
    return Call(
        "categorise_person",
        "POST",
        "/api/v1/categories",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {"entity": entity, "category": category, "reason": reason, "since": since}
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def list_glass(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[GlassSaid]]:
    """Who broke glass: `GET /api/v1/break-glass`.

    Return the break-glasses into compartments of the mandate's agency, oldest first.
    """
    return Call(
        "list_glass",
        "GET",
        "/api/v1/break-glass",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def ask_glass(
    *,
    compartment: str,
    reason: str,
    as_of: str | None = None,
    hours: int | None = None,
    key: str | None = None,
) -> Call[Asked]:
    """Ask for a compartment: `POST /api/v1/break-glass`.

    Ask for a compartment in an emergency; a second person approves.

    The answer does not tell whether there is such a compartment.
    """
    return Call(
        "ask_glass",
        "POST",
        "/api/v1/break-glass",
        as_body,
        params={"as_of": as_of},
        body=without_none({"compartment": compartment, "reason": reason, "hours": hours}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def list_waiting_glass(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[GlassWaiting]]:
    """Which break-glasses wait: `GET /api/v1/break-glass/waiting`.

    Return what waits for a second person in the mandate's agency; others than supervisors, own.

    Whether there is such a compartment is not told.
    """
    return Call(
        "list_waiting_glass",
        "GET",
        "/api/v1/break-glass/waiting",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def approve_glass(
    glass: str, *, as_of: str | None = None, key: str | None = None
) -> Call[Approved]:
    """Approve it: `POST /api/v1/break-glass/{glass}/approval`.

    Approve what another person asked for; every agency that has something in it is told.
    """
    return Call(
        "approve_glass",
        "POST",
        f"/api/v1/break-glass/{quote(str(glass), safe='')}/approval",
        as_body,
        params={"as_of": as_of},
        takes_key=True,
        headers={"idempotency-key": key},
    )


class SafeguardsVerbs:
    """Verbs of safeguards."""

    list_protections = Verb(list_protections)
    protect_entity = Verb(protect_entity)
    lift_protection = Verb(lift_protection)
    read_flags = Verb(read_flags)
    list_categories = Verb(list_categories)
    categorise_person = Verb(categorise_person)
    list_glass = Verb(list_glass)
    ask_glass = Verb(ask_glass)
    list_waiting_glass = Verb(list_waiting_glass)
    approve_glass = Verb(approve_glass)
