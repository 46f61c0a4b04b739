"""Processes that screen batches side by side: the list side is mapped by each, records are sent.

A batch goes to a process as it becomes free and its answers come back in the batches' order; they
are the same whichever process gave them. A process ends when its pipe is closed, and so with its
parent, however that ended.
"""

import os
import pickle
import struct
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any, Final

from maillon.model import MaillonError
from maillon.screen.entry import Entry

if TYPE_CHECKING:
    from maillon.screen.index import Segment
    from maillon.screen.screen import Screened

_LENGTH: Final = struct.Struct("<Q")
_MAIN: Final = "from maillon.screen.pool import serve; serve()"


class Pool:
    """Processes that answer for one list side.

    Args:
        segments: The list side; what is not on disk is written to a folder of its own.
        gone: For each segment, numbers of entries that count no longer.
        limits: What `Screen` takes besides.
        processes: How many.

    Raises:
        MaillonError: A process did not start.
    """

    def __init__(
        self,
        segments: "Sequence[Segment]",
        gone: Sequence[frozenset[int]],
        limits: dict[str, Any],
        processes: int,
    ) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="maillon-screen-")
        folders = [
            str(one.folder or _saved(one, Path(self._scratch.name) / str(number)))
            for number, one in enumerate(segments)
        ]
        path = os.pathsep.join(filter(None, sys.path))
        self.processes = [
            subprocess.Popen(  # noqa: S603 - this interpreter, and nothing of a user
                [sys.executable, "-c", _MAIN],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": path},
            )
            for _ in range(processes)
        ]
        self._free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._threads = ThreadPoolExecutor(processes)
        order = pickle.dumps((folders, [sorted(one) for one in gone], limits))
        for one in self.processes:
            self._threads.submit(self._begin, one, order)

    def ask(self, batches: Iterable[Sequence[Entry]]) -> "Iterator[list[Screened]]":
        """Yield the answers to each batch, in their order; few batches are read ahead."""
        waiting: deque[Future[bytes]] = deque()
        for batch in batches:
            waiting.append(self._threads.submit(self._exchange, pickle.dumps(list(batch), -1)))
            if len(waiting) > len(self.processes):
                yield pickle.loads(waiting.popleft().result())  # noqa: S301 - from our own process
        while waiting:
            yield pickle.loads(waiting.popleft().result())  # noqa: S301 - as above

    def close(self) -> None:
        """End the processes."""
        for one in self.processes:
            if one.stdin is not None:
                with suppress(OSError):  # it has ended already
                    one.stdin.close()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for one in self.processes:
            one.wait()
            if one.stdout is not None:
                one.stdout.close()
        self._scratch.cleanup()

    def _begin(self, one: subprocess.Popen[bytes], order: bytes) -> None:
        try:
            _say(one.stdin, order)
            _heard(one.stdout)
        finally:
            self._free.put(one)

    def _exchange(self, batch: bytes) -> bytes:
        one = self._free.get()
        try:
            _say(one.stdin, batch)
            kind, *rest = _heard(one.stdout).partition(b"\n")
        except (OSError, EOFError) as cause:
            raise MaillonError(
                f"a screening process ended (exit code {one.poll()}): is there memory enough for "
                f"{len(self.processes)} of them? Set threads = 1 in maillon.toml"
            ) from cause
        finally:
            self._free.put(one)
        if kind == b"error":
            raise pickle.loads(rest[1])  # noqa: S301 - from our own process
        return rest[1]


def _saved(segment: "Segment", folder: Path) -> Path:
    segment.save(folder)
    return folder


def _say(pipe: IO[bytes] | None, said: bytes) -> None:
    assert pipe is not None
    pipe.write(_LENGTH.pack(len(said)))
    pipe.write(said)
    pipe.flush()


def _heard(pipe: IO[bytes] | None) -> bytes:
    assert pipe is not None
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError("the other end is closed")
    (length,) = _LENGTH.unpack(head)
    said = pipe.read(length)
    if len(said) < length:
        raise EOFError("the other end is closed")
    return said


def serve() -> None:
    """Answer what comes by standard input until it ends: the main loop of a process."""
    import gc  # noqa: PLC0415 - only here

    inside, outside = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but answers goes there
    from maillon.screen.index import open_segment  # noqa: PLC0415 - after the pipes are safe
    from maillon.screen.screen import Screen  # noqa: PLC0415 - as above

    folders, gone, limits = pickle.loads(_heard(inside))  # noqa: S301 - from our parent
    segments = [open_segment(Path(one)) for one in folders]
    screen = Screen(segments, gone=[frozenset(one) for one in gone], **limits)
    _say(outside, b"ready")
    gc.disable()  # what is made holds no cycles, and a walk over all words takes long
    while True:
        try:
            batch = pickle.loads(_heard(inside))  # noqa: S301 - from our parent
        except EOFError:
            return
        try:
            said = b"ok\n" + pickle.dumps(list(screen.ask(batch)), -1)
        except Exception as problem:  # noqa: BLE001 - the parent raises it
            said = b"error\n" + pickle.dumps(problem)
        _say(outside, said)


__all__ = ["Pool", "serve"]
