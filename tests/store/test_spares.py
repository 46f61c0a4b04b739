"""Databases that are opened ahead, and workbenches that are narrowed to few."""

import threading
from collections.abc import Iterator
from typing import cast

import duckdb
import pytest

from maillon.model import View
from maillon.store import Workbench
from maillon.store.spares import Spares


@pytest.fixture
def spares() -> Iterator[Spares]:
    held = Spares()
    yield held
    settled()
    held.keep(0)


def settled() -> None:
    """Wait until nobody opens a database any more."""
    for one in threading.enumerate():
        if one.name == "spare databases":
            one.join()


def test_what_is_taken_is_empty_and_taken_once(spares: Spares) -> None:
    spares.keep(2)
    settled()
    first = spares.take()
    first.execute("CREATE TABLE secret AS SELECT 1 AS n")
    others = [spares.take() for _ in range(4)]
    for one in others:
        assert one.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)
    for one in (first, *others):
        one.close()


def test_as_many_as_are_kept_are_open_ahead(
    spares: Spares, monkeypatch: pytest.MonkeyPatch
) -> None:
    spares.keep(2)
    settled()
    opened: list[int] = []
    make = duckdb.connect

    def counted(name: str) -> duckdb.DuckDBPyConnection:
        opened.append(1)
        return make(name)

    monkeypatch.setattr(duckdb, "connect", counted)
    spares.keep(2)
    settled()
    assert opened == []
    spares.take().close()
    settled()
    assert opened == [1]  # the place of the one that was taken


def test_nothing_is_opened_ahead_unless_somebody_asks_for_it(spares: Spares) -> None:
    spares.take().close()
    assert not [one for one in threading.enumerate() if one.name == "spare databases"]


def narrowed(*entities: str) -> Workbench:
    con = duckdb.connect(":memory:")
    con.execute("CREATE TABLE held AS SELECT 'e' || n AS entity FROM range(60) AS t(n)")
    con.execute("CREATE VIEW statement AS SELECT * FROM held")
    bench = Workbench(lambda: con, cast("View", None), 0)
    bench.narrow(entities)
    return bench


@pytest.mark.parametrize("count", [1, 2, 20, 21, 50])
def test_a_narrowed_workbench_shows_these_alone(count: int) -> None:
    wanted = [f"e{n}" for n in range(count)]
    bench = narrowed(*wanted, "nobody")
    rows = bench.con.cursor().execute("SELECT entity FROM statement").fetchall()
    assert sorted(row[0] for row in rows) == sorted(wanted)
    bench.close()


def test_a_workbench_narrowed_to_nobody_shows_nothing() -> None:
    bench = narrowed()
    assert bench.con.execute("SELECT count(*) FROM statement").fetchone() == (0,)
    bench.close()
