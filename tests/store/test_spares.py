"""Databases that are opened ahead."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pytest

from maillon.store.spares import Spares


@dataclass(frozen=True)
class With:
    """Fills a database with a table of this name."""

    name: str

    def fill(self, con: duckdb.DuckDBPyConnection) -> None:
        con.execute(f"CREATE TABLE {self.name} AS SELECT 1 AS n")


@pytest.fixture
def spares() -> Iterator[Spares]:
    held = Spares()
    yield held
    settled()
    held.keep(0)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the threads that opened a database, in their order."""
    found: list[str] = []
    make = duckdb.connect

    def counted(name: str) -> duckdb.DuckDBPyConnection:
        found.append(threading.current_thread().name)
        return make(name)

    monkeypatch.setattr(duckdb, "connect", counted)
    return found


def settled() -> None:
    """Wait until nobody opens a database any more."""
    for one in threading.enumerate():
        if one.name == "spare databases":
            one.join()


def tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    rows = con.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
    return [row[0] for row in rows]


def test_what_is_taken_holds_its_filling_alone_and_is_taken_once(spares: Spares) -> None:
    spares.keep(2)
    settled()
    taken = []
    for turn in range(12):
        one = spares.take(With("a" if turn % 3 else "b"))
        assert tables(one) == ["a" if turn % 3 else "b"]
        one.execute("CREATE TABLE secret AS SELECT 1 AS n")
        taken.append(one)
        if turn % 4 == 0:
            settled()
    assert len({id(one) for one in taken}) == len(taken)
    for one in taken:
        spares.give_back(one)


def test_who_asks_for_the_same_finds_it_filled(spares: Spares, opened: list[str]) -> None:
    spares.keep(1)
    spares.give_back(spares.take(With("a")))
    settled()
    opened.clear()

    filled: list[str] = []

    class Watched(With):
        def fill(self, con: duckdb.DuckDBPyConnection) -> None:
            filled.append(threading.current_thread().name)
            super().fill(con)

    first = Watched("b")
    spares.give_back(spares.take(first))
    settled()
    assert filled == ["MainThread", "spare databases"]
    spares.give_back(spares.take(first))
    settled()
    assert filled == ["MainThread", "spare databases", "spare databases"]


def test_no_more_are_kept_than_was_said(spares: Spares) -> None:
    spares.keep(2)
    for name in "abcdef":
        spares.give_back(spares.take(With(name)))
        settled()
    assert len(spares._filled) == 2
    assert len(spares._held) == 2
    spares.keep(0)
    assert not spares._filled
    assert not spares._held


def test_what_cannot_be_filled_ahead_is_told_to_whoever_asks(spares: Spares) -> None:
    spares.keep(1)

    class Failing(With):
        def fill(self, con: duckdb.DuckDBPyConnection) -> None:
            con.execute("SELECT * FROM nowhere")

    for _ in range(3):
        with pytest.raises(duckdb.Error, match="nowhere"):
            spares.take(Failing("a"))
        settled()
    assert tables(spares.take(With("a"))) == ["a"]


def test_nothing_is_opened_ahead_unless_somebody_asks_for_it(
    spares: Spares, opened: list[str]
) -> None:
    spares.give_back(spares.take(With("a")))
    assert opened == ["MainThread"]
    assert not [one for one in threading.enumerate() if one.name == "spare databases"]


def test_no_more_wait_to_be_closed_than_are_kept(spares: Spares) -> None:
    spares.keep(2)
    over = threading.Event()

    def use() -> None:
        while not over.is_set():
            spares.give_back(spares.take(With("a")))

    threads = [threading.Thread(target=use) for _ in range(4)]
    for one in threads:
        one.start()
    most = 0
    for _ in range(200):
        most = max(most, len(spares._spent))
        over.wait(0.01)
    over.set()
    for one in threads:
        one.join()
    assert most <= 2
    assert len(spares._wanted) <= 2


@pytest.mark.parametrize("kind", [duckdb.Error, MemoryError, RuntimeError])
def test_one_that_could_not_be_opened_stops_nothing(
    spares: Spares, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    make, failed = duckdb.connect, threading.Event()

    def once(name: str) -> duckdb.DuckDBPyConnection:
        if not failed.is_set():
            failed.set()
            raise kind("no memory")
        return make(name)

    spares.keep(2)
    first = spares.take(With("a"))
    settled()
    spares.keep(0)
    spares.keep(2)
    monkeypatch.setattr(duckdb, "connect", once)
    spares.give_back(first)
    settled()
    assert failed.is_set()
    spares.give_back(spares.take(With("a")))
    settled()
    assert len(spares._held) == 2
    assert not spares._spent


def test_without_a_thread_to_spare_databases_are_closed_all_the_same(
    spares: Spares, monkeypatch: pytest.MonkeyPatch
) -> None:
    spares.keep(1)
    settled()

    def none(_self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    for _ in range(3):
        con = spares.take(With("a"))
        spares.give_back(con)
        with pytest.raises(duckdb.Error):
            con.execute("SELECT 1")


def test_nothing_is_opened_before_the_first_is_taken(spares: Spares, opened: list[str]) -> None:
    spares.keep(2)
    settled()
    assert opened == []
    spares.give_back(spares.take(With("a")))
    settled()
    assert len(spares._held) == 2


def test_many_at_once_get_each_their_own(spares: Spares) -> None:
    spares.keep(3)
    wrong: list[list[str]] = []

    def use(name: str) -> None:
        for _ in range(10):
            con = spares.take(With(name))
            if tables(con) != [name]:
                wrong.append(tables(con))
            con.execute("CREATE TABLE secret AS SELECT 1 AS n")
            spares.give_back(con)

    threads = [threading.Thread(target=use, args=(name,)) for name in "abca"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []
