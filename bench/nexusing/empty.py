"""Section ``empty``: countries with no planted chain, bare and with decoys: every lead is false."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, Final

from nexusing.figures import likely, shown, spread
from nexusing.leads import MODELS, sealed, seen
from nexusing.pipeline import Place

from maillon.training import Variant

FIRST_SEED: Final = 801
COUNT: Final = 20
GOALS: Final = {"bare": 1.0, "decoys": 3.0}
"""Leads at q <= 0.1 a seed, at most: in each country, not on average."""


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    parser.add_argument("--empty-persons", type=int, default=30_000, help="empty: inhabitants")
    parser.add_argument(
        "--empty-seeds",
        default=",".join(str(FIRST_SEED + at) for at in range(COUNT)),
        help="empty: seeds",
    )


def run(chosen: Namespace, keep: Path) -> tuple[list[str], dict[str, Any]]:
    """Count the leads at q <= 0.1 of each country."""
    seeds = [int(text) for text in chosen.empty_seeds.split(",")]
    lines = [sealed(seeds)]
    figures: dict[str, Any] = {"persons": chosen.empty_persons, "seeds": seeds}
    for kind, goal in GOALS.items():
        variant = Variant(prevalence=0.0, has_decoys=kind == "decoys")
        counts: dict[str, list[int]] = {name: [] for name in MODELS}
        fooled: dict[str, list[int]] = {name: [] for name in MODELS}
        for seed in seeds:
            country = seen(Place(keep, chosen.empty_persons, seed, variant), with_baselines=False)
            for name in MODELS:
                leads = likely(country.leads[name])
                counts[name].append(len(leads))
                fooled[name].append(
                    sum(any(pair in country.decoys for pair in line.pairs) for line in leads)
                )
            print(f"empty {kind} seed {seed}: "
                  + ", ".join(f"{name} {held[-1]}" for name, held in counts.items()),
                  flush=True)  # fmt: skip
        figures[kind] = {
            name: spread(held) | {"most": max(held), "of_decoys": sum(fooled[name])}
            for name, held in counts.items()
        }
        lines.append(f"{kind}, {chosen.empty_persons:,} persons: leads at q <= 0.1 a seed")
        lines += shown(figures[kind])
        for name, held in counts.items():
            verdict = "holds" if max(held) <= goal else "FAILS"
            lines.append(f"{kind} {name}: most {max(held)}, to hold {goal:g} a seed: {verdict}")
    return lines, figures


def headline(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the key that this section answers for: the most of any seed, and the mean."""
    return {
        "empty_country_leads": {
            f"{kind}_{name}": {"most": figures[kind][name]["most"],
                               "mean": figures[kind][name]["mean"]}
            for kind in GOALS
            for name in MODELS
        }
    }  # fmt: skip
