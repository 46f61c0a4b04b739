"""Blocking and scores on Apache Spark, over the records that `export_records` writes.

pyspark is no dependency of the package: ``pip install -r locks/spark.txt``. It predicts with the
saved model, through Splink's Spark backend; nothing is fitted. The records hold numbers in place of
words, so both engines compare the same integers; keys are hashed by each engine for itself.
"""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow.dataset

from maillon.resolve.blocking import RULES, Rule
from maillon.resolve.comparisons import SURE, in_spark
from maillon.resolve.model import Models, splink_settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_BATCH: Final = 100_000


def export_records(con: duckdb.DuckDBPyConnection, kind: str, folder: Path) -> int:
    """Write the records of a kind that are compared into a folder, for Spark; return how many.

    Args:
        con: A connection on which `records.build_records` has run.
        kind: Kind of record.
        folder: Gets a folder called as the kind.
    """
    found = con.sql(
        f"SELECT * FROM record ANTI JOIN repeated USING (unique_id) WHERE kind = '{kind}'"
    )
    pyarrow.dataset.write_dataset(
        found.to_arrow_reader(_BATCH), folder / kind, format="parquet",
        existing_data_behavior="delete_matching",
    )  # fmt: skip
    return len(found)


def score_on_spark(
    spark: "SparkSession", records: "DataFrame", models: Models, kind: str
) -> "DataFrame":
    """Return the pairs at or above the review threshold: ``left, right, score, sure``.

    Args:
        spark: The session.
        records: What `export_records` wrote, read by Spark.
        models: The models.
        kind: Kind of record.
    """
    import splink  # noqa: PLC0415 - only where Spark is

    logging.getLogger("splink").setLevel(logging.ERROR)
    records = records.persist()
    count = records.count()
    pairs = _pairs(records, kind)
    # nothing is written down between the steps: Spark's own plan holds them
    backend: Any = splink.SparkAPI
    api = backend(spark_session=spark, break_lineage_method="persist")
    settings = splink_settings(models, kind, count, dialect="spark")
    linker = splink.Linker(api.register(records), settings, log_level="ERROR")
    linker.table_management.register_blocked_pairs_for_predict(api.register(pairs))
    least = models.review_threshold(kind)
    found = linker.inference.predict(
        threshold_match_probability=least / 20, warning_mode="never"
    ).as_spark_dataframe()
    found.createOrReplaceTempView("maillon_scored")
    records.createOrReplaceTempView("maillon_record")
    sure = in_spark(SURE.get(kind, "FALSE"))
    columns = [name for name in records.columns if f"{name}_l" in sure]
    sides = ", ".join(f"{side}.{name} AS {name}_{side}" for side in "lr" for name in columns)
    return spark.sql(
        f"""SELECT least(a, b) AS `left`, greatest(a, b) AS `right`, score, {sure} AS sure FROM
            (SELECT unique_id_l AS a, unique_id_r AS b, round(match_probability, 6) AS score
             {", " + sides if sides else ""}
             FROM maillon_scored s JOIN maillon_record l ON l.unique_id = s.unique_id_l
             JOIN maillon_record r ON r.unique_id = s.unique_id_r)
            WHERE score >= {least}"""
    )


def _pairs(records: "DataFrame", kind: str) -> "DataFrame":
    """Return the pairs that `blocking.build_pairs` makes of the same records."""
    from pyspark.sql import functions as f  # noqa: PLC0415 - as above

    rules = RULES[kind]
    parts = [_keys(records, kind, number, rule) for number, rule in enumerate(rules)]
    keys = parts[0]
    for part in parts[1:]:
        keys = keys.unionByName(part)
    keys = keys.distinct().persist()
    most = f.create_map(*[f.lit(one) for number, rule in enumerate(rules)
                          for one in (number, rule.most)])  # fmt: skip
    block = keys.groupBy("k").agg(f.min("rule").alias("first"), f.countDistinct("n").alias("size"))
    block = block.where("size > 1").where(f.col("size") <= most[f.col("first")]).select("k")
    used = keys.join(block, "k")
    left, right = (
        used.select(
            "k", *(f.col(name).alias(f"{name}_{side}") for name in ("n", "rule", "is_bare"))
        )
        for side in "lr"
    )
    bare = [number for number, rule in enumerate(rules) if rule.is_bare]
    met = left.join(right, "k").where("n_l < n_r")
    if bare:
        met = met.where(~f.col("rule_l").isin(bare) | f.col("is_bare_l") | f.col("is_bare_r"))
    chosen = met.select(f.col("n_l").alias("join_key_l"), f.col("n_r").alias("join_key_r"))
    return chosen.distinct().withColumn("match_key", f.lit("0")).persist()


def _keys(records: "DataFrame", kind: str, number: int, rule: Rule) -> "DataFrame":
    from pyspark.sql import functions as f  # noqa: PLC0415 - as above

    salt = rule.salt(kind)
    held = records.select("unique_id", "is_bare", *set(rule.columns))
    said = held.select("unique_id", "is_bare", f.explode(rule.columns[0]).alias("a"),
                       *rule.columns[1:])  # fmt: skip
    of = [f.lit(salt), f.col("a")]
    if len(rule.columns) > 1:
        said = said.select("unique_id", "is_bare", "a", f.explode(rule.columns[1]).alias("b"))
        of.append(f.col("b"))
    return said.select(
        f.xxhash64(*of).alias("k"), f.col("unique_id").alias("n"),
        f.lit(number).alias("rule"), "is_bare",
    )  # fmt: skip
