"""Hits: the queue, one hit with both sides of it, and what a person makes of it."""

from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from maillon.model import Act, MaillonError, NotFoundError
from maillon.web.api.review import after_of
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.refusing import Refused, refused_of
from maillon.workspace.deciding import Answer

router = APIRouter(prefix="/{language}", include_in_schema=False)

PAGE: Final = 50
VERDICTS: Final = ("match", "no match", "cannot tell")
Word = Annotated[str, Query(max_length=500)]


@router.get("/hits")
def queue(
    asked: AskedDep, dataset: Annotated[str, Query(alias="list", max_length=100)] = "",
    cursor: Annotated[str, Query(max_length=2_000)] = "",
) -> Response:  # fmt: skip
    """Show the hits on which nobody has decided, those that wait longest first."""
    view = asked.view(Act.READ, "hits")
    found = asked.service.workspace.screening.queue(
        view, dataset=dataset, after=after_of(cursor, 4), count=PAGE + 1
    )
    shown = found[:PAGE]
    return asked.draw(
        "hits", here="hits", hits=[one.line() for one in shown], list=dataset,
        next=shown[-1].place if len(found) > PAGE else "",
    )  # fmt: skip


@router.get("/hit")
def hit(asked: AskedDep, subject: Word, entry: Word) -> Response:
    """Show a hit: what speaks for the person beside what speaks against."""
    return _page(asked, subject, entry)


@router.post("/hit")
async def decide(asked: AskedDep, subject: Word, entry: Word) -> Response:
    """Give a verdict on the hit as it was shown, then show the next one that waits."""
    said = await asked.form()

    def do() -> Response:
        try:
            if said.get("second"):
                _second(asked, (subject, entry), said)
            else:
                _validate(asked, (subject, entry), said)
        except MaillonError as error:
            problem = refused_of(error, asked.speech)
            return _page(asked, subject, entry, said, problem, error.http_status)
        return _next(asked)

    return await run_in_threadpool(do)


@router.post("/verdict/undo")
async def undo(asked: AskedDep) -> Response:
    """Take back a verdict on a hit."""
    said = await asked.form()

    def do() -> Response:
        view = asked.view(Act.DECIDE, "undo hit")
        verdict, reason = said.get("verdict", ""), said.get("reason", "")
        asked.service.workspace.screening.undo(view, verdict, reason)
        return asked.go("/hits")

    return await run_in_threadpool(do)


def _validate(asked: Asked, pair: tuple[str, str], said: dict[str, str]) -> None:
    view = asked.view(Act.DECIDE, "validate hit")
    weighed = tuple(one for one in said.get("weighed", "").split("\n") if one)
    asked.service.workspace.screening.validate(
        view, *pair,
        Answer(
            said.get("verdict", ""), said.get("reason", ""), weighed, said.get("revision", ""),
            takes_two=bool(said.get("takes_two")),
        ),
    )  # fmt: skip


def _second(asked: Asked, pair: tuple[str, str], said: dict[str, str]) -> None:
    view = asked.view(Act.DECIDE, "second hit")
    shown = asked.service.workspace.screening.show(view, *pair)
    if shown.waits_for_second != said["second"]:
        raise NotFoundError(f"no verdict {said['second']}")
    asked.service.workspace.screening.second(view, said["second"], said.get("revision", ""))


def _next(asked: Asked) -> Response:
    view = asked.view(Act.READ, "next hit")
    found = asked.service.workspace.screening.queue(view, count=1)
    if not found:
        return asked.go("/hits")
    subject, entry = found[0].ids
    return asked.go(f"/hit?subject={quote(subject, safe='')}&entry={quote(entry, safe='')}")


def _page(
    asked: Asked, subject: str, entry: str, said: dict[str, str] | None = None,
    problem: Refused | None = None, status: int = 200,
) -> Response:  # fmt: skip
    view = asked.view(Act.READ, "hit")
    workspace = asked.service.workspace
    shown = workspace.screening.show(view, subject, entry)
    sides = [_values(asked, view, one) for one in (subject, entry)]
    props = sorted({prop for side in sides for prop in side})
    return asked.draw(
        "hit", here="hits", shown=shown.line(), subject=subject, entry=entry, sides=sides,
        props=props, said=said or {}, problem=problem, status=status, verdicts=VERDICTS,
        waits=shown.waits_for_second, draft=asked.draft("hit", subject, entry),
    )  # fmt: skip


def _values(asked: Asked, view: Any, id_: str) -> dict[str, list[str]]:  # noqa: ANN401 - a view
    """Return the values of a record by property; nothing of one that a file brought."""
    found: dict[str, list[str]] = {}
    for one in asked.service.workspace.statements(view, id_):
        if one.value not in found.setdefault(one.prop, []):
            found[one.prop].append(one.value)
    return {prop: sorted(values) for prop, values in found.items()}
