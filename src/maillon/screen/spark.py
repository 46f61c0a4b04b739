"""The same keys and the same score on Apache Spark: the list side broadcast, the queries mapped.

pyspark is no dependency of the package: ``pip install -r locks/spark.txt``. It predicts; nothing is
fitted. Equal to the local run line by line (tests/screen/test_spark.py).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

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
    packed = spark.sparkContext.broadcast(tuple(pack_segment(one) for one in segments))

    def answer(rows: Iterator[Any]) -> Iterator[tuple[str, str]]:
        return answered(rows, _unpacked(packed.value), threshold, top)

    found: DataFrame = queries.rdd.mapPartitions(answer).toDF(SCHEMA)
    return found


@lru_cache(maxsize=2)
def _unpacked(packed: tuple[bytes, ...]) -> tuple[Segment, ...]:
    """Return the list side; made once in each process."""
    return tuple(unpack_segment(one) for one in packed)


def answered(
    rows: Iterable[Any], segments: Sequence[Segment], threshold: float, top: int
) -> Iterator[tuple[str, str]]:
    """Yield id and line for rows with ``id``, ``schema`` and ``properties``."""
    screen = Screen(segments, threshold=threshold, top=top)
    queries = (entry(row.id, row.schema, "", json.loads(row.properties)) for row in rows)
    for one in screen.ask(queries):
        yield one.id, json.dumps(one.line(), ensure_ascii=False)
