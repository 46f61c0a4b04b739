"""Grouped commits: entries that many threads write at once share one transaction.

Who comes alone writes at once. Who comes while another writes waits, and the next transaction
takes everybody who waits by then. After a group was written its members are likely to come again:
the next writer gives them a moment, once. Each returns when its own entry is durable, or raises.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock
from time import monotonic, sleep
from typing import Final

from sqlalchemy import Connection

from maillon.model import StoreError
from maillon.store.ledger import Prepared, append_all

MOST: Final = 4_096
"""Entries that one transaction takes."""

MOMENT: Final = 0.003
"""Seconds for which a writer waits, at most, for those who wrote together with the last one."""


class _Asked:
    """One entry that somebody waits for."""

    __slots__ = ("_wait", "entry", "error", "is_done", "is_woken", "number")

    def __init__(self, entry: Prepared) -> None:
        self.entry = entry
        self._wait = Lock()  # held until it is woken: an Event costs three times as much
        self._wait.acquire()
        self.is_woken = False
        self.is_done = False
        self.number = 0
        self.error: BaseException | None = None

    def wait(self) -> None:
        """Wait until it is written, or leads."""
        self._wait.acquire()

    def wake(self) -> None:
        """Let its caller go on; only who leads calls this."""
        if not self.is_woken:
            self.is_woken = True
            self._wait.release()


class Committer:
    """Writes the entries of one desk.

    Args:
        begin: Opens a write transaction of the desk.
    """

    def __init__(self, begin: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._begin = begin
        self._lock = Lock()
        self._waiting: list[_Asked] = []
        self._is_writing = False
        self._last = 1

    def record(self, entry: Prepared) -> int:
        """Write one entry and return its number; it is durable when this returns.

        Raises:
            StoreError: It could not be written.
        """
        asked = _Asked(entry)
        leads = False
        try:
            with self._lock:
                self._waiting.append(asked)
                leads, self._is_writing = not self._is_writing, True
            if not leads:
                asked.wait()
            if not asked.is_done:  # it leads: nobody wrote it, and everybody waits for it
                self._write()
        except BaseException:
            self._leave(asked, leads=leads)
            raise
        if asked.error is not None:
            raise StoreError(f"the ledger cannot be written: {asked.error}") from asked.error
        return asked.number

    def _write(self) -> None:
        """Write all who wait, the caller among them; then let the next one lead."""
        group: list[_Asked] = []
        failed: BaseException | None = StoreError("the writer was interrupted")
        try:
            self._gather()
            with self._lock:
                group = self._waiting[:MOST]
                self._waiting = self._waiting[MOST:]
            with self._begin() as connection:
                numbers = append_all(connection, [one.entry for one in group])
            for one, number in zip(group, numbers, strict=True):
                one.number = number
            failed, self._last = None, len(group)
        except Exception as error:  # noqa: BLE001 - each of the group raises it
            failed = error
        finally:
            for one in group:
                one.error = failed
                one.is_done = True
                one.wake()
            self._pass_on()

    def _gather(self) -> None:
        """Wait for others if the last group had others, no longer than a moment."""
        end = monotonic() + MOMENT
        while len(self._waiting) < self._last and monotonic() < end:
            sleep(0.0002)

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting[0].wake()
            else:
                self._is_writing = False

    def _leave(self, asked: _Asked, *, leads: bool) -> None:
        """Take an interrupted caller out; who led, or was told to, hands it on."""
        with self._lock:
            waits = asked in self._waiting
            if waits:
                self._waiting.remove(asked)
        if waits and (leads or asked.is_woken):
            self._pass_on()
