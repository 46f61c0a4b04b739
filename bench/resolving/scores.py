"""Pairwise and B-cubed figures of a partition against the truth, and the spread over seeds.

Source of B-cubed: Bagga and Baldwin, LREC 1998; every record weighs the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import duckdb
import pyarrow as pa

TRUTH: Final = pa.schema([("entity", pa.string()), ("person", pa.string())])
"""The person of each record."""

_FIGURES: Final = """
WITH joined AS (
  SELECT c.canonical, t.person FROM canonical c JOIN truth t USING (entity)
), both_of AS (SELECT canonical, person, count(*) AS n FROM joined GROUP BY ALL),
held AS (
  SELECT n, sum(n) OVER (PARTITION BY canonical) AS ours,
         sum(n) OVER (PARTITION BY person) AS theirs
  FROM both_of
)
SELECT coalesce(sum(n), 0)::BIGINT, coalesce(sum(n * (n - 1) // 2), 0)::BIGINT,
       coalesce(sum(n * (ours - 1) / 2), 0)::DOUBLE, coalesce(sum(n * (theirs - 1) / 2), 0)::DOUBLE,
       coalesce(sum(n * n / ours) / sum(n), 1)::DOUBLE,
       coalesce(sum(n * n / theirs) / sum(n), 1)::DOUBLE
FROM held
"""


def against_truth(canonical: pa.Table, truth: pa.Table) -> dict[str, float]:
    """Return records, pairs, precision, recall and F1 pairwise and B-cubed.

    Args:
        canonical: Columns ``entity`` and ``canonical``; what has no truth is left out.
        truth: As `TRUTH`; what was never loaded is left out.
    """
    with duckdb.connect(":memory:") as con:
        con.register("canonical", canonical)
        con.register("truth", truth)
        ((records, right, ours, theirs, b3p, b3r),) = con.execute(_FIGURES).fetchall()
    precision, recall = right / ours if ours else 1.0, right / theirs if theirs else 1.0
    return {
        "records": records,
        "true_pairs": int(theirs),
        "wrong_pairs": int(ours - right),
        "missed_pairs": int(theirs - right),
        "pairwise_precision": precision,
        "pairwise_recall": recall,
        "pairwise_f1": harmonic(precision, recall),
        "b_cubed_precision": b3p,
        "b_cubed_recall": b3r,
        "b_cubed_f1": harmonic(b3p, b3r),
    }


def harmonic(one: float, two: float) -> float:
    """Return the harmonic mean."""
    return 2 * one * two / (one + two) if one + two else 0.0


def spread(rows: Sequence[Mapping[str, Any]]) -> tuple[dict[str, float], dict[str, list[float]]]:
    """Return the mean of each figure over the rows, and its least and greatest value."""
    names = [
        name
        for name, value in rows[0].items()
        if isinstance(value, int | float) and all(row.get(name) is not None for row in rows)
    ]
    mean = {name: sum(row[name] for row in rows) / len(rows) for name in names}
    return mean, {name: [min(r[name] for r in rows), max(r[name] for r in rows)] for name in names}


def shown(
    mean: Mapping[str, float], ends: Mapping[str, Sequence[float]] | None = None
) -> list[str]:
    """Return a line a figure."""
    return [
        f"  {name:30} {number(value):>12}"
        + (f"  ({number(ends[name][0])} to {number(ends[name][1])})" if ends else "")
        for name, value in mean.items()
    ]


def number(value: float) -> str:
    """Return a number for reading: shares with five decimals, counts with commas."""
    if isinstance(value, int) or value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.5f}" if value <= 1 else f"{value:.2f}"
