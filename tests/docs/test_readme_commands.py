"""The commands that the README shows by hand, one after the other, in a temporary folder."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from maillon.cli import main

ROOT = Path(__file__).parents[2]
LIST = ROOT / "tests" / "golden" / "un-sc-xml" / "list.xml"
RECORD = '{"id": "c1", "schema": "Person", "properties": {"name": ["Nobody Invented"]}}\n'


def test_the_commands_by_hand_run_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "README.md").read_text("utf-8").partition("## By hand")[2].partition("\n## ")[0]
    commands = re.findall(r"^(maillon .*)$", text, re.MULTILINE)
    (tmp_path / "list.xml").write_bytes(LIST.read_bytes())
    (tmp_path / "customers.jsonl").write_text(RECORD, "utf-8")
    monkeypatch.chdir(tmp_path)
    codes = []
    for command in commands:
        monkeypatch.setattr(sys, "argv", shlex.split(command))
        codes.append((command, main(), capsys.readouterr().err))
    assert [code for _, code, _ in codes] == [0] * len(commands), codes
    assert len(commands) == 8


def dev(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(ROOT / "dev.py"), *words],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_two_commands_are_commands_of_dev() -> None:
    text = (ROOT / "README.md").read_text("utf-8").partition("## Two commands")[2]
    named = re.findall(r"^python3 dev.py (\w+)$", text, re.MULTILINE)
    assert named == ["demo", "test"]
    assert all(f" {name} " in dev("help").stdout for name in named)


@pytest.mark.parametrize(("words", "code"), [((), 0), (("help",), 0), (("nonsense",), 2)])
def test_dev_shows_its_usage(words: tuple[str, ...], code: int) -> None:
    done = dev(*words)
    assert (done.returncode, done.stdout.startswith("usage: python3 dev.py")) == (code, True)
    assert done.stderr == ""


def test_dev_imports_the_standard_library_only() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import dev\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, str(ROOT)],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split()) - {"dev", "__main__", "__mp_main__"}
    assert {"subprocess", "pathlib"} <= loaded
    assert loaded <= set(sys.stdlib_module_names)


def test_make_calls_dev() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    assert all(f"dev.py {name}" in text or "dev.py $@" in text for name in ("demo", "test"))
