"""What was traced lately, kept in memory: whoever asks again for the same waits no more.

Kept is what one set of labels, one state of the store and one resolution gave on one day. What
changes any of these, a delivery, a judgement, a protection, an erasure, is another answer.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, TypeVar, cast

import pyarrow as pa

from maillon.model import View
from maillon.store import Store
from maillon.workspace.resolution import resolved

MOST: Final = 8
"""Answers that are kept."""
LONGEST_S: Final = 600.0
"""Seconds after which nobody has asked for an answer again, and it goes."""
_T = TypeVar("_T")


class Kept:
    """Answers of one workspace, by whom they are for and what they are of.

    Args:
        store: Its store.
        now: A clock that never goes back, seconds.
    """

    def __init__(self, store: Store, now: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._now = now
        self._lock = threading.Lock()
        self._making: dict[object, threading.Lock] = {}
        self._held: OrderedDict[object, tuple[str, float, object]] = OrderedDict()

    def get(self, view: View, what: tuple[str, ...], make: Callable[[], _T]) -> _T:
        """Return an answer, made anew where anything that it comes of has changed.

        Args:
            view: What may be read: another set of labels is another answer.
            what: Which answer: the verb, its settings, its words.
            make: Makes it; it is changed by nobody afterwards.
        """
        slot = (view.labels, view.mandate.purpose, view.known_on, what)
        with self._lock:
            mine = self._making.setdefault(slot, threading.Lock())
        with mine:  # one makes it, the others that want the same wait
            state = self._state(view)
            with self._lock:
                self._drop_old()
                held = self._held.get(slot)
                if held is not None and held[0] == state:
                    self._held[slot] = (state, self._now(), held[2])
                    self._held.move_to_end(slot)
                    return cast("_T", held[2])  # what this slot holds was made for it
                self._held.pop(slot, None)
            found = make()
            if self._state(view) == state:
                self._keep(slot, state, found)
            return found

    def _keep(self, slot: object, state: str, found: object) -> None:
        with self._lock:
            self._held[slot] = (state, self._now(), found)
            while len(self._held) > MOST:
                gone, _ = self._held.popitem(last=False)
                self._making.pop(gone, None)

    def _drop_old(self) -> None:
        for slot, (_, at, _) in list(self._held.items()):
            if self._now() - at > LONGEST_S:
                del self._held[slot]
                self._making.pop(slot, None)

    def _state(self, view: View) -> str:
        canonical = resolved(self._store, view).canonical
        parts = [self._store.key(view), self._store.house.day.isoformat(), _sha256(canonical)]
        return "\x1f".join(parts)


def _sha256(table: pa.Table) -> str:
    digest = hashlib.sha256()
    for column in table.combine_chunks().columns:
        for chunk in column.chunks:
            for buffer in chunk.buffers():
                digest.update(b"" if buffer is None else memoryview(buffer))
    return digest.hexdigest()
