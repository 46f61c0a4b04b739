"""Same or not: the pair whose answer teaches most, both sides of it, and a person's judgement."""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from maillon.model import Act, MaillonError
from maillon.nexus import AroundSettings
from maillon.web.api.judging import judged
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.refusing import Refused, refused_of

router = APIRouter(prefix="/{language}", include_in_schema=False)

WAITING: Final = 20
NEIGHBOURS: Final = 50
Id = Annotated[str, Query(max_length=500)]


@router.get("/pairs")
def pairs(asked: AskedDep, left: Id = "", right: Id = "") -> Response:
    """Show the pairs to judge; of one, which values speak for one record and which against."""
    return _page(asked, left, right)


@router.post("/pairs")
async def judge(asked: AskedDep, left: Id, right: Id) -> Response:
    """Judge a pair, then show the next."""
    said = await asked.form()

    def do() -> Response:
        try:
            view = asked.view(Act.JUDGE, "judge")
            judged(
                asked.service.workspace, view, (left, right), said.get("verdict", ""),
                said.get("reason", ""),
            )  # fmt: skip
        except (MaillonError, ValueError) as error:
            status = getattr(error, "http_status", 422)
            return _page(asked, left, right, refused_of(error, asked.speech), status)
        return asked.go("/pairs")

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
    asked: Asked, left: str, right: str, problem: Refused | None = None, status: int = 200
) -> Response:
    view = asked.view(Act.JUDGE, "pairs")
    judging = asked.service.workspace.judging
    waiting = judging.next_pairs(view, WAITING)
    if not left and waiting.pairs:
        left, right = waiting.pairs[0].left, waiting.pairs[0].right
    names = sorted({one for pair in waiting.pairs for one in (pair.left, pair.right)})
    captions = judging.captions(view, names)
    chosen = None
    if left and right:
        chosen = judging.explain(asked.view(Act.RESOLVE, "pair"), left, right)
    return asked.draw(
        "pairs", here="records", waiting=[one.line() for one in waiting.pairs], chosen=chosen,
        captions=captions,
        draft=asked.draft("pair", left, right), left=left, right=right, problem=problem,
        status=status,
    )  # fmt: skip
