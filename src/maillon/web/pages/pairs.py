"""Same or not: the pair whose answer teaches most, both sides of it, and a person's judgement."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from maillon.model import Act, MaillonError, NotFoundError, View
from maillon.nexus import AroundSettings
from maillon.store import Event, Verdict, standing_events
from maillon.web.api.judging import judged
from maillon.web.api.paging import Cursor, cut
from maillon.web.pages.asked import Asked, AskedDep, Before
from maillon.web.pages.refusing import Refused, refused_of
from maillon.workspace.judging import place_of_conflict

router = APIRouter(prefix="/{language}", include_in_schema=False)

WAITING: Final = 20
NEIGHBOURS: Final = 50
CONFLICTS: Final = 50
"""Conflicts of one page."""
Id = Annotated[str, Query(max_length=500)]
Last = Annotated[str, Query(max_length=1_100)]
"""The judgement that was given just now: both records, and its id."""


@router.get("/pairs")
def pairs(asked: AskedDep, left: Id = "", right: Id = "", last: Last = "") -> Response:
    """Show the pairs to judge; of one, which values speak for one record and which against."""
    return _page(asked, left, right, last=last)


@router.get("/conflicts")
def conflicts(asked: AskedDep, cursor: Cursor = "", before: Before = 0) -> Response:
    """Show the pairs of which judgements, papers or clusters say the contrary."""
    judging = asked.service.workspace.judging
    held = judging.conflicts(asked.view(Act.RESOLVE, "conflicts"))
    shown, following = cut(held, place_of_conflict, cursor, CONFLICTS)
    names = sorted({one[side] for one in shown for side in ("left", "right")})
    captions = judging.captions(asked.view(Act.JUDGE, "pairs"), names)
    return asked.draw(
        "conflicts", here="records", conflicts=shown, captions=captions, next=following,
        before=before,
    )  # fmt: skip


@router.post("/judgement/undo")
async def undo(asked: AskedDep) -> Response:
    """Take back one's last judgement, and show its pair again."""
    said = await asked.form()

    def do() -> Response:
        left, right = said.get("left", ""), said.get("right", "")
        view = asked.view(Act.JUDGE, "revoke")
        own = _own(asked, view, f"{left}\n{right}\n{said.get('judgement', '')}")
        if own is None:
            raise NotFoundError(f"no judgement {said.get('judgement', '')}")
        event = Event("", "", Verdict.REVOKED, said.get("reason", ""), revokes=own["judgement"])
        asked.service.workspace.judge(view, event)
        return asked.go("/pairs?" + urlencode({"left": left, "right": right}))

    return await run_in_threadpool(do)


@router.post("/pairs")
async def judge(asked: AskedDep, left: Id, right: Id) -> Response:
    """Judge a pair, then show the next."""
    said = await asked.form()

    def do() -> Response:
        try:
            view = asked.view(Act.JUDGE, "judge")
            made = judged(
                asked.service.workspace, view, (left, right), said.get("verdict", ""),
                said.get("reason", ""),
            )  # fmt: skip
        except (MaillonError, ValueError) as error:
            status = getattr(error, "http_status", 422)
            return _page(asked, left, right, refused_of(error, asked.speech), status)
        return asked.go("/pairs?" + urlencode({"last": f"{left}\n{right}\n{made}"}))

    return await run_in_threadpool(do)


@router.get("/around")
def around(
    asked: AskedDep, id: Annotated[str, Query(min_length=1, max_length=500)],  # noqa: A002 - the word of the address
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:  # fmt: skip
    """Show what is around a record: counts first, then a page of neighbours."""
    view = asked.view(Act.TRACE, "around")
    settings = AroundSettings(offset=offset, size=NEIGHBOURS)
    found = asked.service.workspace.tracing.around(view, id, settings)
    return asked.draw("around", here="search", id=id, found=found, offset=offset)


def _page(
    asked: Asked, left: str, right: str, problem: Refused | None = None, status: int = 200,
    last: str = "",
) -> Response:  # fmt: skip
    view = asked.view(Act.JUDGE, "pairs")
    judging = asked.service.workspace.judging
    waiting = judging.next_pairs(view, WAITING)
    if not left and waiting.pairs:
        left, right = waiting.pairs[0].left, waiting.pairs[0].right
    given = _own(asked, view, last) if last else None
    names = {one for pair in waiting.pairs for one in (pair.left, pair.right)}
    names |= {given["left"], given["right"]} if given else set()
    chosen, earlier = None, []
    if left and right:
        chosen = judging.explain(asked.view(Act.RESOLVE, "pair"), left, right)
        earlier = _earlier(judging.history(view, left, right))
    return asked.draw(
        "pairs", here="records", waiting=[one.line() for one in waiting.pairs], chosen=chosen,
        captions=judging.captions(view, sorted(names)), earlier=earlier, last=given,
        draft=asked.draft("pair", left, right), left=left, right=right, problem=problem,
        status=status,
    )  # fmt: skip


def _earlier(events: Sequence[Event]) -> list[dict[str, Any]]:
    """Return what was said of a pair, newest first: what holds, what was said after, taken back."""
    revoked = {one.revokes for one in events if one.verdict is Verdict.REVOKED}
    holds = {one.id for one in standing_events(events)}
    return [
        {"verdict": one.verdict.value, "by": one.by.value, "who": one.who, "at": one.at,
         "reason": one.reason, "holds": one.id in holds, "is_back": one.id in revoked}
        for one in reversed(events)
        if one.verdict is not Verdict.REVOKED
    ]  # fmt: skip


def _own(asked: Asked, view: View, said: str) -> dict[str, str] | None:
    """Return the own judgement that an address names, while it can be taken back; or None.

    Args:
        asked: Who asks.
        view: What may be read.
        said: Both records and the judgement, by line.
    """
    parts = said.split("\n")
    if len(parts) != 3:  # noqa: PLR2004 - two records and a judgement
        return None
    left, right, id_ = parts
    events = asked.service.workspace.judging.history(view, left, right)
    revoked = {one.revokes for one in events if one.verdict is Verdict.REVOKED}
    for one in events:
        if one.id == id_ and one.who == asked.opened.session.who and id_ not in revoked:
            return {"judgement": id_, "left": left, "right": right, "verdict": one.verdict.value,
                    "reason": one.reason}  # fmt: skip
    return None
