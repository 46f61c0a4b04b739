"""Only what changed is screened again, and what stands is what a whole run would find."""

import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maillon.model import Act, Label, Mode, RefusedError, StoreError, View
from maillon.screen import Asked, Use, entry, questions
from maillon.sources import adapter
from maillon.store import Order, Rounds, StandingHit
from maillon.store.tables import DELIVERY, PROBLEM, RECEIPT, SCREENING
from maillon.workspace import Workspace
from maillon.workspace.screenrun import ScreenOrder
from maillon.workspace.standing import Change

SEALED = Label("centre", compartment="vault", purposes=("linking",), legal_basis="Act, s. 1")
GIVEN = ("Amos", "Bela", "Cyril", "Dana", "Emil", "Flora", "Gustav", "Hana")
FAMILY = ("Verner", "Konrad", "Dusek", "Nemec", "Sykora", "Werner", "Prochazka")


def person(key: str, name: str, **said: Any) -> dict[str, Any]:
    properties = {
        prop: [value] if isinstance(value, str) else value for prop, value in said.items()
    }
    return {"id": key, "schema": "Person", "properties": {"name": [name], **properties}}


def listed(key: str, name: str, **said: Any) -> dict[str, Any]:
    return person(key, name, topics="sanction", **said)


def load(
    w: Workspace, dataset: str, records: list[dict[str, Any]], label: Label | None = None
) -> str:
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())
    order = Order(adapter("ftm-json"), dataset, label or w.settings.label, mode=Mode.SNAPSHOT,
                  accept_shrink="fewer")  # fmt: skip
    view = w.view(Act.LOAD)
    try:
        return w.load(view, raw, order).delivery.id
    except RefusedError:  # a list that shrinks needs a second person
        raw.seek(0)
        mandate = replace(w.settings.mandate, who="supervisor")
        return w.load(w.view(Act.LOAD, mandate), raw, order).delivery.id


def order_of(w: Workspace, **said: Any) -> ScreenOrder:
    use = replace(w.screening.rules().use(), **said)
    return ScreenOrder(
        lambda bench: questions(bench, ["clients"], use), {"datasets": ["clients"]}, use, ("un",)
    )


def delta(w: Workspace, **said: Any) -> list[Change]:
    return w.screening.delta(w.view(Act.SCREEN), order_of(w, **said))


def told(changes: list[Change]) -> list[tuple[str, str, str, str]]:
    return [
        (one.standing.subject, one.standing.entry, one.standing.state, one.standing.why)
        for one in changes
    ]


def standing(w: Workspace) -> set[tuple[str, str, float]]:
    hits = w.screening.hits(w.view(Act.SCREEN), order_of(w))
    return {(one.subject, one.entry, one.score) for one in hits}


def whole(w: Workspace) -> set[tuple[str, str, float]]:
    with w.screening.opened(w.view(Act.SCREEN), order_of(w, most_hits=1_000)) as run:
        return {(a.id, hit.id, hit.scored.score) for a in run for hit in a.hits}


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as opened:
        yield opened


@pytest.fixture
def both(w: Workspace) -> Workspace:
    load(w, "un", [listed("e1", "Amos Verner"), listed("e2", "Cyril Dusek")])
    load(w, "clients", [person("s1", "Amos Verner"), person("s2", "Hana Nemec")])
    delta(w)
    return w


def test_the_first_run_compares_everything(w: Workspace) -> None:
    load(w, "un", [listed("e1", "Amos Verner")])
    load(w, "clients", [person("s1", "Amos Verner"), person("s2", "Hana Nemec")])
    assert told(delta(w)) == [("s1", "e1", "open", "first run")]


def test_nothing_changed_is_nothing_said(both: Workspace) -> None:
    assert delta(both) == []


def test_a_new_entry_meets_past_subjects(both: Workspace) -> None:
    records = [listed("e1", "Amos Verner"), listed("e2", "Cyril Dusek"), listed("e3", "Hana Nemec")]
    new = load(both, "un", records)
    assert told(delta(both)) == [("s2", "e3", "open", f"new entry in {new}")]


