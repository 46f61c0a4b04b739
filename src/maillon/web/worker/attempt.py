"""One attempt at one job: how far it is, whether it shall go on, and how it ends."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

from maillon.model import Act, MaillonError, View
from maillon.store.job_queue import CancelledError, Claim, Held, LostError, Queue, Step
from maillon.store.jobs import ACT_OF, Job

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maillon.workspace import Workspace

BEAT_S: Final = 2.0
"""Seconds between two signs of life: how late progress is shown, and how late a cancel is heard."""

LOG: Final = logging.getLogger("maillon.worker")


class StoppedError(MaillonError):
    """The worker stops: another one will have the job."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an attempt has around it.

    Attributes:
        queue: Of the worker.
        keys: Folder of keys and erasure list, outside the workspace; None: this worker has none.
        stopping: Set when the worker shall stop.
    """

    queue: Queue
    keys: Path | None
    stopping: Event


class Attempt:
    """One attempt; while it is entered a thread says that the worker lives.

    Args:
        around: What is around it.
        claim: The job.
        workspace: Opened for this attempt: accounts and rules as they are now.
    """

    def __init__(self, around: Surroundings, claim: Claim, workspace: "Workspace") -> None:
        self.workspace = workspace
        self.keys = around.keys
        self._around = around
        self._claim = claim
        self._lock = Lock()
        self._over = Event()
        self._held = Held.OURS
        self._step = Step()
        self._began = monotonic()
        self._first = 0
        self._thread = Thread(target=self._beat, name=f"job {claim.job.id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def job(self) -> Job:
        """The job."""
        return self._claim.job

    @property
    def order(self) -> Mapping[str, Any]:
        """What shall be done."""
        return self._claim.job.order

    @property
    def folder(self) -> Path:
        """The folder of the job, made where it is missing."""
        return self.workspace.store.jobs.files.made(self.job.id)

    def view(self) -> View:
        """Return what the job's mandate may read now; the ledger has it.

        Raises:
            RefusedError: It may not do this any more.
        """
        detail = {"job": self.job.id, "kind": self.job.kind}
        act: Act = ACT_OF[self.job.kind]
        return self.workspace.view(act, self.job.mandate, detail=detail)

    def goes_on_at(self, done: int) -> None:
        """Say how many an attempt before this one did: they count for none of the rate."""
        self._first = done

    def step(
        self, done: int, total: int = 0, note: str = "", said: Mapping[str, Any] | None = None
    ) -> None:
        """Say how far the attempt is; call it between batches.

        Args:
            done: How many are done.
            total: Of how many; 0: nobody knows.
            note: What is being done.
            said: What came of it so far: counts.

        Raises:
            CancelledError: Who asked for the job has it stopped.
            LostError: Another worker has it.
            StoppedError: The worker stops.
        """
        rate = (done - self._first) / max(monotonic() - self._began, 1e-3)
        with self._lock:
            self._step = Step(done, total, rate, note, said or {})
            held = self._held
        if held is Held.LOST:
            raise LostError(f"job {self.job.id} is another worker's")
        if held is Held.CANCEL:
            raise CancelledError(f"job {self.job.id} was cancelled")
        if self._around.stopping.is_set():
            raise StoppedError(f"job {self.job.id} is given back")

    def finishing(
        self,
        result: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
        labels: Iterable[int] = (),
    ) -> "Callable[[Connection], None]":
        """Return what ends the job in the transaction of its effect; see `Queue.finishing`."""
        with self._lock:
            step = self._step
        return self._around.queue.finishing(self._claim, result, labels, step)

    def finish(self, result: Mapping[str, Any], labels: Iterable[int] = ()) -> None:
        """End a job whose effect is its result alone."""
        self._around.queue.finish(self._claim, result, labels)

    def _beat(self) -> None:
        while not self._over.wait(BEAT_S):
            with self._lock:
                step = self._step
            try:
                held = self._around.queue.renew(self._claim, step)
            except MaillonError as error:  # the desk is busy: the lease is longer than this
                LOG.warning("job %s: no sign of life: %s", self.job.id, type(error).__name__)
                continue
            with self._lock:
                self._held = held
            if held is Held.LOST:
                return
