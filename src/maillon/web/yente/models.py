"""The shapes that clients made for yente send and read. Source: yente 5.5.0, public contract."""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

MOST_RESULTS = 500
"""Records of one page."""
FURTHEST = 9_499
"""Largest offset."""
WINDOW = 10_000
"""Offset and page together."""
MOST_QUERIES = 100
"""Queries of one request."""
PAGE = 10
MATCHES = 5
THRESHOLD = 0.7
INSTANT = r"^\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2}(:\d{2})?)?)?$"
LARGEST_INTEGER = 2**31 - 1

DatasetPath = Annotated[
    str, Path(description="A dataset or a collection.", examples=["default"], max_length=200)
]
IdPath = Annotated[
    str, Path(description="An id of a record: its own, or another that it is known by.",
              examples=["NK-1234"], max_length=500)
]  # fmt: skip
Limit = Annotated[int, Query(description="Records to return.", le=MOST_RESULTS)]
Offset = Annotated[int, Query(description="Records to leave out first.", le=FURTHEST)]
Names = Annotated[tuple[str, ...], Query(max_length=500)]
Since = Annotated[str | None, Query(pattern=INSTANT, description="Changed after this instant.")]


class Detail(BaseModel):
    """An error."""

    detail: str | list[dict[str, Any]]


class Status(BaseModel):
    """Whether the service answers."""

    status: str = "ok"


class Total(BaseModel):
    """How many there are."""

    value: int
    relation: str = "eq"


class EntityResponse(BaseModel):
    """A record."""

    model_config = ConfigDict(populate_by_name=True)

    id: str
    caption: str
    schema_: str = Field(alias="schema")
    properties: dict[str, list[Any]]
    datasets: list[str]
    referents: list[str]
    target: bool
    first_seen: str | None = None
    last_seen: str | None = None
    last_change: str | None = None


class Feature(BaseModel):
    """What one kind of fact adds to a score."""

    score: float
    detail: str | None = None
    query: str | None = None
    candidate: str | None = None


class ScoredEntity(EntityResponse):
    """A record with its score."""

    score: float
    match: bool
    explanations: dict[str, Feature]


class Example(BaseModel):
    """A record to match: what is known of it."""

    model_config = ConfigDict(populate_by_name=True)

    id: str | None = None
    schema_: str = Field(alias="schema")
    properties: dict[str, str | list[Any] | int | float | bool | None]


class MatchQuery(BaseModel):
    """Records to match, by names of the client's own choice."""

    weights: dict[str, float] = {}
    config: dict[str, str | int | float | bool | None] = {}
    queries: dict[str, Example]


class Matches(BaseModel):
    """What one record matches."""

    status: int = 200
    results: list[ScoredEntity]
    total: Total
    query: Example


class MatchResponse(BaseModel):
    """What each record matches."""

    responses: dict[str, Matches]
    limit: int


class FacetItem(BaseModel):
    """How often a value is among what was found."""

    name: str
    label: str
    count: int


class FacetResponse(BaseModel):
    """The values of one field."""

    label: str
    values: list[FacetItem]


class SearchResponse(BaseModel):
    """A page of what a search found."""

    limit: int
    offset: int
    total: Total
    results: list[EntityResponse]
    facets: dict[str, FacetResponse]


class AdjacentPage(BaseModel):
    """A page of what is beside a record."""

    limit: int
    offset: int
    total: Total
    results: list[Any]


class AdjacentResponse(BaseModel):
    """A record and what is beside it, by property."""

    entity: EntityResponse
    adjacent: dict[str, AdjacentPage]


class DatasetResponse(BaseModel):
    """A dataset or a collection of them."""

    name: str
    title: str
    version: str | None
    updated_at: str | None
    load: bool
    index_version: str | None
    index_current: bool
    children: list[str]


class CatalogResponse(BaseModel):
    """What can be asked."""

    datasets: list[DatasetResponse]
    current: list[str]
    outdated: list[str]
    index_stale: bool = False


class AlgorithmResponse(BaseModel):
    """A way to score."""

    name: str
    description: str
    features: dict[str, Any]
    docs: dict[str, Any]


class AlgorithmsResponse(BaseModel):
    """The ways to score."""

    algorithms: list[AlgorithmResponse]
    default: str
    best: str
