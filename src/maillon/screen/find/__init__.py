"""Search by words and by parts of identifiers over what a view reads, whole records and all."""

from maillon.screen.find.ask import Finder, open_finder
from maillon.screen.find.query import Facet, Page, Query, QueryError, Scope
from maillon.screen.find.write import FIND_LAYOUT, finder_name, write_finder

__all__ = [
    "FIND_LAYOUT",
    "Facet",
    "Finder",
    "Page",
    "Query",
    "QueryError",
    "Scope",
    "finder_name",
    "open_finder",
    "write_finder",
]
