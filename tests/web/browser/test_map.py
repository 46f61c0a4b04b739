"""The map in a real browser: drawn by WebGL, walked by keys, told as a table, quiet where there is none."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page
from tests.journeys.records import OPEN, loaded
from tests.journeys.records import person as record
from tests.web.pages.conftest import House, make, opened

from maillon.workspace import Workspace

from .conftest import FLAGS, person, picture, place_of_chromium
from .reaching import faults

pytestmark = pytest.mark.browser

SOFT = [one for one in FLAGS if one != "--disable-gpu"] + [
    "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
]  # fmt: skip
"""A browser that draws with WebGL by software."""
HOSTILE = {
    "b1": "محمد (Mohamed) 1985", "b2": "user\u202egnp.exe", "b3": "<img src=x onerror=alert(1)>",
}  # fmt: skip
NEAR = 40
"""Places in one town."""
IDS = ["t1", "x1", "x2", *HOSTILE]


def spot(key: str, north: str, east: str, **more: list[str]) -> dict[str, Any]:
    held = {"latitude": [north], "longitude": [east], **more}
    return {"id": key, "schema": "Address", "properties": held}


def records() -> Iterator[dict[str, Any]]:
    yield record("x1", "Xenia Roth", addressEntity=["quay", "zero", "words"])
    yield spot("quay", "43.29", "5.37", full=["Quay 4, Marseille"])
    yield spot("zero", "0", "0", full=["Nowhere"], country=["mt"])
    yield {"id": "words", "schema": "Address", "properties": {"full": ["Some Street 2"]}}
    yield record("x2", "Yann Berg")
    for n in range(NEAR):
        yield spot(f"s{n}", f"{48.8 + n / 500}", f"{2.3 + n % 7 / 100}", full=[f"Rue {n}"])
        yield {"id": f"e{n}", "schema": "Event",
               "properties": {"involved": ["x2"], "addressEntity": [f"s{n}"],
                              "date": [f"20{20 + n % 6}-03-01"]}}  # fmt: skip
    for n, (key, name) in enumerate(HOSTILE.items()):
        yield {"id": key, "schema": "Company",
               "properties": {"name": [name], "jurisdiction": [["lb", "cy", "ae"][n]],
                              "addressEntity": [f"h{n}"]}}  # fmt: skip
        yield spot(f"h{n}", f"{30 + n * 4}.5", f"{20 + n * 9}", name=[name])
    yield record("t1", "Amos Verner", addressEntity=["quay"])


@pytest.fixture(scope="module")
def mapped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("mapped")
    make(folder / "w")
    with Workspace.open(folder / "w") as w:
        loaded(w, "places", OPEN, list(records()))
    with opened(folder / "w", folder / "keys") as house:
        house.known("analyst")
        yield house


@pytest.fixture(scope="module")
def soft(chromium: Browser) -> Iterator[Browser]:
    kind = chromium.browser_type
    browser = kind.launch(executable_path=place_of_chromium(), args=SOFT)
    yield browser
    browser.close()


@contextmanager
def shown(
    house: House, browser: Browser, language: str = "en", query: str = "", **more: Any
) -> Iterator[Page]:
    with person(house, browser, **more) as page:
        page.goto(f"{house.base}/{language}/map?{query or urlencode([('id', one) for one in IDS])}")
        ready(page)
        yield page


def ready(page: Page) -> None:
    page.wait_for_function("() => document.querySelector('mln-map').isReady", timeout=60_000)


def labels(page: Page) -> list[str]:
    return [
        one.get_attribute("aria-label") or "" for one in page.locator(".marks button").all()
    ]  # fmt: skip


def look(page: Page) -> tuple[float, float, float]:
    where = "(() => { const m = document.querySelector('mln-map').map; const c = m.getCenter(); return [m.getZoom(), c.lng, c.lat]; })()"
    zoom, east, north = page.evaluate(where)
    return zoom, east, north


def at_rest(page: Page) -> None:
    page.wait_for_function("() => !document.querySelector('mln-map').map.isMoving()")


def test_the_map_is_drawn_and_takes_the_picture_s_place(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft) as page:
        picture(page, "map-en-light")
        assert page.locator(".map-stage canvas").is_visible()
        assert not page.locator("#map-plain").is_visible()
        pixels = page.locator(".map-stage canvas").screenshot()
        assert len(pixels) > 20_000  # land, sea and borders; one colour would be some hundred


def test_near_places_are_one_mark_with_their_number(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft, query="id=x2") as page:
        page.evaluate(
            "document.querySelector('mln-map').map.jumpTo({ center: [2.3, 48.8], zoom: 3 })"
        )
        at_rest(page)
        assert page.locator(".marks button").all_inner_texts() == [str(NEAR)]
        assert labels(page) == [f"{NEAR} places: Yann Berg"]


def test_coming_nearer_parts_the_places_of_a_mark(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft, query="id=x2") as page:
        page.locator(".marks button").first.click()
        page.click("button:has-text('Come nearer')")
        at_rest(page)
        picture(page, "map-near-en")
        assert page.locator(".marks button").count() > 1


def test_a_country_alone_is_a_mark_that_says_so(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft, query="id=x1") as page:
        assert "Xenia Roth: country only: Malta" in labels(page)
        assert page.locator(".marks button.is-vague").count() == 1


def test_tab_goes_through_the_places_and_enter_tells_of_one(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft, query="id=x1") as page:
        page.locator(".map-stage canvas").focus()
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.ariaLabel")
        page.keyboard.press("Enter")
        assert focused in labels(page)
        assert page.locator(".map-side a[href*='/record?id=x1']").count() >= 1


def test_arrows_and_signs_move_the_map(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft) as page:
        page.locator(".map-stage canvas").focus()
        before = look(page)
        page.keyboard.press("ArrowRight")
        at_rest(page)
        moved = look(page)
        page.keyboard.press("+")
        at_rest(page)
        assert moved[1] > before[1]
        assert look(page)[0] > moved[0]


def test_a_mark_keeps_the_focus_while_the_map_moves(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft, query="id=x1") as page:
        page.locator(".marks button").first.focus()
        name = page.evaluate("document.activeElement.ariaLabel")
        page.keyboard.press("ArrowUp")
        at_rest(page)
        assert page.evaluate("document.activeElement.ariaLabel") == name


def test_with_reduced_motion_nothing_glides(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft, reduced_motion="reduce") as page:
        moving = page.evaluate(
            "(() => { const m = document.querySelector('mln-map').map; m.zoomIn(); return m.isMoving(); })()"
        )
        assert moving is False


def test_a_number_of_the_table_shows_its_place(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft) as page:
        row = page.locator("tbody tr", has_text="Quay 4, Marseille").first
        row.locator("a[data-place]").click()
        at_rest(page)
        _, east, north = look(page)
        assert (round(east, 1), round(north, 1)) == (5.4, 43.3)
        assert "Quay 4, Marseille" in page.inner_text(".map-side")


def test_hostile_labels_are_text(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft, query=urlencode([("id", one) for one in HOSTILE])) as page:
        picture(page, "map-hostile-en")
        said = " ".join(labels(page))
        assert "<img src=x onerror=alert(1)>" in said
        assert "RIGHT-TO-LEFT OVERRIDE" in said
        assert page.locator("img").count() == 0


def test_only_files_of_the_service_are_asked_for(mapped: House, soft: Browser) -> None:
    with person(mapped, soft) as page:
        asked: list[str] = []
        page.context.on("request", lambda one: asked.append(one.url.removeprefix(mapped.base)))
        page.goto(f"{mapped.base}/en/map?id=x1")
        ready(page)
        used = {one for one in asked if one.startswith("/static/map") or "world" in one}
        assert used >= {
            "/static/map.js",
            "/static/map-gl.js",
            "/static/map-worker.js",
            "/static/world.geojson",
        }


def test_a_page_without_a_map_does_not_bring_the_library(mapped: House, soft: Browser) -> None:
    with person(mapped, soft) as page:
        asked: list[str] = []
        page.context.on("request", lambda one: asked.append(one.url))
        for path in ("/record?id=x1", "/chart?n=t1"):
            page.goto(f"{mapped.base}/en{path}")
        assert not [one for one in asked if "map-gl" in one or "world." in one]


def test_the_policy_has_nothing_to_report(mapped: House, soft: Browser) -> None:
    with person(mapped, soft) as page:
        page.add_init_script(
            "window.reports = []; document.addEventListener('securitypolicyviolation',"
            " (event) => window.reports.push(event.violatedDirective + ' ' + event.blockedURI));"
        )
        page.goto(f"{mapped.base}/en/map?id=x1&id=x2")
        ready(page)
        page.locator(".marks button").first.click()
        assert page.evaluate("window.reports") == []


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_map_keeps_nobody_out(mapped: House, soft: Browser, language: str, scheme: str) -> None:
    with shown(mapped, soft, language, color_scheme=scheme) as page:
        page.locator(".marks button").first.press("Enter")
        picture(page, f"map-{language}-{scheme}")
        assert faults(page) == []


def test_more_contrast_and_forced_colours_are_followed(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft) as page:
        land = "document.querySelector('mln-map').map.getPaintProperty('land', 'fill-color')"
        before = page.evaluate(land)
        page.emulate_media(contrast="more")
        page.wait_for_function(f"(was) => {land} !== was", arg=before)
        picture(page, "map-en-contrast")
        page.emulate_media(forced_colors="active", contrast="no-preference")
        page.wait_for_function(f"() => {land} === 'rgb(255, 255, 255)'")
        picture(page, "map-en-forced")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_small_map_scrolls_one_way_only(mapped: House, soft: Browser, language: str) -> None:
    with shown(mapped, soft, language) as page:
        page.set_viewport_size({"width": 320, "height": 700})
        at_rest(page)
        picture(page, f"map-{language}-320px")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_without_webgl_the_picture_and_the_table_say_the_same(
    mapped: House, chromium: Browser
) -> None:
    with person(mapped, chromium) as page:
        page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
        page.goto(f"{mapped.base}/en/map?{urlencode([('id', one) for one in IDS])}")
        page.wait_for_selector("mln-map [role=status]")
        picture(page, "map-nogl-en")
        assert "it has no WebGL" in page.inner_text("mln-map [role=status]")
        assert page.locator("#map-plain svg").is_visible()
        assert page.locator("tbody tr", has_text="Quay 4, Marseille").count() == 2
        assert faults(page) == []


def test_where_the_library_does_not_come_the_picture_stays(mapped: House, soft: Browser) -> None:
    with person(mapped, soft) as page:
        page.route("**/static/map-gl.js", lambda route: route.fulfill(status=404, body=""))
        page.goto(f"{mapped.base}/en/map?id=x1")
        page.wait_for_selector("mln-map [role=status]")
        assert "could not be drawn" in page.inner_text("mln-map [role=status]")
        assert page.locator("#map-plain svg").is_visible()


def test_without_scripts_the_picture_and_the_table_are_the_map(
    mapped: House, chromium: Browser
) -> None:
    with person(mapped, chromium, java_script_enabled=False) as page:
        page.goto(f"{mapped.base}/en/map?id=x1&id=x2")
        page.fill("#until", "2022")
        page.click("button:has-text('Show this time')")
        picture(page, "map-plain-en")
        assert page.locator("#map-plain circle").count() >= 1
        assert "2023" not in page.inner_text("main table")


def test_mounts_and_unmounts_leave_nothing(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft, query="id=x1") as page:
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        remount = (
            "async () => { const one = document.querySelector('mln-map');"
            " const next = one.cloneNode(false); one.replaceWith(next);"
            " while (!next.isReady) { await new Promise((done) => setTimeout(done, 10)); } }"
        )

        def listeners() -> float:
            session.send("HeapProfiler.collectGarbage")
            page.wait_for_timeout(100)
            session.send("HeapProfiler.collectGarbage")
            held = session.send("Performance.getMetrics")["metrics"]
            return float(next(one["value"] for one in held if one["name"] == "JSEventListeners"))

        page.evaluate(remount)
        before = listeners()
        for _ in range(30):  # more contexts than a browser has at a time: 16
            page.evaluate(remount)
        assert listeners() - before <= 2
        assert len(page.workers) <= 1


def test_the_chart_goes_to_the_map_with_all_on_it(mapped: House, soft: Browser) -> None:
    with person(mapped, soft) as page:
        page.goto(f"{mapped.base}/en/chart?n=t1&n=x1")
        page.click("mln-chart button:has-text('On a map')")
        page.wait_for_url("**/map?id=*")
        ready(page)
        assert page.locator("tbody tr", has_text="Quay 4, Marseille").count() == 2


def test_the_words_of_the_island_are_all_said(mapped: House, soft: Browser) -> None:
    with shown(mapped, soft, query="id=x1") as page:
        words = json.loads(page.locator("mln-map").get_attribute("words") or "{}")
        source = Path(__file__).parents[3] / "web" / "src" / "map.ts"
        said = re.findall(
            r'(?:\bw|words)\.say\("([^"]+)"|quiet\("([^"]+)"', source.read_text("utf-8")
        )
        assert {one or other for one, other in said} - set(words) == set()
