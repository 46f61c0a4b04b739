"""Which records are one: clusters, what an id stands for now, what became of ids."""

from pydantic import BaseModel
from starlette.responses import Response

from maillon.model import Act, NotFoundError
from maillon.web.api.paging import Cursor, Limit, cut, page
from maillon.web.api.shapes import PageOf, router_of
from maillon.web.api.words import EntityPath, Json
from maillon.web.depends import answer
from maillon.web.identity import CallDep
from maillon.workspace import clusters

router = router_of("resolution")


class Cluster(BaseModel):
    """Records that are one, as this mandate's judgements and scores have it."""

    canonical_id: str
    members: list[str]


class Current(BaseModel):
    """What an id stands for now."""

    id: str
    canonical_id: str


class Change(BaseModel):
    """What became of canonical ids."""

    number: int
    id: str
    kind: str
    at: str
    before: list[str]
    after: list[str]
    entities: list[str]
    entity_count: int


@router.get("/clusters", response_model=PageOf[Cluster], summary="Records that are one")
def list_clusters(call: CallDep, cursor: Cursor = "", limit: Limit = 100) -> Response:
    """Return the clusters of two and more records, by canonical id.

    What was loaded or judged since the last resolution is resolved first: a large workspace asks
    for the job `resolve` before.
    """
    found = clusters(call.workspace.resolve(call.view(Act.RESOLVE, "clusters")))
    shown, next_ = cut(found, lambda one: (one[0],), cursor, limit)
    return page([{"canonical_id": name, "members": held} for name, held in shown], next_)


@router.get("/canonical/{entity}", response_model=Current, summary="What an id stands for now")
def current_id(call: CallDep, entity: EntityPath) -> Response:
    """Return the canonical id that any id stands for now, one that was given up long ago too."""
    found = call.workspace.judging.current(call.view(Act.RESOLVE, "current"), entity)
    if found is None:
        raise NotFoundError(f"no record {entity}")
    return answer({"id": entity, "canonical_id": found})


@router.get("/changes", response_model=PageOf[Change], summary="What became of canonical ids")
def list_changes(call: CallDep, cursor: Cursor = "", limit: Limit = 100) -> Response:
    """Return which ids merged, split or were renamed, as this mandate sees it, oldest first."""
    held = call.workspace.judging.changes(call.view(Act.RESOLVE, "changes"))
    numbered: list[Json] = [
        {
            "number": number, "id": one.id, "kind": str(one.kind), "at": one.at,
            "before": list(one.before), "after": list(one.after),
            "entities": list(one.entities), "entity_count": one.entity_count,
        }
        for number, one in enumerate(held, 1)
    ]  # fmt: skip
    shown, next_ = cut(numbered, lambda one: (one["number"],), cursor, limit)
    return page(list(shown), next_)
