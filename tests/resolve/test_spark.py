"""Apache Spark gives the scores and clusters of DuckDB: ``pip install -r locks/spark.txt``, and Java.

Run with ``python -m pytest -m spark``; it is not among the tests of ``python3 dev.py test``.
"""

import os
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from maillon import training
from maillon.cli.demo_load import load_deliveries
from maillon.model import Act
from maillon.resolve import KINDS, Models
from maillon.resolve.cluster import partition
from maillon.resolve.constraints import Scored
from maillon.resolve.records import build_records
from maillon.workspace import Workspace

pytestmark = pytest.mark.spark

PERSONS = int(os.environ.get("MAILLON_SPARK_PERSONS", "24000"))
"""About 100,000 records."""


@pytest.mark.filterwarnings("default")
def test_spark_gives_the_pairs_and_clusters_of_duckdb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - installed for this test alone

    from maillon.resolve.spark import export_records, score_on_spark  # noqa: PLC0415

    training.write(tmp_path / "country", PERSONS, 77)
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w:
        load_deliveries(w, tmp_path / "country" / "deliveries")
        view = w.view(Act.RESOLVE)
        state = w.resolve(view).state
        with w.store.workbench(view) as bench:
            build_records(bench.con)
            count = export_records(bench.con, "person", tmp_path)
    spark = (
        SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "4g").config("spark.sql.shuffle.partitions", "8")
        .getOrCreate()
    )  # fmt: skip
    try:
        records = spark.read.parquet(str(tmp_path / "person"))
        assert records.count() == count
        rows = score_on_spark(spark, records, Models.of(), "person").collect()
    finally:
        spark.stop()
    theirs = {(row["left"], row["right"]): (row["score"], row["sure"]) for row in rows}
    kind = np.asarray(state.array("kind")) == KINDS.index("person")
    columns = [np.asarray(state.array(name))[kind] for name in ("left", "right", "score", "sure")]
    ours = {(left, right): (score, sure)
            for left, right, score, sure in zip(*(one.tolist() for one in columns), strict=True)
            if score < 1.0 or (left, right) in theirs}  # fmt: skip
    assert len(ours) > PERSONS / 2
    assert ours.keys() == theirs.keys()
    assert max(abs(ours[pair][0] - theirs[pair][0]) for pair in ours) <= 1.1e-6
    assert [pair for pair in ours if ours[pair][1] != theirs[pair][1]] == []
    least = Models.of().threshold("person")
    clusters = []
    for said in (ours, theirs):
        held = sorted((*pair, *what) for pair, what in said.items() if what[0] >= least)
        table = pa.table(list(zip(*held, strict=True)), names=["l", "r", "s", "sure"])
        left, right, score = (table.column(n).to_numpy() for n in ("l", "r", "s"))
        sure = table.column("sure").to_numpy(zero_copy_only=False)
        scored = Scored(left, right, score, sure)
        clusters.append(partition(state.size, scored, papers=state.papers()).root)
    assert np.array_equal(clusters[0], clusters[1])
