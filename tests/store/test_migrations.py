"""Migrations: up, down and up again on both engines, and no row is lost on the way."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, Table, insert, inspect, select

from maillon.model import StoreError
from maillon.store.desk import REVISION, Desk
from maillon.store.every_table import METADATA
from maillon.store.labelsets import set_number

from .conftest import alembic

LABEL = {"id": 7, "originator": "police", "scheme": "", "code": "", "compartment": "", "purposes": "[]",
         "legal_basis": "Act, s. 1", "statistics": True}  # fmt: skip
AT = "2026-01-01T00:00:00+00:00"
FILLED: Mapping[str, list[dict[str, Any]]] = {
    "label": [LABEL],
    "dataset": [{"name": "d", "adapter": "lines", "mode": "snapshot", "label": 7,
                 "retention_class": "standard"}],
    "delivery": [{"number": 3, "id": "d-1", "dataset": "d", "label": 7, "sha256": "0" * 64, "size": 9,
                  "received": AT, "statements": 1, "entities": 1, "records_unreadable": 0, "purged": 0,
                  "retention_month": "2026-01", "counts": {"schema": {"Person": 1}}, "options": {},
                  "files": ["2026-01/d-1.0000.parquet"]}],
    "problem": [{"id": 1, "delivery": "d-1", "locator": "line:2", "reason": "r"}],
    "attempt": [{"id": 1, "delivery": "d-1", "who": "analyst", "at": AT, "rule": "r"}],
    "judgement": [
        {"number": 1, "id": "e" * 16, "left": "a", "right": "b", "verdict": "positive",
         "who": "analyst", "at": AT, "reason": "r", "labels": [7], "revokes": None, "by": "person"},
        {"number": 2, "id": "f" * 16, "left": "a", "right": "b", "verdict": "revoked",
         "who": "analyst", "at": AT, "reason": "r", "labels": [7], "revokes": "e" * 16,
         "by": "rule"},
    ],
    "cluster_change": [{"number": 1, "id": "1" * 16, "at": AT, "key": "k", "kind": "merged",
                        "before": ["ml-1"], "after": ["ml-2"], "entities": ["a", "b"],
                        "entity_count": 2, "labels": []}],
    "lead_assessment": [{"number": 1, "id": "2" * 16, "terror": "ml-1", "crime": "ml-2",
                         "state": "open", "reason": "r", "evidence": [["ff", "d"]], "labels": [7],
                         "who": "analyst", "at": AT}],
    "receipt": [{"number": 1, "id": "3" * 16, "at": AT, "who": "analyst", "agency": "centre",
                 "labels": [7, 9], "clearings_until": 0, "body": "{}", "sha256": "0" * 64}],
    "content_key": [{"dataset": "d", "key": "0" * 64}],
    "clearing": [{"number": 1, "id": "4" * 16, "subject": "s", "subject_dataset": "d",
                  "subject_seal": "0" * 64, "entry": "e", "entry_dataset": "l",
                  "entry_seal": "0" * 64, "who": "analyst", "at": AT, "reason": "r",
                  "labels": [7], "revokes": None}],
    "screening": [{"number": 1, "round": "r", "receipt": "3" * 16, "at": AT, "state": {"t": 1}}],
    "screen_hit": [{"round": "r", "subject": "s", "entry": "e", "subject_dataset": "d",
                    "subject_seal": "0" * 64, "entry_dataset": "l", "entry_seal": "0" * 64,
                    "score": 0.5, "band": "weak", "is_alert": False, "state": "open", "why": "w",
                    "receipt": "3" * 16, "at": AT, "labels": [9, 7]}],
    "lease": [{"id": 1, "pid": 5, "generation": 3, "opened": AT}],
    "derived": [{"name": "n", "key": "k", "file": "f", "made": AT}],
}  # fmt: skip
"""One row or more of every table of revision 0004 whose rows a later revision must keep."""


def reflected(connection: Connection) -> dict[str, Table]:
    found = MetaData()
    found.reflect(connection)
    return dict(found.tables)


def rows_of(connection: Connection, wanted: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Return the rows of these tables, in the columns that were filled."""
    tables = reflected(connection)
    found: dict[str, Any] = {}
    for name, rows in wanted.items():
        columns = [tables[name].c[column] for column in rows[0]]
        got = connection.execute(select(*columns)).mappings().all()
        # SQLite reflects JSON as JSON too, and gives its values back
        found[name] = sorted(
            (dict(row) for row in got), key=lambda row: json.dumps(row, sort_keys=True)
        )
    return found


def filled(connection: Connection) -> None:
    tables = reflected(connection)
    assert set(FILLED) <= set(tables)
    for name, rows in FILLED.items():
        connection.execute(insert(tables[name]), rows)


def differences(connection: Connection) -> list[Any]:
    """Return what tables and code differ in; an index of one engine is none of the other's."""

    def is_here(_: object, name: str | None, kind: str, *__: object) -> bool:
        is_of_postgres = kind == "index" and str(name).endswith("_newest")
        return connection.dialect.name == "postgresql" or not is_of_postgres

    context = MigrationContext.configure(connection, opts={"include_object": is_here})
    return list(compare_metadata(context, METADATA))


def expected() -> dict[str, Any]:
    return {
        name: sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))
        for name, rows in FILLED.items()
    }


