"""Every command has help with one example, and every example runs as it stands there.

That of `demo` runs in tests/journeys/test_demo_example.py: it takes half a minute.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from maillon.cli.app import app

from .conftest import GOLDEN, Maillon, un_list, write

COMMANDS = sorted(get_command(app).commands)  # type: ignore[attr-defined]  # the application is a group
RECORDS = '{"id": "c1", "schema": "Person", "properties": {"name": ["Pavel318 Invented"]}}\n'


def example(name: str) -> list[str]:
    text = get_command(app).commands[name].help or ""  # type: ignore[attr-defined]  # as above
    (line,) = re.findall(r"Example: maillon ((?:.|\\\n)*)$", text)
    return shlex.split(line.replace("\\\n", " "))


def test_the_commands_are_those_of_the_documentation() -> None:
    page = Path(__file__).parents[2] / "docs" / "layers" / "cli.md"
    named = re.findall(r"^\| `([a-z-]+)", page.read_text("utf-8"), re.MULTILINE)
    assert sorted(named) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help(maillon: Maillon, name: str) -> None:
    done = maillon(name, "--help")
    assert (done.code, done.err) == (0, "")
    assert f"maillon {name}" in done.out
    assert "Example:" in done.out


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"demo", "init", "serve"}))
def test_the_example_of_a_command_runs(
    maillon: Maillon, w: Path, tmp_path: Path, name: str
) -> None:
    w.rename(tmp_path / "my-workspace")
    write(tmp_path / "list.xml", un_list([317, 318]))
    write(tmp_path / "customers.jsonl", RECORDS)
    sdn = (GOLDEN / "ofac-sdn-csv" / "sdn.csv").read_bytes().splitlines(keepends=True)[0]
    write(tmp_path / "sdn.csv", re.sub(rb"^\d+", b"12345", sdn))
    for words in (("list.xml", "--as", "un-sc-xml", "--dataset", "listed"),
                  ("sdn.csv", "--as", "ofac-sdn-csv", "--dataset", "ofac_sdn")):  # fmt: skip
        assert maillon("load", *words, "-w", "my-workspace").code == 0
    if name == "restore":
        assert maillon(*example("backup")).code == 0
    done = maillon(*example(name))
    assert done.code == 0, done.err


def test_the_example_of_init_runs(maillon: Maillon, w: Path, tmp_path: Path) -> None:
    assert maillon(*example("init")).code == 0
    assert (tmp_path / "my-workspace" / "maillon.toml").is_file()


def test_the_example_of_serve_runs_until_it_is_told_to_end(w: Path, tmp_path: Path) -> None:
    """On a port that is free, not on that of the example."""
    w.rename(tmp_path / "my-workspace")
    words = [word.replace("8080", "0") for word in example("serve")]
    process = subprocess.Popen(
        [sys.executable, "-c", "from maillon.cli import main; raise SystemExit(main())", *words],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "MAILLON_KEYS": str(tmp_path / "keys")},
    )  # fmt: skip
    with process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("serving my-workspace on http://127.0.0.1:")
        process.terminate()
    assert process.returncode == 0


def test_no_command_shows_the_help(maillon: Maillon) -> None:
    done = maillon()
    assert done.code == 2
    assert all(name in done.out + done.err for name in COMMANDS)
