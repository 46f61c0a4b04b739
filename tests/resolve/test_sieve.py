"""The sieve leaves out pairs, and no score."""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from maillon import training
from maillon.cli.demo_load import load_deliveries
from maillon.model import Act
from maillon.resolve import Models, predict
from maillon.resolve.comparisons import TABLES
from maillon.resolve.records import build_records
from maillon.workspace import Workspace


@pytest.fixture(scope="module")
def con(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("sieve")
    training.write(folder / "country", 1_000, 79)
    Workspace.create(folder / "w")
    with Workspace.open(folder / "w") as w:
        load_deliveries(w, folder / "country" / "deliveries")
        with w.store.workbench(w.view(Act.RESOLVE)) as bench:
            build_records(bench.con)
            yield bench.con


def test_scores_are_those_of_all_pairs(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    sieved, blocking = predict.score_all(con, Models.of())
    records, pairs = blocking["person"].records, blocking["person"].candidates
    kept = predict._keep_promising(
        con, Models.of(), "person", records, "person_record", "person_pair"
    )

    def keep_all(*asked: Any) -> int:
        con, *_, pairs = asked
        con.execute(f"CREATE OR REPLACE TEMP TABLE promising_pair AS FROM {pairs}")
        return 1

    monkeypatch.setattr(predict, "_keep_promising", keep_all)
    every, _ = predict.score_all(con, Models.of())
    assert sieved.equals(every)
    assert len(set(sieved.column("kind").to_pylist())) > 2
    scored = sieved.column("kind").to_pylist().count("person")
    assert 0 < scored <= kept + con.sql("FROM repeated").shape[0]
    assert kept < pairs


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_a_pair_is_kept_up_to_the_threshold_itself(
    con: duckdb.DuckDBPyConnection, kind: str
) -> None:
    """Each kind's sieve lets through all where nothing is asked, and none where too much is."""
    models = Models.of()
    low = Models({**models.held, kind: {**models.held[kind], "review_threshold": 1e-300}})
    high = Models({**models.held, kind: {**models.held[kind], "review_threshold": 1 - 1e-16}})
    con.execute(
        """CREATE OR REPLACE TEMP TABLE two AS
           SELECT '0' AS match_key, l.unique_id AS join_key_l, r.unique_id AS join_key_r
           FROM (FROM record LIMIT 20) l JOIN (FROM record LIMIT 20) r
           ON l.unique_id < r.unique_id"""
    )
    found = [
        predict._keep_promising(con, one, kind, 20_000, "record", "two") for one in (low, high)
    ]
    assert found == [190, 0]
