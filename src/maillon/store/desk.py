"""The desk: one SQLite file or one PostgreSQL database, migrated with Alembic."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select
from sqlalchemy.exc import DatabaseError, OperationalError

from maillon.model import Label, Mandate, StoreError
from maillon.store import ledger, ledger_check
from maillon.store.clock import utc_now
from maillon.store.committer import Committer
from maillon.store.engines import (
    check_order,
    engine_line,
    has_tables,
    postgres_engine,
    shown,
    sqlite_engine,
    this_host,
    writing,
)
from maillon.store.second_lock import keep, unlock
from maillon.store.tables import DELIVERY, LABEL, LEASE

REVISION: Final = "0019"
"""The Alembic revision that this version of the code reads and writes."""

LEASE_HOURS: Final = 48
"""How long a reader of another machine is believed to be alive; longer than any run that a bench
has measured."""


_NEWEST: Final = select(func.max(DELIVERY.c.number))
_LABELS: Final = select(LABEL).order_by(LABEL.c.id)
_LEASES: Final = select(LEASE)


class Desk:
    """What people do, transactionally.

    Args:
        path: The SQLite file; `create` makes it.
        url: Of a PostgreSQL database, which then takes the place of the file.
    """

    def __init__(self, path: Path, url: str = "") -> None:
        self.path = path
        self._url = url
        self._committer = Committer(self.begin)

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        return shown(self._url) if self._url else str(self.path)

    @cached_property
    def engine(self) -> Engine:
        """The engine, opened once; a missing file or another revision is a `StoreError`."""
        if not self._url and not self.path.is_file():
            raise StoreError(f"{self.path.parent} is no workspace: run `maillon init` first")
        engine = self._open()
        found = self._revision(engine)
        if found != REVISION:
            engine.dispose()
            raise StoreError(
                f"{self.place} is of revision {found or 'none'}, this version reads {REVISION}: "
                "`maillon upgrade` brings an older one to it, after a backup"
            )
        return engine

    @cached_property
    def _writer(self) -> Engine:
        return writing(self.engine)

    def create(self) -> None:
        """Make the file and its tables, or bring an older one to this revision."""
        from alembic import command  # noqa: PLC0415 - only `init` migrates; a query need not load it
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", "maillon.store:migrations")
        with self.migrating() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """One transaction that changes tables; nobody else writes meanwhile."""
        engine = writing(self._open(migrating=True))
        try:
            with engine.begin() as connection:
                if self._url:
                    check_order(connection)
                yield connection
        finally:
            engine.dispose()

    def is_made(self) -> bool:
        """Return whether there are tables already."""
        if not self._url:
            return self.path.is_file()
        engine = self._open()
        try:
            return bool(self._revision(engine))
        finally:
            engine.dispose()

    def close(self) -> None:
        """Give the connections back."""
        self.__dict__.pop("_writer", None)
        if "engine" in self.__dict__:
            self.engine.dispose()
            del self.__dict__["engine"]

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One write transaction, alone on the desk: all of it or nothing."""
        try:
            with self._writer.begin() as connection:
                yield connection
        except OperationalError as error:
            raise StoreError(f"{self.place} cannot be written: {error.orig}") from error

    @contextmanager
    def reading(
        self, labels: Iterable[int], label_sets: Iterable[int] = ()
    ) -> Iterator[Connection]:
        """Lend a connection that reads one moment; PostgreSQL shows it the view's rows only.

        Args:
            labels: Ids of the labels that the view may read.
            label_sets: Numbers of the sets that it covers, see `labelsets.readable_sets`.
        """
        with self.engine.connect() as connection:
            unlock(connection, labels, label_sets)
            yield connection

    @contextmanager
    def housekeeping(self) -> Iterator[Connection]:
        """Lend a connection that reads every row: for what the store must know, and never shows."""
        with self.engine.connect() as connection:
            keep(connection)
            yield connection

    def engine_line(self) -> str:
        """Return what `doctor` says of the engine."""
        with self.engine.connect() as connection:
            return engine_line(connection)

    def _open(self, *, migrating: bool = False) -> Engine:
        if self._url:
            return postgres_engine(self._url, pooled=not migrating)
        return sqlite_engine(self.path, migrating=migrating)

    def _revision(self, engine: Engine) -> str | None:
        try:
            with engine.connect() as connection:
                if self._url and not has_tables(connection):
                    return None
                return connection.exec_driver_sql(
                    "SELECT version_num FROM alembic_version"
                ).scalar_one_or_none()
        except DatabaseError as error:
            raise StoreError(f"{self.place} is no desk: {error.orig}") from error

    def labels(self) -> Mapping[int, Label]:
        """Return every interned label by its id."""
        with self.engine.connect() as connection:
            rows = connection.execute(_LABELS).all()
        return {
            row.id: Label(
                row.originator,
                row.scheme,
                row.code,
                row.compartment,
                tuple(json.loads(row.purposes)),
                row.legal_basis,
                row.statistics,
                row.category,
            )
            for row in rows
        }

    def record(
        self,
        mandate: Mandate,
        act: str,
        outcome: str,
        detail: Mapping[str, object],
        objects: Sequence[str] = (),
    ) -> None:
        """Write one entry of the ledger; it is on disk when this returns.

        Threads that record at once share one transaction, see `maillon.store.committer`.

        Args:
            mandate: Under which mandate.
            act: What was done.
            outcome: What came of it.
            detail: What else to say; no personal data.
            objects: Ids of what was looked at, see `ledger.object_of`.

        Raises:
            StoreError: It could not be written: the act must not happen.
        """
        self._committer.record(ledger.prepare(mandate, act, outcome, detail, objects))

    def generation(self) -> int:
        """Return the number of the newest delivery: what a reader sees is fixed by it."""
        with self.housekeeping() as connection:
            return connection.execute(_NEWEST).scalar() or 0

    def verify_ledger(self) -> int:
        """Return how many entries the ledger has, after checking every one of them."""
        with self.engine.connect() as connection:
            return ledger_check.verify(connection)


