"""Cases: opened under a decision, with an end, members, and declarations of interest."""

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from maillon.model import Act, NotFoundError, View
from maillon.store.cases import CaseOrder
from maillon.web.api.changing import ChangeDep, Seen, check_seen
from maillon.web.api.paging import Cursor, Limit, cut, page, with_etag
from maillon.web.api.review import Undoing
from maillon.web.api.said import AccountPath, Day, Note, Reason, Said, Short
from maillon.web.api.shapes import TAGGED, Body, PageOf, router_of
from maillon.web.identity import CallDep
from maillon.workspace.workspace import Workspace

router = router_of("cases")

CasePath = Annotated[str, Path(description="Number of the case.", min_length=1, max_length=100)]
Purpose = Literal["linking", "screening", "intake", "review", "training", "oversight", "retention"]
Purposes = Annotated[list[Purpose], Field(min_length=1, max_length=20)]
Agencies = Annotated[list[Short], Field(min_length=1, max_length=50)]


class CaseSaid(Said):
    """A case of which the caller is or was a member."""

    number: str
    regime: str
    purposes: list[str]
    agencies: list[str]
    leader: str
    legal_basis: str
    reason: str
    opened: str
    expires: str
    closed: str


class CaseMember(Said):
    """Who is or was in a case; an empty ``until``: still."""

    who: str
    agency: str
    since: str
    until: str


class CaseBody(Body):
    """What a case is authorised for."""

    regime: Literal["terrorism", "organised crime", "both"]
    purposes: Purposes
    agencies: Agencies
    reason: Reason
    expires: Day


class Opened(Said):
    """A case that was opened."""

    case: str


class Renewal(Body):
    """Another end of a case, and the decision."""

    expires: Day
    reason: Reason


class Renewed(Said):
    """A case with its new end."""

    case: str
    expires: str


class Closed(Said):
    """A case that no mandate names any more."""

    case: str
    state: str


class Member(Body):
    """Whom to add, and for which agency he acts."""

    account: Short
    agency: Short


class MemberSaid(Said):
    """Who was added, or taken out."""

    case: str
    member: str
    state: str


class Interest(Body):
    """Whether there is a conflict of interest."""

    conflict: bool
    reason: Note = ""


class Declared(Said):
    """What was declared."""

    case: str
    conflict: bool


@router.get("/cases", response_model=PageOf[CaseSaid], summary="Own cases")
def list_cases(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the cases of which the mandate's person is or was a member, by number."""
    view = call.view(Act.READ, "cases")
    held = _cases(call.workspace, view)
    shown, next_ = cut(held, lambda one: (one["number"],), cursor, limit)
    return page(shown, next_)


@router.post("/cases", response_model=Opened, status_code=201, summary="Open a case")
def open_case(change: ChangeDep, body: CaseBody) -> Response:
    """Open a case with its authorising decision and its end, and lead it."""

    def act() -> dict[str, str]:
        order = CaseOrder(
            body.regime, tuple(body.purposes), tuple(body.agencies), body.reason, body.expires
        )
        view = change.view(Act.DECIDE, "open case")
        return {"case": change.workspace.store.safeguards.cases.open_case(view, order)}

    return change.once(body, act, 201)


@router.get("/cases/{case}", response_model=CaseSaid, summary="One case", responses=TAGGED)
def read_case(request: Request, call: CallDep, case: CasePath) -> Response:
    """Return a case; its `ETag` is what its renewal and its end send as `If-Match`."""
    return with_etag(request, _case(call.workspace, call.view(Act.READ, "case"), case))


@router.post("/cases/{case}/renewal", response_model=Renewed, summary="Give it another end")
def renew_case(change: ChangeDep, seen: Seen, case: CasePath, body: Renewal) -> Response:
    """Give a case that one leads another end, under a new decision."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "renew case")
        check_seen(seen, _case(change.workspace, view, case))
        kept = change.workspace.store.safeguards.cases
        kept.renew_case(view, case, body.expires, body.reason)
        return {"case": case, "expires": body.expires}

    return change.once(body, act)


@router.post("/cases/{case}/closure", response_model=Closed, summary="Close it")
def close_case(change: ChangeDep, seen: Seen, case: CasePath, body: Undoing) -> Response:
    """Close a case that one leads: no mandate names it any more."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "close case")
        check_seen(seen, _case(change.workspace, view, case))
        change.workspace.store.safeguards.cases.close_case(view, case, body.reason)
        return {"case": case, "state": "closed"}

    return change.once(body, act)


@router.get("/cases/{case}/members", response_model=PageOf[CaseMember], summary="Who is in it")
def list_members(call: CallDep, case: CasePath, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return who is and was in a case of which the caller is a member, by account."""
    held = call.workspace.store.safeguards.cases.members(call.view(Act.READ, "members"), case)
    found = sorted(held, key=lambda one: (one["who"], one["agency"], one["since"]))
    shown, next_ = cut(found, lambda one: (one["who"], one["agency"], one["since"]), cursor, limit)
    return page(shown, next_)


@router.post(
    "/cases/{case}/members", response_model=MemberSaid, status_code=201, summary="Add a member"
)
def add_member(change: ChangeDep, case: CasePath, body: Member) -> Response:
    """Add somebody of one of the case's agencies to a case that one leads."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "add member")
        kept = change.workspace.store.safeguards.cases
        kept.add_member(view, case, body.account, body.agency)
        return {"case": case, "member": body.account, "state": "added"}

    return change.once(body, act, 201)


@router.delete(
    "/cases/{case}/members/{account}", response_model=MemberSaid, summary="Take a member out"
)
def remove_member(change: ChangeDep, case: CasePath, account: AccountPath) -> Response:
    """Take somebody out of a case that one leads: he reads nothing under it any more."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "remove member")
        change.workspace.store.safeguards.cases.remove_member(view, case, account)
        return {"case": case, "member": account, "state": "removed"}

    return change.once(None, act)


@router.post(
    "/cases/{case}/declarations", response_model=Declared, status_code=201,
    summary="Declare a conflict of interest, or none",
)  # fmt: skip
def declare_interest(change: ChangeDep, case: CasePath, body: Interest) -> Response:
    """Declare for oneself whether there is a conflict of interest; a conflict stays."""

    def act() -> dict[str, Any]:
        view = change.view(Act.READ, "declare")
        kept = change.workspace.store.safeguards.cases
        kept.declare(view, case, conflict=body.conflict, reason=body.reason)
        return {"case": case, "conflict": body.conflict}

    return change.once(body, act, 201)


def _cases(w: Workspace, view: View) -> list[dict[str, Any]]:
    held = w.store.safeguards.cases.cases(view)
    return [{name: one[name] for name in CaseSaid.model_fields} for one in held]


def _case(w: Workspace, view: View, number: str) -> dict[str, Any]:
    for one in _cases(w, view):
        if one["number"] == number:
            return one
    raise NotFoundError(f"no case {number} of yours: `maillon mandate cases` lists them")
