"""Resolution of synthetic countries against their truth: pairs, B3, blocking.

python bench/resolve.py [--persons N] [--seeds A,B,...] [--json]
"""

import argparse
import csv
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from bench_load import load_country

from maillon.model import Act
from maillon.training import write
from maillon.workspace import Workspace


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=2000)
    parser.add_argument("--seeds", default="31,32,33")
    parser.add_argument("--quick", action="store_true", help="one seed")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    seeds = [int(text) for text in said.seeds.split(",")][: 1 if said.quick else None]
    rows = []
    for seed in seeds:
        with tempfile.TemporaryDirectory() as scratch:
            country = Path(scratch) / "country"
            write(country, said.persons, seed)
            rows.append(measure(country, Path(scratch) / "w"))
        print(f"seed {seed}: {rows[-1]}")
    if said.json:
        print(json.dumps({"persons": said.persons, "seeds": seeds, "rows": rows}))
    return 0


def measure(country: Path, workspace: Path) -> dict[str, float]:
    load_country(country, workspace)
    with (country / "truth" / "persons.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["entity_id"]: row["person"] for row in csv.DictReader(file)}
    with Workspace.open(workspace) as w:
        start = time.perf_counter()
        found = w.resolve(w.view(Act.RESOLVE))
        took = time.perf_counter() - start
    entities, canonical = (found.canonical.column(n).to_pylist() for n in ("entity", "canonical"))
    mine = {e: c for e, c in zip(entities, canonical, strict=True) if e in truth}
    both, ours, theirs = Counter(), Counter(), Counter()
    for entity, cluster in mine.items():
        both[cluster, truth[entity]] += 1
        ours[cluster] += 1
        theirs[truth[entity]] += 1
    right = pairs(both)
    precision, recall = right / max(pairs(ours), 1), right / max(pairs(theirs), 1)
    b3 = [
        (both[c, truth[e]] / ours[c], both[c, truth[e]] / theirs[truth[e]]) for e, c in mine.items()
    ]
    size = max(len(b3), 1)
    return {
        "records": len(mine),
        "precision": round(precision, 5),
        "recall": round(recall, 5),
        "f1": round(2 * precision * recall / max(precision + recall, 1e-9), 5),
        "b3_precision": round(sum(p for p, _ in b3) / size, 5),
        "b3_recall": round(sum(r for _, r in b3) / size, 5),
        "candidates_a_record": found.blocking.get("person", 0),
        "seconds": round(took, 2),
    }


def pairs(counts: Counter) -> int:
    return sum(n * (n - 1) // 2 for n in counts.values())


if __name__ == "__main__":
    sys.exit(main())
