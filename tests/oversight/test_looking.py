"""Who looked at what: told to oversight and to the originator, and asked for misuse."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maillon.model import Act, Label, Mandate, RefusedError, View
from maillon.model.adapter import Mode
from maillon.oversight import misuses, replay
from maillon.sources import adapter
from maillon.store import Order
from maillon.store.ledger_book import LedgerBook
from maillon.workspace import Workspace

from .conftest import audits

POLICE = Label("rt_police", purposes=("linking",), legal_basis="Police Act, s. 1")
OWN = Label("centre", purposes=("linking",), legal_basis="Coordination Centre Act, s. 4")
SEALED = Label("centre", compartment="vault", legal_basis="Coordination Centre Act, s. 4")
OFFICER = """
[people.constable]
agencies = ["rt_police"]
purposes = ["linking"]
self_ids = ["p1"]

[people.busy]
agencies = ["centre"]
purposes = ["linking"]
"""


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    file = tmp_path / "w" / "maillon.toml"
    text = file.read_text("utf-8").replace("[people.supervisor]", f"{OFFICER}\n[people.supervisor]")
    file.write_text(text, "utf-8")
    with Workspace.open(tmp_path / "w") as opened:
        for dataset, label, ids in (("police", POLICE, ("p1", "p2")), ("own", OWN, ("c1",)),
                                    ("sealed", SEALED, ("s1",))):  # fmt: skip
            lines = [{"id": one, "schema": "Person", "properties": {"name": [f"Name {one}"]}}
                     for one in ids]  # fmt: skip
            raw = io.BytesIO("".join(json.dumps(line) + "\n" for line in lines).encode())
            order = Order(adapter("ftm-json"), dataset, label, mode=Mode.MESSAGES)
            opened.load(opened.view(Act.LOAD), raw, order)
        yield opened


def reads(w: Workspace, who: str = "analyst", agency: str = "centre") -> View:
    mandate = replace(w.settings.mandate, who=who, agency=agency)
    return w.view(Act.READ, mandate)


def looked(w: Workspace, view: View, entity: str) -> list[tuple[str, str]]:
    return [
        (one["who"], one["detail"]["verb"])
        for one in LedgerBook(w.store.house.desk).who_looked(view, entity)
    ]


def test_oversight_is_told_who_looked(w: Workspace) -> None:
    assert list(w.statements(reads(w), "p1"))
    assert w.screening.subject(reads(w, "busy"), "p1") is not None
    assert looked(w, audits(w.store), "p1") == [("analyst", "statements"), ("busy", "subject")]
    assert looked(w, audits(w.store), "p2") == []


def test_the_entry_stands_before_the_first_statement_is_seen(w: Workspace) -> None:
    view, before = reads(w), w.store.verify_ledger()
    next(w.statements(view, "p1"))
    assert w.store.verify_ledger() == before + 1


def test_the_originator_is_told_of_looks_at_its_own_record_alone(w: Workspace) -> None:
    list(w.statements(reads(w), "p1"))
    list(w.statements(reads(w), "c1"))
    police = reads(w, "constable", "rt_police")
    assert looked(w, police, "p1") == [("analyst", "statements")]
    assert looked(w, police, "c1") == []


def test_what_is_hidden_and_what_is_absent_leave_the_same_entry(w: Workspace) -> None:
    view = reads(w)
    assert list(w.statements(view, "s1")) == list(w.statements(view, "nobody")) == []
    entries = LedgerBook(w.store.house.desk).entries(audits(w.store), act="look")
    assert [one["detail"] for one in entries] == [{"verb": "statements"}] * 2
    assert looked(w, audits(w.store), "nobody") == [("analyst", "statements")]


def test_a_search_for_nobody_an_around_and_a_between_are_entries(w: Workspace) -> None:
    view = w.view(Act.TRACE)
    with pytest.raises(ValueError, match="no person or organisation nobody"):
        w.tracing.around(view, "nobody")
    with pytest.raises(ValueError, match="no person or organisation nobody"):
        w.tracing.between(view, "nobody", "c1")
    assert looked(w, audits(w.store), "nobody") == [("analyst", "around"), ("analyst", "between")]


def test_others_read_their_own_entries_only(w: Workspace) -> None:
    list(w.statements(reads(w, "busy"), "p1"))
    book = LedgerBook(w.store.house.desk)
    assert {one["who"] for one in book.entries(reads(w, "busy"))} == {"busy"}
    assert {one["who"] for one in book.entries(audits(w.store))} >= {"busy", "analyst"}
    assert len(book.entries(audits(w.store), count=2)) == 2
    newest = book.entries(audits(w.store), count=1)[0]["number"]
    assert book.entries(audits(w.store), before=newest, count=1)[0]["number"] < newest


def test_only_oversight_exports_and_asks_for_misuse(w: Workspace) -> None:
    view = reads(w)
    for do in (lambda: list(LedgerBook(w.store.house.desk).export(view)),
               lambda: misuses(w.store, view), lambda: list(replay(w.store, view))):  # fmt: skip
        with pytest.raises(RefusedError, match=r"art\. 25"):
            do()


def test_who_looks_himself_up_is_asked_about(w: Workspace) -> None:
    list(w.statements(reads(w), "p1"))
    assert [one for one in misuses(w.store, audits(w.store)) if one.kind == "self search"] == []
    list(w.statements(reads(w, "constable", "rt_police"), "p1"))
    (found,) = [one for one in misuses(w.store, audits(w.store)) if one.kind == "self search"]
    assert (found.who, found.count) == ("constable", 1)
    by_hand = misuses(w.store, audits(w.store), {"analyst": ["p1"]})
    assert [one.who for one in by_hand if one.kind == "self search"] == ["analyst"]


def test_who_browses_is_asked_about_against_the_others_of_the_role(w: Workspace) -> None:
    for who, count in (("busy", 40), ("analyst", 3)):
        view = reads(w, who)
        for n in range(count):
            list(w.statements(view, f"x{n}"))
    found = [one for one in misuses(w.store, audits(w.store)) if one.kind == "bulk browsing"]
    assert [(one.who, one.count, one.against) for one in found] == [("busy", 40, 3.0)]


def test_a_day_of_many_acts_on_few_objects_is_no_browsing(w: Workspace) -> None:
    view = reads(w, "busy")
    for _ in range(40):
        list(w.statements(view, "p1"))
    assert [one for one in misuses(w.store, audits(w.store)) if one.kind == "bulk browsing"] == []


def test_who_works_in_cases_and_asks_without_one_is_asked_about(w: Workspace) -> None:
    desk = w.store.house.desk
    for case in ("", "C-1"):
        desk.record(Mandate("busy", "centre", "linking", "s", case), "read", "opened", {})
    desk.record(Mandate("analyst", "centre", "linking", "s"), "read", "opened", {})
    found = [one for one in misuses(w.store, audits(w.store)) if one.kind == "without case"]
    assert [(one.who, one.count) for one in found] == [("busy", 1)]


def test_a_replay_says_what_was_done_and_refused_a_day(w: Workspace) -> None:
    with pytest.raises(RefusedError):
        reads(w, "nobody")
    view = audits(w.store)
    (day,) = list(replay(w.store, view))
    assert day.entries == w.store.verify_ledger()
    assert day.acts["nobody", "read", "refused"] == 1
    assert list(day.refused.values()) == [1]
    assert list(replay(w.store, view, until="2020-01-01")) == []
