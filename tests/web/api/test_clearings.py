"""Clearings over HTTP: a record is not an entry, until somebody takes it back."""

import pytest
from sqlalchemy import select

from maillon.model import Act
from maillon.store.tables_accounts import REQUEST_KEY
from maillon.workspace import Workspace

from .conftest import ABSENT, People, hidden_as_absent, lines, once, problem, rule, screened, view


def said(subject: str, entry: str) -> dict[str, str]:
    return {"subject": subject, "entry": entry, "reason": "other passport"}


def test_a_cleared_hit_leaves_the_queue_and_comes_back(w: Workspace, people: People) -> None:
    screened(w, "analyst", "register")
    client = people["screener"]
    assert [one["ids"] for one in lines(client.get("/hits"))] == [["t1b", "t1"]]
    made = once(
        lambda headers: client.post("/clearings", json=said("t1b", "t1"), headers=headers), "c 1"
    )
    assert made.status_code == 201
    id_ = made.json()["clearing"]
    assert lines(client.get("/hits")) == []
    (held,) = lines(client.get("/clearings", params={"entity": "t1"}))
    assert (held["clearing"], held["standing"]) == (id_, True)

    ended = once(
        lambda headers: client.post(
            f"/clearings/{id_}/end", json={"reason": "wrong"}, headers=headers
        ),
        "c 2",
    )
    assert ended.json()["revokes"] == id_
    assert [one["ids"] for one in lines(client.get("/hits"))] == [["t1b", "t1"]]
    assert problem(client.post(f"/clearings/{id_}/end", json={"reason": "r"}))[0] == 404
    assert [one["standing"] for one in lines(client.get("/clearings"))] == [False, False]


@pytest.mark.parametrize("side", ["subject", "entry"])
def test_a_hidden_side_is_as_one_that_is_absent(people: People, side: str) -> None:
    whole = said("t1b", "t1")
    hidden_as_absent(
        lambda id_: people["screener"].post("/clearings", json={**whole, side: id_}), "s1", "z9"
    )


def test_a_hidden_clearing_is_as_one_that_is_absent(w: Workspace, people: People) -> None:
    cleared = view(w, Act.SCREEN, "cleared", purpose="screening")
    subject = w.screening.subject(cleared, "t1b")
    assert subject is not None
    hidden = w.screening.clear(cleared, subject, "s1", "r")
    hidden_as_absent(
        lambda id_: people["screener"].post(f"/clearings/{id_}/end", json={"reason": "r"}),
        hidden, ABSENT,
    )  # fmt: skip
    assert hidden not in people["screener"].get("/clearings").text


def test_what_is_kept_under_a_key_names_nobody(w: Workspace, people: People) -> None:
    client = people["screener"]
    once(lambda headers: client.post("/clearings", json=said("m1", "t1"), headers=headers), "c 3")
    with w.store.house.desk.housekeeping() as connection:
        kept = connection.execute(select(REQUEST_KEY.c.body)).scalars().all()
    assert kept
    assert not [body for body in kept if '"m1"' in body or '"t1"' in body]


def test_who_retains_clears_nobody(people: People) -> None:
    assert rule(people["keeper"].post("/clearings", json=said("t1b", "t1")))


@pytest.mark.parametrize("change", [{"reason": ""}, {"subject": 1}, {"who": "chief"}])
def test_what_is_no_clearing_is_not_valid(people: People, change: dict[str, object]) -> None:
    response = people["screener"].post("/clearings", json={**said("t1b", "t1"), **change})
    assert problem(response) == (422, "not-valid")
