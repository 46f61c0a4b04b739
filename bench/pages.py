"""The figures of the pages, in the Chromium that is installed.

.venv/bin/python bench/pages.py [--only review,lists,axe,chart,upload] [--quick] [--json]

Sections: ``review`` (200 hits decided by keyboard: time of the server, each request), ``lists``
(first byte of a list of 10,000 rows), ``axe`` (every screen, three languages, light and dark, and
what was asked of anybody else), ``chart`` (frames while it moves; see ``paging/chart.py``),
``upload`` (a million rows; see ``paging/upload.py``).
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from paging import chart, upload  # noqa: E402 - the path comes first
from paging.serving import Apart, apart  # noqa: E402 - as above
from playwright.sync_api import Browser, sync_playwright  # noqa: E402 - as above
from tests.web.browser import reviewing, test_screens  # noqa: E402 - as above
from tests.web.browser.conftest import FLAGS, person, place_of_chromium  # noqa: E402 - as above
from tests.web.pages.conftest import make  # noqa: E402 - as above

HITS = 200
ROWS = 10_000
KEYS = ("chart_p95_ms", "list_first_byte_ms", "axe_violations", "outside_requests",
        "review_p95_ms")  # fmt: skip


def p95(values: list[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return round(sorted(values)[int(0.95 * (len(values) - 1))], 1)


@contextmanager
def house_of(fill: Callable[[Path], None]) -> Iterator[Apart]:
    """Serve a workspace that somebody fills, by a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        fill(place / "w")
        with apart(place / "w", place / "keys") as house:
            yield house


def review(browser: Browser, *, is_quick: bool) -> dict[str, Any]:
    """Decide hits by the keyboard alone."""
    count = 20 if is_quick else HITS
    with (
        house_of(lambda folder: reviewing.make(folder, count)) as house,
        person(house, browser, "review") as page,
    ):
        found = reviewing.review(page, house.base, count)
    return {
        "review_p95_ms": p95(found.server_ms),
        "review_median_ms": round(median(found.server_ms), 1),
        "review_requests": len(found.server_ms), "review_hits": found.decided,
        "review_most_keys": max(found.keys, default=0), "review_pointed": found.pointed,
    }  # fmt: skip


def lists(_browser: Browser, *, is_quick: bool) -> dict[str, Any]:
    """Time the first byte of the queue of hits, of which there are many."""
    rows = 500 if is_quick else ROWS
    with (
        house_of(lambda folder: reviewing.make(folder, rows)) as house,
        house.reader("analyst", "review") as reader,
    ):
        reader.page("/en/hits")
        taken = []
        for _ in range(20):
            begun = time.perf_counter()
            with reader.stream("GET", "/en/hits") as answer:
                next(iter(answer.iter_bytes(1)))
                taken.append((time.perf_counter() - begun) * 1_000)
    return {
        "list_first_byte_ms": round(median(taken), 1), "list_first_byte_p95_ms": p95(taken),
        "list_rows": rows,
    }  # fmt: skip


def axe(browser: Browser, *, is_quick: bool) -> dict[str, Any]:
    """Look at every screen with axe-core, and count what is asked of anybody else."""
    faults, screens, outside = 0, 0, []
    with house_of(make) as house:
        for language in ("en",) if is_quick else ("en", "fr", "ar"):
            for scheme in ("light",) if is_quick else ("light", "dark"):
                with person(house, browser, color_scheme=scheme) as page:
                    page.on("request", lambda one: outside.append(one.url)
                            if not one.url.startswith(house.base) else None)  # fmt: skip
                    deep = test_screens.deep(page, house.base, language)
                    for path in (test_screens.SCREENS | deep).values():
                        page.goto(f"{house.base}/{language}{path}")
                        found = test_screens.faults(page)
                        faults, screens = faults + len(found), screens + 1
                        print(*found, sep="\n", end="\n" if found else "", file=sys.stderr)
    return {"axe_violations": faults, "axe_screens": screens, "outside_requests": len(outside)}


def charted(_browser: Browser, *, is_quick: bool) -> dict[str, Any]:
    """Move, open, expand and leave a chart."""
    with chart.served() as (page, base):
        return chart.run(page(), base, runs=2 if is_quick else chart.RUNS)


def uploaded(_browser: Browser, *, is_quick: bool) -> dict[str, Any]:
    """Send and screen a file, killed in the middle."""
    return upload.run(upload.QUICK if is_quick else upload.ROWS)


SECTIONS = {"review": review, "lists": lists, "axe": axe, "chart": charted, "upload": uploaded}
OWN_BROWSER = {"chart", "upload"}
"""Sections that start their own."""


def main() -> int:
    """Run the sections that were asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default=",".join(SECTIONS), help="sections")
    parser.add_argument("--quick", action="store_true", help="few of everything")
    parser.add_argument("--json", action="store_true", help="last line: the figures as one object")
    chosen = parser.parse_args()
    wanted = [one for one in chosen.only.split(",") if one]
    if unknown := sorted(set(wanted) - set(SECTIONS)):
        print(f"no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}", file=sys.stderr)
        return 2
    figures: dict[str, Any] = dict.fromkeys(KEYS)
    for name in wanted:
        load = os.getloadavg()[0]
        found = _run(name, is_quick=chosen.quick)
        figures |= found
        print(f"{name} (load {load:.1f}): {json.dumps(found)}", flush=True)
    if chosen.json:
        print(json.dumps(figures))
    return 0


def _run(name: str, *, is_quick: bool) -> dict[str, Any]:
    if name in OWN_BROWSER:
        return SECTIONS[name](None, is_quick=is_quick)  # type: ignore[arg-type]  # it has its own
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=place_of_chromium(), args=FLAGS)
        try:
            return SECTIONS[name](browser, is_quick=is_quick)
        finally:
            browser.close()


if __name__ == "__main__":
    sys.exit(main())
