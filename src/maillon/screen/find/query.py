"""What is looked for in a search index, and what is found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from maillon.model import MaillonError


class QueryError(MaillonError):
    """A query that cannot be asked; its text says why."""

    exit_code: ClassVar[int] = 2
    http_status: ClassVar[int] = 400


@dataclass(frozen=True, slots=True)
class Scope:
    """Among which records is looked.

    Attributes:
        datasets: In one of these.
        include: And in one of these, when any is named.
        exclude: And in none of these.
        schema: Of this schema or one that descends from it; any when empty.
        exclude_schema: Of none of exactly these schemata.
        exclude_ids: With none of these ids, whether a record's own or another of it.
        changed_since: Changed after this instant; empty for any.
        filters: Field and value; the values of one field are alternatives unless `every`.
        every: Whether each filter must hold.
    """

    datasets: tuple[str, ...]
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    schema: str = "Thing"
    exclude_schema: tuple[str, ...] = ()
    exclude_ids: tuple[str, ...] = ()
    changed_since: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    every: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """Where a page of what was found lies: beside a record that was shown.

    Attributes:
        id: Of the record.
        at: How many stood before it.
        is_back: Whether the page ends before it; else it begins after it.
    """

    id: str
    at: int
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Attributes:
        text: Words; empty for all records of the scope.
        scope: Among which.
        simple: Whether the words are words only, not the syntax ``names:x AND (y OR "a b")``.
        fuzzy: Whether a word may differ by a letter.
        limit: Records to return.
        offset: Records to leave out first.
        sort: Field and whether the highest comes first; by relevance when None.
        facets: Fields whose values are counted over all that is found.
        beside: Where the page lies, the best first; ``offset`` and ``sort`` are not asked then.
    """

    text: str
    scope: Scope
    simple: bool = True
    fuzzy: bool = False
    limit: int = 10
    offset: int = 0
    sort: tuple[str, bool] | None = None
    facets: tuple[str, ...] = ()
    beside: Beside | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """How often a value is among what was found."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Page:
    """What was found.

    Attributes:
        lines: Records as clients read them, JSON, best first.
        total: How many there are.
        facets: Counts by field, the most frequent first.
        first: How many of them stand before this page.
    """

    lines: tuple[bytes, ...]
    total: int
    facets: Mapping[str, tuple[Facet, ...]] = field(default_factory=dict)
    first: int = 0
