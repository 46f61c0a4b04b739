"""Long work that an account asked for: enqueued with its ledger entry, listed, stopped, erased."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from maillon.model import Act, Mandate, NotFoundError, RefusedError, StoreError, View
from maillon.store import ledger
from maillon.store.desk import Desk
from maillon.store.door import check_act, check_view
from maillon.store.house import new_id
from maillon.store.job_files import INPUT, JobFiles
from maillon.store.labelsets import intern_set
from maillon.store.once_key import DoneError
from maillon.store.tables_jobs import JOB

MOST_LISTED: Final = 200
"""Jobs of one page."""
LONGEST_KEY: Final = 200
"""Characters of a request's key."""


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED: Final = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)

ACT_OF: Final[Mapping[str, Act]] = {
    "checkpoint": Act.AUDIT,
    "delta": Act.SCREEN,
    "fetch": Act.LOAD,
    "load": Act.LOAD,
    "point": Act.POINT,
    "questions": Act.READ,
    "resolve": Act.RESOLVE,
    "retain": Act.RETAIN,
    "screen": Act.SCREEN,
    "trace": Act.TRACE,
    "verify": Act.AUDIT,
}
"""Kinds of jobs, each with the act for which its view is opened: when it is asked, and when it
runs."""

READING: Final = frozenset({"delta", "resolve", "screen", "trace"})
"""Kinds whose counts and results come of what the view may read."""

WITH_INPUT: Final = frozenset({"load", "screen"})
"""Kinds with which a file may be sent."""

