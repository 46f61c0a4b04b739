"""Accounts: who may log in, with what, how often; on both engines of the desk."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import Parameters, Type
from sqlalchemy import select

from maillon.model import NotFoundError, RefusedError
from maillon.store.every_table import METADATA
from maillon.store.login.accounts import DISABLED, LOCKED, OPEN, Accounts, By
from maillon.store.login.attempts import MOST_OF_ADDRESS, MOST_OF_SUBJECT, network_of
from maillon.store.login.gate import Gate
from maillon.store.login.passwords import Passwords, check_password
from maillon.store.login.proving import Proving
from maillon.store.login.refusals import OftenError, WrongLoginError
from maillon.store.login.sessions import Sessions
from maillon.store.tables_ledger import LEDGER
from maillon.store.tables_login import ACCOUNT, LOGIN_ATTEMPT

from .logins import ADDRESS, PASSWORD, Clock, Counting, log_in, made, opened_gate

OTHER = "nine loud geese land here"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(folder: Path, tmp_path: Path, clock: Clock) -> Iterator[Gate]:
    with opened_gate(folder, tmp_path / "keys", clock) as gate:
        yield gate


def wrong(gate: Gate, who: str = "analyst", password: str = OTHER, **more: str) -> None:
    with pytest.raises(WrongLoginError):
        log_in(gate, who, password, **more)


def entries(gate: Gate) -> list[tuple[str, str, str]]:
    with gate.desk.engine.connect() as connection:
        rows = connection.execute(select(LEDGER).order_by(LEDGER.c.number)).all()
    return [(row.who, row.act, row.outcome) for row in rows]


def everything(gate: Gate) -> str:
    """All that the desk holds, as text."""
    with gate.desk.housekeeping() as connection:
        return repr([connection.execute(select(table)).all() for table in METADATA.sorted_tables])


def test_a_first_password_opens_one_session_and_must_be_changed(gate: Gate) -> None:
    code = Accounts(gate).add(By(), "analyst")
    opened = log_in(gate, "analyst", code)
    assert opened.session.needs == "password"
    wrong(gate, "analyst", code)
    changed = Proving(gate).change_password(opened, code, PASSWORD, ADDRESS)
    assert changed.session.needs == ""
    assert log_in(gate).session.needs == ""


def test_a_first_password_ends_after_seven_days(gate: Gate, clock: Clock) -> None:
    code = Accounts(gate).add(By(), "analyst")
    clock.go(days=7)
    wrong(gate, "analyst", code)


def test_an_operator_may_name_the_first_password(gate: Gate) -> None:
    assert Accounts(gate).add(By(), "analyst", password=PASSWORD) == ""
    assert log_in(gate).session.needs == "password"


def test_an_account_is_of_a_person_and_there_once(gate: Gate) -> None:
    with pytest.raises(RefusedError, match="knows no such person"):
        Accounts(gate).add(By(), "nobody")
    Accounts(gate).add(By(), "analyst")
    with pytest.raises(RefusedError, match="there is such an account"):
        Accounts(gate).add(By(), "analyst")
    with pytest.raises(NotFoundError):
        Accounts(gate).lock(By(), "supervisor")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short words", "12 to 256"),
        ("x1y2z3" * 43, "12 to 256"),
        ("aaaaaaaaabbb", "one character after the other"),
        ("analyst12345", "the name of the account"),
        ("Password1234", "tried first"),
        ("CorrectHorseBatteryStaple", "tried first"),
    ],
)
def test_a_weak_password_is_not_taken(password: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why) as caught:
        check_password(password, "analyst")
    assert password not in str(caught.value)


def test_a_long_phrase_of_any_script_is_taken() -> None:
    check_password("quatre hérons gris", "analyst")
    check_password("четыре серых цапли", "analyst")
    check_password("the analyst of the north tower", "analyst")
    check_password("heron" * 51 + "s", "analyst")


def test_two_ways_to_type_a_letter_are_one_password(gate: Gate) -> None:
    made(gate, password="quatre he\u0301rons gris")
    assert log_in(gate, password="quatre h\u00e9rons gris")


def test_an_unknown_account_costs_as_many_hashes_as_a_wrong_password(gate: Gate) -> None:
    made(gate)
    counting = gate.passwords
    assert isinstance(counting, Counting)
    counted = []
    for who in ("analyst", "nobody", "supervisor"):
        before = counting.checked
        wrong(gate, who)
        counted.append(counting.checked - before)
    assert counted == [1, 1, 1]


def test_unknown_wrong_and_locked_give_one_answer(gate: Gate) -> None:
    made(gate)
    made(gate, "supervisor")
    Accounts(gate).lock(By(), "supervisor")
    texts = set()
    for who, password in (("analyst", OTHER), ("nobody", OTHER), ("supervisor", PASSWORD)):
        with pytest.raises(WrongLoginError) as caught:
            log_in(gate, who, password)
        texts.add(str(caught.value))
    assert len(texts) == 1


def test_the_hash_is_argon2id_as_rfc_9106_recommends_and_is_renewed(gate: Gate) -> None:
    made(gate)
    with gate.desk.engine.connect() as connection:
        held = connection.execute(select(ACCOUNT.c.password)).scalar_one()
    assert Passwords().is_old(held)
    strong = Passwords().hash(PASSWORD)
    assert strong.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, 4: second recommended
    dearer = Counting()
    dearer._hasher = type(dearer._hasher).from_parameters(Parameters(Type.ID, 19, 16, 32, 2, 8, 1))
    renewed = Gate(gate.desk, gate.people, gate.key, dearer, gate.rules, gate.now)
    log_in(renewed)
    with gate.desk.engine.connect() as connection:
        assert not dearer.is_old(connection.execute(select(ACCOUNT.c.password)).scalar_one())
    assert log_in(renewed)


def test_a_turn_that_does_not_come_is_said_not_waited_for() -> None:
    passwords = Passwords(at_once=1, wait=0)
    with passwords._turn(), pytest.raises(OftenError):
        passwords.verify("", PASSWORD)


def test_a_disabled_account_is_over_until_it_is_reset(gate: Gate) -> None:
    made(gate)
    token = log_in(gate).token
    Accounts(gate).disable(By(), "analyst")
    assert Sessions(gate).find(token) is None
    wrong(gate, "analyst", PASSWORD)
    with pytest.raises(RefusedError, match="disabled"):
        Accounts(gate).unlock(By(), "analyst")
    assert Accounts(gate).one("analyst").state == DISABLED
    assert log_in(gate, "analyst", Accounts(gate).reset(By(), "analyst")).session.needs


def test_a_locked_account_loses_its_sessions_and_comes_back(gate: Gate) -> None:
    made(gate)
    token = log_in(gate).token
    Accounts(gate).lock(By(), "analyst")
    assert Accounts(gate).one("analyst").state == LOCKED
    assert Sessions(gate).find(token) is None
    Accounts(gate).unlock(By(), "analyst")
    assert Accounts(gate).one("analyst").state == OPEN
    assert log_in(gate)


def test_ten_failures_lock_an_account_out_for_a_quarter_of_an_hour(
    gate: Gate, clock: Clock
) -> None:
    made(gate)
    for _ in range(MOST_OF_SUBJECT):
        wrong(gate)
    with pytest.raises(OftenError) as caught:
        log_in(gate)  # even with the right password
    assert caught.value.seconds == 15 * 60
    clock.go(minutes=14, seconds=59)
    with pytest.raises(OftenError):
        log_in(gate)
    clock.go(seconds=1)
    assert log_in(gate)
    assert ("analyst", "login", "locked out") in entries(gate)


def test_each_lock_out_is_twice_as_long_up_to_four_hours(gate: Gate, clock: Clock) -> None:
    made(gate)
    waits = []
    for _ in range(6):
        for _ in range(MOST_OF_SUBJECT):
            wrong(gate)
        with pytest.raises(OftenError) as caught:
            log_in(gate)
        waits.append(caught.value.seconds // 60)
        clock.go(seconds=caught.value.seconds)
    assert waits == [15, 30, 60, 120, 240, 240]
    clock.go(days=2)
    for _ in range(MOST_OF_SUBJECT):
        wrong(gate)
    with pytest.raises(OftenError) as caught:
        log_in(gate)
    assert caught.value.seconds == 15 * 60


def test_an_unknown_account_is_locked_out_like_a_known_one(gate: Gate) -> None:
    for _ in range(MOST_OF_SUBJECT):
        wrong(gate, "nobody")
    with pytest.raises(OftenError):
        log_in(gate, "nobody")


def test_failures_slide_out_of_the_window(gate: Gate, clock: Clock) -> None:
    made(gate)
    for _ in range(MOST_OF_SUBJECT - 1):
        wrong(gate)
    clock.go(minutes=15)
    wrong(gate)
    assert log_in(gate)


def test_a_success_forgets_the_failures_before_it(gate: Gate) -> None:
    made(gate)
    for _ in range(MOST_OF_SUBJECT - 1):
        wrong(gate)
    log_in(gate)
    for _ in range(MOST_OF_SUBJECT - 1):
        wrong(gate)
    assert log_in(gate)


def test_an_open_session_outlives_a_lock_out(gate: Gate) -> None:
    made(gate)
    opened = log_in(gate)
    for _ in range(MOST_OF_SUBJECT):
        wrong(gate)
    assert Sessions(gate).find(opened.token) is not None
    assert Proving(gate).step_up(opened, PASSWORD, "", ADDRESS).session.fresh


def test_an_administrator_lifts_a_lock_out(gate: Gate) -> None:
    made(gate)
    for _ in range(MOST_OF_SUBJECT):
        wrong(gate)
    Accounts(gate).unlock(By("warden"), "analyst")
    assert log_in(gate)


def test_fifty_failures_from_one_address_close_it_and_no_other(gate: Gate, clock: Clock) -> None:
    made(gate)
    for number in range(MOST_OF_ADDRESS):
        wrong(gate, f"nobody{number}")
    with pytest.raises(OftenError, match="address"):
        log_in(gate)
    assert log_in(gate, address="192.0.2.8")
    clock.go(minutes=15)
    assert log_in(gate)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("testclient", "unknown"),
    ],
)
def test_an_address_is_what_one_caller_has_for_himself(address: str, network: str) -> None:
    assert network_of(address) == network


def test_attempts_at_once_are_not_more_than_the_limit(gate: Gate) -> None:
    made(gate)
    counting, gate_ = gate.passwords, threading.Barrier(25)
    assert isinstance(counting, Counting)
    before, found = counting.checked, []

    def guess() -> None:
        gate_.wait()
        try:
            log_in(gate, password=OTHER)
        except (OftenError, WrongLoginError) as error:
            found.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(25)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found.count(WrongLoginError) == MOST_OF_SUBJECT
    assert found.count(OftenError) == 15
    assert counting.checked - before == MOST_OF_SUBJECT


def test_two_services_count_together(
    gate: Gate, folder: Path, tmp_path: Path, clock: Clock
) -> None:
    made(gate)
    with opened_gate(folder, tmp_path / "keys", clock) as other:
        for number in range(MOST_OF_SUBJECT):
            wrong(other if number % 2 else gate)
        for one in (gate, other):
            with pytest.raises(OftenError):
                log_in(one)


def test_attempts_are_pruned(gate: Gate, clock: Clock) -> None:
    for number in range(5):
        wrong(gate, f"nobody{number}")
    clock.go(minutes=15)
    wrong(gate, "nobody")
    with gate.desk.engine.connect() as connection:
        assert len(connection.execute(select(LOGIN_ATTEMPT)).all()) == 1


def test_every_act_is_an_entry_in_its_transaction(gate: Gate) -> None:
    made(gate)
    wrong(gate)
    log_in(gate)
    Accounts(gate).lock(By("warden"), "analyst")
    Accounts(gate).unlock(By("warden"), "analyst")
    Accounts(gate).reset(By("warden"), "analyst")
    Accounts(gate).disable(By("warden"), "analyst")
    assert entries(gate) == [
        ("machine", "account", "added"),
        ("analyst", "login", "done"),
        ("analyst", "password", "changed"),
        ("analyst", "login", "failed"),
        ("analyst", "login", "done"),
        ("warden", "account", "locked"),
        ("warden", "account", "unlocked"),
        ("warden", "account", "reset"),
        ("warden", "account", "disabled"),
    ]


def test_a_password_in_the_field_of_the_account_is_written_nowhere(gate: Gate) -> None:
    wrong(gate, PASSWORD, "analyst")
    assert PASSWORD not in everything(gate)
    assert entries(gate) == [("", "login", "failed")]


def test_no_secret_and_no_address_stands_in_the_desk(gate: Gate, tmp_path: Path) -> None:
    code = Accounts(gate).add(By(), "supervisor")
    made(gate)
    opened = log_in(gate)
    wrong(gate)
    held = everything(gate)
    assert "supervisor" in held
    for secret in (code, PASSWORD, OTHER, opened.token, ADDRESS):
        assert secret not in held
    key = (tmp_path / "keys" / "login.key").read_text("ascii").strip()
    assert key not in held


def test_no_secret_is_in_a_repr(gate: Gate) -> None:
    made(gate)
    opened = log_in(gate)
    shown: list[Any] = [opened, gate, Accounts(gate).listed()]
    assert opened.token not in repr(shown)
    assert PASSWORD not in repr(shown)


def test_the_login_key_stands_outside_the_workspace_for_its_owner_alone(
    gate: Gate, folder: Path, tmp_path: Path
) -> None:
    wrong(gate)
    assert (tmp_path / "keys" / "login.key").stat().st_mode & 0o777 == 0o600
    with (
        pytest.raises(RefusedError, match="lies in the workspace"),
        opened_gate(folder, folder / "keys", Clock()),
    ):
        pass
