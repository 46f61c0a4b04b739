"""Scores of the pairs that blocking brought together, by Splink with the saved model."""

import logging
import re
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import duckdb
import pyarrow as pa

from maillon.resolve.blocking import Blocking, Keep, build_pairs
from maillon.resolve.comparisons import SURE, TABLES
from maillon.resolve.model import Models, splink_settings
from maillon.resolve.sieve import sieves

if TYPE_CHECKING:
    from splink.internals.splink_dataframe import SplinkDataFrame

SCORED: Final = pa.schema(
    [("left", pa.int32()), ("right", pa.int32()), ("kind", pa.string()), ("score", pa.float64()),
     ("sure", pa.bool_())]
)  # fmt: skip
"""Numbers of two entities, the smaller first; the score to six decimals; whether other papers do
not keep them apart (`comparisons.SURE`)."""


KeepKeys = Callable[[str, duckdb.DuckDBPyConnection, int, str], object]
"""Takes the keys of one kind and pass: kind, connection, number of the pass, table ``k, n``."""


def score_all(
    con: duckdb.DuckDBPyConnection, models: Models, keep: KeepKeys | None = None
) -> tuple[pa.Table, dict[str, Blocking]]:
    """Return the pairs at or above each kind's review threshold, and how they were found.

    Args:
        con: A connection on which `records.build_records` has run.
        models: The models.
        keep: Takes the keys of each kind and pass.
    """
    # only the first of an agency's repeated records is compared with others
    con.execute(
        """CREATE OR REPLACE TEMP VIEW compared AS
           SELECT * FROM record ANTI JOIN repeated USING (unique_id)"""
    )
    tables: list[pa.Table] = []
    blocking: dict[str, Blocking] = {}
    for kind in TABLES:
        con.execute(
            f"""CREATE OR REPLACE TEMP VIEW {kind}_record AS
                SELECT * FROM compared WHERE kind = '{kind}'"""
        )
        ((records,),) = con.execute(f"SELECT count(*) FROM {kind}_record").fetchall()
        if records == 1 and keep is not None:  # nobody to meet yet, but one to be met
            build_pairs(con, kind, f"{kind}_record", f"{kind}_pair", partial(keep, kind))
        if records > 1:
            blocking[kind] = candidates(con, kind, partial(keep, kind) if keep else None)
            tables += _score_shares(con, models, kind, records)
    repeated = con.sql(
        """SELECT first_id AS "left", unique_id AS "right", kind, 1.0::DOUBLE AS score,
                  TRUE AS sure
           FROM repeated ORDER BY "left", "right" """
    ).to_arrow_table()
    tables.append(repeated.cast(SCORED))
    return pa.concat_tables(tables), blocking


SHARE: Final = 500_000
"""Records whose pairs with later ones are scored at a time: Splink copies the records of pairs."""


