"""Managing accounts: by whom the role was given, proved anew, never one's own; no content with it."""

from dataclasses import replace

import pytest

from maillon.model import PURPOSES, Act, RefusedError
from maillon.policy import Person, Policy

from .test_policy import MANDATE, Register

PEOPLE = {
    "ana": Person("ana", ("centre",), PURPOSES),
    "warden": Person("warden", ("centre",), PURPOSES, roles=("accounts",)),
    "warden2": Person("warden2", ("centre",), (), person="warden"),
    "chief": Person("chief", ("centre",), PURPOSES, roles=("supervisor",)),
}


@pytest.fixture
def register() -> Register:
    return Register()


@pytest.fixture
def policy(register: Register) -> Policy:
    return Policy(PEOPLE, register)


def test_the_role_manages_accounts_and_the_ledger_has_it(
    policy: Policy, register: Register
) -> None:
    policy.administer("warden", "ana", "lock")
    policy.administer("warden", "", "list")
    policy.administer("warden", "gone from the settings", "disable")
    assert [one[:3] for one in register.entries] == [("warden", "administer", "allowed")] * 3


@pytest.mark.parametrize(
    ("who", "about", "is_fresh", "rule"),
    [
        ("ana", "chief", True, "policy: accounts"),
        ("chief", "ana", True, "policy: accounts"),
        ("nobody", "ana", True, "policy: accounts"),
        ("warden", "warden", True, "para. 49"),
        ("warden", "warden2", True, "para. 49"),
        ("warden2", "ana", True, "policy: accounts"),
        ("warden", "ana", False, "policy: accounts"),
    ],
)
def test_nobody_else_does_and_nobody_their_own(
    policy: Policy, register: Register, who: str, about: str, is_fresh: bool, rule: str
) -> None:
    with pytest.raises(RefusedError, match=rule):
        policy.administer(who, about, "reset", is_fresh=is_fresh)
    (entry,) = register.entries
    assert entry[:3] == (who, "administer", "refused")
    assert about not in repr(entry[3])


def test_the_role_opens_no_content_whatever_purposes_it_has(policy: Policy) -> None:
    assert policy.open(replace(MANDATE, who="ana"), Act.READ)
    for act in Act:
        with pytest.raises(RefusedError, match=r"manages accounts|does not cover"):
            policy.open(replace(MANDATE, who="warden"), act)