TOLD: Final[Mapping[str, tuple[str, ...]]] = {"verify": ("sound", "entries", "outside")}
"""What came of a job of a kind, as far as the ledger keeps it when the job is erased."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job.

    Attributes:
        id: 16 hex digits.
        kind: One of `ACT_OF`.
        order: What shall be done: ids, datasets, references of files; no personal data.
        mandate: Under which mandate it runs; its view is opened anew when it does.
        labels: Ids of the labels behind its counts and its result: who cannot read them all sees
            neither.
        state: Where it stands.
        attempts: How often it was begun.
        not_before: It waits at least until then.
        is_cancel_asked: Whether it shall stop.
        done: How many are done.
        total: Of how many; 0: nobody knows.
        rate: How many a second.
        note: What is being done.
        result: What came of it: ids and counts, ``file`` names a file of the job's folder.
        error: Why it failed, or why it was tried again.
        at: When it was asked.
        started: When it was begun first.
        ended: When it ended.
    """

    id: str
    kind: str
    order: Mapping[str, Any]
    mandate: Mandate
    labels: tuple[int, ...]
    state: JobState
    attempts: int
    not_before: str
    is_cancel_asked: bool
    done: int
    total: int
    rate: float
    note: str
    result: Mapping[str, Any]
    error: str
    at: str
    started: str
    ended: str

    def line(self) -> dict[str, Any]:
        """Return it as ``jobs`` prints it."""
        return {
            "job": self.id, "kind": self.kind, "state": self.state.value, "at": self.at,
            "started": self.started, "ended": self.ended, "attempts": self.attempts,
            "done": self.done, "total": self.total, "rate": self.rate, "note": self.note,
            "result": dict(self.result), "error": self.error,
            "cancel_asked": self.is_cancel_asked,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What an account asks for.

    Attributes:
        kind: One of `ACT_OF`.
        order: As `Job.order`.
        key: The caller's own key of this request: sent twice it is one job. Empty for none.
    """

    kind: str
    order: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""


class Jobs:
    """The jobs of one desk, as accounts see them: each its own.

    Args:
        desk: Holds them.
        folder: ``jobs/`` of the workspace.
        now: The clock.
    """

    def __init__(self, desk: Desk, folder: Path, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now
        self.files = JobFiles(folder)

    def enqueue(self, view: View, asked: Asked, upload: IO[bytes] | None = None) -> Job:
        """Ask for a job; it waits, and its ledger entry stands, when this returns.

        Args:
            view: Opened for the act of its kind.
            asked: What shall be done.
            upload: The file to load, or of the questions to screen. Left open.

        Raises:
            RefusedError: The kind is unknown, or the key stands for another order already.
            LimitError: The file is too large.
        """
        _check(asked, upload is not None)
        check_act(view, ACT_OF[asked.kind])
        id_ = new_id()
        with self.files.receiving(id_, upload) as received:
            digest = _digest(view, asked, received.sha256)
            with self._desk.begin() as connection:
                found = _known(connection, view, asked, digest)
                if found is not None:
                    return found
                received.place()
                put_job(
                    connection, view.mandate, asked, at=stamp(self._now()), id_=id_,
                    digest=digest, labels=view.labels if asked.kind in READING else (),
                )  # fmt: skip
                return job_of(connection.execute(_own(view).where(JOB.c.id == id_)).one())

    def one(self, view: View, id_: str) -> Job:
        """Return a job of the view's own account.

        Raises:
            StoreError: There is none: the same answer for another's and for none at all.
        """
        check_view(view)
        with self._desk.engine.connect() as connection:
            row = connection.execute(_own(view).where(JOB.c.id == id_)).first()
        if row is None:
            raise _none(id_)
        return _shown(job_of(row), view)

    def page(self, view: View, *, before: str = "", most: int = MOST_LISTED) -> list[Job]:
        """Return jobs of the view's own account, newest first.

        Args:
            view: Whose.
            before: Id of the last job of the page before; empty for the first page.
            most: How many at most.
        """
        check_view(view)
        query = _own(view).order_by(JOB.c.number.desc()).limit(max(1, min(most, MOST_LISTED)))
        with self._desk.engine.connect() as connection:
            if before:
                row = connection.execute(_own(view).where(JOB.c.id == before)).first()
                if row is None:
                    raise _none(before)
                query = query.where(JOB.c.number < row.number)
            rows = connection.execute(query).all()
        return [_shown(job_of(row), view) for row in rows]

    def cancel(self, view: View, id_: str) -> Job:
        """Have a job of the own account stop; one that waits ends at once, an ended one stays.

        Raises:
            StoreError: As `one`.
        """
        check_view(view)
        with self._desk.begin() as connection:
            row = connection.execute(_own(view).where(JOB.c.id == id_)).first()
            if row is None:
                raise _none(id_)
            if row.state not in ENDED and not row.is_cancel_asked:
                here = JOB.c.id == id_
                connection.execute(update(JOB).where(here).values(is_cancel_asked=True))
                ledger.append(connection, view.mandate, "job", "cancel asked", {"job": id_})
                if row.state == JobState.WAITING:
                    end_job(connection, row, JobState.CANCELLED, stamp(self._now()))
            found = job_of(connection.execute(_own(view).where(JOB.c.id == id_)).one())
        if found.state is JobState.CANCELLED:
            self.files.erase(id_)
        return _shown(found, view)

    def again(self, view: View, id_: str) -> Job:
        """Have a failed job of the own account tried once more; it goes on where it can.

        Raises:
            RefusedError: It did not fail, or what was sent with it is gone.
            StoreError: As `one`.
        """
        job = self.one(view, id_)
        is_sent = job.kind in WITH_INPUT and "proposal" not in job.order
        is_there = not is_sent or (self.files.of(id_) / INPUT).is_file()
        if job.state is not JobState.FAILED or not is_there:
            raise RefusedError(
                "jobs: tried again", f"job {id_} did not fail, or its file is gone",
                "ask for it anew",
            )  # fmt: skip
        check_act(view, ACT_OF[job.kind])
        with self._desk.begin() as connection:
            here = (JOB.c.id == id_, JOB.c.state == JobState.FAILED.value)
            done = update(JOB).where(*here).values(
                state=JobState.WAITING.value, not_before=stamp(self._now()), ended="", error="",
                is_cancel_asked=False, done=0, result={},
            )  # fmt: skip
            if connection.execute(done).rowcount:
                ledger.append(connection, view.mandate, "job", "asked again", {"job": id_})
        return self.one(view, id_)

    def forget(self, view: View, id_: str) -> None:
        """Erase an ended job of the own account, with its folder.

        Raises:
            RefusedError: It waits or runs.
            StoreError: As `one`.
        """
        job = self.one(view, id_)
        if job.state not in ENDED:
            raise RefusedError(
                "jobs: one that runs is not erased", f"job {id_} is {job.state.value}", "cancel it"
            )
        with self._desk.begin() as connection:
            connection.execute(delete(JOB).where(JOB.c.id == id_, JOB.c.who == view.mandate.who))
            ledger.append(connection, view.mandate, "job", "erased", {"job": id_})
        self.files.erase(id_)

    def result_file(self, view: View, id_: str) -> Path:
        """Return where the lines stand that came of a job; the ledger has it first.

        Raises:
            StoreError: As `one`; or there is no file that the view may read.
        """
        job = self.one(view, id_)
        name = str(job.result.get("file", ""))
        path = self.files.of(id_) / name
        if not name or not path.is_file():
            raise NotFoundError(f"no file of job {id_} that this mandate may read")
        self._desk.record(view.mandate, "job", "read", {"job": id_})
        return path


def put_job(
    connection: Connection,
    mandate: Mandate,
    asked: Asked,
    *,
    at: str,
    id_: str = "",
    digest: str = "",
    labels: Iterable[int] = (),
) -> str:
    """Write a waiting job and its ledger entry in the caller's transaction; return its id."""
    id_, held = id_ or new_id(), sorted(labels)
    connection.execute(
        insert(JOB).values(
            id=id_, kind=asked.kind, orders=dict(asked.order), order_sha256=digest,
            who=mandate.who, agency=mandate.agency, purpose=mandate.purpose,
            legal_basis=mandate.legal_basis, case=mandate.case, labels=held,
            label_set=intern_set(connection, held), idempotency=asked.key or None,
            state=JobState.WAITING.value, attempts=0, not_before=at, lease_owner="",
            lease_until="", heartbeat="", is_cancel_asked=False, done=0, total=0, rate=0.0,
            note="", result={}, error="", at=at, started="", ended="",
        )
    )  # fmt: skip
    ledger.append(connection, mandate, "job", "waiting", {"job": id_, "kind": asked.kind})
    return id_


def end_job(
    connection: Connection, row: Row[Any], state: JobState, at: str, **values: object
) -> None:
    """Write that a job ended, and its ledger entry, in the caller's transaction."""
    changed = {"state": state.value, "ended": at, "lease_owner": "", "lease_until": "", **values}
    connection.execute(update(JOB).where(JOB.c.number == row.number).values(**changed))
    said: dict[str, object] = {"job": row.id, "kind": row.kind, "attempts": row.attempts}
    result: Any = values.get("result") or {}
    said |= {name: result[name] for name in TOLD.get(row.kind, ()) if name in result}
    ledger.append(connection, mandate_of(row), "job", state.value, said)


def job_of(row: Row[Any]) -> Job:
    """Return the job that a row of the desk tells of."""
    return Job(
        row.id, row.kind, row.orders, mandate_of(row), tuple(row.labels), JobState(row.state),
        row.attempts, row.not_before, row.is_cancel_asked, row.done, row.total, row.rate,
        row.note, row.result, row.error, row.at, row.started, row.ended,
    )  # fmt: skip


def mandate_of(row: Row[Any]) -> Mandate:
    """Return the mandate that a row names."""
    return Mandate(row.who, row.agency, row.purpose, row.legal_basis, row.case)


def stamp(now: datetime) -> str:
    """Return an instant as the tables of jobs compare it: UTC, to the millisecond."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds")


def _check(asked: Asked, has_upload: bool) -> None:
    if asked.kind not in ACT_OF:
        raise RefusedError(
            "jobs: kinds", f"{asked.kind!r} is no kind of job", f"one of {', '.join(ACT_OF)}"
        )
    if has_upload and asked.kind not in WITH_INPUT:
        raise RefusedError("jobs: files", f"no file is sent with {asked.kind!r}", "send none")
    if len(asked.key) > LONGEST_KEY:
        raise RefusedError(
            "jobs: keys", "the key of the request is too long", f"{LONGEST_KEY} characters"
        )


def _digest(view: View, asked: Asked, sha256: str) -> str:
    said = [asked.kind, asked.order, repr(view.mandate), sha256]
    text = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def _known(connection: Connection, view: View, asked: Asked, digest: str) -> Job | None:
    """Return the job that stands under the request's key already, when it is the same order."""
    if not asked.key:
        return None
    query = select(JOB).where(JOB.c.who == view.mandate.who, JOB.c.idempotency == asked.key)
    row = connection.execute(query).first()
    if row is None:
        return None
    if row.order_sha256 != digest:
        raise DoneError(
            "jobs: one key, one order",
            "the key stands for another order of this account",
            "send the new order under a key of its own",
        )
    return _shown(job_of(row), view)


def _own(view: View) -> Select[Any]:
    mandate = view.mandate
    return select(JOB).where(JOB.c.who == mandate.who, JOB.c.agency == mandate.agency)


def _shown(job: Job, view: View) -> Job:
    """Return a job without counts and result where they come of more than the view may read."""
    if view.labels.issuperset(job.labels):
        return job
    return replace(job, done=0, total=0, rate=0.0, note="", result={})


def _none(id_: str) -> StoreError:
    return NotFoundError(f"no job {id_}: `maillon jobs` lists your own")
