"""The chart in Chromium: frames while it moves, opening, a hub expanded, a path, what is left.

Needs a page that is logged in under the purpose *linking*, over what `prepare` loaded.
``python bench/paging/chart.py`` does both and prints the figures with the machine's load.
"""

import hashlib
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from maillon.workspace import Workspace

NODES: Final = 10_000
LINKS: Final = 20_000
HUB: Final = 5_000
"""Neighbours of the first person."""
SAVED: Final = 5_000
RUNS: Final = 5
MOUNTS: Final = 30
MOVE_MS: Final = 2_500
SEED: Final = 20_200_754

_KEEP: Final = """async ([count, csrf]) => {
  const nodes = [];
  for (let n = 0; n < count; n += 1) {
    const turn = n * 2.39996, far = 40 * Math.sqrt(n + 1);
    nodes.push({id: `n${n}`, x: far * Math.cos(turn), y: far * Math.sin(turn)});
  }
  const answer = await fetch("/api/v1/charts", {method: "POST", body: JSON.stringify({nodes}),
    headers: {"content-type": "application/json", "x-csrf-token": csrf}});
  return (await answer.json()).chart;
}"""
_AT_REST: Final = """(least) => {
  const chart = document.querySelector("mln-chart");
  return Boolean(chart?.stage) && chart.model.size >= least && chart.isAtRest
    && chart.stage.drawings > 0 && chart.stage.labels.size > 0;
}"""
_MOVING: Final = """async ([how, milliseconds]) => {
  const canvas = document.querySelector("mln-chart canvas");
  const box = canvas.getBoundingClientRect();
  const at = (x, y) => ({clientX: box.left + x, clientY: box.top + y, pointerId: 1, bubbles: true,
                         isPrimary: true, button: 0, cancelable: true});
  canvas.setPointerCapture = () => undefined;
  const middle = [box.width / 2, box.height / 2];
  const frames = [];
  const begun = performance.now();
  let before = begun;
  if (how === "pan") { canvas.dispatchEvent(new PointerEvent("pointerdown", at(3, 3))); }
  await new Promise((done) => {
    const next = (now) => {
      frames.push(now - before);
      before = now;
      const share = (now - begun) / milliseconds;
      if (share >= 1) { done(); return; }
      if (how === "pan") {
        canvas.dispatchEvent(new PointerEvent("pointermove",
          at(3 + 260 * Math.sin(share * 12), 3 + 200 * Math.sin(share * 17))));
      } else {
        canvas.dispatchEvent(new WheelEvent("wheel", {...at(...middle),
          deltaY: 90 * Math.cos(share * 6.283 * 2)}));
      }
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  if (how === "pan") { canvas.dispatchEvent(new PointerEvent("pointerup", at(3, 3))); }
  delete canvas.setPointerCapture;
  return frames.slice(1);
}"""
_FLOOR: Final = """async (milliseconds) => {
  const frames = [];
  const begun = performance.now();
  let before = begun;
  await new Promise((done) => {
    const next = (now) => {
      frames.push(now - before);
      before = now;
      if (now - begun > milliseconds) { done(); } else { requestAnimationFrame(next); }
    };
    requestAnimationFrame(next);
  });
  return frames.slice(1);
}"""
_EXPAND: Final = """async (top) => {
  const chart = document.querySelector("mln-chart");
  const id = chart.model.ids()[0];
  const long = [];
  const watch = new PerformanceObserver((list) => {
    for (const one of list.getEntries()) { long.push(one.duration); }
  });
  watch.observe({entryTypes: ["longtask"]});
  const begun = performance.now();
  await chart.add(id, [], top);
  const end = performance.now();
  while (!chart.isAtRest) { await new Promise((done) => setTimeout(done, 20)); }
  await new Promise((done) => setTimeout(done, 100));
  watch.disconnect();
  return {ms: end - begun, blocked: Math.max(0, ...long), size: chart.model.size};
}"""
_PATH: Final = """async ([one, other]) => {
  const begun = performance.now();
  const answer = await fetch(`/api/v1/paths?limit=3&one=${one}&other=${other}`);
  const found = await answer.json();
  return {ms: performance.now() - begun, count: found.count};
}"""
_MOUNT: Final = """async () => {
  const before = document.querySelector("mln-chart");
  const place = before.parentNode;
  const next = before.cloneNode(false);
  before.replaceWith(next);
  for (let wait = 0; wait < 400; wait += 1) {
    if (next.model?.size > 0 && next.isAtRest && next.stage !== null) { break; }
    await new Promise((done) => setTimeout(done, 10));
  }
  return place.querySelectorAll("mln-chart").length;
}"""


