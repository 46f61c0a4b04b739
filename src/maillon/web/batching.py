"""Records of many requests screened together: one pass over the index serves all that wait."""

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from maillon.model import StoreError
from maillon.screen import Entry, Screen, Screened
from maillon.web.metrics import Metrics
from maillon.workspace.finding import Opened

MOST_TOGETHER: Final = 400
"""Records of one pass."""
MOST_SCREENS: Final = 16
"""Thresholds for which a screening is kept ready."""


class BusyError(StoreError):
    """More waits than can be answered soon."""


@dataclass(slots=True)
class _Asked:
    opened: Opened
    entries: Sequence[Entry]
    threshold: float
    top: int
    answer: "Future[list[Screened]]" = field(default_factory=Future)

    @property
    def kind(self) -> tuple[int, float, int]:
        return id(self.opened), self.threshold, self.top


class Matcher:
    """A thread that screens what requests bring, as many records at a time as wait.

    Args:
        metrics: What is counted.
        most_waiting: Records that may wait.
    """

    def __init__(self, metrics: Metrics, most_waiting: int) -> None:
        self._metrics = metrics
        self._most = most_waiting
        self._queue: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._waiting = 0
        self._lock = threading.Lock()
        self._screens: dict[tuple[int, float, int], tuple[Opened, Screen]] = {}
        self._thread = threading.Thread(target=self._run, name="matcher", daemon=True)
        self._thread.start()

    def ask(
        self, opened: Opened, entries: Sequence[Entry], threshold: float, top: int
    ) -> list[Screened]:
        """Return the answer to each record, in their order.

        Args:
            opened: Against which records.
            entries: The records, each of its own id.
            threshold: Least score of a hit.
            top: Most hits of one record.

        Raises:
            BusyError: Too many wait already.
        """
        if not entries:
            return []
        with self._lock:
            if self._waiting + len(entries) > self._most:
                raise BusyError(f"{self._waiting:,} records wait already: ask again in a second")
            self._waiting += len(entries)
            self._metrics.waiting.set(self._waiting)
        asked = _Asked(opened, entries, threshold, top)
        self._queue.put(asked)
        try:
            return asked.answer.result()
        finally:
            with self._lock:
                self._waiting -= len(entries)
                self._metrics.waiting.set(self._waiting)

    def close(self) -> None:
        """Answer what waits, then end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        is_open = True
        while is_open:
            first = self._queue.get()
            batch: list[_Asked] = []
            size = 0
            while first is not None:
                batch.append(first)
                size += len(first.entries)
                if size >= MOST_TOGETHER:
                    break
                try:
                    first = self._queue.get_nowait()
                except queue.Empty:
                    break
            is_open = first is not None
            kinds: dict[tuple[int, float, int], list[_Asked]] = {}
            for one in batch:
                kinds.setdefault(one.kind, []).append(one)
            for held in kinds.values():
                self._answer(held)

    def _answer(self, held: Sequence[_Asked]) -> None:
        try:
            screen = self._screen(held[0])
            entries = [entry for one in held for entry in one.entries]
            found = list(screen.ask(entries))
        except Exception as error:  # noqa: BLE001 - the edge: whoever waits is told
            for one in held:
                one.answer.set_exception(error)
            return
        self._metrics.queries.inc(len(entries))
        start = 0
        for one in held:
            one.answer.set_result(found[start : start + len(one.entries)])
            start += len(one.entries)

    def _screen(self, asked: _Asked) -> Screen:
        found = self._screens.get(asked.kind)
        if found is None or found[0] is not asked.opened:
            if len(self._screens) >= MOST_SCREENS:
                self._screens.clear()
            screen = asked.opened.screen(asked.threshold, asked.top)
            found = self._screens[asked.kind] = asked.opened, screen
        return found[1]
