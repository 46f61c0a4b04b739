"""Lists that grow within their page, by the keyboard; what the browser keeps, and what it is told."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.records import OPEN, loaded
from tests.journeys.records import person as someone
from tests.web.pages.conftest import House

from maillon.store.login.sessions import Sessions
from maillon.web.login import Keeper
from maillon.web.pages.searching import PAGE

from .conftest import person, picture
from .reaching import faults

pytestmark = pytest.mark.browser

MANY = 2 * PAGE + 5


@pytest.fixture(scope="module")
def full(house: House) -> House:
    """A house in which a search finds three pages."""
    held = [someone(f"z{n}", f"Zora Number{n}", country=["fr"]) for n in range(MANY)]
    loaded(house.workspace, "many", OPEN, held)
    vessels = [{"id": f"v{n}", "schema": "Vessel", "properties": {"name": [f"Zora Boat{n}"]}}
               for n in range(3)]  # fmt: skip
    loaded(house.workspace, "boats", OPEN, vessels)
    return house


@pytest.fixture
def page(full: House, chromium: Browser) -> Iterator[Page]:
    with person(full, chromium) as page:
        page.goto(f"{full.base}/en/search?q=Zora")
        yield page


def kept(page: Page) -> dict[str, str]:
    """Return all that the browser keeps for the service, beside its cookie."""
    found: dict[str, str] = json.loads(
        page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    )
    return found


def press(page: Page, selector: str) -> None:
    """Press a link or button by the keyboard."""
    page.focus(selector)
    page.keyboard.press("Enter")


def count(page: Page, number: int) -> None:
    expect(page.locator("#rows > tr")).to_have_count(number)


def test_a_search_grows_by_the_keyboard_and_the_focus_stays(page: Page) -> None:
    press(page, "#more")
    count(page, 2 * PAGE)
    expect(page.locator("#more")).to_be_focused()
    assert page.inner_text("#came") == f"{PAGE} more lines"
    assert page.inner_text("#extent").startswith(f"1 to {2 * PAGE} of")
    top = page.evaluate("window.scrollY")
    page.keyboard.press("Enter")
    count(page, MANY + 3)
    expect(page.locator("span#more")).to_be_focused()
    assert page.inner_text("#more") == "That is all."
    assert page.evaluate("window.scrollY") >= top
    assert faults(page) == []
    picture(page, "search-all-en-light")


def test_a_search_is_narrowed_and_the_address_and_the_way_back_follow(page: Page) -> None:
    first = page.url
    press(page, "#facet-schema-Vessel")
    count(page, 3)
    assert "schema=Vessel" in page.url
    assert page.locator("#schema").input_value() == "Vessel"
    expect(page.locator("#facet-schema-Vessel")).to_be_focused()
    assert "1 to 3 of 3" in page.inner_text("#came")
    press(page, "#every-kind")
    count(page, PAGE)
    expect(page.locator("#found")).to_be_focused()
    page.go_back()
    count(page, 3)
    page.wait_for_load_state()  # what listens to the way back is there
    page.go_back()
    count(page, PAGE)
    assert page.url == first


def test_nothing_of_a_search_stays_in_the_browser(page: Page) -> None:
    assert kept(page) == {}
    press(page, "#facet-schema-Vessel")
    count(page, 3)
    press(page, "#every-kind")
    count(page, PAGE)
    press(page, "#more")
    count(page, 2 * PAGE)
    assert kept(page) == {}


def test_each_request_says_the_token_and_that_it_is_for_a_part(page: Page) -> None:
    with page.expect_request("**/en/search?**cursor=**") as sent:
        press(page, "#more")
    token = page.locator('input[name="csrf"]').first.input_value()
    assert sent.value.headers["x-csrf-token"] == token
    assert sent.value.headers["hx-request"] == "true"
    count(page, 2 * PAGE)


def test_a_search_is_kept_asked_again_and_let_go_of_on_one_page(page: Page) -> None:
    page.click("text=Keep this search")
    page.wait_for_selector("#saved table")
    assert page.locator("#rows > tr").count() == PAGE
    press(page, "#saved button:has-text('What is new')")
    page.wait_for_selector("text=Nothing is new.")
    expect(page.locator('button[id^="run-"]')).to_be_focused()
    press(page, "#saved button:has-text('Let go of it')")
    page.wait_for_selector("#saved table", state="detached")
    expect(page.locator("#saved")).to_be_focused()
    assert page.inner_text("#came") == "0 searches that you keep"
    assert page.url.endswith("/en/search?q=Zora")


def test_a_session_that_is_over_opens_the_login_and_then_the_page(full: House, page: Page) -> None:
    keeper = full.service.doorkeeper
    assert isinstance(keeper, Keeper)
    place = page.url
    Sessions(keeper.gate).end_all("analyst", "analyst")
    press(page, "#more")
    page.wait_for_url("**/en/login?**")
    assert page.inner_text("h1") == "Log in"
    assert page.locator("table").count() == 0
    assert page.locator('input[name="next"]').get_attribute("value") == place.removeprefix(
        full.base
    )


def test_what_a_part_cannot_answer_is_asked_for_as_a_page(page: Page) -> None:
    page.evaluate("console.error = () => {}")  # htmx says there what was answered
    page.route("**/en/search?*cursor*", lambda route: route.fulfill(status=418, body="proxy")
               if "hx-request" in route.request.headers else route.continue_())  # fmt: skip
    press(page, "#more")
    page.wait_for_url("**cursor=**")
    assert page.inner_text("#extent").startswith(f"{PAGE + 1} to {2 * PAGE} of")


def test_a_list_goes_on_without_scripts(full: House, chromium: Browser) -> None:
    with person(full, chromium, java_script_enabled=False) as page:
        page.goto(f"{full.base}/en/search?q=Zora")
        page.click("#more")
        assert page.inner_text("#extent").startswith(f"{PAGE + 1} to {2 * PAGE} of")
        page.click("#facet-schema-Vessel")
        assert page.locator("#rows > tr").count() == 3
