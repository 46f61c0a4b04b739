"""Section ``large``: millions of records of six agencies, skewed and dependent, resolved at once.

The workspace is generated and loaded once; with ``--keep DIR`` it stays in ``DIR`` and is read
again when it is of the same records and seed.
"""

import json
import shutil
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
from resolving import population, scores
from resolving.agencies import AGENCIES
from resolving.deliveries import Order, checked, deliver
from resolving.loading import bring_up, figures_of

from maillon.workspace import Workspace

EDITION: Final = 1
"""Rises with every change of what is generated."""
SEED: Final = 611
SMALL: Final = 20_000
A_FILE: Final = 250_000
"""Records of one delivery."""
CANDIDATES: Final = 20
GOALS: Final = {"seconds": 1200.0, "rss_gib": 12.0}
"""At most, for five million records."""


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    group = parser.add_argument_group("large")
    group.add_argument("--records", type=int, default=5_000_000, help="20,000 with --quick")
    group.add_argument(
        "--build-only", action="store_true", help="generate and load, do not resolve"
    )


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Print what the workspace is like, and what its resolution took and came to."""
    records = SMALL if chosen.quick else chosen.records
    with tempfile.TemporaryDirectory(prefix="maillon-large-") as own:
        folder = Path(chosen.keep or own)
        made = built(folder, records)
        lines = described(made)
        if chosen.build_only:
            return lines, made, []
        source = f"read_parquet('{folder}/truth/persons-*.parquet')"
        with duckdb.connect(":memory:") as con:
            truth = con.sql(f"SELECT entity, person FROM {source}").to_arrow_table()
        found = figures_of(folder / "workspace", truth, folder / "answer")
    numbers = made | found.numbers
    lines += scores.shown({k: v for k, v in found.numbers.items() if isinstance(v, int | float)})
    if records >= 5_000_000:
        lines += [f"{name} {numbers[name]:,.1f}, to hold {goal:,.0f}: "
                  + ("holds" if numbers[name] <= goal else "FAILS")
                  for name, goal in GOALS.items()]  # fmt: skip
    return [*lines, *found.lines], numbers, found.examples


def described(made: dict[str, Any]) -> list[str]:
    """Return what the workspace is like, in words."""
    candidates = made["standard_candidates_a_record"]
    verdict = "holds" if candidates >= CANDIDATES else "TOO EASY"
    counts = f"{made['records']:,} records of {made['persons']:,} persons"
    return [
        f"{counts}, {made['statements']:,} statements, {len(AGENCIES)} agencies, seed {SEED}",
        f"generated and loaded in {made['seconds']:,.0f} s, {made['bytes'] / 1e9:.2f} GB",
        f"candidates a record on standard blocks {candidates:.1f}, to hold {CANDIDATES}: {verdict}",
    ]


def built(folder: Path, records: int) -> dict[str, Any]:
    """Return what the workspace in ``folder`` is like, built first where it is not there."""
    said = folder / "made.json"
    wanted = {"edition": EDITION, "asked": records, "seed": SEED}
    if said.is_file():
        made: dict[str, Any] = json.loads(said.read_text("utf-8"))
        if {name: made.get(name) for name in wanted} != wanted:
            sys.exit(f"{folder} holds another workspace ({made.get('asked'):,} records, edition "
                     f"{made.get('edition')}): name another folder with --keep")  # fmt: skip
        bring_up(folder / "workspace")
        return made
    start = time.perf_counter()
    for name in ("workspace", "truth", "people"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "truth").mkdir(parents=True)
    Workspace.create(folder / "workspace")
    made = {**wanted, **_deliver(folder, records)}
    made["seconds"] = time.perf_counter() - start
    made |= checked(folder)
    made["bytes"] = sum(f.stat().st_size for f in (folder / "workspace").rglob("*") if f.is_file())
    shutil.rmtree(folder / "people")
    said.write_text(json.dumps(made, indent=1), encoding="utf-8")
    return made


def _deliver(folder: Path, records: int) -> dict[str, int]:
    """Generate, write and load every file, two at a time."""
    people = population.drawn(records, SEED)
    population.kept(people, folder / "people")
    persons, agencies = _records(people, records)
    orders, file = [], 0
    for agency in range(len(AGENCIES)):
        mine = persons[agencies == agency]
        for first in range(0, len(mine), A_FILE):
            orders.append(Order(folder, SEED, agency, file, first, mine[first : first + A_FILE]))
            file += 1
    del people
    orders.sort(key=lambda order: -len(order.persons))
    done: list[tuple[int, int]] = []
    # spawned, not forked: the parent holds no connection, and each opens the workspace itself
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        for number, counts in enumerate(pool.map(deliver, orders), 1):
            done.append(counts)
            print(f"  delivery {number} of {len(orders)} loaded", file=sys.stderr)
    return {
        "records": sum(count for count, _ in done),
        "statements": sum(said for _, said in done),
        "persons": len(np.unique(persons)),
    }


def _records(
    people: population.Population, records: int
) -> tuple[population.Ints, population.Ints]:
    """Return person and agency of each record, in the order in which they came."""
    rng = np.random.default_rng([SEED, 3])
    persons = np.repeat(np.arange(len(people.seen)), people.seen)
    rng.shuffle(persons)
    persons = persons[:records]
    often, agencies = people.propensity[persons] > 0, np.zeros(len(persons), np.int64)
    for which, column in ((often, 0), (~often, 1)):
        weights = np.array([agency.weights[column] for agency in AGENCIES])
        agencies[which] = rng.choice(len(weights), int(which.sum()), p=weights / weights.sum())
    return persons, agencies
