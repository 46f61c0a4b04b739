"""Which pairs are worth scoring: those whose weights may still add up to the review threshold.

Most pairs that blocking brings together are strangers with a birth date or a street in common. What
is quick to compare is compared first; a pair that even the best of the rest could not lift to the
threshold is left out. Nothing is estimated: the scores that are kept are those of all pairs.
"""

import math
from typing import Final

from maillon.resolve.comparisons import RULES, TABLES, Level
from maillon.resolve.levels import level_weights
from maillon.resolve.model import Models, prior

SLACK: Final = 1e-4
"""Log odds by which two engines' sums may differ, and a score that is rounded to six decimals."""
_LENGTHY: Final = 500
"""Letters of SQL from which a comparison is left for the pairs that others let through."""


def sieves(models: Models, kind: str, records: int) -> list[str]:
    """Return SQL over columns ``x_l`` and ``x_r``: a pair must fit all to reach the threshold.

    The later ones ask more, and are worth asking only where the earlier ones fit.

    Args:
        models: The models.
        kind: Kind of record.
        records: How many there are, see `model.prior`.
    """
    chance = prior(records)
    review = models.review_threshold(kind)
    wanted = math.log(review / (1 - review)) - math.log(chance / (1 - chance)) - SLACK
    weighed = [name for name in TABLES[kind] if name not in RULES]  # a rule only takes off
    quick = [name for name in weighed if _size(TABLES[kind][name]) < _LENGTHY]
    slow = [name for name in weighed if name not in quick]
    told = " + ".join(_weight(models, kind, name) for name in quick)
    most = sum(max(level_weights(models, kind, name).values()) for name in slow)
    found = [f"{told} >= {wanted - most!r}"]
    if slow:
        every = " + ".join(_weight(models, kind, name) for name in (*quick, *slow))
        found.append(f"{every} >= {wanted!r}")
    return found


def _size(table: tuple[str, tuple[Level, ...]]) -> int:
    nothing, levels = table
    return len(nothing) + sum(len(sql) for _, sql in levels)


def _weight(models: Models, kind: str, name: str) -> str:
    """Return SQL for the weight of the level at which a pair stands in one comparison."""
    nothing, levels = TABLES[kind][name]
    weights = level_weights(models, kind, name)
    cases = " ".join(f"WHEN {sql} THEN {weights[label]!r}" for label, sql in levels)
    return f"CASE WHEN {nothing} THEN 0.0 {cases} ELSE {weights['they differ']!r} END"
