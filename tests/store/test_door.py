"""The door: no read without a view that policy opened, and nothing but the view's statements."""

import re
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import delete, func, insert, select, update

from maillon.model import Act, Label, RefusedError, StoreError, View
from maillon.store import Store
from maillon.store.tables import LEASE
from maillon.store.tables_ledger import LEDGER

from .conftest import load, people, view_of

SOURCES = Path(__file__).parents[2] / "src" / "maillon"


def test_a_view_made_by_hand_reads_nothing(store: Store) -> None:
    load(store, people(1))
    forged = View(store.settings.mandate, Act.READ, frozenset({1}))
    with pytest.raises(RefusedError):
        list(store.scan(forged))


def test_a_view_that_was_widened_reads_nothing(store: Store) -> None:
    load(store, people(1))
    opened = view_of(store, Act.READ)
    with pytest.raises(RefusedError):
        list(store.scan(replace(opened, labels=opened.labels | {99})))


def test_every_act_is_in_the_ledger_before_its_answer(store: Store) -> None:
    before = store.verify_ledger()
    view_of(store, Act.READ)
    assert store.verify_ledger() == before + 1


def test_a_refusal_is_in_the_ledger(store: Store) -> None:
    before = store.verify_ledger()
    with pytest.raises(RefusedError):
        view_of(store, Act.READ, who="nobody")
    assert store.verify_ledger() == before + 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_parquet('{file}')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "ATTACH '{folder}/other.db'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_a_workbench_opens_no_other_file(store: Store, folder: Path, sql: str) -> None:
    load(store, people(1), dataset="open")
    load(store, people(1), dataset="sealed", label=Label("centre", compartment="vault"))
    view = view_of(store, Act.READ)
    sealed = next((folder / "lake").glob("*/sealed-*.parquet"))
    with store.workbench(view) as bench, pytest.raises(duckdb.Error):
        bench.con.execute(sql.format(file=sealed, folder=folder)).fetchall()


def test_only_the_store_names_a_file_of_the_lake() -> None:
    named = re.compile(r"read_parquet|\.parquet|lake/|desk\.sqlite")
    found = [
        str(file.relative_to(SOURCES))
        for file in sorted(SOURCES.rglob("*.py"))
        if "store" not in file.relative_to(SOURCES).parts and named.search(file.read_text("utf-8"))
    ]
    assert found == []


def test_a_changed_ledger_is_found(store: Store) -> None:
    load(store, people(1))
    with store._desk.begin() as connection:
        connection.execute(update(LEDGER).where(LEDGER.c.number == 1).values(who="somebody"))
    with pytest.raises(StoreError, match="entry 1"):
        store.verify_ledger()


def test_a_missing_ledger_entry_is_found(store: Store) -> None:
    load(store, people(1))
    view_of(store, Act.READ)
    with store._desk.begin() as connection:
        connection.execute(delete(LEDGER).where(LEDGER.c.number == 2))
    with pytest.raises(StoreError, match="entry 2 is missing"):
        store.verify_ledger()


def test_a_lease_of_a_dead_process_is_dropped(store: Store) -> None:
    with store._desk.begin() as connection:
        connection.execute(insert(LEASE).values(pid=2**22 + 1, generation=0, opened="2026"))
    with store.workbench(view_of(store, Act.READ)):
        pass
    with store._desk.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(LEASE)).scalar() == 0
