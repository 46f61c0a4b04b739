"""The arithmetic of the figures: thresholds, best F1, bounds of a share, calibration error."""

import math
from collections.abc import Iterable, Sequence


def share(part: int, whole: int) -> float:
    """Return part of whole; 0 for nothing of nothing."""
    return part / whole if whole else 0.0


def limit_at(negatives: Sequence[float], rate: float) -> float:
    """Return the score above which at most this share of the negatives lies.

    A query alerts when its score is *greater* than the limit.
    """
    allowed = math.floor(rate * len(negatives) + 1e-9)
    ordered = sorted(negatives, reverse=True)
    return ordered[allowed] if allowed < len(ordered) else -1.0


def best_f1(positives: Sequence[float], negatives: Sequence[float]) -> tuple[float, float]:
    """Return the best F1 and its threshold (a score of at least the threshold alerts)."""
    scored = sorted([(s, 1) for s in positives] + [(s, 0) for s in negatives], reverse=True)
    best, threshold, right, wrong = 0.0, 1.0, 0, 0
    for place, (score, label) in enumerate(scored):
        right += label
        wrong += 1 - label
        last = place + 1 == len(scored) or scored[place + 1][0] != score
        if last and score > 0:
            value = 2 * right / (right + wrong + len(positives))
            if value > best:
                best, threshold = value, score
    return best, threshold


def f1_at(positives: Sequence[float], negatives: Sequence[float], threshold: float) -> float:
    """Return F1 at a threshold."""
    right = sum(score >= threshold for score in positives)
    wrong = sum(score >= threshold for score in negatives)
    return share(2 * right, right + wrong + len(positives))


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % bounds of a share.

    Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209-212.
    """
    if not whole:
        return 0.0, 1.0
    z = 1.959964
    rate = part / whole
    centre = rate + z * z / (2 * whole)
    spread = z * math.sqrt(rate * (1 - rate) / whole + z * z / (4 * whole * whole))
    below = 1 + z * z / whole
    return max(0.0, (centre - spread) / below), min(1.0, (centre + spread) / below)


def calibration_error(pairs: Iterable[tuple[float, bool]], bins: int = 10) -> float:
    """Return the expected calibration error over bins of equal count.

    Source: Naeini, Cooper, Hauskrecht, AAAI 2015; bins of equal count in place of equal width.
    """
    ordered = sorted(pairs)
    total, error = len(ordered), 0.0
    for number in range(bins):
        held = ordered[number * total // bins : (number + 1) * total // bins]
        if held:
            said = sum(score for score, _ in held) / len(held)
            true = sum(label for _, label in held) / len(held)
            error += len(held) / total * abs(said - true)
    return error


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value that this part of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(part * len(ordered)) - 1)]
