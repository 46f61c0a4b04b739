"""A lead that nobody may see whole: each holder's broker is told of his own part, nobody of more."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maillon.model import (
    SYSTEM_POINTING,
    Act,
    Label,
    Mandate,
    Mode,
    NotFoundError,
    RefusedError,
    StoreError,
    View,
)
from maillon.sources import adapter
from maillon.store import Event, Order, Verdict
from maillon.store.pointers import Pointer
from maillon.store.protections import Protection
from maillon.web.worker.loop import run_worker
from maillon.workspace import Workspace

from .records import call, loaded, person

GUNS = Label("police", compartment="guns", purposes=("linking", "review"), legal_basis="Act, s. 1")
PORTS = Label(
    "customs", compartment="ports", purposes=("linking", "review"), legal_basis="Act, s. 2"
)
BELA = {"birthDate": ["1985-06-07"], "phone": ["+88845550001"], "passportNumber": ["BK881204"]}


def payment(key: str, payer: str, beneficiary: str, day: str) -> dict[str, Any]:
    said = {"payer": [payer], "beneficiary": [beneficiary], "date": [day], "amount": ["900"]}
    return {"id": key, "schema": "Payment", "properties": {**said, "currency": ["EUR"]}}


POLICE = [
    person("t1", "Amos Verner", topics=["crime.terror"], birthDate=["1980-02-03"]),
    person("m1", "Bela Konrad", **BELA),
    *(call(f"k{n}", "t1", "m1", f"2026-01-0{n}") for n in range(1, 5)),
    payment("p1", "t1", "m1", "2026-01-06"),
]
CUSTOMS = [
    person("m2", "Bela Konrad", **BELA),
    person("c1", "Cyril Dusek", topics=["crime.traffick.drug"], birthDate=["1979-01-02"]),
    *(call(f"l{n}", "m2", "c1", f"2026-02-0{n}") for n in range(1, 5)),
    payment("p2", "m2", "c1", "2026-02-06"),
]
OF_ANOTHER = [person("m2", "Dora Petrova", birthDate=["1961-12-30"]), *CUSTOMS[1:]]
"""The same, of somebody whom the police does not know: there is no lead."""

ACCOUNTS = """
[people.{name}]
agencies = ["{agency}"]
purposes = ["linking", "review"]
compartments = {compartments}
roles = {roles}
"""
PEOPLE = (
    ("pia", "police", '["guns", "protection:sealed"]', '["broker"]'),
    ("carl", "customs", '["ports"]', '["broker"]'),
    ("uncleared", "police", "[]", '["broker"]'),
    ("reader", "police", '["guns"]', "[]"),
)


def make(folder: Path, *, customs: bool, people: tuple[tuple[str, ...], ...] = PEOPLE) -> Workspace:
    Workspace.create(folder)
    with (folder / "maillon.toml").open("a", encoding="utf-8") as file:
        for name, agency, compartments, roles in people:
            file.write(
                ACCOUNTS.format(name=name, agency=agency, compartments=compartments, roles=roles)
            )
    w = Workspace.open(folder)
    loaded(w, "police", GUNS, POLICE)
    if customs:
        customs_says(w, CUSTOMS)
    return w


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    made = make(tmp_path / "w", customs=True)
    yield made
    made.store.close()


def point(w: Workspace) -> int:
    return w.pointing.point(w.view(Act.POINT, SYSTEM_POINTING))


def customs_says(w: Workspace, records: list[dict[str, Any]], label: Label = PORTS) -> None:
    """Let customs deliver its whole dataset anew."""
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())
    order = Order(adapter("ftm-json"), "customs", label, mode=Mode.SNAPSHOT)
    w.load(w.view(Act.LOAD), raw, order)


def acting(w: Workspace, who: str, act: Act = Act.READ, purpose: str = "review") -> View:
    agency = {"carl": "customs", "analyst": "centre"}.get(who, "police")
    basis = w.settings.mandate.legal_basis
    return w.view(act, Mandate(who, agency, purpose, basis))


def queue(w: Workspace, who: str) -> list[Pointer]:
    return w.store.safeguards.pointers.queue(acting(w, who))


def test_each_broker_is_told_of_his_own_part_and_of_nothing_else(w: Workspace) -> None:
    assert point(w) == 2
    (police,), (customs,) = queue(w, "pia"), queue(w, "carl")
    assert {"t1", "m1"} <= set(police.entities) <= {one["id"] for one in POLICE}
    assert {"c1", "m2"} <= set(customs.entities) <= {one["id"] for one in CUSTOMS}
    assert (police.held_by, customs.held_by) == ((), ())  # no gateway between the two


def test_the_same_lead_is_pointed_to_once(w: Workspace) -> None:
    point(w)
    assert point(w) == 0
    assert len(queue(w, "pia")) == 1


def test_what_waits_of_a_lead_that_is_none_any_more_is_taken_out(w: Workspace) -> None:
    point(w)
    customs_says(w, OF_ANOTHER)
    assert point(w) == 0
    assert (queue(w, "pia"), queue(w, "carl")) == ([], [])


def test_what_a_broker_answered_stays_when_its_lead_has_gone(w: Workspace) -> None:
    point(w)
    (mine,) = queue(w, "pia")
    w.store.safeguards.pointers.answer(acting(w, "pia", Act.DECIDE), mine.id, "asked", "by phone")
    customs_says(w, OF_ANOTHER)
    point(w)
    assert ([one.state for one in queue(w, "pia")], queue(w, "carl")) == (["asked"], [])


def test_what_is_taken_out_comes_again_with_its_lead(w: Workspace) -> None:
    point(w)
    customs_says(w, OF_ANOTHER)
    point(w)
    customs_says(w, [*CUSTOMS, person("c9", "Emil Novak")])
    assert point(w) == 2


def test_a_search_that_was_cut_takes_nothing_out(
    w: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    point(w)
    customs_says(w, OF_ANOTHER)
    monkeypatch.setattr("maillon.workspace.pointing.MOST", 0)
    point(w)
    assert len(queue(w, "pia")) == 1


def test_what_somebody_may_see_whole_is_no_pointer(tmp_path: Path) -> None:
    both = ("both", "centre", '["guns", "ports"]', "[]")
    w = make(tmp_path / "w", customs=True, people=(*PEOPLE, both))
    assert point(w) == 0
    w.store.close()


def test_an_agency_without_a_broker_is_told_nothing(tmp_path: Path) -> None:
    w = make(tmp_path / "w", customs=True, people=PEOPLE[1:2])
    assert point(w) == 1
    w.store.close()


def test_a_gateway_lets_the_other_holder_be_named(w: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "w" / "law" / "gateways.toml"
    file.parent.mkdir(exist_ok=True)
    gateways = [("*", "centre", "pointing"), ("customs", "police", "linking")]
    file.write_text("".join(
        f'[[gateway]]\nfrom = "{source}"\nto = "{to}"\npurposes = ["{purpose}"]\n'
        'categories = ["*"]\nprovision = "Act, s. 3"\nconditions = []\nsince = "2020-01-01"\n'
        for source, to, purpose in gateways
    ), "utf-8")  # fmt: skip
    with Workspace.open(tmp_path / "w") as again:
        point(again)
        assert queue(again, "pia")[0].held_by == ("customs",)
        assert queue(again, "carl")[0].held_by == ()


def test_a_broker_who_is_not_cleared_for_his_agency_s_part_sees_no_pointer(w: Workspace) -> None:
    point(w)
    (mine,) = queue(w, "pia")
    assert queue(w, "uncleared") == []
    view = acting(w, "uncleared", Act.DECIDE)
    with pytest.raises(NotFoundError, match=f"no pointer {mine.id}"):
        w.store.safeguards.pointers.answer(view, mine.id, "asked", "")


def test_who_is_no_broker_is_refused_whether_there_is_a_pointer_or_not(w: Workspace) -> None:
    said = []
    for _ in range(2):
        with pytest.raises(RefusedError, match="is no broker") as raised:
            queue(w, "reader")
        said.append(str(raised.value))
        point(w)
    assert said[0] == said[1]


def seen(w: Workspace, who: str) -> list[object]:
    """What an account learns of the workspace by reading, resolving, tracing, and of the desk."""
    read, trace = acting(w, who), acting(w, who, Act.TRACE, "linking")
    return [
        [(one.id, one.statements, one.entities) for one in w.deliveries(read)],
        list(w.store.scan(read)),
        w.resolve(trace).canonical.to_pylist(),
        [lead.line() for lead in w.trace(trace).leads],
        w.tracing.coverage(trace),
        [(one.kind, one.before, one.after) for one in w.store.changes.read(trace)],
        w.store.jobs.page(read),
        w.store.key(read),
    ]


@pytest.mark.parametrize("who", ["reader", "uncleared", "analyst"])
def test_pointing_changes_no_answer_that_a_reader_gets(
    w: Workspace, tmp_path: Path, who: str
) -> None:
    alone = make(tmp_path / "alone", customs=False)
    before = seen(w, who)
    assert (point(w), point(alone)) == (2, 0)
    assert seen(w, who) == before == seen(alone, who)
    alone.store.close()


def test_the_ledger_has_the_act_under_its_own_purpose_and_says_nobody(w: Workspace) -> None:
    point(w)
    with w.store._desk.housekeeping() as connection:
        rows = connection.exec_driver_sql(
            "SELECT who, purpose, legal_basis, outcome, detail FROM ledger WHERE act = 'point'"
        ).all()
    mandate = (SYSTEM_POINTING.who, SYSTEM_POINTING.purpose, SYSTEM_POINTING.legal_basis)
    assert [tuple(row) for row in rows] == [
        (*mandate, "opened", "{}"), (*mandate, "done", '{"pointers":2}')
    ]  # fmt: skip


@pytest.mark.parametrize("act", list(Act))
def test_no_account_acts_for_the_system_s_purpose_and_it_covers_nothing_else(
    w: Workspace, act: Act
) -> None:
    with pytest.raises(RefusedError):
        w.view(act, replace(SYSTEM_POINTING, who="analyst"))
    if act is not Act.POINT:
        with pytest.raises(RefusedError, match="necessity"):
            w.view(act, SYSTEM_POINTING)


def test_the_purpose_of_the_system_is_given_to_no_account(w: Workspace) -> None:
    file = w.settings.folder / "maillon.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace('["linking", "review"]', '["pointing"]', 1), "utf-8")
    with pytest.raises(StoreError, match="pointing"):
        Workspace.open(w.settings.folder)


def test_a_view_for_reading_points_to_nothing(w: Workspace) -> None:
    with pytest.raises(RefusedError, match="opened for the act"):
        w.pointing.point(acting(w, "pia"))


def test_who_is_sealed_is_not_pointed_to(w: Workspace) -> None:
    pia = acting(w, "pia", Act.DECIDE)
    w.guarding.protect(pia, Protection("m1", "sealed", "at risk"))
    assert point(w) == 0


def test_what_its_originator_lets_nobody_link_is_not_looked_at(tmp_path: Path) -> None:
    w = make(tmp_path / "w", customs=False)
    customs_says(w, CUSTOMS, replace(PORTS, purposes=()))
    assert point(w) == 0
    w.store.close()


def test_the_worker_points_after_a_load_and_shows_the_job_to_no_account(w: Workspace) -> None:
    assert run_worker(w.settings.folder, once=True) == 1
    assert len(queue(w, "pia")) == 1
    assert all(w.store.jobs.page(acting(w, who)) == [] for who in ("pia", "reader", "analyst"))


def test_where_nobody_is_a_broker_no_job_is_put(tmp_path: Path) -> None:
    w = make(tmp_path / "w", customs=True, people=PEOPLE[3:])
    assert run_worker(w.settings.folder, once=True) == 0
    w.store.close()


def test_a_judgement_behind_hidden_labels_joins_no_lead_for_others(w: Workspace) -> None:
    """The system's view sees judgements of both sides, and what they imply is for brokers alone."""
    reader = acting(w, "reader", Act.JUDGE, "linking")
    w.judge(reader, Event("t1", "m1", Verdict.NEGATIVE, "seen together", tuple(reader.labels)))
    before = seen(w, "reader")
    point(w)
    assert seen(w, "reader") == before
