"""The pages in the Chromium that is installed; what a page says to its console fails its test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)
from tests.store.logins import PASSWORD
from tests.web.pages.conftest import House, make, opened

SHOTS = os.environ.get("MAILLON_SHOTS", "")
"""Folder in which pictures of the screens are kept; none are where it is empty."""
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


class Seen:
    """What a browser did besides showing pages.

    Attributes:
        outside: Addresses that are not the service's.
        said: What pages said to the console.
    """

    def __init__(self, base: str, context: BrowserContext) -> None:
        self.outside: list[str] = []
        self.said: list[str] = []
        self._base = base
        context.on("request", self._asked)
        context.on("console", self._spoke)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self._base):
            self.outside.append(request.url)

    def _spoke(self, message: ConsoleMessage) -> None:
        is_ours = "status of 4" not in message.text and "GL Driver Message" not in message.text
        if message.type in {"error", "warning"} and is_ours:
            self.said.append(message.text)

    def check(self) -> None:
        assert self.outside == []
        assert self.said == []


def picture(page: Page, name: str) -> None:
    """Keep a picture of a screen, where a folder for them is named."""
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("browser")
    make(folder / "w")
    with opened(folder / "w", folder / "keys") as house:
        house.known("analyst")
        yield house


def place_of_chromium() -> str:
    """Return where the browser is that is installed."""
    place = shutil.which("chromium") or shutil.which("google-chrome")
    assert place is not None, "Chromium is not installed (Debian: apt-get install chromium)"
    return place


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=place_of_chromium(), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def person(
    house: House, chromium: Browser, purpose: str = "linking", *, who: str = "analyst",
    **more: object,
) -> Iterator[Page]:  # fmt: skip
    """Lend the page of somebody who logged in and chose a mandate."""
    house.known(who)
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", **more,  # type: ignore[arg-type]  # Playwright's own names
    )  # fmt: skip
    seen = Seen(house.base, context)
    page = context.new_page()
    page.goto(f"{house.base}/en/login")
    page.fill("#account", who)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.goto(f"{house.base}/en/mandate")
    page.select_option("#purpose", purpose)
    page.select_option("#legal_basis", "Coordination Centre Act, s. 4")
    page.click("main button")
    page.wait_for_load_state()
    yield page
    seen.check()
    context.close()
