"""Every rule denies unless it finds what it needs, and the ledger has it before the answer."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from maillon.model import PURPOSES, SYSTEM_LINKING, Act, Label, Mandate, RefusedError, View
from maillon.policy import Person, Policy, Standing, is_opened_here

MANDATE = Mandate("ana", "centre", "linking", "Coordination Centre Act, s. 4")
LABELS = {
    1: Label("centre"),
    2: Label("police", purposes=("linking", "review")),
    3: Label("police"),
    4: Label("police", "TLP 2.0", "TLP:GREEN", purposes=("linking",)),
    5: Label("police", "TLP 2.0", "TLP:AMBER", purposes=("linking",)),
    6: Label("police", "TLP 2.0", "TLP:AMBER+STRICT", purposes=("linking",)),
    7: Label("police", "TLP 2.0", "TLP:RED", purposes=("linking",)),
    8: Label("police", "", "TLP:GREEN", purposes=("linking",)),
    9: Label("police", "NATO", "SECRET", purposes=("linking",)),
    10: Label("centre", compartment="vault"),
    11: Label("police", compartment="vault", purposes=("linking",)),
    12: Label("police", purposes=("screening",)),
}


@dataclass
class Register:
    """Labels, and what was written into the ledger, in order."""

    entries: list[tuple[str, str, str, Mapping[str, object]]] = field(default_factory=list)
    around: Standing = field(default_factory=Standing)
    kept: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def labels(self) -> Mapping[int, Label]:
        return LABELS

    def standing(self, mandate: Mandate, person: str, day: str) -> Standing:
        return self.around

    def decided(self, key: str) -> Mapping[str, Any] | None:
        return self.kept.get(key)

    def keep_decision(self, key: str, decision: Mapping[str, Any]) -> None:
        self.kept[key] = decision

    def record(
        self,
        mandate: Mandate,
        act: str,
        outcome: str,
        detail: Mapping[str, object],
        objects: Sequence[str] = (),
    ) -> None:
        self.entries.append((mandate.who, act, outcome, detail))


PEOPLE = {
    "ana": Person("ana", ("centre",), PURPOSES),
    "cleared": Person("cleared", ("centre",), PURPOSES, ("vault",)),
    "officer": Person("officer", ("police",), ("linking",)),
    "clerk": Person("clerk", ("centre",), ("intake",)),
}


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def policy(register: Register) -> Policy:
    return Policy(PEOPLE, register)


def readable(policy: Policy, **changes: str) -> set[int]:
    return set(policy.open(replace(MANDATE, **changes), Act.READ).labels)


REFUSALS = [
    ({"who": ""}, "S/2020/754, para. 116 (legality)"),
    ({"agency": ""}, "S/2020/754, para. 116 (legality)"),
    ({"legal_basis": ""}, "S/2020/754, para. 116 (legality)"),
    ({"purpose": ""}, "S/2020/754, para. 112 (purpose)"),
    ({"purpose": "curiosity"}, "S/2020/754, para. 112 (purpose)"),
    ({"who": "clerk"}, "S/2020/754, para. 112 (purpose)"),
    ({"purpose": "intake"}, "S/2020/754, para. 112 (necessity)"),
    ({"who": "nobody"}, "policy: accounts"),
    ({"agency": "police"}, "policy: accounts"),
]


@pytest.mark.parametrize(("changes", "rule"), REFUSALS)
def test_a_refusal_cites_its_rule_and_is_in_the_ledger_first(
    policy: Policy, register: Register, changes: dict[str, str], rule: str
) -> None:
    mandate = replace(MANDATE, **changes)
    with pytest.raises(RefusedError) as refusal:
        policy.open(mandate, Act.TRACE, detail={"why": "test"})
    assert refusal.value.rule == rule
    assert refusal.value.remedy
    assert register.entries == [(mandate.who, "trace", "refused", {"why": "test", "rule": rule})]


ACTS = {
    "intake": "load read",
    "retention": "read retain",
    "linking": "load read screen resolve judge trace",
    "oversight": "audit",
    "review": "read judge trace decide disseminate",
    "screening": "load read screen",
    "training": "load read screen resolve judge trace decide audit",
}
"""Which acts a purpose covers; only training and oversight may audit."""


@pytest.mark.parametrize(("purpose", "act"), list(itertools.product(PURPOSES, Act)))
def test_an_act_is_open_only_to_the_purposes_that_need_it(
    policy: Policy, register: Register, purpose: str, act: Act
) -> None:
    mandate = replace(MANDATE, purpose=purpose)
    if act.value in ACTS[purpose].split():
        assert policy.open(mandate, act).act is act
        assert [entry[2] for entry in register.entries] == ["opened"]
    else:
        with pytest.raises(RefusedError, match="necessity"):
            policy.open(mandate, act)
        assert [entry[2] for entry in register.entries] == ["refused"]


def test_every_purpose_has_its_acts() -> None:
    assert sorted(ACTS) == sorted(PURPOSES)


def test_a_label_is_read_by_its_originator_and_by_its_purposes(policy: Policy) -> None:
    assert readable(policy) == {1, 2, 4, 5}
    assert readable(policy, purpose="review") == {1, 2}
    assert readable(policy, purpose="screening") == {1, 12}
    assert readable(policy, purpose="intake") == {1}


def test_the_originator_reads_its_own_whatever_the_code(policy: Policy) -> None:
    assert readable(policy, who="officer", agency="police") == {2, 3, 4, 5, 6, 7, 8, 9, 12}


def test_a_compartment_opens_to_the_cleared_alone(policy: Policy) -> None:
    assert readable(policy, who="cleared") - readable(policy) == {10, 11}
    assert readable(policy, who="cleared", purpose="review") == {1, 2, 10}


def test_an_originator_that_is_not_cleared_does_not_read_its_own_compartment(
    policy: Policy,
) -> None:
    assert not readable(policy, who="officer", agency="police") & {10, 11}


def test_the_system_mandate_links_with_no_account_and_no_clearance(policy: Policy) -> None:
    assert set(policy.open(SYSTEM_LINKING, Act.RESOLVE).labels) == {1, 2, 4, 5}


@pytest.mark.parametrize(
    "changes",
    [{"purpose": "screening"}, {"legal_basis": "another"}, {"agency": "police"}, {"case": "7"}],
)
def test_the_system_mandate_cannot_be_changed(policy: Policy, changes: dict[str, str]) -> None:
    with pytest.raises(RefusedError, match="accounts"):
        policy.open(replace(SYSTEM_LINKING, **changes), Act.RESOLVE)


def test_a_view_is_sealed(policy: Policy) -> None:
    view = policy.open(MANDATE, Act.READ)
    assert is_opened_here(view)
    forged = [
        replace(view, labels=view.labels | {3}),
        replace(view, act=Act.TRACE),
        replace(view, known_on="2020-01-01"),
        replace(view, mandate=replace(MANDATE, who="cleared")),
        View(view.mandate, view.act, view.labels),
    ]
    assert [is_opened_here(each) for each in forged] == [False] * 5


def test_the_ledger_is_told_of_the_day(policy: Policy, register: Register) -> None:
    view = policy.open(MANDATE, Act.READ, known_on="2026-11-01", detail={"dataset": "d"})
    assert view.known_on == "2026-11-01"
    assert register.entries == [
        ("ana", "read", "opened", {"dataset": "d", "known_on": "2026-11-01"})
    ]


def test_no_view_without_a_ledger() -> None:
    class Broken(Register):
        def record(self, *_: object) -> None:
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        Policy(PEOPLE, Broken()).open(MANDATE, Act.READ)
