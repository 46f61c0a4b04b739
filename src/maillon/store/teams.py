"""Joint teams: an agreement of agencies on one compartment, with a term and an exit rule."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from maillon.model import Act, NotFoundError, View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_act, check_view
from maillon.store.second import People, refused
from maillon.store.tables_mandate import TEAM, TEAM_MEMBER

EXIT_RULES: Final = ("nothing", "reads on")
"""What who leaves keeps of a team's compartment: nothing, or reading on for some days."""


@dataclass(frozen=True, slots=True)
class TeamOrder:
    """The agreement of a joint team.

    Attributes:
        name: Its name.
        agencies: Its parties.
        purposes: For which purposes its members read its compartment.
        compartment: The compartment that it shares.
        agreement: The agreement and its law of evidence, by reference.
        since: First day, ISO.
        until: Last day, ISO.
        exit_rule: One of `EXIT_RULES`.
        exit_days: For ``reads on``: how many days.
    """

    name: str
    agencies: tuple[str, ...]
    purposes: tuple[str, ...]
    compartment: str
    agreement: str
    since: str
    until: str
    exit_rule: str = "nothing"
    exit_days: int = 0


class Teams:
    """The joint teams of one desk.

    Args:
        desk: Holds them.
        people: Accounts.
    """

    def __init__(self, desk: Desk, people: People) -> None:
        self._desk = desk
        self._people = people

    def teams(self, view: View) -> list[dict[str, Any]]:
        """Return the teams that the mandate's person is in, by name, each with who is and was."""
        check_view(view)
        mine = select(TEAM_MEMBER.c.team).where(
            TEAM_MEMBER.c.who == view.mandate.who, TEAM_MEMBER.c.agency == view.mandate.agency,
            TEAM_MEMBER.c.left == "",
        )  # fmt: skip
        members = select(TEAM_MEMBER).where(TEAM_MEMBER.c.team.in_(mine))
        if view.known_on:
            members = members.where(TEAM_MEMBER.c.since <= view.known_on)
        with self._desk.engine.connect() as connection:
            rows = connection.execute(
                select(TEAM).where(TEAM.c.name.in_(mine)).order_by(TEAM.c.name)
            ).all()
            held = connection.execute(members.order_by(TEAM_MEMBER.c.id)).all()
        return [
            {
                "name": row.name, "agencies": row.agencies, "purposes": row.purposes,
                "leader": row.leader, "compartment": row.compartment, "agreement": row.agreement,
                "since": row.since, "until": row.until, "exit_rule": row.exit_rule,
                "exit_days": row.exit_days,
                "members": [
                    {"who": one.who, "agency": one.agency, "since": one.since, "left": one.left}
                    for one in held
                    if one.team == row.name
                ],
            }
            for row in rows
        ]  # fmt: skip

    def found_team(self, view: View, order: TeamOrder) -> None:
        """Write the agreement of a joint team, led by the mandate's person.

        Raises:
            RefusedError: It lacks what an agreement needs, or the name is taken.
        """
        check_act(view, Act.DECIDE)
        _check_team(view, order)
        with self._desk.begin() as connection:
            taken = select(TEAM.c.name).where(TEAM.c.name == order.name)
            if connection.execute(taken).scalar() is not None:
                raise refused("the name of the team is taken", "give it another name")
            connection.execute(
                insert(TEAM).values(
                    name=order.name, agencies=sorted(order.agencies),
                    purposes=sorted(order.purposes), leader=view.mandate.who,
                    compartment=order.compartment, agreement=order.agreement, since=order.since,
                    until=order.until, exit_rule=order.exit_rule, exit_days=order.exit_days,
                )
            )  # fmt: skip
            _enter(connection, order.name, view.mandate.who, view.mandate.agency)
            said = {"team": order.name, "until": order.until, "exit_rule": order.exit_rule}
            ledger.append(connection, view.mandate, "team", "founded", said)

    def enter_team(self, view: View, name: str, who: str, agency: str) -> None:
        """Let the leader take somebody of a party into the team."""
        check_act(view, Act.DECIDE)
        with self._desk.begin() as connection:
            team = _team(connection, view, name)
            self._people.check_account(who, agency, team.agencies)
            if _is_member(connection, name, who, agency):
                raise refused("this person is in the team already", "nothing is to be done")
            _enter(connection, name, who, agency)
            said = {"team": name, "member": who, "of": agency}
            ledger.append(connection, view.mandate, "team", "entered", said)

    def leave_team(self, view: View, name: str, who: str) -> None:
        """Write that somebody leaves today; what he keeps is the agreement's exit rule."""
        check_act(view, Act.DECIDE)
        with self._desk.begin() as connection:
            if who != view.mandate.who:
                _team(connection, view, name)
            connection.execute(
                update(TEAM_MEMBER)
                .where(
                    TEAM_MEMBER.c.team == name, TEAM_MEMBER.c.who == who, TEAM_MEMBER.c.left == ""
                )
                .values(left=utc_now()[:10])
            )
            ledger.append(connection, view.mandate, "team", "left", {"team": name, "member": who})


def _check_team(view: View, order: TeamOrder) -> None:
    if order.exit_rule not in EXIT_RULES:
        raise refused("the exit rule is unknown", f"one of {', '.join(EXIT_RULES)}")
    if not (order.name.strip() and order.compartment.strip() and order.agreement.strip()):
        raise refused("the agreement lacks a name, a compartment or its text", "name all three")
    if view.mandate.agency not in order.agencies:
        raise refused("the own agency is no party", "name it among the agencies")
    try:
        ends = date.fromisoformat(order.until) >= date.fromisoformat(order.since)
    except ValueError as error:
        raise refused("the term has no days", "write them as 2026-11-25") from error
    if not ends:
        raise refused("the term ends before it begins", "give another end")


def _enter(connection: Connection, team: str, who: str, agency: str) -> None:
    row = {"team": team, "who": who, "agency": agency, "since": utc_now()[:10], "left": ""}
    connection.execute(insert(TEAM_MEMBER).values(row))


def _is_member(connection: Connection, team: str, who: str, agency: str) -> bool:
    mine = (TEAM_MEMBER.c.team == team, TEAM_MEMBER.c.who == who, TEAM_MEMBER.c.agency == agency)
    query = select(TEAM_MEMBER.c.who).where(*mine, TEAM_MEMBER.c.left == "")
    return connection.execute(query).first() is not None


def _team(connection: Connection, view: View, name: str) -> Row[Any]:
    row = connection.execute(
        select(TEAM).where(TEAM.c.name == name, TEAM.c.leader == view.mandate.who)
    ).first()
    if row is None:
        raise NotFoundError(f"no team {name!r} of which you are the leader")
    return row
