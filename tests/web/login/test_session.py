"""The session over HTTP: cookie, page's token, mandate, step-up, the way out."""

import httpx
import pyotp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.logins import PASSWORD

from maillon.store.login.accounts import By
from maillon.store.login.attempts import MOST_OF_SUBJECT
from maillon.store.login.factors import CODES

from .conftest import HEADERS, MANDATE, House, Housed, code, trust

OTHER = "nine loud geese land here"
HTTPS = '[service]\npublic_url = "https://maillon.example"\n'


def log_in(client: httpx.Client, **said: str) -> httpx.Response:
    body = {"account": "analyst", "password": PASSWORD, **said}
    return client.post("/api/v1/session", json=body)


def test_who_logs_in_sees_what_may_be_named_in_a_mandate(house: House) -> None:
    house.account()
    said = house.browser("analyst").get("/api/v1/session").json()
    assert said["account"] == "analyst"
    assert said["agencies"] == ["centre"]
    assert "screening" in said["purposes"]
    assert said["mandate"] == {"agency": "", "purpose": "", "legal_basis": "", "case": ""}
    assert (said["means"], said["needs"], said["is_fresh"]) == ("password", "", False)


def test_the_cookie_is_kept_from_scripts_and_other_sites(house: House) -> None:
    house.account()
    cookie = log_in(house.browser()).headers["set-cookie"]
    assert cookie.startswith("maillon=")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "Domain" not in cookie


def test_behind_https_the_cookie_is_bound_to_the_host(another: Housed) -> None:
    house = another(HTTPS, "maillon.example")
    house.account()
    cookie = log_in(house.browser()).headers["set-cookie"]
    assert cookie.startswith("__Host-maillon=")
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure"} <= set(cookie.split("; "))


@pytest.mark.parametrize(
    ("more", "host"),
    [
        ("", "maillon.example"),
        ('[service]\npublic_url = "http://maillon.example"\n', "maillon.example"),
        ('[service]\npublic_url = "http://maillon.example"\n', "127.0.0.1"),
    ],
)
def test_nobody_logs_in_where_others_can_read_along(another: Housed, more: str, host: str) -> None:
    house = another(more, host)
    assert code(log_in(house.browser())) == (403, "https-needed")


def test_a_session_acts_under_the_mandate_that_it_chose(house: House) -> None:
    house.account()
    client = house.browser("analyst")
    assert code(client.get("/api/v1/probe")) == (403, "refused")
    said = client.put("/api/v1/session/mandate", json=MANDATE)
    assert said.json()["mandate"] == MANDATE
    assert client.get("/api/v1/probe").json() == {
        "who": "analyst",
        "means": "session",
        "scopes": [],
    }
    trust(client, said)
    client.put("/api/v1/session/mandate", json={**MANDATE, "purpose": "retention"})
    refused = client.get("/api/v1/probe")
    assert code(refused) == (403, "refused")
    assert "holds no purpose" in refused.json()["reason"]


def test_a_former_token_and_a_foreign_one_open_nothing(house: House) -> None:
    house.account()
    client = house.browser("analyst")
    former = client.held["maillon"]
    client.put("/api/v1/session/mandate", json=MANDATE)
    for token in (former, "x" * 43, "", "é", "x" * 5_000):
        said = house.browser().get(
            "/api/v1/session", headers=[(b"cookie", f"maillon={token}".encode())]
        )
        assert code(said) == (401, "not-logged-in")


def test_what_changes_needs_the_token_of_the_page(house: House) -> None:
    house.account()
    house.account("supervisor")
    client, other = house.browser("analyst"), house.browser("supervisor")
    for sent in ("", "x", other.headers["x-csrf-token"], "\u00e9"):
        said = client.put(
            "/api/v1/session/mandate", json=MANDATE, headers=[(b"x-csrf-token", sent.encode())]
        )
        assert code(said) == (403, "csrf")
    assert client.get("/api/v1/session", headers={"x-csrf-token": ""}).status_code == 200
    assert code(client.post("/api/v1/probe", headers={"x-csrf-token": ""})) == (403, "csrf")
    assert client.put("/api/v1/session/mandate", json=MANDATE).status_code == 200


