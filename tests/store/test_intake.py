"""A delivery is committed by one row: all of it, once, or refused with the old one in place."""

import pytest

from maillon.model import Act, Label, Mode, RefusedError
from maillon.store import Store

from .conftest import load, people, view_of


def names(store: Store) -> list[str]:
    return sorted(item.value for item in store.scan(view_of(store, Act.READ)))


def test_statements_come_back_as_they_were_delivered(store: Store) -> None:
    load(store, "p1,name,Ada\np1,holder,@line:9\n@line:3,name,Bob\n")
    found = {(s.entity, s.prop, s.value, s.locator) for s in store.scan(view_of(store, Act.READ))}
    (delivery,) = store.deliveries(view_of(store, Act.READ))
    assert found == {
        ("p1", "name", "Ada", "line:1"),
        ("p1", "holder", f"{delivery.id}@line:9", "line:2"),
        (f"{delivery.id}@line:3", "name", "Bob", "line:3"),
    }


def test_the_same_value_at_two_lines_stays_two_statements(store: Store) -> None:
    load(store, "p1,name,Ada\np1,name,Ada\n")
    ids = [item.id for item in store.scan(view_of(store, Act.READ))]
    assert len(set(ids)) == 2


def test_the_same_file_twice_is_one_delivery(store: Store) -> None:
    first, second = load(store, people(3)), load(store, people(3))
    assert (first.already, second.already) == (False, True)
    assert first.delivery == second.delivery
    assert len(store.deliveries(view_of(store, Act.READ))) == 1


def test_a_snapshot_takes_the_place_of_the_one_before(store: Store) -> None:
    load(store, people(20))
    load(store, people(20, start=1))
    assert names(store) == sorted(f"Name {n}" for n in range(1, 21))


def test_messages_add_up(store: Store) -> None:
    load(store, people(2), mode=Mode.MESSAGES)
    load(store, people(1, start=7), mode=Mode.MESSAGES)
    assert names(store) == ["Name 0", "Name 1", "Name 7"]


def test_bad_records_are_counted_and_the_good_ones_kept(store: Store) -> None:
    loaded = load(store, "p1,name,Ada\nbroken\np2,name,Bob\n")
    assert loaded.delivery.records_unreadable == 1
    assert [p.locator for p in loaded.problems] == ["line:2"]
    assert names(store) == ["Ada", "Bob"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("!whole\n", "not to be trusted as a whole"),
        (people(20) + "!whole\n", "not to be trusted as a whole"),
        ("", "empty"),
        ("broken\n", "nothing readable"),
        (people(18), "shrink over 5 %"),
    ],
)
def test_a_delivery_that_cannot_be_trusted_is_refused(store: Store, text: str, rule: str) -> None:
    load(store, people(20))
    with pytest.raises(RefusedError, match=rule):
        load(store, text)
    assert len(names(store)) == 20


def test_a_list_may_lose_five_in_a_hundred(store: Store) -> None:
    load(store, people(20))
    load(store, people(19))
    assert len(names(store)) == 19


def test_accepting_a_shrunk_list_needs_a_second_person(store: Store) -> None:
    load(store, people(20))
    with pytest.raises(RefusedError, match="shrink"):
        load(store, people(5))
    with pytest.raises(RefusedError, match="four eyes"):
        load(store, people(5), accept="they told us")
    load(store, people(5), who="supervisor", accept="confirmed by telephone")
    assert len(names(store)) == 5


def test_nobody_accepts_a_shrunk_list_unseen(store: Store) -> None:
    load(store, people(20))
    with pytest.raises(RefusedError, match="four eyes"):
        load(store, people(5), accept="in a hurry")


def test_what_was_known_on_a_day_leaves_out_later_deliveries(store: Store) -> None:
    load(store, people(20))
    early = store.policy.open(store.settings.mandate, Act.READ, known_on="2001-01-01")
    assert list(store.scan(early)) == []


def test_a_label_that_is_not_learned_from_is_another_label(store: Store) -> None:
    load(store, people(1), dataset="open")
    load(store, people(1), dataset="sealed", label=Label("centre", compartment="x"))
    assert names(store) == ["Name 0"]


def test_a_statement_has_one_id_in_python_and_in_sql(store: Store) -> None:
    load(store, "p1,name,Ada\np2,name,Zoë 张\n")
    view = view_of(store, Act.READ)
    with store.workbench(view) as bench:
        in_sql = bench.con.execute("SELECT id FROM statement ORDER BY id").fetchall()
        assert [item.id for item in bench.statements()] == [row[0] for row in in_sql]
