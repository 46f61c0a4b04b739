"""``/match``: what records a client's examples may be."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.screen import Screened
from maillon.web.depends import ServiceDep, answer
from maillon.web.service import Service
from maillon.web.yente import models
from maillon.web.yente.algorithms import BEST, algorithm_of
from maillon.web.yente.examples import ExampleError, read_example
from maillon.web.yente.examples import Query as Asked
from maillon.web.yente.explaining import explained
from maillon.web.yente.scoping import Chosen, note, scope_of
from maillon.workspace.finding import Opened

router = APIRouter()

CANDIDATES = 500
"""Hits of one query that the conditions of a request choose from."""


@router.post(
    "/match/{dataset}",
    tags=["Matching"],
    summary="Which records may these be",
    response_model=models.MatchResponse,
    responses={code: {"model": models.Detail} for code in (400, 403, 404, 413, 503)},
)
def match(
    body: models.MatchQuery,
    service: ServiceDep,
    dataset: models.DatasetPath,
    limit: models.Limit = models.MATCHES,
    threshold: Annotated[float, Query(description="Least score of a match.")] = models.THRESHOLD,
    cutoff: Annotated[
        float, Query(description="Least score of a result.", deprecated=True)
    ] = models.THRESHOLD,
    algorithm: Annotated[str, Query(max_length=100)] = BEST,
    include_dataset: models.Names = (),
    exclude_dataset: models.Names = (),
    exclude_schema: models.Names = (),
    topics: models.Names = (),
    changed_since: models.Since = None,
    exclude_entity_ids: Annotated[tuple[str, ...], Query(max_length=50)] = (),
) -> Response:
    """Return for each example the records that it may be, best first, with what made the score.

    The score is Maillon's own: the calibrated probability that both are one. A batch of examples is
    one act in the ledger.
    """
    scope = scope_of(service, dataset)
    chosen = algorithm_of(algorithm)
    for key in body.config:
        if key not in chosen.config:
            raise HTTPException(
                400, f"Invalid configuration parameter for algorithm {chosen.name}: see /algorithms"
            )
    if not body.queries:
        raise HTTPException(400, "No queries provided.")
    if len(body.queries) > models.MOST_QUERIES:
        raise HTTPException(400, f"Too many queries in one batch (limit: {models.MOST_QUERIES})")
    conditions = Chosen(
        frozenset(scope), frozenset(include_dataset), frozenset(exclude_dataset),
        frozenset(exclude_schema), frozenset(exclude_entity_ids), frozenset(topics),
        changed_since or "",
    )  # fmt: skip
    queries = read_all(body.queries, names_only=chosen.names_only)
    floor = min(max(min(cutoff, threshold), 0.0), 1.0)
    found = matched(service, queries, conditions, floor)
    responses = {
        name: {
            "status": 200,
            "results": [
                {**one, "match": one["score"] >= threshold} for one in held[: max(0, limit)]
            ],
            "total": {"value": len(held), "relation": "eq"},
            "query": query.line(),
        }
        for (name, query), held in zip(queries.items(), found, strict=True)
    }
    headers = {"x-batch-size": str(len(responses))}
    return answer({"responses": responses, "limit": limit}, headers)


def read_all(
    examples: Mapping[str, models.Example], *, names_only: bool = False
) -> dict[str, Asked]:
    """Return the examples, read; one that cannot be read is the client's fault: 400."""
    found = {}
    for name, one in examples.items():
        try:
            found[name] = read_example(one.id, one.schema_, one.properties, names_only=names_only)
        except ExampleError as error:
            raise HTTPException(400, f"Cannot parse example entity: {error}") from None
    return found


def matched(
    service: Service, queries: Mapping[str, Asked], conditions: Chosen, threshold: float
) -> list[list[dict[str, Any]]]:
    """Return for each query the records that it may be, best first; the ledger has it before.

    Args:
        service: The service.
        queries: Read examples.
        conditions: Which records are taken.
        threshold: Least score.
    """
    view, opened = service.opened()
    asked = list(queries.values())
    answers = service.matcher.ask(opened, [one.entry for one in asked], threshold, CANDIDATES)
    found = [
        _records(opened, one, screened, conditions)
        for one, screened in zip(asked, answers, strict=True)
    ]
    note(service, view, "match", [each for held in found for each in held], len(asked))
    return found


def _records(
    opened: Opened, query: Asked, screened: Screened, conditions: Chosen
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    seen: set[int] = set()
    for hit in screened.hits:
        number = opened.finder.number(hit.id)
        if number is None or number in seen:
            continue
        seen.add(number)
        (line,) = opened.finder.lines([number])
        record: dict[str, Any] = orjson.loads(line)
        if conditions.takes(record, query.schema):
            record["score"] = hit.scored.score
            record["explanations"] = explained(hit)
            found.append(record)
    return found


def shown(held: Sequence[Mapping[str, Any]], threshold: float) -> list[dict[str, Any]]:
    """Return results with whether each is a match."""
    return [{**one, "match": one["score"] >= threshold} for one in held]
