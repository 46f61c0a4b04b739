"""What callers find in, kept open between their requests: one index for all who read the same."""

import threading
from collections import OrderedDict
from typing import Final

from maillon.model import View
from maillon.workspace.finding import Finding, Opened

MOST_OPEN: Final = 8
"""Indexes that stay open."""


class Ready:
    """Open indexes, by what their readers may read.

    Args:
        finding: Opens them.
    """

    def __init__(self, finding: Finding) -> None:
        self._finding = finding
        self._lock = threading.Lock()
        self._opening: dict[object, threading.Lock] = {}
        self._held: OrderedDict[object, Opened] = OrderedDict()

    def opened(self, view: View, datasets: tuple[str, ...], *, joined: bool) -> Opened:
        """Return where a view finds words and ids; opened anew where something of it has changed.

        Args:
            view: What may be read.
            datasets: Of which datasets; one that the view cannot see is as one that is not there.
            joined: Whether records that `resolve` says are one are shown as one.

        Raises:
            RefusedError: See `Finding.opened`.
        """
        of = (view.labels, view.mandate.purpose, view.known_on, datasets, joined)
        with self._lock:
            mine = self._opening.setdefault(of, threading.Lock())
        with mine:  # one request makes an index, the others that want the same wait for it
            held = self._held.get(of)
            if held is None or held.key != self._finding.key(view):
                held = self._finding.opened(view, datasets, joined=joined, words=True)
            with self._lock:
                self._held[of] = held
                self._held.move_to_end(of)
                while len(self._held) > MOST_OPEN:
                    gone, _ = self._held.popitem(last=False)
                    self._opening.pop(gone, None)
        return held