def test_a_list_that_keeps_an_id_and_changes_a_name_leaves_no_stale_answer(both: Workspace) -> None:
    new = load(both, "un", [listed("e1", "Hana Nemec"), listed("e2", "Cyril Dusek")])
    why = f"entry changed in {new}: name added, name removed"
    assert told(delta(both)) == [("s1", "e1", "void", why), ("s2", "e1", "open", why)]
    assert standing(both) == whole(both)


def test_a_new_alias_is_named_with_its_delivery(both: Workspace) -> None:
    records = [listed("e1", "Amos Verner"), listed("e2", "Cyril Dusek", alias="Hana Nemec")]
    new = load(both, "un", records)
    assert told(delta(both)) == [("s2", "e2", "open", f"entry changed in {new}: alias added")]


def test_delisting_voids_its_hits_in_the_same_run(both: Workspace) -> None:
    new = load(both, "un", [listed("e2", "Cyril Dusek")])
    assert told(delta(both)) == [("s1", "e1", "void", f"delisted in {new}")]
    assert standing(both) == set()


def test_a_changed_subject_meets_every_entry(both: Workspace) -> None:
    load(both, "clients", [person("s1", "Cyril Dusek"), person("s2", "Hana Nemec"),
                           person("s3", "Amos Verner")])  # fmt: skip
    assert told(delta(both)) == [
        ("s1", "e1", "void", "subject changed"), ("s1", "e2", "open", "subject changed"),
        ("s3", "e1", "open", "new subject"),
    ]  # fmt: skip


def test_a_subject_that_is_gone_voids_its_hits(both: Workspace) -> None:
    load(both, "clients", [person("s2", "Hana Nemec")])
    assert told(delta(both)) == [("s1", "e1", "void", "subject gone")]


def test_other_rules_compare_everything_again(both: Workspace) -> None:
    (change,) = delta(both, alert_from="strong", threshold=0.999999)
    assert told([change]) == [("s1", "e1", "void", "the rules changed")]


