"""Keys of service accounts: for their acts, from their networks, until their day."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maillon.model import NotFoundError, RefusedError
from maillon.store.login.accounts import Accounts, By
from maillon.store.login.attempts import MOST_OF_ADDRESS
from maillon.store.login.gate import Gate
from maillon.store.login.keys import KeyOrder, Keys
from maillon.store.login.refusals import OftenError, WrongLoginError

from .logins import ADDRESS, Clock, log_in, made, opened_gate, service
from .test_login_accounts import everything

SCREEN = KeyOrder("the screening of the border", ("screen",))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(folder: Path, tmp_path: Path, clock: Clock) -> Iterator[Gate]:
    with opened_gate(folder, tmp_path / "keys", clock) as gate:
        yield gate


def test_a_key_opens_for_its_account_and_scopes(gate: Gate, clock: Clock) -> None:
    issued = Keys(gate).issue(By("warden"), service(gate), SCREEN)
    key = Keys(gate).recognise(issued.token, ADDRESS)
    assert key is not None
    assert (key.who, key.scopes, key.issued_by) == ("lister", ("screen",), "warden")
    assert Keys(gate).listed("lister")[0].used == clock().date().isoformat()
    assert issued.token not in repr(issued)
    assert issued.token.split("_", 2)[2] not in everything(gate)


def test_a_key_ends_with_its_days(gate: Gate, clock: Clock) -> None:
    issued = Keys(gate).issue(By(), service(gate), replace(SCREEN, days=30))
    clock.go(days=29, hours=23)
    assert Keys(gate).recognise(issued.token, ADDRESS)
    clock.go(hours=1)
    assert Keys(gate).recognise(issued.token, ADDRESS) is None


@pytest.mark.parametrize(
    ("address", "is_taken"),
    [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("10.2.0.1", False), ("fd00::1", True),
     ("fe80::1", False), ("testclient", False)],
)  # fmt: skip
def test_a_key_is_taken_from_its_networks(gate: Gate, address: str, is_taken: bool) -> None:
    order = replace(SCREEN, addresses=("10.1.0.0/16", "fd00::/8"))
    issued = Keys(gate).issue(By(), service(gate), order)
    assert bool(Keys(gate).recognise(issued.token, address)) == is_taken


def test_a_revoked_key_opens_nothing(gate: Gate) -> None:
    issued = Keys(gate).issue(By(), service(gate), SCREEN)
    with pytest.raises(NotFoundError):
        Keys(gate).revoke(By(), "lister", "0" * 12)
    Keys(gate).revoke(By(), "lister", issued.key.id)
    assert Keys(gate).recognise(issued.token, ADDRESS) is None


def test_a_key_of_a_locked_or_disabled_account_opens_nothing(gate: Gate) -> None:
    issued = Keys(gate).issue(By(), service(gate), SCREEN)
    Accounts(gate).lock(By(), "lister")
    assert Keys(gate).recognise(issued.token, ADDRESS) is None
    Accounts(gate).unlock(By(), "lister")
    assert Keys(gate).recognise(issued.token, ADDRESS)
    Accounts(gate).disable(By(), "lister")
    Accounts(gate).reset(By(), "lister")
    assert Keys(gate).recognise(issued.token, ADDRESS) is None


@pytest.mark.parametrize(
    "token",
    ["", "mk_", "mk_0123456789ab_" + "x" * 43, "mk_0123456789ab_" + "x" * 42, "é" * 60, "mk_\0"],
)
def test_what_is_no_key_opens_nothing(gate: Gate, token: str) -> None:
    Keys(gate).issue(By(), service(gate), SCREEN)
    assert Keys(gate).recognise(token, ADDRESS) is None


def test_a_changed_secret_opens_nothing(gate: Gate) -> None:
    token = Keys(gate).issue(By(), service(gate), SCREEN).token
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert Keys(gate).recognise(changed, ADDRESS) is None


def test_wrong_keys_are_counted_and_a_right_one_is_not_closed_out(gate: Gate) -> None:
    issued = Keys(gate).issue(By(), service(gate), SCREEN)
    for _ in range(MOST_OF_ADDRESS):
        assert Keys(gate).recognise("mk_wrong", ADDRESS) is None
    with pytest.raises(OftenError):
        Keys(gate).recognise("mk_wrong", ADDRESS)
    assert Keys(gate).recognise(issued.token, ADDRESS)


@pytest.mark.parametrize(
    "order",
    [replace(SCREEN, scopes=()), replace(SCREEN, scopes=("everything",)), replace(SCREEN, days=366),
     replace(SCREEN, days=0), replace(SCREEN, name=" "), replace(SCREEN, addresses=("10.1/99",)),
     replace(SCREEN, addresses=("10.0.0.1",) * 101)],
)  # fmt: skip
def test_a_key_that_is_for_everything_or_for_ever_is_not_issued(
    gate: Gate, order: KeyOrder
) -> None:
    with pytest.raises(RefusedError):
        Keys(gate).issue(By(), service(gate), order)


def test_a_person_has_no_key_and_a_service_no_password(gate: Gate) -> None:
    made(gate)
    with pytest.raises(NotFoundError):
        Keys(gate).issue(By(), "analyst", SCREEN)
    service(gate)
    with pytest.raises(WrongLoginError):
        log_in(gate, "lister", "")
