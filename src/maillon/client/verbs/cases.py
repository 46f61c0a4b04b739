"""Verbs of cases.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Tagged, Verb, as_body, as_page, as_tagged, without_none


class CaseMember(TypedDict):
    """Who is or was in a case; an empty ``until``: still."""

    who: str
    agency: str
    since: str
    until: str


class CaseSaid(TypedDict):
    """A case of which the caller is or was a member."""

    number: str
    regime: str
    purposes: Sequence[str]
    agencies: Sequence[str]
    leader: str
    legal_basis: str
    reason: str
    opened: str
    expires: str
    closed: str


class Closed(TypedDict):
    """A case that no mandate names any more."""

    case: str
    state: str


class Declared(TypedDict):
    """What was declared."""

    case: str
    conflict: bool


class MemberSaid(TypedDict):
    """Who was added, or taken out."""

    case: str
    member: str
    state: str


class Opened(TypedDict):
    """A case that was opened."""

    case: str


class Renewed(TypedDict):
    """A case with its new end."""

    case: str
    expires: str


def list_cases(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[CaseSaid]]:
    """Own cases: `GET /api/v1/cases`.

    Return the cases of which the mandate's person is or was a member, by number.
    """
    return Call(
        "list_cases",
        "GET",
        "/api/v1/cases",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def open_case(
    *,
    regime: Literal["terrorism", "organised crime", "both"],
    purposes: Sequence[
        Literal["linking", "screening", "intake", "review", "training", "oversight", "retention"]
    ],
    agencies: Sequence[str],
    reason: str,
    expires: str,
    as_of: str | None = None,
    key: str | None = None,
) -> Call[Opened]:
    """Open a case: `POST /api/v1/cases`.

    Open a case with its authorising decision and its end, and lead it.
    """
    return Call(
        "open_case",
        "POST",
        "/api/v1/cases",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "regime": regime,
                "purposes": purposes,
                "agencies": agencies,
                "reason": reason,
                "expires": expires,
            }
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def read_case(case: str, *, as_of: str | None = None) -> Call[Tagged[CaseSaid]]:
    """One case: `GET /api/v1/cases/{case}`.

    Return a case; its `ETag` is what its renewal and its end send as `If-Match`.
    """
    return Call(
        "read_case",
        "GET",
        f"/api/v1/cases/{quote(str(case), safe='')}",
        as_tagged,
        params={"as_of": as_of},
    )


def renew_case(
    case: str,
    *,
    expires: str,
    reason: str,
    as_of: str | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Renewed]:
    """Give it another end: `POST /api/v1/cases/{case}/renewal`.

    Give a case that one leads another end, under a new decision.
    """
    return Call(
        "renew_case",
        "POST",
        f"/api/v1/cases/{quote(str(case), safe='')}/renewal",
        as_body,
        params={"as_of": as_of},
        body=without_none({"expires": expires, "reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


def close_case(
    case: str,
    *,
    reason: str,
    as_of: str | None = None,
    key: str | None = None,
    seen: str | None = None,
) -> Call[Closed]:
    """Close it: `POST /api/v1/cases/{case}/closure`.

    Close a case that one leads: no mandate names it any more.
    """
    return Call(
        "close_case",
        "POST",
        f"/api/v1/cases/{quote(str(case), safe='')}/closure",
        as_body,
        params={"as_of": as_of},
        body=without_none({"reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key, "if-match": seen},
    )


def list_members(
    case: str, *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[CaseMember]]:
    """Who is in it: `GET /api/v1/cases/{case}/members`.

    Return who is and was in a case of which the caller is a member, by account.
    """
    return Call(
        "list_members",
        "GET",
        f"/api/v1/cases/{quote(str(case), safe='')}/members",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def add_member(
    case: str, *, account: str, agency: str, as_of: str | None = None, key: str | None = None
) -> Call[MemberSaid]:
    """Add a member: `POST /api/v1/cases/{case}/members`.

    Add somebody of one of the case's agencies to a case that one leads.
    """
    return Call(
        "add_member",
        "POST",
        f"/api/v1/cases/{quote(str(case), safe='')}/members",
        as_body,
        params={"as_of": as_of},
        body=without_none({"account": account, "agency": agency}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def remove_member(
    case: str, account: str, *, as_of: str | None = None, key: str | None = None
) -> Call[MemberSaid]:
    """Take a member out: `DELETE /api/v1/cases/{case}/members/{account}`.

    Take somebody out of a case that one leads: he reads nothing under it any more.
    """
    return Call(
        "remove_member",
        "DELETE",
        f"/api/v1/cases/{quote(str(case), safe='')}/members/{quote(str(account), safe='')}",
        as_body,
        params={"as_of": as_of},
        takes_key=True,
        headers={"idempotency-key": key},
    )


def declare_interest(
    case: str,
    *,
    conflict: bool,
    as_of: str | None = None,
    reason: str | None = None,
    key: str | None = None,
) -> Call[Declared]:
    """Declare a conflict of interest, or none: `POST /api/v1/cases/{case}/declarations`.

    Declare for oneself whether there is a conflict of interest; a conflict stays.
    """
    return Call(
        "declare_interest",
        "POST",
        f"/api/v1/cases/{quote(str(case), safe='')}/declarations",
        as_body,
        params={"as_of": as_of},
        body=without_none({"conflict": conflict, "reason": reason}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


class CasesVerbs:
    """Verbs of cases."""

    list_cases = Verb(list_cases)
    open_case = Verb(open_case)
    read_case = Verb(read_case)
    renew_case = Verb(renew_case)
    close_case = Verb(close_case)
    list_members = Verb(list_members)
    add_member = Verb(add_member)
    remove_member = Verb(remove_member)
    declare_interest = Verb(declare_interest)
