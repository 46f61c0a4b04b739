"""The scoring models: what each level of a comparison says for or against *same*, as saved.

A model is trained by command (``bench/train_resolve.py``), on one thread, on synthetic countries,
and saved with its version; `resolve` never trains. Source: DESIGN, section 3 (determinism).
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Final, Self

import duckdb

from maillon.model import StoreError
from maillon.resolve.blocking import RULES
from maillon.resolve.comparisons import TABLES, column, comparison, in_spark
from maillon.resolve.kinds import properties
from maillon.resolve.records import HUB_LIMITS
from maillon.screen import VERSION as SCREEN_VERSION

PAIRS_A_RECORD: Final = 1.5
"""True pairs a record that a centre's data holds. Source: bench/train_resolve.py."""

FEWEST: Final = 10_000
"""A handful of records is a sample of a population, not the population."""


def prior(records: int) -> float:
    """Return the share of true pairs among all pairs of so many records.

    By the power of ten above: the more records, the more pairs agree by chance, and a delivery
    changes no score unless it makes the data ten times larger.
    """
    size = FEWEST
    while size < records:
        size *= 10
    return 2 * PAIRS_A_RECORD / size


class Models:
    """The models of all kinds.

    Args:
        held: ``{"version", "threshold", "review_threshold", "levels"}`` by kind. ``levels`` maps a
            comparison to ``[m, u]`` by level, the last being *they differ*: how often two records
            of one, and two records of different ones, stand at that level.
    """

    def __init__(self, held: Mapping[str, dict[str, Any]]) -> None:
        self.held = dict(held)
        self.weights: dict[tuple[str, str], dict[str, float]] = {}
        """Kept by `levels.level_weights`, by kind and comparison."""

    @classmethod
    def of(cls, folder: Path | None = None) -> Self:
        """Return the shipped models, those of a folder (``<kind>.json``) in their place."""
        held = {kind: dict(_shipped(kind)) for kind in TABLES}
        for kind in TABLES if folder is not None else ():
            path = Path(str(folder)) / f"{kind}.json"
            if path.is_file():
                held[kind] = _read(kind, path.read_text("utf-8"), path)
        return cls(held)

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what `text` wrote."""
        return cls(json.loads(text))

    @property
    def text(self) -> str:
        """All of it as JSON."""
        return json.dumps(self.held, sort_keys=True)

    def threshold(self, kind: str) -> float:
        """Return the score from which two records of a kind are one."""
        return float(self.held[kind]["threshold"])

    def review_threshold(self, kind: str) -> float:
        """Return the score from which a pair is kept, to be looked at."""
        return float(self.held[kind]["review_threshold"])

    def rates(self, kind: str, name: str) -> list[tuple[float, float]]:
        """Return ``[m, u]`` of the levels of one comparison, *they differ* last."""
        return [(float(m), float(u)) for m, u in self.held[kind]["levels"][column(name)]]

    @cached_property
    def version(self) -> str:
        """What the scores depend on besides the statements, as 12 hex digits."""
        said = [duckdb.__version__, str(PAIRS_A_RECORD), str(SCREEN_VERSION), self.text]
        said += [repr(TABLES[kind]) for kind in TABLES]
        said += [repr(RULES), repr(properties()), repr(HUB_LIMITS)]
        for file in _FILES:
            said.append(resources.files("maillon.resolve").joinpath(file).read_text("utf-8"))
        return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:12]


_FILES: Final = ("entities.sql", "features.sql", "held.sql", "records.sql", "placeholders.csv")


@cache
def _shipped(kind: str) -> dict[str, Any]:
    text = resources.files("maillon.resolve").joinpath(f"models/{kind}.json").read_text("utf-8")
    model: dict[str, Any] = json.loads(text)
    return model


def _read(kind: str, text: str, path: Path) -> dict[str, Any]:
    """Read a model and check that it has the levels of this version."""
    try:
        found: dict[str, Any] = json.loads(text)
        wanted = {column(name): len(levels) + 1 for name, (_, levels) in TABLES[kind].items()}
        held = {name: len(rates) for name, rates in found["levels"].items()}
        float(found["threshold"]), float(found["review_threshold"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{path} is no model: {error!r}; fit it again or remove it") from error
    if held != wanted:
        raise StoreError(f"{path} is of other levels than this version: fit it again or remove it")
    return found


def splink_settings(
    models: Models, kind: str, records: int, *, dialect: str = "duckdb"
) -> dict[str, Any]:
    """Return Splink's settings of one kind, with the saved weights; pairs are registered apart.

    Args:
        models: The models.
        kind: Kind of record.
        records: How many there are, see `prior`.
        dialect: ``duckdb`` or ``spark``.
    """
    comparisons = [comparison(name, *table) for name, table in TABLES[kind].items()]
    for name, item in zip(TABLES[kind], comparisons, strict=True):
        rates = models.rates(kind, name)
        for level, (same, other) in zip(item["comparison_levels"][1:], rates, strict=True):
            level["m_probability"], level["u_probability"] = same, other
        if dialect == "spark":
            for level in item["comparison_levels"]:
                level["sql_condition"] = in_spark(level["sql_condition"])
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": prior(records),
        "comparisons": comparisons,
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }
