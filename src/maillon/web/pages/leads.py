"""Leads: ranked; one whole, with both sides of it; the delivered record behind a statement."""

from collections.abc import Container, Sequence
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response

from maillon.model import Act, MaillonError, NotFoundError, StaleError, View
from maillon.nexus import Cut, Lead, TraceSettings
from maillon.sources import adapter
from maillon.store import LeadState
from maillon.store.verdicts import EFFECTIVE
from maillon.web.api.leads import export_lead
from maillon.web.api.paging import Cursor, cursor_of, parts_of
from maillon.web.api.words import Language
from maillon.web.pages.asked import Asked, AskedDep
from maillon.web.pages.covering import in_short, reason_of, told
from maillon.web.pages.hits import answer_of
from maillon.web.pages.language import LANGUAGES
from maillon.web.pages.lead_list import STATES, Wanted, listed
from maillon.web.pages.picturing import picture_of
from maillon.web.pages.refusing import Refused, refused_of
from maillon.web.pages.ties import codes_of
from maillon.workspace.deciding import Shown, state_of

router = APIRouter(prefix="/{language}", include_in_schema=False)

TOP: Final = 200
"""Leads that pages know, best first; a list shows `lead_list.PAGE` of them at once."""
VERDICTS: Final = ("confirmed", "suspected", "refuted", "not assessable")
LONGEST: Final = 20_000
"""Characters of a delivered record that a page shows."""
JUDGING: Final = frozenset({"linking", "review", "training"})
"""Purposes under which somebody says that a lead is in work. Source: law/policies.cedar."""
DECIDING: Final = frozenset({"review", "training"})
"""Purposes under which somebody gives a verdict. Source: as above."""
Code = Annotated[str, Query(max_length=40)]
Words = Annotated[str, Query(max_length=200)]
LeadId = Annotated[str, Query(min_length=1, max_length=100)]


@router.get("/leads")
def leads(
    asked: AskedDep, state: Code = "", link: Code = "", channel: Code = "", terror: Words = "",
    crime: Words = "", new: Code = "", cursor: Cursor = "",
) -> Response:  # fmt: skip
    """Show the leads, the most telling first, with where each stands; and what was set aside."""
    (offset,) = parts_of(cursor, 1) or (0,)
    offset = offset if isinstance(offset, int) and 0 <= offset <= TOP else 0
    view, workspace = asked.view(Act.TRACE, "leads"), asked.service.workspace
    trace, held = workspace.leads.found(view, TraceSettings(top=TOP))
    wanted = Wanted(state, link, channel, terror, crime, new)
    received = {one.id: one.received for one in workspace.store.deliveries(view, current=False)}
    since = workspace.store.visits.last(view)
    found = listed(held, wanted, received, since, offset)
    return asked.draw(
        "leads", here="leads", leads=found.rows, count=found.count, before=offset, top=TOP,
        next=cursor_of(found.following) if found.following else "", found=found, wanted=wanted,
        set_aside=len(held.set_aside), cut=_cut(asked, trace.cut), since=since, states=STATES,
        is_full=len(held.leads) == TOP, covered=_covered(asked, view),
    )  # fmt: skip


@router.post("/leads/visit")
async def visit(asked: AskedDep) -> Response:
    """Note that the own account has seen what is new: it is counted from here on."""
    await asked.form()

    def do() -> Response:
        asked.service.workspace.asking.visit(asked.view(Act.READ, "visit"))
        return asked.go("/leads")

    return await run_in_threadpool(do)


@router.get("/lead")
def lead(asked: AskedDep, id: LeadId) -> Response:  # noqa: A002 - the word of the address
    """Show a lead whole: its paths, the evidence of each hop, what speaks for the people."""
    return _page(asked, id)


@router.get("/lead/state")
def state(asked: AskedDep, id: LeadId) -> Response:  # noqa: A002 - the word of the address
    """Say whether a lead changed since a page of it was opened; nobody is shown anything."""
    view = asked.view(Act.TRACE, "lead state")
    found = asked.service.workspace.leads.state(view, id, TraceSettings(top=TOP))
    return JSONResponse({"state": found}, headers={"cache-control": "no-store"})


@router.post("/lead")
async def decide(asked: AskedDep, id: LeadId) -> Response:  # noqa: A002 - as above
    """Say where a lead stands: a verdict with both sides weighed, or that it is in work."""
    said = await asked.form()

    def do() -> Response:
        try:
            _say(asked, id, said)
        except (MaillonError, ValueError) as error:
            status = getattr(error, "http_status", 422)
            return _page(asked, id, said, refused_of(error, asked.speech), status)
        return asked.go(f"/lead?id={id}")

    return await run_in_threadpool(do)


@router.get("/lead/coverage")
def coverage(asked: AskedDep) -> Response:
    """Show which sources, days and places were searched, and which could not be."""
    view = asked.view(Act.TRACE, "coverage")
    line = asked.service.workspace.tracing.coverage(view, TraceSettings())
    return asked.draw("coverage", here="leads", told=told(asked.speech, line))


@router.get("/lead/file")
def file(
    asked: AskedDep,
    id: LeadId,  # noqa: A002 - as above
    form: Annotated[Literal["graphml", "gexf", "svg"], Query()],
) -> Response:
    """Return a lead that a person has confirmed as a file, as its API twin does."""
    language: Language = "fr" if asked.language == "fr" else "en"
    return export_lead(asked.call, id, form, language, TOP)


