"""The law as files: cases, regimes, conflicts, gateways, compartments; and what fails denies."""

from dataclasses import replace
from pathlib import Path

import pytest

from maillon.model import Act, Label, Mandate, RefusedError, StoreError
from maillon.policy import (
    CONFLICT,
    NONE,
    CaseFile,
    Policy,
    Standing,
    check_export,
    handling_of,
    marking_label,
    read_law,
)
from maillon.policy.cedar import Judge

from .test_policy import MANDATE, PEOPLE, Register

CASE = CaseFile("2026-1", "organised crime", ("linking", "review"), ("centre",), "2099-01-01")
CT = Mandate("ana", "centre", "linking", "Terrorism Prevention Act, s. 12", "2026-1")
OC = replace(CT, legal_basis="Organised Crime Act, s. 8")


def around(**changes: object) -> Register:
    standing = Standing(CASE, is_member=True, declared=NONE)
    return Register(around=replace(standing, **changes))  # type: ignore[arg-type]


def rule_of(register: Register, mandate: Mandate, act: Act = Act.READ) -> str:
    with pytest.raises(RefusedError) as refusal:
        Policy(PEOPLE, register).open(mandate, act)
    assert register.entries[-1][2] == "refused"
    assert refusal.value.remedy
    return refusal.value.rule


def test_a_member_who_declared_acts_in_an_open_case() -> None:
    assert Policy(PEOPLE, around()).open(OC, Act.READ).labels


