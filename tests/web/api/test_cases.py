"""Cases and teams over HTTP: led by one person, with an end, and nobody else's business."""

import pytest

from .conftest import (
    ABSENT,
    NEXT_MONTH,
    YESTERDAY,
    People,
    hidden_as_absent,
    lines,
    match,
    once,
    problem,
    rule,
)

ORDER = {
    "regime": "both", "purposes": ["review"], "agencies": ["centre", "police"],
    "reason": "warrant 7", "expires": NEXT_MONTH,
}  # fmt: skip
TEAM = {
    "name": "north", "agencies": ["centre", "police"], "purposes": ["review"],
    "compartment": "north", "agreement": "Agreement 3/26", "since": NEXT_MONTH,
    "until": NEXT_MONTH,
}  # fmt: skip


@pytest.fixture(scope="module")
def case(people: People) -> str:
    made = once(
        lambda headers: people["analyst"].post("/cases", json=ORDER, headers=headers), "case 1"
    )
    assert made.status_code == 201
    return str(made.json()["case"])


@pytest.fixture(scope="module")
def foreign(people: People) -> str:
    return str(people["cleared"].post("/cases", json=ORDER).json()["case"])


def test_a_case_is_seen_by_its_members(people: People, case: str, foreign: str) -> None:
    held = lines(people["analyst"].get("/cases"))
    assert [one["number"] for one in held] == [case]
    assert people["analyst"].get(f"/cases/{case}").json() == held[0]
    assert [one["number"] for one in lines(people["cleared"].get("/cases"))] == [foreign]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "", None), ("POST", "/renewal", {"expires": NEXT_MONTH, "reason": "r"}),
     ("POST", "/closure", {"reason": "r"}),
     ("POST", "/members", {"account": "supervisor", "agency": "centre"}),
     ("DELETE", "/members/supervisor", None), ("POST", "/declarations", {"conflict": True})],
)  # fmt: skip
def test_the_case_of_others_is_as_one_that_is_absent(
    people: People, foreign: str, method: str, path: str, body: object
) -> None:
    hidden_as_absent(
        lambda id_: people["analyst"].request(
            method, f"/cases/{id_}{path}", json=body, headers=match("x")
        ),
        foreign, ABSENT[: len(foreign)],
    )  # fmt: skip


def test_a_case_gets_another_end_as_it_was_read(people: People, case: str) -> None:
    client, path = people["analyst"], f"/cases/{case}"
    tag = client.get(path).headers["etag"]
    body = {"expires": ORDER["expires"], "reason": "more to do"}
    assert problem(client.post(f"{path}/renewal", json=body))[0] == 428
    assert problem(client.post(f"{path}/renewal", json=body, headers=match("x")))[0] == 412
    renewed = once(
        lambda headers: client.post(
            f"{path}/renewal", json=body, headers={**match(tag), **headers}
        ),
        "case 2",
    )
    assert renewed.json() == {"case": case, "expires": NEXT_MONTH}
    late = client.post(
        f"{path}/renewal", headers=match(client.get(path).headers["etag"]),
        json={"expires": YESTERDAY, "reason": "r"},
    )  # fmt: skip
    assert "legality" in rule(late)


def test_the_members_of_a_case_are_listed_to_who_is_in_it(
    people: People, case: str, foreign: str
) -> None:
    assert [one["who"] for one in lines(people["analyst"].get(f"/cases/{case}/members"))] == [
        "analyst"
    ]
    hidden_as_absent(lambda id_: people["analyst"].get(f"/cases/{id_}/members"), foreign, ABSENT)


def test_the_leader_adds_and_takes_out_members(people: People, case: str) -> None:
    client, path = people["analyst"], f"/cases/{case}/members"
    body = {"account": "supervisor", "agency": "centre"}
    assert "legality" in rule(client.post(path, json={**body, "account": "nobody"}))
    added = once(lambda headers: client.post(path, json=body, headers=headers), "case 3")
    assert added.status_code == 201
    # a member sees it and does not lead it
    assert people["supervisor"].get(f"/cases/{case}").status_code == 200
    assert "legality" in rule(people["supervisor"].post(path, json=body))
    gone = once(lambda headers: client.delete(f"{path}/supervisor", headers=headers), "case 4")
    assert gone.json() == {"case": case, "member": "supervisor", "state": "removed"}


