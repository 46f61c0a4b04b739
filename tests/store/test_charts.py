"""Saved charts on the desk: whose they are, what of them is kept, what an erasure leaves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maillon.model import Act, LimitError, NotFoundError, StaleError, View
from maillon.store.charts import MOST_NODES, Placed
from maillon.store.pseudonyms import PREFIX

from .keeping import Clocked, clocked
from .test_erasure_desk import TEXT, desk_bytes

ANNA = Placed(("anna",), 1.5, -2.0, is_pinned=True, note="Anna at the port")
BELA = Placed(("bela", "bela2"), 3.0, 4.0, note="her sister")


@pytest.fixture
def w(folder: Path) -> Iterator[Clocked]:
    held = clocked(folder)
    held.load(TEXT)
    yield held
    held.store.close()


def view(w: Clocked) -> View:
    return w.reader(act=Act.TRACE)


def saved(w: Clocked) -> str:
    return w.store.charts.add(view(w), "Anna's", [ANNA, BELA], sorted(view(w).labels)).id


def test_a_chart_is_read_as_it_was_saved(w: Clocked) -> None:
    found = w.store.charts.read(view(w), saved(w))
    assert found.nodes == (ANNA, BELA)
    assert (found.head.title, found.head.revision) == ("Anna's", 1)


def test_who_saves_over_another_s_revision_is_refused(w: Clocked) -> None:
    id_ = saved(w)
    assert w.store.charts.change(view(w), id_, 1, ("x", [BELA], [])) == 2
    with pytest.raises(StaleError):
        w.store.charts.change(view(w), id_, 1, ("y", [], []))


def test_a_deleted_chart_leaves_nothing_on_the_desk(w: Clocked) -> None:
    id_ = saved(w)
    w.store.charts.delete(view(w), id_, 1)
    assert b"at the port" not in desk_bytes(w)
    with pytest.raises(NotFoundError):
        w.store.charts.read(view(w), id_)


def test_of_the_erased_no_id_no_note_and_no_title_stay(w: Clocked) -> None:
    id_ = saved(w)
    w.erase("anna")
    held = desk_bytes(w)
    assert b"at the port" not in held
    assert b"Anna" not in held
    found = w.store.charts.read(view(w), id_)
    assert [one.entities for one in found.nodes] == [(), ("bela", "bela2")]
    assert found.nodes[1].note == "her sister"
    assert PREFIX.encode() in held


def test_too_many_on_a_chart_are_refused_with_the_limit(w: Clocked) -> None:
    with pytest.raises(LimitError):
        w.store.charts.add(view(w), "", [ANNA] * (MOST_NODES + 1), [])


def test_a_chart_of_a_day_before_is_not_there_yet(w: Clocked) -> None:
    id_ = saved(w)
    early = replace(view(w), known_on="2000-01-01")
    with pytest.raises(Exception, match="not opened by policy"):
        w.store.charts.read(early, id_)


def test_texts_are_read_by_who_reads_every_label_behind_them(w: Clocked) -> None:
    mine = view(w)
    id_ = w.store.charts.add(mine, "the matter", [ANNA], [*mine.labels, 10_000]).id
    found = w.store.charts.read(mine, id_)
    assert (found.head.title, [one.note for one in found.nodes]) == ("", [""])


def test_texts_that_a_reader_may_not_read_survive_when_he_saves(w: Clocked) -> None:
    mine = view(w)
    id_ = w.store.charts.add(mine, "the matter", [ANNA], [*mine.labels, 10_000]).id
    w.store.charts.change(mine, id_, 1, ("", [replace(ANNA, note="", x=9.0)], []))
    held = desk_bytes(w)
    assert b"the matter" in held
    assert b"Anna at the port" in held


def test_the_newest_chart_is_listed_first(w: Clocked) -> None:
    ids = [saved(w) for _ in range(3)]
    found = [one.id for one in w.store.charts.page(view(w), most=2)]
    assert found == ids[:0:-1]
    assert [one.id for one in w.store.charts.page(view(w), before=found[-1])] == ids[:1]
