"""A person decides by the keyboard; what is begun is not lost; a double click is one verdict."""

import pytest
from playwright.sync_api import Browser, Page
from tests.web.pages.conftest import House

from .conftest import person, picture

pytestmark = pytest.mark.browser


def open_hit(page: Page, base: str) -> str:
    page.goto(f"{base}/en/hits")
    page.locator('tbody a[href*="/hit?"]').first.click()
    page.wait_for_url("**/hit?*")
    return page.url


def weigh(page: Page) -> None:
    """Check what speaks for the person, by the keyboard alone."""
    for one in page.locator('input[name="weighed"]').all():
        one.focus()
        page.keyboard.press("Space")


def test_a_hit_is_decided_by_the_keyboard(house: House, chromium: Browser) -> None:
    with person(house, chromium, "review") as page:
        first = open_hit(page, house.base)
        page.keyboard.press("n")
        weigh(page)
        page.focus("#reason")
        page.keyboard.type("another birth date")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        page.goto(first)
        assert "another birth date" in page.inner_text("main")


def test_a_hit_is_cleared_by_two_keys(house: House, chromium: Browser) -> None:
    with person(house, chromium, "review") as page:
        first = open_hit(page, house.base)
        fact = page.locator("button[data-reason]").first.get_attribute("data-reason") or "none"
        page.keyboard.press("1")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.goto(first)
        assert fact in page.inner_text("main ul:last-of-type")
        said = page.locator("li", has_text=fact).filter(has_text="(verdict)")
        assert said.locator("strong").inner_text() == "no match"


def test_a_letter_that_is_written_decides_nothing(house: House, chromium: Browser) -> None:
    with person(house, chromium, "review") as page:
        open_hit(page, house.base)
        page.focus("#reason")
        page.keyboard.type("no man")
        assert page.locator("#reason").input_value() == "no man"
        assert page.locator('input[name="verdict"]:checked').count() == 0


def test_a_reason_that_was_begun_outlives_the_end_of_the_session(
    house: House, chromium: Browser
) -> None:
    with person(house, chromium, "review") as page:
        place = open_hit(page, house.base)
        page.fill("#reason", "a long reason that took an hour")
        page.reload()
        assert page.locator("#reason").input_value() == "a long reason that took an hour"
        assert page.url == place


def test_a_double_click_is_one_verdict(house: House, chromium: Browser) -> None:
    with person(house, chromium, "review") as page:
        first = open_hit(page, house.base)
        page.keyboard.press("c")
        weigh(page)
        page.fill("#reason", "clicked twice")
        with page.expect_navigation():
            page.dblclick("text=Decide, and show the next hit")
        page.goto(first)
        assert page.inner_text("main").count("clicked twice") == 1


def test_two_who_decide_at_once_are_told(house: House, chromium: Browser) -> None:
    with (
        person(house, chromium, "review") as one,
        person(house, chromium, "review", who="supervisor") as other,
    ):
        place = open_hit(one, house.base)
        other.goto(place)
        for page, reason in ((one, "first"), (other, "second")):
            page.keyboard.press("c")
            weigh(page)
            page.fill("#reason", reason)
            with page.expect_navigation():
                page.keyboard.press("Control+Enter")
        assert "Somebody decided in between" in other.inner_text("main")
        assert other.locator("#reason").input_value() == "second"


def test_the_last_verdict_is_taken_back_by_one_key(house: House, chromium: Browser) -> None:
    with person(house, chromium, "review") as page:
        first = open_hit(page, house.base)
        page.keyboard.press("n")
        weigh(page)
        page.fill("#reason", "the father's name differs")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        assert "You decided" in page.inner_text("main")
        with page.expect_navigation():
            page.keyboard.press("z")
        assert page.url == first
        assert "taken back" in page.inner_text("main")


def test_a_second_person_is_not_told_what_the_first_said(house: House, chromium: Browser) -> None:
    with person(house, chromium, "review") as page:
        open_hit(page, house.base)
        page.keyboard.press("c")
        weigh(page)
        page.fill("#reason", "a reason that nobody is told")
        page.check("#two")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
    with person(house, chromium, "review", who="supervisor") as page:
        page.goto(f"{house.base}/en/second-looks")
        page.locator('tbody a[href*="second-look?"]').last.click()
        page.wait_for_url("**/second-look?*")
        picture(page, "second-look")
        assert "a reason that nobody is told" not in page.inner_text("main")
        page.keyboard.press("c")
        weigh(page)
        page.fill("#reason", "nor do I see it")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        assert "You say the same" in page.inner_text("main")


def test_the_keys_are_shown_on_one_key_and_the_focus_comes_back(
    house: House, chromium: Browser
) -> None:
    with person(house, chromium, "review") as page:
        open_hit(page, house.base)
        keys = page.locator("details#keys")
        assert keys.get_attribute("open") is None
        page.focus("#v2")
        page.keyboard.press("?")
        assert "show or hide the keys" in keys.inner_text()
        assert page.evaluate("document.activeElement.parentElement.id") == "keys"
        picture(page, "hit-keys")
        page.keyboard.press("?")
        assert keys.get_attribute("open") is None
        assert page.evaluate("document.activeElement.id") == "v2"


def test_the_keys_of_the_queue_are_shown_on_one_key(house: House, chromium: Browser) -> None:
    with person(house, chromium, "review") as page:
        page.goto(f"{house.base}/en/hits")
        page.keyboard.press("?")
        assert page.locator("details#keys").get_attribute("open") is not None


def test_a_question_mark_that_is_written_shows_no_keys(house: House, chromium: Browser) -> None:
    with person(house, chromium, "review") as page:
        open_hit(page, house.base)
        page.focus("#reason")
        page.keyboard.type("who?")
        assert page.locator("#reason").input_value() == "who?"
        assert page.locator("details#keys").get_attribute("open") is None


def test_the_keys_are_there_without_scripts(house: House, chromium: Browser) -> None:
    with person(house, chromium, "review", java_script_enabled=False) as page:
        open_hit(page, house.base)
        page.click("details#keys summary")
        assert "show or hide the keys" in page.locator("details#keys").inner_text()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_what_speaks_for_the_person_is_drawn_where_reading_begins(
    house: House, chromium: Browser, language: str
) -> None:
    with person(house, chromium, "review") as page:
        place = open_hit(page, house.base)
        page.goto(place.replace("/en/", f"/{language}/"))
        boxes = {
            kind: page.locator(f".fall .is-{kind}").first.bounding_box()
            for kind in ("for", "against")
        }
        assert boxes["for"] is not None
        assert boxes["against"] is not None
        assert (boxes["for"]["x"] < boxes["against"]["x"]) is (language == "en")
