"""Rules of the house that no other tool holds: nothing of this machine, and sizes that can be read."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_MODULE = 400
LONGEST_FUNCTION = 40
EXEMPT = {
    "training.people.populate": "one draw after the other: their order fixes the bytes of a country",
    "store.migrations.versions.0001_first_tables.upgrade": "one table after the other, as Alembic made it",
}
"""Functions longer than a screen, each with the reason why splitting it would harm."""

# put together here, so that this file does not hold them
FORBIDDEN = re.compile(
    "|".join(("\\.\\./" + "shared", re.escape(f"{ROOT}/"), "https?://[^ \"'`)]*/" + "simple\\b"))
)


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip
    return [ROOT / name for name in done.stdout.decode().split("\0") if name]


def texts() -> Iterator[tuple[str, str]]:
    for file in tracked():
        if file.is_file():
            content = file.read_bytes()
            if b"\0" not in content[:8000]:
                yield str(file.relative_to(ROOT)), content.decode("utf-8", "replace")


def test_files_are_found() -> None:
    assert {"README.md", "dev.py", "src/maillon/cli/app.py"} <= {name for name, _ in texts()}


def test_no_file_names_this_machine_or_a_registry() -> None:
    wanted = re.compile(f"{FORBIDDEN.pattern}|{re.escape(str(ROOT))}/")
    assert [(name, wanted.findall(text)) for name, text in texts() if wanted.search(text)] == []


@pytest.mark.parametrize("lock", sorted((ROOT / "locks").glob("*.txt")), ids=lambda lock: lock.name)
def test_a_lock_holds_hashes_and_no_url(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--(extra-)?index-url|--find-links)\b", text, re.MULTILINE)
    pinned = re.findall(r"^[a-z0-9.-]+==", text, re.MULTILINE | re.IGNORECASE)
    apart = {"spark.txt": 2, "node.txt": 1}  # what one command needs beside the rest
    assert len(pinned) >= apart.get(lock.name, 21)
    assert text.count("--hash=sha256:") >= len(pinned)


def modules() -> list[Path]:
    return sorted((ROOT / "src" / "maillon").rglob("*.py"))


def test_no_module_is_longer_than_can_be_read() -> None:
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines()) for file in modules()
    }
    long = {name for name, lines in lengths.items() if lines > LONGEST_MODULE}
    assert long == {"src/maillon/oversight/verifier.py"}  # one file that a court runs by itself


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, its docstring left out: the signature of a command is its documentation."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1 if body else 0


def functions() -> Iterator[tuple[str, int]]:
    for file in modules():
        module = str(file.relative_to(ROOT / "src" / "maillon").with_suffix("")).replace("/", ".")
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{module}.{node.name}", code_lines(node)


def test_no_function_is_longer_than_a_screen() -> None:
    found = {name: lines for name, lines in functions() if lines > LONGEST_FUNCTION}
    assert {name: lines for name, lines in found.items() if name not in EXEMPT} == {}
    assert set(EXEMPT) <= set(found)


def test_no_test_is_skipped_and_none_sleeps() -> None:
    wanted = re.compile(
        r"mark\.(skip|xfail)|pytest\.(skip|xfail|importorskip)|time\.sleep|" + "sleep" + r"\("
    )
    found = [name for name, text in texts()
             if name.startswith("tests/") and name.endswith(".py")
             and name != "tests/docs/test_house.py" and wanted.search(text)]  # fmt: skip
    assert found == []
