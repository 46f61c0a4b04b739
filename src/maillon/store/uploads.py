"""Files that an account sent and has not yet said everything of; what is said of them so far.

They outlive the session, a restart and a second browser tab: each change names the revision that it
was made on. The desk holds what was said, a folder the file; who leaves them alone loses them.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import Row, Select, delete, func, insert, select, update

from maillon.model import Act, LimitError, NotFoundError, RefusedError, StaleError, View
from maillon.store import ledger
from maillon.store.desk import Desk
from maillon.store.door import check_act, check_view
from maillon.store.house import new_id
from maillon.store.job_files import MOST_BYTES, copy_whole
from maillon.store.jobs import ACT_OF, stamp
from maillon.store.lake import sync_folder
from maillon.store.tables_uploads import UPLOAD

FOLDER: Final = "uploads"
INPUT: Final = "input"
KEEP_DAYS: Final = 7
"""Days after which a file that nobody said anything more of goes."""

MOST_OPEN: Final = 20
"""Files of one account that wait at a time."""

KINDS: Final = ("load", "screen")
"""What a file may be sent for: the kinds of jobs that take one."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent.

    Attributes:
        id: 16 hex digits.
        kind: One of `KINDS`.
        name: As the sender calls the file; nothing is done with it.
        sha256: Of its bytes.
        size: How many they are.
        said: What was said of it so far.
        revision: Counts the changes.
        job: What came of it; empty while it waits.
        at: When it was sent.
        changed: When something was said of it last.
    """

    id: str
    kind: str
    name: str
    sha256: str
    size: int
    said: Mapping[str, Any]
    revision: int
    job: str
    at: str
    changed: str


class Uploads:
    """The files that wait, as accounts see them: each its own.

    Args:
        desk: Holds what is said of them.
        folder: ``uploads/`` of the workspace.
        now: The clock.
    """

    def __init__(self, desk: Desk, folder: Path, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._folder = folder
        self._now = now

    def add(self, view: View, kind: str, raw: IO[bytes], name: str = "") -> Upload:
        """Take a file; it is on disk, with its ledger entry, when this returns.

        Args:
            view: Opened for the act of the kind.
            kind: One of `KINDS`.
            raw: The file.
            name: As the sender calls it.

        Raises:
            LimitError: It is too large, or too many of the account wait.
            RefusedError: The kind takes no file, or the file is empty.
        """
        _check(view, kind)
        self._make_room(view)
        id_ = new_id()
        self._folder.mkdir(mode=0o700, exist_ok=True)
        work = self._folder / f".{id_}.part"
        work.mkdir(mode=0o700)
        try:
            sha256, size = copy_whole(raw, work / INPUT, MOST_BYTES)
            if not size:
                raise RefusedError(
                    "uploads: a file with something in it", "the file is empty", "send another"
                )
            at = stamp(self._now())
            with self._desk.begin() as connection:
                work.rename(self._folder / id_)
                sync_folder(self._folder)
                connection.execute(
                    insert(UPLOAD).values(
                        id=id_, kind=kind, who=view.mandate.who, agency=view.mandate.agency,
                        name=_name(name), sha256=sha256, size=size, said={}, revision=1, job="",
                        at=at, changed=at,
                    )
                )  # fmt: skip
                ledger.append(connection, view.mandate, "upload", "sent", {"upload": id_})
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return self.one(view, id_)

    def page(self, view: View) -> list[Upload]:
        """Return the own account's files that wait and that the view's act is for, newest first."""
        kinds = [kind for kind in KINDS if ACT_OF[kind] is view.act]
        query = _own(view).where(UPLOAD.c.kind.in_(kinds), UPLOAD.c.job == "")
        with self._desk.engine.connect() as connection:
            rows = connection.execute(query.order_by(UPLOAD.c.number.desc())).all()
        return [_upload(row) for row in rows]

    def one(self, view: View, id_: str) -> Upload:
        """Return a file of the view's own account.

        Raises:
            NotFoundError: There is none: the same answer for another's and for none at all.
        """
        with self._desk.engine.connect() as connection:
            row = connection.execute(_own(view).where(UPLOAD.c.id == id_)).first()
        if row is None or ACT_OF[row.kind] is not view.act:
            raise _none(id_)
        return _upload(row)

    def say(self, view: View, id_: str, revision: int, said: Mapping[str, Any]) -> Upload:
        """Write what is said of a file, in the place of what was.

        Args:
            view: Of the act of the file's kind.
            id_: Of the file.
            revision: On which of its revisions the change was made.
            said: All that is said of it now; no personal data.

        Raises:
            NotFoundError: As `one`.
            StaleError: Somebody said something in between: another tab, perhaps.
        """
        held = self.one(view, id_)
        at = stamp(self._now())
        with self._desk.begin() as connection:
            here = (UPLOAD.c.id == id_, UPLOAD.c.revision == revision, UPLOAD.c.job == "")
            done = connection.execute(
                update(UPLOAD).where(*here).values(
                    said=dict(said), revision=revision + 1, changed=at
                )
            )  # fmt: skip
            if not done.rowcount:
                raise StaleError(f"upload {held.id}: something was said of it in between")
            detail = {"upload": id_, "revision": revision + 1}
            ledger.append(connection, view.mandate, "upload", "said", detail)
        return self.one(view, id_)

    @contextmanager
    def opened(self, view: View, id_: str) -> Iterator[IO[bytes]]:
        """Lend a file of the own account.

        Raises:
            NotFoundError: As `one`; or it became a job.
        """
        with self.path(view, id_).open("rb") as raw:
            yield raw

    def path(self, view: View, id_: str) -> Path:
        """Return where a file of the own account stands; arguments and errors as of `opened`."""
        path = self._folder / self.one(view, id_).id / INPUT
        if not path.is_file():
            raise _none(id_)
        return path

    def became(self, view: View, id_: str, job: str) -> None:
        """Note the job that a file became, and let go of it: the job has its own copy."""
        self.one(view, id_)
        with self._desk.begin() as connection:
            values = {"job": job, "changed": stamp(self._now())}
            connection.execute(update(UPLOAD).where(UPLOAD.c.id == id_).values(**values))
            detail = {"upload": id_, "job": job}
            ledger.append(connection, view.mandate, "upload", "became a job", detail)
        self._erase(id_)

    def forget(self, view: View, id_: str) -> None:
        """Erase a file of the own account and what was said of it."""
        self.one(view, id_)
        with self._desk.begin() as connection:
            connection.execute(delete(UPLOAD).where(UPLOAD.c.id == id_))
            ledger.append(connection, view.mandate, "upload", "erased", {"upload": id_})
        self._erase(id_)

    def sweep(self) -> int:
        """Erase what nobody said anything of for `KEEP_DAYS`, and folders without a row."""
        before = stamp(self._now() - timedelta(days=KEEP_DAYS))
        with self._desk.begin() as connection:
            old = select(UPLOAD.c.id).where(UPLOAD.c.changed < before)
            gone = list(connection.execute(old).scalars())
            connection.execute(delete(UPLOAD).where(UPLOAD.c.id.in_(gone)))
            waiting = select(UPLOAD.c.id).where(UPLOAD.c.job == "")
            known = set(connection.execute(waiting).scalars())
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            if folder.name in known or (folder.name not in gone and self._is_young(folder)):
                continue
            shutil.rmtree(folder, ignore_errors=True)
        return len(gone)

    def _make_room(self, view: View) -> None:
        query = select(func.count()).select_from(_own(view).where(UPLOAD.c.job == "").subquery())
        with self._desk.engine.connect() as connection:
            count = connection.execute(query).scalar_one()
        if count >= MOST_OPEN:
            raise LimitError("files of this account that wait", MOST_OPEN, count + 1)

    def _is_young(self, folder: Path) -> bool:
        try:
            changed = folder.stat().st_mtime
        except FileNotFoundError:
            return True
        return changed > (self._now() - timedelta(days=1)).timestamp()

    def _erase(self, id_: str) -> None:
        shutil.rmtree(self._folder / id_, ignore_errors=True)


def _check(view: View, kind: str) -> None:
    if kind not in KINDS:
        raise RefusedError(
            "uploads: kinds", f"{kind!r} is nothing that a file is sent for",
            f"one of {', '.join(KINDS)}",
        )  # fmt: skip
    act: Act = ACT_OF[kind]
    check_act(view, act)


def _name(text: str) -> str:
    """Return the last part of a file's name, without what would not be seen."""
    last = os.path.basename(text.replace("\\", "/"))  # noqa: PTH119 - a name, not a path of here
    return "".join(one for one in last if one.isprintable())[:255]


def _own(view: View) -> Select[Any]:
    check_view(view)
    mandate = view.mandate
    return select(UPLOAD).where(UPLOAD.c.who == mandate.who, UPLOAD.c.agency == mandate.agency)


def _upload(row: Row[Any]) -> Upload:
    return Upload(
        row.id, row.kind, row.name, row.sha256, row.size, row.said, row.revision, row.job,
        row.at, row.changed,
    )  # fmt: skip


def _none(id_: str) -> NotFoundError:
    return NotFoundError(f"no upload {id_} of this account that waits")
