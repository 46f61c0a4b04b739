"""The desk: one SQLite file in WAL mode, opened with SQLAlchemy, migrated with Alembic."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, create_engine, delete, event, func, insert, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from maillon.model import Label, Mandate, StoreError
from maillon.store import ledger
from maillon.store.tables import DELIVERY, LABEL, LEASE, LEDGER

REVISION: Final = "0008"
"""The Alembic revision that this version of the code reads and writes."""

BUSY_MS: Final = 60_000
"""How long a write waits for another process's write."""


class Desk:
    """What people do, transactionally.

    Args:
        path: The SQLite file; `create` makes it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def engine(self) -> Engine:
        """The engine, opened once; a missing file or another revision is a `StoreError`."""
        if not self.path.is_file():
            raise StoreError(f"{self.path.parent} is no workspace: run `maillon init` first")
        engine = _engine(self.path)
        try:
            with engine.connect() as connection:
                found = connection.exec_driver_sql(
                    "SELECT version_num FROM alembic_version"
                ).scalar_one_or_none()
        except DatabaseError as error:
            raise StoreError(f"{self.path} is no desk: {error.orig}") from error
        if found != REVISION:
            raise StoreError(f"{self.path} is of revision {found}, this version reads {REVISION}")
        return engine

    def create(self) -> None:
        """Make the file and its tables, or bring an older file to this revision."""
        from alembic import command  # noqa: PLC0415 - only `init` migrates; a query need not load it
        from alembic.config import Config  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", "maillon.store:migrations")
        engine = _engine(self.path, migrating=True)
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        engine.dispose()

    def close(self) -> None:
        """Give the connections back."""
        if "engine" in self.__dict__:
            self.engine.dispose()
            del self.__dict__["engine"]

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """One write transaction: all of it or nothing."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise StoreError(f"{self.path} cannot be written: {error.orig}") from error

    def labels(self) -> Mapping[int, Label]:
        """Return every interned label by its id."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(LABEL).order_by(LABEL.c.id)).all()
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
        objects: Sequence[str] = (),  # noqa: ARG002 - the ledger does not keep them yet
    ) -> None:
        """Write one entry of the ledger; it is on disk when this returns."""
        with self.begin() as connection:
            ledger.append(connection, mandate, act, outcome, detail)

    def generation(self) -> int:
        """Return the number of the newest delivery: what a reader sees is fixed by it."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.max(DELIVERY.c.number))).scalar() or 0

    def verify_ledger(self) -> int:
        """Return how many entries the ledger has, after checking every one of them."""
        with self.engine.connect() as connection:
            return ledger.verify(connection.execute(select(LEDGER).order_by(LEDGER.c.number)))


def intern_label(connection: Connection, label: Label) -> int:
    """Return the id of ``label``, adding it when it is new.

    The id is a hash of what the label says: a running number would tell a reader how many labels
    there are that he may not see.
    """
    values = {
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
    text = json.dumps(values, sort_keys=True).encode()
    key = int.from_bytes(hashlib.sha256(text).digest()[:4]) >> 1  # what a Parquet int32 holds
    if connection.execute(select(LABEL.c.id).where(LABEL.c.id == key)).scalar() is None:
        connection.execute(insert(LABEL).values(id=key, **values))
    return key


def drop_dead_leases(leases: Sequence[Row[Any]], connection: Connection) -> None:
    """Take away the leases of processes that are gone."""
    for lease in leases:
        if not Path(f"/proc/{lease.pid}").exists():
            connection.execute(delete(LEASE).where(LEASE.c.id == lease.id))


def _engine(path: Path, *, migrating: bool = False) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_MS / 1000})

    @event.listens_for(engine, "connect")
    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # the driver's own implicit transactions are off: BEGIN IMMEDIATE below takes the write
        # lock at once
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        # SQLite rewrites a table to change it: what refers to it must not see it go
        cursor.execute(f"PRAGMA foreign_keys = {'OFF' if migrating else 'ON'}")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