def test_a_power_against_terrorism_is_refused_in_a_case_of_organised_crime() -> None:
    register = around()
    with pytest.raises(RefusedError) as refusal:
        Policy(PEOPLE, register).open(CT, Act.READ)
    assert refusal.value.rule == "S/2020/754, paras. 107 and 117 (separate regimes)"
    assert "Terrorism Prevention Act, s. 12" in refusal.value.reason
    assert Policy(PEOPLE, around(case=replace(CASE, regime="both"))).open(CT, Act.READ).labels
    assert Policy(PEOPLE, around(case=replace(CASE, regime="terrorism"))).open(CT, Act.READ).labels


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"case": None}, "S/2020/754, para. 112 (necessity)"),
        ({"is_member": False}, "S/2020/754, para. 112 (necessity)"),
        ({"case": replace(CASE, agencies=("police",))}, "S/2020/754, para. 112 (necessity)"),
        ({"case": replace(CASE, expires="2020-01-01")}, "S/2020/754, para. 112 (proportionality)"),
        ({"case": replace(CASE, expires="")}, "S/2020/754, para. 112 (proportionality)"),
        ({"case": replace(CASE, is_closed=True)}, "S/2020/754, para. 112 (proportionality)"),
        ({"case": replace(CASE, purposes=("review",))}, "Directive (EU) 2016/680, art. 4(2) (further processing)"),
        ({"declared": CONFLICT}, "policy: conflict of interest"),
        ({"declared": ""}, "policy: conflict of interest"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_case_is_refused(changes: dict[str, object], rule: str) -> None:
    assert rule_of(around(**changes), OC) == rule


def test_an_unknown_case_and_one_of_others_are_refused_alike() -> None:
    said = []
    for changes in ({"case": None, "is_member": False}, {"is_member": False}):
        with pytest.raises(RefusedError) as refusal:
            Policy(PEOPLE, around(**changes)).open(OC, Act.READ)
        said.append(str(refusal.value))
    assert said[0] == said[1]


def test_a_basis_that_needs_a_case_is_refused_without_one() -> None:
    assert rule_of(Register(), replace(CT, case="")) == "S/2020/754, para. 112 (necessity)"


@pytest.mark.parametrize(
    ("basis", "rule"),
    [
        ("Coordination Centre Act, s. 9 (oversight)", "Directive (EU) 2016/680, art. 4(1)(b) (purpose limitation)"),
        ("Poor Law, s. 1", "S/2020/754, para. 116 (legality)"),
    ],
)  # fmt: skip
def test_a_basis_carries_its_purposes_alone(basis: str, rule: str) -> None:
    assert rule_of(Register(), replace(MANDATE, legal_basis=basis)) == rule


def law_with(tmp_path: Path, name: str, text: str) -> Path:
    (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def test_no_gateway_no_flow(tmp_path: Path) -> None:
    folder = law_with(
        tmp_path, "gateways.toml",
        '[[gateway]]\nfrom = "police"\nto = "centre"\npurposes = ["linking"]\ncategories = [""]\n'
        'provision = "Police Act, s. 20"\nconditions = ["no onward transfer"]\n',
    )  # fmt: skip
    policy = Policy(PEOPLE, Register(), read_law(folder))
    assert set(policy.open(MANDATE, Act.READ).labels) == {1, 2, 4, 5}
    assert set(policy.open(replace(MANDATE, purpose="review"), Act.READ).labels) == {1}
    assert policy.flow("police", "centre", "linking", "") == (
        "Police Act, s. 20",
        "no onward transfer",
    )
    for way in (
        ("customs", "centre", "linking", ""),
        ("police", "centre", "review", ""),
        ("police", "customs", "linking", ""),
        ("police", "centre", "linking", "pnr"),
    ):
        with pytest.raises(RefusedError, match="no provision lets") as refusal:
            policy.flow(*way)
        assert way[0] in refusal.value.remedy
        assert way[1] in refusal.value.remedy


def test_a_gateway_opens_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    entry = (
        '[[gateway]]\nfrom = "*"\nto = "centre"\npurposes = ["linking"]\ncategories = ["*"]\n'
        'provision = "p"\nsince = "2020-01-01"\nuntil = "2020-12-31"\n'
    )
    law = read_law(law_with(tmp_path, "gateways.toml", entry))
    days = ("2019-12-31", "2020-01-01", "2020-12-31", "2021-01-01")
    assert [law.gateway("a", "centre", "linking", "", day) is not None for day in days] == [
        False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("gateways.toml", "[[gateway]]\nfrom = 'a'\n", "categories, provision, purposes, to missing"),
        ("gateways.toml", "[[gateway]]\nfrom='a'\nto='b'\npurposes=['gossip']\ncategories=['*']\nprovision='p'\n", "purposes are some of"),
        ("gateways.toml", "[[gateway]]\nfrom='a'\nto='b'\npurposes=['linking']\ncategories=['*']\nprovision='p'\nsince='soon'\n", "since is a day"),
        ("gateways.toml", "[gateway", "gateways.toml"),
        ("gateways.toml", "[other]\n", "only [[gateway]]"),
        ("bases.toml", "[[basis]]\nname='n'\npurposes=['linking']\nregimes=['war']\n", "regimes are some of"),
        ("bases.toml", 2 * "[[basis]]\nname='n'\npurposes=['linking']\nregimes=['both']\n", "stands twice"),
        ("bases.toml", "[[basis]]\nname='n'\npurposes=['linking']\nregimes=['both']\nneeds_case='no'\n", "needs_case"),
        ("bases.toml", "[[basis]]\nname='n'\npurposes=['linking']\nregimes=['both']\nx=1\n", "x unknown"),
    ],
)  # fmt: skip
def test_a_file_of_the_law_that_says_nonsense_is_refused_at_its_place(
    tmp_path: Path, name: str, text: str, says: str
) -> None:
    with pytest.raises(StoreError) as error:
        read_law(law_with(tmp_path, name, text))
    assert says in str(error.value)
    assert str(tmp_path / name) in str(error.value)


LAW = read_law()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("resource.compartment ==", "resource.compartmnt ==", "compartmnt"),
        ('@id("gateway")\n', "", "@id"),
        ('@id("gateway")\n', '@id("originator")\n', "stands twice"),
        ("permit (principal, action, resource is Workspace);", "permit (principal", "law/policies.cedar"),
        ('@provision("policy: accounts")\n', "", "cites its @provision"),
    ],
)  # fmt: skip
def test_a_policy_that_does_not_validate_stops_the_house(old: str, new: str, says: str) -> None:
    assert old in LAW.policies
    broken = replace(LAW, policies=LAW.policies.replace(old, new, 1))
    with pytest.raises(StoreError, match=says):
        Policy(PEOPLE, Register(), broken).validate()
    with pytest.raises(StoreError):
        Policy(PEOPLE, Register(), broken).open(MANDATE, Act.READ)


