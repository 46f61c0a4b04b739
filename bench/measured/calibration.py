"""Section ``calibration``: how often a candidate of a score is the right one.

Printed for the labelled queries of both sample and own files, and for each script group. The prior
is that of these files; the probability is re-based to the rate of a use by the engine's setting.
A query without a candidate is one of which 0 was said: how many of the least likely candidates are
looked at is the engine's choice and no part of what its numbers mean.
"""

import hashlib
from argparse import Namespace
from collections import defaultdict

from measured import cases, figures, lists

GOAL = 0.03
FEWEST = 40
"""Queries below which a group's error is noise, and only its count is printed."""


def half(id_: str) -> str:
    """Return the half of the labelled queries that a case is in: A or B, by its id."""
    return "AB"[int(hashlib.sha256(id_.encode()).hexdigest(), 16) % 2]


def script(case: dict[str, object]) -> str:
    """Return the script group of a query."""
    query = case["query"]
    assert isinstance(query, dict)
    return "latin" if lists.is_latin(str(query["name"])) else "other scripts"


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Print the error over ten bins of equal count, and the bins."""
    labelled = [
        case
        for case in [*cases.labelled(chosen), *cases.negatives()]
        if case["expect"] in {"hit", "no_hit"} and chosen.half in {"all", half(case["id"])}
    ]
    said = [a for a in cases.ask(labelled, lists.listed("un"), chosen.threads) if not a.apart]
    pairs = [(a.best, a.first) for a in said]
    prior = figures.share(sum(right for _, right in pairs), len(pairs))
    error = figures.calibration_error(pairs)
    lines = [f"half {chosen.half}: n {len(pairs)}, prior {prior:.3f}: error {error:.4f}"]
    lines[0] += f" (to hold {GOAL})"
    ordered = sorted(pairs)
    for number in range(10):
        held = ordered[number * len(ordered) // 10 : (number + 1) * len(ordered) // 10]
        if held:
            mean = sum(score for score, _ in held) / len(held)
            right = sum(label for _, label in held) / len(held)
            lines.append(f"  {held[0][0]:.3f} to {held[-1][0]:.3f}: said {mean:.3f}, "
                         f"true {right:.3f} (n {len(held)})")  # fmt: skip
    out: dict[str, object] = {"error": error, "prior": prior, "n": len(pairs)}
    groups: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for answer in said:
        groups[script(answer.case)].append((answer.best, answer.first))
        schema = "person" if answer.case["query"].get("schema") == "Person" else "organisation"
        groups[schema].append((answer.best, answer.first))
    for name, held in sorted(groups.items()):
        value = figures.calibration_error(held, 10 if len(held) >= 10 * FEWEST else 5)
        enough = len(held) >= FEWEST
        said_error = f"error {value:.4f}" if enough else "too few"
        lines.append(f"  {name}: n {len(held)}, {said_error}")
        if enough:
            out[f"error {name}"] = value
    return lines, out, []
