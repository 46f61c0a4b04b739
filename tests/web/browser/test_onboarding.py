"""Journey 5: a hostile table through the wizard, by the keyboard; a job looked at live."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.web.pages.conftest import House

from maillon.model import Act
from maillon.web.worker import run_worker

from .conftest import person, picture
from .reaching import faults

pytestmark = pytest.mark.browser

TABLES = Path(__file__).resolve().parents[2] / "data" / "tables"
SHEET = (
    "id;Name;Geburtsdatum;Firma;Betrag (EUR);Religion;Bemerkung\r\n"
    '1;"Müller, Jörg";03.04.1978;Acme SARL;1.234,56;x;"=HYPERLINK(""http://x.invalid"")"\r\n'
    "2;محمد أحمد الحسن;30.02.1985;Beta GmbH;12,00;y;\r\n"
    "3;Иванов Иван;12/11/1980;Beta GmbH;-5,10;z;+49 30 1234567\r\n"
    "4;gnp\u202e.exe;25/12/1980;Acme SARL;0;;\r\n"
).encode("utf-8-sig")


def tab_to(page: Page, selector: str) -> None:
    """Go on by the tabulator until something has the focus."""
    for _ in range(400):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {selector}")


def press(page: Page, selector: str) -> None:
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page: Page, selector: str, letters: str) -> None:
    """Choose what begins so, in a list that has the focus."""
    tab_to(page, selector)
    page.keyboard.type(letters)


def send(page: Page, base: str, raw: bytes, language: str = "en") -> None:
    page.goto(f"{base}/{language}/onboard")
    page.set_input_files("#file", {"name": "people.csv", "mimeType": "text/csv", "buffer": raw})
    press(page, "main form:first-of-type button")


def test_a_hostile_table_is_loaded_by_the_keyboard(house: House, chromium: Browser) -> None:
    with person(house, chromium, "intake") as page:
        send(page, house.base, SHEET)
        assert page.url.endswith("/look")
        assert "RIGHT-TO-LEFT OVERRIDE" in page.inner_text("main")
        press(page, "main form > p button:first-of-type")
        assert page.url.endswith("/map")
        assert "speaks of religion" in page.inner_text("main")
        choose(page, "#new", "Company")
        press(page, "button[value=update]")
        choose(page, "#key-b-1", "Firma")
        tab_to(page, "#column-1")
        page.keyboard.press("Control+ArrowDown")
        assert page.evaluate("document.activeElement.id") == "column-2"
        page.select_option("#column-3", "b.name")
        page.wait_for_selector("mln-mapper td:has-text('Acme SARL')")
        assert "U+202E" in page.inner_text(
            "mln-mapper"
        )  # no value of the data turns another around
        assert "\u202e" not in page.inner_text("mln-mapper")
        assert faults(page) == []
        picture(page, "onboard-map-keyboard")
        press(page, "button[value=next]")
        assert page.url.endswith("/try")
        text = page.inner_text("main")
        assert "no day of the calendar" in text
        press(page, "main a.button[href$='/name']")
        tab_to(page, "#dataset")
        page.keyboard.type("hostile_people")
        page.keyboard.press("Enter")
        page.wait_for_url("**/jobs/*")
        run_worker(house.workspace.settings.folder, once=True)
        page.wait_for_selector("text=What came of it")
    view = house.workspace.view(Act.READ)
    held = {one.value for one in house.workspace.store.scan(view)
            if one.dataset == "hostile_people"}  # fmt: skip
    assert {"Müller, Jörg", "Иванов Иван", "Acme SARL"} <= held


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_step_keeps_anybody_out(
    house: House, chromium: Browser, language: str, scheme: str
) -> None:
    with person(house, chromium, "intake", color_scheme=scheme) as page:
        send(page, house.base, SHEET, language)
        base = page.url.removesuffix("look")
        found = {}
        for step in ("look", "map", "try", "name"):
            page.goto(base + step)
            if step == "map":
                page.wait_for_selector("mln-mapper h2")
                page.click("button[value=update]")
                page.wait_for_selector("mln-mapper td")
            if held := faults(page):
                found[step] = held
            picture(page, f"onboard-{step}-{language}-{scheme}")
        page.goto(f"{house.base}/{language}/onboard")
        found |= {"begin": held} if (held := faults(page)) else {}
        picture(page, f"onboard-begin-{language}-{scheme}")
        assert found == {}


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (1280, 2)])
def test_no_step_scrolls_two_ways(house: House, chromium: Browser, width: int, zoom: int) -> None:
    with person(house, chromium, "intake", device_scale_factor=zoom) as page:
        send(page, house.base, SHEET, "ar")
        base = page.url.removesuffix("look")
        page.set_viewport_size({"width": width // zoom, "height": 700})
        wide = {}
        for step in ("look", "map", "try", "name"):
            page.goto(base + step)
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if over > 0:
                wide[step] = over
            picture(page, f"onboard-{step}-ar-{width}px-{zoom}x")
        assert wide == {}


def test_the_wizard_works_without_scripts(house: House, chromium: Browser) -> None:
    with person(house, chromium, "intake", java_script_enabled=False) as page:
        raw = (TABLES / "mapping_cp1256_arabic.csv").read_bytes()
        page.goto(f"{house.base}/en/onboard")
        page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": raw})
        page.click("text=Send, and see what it is")
        page.click("text=That is right: go on")
        assert page.url.endswith("/map")
        assert page.query_selector("mln-mapper") is None or not page.inner_text("mln-mapper")
        page.select_option("#column-0", "a.name")
        page.select_option("#key-a-1", "الاسم")
        page.click("button[value=next]")
        assert page.url.endswith("/try")
        page.click("main a.button[href$='/name']")
        page.fill("#dataset", "without_scripts")
        page.click("text=Load it")
        page.wait_for_url("**/jobs/*")
        run_worker(house.workspace.settings.folder, once=True)
        page.reload()
        assert "What came of it" in page.inner_text("main")
    view = house.workspace.view(Act.READ)
    held = {one.value for one in house.workspace.store.scan(view)
            if one.dataset == "without_scripts"}  # fmt: skip
    assert "فاطمة علي" in held


def test_a_job_is_looked_at_live(house: House, chromium: Browser) -> None:
    with person(house, chromium, "screening") as page:
        page.goto(f"{house.base}/en/screening")
        raw = b"name,birthDate\n" + b"Amos Verner,1980-02-03\n" * 50
        page.set_input_files("#file", {"name": "q.csv", "mimeType": "text/csv", "buffer": raw})
        page.click("text=Send, count the records, and look")
        assert "50" in page.inner_text(".counts")
        assert faults(page) == []
        picture(page, "screening-file-en-light")
        page.click("button:has-text('Screen this file')")
        page.wait_for_url("**/jobs/*")
        picture(page, "job-waiting-en-light")
        assert faults(page) == []
        run_worker(house.workspace.settings.folder, once=True)
        page.wait_for_selector("text=All hits as a table")
        assert faults(page) == []
        picture(page, "job-done-en-light")
        assert re.search(r"\b50\b", page.inner_text(".counts"))
        page.goto(f"{house.base}/en/jobs")
        picture(page, "jobs-en-light")
