"""Several hits of one record, or on one entry, decided at once for one reason."""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maillon.model import Act, MaillonError, NotFoundError
from maillon.store.together import Pair, TogetherError
from maillon.web.api.hits import pair_of
from maillon.web.api.wanted import among_of, query_of
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.hits import Among
from maillon.web.pages.refusing import Refused, refused_of
from maillon.workspace.deciding import place_of
from maillon.workspace.together import MOST_TOGETHER, One

router = APIRouter(prefix="/{language}", include_in_schema=False)

MOST_FIELDS: Final = 1_000
"""Of a form with the facts of several hits."""
_MOST_KEYS: Final = 50
Keys = Annotated[list[str], Query(default_factory=list, max_length=_MOST_KEYS)]


@router.get("/hits/together")
def together(asked: AskedDep, hit: Keys, among: Among = "") -> Response:
    """Show the chosen hits, each with what speaks for the person."""
    return _page(asked, [pair_of(one) for one in hit], among)


@router.post("/hits/together")
async def decide(asked: AskedDep) -> Response:
    """Give one verdict on all of them, or on none; then show the queue again."""
    said = await asked.form(MOST_FIELDS)

    def do() -> Response:
        among = said.get("among", "")
        pairs = [pair_of(one) for one in said.get("hit", "").split("\n") if one]
        try:
            made = _decided(asked, pairs, said)
        except TogetherError as error:
            return _page(asked, pairs, among, said, wrong=error)
        except MaillonError as error:
            problem = refused_of(error, asked.speech)
            return _page(asked, pairs, among, said, problem, status=error.http_status)
        query = query_of(among_of(among))
        return asked.go(f"/hits?{query}&together={made}" if query else f"/hits?together={made}")

    return await run_in_threadpool(do)


def _decided(asked: Asked, pairs: Sequence[Pair], said: dict[str, str]) -> int:
    weighed = [one.partition(" ") for one in said.get("weighed", "").split("\n") if one]
    revisions = said.get("revision", "").split("\n")
    if len(revisions) != len(pairs):
        raise HTTPException(422, "revision: one of each hit")
    ones = [
        One(pair, tuple(code for key, _, code in weighed if key == place_of(*pair)), revision)
        for pair, revision in zip(pairs, revisions, strict=True)
    ]
    view = asked.view(Act.DECIDE, "validate hits")
    made = asked.service.workspace.together.decide(
        view, said.get("verdict", ""), said.get("reason", ""), ones,
        takes_two=bool(said.get("takes_two")),
    )  # fmt: skip
    return len(made)


def _page(
    asked: Asked, pairs: Sequence[Pair], among: str, said: dict[str, str] | None = None,
    problem: Refused | None = None, *, wrong: TogetherError | None = None, status: int = 200,
) -> Response:  # fmt: skip
    view = asked.view(Act.READ, "hits together")
    failed = dict(wrong.each) if wrong else {}
    left = [pair for pair in pairs if pair not in failed]
    shown = asked.service.workspace.together.show(view, pairs)
    gone = {**dict(shown.gone), **failed}
    hits = [{**one.line(), "key": place_of(*one.proposal.ids)} for one in shown.hits
            if one.proposal.ids in left]  # fmt: skip
    return asked.draw(
        "hits-together", here="hits", hits=hits, said=said or {}, problem=problem,
        gone=[_told(asked, pair, error) for pair, error in gone.items()],
        names=_names(asked, gone), among=query_of(among_of(among)),
        weighed=set((said or {}).get("weighed", "").split("\n")), most_together=MOST_TOGETHER,
        draft=asked.draft("hits", *(one for pair in pairs for one in pair)),
        status=wrong.http_status if wrong else status,
    )  # fmt: skip


def _told(asked: Asked, pair: Pair, error: MaillonError) -> dict[str, Any]:
    return {"pair": pair, "problem": refused_of(error, asked.speech)}


def _names(asked: Asked, gone: dict[Pair, MaillonError]) -> dict[str, str]:
    """Return the names of what cannot be decided, as far as it is there for this mandate."""
    there = [pair for pair, error in gone.items() if not isinstance(error, NotFoundError)]
    view = asked.view(Act.READ, "hits together")
    return asked.service.workspace.screening.names(
        view, (one for pair in there for one in pair), "hits together"
    )
