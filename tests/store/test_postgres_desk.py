"""The desk's address, its roles and its leases: no secret is shown, no workspace mixed with another."""

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import func, insert, select
from sqlalchemy.engine import make_url

from maillon.model import Act, RefusedError, StoreError
from maillon.store import Store, create_workspace, open_store, read_settings, upgrade_workspace
from maillon.store.desk import Desk
from maillon.store.engines import check_url, shown
from maillon.store.tables import LEASE

from .conftest import alembic, load, people, view_of
from .postgres import Server, repoint

SECRET = "hunter2"
DEAD = 2**22 + 1
"""No process has this number."""
NOBODY = "postgresql+psycopg://maillon_app@/maillon?host=/nonexistent"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://maillon:{SECRET}@db.example/maillon",
        f"postgresql+psycopg://maillon@db.example/maillon?password={SECRET}",
        f"postgresql+psycopg://maillon@db.example/maillon?sslpassword={SECRET}",
        f"postgresql://maillon:{SECRET}@db.example/maillon",
        f"mysql://maillon:{SECRET}@db.example/maillon",
        f"sqlite:///{SECRET}.sqlite",
        f"{SECRET}",
        f"postgresql+psycopg://maillon:{SECRET}@db.example:port/maillon",
    ],
)
def test_an_address_with_a_secret_or_of_another_kind_is_refused_and_not_repeated(
    url: str, folder: Path, engine: str
) -> None:
    with pytest.raises(StoreError) as refused:
        check_url(url)
    assert SECRET not in str(refused.value)
    text = (
        (folder / "maillon.toml")
        .read_text("utf-8")
        .replace("format = 1", f'format = 1\ndesk = "{url}"')
    )
    if engine == "sqlite":  # the other one has such a line already
        (folder / "maillon.toml").write_text(text, "utf-8")
        with pytest.raises(StoreError, match=r"maillon\.toml.*desk") as unread:
            read_settings(folder)
        assert SECRET not in str(unread.value)


def test_a_database_out_of_reach_is_named_without_its_role(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"PostgreSQL maillon: .*nonexistent") as refused:
        create_workspace(tmp_path / "w", NOBODY)
    assert "maillon_app" not in str(refused.value)
    assert not (tmp_path / "w").exists()
    assert shown(NOBODY) == "PostgreSQL maillon"


def test_no_secret_of_the_environment_stands_in_an_error(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPASSWORD", SECRET)
    url = server.url("no_such_database", server.application)
    with pytest.raises(StoreError, match="no_such_database") as refused:
        create_workspace(tmp_path / "w", url)
    chain = refused.value.__cause__ or refused.value.__context__
    assert SECRET not in f"{refused.value} {chain!r}"


def test_settings_say_where_the_desk_is(folder: Path, engine: str) -> None:
    settings = read_settings(folder)
    assert bool(settings.desk) is (engine == "postgresql")
    assert (folder / "desk.sqlite").exists() is (engine == "sqlite")
    assert (folder / "lake").is_dir()


def test_the_engine_is_named_with_what_binds_it(store: Store, engine: str, server: Server) -> None:
    line = store.engine_line()
    if engine == "sqlite":
        assert line.startswith("SQLite 3.")
        return
    assert line.endswith(f"role {server.application}, row security binds it")
    root = Desk(Path(), server.url(make_url(store.settings.desk).database or ""))
    assert "does NOT bind it" in root.engine_line()
    root.close()


def test_one_database_is_one_workspace(tmp_path: Path, server: Server) -> None:
    with server.database() as name:
        url = server.url(name, server.owner)
        create_workspace(tmp_path / "one", url)
        with pytest.raises(RefusedError, match="one workspace a database"):
            create_workspace(tmp_path / "two", url)
        assert not (tmp_path / "two").exists()
        store = open_store(tmp_path / "one")
        load(store, people(2))
        assert len(store.deliveries(view_of(store, Act.READ))) == 1
        store.close()


@pytest.mark.parametrize(
    "made",
    ["ENCODING 'SQL_ASCII' LOCALE 'C'", "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'en'"],
)
def test_a_database_of_another_order_is_refused(tmp_path: Path, server: Server, made: str) -> None:
    name = f"maillon_other_{os.getpid()}"
    server.run(f"CREATE DATABASE {name} OWNER {server.owner} {made} TEMPLATE template0")
    try:
        with pytest.raises(StoreError, match="UTF-8 and sort by code point"):
            create_workspace(tmp_path / "w", server.url(name, server.owner))
        with server.connect(name) as connection:
            tables = connection.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            )
            assert tables.fetchone() == (0,)
    finally:
        server.run(f"DROP DATABASE {name} WITH (FORCE)")


