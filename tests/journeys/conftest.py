"""Workspaces of journeys on either engine of the desk: with PostgreSQL, as the application's role."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from maillon.workspace import Workspace

from ..store.postgres import Ready, Server, made_ready, running  # noqa: TID252 - one server for all

Create = Callable[[Path], object]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a server, so that a machine without one can leave it out and say so."""
    for item in items:
        called = getattr(item, "callspec", None)
        if called is not None and "postgresql" in called.params.values():
            item.add_marker(pytest.mark.postgresql)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with running() as found:
        yield found


@pytest.fixture(scope="session")
def ready(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    with made_ready(server, tmp_path_factory.mktemp("ready") / "w") as made:
        yield made


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def create(request: pytest.FixtureRequest) -> Iterator[Create]:
    """What makes an empty workspace in a folder."""
    if request.param == "sqlite":
        yield Workspace.create
        return
    ready: Ready = request.getfixturevalue("ready")
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(ready.copy(folder))
