"""The whole way, delivered files to leads: stage times, records a second, memory.

    python bench/spine.py [--persons N] [--seeds A,B,...] [--quick] [--json]

--quick is 2,000 persons, one seed. Prints what `maillon demo --score` measures, versions and
load.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=300_000)
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    persons = 2_000 if said.quick else said.persons
    seeds = [int(text) for text in said.seeds.split(",")][: 1 if said.quick else None]
    print(f"python {platform.python_version()}, duckdb {metadata.version('duckdb')}, "
          f"splink {metadata.version('splink')}, {os.cpu_count()} cores, "
          f"load {os.getloadavg()[0]:.1f}")  # fmt: skip
    rows = [once(persons, seed) for seed in seeds]
    for row in rows:
        print(f"seed {row['seed']}: {row}")
    for key in ("seconds", "rss_mib", "recall_at_50", "false_in_50", "baseline_recall_at_50"):
        values = sorted(row[key] for row in rows)
        print(
            f"{key}: median {statistics.median(values):g} (min {values[0]:g}, max {values[-1]:g})"
        )
    if said.json:
        print(json.dumps({"persons": persons, "rows": rows}))
    return 0


def once(persons: int, seed: int) -> dict[str, float]:
    """One country in a process of its own, so that its memory is its own."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        out = str(Path(folder) / "out")
        command = [
            sys.executable,
            "-c",
            "import sys; from maillon.cli import main as m; sys.exit(m())",
        ]
        command += ["demo", "--persons", str(persons), "--seed", str(seed), "--out", out]
        command += ["--score", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(done.stderr)
        took = time.perf_counter() - start
        score = json.loads(done.stdout.splitlines()[-1])["score"]
        with (Path(folder) / "out" / "ruritania" / "truth" / "persons.csv").open("rb") as file:
            records = sum(1 for _ in file) - 1
    stages = {}
    for part in done.stderr.splitlines()[-2].split(", "):
        name, seconds, _ = part.rsplit(" ", 2)
        stages[name] = float(seconds)
    # of all children so far: the largest
    rss = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "seed": seed,
        "seconds": round(took, 1),
        "records": records,
        "records_a_second": round(records / took),
        "rss_mib": round(rss),
        **stages,
        **score,
    }


if __name__ == "__main__":
    sys.exit(main())
