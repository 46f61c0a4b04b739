"""Verdicts on hits and leads: what people decided, and the taking back of one."""

from typing import Annotated, Literal

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from maillon.model import Act, View
from maillon.store import Store, Validation
from maillon.web.api.changing import ChangeDep, Seen, check_seen
from maillon.web.api.paging import Cursor, Limit, cut_log, page, with_etag
from maillon.web.api.review import Undoing, VerdictPath
from maillon.web.api.said import Said
from maillon.web.api.shapes import TAGGED, PageOf, router_of
from maillon.web.identity import CallDep

router = router_of("verdicts")


class LookSaid(Said):
    """What a second person made of a hit, not knowing of the first; who settled it."""

    verdict: str
    reason: str
    who: str
    at: str
    settled: str
    settled_by: str
    settled_for: str


class VerdictSaid(Said):
    """What a named person made of a hit or lead, and what became of it."""

    validation: str
    kind: str
    left: str
    right: str
    dataset: str
    verdict: str
    reason: str
    who: str
    opened: str
    at: str
    weighed: list[str]
    shown: list[list[str]]
    takes_two: bool
    second: str
    taken_back: str
    taken_back_for: str
    stands: bool
    look: LookSaid | None


class Undone(Said):
    """A verdict that stands no more."""

    validation: str
    taken_back: str


@router.get("/verdicts", response_model=PageOf[VerdictSaid], summary="What people decided")
def list_verdicts(
    call: CallDep,
    kind: Annotated[
        Literal["", "hit", "lead"], Query(description="Of hits or of leads alone.")
    ] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """Return the verdicts that the mandate reads, oldest first, those taken back too."""
    view = call.reading("verdicts")
    held = call.workspace.store.safeguards.validations.read(view)
    found = (one for one in held if kind in {"", one.kind})
    shown, next_ = cut_log(found, cursor, limit)
    return page([one.line() for one in shown], next_)


@router.get(
    "/verdicts/{verdict}", response_model=VerdictSaid, summary="One verdict", responses=TAGGED
)
def read_verdict(request: Request, call: CallDep, verdict: VerdictPath) -> Response:
    """Return a verdict; its `ETag` is what its taking back sends as `If-Match`."""
    view = call.reading("verdict")
    return with_etag(request, _one(call.workspace.store, view, verdict).line())


@router.post("/verdicts/{verdict}/withdrawal", response_model=Undone, summary="Take a verdict back")
def undo_verdict(change: ChangeDep, seen: Seen, verdict: VerdictPath, body: Undoing) -> Response:
    """Take a verdict back: what it was about waits again; both stay in the log."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "undo verdict")
        w = change.workspace
        one = _one(w.store, view, verdict)
        check_seen(seen, one.line())
        undo = w.screening.undo if one.kind == "hit" else w.leads.undo
        undo(view, verdict, body.reason)
        return {"validation": verdict, "taken_back": "done"}

    return change.once(body, act)


def _one(store: Store, view: View, id_: str) -> Validation:
    return store.safeguards.validations.one(view, id_)
