"""Verbs of deliveries.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_nothing, as_page, without_none


class Accepted(TypedDict):
    """The job that loads a file that was let in."""

    job: str


class Delivery(TypedDict):
    """One dated file of a dataset."""

    id: str
    dataset: str
    sha256: str
    size: int
    received: str
    statements: int
    entities: int
    records_unreadable: int
    purged: int


class DeliveryProposal(TypedDict):
    """A file that waits to be let in, or what became of it."""

    id: str
    dataset: str
    name: str
    sha256: str
    size: int
    state: str
    job: str
    who: str
    reason: str
    at: str
    decided: str


class Format(TypedDict):
    """One format that is read."""

    name: str
    spec: str
    mode: Literal["snapshot", "messages"]
    options: Mapping[str, str]


class Standing(TypedDict):
    """How a source stands."""

    dataset: str
    last: str
    delivery: str
    rejects: int
    expected: str
    overdue_since: str
    error: str
    error_at: str
    waiting: int


def list_formats(*, as_of: str | None = None) -> Call[Page[Format]]:
    """Formats that are read: `GET /api/v1/formats`.

    Return the formats, each with its specification and the options of its adapter.
    """
    return Call("list_formats", "GET", "/api/v1/formats", as_page, params={"as_of": as_of})


def list_deliveries(
    *,
    all_: bool | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[Page[Delivery]]:
    """Deliveries: `GET /api/v1/deliveries`.

    Return the deliveries that this mandate can see, as it sees them, oldest first.
    """
    return Call(
        "list_deliveries",
        "GET",
        "/api/v1/deliveries",
        as_page,
        params={"all": all_, "cursor": cursor, "limit": limit, "as_of": as_of},
    )


def show_delivery(delivery: str, *, as_of: str | None = None) -> Call[Delivery]:
    """One delivery: `GET /api/v1/deliveries/{delivery}`.

    Return a delivery as this mandate sees it.
    """
    return Call(
        "show_delivery",
        "GET",
        f"/api/v1/deliveries/{quote(str(delivery), safe='')}",
        as_body,
        params={"as_of": as_of},
    )


def list_sources(*, as_of: str | None = None) -> Call[Page[Standing]]:
    """How each source stands: `GET /api/v1/sources`.

    Return when each source delivered last, when the next is due, what went wrong.
    """
    return Call("list_sources", "GET", "/api/v1/sources", as_page, params={"as_of": as_of})


def list_proposals(
    *,
    state: Sequence[Literal["waiting", "accepted", "refused", "replaced"]] | None = None,
    cursor: str | None = None,
    limit: int | None = None,
    as_of: str | None = None,
) -> Call[Page[DeliveryProposal]]:
    """Files that wait: `GET /api/v1/proposals`.

    Return the files of the drop folders that wait for a decision, or that were decided.
    """
    return Call(
        "list_proposals",
        "GET",
        "/api/v1/proposals",
        as_page,
        params={"state": state, "cursor": cursor, "limit": limit, "as_of": as_of},
    )


def accept_proposal(
    proposal: str, *, as_of: str | None = None, key: str | None = None
) -> Call[Accepted]:
    """Let a file in: `POST /api/v1/proposals/{proposal}/acceptance`.

    Let a file in: the job that loads it waits when this answers.
    """
    return Call(
        "accept_proposal",
        "POST",
        f"/api/v1/proposals/{quote(str(proposal), safe='')}/acceptance",
        as_body,
        params={"as_of": as_of},
        takes_key=True,
        headers={"idempotency-key": key},
    )


def refuse_proposal(proposal: str, *, reason: str, as_of: str | None = None) -> Call[None]:
    """Keep a file out: `POST /api/v1/proposals/{proposal}/refusal`.

    Keep a file out, for a reason; it lies in `refused/` then.
    """
    return Call(
        "refuse_proposal",
        "POST",
        f"/api/v1/proposals/{quote(str(proposal), safe='')}/refusal",
        as_nothing,
        params={"as_of": as_of},
        body=without_none({"reason": reason}),
    )


class DeliveriesVerbs:
    """Verbs of deliveries."""

    list_formats = Verb(list_formats)
    list_deliveries = Verb(list_deliveries)
    show_delivery = Verb(show_delivery)
    list_sources = Verb(list_sources)
    list_proposals = Verb(list_proposals)
    accept_proposal = Verb(accept_proposal)
    refuse_proposal = Verb(refuse_proposal)
