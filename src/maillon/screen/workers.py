"""Processes of this interpreter that take jobs by a pipe and answer by another.

A process ends when its pipe is closed, and so with its parent, however that ended.
"""

import os
import pickle
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, Any, Final

from maillon.model import MaillonError

_LENGTH: Final = struct.Struct("<Q")
Job = Callable[[Any], Any]


class Workers:
    """Processes that do one kind of job.

    Args:
        begin: ``module:function`` that takes the order and returns what does a job.
        order: What every process is told first.
        processes: How many.
    """

    def __init__(self, begin: str, order: object, processes: int) -> None:
        module, _, name = begin.partition(":")
        code = (
            f"from maillon.screen.workers import serve; from {module} import {name}; serve({name})"
        )
        path = os.pathsep.join(filter(None, sys.path))
        self.processes = [
            subprocess.Popen(  # noqa: S603 - this interpreter, and nothing of a user
                [sys.executable, "-c", code],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": path},
            )
            for _ in range(processes)
        ]
        self._free: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._threads = ThreadPoolExecutor(processes)
        said = pickle.dumps(order)
        for one in self.processes:
            self._threads.submit(self._begin, one, said)

    def do(self, jobs: Iterable[object]) -> Iterator[Any]:
        """Yield the answer to each job, in their order; few jobs are read ahead.

        Raises:
            MaillonError: A process ended before its time.
            Exception: What a job raised.
        """
        waiting: deque[Future[bytes]] = deque()
        for job in jobs:
            waiting.append(self._threads.submit(self._exchange, pickle.dumps(job, -1)))
            if len(waiting) > len(self.processes):
                yield _answer(waiting.popleft().result())
        while waiting:
            yield _answer(waiting.popleft().result())

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

    def _begin(self, one: subprocess.Popen[bytes], order: bytes) -> None:
        try:
            with suppress(OSError):  # the first job tells that it has ended
                _say(one.stdin, order)
        finally:
            self._free.put(one)

    def _exchange(self, job: bytes) -> bytes:
        one = self._free.get()
        try:
            _say(one.stdin, job)
            return _heard(one.stdout)
        except (OSError, EOFError) as cause:
            raise MaillonError(
                f"a process of the screening ended (exit code {one.poll()}): is there memory for "
                f"{len(self.processes)} of them? Set threads = 1 in maillon.toml"
            ) from cause
        finally:
            self._free.put(one)


def _answer(said: bytes) -> object:
    is_done, found = pickle.loads(said)  # noqa: S301 - from our own process
    if not is_done:
        raise found
    return found


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


def serve(begin: Callable[[Any], Job]) -> None:
    """Do the jobs that come by standard input until it ends: the main loop of a process."""
    import gc  # noqa: PLC0415 - only here

    inside, outside = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing but answers goes there
    gc.disable()  # what is made holds no cycles, and a walk over all words takes long
    try:
        do = begin(pickle.loads(_heard(inside)))  # noqa: S301 - from our parent
        while True:
            job = pickle.loads(_heard(inside))  # noqa: S301 - from our parent
            try:
                said = pickle.dumps((True, do(job)), -1)
            except Exception as problem:  # noqa: BLE001 - the parent raises it
                said = pickle.dumps((False, problem))
            _say(outside, said)
    except EOFError:
        return


__all__ = ["Workers", "serve"]
