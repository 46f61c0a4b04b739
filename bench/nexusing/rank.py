"""Section ``rank``: planted chains among the first leads, in countries that trained nothing."""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any, Final

from nexusing.figures import (
    FIRST,
    MANY,
    Line,
    found,
    is_true,
    likely,
    precision,
    reliability,
    share,
    shown,
    spreads,
)
from nexusing.leads import MODELS, Seen, sealed, seen
from nexusing.pipeline import Place

from maillon.training import Variant

SEEDS: Final = "701,702,703,704,705"
GOALS: Final = (
    ("untrained", "oracle_share_at_200", 0.85, 1),
    ("trained", "oracle_share_at_200", 0.95, 1),
    ("trained", "precision_50", 0.9, 1),
    ("trained", "false_share_at_q10", 0.15, -1),
)
"""Ranking, figure, what is to hold, and whether at least (1) or at most (-1)."""


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    parser.add_argument("--persons", type=int, default=300_000, help="rank, hard: inhabitants")
    parser.add_argument("--seeds", default=SEEDS, help="rank: seeds")
    parser.add_argument(
        "--prevalence", default="0.5,2", help="rank: planted chains against the usual"
    )


def places(chosen: Namespace, keep: Path) -> list[Place]:
    """Return the countries, each seed in each prevalence."""
    seeds = [int(text) for text in chosen.seeds.split(",")]
    factors = [float(text) for text in chosen.prevalence.split(",")]
    return [
        Place(keep, chosen.persons, seed, Variant(prevalence=factor))
        for factor in factors
        for seed in seeds
    ]


def run(chosen: Namespace, keep: Path) -> tuple[list[str], dict[str, Any]]:
    """Measure every country; return lines, and figures by ranking."""
    wanted = places(chosen, keep)
    lines = [sealed(sorted({place.seed for place in wanted}))]
    rows: list[dict[str, Any]] = []
    odds: dict[str, list[tuple[float, bool]]] = {name: [] for name in MODELS}
    for place in wanted:
        country = seen(place)
        row = figures_of(country)
        rows.append({"seed": place.seed, "prevalence": place.variant.prevalence, **row})
        for name in MODELS:
            odds[name] += [
                (line.probability, is_true(line, country.planted)) for line in country.leads[name]
            ]
        said = row["trained"]
        lines.append(
            f"seed {place.seed} x{place.variant.prevalence:g}: {len(country.planted)} planted,"
            f" oracle {country.oracle_recall:.3f}, share trained {_said(said)} untrained"
            f" {_said(row['untrained'])}"
        )
        print(lines[-1], flush=True)
    figures = summed(rows)
    figures["reliability"] = {name: reliability(held) for name, held in odds.items()}
    return lines + told(chosen, figures), figures | {"rows": rows}


def _said(row: dict[str, Any]) -> str:
    value = row["oracle_share_at_200"]
    return "-" if value is None else f"{value:.3f}"


def figures_of(country: Seen) -> dict[str, dict[str, Any]]:
    """Return the figures of each ranking of a country."""
    return {name: _one(country, lines) for name, lines in country.leads.items()}


def _one(country: Seen, lines: list[Line]) -> dict[str, Any]:
    """Return the figures of one ranking; the oracle's pairs are those of at most four hops."""
    reached = country.oracle & country.short
    hits = found(lines, country.planted)
    shown_leads = likely(lines)
    false = sum(not is_true(line, country.planted) for line in shown_leads)
    head = lines[:FIRST]
    return {
        "oracle_share_at_200": share(len(hits & reached), len(reached)),
        "oracle_share_at_200_all_lengths": share(len(hits & country.oracle), len(country.oracle)),
        "planted_recall_at_200": share(len(hits), len(country.planted)),
        "planted_recall_at_50": share(
            len(found(lines, country.planted, FIRST)), len(country.planted)
        ),
        "precision_50": precision(lines, country.planted),
        "precision_50_of_possible": share(
            len(found(lines, country.planted, FIRST)), min(FIRST, len(country.planted))
        ),
        "decoys_in_50": sum(any(pair in country.decoys for pair in line.pairs) for line in head),
        "leads_q10": len(shown_leads),
        "false_q10": false,
        "false_share_at_q10": share(false, len(shown_leads)),
    }


def summed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the spread of every figure by ranking, and the pooled false share."""
    names = [name for name in rows[0] if isinstance(rows[0][name], dict)]
    by_name: dict[str, Any] = {}
    for name in names:
        held = [row[name] for row in rows if name in row]
        by_name[name] = spreads(held)
        leads, false = (sum(row[key] for row in held) for key in ("leads_q10", "false_q10"))
        by_name[name]["false_share_at_q10"]["pooled"] = share(false, leads)
    return {"by_ranking": by_name}


def told(chosen: Namespace, figures: dict[str, Any]) -> list[str]:
    """Return the tables: each ranking, each goal, the reliability diagram."""
    lines = [f"{chosen.persons:,} persons; mean (sd) [each country]; the first {MANY} and {FIRST}"]
    for name, held in figures["by_ranking"].items():
        if name in MODELS:
            lines += [f"{name}:", *shown(held)]
            continue
        keys = ("oracle_share_at_200", "planted_recall_at_200", "precision_50")
        lines += [f"baseline {name}:", *shown({key: held[key] for key in keys})]
    for name, key, goal, way in GOALS:
        value = held_value(figures, name, key)
        if value is None:
            lines.append(f"{name} {key}: NOTHING TO MEASURE (no lead at q <= 0.1)")
            continue
        holds = value * way >= goal * way
        lines.append(f"{name} {key} {value:.3f}, to hold {goal}: {'holds' if holds else 'FAILS'}")
    for name, rows in figures["reliability"].items():
        lines.append(f"reliability of {name}: bin, leads, predicted, realised")
        lines += [
            f"  {row['from']:.2f}-{row['to']:.2f} {row['leads']:6d} {row['predicted']:8.3f}"
            f" {row['realised']:8.3f}"
            for row in rows
        ]
    return lines


def held_value(figures: dict[str, Any], name: str, key: str) -> float | None:
    """Return a mean, or the pooled share where there is one."""
    one = figures["by_ranking"][name][key]
    value = one.get("pooled", one["mean"])
    return None if value is None else float(value)


def headline(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the three keys that this section answers for."""
    plain = [name for name in figures["by_ranking"] if name not in MODELS]
    best = [held_value(figures, name, "oracle_share_at_200") for name in plain]
    return {
        "oracle_share_at_200": {
            name: held_value(figures, name, "oracle_share_at_200") for name in MODELS
        },
        "baseline_share_at_200": max((v for v in best if v is not None), default=None),
        "false_share_at_q10": held_value(figures, "trained", "false_share_at_q10"),
    }
