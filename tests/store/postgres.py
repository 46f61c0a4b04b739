"""A PostgreSQL server for the tests: one named by MAILLON_TEST_POSTGRES, or a throw-away cluster.

The cluster stands in a temporary folder, listens on a Unix socket only, writes without fsync, and
is stopped at the end. ``initdb`` refuses to run as root: root starts it as another user.
"""

import os
import pwd
import re
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from maillon.store import create_workspace

VARIABLE = "MAILLON_TEST_POSTGRES"
MISSING = (
    f"these tests need PostgreSQL: name a server in {VARIABLE} (postgresql+psycopg://..., by a role "
    "that may make roles and databases), or install its programs (apt-get install postgresql)"
)
DRIVER = "postgresql+psycopg"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB",
        "max_connections=60", "listen_addresses=''")  # fmt: skip
OF_OWNER = "ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public"
DML = "SELECT, INSERT, UPDATE, DELETE"


@dataclass(frozen=True)
class Server:
    """A server on which the tests may make roles and databases.

    Attributes:
        root: Address of its database ``postgres``, by a superuser.
        owner: Role that owns the tables; its name differs between servers' users.
        application: Role that `maillon` runs as: owns nothing, bypasses nothing.
        backup: Role that reads past row security.
    """

    root: str
    owner: str
    application: str
    backup: str

    def url(self, database: str, role: str = "") -> str:
        """Return the address of a database as ``maillon.toml`` holds it."""
        parsed = make_url(self.root).set(drivername=DRIVER, database=database)
        if role:
            parsed = parsed.set(username=role)
        return parsed.render_as_string(hide_password=False)

    def connect(self, database: str = "", role: str = "") -> "psycopg.Connection[Any]":
        """Open a plain connection that commits each statement."""
        parsed = make_url(self.root)
        place = self.url(database or parsed.database or "postgres", role)
        return psycopg.connect(place.replace(DRIVER, "postgresql", 1), autocommit=True)

    def run(self, *statements: str, database: str = "", role: str = "") -> None:
        """Run statements one by one."""
        with self.connect(database, role) as connection:
            for statement in statements:
                connection.execute(statement)

    @contextmanager
    def database(self, template: str = "template0", role: str = "") -> Iterator[str]:
        """Lend a database of its own, gone afterwards; return its name."""
        name = self.make(template, role)
        try:
            yield name
        finally:
            self.drop(name)

    def make(self, template: str = "template0", role: str = "") -> str:
        """Make a database and return its name."""
        name = f"maillon_{secrets.token_hex(6)}"
        self.run(
            f"CREATE DATABASE {name} OWNER {role or self.owner} ENCODING 'UTF8' LOCALE 'C' "
            f"TEMPLATE {template}"
        )
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def grant(self, database: str) -> None:
        """Give the application its rights on the tables of a desk, as docs/deploy.md does."""
        self.run(
            f"GRANT USAGE ON SCHEMA public TO {self.application}",
            f"GRANT {DML} ON ALL TABLES IN SCHEMA public TO {self.application}",
            f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {self.application}",
            # and on the tables that a later revision makes
            f"{OF_OWNER.format(self.owner)} GRANT {DML} ON TABLES TO {self.application}",
            f"{OF_OWNER.format(self.owner)} GRANT USAGE ON SEQUENCES TO {self.application}",
            database=database,
        )


@dataclass(frozen=True)
class Ready:
    """An empty workspace whose folder is copied for each test, over a database that stood empty.

    A database takes longer to make than to empty: one that a test leaves with its tables as they
    were is emptied and lent again, any other is dropped.

    Attributes:
        server: Where the databases are.
        folder: The workspace.
        database: Its database, which nobody writes to.
        first: What stands in it: rows by table, values by sequence, and its tables' shape.
        spare: Databases to be lent again.
    """

    server: Server
    folder: Path
    database: str
    first: "First"
    spare: list[str] = field(default_factory=list)

    @contextmanager
    def copy(self, folder: Path) -> Iterator[Path]:
        """Make the workspace in ``folder``, over a database of its own, run by the application."""
        database = self.spare.pop() if self.spare else self.server.make(self.database)
        try:
            shutil.copytree(self.folder, folder)
            repoint(folder, self.server.url(database, self.server.application))
            yield folder
        finally:
            self._take_back(database)

    def _take_back(self, database: str) -> None:
        try:
            with self.server.connect(database) as connection:
                is_empty = self.first.again(connection)
        except psycopg.Error:  # a test dropped it, or this server's role may not
            is_empty = False
        if is_empty:
            self.spare.append(database)
        else:
            self.server.drop(database)


OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
SEQUENCES = (
    "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY 1"
)
SHAPE = """
SELECT 'class', (relname, relkind, relowner, relrowsecurity, relforcerowsecurity, relacl)::text
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT 'column', (attrelid, attname, atttypid, attnotnull, attisdropped)::text
    FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace
UNION ALL SELECT 'policy', (polrelid, polname, polcmd, polroles, pg_get_expr(polqual, polrelid))::text
    FROM pg_policy
UNION ALL SELECT 'trigger', (tgrelid, tgname, tgenabled)::text FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'check', (conrelid, conname, contype)::text FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'function', (proname, md5(prosrc))::text FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'setting', (setrole, setconfig)::text FROM pg_db_role_setting
    JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database()
ORDER BY 1, 2
"""


