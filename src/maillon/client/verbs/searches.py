"""Verbs of searches.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from typing import TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_nothing, as_page, without_none
from maillon.client.verbs.shared import Record


class SearchLine(TypedDict):
    """A search that is kept; `ran`: when it was asked last."""

    search: str
    q: str
    schema: str
    dataset: str
    at: str
    ran: str


def keep_search(
    *,
    q: str,
    as_of: str | None = None,
    schema: str | None = None,
    dataset: str | None = None,
    key: str | None = None,
) -> Call[SearchLine]:
    """Keep a search: `POST /api/v1/searches`.

    Keep a search: its words stand under the own account alone, and go after 180 days unused.
    """
    return Call(
        "keep_search",
        "POST",
        "/api/v1/searches",
        as_body,
        params={"as_of": as_of},
        body=without_none({"q": q, "schema": schema, "dataset": dataset}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def list_searches(*, as_of: str | None = None) -> Call[Page[SearchLine]]:
    """The own searches: `GET /api/v1/searches`.

    Return the searches that the own account keeps, oldest first.
    """
    return Call("list_searches", "GET", "/api/v1/searches", as_page, params={"as_of": as_of})


def ask_search(search: str, *, as_of: str | None = None) -> Call[Page[Record]]:
    """Ask a search again: `POST /api/v1/searches/{search}/runs`.

    Return what is new or changed since a search was asked last, as this mandate reads it now.
    """
    return Call(
        "ask_search",
        "POST",
        f"/api/v1/searches/{quote(str(search), safe='')}/runs",
        as_page,
        params={"as_of": as_of},
    )


def forget_search(search: str, *, as_of: str | None = None) -> Call[None]:
    """Let go of a search: `DELETE /api/v1/searches/{search}`.

    Let go of a search of the own account.
    """
    return Call(
        "forget_search",
        "DELETE",
        f"/api/v1/searches/{quote(str(search), safe='')}",
        as_nothing,
        params={"as_of": as_of},
    )


class SearchesVerbs:
    """Verbs of searches."""

    keep_search = Verb(keep_search)
    list_searches = Verb(list_searches)
    ask_search = Verb(ask_search)
    forget_search = Verb(forget_search)
