"""Empty databases that are open already: opening one takes longer than asking it something.

A spare holds nothing and has no settings; who takes it has it alone, and closes it. What was once
lent is never lent again: nothing of one view can be left in another's.
"""

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Spares:
    """DuckDB databases in memory, opened ahead once `keep` has said how many; else when taken."""

    def __init__(self) -> None:
        self._count = 0
        self._held: deque[DuckDBPyConnection] = deque()
        self._lock = threading.Lock()
        self._filling = False

    def keep(self, count: int) -> None:
        """Have as many open ahead from now on; 0 closes those that wait."""
        with self._lock:
            self._count = count
            over = [self._held.popleft() for _ in range(max(0, len(self._held) - count))]
        for one in over:
            one.close()
        self._fill()

    def take(self) -> "DuckDBPyConnection":
        """Return an empty database in memory; the caller closes it."""
        with self._lock:
            found = self._held.popleft() if self._held else None
        self._fill()
        return found if found is not None else _blank()

    def _fill(self) -> None:
        with self._lock:
            if self._filling or len(self._held) >= self._count:
                return
            self._filling = True
        threading.Thread(target=self._open, name="spare databases").start()

    def _open(self) -> None:
        try:
            while True:
                made = _blank()
                with self._lock:
                    if len(self._held) < self._count:
                        self._held.append(made)
                    else:
                        made.close()
                    if len(self._held) >= self._count:
                        return
        finally:
            with self._lock:
                self._filling = False


def _blank() -> "DuckDBPyConnection":
    import duckdb  # noqa: PLC0415 - slow, and not every answer needs it

    return duckdb.connect(":memory:")
