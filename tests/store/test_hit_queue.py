"""The queue of hits: in one order, each pair once, from an index, and only what the view reads."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from maillon.model import Act, Label, View
from maillon.store import (
    HitsWanted,
    Place,
    Proposal,
    Run,
    StandingHit,
    Store,
    hit_version,
    new_receipt_id,
)

from .accounts import seen
from .conftest import load, people

VAULT = Label("centre", compartment="vault", purposes=("review",), legal_basis="Act, s. 1")


def hit(subject: str, entry: str, seal: str = "1", **said: Any) -> StandingHit:
    blank = StandingHit(subject, entry, ("d", "l"), (seal * 64, "2" * 64), 0.9, "strong",
                        is_alert=True, state="open", why="first run")  # fmt: skip
    return replace(blank, **said)


def put(house: Store, view: View, round_: str, *hits: StandingHit, labels: Any = None) -> str:
    held = sorted(view.labels) if labels is None else labels
    run = Run(round_, new_receipt_id(), {}, {}, held, 0)
    house.rounds.commit(view, run, hits)
    return run.receipt


@pytest.fixture
def view(house: Store) -> View:
    load(house, people(1))
    return seen(house)


def waits(house: Store, view: View, **said: Any) -> list[tuple[str, str]]:
    found = house.rounds.waiting(view, HitsWanted(**said))
    return [(one.hit.subject, one.hit.entry) for one in found]


def test_a_pair_that_stands_in_two_rounds_waits_once_and_in_either_run(
    house: Store, view: View
) -> None:
    runs = [put(house, view, name, hit("a", "e"), hit("b", "e")) for name in ("r1", "r2")]
    other = put(house, view, "r3", hit("a", "e", "9"))  # of other contents: another hit
    # the third run may be of a later second
    assert sorted(waits(house, view)) == [("a", "e"), ("a", "e"), ("b", "e")]
    for run in runs:
        assert waits(house, view, receipt=run) == [("a", "e"), ("b", "e")]
    assert waits(house, view, receipt=other) == [("a", "e")]
    assert waits(house, view, receipt="0" * 16) == []


def test_an_entry_that_is_itself_and_what_is_no_more_open_waits_for_nobody(
    house: Store, view: View
) -> None:
    put(house, view, "r", hit("e", "e"), hit("a", "e", state="void"),
        hit("b", "e", state="cleared"), hit("c", "e", datasets=("d", "m")))  # fmt: skip
    assert waits(house, view) == [("c", "e")]
    assert waits(house, view, dataset="l") == []
    assert waits(house, view, dataset="m") == [("c", "e")]


@pytest.mark.parametrize("count", [1, 2, 3, 50])
def test_pages_end_to_end_are_the_whole_queue_over_several_sets_of_labels(
    house: Store, view: View, count: int
) -> None:
    load(house, people(1), dataset="other", label=Label("centre", "TLP 2.0", "TLP:RED"))
    view = seen(house)
    one, two = sorted(view.labels)
    for number, labels in enumerate(([one], [two], [one, two], [one])):
        put(house, view, f"r{number}", *(hit(f"s{n}", f"e{number}") for n in range(3)),
            labels=labels)  # fmt: skip
    found: list[Place] = []
    while page := house.rounds.waiting(view, count=count, after=found[-1] if found else None):
        assert len(page) <= count
        found += [one.place for one in page]
    assert len(found) == len(set(found)) == 12
    key = [(one.at, one.subject, one.entry, one.round) for one in found]
    assert key == sorted(key)
    assert found == [one.place for one in house.rounds.waiting(view, count=1000)]


def test_a_hit_behind_hidden_labels_is_not_there_and_its_twin_hides_nothing(
    house: Store, view: View
) -> None:
    load(house, people(1), dataset="sealed", label=VAULT)
    (hidden,) = set(house._desk.labels()) - view.labels
    put(house, view, "r0", hit("a", "e"), hit("b", "e"), labels=[*view.labels, hidden])
    assert waits(house, view) == []
    put(house, view, "r1", hit("a", "e"))
    assert waits(house, view) == [("a", "e")]


def test_a_past_day_has_the_queue_of_that_day(house: Store, view: View) -> None:
    put(house, view, "r", hit("a", "e"))
    past = house.policy.open(view.mandate, Act.READ, known_on="2020-01-01")
    assert waits(house, past) == []
    later = house.policy.open(view.mandate, Act.READ, known_on="2999-01-01")
    assert waits(house, later) == [("a", "e")]


def test_a_verdict_takes_a_hit_out_and_its_undoing_puts_it_back_where_it_was(
    house: Store, view: View
) -> None:
    put(house, view, "r", *(hit(name, "e") for name in "abc"))
    one = hit("b", "e")
    proposal = Proposal("hit", ("b", "e"), hit_version(one.seals), "l", labels=tuple(view.labels))
    kept = house.safeguards.validations
    token = kept.open(view, proposal)
    id_ = kept.decide(view, proposal, "match", "r", weighed=(), expected=token)
    assert waits(house, view) == [("a", "e"), ("c", "e")]
    kept.take_back(view, id_, "r")
    assert waits(house, view) == [("a", "e"), ("b", "e"), ("c", "e")]
    token = kept.open(view, proposal)
    kept.decide(view, proposal, "match", "r", weighed=(), expected=token, takes_two=True)
    assert len(waits(house, view)) == 3


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("of_run", [False, True])
def test_a_page_comes_from_an_index_and_sorts_nothing(
    house: Store, view: View, of_run: bool
) -> None:
    """Half a million open hits took an hour where SQLite looked for twins by their labels."""
    receipt = put(house, view, "r", hit("a", "e"))
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, text: str, values: Any, *_: object) -> None:
        if "verdict_waits" in text:
            asked.append((text, values))

    engine = house._desk.engine
    event.listen(engine, "before_cursor_execute", note)
    assert waits(house, view, receipt=receipt if of_run else "") == [("a", "e")]
    event.remove(engine, "before_cursor_execute", note)
    assert asked
    with engine.connect() as connection:
        for text, values in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
            plan = "\n".join(row.detail for row in rows)
            assert f"screen_hit USING INDEX ix_screen_hit_{'of_run' if of_run else 'queue'}" in plan
            assert "TEMP B-TREE FOR ORDER BY" not in plan.split("CORRELATED")[0]
            assert "SCAN" not in plan
            assert "_label_set" not in plan
            if not of_run:
                assert "ix_screen_hit_pair" in plan
