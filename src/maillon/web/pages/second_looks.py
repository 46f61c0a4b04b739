"""Second looks: hits to look at again, unseen what was said; and those on which two differ."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from maillon.model import Act, MaillonError, NotFoundError, View
from maillon.store import Validation
from maillon.web.api.paging import Cursor, cut
from maillon.web.api.second_looks import place_of_look
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.hits import PAGE, answer_of, sides_of
from maillon.web.pages.refusing import Refused, refused_of

router = APIRouter(prefix="/{language}", include_in_schema=False)

VerdictId = Annotated[str, Query(min_length=1, max_length=100)]


@router.get("/second-looks")
def second_looks(
    asked: AskedDep, came: Annotated[str, Query(max_length=20)] = "", cursor: Cursor = ""
) -> Response:
    """Show the hits at which to look again, and those on which two differ, by name."""
    view = asked.view(Act.READ, "second looks")
    workspace = asked.service.workspace
    due, following = cut(workspace.second_looks.due(view), place_of_look, cursor, PAGE)
    held = workspace.second_looks.disputed(view)
    pairs = [one["ids"] for one in due] + [list(one.ids) for one in held[:PAGE]]
    return asked.draw(
        "second-looks", here="hits", due=due, next=following, came=came,
        disputed=[one.line() for one in held[:PAGE]], is_more=len(held) > PAGE,
        names=workspace.screening.names(
            view, (id_ for pair in pairs for id_ in pair), "second looks"
        ),
    )  # fmt: skip


@router.get("/second-look")
def second_look(asked: AskedDep, verdict: VerdictId) -> Response:
    """Show a hit as if nobody had decided on it."""
    return _blind(asked, verdict)


@router.post("/second-look")
async def look(asked: AskedDep, verdict: VerdictId) -> Response:
    """Say what the hit is, unseen what the first person said; then show the next one."""
    said = await asked.form()

    def act(view: View) -> Response:
        looks = asked.service.workspace.second_looks
        same = looks.look(view, verdict, answer_of(said))
        return asked.go(f"/second-looks?came={'same' if same else 'differs'}")

    def again(problem: Refused, status: int) -> Response:
        return _blind(asked, verdict, said, problem, status)

    return await run_in_threadpool(_done, asked, "second look", act, again)


@router.get("/disagreement")
def disagreement(asked: AskedDep, verdict: VerdictId) -> Response:
    """Show a hit on which two differ, with what both said."""
    return _both(asked, verdict)


@router.post("/disagreement")
async def settle(asked: AskedDep, verdict: VerdictId) -> Response:
    """Say as a third person what holds."""
    said = await asked.form()

    def act(view: View) -> Response:
        asked.service.workspace.second_looks.settle(view, verdict, answer_of(said))
        return asked.go("/second-looks?came=settled")

    def again(problem: Refused, status: int) -> Response:
        return _both(asked, verdict, said, problem, status)

    return await run_in_threadpool(_done, asked, "settle disagreement", act, again)


def _done(
    asked: Asked, verb: str, act: Callable[[View], Response],
    again: Callable[[Refused, int], Response],
) -> Response:  # fmt: skip
    try:
        return act(asked.view(Act.DECIDE, verb))
    except MaillonError as error:
        return again(refused_of(error, asked.speech), error.http_status)


def _blind(
    asked: Asked, verdict: str, said: dict[str, str] | None = None,
    problem: Refused | None = None, status: int = 200,
) -> Response:  # fmt: skip
    view = asked.view(Act.READ, "second look")
    shown = asked.service.workspace.second_looks.show(view, verdict)
    return asked.draw(
        "hit", here="hits", **sides_of(asked.speech, shown), said=said or {}, problem=problem,
        status=status, waits="", draft=asked.draft("second look", verdict), last=None,
        disputed=None, is_blind=True, state="", among="",
    )  # fmt: skip


def _both(
    asked: Asked, verdict: str, said: dict[str, str] | None = None,
    problem: Refused | None = None, status: int = 200,
) -> Response:  # fmt: skip
    view = asked.view(Act.READ, "disagreement")
    one = _disputed(asked, view, verdict)
    shown = asked.service.workspace.screening.show(view, *one.ids)
    return asked.draw(
        "hit", here="hits", **sides_of(asked.speech, shown), said=said or {}, problem=problem,
        status=status, waits="", draft=asked.draft("disagreement", verdict), last=None,
        disputed=one.line(), is_blind=False, state="", among="",
    )  # fmt: skip


def _disputed(asked: Asked, view: View, verdict: str) -> Validation:
    for one in asked.service.workspace.second_looks.disputed(view):
        if one.id == verdict:
            return one
    raise NotFoundError(f"no verdict {verdict}")
