"""From a machine's proposal to what leaves: nothing does before a named person saw both sides."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maillon.model import Act, RefusedError, StaleError, StoreError, View
from maillon.store import Bearing, Event, LeadState, Verdict
from maillon.store.cases import CaseOrder
from maillon.store.protections import Protection
from maillon.store.releases import Consent
from maillon.workspace import Workspace
from maillon.workspace.deciding import Shown

from .records import OPEN, OPEN_RECORDS, loaded, person
from .verdict_verbs import answer, decider, screened

NEXT_MONTH = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
UNCONFIRMED = "no person has confirmed this"


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    file = tmp_path / "w" / "maillon.toml"
    more = """
[people.chief]
agencies = ["police"]
purposes = ["review"]

[people.analyst2]
agencies = ["centre"]
purposes = ["review"]
person = "analyst"
roles = ["supervisor"]
"""
    file.write_text(file.read_text("utf-8") + more, "utf-8")
    with Workspace.open(tmp_path / "w") as opened:
        loaded(opened, "register", OPEN, OPEN_RECORDS)
        yield opened


def disseminates(w: Workspace, *entities: str) -> View:
    """A view for dissemination in which nothing but the proposals stands in the way."""
    view = decider(w)
    number = w.store.safeguards.cases.open_case(
        view, CaseOrder("both", ("review",), ("centre",), "warrant 7", NEXT_MONTH)
    )
    w.store.safeguards.cases.declare(view, number, conflict=False)
    mandate = replace(view.mandate, case=number)
    for one in entities:
        w.guarding.categorise(w.view(Act.DECIDE, mandate), one, "suspect", "the seizure")
    chief = replace(view.mandate, who="chief", agency="police")
    w.store.safeguards.releases.consent(
        w.view(Act.DECIDE, chief), Consent("", "Interpol", "r", NEXT_MONTH)
    )
    return w.view(Act.DISSEMINATE, mandate)


def codes(shown: Shown, side: Bearing) -> set[str]:
    return {one.code for one in shown.facts(side)}


def test_a_text_about_both_sides_of_a_hit_leaves_only_when_a_person_confirmed_it(
    w: Workspace,
) -> None:
    out, view = disseminates(w, "t1", "t1b"), decider(w)

    def leave(*entities: str) -> None:
        w.guarding.check_dissemination(out, entities, b"text", "Interpol")

    leave("t1")
    leave("t1b")
    # no run has put it into a queue: the hit is one all the same
    with pytest.raises(RefusedError, match=f"{UNCONFIRMED} hit") as raised:
        leave("t1", "t1b")
    assert raised.value.rule.startswith("Directive (EU) 2016/680, art. 11")
    screened(w, "register")
    id_ = w.screening.validate(
        view, "t1b", "t1", answer(w.screening.show(view, "t1b", "t1"), "match")
    )
    leave("t1", "t1b")
    w.screening.undo(view, id_, "the passport was another")
    with pytest.raises(RefusedError, match=f"{UNCONFIRMED} hit"):
        leave("t1", "t1b")
    w.screening.validate(view, "t1b", "t1", answer(w.screening.show(view, "t1b", "t1"), "no match"))
    with pytest.raises(RefusedError, match=f"{UNCONFIRMED} hit"):
        leave("t1", "t1b")


def test_a_text_about_both_ends_of_a_lead_leaves_only_when_a_person_confirmed_it(
    w: Workspace,
) -> None:
    out, view = disseminates(w, "t1", "c1"), decider(w)
    (lead, *_) = [one.ids[0] for one in w.leads.queue(view)]

    def leave() -> None:
        w.guarding.check_dissemination(out, ("t1", "c1"), b"text", "Interpol")

    for do in (leave, lambda: w.tracing.export(w.view(Act.TRACE), lead, "svg")):
        with pytest.raises(RefusedError, match=f"{UNCONFIRMED} lead"):
            do()
    w.leads.validate(view, lead, answer(w.leads.show(view, lead), "suspected"))
    leave()
    assert w.tracing.export(w.view(Act.TRACE), lead, "svg")
    assert w.leads.queue(view) == []
    assert [one.state for one in w.leads.history(view)] == [LeadState.SUSPECTED]
    # more evidence makes it another lead than the one that was confirmed
    more = {"id": "p3", "schema": "Payment", "properties": {"payer": ["m1"], "beneficiary": ["c1"],
            "date": ["2026-03-06"], "amount": ["10"], "currency": ["EUR"]}}  # fmt: skip
    loaded(w, "more", OPEN, [more])
    with pytest.raises(RefusedError, match=f"{UNCONFIRMED} lead"):
        leave()
    assert [one.ids[0] for one in w.leads.queue(view)] == [lead]


def test_nothing_but_the_gate_of_disseminations_asks_what_may_leave() -> None:
    source = Path(__file__).parents[2] / "src" / "maillon"
    callers = {
        file.stem
        for file in source.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("releases.check")
    }
    assert callers == {"guarding"}


def test_both_sides_of_a_hit_are_shown_and_so_is_what_others_said(w: Workspace) -> None:
    screened(w, "register")
    view = decider(w)
    first = w.screening.show(view, "t1b", "t1")
    assert {"birth date: same day"} <= codes(first, Bearing.AGAINST)
    assert first.earlier == ()
    w.guarding.protect(view, Protection("t1b", "homonym", "the clerk, not the man"))
    labels = tuple(sorted(view.labels))
    w.judge(w.view(Act.JUDGE), Event("t1", "t1b", Verdict.NEGATIVE, "other father", labels))
    id_ = w.screening.validate(
        view, "t1b", "t1", answer(w.screening.show(view, "t1b", "t1"), "no match")
    )
    w.screening.undo(view, id_, "too soon")
    shown = w.screening.show(view, "t1b", "t1")
    assert {"protected: homonym", "judged: negative"} <= codes(shown, Bearing.FOR)
    assert [(one.what, one.said, one.stands) for one in shown.earlier] == [
        ("judgement", "negative", True), ("verdict", "no match", False),
    ]  # fmt: skip
    line = shown.line()
    assert list(line).index("for") < list(line).index("against")


def test_who_passes_over_what_exonerates_is_refused_and_the_ledger_knows_who_looked(
    w: Workspace,
) -> None:
    screened(w, "register")
    view = decider(w)
    w.guarding.protect(view, Protection("t1b", "homonym", "the clerk, not the man"))
    shown = w.screening.show(view, "t1b", "t1")
    with pytest.raises(RefusedError, match=r"passed over: .*protected: homonym"):
        w.screening.validate(view, "t1b", "t1", replace(answer(shown, "match"), weighed=()))
    w.screening.validate(view, "t1b", "t1", answer(shown, "match"))
    (said,) = w.store.safeguards.validations.read(view)
    assert ("for", "protected: homonym") in {one[:2] for one in said.shown}
    assert all(len(one[2]) == 32 for one in said.shown)


def test_a_no_match_clears_the_hit_and_its_undoing_brings_it_back(w: Workspace) -> None:
    screened(w, "register")
    view = decider(w)
    assert ("t1b", "t1") in [one.ids for one in w.screening.queue(view)]
    shown = w.screening.show(view, "t1b", "t1")
    id_ = w.screening.validate(view, "t1b", "t1", answer(shown, "no match"))
    assert ("t1b", "t1") not in [one.ids for one in w.screening.queue(view)]
    assert [(one.id, one.is_standing) for one in w.screening.clearings(view)] == [(id_, True)]
    with pytest.raises(StaleError, match="was cleared"):
        w.screening.validate(view, "t1b", "t1", answer(shown, "match"))
    w.screening.undo(view, id_, "too soon")
    assert ("t1b", "t1") in [one.ids for one in w.screening.queue(view)]


def test_cannot_tell_is_a_result_until_the_contents_change(w: Workspace) -> None:
    screened(w, "register")
    view = decider(w)
    shown = w.screening.show(view, "t1b", "t1")
    w.screening.validate(view, "t1b", "t1", answer(shown, "cannot tell"))
    assert ("t1b", "t1") not in [one.ids for one in w.screening.queue(view)]
    loaded(w, "register", OPEN, [person("t1b", "Amos Werner", nationality=["at"])])
    with pytest.raises(StaleError, match="contents changed"):
        w.screening.show(view, "t1b", "t1")
    screened(w, "register")
    assert ("t1b", "t1") in [one.ids for one in w.screening.queue(view)]
    assert [one.is_same for one in w.screening.show(view, "t1b", "t1").earlier] == [False]


def test_a_verdict_by_two_waits_in_the_queue_and_no_account_of_the_first_ends_it(
    w: Workspace,
) -> None:
    screened(w, "register")
    view, out = decider(w), disseminates(w, "t1", "t1b")
    shown = w.screening.show(view, "t1b", "t1")
    id_ = w.screening.validate(view, "t1b", "t1", answer(shown, "match", takes_two=True))
    waits = {one.ids: one.waits_for_second for one in w.screening.queue(view)}
    assert waits["t1b", "t1"] == id_
    with pytest.raises(RefusedError, match=UNCONFIRMED):
        w.guarding.check_dissemination(out, ("t1", "t1b"), b"text", "Interpol")
    twin, boss = decider(w, "analyst2"), decider(w, "supervisor")
    with pytest.raises(RefusedError, match="whatever the account"):
        w.screening.second(twin, id_, w.screening.show(twin, "t1b", "t1").revision)
    w.screening.second(boss, id_, w.screening.show(boss, "t1b", "t1").revision)
    w.guarding.check_dissemination(out, ("t1", "t1b"), b"text", "Interpol")
    assert ("t1b", "t1") not in [one.ids for one in w.screening.queue(view)]


def test_of_two_who_decide_at_once_the_second_is_told(w: Workspace) -> None:
    screened(w, "register")
    view, boss = decider(w), decider(w, "supervisor")
    mine, theirs = (w.screening.show(one, "t1b", "t1") for one in (view, boss))
    w.screening.validate(view, "t1b", "t1", answer(mine, "match"))
    with pytest.raises(StaleError) as raised:
        w.screening.validate(boss, "t1b", "t1", answer(theirs, "cannot tell"))
    assert raised.value.http_status == 412


def test_nobody_says_that_a_lead_holds_before_both_sides_were_shown(w: Workspace) -> None:
    (lead,) = [one.ids[0] for one in w.leads.queue(decider(w))]
    for state in (LeadState.CONFIRMED, LeadState.SUSPECTED):
        with pytest.raises(RefusedError, match="both sides were shown"):
            w.leads.assess(w.view(Act.JUDGE), lead, state, "because")
    shown = w.leads.show(decider(w), lead)
    for side in Bearing:
        assert shown.facts(side)
    assert {one.partition(":")[0] for one in codes(shown, Bearing.FOR)} <= {
        "innocent explanation", "weakness",
    }  # fmt: skip


def test_a_refuted_lead_leaves_the_queue_and_returns_when_it_is_taken_back(w: Workspace) -> None:
    view = decider(w)
    (lead,) = [one.ids[0] for one in w.leads.queue(view)]
    id_ = w.leads.validate(view, lead, answer(w.leads.show(view, lead), "refuted"))
    assert (w.leads.queue(view), [one.lead_id for one in w.leads.found(view)[1].set_aside]) == (
        [], [lead],
    )  # fmt: skip
    w.leads.undo(view, id_, "the invoice was forged")
    assert [one.ids[0] for one in w.leads.queue(view)] == [lead]
    with pytest.raises(StoreError, match="no verdict"):
        w.screening.undo(view, id_, "of the other kind")


@pytest.mark.parametrize("place", ["x", "e30", "WzFd", "WyJhIl0", "é"])
def test_what_is_no_place_of_a_queue_is_told(w: Workspace, place: str) -> None:
    for queue in (w.screening.queue, w.leads.queue):
        with pytest.raises(StoreError, match="no place in this queue"):
            queue(decider(w), after=place)
