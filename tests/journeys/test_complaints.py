"""What users of other systems have complained of in public, as far as it is about access, sharing,
merging and history; the rest is said to wait for its layer."""

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maillon.model import Act, Label, Mandate, Mode, StoreError, View
from maillon.policy import handling_of
from maillon.screen import entry
from maillon.sources import adapter
from maillon.store import Event, Order, Verdict
from maillon.store.ledger_book import LedgerBook
from maillon.store.protections import Protection
from maillon.store.releases import Consent
from maillon.workspace import Workspace

from .guarding_verbs import AUDIT, NEXT_MONTH, seen
from .records import OPEN, SEALED, loaded, person

SAMPLES = Path(__file__).parents[1] / "data" / "handling" / "complaints.jsonl"
LATER = {
    "case": {5, 6, 11, 14, 23, 27, 28, 30, 33, 34},
    "exchange": {7, 12, 13, 16, 17, 18, 20, 24},
}
"""Complaints about layers that are not built yet."""


def test_every_complaint_is_a_test_or_waits_for_its_layer() -> None:
    numbers = {json.loads(line)["n"] for line in SAMPLES.read_text("utf-8").splitlines()}
    text = Path(__file__).read_text("utf-8")
    tested = {int(n) for n in re.findall(r"^def test_complaint_(\d+)_", text, re.MULTILINE)}
    later = set().union(*LATER.values())
    assert tested | later == numbers
    assert not tested & later


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    text = (tmp_path / "w" / "maillon.toml").read_text("utf-8")
    text += '\n[people.chief]\nagencies = ["police"]\npurposes = ["review", "linking"]\ncompartments = ["vault"]\n'
    (tmp_path / "w" / "maillon.toml").write_text(text, "utf-8")
    with Workspace.open(tmp_path / "w") as opened:
        yield opened


def chief(w: Workspace, act: Act = Act.READ) -> View:
    return seen(w, act, who="chief", agency="police")


def test_complaint_3_who_was_given_what_is_known_to_the_originator_alone(w: Workspace) -> None:
    loaded(w, "d", OPEN, [person("a1", "Ann Berg")])
    w.store.safeguards.releases.consent(
        chief(w, Act.DECIDE), Consent("", "Customs of B", "case 7", NEXT_MONTH)
    )
    # another recipient asks what may go to him, and learns nothing of the first
    assert w.store.safeguards.releases.consents(seen(w), "Customs of C", NEXT_MONTH) == frozenset()
    assert w.store.safeguards.releases.consents(seen(w), "Customs of B", NEXT_MONTH) == frozenset()
    own = w.store.safeguards.releases.consents(chief(w), "Customs of B", NEXT_MONTH)
    assert own == {("police", "")}


def test_complaint_8_a_record_that_another_holds_sealed_is_created_all_the_same(
    w: Workspace, tmp_path: Path
) -> None:
    Workspace.create(tmp_path / "o")
    with Workspace.open(tmp_path / "o") as without:
        loaded(w, "vault", SEALED, [person("a1", "Ann Berg")])
        said = []
        for one in (w, without):
            raw = io.BytesIO(json.dumps(person("a1", "Ann Berg")).encode())
            order = Order(adapter("ftm-json"), "d", OPEN, mode=Mode.MESSAGES)
            done = one.load(one.view(Act.LOAD), raw, order)
            said.append((done.already, done.delivery.statements, done.counts))
        assert said[0] == said[1]


def test_complaint_9_merged_records_keep_the_marking_of_each_statement(w: Workspace) -> None:
    clear = Label("police", "TLP 2.0", "TLP:CLEAR", purposes=("review",))
    red = Label("police", "TLP 2.0", "TLP:RED", purposes=("review",))
    loaded(w, "one", clear, [person("a1", "Ann Berg", phone=["+88845550001"])])
    loaded(w, "two", red, [person("a2", "Ann Berg", passportNumber=["X1"])])
    view = w.view(Act.JUDGE, Mandate("chief", "police", "linking", w.settings.mandate.legal_basis))
    labels = tuple(sorted(view.labels))
    w.judge(view, Event("a1", "a2", Verdict.POSITIVE, "same", labels))
    assert not list(w.statements(seen(w, Act.READ), "a2"))
    assert {s.prop for s in w.statements(seen(w, Act.READ), "a1")} >= {"name", "phone"}
    assert {s.prop for s in w.statements(chief(w), "a2")} >= {"passportNumber"}


