"""The judgement log: nothing is edited or lost, and few events are found among many."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from maillon.model import Act, RefusedError, StoreError, View
from maillon.store import Event, Store, Verdict, open_store
from maillon.store.judgement import By, JudgementLog, standing
from maillon.store.tables import JUDGEMENT
from maillon.store.tables_ledger import LEDGER

from .conftest import load, people, view_of

YES, NO, UNSURE, REVOKED = Verdict.POSITIVE, Verdict.NEGATIVE, Verdict.UNSURE, Verdict.REVOKED


@pytest.fixture
def view(store: Store) -> View:
    load(store, people(1))
    return view_of(store, Act.JUDGE)


@pytest.fixture
def log(store: Store) -> JudgementLog:
    return JudgementLog(store._desk)


def rule(left: str, right: str, verdict: Verdict = YES) -> Event:
    return Event(left, right, verdict, "rule 7", by=By.RULE)


def test_an_event_taken_back_keeps_its_time_and_author(store: Store, log: JudgementLog) -> None:
    load(store, people(1))
    id_ = log.append(view_of(store, Act.JUDGE), Event("a", "b", YES, "one passport"))
    with store._desk.begin() as connection:
        connection.execute(JUDGEMENT.update().values(at="2020-01-01T00:00:00+00:00"))
    other = view_of(store, Act.JUDGE, who="supervisor")
    log.append(other, Event("a", "b", REVOKED, "misread", revokes=id_))
    first, second = log.read(other)
    assert (first.who, first.at[:4], first.verdict, first.reason) == (
        "analyst", "2020", YES, "one passport",
    )  # fmt: skip
    assert (second.who, second.revokes) == ("supervisor", id_)


def test_it_is_taken_back_once(view: View, log: JudgementLog) -> None:
    back = Event("a", "b", REVOKED, "r", revokes=log.append(view, Event("a", "b", YES, "r")))
    event = log.append(view, back)
    for wrong in (back, replace(back, revokes=event), replace(back, revokes="0" * 16)):
        with pytest.raises(StoreError, match="no standing judgement"):
            log.append(view, wrong)
    assert len(log.read(view)) == 2


def test_what_takes_back_is_seen_by_whom_the_event_is_seen(view: View, log: JudgementLog) -> None:
    (label,) = view.labels
    id_ = log.append(view, Event("a", "b", YES, "r", (label,)))
    log.append(view, Event("x", "y", REVOKED, "r", (), revokes=id_))
    _, back = log.read(view)
    assert (back.left, back.right, back.labels) == ("a", "b", (label,))


def test_a_hidden_event_is_not_there(store: Store, view: View, log: JudgementLog) -> None:
    id_ = log.append(view, Event("a", "b", YES, "r", (4711,)))
    assert log.read(view) == log.read(view, touching=["a"]) == []
    assert log.newest(view) == 0
    with pytest.raises(StoreError, match="no standing judgement"):
        log.append(view, Event("a", "b", REVOKED, "r", revokes=id_))


def test_only_events_about_an_entity_are_read(view: View, log: JudgementLog) -> None:
    ids = [log.append(view, Event(left, right, YES, "r")) for left, right in ("ab", "bc", "cd")]
    back = log.append(view, Event("", "", REVOKED, "r", revokes=ids[1]))
    assert [event.id for event in log.read(view, touching="c")] == [ids[1], ids[2], back]
    assert [event.id for event in log.read(view, touching=iter("ad"))] == [ids[0], ids[2]]
    assert log.read(view, touching=[]) == []
    many = [f"x{number}" for number in range(12_000)]
    assert [event.id for event in log.read(view, touching=["a", *many])] == [ids[0]]


def test_only_what_came_since_is_read(view: View, log: JudgementLog) -> None:
    first = log.append(view, Event("a", "b", YES, "r"))
    seen = log.newest(view)
    second = log.append(view, Event("a", "b", NO, "r"))
    assert [event.id for event in log.read(view)] == [first, second]
    assert [event.id for event in log.read(view, since=seen)] == [second]
    assert [event.id for event in log.read(view, since=seen, touching=["b"])] == [second]


def test_many_events_of_a_rule_are_one_entry_of_the_ledger(
    store: Store, view: View, log: JudgementLog
) -> None:
    before = store.verify_ledger()
    ids = log.append_many(view, (rule(f"a{n}", f"b{n}") for n in range(6_000)))
    assert len(set(ids)) == 6_000
    assert [event.id for event in log.read(view)] == ids
    assert {event.by for event in log.read(view)} == {By.RULE}
    assert store.verify_ledger() == before + 1
    with store._desk.engine.connect() as connection:
        detail = connection.execute(
            select(LEDGER.c.detail).order_by(LEDGER.c.number.desc())
        ).scalars()
        assert detail.first() == '{"judgements":6000,"rule positive":6000}'
    assert log.append_many(view, []) == []
    assert store.verify_ledger() == before + 1


def test_a_person_judges_one_pair_at_a_time(store: Store, view: View, log: JudgementLog) -> None:
    before = store.verify_ledger()
    with pytest.raises(ValueError, match="a person's judgement"):
        log.append_many(view, [rule("a", "b"), Event("a", "b", YES, "r")])
    assert log.read(view) == []
    assert store.verify_ledger() == before


def test_a_rule_takes_back_its_own_and_no_persons(view: View, log: JudgementLog) -> None:
    mine = log.append(view, Event("a", "b", YES, "r"))
    (its,) = log.append_many(view, [rule("c", "d")])
    back = replace(rule("", "", REVOKED), revokes=its)
    with pytest.raises(StoreError, match="2 times at once"):
        log.append_many(view, [back, back])
    log.append_many(view, [back])
    with pytest.raises(StoreError, match="a rule cannot revoke it"):
        log.append_many(view, [replace(back, revokes=mine)])
    assert [event.id for event in standing(log.read(view))] == [mine]


def test_the_newest_judgement_of_a_pair_stands(view: View, log: JudgementLog) -> None:
    for left, right, verdict in (("a", "b", YES), ("b", "a", NO), ("c", "d", NO), ("c", "d", YES)):
        log.append(view, Event(left, right, verdict, "r"))
    found = {event.left: event.verdict for event in standing(log.read(view))}
    assert found == {"a": NO, "c": YES}
    log.append(view, Event("a", "b", UNSURE, "r"))
    assert {event.verdict for event in standing(log.read(view, touching=["a"]))} == {UNSURE}


def test_a_rule_that_runs_again_does_not_overturn_a_person(view: View, log: JudgementLog) -> None:
    log.append_many(view, [rule("a", "b", YES)])
    id_ = log.append(view, Event("a", "b", NO, "other father"))
    log.append_many(view, [rule("a", "b", YES)])
    assert [event.id for event in standing(log.read(view))] == [id_]
    log.append(view, Event("", "", REVOKED, "r", revokes=id_))
    assert [event.verdict for event in standing(log.read(view))] == [YES]


def test_two_writers_lose_nothing(folder: Path, store: Store) -> None:
    def write(name: str) -> None:
        mine = open_store(folder)
        view = view_of(mine, Act.JUDGE)
        for number in range(25):
            mine.judge(view, Event(f"{name}{number}", "z", YES, "r"))
        JudgementLog(mine._desk).append_many(view, [rule(f"{name}r{n}", "z") for n in range(25)])
        mine.close()

    writers = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    lefts = [event.left for event in store.judgements(view_of(store, Act.JUDGE))]
    assert sorted(lefts) == sorted(f"{n}{r}{i}" for n in "ab" for r in ("", "r") for i in range(25))
    assert [one for one in lefts if one in {f"a{i}" for i in range(25)}] == [
        f"a{i}" for i in range(25)
    ]
    store.verify_ledger()


def test_a_view_made_by_hand_opens_nothing(view: View, log: JudgementLog) -> None:
    wider = replace(view, labels=view.labels | {1})
    for act in (
        lambda: log.read(wider),
        lambda: log.newest(wider),
        lambda: log.append(wider, Event("a", "b", YES, "r")),
        lambda: log.append_many(wider, []),
    ):
        with pytest.raises(RefusedError):
            act()


def test_among_many_a_few_are_found_by_index(store: Store, view: View) -> None:
    with store._desk.engine.connect() as connection:
        explain, found = "EXPLAIN QUERY PLAN", "USING INDEX"
        if connection.dialect.name == "postgresql":
            explain, found = "EXPLAIN", "Index Scan on"
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # there are few rows
        for column in ("left", "right", "revokes"):
            plan = connection.exec_driver_sql(
                f"{explain} SELECT * FROM judgement WHERE \"{column}\" IN ('a', 'b')"
            ).all()
            assert f"{found} ix_judgement_{column}" in "\n".join(row[-1] for row in plan)
