"""The scoring models: what each level of a comparison says for or against *same*, as saved.

A model is trained by command (``bench/train_resolve.py``), on one thread, on synthetic countries,
and saved with its version; `resolve` never trains. Source: DESIGN, section 3 (determinism).
"""

import json
from functools import cache
from importlib import resources
from typing import Any, Final

from maillon.resolve.comparisons import (
    FIRM,
    FIRM_BLOCKS,
    PERSON,
    PERSON_BLOCKS,
    Level,
    comparison,
)

TABLES: Final[dict[str, dict[str, tuple[str, tuple[Level, ...]]]]] = {
    "person": PERSON,
    "firm": FIRM,
}
BLOCKS: Final[dict[str, tuple[tuple[str, str | None], ...]]] = {
    "person": PERSON_BLOCKS,
    "firm": FIRM_BLOCKS,
}

PAIRS_A_RECORD: Final = 1.5
"""Prior: true pairs a record that a centre's data holds. Source: bench/train_resolve.py."""

FEWEST: Final = 2_000
"""A handful of records is a sample of a population, not the population: least size of the prior."""


@cache
def weights(kind: str) -> dict[str, Any]:
    """Return the saved model of ``person`` or ``firm``: ``{"version", "threshold", "levels"}``.

    ``levels`` maps a comparison to ``[m, u]`` by level, the last being *they differ*: how often two
    records of one person, and two records of different persons, stand at that level.
    """
    text = resources.files("maillon.resolve").joinpath(f"models/{kind}.json").read_text("utf-8")
    model: dict[str, Any] = json.loads(text)
    return model


def version() -> str:
    """Return the versions of both models, e.g. ``person1-firm1``."""
    return "-".join(f"{kind}{weights(kind)['version']}" for kind in TABLES)


def splink_settings(kind: str, records: int, *, trained: bool = True) -> dict[str, Any]:
    """Return Splink's settings of one kind.

    Args:
        kind: ``person`` or ``firm``.
        records: How many records will be compared: the prior depends on it.
        trained: With the saved weights; without them for training.
    """
    comparisons = [comparison(name, *table) for name, table in TABLES[kind].items()]
    if trained:
        for item in comparisons:
            saved = weights(kind)["levels"][item["output_column_name"]]
            for level, (same, other) in zip(item["comparison_levels"][1:], saved, strict=True):
                level["m_probability"], level["u_probability"] = same, other
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": 2 * PAIRS_A_RECORD / max(records, FEWEST),
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [
            {
                "blocking_rule": rule,
                **({"arrays_to_explode": unrolled.split(",")} if unrolled else {}),
            }
            for rule, unrolled in BLOCKS[kind]
        ],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": trained,
    }
