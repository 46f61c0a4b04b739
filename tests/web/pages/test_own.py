"""The own account: what opens it, where it is open; each form calls its twin in the API."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pyotp
import pytest
from tests.store.logins import PASSWORD
from tests.web.login.authenticator import Authenticator

from maillon.web.api import routers
from maillon.web.login import routers as login_routers
from maillon.web.pages.own import DEEDS, LISTS

from .conftest import House, Reader

ANSWERS = {route.endpoint for router in (*routers(), *login_routers) for route in router.routes}  # type: ignore[attr-defined]  # routes of the API


@pytest.fixture
def mine(house: House) -> Iterator[Reader]:
    with house.reader("analyst") as reader:
        yield reader


def csrf(reader: Reader, place: str = "/en/me") -> str:
    (found, *_) = re.findall(r'name="csrf" value="([^"]+)"', reader.page(place))
    return str(found)


def press(reader: Reader, deed: str, status: int = 200, **fields: str) -> str:
    """Press a button of the page of the own account."""
    answer = reader.post(f"/en/me/{deed}", data={"csrf": csrf(reader), **fields})
    assert answer.status_code == status, answer.text
    return answer.text


def prove(reader: Reader, code: str = "") -> None:
    reader.submit("/en/step-up", password=PASSWORD, code=code)


def made(house: House, reader: Reader, name: str) -> Authenticator:
    """Make a passkey as the script of the page does."""
    key = Authenticator(house.base, "127.0.0.1")
    headers = {"x-csrf-token": csrf(reader)}
    path = "/api/v1/account/passkeys"
    asked = reader.post(f"{path}/options", headers=headers)
    assert asked.status_code == 200, asked.text
    said = reader.post(
        path, json={"name": name, "credential": key.make(asked.json()["options"])}, headers=headers
    )
    assert said.status_code == 201, said.text
    return key


def logs_in(house: House, key: Authenticator) -> int:
    """Return what is answered to a login by a passkey in a browser of its own."""
    with httpx.Client(base_url=house.base) as other:
        asked = other.post("/api/v1/session/passkey/options").json()["options"]
        return other.post(
            "/api/v1/session/passkey", json={"credential": key.sign(asked)}
        ).status_code


def number_of(page: str, name: str) -> str:
    found = re.search(rf'name="id" value="([0-9a-f]+)"><button[^>]*aria-label="[^"]*{name}', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_a_form_calls_the_function_that_answers_its_twin_in_the_api(deed: str) -> None:
    assert DEEDS[deed] in ANSWERS


@pytest.mark.parametrize("held", sorted(LISTS))
def test_a_list_is_that_of_its_twin_in_the_api(held: str) -> None:
    assert LISTS[held] in ANSWERS


def test_the_login_offers_a_passkey_that_is_hidden_without_scripts(house: House) -> None:
    with Reader(house.base) as nobody:
        page = nobody.page("/en/login?next=/en/leads")
    assert re.search(r'<form data-passkey="login" data-after="/en/leads" hidden>', page)
    assert re.search(r'<form method="post" action="/en/login"', page)


def test_a_passkey_leads_nowhere_else_after_the_login(house: House) -> None:
    with Reader(house.base) as nobody:
        assert 'data-after="/en/"' in nobody.page("/en/login?next=//evil.example/")


def test_a_passkey_is_listed_with_its_last_use_and_removed_after_a_proof(
    house: House, mine: Reader
) -> None:
    key = made(house, mine, "blue key")
    page = mine.page("/en/me")
    assert "<bdi>blue key</bdi>" in page
    assert "never" in page
    assert logs_in(house, key) == 200
    prove(mine)
    page = mine.page("/en/me")
    assert "never" not in page
    gone = press(mine, "remove-passkey", id=number_of(page, "blue key"))
    assert "The passkey is removed" in gone
    assert logs_in(house, key) == 401


def test_without_a_proof_nothing_is_removed(house: House, mine: Reader) -> None:
    made(house, mine, "kept key")
    page = mine.page("/en/me")
    assert 'name="id"' not in page.partition('id="codes"')[0]
    id_ = mine.get("/api/v1/account/passkeys").json()["items"][0]["id"]
    assert "<h1>Prove anew that it is you</h1>" in press(mine, "remove-passkey", id=id_)
    assert "<bdi>kept key</bdi>" in mine.page("/en/me")
    prove(mine)
    press(mine, "remove-passkey", id=id_)


def test_a_passkey_of_another_is_not_there(house: House, mine: Reader) -> None:
    with house.reader("supervisor") as other:
        made(house, other, "not yours")
        (one,) = other.get("/api/v1/account/passkeys").json()["items"]
    prove(mine)
    assert "Not there" in press(mine, "remove-passkey", 404, id=one["id"])


def test_one_session_is_ended(house: House, mine: Reader) -> None:
    with house.reader("analyst") as other:
        listed = other.get("/api/v1/sessions").json()["items"]
        (id_,) = [one["id"] for one in listed if one["is_this"]]
        assert "The session is over." in press(mine, "end-session", id=id_)
        assert "<h1>Log in</h1>" in other.page("/en/me")


def test_all_other_sessions_are_ended(house: House, mine: Reader) -> None:
    with house.reader("analyst") as other:
        assert "Every other session is over." in press(mine, "end-others")
        assert "1 open session" in mine.page("/en/me")
        assert "<h1>Log in</h1>" in other.page("/en/me")


def test_the_session_of_another_is_not_ended(house: House, mine: Reader) -> None:
    with house.reader("supervisor") as other:
        (id_,) = [
            one["id"] for one in other.get("/api/v1/sessions").json()["items"] if one["is_this"]
        ]
        press(mine, "end-session", 404, id=id_)
        press(mine, "end-others")
        assert "<h1>My account</h1>" in other.page("/en/me")


def test_recovery_codes_are_counted_and_drawn_anew_after_a_proof(house: House) -> None:
    with house.reader("keeper") as reader:
        page = reader.page("/en/account/second-factor")
        found = re.search(r"<code>([A-Z2-7]+)</code>", page)
        assert found is not None
        token = {"csrf": re.findall(r'name="csrf" value="([^"]+)"', page)[0]}
        code = {"code": pyotp.TOTP(found[1]).now()}
        drawn = reader.post("/en/account/second-factor", data=token | code)
        codes = re.findall(r"<code>([^<]+)</code>", drawn.text)
        assert "10 of 10" in reader.page("/en/me")
        assert "<h1>Prove anew that it is you</h1>" in press(reader, "draw-codes")
        prove(reader, codes[0])
        assert "9 of 10" in reader.page("/en/me")
        anew = re.findall(r"<code>([^<]+)</code>", press(reader, "draw-codes"))
        assert len(set(anew) - set(codes)) == 10
        assert "10 of 10" in reader.page("/en/me")
        assert "The device and its recovery codes are void." in press(reader, "remove-device")


def test_a_form_of_another_page_changes_nothing(mine: Reader) -> None:
    assert mine.post("/en/me/end-others", data={"csrf": "0" * 64}).status_code == 403


def test_what_cannot_be_done_is_not_there(mine: Reader) -> None:
    assert mine.post("/en/me/nothing", data={"csrf": csrf(mine)}).status_code == 404


def test_who_is_not_logged_in_has_no_account_page(house: House) -> None:
    with Reader(house.base) as nobody:
        answer = nobody.get("/en/me")
        assert urlsplit(str(answer.url)).path == "/en/login"


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_a_browser_keeps_how_its_pages_look(mine: Reader, theme: str) -> None:
    page = mine.post("/en/me/look", data={"csrf": csrf(mine), "theme": theme}).text
    assert f'data-theme="{theme}"' in page
    assert f'value="{theme}" checked' in page
    assert f'data-theme="{theme}"' in mine.page("/ar/help")
    mine.post("/en/me/look", data={"csrf": csrf(mine), "theme": ""})
    assert "data-theme" not in mine.page("/en/help")


def test_a_look_that_there_is_not_is_none(mine: Reader) -> None:
    mine.cookies.set("theme", '"><script>')
    assert "data-theme" not in mine.page("/en/help")
    mine.cookies.delete("theme")
