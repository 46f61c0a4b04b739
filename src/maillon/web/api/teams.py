"""Joint teams: an agreement of agencies on one compartment, and who is in it."""

from typing import Annotated, Literal

from fastapi import Path
from pydantic import Field, StringConstraints
from starlette.responses import Response

from maillon.model import Act
from maillon.store.teams import TeamOrder
from maillon.web.api.cases import Agencies, Purposes
from maillon.web.api.changing import ChangeDep
from maillon.web.api.paging import Cursor, Limit, cut, page
from maillon.web.api.said import AccountPath, Day, Said, Short, Words
from maillon.web.api.shapes import Body, PageOf, router_of
from maillon.web.identity import CallDep

router = router_of("teams")

TeamPath = Annotated[str, Path(description="Name of the team.", min_length=1, max_length=100)]
TeamName = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\s\x00-\x1f/][^\x00-\x1f/]*$")
]


class TeamBody(Body):
    """The agreement of a joint team."""

    name: TeamName
    agencies: Agencies
    purposes: Purposes
    compartment: Short
    agreement: Words
    since: Day
    until: Day
    exit_rule: Literal["nothing", "reads on"] = "nothing"
    exit_days: Annotated[int, Field(ge=0, le=3_660)] = 0


class Member(Said):
    """Who is or was in a team; an empty ``left``: still."""

    who: str
    agency: str
    since: str
    left: str


class TeamSaid(Said):
    """A team that the caller is in."""

    name: str
    agencies: list[str]
    purposes: list[str]
    leader: str
    compartment: str
    agreement: str
    since: str
    until: str
    exit_rule: str
    exit_days: int
    members: list[Member]


class Founded(Said):
    """A team that was founded."""

    team: str


class Joining(Body):
    """Whom to take in, and for which agency he acts."""

    account: Short
    agency: Short


class TeamMemberSaid(Said):
    """Who entered or left."""

    team: str
    member: str
    state: str


@router.get("/teams", response_model=PageOf[TeamSaid], summary="Own teams")
def list_teams(call: CallDep, cursor: Cursor = "", limit: Limit = 50) -> Response:
    """Return the teams that the mandate's person is in, by name."""
    held = call.workspace.store.safeguards.teams.teams(call.view(Act.READ, "teams"))
    shown, next_ = cut(held, lambda one: (one["name"],), cursor, limit)
    return page(shown, next_)


@router.post("/teams", response_model=Founded, status_code=201, summary="Found a joint team")
def found_team(change: ChangeDep, body: TeamBody) -> Response:
    """Write the agreement of a joint team, and lead it."""

    def act() -> dict[str, str]:
        order = TeamOrder(
            body.name, tuple(body.agencies), tuple(body.purposes), body.compartment,
            body.agreement, body.since, body.until, body.exit_rule, body.exit_days,
        )  # fmt: skip
        view = change.view(Act.DECIDE, "found team")
        change.workspace.store.safeguards.teams.found_team(view, order)
        return {"team": body.name}

    return change.once(body, act, 201)


@router.post(
    "/teams/{team}/members", response_model=TeamMemberSaid, status_code=201,
    summary="Take somebody into a team",
)  # fmt: skip
def enter_team(change: ChangeDep, team: TeamPath, body: Joining) -> Response:
    """Take somebody of a party into a team that one leads."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "enter team")
        teams = change.workspace.store.safeguards.teams
        teams.enter_team(view, team, body.account, body.agency)
        return {"team": team, "member": body.account, "state": "entered"}

    return change.once(body, act, 201)


@router.delete(
    "/teams/{team}/members/{account}", response_model=TeamMemberSaid, summary="Leave a team"
)
def leave_team(change: ChangeDep, team: TeamPath, account: AccountPath) -> Response:
    """Leave a team, or have somebody leave one that one leads; the exit rule says what stays."""

    def act() -> dict[str, str]:
        view = change.view(Act.DECIDE, "leave team")
        change.workspace.store.safeguards.teams.leave_team(view, team, account)
        return {"team": team, "member": account, "state": "left"}

    return change.once(None, act)
