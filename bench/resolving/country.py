"""Section ``country``: Ruritania of seeds that were never built with, against its truth."""

import csv
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any, Final

from bench_load import load_country
from resolving import scores
from resolving.loading import Figures, bring_up, figures_of, truth_table

from maillon.training import self_checks, write

QUICK: Final = 2_000
CANDIDATES: Final = 20
"""Candidates a record, on standard blocks, that data must have to be worth a figure."""
GOALS: Final = {"blocking_recall": 0.995, "pairwise_f1": 0.97}


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Print the figures of each seed, their mean and their spread."""
    seeds = [int(text) for text in chosen.seeds.split(",")][: 1 if chosen.quick else None]
    persons = QUICK if chosen.quick else chosen.persons
    rows: list[dict[str, Any]] = []
    lines = [f"Ruritania, {persons:,} persons, seeds {seeds}"]
    examples: list[str] = []
    for seed in seeds:
        found, candidates = one(chosen, persons, seed)
        rows.append(found.numbers | {"seed": seed, "standard_candidates_a_record": candidates})
        lines.append(f"seed {seed}: {brief(found.numbers)}")
        lines += ["  " + line for line in found.lines]
        examples += [f"seed {seed}", *found.examples]
    mean, ends = scores.spread(rows)
    mean.pop("seed"), ends.pop("seed")
    lines += ["mean (least to greatest)", *scores.shown(mean, ends)]
    held = mean["standard_candidates_a_record"] >= CANDIDATES
    lines.append(
        f"candidates a record on standard blocks {mean['standard_candidates_a_record']:.1f}, "
        f"to hold {CANDIDATES}: {'holds' if held else 'TOO EASY'} at {persons:,} persons"
    )
    for name, goal in GOALS.items():
        verdict = "holds" if mean[name] >= goal else "FAILS"
        lines.append(f"{name} {mean[name]:.5f}, to hold {goal}: {verdict}")
    return lines, {"persons": persons, "rows": rows, "mean": mean, "spread": ends}, examples


def brief(numbers: dict[str, Any]) -> str:
    """Return the figures of one seed in a line."""
    return (
        f"F1 {numbers['pairwise_f1']:.5f}, B-cubed {numbers['b_cubed_f1']:.5f}, "
        f"blocking recall {numbers['blocking_recall']:.5f}, {numbers['seconds']:.1f} s "
        f"at load {numbers['load']:.1f}"
    )


def one(chosen: Namespace, persons: int, seed: int) -> tuple[Figures, float]:
    """Return the figures of one country, and its candidates a record on standard blocks."""
    with tempfile.TemporaryDirectory(prefix="maillon-country-") as own:
        kept = Path(chosen.keep) if chosen.keep else Path(own)
        folder = kept / f"country-{persons}-{seed}"
        if not (folder / "loaded").is_file():
            write(folder / "country", persons, seed)
            load_country(folder / "country", folder / "workspace")
            (folder / "loaded").touch()
        bring_up(folder / "workspace")
        with (folder / "country" / "truth" / "persons.csv").open(encoding="utf-8") as file:
            truth = truth_table({row["entity_id"]: row["person"] for row in csv.DictReader(file)})
        found = figures_of(folder / "workspace", truth)
        return found, self_checks(folder / "country").candidates_per_record
