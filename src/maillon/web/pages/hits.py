"""Hits: the queue, one hit with both sides of it, and what a person makes of it."""

from typing import Annotated, Any, Final
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from maillon.model import Act, MaillonError, NotFoundError, View
from maillon.store import Bearing, Fact, HitsWanted
from maillon.web.api.paging import cursor_of, parts_of
from maillon.web.api.review import after_of
from maillon.web.api.wanted import WantedDep, among_of, query_of, values_of
from maillon.web.pages.asked import Asked, AskedDep, Before
from maillon.web.pages.language import Speech
from maillon.web.pages.refusing import Refused, refused_of
from maillon.web.pages.waterfall import waterfall_of
from maillon.workspace.deciding import Answer, Queued, Shown, place_of, state_of
from maillon.workspace.together import MOST_TOGETHER

router = APIRouter(prefix="/{language}", include_in_schema=False)

PAGE: Final = 50
_FIRST: Final = 5
"""How many of the queue are looked at first for the next hit."""
Last = Annotated[str, Query(max_length=100)]
"""The verdict that was given just now."""
_DAYS: Final = frozenset({"same day", "day and month swapped", "one digit differs", "same month"})
_NO_FACT: Final = "name: more than enough"
"""Speaks for the person in the score, and says nothing that a person could give as a reason."""
Word = Annotated[str, Query(max_length=500)]
Among = Annotated[str, Query(max_length=2_000)]
"""Among which hits the next one is looked for: what the address of the queue said of them."""
Together = Annotated[int, Query(ge=0, le=MOST_TOGETHER)]
"""How many were decided together just now."""
MOST_COUNTED: Final = 99
"""How far the page counts what a filter would show."""


@router.get("/hits")
def queue(
    asked: AskedDep, wanted: WantedDep, cursor: Annotated[str, Query(max_length=2_000)] = "",
    last: Last = "", before: Before = 0, together: Together = 0,
) -> Response:  # fmt: skip
    """Show the hits on which nobody has decided, those that wait longest first; or as asked."""
    view = asked.view(Act.READ, "hits")
    screening, store = asked.service.workspace.screening, asked.service.workspace.store
    found = screening.queue(view, wanted, after=after_of(cursor, 4), count=PAGE + 1)
    shown, given = found[:PAGE], _last(asked, view, last)
    also = (given["left"], given["right"]) if given else ()
    names = screening.captions(view, shown, also)
    return asked.draw(
        "hits", here="hits", hits=[_line(one, _among(wanted)) for one in shown],
        names=names, before=before, last=given and {**given, "names": names},
        next=shown[-1].place if len(found) > PAGE else "", query=query_of(wanted),
        among=_among(wanted), wanted=values_of(wanted),
        datasets=sorted({one.dataset for one in store.deliveries(view)}),
        counts={} if asked.is_part else screening.waiting(view, MOST_COUNTED),
        most=MOST_COUNTED, most_together=MOST_TOGETHER, together=together,
    )  # fmt: skip


@router.get("/hit")
def hit(
    asked: AskedDep, subject: Word, entry: Word, last: Last = "", among: Among = ""
) -> Response:
    """Show a hit: what speaks for the person beside what speaks against."""
    return _page(asked, subject, entry, last=last, among=among)


@router.get("/hit/state")
def state(asked: AskedDep, subject: Word, entry: Word) -> Response:
    """Say whether a hit changed since a page of it was opened; nobody is shown anything."""
    view = asked.view(Act.READ, "hit state")
    found = asked.service.workspace.screening.state(view, subject, entry)
    return JSONResponse({"state": found}, headers={"cache-control": "no-store"})


@router.post("/hit")
async def decide(asked: AskedDep, subject: Word, entry: Word, among: Among = "") -> Response:
    """Give a verdict on the hit as it was shown, then show the next one that waits."""
    said = await asked.form()

    def do() -> Response:
        try:
            if said.get("second"):
                made = _second(asked, (subject, entry), said)
            else:
                made = _validate(asked, (subject, entry), said)
        except MaillonError as error:
            problem = refused_of(error, asked.speech)
            return _page(
                asked, subject, entry, said, problem, error.http_status, among=among
            )  # fmt: skip
        return _next(asked, made, among)

    return await run_in_threadpool(do)


@router.post("/verdict/undo")
async def undo(asked: AskedDep) -> Response:
    """Take back a verdict on a hit or a lead, and show it again."""
    said = await asked.form()

    def do() -> Response:
        view = asked.view(Act.DECIDE, "undo hit")
        verdict, reason = said.get("verdict", ""), said.get("reason", "")
        if lead := said.get("lead"):
            asked.service.workspace.leads.undo(view, verdict, reason)
            return asked.go(f"/lead?id={quote(lead, safe='')}")
        asked.service.workspace.screening.undo(view, verdict, reason)
        read = asked.view(Act.READ, "hit taken back")
        one = asked.service.workspace.store.safeguards.validations.one(read, verdict)
        return asked.go(_address(*one.ids))

    return await run_in_threadpool(do)


@router.get("/verdicts")
def decided(
    asked: AskedDep, cursor: Annotated[str, Query(max_length=2_000)] = "", before: Before = 0
) -> Response:
    """Show the own verdicts on hits, newest first, each with its taking back."""
    view = asked.view(Act.READ, "verdicts")
    who = asked.opened.session.who
    held = asked.service.workspace.store.safeguards.validations.read(view)
    mine = [one for one in reversed(held) if one.kind == "hit" and one.who == who]
    (begin,) = parts_of(cursor, 1) or (0,)
    begin = begin if isinstance(begin, int) and begin > 0 else 0
    shown = mine[begin : begin + PAGE]
    return asked.draw(
        "verdicts", here="hits", verdicts=[one.line() for one in shown], number=len(mine),
        names=asked.service.workspace.screening.names(
            view, (id_ for one in shown for id_ in one.ids), "verdicts"
        ),
        next=cursor_of(begin + PAGE) if len(mine) > begin + PAGE else "", before=before,
    )  # fmt: skip


