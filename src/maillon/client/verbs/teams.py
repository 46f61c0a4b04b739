"""Verbs of teams.

Written by `python3 dev.py client` from the OpenAPI document.
"""

from collections.abc import Sequence
from typing import Literal, TypedDict
from urllib.parse import quote

from maillon.client.call import Call, Page, Verb, as_body, as_page, without_none


class Founded(TypedDict):
    """A team that was founded."""

    team: str


class MemberOutput(TypedDict):
    """Who is or was in a team; an empty ``left``: still."""

    who: str
    agency: str
    since: str
    left: str


class TeamMemberSaid(TypedDict):
    """Who entered or left."""

    team: str
    member: str
    state: str


class TeamSaid(TypedDict):
    """A team that the caller is in."""

    name: str
    agencies: Sequence[str]
    purposes: Sequence[str]
    leader: str
    compartment: str
    agreement: str
    since: str
    until: str
    exit_rule: str
    exit_days: int
    members: Sequence[MemberOutput]


def list_teams(
    *, cursor: str | None = None, limit: int | None = None, as_of: str | None = None
) -> Call[Page[TeamSaid]]:
    """Own teams: `GET /api/v1/teams`.

    Return the teams that the mandate's person is in, by name.
    """
    return Call(
        "list_teams",
        "GET",
        "/api/v1/teams",
        as_page,
        params={"cursor": cursor, "limit": limit, "as_of": as_of},
    )


def found_team(
    *,
    name: str,
    agencies: Sequence[str],
    purposes: Sequence[
        Literal["linking", "screening", "intake", "review", "training", "oversight", "retention"]
    ],
    compartment: str,
    agreement: str,
    since: str,
    until: str,
    as_of: str | None = None,
    exit_rule: Literal["nothing", "reads on"] | None = None,
    exit_days: int | None = None,
    key: str | None = None,
) -> Call[Founded]:
    """Found a joint team: `POST /api/v1/teams`.

    Write the agreement of a joint team, and lead it.
    """
    return Call(
        "found_team",
        "POST",
        "/api/v1/teams",
        as_body,
        params={"as_of": as_of},
        body=without_none(
            {
                "name": name,
                "agencies": agencies,
                "purposes": purposes,
                "compartment": compartment,
                "agreement": agreement,
                "since": since,
                "until": until,
                "exit_rule": exit_rule,
                "exit_days": exit_days,
            }
        ),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def enter_team(
    team: str, *, account: str, agency: str, as_of: str | None = None, key: str | None = None
) -> Call[TeamMemberSaid]:
    """Take somebody into a team: `POST /api/v1/teams/{team}/members`.

    Take somebody of a party into a team that one leads.
    """
    return Call(
        "enter_team",
        "POST",
        f"/api/v1/teams/{quote(str(team), safe='')}/members",
        as_body,
        params={"as_of": as_of},
        body=without_none({"account": account, "agency": agency}),
        takes_key=True,
        headers={"idempotency-key": key},
    )


def leave_team(
    team: str, account: str, *, as_of: str | None = None, key: str | None = None
) -> Call[TeamMemberSaid]:
    """Leave a team: `DELETE /api/v1/teams/{team}/members/{account}`.

    Leave a team, or have somebody leave one that one leads; the exit rule says what stays.
    """
    return Call(
        "leave_team",
        "DELETE",
        f"/api/v1/teams/{quote(str(team), safe='')}/members/{quote(str(account), safe='')}",
        as_body,
        params={"as_of": as_of},
        takes_key=True,
        headers={"idempotency-key": key},
    )


class TeamsVerbs:
    """Verbs of teams."""

    list_teams = Verb(list_teams)
    found_team = Verb(found_team)
    enter_team = Verb(enter_team)
    leave_team = Verb(leave_team)
