"""The journeys of a day: hits by keyboard, a lead to its end and its replay, a correction, Arabic."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.journeys.records import OPEN, OPEN_RECORDS, loaded
from tests.journeys.records import person as record
from tests.web.pages.conftest import House, make, opened

from maillon.model import Act, Mode
from maillon.sources import adapter
from maillon.store import Order
from maillon.workspace import Workspace

from . import reviewing
from .conftest import person, picture

pytestmark = pytest.mark.browser

DRAWN = "() => (document.querySelector('mln-chart')?.model?.size ?? 0) > 2"
OWN_WORDS = """() => { const page = document.querySelector("main").cloneNode(true);
  for (const one of page.querySelectorAll("bdi, [lang], pre, code, script, style, .id, .handling, mln-chart, textarea")) {
    one.remove(); } return page.textContent; }"""
"""What the house itself says on a page: all that is no value of the data."""
HITS = 40
SLOW = 60_000
"""Milliseconds that a loaded machine may take."""


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


def open_hit(page: Page, base: str, language: str = "en") -> None:
    page.goto(f"{base}/{language}/hits")
    page.locator('tbody a[href*="/hit?"]').first.click()
    page.wait_for_url(f"**/{language}/hit?*")
    page.wait_for_load_state()


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
        open_hit(page, own.base)
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
        page.wait_for_function(DRAWN, timeout=SLOW)
        picture(page, "journey-2-chart")
        page.goto(place)
        validate_lead(page, "refuted", "the subscriber of the calls was another")
        assert "refuted" in page.inner_text("main")
    with person(own, chromium, "oversight", who="overseer") as page:
        page.goto(f"{own.base}/en/oversight")
        assert "give a verdict" in page.inner_text("main")
        page.locator('a[href*="/oversight/verdict?"]').first.click()
        page.wait_for_url("**/oversight/verdict?*")
        text = page.inner_text("main")
        assert "the subscriber of the calls was another" not in text  # a reason may name people
        assert "refuted" in text
        assert "weighed" in text
        picture(page, "journey-2-replay")


def watched(w: Workspace, born: str) -> None:
    """Deliver a watchlist of one person anew: what it said before stands no more."""
    entry = record("t1", "Amos Verner", topics=["crime.terror"], birthDate=[born])
    raw = io.BytesIO(json.dumps(entry).encode() + b"\n")
    order = Order(adapter("ftm-json"), "watchlist", OPEN, mode=Mode.SNAPSHOT)
    w.load(w.view(Act.LOAD), raw, order)


def test_a_corrected_birth_date_ends_a_lead_and_whoever_has_it_open_is_told(
    tmp_path: Path, chromium: Browser
) -> None:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w:
        rest = [one for one in OPEN_RECORDS if one["id"] not in {"t1", "t1b"}]
        loaded(w, "register", OPEN, [record("t1b", "Amos Verner", birthDate=["1980-02-03"]), *rest])
        watched(w, "1980-02-03")
    with opened(tmp_path / "w", tmp_path / "keys") as house, person(house, chromium) as page:
        open_lead(page, house.base)
        assert not page.locator("#watched .told:visible").count()
        watched(house.workspace, "1955-11-30")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.locator("#watched .gone").wait_for(state="visible", timeout=SLOW)
        assert "was corrected" in page.inner_text("#watched")
        picture(page, "journey-3-told")
        page.goto(f"{house.base}/en/leads")
        assert page.locator('tbody a[href*="/lead?"]').count() == 0


def clear_hit(page: Page, reason: str) -> None:
    """Say by keys that two are not one, where no prepared reason is apt."""
    page.keyboard.press("n")
    for one in page.locator('input[name="weighed"]').all():
        one.check()
    page.fill("#reason", reason)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


def arabic(page: Page) -> None:
    """Fail where a page is not right to left, or the house speaks another language on it.

    What is data stands in ``bdi``; what is in ``lang`` of its own, and numbers, are left out.
    """
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.locator("html").get_attribute("lang") == "ar"
    text = page.evaluate(OWN_WORDS)
    assert re.search(r"[\u0600-\u06ff]{3}", text)
    assert re.findall(r"\b(?:the|with|and|of|is|not|from|was|this)\b", text) == []


def test_the_day_in_arabic(own: House, chromium: Browser) -> None:
    with person(own, chromium, "review") as page:
        page.goto(f"{own.base}/ar/hits")
        arabic(page)
        waiting = page.locator('tbody a[href*="/hit?"]').count()
        page.locator('tbody a[href*="/hit?"]').first.click()
        page.wait_for_url("**/ar/hit?*")
        decided = page.url
        arabic(page)
        picture(page, "journey-4-hit")
        clear_hit(page, "اسم الأب مختلف")
        assert page.url.startswith(f"{own.base}/ar/hit")
        page.goto(decided)
        assert "اسم الأب مختلف" in page.inner_text("main")
        page.goto(f"{own.base}/ar/hits")
        assert page.locator('tbody a[href*="/hit?"]').count() == waiting - 1
        open_lead(page, own.base, "ar")
        arabic(page)
        place = page.url
        page.locator("details summary").first.click()
        page.locator('a[href*="/delivered?"]').first.click()
        page.wait_for_url("**/ar/delivered?*")
        assert "t1b" in page.inner_text("pre.delivered")
        arabic(page)
        page.goto(place)
        page.locator('main a[href*="/chart?lead="]').first.click()
        page.wait_for_url("**/ar/chart?*")
        page.wait_for_function(DRAWN, timeout=SLOW)
        arabic(page)
        picture(page, "journey-4-chart")
        page.goto(place)
        validate_lead(page, "not assessable", "لا يمكن الجزم")
        picture(page, "journey-4-lead")
        assert "لا يمكن الجزم" in page.inner_text("main")
    with person(own, chromium, "oversight", who="overseer") as page:
        page.goto(f"{own.base}/ar/oversight")
        page.locator('a[href*="/oversight/verdict?"]').first.click()
        page.wait_for_url("**/ar/oversight/verdict?*")
        arabic(page)
        picture(page, "journey-4-replay")


def test_a_session_that_ends_amid_a_verdict_says_so_and_keeps_what_was_written(
    own: House, chromium: Browser
) -> None:
    with person(own, chromium, "review") as page:
        open_hit(page, own.base)
        page.fill("#reason", "half a thought")
        page.context.clear_cookies()
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.locator("#watched .over").wait_for(state="visible", timeout=SLOW)
        assert page.locator("#reason").input_value() == "half a thought"


def test_back_after_a_verdict_shows_the_hit_as_decided(own: House, chromium: Browser) -> None:
    with person(own, chromium, "review") as page:
        open_hit(page, own.base)
        clear_hit(page, "the father's name differs")
        page.go_back()
        clear_hit(page, "the father's name differs")
        assert "Somebody decided in between" in page.inner_text("main")
