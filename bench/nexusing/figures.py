"""What a ranking is worth against the truth, and how figures spread over seeds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import sqrt
from typing import Any, Final

Pair = tuple[str, str]
FIRST, MANY = 50, 200
Q: Final = 0.1
BINS: Final = (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
"""Edges of the reliability diagram."""


@dataclass(frozen=True, slots=True)
class Line:
    """One lead: which pairs of persons it may speak of, and its numbers.

    ``pairs`` has more than one entry where resolution took two persons for one.
    """

    pairs: tuple[Pair, ...]
    probability: float
    q: float
    hops: int

    def row(self) -> dict[str, Any]:
        """Return the line as an object for JSON."""
        return asdict(self)

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Line":
        """Return the line that `row` gave."""
        pairs = tuple((str(a), str(b)) for a, b in row["pairs"])
        return cls(pairs, float(row["probability"]), float(row["q"]), int(row["hops"]))


def pairs_of(terror: Iterable[str], crime: Iterable[str]) -> tuple[Pair, ...]:
    """Return every pair of persons behind the two sides of a lead."""
    return tuple((a, b) for a in sorted(terror) for b in sorted(crime))


def found(lines: Sequence[Line], wanted: set[Pair], first: int = MANY) -> set[Pair]:
    """Return which of the wanted pairs stand among the first lines."""
    return {pair for line in lines[:first] for pair in line.pairs if pair in wanted}


def is_true(line: Line, planted: set[Pair]) -> bool:
    """Return whether a lead speaks of a planted pair."""
    return any(pair in planted for pair in line.pairs)


def precision(lines: Sequence[Line], planted: set[Pair], first: int = FIRST) -> float:
    """Return the share of the first lines that speak of a planted pair; 0 where there are none."""
    head = lines[:first]
    return sum(is_true(line, planted) for line in head) / max(len(head), 1)


def likely(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with a q-value of `Q` or less."""
    return [line for line in lines if line.q <= Q]


def share(part: float, whole: float) -> float | None:
    """Return a share, or None of nothing."""
    return part / whole if whole else None


def reliability(lines: Iterable[tuple[float, bool]]) -> list[dict[str, float]]:
    """Return by bin of the predicted probability: how many, mean predicted, realised share."""
    held = list(lines)
    rows = []
    for low, high in pairwise(BINS):
        top = high if high < 1 else 1.1
        inside = [(p, truth) for p, truth in held if low <= p < top]
        if inside:
            rows.append(
                {"from": low, "to": high, "leads": len(inside),
                 "predicted": sum(p for p, _ in inside) / len(inside),
                 "realised": sum(truth for _, truth in inside) / len(inside)}
            )  # fmt: skip
    return rows


def spread(values: Iterable[float | None]) -> dict[str, Any]:
    """Return mean, standard deviation (n - 1) and each value; what is None is no value."""
    held = [value for value in values if value is not None]
    if not held:
        return {"mean": None, "sd": None, "each": []}
    mean = sum(held) / len(held)
    room = max(len(held) - 1, 1)
    return {"mean": mean, "sd": sqrt(sum((v - mean) ** 2 for v in held) / room), "each": held}


def spreads(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the spread of every figure of the rows that is a number or None."""
    names = [n for n, v in rows[0].items() if v is None or isinstance(v, int | float)]
    return {name: spread(row[name] for row in rows) for name in names}


def shown(spreads_by_name: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return a line a figure: mean (sd), and each seed."""
    lines = []
    for name, one in spreads_by_name.items():
        if one["mean"] is None:
            lines.append(f"  {name:34} nothing to measure")
            continue
        each = " ".join(f"{value:.3g}" for value in one["each"])
        lines.append(f"  {name:34} {one['mean']:8.3f} ({one['sd']:.3f})  [{each}]")
    return lines
