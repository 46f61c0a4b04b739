"""The journeys of a day: hits by keyboard, a lead to its end and its replay, a correction, Arabic."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.journeys.records import OPEN, loaded
from tests.journeys.records import person as record
from tests.web.pages.conftest import House, make, opened

from maillon.model import Act, Grade
from maillon.workspace.byhand import Stated

from . import reviewing
from .conftest import person, picture

pytestmark = pytest.mark.browser

HITS = 40


@pytest.fixture
def reviewed(tmp_path: Path) -> Iterator[House]:
    reviewing.make(tmp_path / "w", HITS)
    with opened(tmp_path / "w", tmp_path / "keys") as house:
        yield house


@pytest.fixture
def own(tmp_path: Path) -> Iterator[House]:
    """A house of one's own: what the journey changes, no other test sees."""
    make(tmp_path / "w")
    with opened(tmp_path / "w", tmp_path / "keys") as house:
        yield house


def open_lead(page: Page, base: str, language: str = "en") -> None:
    page.goto(f"{base}/{language}/leads")
    page.locator('tbody a[href*="/lead?"]').first.click()
    page.wait_for_url("**/lead?*")


def validate_lead(page: Page, verdict: str, reason: str) -> None:
    page.check(f'input[name="verdict"][value="{verdict}"]')
    for one in page.locator('input[name="weighed"]').all():
        one.check()
    page.fill("#reason", reason)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


def test_hits_are_decided_by_two_keys_each_and_no_pointer(
    reviewed: House, chromium: Browser
) -> None:
    with person(reviewed, chromium, "review") as page:
        found = reviewing.review(page, reviewed.base, HITS)
        picture(page, "journey-1-queue-is-empty")
        assert (found.decided, found.pointed) == (HITS, False)
        assert max(found.keys) <= 2
        assert "No hit waits" in page.inner_text("main")


def test_nobody_approves_the_own_verdict_on_the_page(own: House, chromium: Browser) -> None:
    with person(own, chromium, "review") as page:
        page.goto(f"{own.base}/en/hits")
        page.locator('tbody a[href*="/hit?"]').first.click()
        place = page.url
        page.keyboard.press("c")
        for one in page.locator('input[name="weighed"]').all():
            one.check()
        page.fill("#reason", "looked at both files")
        page.check("#two")
        with page.expect_navigation():
            page.keyboard.press("Control+Enter")
        page.goto(place)
        with page.expect_navigation():
            page.click("text=I have looked, and say the same")
        assert "This is refused" in page.inner_text("main")
        assert "para. 49" in page.inner_text("main")


def test_a_lead_goes_from_its_evidence_over_the_chart_to_a_verdict_that_oversight_replays(
    own: House, chromium: Browser
) -> None:
    with person(own, chromium, "review") as page:
        open_lead(page, own.base)
        picture(page, "journey-2-lead")
        place = page.url
        page.locator("details summary").first.click()
        page.locator('a[href*="/delivered?"]').first.click()
        assert "t1b" in page.inner_text("pre.delivered") or "Amos" in page.inner_text("main")
        picture(page, "journey-2-delivered")
        page.goto(place)
        page.click("text=On a chart")
        page.wait_for_url("**/chart?*")
        assert "Amos Verner" in page.inner_text("main")
        picture(page, "journey-2-chart")
        page.goto(place)
        validate_lead(page, "refuted", "the subscriber of the calls was another")
        assert "refuted" in page.inner_text("main")
    with person(own, chromium, "oversight", who="overseer") as page:
        page.goto(f"{own.base}/en/oversight")
        assert re.search(r"validate", page.inner_text("main"))
        page.locator('a[href*="/oversight/verdict?"]').first.click()
        page.wait_for_url("**/oversight/verdict?*")
        text = page.inner_text("main")
        assert "the subscriber of the calls was another" not in text  # a reason may name people
        assert "refuted" in text
        assert "weighed" in text
        picture(page, "journey-2-replay")


def test_a_corrected_birth_date_ends_a_lead_and_whoever_has_it_open_is_told(
    own: House, chromium: Browser
) -> None:
    with person(own, chromium) as page:
        open_lead(page, own.base)
        assert not page.locator("#watched .told:visible").count()
        w = own.workspace
        mandate = replace(w.settings.mandate, purpose="linking")
        gone = [record("t1", "Amos Verner", birthDate=["1955-11-30"])]
        loaded(w, "corrections", OPEN, gone)
        w.by_hand.state(
            w.view(Act.LOAD, mandate),
            Stated("Person", {"birthDate": ["1955-11-30"]}, "birth certificate", "t1",
                   Grade("A", "1")),
        )  # fmt: skip
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.locator("#watched .told:visible").wait_for(timeout=60_000)
        assert re.search(
            "changed since you opened it|is there no more", page.inner_text("#watched")
        )
        picture(page, "journey-3-told")


def test_the_day_in_arabic(own: House, chromium: Browser) -> None:
    with person(own, chromium, "review") as page:
        page.goto(f"{own.base}/ar/hits")
        assert page.locator("html").get_attribute("dir") == "rtl"
        page.locator('tbody a[href*="/hit?"]').first.click()
        page.wait_for_url("**/ar/hit?*")
        picture(page, "journey-4-hit")
        page.keyboard.press("1")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url.startswith(f"{own.base}/ar/hit")
        open_lead(page, own.base, "ar")
        validate_lead(page, "not assessable", "لا يمكن الجزم")
        picture(page, "journey-4-lead")
        assert "لا يمكن الجزم" in page.inner_text("main")
        english = re.findall(r"\b(?:the|with|and|of)\b", page.inner_text("main h1, main h2"))
        assert english == []


def test_a_session_that_ends_amid_a_verdict_says_so_and_keeps_what_was_written(
    own: House, chromium: Browser
) -> None:
    with person(own, chromium, "review") as page:
        page.goto(f"{own.base}/en/hits")
        page.locator('tbody a[href*="/hit?"]').first.click()
        page.fill("#reason", "half a thought")
        page.context.clear_cookies()
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.locator("#watched .over").wait_for(state="visible", timeout=30_000)
        assert page.locator("#reason").input_value() == "half a thought"


def test_back_after_a_verdict_shows_the_hit_as_decided(own: House, chromium: Browser) -> None:
    with person(own, chromium, "review") as page:
        page.goto(f"{own.base}/en/hits")
        page.locator('tbody a[href*="/hit?"]').first.click()
        page.wait_for_url("**/hit?*")
        page.keyboard.press("1")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.go_back()
        page.keyboard.press("1")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "Somebody decided in between" in page.inner_text("main")
