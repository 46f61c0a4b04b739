"""Rows of one delivery under several labels: each reader is told of his own rows alone."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from maillon.model import Act, Label, Mode, RefusedError, StoreError, delivery_id
from maillon.policy import check_export
from maillon.store import Store
from maillon.store import keeping as k
from maillon.store.labelsets import set_number
from maillon.store.tables import DELIVERY, DELIVERY_PART, LABEL

from .accounts import ACCOUNTS
from .keeping import Clocked, clocked
from .marked import POLICE, centre, chief, load_marked

TEXT = (
    "anna,name,Anna Nova,\n"
    "anna,phone,555,TLP:RED\n"
    "bela,name,Bela Kis,\n"
    "rosa,name,Rosa Red,TLP:RED\n"
    "hugo,name,Hugo Court,H1\n"
    "vera,name,Vera Ambers,TLP:AMBER\n"
    "zoe,name,Zoe Secret,COSMIC\n"
    "zoe,!error,no date,TLP:RED\n"
    "bela,!error,no date,\n"
    "rosa,!purged,a lawyer,TLP:RED\n"
)
OPEN_TEXT = "anna,name,Anna Nova,\nbela,name,Bela Kis,\n"


@pytest.fixture
def w(folder: Path) -> Iterator[Clocked]:
    file = folder / "maillon.toml"
    file.write_text(file.read_text("utf-8") + ACCOUNTS, "utf-8")
    held = clocked(folder)
    yield held
    held.store.close()


def seen(store: Store, view: object) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in store.scan(view):  # type: ignore[arg-type]  # a view
        found.setdefault(one.entity, []).append(one.prop)
    return found


def test_a_reader_gets_the_rows_that_their_markings_let_him_read(w: Clocked) -> None:
    load_marked(w.store, TEXT)
    assert sorted(seen(w.store, centre(w.store))) == ["anna", "bela", "hugo", "vera"]
    assert seen(w.store, centre(w.store))["anna"] == ["name"]
    assert sorted(seen(w.store, chief(w.store))) == ["anna", "bela", "hugo", "rosa", "vera", "zoe"]


def test_a_statement_keeps_its_marking_and_gets_the_label_that_it_says(w: Clocked) -> None:
    load_marked(w.store, TEXT)
    labels = w.store.labels(chief(w.store))
    said = {one.value: (one.marking, labels[one.label]) for one in w.store.scan(chief(w.store))}
    assert said["555"][0] == "TLP:RED"
    assert (said["555"][1].scheme, said["555"][1].code) == ("TLP 2.0", "TLP:RED")
    assert said["Zoe Secret"][0] == "COSMIC"
    assert said["Zoe Secret"][1].code == "marking"
    assert said["Bela Kis"] == ("", POLICE)
    with pytest.raises(RefusedError, match="unknown marking"):
        check_export([said["Zoe Secret"][1]], "centre")
    assert {one[1].originator for one in said.values()} == {"police"}


def test_counts_say_what_the_view_sees(w: Clocked) -> None:
    load_marked(w.store, TEXT)
    (mine,) = w.store.deliveries(centre(w.store))
    (whole,) = w.store.deliveries(chief(w.store))
    assert (mine.statements, mine.entities, mine.records_unreadable, mine.purged) == (4, 4, 1, 0)
    assert (whole.statements, whole.entities) == (7, 6)
    assert (whole.records_unreadable, whole.purged) == (2, 1)
    assert mine.statements == len(list(w.store.scan(centre(w.store))))


def test_neither_id_nor_hash_nor_size_of_a_marked_file_confirms_a_guess_at_it(w: Clocked) -> None:
    made = load_marked(w.store, TEXT)
    (mine,) = w.store.deliveries(centre(w.store))
    (whole,) = w.store.deliveries(chief(w.store))
    assert mine.id == whole.id == made.delivery.id
    assert mine.id != delivery_id("d", whole.sha256)
    assert (mine.sha256 != whole.sha256, mine.size != whole.size) == (True, True)
    assert whole.size == len(TEXT.encode())


def test_an_unmarked_file_has_the_id_of_its_bytes_and_no_part(w: Clocked) -> None:
    made = load_marked(w.store, OPEN_TEXT)
    assert made.delivery.id == delivery_id("d", made.delivery.sha256)
    with w.store._desk.housekeeping() as connection:
        assert connection.execute(select(DELIVERY_PART)).all() == []


def test_a_marking_that_says_no_more_than_the_label_makes_no_part(w: Clocked) -> None:
    made = load_marked(w.store, "anna,name,Anna Nova,\nbela,name,Bela Kis,TLP:CLEAR\n")
    assert made.delivery.id == delivery_id("d", made.delivery.sha256)
    assert sorted(seen(w.store, centre(w.store))) == ["anna", "bela"]


def test_a_delivery_of_which_every_row_is_hidden_is_absent(w: Clocked) -> None:
    made = load_marked(w.store, "rosa,name,Rosa Red,TLP:RED\nzoe,name,Zoe,COSMIC\n")
    view = centre(w.store)
    assert w.store.deliveries(view) == []
    assert w.store.labels_of(view, [made.delivery.id]) == frozenset()
    with (
        pytest.raises(StoreError, match=f"^no delivery {made.delivery.id}$"),
        w.store.original(view, made.delivery.id),
    ):
        pass
    assert len(w.store.deliveries(chief(w.store))) == 1


def test_a_newer_list_of_which_every_row_is_hidden_replaces_nothing(w: Clocked) -> None:
    load_marked(w.store, OPEN_TEXT, mode=Mode.SNAPSHOT)
    load_marked(w.store, "r,name,R,TLP:RED\ns,name,S,TLP:RED\n", mode=Mode.SNAPSHOT)
    assert sorted(seen(w.store, centre(w.store))) == ["anna", "bela"]
    assert sorted(seen(w.store, chief(w.store))) == ["r", "s"]


def test_the_original_is_lent_to_who_may_read_every_row_of_it(w: Clocked) -> None:
    made = load_marked(w.store, TEXT)
    with w.store.original(chief(w.store), made.delivery.id) as (raw, *_):
        assert raw.read() == TEXT.encode()
    with (
        pytest.raises(StoreError, match=f"^no delivery {made.delivery.id}$"),
        w.store.original(centre(w.store), made.delivery.id),
    ):
        pass


def test_the_very_same_marked_file_is_loaded_once(w: Clocked) -> None:
    first, again = load_marked(w.store, TEXT), load_marked(w.store, TEXT)
    assert (first.already, again.already) == (False, True)
    assert again.delivery.id == first.delivery.id
    assert len(w.store.deliveries(chief(w.store))) == 1


def test_a_reader_does_not_open_the_file_of_rows_that_he_may_not_read(w: Clocked) -> None:
    load_marked(w.store, TEXT)
    lake = w.store.settings.folder / "lake"
    for file in lake.rglob("*.parquet"):
        table = pq.read_table(file)
        assert len(set(table["label"].to_pylist())) == 1
        if set(table["entity"].to_pylist()) & {"rosa", "zoe"}:
            file.unlink()
    assert sorted(seen(w.store, centre(w.store))) == ["anna", "bela", "hugo", "vera"]
    with pytest.raises(StoreError, match="is gone"):
        seen(w.store, chief(w.store))


def test_derived_keys_and_label_sets_are_those_of_what_the_view_sees(w: Clocked) -> None:
    made = load_marked(w.store, TEXT)
    mine = w.store.labels_of(centre(w.store), [made.delivery.id])
    every = w.store.labels_of(chief(w.store), [made.delivery.id])
    assert mine < every
    assert {w.store.labels(chief(w.store))[one].code for one in every - mine} == {
        "TLP:RED",
        "marking",
    }
    assert set_number(mine) != set_number(every)


def test_what_was_known_on_a_day_is_narrowed_too(w: Clocked) -> None:
    w.on("2026-01-10")
    load_marked(w.store, OPEN_TEXT)
    w.on("2026-01-20")
    load_marked(w.store, TEXT)
    view = centre(w.store, known_on="2026-01-15")
    assert [one.statements for one in w.store.deliveries(view)] == [2]
    view = centre(w.store, known_on="2026-01-20")
    assert [one.statements for one in w.store.deliveries(view)] == [2, 4]


def test_rows_keep_their_labels_when_their_file_is_rewritten(w: Clocked) -> None:
    load_marked(w.store, TEXT)
    before = {one.id: one.label for one in w.store.scan(chief(w.store))}
    w.erase("bela")
    assert w.run().rewritten == 1
    after = {one.id: one.label for one in w.store.scan(chief(w.store))}
    assert len(after) == len(before) - 1
    assert after == {id_: before[id_] for id_ in after}
    assert sorted(seen(w.store, centre(w.store))) == ["anna", "hugo", "vera"]
    assert w.store.check() == []
    assert b"Bela" not in w.lake()


def test_a_part_that_was_erased_whole_leaves_the_others(w: Clocked) -> None:
    made = load_marked(w.store, TEXT)
    for entity in ("rosa", "anna"):
        w.erase(entity)
    w.run()
    w.run()
    assert sorted(seen(w.store, chief(w.store))) == ["bela", "hugo", "vera", "zoe"]
    assert sorted(seen(w.store, centre(w.store))) == ["bela", "hugo", "vera"]
    with w.store._desk.housekeeping() as connection:
        parts = connection.execute(select(DELIVERY_PART)).all()
        whole = connection.execute(select(DELIVERY.c.files)).scalar_one()
    assert sorted(name for part in parts for name in part.files) == sorted(whole)
    assert made.delivery.id in {one.id for one in w.store.deliveries(centre(w.store))}


def test_nobody_is_told_that_a_row_was_erased_that_he_could_not_read(w: Clocked) -> None:
    made = load_marked(w.store, TEXT)
    of = [made.delivery.id]
    w.erase("rosa")
    assert w.store.erased_of(centre(w.store), of) == {}
    assert w.store.erased_of(chief(w.store), of) == {made.delivery.id: "Test Act, s. 1"}
    w.erase("bela")
    assert w.store.erased_of(centre(w.store), of) == {made.delivery.id: "Test Act, s. 1"}


def test_a_marked_delivery_is_erased_whole_and_refused_again_by_its_id(w: Clocked) -> None:
    made = load_marked(w.store, TEXT)
    w.erase(made.delivery.id, "delivery", again="refuse")
    w.run()
    assert w.store.deliveries(chief(w.store)) == []
    with pytest.raises(RefusedError, match="not let in again"):
        load_marked(w.store, TEXT)


def test_a_marked_delivery_that_is_let_in_again_has_its_parts_again(w: Clocked) -> None:
    made = load_marked(w.store, TEXT)
    w.erase(made.delivery.id, "delivery")
    w.run()
    assert load_marked(w.store, TEXT).delivery.id == made.delivery.id
    (mine,) = w.store.deliveries(centre(w.store))
    assert (mine.statements, mine.entities) == (4, 4)
    with w.store._desk.housekeeping() as connection:
        assert {row.erased for row in connection.execute(select(DELIVERY_PART))} == {""}


def test_who_was_erased_for_good_is_buried_again_in_every_part(w: Clocked) -> None:
    load_marked(w.store, TEXT)
    for entity in ("rosa", "bela"):
        w.erase(entity, again="refuse")
    w.run()
    load_marked(w.store, TEXT + "late,name,Late,\n")
    assert {"rosa", "bela"}.isdisjoint(seen(w.store, chief(w.store)))


def test_a_held_row_stays_under_its_label(w: Clocked) -> None:
    load_marked(w.store, TEXT)
    before = {one.id: one.label for one in w.store.scan(chief(w.store))}
    hold = k.Hold("entity", "rosa", "t", "Court", w.day.replace(month=8))
    k.place(w.house, w.view(), hold, w.keys)
    w.erase("rosa")
    w.erase("bela")
    w.run()
    names = {
        row["entity"]: row["label"]
        for file in (w.store.settings.folder / "lake").rglob("????-??/*.parquet")
        for row in pq.read_table(file).to_pylist()
    }
    assert "bela" not in names
    assert names["rosa"] in set(before.values())
    assert w.store.labels(chief(w.store))[names["rosa"]].code == "TLP:RED"
    assert "rosa" not in seen(w.store, centre(w.store))


def test_a_restored_desk_erases_in_every_part(w: Clocked) -> None:
    made = load_marked(w.store, TEXT)
    w.erase("anna")
    assert [one.id for one in w.store.deliveries(centre(w.store))] == [made.delivery.id]
    with w.store._desk.begin() as connection:
        connection.exec_driver_sql("DELETE FROM tombstone_delivery")
        connection.exec_driver_sql("DELETE FROM tombstone")
    assert "anna" in seen(w.store, chief(w.store))
    assert k.reapply(w.house, w.view(), w.keys) == 1
    for view in (chief(w.store), centre(w.store)):
        assert "anna" not in seen(w.store, view)


@pytest.mark.parametrize(
    "marking", ["x" * 200, "TLP:RED\u202e", "'; DROP TABLE label --", "\u2066TLP:CLEAR\u2069"]
)
def test_a_hostile_marking_is_kept_and_hides_its_row(w: Clocked, marking: str) -> None:
    load_marked(w.store, OPEN_TEXT + f"eve,name,Eve,{marking}\n")
    assert "eve" not in seen(w.store, centre(w.store))
    (row,) = w.store.scan(chief(w.store), "entity = 'eve'")
    assert row.marking == marking


def test_a_thousand_unknown_markings_make_one_label(w: Clocked) -> None:
    load_marked(w.store, "".join(f"p{n},name,Name {n},secret {n}\n" for n in range(1_000)))
    with w.store._desk.housekeeping() as connection:
        codes = connection.execute(select(LABEL.c.code)).scalars().all()
    assert codes.count("marking") == 1
    assert len(seen(w.store, chief(w.store))) == 1_000
    assert w.store.deliveries(centre(w.store)) == []


def test_errors_alone_under_a_marking_are_told_to_who_may_read_it(w: Clocked) -> None:
    load_marked(w.store, OPEN_TEXT + "rosa,!error,no date,TLP:RED\n")
    (mine,) = w.store.deliveries(centre(w.store))
    (whole,) = w.store.deliveries(chief(w.store))
    assert (mine.records_unreadable, whole.records_unreadable) == (0, 1)
    assert mine.statements == whole.statements == 2


def test_an_entity_under_several_labels_is_counted_once(w: Clocked) -> None:
    load_marked(w.store, "a,name,A,\na,phone,1,TLP:AMBER\na,phone,2,H2\nb,name,B,TLP:AMBER\n")
    (mine,) = w.store.deliveries(centre(w.store))
    assert (mine.statements, mine.entities) == (4, 2)


def test_a_sealed_compartment_keeps_its_marked_rows(w: Clocked) -> None:
    vault = Label("police", compartment="vault", purposes=("linking",))
    load_marked(w.store, "a,name,A,\nb,name,B,TLP:AMBER\n", label=vault)
    assert seen(w.store, centre(w.store)) == {}
    assert {one.compartment for one in w.store.labels(chief(w.store, Act.READ)).values()} >= {
        "vault"
    }
