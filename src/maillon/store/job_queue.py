"""Jobs as a worker sees them: claimed under a lease, renewed, ended; never two at one job's effect.

An effect and the end of its job are one transaction: what `Queue.finishing` returns is called in
it, and raises where the lease is another worker's by now, so that nothing of it is committed.
"""

import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, or_, select, update

from maillon.model import StaleError
from maillon.store.desk import Desk, is_alive
from maillon.store.engines import this_host
from maillon.store.job_files import JobFiles
from maillon.store.jobs import ENDED, READING, Job, JobState, end_job, job_of, stamp
from maillon.store.labelsets import intern_set
from maillon.store.tables_jobs import JOB

LEASE: Final = timedelta(seconds=60)
"""How long a worker that says nothing is believed to be alive."""

MOST_ATTEMPTS: Final = 8
"""How often a job is tried that fails for want of the machine or the store."""

MOST_BEGUN: Final = 25
"""How often a job is begun at all; one that kills its worker each time ends as failed."""

PATIENCE: Final = 3
"""After so many attempts a job lets the others go first: it may be the one that kills workers."""

BACK_OFF: Final = timedelta(seconds=10)
"""Wait before the second attempt; twice as long before each further one."""

LONGEST_WAIT: Final = timedelta(hours=1)

KEEP_DAYS: Final = 30
"""Days after which an ended job goes, with its folder."""

_WORST: Final = "given up: its worker died each time; see the worker's own log"


class LostError(StaleError):
    """Another worker has the job by now: nothing of this attempt counts."""


class CancelledError(StaleError):
    """Who asked for the job has it stopped."""