def test_the_owner_upgrades_and_the_application_may_not(tmp_path: Path, server: Server) -> None:
    with server.database() as name:
        owner, app = server.url(name, server.owner), server.url(name, server.application)
        create_workspace(tmp_path / "w", owner)
        server.grant(name)
        with Desk(Path(), owner).migrating() as connection:
            command.downgrade(alembic(connection), "0008")
        repoint(tmp_path / "w", app)
        with pytest.raises(StoreError, match="maillon upgrade"):
            view_of(open_store(tmp_path / "w"), Act.READ)
        with pytest.raises(StoreError, match=r"must be owner of.*docs/deploy\.md"):
            upgrade_workspace(tmp_path / "w")
        upgrade_workspace(tmp_path / "w", owner)
        store = open_store(tmp_path / "w")
        assert store.deliveries(view_of(store, Act.READ)) == []
        store.close()


def test_a_workspace_with_a_file_names_no_database(tmp_path: Path) -> None:
    create_workspace(tmp_path / "w")
    upgrade_workspace(tmp_path / "w")
    with pytest.raises(StoreError, match="is a file"):
        upgrade_workspace(tmp_path / "w", NOBODY)


def test_a_file_desk_loads_no_driver(tmp_path: Path) -> None:
    create_workspace(tmp_path / "w")
    code = (
        "import sys; from pathlib import Path; from maillon.store import open_store\n"
        "store = open_store(Path(sys.argv[1])); store.verify_ledger(); store.close()\n"
        "print(*(one for one in sys.modules if 'psycopg' in one or 'postgres' in one))"
    )
    src = Path(__file__).parents[2] / "src"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "w")], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(src)},
    )  # fmt: skip
    assert done.stdout.strip() == ""


def lease(store: Store, pid: int, host: str, hours: float) -> None:
    ends = (datetime.now(UTC) + timedelta(hours=hours)).isoformat(timespec="seconds")
    with store._desk.begin() as connection:
        connection.execute(
            insert(LEASE).values(pid=pid, host=host, generation=0, opened="2026", expires=ends)
        )


def leases(store: Store) -> int:
    with store._desk.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(LEASE)).scalar() or 0


@pytest.mark.parametrize(
    ("is_alive", "is_here", "hours", "stays"),
    [
        (False, True, 1, False),
        (True, True, 1, True),
        (False, False, 1, True),
        (False, False, -1, False),
        (True, True, -1, False),
    ],
)
def test_a_lease_goes_with_its_process_here_or_with_its_time(
    store: Store, is_alive: bool, is_here: bool, hours: float, stays: bool
) -> None:
    host = socket.gethostname() if is_here else "another.example"
    lease(store, os.getpid() if is_alive else DEAD, host, hours)
    with store.workbench(view_of(store, Act.READ)):
        assert leases(store) == 1 + stays
    assert leases(store) == stays


def test_a_nul_in_a_delivered_file_stops_no_delivery(store: Store) -> None:
    text = "p1,name,Ada\nbroken\0line\n"
    loaded = load(store, text)
    assert loaded.delivery.records_unreadable == 1
    assert load(store, text).already


def test_a_text_that_a_column_cannot_hold_is_a_store_error(store: Store, engine: str) -> None:
    with pytest.raises(StoreError) if engine == "postgresql" else pytest.raises(RefusedError):
        view_of(store, Act.READ, who="x" * 101)


def test_a_count_may_pass_what_32_bits_hold(store: Store) -> None:
    load(store, people(1))
    with store._desk.begin() as connection:
        connection.exec_driver_sql("UPDATE delivery SET size = 5000000000, statements = 3000000000")
    (delivery,) = store.deliveries(view_of(store, Act.READ))
    assert (delivery.size, delivery.statements) == (5_000_000_000, 3_000_000_000)