def test_complaint_15_a_release_is_in_the_ledger_with_who_and_what(w: Workspace) -> None:
    view = seen(w, Act.DISSEMINATE)
    assert view.act is Act.DISSEMINATE
    with w.store._desk.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT who, act, outcome FROM ledger").all()
    assert ("analyst", "disseminate", "opened") in [tuple(row) for row in rows]


def test_complaint_21_a_change_of_protection_says_who_when_and_why(w: Workspace) -> None:
    loaded(w, "d", OPEN, [person("a1", "Ann Berg")])
    id_ = w.guarding.protect(seen(w), Protection("a1", "victim", "first reason"))
    w.store.safeguards.protections.lift(seen(w, who="supervisor"), id_, "second reason")
    with w.store._desk.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT who, reason, revokes FROM protection ORDER BY number"
        ).all()
    assert [tuple(row) for row in rows] == [
        ("analyst", "first reason", None), ("supervisor", "second reason", id_),
    ]  # fmt: skip


@pytest.mark.parametrize(("scheme", "code"), [("tlp", "clear"), ("classification", "")])
def test_complaint_22_a_foreign_marking_is_the_most_restrictive_and_no_crash(
    w: Workspace, scheme: str, code: str
) -> None:
    foreign = Label("police", scheme, code, purposes=("review", "linking"))
    assert not handling_of(foreign).travels
    loaded(w, "d", foreign, [person("a1", "Ann Berg")])
    assert not list(w.statements(seen(w, Act.READ), "a1"))
    assert list(w.statements(chief(w), "a1"))


def test_complaint_31_counts_are_made_after_the_filter(w: Workspace) -> None:
    loaded(w, "d", OPEN, [person("a1", "Ann Berg"), person("a2", "Ole Berg")])
    (before,) = w.deliveries(seen(w, Act.READ))
    w.guarding.protect(seen(w), Protection("a2", "sealed", "r"))
    (after,) = w.deliveries(seen(w, Act.READ))
    assert (before.entities, after.entities) == (2, 1)
    assert after.statements == len(list(w.store.scan(seen(w, Act.READ))))


def test_complaint_32_the_list_and_the_store_agree_on_what_is_gone(w: Workspace) -> None:
    loaded(w, "d", OPEN, [person("a1", "Ann Berg")])
    w.guarding.protect(seen(w), Protection("a1", "sealed", "r"))
    assert not list(w.statements(seen(w, Act.READ), "a1"))
    with pytest.raises(StoreError, match="no entity a1"):
        w.guarding.flags(seen(w), "a1")
    with pytest.raises(StoreError, match="no entity zz"):
        w.guarding.flags(seen(w), "zz")


def test_complaint_35_the_originator_and_oversight_see_who_looked(w: Workspace) -> None:
    loaded(w, "d", OPEN, [person("a1", "Ann Berg")])
    assert list(w.statements(seen(w, Act.READ), "a1"))
    book = LedgerBook(w.store.house.desk)
    found = book.who_looked(w.view(Act.AUDIT, AUDIT), "a1")
    assert "analyst" in {one["who"] for one in found}
    assert book.who_looked(w.view(Act.AUDIT, AUDIT), "zz") == []


def test_complaint_36_a_search_for_the_like_runs_under_the_readers_own_policy(
    w: Workspace,
) -> None:
    loaded(w, "vault", SEALED, [person("s1", "Ann Berg", topics=["crime.terror"])])
    loaded(w, "d", OPEN, [person("a1", "Ole Lund", topics=["crime.terror"])])
    asked = [entry("q", "Person", "", {"name": ["Ann Berg"]})]
    (answer,) = w.screen(w.view(Act.SCREEN), lambda _: asked, threshold=0.0)
    assert {hit["id"] for hit in answer.line()["hits"]} <= {"a1"}


def test_complaint_38_a_changed_file_is_a_new_version_and_both_are_kept(w: Workspace) -> None:
    for name in ("Ann Berg", "Anna Berg"):
        raw = io.BytesIO(json.dumps(person("a1", name)).encode())
        w.load(w.view(Act.LOAD), raw, Order(adapter("ftm-json"), "d", OPEN))
    view = w.view(Act.READ)
    held = w.store.deliveries(view, current=False)
    assert len({one.sha256 for one in held}) == 2
    for one, name in zip(held, ("Ann Berg", "Anna Berg"), strict=True):
        with w.store.original(view, one.id) as (delivered, *_):
            assert name in delivered.read().decode()
    assert [replace(one, received="") for one in w.deliveries(view)] == [
        replace(held[1], received="")
    ]
