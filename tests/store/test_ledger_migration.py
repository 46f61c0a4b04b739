"""The ledger of an older desk is taken over as it stands, and what its chain came to is said."""

import hashlib
import json
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, insert, inspect, select, update

from maillon.store import ledger, ledger_check
from maillon.store.desk import Desk

GENESIS = "0" * 64
COVERED = ("number", "at", "who", "agency", "purpose", "legal_basis", "case", "act", "outcome",
           "detail", "previous")  # fmt: skip


def alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "maillon.store:migrations")
    config.attributes["connection"] = connection
    return config


def table(connection: Connection, name: str = "ledger") -> Any:
    found = MetaData()
    found.reflect(connection, only=[name])
    return found.tables[name]


def chained(count: int) -> list[dict[str, Any]]:
    """Entries as they were written before: a chain of SHA-256, details as Python writes JSON."""
    rows, previous = [], GENESIS
    for n in range(1, count + 1):
        row = {
            "number": n, "at": f"2026-01-01T00:00:{n % 60:02}+00:00", "who": "ana\u2028lyst é",
            "agency": "centre", "purpose": "linking", "legal_basis": "Act, s. 1", "case": "",
            "act": "read", "outcome": "opened",
            "detail": json.dumps({"z": n, "a": [1.5, "é"]}, sort_keys=True, ensure_ascii=False),
            "previous": previous,
        }  # fmt: skip
        text = json.dumps([row[name] for name in COVERED], ensure_ascii=False)
        row["hash"] = previous = hashlib.sha256(text.encode()).hexdigest()
        rows.append(row)
    return rows


def test_entries_are_taken_over_and_come_back(desk: Desk) -> None:
    old = chained(40)
    with desk.migrating() as connection:
        config = alembic(connection)
        command.upgrade(config, "0004")
        connection.execute(insert(table(connection)), old)
        command.upgrade(config, "0005")
        assert ledger_check.verify(connection) == 41
        held = list(ledger.read_rows(connection))
        assert [json.loads(row["detail"]) for row in held[:40]] == [
            json.loads(row["detail"]) for row in old
        ]
        assert [row["who"] for row in held[:40]] == [row["who"] for row in old]
        assert json.loads(held[40]["detail"]) == {
            "entries": 40, "chain": "whole", "last_hash": old[-1]["hash"],
        }  # fmt: skip
        command.downgrade(config, "0004")
        back = connection.execute(select(table(connection)).order_by("number")).mappings().all()
        assert [dict(row) for row in back[:40]] == old
        command.upgrade(config, "head")
        assert ledger_check.verify(connection) == 42


def test_a_chain_that_was_broken_stays_known_as_broken(desk: Desk) -> None:
    with desk.migrating() as connection:
        config = alembic(connection)
        command.upgrade(config, "0004")
        connection.execute(insert(table(connection)), chained(9))
        changed = table(connection)
        connection.execute(update(changed).where(changed.c.number == 4).values(who="somebody"))
        command.upgrade(config, "head")
        held = list(ledger.read_rows(connection))
        assert json.loads(held[-1]["detail"])["chain"] == "broken at entry 4"
        assert ledger_check.verify(connection) == 10


def test_a_gap_and_an_older_clock_are_taken_over_in_order(desk: Desk) -> None:
    rows = chained(9)
    rows[5]["at"] = "2025-12-31T00:00:00+00:00"
    with desk.migrating() as connection:
        config = alembic(connection)
        command.upgrade(config, "0004")
        connection.execute(insert(table(connection)), rows[:2] + rows[3:])
        command.upgrade(config, "head")
        assert ledger_check.verify(connection) == 9
        held = list(ledger.read_rows(connection))
        assert json.loads(held[4]["detail"])["clock"] == "2025-12-31T00:00:00+00:00"
        assert json.loads(held[-1]["detail"])["chain"] == "broken at entry 3"


@pytest.mark.parametrize("count", [0, 5_001])
def test_nothing_and_more_than_one_batch_are_taken_over(desk: Desk, count: int) -> None:
    with desk.migrating() as connection:
        config = alembic(connection)
        command.upgrade(config, "0004")
        if count:
            connection.execute(insert(table(connection)), [
                {**row, "at": "2026-01-01T00:00:00+00:00"} for row in chained(count)
            ])  # fmt: skip
        command.upgrade(config, "head")
        assert ledger_check.verify(connection) == (count + 1 if count else 0)
        command.downgrade(config, "0004")
        assert "ledger_tile" not in inspect(connection).get_table_names()
