"""The same over PostgreSQL, which takes fewer texts than SQLite: nothing that is sent fails it."""

import json
from collections.abc import Iterator

import pytest
from tests.store.logins import PASSWORD
from tests.store.postgres import made_ready, running

from .conftest import HEADERS, House, code, housed
from .test_session import ROUTES, log_in

pytestmark = pytest.mark.postgresql
TEXTS = (
    "\0",
    "a\0b",
    "\x1f",
    "\ud800",
    "𝕏" * 200,
    "a" * 2_000,
    "'; DROP TABLE account; --",
    "\u202e",
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("pg")
    with (
        running() as server,
        made_ready(server, folder / "ready") as ready,
        ready.copy(folder / "w"),
        housed(folder) as house,
    ):
        house.account()
        yield house


def bodies(text: str) -> Iterator[dict[str, object]]:
    signed = {"clientDataJSON": text, "signature": text, "userHandle": text}
    yield {"account": text, "password": PASSWORD}
    yield {"account": "analyst", "password": text, "code": text}
    yield {"agency": text, "purpose": text, "legal_basis": text, "case": text}
    yield {"old": text, "new": text}
    yield {"code": text}
    yield {"name": text, "scopes": [text], "addresses": [text]}
    yield {"name": text, "credential": {"id": text, "rawId": text, "response": signed}}
    yield {"credential": {"id": text, "rawId": text, "response": signed}}


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_text_makes_a_login_fail_by_itself(house: House, method: str, path: str) -> None:
    house.clock.go(minutes=16)
    client = house.browser("analyst")
    for text in TEXTS:
        for body in bodies(text):
            said = client.get("/api/v1/session")
            client.headers["x-csrf-token"] = said.json().get("csrf", "")
            raw = json.dumps(body).encode()  # a half of a surrogate pair as \\ud800
            said = client.request(method, f"/api/v1/{path}", content=raw)
            assert said.status_code < 500, (text, body, said.text)


@pytest.mark.parametrize("part", ["%00", "a%00b", "%ED%A0%80", "%F0%9D%95%8F", "..%2f", "%0a"])
def test_no_path_and_no_cookie_fails_it(house: House, part: str) -> None:
    house.clock.go(minutes=16)
    client = house.browser("analyst")
    for path in (f"accounts/{part}/keys", f"accounts/{part}/sessions"):
        assert client.get(f"/api/v1/{path}").status_code < 500
    for path in (f"sessions/{part}", f"account/passkeys/{part}", f"accounts/a/keys/{part}"):
        assert client.delete(f"/api/v1/{path}").status_code < 500
    other = house.browser()
    headers = {"cookie": f"maillon={part}", "authorization": f"Bearer mk_{part}"}
    assert other.get("/api/v1/session", headers=headers).status_code == 401
    assert other.get("/api/v1/probe", headers=headers).status_code == 401


def test_one_logs_in(house: House) -> None:
    house.clock.go(minutes=16)
    assert log_in(house.browser()).status_code == 200
    assert code(log_in(house.browser(), password="x" * 12)) == (401, "wrong-login")


@pytest.mark.parametrize("name", ["agency", "purpose", "legal-basis", "case"])
@pytest.mark.parametrize("text", ["a%00b", "%ED%A0%80", "%FF", "x" * 500, "x" * 2_000])
def test_no_mandate_fails_it(house: House, name: str, text: str) -> None:
    house.clock.go(minutes=16)
    said = house.browser("analyst").get(
        "/api/v1/probe", headers={**HEADERS, f"x-maillon-{name}": text}
    )
    assert said.status_code in {400, 403}, said.text
