"""Accounts and keys over HTTP: who manages them, and whom."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select
from tests.store.logins import PASSWORD

from maillon.store.login.accounts import SERVICE, By
from maillon.store.tables_ledger import LEDGER

from .conftest import HEADERS, Browser, House, code

ACCOUNTS = "/api/v1/accounts"
KEY = {"name": "screening of the border", "scopes": ["screen"]}


def change(client: Browser, who: str, what: str) -> httpx.Response:
    return client.patch(f"{ACCOUNTS}/{who}", json={"change": what})


def issue(client: Browser, who: str = "lister", **more: Any) -> httpx.Response:
    return client.post(f"{ACCOUNTS}/{who}/keys", json={**KEY, **more})


def by_key(house: House, token: str, **more: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}", **HEADERS, **more}
    return house.browser().get("/api/v1/probe", headers=headers)


def test_an_administrator_makes_an_account_that_its_owner_sets_up(house: House) -> None:
    admin = house.administrator()
    said = admin.post(ACCOUNTS, json={"account": "analyst"})
    assert said.status_code == 201
    assert said.json()["account"]["is_set_up"] is False
    client = house.browser("analyst", said.json()["code"])
    assert client.get("/api/v1/session").json()["needs"] == "password"
    listed = admin.get(ACCOUNTS).json()["items"]
    assert [one["account"] for one in listed] == ["analyst", "warden"]
    assert "code" not in listed[0]


def test_an_administrator_opens_no_content(house: House) -> None:
    refused = house.administrator("porter").get("/api/v1/probe", headers=HEADERS)
    assert code(refused) == (403, "refused")
    assert "segregation of duties" in refused.json()["rule"]


def test_who_is_no_administrator_manages_nothing(house: House) -> None:
    house.account()
    house.account("supervisor")
    client = house.browser("analyst")
    for said in (
        client.get(ACCOUNTS), client.post(ACCOUNTS, json={"account": "keeper"}),
        change(client, "supervisor", "lock"), change(client, "nobody", "lock"),
        client.get(f"{ACCOUNTS}/supervisor/sessions"), client.get(f"{ACCOUNTS}/supervisor/keys"),
        client.delete(f"{ACCOUNTS}/supervisor/sessions"), issue(client),
    ):  # fmt: skip
        assert code(said) == (403, "refused")
        assert said.json()["rule"] == "policy: accounts"


def test_managing_needs_a_fresh_proof_and_looking_does_not(house: House) -> None:
    house.account()
    admin = house.administrator()
    house.clock.go(minutes=5)
    assert admin.get(ACCOUNTS).status_code == 200
    said = change(admin, "analyst", "lock")
    assert code(said) == (403, "refused")
    assert "step-up" in said.json()["remedy"]


@pytest.mark.parametrize("who", ["warden", "warden2"])
@pytest.mark.parametrize("what", ["lock", "unlock", "disable", "reset"])
def test_nobody_manages_an_account_of_their_own(house: House, who: str, what: str) -> None:
    admin = house.administrator()
    if who == "warden2":
        house.keeper.accounts.add(By(), who)
    said = change(admin, who, what)
    assert code(said) == (403, "refused")
    assert "of their own" in said.json()["reason"]
    assert code(issue(admin, who)) == (403, "refused")


def test_an_administrator_locks_unlocks_resets_and_disables(house: House) -> None:
    house.account()
    admin = house.administrator()
    client = house.browser("analyst")
    assert change(admin, "analyst", "lock").json()["account"]["state"] == "locked"
    assert client.get("/api/v1/session").status_code == 401
    assert change(admin, "analyst", "unlock").json()["account"]["state"] == "open"
    assert house.browser("analyst")
    said = change(admin, "analyst", "reset")
    assert said.json()["account"]["is_set_up"] is False
    assert house.browser("analyst", said.json()["code"])
    assert change(admin, "analyst", "disable").json()["account"]["state"] == "disabled"
    assert code(change(admin, "nobody", "lock")) == (404, "not-found")


def test_an_administrator_ends_the_sessions_of_an_account(house: House) -> None:
    house.account()
    admin = house.administrator()
    one, two = house.browser("analyst"), house.browser("analyst")
    held = admin.get(f"{ACCOUNTS}/analyst/sessions").json()["items"]
    id_ = one.get("/api/v1/session").json()["id"]
    assert id_ in [each["id"] for each in held]
    assert admin.delete(f"{ACCOUNTS}/analyst/sessions/{id_}").status_code == 204
    assert [each.get("/api/v1/session").status_code for each in (one, two)] == [401, 200]
    assert admin.delete(f"{ACCOUNTS}/analyst/sessions").status_code == 204
    assert two.get("/api/v1/session").status_code == 401


def test_a_key_asks_under_headers_for_its_acts(house: House) -> None:
    house.service()
    said = issue(house.administrator())
    assert said.status_code == 201
    token = said.json()["token"]
    assert by_key(house, token).json() == {"who": "lister", "means": "key", "scopes": ["screen"]}
    other = issue(house.administrator("porter"), scopes=["load"]).json()["token"]
    refused = by_key(house, other)
    assert (code(refused), refused.json()["rule"]) == ((403, "refused"), "keys: scope")


def test_a_key_needs_no_page_and_is_never_fresh(house: House) -> None:
    house.service()
    token = issue(house.administrator()).json()["token"]
    headers = {"authorization": f"Bearer {token}", **HEADERS}
    assert code(house.browser().post("/api/v1/probe", headers=headers)) == (401, "step-up")


def test_a_key_does_not_log_in_or_manage(house: House) -> None:
    house.service()
    token = issue(house.administrator()).json()["token"]
    headers = {"authorization": f"Bearer {token}"}
    for path in ("session", "sessions", "accounts", "account/passkeys"):
        assert code(house.browser().get(f"/api/v1/{path}", headers=headers)) == (
            401,
            "not-logged-in",
        )


def test_a_key_from_elsewhere_a_revoked_and_an_expired_one_are_one_answer(house: House) -> None:
    house.service()
    admin = house.administrator()
    elsewhere = issue(admin, addresses=["10.0.0.0/8"]).json()["token"]
    here = issue(admin, addresses=["127.0.0.1/32"]).json()["token"]
    revoked = issue(admin).json()
    path = f"{ACCOUNTS}/lister/keys/{revoked['key']['id']}"
    assert admin.delete(path).status_code == 204
    assert by_key(house, here).status_code == 200
    short = issue(admin, days=1).json()["token"]
    house.clock.go(days=1)
    answers = [by_key(house, one) for one in (elsewhere, revoked["token"], short, "mk_x", "x")]
    assert {code(one) for one in answers} == {(401, "not-logged-in")}
    assert len({one.content for one in answers}) == 1


def test_keys_are_listed_without_their_secret(house: House) -> None:
    house.service()
    admin = house.administrator()
    token = issue(admin).json()["token"]
    by_key(house, token)
    (held,) = admin.get(f"{ACCOUNTS}/lister/keys").json()["items"]
    assert held["used"] == house.clock().date().isoformat()
    assert token.split("_", 2)[2] not in admin.get(f"{ACCOUNTS}/lister/keys").text


@pytest.mark.parametrize(
    "more",
    [{"scopes": []}, {"scopes": ["everything"]}, {"days": 366}, {"days": "30"},
     {"addresses": ["10.1/99"]}, {"name": ""}, {"secret": "x"}],
)  # fmt: skip
def test_a_key_for_everything_or_for_ever_is_not_issued(house: House, more: dict[str, Any]) -> None:
    house.service()
    assert issue(house.administrator(), **more).status_code in {403, 422}


def test_a_key_wins_over_a_cookie_and_a_wrong_one_does_not_fall_back(house: House) -> None:
    house.account()
    client = house.browser("analyst")
    said = client.get("/api/v1/probe", headers={"authorization": "Bearer mk_x", **HEADERS})
    assert code(said) == (401, "not-logged-in")


def test_who_manages_stands_in_the_ledger_and_no_secret_does(house: House) -> None:
    house.service()
    admin = house.administrator()
    reset = issue(admin).json()["token"]
    house.account()
    said = change(admin, "analyst", "reset").json()["code"]
    with house.keeper.gate.desk.engine.connect() as connection:
        rows = connection.execute(select(LEDGER).order_by(LEDGER.c.number)).all()
    found = {(row.who, row.act, row.outcome) for row in rows}
    wanted = {("warden", "administer", "allowed"), ("warden", "key", "issued"),
              ("warden", "account", "reset"), ("warden", "step-up", "done"),
              ("machine", "account", "added")}  # fmt: skip
    assert wanted <= found
    for secret in (PASSWORD, said, reset, reset.split("_", 2)[2]):
        assert secret not in repr(rows)


def test_a_service_account_has_no_code(house: House) -> None:
    said = house.administrator().post(ACCOUNTS, json={"account": "lister", "kind": SERVICE})
    assert said.json()["code"] == ""
