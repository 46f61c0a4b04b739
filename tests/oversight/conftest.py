"""A workspace whose ledger has some hundred entries, signed twice; its export; a verifier apart."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from maillon.model import Act, View
from maillon.oversight import export_to
from maillon.store import Store, create_workspace, open_store
from maillon.store.checkpoint import Keys, make_checkpoint
from maillon.store.desk import Desk
from maillon.store.ledger_book import LedgerBook

BENCH = Path(__file__).parents[2] / "bench"
VERIFIER = Path(__file__).parents[2] / "src" / "maillon" / "oversight" / "verifier.py"


def audits(store: Store) -> View:
    mandate = replace(
        store.settings.mandate, who="overseer", agency="oversight", purpose="oversight"
    )
    return store.policy.open(mandate, Act.AUDIT)


def act(store: Store, count: int) -> None:
    for n in range(count):
        who = "analyst" if n % 3 else "supervisor"
        mandate = replace(store.settings.mandate, who=who)
        store.house.desk.record(
            mandate, "read", "opened", {"n": n, "text": "café \u2028"}, [f"e{n}"]
        )


@dataclass(frozen=True)
class Signed:
    """A workspace, the keys outside, and its desk as it was at the older checkpoint."""

    folder: Path
    keys: Path
    older: Path
    checkpoints: tuple[Path, Path]

    def export(self) -> Path:
        store = open_store(self.folder)
        try:
            path = self.folder.parent / "export.txt"
            export_to(store, audits(store), path)
        finally:
            store.close()
        return path

    def exported_as_it_stands(self) -> Path:
        """Export without an entry for it: what a copied file holds."""
        store = open_store(self.folder)
        try:
            view = audits_unseen(store)
            path = self.folder.parent / "export.txt"
            path.write_bytes(b"".join(LedgerBook(store.house.desk).export(view)))
        finally:
            store.close()
        return path


def audits_unseen(store: Store) -> View:
    """A view of oversight that leaves no entry: of a policy with a register that keeps nothing."""
    policy = store.policy
    register = policy._register
    monkey = pytest.MonkeyPatch()
    monkey.setattr(register, "record", lambda *_: None)
    try:
        return audits(store)
    finally:
        monkey.undo()


def verdict(*words: str | Path) -> dict[str, Any]:
    """Run the verifier by itself: no package, no environment, another directory."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), *map(str, words), "--json"],
        capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip
    assert done.returncode in {0, 1}, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["sound"] == (done.returncode == 0)
    return found


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    place = tmp_path_factory.mktemp("signed")
    folder, keys = place / "w", place / "keys"
    create_workspace(folder)
    store = open_store(folder)
    act(store, 300)
    first = make_checkpoint(store.house.desk, audits(store), Keys(keys, folder))
    store.close()
    shutil.copy2(folder / "desk.sqlite", place / "older.sqlite")
    store = open_store(folder)
    act(store, 300)
    second = make_checkpoint(store.house.desk, audits(store), Keys(keys, folder))
    act(store, 5)
    store.close()
    return Signed(folder, keys, place / "older.sqlite", (first, second))


@pytest.fixture
def signed(made: Signed, tmp_path: Path) -> Signed:
    """A copy that a test may tamper with."""
    shutil.copytree(made.folder, tmp_path / "w")
    shutil.copytree(made.keys, tmp_path / "keys")
    names = tuple(tmp_path / "keys" / one.name for one in made.checkpoints)
    return Signed(tmp_path / "w", tmp_path / "keys", made.older, (names[0], names[1]))


@pytest.fixture
def store(signed: Signed) -> Iterator[Store]:
    opened = open_store(signed.folder)
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store) -> Desk:
    return store.house.desk


@pytest.fixture(scope="session")
def tamperings() -> Iterator[ModuleType]:
    monkey = pytest.MonkeyPatch()
    monkey.syspath_prepend(str(BENCH))
    yield import_module("mandating.tamperings")
    monkey.undo()
