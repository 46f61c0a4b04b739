"""Break-glass over HTTP: two people, the second of whom has proved anew that it is them."""

import pytest

from .conftest import ABSENT, People, hidden_as_absent, lines, once, problem, rule

ORDER = {"compartment": "vault", "reason": "a bomb threat", "hours": 2}


def test_two_people_break_glass_and_the_owner_is_told(people: People) -> None:
    client = people["analyst"]
    asked = once(lambda headers: client.post("/break-glass", json=ORDER, headers=headers), "g 1")
    assert asked.status_code == 201
    path = f"/break-glass/{asked.json()['request']}/approval"
    assert problem(people["stale supervisor"].post(path)) == (401, "step-up")
    assert "segregation of duties" in rule(client.post(path))
    assert "segregation of duties" in rule(people["analyst2"].post(path))
    done = once(lambda headers: people["supervisor"].post(path, headers=headers), "g 2")
    assert done.json()["until"]
    assert problem(people["supervisor"].post(path)) == (404, "not-found")
    (told,) = lines(people["chief"].get("/break-glass"))
    assert (told["who"], told["approved_by"], told["compartment"]) == (
        "analyst", "supervisor", "vault",
    )  # fmt: skip
    assert lines(client.get("/break-glass")) == []


def test_whether_there_is_such_a_compartment_is_not_told(people: People) -> None:
    said = [
        people["analyst"].post("/break-glass", json={**ORDER, "compartment": name})
        for name in ("vault", "no such thing")
    ]
    assert [(one.status_code, len(one.content)) for one in said] == [(201, 30)] * 2


def test_what_another_agency_asked_is_as_what_nobody_asked(people: People) -> None:
    foreign = people["chief"].post("/break-glass", json=ORDER).json()["request"]
    hidden_as_absent(
        lambda id_: people["supervisor"].post(f"/break-glass/{id_}/approval"), foreign, ABSENT
    )


@pytest.mark.parametrize(
    "change", [{"hours": 0}, {"hours": 25}, {"hours": "4"}, {"hours": 1.5}, {"reason": "\n"},
               {"compartment": "a" * 101}],
)  # fmt: skip
def test_what_is_no_emergency_is_not_valid(people: People, change: dict[str, object]) -> None:
    response = people["analyst"].post("/break-glass", json={**ORDER, **change})
    assert problem(response) == (422, "not-valid")


def test_what_waits_is_listed_to_who_asked_and_to_supervisors(people: People) -> None:
    id_ = people["analyst"].post("/break-glass", json=ORDER).json()["request"]
    for who, is_listed in (("analyst", True), ("supervisor", True), ("chief", False)):
        held = {one["id"] for one in lines(people[who].get("/break-glass/waiting"))}
        assert (id_ in held) == is_listed
    assert people["supervisor"].post(f"/break-glass/{id_}/approval").status_code == 200
    held = {one["id"] for one in lines(people["supervisor"].get("/break-glass/waiting"))}
    assert id_ not in held
