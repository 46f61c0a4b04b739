"""The desk copied while others write, and put back: SQLite's online backup, PostgreSQL's dump.

What a copy names is read from the very moment that was copied.
"""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, create_engine, func, select
from sqlalchemy.engine import make_url

from maillon.model import StoreError
from maillon.store import ledger
from maillon.store.desk import REVISION, Desk
from maillon.store.house import Clock, clocks
from maillon.store.lake import sync_file
from maillon.store.manifest import Ended
from maillon.store.settings import DESK, Settings
from maillon.store.tables import DELIVERY

SQLITE: Final = "sqlite"
POSTGRESQL: Final = "postgresql"

DUMP: Final = "desk.dump"
"""A PostgreSQL desk in a backup, in the custom format of ``pg_dump``."""

NEEDS: Final = (
    "install PostgreSQL's client programs of the server's version or newer "
    "(apt-get install postgresql-client): a desk in PostgreSQL is copied by pg_dump and put back "
    "by pg_restore, and by nothing else"
)


@dataclass(frozen=True, slots=True)
class DeskCopy:
    """A copy of the desk, and what it names.

    Attributes:
        engine: `SQLITE` or `POSTGRESQL`.
        generation: Number of its newest delivery.
        ledger: Where its ledger ends.
        deliveries: With their files.
    """

    engine: str
    generation: int
    ledger: Ended
    deliveries: Sequence[Clock]


def copy_desk(settings: Settings, target: Path, url: str = "") -> DeskCopy:
    """Copy the desk of a workspace as it is at one moment; nobody waits for it.

    Args:
        settings: Of the workspace.
        target: The file to write; it is on disk on return.
        url: Of its PostgreSQL database by a role that reads past row security; the workspace's
            own when empty.

    Raises:
        StoreError: It cannot be copied: ``pg_dump`` is missing, or the role may not read it all.
    """
    if not settings.desk:
        _copy_file(settings.folder / DESK, target)
        with _reading(target) as connection:
            return _named(connection, SQLITE)
    desk = Desk(settings.folder / DESK, url or settings.desk)
    try:
        with desk.housekeeping() as connection:
            found = _named(connection, POSTGRESQL)
            snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
            _run(
                "pg_dump", "--no-password", "--format=custom", "--no-owner",
                f"--snapshot={snapshot}",
                f"--file={target}", f"--dbname={_address(url or settings.desk)}",
                remedy="name the database by a role that reads past row security, with --desk "
                "or MAILLON_BACKUP_DESK: docs/deploy.md",
            )  # fmt: skip
    finally:
        desk.close()
    target.chmod(0o600)
    sync_file(target)
    return found


def desk_size(settings: Settings) -> int:
    """Return at most how many bytes a copy of the desk has."""
    if not settings.desk:
        names = (DESK, f"{DESK}-wal")
        files = [settings.folder / name for name in names]
        return sum(one.stat().st_size for one in files if one.is_file())
    desk = Desk(settings.folder / DESK, settings.desk)
    try:
        with desk.housekeeping() as connection:
            size = connection.exec_driver_sql("SELECT pg_database_size(current_database())")
            return int(size.scalar_one())
    finally:
        desk.close()


def put_back(dump: Path, url: str) -> None:
    """Put a PostgreSQL desk back into an empty database, all of it or nothing.

    Args:
        dump: Of `copy_desk`.
        url: Of the database, by the role that will own the tables.

    Raises:
        StoreError: The database holds a desk; ``pg_restore`` is missing, or says no.
    """
    held = Desk(dump, url)
    try:
        if held.is_made():
            raise StoreError(
                f"{held.place} already holds a desk: name an empty database; an interrupted "
                "restore leaves one to be dropped"
            )
    finally:
        held.close()
    _run(
        "pg_restore", "--no-password", "--exit-on-error", "--single-transaction", "--no-owner",
        f"--dbname={_address(url)}", str(dump),
        remedy="the roles of the backup must be there, and the database empty and theirs: "
        "docs/deploy.md",
    )  # fmt: skip


def _copy_file(source: Path, target: Path) -> None:
    if not source.is_file():
        raise StoreError(f"{source} is gone: restore it from a backup")
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as held:
            target.touch(mode=0o600, exist_ok=False)
            with closing(sqlite3.connect(target)) as copy:
                held.backup(copy)
                # one file, without a log beside it; the next to open it begins a new log
                copy.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise StoreError(f"{source} cannot be copied: {error}") from error
    sync_file(target)


@contextmanager
def _reading(file: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{file}")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _named(connection: Connection, engine: str) -> DeskCopy:
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found != REVISION:
        raise StoreError(f"the desk is of revision {found}: run `maillon upgrade`")
    head = ledger.read_head(connection)
    generation = connection.execute(select(func.max(DELIVERY.c.number))).scalar() or 0
    ended = Ended(head.origin, head.size, head.frontier.root().hex(), head.at)
    return DeskCopy(engine, generation, ended, clocks(connection))


def _address(url: str) -> str:
    """Return the address of a desk as libpq takes it; it holds no password."""
    return make_url(url).set(drivername=POSTGRESQL).render_as_string(hide_password=False)


def _run(program: str, *words: str, remedy: str) -> None:
    found = shutil.which(program)
    if found is None:
        raise StoreError(f"{program} is not there: {NEEDS}")
    done = subprocess.run(  # noqa: S603 - words of our own, no shell
        [found, *words], capture_output=True, text=True, check=False, errors="replace"
    )
    if done.returncode:
        said = next(iter(done.stderr.strip().splitlines()), f"it ended with {done.returncode}")
        raise StoreError(f"{said}; {remedy}")
