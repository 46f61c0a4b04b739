"""Passkeys over HTTP, with an authenticator of our own."""

from typing import Any

import httpx
import pytest
from tests.store.logins import PASSWORD

from maillon.store.login.accounts import By
from maillon.store.login.attempts import MOST_OF_SUBJECT

from .authenticator import PRESENT, Authenticator, b64, un64
from .conftest import HEADERS, Browser, House, Housed, code, trust

LOGIN = "/api/v1/session/passkey"
OWN = "/api/v1/account/passkeys"


def options(client: httpx.Client, path: str = LOGIN) -> dict[str, Any]:
    said = client.post(f"{path}/options")
    assert said.status_code == 200, said.text
    found: dict[str, Any] = said.json()["options"]
    return found


def soft(house: House, **more: Any) -> Authenticator:
    return Authenticator(house.base, "127.0.0.1", **more)


def enrolled(house: House, who: str = "analyst", **more: Any) -> Authenticator:
    """Return an authenticator that has a passkey of an account."""
    key = soft(house, **more)
    client = house.browser(who)
    said = register(client, key)
    assert said.status_code == 201, said.text
    return key


def register(client: Browser, key: Authenticator, **changes: Any) -> httpx.Response:
    made = key.make(options(client, OWN), **changes)
    return client.post(OWN, json={"name": "my phone", "credential": made})


def log_in(client: httpx.Client, credential: dict[str, Any]) -> httpx.Response:
    return client.post(LOGIN, json={"credential": credential})


def test_a_passkey_opens_a_session_of_two_factors(house: House) -> None:
    house.account()
    key = enrolled(house)
    client = house.browser()
    said = log_in(client, key.sign(options(client)))
    assert said.status_code == 200, said.text
    assert (said.json()["account"], said.json()["means"]) == ("analyst", "passkey")
    assert client.get("/api/v1/probe", headers=HEADERS).json()["who"] == "analyst"


def test_a_passkey_is_the_second_factor_of_who_needs_one(another: Housed) -> None:
    house = another('[login]\nsecond_factor = "required"\n')
    house.account()
    client = house.browser("analyst")
    assert code(client.get("/api/v1/probe", headers=HEADERS)) == (403, "second-factor-setup")
    said = register(client, soft(house))
    assert said.json()["needs"] == ""
    assert client.get("/api/v1/probe", headers=HEADERS).status_code == 200


def test_what_an_authenticator_is_asked_for(another: Housed) -> None:
    house = another(
        '[service]\npublic_url = "https://maillon.example:8443"\n', "maillon.example:8443"
    )
    house.account()
    asked = options(house.browser("analyst"), OWN)
    assert asked["rp"]["id"] == "maillon.example"
    assert asked["user"]["name"] == "analyst"
    assert b"analyst" not in un64(asked["user"]["id"])
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert len(un64(asked["challenge"])) == 32


def test_a_challenge_is_used_once(house: House) -> None:
    house.account()
    key = enrolled(house)
    client = house.browser()
    asked = options(client)
    assert log_in(client, key.sign(asked)).status_code == 200
    assert code(log_in(house.browser(), key.sign(asked))) == (401, "wrong-login")


def test_a_challenge_ends_after_five_minutes(house: House) -> None:
    house.account()
    key = enrolled(house)
    client = house.browser()
    asked = options(client)
    house.clock.go(minutes=5)
    assert code(log_in(client, key.sign(asked))) == (401, "wrong-login")


def test_a_challenge_for_a_new_passkey_logs_nobody_in(house: House) -> None:
    house.account()
    key = enrolled(house)
    owner = house.browser("analyst")
    trust(owner, owner.post("/api/v1/session/step-up", json={"password": PASSWORD}))
    asked = options(owner, OWN)
    assert code(log_in(house.browser(), key.sign(asked))) == (401, "wrong-login")


@pytest.mark.parametrize(
    ("more", "changes"),
    [
        ({"flags": PRESENT}, {}),
        ({"rp_id": "evil.example"}, {}),
        ({}, {"origin": "https://evil.example"}),
        ({}, {"type": "webauthn.create"}),
        ({}, {"challenge": b64(bytes(32))}),
    ],
)
def test_what_was_signed_for_another_place_opens_nothing(
    house: House, more: dict[str, Any], changes: dict[str, Any]
) -> None:
    house.account()
    key = enrolled(house)
    for name, value in more.items():
        setattr(key, name, value)
    client = house.browser()
    assert code(log_in(client, key.sign(options(client), **changes))) == (401, "wrong-login")


def test_a_copied_authenticator_is_found_by_its_counter(house: House) -> None:
    house.account()
    key = enrolled(house)
    client = house.browser()
    assert log_in(client, key.sign(options(client))).status_code == 200
    key.count = 0
    assert code(log_in(client, key.sign(options(client)))) == (401, "wrong-login")


