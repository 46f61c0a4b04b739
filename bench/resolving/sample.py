"""Section ``sample``: the small sample of six agencies, invented names, doors without a street."""

import csv
import tempfile
from argparse import Namespace
from collections import defaultdict
from pathlib import Path

from resolving import scores
from resolving.loading import Record, figures_of, load_persons, truth_table


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Print the figures of ``records.csv``."""
    path = chosen.samples / "records.csv"
    if not path.is_file():
        return [f"no {path}: give the folder with --samples DIR"], {}, []
    by_agency: dict[str, list[Record]] = defaultdict(list)
    truth: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            by_agency[row["agency"]].append(record(row))
            truth[row["record_id"]] = row["true_person"]
    with tempfile.TemporaryDirectory(prefix="maillon-sample-") as scratch:
        problems = load_persons(Path(scratch) / "w", by_agency)
        found = figures_of(Path(scratch) / "w", truth_table(truth))
    lines = [f"{len(truth):,} records of {len(by_agency)} agencies, values refused {len(problems)}"]
    lines += scores.shown({k: v for k, v in found.numbers.items() if isinstance(v, int | float)})
    return [*lines, *found.lines], found.numbers, [*problems[:5], *found.examples]


def record(row: dict[str, str]) -> Record:
    """Return one row as values of a FollowTheMoney Person; ``A324`` is a house, so it says so."""
    return row["record_id"], {
        "name": f"{row['first']} {row['last']}".strip(),
        "firstName": row["first"],
        "lastName": row["last"],
        "birthDate": row["dob"],
        "idNumber": row["doc"],
        "phone": row["phone"],
        "address": f"House {row['addr']}" if row["addr"] else "",
    }
