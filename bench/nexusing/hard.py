"""Section ``hard``: one weak hop, coverage 0.95, chains of five and six hops, each apart."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, Final

from nexusing.figures import shown
from nexusing.leads import MODELS, sealed, seen
from nexusing.pipeline import Place
from nexusing.rank import figures_of, summed

from maillon.training import Variant

SEEDS: Final = "751,752,753"
KINDS: Final = {
    "one weak hop": Variant(has_weak_hop=True),
    "coverage 0.95": Variant(coverage=0.95),
    "five and six hops": Variant(hops=(5, 6)),
}
SHOWN: Final = (
    "oracle_share_at_200_all_lengths", "planted_recall_at_200", "planted_recall_at_50",
    "precision_50", "leads_q10", "false_q10",
)  # fmt: skip


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    parser.add_argument("--hard-seeds", default=SEEDS, help="hard: seeds")


def run(chosen: Namespace, keep: Path) -> tuple[list[str], dict[str, Any]]:
    """Measure each kind; no goal is set, the figures are reported."""
    seeds = [int(text) for text in chosen.hard_seeds.split(",")]
    lines = [sealed(seeds)]
    figures: dict[str, Any] = {}
    for kind, variant in KINDS.items():
        rows = []
        for seed in seeds:
            country = seen(Place(keep, chosen.persons, seed, variant), with_baselines=False)
            rows.append({"seed": seed, **figures_of(country)})
            print(f"hard {kind} seed {seed}: oracle {country.oracle_recall:.3f}", flush=True)
        held = summed(rows)["by_ranking"]
        figures[kind] = {name: held[name] for name in MODELS}
        for name in MODELS:
            lines.append(f"{kind}, {chosen.persons:,} persons, {name}:")
            lines += shown({key: held[name][key] for key in SHOWN})
    return lines, figures