@pytest.mark.parametrize(
    ("headers", "is_taken"),
    [
        ({"origin": "OWN"}, True),
        ({"origin": "OWN", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "https://OWN"}, False),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://127.0.0.1:8001"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
    ],
)
def test_what_another_site_sends_is_refused(
    house: House, headers: dict[str, str], is_taken: bool
) -> None:
    house.account()
    client = house.browser("analyst")
    headers = {name: text.replace("OWN", house.base) for name, text in headers.items()}
    said = client.put("/api/v1/session/mandate", json=MANDATE, headers=headers)
    assert (said.status_code == 200) == is_taken
    body = {"account": "analyst", "password": PASSWORD}
    said = house.browser().post("/api/v1/session", json=body, headers=headers)
    assert (said.status_code == 200) == is_taken
    assert is_taken or code(said) == (403, "csrf")


def test_the_page_token_changes_with_the_session(house: House) -> None:
    house.account()
    client = house.browser("analyst")
    client.put("/api/v1/session/mandate", json=MANDATE)
    assert code(client.put("/api/v1/session/mandate", json=MANDATE)) == (403, "csrf")


def test_a_step_up_makes_fresh_for_five_minutes(house: House) -> None:
    house.account()
    client = house.browser("analyst")
    assert code(client.post("/api/v1/probe")) == (401, "step-up")
    wrong = client.post("/api/v1/session/step-up", json={"password": OTHER})
    assert code(wrong) == (401, "wrong-login")
    said = client.post("/api/v1/session/step-up", json={"password": PASSWORD})
    assert said.json()["is_fresh"]
    trust(client, said)
    assert client.post("/api/v1/probe").json() == {"who": "analyst"}
    house.clock.go(minutes=5)
    assert code(client.post("/api/v1/probe")) == (401, "step-up")


def test_wrong_and_unknown_are_one_answer_byte_for_byte(house: House) -> None:
    house.account()
    client = house.browser()
    known, unknown = log_in(client, password=OTHER), log_in(client, account="nobody")
    assert code(known) == code(unknown) == (401, "wrong-login")
    assert known.content == unknown.content
    assert known.headers.keys() == unknown.headers.keys()


def test_who_fails_too_often_is_told_when_to_come_back(house: House) -> None:
    house.account()
    client = house.browser()
    for _ in range(MOST_OF_SUBJECT):
        assert log_in(client, password=OTHER).status_code == 401
    said = log_in(client)
    assert code(said) == (429, "too-many-requests")
    assert said.headers["retry-after"] == "900"
    house.clock.go(minutes=15)
    assert log_in(client).status_code == 200


def test_a_first_password_opens_nothing_but_the_change_of_it(house: House) -> None:
    code_ = house.keeper.accounts.add(By("warden"), "analyst")
    client = house.browser("analyst", code_)
    assert client.get("/api/v1/session").json()["needs"] == "password"
    for path in ("probe", "sessions", "accounts", "account/passkeys"):
        assert code(client.get(f"/api/v1/{path}")) == (403, "password-change")
    assert code(client.put("/api/v1/session/mandate", json=MANDATE)) == (403, "password-change")
    weak = client.put("/api/v1/account/password", json={"old": code_, "new": "password1234"})
    assert code(weak) == (403, "refused")
    assert "password1234" not in weak.text
    trust(client, client.put("/api/v1/account/password", json={"old": code_, "new": PASSWORD}))
    assert client.get("/api/v1/sessions").status_code == 200


def test_where_a_second_factor_is_required_nothing_opens_without(another: Housed) -> None:
    house = another('[login]\nsecond_factor = "required"\n')
    house.account()
    client = house.browser("analyst")
    assert code(client.get("/api/v1/probe", headers=HEADERS)) == (403, "second-factor-setup")
    totp = house.device("analyst")
    assert code(log_in(house.browser())) == (401, "second-factor")
    client = house.browser("analyst", code=totp.at(house.clock()))
    assert client.get("/api/v1/probe", headers=HEADERS).status_code == 200


