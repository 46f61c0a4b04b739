"""The numbers of the score: points of each verdict, and the curve to a probability.

Fitted by bench/train_screen.py and kept in ``data/model.json``; nothing is fitted at run time.
"""

import json
import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Self

EDGE: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted model.

    Attributes:
        version: Changes with every fit.
        groups: Points by verdict, for ``person`` and ``organisation``.
        intercepts: The constant of each sum.
        curves: Knots (points, log odds) of each calibration, rising.
        weak_most: Most points of a hit on a weak alias alone.
        prior: Share of true pairs among the records of the fit.
    """

    version: str
    groups: dict[str, dict[str, float]]
    intercepts: dict[str, float]
    curves: dict[str, list[tuple[float, float]]]
    weak_most: float
    prior: float

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a model."""
        said = json.loads(text)
        curves = {
            name: [(float(x), float(y)) for x, y in knots] for name, knots in said["curves"].items()
        }
        return cls(
            said["version"], said["groups"], said["intercepts"], curves,
            float(said["weak_most"]), float(said["prior"]),
        )  # fmt: skip

    def on_curve(self, group: str, points: float) -> float:
        """Return the calibrated log odds of a name's points."""
        return _on_curve(self.curves[group], points)


def probability(odds: float) -> float:
    """Return the probability of log odds, six decimals, never 0 or 1."""
    value = 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
    return round(min(1 - EDGE, max(EDGE, value)), 6)


def _on_curve(knots: list[tuple[float, float]], points: float) -> float:
    if not knots:
        return points
    if points <= knots[0][0]:
        return knots[0][1] + points - knots[0][0]
    if points >= knots[-1][0]:
        return knots[-1][1] + ABOVE * (points - knots[-1][0])
    right = bisect_right(knots, (points, math.inf))
    (x0, y0), (x1, y1) = knots[right - 1], knots[right]
    return y0 + (y1 - y0) * (points - x0) / (x1 - x0)


ABOVE: Final = 0.02
"""Slope above the last knot: a name alone proves nobody, yet a longer one ranks first."""


def rebased(score: float, prior: float, base_rate: float) -> float:
    """Return a score under another base rate.

    Args:
        score: Probability under ``prior``.
        prior: Share of true pairs on which the score was fitted.
        base_rate: Share of true pairs among the candidates of a use, e.g. 0.001 for a border queue.
    """
    odds = score / (1 - score) * (base_rate / (1 - base_rate)) / (prior / (1 - prior))
    return round(odds / (1 + odds), 6)


@cache
def model() -> Model:
    """Return the model that the package holds."""
    file = files("maillon.screen") / "data" / "model.json"
    return Model.from_text(file.read_text(encoding="utf-8"))
