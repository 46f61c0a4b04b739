"""Judgements: two records are one, or not, as people say; and what contradicts itself."""

from typing import Annotated, Any, Literal

from fastapi import Path, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act, NotFoundError, View
from maillon.store import Event, Store, Verdict
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import Cursor, Limit, cut, cut_log, page
from maillon.web.api.review import Undoing
from maillon.web.api.said import EntityQuery, Reason, Said
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import LONGEST_ID, Id
from maillon.web.identity import CallDep
from maillon.workspace.judging import place_of_conflict
from maillon.workspace.workspace import Workspace

router = router_of("judgements")

JudgementPath = Annotated[
    str, Path(description="Of the judgement, as it was given.", min_length=1, max_length=100)
]
OtherQuery = Annotated[
    str, Query(max_length=LONGEST_ID, description="Only of the pair of this one and `entity`.")
]


class JudgementSaid(Said):
    """One event of the log."""

    judgement: str
    left: str
    right: str
    verdict: str
    who: str
    at: str
    reason: str
    revokes: str | None
    by: str


class JudgementOrder(Body):
    """What a person says of two records."""

    left: Id
    right: Id
    verdict: Literal["positive", "negative", "unsure"]
    reason: Reason


class Judged(Said):
    """A judgement that was written."""

    judgement: str
    verdict: str


class ConflictSaid(Said):
    """Two clusters that are not joined though something says that they are one."""

    kind: str
    left: str
    right: str
    score: float
    positives: list[str]
    negatives: list[str]
    negative_count: int
    members: list[str]
    member_count: int
    pair_count: int


@router.get("/judgements", response_model=PageOf[JudgementSaid], summary="The judgement log")
def list_judgements(
    call: CallDep, entity: EntityQuery = "", other: OtherQuery = "", cursor: Cursor = "",
    limit: Limit = 100,
) -> Response:  # fmt: skip
    """Return what was said of pairs that the mandate reads, oldest first, taken back or not."""
    view = call.reading("judgements")
    if entity and other:
        held = call.workspace.judging.history(view, entity, other)
    else:
        log, one = call.workspace.store.log(view), entity or other
        held = log.read(touching=[one]) if one else log.read()
    shown, next_ = cut_log(held, cursor, limit)
    return page([_said(one) for one in shown], next_)


@router.post("/judgements", response_model=Judged, status_code=201, summary="Judge two records")
def judge_pair(change: ChangeDep, body: JudgementOrder) -> Response:
    """Say that two records are one, or not, and why; the newest word of a person stands."""
    if body.left == body.right:
        raise HTTPException(422, "right: name two records, not one twice")

    def act() -> dict[str, str]:
        view = change.view(Act.JUDGE, "judge")
        said = judged(change.workspace, view, (body.left, body.right), body.verdict, body.reason)
        return {"judgement": said, "verdict": body.verdict}

    return change.once(body, act, 201)


@router.post(
    "/judgements/{judgement}/revocation", response_model=Judged, summary="Take a judgement back"
)
def revoke_judgement(change: ChangeDep, judgement: JudgementPath, body: Undoing) -> Response:
    """Take a judgement back: both stay in the log."""

    def act() -> dict[str, str]:
        view = change.view(Act.JUDGE, "revoke")
        # pair and labels are those of the event that is taken back
        event = Event("", "", Verdict.REVOKED, body.reason, revokes=judgement)
        id_ = change.workspace.judge(view, event)
        return {"judgement": id_, "verdict": Verdict.REVOKED.value}

    return change.once(body, act)


@router.get("/conflicts", response_model=PageOf[ConflictSaid], summary="What people shall settle")
def list_conflicts(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return what keeps two clusters apart though something says they are one, strongest first.

    With it the pairs of which two people say the contrary: `people differ`.
    """
    held = call.workspace.judging.conflicts(call.view(Act.RESOLVE, "conflicts"))
    shown, next_ = cut(held, place_of_conflict, cursor, limit)
    return page(shown, next_)


def judged(
    workspace: Workspace, view: View, pair: tuple[str, str], verdict: str, reason: str
) -> str:
    """Say that two records are one, or not; return the id of the judgement.

    Raises:
        NotFoundError: The view sees no such record: the same answer for hidden and absent.
        ValueError: There is no such verdict, or the two are one.
    """
    left, right = sorted(pair)
    if left == right or verdict not in {"positive", "negative", "unsure"}:
        raise ValueError("name two records, and positive, negative or unsure")
    labels = _labels(workspace.store, view, left) | _labels(workspace.store, view, right)
    event = Event(left, right, Verdict(verdict), reason, tuple(sorted(labels)))
    return workspace.judge(view, event)


def _labels(store: Store, view: View, entity: str) -> set[int]:
    labels = {one.label for one in store.scan(view, "entity = ?", [entity])}
    if not labels:
        raise NotFoundError(f"no entity {entity}")
    return labels


def _said(one: Event) -> dict[str, Any]:
    return {
        "judgement": one.id, "left": one.left, "right": one.right, "verdict": one.verdict.value,
        "who": one.who, "at": one.at, "reason": one.reason, "revokes": one.revokes,
        "by": one.by.value,
    }  # fmt: skip
