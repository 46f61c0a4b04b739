"""Every screen in a real browser: reachable by everybody, small, large, dark, right to left."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.web.pages.conftest import House

from .conftest import person, picture

pytestmark = pytest.mark.browser

SCREENS = {
    "home": "/", "search": "/search?q=Amos", "record": "/record?id=t1", "screening": "/screening",
    "hits": "/hits", "leads": "/leads", "pairs": "/pairs", "around": "/around?id=t1",
    "chart": "/chart", "chart around": "/chart?around=t1",
    "map": "/map?id=t1&id=m1", "map of nobody": "/map",
    "intake": "/intake", "jobs": "/jobs", "ledger": "/oversight", "help": "/help",
    "second-looks": "/second-looks", "verdicts": "/verdicts", "desk": "/desk",
    "protections": "/desk/protections", "protect": "/desk/protections/protect?entity=t1",
    "open-case": "/desk/cases/open", "ask": "/desk/questions/ask", "state": "/state?entity=t1",
    "me": "/me", "step-up": "/step-up", "mandate": "/mandate", "coverage": "/lead/coverage",
    "tie": "/tie?one=m1&other=c1", "leads of none": "/leads?terror=nobody",
    "refused": "/record?id=none",
}  # fmt: skip
FAULTS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": FAULTS["runOnly"]})
    return [
        f"{one['id']}: {one['help']} {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found.response["violations"]
    ]


def deep(page: Page, base: str, language: str) -> dict[str, str]:
    """Return the addresses of one hit and one lead."""
    found = {}
    for screen, link in (("hits", "hit"), ("leads", "lead")):
        page.goto(f"{base}/{language}/{screen}")
        first = page.locator(f'tbody a[href*="/{link}?"]').first
        found[link] = (first.get_attribute("href") or "").removeprefix(f"/{language}")
    return found


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_keeps_anybody_out(
    house: House, chromium: Browser, language: str, scheme: str
) -> None:
    with person(house, chromium, color_scheme=scheme) as page:
        screens = SCREENS | deep(page, house.base, language)
        found = {}
        for name, path in screens.items():
            page.goto(f"{house.base}/{language}{path}")
            if held := faults(page):
                found[name] = held
            picture(page, f"{name}-{language}-{scheme}")
        assert found == {}


def test_the_login_keeps_nobody_out(house: House, chromium: Browser) -> None:
    with person(house, chromium) as page:
        page.click("header button")
        assert page.url.endswith("/en/login")
        assert faults(page) == []
        picture(page, "login-en-light")


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (1280, 2)])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_small_or_enlarged_page_scrolls_one_way_only(
    house: House, chromium: Browser, width: int, zoom: int, language: str
) -> None:
    size = {"width": width // zoom, "height": 700}
    with person(house, chromium, device_scale_factor=zoom) as page:
        page.set_viewport_size(size)  # type: ignore[arg-type]  # width and height
        wide = {}
        for name, path in (SCREENS | deep(page, house.base, language)).items():
            page.goto(f"{house.base}/{language}{path}")
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                wide[name] = over
            picture(page, f"{name}-{language}-{width}px-{zoom}x")
        assert wide == {}


def test_a_page_prints_without_what_cannot_be_pressed_on_paper(
    house: House, chromium: Browser
) -> None:
    with person(house, chromium) as page:
        page.goto(f"{house.base}/en/leads")
        page.emulate_media(media="print")
        assert not page.locator(".rail").is_visible()
        assert page.locator("table").is_visible()
        picture(page, "leads-print")


def test_a_page_works_without_scripts(house: House, chromium: Browser) -> None:
    with person(house, chromium, java_script_enabled=False) as page:
        page.goto(f"{house.base}/en/screening")
        page.fill("#name", "Amos Werner")
        page.click("button:has-text('Screen this record')")
        assert "Amos Verner" in page.inner_text("main")


def test_nothing_in_data_runs_or_turns_around(house: House, chromium: Browser) -> None:
    with person(house, chromium) as page:
        page.goto(f"{house.base}/en/record?id=g3")
        assert "<script>alert(1)</script>" in page.inner_text("h1")
        assert "RIGHT-TO-LEFT OVERRIDE" in page.inner_text("h1")


def test_the_skip_link_and_the_focus_are_seen(house: House, chromium: Browser) -> None:
    with person(house, chromium) as page:
        page.goto(f"{house.base}/en/leads")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        box = page.locator(".skip").bounding_box()
        assert box is not None
        assert box["x"] >= 0
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "work"


def test_a_picture_of_each_screen_has_its_heading(house: House, chromium: Browser) -> None:
    with person(house, chromium) as page:
        for path in SCREENS.values():
            page.goto(f"{house.base}/ar{path}")
            assert page.locator("html").get_attribute("dir") == "rtl"
            assert re.search(r"\S", page.inner_text("h1"))