def test_the_newest_revision_is_the_one_that_this_version_reads() -> None:
    config = Config()
    config.set_main_option("script_location", "maillon.store:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]


def test_migrated_tables_are_those_that_the_code_knows(desk: Desk) -> None:
    desk.create()
    with desk.engine.connect() as connection:
        assert differences(connection) == []


def test_every_revision_goes_up_and_down_and_leaves_nothing(desk: Desk) -> None:
    script = ScriptDirectory("src/maillon/store/migrations")
    revisions = [one.revision for one in script.walk_revisions()][::-1]
    assert revisions == sorted(revisions)
    with desk.migrating() as connection:
        config = alembic(connection)
        for revision in revisions:
            command.upgrade(config, revision)
            command.downgrade(config, "-1")
            command.upgrade(config, revision)
        for _ in revisions:
            command.downgrade(config, "-1")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}


def test_a_filled_desk_of_revision_0004_loses_nothing_up_down_and_up(desk: Desk) -> None:
    with desk.migrating() as connection:
        config = alembic(connection)
        command.upgrade(config, "0004")
        filled(connection)
        assert rows_of(connection, FILLED) == expected()
        for _ in range(2):
            command.upgrade(config, "head")
            assert rows_of(connection, FILLED) == expected()
            command.downgrade(config, "0004")
            assert rows_of(connection, FILLED) == expected()
        command.upgrade(config, "head")
        assert differences(connection) == []


def test_what_was_judged_before_there_were_rules_is_a_persons(desk: Desk) -> None:
    with desk.migrating() as connection:
        config = alembic(connection)
        command.upgrade(config, "0002")
        old = [{k: v for k, v in row.items() if k != "by"} for row in FILLED["judgement"]]
        connection.execute(insert(reflected(connection)["judgement"]), old)
        command.upgrade(config, "head")
    with desk.housekeeping() as connection:
        judgement = reflected(connection)["judgement"]
        assert set(connection.execute(select(judgement.c.by)).scalars()) == {"person"}


def test_rows_of_old_have_the_number_of_their_set(desk: Desk) -> None:
    with desk.migrating() as connection:
        command.upgrade(alembic(connection), "0004")
        filled(connection)
        command.upgrade(alembic(connection), "head")
    with desk.housekeeping() as connection:
        for name in ("judgement", "receipt", "screen_hit", "cluster_change"):
            table = reflected(connection)[name]
            rows = connection.execute(select(table.c.labels, table.c.label_set)).all()
            assert rows
            assert all(row.label_set == set_number(row.labels) for row in rows)


def test_a_number_goes_on_after_the_rows_of_old(desk: Desk) -> None:
    with desk.migrating() as connection:
        command.upgrade(alembic(connection), "head")
        tables = reflected(connection)
        row = {k: v for k, v in FILLED["cluster_change"][0].items() if k != "number"}
        row["label_set"] = set_number([])
        connection.execute(insert(tables["label_set"]), [{"id": set_number([]), "labels": []}])
        for id_ in ("1" * 16, "2" * 16):
            connection.execute(insert(tables["cluster_change"]), [{**row, "id": id_}])
        numbers = connection.execute(select(tables["cluster_change"].c.number)).scalars()
        assert sorted(numbers) == [1, 2]


def test_a_desk_of_another_revision_is_not_opened(desk: Desk) -> None:
    desk.create()
    with desk.migrating() as connection:
        command.downgrade(alembic(connection), "-1")
    before = f"{int(REVISION) - 1:04}"
    with pytest.raises(StoreError, match=rf"revision {before}.*maillon upgrade"):
        desk.generation()
    desk.create()
    assert desk.generation() == 0


def test_a_migration_that_breaks_leaves_the_desk_as_it_was(desk: Desk) -> None:
    def broken() -> None:
        with desk.migrating() as connection:
            command.downgrade(alembic(connection), "0005")
            raise ZeroDivisionError

    desk.create()
    with pytest.raises(ZeroDivisionError):
        broken()
    assert desk.generation() == 0


def old_verdict(number: int, pair: tuple[str, str], verdict: str) -> dict[str, Any]:
    digest = hashlib.sha256("\x1f".join(("hit", *pair)).encode()).hexdigest()
    return {"number": number, "id": f"{number:016}", "kind": "hit", "object": digest, "version": "v",
            "verdict": verdict, "reason": "r", "weighed": ["rule: minor"], "who": "analyst",
            "opened": AT, "at": AT, "labels": [], "label_set": set_number([])}  # fmt: skip


def test_a_verdict_of_old_names_its_pair_where_the_desk_knows_it(desk: Desk) -> None:
    """Revision 0009 kept a hash without a key: of a pair that nobody knows a pseudonym remains."""
    with desk.migrating() as connection:
        config = alembic(connection)
        command.upgrade(config, "0004")
        filled(connection)
        command.upgrade(config, "0009")
        old = [old_verdict(1, ("s", "e"), "confirmed"), old_verdict(2, ("x", "y"), "rejected")]
        sets = [{"id": set_number([]), "labels": []}]
        if not connection.execute(select(reflected(connection)["label_set"])).mappings().all():
            connection.execute(insert(reflected(connection)["label_set"]), sets)
        connection.execute(insert(reflected(connection)["validation"]), old)
        command.upgrade(config, "head")
        table = reflected(connection)["validation"]
        one, two = connection.execute(select(table).order_by(table.c.number)).mappings().all()
        assert (one["left"], one["right"], one["verdict"]) == ("s", "e", "match")
        assert one["weighed"] == ["rule: minor"]
        assert two["verdict"] == "no match"
        assert two["left"].startswith("erased-")
        assert two["left"] != two["right"]
        assert old[1]["object"] not in repr(dict(two))
        command.downgrade(config, "0009")
        table = reflected(connection)["validation"]
        back = connection.execute(select(table).order_by(table.c.number)).mappings().all()
        assert dict(back[0]) == old[0]
        assert back[1]["verdict"] == "rejected"
