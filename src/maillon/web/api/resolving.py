"""Which records are one: clusters, what an id stands for now, what became of ids."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act, NotFoundError
from maillon.resolve import KINDS
from maillon.web.api.paging import Cursor, Limit, cut, page
from maillon.web.api.shapes import PageOf, router_of
from maillon.web.api.words import LONGEST_ID, EntityPath, Json
from maillon.web.depends import answer
from maillon.web.identity import CallDep
from maillon.workspace import clusters

router = router_of("resolution")

Side = Annotated[
    str, Query(min_length=1, max_length=LONGEST_ID, description="Id of a record.")
]  # fmt: skip


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


class Pairs(PageOf[Json]):
    """Pairs to judge, the most telling first."""

    looked_at: int
    of: int


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


@router.get("/pairs/explanation", response_model=Json, summary="Why two records are one")
def explain_pair(call: CallDep, left: Side, right: Side) -> Response:
    """Return which values speak for two records being one, which against, and how much."""
    return answer(call.workspace.judging.explain(call.view(Act.RESOLVE, "pair"), left, right))


@router.get("/pairs/chain", response_model=Json, summary="The chain between two records")
def explain_chain(call: CallDep, left: Side, right: Side) -> Response:
    """Return by which pairs two records are in one cluster, or what keeps them apart."""
    return answer(call.workspace.judging.why(call.view(Act.RESOLVE, "chain"), left, right))


@router.get("/pairs/next", response_model=Pairs, summary="Which pair to judge next")
def next_pairs(
    call: CallDep,
    kind: Annotated[str, Query(max_length=100, description="Only of this kind.")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> Response:
    """Return the pairs whose answer teaches most, that nobody has judged; conflicts first."""
    if kind and kind not in KINDS:
        raise HTTPException(422, f"kind: one of {', '.join(KINDS)}")
    view = call.view(Act.JUDGE, "next pairs")
    found = call.workspace.judging.next_pairs(view, limit, kind or None)
    captions = call.workspace.judging.captions(
        view, [one for pair in found.pairs for one in (pair.left, pair.right)]
    )
    lines = [
        {**one.line(), "captions": {side: captions[side] for side in (one.left, one.right)}}
        for one in found.pairs
    ]
    return page(lines, "", looked_at=found.looked_at, of=found.of)
