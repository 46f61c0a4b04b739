"""The ledger: entries, leaves, tags; what is written stands whole or not at all, on both engines."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, func, select

from maillon.model import Act, Mandate, StoreError
from maillon.store import Store, create_workspace, ledger, open_store
from maillon.store.committer import Committer
from maillon.store.desk import Desk
from maillon.store.ledger_book import LedgerBook
from maillon.store.merkle import leaf_hash
from maillon.store.tables import CONTENT_KEY
from maillon.store.tables_ledger import LEDGER, LEDGER_HEAD, LEDGER_OBJECT

from .conftest import load, people, view_of

WHO = Mandate("analyst", "centre", "linking", "Act, s. 1")
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
)  # fmt: skip


def desk_of(store: Store) -> Desk:
    return store.house.desk


def rows(desk: Desk) -> list[dict[str, Any]]:
    with desk.engine.connect() as connection:
        return [dict(row) for row in ledger.read_rows(connection)]


@given(
    JSON.filter(lambda value: "\0" not in json.dumps(value) and "\\u0000" not in json.dumps(value))
)
def test_a_detail_is_canonical_json(value: object) -> None:
    assert ledger.canonical(value).encode() == rfc8785.dumps(value)  # type: ignore[arg-type]  # any JSON


@given(
    st.fixed_dictionaries({name: st.text() for name in ("who", "agency", "legal_basis", "case")})
)
def test_an_entry_is_canonical_json_whatever_it_says(said: dict[str, str]) -> None:
    mandate = Mandate(said["who"], said["agency"], "linking", said["legal_basis"], said["case"])
    made = ledger.prepare(mandate, "read", "done", {"n": 1})
    row = {**made.said, "number": 7, "at": "2026-01-01T00:00:00+00:00", "detail": made.detail,
           "objects": ""}  # fmt: skip
    text = ledger.entry_text(row)
    assert text == rfc8785.dumps(json.loads(text))
    assert json.loads(text)["detail"] == {"n": 1}


def test_large_integers_and_sets_can_be_said() -> None:
    assert ledger.canonical({"n": 2**60, "s": {3, 1}}) == '{"n":"1152921504606846976","s":[1,3]}'


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(StoreError, match="ledger cannot hold"):
        ledger.prepare(WHO, "read", "done", {"x": object()})
    with pytest.raises(StoreError, match="ledger cannot hold"):
        ledger.prepare(WHO, "read", "done", {"x": float("nan")})


def test_a_leaf_is_a_salted_hash_of_the_entry(store: Store) -> None:
    desk_of(store).record(WHO, "read", "done", {"n": 1})
    desk_of(store).record(WHO, "read", "done", {"n": 1})
    one, two = rows(desk_of(store))
    assert one["leaf"] == leaf_hash(one["salt"], ledger.entry_text(one))
    assert one["salt"] != two["salt"]
    assert store.verify_ledger() == 2


def test_entries_of_one_transaction_are_numbered_in_order(store: Store) -> None:
    desk = desk_of(store)
    made = [ledger.prepare(WHO, "read", "done", {"n": n}) for n in range(600)]
    with desk.begin() as connection:
        assert ledger.append_all(connection, made) == list(range(1, 601))
        assert ledger.append_all(connection, []) == []
    assert store.verify_ledger() == 600
    assert [json.loads(row["detail"])["n"] for row in rows(desk)] == list(range(600))


def test_an_entry_falls_with_its_transaction(store: Store) -> None:
    desk = desk_of(store)
    with pytest.raises(ZeroDivisionError), desk.begin() as connection:
        assert 1 / (ledger.append(connection, WHO, "read", "done", {}, ["e1"]) - 1)
    assert store.verify_ledger() == 0
    desk.record(WHO, "read", "done", {})
    assert store.verify_ledger() == 1


def test_many_threads_share_transactions_and_each_entry_is_there_once(store: Store) -> None:
    desk, numbers = desk_of(store), []
    begun: list[int] = []

    @contextmanager
    def counted() -> Iterator[Connection]:
        with desk.begin() as connection:
            begun.append(1)
            yield connection

    committer = Committer(counted)

    def record(place: int) -> None:
        for n in range(20):
            entry = ledger.prepare(WHO, "read", "done", {"n": [place, n]}, [f"e{n}"])
            numbers.append(committer.record(entry))

    threads = [threading.Thread(target=record, args=(n,)) for n in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(numbers) == list(range(1, 241))
    assert store.verify_ledger() == 240
    said = {tuple(json.loads(row["detail"])["n"]) for row in rows(desk)}
    assert len(said) == 240
    assert len(begun) < 240


def test_an_entry_is_durable_before_record_returns(store: Store, folder: Path, engine: str) -> None:
    if engine != "sqlite":
        store.house.desk.record(WHO, "read", "done", {})
        assert store.verify_ledger() == 1
        return
    store.house.desk.record(WHO, "read", "done", {"n": 1})
    with closing(sqlite3.connect(folder / "desk.sqlite")) as other:
        assert other.execute("SELECT count(*) FROM ledger").fetchone() == (1,)


def test_a_failed_group_fails_each_and_later_entries_still_work(store: Store) -> None:
    desk, fails = desk_of(store), [True]

    @contextmanager
    def begin() -> Iterator[Connection]:
        with desk.begin() as connection:
            yield connection
            if fails[0]:
                raise StoreError("the disk is full")

    committer = Committer(begin)
    found: list[str] = []

    def record() -> None:
        try:
            committer.record(ledger.prepare(WHO, "read", "done", {}))
        except StoreError as error:
            found.append(str(error))

    threads = [threading.Thread(target=record) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 8
    assert "disk is full" in found[0]
    assert store.verify_ledger() == 0
    fails[0] = False
    assert committer.record(ledger.prepare(WHO, "read", "done", {})) == 1


def test_an_interrupted_writer_holds_nobody_up(store: Store) -> None:
    desk, interrupts = desk_of(store), [True]

    @contextmanager
    def begin() -> Iterator[Connection]:
        if interrupts[0]:
            interrupts[0] = False
            raise KeyboardInterrupt
        with desk.begin() as connection:
            yield connection

    committer = Committer(begin)
    with pytest.raises(KeyboardInterrupt):
        committer.record(ledger.prepare(WHO, "read", "done", {}))
    assert committer.record(ledger.prepare(WHO, "read", "done", {})) == 1


def test_what_was_looked_at_stands_as_keyed_hashes_only(store: Store, folder: Path) -> None:
    desk = desk_of(store)
    desk.record(WHO, "read", "done", {}, [ledger.object_of("amos-verner", "d"), "amos-verner"])
    with desk.engine.connect() as connection:
        tags = connection.execute(select(LEDGER_OBJECT.c.tag)).scalars().all()
        keys = set(connection.execute(select(CONTENT_KEY.c.dataset)).scalars())
        assert sorted(ledger.tags_of(connection, "amos-verner")) == sorted(map(bytes, tags))
        assert ledger.tags_of(connection, "amos-verner", ["d"])[0] in map(bytes, tags)
    assert keys == {"", "d"}
    for file in folder.glob("desk.sqlite*"):
        assert b"amos-verner" not in file.read_bytes()


def test_a_key_that_is_gone_leaves_tags_that_say_nothing(store: Store) -> None:
    desk = desk_of(store)
    desk.record(WHO, "read", "done", {}, [ledger.object_of("e1", "d")])
    view = view_of(store, Act.READ)
    book = LedgerBook(desk)
    with desk.begin() as connection:
        connection.execute(delete(CONTENT_KEY).where(CONTENT_KEY.c.dataset == "d"))
    assert book.who_looked(view, "e1") == []
    assert store.verify_ledger() == 2


def test_an_erased_text_leaves_a_tree_that_still_verifies(store: Store) -> None:
    desk = desk_of(store)
    for n in range(5):
        desk.record(WHO, "read", "done", {"n": n}, ["e1"])
    with desk.begin() as connection:
        number = ledger.erase_text(connection, WHO, [2, 4], "Retention Act, s. 3")
    assert number == 6
    assert store.verify_ledger() == 6
    held = rows(desk)
    assert [row["number"] for row in held if not row["salt"]] == [2, 4]
    assert ledger.line(held[1]).startswith(b"\t\t")
    assert json.loads(held[5]["detail"]) == {"numbers": [2, 4], "rule": "Retention Act, s. 3"}
    with desk.engine.connect() as connection:
        assert (
            connection.execute(
                select(func.count())
                .select_from(LEDGER_OBJECT)
                .where(LEDGER_OBJECT.c.number.in_([2, 4]))
            ).scalar()
            == 0
        )


def test_a_clock_that_was_put_back_writes_no_earlier_entry(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(store)
    monkeypatch.setattr(ledger, "utc_now", lambda: "2026-05-02T00:00:00+00:00")
    desk.record(WHO, "read", "done", {"n": 1})
    monkeypatch.setattr(ledger, "utc_now", lambda: "2026-05-01T00:00:00+00:00")
    desk.record(WHO, "read", "done", {"n": 2})
    assert [row["at"] for row in rows(desk)] == ["2026-05-02T00:00:00+00:00"] * 2
    assert json.loads(rows(desk)[1]["detail"]) == {"n": 2, "clock": "2026-05-01T00:00:00+00:00"}
    assert store.verify_ledger() == 2


def test_a_ledger_without_its_head_takes_no_entry(store: Store) -> None:
    desk = desk_of(store)
    with desk.begin() as connection:
        connection.execute(delete(LEDGER_HEAD))
    with pytest.raises(StoreError, match="head is gone"):
        desk.record(WHO, "read", "done", {})


def test_a_search_without_result_a_refusal_and_an_unknown_entity_are_entries(store: Store) -> None:
    load(store, people(1))
    before = store.verify_ledger()
    assert list(store.scan(view_of(store, Act.SCREEN), "entity = ?", ["nobody"])) == []
    assert store.verify_ledger() == before + 1


@pytest.mark.parametrize("number", [1, 5_000])
def test_hostile_text_is_spelled_out_and_kept(store: Store, number: int) -> None:
    text = "\ud800\0" + "x" * min(number, 60)
    desk_of(store).record(Mandate(text, "centre", "linking", "s"), "read", "done", {"t": text})
    assert store.verify_ledger() == 1
    assert rows(desk_of(store))[0]["who"].startswith("\\ud800\\u0000")


def filled(desk: Desk) -> int:
    """Write entries until the disk is full; return how many were acknowledged."""
    for written in range(10_000):
        try:
            desk.record(WHO, "read", "done", {"text": "x" * 2_000})
        except StoreError:
            return written
    raise AssertionError("it was never full")


@pytest.fixture
def sqlite_store(tmp_path: Path) -> Iterator[Store]:
    create_workspace(tmp_path / "f")
    opened = open_store(tmp_path / "f", frozenset({"holder"}))
    yield opened
    opened.close()


def test_a_full_disk_fails_the_act_and_leaves_nothing_half_done(sqlite_store: Store) -> None:
    store, desk = sqlite_store, desk_of(sqlite_store)
    load(store, people(3))
    view = view_of(store, Act.READ)
    before = store.verify_ledger()
    with desk.begin() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    written = filled(desk)
    with pytest.raises(StoreError, match="full"):
        store.policy.open(view.mandate, Act.READ, detail={"text": "y" * 4_000})
    assert store.verify_ledger() == before + written
    with desk.begin() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    desk.record(WHO, "read", "done", {"text": "x" * 2_000})
    assert store.verify_ledger() == before + written + 1


def test_a_desk_that_cannot_be_written_refuses_the_act(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, desk = sqlite_store, desk_of(sqlite_store)
    desk.record(WHO, "read", "done", {})
    with desk.begin() as connection:  # as a file on a read-only disk answers
        connection.exec_driver_sql("PRAGMA query_only = ON")
    with pytest.raises(StoreError, match=r"readonly|read-only"):
        view_of(store, Act.READ)
    with desk.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = OFF")
    view_of(store, Act.READ)
    assert store.verify_ledger() == 2


def test_numbers_and_table_agree(store: Store) -> None:
    for n in range(3):
        desk_of(store).record(WHO, "read", "done", {"n": n})
    with desk_of(store).engine.connect() as connection:
        assert connection.execute(
            select(LEDGER.c.number).order_by(LEDGER.c.number)
        ).scalars().all() == [1, 2, 3]
        assert ledger.read_head(connection).size == 3
