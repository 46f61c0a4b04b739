"""A search that is kept, asked again: what is new or changed since it was asked last."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maillon.model import View
from maillon.screen.find import Page, Query, Scope
from maillon.store.saved_searches import SavedSearch

if TYPE_CHECKING:
    from maillon.workspace.finding import Opened
    from maillon.workspace.workspace import Workspace

_SLACK = timedelta(seconds=1)
"""What came in the very second of the last asking is told again: nothing is missed."""


def asked_again(
    workspace: "Workspace", view: View, opened: "Opened", search: SavedSearch,
    shown: tuple[int, tuple[str, ...]],
) -> Page:  # fmt: skip
    """Return what of a search is new or changed since it was asked last; it counts anew from now.

    Args:
        workspace: The workspace.
        view: Under which view: what it may not read is not new.
        opened: What it finds in.
        search: Of the view's own account.
        shown: How many records, and which facets.
    """
    limit, facets = shown
    query = query_of(search, opened.datasets, limit, facets)
    found = workspace.finding.search(view, opened, query, "search again")
    workspace.store.searches.asked(view, search.id)
    return found


def query_of(
    search: SavedSearch, datasets: tuple[str, ...], limit: int, facets: tuple[str, ...]
) -> Query:
    """Return the query for what is new or changed since a search was asked last."""
    return Query(
        search.words, Scope(datasets, schema=search.schema, changed_since=since_of(search.ran)),
        limit=limit, facets=facets,
    )  # fmt: skip


def since_of(ran: str) -> str:
    """Return the instant after which things are new to who asked at another, to the second."""
    return (datetime.fromisoformat(ran) - _SLACK).strftime("%Y-%m-%dT%H:%M:%S")
