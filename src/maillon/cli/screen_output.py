"""Where the answers go: standard output, with a count on standard error."""

import sys
import time
from collections.abc import Mapping
from typing import Any, Final

EVERY_S: Final = 1.0
"""Seconds between two counts that are shown, twice."""


class Counter:
    """Count and rate on standard error, where that is a terminal."""

    def __init__(self, done: int = 0) -> None:
        self._done = self._first = done
        self._start = self._shown = time.monotonic()
        self._is_shown = sys.stderr.isatty()

    def add(self, count: int) -> None:
        """Count records."""
        self._done += count
        now = time.monotonic()
        if self._is_shown and now - self._shown >= EVERY_S / 2:
            rate = (self._done - self._first) / max(now - self._start, 1e-9)
            sys.stderr.write(f"\r{self._done:,} records, {rate:,.0f} a second ")
            sys.stderr.flush()
            self._shown = now

    def finish(self) -> None:
        """End the line."""
        if self._is_shown and self._shown != self._start:
            sys.stderr.write("\n")


def show(line: Mapping[str, Any], language: str = "") -> None:
    """Print an answer for people: a line a hit, or in sentences of a language."""
    if line["status"] != "ok":
        print(f"{line['id']}: could not look: {line['reason']}")
    elif not line["hits"]:
        print(f"{line['id']}: no hit")
    for hit in line["hits"]:
        mark = "" if hit["alert"] else f", no alert ({', '.join(hit['rules']) or 'band'})"
        head = f"{line['id']}: {hit['band']} {hit['score']:.2f} {hit['id']} {hit['caption']}{mark}"
        if language:
            from maillon.screen.explain import sentences

            print(head, *(f"  {one}" for one in sentences(hit, language)), sep="\n")
            continue
        why = ", ".join(
            f"{r['value'] or '-'}/{r['counterpart'] or '-'} {r['verdict']}"
            for r in hit["explanation"]
        )
        print(f"{head} ({why})")
    for hit in line.get("cleared", ()):
        print(f"{line['id']}: cleared {hit['id']} {hit['caption']} (clearing {hit['clearing']})")
    for hit in line.get("left_out", ()):
        print(f"{line['id']}: left out {hit['id']} {hit['caption']} ({hit['rule']})")
