"""The same keys and the same score on Apache Spark: the list side broadcast, the queries mapped.

pyspark is no dependency of the package: ``pip install -r locks/spark.txt``. It predicts; nothing is
fitted. Equal to the local run line by line (tests/screen/test_spark.py).
"""

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from maillon.screen.entry import entry
from maillon.screen.index import Segment, pack_segment, unpack_segment
from maillon.screen.screen import Screen

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SCHEMA: Final = "id string, line string"
"""Columns of the answer: the query's id and the line that ``maillon screen`` prints."""


def screen_on_spark(
    spark: "SparkSession",
    queries: "DataFrame",
    segments: Sequence[Segment],
    *,
    threshold: float = 0.7,
    top: int = 10,
) -> "DataFrame":
    """Return the answers to the queries, in no order.

    Args:
        spark: The session.
        queries: Columns ``id``, ``schema`` and ``properties`` (JSON: values by property).
        segments: The list side, as `index.build` makes it.
        threshold: Least score of a hit.
        top: Most hits of one query.
    """
    packed = spark.sparkContext.broadcast([pack_segment(one) for one in segments])

    def answer(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        held = _unpacked(tuple(packed.value))
        for batch in batches:
            yield answered(batch, held, threshold, top)

    return queries.mapInArrow(answer, SCHEMA)


@lru_cache(maxsize=2)
def _unpacked(packed: tuple[bytes, ...]) -> tuple[Segment, ...]:
    """Return the list side; made once in each process."""
    return tuple(unpack_segment(one) for one in packed)


def answered(
    batch: pa.RecordBatch, segments: Sequence[Segment], threshold: float, top: int
) -> pa.RecordBatch:
    """Return the answers to one batch of queries."""
    screen = Screen(segments, threshold=threshold, top=top)
    rows: list[dict[str, Any]] = batch.to_pylist()
    queries = [entry(row["id"], row["schema"], "", json.loads(row["properties"])) for row in rows]
    lines = [json.dumps(one.line(), ensure_ascii=False) for one in screen.ask(queries)]
    return pa.RecordBatch.from_pydict({"id": [row["id"] for row in rows], "line": lines})
