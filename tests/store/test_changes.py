"""The feed of cluster changes: in order, counted in the ledger, hidden with what is behind it."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from maillon.model import Act, Label, RefusedError, StoreError, View
from maillon.store import Store, ledger
from maillon.store.changes import MOST_ENTITIES, ChangeKind, Changes, ClusterChange, view_key
from maillon.store.tables import CLUSTER_CHANGE

from .conftest import load, people, view_of

MERGED = ClusterChange(ChangeKind.MERGED, ("ml-1", "ml-2"), ("ml-1",), ("a", "b"), 2)
SPLIT = ClusterChange(ChangeKind.SPLIT, ("ml-1",), ("ml-1", "ml-2"), ("a", "b"), 2)


@pytest.fixture
def view(store: Store) -> View:
    load(store, people(1))
    return view_of(store, Act.RESOLVE)


@pytest.fixture
def feed(store: Store) -> Changes:
    return Changes(store._desk)


def test_changes_are_read_in_the_order_in_which_they_came(view: View, feed: Changes) -> None:
    assert feed.append(view, [MERGED, SPLIT]) == 2
    one, two = feed.read(view)
    assert (one.kind, one.before, one.after) == (MERGED.kind, MERGED.before, MERGED.after)
    assert (two.kind, two.entities, two.entity_count) == (SPLIT.kind, ("a", "b"), 2)
    assert one.labels == tuple(sorted(view.labels))
    assert one.key == view_key(view)
    assert feed.read(view, one.number) == [two]
    assert feed.read(view, two.number) == []


def test_the_ledger_counts_them_once(store: Store, view: View, feed: Changes) -> None:
    before = store.verify_ledger()
    assert feed.append(view, []) == 0
    assert store.verify_ledger() == before
    feed.append(view, [MERGED, MERGED, SPLIT])
    assert store.verify_ledger() == before + 1


def test_without_the_ledger_nothing_is_written(
    store: Store, view: View, feed: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise StoreError("the disk is full")

    monkeypatch.setattr(ledger, "append_all", full)
    with pytest.raises(StoreError, match="the disk is full"):
        feed.append(view, [MERGED])
    with store._desk.housekeeping() as connection:
        assert connection.execute(select(func.count()).select_from(CLUSTER_CHANGE)).scalar() == 0


def test_what_is_written_on_the_way_is_not_the_act_of_a_key(
    store: Store, view: View, feed: Changes
) -> None:
    with store.once.under("analyst", "key", b"a verdict"):
        feed.append(view, [MERGED])
    assert store.once.done("analyst", "key", b"a verdict") is None


def test_a_change_behind_a_hidden_label_is_not_there(
    store: Store, view: View, feed: Changes
) -> None:
    sealed = Label("centre", compartment="vault", purposes=("linking",), legal_basis="Act, s. 1")
    load(store, people(1), dataset="sealed", label=sealed)
    hidden = set(store._desk.labels()) - view.labels
    assert len(hidden) == 1
    feed.append(view, [replace(MERGED, labels=(*view.labels, *hidden)), SPLIT])
    assert [change.kind for change in feed.read(view)] == [SPLIT.kind]


def test_a_change_behind_a_hidden_label_does_not_keep_out_one_that_can_be_read(
    store: Store, view: View, feed: Changes
) -> None:
    sealed = Label("centre", compartment="vault", purposes=("linking",), legal_basis="Act, s. 1")
    load(store, people(1), dataset="sealed", label=sealed)
    hidden = set(store._desk.labels()) - view.labels
    feed.append(view, [replace(MERGED, labels=(*view.labels, *hidden))])
    assert feed.append(view, [MERGED]) == 1
    assert [change.kind for change in feed.read(view)] == [MERGED.kind]


def test_a_change_that_stands_behind_the_same_labels_is_not_written_again(
    view: View, feed: Changes
) -> None:
    feed.append(view, [MERGED, SPLIT])
    assert feed.append(view, [MERGED, SPLIT]) == 0


def test_entities_are_bounded_and_counted(view: View, feed: Changes) -> None:
    many = tuple(f"e{number}" for number in range(MOST_ENTITIES + 5))
    feed.append(view, [replace(MERGED, entities=many, entity_count=len(many))])
    (found,) = feed.read(view)
    assert (len(found.entities), found.entity_count) == (MOST_ENTITIES, MOST_ENTITIES + 5)


def test_another_view_has_another_key(view: View) -> None:
    assert view_key(view) != view_key(replace(view, labels=view.labels | {1}))
    assert view_key(view) == view_key(replace(view, act=Act.READ))


def test_a_view_made_by_hand_opens_nothing(view: View, feed: Changes) -> None:
    wider = replace(view, labels=view.labels | {1})
    with pytest.raises(RefusedError):
        feed.read(wider)
    with pytest.raises(RefusedError):
        feed.append(wider, [MERGED])