def test_one_sees_and_ends_ones_own_sessions(house: House) -> None:
    house.account()
    here, there = house.browser("analyst"), house.browser("analyst")
    held = here.get("/api/v1/sessions").json()["items"]
    assert sum(one["is_this"] for one in held) == 1
    other = there.get("/api/v1/session").json()["id"]
    assert here.delete(f"/api/v1/sessions/{other}").status_code == 204
    assert code(there.get("/api/v1/session")) == (401, "not-logged-in")
    assert code(here.delete(f"/api/v1/sessions/{other}")) == (404, "not-found")


def test_one_ends_every_other_of_ones_own_sessions(house: House) -> None:
    house.account()
    house.account("supervisor")
    here, there, other = (
        house.browser("analyst"), house.browser("analyst"), house.browser("supervisor"),
    )  # fmt: skip
    assert here.delete("/api/v1/sessions").status_code == 204
    assert len(here.get("/api/v1/sessions").json()["items"]) == 1
    assert there.get("/api/v1/sessions").status_code == 401
    assert other.get("/api/v1/sessions").status_code == 200


def test_recovery_codes_that_are_left_are_counted(house: House) -> None:
    house.account()
    client = house.browser("analyst")
    assert client.get("/api/v1/account/recovery").json() == {"has_code": False, "left": 0}
    house.device("analyst")
    assert client.get("/api/v1/account/recovery").json()["left"] == CODES


def test_logging_out_ends_the_session_and_takes_the_cookie(house: House) -> None:
    house.account()
    client = house.browser("analyst")
    token = client.held["maillon"]
    said = client.delete("/api/v1/session")
    assert said.status_code == 204
    assert "maillon" not in client.held
    again = house.browser().get("/api/v1/session", headers={"cookie": f"maillon={token}"})
    assert code(again) == (401, "not-logged-in")


def test_a_changed_password_closes_the_other_browsers(house: House) -> None:
    house.account()
    here, there = house.browser("analyst"), house.browser("analyst")
    said = here.put("/api/v1/account/password", json={"old": PASSWORD, "new": OTHER})
    assert said.status_code == 200
    assert there.get("/api/v1/session").status_code == 401
    assert here.get("/api/v1/session").status_code == 200


def test_recovery_codes_are_shown_once_and_open_once(house: House) -> None:
    house.account()
    client = house.browser("analyst")
    totp = pyotp.TOTP(client.post("/api/v1/account/totp").json()["secret"])
    said = client.put("/api/v1/account/totp", json={"code": totp.at(house.clock())})
    recovery = said.json()["recovery"]
    assert len(recovery) == 10
    assert log_in(house.browser(), code=recovery[0]).status_code == 200
    assert code(log_in(house.browser(), code=recovery[0])) == (401, "wrong-login")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
KEYS = ("account", "password", "code", "agency", "purpose", "legal_basis", "case", "old", "new",
        "credential", "name", "id", "rawId", "response", "clientDataJSON", "change", "kind",
        "scopes", "days", "addresses")  # fmt: skip
ROUTES = [
    ("POST", "session"), ("PUT", "session/mandate"), ("POST", "session/step-up"),
    ("PUT", "account/password"), ("PUT", "account/totp"), ("POST", "session/passkey"),
    ("POST", "account/passkeys"), ("POST", "session/step-up/passkey"), ("POST", "accounts"),
    ("PATCH", "accounts/analyst"), ("POST", "accounts/lister/keys"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_body_makes_a_login_fail_by_itself(house: House, method: str, path: str) -> None:
    house.account("supervisor")
    client = house.browser("supervisor")

    @settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
    @given(st.one_of(JSON, st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4)))
    def ask(body: object) -> None:
        client.headers["x-csrf-token"] = client.get("/api/v1/session").json().get("csrf", "")
        said = client.request(method, f"/api/v1/{path}", json=body)
        assert said.status_code < 500, said.text

    ask()
    for raw in (b"", b"null", b"[]", b"\xff", b"{", b'{"account": "\\u0000"}', b"account=a"):
        said = client.request(method, f"/api/v1/{path}", content=raw)
        assert said.status_code < 500, said.text
