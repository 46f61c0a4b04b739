"""Requests of data subjects and breaches over HTTP: each step on what was read, by two people."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from maillon.model import Label
from maillon.workspace import Workspace

from ...journeys.records import loaded, person  # noqa: TID252 - as the journeys have them
from ..callers import BASIS  # noqa: TID252 - as above
from .conftest import (
    ABSENT,
    NEXT_MONTH,
    YESTERDAY,
    People,
    lines,
    match,
    once,
    problem,
    rule,
)

ORDER = {"kind": "access", "reference": "R-1/26", "received": YESTERDAY, "entities": []}
NOW = datetime.now(UTC)
BREACH = {
    "what": "a lost disk", "since": (NOW - timedelta(days=2)).isoformat(),
    "until": (NOW - timedelta(days=1)).isoformat(), "noticed": NOW.isoformat(),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def own(w: Workspace) -> None:
    """The agency's own record: what another delivered is not read for retention."""
    loaded(w, "own", Label("centre", legal_basis=BASIS), [person("o1", "Olga Novak")])


def filed(people: People, **changes: object) -> str:
    made = people["keeper"].post("/requests", json={**ORDER, **changes})
    assert made.status_code == 201, made.text
    return str(made.json()["request"])


def step(
    people: People,
    id_: str,
    what: str,
    body: object,
    who: str = "keeper",
    tag: str = "",
    **more: str,
) -> httpx.Response:
    seen = tag or people[who].get(f"/requests/{id_}").headers["etag"]
    return people[who].post(f"/requests/{id_}/{what}", json=body, headers={**match(seen), **more})


def test_access_is_granted_by_two_people_and_answered(people: People) -> None:
    made = once(
        lambda headers: people["keeper"].post("/requests", json=ORDER, headers=headers), "s 1"
    )
    id_ = made.json()["request"]
    no_entity = step(people, id_, "proposal", {"outcome": "grant"})
    assert rule(no_entity) == "Directive (EU) 2016/680, art. 14"
    old = people["keeper"].get(f"/requests/{id_}").headers["etag"]
    named = once(
        lambda headers: step(people, id_, "entities", {"entities": ["o1"]}, tag=old, **headers),
        "s 2",
    )
    assert named.json() == {"request": id_, "entities": 1}
    stale = step(people, id_, "proposal", {"outcome": "grant"}, tag=old)
    assert problem(stale) == (412, "stale")
    assert step(people, id_, "proposal", {"outcome": "grant"}).json()["state"] == "proposed"
    own = step(people, id_, "decision", {"agreed": True})
    assert rule(own) == "four eyes: who asks is never who approves"
    early = people["keeper"].post(f"/requests/{id_}/answer")
    assert problem(early) == (412, "stale")
    seen = people["officer"].get(f"/requests/{id_}").headers["etag"]
    decided = once(
        lambda headers: step(
            people, id_, "decision", {"agreed": True}, "officer", tag=seen, **headers
        ),
        "s 3",
    )
    assert decided.json() == {"request": id_, "state": "decided"}
    again = step(people, id_, "decision", {"agreed": True}, "officer")
    assert problem(again) == (412, "stale")

    assert problem(people["stale keeper"].post(f"/requests/{id_}/answer")) == (401, "step-up")
    letter = people["keeper"].post(f"/requests/{id_}/answer").json()
    assert people["keeper"].post(f"/requests/{id_}/answer").json() == letter
    assert letter["text"].startswith("Your request R-1/26")
    assert {one["entity"] for one in letter["statements"]} == {"o1"}
    (held,) = lines(people["keeper"].get("/requests"))
    assert (held["state"], held["proposed_by"]) == ("answered", "keeper")


def test_an_outcome_that_changed_is_not_agreed_to(people: People) -> None:
    id_ = filed(people, kind="erasure", entities=["zz"])
    step(people, id_, "proposal", {"outcome": "refuse", "ground": "inquiry"}).raise_for_status()
    seen = people["officer"].get(f"/requests/{id_}").headers["etag"]
    step(people, id_, "proposal", {"outcome": "grant"}).raise_for_status()
    decided = step(people, id_, "decision", {"agreed": True}, "officer", tag=seen)
    assert problem(decided) == (412, "stale")


def test_a_refusal_names_its_ground(people: People) -> None:
    refused = step(people, filed(people), "proposal", {"outcome": "refuse"})
    assert rule(refused) == "Directive (EU) 2016/680, art. 15(1)"