def _score_shares(
    con: duckdb.DuckDBPyConnection, models: Models, kind: str, count: int
) -> list[pa.Table]:
    """Return the scores of the pairs of one kind, so many records at a time."""
    ((last,),) = con.execute(f"SELECT max(join_key_l) FROM {kind}_pair").fetchall()
    if last is None or count <= SHARE:
        return [score_pairs(con, models, kind, count, "record", f"{kind}_pair")]
    found = []
    for start in range(0, last + 1, SHARE):
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE some_pair AS SELECT * FROM {kind}_pair
                WHERE join_key_l BETWEEN {start} AND {start + SHARE - 1}"""
        )
        found.append(score_pairs(con, models, kind, count, "record", "some_pair"))
    return found


def candidates(con: duckdb.DuckDBPyConnection, kind: str, keep: Keep | None = None) -> Blocking:
    """Make the table ``<kind>_pair`` of the pairs to score, from ``<kind>_record``."""
    return build_pairs(con, kind, f"{kind}_record", f"{kind}_pair", keep)


def score_pairs(
    con: duckdb.DuckDBPyConnection, models: Models, kind: str, count: int, records: str, pairs: str
) -> pa.Table:
    """Return the scores of pairs, as `SCORED`, those at or above the review threshold.

    Args:
        con: A connection.
        models: The models.
        kind: Kind of record.
        count: How many records there are, see `model.prior`.
        records: Table of records, those of the pairs at least.
        pairs: Table of pairs, as `blocking.build_pairs` makes it.
    """
    if not _keep_promising(con, models, kind, count, records, pairs):
        return SCORED.empty_table()
    name = predict(con, models, kind, count, records, _PROMISING).physical_name
    sure = SURE.get(kind, "FALSE")
    columns = columns_in(sure)
    sides = [
        f"(SELECT unique_id AS n_{side}, {', '.join(f'{c} AS {c}_{side}' for c in columns) or 1} "
        f"FROM {records}) {side}"
        for side in "lr"
    ]
    found = con.sql(
        f"""SELECT least(unique_id_l, unique_id_r) AS "left",
                   greatest(unique_id_l, unique_id_r) AS "right",
                   '{kind}' AS kind, round(match_probability, 6) AS score, {sure} AS sure
            FROM {name} JOIN {sides[0]} ON n_l = unique_id_l JOIN {sides[1]} ON n_r = unique_id_r
            WHERE round(match_probability, 6) >= ?
            ORDER BY "left", "right" """,
        params=[models.review_threshold(kind)],
    ).to_arrow_table()
    con.execute(f"DROP TABLE {name}")
    con.execute(f"DROP TABLE {_PROMISING}")
    return found.cast(SCORED)


_PROMISING: Final = "promising_pair"


def _keep_promising(
    con: duckdb.DuckDBPyConnection, models: Models, kind: str, count: int, records: str, pairs: str
) -> int:
    """Make the table of the pairs that can reach the review threshold; return how many."""
    source = pairs
    for sieve in sieves(models, kind, count):
        needed = columns_in(sieve)
        sides = ", ".join(f"{side}.{name} AS {name}_{side}" for side in "lr" for name in needed)
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE {_PROMISING} AS
                SELECT match_key, join_key_l, join_key_r FROM (
                    SELECT p.*, {sides} FROM {source} p
                    JOIN {records} r ON r.unique_id = join_key_r
                    JOIN {records} l ON l.unique_id = join_key_l
                ) WHERE {sieve}"""
        )
        source = _PROMISING
    ((found,),) = con.execute(f"SELECT count(*) FROM {_PROMISING}").fetchall()
    return int(found)


def columns_in(sql: str) -> list[str]:
    """Return the columns of records that SQL over two of them reads, by their names."""
    return sorted(set(re.findall(r"\b(\w+)_[lr]\b", sql)) - {"unique_id", "join_key"})


def predict(
    con: duckdb.DuckDBPyConnection, models: Models, kind: str, count: int, records: str, pairs: str
) -> "SplinkDataFrame":
    """Score pairs with Splink; a pair below a twentieth of the review threshold is left out."""
    from splink import DuckDBAPI, Linker  # noqa: PLC0415 - half a second: only when scoring

    logging.getLogger("splink").setLevel(logging.ERROR)
    settings = splink_settings(models, kind, count)
    # Splink copies the records, all columns of them: it is shown those that it needs
    levels = [level for one in settings["comparisons"] for level in one["comparison_levels"]]
    columns = columns_in(" ".join(level["sql_condition"] for level in levels))
    con.execute(
        f"""CREATE OR REPLACE TEMP VIEW {kind}_shown AS
            SELECT {", ".join(["unique_id", *columns])} FROM {records}"""
    )
    api: Any = DuckDBAPI(con)
    linker = Linker(
        api.register(f"{kind}_shown"),
        settings,
        log_level="ERROR",
        validate_settings=False,
    )
    linker.table_management.register_blocked_pairs_for_predict(api.register(pairs))
    least = models.review_threshold(kind) / 20
    return linker.inference.predict(threshold_match_probability=least, warning_mode="never")
