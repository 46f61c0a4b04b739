"""Verbs of requests.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class Disclosed(TypedDict):
    """One statement that is disclosed."""

    entity: str
    prop: str
    value: str
    dataset: str
    delivery: str
    locator: str


class Extended(TypedDict):
    """A request with its new day."""

    request: str
    due: str


class Filed(TypedDict):
    """A request that was filed."""

    request: str


class Letter(TypedDict):
    """What goes out: the letter, and what is disclosed with it."""

    text: str
    statements: Sequence[Disclosed]


class Named(TypedDict):
    """How many entities the person is said to be."""

    request: str
    entities: int


class RequestSaid(TypedDict):
    """One request, by the number of its paper file; never by name."""

    request: str
    kind: str
    channel: str
    reference: str
    received: str
    due: str
    state: str
    outcome: str
    overdue: bool
    extended: bool
    entities: int
    ground: str
    proposed_by: str


class RequestState(TypedDict):
    """A request, and where it stands."""

    request: str
    state: str


def list_requests(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[RequestSaid]]:
    """Requests: `GET /api/v1/requests`.

    Return every request, the one that is due first before the others.
    """
    return Call(
        "list_requests",
        "GET",
        "/api/v1/requests",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def file_request(
    *,
    kind: Literal["access", "correction", "restriction", "erasure", "indirect"],
    reference: str,
    received: str,
    as_of: str | None = None,
    entities: Sequence[str] | None = None,
    channel: Literal["subject", "authority"] | None = None,
    key: str | None = None,
) -> Call[Filed]:
    """File a request: `POST /api/v1/requests`.

    File a request; its clock runs from the day on which it came in.
    """
    return Call(
        "file_request",
        "POST",
        "/api/v1/requests",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "kind": kind,
                "reference": reference,
                "received": received,
                "entities": entities,
                "channel": channel,
            }
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def read_request(request_id: str, *, as_of: str | None = None) -> Call[RequestSaid]:
    """One request: `GET /api/v1/requests/{request_id}`.

    Return a request; its `ETag` is what each step with it sends as `If-Match`.
    """
    return Call(
        "read_request",
        "GET",
        f"/api/v1/requests/{quote(str(request_id), safe='')}",
        as_body,
        params={"as_of": as_of},
    )


def name_entities(
    request_id: str,
    *,
    as_of: str | None = None,
    entities: Sequence[str] | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Named]:
    """Who the person is: `POST /api/v1/requests/{request_id}/entities`.

    Note which entities the person of a request is; nothing of it is answered yet.
    """
    return Call(
        "name_entities",
        "POST",
        f"/api/v1/requests/{quote(str(request_id), safe='')}/entities",
        as_body,
        params={"as_of": as_of},
        body=without_none({"entities": entities}),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


def extend_request(
    request_id: str,
    *,
    reason: str,
    as_of: str | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Extended]:
    """More time: `POST /api/v1/requests/{request_id}/extension`.

    Extend the time of a request, once.
    """
    return Call(
        "extend_request",
        "POST",
        f"/api/v1/requests/{quote(str(request_id), safe='')}/extension",
        as_body,
        params={"as_of": as_of},
        body=without_none({"reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


def propose_outcome(
    request_id: str,
    *,
    outcome: Literal["grant", "refuse", "no data"],
    as_of: str | None = None,
    ground: Literal["", "inquiry", "prevention", "public security", "national security", "others"]
    | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[RequestState]:
    """Propose an outcome: `POST /api/v1/requests/{request_id}/proposal`.

    Propose what a request shall come to; another person decides.
    """
    return Call(
        "propose_outcome",
        "POST",
        f"/api/v1/requests/{quote(str(request_id), safe='')}/proposal",
        as_body,
        params={"as_of": as_of},
        body=without_none({"outcome": outcome, "ground": ground}),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


def decide_request(
    request_id: str,
    *,
    agreed: bool,
    as_of: str | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[RequestState]:
    """Decide a request: `POST /api/v1/requests/{request_id}/decision`.

    Agree to what another person proposed, or send it back; what was granted is done.
    """
    return Call(
        "decide_request",
        "POST",
        f"/api/v1/requests/{quote(str(request_id), safe='')}/decision",
        as_body,
        params={"as_of": as_of},
        body=without_none({"agreed": agreed}),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


def answer_request(request_id: str, *, as_of: str | None = None) -> Call[Letter]:
    """Answer a request: `POST /api/v1/requests/{request_id}/answer`.

    Return the letter, and what is disclosed; whoever is told nothing gets the same words.

    The first answer closes the request; asked again, it is made anew: no letter is kept.
    """
    return Call(
        "answer_request",
        "POST",
        f"/api/v1/requests/{quote(str(request_id), safe='')}/answer",
        as_body,
        params={"as_of": as_of},
    )


class RequestsVerbs:
    """Verbs of requests."""

    list_requests = Verb(list_requests)
    file_request = Verb(file_request)
    read_request = Verb(read_request)
    name_entities = Verb(name_entities)
    extend_request = Verb(extend_request)
    propose_outcome = Verb(propose_outcome)
    decide_request = Verb(decide_request)
    answer_request = Verb(answer_request)
