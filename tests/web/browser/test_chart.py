"""The chart in a real browser: walked by keys, told as tables, grown by counts first, kept, safe."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.journeys.records import OPEN, loaded
from tests.web.pages.conftest import House, make, opened

from maillon.workspace import Workspace

from .charted_people import BIDI, FRIENDS, records
from .conftest import person, picture
from .reaching import faults

pytestmark = pytest.mark.browser

SIZE = "document.querySelector('mln-chart').model.size"
SAID = "#mln-said"


@pytest.fixture(scope="module")
def charted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("charted")
    make(folder / "w")
    with Workspace.open(folder / "w") as w:
        loaded(w, "friends", OPEN, list(records()))
    with opened(folder / "w", folder / "keys") as house:
        house.reader("analyst").close()  # the account has its own password now
        yield house


@contextmanager
def chart(
    house: House, chromium: Browser, query: str, language: str = "en", **more: Any
) -> Iterator[Page]:
    with person(house, chromium, **more) as page:
        page.goto(f"{house.base}/{language}/chart?{query}")
        ready(page)
        yield page


def ready(page: Page, least: int = 1) -> None:
    page.wait_for_function(
        "(least) => { const c = document.querySelector('mln-chart');"
        " return c.model && c.model.size >= least && c.isAtRest; }", arg=least,
    )  # fmt: skip


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.locator(".stage").press(key)


def lead(page: Page, base: str, language: str = "en") -> str:
    page.goto(f"{base}/{language}/leads")
    first = page.locator('tbody a[href*="/lead?"]').first
    return (first.get_attribute("href") or "").partition("id=")[2]


def test_the_arrow_keys_walk_a_lead_from_terrorism_to_crime(
    charted: House, chromium: Browser
) -> None:
    with person(charted, chromium) as page:
        page.goto(f"{charted.base}/en/chart?lead={lead(page, charted.base)}")
        ready(page, 3)
        walked = []
        for key in ("Home", "ArrowRight", "ArrowRight"):
            press(page, key)
            walked.append(page.inner_text("#mln-chosen"))
        assert walked == ["Amos Verner", "Bela Konrad", "Cyril Dusek"]


def test_a_lead_reads_from_right_to_left_in_arabic(charted: House, chromium: Browser) -> None:
    with person(charted, chromium) as page:
        page.goto(f"{charted.base}/ar/chart?lead={lead(page, charted.base, 'ar')}")
        ready(page, 3)
        picture(page, "chart-lead-ar")
        places = page.evaluate(
            "(() => { const c = document.querySelector('mln-chart');"
            " return c.model.scene().nodes.map((n) => [n.anchor, c.stage.spot(n.id).x]); })()"
        )
        by_anchor = {anchor: x for anchor, x in places if anchor}
        assert by_anchor["terror"] > by_anchor["crime"]


def test_enter_opens_the_record(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=m1") as page:
        press(page, "Home", "Enter")
        page.wait_for_url("**/record?id=*")
        assert page.inner_text("h1") == "Bela Konrad"


def test_the_tables_have_everybody_and_every_link(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=t1&n=m1&n=c1") as page:
        press(page, "t")
        page.wait_for_selector(".twin-nodes")
        names = page.locator(".twin-nodes tbody td:first-child").all_inner_texts()
        links = page.locator(".twin-links tbody tr").count()
        picture(page, "chart-twin-en")
        assert (sorted(names), links) == (["Amos Verner", "Bela Konrad", "Cyril Dusek"], 2)


def test_a_hub_is_asked_for_its_counts_first(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=h0") as page:
        press(page, "Home", "x")
        page.wait_for_selector("#mln-expand")
        picture(page, "chart-expand-en")
        assert (page.inner_text("#mln-expand"), page.evaluate(SIZE)) == (
            f"Neighbours: {FRIENDS}",
            1,
        )


def test_as_many_neighbours_come_as_were_asked_for(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=h0") as page:
        grow(page, "10")
        assert page.evaluate(SIZE) == 11


def grow(page: Page, top: str) -> None:
    press(page, "Home", "x")
    page.select_option("#mln-top", top)
    page.click(".expand button:has-text('Add')")
    page.wait_for_selector("#mln-expand", state="detached")
    ready(page)


def test_undo_takes_an_expansion_back(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=h0") as page:
        grow(page, "all")
        grown = page.evaluate(SIZE)
        press(page, "u")
        assert (grown, page.evaluate(SIZE)) == (FRIENDS + 1, 1)


def test_an_expansion_can_be_stopped(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=h0") as page:
        press(page, "Home", "x")
        page.wait_for_selector("#mln-expand")
        page.route("**/charts/around", lambda _route: None)  # nothing answers
        page.click(".expand button:has-text('Add')")
        page.click(".expand button:has-text('Stop')")
        page.wait_for_selector(".expand progress", state="detached")
        page.unroute("**/charts/around")
        assert page.evaluate(SIZE) == 1


def test_a_saved_chart_opens_as_it_was(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=t1&n=m1&n=c1") as page:
        press(page, "Home", "p")
        page.fill("#mln-note", "seen at the port")
        page.locator("#mln-note").blur()
        page.fill("#mln-title", "The port")
        page.click("button:has-text('Save this chart')")
        page.wait_for_url("**/chart?id=*")
        look = (
            "document.querySelector('mln-chart').model.scene().nodes"
            ".map((n) => [n.id, Math.round(n.x), Math.round(n.y), n.is_pinned, n.note]).sort()"
        )
        before = page.evaluate(look)
        page.reload()
        ready(page, 3)
        assert page.evaluate(look) == before
        assert any(one[3] and one[4] == "seen at the port" for one in before)


def test_a_chart_saved_in_between_is_not_overwritten(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=t1&n=m1") as page:
        page.click("button:has-text('Save this chart')")
        page.wait_for_url("**/chart?id=*")
        other = page.context.new_page()
        other.goto(page.url)
        ready(other, 2)
        other.click("button:has-text('Save this chart')")
        other.wait_for_function(
            f"() => document.querySelector('{SAID}').textContent.includes('saved')"
        )
        page.click("button:has-text('Save this chart')")
        page.wait_for_selector("mln-chart [role=alert]")
        assert "Somebody saved this chart in between" in page.inner_text("mln-chart [role=alert]")


def test_hostile_names_are_drawn_right(charted: House, chromium: Browser) -> None:
    ids = "&".join(f"n={key}" for key in BIDI)
    with chart(charted, chromium, ids) as page:
        picture(page, "chart-bidi-en")
        drawn = page.evaluate("[...document.querySelector('mln-chart').stage.labels.values()]")
        assert sorted(drawn) == sorted(label for _, label in BIDI.values())


def test_hostile_names_do_nothing_in_the_tables(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=b2&n=b6") as page:
        press(page, "t")
        names = page.locator(".twin-nodes tbody td:first-child").all_inner_texts()
        assert sorted(names) == [
            "<img src=x onerror=alert(1)>", "user[RIGHT-TO-LEFT OVERRIDE]gnp.exe",
        ]  # fmt: skip


def test_without_scripts_the_chart_grows_by_forms(charted: House, chromium: Browser) -> None:
    with person(charted, chromium, java_script_enabled=False) as page:
        page.goto(f"{charted.base}/en/chart?n=h0&expand=h0")
        page.select_option("#top", "10")
        page.click("button:has-text('Add these neighbours')")
        picture(page, "chart-plain-en")
        assert page.locator("#chart-plain table").first.locator("tbody tr").count() == 11


def test_without_scripts_a_chart_is_saved(charted: House, chromium: Browser) -> None:
    with person(charted, chromium, java_script_enabled=False) as page:
        page.goto(f"{charted.base}/en/chart?n=t1&n=m1")
        page.fill("#title", "By hand")
        page.click("#chart-plain button:has-text('Save this chart')")
        assert page.inner_text("h1") == "By hand"


def test_without_a_canvas_the_tables_are_the_chart(charted: House, chromium: Browser) -> None:
    with person(charted, chromium) as page:
        page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
        page.goto(f"{charted.base}/en/chart?n=t1&n=m1")
        page.wait_for_selector(".twin-nodes tbody tr")
        assert page.locator(".twin-nodes tbody tr").count() == 2
        assert "the tables say the same" in page.inner_text("mln-chart [role=alert]")


def test_without_a_worker_a_chart_is_laid_out(charted: House, chromium: Browser) -> None:
    with person(charted, chromium) as page:
        page.add_init_script("delete window.Worker")
        page.goto(f"{charted.base}/en/chart?n=h0")
        ready(page)
        grow(page, "all")
        before = page.evaluate("document.querySelector('mln-chart').model.scene().x[5]")
        page.click("button:has-text('Lay out')")
        assert page.evaluate("document.querySelector('mln-chart').model.scene().x[5]") != before


def test_the_worker_lays_out(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=h0") as page:
        grow(page, "all")
        before = page.evaluate("document.querySelector('mln-chart').model.scene().x[5]")
        page.click("button:has-text('Lay out')")
        ready(page)
        picture(page, "chart-laid-en")
        assert page.evaluate("document.querySelector('mln-chart').model.scene().x[5]") != before


def test_the_brush_hides_links_outside_its_days(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=h0") as page:
        grow(page, "all")
        links = "document.querySelector('mln-chart').model.scene().links.length"
        before = page.evaluate(links)
        page.locator(".brush input[type=range]").nth(1).fill("0")
        picture(page, "chart-brush-en")
        assert (before, page.evaluate(links)) == (FRIENDS, FRIENDS // 6)


def test_paths_between_two_come_onto_the_chart(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=t1&n=c1") as page:
        press(page, "Home", "m")
        page.evaluate(
            "(() => { const c = document.querySelector('mln-chart');"
            " c.choose(c.model.ids().find((id) => c.model.node(id).anchor === 'crime')); })()"
        )
        press(page, "m")
        ready(page, 3)
        page.wait_for_function(
            f"() => document.querySelector('{SAID}').textContent.includes('Paths')"
        )
        assert page.evaluate(SIZE) == 3


def test_a_picture_with_a_lead_that_nobody_confirmed_is_not_given(
    charted: House, chromium: Browser
) -> None:
    with chart(charted, chromium, "n=t1&n=m1&n=c1") as page:
        page.click("button:has-text('Keep as SVG')")
        page.wait_for_selector("mln-chart [role=alert]", timeout=60_000)
        assert "no person has confirmed" in page.inner_text("mln-chart [role=alert]")


def test_a_picture_carries_its_caption_and_runs_nothing(
    charted: House, chromium: Browser, tmp_path: Path
) -> None:
    with chart(charted, chromium, "n=b6&n=f1") as page:
        with page.expect_download(timeout=60_000) as given:
            page.click("button:has-text('Keep as SVG')")
        given.value.save_as(tmp_path / "chart.svg")
        text = (tmp_path / "chart.svg").read_text("utf-8")
        assert "As of 20" in text
        assert "Kept for centre, purpose linking" in text
        assert "<img" not in text


def test_a_picture_is_given_as_png(charted: House, chromium: Browser, tmp_path: Path) -> None:
    with chart(charted, chromium, "n=f1&n=f2") as page:
        with page.expect_download(timeout=60_000) as given:
            page.click("button:has-text('Keep as PNG')")
        given.value.save_as(tmp_path / "chart.png")
        assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


def test_an_open_chart_is_given_as_a_file_of_those_on_it(
    charted: House, chromium: Browser, tmp_path: Path
) -> None:
    with chart(charted, chromium, "n=f1&n=f2") as page:
        names = page.evaluate("document.querySelector('mln-chart').model.ids().sort()")
        page.select_option("#mln-form", "anx")
        with page.expect_download(timeout=60_000) as given:
            page.click("button:has-text('Keep this file')")
        assert given.value.suggested_filename == "chart.anx"
        given.value.save_as(tmp_path / "chart.anx")
        text = (tmp_path / "chart.anx").read_text("utf-8")
        assert sorted(re.findall(r'EntityId="([^"]+)"', text)) == names


def test_without_scripts_a_chart_is_given_as_a_file(charted: House, chromium: Browser) -> None:
    with person(charted, chromium, java_script_enabled=False) as page:
        page.goto(f"{charted.base}/en/chart?n=f1&n=f2")
        with page.expect_download(timeout=60_000) as given:
            page.click("main a:has-text('GraphML')")
        assert given.value.suggested_filename == "chart.graphml"


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chart_keeps_nobody_out(
    charted: House, chromium: Browser, language: str, scheme: str
) -> None:
    with chart(charted, chromium, "n=t1&n=m1&n=c1", language, color_scheme=scheme) as page:
        found = {"chart": faults(page)}
        picture(page, f"chart-{language}-{scheme}")
        press(page, "Home", "x")
        page.wait_for_selector("#mln-expand")
        found["expand"] = faults(page)
        press(page, "t")
        page.wait_for_selector(".twin-nodes")
        found["tables"] = faults(page)
        assert found == {"chart": [], "expand": [], "tables": []}


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_small_chart_scrolls_one_way_only(
    charted: House, chromium: Browser, language: str
) -> None:
    with chart(charted, chromium, "n=t1&n=m1&n=c1", language) as page:
        page.set_viewport_size({"width": 320, "height": 700})
        press(page, "Home")
        picture(page, f"chart-{language}-320px")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_mounts_and_unmounts_leave_no_listener(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=t1&n=m1") as page:
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        remount = (
            "async () => { const one = document.querySelector('mln-chart');"
            " const next = one.cloneNode(false); one.replaceWith(next);"
            " while (!(next.model.size > 1 && next.isAtRest)) {"
            " await new Promise((done) => setTimeout(done, 10)); } }"
        )

        def listeners() -> float:
            session.send("HeapProfiler.collectGarbage")
            page.wait_for_timeout(100)
            session.send("HeapProfiler.collectGarbage")
            held = session.send("Performance.getMetrics")["metrics"]
            return float(next(one["value"] for one in held if one["name"] == "JSEventListeners"))

        page.evaluate(remount)
        before = listeners()
        for _ in range(10):
            page.evaluate(remount)
        assert listeners() - before <= 2


def test_the_words_of_the_island_are_all_said(charted: House, chromium: Browser) -> None:
    with chart(charted, chromium, "n=m1") as page:
        words = json.loads(page.locator("mln-chart").get_attribute("words") or "{}")
        source = Path(__file__).parents[3] / "web" / "src"
        files = [source / "chart.ts", *(source / "parts").glob("*.ts")]
        said = {
            key for file in files
            for key in re.findall(r'(?:\bw|words)\.say\("([^"]+)"', file.read_text("utf-8"))
        }  # fmt: skip
        assert said - set(words) == set()
