"""A lead that people refuted: it stays away, and returns with what is new in its evidence."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maillon.model import Act, Mode
from maillon.sources import adapter
from maillon.store import Event, LeadState, Order, Verdict
from maillon.workspace import Workspace

Record = dict[str, Any]


def person(key: str, name: str, **properties: list[str]) -> Record:
    return {"id": key, "schema": "Person", "properties": {"name": [name], **properties}}


def call(key: str, one: str, two: str, day: str) -> Record:
    return {"id": key, "schema": "Call",
            "properties": {"caller": [one], "receiver": [two], "date": [day]}}  # fmt: skip


def payment(key: str, one: str, two: str, day: str) -> Record:
    return {"id": key, "schema": "Payment",
            "properties": {"payer": [one], "beneficiary": [two], "date": [day]}}  # fmt: skip


PEOPLE = [
    person("t1", "Amos Verner", topics=["crime.terror"], birthDate=["1980-02-03"]),
    person("m1", "Bela Konrad", birthDate=["1985-06-07"]),
    person("c1", "Cyril Dusek", topics=["crime.traffick.drug"], birthDate=["1979-01-02"]),
    person("a0", "Amos Werner", birthDate=["1980-02-03"]),
]
CONTACTS = [
    *(call(f"k{n}", "t1", "m1", f"2026-01-0{n}") for n in range(1, 3)),
    *(call(f"l{n}", "m1", "c1", f"2026-02-0{n}") for n in range(1, 3)),
    payment("p1", "t1", "m1", "2026-01-06"),
    payment("p2", "m1", "c1", "2026-02-06"),
    *(call(f"o{n}", "m1", f"x{n}", "2025-01-01") for n in range(30)),
]


def load(w: Workspace, dataset: str, records: list[Record], mode: Mode = Mode.SNAPSHOT) -> None:
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())
    w.load(w.view(Act.LOAD), raw, Order(adapter("ftm-json"), dataset, w.settings.label, mode=mode))


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as opened:
        load(opened, "register", PEOPLE)
        load(opened, "contacts", CONTACTS)
        yield opened


def found(w: Workspace) -> tuple[list[str], list[str]]:
    _, held = w.leads.found(w.view(Act.TRACE))
    return [one.lead_id for one in held.leads], [one.lead_id for one in held.set_aside]


def refute(w: Workspace) -> str:
    ((lead,), _) = found(w)
    w.leads.assess(w.view(Act.JUDGE), lead, LeadState.REFUTED, "the invoice explains it")
    return lead


def test_a_refuted_lead_is_set_aside_and_told_of(w: Workspace) -> None:
    lead = refute(w)
    assert found(w) == ([], [lead])
    _, held = w.leads.found(w.view(Act.TRACE))
    line = held.standing[lead].line()
    assert line["state"] == "refuted"
    assert line["said"]["reason"] == "the invoice explains it"
    assert [one.state for one in w.leads.history(w.view(Act.TRACE))] == [LeadState.REFUTED]


def test_the_same_evidence_delivered_again_brings_nothing_back(w: Workspace) -> None:
    lead = refute(w)
    load(w, "contacts", [*CONTACTS, person("z9", "Zora Nemec")])
    assert found(w) == ([], [lead])


def test_a_new_statement_brings_it_back_and_is_named(w: Workspace) -> None:
    lead = refute(w)
    load(w, "contacts", [*CONTACTS, payment("p3", "m1", "c1", "2026-03-06")])
    assert found(w) == ([lead], [])
    _, held = w.leads.found(w.view(Act.TRACE))
    new = held.standing[lead].line()["new_evidence"]
    assert {one["entity"] for one in new} == {
        one["entity"] for one in new if one["entity"].endswith("p3")
    }
    assert len(new) >= 2


def test_what_is_withdrawn_brings_nothing_back_but_is_counted(w: Workspace) -> None:
    lead = refute(w)
    load(w, "contacts", CONTACTS[1:])
    trace, held = w.leads.found(w.view(Act.TRACE))
    assert [one.lead_id for one in held.set_aside] == [lead]
    assert trace.leads == []
    assert held.standing[lead].gone > 0


def test_an_assessment_follows_its_ends_through_a_merge(w: Workspace) -> None:
    refute(w)
    view = w.view(Act.JUDGE)
    w.judge(view, Event("a0", "t1", Verdict.POSITIVE, "same papers", tuple(sorted(view.labels))))
    assert [set(map(len, found(w)))] == [{0, 1}]
    assert found(w)[0] == []


def test_an_unknown_lead_cannot_be_assessed(w: Workspace) -> None:
    with pytest.raises(ValueError, match="no lead 00"):
        w.leads.assess(w.view(Act.JUDGE), "00", LeadState.OPEN, "why")
