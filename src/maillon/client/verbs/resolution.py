"""Verbs of resolution.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Any, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page


class Change(TypedDict):
    """What became of canonical ids."""

    number: int
    id: str
    kind: str
    at: str
    before: Sequence[str]
    after: Sequence[str]
    entities: Sequence[str]
    entity_count: int


class Cluster(TypedDict):
    """Records that are one, as this mandate's judgements and scores have it."""

    canonical_id: str
    members: Sequence[str]


class Current(TypedDict):
    """What an id stands for now."""

    id: str
    canonical_id: str


def list_clusters(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[Cluster]]:
    """Records that are one: `GET /api/v1/clusters`.

    Return the clusters of two and more records, by canonical id.

    What was loaded or judged since the last resolution is resolved first: a large workspace
    asks for the job `resolve` before.
    """
    return Call(
        "list_clusters",
        "GET",
        "/api/v1/clusters",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def current_id(entity: str, *, as_of: str | None = None) -> Call[Current]:
    """What an id stands for now: `GET /api/v1/canonical/{entity}`.

    Return the canonical id that any id stands for now, one that was given up long ago too.
    """
    return Call(
        "current_id",
        "GET",
        f"/api/v1/canonical/{quote(str(entity), safe='')}",
        as_body,
        params={"as_of": as_of},
    )


def list_changes(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[Change]]:
    """What became of canonical ids: `GET /api/v1/changes`.

    Return which ids merged, split or were renamed, as this mandate sees it, oldest first.
    """
    return Call(
        "list_changes",
        "GET",
        "/api/v1/changes",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def explain_pair(*, left: str, right: str, as_of: str | None = None) -> Call[dict[str, Any]]:
    """Why two records are one: `GET /api/v1/pairs/explanation`.

    Return which values speak for two records being one, which against, and how much.
    """
    return Call(
        "explain_pair",
        "GET",
        "/api/v1/pairs/explanation",
        as_body,
        params={"left": left, "right": right, "as_of": as_of},
    )


def explain_chain(*, left: str, right: str, as_of: str | None = None) -> Call[dict[str, Any]]:
    """The chain between two records: `GET /api/v1/pairs/chain`.

    Return by which pairs two records are in one cluster, or what keeps them apart.
    """
    return Call(
        "explain_chain",
        "GET",
        "/api/v1/pairs/chain",
        as_body,
        params={"left": left, "right": right, "as_of": as_of},
    )


def next_pairs(
    *, kind: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[dict[str, Any]]]:
    """Which pair to judge next: `GET /api/v1/pairs/next`.

    Return the pairs whose answer teaches most, that nobody has judged; conflicts first.
    """
    return Call(
        "next_pairs",
        "GET",
        "/api/v1/pairs/next",
        as_page,
        params={"kind": kind, "limit": limit, "as_of": as_of},
    )


class ResolutionVerbs:
    """Verbs of resolution."""

    list_clusters = Verb(list_clusters)
    current_id = Verb(current_id)
    list_changes = Verb(list_changes)
    explain_pair = Verb(explain_pair)
    explain_chain = Verb(explain_chain)
    next_pairs = Verb(next_pairs)