class Held(Enum):
    """What became of a claim."""

    OURS = auto()
    CANCEL = auto()
    LOST = auto()


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that one worker has, for one attempt.

    Attributes:
        job: The job.
        owner: Which worker.
    """

    job: Job
    owner: str


@dataclass(frozen=True, slots=True)
class Step:
    """How far an attempt is; as the fields of `Job`, and ``said``: what came of it so far."""

    done: int = 0
    total: int = 0
    rate: float = 0.0
    note: str = ""
    said: Mapping[str, Any] = field(default_factory=dict)


class Queue:
    """The jobs of one desk, as one worker sees them.

    Args:
        desk: Holds them.
        files: Their folders.
        now: The clock.
        owner: Name of the worker; its own when empty.
    """

    def __init__(
        self, desk: Desk, files: JobFiles, now: Callable[[], datetime], owner: str = ""
    ) -> None:
        self._desk = desk
        self._files = files
        self._now = now
        self.owner = owner or f"{this_host()}:{os.getpid()}:{secrets.token_hex(4)}"

    def claim(self) -> Claim | None:
        """Return the oldest job that may be begun now, or None; it is this worker's then.

        That is one that waits, or one whose worker is gone: its lease ran out, or its process on
        this machine is no more.
        """
        at = stamp(self._now())
        with self._desk.housekeeping() as connection:
            if not self._ready(connection, at):
                return None
        with self._desk.begin() as connection:
            for number in self._ready(connection, at):
                lock = select(JOB).where(JOB.c.number == number).with_for_update(skip_locked=True)
                row = connection.execute(lock).first()
                if row is not None and self._is_begun(connection, row, at):
                    taken = connection.execute(select(JOB).where(JOB.c.number == number)).one()
                    return Claim(job_of(taken), self.owner)
        return None

    def renew(self, claim: Claim, step: Step) -> Held:
        """Say that the worker lives and how far it is; return whether it shall go on."""
        values = {
            "lease_until": stamp(self._now() + LEASE), "heartbeat": stamp(self._now()),
            "done": step.done, "total": step.total, "rate": round(step.rate, 3),
            "note": step.note[:200], "result": dict(step.said),
        }  # fmt: skip
        with self._desk.begin() as connection:
            row = self._row(connection, claim)
            if row is None:
                return Held.LOST
            connection.execute(update(JOB).where(JOB.c.number == row.number).values(**values))
        return Held.CANCEL if row.is_cancel_asked else Held.OURS

    def finishing(
        self,
        claim: Claim,
        result: Mapping[str, Any] | Callable[[], Mapping[str, Any]],
        labels: Iterable[int] = (),
        step: "Step | None" = None,
    ) -> Callable[[Connection], None]:
        """Return what writes that a job is done, for the transaction of its effect.

        Args:
            claim: The job.
            result: What came of it; or what tells it, asked within the transaction.
            labels: Ids of the labels behind it, for a kind that reads.
            step: How far the attempt came.

        Returns:
            A function of the connection; it raises `LostError` or `CancelledError`, and the
            transaction with the effect must end with it.
        """
        held = sorted(labels) if claim.job.kind in READING else []

        def finish(connection: Connection) -> None:
            row = self._row(connection, claim)
            if row is None:
                raise LostError(f"job {claim.job.id} is another worker's")
            if row.is_cancel_asked:
                raise CancelledError(f"job {claim.job.id} was cancelled")
            said = dict(result() if callable(result) else result)
            count = {} if step is None else {"done": step.done, "total": step.total}
            end_job(
                connection, row, JobState.DONE, stamp(self._now()), result=said, error="",
                labels=held, label_set=intern_set(connection, held), **count,
            )  # fmt: skip

        return finish

    def finish(self, claim: Claim, result: Mapping[str, Any], labels: Iterable[int] = ()) -> None:
        """Write that a job is done whose effect is its result alone; see `finishing`."""
        with self._desk.begin() as connection:
            self.finishing(claim, result, labels)(connection)

    def fail(self, claim: Claim, error: str) -> None:
        """Write that a job failed, for good."""
        self._end(claim, JobState.FAILED, error)

    def cancelled(self, claim: Claim) -> None:
        """Write that a job stopped because that was asked."""
        self._end(claim, JobState.CANCELLED, "")

    def retry(self, claim: Claim, error: str) -> None:
        """Have a job tried again later; the last attempt fails it."""
        if claim.job.attempts >= MOST_ATTEMPTS:
            self.fail(claim, error)
            return
        wait = min(BACK_OFF * 2 ** (claim.job.attempts - 1), LONGEST_WAIT)
        self._wait(claim, error, stamp(self._now() + wait), claim.job.attempts)

    def give_back(self, claim: Claim) -> None:
        """Let another worker have a job: this one stops, and the attempt does not count."""
        self._wait(claim, "", stamp(self._now()), claim.job.attempts - 1)

    def sweep(self) -> int:
        """Erase jobs that ended `KEEP_DAYS` ago, and folders without a job; return how many."""
        before = stamp(self._now() - timedelta(days=KEEP_DAYS))
        old = and_(JOB.c.state.in_([one.value for one in ENDED]), JOB.c.ended < before)
        with self._desk.begin() as connection:
            gone = list(connection.execute(select(JOB.c.id).where(old)).scalars())
            connection.execute(delete(JOB).where(JOB.c.id.in_(gone)))
            known = set(connection.execute(select(JOB.c.id)).scalars())
        for job in gone:
            self._files.erase(job)
        self._files.sweep(known)
        self.tidy()
        return len(gone)

    def tidy(self) -> None:
        """Erase of every ended job what it needs no more, see `JobFiles.tidy`.

        What was sent with one that failed stays: it may be asked for again.
        """
        here = [one for one in self._files.names() if not one.startswith(".")]
        over = [one.value for one in ENDED if one is not JobState.FAILED]
        query = select(JOB.c.id, JOB.c.result).where(JOB.c.id.in_(here), JOB.c.state.in_(over))
        with self._desk.housekeeping() as connection:
            rows = connection.execute(query).all() if here else []
        for row in rows:
            self._files.tidy(row.id, str(row.result.get("file", "")))

    # -- within a transaction

    def _ready(self, connection: Connection, at: str) -> list[int]:
        """Return the numbers of jobs that may be begun, oldest first."""
        waits = and_(JOB.c.state == JobState.WAITING.value, JOB.c.not_before <= at)
        runs: ColumnElement[bool] = JOB.c.state == JobState.RUNNING.value
        query = select(JOB.c.number, JOB.c.state, JOB.c.lease_until, JOB.c.lease_owner)
        order = (JOB.c.attempts // PATIENCE, JOB.c.number)
        rows = connection.execute(query.where(or_(waits, runs)).order_by(*order)).all()
        return [
            row.number
            for row in rows
            if row.state == JobState.WAITING.value
            or row.lease_until < at
            or _is_dead(row.lease_owner)
        ]

    def _is_begun(self, connection: Connection, row: Row[Any], at: str) -> bool:
        """Take a job for this worker; False: it ended here, cancelled or begun too often."""
        if row.state == JobState.RUNNING.value and row.is_cancel_asked:
            end_job(connection, row, JobState.CANCELLED, at)
            return False
        if row.attempts >= MOST_BEGUN:
            end_job(connection, row, JobState.FAILED, at, error=row.error or _WORST)
            return False
        connection.execute(
            update(JOB).where(JOB.c.number == row.number).values(
                state=JobState.RUNNING.value, attempts=row.attempts + 1, lease_owner=self.owner,
                lease_until=stamp(self._now() + LEASE), heartbeat=at, started=row.started or at,
                done=0, total=0, rate=0.0, note="", result={},
            )
        )  # fmt: skip
        return True

    def _row(self, connection: Connection, claim: Claim) -> Row[Any] | None:
        """Return the job's row while it is this claim's; None: it is not any more."""
        return connection.execute(
            select(JOB).where(
                JOB.c.id == claim.job.id, JOB.c.state == JobState.RUNNING.value,
                JOB.c.lease_owner == claim.owner, JOB.c.attempts == claim.job.attempts,
            ).with_for_update()
        ).first()  # fmt: skip

    def _end(self, claim: Claim, state: JobState, error: str) -> None:
        with self._desk.begin() as connection:
            row = self._row(connection, claim)
            if row is not None:
                end_job(connection, row, state, stamp(self._now()), error=error)

    def _wait(self, claim: Claim, error: str, until: str, attempts: int) -> None:
        values = {
            "state": JobState.WAITING.value, "lease_owner": "", "lease_until": "",
            "not_before": until, "error": error, "attempts": attempts,
        }  # fmt: skip
        with self._desk.begin() as connection:
            row = self._row(connection, claim)
            if row is None:
                return
            if row.is_cancel_asked:
                end_job(connection, row, JobState.CANCELLED, stamp(self._now()))
                return
            connection.execute(update(JOB).where(JOB.c.number == row.number).values(**values))


def _is_dead(owner: str) -> bool:
    """Return whether a worker is known to be gone: a process of this machine that is no more."""
    host, _, rest = owner.rpartition(":")[0].rpartition(":")
    return host == this_host() and rest.isdecimal() and not is_alive(int(rest))
