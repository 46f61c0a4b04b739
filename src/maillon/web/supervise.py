"""A worker beside the service: started as a child, anew when it dies, ended with it.

A child whose parent was killed ends too: on Linux the kernel tells it, and everywhere the pipe on
which it waits is closed. What it has begun is given back, see `maillon.web.worker`.
"""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType, TracebackType
from typing import Final, Self

from prometheus_client import CollectorRegistry, Counter, Gauge

LOG: Final = logging.getLogger("maillon.worker")

PAUSES_S: Final = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Seconds before a worker that died is started anew, the first time, the second ..."""

STEADY_S: Final = 300.0
"""Seconds after which a worker that dies counts as the first again."""

GRACE_S: Final = 30.0
"""Seconds that a worker gets to give back what it has, before it is killed."""

_PR_SET_PDEATHSIG: Final = 1
"""Source: prctl(2)."""


class Supervisor:
    """Keeps one worker running from `__enter__` to `__exit__`.

    Args:
        words: The command of a worker; its standard input is a pipe that closes when this ends.
        registry: Where its counters go.
        pauses: See `PAUSES_S`.
        now: A clock that never goes back, seconds.
    """

    def __init__(
        self,
        words: Sequence[str],
        registry: CollectorRegistry | None = None,
        pauses: Sequence[float] = PAUSES_S,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._words, self._pauses, self._now = tuple(words), pauses, now
        registry = registry or CollectorRegistry()
        self._up = Gauge("maillon_worker_up", "Whether the worker runs", registry=registry)
        self._starts = Counter("maillon_worker_starts", "Workers started", registry=registry)
        self._lock = threading.RLock()  # a signal may come while a signal is handled
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the worker: asked first, killed when it does not come to an end."""
        self.ask_to_end()
        process = self._process
        if process is not None:
            try:
                process.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                LOG.warning("the worker did not end within %d s and was killed", GRACE_S)
                process.kill()
        self._thread.join()

    def ask_to_end(self) -> None:
        """Have the worker end, and start no other; return at once."""
        with self._lock:
            self._stopping.set()
            if self._process is not None:
                self._process.terminate()

    def _run(self) -> None:
        failed = 0
        while (process := self._started()) is not None:
            began = self._now()
            code = process.wait()
            self._up.set(0)
            assert process.stdin is not None
            process.stdin.close()
            if self._stopping.is_set():
                return
            failed = 0 if self._now() - began >= STEADY_S else failed
            pause = self._pauses[min(failed, len(self._pauses) - 1)]
            failed += 1
            LOG.warning("the worker ended with %d: another starts in %g s", code, pause)
            self._stopping.wait(pause)

    def _started(self) -> "subprocess.Popen[bytes] | None":
        with self._lock:
            if self._stopping.is_set():
                return None
            self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                self._words, stdin=subprocess.PIPE
            )
        self._starts.inc()
        self._up.set(1)
        LOG.info("worker %d started", self._process.pid)
        return self._process


def worker_words(folder: Path, keys: Path | None) -> list[str]:
    """Return the command of a worker that ends with who started it."""
    return [sys.executable, "-m", __name__, str(folder), *([str(keys)] if keys else [])]


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Have SIGTERM and SIGINT unwind what is within, so that everything is given back."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def end_with_parent() -> None:
    """Have this process end when the one that started it is gone, however it went.

    Standard input is a pipe that only the parent can write to: its end is the parent's.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    threading.Thread(target=_watch, name="parent", daemon=True).start()


def _watch() -> None:
    while os.read(0, 1):  # nobody writes: it ends when the parent does
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE_S)  # what has no batches is not waited for
    os._exit(1)


def main(words: Sequence[str]) -> int:
    """Work until told to end, or the parent is gone.

    Args:
        words: The workspace, and its keys folder.
    """
    end_with_parent()
    from maillon.web.worker import run_worker  # noqa: PLC0415 - slow to load, and it may end before

    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    LOG.setLevel(logging.INFO)
    folder, *keys = map(Path, words)
    LOG.info("worker %d looks for jobs", os.getpid())
    run_worker(folder, keys=keys[0] if keys else None)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