@router.get("/delivered")
def delivered(
    asked: AskedDep,
    delivery: Annotated[str, Query(min_length=1, max_length=200)],
    locator: Annotated[str, Query(min_length=1, max_length=500)],
) -> Response:
    """Show the delivered record at a place: what a statement was read from."""
    view = asked.view(Act.READ, "delivered")
    store = asked.service.workspace.store
    with store.original(view, delivery) as (raw, name, options):
        try:
            text = adapter(name).locate(raw, locator, **options)
        except (ValueError, LookupError):
            raise NotFoundError(f"no record {locator} in {delivery}") from None
    store.note(view, "look", {"verb": "delivered", "delivery": delivery})
    return asked.draw(
        "delivered", here="leads", delivery=delivery, locator=locator, text=text[:LONGEST],
        is_cut=len(text) > LONGEST,
    )  # fmt: skip


def _say(asked: Asked, id_: str, said: dict[str, str]) -> None:
    leads, settings = asked.service.workspace.leads, TraceSettings(top=TOP)
    if "state" in said:
        _assess(asked, id_, said)
    elif said.get("second"):
        view = asked.view(Act.DECIDE, "second lead")
        leads.second(view, said["second"], said.get("revision", ""), id_, settings)
    else:
        view = asked.view(Act.DECIDE, "validate lead")
        leads.validate(view, id_, answer_of(said), settings)


def _cut(asked: Asked, cut: Cut | None) -> dict[str, Any] | None:
    """Return why a search was cut, in words; None: it was not."""
    return None if cut is None else {**cut.line(), "why": reason_of(asked.speech, cut.reason)}


def _covered(asked: Asked, view: View) -> dict[str, Any]:
    """Return in short what was searched for leads, and what could not be."""
    with asked.service.workspace.tracing.graph(view) as (graph, _):
        return in_short(asked.speech, graph.meta["coverage"])


def _assess(asked: Asked, id_: str, said: dict[str, str]) -> None:
    """Say where a lead stands, if nobody said anything of it since the page was opened."""
    leads, settings = asked.service.workspace.leads, TraceSettings(top=TOP)
    if said.get("seen", "") != leads.state(asked.view(Act.TRACE, "lead state"), id_, settings):
        raise StaleError("the lead, or what was said of it, changed: look at it again")
    view = asked.view(Act.JUDGE, "assess lead")
    leads.assess(view, id_, LeadState(said["state"]), said.get("reason", ""), settings)


def _leaves(shown: Shown) -> bool:
    """Return whether the newest verdict on a lead as it stands lets it leave as a file."""
    said = [one.said for one in shown.earlier
            if one.what == "verdict" and one.is_same and one.stands]  # fmt: skip
    return bool(said) and said[-1] in EFFECTIVE["lead"] and not shown.waits_for_second


def _page(
    asked: Asked, id_: str, said: dict[str, str] | None = None, problem: Refused | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    view, settings = asked.view(Act.TRACE, "lead"), TraceSettings(top=TOP)
    workspace, purpose = asked.service.workspace, asked.opened.session.mandate.purpose
    shown = workspace.leads.show(view, id_, settings)
    found, held = workspace.leads.found(view, settings)
    (whole,) = [one for one in (*found.leads, *held.set_aside) if one.lead_id == id_]
    standing = workspace.leads.standing(view, id_, settings).line()
    line = whole.line()
    hops = [hop for path in line["paths"] for hop in path["hops"]]
    ends = [hop[side] for hop in hops for side in ("from", "to")]
    drawn = workspace.charting.shown(view, ends)
    return asked.draw(
        "lead", here="leads", id=id_, lead=line, shown=shown.line(), standing=standing,
        said=said or {}, draft=asked.draft("lead", id_),
        state=state_of(shown.revision, sum(one.what == "assessment" for one in shown.earlier)),
        picture=picture_of(line, LANGUAGES[asked.language].direction),
        drawn=drawn, records={one["id"]: one["record"] for one in drawn["nodes"]},
        problem=problem, status=status, waits=shown.waits_for_second,
        weighed=set((said or {}).get("weighed", "").split("\n")),
        codes=codes_of(asked, view, hops), leaves=_leaves(shown),
        judges=purpose in JUDGING, decides=purpose in DECIDING,
        last=_last(asked, view, id_, shown) if purpose in DECIDING else None,
        following=_following(id_, found.leads, {one.lead_id for one in held.leads}),
    )  # fmt: skip


def _last(asked: Asked, view: View, id_: str, shown: Shown) -> dict[str, Any] | None:
    """Return the own verdict on a lead that can be taken back; None: there is none."""
    held = asked.service.workspace.store.safeguards.validations.read(view, shown.proposal)
    who = asked.opened.session.who
    mine = [one for one in held if one.who == who and not one.taken_back]
    if not mine:
        return None
    names = dict(zip(mine[-1].ids, shown.captions, strict=True))
    return {**mine[-1].line(), "names": names, "lead": id_}


def _following(id_: str, leads: Sequence[Lead], listed: Container[str]) -> str:
    """Return the lead after this one, of those that the list shows; empty: it is the last."""
    ids = [one.lead_id for one in leads]
    after = ids[ids.index(id_) + 1 :] if id_ in ids else ids
    return next((one for one in after if one in listed and one != id_), "")
