"""Protections and anchors by hand, from the desk to the lead: the same records, guarded or not."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from maillon.model import DOUBTFUL_BIRTH, Act, RefusedError, StoreError, View
from maillon.screen import entry
from maillon.sources import adapter
from maillon.store import Order
from maillon.store.anchoring import NamedAnchor
from maillon.store.cases import CaseOrder
from maillon.store.protections import HIDING, Protection
from maillon.store.releases import Consent
from maillon.workspace import Workspace
from maillon.workspace.guarding import age

from .records import OPEN, OPEN_RECORDS, call, loaded, person

TODAY = datetime.now(UTC).date()
NEXT_MONTH = (TODAY + timedelta(days=30)).isoformat()


def made(folder: Path, records: list[dict[str, Any]]) -> Workspace:
    Workspace.create(folder)
    w = Workspace.open(folder)
    loaded(w, "register", OPEN, records)
    return w


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    made_one = made(tmp_path / "w", OPEN_RECORDS)
    yield made_one
    made_one.store.close()


def view(w: Workspace, act: Act = Act.DECIDE, **changes: str) -> View:
    return w.view(act, replace(w.settings.mandate, purpose="review", **changes))


def leads(w: Workspace) -> list[tuple[str, str]]:
    found = w.trace(w.view(Act.TRACE)).leads
    return [(one.terror_caption, one.crime_caption) for one in found]


LEAD = ("Amos Verner", "Cyril Dusek")


@pytest.mark.parametrize("kind", sorted(HIDING))
def test_who_is_not_cleared_gets_what_he_would_get_without_the_record(
    w: Workspace, tmp_path: Path, kind: str
) -> None:
    w.guarding.protect(view(w), Protection("m1", kind, "at risk"))
    speaks = {"m1"} | {r["id"] for r in OPEN_RECORDS if "m1" in str(r["properties"].values())}
    assert len(speaks) == 1 + 8 + 2
    without = made(tmp_path / "o", [r for r in OPEN_RECORDS if r["id"] not in speaks])
    for one in (w, without):
        assert leads(one) == []
    said = [
        (
            # the delivery, and so the order by id, is another file's
            sorted((s.entity, s.prop, s.value) for s in one.store.scan(one.view(Act.READ))),
            [(d.statements, d.entities) for d in one.deliveries(one.view(Act.READ))],
            one.resolve(one.view(Act.RESOLVE)).canonical.to_pylist(),
            error(one, "m1"),
        )
        for one in (w, without)
    ]
    assert said[0] == said[1]
    without.store.close()


def error(w: Workspace, entity: str) -> str:
    with pytest.raises(StoreError) as raised:
        w.guarding.protect(view(w), Protection(entity, "minor", "r"))
    return str(raised.value)


def test_who_is_cleared_for_a_protection_reads_on(w: Workspace) -> None:
    w.guarding.protect(view(w), Protection("m1", "sealed", "at risk"))
    file = w.settings.folder / "maillon.toml"
    text = file.read_text("utf-8")
    cleared = '\n[people.guardian]\nagencies = ["centre"]\npurposes = ["review"]\ncompartments = ["protection:sealed"]\n'
    file.write_text(text + cleared, "utf-8")
    with Workspace.open(w.settings.folder) as again:
        seen = view(again, Act.READ, who="guardian")
        assert list(again.statements(seen, "m1"))
        assert [one.kind for one in again.store.safeguards.protections.read(seen)] == ["sealed"]
        assert not list(again.statements(view(again, Act.READ), "m1"))


@pytest.mark.parametrize("kind", ["minor", "victim", "humanitarian"])
def test_a_protected_person_is_no_inner_hop_without_a_named_decision(
    w: Workspace, kind: str
) -> None:
    assert leads(w) == [LEAD]
    w.guarding.protect(view(w), Protection("m1", kind, "r"))
    assert leads(w) == []
    assert w.tracing.between(w.view(Act.TRACE), "t1", "c1")["paths"] == []
    w.guarding.protect(
        view(w), Protection("m1", "release", "the judge allows it", until=NEXT_MONTH)
    )
    assert leads(w) == [LEAD]
    assert w.tracing.between(w.view(Act.TRACE), "t1", "c1")["paths"]


@pytest.mark.parametrize(
    ("born", "is_crossed"),
    [("1985-06-07", True), (f"{TODAY.year - 10}", False), ("unknown", False),
     (f"{TODAY.year - 18}", TODAY.isoformat() > f"{TODAY.year}-12-30"),
     (f"{TODAY.year - 19}", True)],
)  # fmt: skip
def test_a_child_is_no_inner_hop_and_doubt_makes_a_child(
    tmp_path: Path, born: str, is_crossed: bool
) -> None:
    records = [
        {**r, "properties": {**r["properties"], "birthDate": [born]}} if r["id"] == "m1" else r
        for r in OPEN_RECORDS
    ]
    found = made(tmp_path / "w", records)
    assert leads(found) == ([LEAD] if is_crossed else [])
    doubts = [one for one in found.store.scan(found.view(Act.READ)) if one.grade == DOUBTFUL_BIRTH]
    assert [(one.entity, one.original_value) for one in doubts] == (
        [("m1", "unknown")] if born == "unknown" else []
    )
    assert ("minor" in found.guarding.flags(view(found), "m1")) == (not is_crossed)
    found.store.close()


@pytest.mark.parametrize(
    ("dates", "day", "says"),
    [
        ([], "2026-11-27", "age unknown"),
        (["2008-11-27"], "2026-11-27", "adult"),
        (["2008-11-28"], "2026-11-27", "minor"),
        (["2008"], "2026-11-27", "minor"),
        (["2007"], "2026-11-27", "adult"),
        (["2008-11"], "2026-11-27", "minor"),
        (["2008-10"], "2026-11-27", "adult"),
        (["1980-01-01", "2010"], "2026-11-27", "minor"),
        (["about 1990"], "2026-11-27", "minor"),
        (["2008-02-30"], "2026-11-27", "minor"),
        (["2008-02-29"], "2026-02-28", "minor"),
        (["2008-02-29"], "2026-03-01", "adult"),
        (["2026-11-28"], "2026-11-27", "minor"),
    ],
)
def test_an_age_is_read_for_the_person(dates: list[str], day: str, says: str) -> None:
    assert age(dates, day) == says


@pytest.mark.parametrize(
    ("born", "flags"),
    [("30.02.1985", ("minor",)), ("02-12-1990", ()), (f"02-12-{TODAY.year - 10}", ("minor",)),
     ("", ("age unknown",)), ("01.02.1985", ())],
)  # fmt: skip
def test_a_date_that_only_its_day_is_in_doubt_of_still_tells_the_year(
    tmp_path: Path, born: str, flags: tuple[str, ...]
) -> None:
    columns = {
        name: {"column": column} for name, column in (("name", "name"), ("birthDate", "born"))
    }
    plan = {"schema": "Person", "keys": ["id"], "key_literal": "p", "properties": columns}
    mapping = {"m": {"queries": [{"entities": {"p": plan}}]}}
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w:
        raw = io.BytesIO(f"id,name,born\n1,Ann Ode,{born}\n".encode())
        order = Order(adapter("csv"), "d", OPEN, options={"mapping": mapping})
        w.load(w.view(Act.LOAD), raw, order)
        (entity,) = {one.entity for one in w.store.scan(w.view(Act.READ))}
        assert w.guarding.flags(view(w), entity) == flags


def test_a_victim_is_no_anchor_whatever_else_is_said(w: Workspace) -> None:
    w.guarding.protect(view(w), Protection("c1", "victim", "forced to carry"))
    assert leads(w) == []
    assert "victim" in w.guarding.flags(view(w, Act.READ), "c1")


NAMED = NamedAnchor(
    "n1", "crime.traffick.arms", "judgment 4/26", "B2", "sold the rifles", NEXT_MONTH
)


def test_an_anchor_by_hand_makes_a_lead_and_its_removal_takes_it_away(tmp_path: Path) -> None:
    more = [
        person("n1", "Nils Olsen", birthDate=["1970-01-01"]),
        *(call(f"z{n}", "m1", "n1", f"2026-03-0{n}") for n in range(1, 5)),
        {"id": "p9", "schema": "Payment", "properties": {"payer": ["m1"], "beneficiary": ["n1"],
         "date": ["2026-03-06"], "amount": ["850"], "currency": ["EUR"]}},
    ]  # fmt: skip
    w = made(tmp_path / "w", [*OPEN_RECORDS, *more])
    assert leads(w) == [LEAD]
    id_ = w.guarding.propose_anchor(view(w), NAMED)
    assert leads(w) == [LEAD]
    w.store.safeguards.anchoring.approve(view(w, who="supervisor"), id_)
    assert sorted(leads(w)) == [LEAD, ("Amos Verner", "Nils Olsen")]
    (lead,) = [one for one in w.trace(w.view(Act.TRACE)).leads if one.crime_caption == "Nils Olsen"]
    assert id_ in str(lead.line())
    assert w.tracing.explain(w.view(Act.TRACE), lead.lead_id)
    w.store.safeguards.anchoring.remove(view(w), id_, "acquitted")
    assert leads(w) == [LEAD]
    w.store.close()


def test_nobody_of_unknown_age_and_no_minor_is_named_an_anchor(tmp_path: Path) -> None:
    records = [person("n1", "Nils Olsen"), person("n2", "Ole Olsen", birthDate=["2015-01-01"])]
    w = made(tmp_path / "w", records)
    for entity, says in (("n1", "age unknown"), ("n2", "minor")):
        with pytest.raises(RefusedError, match=says):
            w.guarding.propose_anchor(view(w), replace(NAMED, entity=entity))
    with pytest.raises(StoreError, match="no entity n9"):
        w.guarding.propose_anchor(view(w), replace(NAMED, entity="n9"))
    w.store.close()


def test_a_dissemination_passes_every_gate_or_none(tmp_path: Path) -> None:
    records = [person("n1", "Nils Olsen", birthDate=["1970-01-01"]), person("n2", "Ole Olsen"),
               person("n3", "Per Olsen", birthDate=["2015-01-01"])]  # fmt: skip
    w = made(tmp_path / "w", records)
    cases = w.store.safeguards.cases
    number = cases.open_case(
        view(w), CaseOrder("both", ("review",), ("centre",), "warrant 7", NEXT_MONTH)
    )
    cases.declare(view(w), number, conflict=False)

    def out(entities: list[str], case: str = number) -> None:
        w.guarding.check_dissemination(
            view(w, Act.DISSEMINATE, case=case), entities, b"text", "Interpol"
        )

    with pytest.raises(RefusedError, match="unclassified"):
        out(["n1"])
    w.guarding.categorise(view(w, case=number), "n1", "suspect", "the seizure")
    with pytest.raises(RefusedError, match="police has not consented"):
        out(["n1"])
    file = w.settings.folder / "maillon.toml"
    police = '\n[people.chief]\nagencies = ["police"]\npurposes = ["review"]\n'
    file.write_text(file.read_text("utf-8") + police, "utf-8")
    with Workspace.open(w.settings.folder) as again:
        again.store.safeguards.releases.consent(
            view(again, who="chief", agency="police"), Consent("", "Interpol", "r", NEXT_MONTH)
        )
    out(["n1"])
    for entities, says in ((["n1", "n2"], "age unknown"), (["n1", "n3"], "minor")):
        with pytest.raises(RefusedError, match=says):
            out(entities)
    with pytest.raises(RefusedError, match="unclassified"):
        out(["n1"], case="")
    w.guarding.protect(view(w), Protection("n1", "victim", "r"))
    with pytest.raises(RefusedError, match="victim"):
        out(["n1"])
    w.store.close()


def test_an_expired_card_stops_every_verb_that_runs_what_it_is_of(w: Workspace) -> None:
    shipped = Path(__file__).parents[2] / "src" / "maillon" / "policy" / "law" / "cards"
    own = w.settings.folder / "law" / "cards"
    own.mkdir(parents=True)
    ask = [entry("q", "Person", "", {"name": ["Amos Verner"]})]
    verbs: dict[str, list[Callable[[Workspace], object]]] = {
        "screening-model": [lambda w: list(w.screen(w.view(Act.SCREEN), lambda _: ask))],
        "lists": [lambda w: list(w.screen(w.view(Act.SCREEN), lambda _: ask))],
        "screening-rules": [lambda w: list(w.screen(w.view(Act.SCREEN), lambda _: ask))],
        "resolution-models": [
            lambda w: w.resolve(w.view(Act.RESOLVE)), lambda w: w.trace(w.view(Act.TRACE)),
            lambda w: w.placing(w.view(Act.RESOLVE)).__enter__(),
        ],
        "lead-ranking": [
            lambda w: w.trace(w.view(Act.TRACE)),
            lambda w: w.tracing.between(w.view(Act.TRACE), "t1", "c1"),
            lambda w: w.tracing.around(w.view(Act.TRACE), "t1"),
            lambda w: w.tracing.coverage(w.view(Act.TRACE)),
            lambda w: w.leads.found(w.view(Act.TRACE)),
        ],
    }  # fmt: skip
    for name, calls in verbs.items():
        text = (shipped / f"{name}.toml").read_text("utf-8")
        lines = [
            'expires = "2026-01-01"' if line.startswith("expires") else line
            for line in text.splitlines()
        ]
        (own / f"{name}.toml").write_text("\n".join(lines), "utf-8")
        with Workspace.open(w.settings.folder) as expired:
            for one in calls:
                with pytest.raises(RefusedError, match=f"the card of {name} ended"):
                    one(expired)
        (own / f"{name}.toml").unlink()
