"""From levels to a score: the sum that Splink makes in SQL, for what stands outside of it."""

import math
from collections.abc import Mapping

from maillon.resolve.comparisons import TABLES
from maillon.resolve.model import Models, prior


def level_weights(models: Models, kind: str, name: str) -> dict[str, float]:
    """Return the weight (natural logarithm of m/u) of each level of one comparison."""
    if (kind, name) not in models.weights:
        _, table = TABLES[kind][name]
        labels = [label for label, _ in table] + ["they differ"]
        saved = models.rates(kind, name)
        models.weights[kind, name] = {
            "not known": 0.0,
            **{label: math.log(m / u) for label, (m, u) in zip(labels, saved, strict=True)},
        }
    return models.weights[kind, name]


def log_odds(models: Models, kind: str, levels: Mapping[str, str], records: int) -> float:
    """Return the natural logarithm of the odds of a pair at these levels, by comparison.

    Args:
        models: The models.
        kind: Kind of record.
        levels: Label of the level by comparison.
        records: How many records of the kind there are, see `model.prior`.
    """
    chance = prior(records)
    start = math.log(chance / (1 - chance))
    return start + sum(level_weights(models, kind, name)[label] for name, label in levels.items())


def probability(models: Models, kind: str, levels: Mapping[str, str], records: int) -> float:
    """Return the probability that a pair at these levels is one, rounded to 1e-6."""
    return round(
        1 / (1 + math.exp(-max(-700.0, min(700.0, log_odds(models, kind, levels, records))))), 6
    )
