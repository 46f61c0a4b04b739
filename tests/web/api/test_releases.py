"""What leaves, over HTTP: consents, sanitisations and the check of a text, by who proved it anew."""

import pytest

from .conftest import NEXT_MONTH, People, hidden_as_absent, lines, match, once, problem, rule

CONSENT = {"recipient": "Interpol", "reason": "request 9", "until": NEXT_MONTH}
SANITISED = {
    "text": "A person is known.", "entities": ["t1"], "what": "the name", "by": "analyst",
    "label": {"scheme": "TLP 2.0", "code": "TLP:GREEN", "purposes": ["review"]},
}  # fmt: skip


def test_a_consent_is_given_by_who_proved_it_anew(people: People) -> None:
    client = people["chief"]
    assert problem(people["stale chief"].post("/consents", json=CONSENT)) == (401, "step-up")
    made = once(lambda headers: client.post("/consents", json=CONSENT, headers=headers), "r 1")
    assert made.status_code == 201
    assert made.json()["originator"] == "police"
    held = lines(client.get("/consents", params={"recipient": "Interpol"}))
    assert held == [{"originator": "police", "code": ""}]
    # what others consented to is for them to know
    assert lines(people["analyst"].get("/consents", params={"recipient": "Interpol"})) == []


@pytest.mark.parametrize("change", [{"until": ""}, {"recipient": ""}, {"code": "a" * 101}])
def test_what_is_no_consent_is_not_valid(people: People, change: dict[str, object]) -> None:
    assert problem(people["chief"].post("/consents", json={**CONSENT, **change}))[0] == 422


def test_a_sanitisation_is_approved_by_another_person(people: People) -> None:
    path, boss = "/sanitisations", people["supervisor"]
    assert problem(people["stale supervisor"].post(path, json=SANITISED)) == (401, "step-up")
    assert "segregation of duties" in rule(people["analyst2"].post(path, json=SANITISED))
    made = once(lambda headers: boss.post(path, json=SANITISED, headers=headers), "r 2")
    assert made.status_code == 201
    assert len(made.json()["sha256"]) == 64
    unknown = {**SANITISED, "label": {"scheme": "none", "code": "x"}}
    assert rule(boss.post(path, json=unknown)).startswith("DESIGN, section 4")


def test_a_hidden_entity_is_as_one_that_is_absent(people: People) -> None:
    for path in ("/sanitisations", "/releases/check"):
        body = SANITISED if path == "/sanitisations" else {"text": "t", "recipient": "Interpol"}
        hidden_as_absent(
            lambda id_, path=path, body=body: people["supervisor"].post(  # type: ignore[misc]
                path, json={**body, "entities": [id_]}
            ),
            "s1", "z9",
        )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"entities": []}, {"text": ""}, {"label": {"code": 1}}, {"label": {"originator": "x"}}],
)
def test_what_is_no_sanitisation_is_not_valid(people: People, change: dict[str, object]) -> None:
    response = people["supervisor"].post("/sanitisations", json={**SANITISED, **change})
    assert problem(response)[0] == 422


def test_a_text_leaves_when_nothing_stands_against_it(people: People) -> None:
    client = people["analyst"]
    case = client.post("/cases", json={
        "regime": "both", "purposes": ["review"], "agencies": ["centre"], "reason": "warrant 7",
        "expires": NEXT_MONTH,
    }).json()["case"]  # fmt: skip
    client.post(f"/cases/{case}/declarations", json={"conflict": False}).raise_for_status()
    under = {"x-maillon-case": case}
    body = {"text": "Known to the police.", "entities": ["t1"], "recipient": "Interpol"}
    stale = people["stale analyst"].post("/releases/check", json=body, headers=under)
    assert problem(stale) == (401, "step-up")
    unclassified = client.post("/releases/check", json=body, headers=under)
    assert rule(unclassified).startswith("Directive (EU) 2016/680, art. 6")
    client.post(
        "/categories", headers=under,
        json={"entity": "t1", "category": "suspect", "reason": "the seizure"},
    ).raise_for_status()  # fmt: skip
    people["chief"].post("/consents", json=CONSENT).raise_for_status()
    assert client.post("/releases/check", json=body, headers=under).json()["may_leave"] is True
    # two sides of a hit that nobody confirmed
    both = client.post(
        "/releases/check", json={**body, "entities": ["t1", "t1b"]},
        headers={**under, **match("x")},
    )  # fmt: skip
    assert rule(both)
