"""Cases, teams, break-glass, protections, categories, anchors by hand, releases, pointers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from tests.days import today

from maillon.model import (
    SYSTEM_POINTING,
    Act,
    Label,
    Mandate,
    NotFoundError,
    NotValidError,
    RefusedError,
    StaleError,
    StoreError,
    View,
)
from maillon.store import Store
from maillon.store.cases import CaseOrder
from maillon.store.pointers import Part, Pointers
from maillon.store.protections import HIDING, PROVISIONS, Protection
from maillon.store.releases import Consent
from maillon.store.teams import TeamOrder

from .accounts import labels_of, seen
from .conftest import load, people

STARTED = datetime.now(UTC).date()
NEXT_MONTH = (STARTED + timedelta(days=30)).isoformat()
YESTERDAY = (STARTED - timedelta(days=1)).isoformat()
VAULT = Label("police", compartment="vault", purposes=("linking", "review"))


def order(**changes: object) -> CaseOrder:
    said = CaseOrder("both", ("review", "linking"), ("centre", "police"), "warrant 7", NEXT_MONTH)
    return replace(said, **changes)  # type: ignore[arg-type]


def in_case(store: Store, number: str, **changes: str) -> View:
    mandate = Mandate("analyst", "centre", "review", "Terrorism Prevention Act, s. 12", number)
    return store.policy.open(replace(mandate, **changes), Act.READ)


def outcomes(store: Store) -> list[tuple[str, str]]:
    with store._desk.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT act, outcome FROM ledger ORDER BY number").all()
    return [(row[0], row[1]) for row in rows]


def test_a_case_opens_to_members_who_declared_and_closes(house: Store) -> None:
    cases = house.safeguards.cases
    number = cases.open_case(seen(house), order())
    with pytest.raises(RefusedError, match="conflict"):
        in_case(house, number)
    cases.declare(seen(house), number, conflict=False)
    assert in_case(house, number).mandate.case == number
    with pytest.raises(RefusedError, match="there is no case"):
        in_case(house, number, who="supervisor")
    cases.add_member(seen(house), number, "constable", "police")
    cases.declare(
        seen(house, who="constable", agency="police"), number, conflict=True, reason="kin"
    )
    cases.declare(seen(house, who="constable", agency="police"), number, conflict=False)
    with pytest.raises(RefusedError, match="conflict"):
        in_case(house, number, who="constable", agency="police")
    cases.remove_member(seen(house), number, "constable")
    with pytest.raises(RefusedError, match="there is no case"):
        in_case(house, number, who="constable", agency="police")
    cases.close_case(seen(house), number, "done")
    with pytest.raises(RefusedError, match="has ended"):
        in_case(house, number)
    assert [one for one in outcomes(house) if one[0] in {"case", "declare"}] == [
        ("case", "opened"), ("declare", "done"), ("case", "member added"), ("declare", "done"),
        ("declare", "done"), ("case", "member removed"), ("case", "closed"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [{"reason": " "}, {"expires": YESTERDAY}, {"expires": "2099-01-01"}, {"expires": "soon"},
     {"regime": "war"}, {"purposes": ("gossip",)}, {"purposes": ()}, {"agencies": ("police",)}],
)  # fmt: skip
def test_a_case_without_what_it_needs_is_refused(house: Store, changes: dict[str, object]) -> None:
    with pytest.raises(RefusedError):
        house.safeguards.cases.open_case(seen(house), order(**changes))
    assert house.safeguards.cases.cases(seen(house)) == []


def test_a_case_of_others_and_none_are_one_answer(house: Store) -> None:
    cases = house.safeguards.cases
    number = cases.open_case(seen(house), order())
    constable = seen(house, who="constable", agency="police")
    assert cases.cases(constable) == []
    said = []
    for wanted in (number, "2026-00000000"):
        with pytest.raises(StoreError) as error:
            cases.declare(constable, wanted, conflict=False)
        said.append(str(error.value).replace(wanted, "N"))
    assert said[0] == said[1]
    with pytest.raises(StoreError):
        cases.renew_case(constable, number, NEXT_MONTH, "more")


def test_only_the_leader_changes_a_case_and_only_parties_join(house: Store) -> None:
    cases = house.safeguards.cases
    number = cases.open_case(seen(house), order())
    cases.add_member(seen(house), number, "constable", "police")
    constable = seen(house, who="constable", agency="police")
    with pytest.raises(RefusedError, match="does not lead"):
        cases.renew_case(constable, number, NEXT_MONTH, "more")
    for who, agency in (("nobody", "police"), ("constable", "centre"), ("overseer", "oversight")):
        with pytest.raises(RefusedError, match="does not act for"):
            cases.add_member(seen(house), number, who, agency)


def test_the_members_of_a_case_are_told_to_its_members_alone(house: Store) -> None:
    cases = house.safeguards.cases
    number = cases.open_case(seen(house), order())
    constable = seen(house, who="constable", agency="police")

    def told(view: View, wanted: str) -> str:
        with pytest.raises(NotFoundError) as error:
            cases.members(view, wanted)
        return str(error.value).replace(wanted, "N")

    absent = told(constable, "2026-00000000")
    assert told(constable, number) == absent
    cases.add_member(seen(house), number, "constable", "police")
    for view in (seen(house), constable):
        members = [(one["who"], one["until"]) for one in cases.members(view, number)]
        assert members == [("analyst", ""), ("constable", "")]
    cases.remove_member(seen(house), number, "constable")
    assert told(constable, number) == absent
    assert [bool(one["until"]) for one in cases.members(seen(house), number)] == [False, True]


def test_teams_are_told_to_who_is_in_them(house: Store) -> None:
    teams = house.safeguards.teams
    constable = seen(house, who="constable", agency="police")
    agreed = TeamOrder(
        "north", ("centre", "police"), ("review",), "vault", "a", today(), NEXT_MONTH
    )
    teams.found_team(seen(house), agreed)
    assert teams.teams(constable) == []
    teams.enter_team(seen(house), "north", "constable", "police")
    (mine,), (theirs,) = teams.teams(seen(house)), teams.teams(constable)
    assert mine == theirs
    assert [one["who"] for one in mine["members"]] == ["analyst", "constable"]
    teams.leave_team(constable, "north", "constable")
    assert teams.teams(constable) == []
    assert [bool(one["left"]) for one in teams.teams(seen(house))[0]["members"]] == [False, True]


def test_a_break_glass_waits_for_a_supervisor_of_the_agency(house: Store) -> None:
    glass = house.safeguards.glass
    boss = seen(house, who="supervisor")
    id_ = glass.ask_glass(seen(house), "vault", "a bomb threat", 2)
    for view in (seen(house), boss):
        assert [(one["id"], one["hours"]) for one in glass.waiting(view)] == [(id_, 2)]
    chief = seen(house, who="chief", agency="police")
    assert glass.waiting(chief) == []
    theirs = glass.ask_glass(chief, "vault", "another threat")
    assert [one["id"] for one in glass.waiting(chief)] == [theirs]
    assert glass.waiting(seen(house, who="constable", agency="police")) == []
    glass.approve_glass(boss, id_)
    assert glass.waiting(boss) == []


def test_a_closed_case_is_not_renewed(house: Store) -> None:
    cases = house.safeguards.cases
    number = cases.open_case(seen(house), order())
    cases.close_case(seen(house), number, "done")
    with pytest.raises(StaleError, match="is closed"):
        cases.renew_case(seen(house), number, NEXT_MONTH, "more")


def test_a_case_is_told_under_plain_names(house: Store) -> None:
    cases = house.safeguards.cases
    cases.open_case(seen(house), order())
    assert {type(name) for one in cases.cases(seen(house)) for name in one} == {str}


def test_nobody_enters_a_team_twice(house: Store) -> None:
    teams, chief = house.safeguards.teams, seen(house, who="chief", agency="police")
    deal = TeamOrder("jit", ("centre", "police"), ("review",), "vault", "treaty 3",
                     today(), NEXT_MONTH)  # fmt: skip
    teams.found_team(chief, deal)
    teams.enter_team(chief, "jit", "analyst", "centre")
    with pytest.raises(RefusedError, match="in the team already"):
        teams.enter_team(chief, "jit", "analyst", "centre")


def test_break_glass_takes_two_people_and_tells_the_owner(house: Store) -> None:
    load(house, "p1,name,Ann\n", label=VAULT)
    glass = house.safeguards.glass
    assert not list(house.scan(seen(house, Act.READ)))
    id_ = glass.ask_glass(seen(house, Act.READ), "vault", "a bomb today", hours=2)
    assert not list(house.scan(seen(house, Act.READ)))
    for who in ("analyst", "analyst2"):  # the second is another account of the same person
        with pytest.raises(RefusedError, match="segregation of duties"):
            glass.approve_glass(seen(house, who=who), id_)
    until = glass.approve_glass(seen(house, who="supervisor"), id_)
    assert until > datetime.now(UTC).isoformat(timespec="seconds")
    assert [one.value for one in house.scan(seen(house, Act.READ))] == ["Ann"]
    assert not list(house.scan(seen(house, Act.READ, who="supervisor")))
    chief = seen(house, Act.READ, who="chief", agency="police")
    assert [(one["id"], one["who"]) for one in glass.told(chief)] == [(id_, "analyst")]
    assert glass.told(seen(house, Act.READ)) == []
    with pytest.raises(StoreError, match="waits for approval"):
        glass.approve_glass(seen(house, who="supervisor"), id_)
    with house._desk.begin() as connection:
        connection.exec_driver_sql("UPDATE break_glass SET until = '2020-01-01T00:00:00+00:00'")
    assert not list(house.scan(seen(house, Act.READ)))


@pytest.mark.parametrize(("reason", "hours"), [("", 2), ("a reason", 0), ("a reason", 25)])
def test_break_glass_needs_a_reason_and_an_end(house: Store, reason: str, hours: int) -> None:
    with pytest.raises(RefusedError):
        house.safeguards.glass.ask_glass(seen(house, Act.READ), "vault", reason, hours)


def test_a_team_shares_a_compartment_until_its_member_leaves(house: Store) -> None:
    load(house, "p1,name,Ann\n", label=VAULT)
    teams = house.safeguards.teams
    chief = seen(house, who="chief", agency="police")
    deal = TeamOrder("jit", ("centre", "police"), ("review",), "vault", "treaty 3",
                     today(), NEXT_MONTH)  # fmt: skip
    teams.found_team(chief, deal)
    teams.enter_team(chief, "jit", "analyst", "centre")
    assert list(house.scan(seen(house, Act.READ)))
    linking = house.policy.open(house.settings.mandate, Act.READ)
    assert not list(house.scan(linking))  # the agreement names another purpose
    teams.leave_team(chief, "jit", "analyst")
    assert not list(house.scan(seen(house, Act.READ)))
    teams.found_team(chief, replace(deal, name="jit2", exit_rule="reads on", exit_days=30))
    teams.enter_team(chief, "jit2", "analyst", "centre")
    teams.leave_team(seen(house), "jit2", "analyst")
    assert list(house.scan(seen(house, Act.READ)))
    with pytest.raises(StoreError, match="no team"):
        teams.enter_team(seen(house), "jit2", "supervisor", "centre")
    for changes in ({"exit_rule": "all"}, {"agreement": ""}, {"agencies": ("centre",)},
                    {"until": YESTERDAY}, {"since": "soon"}, {"name": "jit"}):  # fmt: skip
        with pytest.raises(RefusedError):
            teams.found_team(chief, replace(deal, **{"name": "other", **changes}))  # type: ignore[arg-type]


def test_a_protection_is_written_flagged_and_lifted_by_a_second_person(house: Store) -> None:
    load(house, "p1,name,Ann\np2,name,Bob\n")
    view = seen(house)
    kept = house.safeguards.protections
    said = Protection("p1", "victim", "trafficked", review="2027-01-01")
    id_ = kept.protect(view, said, labels_of(house, view, "p1"))
    assert kept.flags(view, today()) == {"p1": ("victim",)}
    assert [one.basis for one in kept.read(view)] == [PROVISIONS["victim"]]
    assert kept.due(view, "2026-12-31") == []
    assert [one.id for one in kept.due(view, "2027-01-01")] == [id_]
    with pytest.raises(RefusedError, match="segregation"):
        kept.lift(view, id_, "no")
    kept.lift(seen(house, who="supervisor"), id_, "the court said otherwise")
    assert kept.flags(seen(house), today()) == {}
    with pytest.raises(StoreError):
        kept.lift(seen(house, who="supervisor"), id_, "again")
    with pytest.raises(StoreError, match="no entity p9"):
        kept.protect(view, replace(said, entity="p9"), labels_of(house, view, "p9"))
    for wrong in (replace(said, kind="friend"), replace(said, reason=""),
                  replace(said, review="soon"), replace(said, kind="release")):  # fmt: skip
        with pytest.raises(RefusedError):
            kept.protect(view, wrong, labels_of(house, view, "p1"))


def test_who_is_not_cleared_neither_sees_nor_lifts_a_hiding_protection(house: Store) -> None:
    load(house, "p1,name,Ann\n")
    view = seen(house)
    kept = house.safeguards.protections
    for kind in sorted(HIDING):
        id_ = kept.protect(view, Protection("p1", kind, "r"), labels_of(house, view, "p1") or {0})
        again = seen(house)
        assert kept.read(again) == []
        assert kept.hidden(again, today()) == {"p1"}
        with pytest.raises(StoreError, match="no standing protection"):
            kept.lift(seen(house, who="supervisor"), id_, "r")
        with house._desk.begin() as connection:
            connection.exec_driver_sql("DELETE FROM protection")


def test_a_person_is_what_the_case_says_from_its_day_on(house: Store) -> None:
    load(house, "p1,name,Ann\n")
    cases, kept = house.safeguards.cases, house.safeguards.categories
    numbers = []
    for _ in range(2):
        numbers.append(cases.open_case(seen(house), order()))
        cases.declare(seen(house), numbers[-1], conflict=False)
    one, two = (seen(house, case=number) for number in numbers)
    held = labels_of(house, one, "p1")
    day = today()
    with pytest.raises(RefusedError, match="unclassified"):
        kept.check_dissemination(one, ["p1"], day)
    kept.set(one, "p1", "victim", "her statement", held)
    kept.set(two, "p1", "suspect", "the seizure", held, since=YESTERDAY)
    kept.check_dissemination(one, ["p1"], day)
    assert (kept.of(one, "p1", day), kept.of(two, "p1", day)) == ("victim", "suspect")
    assert kept.of(one, "p1", YESTERDAY) == "unclassified"
    assert {each.category for each in kept.history(one, "p1")} == {"victim", "suspect"}
    assert kept.history(seen(house, who="supervisor"), "p1") == []
    with pytest.raises(RefusedError, match="unclassified"):
        kept.check_dissemination(seen(house), ["p1"], day)
    for view, category, reason in ((seen(house), "victim", "r"), (one, "friend", "r"),
                                   (one, "victim", "")):  # fmt: skip
        with pytest.raises(RefusedError):
            kept.set(view, "p1", category, reason, held)
    with pytest.raises(StoreError):
        kept.set(one, "p9", "victim", "r", ())


def test_a_release_needs_consent_or_a_sanitisation_by_two(house: Store) -> None:
    load(house, "p1,name,Ann\n", label=Label("police", purposes=("linking", "review")))
    view, out = seen(house), seen(house, Act.DISSEMINATE)
    kept, day = house.safeguards.releases, today()
    inputs = labels_of(house, view, "p1")
    with pytest.raises(RefusedError, match="police has not consented"):
        kept.check(out, b"text", inputs, "Interpol", day, proposals=())
    constable = seen(house, who="constable", agency="police")
    kept.consent(constable, Consent("", "Interpol", "joint case", NEXT_MONTH))
    assert [
        one.originator for one in kept.check(out, b"text", inputs, "Interpol", day, proposals=())
    ] == ["police"]
    with pytest.raises(RefusedError):
        kept.check(out, b"text", inputs, "Europol", day, proposals=())
    with pytest.raises(RefusedError):
        kept.check(out, b"text", inputs, "Interpol", "2099-01-01", proposals=())
    lower = Label("centre", "TLP 2.0", "TLP:GREEN", purposes=("review",))
    for by in ("supervisor", "analyst2"):
        approver = seen(house, who=by)
        with pytest.raises(RefusedError):
            kept.sanitise(approver, b"less", inputs, lower, "names", by)
    kept.sanitise(seen(house, who="supervisor"), b"less", inputs, lower, "names", "analyst")
    assert kept.check(out, b"less", inputs, "Europol", day, proposals=()) == (lower,)
    with pytest.raises(RefusedError):
        kept.check(out, b"more", inputs, "Europol", day, proposals=())
    with pytest.raises(RefusedError):
        kept.consent(constable, Consent("", "", "r", NEXT_MONTH))


def test_each_holder_of_a_lead_that_nobody_sees_gets_its_own_part(house: Store) -> None:
    load(house, people(3))
    load(house, people(3), dataset="theirs", label=Label("police", purposes=("review",)))
    kept: Pointers = house.safeguards.pointers
    broker, constable = seen(house, who="analyst2"), seen(house, who="constable", agency="police")
    system = house.policy.open(SYSTEM_POINTING, Act.POINT)
    held = {label.originator: id_ for id_, label in house._desk.labels().items()}
    parts = {"centre": Part(["p1"], [held["centre"]]), "police": Part(["p2"], [held["police"]])}
    nobody = {"customs": Part(["p1"], [held["centre"]])}
    assert kept.put(system, [({**parts, **nobody}, {"centre": ["police"]})]) == 2
    assert kept.put(system, [({**parts, **nobody}, {"centre": ["police"]})]) == 0
    (mine,) = kept.queue(broker)
    assert (mine.entities, mine.held_by) == (("p1",), ("police",))
    (theirs,) = kept.queue(constable)
    assert (theirs.entities, theirs.held_by) == (("p2",), ())
    kept.answer(broker, mine.id, "asked", "may we?")
    assert [one.state for one in kept.queue(broker)] == ["asked"]
    with pytest.raises(NotFoundError):
        kept.answer(broker, theirs.id, "asked", "")
    with pytest.raises(NotValidError, match="no state"):
        kept.answer(broker, mine.id, "lost", "")
    with pytest.raises(RefusedError, match="no broker"):
        kept.queue(seen(house))
    with pytest.raises(RefusedError, match="opened for the act"):
        kept.put(broker, [])


def test_what_writes_needs_a_view_for_deciding(house: Store) -> None:
    reading = seen(house, Act.READ)
    with pytest.raises(RefusedError, match="opened for the act"):
        house.safeguards.cases.open_case(reading, order())
    with pytest.raises(RefusedError, match="opened for the act"):
        house.safeguards.anchoring.approve(reading, "x")
    with pytest.raises(RefusedError, match="opened for the act"):
        house.safeguards.releases.check(reading, b"", (), "x", "2026-01-01", proposals=())
