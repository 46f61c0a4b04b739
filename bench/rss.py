"""The memory of a long run: the command screens a file of many records, its largest process told.

.venv/bin/python bench/rss.py [--records 1000000] [--json]

The workspace holds the lists that the package ships; the records are invented persons of several
cultures, written as CSV. To hold (issue 4): under 300 MB for each process.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cases.persons import persons
from measured.start import make_workspace

COMMAND = (sys.executable, "-c", "import sys; from maillon.cli import main; sys.exit(main())")
ONCE = 20_000
GOAL_MB = 300


def write(path: Path, records: int) -> None:
    """Write invented persons; those of one seed are made at a time."""
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(("id", "name", "birthDate", "gender", "nationality"))
        for start in range(0, records, ONCE):
            for number, one in enumerate(persons(min(ONCE, records - start), 100 + start)):
                said = one.query()
                rows.writerow((f"p{start + number}", said["name"], said["birthDate"],
                               said["gender"], said["nationality"]))  # fmt: skip


def largest(pid: int) -> dict[int, int]:
    """Return the peak resident kilobytes of a process and of its children."""
    found = {}
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            said = dict(
                line.split(":", 1) for line in status.read_text().splitlines() if ":" in line
            )
        except OSError:
            continue  # it has ended
        if pid in {int(said["Pid"]), int(said["PPid"])} and "VmHWM" in said:
            found[int(said["Pid"])] = int(said["VmHWM"].split()[0])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="last line: the figures as one object")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maillon-rss-") as scratch:
        folder = Path(scratch)
        make_workspace(folder / "w")
        write(folder / "people.csv", chosen.records)
        words = ["screen", str(folder / "people.csv"), "--output", str(folder / "out.jsonl"),
                 "--rejects", str(folder / "bad.jsonl"), "-w", str(folder / "w"),
                 "--purpose", "screening"]  # fmt: skip
        write(folder / "one.csv", 1)  # the index is built by an earlier run
        one = ["screen", str(folder / "one.csv"), "-w", str(folder / "w"), "--purpose", "screening"]
        subprocess.run([*COMMAND, *one], check=True, capture_output=True)
        start = time.perf_counter()
        peak: dict[int, int] = {}
        with subprocess.Popen([*COMMAND, *words], env=os.environ) as process:
            while process.poll() is None:
                for pid, size in largest(process.pid).items():
                    peak[pid] = max(peak.get(pid, 0), size)
                time.sleep(0.5)
        seconds = time.perf_counter() - start
        answers = sum(1 for _ in (folder / "out.jsonl").open("rb"))
    sizes = sorted((size / 1024 for size in peak.values()), reverse=True)
    print(f"{answers:,} answers in {seconds:,.0f} s; processes {[round(one) for one in sizes]} MB")
    if chosen.json:
        print(json.dumps({"records": answers, "seconds": seconds, "mb": sizes}))


if __name__ == "__main__":
    main()
