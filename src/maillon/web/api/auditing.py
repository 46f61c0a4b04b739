"""The ledger: the own acts, who looked, proofs; everybody's acts for oversight."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse

from maillon.model import Act, NotFoundError, RefusedError, View
from maillon.oversight import habits, misuses, rechecks, replay
from maillon.store.ledger_book import LedgerBook
from maillon.store.waiting import last_check
from maillon.web.api.paging import Cursor, Limit, cursor_of, page, parts_of
from maillon.web.api.shapes import PageOf, router_of
from maillon.web.api.words import LONGEST_ID, Day, Json
from maillon.web.depends import answer
from maillon.web.identity import Call, CallDep

if TYPE_CHECKING:
    from maillon.workspace.verdict_replay import VerdictThen

router = router_of("ledger")

NUMBERS = 2**62
"""Numbers of entries are smaller."""


class Entry(BaseModel):
    """One entry of the ledger, as it is told."""

    number: int
    at: str
    who: str
    agency: str
    purpose: str
    legal_basis: str
    case: str
    act: str
    outcome: str
    detail: dict[str, Any]


@router.get("/ledger/entries", response_model=PageOf[Entry], summary="Entries, newest first")
def list_entries(
    call: CallDep,
    act: Annotated[str, Query(max_length=100, description="Only of this act.")] = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """Return the newest entries: oversight reads all, anybody else those of the own account."""
    (before,) = parts_of(cursor, 1) or (0,)
    before = before if isinstance(before, int) and 0 < before < NUMBERS else 0
    view = call.reading("audit list")
    found = _book(call).entries(view, count=limit, before=before, act=act)
    return page(found, cursor_of(found[-1]["number"]) if len(found) == limit else "")


@router.get("/ledger/looks", response_model=PageOf[Entry], summary="Who looked at this")
def who_looked(
    call: CallDep,
    object: Annotated[  # noqa: A002 - the name that clients send
        str, Query(min_length=1, max_length=LONGEST_ID, description="An entity or a lead.")
    ],
) -> Response:
    """Return the acts that looked at an object: all for oversight, else at the own records."""
    view = call.reading("audit who")
    return page(_book(call).who_looked(view, object), "")


@router.get("/ledger/proofs/{number}", response_model=Json, summary="The proof of an entry")
def prove_entry(call: CallDep, number: int) -> Response:
    """Return the proof that an entry is in the log that the newest checkpoint signs."""
    view = call.reading("audit prove")
    checkpoints = _book(call).checkpoints()
    if not checkpoints or not 0 < number < NUMBERS:
        raise NotFoundError(f"no entry {number} under a checkpoint")
    return answer(_book(call).prove(view, number, checkpoints[-1]))


@router.get("/ledger/checkpoints", response_model=PageOf[str], summary="Signed checkpoints")
def list_checkpoints(call: CallDep) -> Response:
    """Return the signed notes that stand in the desk, oldest first: keep one outside."""
    call.reading("audit checkpoints")
    return page(_book(call).checkpoints(), "")


@router.get(
    "/ledger/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    summary="The whole ledger",
)
def export_ledger(call: CallDep) -> Response:
    """Stream the whole ledger as the stand-alone verifier reads it; oversight alone."""
    call.fresh()
    view = _overseer(call, "audit export")

    def lines() -> Iterator[bytes]:
        yield from _book(call).export(view)

    name = {"content-disposition": 'attachment; filename="ledger.txt"'}
    return StreamingResponse(lines(), headers=name, media_type="text/plain; charset=utf-8")


@router.get("/ledger/days", response_model=PageOf[Json], summary="The ledger day by day")
def list_days(call: CallDep) -> Response:
    """Return what each day's entries say; oversight alone."""
    view = _overseer(call, "audit days")
    return page([one.line() for one in replay(call.workspace.store, view)], "")


@router.get("/ledger/misuses", response_model=PageOf[Json], summary="What to ask about")
def list_misuses(call: CallDep) -> Response:
    """Return searches of oneself, bulk browsing, acts without a case; oversight alone."""
    view = _overseer(call, "audit misuse")
    return page([one.line() for one in misuses(call.workspace.store, view)], "")


@router.get("/ledger/habits", response_model=PageOf[Json], summary="How people decide")
def list_habits(
    call: CallDep, since: Annotated[Day | None, Query(description="From this day on.")] = None
) -> Response:
    """Return how people decide on hits and leads, by person and list; oversight alone."""
    view = _overseer(call, "audit habits")
    return page([one.line() for one in habits(call.workspace.store, view, since or "")], "")


@router.get("/ledger/rechecks", response_model=PageOf[Json], summary="Second looks at dismissals")
def list_rechecks(call: CallDep) -> Response:
    """Return how often a second look overturned a dismissal, by list; oversight alone."""
    view = _overseer(call, "audit rechecks")
    return page([one.line() for one in rechecks(call.workspace.store, view)], "")


@router.get("/ledger/verdicts/{verdict}", response_model=Json, summary="A verdict replayed")
def replay_verdict(
    call: CallDep,
    verdict: Annotated[
        str, Path(description="Of the verdict, as it was given.", min_length=1, max_length=100)
    ],
) -> Response:
    """Return a verdict as it was given, with both records as they stood on its day and stand now.

    `proof` says whether these are the very records that were shown: `proved`, `differs`, `gone`
    (erased, not to be read, or never held: they look alike), or `not traced` for a lead.
    """
    return answer(verdict_then(call, verdict, "audit verdict").line())


def verdict_then(call: Call, verdict: str, verb: str) -> "VerdictThen":
    """Return a verdict replayed, for the route and for its page."""
    from maillon.workspace.verdict_replay import replay_verdict as replayed  # noqa: PLC0415 - screening is loaded only when it is compared

    store = call.workspace.store
    now = replace(call, known_on="").view(Act.AUDIT, verb)
    one = store.safeguards.validations.overseen(now, verdict)
    then = replace(call, known_on=one.at[:10]).view(Act.AUDIT, verb)
    return replayed(store, call.workspace.settings, one, then, now)


@router.get("/ledger/check", response_model=Json, summary="The last check of the ledger")
def show_check(call: CallDep) -> Response:
    """Return when the whole ledger was last checked, by whom, with what result; oversight alone.

    An empty object: it never was by a job, `POST /jobs` of the kind `verify`.
    """
    view = _overseer(call, "audit check")
    return answer(last_check(call.workspace.store.house.desk, view) or {})


def _book(call: Call) -> LedgerBook:
    return LedgerBook(call.workspace.store.house.desk)


def _overseer(call: Call, verb: str) -> View:
    if call.mandate.purpose != "oversight":
        raise RefusedError(
            "Directive (EU) 2016/680, art. 25(2) (use of logs)",
            "the ledger of others is read for oversight only", "act for the purpose oversight",
        )  # fmt: skip
    return call.reading(verb)
