"""Logging in at an identity provider: what it says is believed only where all of it is right."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select
from tests.store.test_login_accounts import everything

from maillon.model import StoreError
from maillon.store import Settings
from maillon.store.login.accounts import By
from maillon.store.tables_login import LOGIN_ATTEMPT
from maillon.web.login.config import read_login

from .conftest import HEADERS, Browser, House, Housed, code
from .issuer import CLIENT, CODE, Issuer, issuing, unsigned

SETTINGS = """
[service]
public_url = "https://maillon.example"

[login.oidc]
issuer = "{issuer}"
client_id = "maillon"
"""
BEGIN = "/api/v1/session/oidc"
BACK = "/api/v1/session/oidc/callback"


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with issuing(lambda: 0) as issuer:
        yield issuer


@pytest.fixture
def house(another: Housed, issuer: Issuer) -> House:
    house = another(SETTINGS.format(issuer=issuer.base), "maillon.example")
    issuer.now = lambda: int(house.clock().timestamp())
    house.account()
    return house


def begin(client: Browser, issuer: Issuer) -> str:
    said = client.get(BEGIN)
    assert said.status_code == 303, said.text
    return issuer.begin(said.headers["location"])


def log_in(house: House, issuer: Issuer, client: Browser | None = None) -> httpx.Response:
    client = client or house.browser()
    return client.get(f"{BACK}?{begin(client, issuer)}")


def test_whom_the_provider_names_is_logged_in(house: House, issuer: Issuer) -> None:
    client = house.browser()
    said = log_in(house, issuer, client)
    assert (said.status_code, said.headers["location"]) == (303, "/")
    assert "SameSite=lax" in said.headers["set-cookie"]
    session = client.get("/api/v1/session").json()
    assert (session["account"], session["means"]) == ("analyst", "oidc")
    assert client.get("/api/v1/probe", headers=HEADERS).status_code == 200


def test_what_the_browser_is_sent_with(house: House, issuer: Issuer) -> None:
    begin(house.browser(), issuer)
    said = issuer.said
    assert said["client_id"] == CLIENT
    assert said["response_type"] == "code"
    assert said["scope"] == "openid profile"
    assert said["code_challenge_method"] == "S256"
    assert said["redirect_uri"] == f"https://maillon.example{BACK}"
    assert len(said["state"]) == 43
    assert len({said["state"], said["nonce"], said["code_challenge"]}) == 3


def test_the_token_is_asked_for_with_our_secret(house: House, issuer: Issuer) -> None:
    log_in(house, issuer)
    (asked,) = issuer.asked
    kind, _, value = asked["authorization"].partition(" ")
    assert (kind, base64.b64decode(value)) == ("Basic", b"maillon:our%20secret")
    assert asked["redirect_uri"] == f"https://maillon.example{BACK}"


def test_nothing_that_belongs_to_a_login_stands_in_the_desk(house: House, issuer: Issuer) -> None:
    client = house.browser()
    back = begin(client, issuer)
    before = everything(house.keeper.gate)
    client.get(f"{BACK}?{back}")
    held = before + everything(house.keeper.gate)
    secrets = [issuer.said["state"], issuer.said["nonce"], issuer.asked[0]["code_verifier"],
               client.held["__Host-maillon"], "our secret", CODE]  # fmt: skip
    assert [one for one in secrets if one in held] == []


def test_the_service_may_stand_in_a_folder_of_its_host(another: Housed, issuer: Issuer) -> None:
    more = SETTINGS.format(issuer=issuer.base).replace("maillon.example", "centre.example/maillon")
    house = another(more, "centre.example")
    issuer.now = lambda: int(house.clock().timestamp())
    house.account()
    said = log_in(house, issuer)
    assert issuer.said["redirect_uri"] == f"https://centre.example/maillon{BACK}"
    assert said.headers["location"] == "/maillon/"


BAD: dict[str, tuple[dict[str, Any], Callable[[Issuer], Any]]] = {
    "of another issuer": ({"iss": "https://evil.example"}, lambda _: None),
    "for another client": ({"aud": "other"}, lambda _: None),
    "for several, issued to another": ({"aud": [CLIENT, "other"], "azp": "other"}, lambda _: None),
    "for several, issued to nobody": ({"aud": [CLIENT, "other"]}, lambda _: None),
    "expired": ({"exp": 1_700_000_000}, lambda _: None),
    "without an end": ({"exp": None}, lambda _: None),
    "not yet valid": ({"nbf": 4_000_000_000}, lambda _: None),
    "issued in the future": ({"iat": 4_000_000_000}, lambda _: None),
    "with another nonce": ({"nonce": "other"}, lambda _: None),
    "without a nonce": ({"nonce": None}, lambda _: None),
    "of another access token": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, lambda _: None),
    "that names nobody": ({"preferred_username": None}, lambda _: None),
    "that names no text": ({"preferred_username": ["analyst"]}, lambda _: None),
    "of an account that there is not": ({"preferred_username": "supervisor"}, lambda _: None),
    "of no name": ({"preferred_username": "no\0body"}, lambda _: None),
    "of a name without end": ({"preferred_username": "a" * 101}, lambda _: None),
    "unsigned": ({}, lambda _: unsigned),
    "signed with the public key": ({}, lambda issuer: issuer.by_public_key),
    "signed by another": ({}, lambda issuer: issuer.by(RSAKey.generate_key(2048))),
    "signed by a key that nobody knows": ({}, lambda issuer: issuer.by(RSAKey.generate_key(2048), "k9")),
    "no token": ({}, lambda _: lambda _claims: "a.b.c"),
    "empty": ({}, lambda _: lambda _claims: ""),
}  # fmt: skip


@pytest.mark.parametrize("what", list(BAD))
def test_a_token_that_is_not_right_opens_nothing(house: House, issuer: Issuer, what: str) -> None:
    issuer.changes, sign = BAD[what][0], BAD[what][1](issuer)
    issuer.sign = sign
    client = house.browser()
    assert code(log_in(house, issuer, client)) == (401, "wrong-login")
    assert client.get("/api/v1/session").status_code == 401


def test_an_address_counts_once_the_provider_has_verified_it(
    another: Housed, issuer: Issuer
) -> None:
    more = SETTINGS.format(issuer=issuer.base) + 'claim = "email"\n'
    house = another(more, "maillon.example")
    issuer.now = lambda: int(house.clock().timestamp())
    house.account()
    for verified, status in ((None, 401), (False, 401), ("true", 401), (True, 303)):
        issuer.changes = {"email": "analyst", "email_verified": verified}
        assert log_in(house, issuer).status_code == status


def test_what_the_browser_brings_back_is_used_once(house: House, issuer: Issuer) -> None:
    client = house.browser()
    back = begin(client, issuer)
    state = dict(client.held)
    assert client.get(f"{BACK}?{back}").status_code == 303
    again = house.browser()
    again.headers["cookie"] = "; ".join(f"{k}={v}" for k, v in state.items())
    assert code(again.get(f"{BACK}?{back}")) == (401, "wrong-login")


def test_another_browser_cannot_bring_it_back(house: House, issuer: Issuer) -> None:
    back = begin(house.browser(), issuer)
    other = house.browser()
    assert code(other.get(f"{BACK}?{back}")) == (401, "wrong-login")
    begin(other, issuer)
    assert code(other.get(f"{BACK}?{back}")) == (401, "wrong-login")
    assert issuer.asked == []


def test_what_was_begun_ends_after_five_minutes(house: House, issuer: Issuer) -> None:
    client = house.browser()
    back = begin(client, issuer)
    house.clock.go(minutes=5)
    assert code(client.get(f"{BACK}?{back}")) == (401, "wrong-login")


def test_a_code_that_was_stolen_is_worth_nothing(house: House, issuer: Issuer) -> None:
    client = house.browser()
    back = begin(client, issuer)
    issuer.said["code_challenge"] = "that of another login"
    assert code(client.get(f"{BACK}?{back}")) == (401, "wrong-login")


def test_a_refusal_of_the_provider_is_no_login(house: House, issuer: Issuer) -> None:
    client = house.browser()
    begin(client, issuer)
    assert code(client.get(f"{BACK}?error=access_denied&state={issuer.said['state']}")) == (
        401, "wrong-login",
    )  # fmt: skip


def test_a_locked_account_is_not_opened_by_the_provider(house: House, issuer: Issuer) -> None:
    house.keeper.accounts.lock(By(), "analyst")
    assert code(log_in(house, issuer)) == (401, "wrong-login")


def test_new_keys_of_the_provider_are_read_when_they_are_used(house: House, issuer: Issuer) -> None:
    assert log_in(house, issuer).status_code == 303
    issuer.key = RSAKey.generate_key(2048, {"kid": "k2", "use": "sig"})
    issuer.sign = issuer.by(issuer.key, "k2")
    house.clock.go(minutes=1)
    assert log_in(house, issuer).status_code == 303


def test_two_factors_there_are_two_factors_here(another: Housed, issuer: Issuer) -> None:
    second = '\n[login]\nsecond_factor = "required"\n'
    house = another(SETTINGS.format(issuer=issuer.base) + second, "maillon.example")
    issuer.now = lambda: int(house.clock().timestamp())
    house.account()
    client = house.browser()
    log_in(house, issuer, client)
    assert client.get("/api/v1/session").json()["needs"] == "second-factor"
    issuer.changes = {"amr": ["pwd", "mfa"]}
    log_in(house, issuer, client)
    assert client.get("/api/v1/session").json()["needs"] == ""


def test_a_provider_that_does_not_answer_is_said(house: House, issuer: Issuer) -> None:
    issuer.is_broken = True
    said = house.browser().get(BEGIN)
    assert code(said) == (503, "unavailable")


def test_a_provider_that_falls_silent_half_way_is_no_failure_of_the_caller(
    house: House, issuer: Issuer
) -> None:
    client = house.browser()
    back = begin(client, issuer)
    issuer.is_broken = True
    assert code(client.get(f"{BACK}?{back}")) == (503, "unavailable")
    with house.keeper.gate.desk.engine.connect() as connection:
        assert connection.execute(select(LOGIN_ATTEMPT)).all() == []


def test_a_provider_under_another_name_is_none(house: House, issuer: Issuer) -> None:
    issuer.issuer = "https://evil.example"
    assert code(house.browser().get(BEGIN)) == (503, "unavailable")


def test_where_there_is_no_provider_there_is_no_way_to_it(another: Housed) -> None:
    client = another().browser()
    assert code(client.get(BEGIN)) == (404, "not-found")
    assert code(client.get(BACK)) == (404, "not-found")


@pytest.mark.parametrize(
    "said",
    [
        {"second_factor": "sometimes"},
        {"idle_minutes": 0},
        {"absolute_hours": "12"},
        {"unknown": 1},
        {"oidc": {"issuer": "http://idp.example", "client_id": "m"}},
        {"oidc": {"issuer": "https://idp.example"}},
        {"oidc": {"issuer": "https://idp.example", "client_id": "m", "algorithms": ["HS256"]}},
        {"oidc": {"issuer": "https://idp.example", "client_id": "m", "algorithms": ["none"]}},
        {"oidc": {"issuer": "https://idp.example", "client_id": "m", "landing": "//evil.example"}},
        {"oidc": {"issuer": "https://idp.example", "client_id": "m", "secret": "in the file"}},
        {"oidc": []},
    ],
)
def test_settings_that_are_not_understood_are_named(house: House, said: dict[str, Any]) -> None:
    settings = house.settings()
    changed = Settings(settings.folder, settings.mandate, settings.people, settings.label,
                       raw={"login": said})  # fmt: skip
    with pytest.raises(StoreError, match=r"maillon\.toml: \[login"):
        read_login(changed, "https://maillon.example")


def test_a_secret_of_ours_is_in_no_repr(house: House) -> None:
    assert "our secret" not in repr(house.keeper.config)