def intern_label(connection: Connection, label: Label) -> int:
    """Return the id of ``label``, adding it when it is new."""
    key, values = label_number(label), _label_values(label)
    if connection.execute(select(LABEL.c.id).where(LABEL.c.id == key)).scalar() is None:
        connection.execute(insert(LABEL).values(id=key, **values))
    return key


def label_number(label: Label) -> int:
    """Return the id that a label has, or will have.

    It is a hash of what the label says: a running number would tell a reader how many labels there
    are that he may not see.
    """
    text = json.dumps(_label_values(label), sort_keys=True).encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:4]) >> 1  # what a Parquet int32 holds


def _label_values(label: Label) -> dict[str, object]:
    values: dict[str, object] = {
        "originator": label.originator,
        "scheme": label.scheme,
        "code": label.code,
        "compartment": label.compartment,
        "purposes": json.dumps(sorted(label.purposes)),
        "legal_basis": label.legal_basis,
        "statistics": label.statistics,
    }
    if label.category:  # a label without one keeps the id that it has always had
        values["category"] = label.category
    return values


def take_lease(connection: Connection, generation: int) -> int:
    """Write that this process reads at a generation; return the lease's id, to be deleted after."""
    drop_dead_leases(connection.execute(_LEASES).all(), connection)
    now = utc_now()
    ends = datetime.fromisoformat(now) + timedelta(hours=LEASE_HOURS)
    key = connection.execute(
        insert(LEASE).values(
            pid=os.getpid(),
            host=this_host(),
            generation=generation,
            opened=now,
            expires=ends.isoformat(timespec="seconds"),
        )
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


def drop_dead_leases(leases: Sequence[Row[Any]], connection: Connection) -> None:
    """Take away the leases of this machine's processes that are gone, and any that has expired.

    Whether another machine's process lives cannot be seen from here: its lease is believed until
    it expires. A lease without a host is of a desk that only this machine had.
    """
    now, here = utc_now(), this_host()
    for lease in leases:
        is_ours = lease.host in {"", here}
        if (lease.expires and lease.expires < now) or (is_ours and not is_alive(lease.pid)):
            connection.execute(delete(LEASE).where(LEASE.c.id == lease.id))


def is_alive(pid: int) -> bool:
    """Return whether a process of this machine is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's
        return True
    return True