def test_an_authenticator_that_does_not_count_is_taken(house: House) -> None:
    house.account()
    key = enrolled(house, count=None)
    for _ in range(2):
        client = house.browser()
        assert log_in(client, key.sign(options(client))).status_code == 200


def test_another_signature_or_handle_opens_nothing(house: House) -> None:
    house.account()
    key = enrolled(house)
    client = house.browser()
    signed = key.sign(options(client))
    other = soft(house).key
    foreign = Authenticator(
        house.base, "127.0.0.1", id=key.id, key=other, count=5, handle=key.handle
    )
    assert code(log_in(client, foreign.sign(options(client)))) == (401, "wrong-login")
    signed["response"]["userHandle"] = b64(bytes(32))
    assert code(log_in(client, signed)) == (401, "wrong-login")
    assert code(log_in(client, soft(house, handle=key.handle).sign(options(client)))) == (
        401, "wrong-login",
    )  # fmt: skip


def test_a_passkey_opens_while_passwords_are_locked_out(house: House) -> None:
    house.account()
    key = enrolled(house)
    client = house.browser()
    for _ in range(MOST_OF_SUBJECT + 1):
        said = client.post("/api/v1/session", json={"account": "analyst", "password": "x" * 12})
    assert said.status_code == 429
    assert log_in(client, key.sign(options(client))).status_code == 200


def test_a_passkey_of_a_locked_account_opens_nothing(house: House) -> None:
    house.account()
    key = enrolled(house)
    house.keeper.accounts.lock(By(), "analyst")
    client = house.browser()
    assert code(log_in(client, key.sign(options(client)))) == (401, "wrong-login")


def test_a_passkey_proves_anew_for_its_own_account_alone(house: House) -> None:
    house.account()
    house.account("supervisor")
    mine, theirs = enrolled(house), enrolled(house, "supervisor")
    client = house.browser("analyst")
    path = "/api/v1/session/step-up/passkey"
    said = client.post(path, json={"credential": theirs.sign(options(client))})
    assert code(said) == (401, "wrong-login")
    said = client.post(path, json={"credential": mine.sign(options(client))})
    assert said.json()["is_fresh"]


def test_a_second_passkey_needs_a_fresh_proof(house: House) -> None:
    house.account()
    enrolled(house)
    client = house.browser("analyst")
    assert code(client.post(f"{OWN}/options")) == (401, "step-up")
    trust(client, client.post("/api/v1/session/step-up", json={"password": PASSWORD}))
    assert register(client, soft(house)).status_code == 201
    assert len(client.get(OWN).json()["items"]) == 2


def test_a_passkey_is_of_one_account(house: House) -> None:
    house.account()
    house.account("supervisor")
    key = enrolled(house)
    client = house.browser("supervisor")
    assert code(register(client, key)) == (403, "refused")


def test_a_new_passkey_is_bound_to_who_asked_and_to_the_place(house: House) -> None:
    house.account()
    house.account("supervisor")
    asked = options(house.browser("analyst"), OWN)
    client = house.browser("supervisor")
    said = client.post(OWN, json={"name": "n", "credential": soft(house).make(asked)})
    assert code(said) == (401, "wrong-login")
    assert code(register(client, soft(house, flags=PRESENT))) == (401, "wrong-login")
    assert code(register(client, soft(house), origin="https://evil.example")) == (
        401,
        "wrong-login",
    )


def test_a_passkey_is_removed_by_its_owner_who_proved_anew(house: House) -> None:
    house.account()
    key = enrolled(house)
    client = house.browser("analyst")
    (held,) = client.get(OWN).json()["items"]
    assert held["name"] == "my phone"
    assert code(client.delete(f"{OWN}/{held['id']}")) == (401, "step-up")
    trust(client, client.post("/api/v1/session/step-up", json={"password": PASSWORD}))
    assert client.delete(f"{OWN}/{held['id']}").status_code == 204
    assert code(client.delete(f"{OWN}/{held['id']}")) == (404, "not-found")
    other = house.browser()
    assert code(log_in(other, key.sign(options(other)))) == (401, "wrong-login")


@pytest.mark.parametrize("part", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
@pytest.mark.parametrize("value", ["", "AAAA", "====", "oWFhoWFhoWFhoWFh" * 50])
def test_hostile_bytes_are_no_proof_and_no_failure(house: House, part: str, value: str) -> None:
    house.account()
    key = enrolled(house)
    client = house.browser()
    signed = key.sign(options(client))
    signed["response"][part] = value
    said = log_in(client, signed)
    # a handle is not needed
    assert said.status_code == (200 if (part, value) == ("userHandle", "") else 401), said.text
