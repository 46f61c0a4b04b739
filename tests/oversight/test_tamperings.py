"""Fourteen tamperings, done for real, and found by the verifier that stands alone."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from maillon.model import StoreError
from maillon.oversight import KINDS
from maillon.oversight.verifier import ENDS
from maillon.store import open_store

from .conftest import Signed, verdict

OLDER = 302
"""Entries that the desk had when the backup was taken: 300 acts, oversight's, the checkpoint's."""


def place_of(kind: str) -> int:
    return OLDER + 1 if kind in {"anchor replay", "old backup"} else 137


def test_the_fourteen_are_those_that_the_verifier_names(tamperings: ModuleType) -> None:
    assert sorted(tamperings.KINDS) == sorted(KINDS)
    assert len(KINDS) == 14


def test_an_untouched_ledger_is_sound(signed: Signed) -> None:
    found = verdict(signed.exported_as_it_stands(), "--checkpoint", signed.checkpoints[1],
                    "--key", signed.keys / "log.pub")  # fmt: skip
    assert (found["found"], found["first_bad"], found["excluded"]) == ([], None, list(KINDS))


@pytest.mark.parametrize("kind", KINDS)
def test_one_checkpoint_outside_finds_the_first_bad_entry(
    signed: Signed, tamperings: ModuleType, kind: str
) -> None:
    expected = tamperings.tamper(kind, signed.folder, place_of(kind), signed.older)
    found = verdict(signed.exported_as_it_stands(), "--checkpoint", signed.checkpoints[1],
                    "--key", signed.keys / "log.pub")  # fmt: skip
    assert not found["sound"]
    assert found["first_bad"] == expected


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_leaves_a_checkpoint_still_finds_it_within_bounds(
    signed: Signed, tamperings: ModuleType, kind: str, tmp_path: Path
) -> None:
    expected = tamperings.tamper(kind, signed.folder, place_of(kind), signed.older)
    alone = Path(shutil.copy2(signed.checkpoints[1], tmp_path))
    found = verdict(signed.exported_as_it_stands(), "--checkpoint", alone,
                    "--key", signed.keys / "log.pub")  # fmt: skip
    assert not found["sound"]
    if found["first_bad"] is None:
        low, high = found["between"]
        assert low <= expected <= high
    else:
        assert found["first_bad"] == expected


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_to_be_excluded_without_a_checkpoint_is_found(
    signed: Signed, tamperings: ModuleType, kind: str
) -> None:
    before = verdict(signed.exported_as_it_stands(), "--key", signed.keys / "log.pub")
    assert set(before["not_excluded"]) == set(ENDS)
    tamperings.tamper(kind, signed.folder, place_of(kind), signed.older)
    found = verdict(signed.exported_as_it_stands(), "--key", signed.keys / "log.pub")
    if kind in before["excluded"]:
        assert not found["sound"]


def test_without_key_and_checkpoint_nothing_is_excluded(signed: Signed) -> None:
    found = verdict(signed.exported_as_it_stands())
    assert (found["excluded"], found["not_excluded"]) == ([], list(KINDS))
    assert found["why"]


@pytest.mark.parametrize("kind", ["edit", "bulk SQL"])
def test_the_workspace_itself_does_not_notice_who_recomputes_hashes(
    signed: Signed, tamperings: ModuleType, kind: str
) -> None:
    tamperings.tamper(kind, signed.folder, 137, signed.older)
    store = open_store(signed.folder)
    try:
        assert store.verify_ledger() > 600
    finally:
        store.close()


@pytest.mark.parametrize(
    ("sql", "first"),
    [
        ("UPDATE ledger SET who = 'x' WHERE number = 90", 90),
        ("DELETE FROM ledger WHERE number = 90", 90),
        ("DELETE FROM ledger WHERE number > 500", 501),
        ("DELETE FROM ledger WHERE number < 90", 1),
        ("UPDATE ledger SET leaf = zeroblob(32) WHERE number = 90", 90),
        ("UPDATE ledger SET salt = x'' WHERE number = 90", 90),
    ],
)
def test_sql_without_new_hashes_is_found_at_its_entry(signed: Signed, sql: str, first: int) -> None:
    with closing(sqlite3.connect(signed.folder / "desk.sqlite")) as con, con:
        con.execute(sql)
    found = verdict(signed.exported_as_it_stands(), "--checkpoint", signed.checkpoints[1])
    assert found["first_bad"] == first


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("UPDATE ledger SET who = 'x' WHERE number = 90", "entry 90 was changed"),
        ("DELETE FROM ledger WHERE number = 90", "entry 90 is missing"),
        ("DELETE FROM ledger WHERE number > 500", "entry 501 is missing"),
        ("DELETE FROM ledger_object WHERE number = 90", "what entry 90 looked at"),
        ("UPDATE ledger_tile SET hashes = zeroblob(64)", "the tree over entry 1 and on"),
        ("UPDATE ledger_head SET peaks = zeroblob(length(peaks))", "its head"),
        ("UPDATE ledger_head SET size = size - 1", "was not written by the ledger"),
        ("DELETE FROM ledger_head", "head is gone"),
    ],
)
def test_the_workspace_notices_sql_without_new_hashes(signed: Signed, sql: str, says: str) -> None:
    with closing(sqlite3.connect(signed.folder / "desk.sqlite")) as con, con:
        con.execute(sql)
    store = open_store(signed.folder)
    try:
        with pytest.raises(StoreError, match=says):
            store.verify_ledger()
    finally:
        store.close()