def records() -> Iterator[dict[str, Any]]:
    """Yield persons and calls: one with `HUB` others, the rest by lot, `LINKS` pairs in all."""
    lot = random.Random(SEED)
    first = ("Amos", "Bela", "Cyril", "Dora", "Emil", "Farid", "محمد", "Юрий", "伟", "Hana")
    for n in range(NODES):
        name = f"{first[n % len(first)]} {_word(n, 0)} {_word(n, 5)}"
        born = f"{lot.randrange(1940, 2000)}-{lot.randrange(1, 13):02}-{lot.randrange(1, 29):02}"
        yield {"id": f"n{n}", "schema": "Person",
               "properties": {"name": [name], "birthDate": [born]}}  # fmt: skip
    pairs = {(0, n) for n in range(1, HUB + 1)}
    while len(pairs) < LINKS:
        one, other = lot.randrange(1, NODES), lot.randrange(1, NODES)
        if one != other:
            pairs.add((min(one, other), max(one, other)))
    for number, (one, other) in enumerate(sorted(pairs)):
        day = f"{2019 + number % 7}-{1 + number % 12:02}-{1 + number % 28:02}"
        ends = {"caller": [f"n{one}"], "receiver": [f"n{other}"], "date": [day]}
        yield {"id": f"k{number}", "schema": "Call", "properties": ends}


def prepare(workspace: "Workspace") -> None:
    """Load what the figures are taken on; the view of an analyst is made ready."""
    import io  # noqa: PLC0415 - only when filling

    from maillon.model import Act, Label, Mode  # noqa: PLC0415 - as above
    from maillon.sources import adapter  # noqa: PLC0415 - as above
    from maillon.store import Order  # noqa: PLC0415 - as above

    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in records()).encode())
    label = Label("police", code="TLP:GREEN", scheme="TLP 2.0", purposes=("linking",),
                  legal_basis="Police Act, s. 1")  # fmt: skip
    order = Order(adapter("ftm-json"), "charted", label, mode=Mode.MESSAGES)
    workspace.load(workspace.view(Act.LOAD), raw, order)


def run(page: "Page", base: str, *, runs: int = RUNS) -> dict[str, Any]:
    """Return the figures of the chart, each the median of several runs with least and most.

    ``chart_floor_p95_ms`` is what frames take on the same page while nothing moves: what the
    machine itself gives at that load. No chart can be better.

    Args:
        page: Of Playwright, logged in under the purpose *linking*, over what `prepare` loaded.
        base: Address of the service.
        runs: How often each thing is done.
    """
    page.goto(f"{base}/en/chart")
    csrf = page.locator("mln-chart").get_attribute("csrf")
    whole, half = (page.evaluate(_KEEP, [count, csrf]) for count in (NODES, SAVED))
    loads = [os.getloadavg()[0]]
    opened = [_opened(page, f"{base}/en/chart?id={whole}", NODES) for _ in range(runs)]
    floor = [_p95(page.evaluate(_FLOOR, MOVE_MS)) for _ in range(runs)]
    frames = {how: [_p95(page.evaluate(_MOVING, [how, MOVE_MS])) for _ in range(runs)]
              for how in ("pan", "zoom")}  # fmt: skip
    loads.append(os.getloadavg()[0])
    reopened = [_opened(page, f"{base}/en/chart?id={half}", SAVED) for _ in range(runs)]
    paths = [page.evaluate(_PATH, ["n6000", "n9000"])["ms"] for _ in range(runs)]
    expanded = []
    for _ in range(runs):
        _opened(page, f"{base}/en/chart?n=n0", 1)
        expanded.append(page.evaluate(_EXPAND, HUB))
    loads.append(os.getloadavg()[0])
    return {
        "chart_p95_ms": max(statistics.median(one) for one in frames.values()),
        "chart_floor_p95_ms": _spread(floor),
        "chart_pan_p95_ms": _spread(frames["pan"]),
        "chart_zoom_p95_ms": _spread(frames["zoom"]),
        "chart_open_s": _spread([one / 1_000 for one in opened]),
        "chart_reopen_s": _spread([one / 1_000 for one in reopened]),
        "chart_path_s": _spread([one / 1_000 for one in paths]),
        "chart_hub_blocked_ms": _spread([one["blocked"] for one in expanded]),
        "chart_hub_s": _spread([one["ms"] / 1_000 for one in expanded]),
        "chart_hub_nodes": min(one["size"] for one in expanded),
        **_left(page, base),
        "load": [round(one, 2) for one in loads],
        "nodes": NODES, "links": LINKS, "runs": runs,
    }  # fmt: skip


