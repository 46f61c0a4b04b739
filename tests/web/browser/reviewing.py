"""Hits in the queue, and a person who decides them by the keyboard; for the test and the bench."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Page
from tests.journeys.records import OPEN, loaded, person

from maillon.model import Act
from maillon.screen import questions
from maillon.workspace import Workspace
from maillon.workspace.screenrun import ScreenOrder

MOUSE = """() => { globalThis.pointed = 0;
  for (const one of ["pointerdown", "mousedown", "click", "touchstart"]) {
    addEventListener(one, (event) => { if (event.isTrusted && event.detail > 0) {
      sessionStorage.setItem("pointed", "yes"); } }, true); } }"""
"""A click that the keyboard makes has no detail: what the hand does with a pointer is counted."""


@dataclass
class Reviewed:
    """What deciding took.

    Attributes:
        decided: Hits.
        keys: Keys pressed for each.
        server_ms: From the last byte of a request to the first of its answer, each request.
        pointed: Whether a pointer was used.
    """

    decided: int = 0
    keys: list[int] = field(default_factory=list)
    server_ms: list[float] = field(default_factory=list)
    pointed: bool = False


def make(folder: Path, hits: int) -> None:
    """Make a workspace with as many hits in its queue: guests of the name of one entry."""
    Workspace.create(folder)
    with Workspace.open(folder) as w:
        listed = person("c1", "Cyril Dusek", topics=["crime.terror"], birthDate=["1979-01-02"])
        loaded(w, "register", OPEN, [listed])
        guests = [
            person(f"g{n}", "Cyril Dusek", birthDate=[f"{1976 + n % 3}-05-1{n % 9}"])
            for n in range(hits)
        ]
        loaded(w, "guests", OPEN, guests)
        use = w.screening.rules().use()
        order = ScreenOrder(
            lambda bench: questions(bench, ["guests"], use), {"datasets": ["guests"]}, use,
            ("register",),
        )  # fmt: skip
        mandate = replace(w.settings.mandate, purpose="screening")
        w.screening.delta(w.view(Act.SCREEN, mandate), order)


def review(page: Page, base: str, count: int) -> Reviewed:
    """Decide hits by the keyboard alone: a prepared reason, then Enter."""
    found = Reviewed()
    page.add_init_script(f"({MOUSE})()")
    page.goto(f"{base}/en/hits")
    page.locator('tbody a[href*="/hit?"]').first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/hit?*")

    def answered(request: Any) -> None:
        timing: Mapping[str, float] = request.timing
        if "/hit" in request.url and timing["responseStart"] >= 0:
            found.server_ms.append(timing["responseStart"] - timing["requestStart"])

    page.on("requestfinished", answered)
    for _ in range(count):
        if "/hit?" not in page.url:
            break
        page.keyboard.press("1")
        with page.expect_navigation(timeout=120_000):
            page.keyboard.press("Enter")
        found.decided += 1
        found.keys.append(2)
    page.remove_listener("requestfinished", answered)
    found.pointed = page.evaluate("sessionStorage.getItem('pointed')") == "yes"
    return found
