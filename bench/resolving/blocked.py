"""Which true pairs are among the candidates: the blocking recall of a view's persons."""

from typing import Final, NamedTuple

import duckdb
import pyarrow as pa


class Met(NamedTuple):
    """How far the true pairs are candidates.

    Attributes:
        pairs: True pairs.
        met: Of them: candidates, or repeated records of one agency.
        distinct: True pairs of records that no other record of the agency repeats.
        distinct_met: Of them: candidates.
        missed: Table ``left, right``: the distinct ones that are no candidates.
        repeated: Table ``entity, first``: records that repeat another one, and which.
    """

    pairs: int
    met: int
    distinct: int
    distinct_met: int
    missed: pa.Table
    repeated: pa.Table


def blocked_pairs(con: duckdb.DuckDBPyConnection, truth: pa.Table) -> Met:
    """Return which true pairs of a view are candidates.

    Args:
        con: The connection of a workbench, its ``statement`` visible.
        truth: Columns ``entity`` and ``person``.
    """
    con.register("truth_rows", truth)
    con.execute("CREATE OR REPLACE TEMP TABLE bench_truth AS FROM truth_rows")
    con.unregister("truth_rows")
    _build_candidates(con)
    con.execute(_TRUE)
    _build_met(con)
    ((pairs, met, distinct, distinct_met),) = con.execute(_COUNTS).fetchall()
    missed = con.sql(
        'SELECT "left", "right" FROM bench_true ANTI JOIN bench_met USING ("left", "right") '
        'WHERE "left" <> "right" ORDER BY 1, 2'
    ).to_arrow_table()
    repeated = con.sql("FROM bench_first ORDER BY entity").to_arrow_table()
    return Met(pairs, met, distinct, distinct_met, missed, repeated)


_TRUE: Final = """
CREATE OR REPLACE TEMP TABLE bench_known AS
SELECT t.entity, t.person, coalesce(f.first, t.entity) AS first
FROM bench_truth t SEMI JOIN (SELECT DISTINCT entity FROM statement) s USING (entity)
LEFT JOIN bench_first f USING (entity);
CREATE OR REPLACE TEMP TABLE bench_true AS
SELECT least(l.first, r.first) AS "left", greatest(l.first, r.first) AS "right", count(*) AS n
FROM bench_known l JOIN bench_known r ON l.person = r.person AND l.entity < r.entity
GROUP BY ALL
"""
_COUNTS: Final = """
SELECT coalesce(sum(n), 0)::BIGINT,
       coalesce(sum(n) FILTER (t."left" = t."right" OR m."left" IS NOT NULL), 0)::BIGINT,
       count(*) FILTER (t."left" <> t."right"),
       count(*) FILTER (t."left" <> t."right" AND m."left" IS NOT NULL)
FROM bench_true t LEFT JOIN bench_met m USING ("left", "right")
"""


# ---- The one place to switch: how this version of the engine makes its candidates. ----
# `_build_candidates` makes ``bench_first`` (entity, first) of the repeated records, `_build_met`
# makes ``bench_met`` (left, right), which of ``bench_true`` are candidates. With a verb
# ``maillon.resolve.candidates(con)`` both become a join with its answer.


def _build_candidates(con: duckdb.DuckDBPyConnection) -> None:
    from maillon.resolve.predict import candidates  # noqa: PLC0415 - of the engine
    from maillon.resolve.records import build_records  # noqa: PLC0415 - of the engine

    build_records(con)
    con.execute(
        """CREATE OR REPLACE TEMP TABLE bench_first AS
           SELECT e.entity, f.entity AS first FROM repeated r
           JOIN entity e ON e.n = r.unique_id JOIN entity f ON f.n = r.first_id;
           CREATE OR REPLACE TEMP TABLE person_record AS
           SELECT * FROM record ANTI JOIN repeated USING (unique_id) WHERE kind = 'person'"""
    )
    candidates(con, "person")


def _build_met(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        """CREATE OR REPLACE TEMP TABLE bench_met AS
           SELECT t."left", t."right" FROM bench_true t
           JOIN entity l ON l.entity = t."left" JOIN entity r ON r.entity = t."right"
           SEMI JOIN person_pair p
             ON p.join_key_l = least(l.n, r.n) AND p.join_key_r = greatest(l.n, r.n)"""
    )
