"""What screening keeps on the desk: in one transaction with the ledger, and never edited."""

import pytest
from sqlalchemy import func, select

from maillon.model import Act, StoreError, View
from maillon.store import Run, Side, StandingHit, Store, ledger, new_receipt_id
from maillon.store.clearing import seal
from maillon.store.tables import CLEARING, RECEIPT, SCREEN_HIT
from maillon.store.tables_ledger import LEDGER

from .conftest import load, people, view_of

HIT = StandingHit("s", "e", ("d", "l"), ("1" * 64, "2" * 64), 0.9, "strong", is_alert=True,
                  state="open", why="first run")  # fmt: skip


@pytest.fixture
def view(store: Store) -> View:
    load(store, people(1))
    return view_of(store, Act.SCREEN)


def count(store: Store, table: object) -> int:
    with store._desk.housekeeping() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar() or 0  # type: ignore[arg-type]  # a table


def run_of(view: View) -> Run:
    return Run("round", new_receipt_id(), {"queries": 1}, {"table": "t"}, sorted(view.labels), 0)


def test_a_receipt_is_written_once(store: Store, view: View) -> None:
    before = count(store, LEDGER)
    for hits in (1, 2):
        store.receipts.put(view, "ab" * 8, {"hits": hits}, labels=view.labels, clearings_until=0)
    assert store.receipts.one(view, "ab" * 8).body == {"hits": 1}
    assert count(store, LEDGER) == before + 1
    assert store.verify_ledger() == before + 1


def test_another_agency_does_not_read_it(store: Store, view: View) -> None:
    store.receipts.put(view, "ab" * 8, {}, labels=view.labels, clearings_until=0)
    with store._desk.begin() as connection:
        connection.execute(RECEIPT.update().values(agency="other"))
    assert store.receipts.read(view) == []
    with pytest.raises(StoreError, match="no receipt"):
        store.receipts.one(view, "ab" * 8)


def test_without_the_ledger_nothing_is_written(
    store: Store, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise StoreError("the disk is full")

    keys = store.clearings.keys(view, ["d", "l"])
    monkeypatch.setattr(ledger, "append", full)
    side = Side("s", "d", "v")
    for act in (
        lambda: store.receipts.put(view, "ab" * 8, {}, labels=(), clearings_until=0),
        lambda: store.clearings.clear(view, side, Side("e", "l", "v"), "r", view.labels),
        lambda: store.rounds.commit(view, run_of(view), [HIT]),
    ):
        with pytest.raises(StoreError, match="the disk is full"):
            act()
    assert [count(store, table) for table in (RECEIPT, CLEARING, SCREEN_HIT)] == [0, 0, 0]
    assert len(keys) == 2


def test_a_seal_changes_with_the_content_and_dies_with_its_key(store: Store, view: View) -> None:
    keys = store.clearings.keys(view, ["d"])
    assert keys == store.clearings.keys(view, ["d"])
    one, other = seal(keys, Side("s", "d", "v1")), seal(keys, Side("s", "d", "v2"))
    assert len({one, other, seal(keys, Side("t", "d", "v1"))}) == 3
    assert seal({}, Side("s", "d", "v1")) == ""


def test_a_clearing_is_taken_back_once(store: Store, view: View) -> None:
    id_ = store.clearings.clear(view, Side("s", "d", "v"), Side("e", "l", "v"), "r", view.labels)
    assert [one.is_standing for one in store.clearings.read(view)] == [True]
    until = store.clearings.newest()
    store.clearings.take_back(view, id_, "mistaken")
    assert [one.is_standing for one in store.clearings.read(view)] == [False, False]
    assert [one.is_standing for one in store.clearings.read(view, until)] == [True]
    with pytest.raises(StoreError, match="no standing clearing"):
        store.clearings.take_back(view, id_, "again")


def test_a_clearing_behind_hidden_labels_is_not_there(store: Store, view: View) -> None:
    id_ = store.clearings.clear(view, Side("s", "d", "v"), Side("e", "l", "v"), "r", [4711])
    assert store.clearings.read(view) == []
    with pytest.raises(StoreError, match="no standing clearing"):
        store.clearings.take_back(view, id_, "r")


def test_hits_are_replaced_by_their_pair(store: Store, view: View) -> None:
    store.rounds.commit(view, run_of(view), [HIT])
    store.rounds.commit(view, run_of(view), [HIT])
    (hit,) = store.rounds.hits(view, "round")
    assert (hit.state, hit.why) == ("open", "first run")
    assert store.rounds.set_state(view, ("s", "e"), ("x", "y"), "cleared", "c") == 0
    assert store.rounds.set_state(view, ("s", "e"), HIT.seals, "cleared", "c") == 1
    assert store.rounds.hits(view, "round", states=("open",)) == []
    last = store.rounds.last(view, "round")
    assert last is not None
    assert last["table"] == "t"
    assert store.rounds.last(view, "another") is None


def test_a_replaced_delivery_is_read_by_its_name(store: Store) -> None:
    old = load(store, people(3)).delivery.id
    load(store, people(3, start=1))
    view = view_of(store, Act.READ)
    with store.workbench(view) as bench:
        assert {one.entity for one in bench.statements()} == {"p1", "p2", "p3"}
    with store.workbench(view, deliveries=[old]) as bench:
        assert {one.entity for one in bench.statements()} == {"p0", "p1", "p2"}
