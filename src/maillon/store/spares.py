"""Databases that are open already: opening and filling one takes longer than asking it something.

What was once lent is never lent again: nothing of one reader can be left in another's. A database
that was filled ahead goes to whoever would fill it with exactly the same, word by word.
"""

import threading
from collections import deque
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Filling(Protocol):
    """What a database is filled with; two that are equal fill it alike."""

    def fill(self, con: "DuckDBPyConnection") -> None:
        """Fill an empty database."""

    def __hash__(self) -> int:
        """Return a number that equal ones share."""


class Spares:
    """DuckDB databases in memory, opened ahead once `keep` has said how many; else when taken."""

    def __init__(self) -> None:
        self._count = 0
        self._is_used = False
        self._held: deque[DuckDBPyConnection] = deque()
        self._filled: dict[Filling, DuckDBPyConnection] = {}
        self._wanted: dict[Filling, None] = {}
        self._spent: deque[DuckDBPyConnection] = deque()
        self._lock = threading.Lock()
        self._is_working = False

    def keep(self, count: int) -> None:
        """Have as many open ahead, empty and filled, once one was taken; 0 closes those that wait.

        Whoever needs none is not made to hold any: they weigh 25 MB.
        """
        with self._lock:
            self._count = count
            self._wanted.clear()
            over = [self._held.popleft() for _ in range(max(0, len(self._held) - count))]
            over += [self._filled.pop(next(iter(self._filled)))
                     for _ in range(max(0, len(self._filled) - count))]  # fmt: skip
            if not count:
                over += self._spent
                self._spent.clear()
        for one in over:
            one.close()
        self._work()

    def take(self, filling: Filling) -> "DuckDBPyConnection":
        """Return a database in memory that is filled so; whoever has it has it alone.

        While some are kept, one that is filled alike is made ready for whoever asks next.
        """
        with self._lock:
            found = self._filled.pop(filling, None)
            empty = self._held.popleft() if found is None and self._held else None
            self._is_used = True
            if self._count:
                self._wanted.pop(filling, None)
                self._wanted[filling] = None
                if len(self._wanted) > self._count:
                    del self._wanted[next(iter(self._wanted))]
        self._work()
        if found is not None:
            return found
        return _filled(empty if empty is not None else _blank(), filling)

    def give_back(self, con: "DuckDBPyConnection") -> None:
        """Close a database that was taken; while some are kept, nobody waits for that.

        Unless so many wait to be closed that whoever brings another has to close it.
        """
        with self._lock:
            is_later = len(self._spent) < self._count
            if is_later:
                self._spent.append(con)
        if is_later:
            self._work()
        else:
            con.close()

    def _work(self) -> None:
        with self._lock:
            if self._is_working or not self._has_work():
                return
            self._is_working = True
        try:
            threading.Thread(target=self._run, name="spare databases").start()
        except RuntimeError:  # the machine has no thread left: nothing is ready ahead, that is all
            self._is_working = False
            self._close_spent()

    def _has_work(self) -> bool:
        is_short = self._is_used and len(self._held) < self._count
        return bool(self._wanted or self._spent or is_short)

    def _run(self) -> None:
        while True:
            try:
                self._close_spent()
                with self._lock:
                    if not self._has_work():
                        self._is_working = False
                        return
                    wanted = self._wanted.popitem()[0] if self._wanted else None
                    empty = self._held.popleft() if wanted is not None and self._held else None
                if wanted is not None:
                    self._fill(wanted, empty)
                else:
                    self._put(_blank())
            except Exception:  # noqa: BLE001 - whoever asks for the same is told; the next asks anew
                with self._lock:
                    self._is_working = False
                return

    def _close_spent(self) -> None:
        while True:
            with self._lock:
                spent = self._spent.popleft() if self._spent else None
            if spent is None:
                return
            spent.close()

    def _fill(self, filling: Filling, empty: "DuckDBPyConnection | None") -> None:
        made = _filled(empty if empty is not None else _blank(), filling)
        with self._lock:
            over = [self._filled.pop(filling, None)]
            if self._count:
                self._filled[filling] = made
            else:
                over.append(made)
            if len(self._filled) > self._count:
                over.append(self._filled.pop(next(iter(self._filled))))
        for one in over:
            if one is not None:
                one.close()

    def _put(self, made: "DuckDBPyConnection") -> None:
        with self._lock:
            is_kept = len(self._held) < self._count
            if is_kept:
                self._held.append(made)
        if not is_kept:
            made.close()


def _filled(con: "DuckDBPyConnection", filling: Filling) -> "DuckDBPyConnection":
    try:
        filling.fill(con)
    except BaseException:
        con.close()
        raise
    return con


def _blank() -> "DuckDBPyConnection":
    import duckdb  # noqa: PLC0415 - slow, and not every answer needs it

    return duckdb.connect(":memory:")
