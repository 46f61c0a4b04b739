"""Every screen in a real browser: reachable by everybody, small, large, dark, right to left."""

import re
from collections.abc import Mapping
from html import unescape

import pytest
from playwright.sync_api import Browser, Page
from tests.web.pages.conftest import House
from tests.web.pages.test_pages import first_hit
from tests.web.pages.test_second_looks import decide, due

from maillon.web.pages.desk.desks import DESKS
from maillon.workspace.deciding import place_of

from .conftest import person, picture
from .reaching import faults, small_targets

pytestmark = pytest.mark.browser

SCREENS = {
    "home": "/", "search": "/search?q=Amos", "record": "/record?id=t1", "screening": "/screening",
    "hits": "/hits", "hits by filter": "/hits?from=0.1&list=register", "conflicts": "/conflicts",
    "hits together": f"/hits/together?hit={place_of('o1', 'c1')}&hit={place_of('o2', 'c1')}",
    "leads": "/leads", "pairs": "/pairs", "around": "/around?id=t1",
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
STATUS = {"refused": 404}
"""Status of the screens that are not shown as asked for."""
OVERSIGHT = {
    "overseer home": "/", "overseer ledger": "/oversight", "overseer cards": "/oversight/cards",
}  # fmt: skip
DESK_FORMS = {
    f"desk {name} {deed.name}": f"/desk/{name}/{deed.name}"
    for name, desk in DESKS.items() for deed in desk.deeds if not deed.of
}  # fmt: skip
"""What can be begun on the desk, about nothing that is there."""


def shown(page: Page, house: House, language: str, name: str, path: str) -> None:
    """Open a screen; it is the screen that was asked for, not an error that looks well."""
    answer = page.goto(f"{house.base}/{language}{path}")
    assert answer is not None
    assert (name, answer.status) == (name, STATUS.get(name, 200))


def first(page: Page, place: str, link: str, language: str) -> str:
    """Return the address, without its language, of the first link of a page that goes somewhere."""
    page.goto(place)
    href = page.locator(f'main a[href*="/{link}?"]').first.get_attribute("href")
    assert href is not None
    return href.removeprefix(f"/{language}")


def deep(page: Page, base: str, language: str) -> dict[str, str]:
    """Return the addresses of one hit, one lead, one delivered record and one receipt."""
    found = {}
    for screen, link in (
        ("hits", "hit"), ("leads", "lead"), ("record?id=t1", "delivered"), ("screening", "receipt"),
    ):  # fmt: skip
        found[link] = first(page, f"{base}/{language}/{screen}", link, language)
    return found


@pytest.fixture(scope="module")
def decided(house: House) -> tuple[str, str]:
    """A hit that somebody decided: where a second person looks at it, where oversight replays it.

    The ledger is asked at once: later its first page is full of what the other tests do.
    """
    with house.reader("analyst", "review") as one, house.reader("supervisor", "review") as other:
        decide(one, first_hit(one), "no match", "the photograph differs", takes_two="1")
        again = due(other).removeprefix("/en")
    with house.reader("overseer", "oversight", "oversight") as reader:
        ledger = reader.page("/en/oversight")
    (place, *_) = re.findall(r'href="/en(/oversight/verdict\?[^"]+)"', ledger)
    return again, unescape(place)


def reached(
    page: Page, house: House, how: tuple[str, str], screens: Mapping[str, str]
) -> dict[str, list[str]]:
    """Return what of each screen keeps somebody out."""
    language, scheme = how
    found = {}
    for name, path in screens.items():
        shown(page, house, language, name, path)
        if held := faults(page):
            found[name] = held
        picture(page, f"{name}-{language}-{scheme}")
    return found


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_keeps_anybody_out(
    house: House, chromium: Browser, language: str, scheme: str
) -> None:
    with person(house, chromium, color_scheme=scheme) as page:
        screens = SCREENS | deep(page, house.base, language)
        assert reached(page, house, (language, scheme), screens) == {}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_of_others_keeps_anybody_out(
    house: House, chromium: Browser, decided: tuple[str, str], language: str, scheme: str
) -> None:
    how = (language, scheme)
    with person(house, chromium, "review", who="supervisor", color_scheme=scheme) as page:
        assert reached(page, house, how, {"second look": decided[0]}) == {}
    with person(house, chromium, "oversight", who="overseer", color_scheme=scheme) as page:
        assert reached(page, house, how, OVERSIGHT | {"verdict replay": decided[1]}) == {}


def test_no_form_of_the_desk_keeps_anybody_out(house: House, chromium: Browser) -> None:
    with person(house, chromium) as page:
        assert reached(page, house, ("en", "light"), DESK_FORMS) == {}


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
        for name, path in (SCREENS | DESK_FORMS | deep(page, house.base, language)).items():
            shown(page, house, language, name, path)
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                wide[name] = over
            picture(page, f"{name}-{language}-{width}px-{zoom}x")
        assert wide == {}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_what_the_head_of_a_small_page_offers_can_be_hit(
    house: House, chromium: Browser, language: str
) -> None:
    with person(house, chromium) as page:
        page.set_viewport_size({"width": 320, "height": 700})
        page.goto(f"{house.base}/{language}/help")
        assert page.locator(".head a").count() > 3
        assert small_targets(page) == []


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
        for name, path in SCREENS.items():
            shown(page, house, "ar", name, path)
            assert page.locator("html").get_attribute("dir") == "rtl"
            assert re.search(r"\S", page.inner_text("h1"))
