"""Judgements: two records are one, or not, as people say; and what contradicts itself."""

from typing import Annotated, Any, Literal

from fastapi import Path
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act, NotFoundError, View
from maillon.resolve import Conflict, State
from maillon.store import Event, Store, Verdict
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import Cursor, Limit, cut, cut_log, page
from maillon.web.api.review import Undoing
from maillon.web.api.said import EntityQuery, Reason, Said
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.api.words import Id
from maillon.web.identity import CallDep
from maillon.workspace.workspace import Workspace

router = router_of("judgements")

JudgementPath = Annotated[
    str, Path(description="Of the judgement, as it was given.", min_length=1, max_length=100)
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
    call: CallDep, entity: EntityQuery = "", cursor: Cursor = "", limit: Limit = 100
) -> Response:
    """Return what was said of pairs that the mandate reads, oldest first, taken back or not."""
    view = call.reading("judgements")
    log = call.workspace.store.log(view)
    held = log.read(touching=[entity]) if entity else log.read()
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
    """Return what keeps two clusters apart though something says they are one, strongest first."""
    found = call.workspace.resolve(call.view(Act.RESOLVE, "conflicts"))
    held = sorted((_conflict(found.state, one) for one in found.clusters.conflicts), key=_place)
    shown, next_ = cut(held, _place, cursor, limit)
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


def _conflict(state: State, one: Conflict) -> dict[str, Any]:
    return {
        "kind": one.kind.value, "left": state.name(one.left), "right": state.name(one.right),
        "score": round(float(one.score), 6), "positives": list(one.positives),
        "negatives": list(one.negatives), "negative_count": one.negative_count,
        "members": [state.name(number) for number in one.members],
        "member_count": one.member_count, "pair_count": one.pair_count,
    }  # fmt: skip


def _place(one: dict[str, Any]) -> tuple[str | int, ...]:
    return round((1 - one["score"]) * 1e6), one["left"], one["right"], one["kind"]