def _opened(page: "Page", address: str, least: int) -> float:
    """Return the milliseconds until a chart stands drawn with its labels."""
    begun = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(_AT_REST, arg=least, timeout=120_000, polling=25)
    return (time.perf_counter() - begun) * 1_000


def _left(page: "Page", base: str) -> dict[str, Any]:
    """Return what mounts and unmounts leave behind: heap, listeners and nodes."""
    _opened(page, f"{base}/en/chart?n=n7000&n=n7001&n=n7002", 3)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def held() -> dict[str, float]:
        for _ in range(3):
            session.send("HeapProfiler.collectGarbage")
            page.wait_for_timeout(100)
        found = session.send("Performance.getMetrics")["metrics"]
        return {one["name"]: one["value"] for one in found}

    for _ in range(3):
        page.evaluate(_MOUNT)
    before = held()
    for _ in range(MOUNTS):
        assert page.evaluate(_MOUNT) == 1
    after = held()
    session.detach()
    return {
        "chart_left_heap_kb": round((after["JSHeapUsedSize"] - before["JSHeapUsedSize"]) / 1_024),
        "chart_left_listeners": int(after["JSEventListeners"] - before["JSEventListeners"]),
        "chart_left_nodes": int(after["Nodes"] - before["Nodes"]),
        "chart_mounts": MOUNTS,
    }


def _p95(frames: list[float]) -> float:
    return round(sorted(frames)[int(0.95 * (len(frames) - 1))], 2)


def _spread(values: list[float]) -> dict[str, float]:
    found = {"median": statistics.median(values), "min": min(values), "max": max(values)}
    return {name: round(value, 3) for name, value in found.items()}


def _word(number: int, place: int) -> str:
    digits = hashlib.sha256(str(number).encode()).hexdigest()[place : place + 5]
    parts = ("bdfgklmnprstvzjh"[int(one, 16)] + "aeiou"[n] for n, one in enumerate(digits))
    return "".join(parts).title()


@contextmanager
def served() -> Iterator[tuple[Callable[[], "Page"], str]]:
    """Lend a page over a workspace of its own, and the address; `prepare` has filled it."""
    import shutil  # noqa: PLC0415 - only as a program
    import tempfile  # noqa: PLC0415 - as above
    from pathlib import Path  # noqa: PLC0415 - as above

    from paging.serving import apart  # noqa: PLC0415 - as above
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - as above
    from tests.web.browser.conftest import person  # noqa: PLC0415 - as above

    from maillon.workspace import Workspace  # noqa: PLC0415 - as above

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        place = Path(folder)
        Workspace.create(place / "w")
        with Workspace.open(place / "w") as workspace:
            prepare(workspace)
        flags = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        with apart(place / "w", place / "keys") as house:
            house.reader("analyst").close()
            with person(house, browser) as page:
                yield (lambda: page), house.base
        browser.close()


def main() -> None:
    """Print the figures; ``--json`` as one line, ``--quick`` with two runs."""
    import sys  # noqa: PLC0415 - only as a program

    with served() as (page, base):
        found = run(page(), base, runs=2 if "--quick" in sys.argv else RUNS)
    if "--json" in sys.argv:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name:24} {value}")


if __name__ == "__main__":
    import sys as _sys
    from pathlib import Path as _Path

    _sys.path[:0] = [str(_Path(__file__).resolve().parents[place]) for place in (2, 1)]
    main()
