"""What keeps people from a page: axe-core, brought once a page, asked for violations alone."""

from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE: Final = Axe().axe_script
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS: Final = {"runOnly": RULES, "resultTypes": ["violations"]}
"""What passes is not written out node by node: that took longer than the rules."""
RUN: Final = """(options) => axe.run(document, options).then((found) => found.violations.map((one) =>
  `${one.id}: ${one.help} ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`))"""
LEAST: Final = 24
"""CSS pixels of a target. Source: WCAG 2.2, 2.5.8."""
SMALL: Final = """(least) => [...document.querySelectorAll(".head a, .head button")]
  .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least)
  .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""


REST: Final = """() => Promise.allSettled(document.getAnimations()
  .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime))
  .map((one) => one.finished)).then(() => null)"""
"""A colour on its way to another is not what anybody reads: what moves comes to its end first."""


def faults(page: Page) -> list[str]:
    """Return what of a page keeps somebody out."""
    if not page.evaluate("'axe' in globalThis"):
        page.evaluate(AXE)
    page.evaluate(REST)
    return list(page.evaluate(RUN, OPTIONS))


def small_targets(page: Page) -> list[str]:
    """Return what of the frame's head is too small to be hit."""
    return list(page.evaluate(SMALL, LEAST))
