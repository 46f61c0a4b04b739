"""Hits over HTTP: shown whole, decided by a named person, once, and by nobody who saw nothing."""

import base64
import json

import httpx
import pytest

from maillon.workspace import Workspace

from .conftest import People, hidden_as_absent, lines, match, once, problem, rule, screened


def name(subject: str, entry: str) -> str:
    raw = json.dumps([subject, entry]).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


HIT = name("t1b", "t1")


@pytest.fixture(autouse=True, scope="module")
def queued(w: Workspace) -> None:
    screened(w, "cleared", "register", "vault")
    screened(w, "analyst", "register")


def shown(client: httpx.Client, hit: str = HIT) -> tuple[dict[str, list[dict[str, str]]], str]:
    response = client.get(f"/hits/{hit}")
    assert response.status_code == 200, response.text
    return response.json(), response.headers["etag"]


def said(client: httpx.Client, verdict: str, **more: object) -> dict[str, object]:
    weighed = [one["code"] for one in shown(client)[0]["for"]]
    return {"verdict": verdict, "reason": "same passport", "weighed": weighed, **more}


def test_the_queue_goes_on_page_by_page(people: People) -> None:
    whole = [one["hit"] for one in lines(people["cleared"].get("/hits"))]
    found, cursor = [], ""
    while True:
        page = people["cleared"].get("/hits", params={"cursor": cursor, "limit": 1}).json()
        found += [one["hit"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert found == whole
    assert len(whole) > 1


def test_the_queue_holds_what_the_mandate_reads(people: People) -> None:
    assert [one["ids"] for one in lines(people["analyst"].get("/hits"))] == [["t1b", "t1"]]
    assert lines(people["analyst"].get("/hits", params={"list": "nowhere"})) == []


@pytest.mark.parametrize("cursor", ["x", "WyJhIl0", "WzEsMiwzLDRd", "WyJcdWQ4MDAiLCIiLCIiLCIiXQ"])
def test_a_foreign_place_is_refused(people: People, cursor: str) -> None:
    assert problem(people["analyst"].get("/hits", params={"cursor": cursor}))[0] == 400


def test_a_hit_shows_both_sides_under_its_revision(people: People) -> None:
    body, tag = shown(people["analyst"])
    assert tag == f'"{body["revision"]}"'
    assert body["against"]


def test_a_hidden_hit_is_as_one_that_is_absent(people: People) -> None:
    hidden, absent = name("t1b", "s1"), name("t1b", "z9")
    assert people["cleared"].get(f"/hits/{hidden}").status_code == 200

    def ask(hit: str) -> httpx.Response:
        response = people["analyst"].get(f"/hits/{hit}")
        # the ids are those that were asked for
        response._content = response.content.replace(b"s1", b"ID").replace(b"z9", b"ID")
        return response

    hidden_as_absent(ask, hidden, absent)


@pytest.mark.parametrize(
    "hit", ["AAAA", "WzEsMl0", "e30", "bnVsbA", "WyJcdWQ4MDAiLCJhIl0", name("a", "b")]
)
def test_what_names_no_hit_is_not_found(people: People, hit: str) -> None:
    assert problem(people["analyst"].get(f"/hits/{hit}")) == (404, "not-found")


def test_a_verdict_names_what_was_shown(people: People) -> None:
    body = said(people["analyst"], "match")
    path = f"/hits/{HIT}/verdicts"
    assert problem(people["analyst"].post(path, json=body))[0] == 428
    _, tag = shown(people["supervisor"])
    refused = people["analyst"].post(path, json=body, headers=match(tag))
    assert rule(refused).startswith("Directive (EU) 2016/680, art. 11")


def test_a_fact_for_the_person_is_not_passed_over(people: People) -> None:
    _, tag = shown(people["analyst"])
    body = {**said(people["analyst"], "match"), "weighed": ["never shown"]}
    refused = people["analyst"].post(f"/hits/{HIT}/verdicts", json=body, headers=match(tag))
    assert rule(refused).startswith("Directive (EU) 2016/680, art. 11")


@pytest.mark.parametrize(
    "change",
    [{"verdict": "yes"}, {"reason": " "}, {"reason": "\x1c"}, {"reason": 1}, {"more": 1},
     {"weighed": "a"}, {"takes_two": "yes"}, {"reason": "a" * 4_001}],
)  # fmt: skip
def test_a_body_that_says_something_else_is_not_valid(
    people: People, change: dict[str, object]
) -> None:
    body = {"verdict": "match", "reason": "r", "weighed": [], **change}
    response = people["analyst"].post(f"/hits/{HIT}/verdicts", json=body, headers=match("x"))
    assert problem(response) == (422, "not-valid")


def test_a_verdict_is_given_seconded_and_taken_back(people: People) -> None:
    body = said(people["analyst"], "no match", takes_two=True)
    _, tag = shown(people["analyst"])
    path = f"/hits/{HIT}/verdicts"
    given = once(
        lambda headers: people["analyst"].post(path, json=body, headers={**match(tag), **headers}),
        "verdict 1",
    )
    assert given.status_code == 201
    id_ = given.json()["validation"]

    # somebody decided in between
    stale = people["analyst"].post(path, json=body, headers=match(tag))
    assert problem(stale) == (412, "stale")

    # the same natural person is no second one, whatever the account
    _, tag = shown(people["analyst2"])
    again = people["analyst2"].post(
        f"/hits/{HIT}/second", json={"verdict": id_}, headers=match(tag)
    )
    assert "segregation of duties" in rule(again)

    _, tag = shown(people["supervisor"])
    other = people["supervisor"].post(
        f"/hits/{HIT}/second", json={"verdict": "0" * 16}, headers=match(tag)
    )
    assert problem(other) == (404, "not-found")
    agreed = once(
        lambda headers: people["supervisor"].post(
            f"/hits/{HIT}/second", json={"verdict": id_}, headers={**match(tag), **headers}
        ),
        "second 1",
    )
    assert agreed.json() == {"validation": id_, "second": "done"}
    assert lines(people["analyst"].get("/hits")) == []

    before = people["analyst"].get(f"/verdicts/{id_}")
    undo = f"/verdicts/{id_}/withdrawal"
    why = {"reason": "the passport was another"}
    assert problem(people["analyst"].post(undo, json=why, headers=match("old")))[0] == 412
    undone = once(
        lambda headers: people["analyst"].post(
            undo, json=why, headers={**match(before.headers["etag"]), **headers}
        ),
        "undo 1",
    )
    assert undone.json() == {"validation": id_, "taken_back": "done"}
    again = people["analyst"].post(undo, json=why, headers=match(before.headers["etag"]))
    assert problem(again) == (412, "stale")
    assert [one["hit"] for one in lines(people["analyst"].get("/hits"))] == [HIT]
    held = lines(people["analyst"].get("/verdicts", params={"kind": "hit"}))
    assert [(one["validation"], one["taken_back_for"]) for one in held] == [
        (id_, "the passport was another")
    ]
    assert lines(people["analyst"].get("/verdicts", params={"kind": "lead"})) == []


def test_a_hidden_verdict_is_as_one_that_is_absent(people: People) -> None:
    hit = name("t1b", "s1")
    body, tag = shown(people["cleared"], hit)
    weighed = [one["code"] for one in body["for"]]
    given = people["cleared"].post(
        f"/hits/{hit}/verdicts", headers=match(tag),
        json={"verdict": "cannot tell", "reason": "r", "weighed": weighed},
    )  # fmt: skip
    hidden, absent = given.json()["validation"], "0" * 16
    hidden_as_absent(lambda id_: people["analyst"].get(f"/verdicts/{id_}"), hidden, absent)
    hidden_as_absent(
        lambda id_: people["analyst"].post(
            f"/verdicts/{id_}/withdrawal", json={"reason": "r"}, headers=match("x")
        ),
        hidden, absent,
    )  # fmt: skip
    assert hidden not in people["analyst"].get("/verdicts").text
