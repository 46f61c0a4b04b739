"""Judgements over HTTP: said once, taken back, never of what is hidden; what contradicts itself."""

from typing import Any

import pytest

from maillon.model import Act
from maillon.store import Event, Verdict
from maillon.workspace import Workspace

from .conftest import ABSENT, People, hidden_as_absent, lines, once, problem, rule, view


def said(left: str, right: str, verdict: str = "negative", reason: str = "r") -> dict[str, Any]:
    return {"left": left, "right": right, "verdict": verdict, "reason": reason}


def test_a_judgement_is_written_once_and_taken_back_once(people: People) -> None:
    client = people["analyst"]
    given = once(
        lambda headers: client.post("/judgements", json=said("t1", "t1b"), headers=headers), "j 1"
    )
    assert given.status_code == 201
    id_ = given.json()["judgement"]
    (first,) = lines(client.get("/judgements"))
    assert (first["judgement"], first["left"], first["right"]) == (id_, "t1", "t1b")
    back = once(
        lambda headers: client.post(
            f"/judgements/{id_}/revocation", json={"reason": "other"}, headers=headers
        ),
        "j 2",
    )
    assert back.json()["verdict"] == "revoked"
    again = client.post(f"/judgements/{id_}/revocation", json={"reason": "other"})
    assert problem(again) == (404, "not-found")
    held = lines(client.get("/judgements", params={"entity": "t1"}))
    assert [one["revokes"] for one in held] == [None, id_]
    assert lines(client.get("/judgements", params={"entity": "c1"})) == []


def test_a_hidden_record_is_as_one_that_is_absent(people: People) -> None:
    for one in ("t1", "zz"):  # on either side
        hidden_as_absent(
            lambda id_, one=one: people["analyst"].post("/judgements", json=said(one, id_)),  # type: ignore[misc]
            "s1", "z9",
        )  # fmt: skip


def test_a_hidden_judgement_is_as_one_that_is_absent(w: Workspace, people: People) -> None:
    cleared = view(w, Act.JUDGE, "cleared")
    labels = tuple(sorted(cleared.labels))
    hidden = w.judge(cleared, Event("s1", "t1", Verdict.POSITIVE, "same papers", labels))
    hidden_as_absent(
        lambda id_: people["analyst"].post(f"/judgements/{id_}/revocation", json={"reason": "r"}),
        hidden, ABSENT,
    )  # fmt: skip
    assert hidden not in people["analyst"].get("/judgements").text


@pytest.mark.parametrize(
    "body",
    [said("t1", "t1"), said("t1", "t1b", "revoked"), said("", "t1"), said("t1", "t1b", reason=" "),
     {**said("t1", "t1b"), "by": "model"}, said("a" * 501, "t1"), {}],
)  # fmt: skip
def test_what_is_no_judgement_is_not_valid(people: People, body: dict[str, Any]) -> None:
    assert problem(people["analyst"].post("/judgements", json=body)) == (422, "not-valid")


def test_who_retains_does_not_judge(people: People) -> None:
    assert rule(people["keeper"].post("/judgements", json=said("t1", "t1b")))


def test_what_contradicts_itself_is_listed(people: People) -> None:
    client = people["analyst"]
    for left, right, verdict in (
        ("m1", "t1", "positive"), ("c1", "m1", "positive"), ("c1", "t1", "negative"),
    ):  # fmt: skip
        client.post("/judgements", json=said(left, right, verdict)).raise_for_status()
    found = lines(people["linker"].get("/conflicts"))
    assert [one["kind"] for one in found] == ["contradiction"]
    assert {"c1", "m1", "t1"} <= set(found[0]["members"])
    assert len(found[0]["negatives"]) == 1


def test_two_accounts_of_one_person_do_not_differ_from_each_other(people: People) -> None:
    """The newest word of a person counts, under whichever account it was said."""
    for who, verdict in (("analyst", "positive"), ("analyst2", "negative")):
        people[who].post("/judgements", json=said("t1", "t1b", verdict)).raise_for_status()
    before = [one["kind"] for one in lines(people["linker"].get("/conflicts"))]
    people["supervisor"].post("/judgements", json=said("t1", "t1b", "positive")).raise_for_status()
    after = [one["kind"] for one in lines(people["linker"].get("/conflicts"))]
    assert ("people differ" in before, "people differ" in after) == (False, True)
