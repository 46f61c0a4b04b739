"""Passkeys by an authenticator that Chromium itself plays: made, used, removed.

Source: Chrome DevTools Protocol, domain WebAuthn. A passkey is for a name: the pages are opened
at ``localhost``.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page
from tests.store.logins import PASSWORD
from tests.web.pages.conftest import House

from .conftest import Seen, picture
from .reaching import faults

pytestmark = pytest.mark.browser

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
    "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@contextmanager
def visitor(
    house: House, chromium: Browser, who: str = "analyst", host: str = "localhost",
    **more: object,
) -> Iterator[Page]:  # fmt: skip
    """Lend a browser at the login, with an authenticator in it."""
    house.known(who)
    base = house.base.replace("127.0.0.1", host)
    context = chromium.new_context(
        base_url=base, viewport={"width": 1280, "height": 900}, locale="en-GB",
        **more,  # type: ignore[arg-type]  # Playwright's own names
    )  # fmt: skip
    seen = Seen(base, context)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    page.goto("/en/login")
    yield page
    seen.check()
    context.close()


def log_in(page: Page, who: str = "analyst") -> None:
    page.fill("#account", who)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("/en/")


def make(page: Page, name: str) -> None:
    page.goto("/en/me")
    page.fill("#passkey-name", name)
    page.click("text=Make a passkey")
    page.wait_for_url("/en/me?done=make-passkey")


def log_out(page: Page) -> None:
    page.click("header button")
    page.wait_for_url("/en/login")


def prove(page: Page) -> None:
    page.click("main >> text=Prove it")
    page.wait_for_url("/en/step-up?next=/en/me")
    page.click("text=Prove it with a passkey")
    page.wait_for_url("/en/me")


def test_a_passkey_is_made_logs_in_and_once_removed_logs_in_no_more(
    house: House, chromium: Browser
) -> None:
    with visitor(house, chromium) as page:
        log_in(page)
        make(page, "this laptop")
        assert "this laptop" in page.inner_text("main table")
        log_out(page)
        page.click("text=Log in with a passkey")
        page.wait_for_url("/en/")
        assert page.inner_text("h1") == "My work"
        page.goto("/en/me")
        assert "by passkey" in page.inner_text("main dl")
        prove(page)
        picture(page, "me-proved-en-light")
        page.click("text=Remove")
        page.wait_for_url("/en/me?done=remove-passkey")
        assert "You have none yet." in page.inner_text("main")
        log_out(page)
        page.click("text=Log in with a passkey")
        page.wait_for_selector("[data-said=removed]:visible")
        assert page.url.endswith("/en/login")


def test_a_login_by_passkey_goes_where_the_person_wanted(house: House, chromium: Browser) -> None:
    with visitor(house, chromium, "supervisor") as page:
        log_in(page, "supervisor")
        make(page, "key")
        log_out(page)
        page.goto("/en/help")
        page.click("text=Log in with a passkey")
        page.wait_for_url("/en/help")
        assert page.url.endswith("/en/help")


def test_a_device_without_a_passkey_says_so_and_the_form_stays(
    house: House, chromium: Browser
) -> None:
    with visitor(house, chromium) as page:
        page.click("text=Log in with a passkey")
        page.wait_for_selector("[data-said]:visible")
        assert faults(page) == []
        picture(page, "login-no-passkey-en-light")
        log_in(page)
        assert page.inner_text("h1") == "My work"


def test_an_address_that_is_a_number_is_told_to_have_no_passkeys(
    house: House, chromium: Browser
) -> None:
    with visitor(house, chromium, host="127.0.0.1") as page:
        page.click("text=Log in with a passkey")
        page.wait_for_selector("[data-said=address]:visible")


def test_the_login_is_a_form_without_scripts(house: House, chromium: Browser) -> None:
    with visitor(house, chromium, "keeper", java_script_enabled=False) as page:
        assert not page.locator("text=Log in with a passkey").is_visible()
        log_in(page, "keeper")
        page.goto("/en/me")
        assert not page.locator("#passkey-name").is_visible()
        assert "scripts are off" in page.inner_text("main")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_account_page_keeps_nobody_out_when_all_stands_on_it(
    house: House, chromium: Browser, language: str
) -> None:
    with visitor(house, chromium, "officer") as page:
        log_in(page, "officer")
        if language == "en":
            make(page, "one key")
        page.goto(f"/{language}/me")
        assert faults(page) == []
        page.set_viewport_size({"width": 320, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
