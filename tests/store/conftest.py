"""A workspace in a temporary folder, and an adapter whose lines are ``entity,prop,value``.

Every test that asks for ``folder`` or ``store`` runs on both engines of the desk; on PostgreSQL as
the application's role, under row security.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pytest
from alembic.config import Config
from sqlalchemy import Connection

from maillon.model import Act, Adapter, Label, Mode, SourceError, Statement, View, Yielded
from maillon.store import Loaded, Order, Store, create_workspace, open_store
from maillon.store.desk import Desk

from .accounts import ACCOUNTS
from .postgres import Ready, Server, made_ready, running

if TYPE_CHECKING:
    from .backing import Backing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server, so that a machine without one can leave it out and say so."""
    for item in items:
        if isinstance(item, pytest.Function):
            called = item.callspec.params.values() if hasattr(item, "callspec") else ()
            if "postgresql" in called or "server" in item.fixturenames:
                item.add_marker(pytest.mark.postgresql)


def read_lines(raw: IO[bytes], dataset: str) -> Iterator[Yielded]:
    for number, line in enumerate(raw, 1):
        words = line.decode().rstrip("\n").split(",")
        where = f"line:{number}"
        if words[0] == "!whole":
            yield SourceError(dataset, where, "a web page, not a list", whole=True)
        elif len(words) != 3:
            yield SourceError(dataset, where, "three fields wanted")
        else:
            entity, prop, value = words
            yield Statement(entity, "Person", prop, value, dataset, where)


LINES = Adapter("lines", "test lines", read_lines, lambda raw, locator: "")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running() as found:
        yield found


@pytest.fixture(scope="session")
def ready(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    with made_ready(server, tmp_path_factory.mktemp("ready") / "w") as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def desk(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A desk without tables, by the role that will own them."""
    if engine == "sqlite":
        yield Desk(tmp_path / "desk.sqlite")
        return
    server: Server = request.getfixturevalue("server")
    with server.database() as name:
        made = Desk(tmp_path / "desk.sqlite", server.url(name, server.owner))
        yield made
        made.close()


@pytest.fixture
def folder(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    if engine == "sqlite":
        create_workspace(tmp_path / "w")
        yield tmp_path / "w"
        return
    ready: Ready = request.getfixturevalue("ready")
    with ready.copy(tmp_path / "w") as made:
        yield made


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    opened = open_store(folder, frozenset({"holder"}))
    yield opened
    opened.close()


def view_of(store: Store, act: Act, who: str = "analyst", purpose: str = "linking") -> View:
    mandate = replace(store.settings.mandate, who=who, purpose=purpose)
    return store.policy.open(mandate, act)


def load(
    store: Store,
    text: str,
    *,
    dataset: str = "d",
    who: str = "analyst",
    label: Label | None = None,
    mode: Mode | None = None,
    accept: str = "",
) -> Loaded:
    order = Order(LINES, dataset, label or store.settings.label, mode=mode, accept_shrink=accept)
    return store.load(view_of(store, Act.LOAD, who), io.BytesIO(text.encode()), order)


def people(count: int, start: int = 0) -> str:
    return "".join(f"p{n},name,Name {n}\n" for n in range(start, start + count))


def alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "maillon.store:migrations")
    config.attributes["connection"] = connection
    return config


@pytest.fixture
def house(folder: Path) -> Iterator[Store]:
    file = folder / "maillon.toml"
    file.write_text(file.read_text("utf-8") + ACCOUNTS, "utf-8")
    opened = open_store(folder)
    yield opened
    opened.close()


@pytest.fixture
def b(
    folder: Path, engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> "Iterator[Backing]":
    from .backing import Backing  # noqa: PLC0415 - it imports this module
    from .keeping import clocked  # noqa: PLC0415 - as above

    server = request.getfixturevalue("server") if engine == "postgresql" else None
    held = clocked(folder)
    yield Backing(held, tmp_path / "backups", server)
    held.store.close()


@pytest.fixture
def small(tmp_path: Path) -> "Iterator[Backing]":
    """A workspace whose desk is a file: where the engine makes no difference."""
    from .backing import Backing  # noqa: PLC0415 - it imports this module
    from .keeping import clocked  # noqa: PLC0415 - as above

    create_workspace(tmp_path / "w")
    held = clocked(tmp_path / "w")
    held.load(people(3))
    yield Backing(held, tmp_path / "backups")
    held.store.close()
