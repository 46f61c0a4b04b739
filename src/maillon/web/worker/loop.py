"""The worker's loop: look at the drop folders, take a job, do it, end it; stop when told to."""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, current_thread, main_thread
from time import monotonic
from types import FrameType
from typing import Final

from maillon.model import LimitError, MaillonError, RefusedError, SourceError, StoreError
from maillon.store.intake_settings import read_sources
from maillon.store.job_queue import CancelledError, Claim, LostError, Queue
from maillon.web.worker import keeping, loading, reading, screening
from maillon.web.worker.attempt import LOG, Attempt, StoppedError, Surroundings
from maillon.workspace import Workspace
from maillon.workspace.dropfolders import look

Handler = Callable[[Attempt], None]

HANDLERS: Final[Mapping[str, Handler]] = {
    "checkpoint": keeping.checkpoint,
    "delta": reading.delta,
    "fetch": loading.fetch,
    "load": loading.load,
    "point": reading.point,
    "questions": reading.questions,
    "resolve": reading.resolve,
    "retain": keeping.retain,
    "screen": screening.screen,
    "trace": reading.trace,
    "verify": keeping.verify,
}
"""What does each kind of job."""

POLL_S: Final = 1.0
"""Seconds between two looks for a job, when there was none."""

LOOK_S: Final = 10.0
"""Seconds between two looks at the drop folders."""

SWEEP_S: Final = 3_600.0
"""Seconds between two sweeps of jobs that ended long ago."""


class Worker:
    """Does the jobs of one workspace, one after the other.

    Args:
        folder: The workspace.
        keys: Folder of keys and erasure list, outside the workspace; None: it has none.
        now: The clock of leases and waits.
        handlers: What does each kind of job.
    """

    def __init__(
        self,
        folder: Path,
        keys: Path | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        handlers: Mapping[str, Handler] = HANDLERS,
    ) -> None:
        self._folder = folder
        self._handlers = handlers
        self._workspace = Workspace.open(folder)
        store = self._workspace.store
        self._queue = Queue(store.house.desk, store.jobs.files, now)
        self._now = now
        self._around = Surroundings(self._queue, keys, Event())
        self._looked = self._swept = -SWEEP_S
        self._slots: dict[str, str] = {}

    @property
    def stopping(self) -> Event:
        """Set it and the worker stops: the job that it has is given back."""
        return self._around.stopping

    def close(self) -> None:
        """Give the connections back."""
        self._workspace.store.close()

    def run(self, *, once: bool = False) -> int:
        """Work until stopped; return how many attempts there were.

        Args:
            once: Look at the folders once, do the jobs that may be begun, and return.
        """
        count = 0
        while not self.stopping.is_set():
            try:
                self._look()
                did = self.work_one()
            except StoreError as error:
                if once:
                    raise
                LOG.warning("the desk cannot be used now: %s", error)
                self.stopping.wait(POLL_S)
                continue
            count += did
            if not did:
                if once:
                    break
                self.stopping.wait(POLL_S)
        return count

    def work_one(self) -> bool:
        """Do the oldest job that may be begun; return whether there was one."""
        claim = self._queue.claim()
        if claim is None:
            return False
        LOG.info("job %s: %s, attempt %d", claim.job.id, claim.job.kind, claim.job.attempts)
        self._attempt(claim)
        self._queue.tidy()
        return True

    def _attempt(self, claim: Claim) -> None:
        try:
            # accounts, rules and sources as they are now, not as they were when the worker began
            workspace = Workspace.open(self._folder)
        except MaillonError as error:  # somebody is editing them: it may go better later
            self._ended(claim, _said(error), again=True)
            return
        try:
            with closing(workspace.store), Attempt(self._around, claim, workspace) as attempt:
                self._handlers.get(claim.job.kind, _unknown)(attempt)
        except LostError:
            LOG.warning("job %s: another worker has it", claim.job.id)
        except CancelledError:
            self._queue.cancelled(claim)
        except StoppedError:
            self._queue.give_back(claim)
        except MaillonError as error:
            self._ended(claim, _said(error), again=_is_worth_it(error))
        except OSError as error:
            self._ended(claim, _said_os(error), again=True)
        except MemoryError:
            self._ended(claim, "out of memory", again=True)
        except Exception as error:  # noqa: BLE001 - the edge: a bug ends its job, not the worker
            LOG.error("job %s: %s", claim.job.id, _place(error))
            self._ended(claim, f"a bug: {_place(error)}", again=False)

    def _ended(self, claim: Claim, error: str, *, again: bool) -> None:
        LOG.warning("job %s: %s", claim.job.id, error)
        if again:
            self._queue.retry(claim, error)
        else:
            self._queue.fail(claim, error)

    def _look(self) -> None:
        """Look at the drop folders and the clock of each source, and sweep, when it is time."""
        now = monotonic()
        if now - self._swept >= SWEEP_S:
            self._swept = now
            self._queue.sweep()
            self._workspace.store.uploads.sweep()
            self._workspace.store.searches.sweep()
        if now - self._looked < LOOK_S:
            return
        self._looked = now
        with Workspace.open(self._folder) as w:
            for source in read_sources(w.settings):
                look(w.store, source)
                if source.command:
                    slot = str(int(self._now().timestamp()) // (max(source.every_hours, 1) * 3_600))
                    if self._slots.get(source.dataset) != slot:
                        w.store.proposals.ask_fetch(source, slot)
                        self._slots[source.dataset] = slot


def run_worker(
    folder: Path,
    *,
    once: bool = False,
    keys: Path | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Work at the jobs of a workspace until SIGTERM or SIGINT; return how many attempts there were.

    Args:
        folder: The workspace.
        once: Do what may be done now, and return.
        keys: Folder of keys and erasure list, outside the workspace.
        now: The clock of leases and waits.
    """
    worker = Worker(folder, keys, now)
    try:
        with _stopped_by_signals(worker.stopping):
            return worker.run(once=once)
    finally:
        worker.close()


@contextmanager
def _stopped_by_signals(stopping: Event) -> Iterator[None]:
    """Have SIGTERM and SIGINT stop the worker; in another thread than the first it has none."""
    if current_thread() is not main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    before = {one: signal.signal(one, stop) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _unknown(attempt: Attempt) -> None:
    kind = attempt.job.kind
    raise RefusedError("jobs: kinds", f"this worker does no {kind!r}", "upgrade maillon")


def _is_worth_it(error: MaillonError) -> bool:
    """Return whether a further attempt may go better: the store could not be used just then.

    A refusal, an unreadable input or a limit says the same again; so does what the store says
    without another error behind it, of a file or a server.
    """
    if isinstance(error, RefusedError | SourceError | LimitError):
        return False
    cause = error.__cause__
    wrong = (ValueError, TypeError, KeyError, AttributeError)
    return isinstance(error, StoreError) and cause is not None and not isinstance(cause, wrong)


def _said(error: MaillonError) -> str:
    return f"{type(error).__name__}: {error}"[:1_000]


def _said_os(error: OSError) -> str:
    """Return an error without names of files: they may name people."""
    return f"{type(error).__name__}: {error.strerror or 'no reason given'}"


def _place(error: BaseException) -> str:
    """Return the kind of an error and where it was raised, without a value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}"