def test_a_run_that_dies_leaves_all_as_it_was(
    both: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(both, "un", [listed("e2", "Cyril Dusek")])
    commit = Rounds.commit

    def dies(*_: object) -> None:
        raise StoreError("no room")

    monkeypatch.setattr(Rounds, "commit", dies)
    with pytest.raises(StoreError):
        delta(both)
    monkeypatch.setattr(Rounds, "commit", commit)
    assert [one[2] for one in told(delta(both))] == ["void"]


def test_lost_derived_tables_cost_a_whole_run_and_no_hit(both: Workspace) -> None:
    for name in ("table", "list_table"):
        view = both.view(Act.SCREEN)
        (round_,) = set(_rounds(both))
        state = both.store.rounds.last(view, round_)
        assert state is not None
        both.store.forget_derived(view, state[name])
        assert delta(both) == []
    assert standing(both) == whole(both)


def _rounds(w: Workspace) -> list[str]:
    with w.store._desk.engine.connect() as connection:
        return list(connection.execute(SCREENING.select()).scalars(1))


def test_old_derived_files_are_dropped(both: Workspace) -> None:
    folder = both.settings.folder / "lake" / "derived"
    for n in range(4):
        load(both, "un", [listed("e1", f"Amos{n} Verner"), listed("e2", "Cyril Dusek")])
        delta(both)
    assert len([file for file in folder.iterdir() if "listed-" in file.name]) == 1
    assert len([file for file in folder.iterdir() if "past-" in file.name]) == 2


@pytest.mark.parametrize("seed", range(3))
def test_what_stands_is_what_a_whole_run_finds(w: Workspace, seed: int) -> None:
    dice = random.Random(seed)

    def records(kind: Any, count: int, letter: str) -> list[dict[str, Any]]:
        return [
            kind(f"{letter}{n}", f"{dice.choice(GIVEN)} {dice.choice(FAMILY)}",
                 **({"birthDate": str(dice.randint(1950, 1999))} if dice.random() < 0.5 else {}))
            for n in range(count)
        ]  # fmt: skip

    entries, subjects = records(listed, 12, "e"), records(person, 25, "s")
    for _ in range(5):
        load(w, "un", entries)
        load(w, "clients", subjects)
        delta(w)
        assert standing(w) == whole(w)
        entries = [*entries[dice.randint(0, 1) : 9], *records(listed, dice.randint(4, 6), "e9")]
        if dice.random() < 0.7:
            subjects = [*subjects[dice.randint(0, 2) : 20], *records(person, 5, "s9")]


# -- clearings


def cleared(w: Workspace) -> str:
    view = w.view(Act.SCREEN)
    subject = w.screening.subject(view, "s1")
    assert subject is not None
    return w.screening.clear(view, subject, "e1", "other father")


def test_a_clearing_stands_until_the_entry_changes(both: Workspace) -> None:
    cleared(both)
    (hit,) = both.screening.hits(both.view(Act.SCREEN), order_of(both))
    assert hit.state == "cleared"
    assert delta(both) == []
    new = load(
        both, "un", [listed("e1", "Amos Verner", birthDate="1980"), listed("e2", "Cyril Dusek")]
    )
    assert told(delta(both)) == [("s1", "e1", "open", f"entry changed in {new}: birthDate added")]


def test_a_change_that_nobody_can_compare_ends_no_clearing(both: Workspace) -> None:
    cleared(both)
    load(both, "un", [listed("e1", "Amos Verner", notes="seen again"), listed("e2", "Cyril Dusek")])
    assert delta(both) == []


def test_a_clearing_stands_until_the_subject_changes(both: Workspace) -> None:
    cleared(both)
    load(
        both, "clients", [person("s1", "Amos Verner", nationality="cz"), person("s2", "Hana Nemec")]
    )
    assert [one[2:] for one in told(delta(both))] == [("open", "subject changed")]


def test_taking_it_back_brings_the_hit_back(both: Workspace) -> None:
    id_ = cleared(both)
    both.screening.take_back(both.view(Act.SCREEN), id_, "mistaken")
    (hit,) = both.screening.hits(both.view(Act.SCREEN), order_of(both))
    assert (hit.state, hit.why) == ("open", f"clearing {id_} taken back")


def test_the_desk_keeps_no_content_of_a_cleared_person(both: Workspace) -> None:
    cleared(both)
    text = (both.settings.folder / "desk.sqlite").read_bytes()
    wal = both.settings.folder / "desk.sqlite-wal"
    text += wal.read_bytes() if wal.exists() else b""
    assert b"Amos" not in text
    view = both.view(Act.SCREEN)
    subject = both.screening.subject(view, "s1")
    assert subject is not None
    assert subject.version.encode() not in text


# -- receipts


def test_a_receipt_is_read_by_who_can_read_what_it_counts(w: Workspace) -> None:
    load(w, "un", [listed("e1", "Amos Verner")])
    load(w, "vault", [listed("e9", "Amos Verner")], SEALED)
    text = (w.settings.folder / "maillon.toml").read_text("utf-8")
    cleared_toml = text.replace(
        'purposes = ["intake", "linking", "review", "screening"]\ncompartments = []',
        'purposes = ["intake", "linking", "review", "screening"]\ncompartments = ["vault"]', 1,
    )  # fmt: skip
    (w.settings.folder / "maillon.toml").write_text(cleared_toml, "utf-8")
    query = entry("q", "Person", "", {"name": ["Amos Verner"]})
    with Workspace.open(w.settings.folder) as again:
        list(again.screen(again.view(Act.SCREEN), lambda _: [query]))
        supervisor = replace(again.settings.mandate, who="supervisor")
        list(again.screen(again.view(Act.SCREEN, supervisor), lambda _: [query]))
        entries = {
            who: [one.body["entries"] for one in again.screening.receipts(view)]
            for who, view in (
                ("analyst", again.view(Act.SCREEN)),
                ("supervisor", again.view(Act.SCREEN, supervisor)),
            )
        }
        assert entries == {"analyst": [2, 1], "supervisor": [1]}
        (hidden, _) = again.screening.receipts(again.view(Act.SCREEN))
        with pytest.raises(StoreError, match=f"no receipt {hidden.id}"):
            again.screening.replay(again.view(Act.SCREEN, supervisor), hidden.id)


def test_a_receipt_of_what_was_erased_says_so(both: Workspace) -> None:
    view = both.view(Act.SCREEN)
    receipt = both.screening.receipts(view)[0]
    delivery = min(receipt.body["deliveries"])
    with both.store._desk.begin() as connection:
        connection.execute(PROBLEM.delete())
        connection.execute(DELIVERY.delete().where(DELIVERY.c.id == delivery))
    found = both.screening.replay(view, receipt.id)
    assert found.verdict == "erased"
    assert found.reasons == (f"{delivery} was erased under the rule 'standard'",)


def test_a_changed_receipt_is_found(both: Workspace) -> None:
    view = both.view(Act.SCREEN)
    receipt = both.screening.receipts(view)[0]
    with both.store._desk.begin() as connection:
        body = json.dumps({**receipt.body, "hits": 0}, sort_keys=True)
        connection.execute(RECEIPT.update().values(body=body))
    with pytest.raises(StoreError, match="was changed after it was written"):
        both.screening.replay(view, receipt.id)


def test_a_delta_replays_as_a_whole_run(both: Workspace) -> None:
    load(both, "un", [listed("e1", "Hana Nemec"), listed("e2", "Amos Verner")])
    delta(both)
    view = both.view(Act.SCREEN)
    for receipt in both.screening.receipts(view):
        assert both.screening.replay(view, receipt.id).verdict == "identical"


# -- the door


def test_no_verb_of_screening_takes_a_view_made_by_hand(both: Workspace) -> None:
    true = both.view(Act.SCREEN)
    forged = View(true.mandate, true.act, true.labels)
    subject = both.screening.subject(true, "s1")
    assert subject is not None
    hit = StandingHit(
        "s1", "e1", ("", ""), ("", ""), 1.0, "strong", is_alert=True, state="open", why=""
    )
    for verb in (
        lambda: both.screening.delta(forged, order_of(both)),
        lambda: both.screening.hits(forged, order_of(both)),
        lambda: both.screening.receipts(forged),
        lambda: both.screening.replay(forged, "x"),
        lambda: both.screening.clear(forged, subject, "e1", "r"),
        lambda: both.screening.take_back(forged, "x", "r"),
        lambda: both.screening.clearings(forged),
        lambda: both.screening.subject(forged, "s1"),
        lambda: both.screening.opened(forged, order_of(both)).__enter__(),
        lambda: both.store.rounds.set_state(forged, ("s1", "e1"), hit.seals, "open", "r"),
    ):
        with pytest.raises(RefusedError):
            verb()


def test_humanitarian_actors_need_a_second_fact(w: Workspace) -> None:
    load(w, "un", [listed("e1", "Amos Verner", birthDate="1980-02-03")])
    load(w, "clients", [person("s1", "Amos Verner")])
    use: Use = replace(w.screening.rules().use(), humanitarian_datasets=("clients",))
    order = ScreenOrder(
        lambda bench: questions(bench, ["clients"], use), {"datasets": ["clients"]}, use
    )
    with w.screening.opened(w.view(Act.SCREEN), order) as run:
        (answer,) = run
    assert [(one.ruling.is_alert, one.ruling.notes) for one in answer.ruled] == [
        (False, ("humanitarian actor",))
    ]  # fmt: skip
    assert answer.asked == Asked(answer.asked.entry, is_humanitarian=True)
