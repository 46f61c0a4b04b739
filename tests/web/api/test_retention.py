"""Retention over HTTP: due, reviewed, erased, restricted, held, unmasked, told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maillon.model import Act
from maillon.store import keeping as k
from maillon.store.tables_keeping import RETENTION_REVIEW
from maillon.workspace import Workspace

from .conftest import (
    ABSENT,
    NEXT_MONTH,
    YESTERDAY,
    People,
    asked_by,
    hidden_as_absent,
    lines,
    once,
    problem,
    rule,
)
from .conftest import view as view_of

ERASURE = {"target": "zz", "rule": "art. 16(2)", "reason": "court order", "path": "court"}
HOLD = {
    "target": "c1", "authority": "District court", "review": NEXT_MONTH, "reason": "trial",
}  # fmt: skip
UNMASKING = {"entities": ["c1"], "case": "C", "reason": "a lead", "until": NEXT_MONTH}


@pytest.fixture(scope="module")
def reviews(w: Workspace, keys: Path) -> dict[str, str]:
    """Reviews by dataset, opened as if four years had gone: of the sealed delivery too."""
    ahead = timedelta(days=4 * 366 + 300)
    house = replace(w.store.house, now=lambda: datetime.now(UTC) + ahead)
    view = view_of(w, Act.RETAIN, "keeper", purpose="retention")
    k.run(house, view, keys)
    with house.desk.housekeeping() as connection:
        rows = connection.execute(RETENTION_REVIEW.select()).all()
    return {row.delivery.split("-")[0]: row.id for row in rows}


def test_a_review_is_decided_once(people: People, reviews: dict[str, str]) -> None:
    client = people["keeper"]
    held = lines(client.get("/retention/reviews"))
    assert [one["review"] for one in held] == [reviews["register"]]
    path = f"/retention/reviews/{reviews['register']}/outcome"
    body = {"outcome": "expire", "reason": "let it go"}
    done = once(lambda headers: client.post(path, json=body, headers=headers), "v 1")
    assert done.json() == {"review": reviews["register"], "outcome": "expire"}
    assert problem(client.post(path, json=body)) == (404, "not-found")
    assert problem(client.post(path, json={**body, "outcome": "keep"})) == (422, "not-valid")


def test_a_hidden_review_is_as_one_that_is_absent(people: People, reviews: dict[str, str]) -> None:
    body = {"outcome": "expire", "reason": "r"}
    hidden_as_absent(
        lambda id_: people["keeper"].post(f"/retention/reviews/{id_}/outcome", json=body),
        reviews["vault"], ABSENT,
    )  # fmt: skip


def test_what_is_due_is_listed(people: People) -> None:
    assert lines(people["keeper"].get("/retention/due")) == []


def test_whether_there_was_anything_to_erase_is_not_told(people: People) -> None:
    client, path = people["keeper"], "/retention/erasures"
    made = once(lambda headers: client.post(path, json=ERASURE, headers=headers), "e 1")
    assert made.status_code == 201
    assert client.post(path, json={**ERASURE, "target": "s1"}).json().keys() == made.json().keys()
    held = lines(client.get("/retention/tombstones"))
    assert made.json()["tombstone"] in [one["tombstone"] for one in held]


def test_what_was_restricted_is_seen_again_when_it_is_lifted(people: People) -> None:
    client, order = people["keeper"], {**ERASURE, "target": "c1"}

    def flags() -> int:
        return people["analyst"].get("/flags", params={"entity": "c1"}).status_code

    assert flags() == 200
    made = once(
        lambda headers: client.post("/retention/restrictions", json=order, headers=headers), "e 2"
    )
    assert flags() == 404
    path = f"/retention/restrictions/{made.json()['tombstone']}/lifting"
    lifted = once(
        lambda headers: client.post(path, json={"reason": "settled"}, headers=headers), "e 3"
    )
    assert lifted.json()["state"] == "lifted"
    assert flags() == 200
    assert problem(client.post(path, json={"reason": "r"})) == (404, "not-found")


@pytest.mark.parametrize(
    "change",
    [{"scope": "remainder"}, {"path": "expiry"}, {"rule": " "}, {"target": ""}, {"again": "no"},
     {"dataset": "a" * 101}, {"kind": "restrict"}],
)  # fmt: skip
def test_what_is_no_erasure_is_not_valid(people: People, change: dict[str, object]) -> None:
    response = people["keeper"].post("/retention/erasures", json={**ERASURE, **change})
    assert problem(response) == (422, "not-valid")


def test_without_a_keys_folder_nothing_is_erased(w: Workspace) -> None:
    with asked_by(w, None) as people:
        response = people["keeper"].post("/retention/erasures", json=ERASURE)
    assert rule(response) == "DESIGN, section 4: keys lie outside the workspace"


def test_evidence_is_noted(people: People) -> None:
    body = {"entity": "c1", "reason": "a warrant"}
    made = once(
        lambda headers: people["keeper"].post("/retention/evidence", json=body, headers=headers),
        "e 4",
    )
    assert made.status_code == 201


def test_a_hold_is_placed_and_released_once(people: People) -> None:
    client = people["keeper"]
    made = once(lambda headers: client.post("/retention/holds", json=HOLD, headers=headers), "h 1")
    assert made.status_code == 201
    id_ = made.json()["hold"]
    assert [one["target"] for one in lines(client.get("/retention/holds"))] == ["c1"]
    # what others hold is not told
    assert [one["target"] for one in lines(people["officer"].get("/retention/holds"))] == [""]
    path = f"/retention/holds/{id_}/release"
    done = once(lambda headers: client.post(path, json={"reason": "over"}, headers=headers), "h 2")
    assert done.json() == {"hold": id_, "state": "released"}
    assert problem(client.post(path, json={"reason": "over"})) == (404, "not-found")


@pytest.mark.parametrize(
    "change", [{"review": YESTERDAY}, {"review": "x"}, {"scope": "remainder"}, {"authority": ""}]
)
def test_what_is_no_hold_is_not_valid(people: People, change: dict[str, object]) -> None:
    response = people["keeper"].post("/retention/holds", json={**HOLD, **change})
    assert problem(response) == (422, "not-valid")


def test_masks_fall_when_two_people_say_so(people: People) -> None:
    client, boss = people["keeper"], people["officer"]
    made = once(
        lambda headers: client.post("/retention/unmaskings", json=UNMASKING, headers=headers),
        "u 1",
    )
    assert made.status_code == 201
    path = f"/retention/unmaskings/{made.json()['unmasking']}/decision"
    body = {"approved": True}
    assert problem(people["stale officer"].post(path, json=body)) == (401, "step-up")
    assert rule(client.post(path, json=body)) == "four eyes: who asks is never who approves"
    done = once(lambda headers: boss.post(path, json=body, headers=headers), "u 2")
    assert done.json()["outcome"] == "approved"
    assert problem(boss.post(path, json=body)) == (404, "not-found")
    (held,) = lines(client.get("/retention/unmaskings"))
    assert (held["decided_by"], held["entities"]) == ("officer", 1)


def test_an_unmasking_does_not_end_in_the_past(people: People) -> None:
    response = people["keeper"].post(
        "/retention/unmaskings", json={**UNMASKING, "until": YESTERDAY}
    )
    assert rule(response) == "Directive (EU) 2016/681, art. 12(3)"


@pytest.mark.parametrize("change", [{"entities": []}, {"until": "x"}, {"case": ""}])
def test_what_is_no_unmasking_is_not_valid(people: People, change: dict[str, object]) -> None:
    response = people["keeper"].post("/retention/unmaskings", json={**UNMASKING, **change})
    assert problem(response) == (422, "not-valid")


def test_who_was_given_something_is_told_of_its_correction(people: People) -> None:
    client = people["keeper"]
    order = {"target": "m1", "recipient": "Police", "reference": "D-1"}
    made = once(
        lambda headers: client.post("/retention/transfers", json=order, headers=headers), "n 1"
    )
    assert made.status_code == 201
    body = {"target": "m1", "reason": "the name was wrong"}
    told = once(
        lambda headers: client.post("/retention/corrections", json=body, headers=headers), "n 2"
    )
    assert told.json() == {"notices": 1}
    (notice,) = lines(client.get("/retention/notices"))
    path, word = f"/retention/notices/{notice['notice']}/acknowledgement", "done"
    done = once(
        lambda headers: client.post(path, json={"acknowledgement": word}, headers=headers), "n 3"
    )
    assert done.json() == {"notice": notice["notice"], "acknowledgement": "done"}
    assert problem(client.post(path, json={"acknowledgement": word})) == (404, "not-found")


@pytest.mark.parametrize(
    ("path", "body"),
    [("transfers", {"target": "m1", "recipient": "a" * 201, "reference": "D-1"}),
     ("corrections", {"target": "m1", "reason": ""}),
     (f"notices/{ABSENT}/acknowledgement", {"acknowledgement": ""}),
     ("evidence", {"entity": "", "reason": "r"})],
)  # fmt: skip
def test_what_tells_nobody_anything_is_not_valid(
    people: People, path: str, body: dict[str, str]
) -> None:
    assert problem(people["keeper"].post(f"/retention/{path}", json=body)) == (422, "not-valid")


@pytest.mark.parametrize("path", ["due", "reviews", "tombstones", "holds", "unmaskings", "notices"])
def test_who_reviews_does_not_retain(people: People, path: str) -> None:
    assert "necessity" in rule(people["analyst"].get(f"/retention/{path}"))
