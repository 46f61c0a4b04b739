"""What the desk says of the erased: keyed hashes remain, under a key that nobody has."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from maillon.model import Act
from maillon.store import Assessment, ChangeKind, ClusterChange, Event, LeadState, Side, Verdict
from maillon.store import keeping as k
from maillon.store.every_table import METADATA
from maillon.store.labelsets import intern_set
from maillon.store.pseudonyms import PREFIX, SPEAKS
from maillon.store.tables_cards import VALIDATION

from .keeping import Clocked, clocked

TEXT = "anna,name,Anna Nova\nbela,name,Bela\ncyril,name,Cyril\nbroken\n"

SILENT = {
    "attempt": "delivery ids",
    "breach": "datasets and accounts",
    "break_glass": "compartments and cases; its reason names no entity id",
    "card": "rules, not people",
    "case_file": "cases",
    "case_member": "accounts",
    "consent": "agencies",
    "content_key": "keys",
    "dataset": "sources",
    "delivery_proposal": "files of a drop folder",
    "declaration": "accounts",
    "delivery": "files; counts",
    "derived": "files; all dropped by an erasure",
    "intake_look": "files of a drop folder",
    "intake_state": "errors of sources, without names",
    "job": "ids of datasets and counts; what names people stands in the job's folder",
    "kept_delivery": "files",
    "keeping_secret": "keys",
    "label": "labels",
    "label_set": "labels",
    "lease": "processes",
    "ledger": "acts; an entry never changes, and holds no personal data",
    "login_attempt": "keyed hashes of accounts and addresses",
    "login_lock": "keyed hashes of accounts and addresses",
    "notice": "keyed hashes of its own",
    "outgoing": "files",
    "policy_decision": "labels",
    "problem": "places in a file: put right by `forget_places`",
    "receipt": "hashes",
    "retention_review": "delivery ids",
    "sanitisation": "hashes",
    "saved_search": "words of an account of its own; they go when they are not asked",
    "screening": "names of derived tables and deliveries",
    "team": "agencies",
    "team_member": "accounts",
    "upload": "how a file is read; the file stands in its folder",
    "visit": "accounts",
    "tombstone": "names its target until the files are rewritten",
    "tombstone_delivery": "delivery ids",
}
"""Tables without the id of an entity, and why; a new table fails until it is placed."""


def test_every_table_of_the_desk_is_placed() -> None:
    speaking = {one.table.name for one in SPEAKS}
    assert not speaking & set(SILENT)
    others = set(METADATA.tables) - speaking - set(SILENT)
    assert {name for name in others if _may_hold_an_entity(name)} == set()


def _may_hold_an_entity(table: str) -> bool:
    names = {column.name for column in METADATA.tables[table].columns}
    return bool(names & {"entity", "entities", "left", "subject", "entry", "object", "target"})


@pytest.fixture
def w(folder: Path) -> Iterator[Clocked]:
    held = clocked(folder)
    held.load(TEXT)
    view = held.reader(act=Act.JUDGE)
    held.store.judge(view, Event("anna", "bela", Verdict.NEGATIVE, "Anna has a sister"))
    held.store.judge(view, Event("bela", "cyril", Verdict.NEGATIVE, "other birth date"))
    held.store.clearings.clear(
        view,
        Side("anna", "d", "v1"),
        Side("bela", "d", "v1"),
        "Anna is no Bela",
        sorted(view.labels),
    )
    held.store.assessments.append(
        view, Assessment("anna", "cyril", LeadState.REFUTED, "an invoice of Anna's")
    )
    held.store.changes.append(
        view, [ClusterChange(ChangeKind.MERGED, ("x",), ("y",), ("anna", "bela"), 2)]
    )
    k.register(held.house, held.view(), "anna", "Police", "D-1")
    yield held
    held.store.close()


def desk_bytes(w: Clocked) -> bytes:
    """Everything that any table says, in words."""
    with w.house.writing() as connection:
        found = [
            repr(connection.execute(table.select()).all()) for table in METADATA.sorted_tables
            if table.name != "tombstone"
        ]  # fmt: skip
    return "\n".join(found).encode()


def test_of_the_erased_only_pseudonyms_remain_on_the_desk(w: Clocked) -> None:
    assert b"anna" in desk_bytes(w)
    w.erase("anna")
    held = desk_bytes(w)
    assert b"anna" not in held
    assert b"Anna" not in held
    first, second = w.store.judgements(w.reader(act=Act.JUDGE))
    assert {first.left, first.right} - {"bela"} == {
        one for one in (first.left, first.right) if one.startswith(PREFIX)
    }
    assert first.reason == "erased under Test Act, s. 1"
    assert (second.left, second.right, second.reason) == ("bela", "cyril", "other birth date")
    (said,) = w.store.assessments.read(w.reader(act=Act.TRACE))
    assert said.terror in (first.left, first.right)  # one pseudonym: the log keeps its shape
    assert said.state is LeadState.REFUTED
    w.run()
    with w.house.writing() as connection:
        stones = repr(connection.exec_driver_sql("SELECT * FROM tombstone").all())
    assert "anna" not in stones.lower()


def test_a_verdict_keeps_neither_the_pair_nor_its_reason_nor_what_was_shown(w: Clocked) -> None:
    row = {
        "id": "0" * 16, "event": "verdict", "kind": "lead", "left": "anna", "right": "cyril",
        "version": "v" * 64, "dataset": "", "verdict": "refuted", "reason": "Anna was abroad",
        "shown": [["for", "innocent", "5ea1" * 8]], "weighed": ["innocent"], "takes_two": False,
        "who": "analyst", "person": "analyst", "opened": "", "at": "", "labels": [],
    }  # fmt: skip
    with w.house.writing() as connection:
        connection.execute(insert(VALIDATION).values(**row, label_set=intern_set(connection, [])))
    w.erase("anna")
    held = desk_bytes(w)
    for gone in (b"abroad", b"v" * 64, b"5ea1", b"innocent"):
        assert gone not in held
    assert b"refuted" in held  # the shape of the log stays


def test_two_erasures_give_one_id_two_pseudonyms(tmp_path: Path) -> None:
    found = []
    for name in ("a", "b"):
        held = clocked(tmp_path / name)
        held.load(TEXT)
        held.store.judge(held.reader(act=Act.JUDGE), Event("anna", "bela", Verdict.UNSURE, ""))
        held.erase("anna")
        (event,) = held.store.judgements(held.reader(act=Act.JUDGE))
        found.append({event.left, event.right} - {"bela"})
        held.store.close()
    assert found[0] != found[1]


def test_what_another_delivery_still_holds_is_not_forgotten(w: Clocked) -> None:
    w.load("anna,name,Anna Nova\n", dataset="e")
    w.erase("anna", dataset="e")
    w.run()
    assert b"anna" in desk_bytes(w)


def test_what_a_hold_keeps_is_not_forgotten_before_its_release(w: Clocked) -> None:
    hold = k.Hold("entity", "anna", "trial", "Court", date(2026, 9, 1))
    id_ = k.place(w.house, w.view(), hold, w.keys)
    w.erase("anna")
    w.run()
    assert b"Anna has a sister" in desk_bytes(w)
    k.release(w.house, w.view(), id_, "over", w.keys)
    w.run()
    assert b"anna" not in desk_bytes(w)


def test_problems_of_an_erased_delivery_say_the_rule(w: Clocked) -> None:
    (delivery,) = w.store.deliveries(w.reader())
    w.erase(delivery.id, "delivery")
    with w.house.writing() as connection:
        rows = connection.exec_driver_sql("SELECT reason FROM problem").all()
    assert [row[0] for row in rows] == ["erased under Test Act, s. 1"]


def test_whoever_was_given_it_is_told_under_no_name(w: Clocked) -> None:
    w.erase("anna")
    (notice,) = k.notices(w.house, w.view())
    assert (notice.recipient, notice.reference, notice.kind) == ("Police", "D-1", "erase")
    assert len(notice.object) == 64
