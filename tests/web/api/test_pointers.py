"""The broker's queue over HTTP: the own agency's part of leads that nobody sees whole."""

import pytest

from maillon.model import SYSTEM_POINTING, Act
from maillon.store.pointers import Part
from maillon.workspace import Workspace

from .conftest import ABSENT, People, hidden_as_absent, lines, once, problem, rule, view


@pytest.fixture(scope="module", autouse=True)
def pointed(w: Workspace) -> None:
    mine = view(w, Act.READ, "analyst2").labels
    theirs = view(w, Act.READ, "chief", agency="police").labels
    parts = {"centre": Part(["c1"], mine), "police": Part(["s1"], theirs)}
    system = w.view(Act.POINT, SYSTEM_POINTING)
    w.store.safeguards.pointers.put(system, [(parts, {"centre": ["police"]})])


def test_an_agency_sees_and_answers_its_own_part(people: People) -> None:
    client = people["analyst2"]
    (mine,) = lines(client.get("/pointers"))
    assert (mine["entities"], mine["held_by"], mine["state"]) == (["c1"], ["police"], "waiting")
    path, body = f"/pointers/{mine['id']}/answer", {"state": "asked", "answer": "wrote to them"}
    done = once(lambda headers: client.post(path, json=body, headers=headers), "q 1")
    assert done.json() == {"pointer": mine["id"], "state": "asked"}
    assert lines(client.get("/pointers"))[0]["answer"] == "wrote to them"


def test_the_part_of_another_agency_is_as_one_that_is_absent(people: People) -> None:
    (theirs,) = lines(people["chief"].get("/pointers"))
    hidden_as_absent(
        lambda id_: people["analyst2"].post(f"/pointers/{id_}/answer", json={"state": "asked"}),
        theirs["id"], ABSENT,
    )  # fmt: skip


@pytest.mark.parametrize("body", [{"state": "lost"}, {}, {"state": "asked", "answer": 1}])
def test_what_is_no_answer_is_not_valid(people: People, body: dict[str, object]) -> None:
    response = people["analyst2"].post(f"/pointers/{ABSENT}/answer", json=body)
    assert problem(response) == (422, "not-valid")


def test_who_is_no_broker_has_no_queue(people: People) -> None:
    assert "pointers" in rule(people["analyst"].get("/pointers"))
    answered = people["analyst"].post(f"/pointers/{ABSENT}/answer", json={"state": "asked"})
    assert "pointers" in rule(answered)


def test_who_retains_answers_no_pointer(people: People) -> None:
    response = people["keeper"].post(f"/pointers/{ABSENT}/answer", json={"state": "asked"})
    assert "necessity" in rule(response)
