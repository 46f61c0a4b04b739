"""The cold start: from a fresh process of the command to its first printed answer.

.venv/bin/python bench/measured/start.py [--runs 9] [--workspace FOLDER]

The workspace holds the lists that the package ships, and their index is built before the clock
starts. Compiled modules are kept, as in an installation. Beside the wall clock stands the processor
time of the whole run, which other work on the machine changes less.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

COMMAND = (sys.executable, "-c", "import sys; from maillon.cli import main; sys.exit(main())")
RUNS = 9
HIT = "Usama bin Muhammad bin Awad BIN LADIN"
STRANGER = "Xaver Ungenannt"


def make_workspace(folder: Path) -> None:
    """Make a workspace that holds the shipped lists."""
    from maillon.cli.demo_load import load_lists  # noqa: PLC0415 - what is measured starts without
    from maillon.workspace import Workspace  # noqa: PLC0415 - as above

    Workspace.create(folder)
    with Workspace.open(folder) as w:
        for _ in load_lists(w):
            pass


def once(words: Sequence[str]) -> tuple[float, float, float]:
    """Run a command; return seconds to its first line, to its end, and of the processor."""
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    with subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**kept, "PYTHONUNBUFFERED": "1"},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        first = time.perf_counter() - start
        process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(words)}: exit {process.returncode}")
    return first, time.perf_counter() - start, used.ru_utime + used.ru_stime


def median_and_spread(name: str, words: Sequence[str], runs: int) -> dict[str, float]:
    """Run a command so often; return the medians, and least and greatest time to the first line."""
    once(words)  # builds the index, compiles the modules
    first, whole, used = zip(*(once(words) for _ in range(runs)), strict=True)
    return {
        f"{name}_first_s": statistics.median(first),
        f"{name}_first_least_s": min(first),
        f"{name}_first_most_s": max(first),
        f"{name}_whole_s": statistics.median(whole),
        f"{name}_cpu_s": statistics.median(used),
    }


def cold_start(runs: int = RUNS, workspace: Path | None = None) -> dict[str, float]:
    """Measure help, a record with a hit and one without.

    Args:
        runs: Fresh processes of each.
        workspace: With lists; a temporary one with the shipped lists when None.
    """
    with tempfile.TemporaryDirectory(prefix="maillon-start-") as scratch:
        held = workspace or Path(scratch) / "workspace"
        if workspace is None:
            make_workspace(held)
        out = median_and_spread("help", ("--help",), runs)
        for name, text in (("hit", HIT), ("no_hit", STRANGER)):
            file = Path(scratch) / f"{name}.jsonl"
            said = {"id": name, "schema": "Person", "properties": {"name": [text]}}
            file.write_text(json.dumps(said) + "\n", encoding="utf-8")
            words = ("screen", str(file), "--json", "-w", str(held), "--purpose", "screening")
            out |= median_and_spread(name, words, runs)
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--workspace", type=Path)
    chosen = parser.parse_args()
    for key, value in cold_start(chosen.runs, chosen.workspace).items():
        print(f"  {key:24} {value:.3f}")
