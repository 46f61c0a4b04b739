"""The queue of hits by name: only of who is shown, and the ledger has first who looked at whom."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.journeys.records import OPEN, OPEN_RECORDS, SEALED, SEALED_RECORDS, loaded, person
from tests.journeys.verdict_verbs import decider, screened

from maillon.store.ledger import read_rows, tags_of
from maillon.store.tables_ledger import LEDGER_OBJECT
from maillon.workspace import Workspace
from maillon.workspace.deciding import Queued

TAGGED = {"id": "g2", "schema": "Person",
          "properties": {"firstName": ["Amos"], "lastName": ["Verner"]}}  # fmt: skip


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as opened:
        loaded(opened, "register", OPEN, OPEN_RECORDS)
        guest = person("g1", "Amos Werner", birthDate=["1980-02-03"], alias=["A. Verner"])
        loaded(opened, "guests", OPEN, [guest, TAGGED])
        loaded(opened, "vault", SEALED, [*SEALED_RECORDS, {**guest, "id": "m1"}])
        screened(opened, "guests")
        yield opened


def queued(*ids: str) -> Queued:
    return Queued("hit", (ids[0], ids[-1]), "", 0.9, "register", {}, "", "")


def test_a_record_goes_by_its_name(w: Workspace) -> None:
    view = decider(w)
    names = w.screening.captions(view, w.screening.queue(view))
    assert (names["g1"], names["t1"]) == ("Amos Werner", "Amos Verner")


def test_a_record_without_a_whole_name_goes_by_its_parts(w: Workspace) -> None:
    assert w.screening.captions(decider(w), [queued("g2")])["g2"] == "Amos Verner"


def test_a_record_goes_by_the_name_that_its_hit_shows(w: Workspace) -> None:
    view = decider(w)
    queue = w.screening.queue(view)
    names = w.screening.captions(view, queue)
    shown = [w.screening.show(view, *one.ids).captions for one in queue]
    assert [tuple(names[id_] for id_ in one.ids) for one in queue] == shown


def test_what_the_view_does_not_see_has_no_name(w: Workspace) -> None:
    assert w.screening.captions(decider(w), [queued("s1"), queued("nobody")]) == {}


def test_a_name_that_is_hidden_is_not_among_those_of_a_record(w: Workspace) -> None:
    assert w.screening.captions(decider(w), [queued("m1")]) == {"m1": "Bela Konrad"}


def test_the_ledger_names_everybody_on_the_page(w: Workspace) -> None:
    w.screening.captions(decider(w), [queued("g1", "t1"), queued("nobody")])
    with w.store._desk.housekeeping() as connection:
        last = list(read_rows(connection))[-1]
        asked = [("g1", "guests"), ("t1", "register"), ("nobody", "")]
        tags = {tags_of(connection, one, [where])[0] for one, where in asked}
        held = select(LEDGER_OBJECT.c.tag).where(LEDGER_OBJECT.c.number == last["number"])
        noted = set(connection.execute(held).scalars())
    assert (last["act"], json.loads(last["detail"])) == ("look", {"verb": "hits"})
    assert tags <= noted


def test_nobody_is_looked_at_on_an_empty_page(w: Workspace) -> None:
    view, before = decider(w), w.store.verify_ledger()
    assert w.screening.captions(view, []) == {}
    assert w.store.verify_ledger() == before
