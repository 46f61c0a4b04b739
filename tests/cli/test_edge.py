"""Where errors become exit codes: bugs, real processes, readers that hang up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from maillon.cli import screen_command

from .conftest import Maillon, un_list, write

ROOT = Path(__file__).parents[2]
QUERY = b'{"id": "q1", "schema": "Person", "properties": {"name": ["Pavel1 Invented"]}}\n'


def process(*words: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import sys; from maillon.cli import main; sys.exit(main())", *words],
        capture_output=True, text=True, check=False, input=stdin,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment},
    )  # fmt: skip


def test_a_bug_comes_with_its_traceback(
    maillon: Maillon, listed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr(screen_command, "query_file", broken)
    with pytest.raises(KeyError, match="a bug"):
        maillon("screen", "-", "-w", listed, stdin=QUERY)


def test_a_bug_exits_1() -> None:
    broken = "import sys, maillon.cli.options as o; o.Path = None; import maillon.cli.app as a\n"
    code = broken + "a.app.command('boom')(lambda: {}['a bug']); sys.exit(a.main())"
    done = subprocess.run([sys.executable, "-c", code, "boom"], capture_output=True, text=True,
                          check=False, env={**os.environ, "PYTHONPATH": str(ROOT / "src")})  # fmt: skip
    assert done.returncode == 1
    assert "Traceback (most recent call last)" in done.stderr
    assert "KeyError: 'a bug'" in done.stderr


def test_a_real_process_reads_standard_input_and_exits_by_the_tree(w: Path) -> None:
    words = ("--as", "un-sc-xml", "--dataset", "un_sc", "-w", str(w))
    assert process("load", "-", *words, stdin=un_list([1]).decode()).returncode == 0
    refused = process("load", "-", *words, stdin="<html>maintenance</html>")
    assert refused.returncode == 4
    assert "Traceback" not in refused.stderr
    hit = process("screen", "-", "--fail-on-hit", stdin=QUERY.decode(), MAILLON_WORKSPACE=str(w))
    assert hit.returncode == 10
    assert '"id": "un-sc-QDi.001"' in hit.stdout


def test_output_is_utf_8_whatever_the_locale(w: Path) -> None:
    text = '{"id": "x", "schema": "Person", "properties": {"name": ["Мария Müller"]}}\n'
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from maillon.cli import main; sys.exit(main())",
         "read", "-", "--as", "ftm-json", "--dataset", "d"],
        capture_output=True, check=False, input=text.encode(),
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0
    assert "Мария Müller".encode() in done.stdout


def test_a_reader_that_hangs_up_is_no_error(w: Path) -> None:
    write(w.parent / "list.xml", un_list(range(1, 900)))
    command = [sys.executable, "-c", "import sys; from maillon.cli import main; sys.exit(main())",
               "read", str(w.parent / "list.xml"), "--as", "un-sc-xml", "--dataset", "d"]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          env={**os.environ, "PYTHONPATH": str(ROOT / "src")}) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read()
    assert (running.returncode, said) == (0, b"")