def test_a_forbid_that_fails_denies_where_cedar_would_allow() -> None:
    # ten thousand times a number beyond 64 bits: valid by the schema, an error at every evaluation
    failing = (
        LAW.policies
        + """
@id("failing") @provision("a rule that fails")
forbid (principal, action, resource)
when { 9223372036854775807 + 1 == 0 };
"""
    )
    register = Register()
    broken = replace(LAW, policies=failing, digest="other")
    assert rule_of_with(register, broken) == "policy: evaluation"
    assert "overflow" in str(register.entries[-1][3]["errors"])
    judge = Judge(failing, LAW.schema)
    held = judge.labels({}, "read", {}, {1: {}})
    assert held == frozenset()


def rule_of_with(register: Register, law: object) -> str:
    with pytest.raises(RefusedError) as refusal:
        Policy(PEOPLE, register, law).open(MANDATE, Act.READ)  # type: ignore[arg-type]
    return refusal.value.rule


def test_a_request_that_lacks_an_attribute_is_denied() -> None:
    judge = Judge(LAW.policies, LAW.schema)
    why, errors = judge.act({"is_known": True}, "read", {"who": "ana"})
    assert why is not None
    assert why.provision == "policy: evaluation"
    assert errors


def test_a_decision_is_made_once_and_again_when_anything_changes() -> None:
    register = around()
    policy = Policy(PEOPLE, register)
    policy.open(OC, Act.READ)
    policy.open(OC, Act.READ)
    assert len(register.kept) == 1
    register.around = replace(register.around, case=replace(CASE, expires="2020-01-01"))
    with pytest.raises(RefusedError, match="has ended"):
        policy.open(OC, Act.READ)
    register.around = replace(register.around, case=CASE, compartments=frozenset({"vault"}))
    assert 10 in policy.open(OC, Act.READ).labels
    again = Policy(PEOPLE, register)
    register.around = replace(register.around, compartments=frozenset())
    assert 10 not in again.open(OC, Act.READ).labels
    assert len(register.kept) == 3


def test_what_must_not_leave_is_refused_with_its_code() -> None:
    uncoded = Label("police", purposes=("linking",))
    with pytest.raises(RefusedError, match="has not consented"):
        check_export([uncoded], "centre")
    check_export([uncoded], "centre", frozenset({("police", "")}))
    check_export([Label("police", "TLP 2.0", "TLP:CLEAR")], "centre")
    check_export([Label("police", "TLP 2.0", "TLP:RED")], "police")
    for scheme, code in (("TLP 2.0", "TLP:RED"), ("NATO", "SECRET"), ("Europol handling", "H3"),
                         ("PAP", "PAP:RED")):  # fmt: skip
        with pytest.raises(RefusedError, match="must not leave"):
            check_export([Label("police", scheme, code)], "centre", frozenset({("police", code)}))


def test_a_marking_narrows_and_never_widens() -> None:
    order = Label("police", purposes=("linking",))
    red = marking_label(order, "TLP:RED")
    assert (red.scheme, red.code) == ("TLP 2.0", "TLP:RED")
    assert not handling_of(red).travels
    assert marking_label(red, "TLP:CLEAR") == red
    assert not handling_of(marking_label(order, "COSMIC TOP SECRET")).travels
    secret = Label("police", "NATO", "COSMIC TOP SECRET")
    assert marking_label(secret, "TLP:CLEAR") == secret