def test_a_conflict_of_interest_is_declared(people: People, case: str) -> None:
    client, path = people["analyst"], f"/cases/{case}/declarations"
    under = {"x-maillon-case": case}
    made = once(
        lambda headers: client.post(path, json={"conflict": False}, headers=headers), "case 5"
    )
    assert made.json() == {"case": case, "conflict": False}
    assert client.get("/protections", headers=under).status_code == 200
    client.post(path, json={"conflict": True, "reason": "a cousin"}).raise_for_status()
    assert rule(client.get("/protections", headers=under))


def test_no_mandate_names_a_case_that_is_closed(people: People) -> None:
    client = people["analyst"]
    case = client.post("/cases", json=ORDER).json()["case"]
    path = f"/cases/{case}/closure"
    tag = client.get(f"/cases/{case}").headers["etag"]
    assert problem(client.post(path, json={"reason": "done"}, headers=match("x")))[0] == 412
    closed = once(
        lambda headers: client.post(
            path, json={"reason": "done"}, headers={**match(tag), **headers}
        ),
        "case 6",
    )
    assert closed.json() == {"case": case, "state": "closed"}
    assert rule(client.get("/protections", headers={"x-maillon-case": case}))


@pytest.mark.parametrize(
    "change",
    [{"regime": "tax"}, {"purposes": []}, {"purposes": ["fun"]}, {"agencies": []},
     {"agencies": "centre"}, {"agencies": ["a" * 101]}, {"expires": ""}, {"leader": "chief"}],
)  # fmt: skip
def test_what_is_no_case_is_not_valid(people: People, change: dict[str, object]) -> None:
    assert problem(people["analyst"].post("/cases", json={**ORDER, **change}))[0] == 422


def test_a_case_of_other_agencies_alone_is_refused(people: People) -> None:
    response = people["analyst"].post("/cases", json={**ORDER, "agencies": ["police"]})
    assert "legality" in rule(response)


def test_a_team_is_founded_entered_and_left(people: People) -> None:
    client = people["analyst"]
    made = once(lambda headers: client.post("/teams", json=TEAM, headers=headers), "team 1")
    assert made.json() == {"team": "north"}
    assert "legality" in rule(client.post("/teams", json=TEAM))
    path, body = "/teams/north/members", {"account": "chief", "agency": "police"}
    entered = once(lambda headers: client.post(path, json=body, headers=headers), "team 2")
    assert entered.status_code == 201
    left = once(lambda headers: client.delete(f"{path}/chief", headers=headers), "team 3")
    assert left.json() == {"team": "north", "member": "chief", "state": "left"}


def test_the_team_of_others_is_as_one_that_is_absent(people: People) -> None:
    people["cleared"].post("/teams", json={**TEAM, "name": "south"}).raise_for_status()
    body = {"account": "chief", "agency": "police"}
    hidden_as_absent(
        lambda name: people["analyst"].post(f"/teams/{name}/members", json=body), "south", "wests"
    )
    hidden_as_absent(
        lambda name: people["analyst"].delete(f"/teams/{name}/members/chief"), "south", "wests"
    )


@pytest.mark.parametrize(
    "change", [{"name": "a/b"}, {"name": " "}, {"exit_rule": "all"}, {"exit_days": -1},
               {"exit_days": 10**12}, {"since": "x"}],
)  # fmt: skip
def test_what_is_no_team_is_not_valid(people: People, change: dict[str, object]) -> None:
    assert problem(people["analyst"].post("/teams", json={**TEAM, **change}))[0] == 422


def test_teams_are_listed_to_who_is_in_them(people: People) -> None:
    made = people["cleared"].post("/teams", json={**TEAM, "name": "listed"})
    assert made.status_code == 201
    (mine,) = [one for one in lines(people["cleared"].get("/teams")) if one["name"] == "listed"]
    assert [one["who"] for one in mine["members"]] == ["cleared"]
    names = {one["name"] for one in lines(people["chief"].get("/teams"))}
    assert "listed" not in names
