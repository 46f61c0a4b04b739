"""Protections and categories over HTTP: written once, lifted by another, never of what is hidden."""

import pytest

from maillon.model import Act
from maillon.store.protections import Protection
from maillon.workspace import Workspace

from .conftest import (
    ABSENT,
    NEXT_MONTH,
    People,
    hidden_as_absent,
    lines,
    once,
    problem,
    rule,
    view,
)


def said(entity: str, kind: str = "minor", **more: str) -> dict[str, str]:
    return {"entity": entity, "kind": kind, "reason": "a birth certificate", **more}


def test_a_protection_is_written_once_and_lifted_by_another_person(people: People) -> None:
    client, boss = people["analyst"], people["supervisor"]
    made = once(
        lambda headers: client.post("/protections", json=said("c1"), headers=headers), "p 1"
    )
    assert made.status_code == 201
    id_ = made.json()["protection"]
    (held,) = lines(client.get("/protections", params={"entity": "c1"}))
    assert (held["id"], held["kind"], held["who"]) == (id_, "minor", "analyst")
    assert client.get("/flags", params={"entity": "c1"}).json()["flags"] == ["minor"]

    path, why = f"/protections/{id_}/lifting", {"reason": "come of age"}
    assert "segregation of duties" in rule(client.post(path, json=why))
    assert "segregation of duties" in rule(people["analyst2"].post(path, json=why))
    lifted = once(lambda headers: boss.post(path, json=why, headers=headers), "p 2")
    assert lifted.json()["lifted"] == id_
    assert problem(boss.post(path, json=why)) == (404, "not-found")
    assert lines(client.get("/protections")) == []


def test_what_is_sealed_is_gone_for_who_is_not_cleared(people: People) -> None:
    client = people["analyst"]
    client.post("/protections", json=said("m1", "sealed")).raise_for_status()
    hidden_as_absent(lambda id_: client.get("/flags", params={"entity": id_}), "m1", "zz")
    assert lines(client.get("/protections")) == []
    (held,) = lines(people["cleared"].get("/protections", params={"entity": "m1"}))
    lifted = people["cleared"].post(
        f"/protections/{held['id']}/lifting", json={"reason": "settled"}
    )
    assert lifted.status_code == 200
    assert client.get("/flags", params={"entity": "m1"}).json()["flags"] == []


def test_a_hidden_entity_is_as_one_that_is_absent(people: People) -> None:
    client = people["analyst"]
    hidden_as_absent(lambda id_: client.post("/protections", json=said(id_)), "s1", "z9")
    hidden_as_absent(lambda id_: client.get("/flags", params={"entity": id_}), "s1", "z9")
    body = {"category": "suspect", "reason": "r"}
    hidden_as_absent(
        lambda id_: client.post("/categories", json={**body, "entity": id_}), "s1", "z9"
    )
    assert (
        client.get("/categories", params={"entity": "s1"}).json()
        == client.get("/categories", params={"entity": "z9"}).json()
    )


def test_a_hidden_protection_is_as_one_that_is_absent(w: Workspace, people: People) -> None:
    hidden = w.guarding.protect(
        view(w, Act.DECIDE, "cleared"), Protection("s1", "homonym", "two of one name")
    )
    hidden_as_absent(
        lambda id_: people["supervisor"].post(f"/protections/{id_}/lifting", json={"reason": "r"}),
        hidden, ABSENT,
    )  # fmt: skip
    assert hidden not in people["analyst"].get("/protections").text


def test_a_release_has_an_end(people: People) -> None:
    refused = people["analyst"].post("/protections", json=said("c1", "release"))
    assert rule(refused) == "DESIGN, section 4 (named decision)"
    ended = people["analyst"].post("/protections", json=said("c1", "release", until=NEXT_MONTH))
    assert ended.status_code == 201


@pytest.mark.parametrize(
    "change",
    [{"kind": "tall"}, {"until": "2026-02-30"}, {"until": "tomorrow"}, {"review": 1},
     {"reason": ""}, {"who": "chief"}, {"entity": ""}],
)  # fmt: skip
def test_what_is_no_protection_is_not_valid(people: People, change: dict[str, object]) -> None:
    response = people["analyst"].post("/protections", json={**said("c1"), **change})
    assert problem(response) == (422, "not-valid")


def test_a_person_is_categorised_in_a_case(people: People) -> None:
    client = people["analyst"]
    body = {"entity": "c1", "category": "suspect", "reason": "the seizure"}
    assert rule(client.post("/categories", json=body)).startswith("Directive (EU) 2016/680, art. 6")
    case = client.post("/cases", json={
        "regime": "both", "purposes": ["review"], "agencies": ["centre"], "reason": "warrant 7",
        "expires": NEXT_MONTH,
    }).json()["case"]  # fmt: skip
    client.post(f"/cases/{case}/declarations", json={"conflict": False}).raise_for_status()
    under = {"x-maillon-case": case}
    made = once(
        lambda headers: client.post("/categories", json=body, headers={**under, **headers}), "k 1"
    )
    assert made.status_code == 201
    (held,) = lines(client.get("/categories", params={"entity": "c1"}))
    assert (held["case"], held["category"]) == (case, "suspect")
    assert lines(people["supervisor"].get("/categories", params={"entity": "c1"})) == []


@pytest.mark.parametrize("change", [{"category": "guilty"}, {"since": "2026-13-01"}])
def test_what_is_no_category_is_not_valid(people: People, change: dict[str, object]) -> None:
    body = {"entity": "c1", "category": "suspect", "reason": "r", **change}
    assert problem(people["analyst"].post("/categories", json=body)) == (422, "not-valid")


@pytest.mark.parametrize(
    "path",
    ["protections", "categories?entity=c1", "anchors", "verdicts", "judgements",
     "clearings", "assessments", "hits"],
)  # fmt: skip
def test_oversight_reads_what_people_decided(people: People, path: str) -> None:
    response = people["overseer"].get(f"/{path}")
    assert response.status_code == 200, response.text


def test_oversight_decides_nothing(people: People) -> None:
    assert "necessity" in rule(people["overseer"].post("/protections", json=said("c1")))