def answer_of(said: dict[str, str]) -> Answer:
    """Return what a form says of a hit or lead."""
    weighed = tuple(one for one in said.get("weighed", "").split("\n") if one)
    return Answer(
        said.get("verdict", ""), said.get("reason", ""), weighed, said.get("revision", ""),
        takes_two=bool(said.get("takes_two")),
    )  # fmt: skip


def _validate(asked: Asked, pair: tuple[str, str], said: dict[str, str]) -> str:
    view = asked.view(Act.DECIDE, "validate hit")
    return asked.service.workspace.screening.validate(view, *pair, answer_of(said))


def _second(asked: Asked, pair: tuple[str, str], said: dict[str, str]) -> str:
    view = asked.view(Act.DECIDE, "second hit")
    shown = asked.service.workspace.screening.show(view, *pair)
    if shown.waits_for_second != said["second"]:
        raise NotFoundError(f"no verdict {said['second']}")
    asked.service.workspace.screening.second(view, said["second"], said.get("revision", ""))
    return said["second"]


def _next(asked: Asked, made: str, among: str = "") -> Response:
    view, wanted = asked.view(Act.READ, "next hit"), among_of(among)
    queue, ids = asked.service.workspace.screening.queue, None
    for count in (_FIRST, PAGE):
        # what one person decided waits for another one: it is no next hit of whoever decides
        found = queue(view, wanted, count=count)
        ids = next((one.ids for one in found if not one.waits_for_second), None)
        if ids is not None or len(found) < count:
            break
    more = f"&{urlencode({'among': among})}" if among else ""
    if ids is not None:
        return asked.go(f"{_address(*ids)}{more}&last={made}")
    query = query_of(wanted)
    return asked.go(f"/hits?{query}&last={made}" if query else f"/hits?last={made}")


def _among(wanted: HitsWanted) -> str:
    """Return the hits among which the next one is looked for; empty: among all that wait."""
    is_plain = not (wanted.mine or wanted.is_disputed or wanted.is_second)
    return query_of(wanted) if is_plain else ""


def _line(one: Queued, among: str) -> dict[str, Any]:
    """Return a hit as the queue shows it: where it opens, and how a form names it."""
    line = one.line()
    if line["disputed"]:
        page = "/disagreement?" + urlencode({"verdict": line["disputed"]})
    elif one.waits_for_second and not line["own"]:
        # whoever is to look again is not told what the first person said
        page = "/second-look?" + urlencode({"verdict": one.waits_for_second})
    else:
        page = _address(*one.ids) + (f"&{urlencode({'among': among})}" if among else "")
    return {**line, "page": page, "key": place_of(*one.ids)}


def _address(subject: str, entry: str) -> str:
    return f"/hit?subject={quote(subject, safe='')}&entry={quote(entry, safe='')}"


def _last(asked: Asked, view: View, verdict: str) -> dict[str, Any] | None:
    """Return the own verdict that was given just now, while it can be taken back; or None."""
    if not verdict:
        return None
    try:
        one = asked.service.workspace.store.safeguards.validations.one(view, verdict)
    except NotFoundError:
        return None
    if one.who != asked.opened.session.who or one.taken_back:
        return None
    return {**one.line(), "names": {}, "lead": ""}


def _page(
    asked: Asked, subject: str, entry: str, said: dict[str, str] | None = None,
    problem: Refused | None = None, status: int = 200, last: str = "", among: str = "",
) -> Response:  # fmt: skip
    view = asked.view(Act.READ, "hit")
    shown = asked.service.workspace.screening.show(view, subject, entry)
    return asked.draw(
        "hit", here="hits", state=state_of(shown.revision), **sides_of(asked.speech, shown),
        said=said or {}, problem=problem, status=status, waits=shown.waits_for_second,
        draft=asked.draft("hit", subject, entry), last=_last(asked, view, last), disputed=None,
        is_blind=False, among=query_of(among_of(among)),
    )  # fmt: skip


def sides_of(speech: Speech, shown: Shown) -> dict[str, Any]:
    """Return what a page shows of a hit: the two records, value beside value, and the score."""
    subject, entry = shown.proposal.ids
    apart = [one.line() for one in shown.facts(Bearing.FOR) if one.code != _NO_FACT]
    props = sorted({prop for side in shown.records for prop in side})
    anchors = {
        (prop, one.value): f"said-{number}-{place}"
        for number, prop in enumerate(props)
        for place, one in enumerate(shown.records[-1].get(prop, ()))
    }
    assert shown.scored is not None  # a hit has a score
    return {
        "shown": shown.line(), "subject": subject, "entry": entry, "sides": shown.records,
        "props": props, "apart": apart, "fall": waterfall_of(speech, shown.scored, anchors),
        "is_name_alone": not apart and not any(map(_tells, shown.facts(Bearing.AGAINST))),
    }  # fmt: skip


def _tells(fact: Fact) -> bool:
    """Return whether a fact that agrees is one that few share: a whole birth date, a document."""
    kind, _, verdict = fact.code.partition(": ")
    return kind == "document" or (kind == "birth date" and verdict in _DAYS)
