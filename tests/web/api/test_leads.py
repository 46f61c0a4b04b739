"""Leads over HTTP: shown whole, assessed, decided, seconded, taken back, written to a file."""

import xml.etree.ElementTree as ET

import httpx
import pytest

from .conftest import ABSENT, People, hidden_as_absent, lines, match, once, problem, rule


@pytest.fixture(scope="module")
def lead(people: People) -> str:
    (found,) = lines(people["analyst"].get("/leads"))
    (id_,) = found["ids"]
    return str(id_)


@pytest.fixture(scope="module")
def hidden(people: People, lead: str) -> str:
    found = [one["ids"][0] for one in lines(people["cleared"].get("/leads", params={"top": 100}))]
    (first, *_) = [one for one in found if one != lead]
    assert people["cleared"].get(f"/leads/{first}").status_code == 200
    return str(first)


def tag(client: httpx.Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, response.text
    return str(response.headers["etag"])


def verdict(client: httpx.Client, lead: str, said: str, **more: object) -> dict[str, object]:
    weighed = [one["code"] for one in client.get(f"/leads/{lead}").json()["for"]]
    return {"verdict": said, "reason": "an invoice", "weighed": weighed, **more}


def test_the_queue_goes_on_after_its_place(people: People, lead: str) -> None:
    (found,) = lines(people["analyst"].get("/leads"))
    assert found["ids"] == [lead]
    assert lines(people["analyst"].get("/leads", params={"cursor": found["place"]})) == []


def test_a_lead_shows_both_sides_under_its_revision(people: People, lead: str) -> None:
    response = people["analyst"].get(f"/leads/{lead}")
    assert response.headers["etag"] == f'"{response.json()["revision"]}"'
    assert response.json()["against"]


def test_a_lead_is_explained_whole(people: People, lead: str) -> None:
    said = people["analyst"].get(f"/leads/{lead}/explanation").json()
    assert said["lead_id"] == lead
    assert said["standing"]["state"] == "proposed"
    assert said["paths"][0]["hops"][0]["statements"]


def test_what_was_searched_is_said(people: People) -> None:
    said = people["analyst"].get("/leads/coverage").json()
    assert said["outcome"] == "found"
    assert [one["dataset"] for one in said["datasets"]] == ["register"]


@pytest.mark.parametrize("path", ["", "/explanation", "/standing", "/file?form=svg"])
def test_a_hidden_lead_is_as_one_that_is_absent(people: People, hidden: str, path: str) -> None:
    hidden_as_absent(lambda id_: people["analyst"].get(f"/leads/{id_}{path}"), hidden, ABSENT)


@pytest.mark.parametrize(
    ("path", "body"),
    [("assessments", {"state": "open", "reason": "r"}),
     ("verdicts", {"verdict": "refuted", "reason": "r"}),
     ("second", {"verdict": "f" * 16})],
)  # fmt: skip
def test_of_a_hidden_lead_nobody_says_more_than_of_one_that_is_absent(
    people: People, hidden: str, path: str, body: dict[str, str]
) -> None:
    hidden_as_absent(
        lambda id_: people["analyst"].post(f"/leads/{id_}/{path}", json=body, headers=match("x")),
        hidden, ABSENT,
    )  # fmt: skip


@pytest.mark.parametrize("query", ["top=0", "top=1001", "top=x", "cursor=%21", "limit=0"])
def test_a_query_that_says_nothing_is_refused(people: People, query: str) -> None:
    assert people["analyst"].get(f"/leads?{query}").status_code in {400, 422}


def test_an_assessment_is_of_what_was_read(people: People, lead: str) -> None:
    path, body = f"/leads/{lead}/assessments", {"state": "open", "reason": "begun"}
    seen = tag(people["analyst"], f"/leads/{lead}/standing")
    assert problem(people["analyst"].post(path, json=body))[0] == 428
    assert problem(people["analyst"].post(path, json=body, headers=match("x"))) == (412, "stale")
    said = once(
        lambda headers: people["analyst"].post(path, json=body, headers={**match(seen), **headers}),
        "assess 1",
    )
    assert said.status_code == 201
    stale = people["analyst"].post(path, json=body, headers=match(seen))
    assert problem(stale) == (412, "stale")
    held = people["analyst"].get(f"/leads/{lead}/standing").json()
    assert held["state"] == "open"
    assert [one["assessment"] for one in held["assessments"]] == [said.json()["assessment"]]
    assert lines(people["analyst"].get("/assessments")) == held["assessments"]


def test_that_a_lead_holds_takes_a_verdict(people: People, lead: str) -> None:
    seen = tag(people["analyst"], f"/leads/{lead}/standing")
    body = {"state": "confirmed", "reason": "r"}
    refused = people["analyst"].post(f"/leads/{lead}/assessments", json=body, headers=match(seen))
    assert rule(refused).startswith("Directive (EU) 2016/680, art. 11")


@pytest.mark.parametrize("body", [{"state": "sure", "reason": "r"}, {"state": "open"}, [], None])
def test_an_assessment_that_is_none_is_not_valid(people: People, lead: str, body: object) -> None:
    response = people["analyst"].post(f"/leads/{lead}/assessments", json=body, headers=match("x"))
    assert problem(response) == (422, "not-valid")


def test_a_lead_leaves_as_a_file_when_a_person_confirmed_it(people: People, lead: str) -> None:
    client, path = people["analyst"], f"/leads/{lead}/verdicts"
    before = client.get(f"/leads/{lead}/file", params={"form": "svg"})
    assert rule(before).startswith("Directive (EU) 2016/680, art. 11")

    body, seen = verdict(client, lead, "suspected"), tag(client, f"/leads/{lead}")
    given = once(
        lambda headers: client.post(path, json=body, headers={**match(seen), **headers}), "lead 1"
    )
    assert problem(client.post(path, json=body, headers=match(seen))) == (412, "stale")

    for form, kind in (
        ("graphml", "application/graphml+xml"), ("gexf", "application/gexf+xml"),
        ("svg", "image/svg+xml"),
    ):  # fmt: skip
        file = client.get(f"/leads/{lead}/file", params={"form": form})
        assert file.status_code == 200
        assert file.headers["content-type"] == kind
        assert file.headers["content-disposition"] == (f'attachment; filename="lead-{lead}.{form}"')
        assert ET.fromstring(file.content).tag.endswith(form)
    assert problem(client.get(f"/leads/{lead}/file", params={"form": "pdf"}))[0] == 422

    id_ = given.json()["validation"]
    undone = client.post(
        f"/verdicts/{id_}/withdrawal", json={"reason": "forged"},
        headers=match(tag(client, f"/verdicts/{id_}")),
    )  # fmt: skip
    assert undone.json() == {"validation": id_, "taken_back": "done"}


def test_a_second_person_was_shown_the_lead_too(people: People, lead: str) -> None:
    client, boss = people["analyst"], people["supervisor"]
    given = client.post(
        f"/leads/{lead}/verdicts", headers=match(tag(client, f"/leads/{lead}")),
        json=verdict(client, lead, "refuted", takes_two=True),
    )  # fmt: skip
    body = {"verdict": given.json()["validation"]}
    own = client.post(
        f"/leads/{lead}/second", json=body, headers=match(tag(client, f"/leads/{lead}"))
    )
    assert "segregation of duties" in rule(own)
    unseen = boss.post(
        f"/leads/{lead}/second", json=body, headers=match(tag(client, f"/leads/{lead}"))
    )
    assert rule(unseen).startswith("Directive (EU) 2016/680, art. 11")
    seen = tag(boss, f"/leads/{lead}")
    agreed = once(
        lambda headers: boss.post(
            f"/leads/{lead}/second", json=body, headers={**match(seen), **headers}
        ),
        "lead 2",
    )
    assert agreed.json() == {"validation": body["verdict"], "second": "done"}
    assert lines(client.get("/leads")) == []
    assert client.get(f"/leads/{lead}/standing").json()["state"] == "refuted"
