"""What a command loads before it answers: a start is paid by every run, so it loads what it needs."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Maillon

ROOT = Path(__file__).parents[2]
LOADED = """
import sys
from maillon.cli import main
try:
    code = main()
except SystemExit as stop:
    code = stop.code
print("loaded:", *sys.modules, file=sys.stderr)
sys.exit(code)
"""
LOADING = ("alembic", "faker", "followthemoney", "jinja2", "lxml", "phonenumbers", "pyarrow",
           "rigour", "splink", "pandas")  # fmt: skip
"""What only loading, resolving and training need."""
ELSEWHERE = ("rich.progress", "scipy.optimize", "scipy.stats", "maillon.resolve", "maillon.nexus",
             "maillon.training", "maillon.store.intake", "maillon.workspace.delta",
             "maillon.workspace.replay")  # fmt: skip
"""What other verbs need."""
KNOWN = '{"id": "q1", "schema": "Person", "properties": {"name": ["Pavel1 Invented"]}}\n'
STRANGER = '{"id": "q2", "schema": "Person", "properties": {"name": ["Xaver Ungenannt"]}}\n'


def loaded(*words: str | Path, stdin: str = "") -> set[str]:
    """Run a command in a process of its own; return the modules that it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *map(str, words)],
        capture_output=True, text=True, check=False, input=stdin,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("loaded: ")[2].split())


@pytest.fixture
def indexed(maillon: Maillon, listed: Path) -> Path:
    assert maillon("screen", "-", "-w", listed, stdin=KNOWN.encode()).code == 0
    return listed


def test_a_screening_loads_nothing_of_the_other_verbs(indexed: Path) -> None:
    modules = loaded("screen", "-", "-w", indexed, stdin=KNOWN)
    assert {"numpy", "duckdb", "maillon.screen"} <= modules
    assert sorted(modules.intersection((*LOADING, *ELSEWHERE))) == []


def test_a_screening_without_a_hit_opens_no_database_of_statements(indexed: Path) -> None:
    modules = loaded("screen", "-", "-w", indexed, stdin=STRANGER)
    assert "maillon.screen" in modules
    assert sorted(modules.intersection(("duckdb", "_duckdb", *LOADING))) == []


@pytest.mark.parametrize("words", [("--help",), ("screen", "--help")], ids=" ".join)
def test_help_loads_neither_store_nor_engine(words: tuple[str, ...]) -> None:
    modules = loaded(*words)
    assert "maillon.cli.screen_command" in modules
    heavy = ("sqlalchemy", "numpy", "duckdb", "yaml", "maillon.store", "maillon.screen")
    assert sorted(modules.intersection((*heavy, *LOADING, *ELSEWHERE))) == []


def test_a_command_leaves_the_collector_as_it_was(maillon: Maillon) -> None:
    before = gc.get_threshold()
    assert maillon("formats").code == 0
    assert gc.get_threshold() == before