@dataclass(frozen=True)
class First:
    """What a new desk holds, so that a used one can be brought back to it."""

    rows: dict[str, bytes]
    sequences: list[tuple[str, int | None]]
    shape: list[tuple[str, str]]

    @classmethod
    def of(cls, connection: "psycopg.Connection[Any]") -> "First":
        """Read a new desk."""
        rows = {}
        for table in _names(connection):
            with connection.cursor().copy(f'COPY "{table}" TO STDOUT') as out:
                rows[table] = b"".join(bytes(part) for part in out)
        return cls(rows, connection.execute(SEQUENCES).fetchall(),
                   connection.execute(SHAPE).fetchall())  # fmt: skip

    def again(self, connection: "psycopg.Connection[Any]") -> bool:
        """Bring a used desk back to it; return False where its tables are no longer those."""
        connection.execute(OTHERS)
        if connection.execute(SHAPE).fetchall() != self.shape:
            return False
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute(";".join(f'DELETE FROM "{table}"' for table in self.rows))
            for table, rows in self.rows.items():
                if rows:
                    with connection.cursor().copy(f'COPY "{table}" FROM STDIN') as into:
                        into.write(rows)
            for name, value in self.sequences:
                start = "(SELECT start_value FROM pg_sequences WHERE sequencename = %s)"
                said = (name, name) if value is None else (name, value)
                connection.execute(
                    f"SELECT setval(%s, {start if value is None else '%s'}, {value is not None})",
                    said,
                )
        return True


def _names(connection: "psycopg.Connection[Any]") -> list[str]:
    return [name for (name,) in connection.execute(TABLES).fetchall()]


def repoint(folder: Path, url: str) -> None:
    """Have the settings of a workspace name another database."""
    file = folder / "maillon.toml"
    lines = file.read_text("utf-8").splitlines()
    kept = [f'desk = "{url}"' if line.startswith("desk = ") else line for line in lines]
    text = "\n".join(kept) + "\n"
    # a copy is a workspace of its own, with keys of its own
    text = re.sub(r'^id = "[0-9a-f]+"', f'id = "{secrets.token_hex(8)}"', text, flags=re.MULTILINE)
    file.write_text(text, "utf-8")


@contextmanager
def running(url: str = "") -> Iterator[Server]:
    """Lend a server; a machine without any fails the test and says what is missing."""
    named = url or os.environ.get(VARIABLE)
    with _named(named) if named else _cluster() as root, _roles(root) as server:
        yield server


@contextmanager
def made_ready(server: Server, folder: Path) -> Iterator[Ready]:
    """Lend an empty workspace to copy."""
    with server.database() as database:
        create_workspace(folder, server.url(database, server.owner))
        server.grant(database)
        with server.connect(database) as connection:
            first = First.of(connection)
        ready = Ready(server, folder, database, first)
        try:
            yield ready
        finally:
            for name in ready.spare:
                server.drop(name)


@contextmanager
def _named(url: str) -> Iterator[str]:
    yield url


@contextmanager
def _roles(root: str) -> Iterator[Server]:
    """Make the three roles of docs/deploy.md under names of their own."""
    tail = secrets.token_hex(4)
    server = Server(root, *(f"maillon_{kind}_{tail}" for kind in ("owner", "app", "backup")))
    server.run(
        f"CREATE ROLE {server.owner} LOGIN NOSUPERUSER NOBYPASSRLS",
        f"CREATE ROLE {server.application} LOGIN NOSUPERUSER NOBYPASSRLS",
        f"CREATE ROLE {server.backup} LOGIN NOSUPERUSER BYPASSRLS",
        f"GRANT pg_read_all_data TO {server.backup}",
    )
    try:
        yield server
    finally:
        server.run(*(f"DROP ROLE {role}" for role in
                     (server.application, server.backup, server.owner)))  # fmt: skip


@contextmanager
def _cluster() -> Iterator[str]:
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.fail(MISSING)
    user = _user()
    # short: the path of a socket has a limit
    folder = Path(tempfile.mkdtemp(prefix="mlpg"))
    data = folder / "data"
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        _run([initdb, "-D", data, "-U", "postgres", "-A", "trust", "--encoding=UTF8",
              "--locale=C", "--no-sync"], user)  # fmt: skip
        options = " ".join(["-k", str(folder), *(f"-c {one}" for one in FAST)])
        _run([pg_ctl, "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], user)
        try:
            yield f"{DRIVER}://postgres@/postgres?host={folder}"
        finally:
            _run([pg_ctl, "-D", data, "-w", "-m", "immediate", "stop"], user)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> Path | None:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which(name) or next(
        (str(place / name) for place in places if (place / name).is_file()), None
    )
    return Path(found) if found else None


def _user() -> pwd.struct_passwd | None:
    """Return whom root lets the server run as; None when this is not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    pytest.fail("root cannot start PostgreSQL, and there is no user postgres or nobody to do it")


def _run(words: Sequence[str | Path], user: pwd.struct_passwd | None) -> None:
    who: dict[str, Any] = (
        {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    )
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False, cwd="/",
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}, **who,
    )  # fmt: skip
    if done.returncode:
        pytest.fail(f"{words[0]}: {done.stdout}{done.stderr}")
