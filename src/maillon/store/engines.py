"""The desk's two engines: one SQLite file, or one PostgreSQL database that many machines share.

A write holds the desk's one write lock from its first statement to its commit, on both: what it
has read is what it changes, and numbers are committed in the order in which they were given.
A read sees one moment and waits for no write.
"""

import math
import socket
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DataError, InternalError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from maillon.model import StoreError

DRIVER: Final = "postgresql+psycopg"
"""How the address of a PostgreSQL desk begins."""

BUSY_MS: Final = 60_000
"""How long a write waits for another process's write."""

WRITE_LOCK: Final = int.from_bytes(b"maillon")
"""PostgreSQL's advisory lock that a write holds: the counterpart of SQLite's write lock."""

WRITING: Final = {"maillon_writing": True}
"""Execution option of a connection that takes the write lock when it begins."""

_DENIED: Final = "42501"
"""SQLSTATE insufficient_privilege: a right is missing, or row security refused the row."""

HOW: Final = "write it as postgresql+psycopg://ROLE@HOST/DATABASE, without a password"


def check_url(url: str) -> None:
    """Check the address of a desk: PostgreSQL by psycopg, and no secret in it.

    Raises:
        StoreError: It is another one, cannot be read, or holds a password. The message repeats
            nothing of it.
    """
    if not url:
        return
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(f"the desk's address cannot be read: {HOW}") from None
    if parsed.drivername != DRIVER:
        raise StoreError(f"the desk is desk.sqlite or a PostgreSQL database: {HOW}")
    if parsed.password is not None or any("password" in key.lower() for key in parsed.query):
        raise StoreError(
            "the desk's address holds a password: put it into a passfile (PGPASSFILE), a service "
            "(PGSERVICEFILE) or PGPASSWORD, as libpq reads them"
        )


def sqlite_engine(path: Path, *, migrating: bool = False) -> Engine:
    """Return the engine of a SQLite file in WAL mode.

    Args:
        path: The file.
        migrating: Whether tables are changed: SQLite rewrites a table for that, and what refers to
            it must not see it go.
    """
    engine = create_engine(
        f"sqlite:///{path}", connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        # the driver's own implicit transactions are off: `on_begin` begins them
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {'OFF' if migrating else 'ON'}")
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("maillon_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def postgres_engine(url: str, *, pooled: bool = True) -> Engine:
    """Return the engine of a PostgreSQL database; whatever it fails with is a `StoreError`.

    Args:
        url: Its address, see `check_url`.
        pooled: Whether connections are kept for the next transaction.
    """
    check_url(url)
    address = make_url(url)
    engine = create_engine(
        address,
        hide_parameters=True,  # what is bound may be personal data, and an error repeats it
        isolation_level="REPEATABLE READ",
        pool_pre_ping=pooled,
        connect_args={"client_encoding": "utf8", "application_name": "maillon", **_waits(address)},
    )

    cursors = _cursor_factory()

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - the driver's own
        connection.server_cursor_factory = cursors

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get("maillon_writing"):
            connection.execute(
                select(
                    func.set_config("lock_timeout", str(BUSY_MS), True),
                    func.set_config("maillon.keeping", "on", True),
                    func.pg_advisory_xact_lock(WRITE_LOCK),
                )
            )

    @event.listens_for(engine, "handle_error")
    def on_error(context: ExceptionContext) -> Exception | None:
        return None if context.is_pre_ping else _said(shown(url), context)

    return engine


def writing(engine: Engine) -> Engine:
    """Return the engine as writes use it: each statement sees what was committed before it."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="READ COMMITTED", **WRITING)
    return engine.execution_options(**WRITING)


def shown(url: str) -> str:
    """Return the address as an error may name it: without role and options."""
    address = make_url(url)
    place = f"{address.host}/" if address.host else ""
    return f"PostgreSQL {place}{address.database or ''}".rstrip()


def check_order(connection: Connection) -> None:
    """Check that a PostgreSQL database keeps UTF-8 and sorts by code point, as SQLite does.

    Raises:
        StoreError: It does not: lists and comparisons of days would depend on its locale.
    """
    row = connection.exec_driver_sql(
        "SELECT 'a' > 'B' AND 'é' > 'z' AND 'a-b' < 'aab', current_setting('server_encoding')"
    ).one()
    if tuple(row) != (True, "UTF8"):
        raise StoreError(
            "the database must keep UTF-8 and sort by code point: make it with CREATE DATABASE ... "
            "ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0"
        )


def has_tables(connection: Connection) -> bool:
    """Return whether a PostgreSQL database holds a desk."""
    question = "SELECT to_regclass('alembic_version') IS NOT NULL"
    return bool(connection.exec_driver_sql(question).scalar())


def engine_line(connection: Connection) -> str:
    """Return what `doctor` says of the engine, e.g. whether row security binds its role."""
    if connection.dialect.name != "postgresql":
        version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
        return f"SQLite {version}"
    version, role, free = connection.exec_driver_sql(
        "SELECT current_setting('server_version'), rolname, rolsuper OR rolbypassrls "
        "FROM pg_roles WHERE rolname = current_user"
    ).one()
    bound = "does NOT bind it: use a role of its own, see docs/deploy.md" if free else "binds it"
    return f"PostgreSQL {version.split()[0]}, role {role}, row security {bound}"


def this_host() -> str:
    """Return the name of this machine, as leases know it."""
    return socket.gethostname()[:255]


def _cursor_factory() -> type[object]:
    """Return the driver's cursor on the server, here one that may be left to its transaction."""
    from psycopg import ServerCursor  # noqa: PLC0415 - a desk in a file needs no driver

    class Cursor(ServerCursor[Any]):
        """Read in parts; what stops half-way leaves it open until the transaction ends."""

        def __del__(self, *_: object) -> None:
            """Say nothing: no cursor outlives its transaction."""

    return Cursor


def _waits(address: URL) -> dict[str, int]:
    """Return the limit on connecting, unless the address has one of its own."""
    seconds = math.ceil(BUSY_MS / 6000)
    return {} if "connect_timeout" in address.query else {"connect_timeout": seconds}


def _said(place: str, context: ExceptionContext) -> Exception | None:
    """Return the `StoreError` for what the server could not or would not do, else None."""
    error, raised = context.original_exception, context.sqlalchemy_exception
    state = getattr(error, "sqlstate", None)
    # the first line only: further ones repeat the row
    text = next(iter(str(error).strip().splitlines()), type(error).__name__)
    if state == _DENIED:
        return StoreError(f"{place}: {text}; see the roles in docs/deploy.md")
    if isinstance(raised, OperationalError | InternalError | DataError):
        return StoreError(f"{place}: {text}")
    return None
