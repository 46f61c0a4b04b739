"""A load killed at any moment leaves no half delivery, and its re-run completes."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from maillon.model import Act
from maillon.store import create_workspace, open_store

from .conftest import LINES, load, people, view_of
from .postgres import Ready

LOADER = """
import sys
from pathlib import Path
from tests.store.conftest import load
from maillon.store import open_store
store = open_store(Path(sys.argv[1]))
print("ready", flush=True)
load(store, Path(sys.argv[2]).read_text(), dataset="big")
print("done", flush=True)
"""

ROUNDS = 12
"""Kills in the test; bench/kill.py does the fifty of the promise."""


@pytest.mark.slow
def test_a_killed_load_leaves_all_or_nothing(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    if engine == "sqlite":
        assert kill_rounds(tmp_path, ROUNDS) == []
        return
    ready: Ready = request.getfixturevalue("ready")
    with ExitStack() as stack:
        wrong = kill_rounds(tmp_path, ROUNDS, lambda to: stack.enter_context(ready.copy(to)))
        assert wrong == []


def kill_rounds(
    folder: Path, rounds: int, create: Callable[[Path], object] = create_workspace
) -> list[str]:
    """Kill a load at random moments; return what went wrong."""
    wrong: list[str] = []
    source = folder / "people.txt"
    count = 30_000
    source.write_text(people(count), "utf-8")
    dice = random.Random(20_200_754)
    create(folder / "whole")
    whole = _one_load(folder / "whole", source, None)
    for number in range(rounds):
        workspace = folder / f"w{number}"
        create(workspace)
        _one_load(workspace, source, dice.uniform(0, whole * 1.05))
        store = open_store(workspace)
        seen = sum(1 for _ in store.scan(view_of(store, Act.READ)))
        if seen not in {0, count}:
            wrong.append(f"round {number}: {seen} of {count} statements after the kill")
        again = load(store, source.read_text("utf-8"), dataset="big")
        seen = sum(1 for _ in store.scan(view_of(store, Act.READ)))
        if seen != count or again.delivery.statements != count:
            wrong.append(f"round {number}: {seen} of {count} statements after the re-run")
        files = sorted(f.name for f in (workspace / "lake").rglob("*") if f.is_file())
        if len([f for f in files if f.endswith(".parquet")]) != 1 or store.check():
            wrong.append(f"round {number}: {files}")
        store.verify_ledger()
        store.close()
    return wrong


def _one_load(workspace: Path, source: Path, kill_after: float | None) -> float:
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'src'}"}
    loader = subprocess.Popen(
        [sys.executable, "-c", LOADER, str(workspace), str(source)],
        cwd=root, env=env, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert loader.stdout is not None
    assert loader.stdout.readline() == b"ready\n"
    start = time.monotonic()
    if kill_after is not None:
        try:
            loader.wait(kill_after)
        except subprocess.TimeoutExpired:
            loader.send_signal(signal.SIGKILL)
    loader.wait()
    loader.stdout.close()
    return time.monotonic() - start


def test_the_loader_of_this_test_is_an_adapter() -> None:
    assert LINES.name == "lines"