def test_whoever_is_told_nothing_gets_the_same_words(people: People) -> None:
    letters = []
    for entities, outcome in ((["o1"], {"outcome": "refuse", "ground": "inquiry"}),
                              ([], {"outcome": "no data"})):  # fmt: skip
        id_ = filed(people, entities=entities)
        step(people, id_, "proposal", outcome).raise_for_status()
        step(people, id_, "decision", {"agreed": True}, "officer").raise_for_status()
        letters.append(people["keeper"].post(f"/requests/{id_}/answer").content)
    assert letters[0] == letters[1]


def test_time_is_extended_once(people: People) -> None:
    id_ = filed(people)
    assert step(people, id_, "extension", {"reason": "more to search"}).status_code == 200
    again = step(people, id_, "extension", {"reason": "and more"})
    assert "extended before" in again.json()["reason"]


@pytest.mark.parametrize(
    "path", ["", "/entities", "/extension", "/proposal", "/decision", "/answer"]
)
def test_a_request_that_is_absent_is_not_found(people: People, path: str) -> None:
    bodies: dict[str, object] = {
        "/entities": {"entities": []}, "/extension": {"reason": "r"},
        "/proposal": {"outcome": "no data"}, "/decision": {"agreed": False},
    }  # fmt: skip
    response = people["keeper"].request(
        "POST" if path else "GET", f"/requests/{ABSENT}{path}", json=bodies.get(path),
        headers=match("x"),
    )  # fmt: skip
    assert problem(response) == (404, "not-found")


@pytest.mark.parametrize(
    "change",
    [{"kind": "money"}, {"received": NEXT_MONTH}, {"received": "x"}, {"reference": ""},
     {"channel": "friend"}, {"entities": [1]}, {"entities": None}],
)  # fmt: skip
def test_what_is_no_request_is_not_valid(people: People, change: dict[str, object]) -> None:
    response = people["keeper"].post("/requests", json={**ORDER, **change})
    assert problem(response) == (422, "not-valid")


@pytest.mark.parametrize("path", ["/requests", "/breaches", "/processing-records"])
def test_who_reviews_does_not_retain(people: People, path: str) -> None:
    assert "necessity" in rule(people["analyst"].get(path))


def test_what_cannot_be_is_the_callers_mistake(people: People) -> None:
    late = {**ORDER, "received": NEXT_MONTH}
    assert problem(people["keeper"].post("/requests", json=late)) == (422, "not-valid")
    turned = {**BREACH, "since": BREACH["until"], "until": BREACH["since"]}
    assert problem(people["keeper"].post("/breaches", json=turned)) == (422, "not-valid")


def test_a_breach_is_noted_and_reported_once(people: People) -> None:
    client = people["keeper"]
    made = once(lambda headers: client.post("/breaches", json=BREACH, headers=headers), "b 1")
    assert made.status_code == 201
    id_ = made.json()["breach"]
    (held,) = lines(client.get("/breaches"))
    assert (held["breach"], held["reported_at"]) == (id_, "")
    path = f"/breaches/{id_}/report"
    assert once(lambda headers: client.post(path, headers=headers), "b 2").status_code == 200
    assert problem(client.post(path)) == (404, "not-found")
    assert client.get(f"/breaches/{id_}/affected").json()["acts"] == 0
    assert problem(client.get(f"/breaches/{ABSENT}/affected")) == (404, "not-found")


@pytest.mark.parametrize(
    "change",
    [{"since": NOW.isoformat(), "until": YESTERDAY}, {"noticed": "2999-01-01T00:00:00Z"},
     {"since": "0001-01-01T00:00:00+14:00"}, {"since": "2026-01-01T00:00:00"}, {"since": "x"},
     {"what": ""}, {"datasets": [""]}],
)  # fmt: skip
def test_what_is_no_breach_is_not_valid(people: People, change: dict[str, object]) -> None:
    response = people["keeper"].post("/breaches", json={**BREACH, **change})
    assert problem(response) == (422, "not-valid")


def test_processing_is_recorded_a_dataset(people: People) -> None:
    held = lines(people["keeper"].get("/processing-records"))
    # the sealed one is not told of
    assert [(one["dataset"], one["deliveries"]) for one in held] == [
        ("own", 1), ("register", 1),
    ]  # fmt: skip


def test_a_request_that_the_client_has_is_not_sent_again(people: People) -> None:
    path = f"/requests/{filed(people)}"
    tag = people["keeper"].get(path).headers["etag"]
    # 304 is no answer of its own: the document's check is left aside
    with httpx.Client(headers=dict(people["keeper"].headers)) as client:
        again = client.get(
            str(people["keeper"].base_url) + path[1:], headers={"if-none-match": tag}
        )
    assert (again.status_code, again.content) == (304, b"")
