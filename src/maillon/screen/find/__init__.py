"""Search by words and by parts of identifiers over what a view reads, whole records and all."""

from maillon.screen.find.ask import DEEPEST, Finder, open_finder
from maillon.screen.find.query import Beside, Facet, Page, Query, QueryError, Scope
from maillon.screen.find.write import FIND_LAYOUT, finder_name, write_finder

__all__ = [
    "DEEPEST",
    "FIND_LAYOUT",
    "Beside",
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
