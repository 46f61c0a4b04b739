"""Settings shared by all tests: the hypothesis profile of the house, one making of an empty desk."""

import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import settings

from maillon.store.desk import Desk

settings.register_profile("house", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("house")

NEW_LOG = "UPDATE ledger_head SET origin = ?"


@pytest.fixture(scope="session", autouse=True)
def _one_making(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have an empty desk made by its migrations once; each new one is a copy with its own log."""
    made = tmp_path_factory.mktemp("made") / "desk.sqlite"
    migrate = Desk.create

    def create(desk: Desk) -> None:
        if str(desk.path) != desk.place or desk.is_made():
            migrate(desk)
            return
        if not made.exists():
            migrate(Desk(made))
        shutil.copy2(made, desk.path)
        with closing(sqlite3.connect(desk.path)) as connection, connection:
            connection.execute(NEW_LOG, (f"maillon/{secrets.token_hex(8)}",))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Desk, "create", create)
        yield
