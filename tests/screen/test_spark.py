"""Apache Spark gives the answers of the local run: ``pip install -r locks/spark.txt``, and Java.

Run with ``python -m pytest -m spark``; it is not among the tests of ``python3 dev.py test``.
"""

import json
import sys
from pathlib import Path

import pytest

from maillon.screen import Screen, build, entry

from .test_metamorphic import people

pytestmark = pytest.mark.spark

COUNT = 100_000


@pytest.mark.filterwarnings("default")
def test_spark_gives_the_lines_of_the_local_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2] / "src"))
    from pyspark.sql import SparkSession  # noqa: PLC0415 - installed for this test alone

    from maillon.screen.spark import screen_on_spark  # noqa: PLC0415

    listed = build(entry(f"l{n}", "Person", "list", one) for n, one in enumerate(people(1)))
    rows = [
        (f"q{n}", "Person", json.dumps(one, ensure_ascii=False))
        for n, one in enumerate(people(2, COUNT))
    ]
    queries = [entry(id_, schema, "", json.loads(said)) for id_, schema, said in rows]
    local = {
        one.id: json.dumps(one.line(), ensure_ascii=False) for one in Screen([listed]).ask(queries)
    }
    spark = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    )
    try:
        frame = spark.createDataFrame(rows, "id string, schema string, properties string")
        answers = {row.id: row.line for row in screen_on_spark(spark, frame, [listed]).collect()}
    finally:
        spark.stop()
    assert answers == local
