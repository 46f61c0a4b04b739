"""Anchors by hand over HTTP: proposed by one, approved by another, ended; never a protected one."""

import pytest

from maillon.model import Act
from maillon.store.anchoring import NamedAnchor
from maillon.workspace import Workspace

from .conftest import (
    ABSENT,
    NEXT_MONTH,
    YESTERDAY,
    People,
    hidden_as_absent,
    lines,
    once,
    problem,
    rule,
    view,
)

ORDER = {
    "entity": "c1", "topic": "crime.cyber", "basis": "judgment 4/26", "grade": "B2",
    "reason": "the server was his", "expires": NEXT_MONTH,
}  # fmt: skip


def test_an_anchor_takes_two_people_and_ends(people: People) -> None:
    client, boss = people["analyst"], people["supervisor"]
    made = once(lambda headers: client.post("/anchors", json=ORDER, headers=headers), "a 1")
    assert made.status_code == 201
    id_ = made.json()["anchor"]
    approve = f"/anchors/{id_}/approval"
    assert "segregation of duties" in rule(client.post(approve))
    assert "segregation of duties" in rule(people["analyst2"].post(approve))
    done = once(lambda headers: boss.post(approve, headers=headers), "a 2")
    assert done.json() == {"anchor": id_, "state": "approved"}
    assert problem(boss.post(approve)) == (404, "not-found")
    (held,) = lines(client.get("/anchors", params={"entity": "c1"}))
    assert (held["approved_by"], held["removed"]) == ("supervisor", "")
    end, why = f"/anchors/{id_}/end", {"reason": "acquitted"}
    ended = once(lambda headers: client.post(end, json=why, headers=headers), "a 3")
    assert ended.json() == {"anchor": id_, "state": "ended"}
    assert problem(client.post(end, json=why)) == (404, "not-found")
    assert lines(client.get("/anchors"))[0]["removed"]


def test_a_hidden_entity_is_as_one_that_is_absent(people: People) -> None:
    hidden_as_absent(
        lambda id_: people["analyst"].post("/anchors", json={**ORDER, "entity": id_}), "s1", "z9"
    )


def test_a_hidden_anchor_is_as_one_that_is_absent(w: Workspace, people: People) -> None:
    said = NamedAnchor("s1", "crime.cyber", "b", "B2", "r", NEXT_MONTH)
    hidden = w.guarding.propose_anchor(view(w, Act.DECIDE, "cleared"), said)
    boss = people["supervisor"]
    hidden_as_absent(lambda id_: boss.post(f"/anchors/{id_}/approval"), hidden, ABSENT)
    hidden_as_absent(
        lambda id_: boss.post(f"/anchors/{id_}/end", json={"reason": "r"}), hidden, ABSENT
    )
    assert hidden not in boss.get("/anchors").text


@pytest.mark.parametrize("entity", ["p1", "k1"])
def test_the_end_of_an_anchor_is_within_a_year(people: People, entity: str) -> None:
    for day in (YESTERDAY, "9999-12-31", "0001-01-01"):
        body = {**ORDER, "entity": entity, "expires": day}
        assert "para. 107" in rule(people["analyst"].post("/anchors", json=body))


@pytest.mark.parametrize(
    "change",
    [{"grade": "C1"}, {"topic": "role.pep"}, {"topic": "crime." + "a" * 40}, {"basis": " "},
     {"expires": "soon"}, {"approved_by": "supervisor"}],
)  # fmt: skip
def test_what_is_no_anchor_is_not_valid(people: People, change: dict[str, object]) -> None:
    assert problem(people["analyst"].post("/anchors", json={**ORDER, **change}))[0] == 422
