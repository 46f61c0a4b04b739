"""Section ``by_script``: who is falsely led to, by script of the names and size of the community.

The rule is that of issue 4 for screening: the upper 95 % bound of each group is at most the larger
of twice the best group's rate and half a percentage point. The countries are those of ``rank``.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from measured.figures import wilson
from nexusing.figures import FIRST, Line, is_true, likely
from nexusing.leads import MODELS, Seen, sealed, seen
from nexusing.rank import places

FLOOR: Final = 0.005
SIZES: Final = ((0, 150, "under 150"), (150, 500, "150 to 499"), (500, 10**9, "500 and more"))
Cut = Callable[[list[Line]], list[Line]]
CUTS: Final[dict[str, Cut]] = {
    "q <= 0.1": likely,
    "first 50": lambda lines: lines[:FIRST],
}


def arguments(parser: ArgumentParser) -> None:
    """Add nothing: the countries are those of ``rank``."""


def run(chosen: Namespace, keep: Path) -> tuple[list[str], dict[str, Any]]:
    """Print, by group, which share of the anchors stands in a false lead."""
    wanted = places(chosen, keep)
    lines = [sealed(sorted({place.seed for place in wanted}))]
    held: dict[tuple[str, str, str, str], list[int]] = {}
    for place in wanted:
        country = seen(place)
        sizes = _sizes(place.truth)
        for name in MODELS:
            for cut, kept in CUTS.items():
                wrong = _wrong(country, kept(country.leads[name]))
                for person, script in country.scripts.items():
                    for kind, group in (("script", script), ("community", sizes[person])):
                        one = held.setdefault((name, cut, kind, group), [0, 0])
                        one[0] += person in wrong
                        one[1] += 1
    figures: dict[str, Any] = {}
    for name in MODELS:
        for cut in CUTS:
            for kind in ("script", "community"):
                groups = {
                    key[3]: value for key, value in held.items() if key[:3] == (name, cut, kind)
                }
                lines += _table(f"{name}, {cut}, by {kind}", groups)
                figures[f"{name} {cut} {kind}"] = groups
    return lines, figures


def _wrong(country: Seen, lines: list[Line]) -> set[str]:
    """Return the persons whom a false lead names."""
    false = [line for line in lines if not is_true(line, country.planted)]
    return {person for line in false for pair in line.pairs for person in pair}


def _sizes(truth: Path) -> dict[str, str]:
    """Return the group of community size of each person."""
    with np.load(truth / "relations.npz") as arrays:
        community = arrays["community"].astype(np.int64)
    size = np.bincount(community)[community].tolist()
    return {
        f"n{person}": next(name for low, high, name in SIZES if low <= members < high)
        for person, members in enumerate(size)
    }


def _table(title: str, groups: dict[str, list[int]]) -> list[str]:
    best = min((part / whole for part, whole in groups.values()), default=0.0)
    most = max(2 * best, FLOOR)
    lines = [f"{title}: anchors in a false lead; each upper bound <= {100 * most:.2f} %"]
    for group, (part, whole) in sorted(groups.items()):
        low, high = wilson(part, whole)
        few = wilson(0, whole)[1] > most
        mark = "" if high <= most else "  too few to tell" if few else "  ABOVE"
        lines.append(f"  {group:14} {part:5} of {whole:6} = {100 * part / whole:.2f} % "
                     f"[{100 * low:.2f}, {100 * high:.2f}]{mark}")  # fmt: skip
    return lines
