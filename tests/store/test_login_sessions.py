"""Sessions, one-time codes and keys: what opens, for how long, and once; on both engines."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select

from maillon.model import Mandate, NotFoundError, RefusedError, StoreError
from maillon.store.login.accounts import Accounts, By
from maillon.store.login.attempts import MOST_OF_SUBJECT
from maillon.store.login.factors import CODES
from maillon.store.login.gate import Gate, LoginRules
from maillon.store.login.proving import Proving, StepUpError
from maillon.store.login.refusals import OftenError, SecondFactorError, WrongLoginError
from maillon.store.login.seal import LoginKey
from maillon.store.login.sessions import Opened, Sessions, is_fresh
from maillon.store.tables_login import LOGIN_SESSION

from .logins import ADDRESS, PASSWORD, Clock, log_in, made, opened_gate
from .test_login_accounts import everything

OTHER = "nine loud geese land here"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(folder: Path, tmp_path: Path, clock: Clock) -> Iterator[Gate]:
    with opened_gate(folder, tmp_path / "keys", clock) as gate:
        yield gate


def with_device(gate: Gate, who: str = "analyst") -> tuple[pyotp.TOTP, list[str]]:
    """Make an account with a device for codes; return the device and the recovery codes."""
    made(gate, who)
    opened = log_in(gate, who)
    totp = pyotp.TOTP(Proving(gate).begin_codes(opened.session).secret)
    _, codes = Proving(gate).confirm_codes(opened, totp.at(gate.now()), ADDRESS)
    return totp, codes


def found(gate: Gate, opened: Opened) -> bool:
    return Sessions(gate).find(opened.token) is not None


def test_a_session_ends_when_it_is_idle(gate: Gate, clock: Clock) -> None:
    made(gate)
    opened = log_in(gate)
    for _ in range(3):
        clock.go(minutes=29)
        assert found(gate, opened)
    clock.go(minutes=30)
    assert not found(gate, opened)


def test_a_session_ends_after_twelve_hours_whatever_is_done(gate: Gate, clock: Clock) -> None:
    made(gate)
    opened = log_in(gate)
    for _ in range(35):
        clock.go(minutes=20)
        assert found(gate, opened)
    clock.go(minutes=20)
    assert not found(gate, opened)


def test_how_long_a_session_lasts_is_a_setting(folder: Path, tmp_path: Path, clock: Clock) -> None:
    rules = LoginRules(idle=timedelta(minutes=5), absolute=timedelta(hours=1))
    with opened_gate(folder, tmp_path / "keys", clock, rules) as gate:
        made(gate)
        opened = log_in(gate)
        clock.go(minutes=5)
        assert not found(gate, opened)


def test_a_login_ends_the_former_session_of_the_browser_and_no_other(gate: Gate) -> None:
    made(gate)
    here, there = log_in(gate), log_in(gate)
    again = log_in(gate, before=here.token)
    assert [found(gate, one) for one in (here, there, again)] == [False, True, True]


def test_a_mandate_change_and_a_step_up_give_another_token(gate: Gate) -> None:
    made(gate)
    first = log_in(gate)
    chosen = Mandate("analyst", "centre", "review", "Coordination Centre Act, s. 4")
    second = Sessions(gate).choose(first.token, chosen)
    third = Proving(gate).step_up(second, PASSWORD, "", ADDRESS)
    assert third.session.mandate == chosen
    assert len({one.token for one in (first, second, third)}) == 3
    assert {one.session.id for one in (first, second, third)} == {first.session.id}
    assert [found(gate, one) for one in (first, second, third)] == [False, False, True]
    with pytest.raises(WrongLoginError):
        Sessions(gate).choose(first.token, chosen)


def test_of_two_rotations_at_once_one_wins(gate: Gate) -> None:
    made(gate)
    opened, barrier, won = log_in(gate), threading.Barrier(6), []

    def change() -> None:
        barrier.wait()
        with contextlib.suppress(WrongLoginError):
            won.append(Sessions(gate).choose(opened.token, opened.session.mandate))

    threads = [threading.Thread(target=change) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(won) == 1
    assert found(gate, won[0])


def test_the_mandate_of_a_session_is_of_its_own_account(gate: Gate) -> None:
    made(gate)
    other = Mandate("supervisor", "centre", "review", "b")
    assert Sessions(gate).choose(log_in(gate).token, other).session.mandate.who == "analyst"


def test_a_proof_is_fresh_for_five_minutes(gate: Gate, clock: Clock) -> None:
    made(gate)
    opened = log_in(gate)
    assert not is_fresh(opened.session, clock())
    session = Proving(gate).step_up(opened, PASSWORD, "", ADDRESS).session
    clock.go(minutes=4, seconds=59)
    assert is_fresh(session, clock())
    clock.go(seconds=1)
    assert not is_fresh(session, clock())


def test_a_session_that_guesses_is_ended(gate: Gate) -> None:
    made(gate)
    opened = log_in(gate)
    for _ in range(MOST_OF_SUBJECT):
        with pytest.raises(WrongLoginError):
            Proving(gate).step_up(opened, OTHER, "", ADDRESS)
    assert not found(gate, opened)
    assert log_in(gate)  # the account is not locked out by it


def test_a_changed_password_ends_every_other_session(gate: Gate) -> None:
    made(gate)
    here, there = log_in(gate), log_in(gate)
    again = Proving(gate).change_password(here, PASSWORD, OTHER, ADDRESS)
    assert [found(gate, one) for one in (here, there, again)] == [False, False, True]
    with pytest.raises(WrongLoginError):
        log_in(gate)
    assert log_in(gate, password=OTHER)


def test_a_password_is_changed_by_who_knows_it_to_another_one(gate: Gate) -> None:
    made(gate)
    opened = log_in(gate)
    with pytest.raises(WrongLoginError):
        Proving(gate).change_password(opened, OTHER, "eleven blue swifts return", ADDRESS)
    with pytest.raises(RefusedError, match="the old one"):
        Proving(gate).change_password(opened, PASSWORD, PASSWORD, ADDRESS)


def test_sessions_are_listed_and_ended_by_their_own_account_alone(gate: Gate) -> None:
    made(gate)
    made(gate, "supervisor")
    mine, theirs = log_in(gate), log_in(gate, "supervisor")
    sessions = Sessions(gate)
    assert mine.session.id in [one.id for one in sessions.listed("analyst")]
    with pytest.raises(NotFoundError):
        sessions.end("analyst", "analyst", theirs.session.id)
    assert found(gate, theirs)
    sessions.end("analyst", "analyst", mine.session.id)
    assert not found(gate, mine)


def test_logging_out_ends_the_session_on_the_server(gate: Gate) -> None:
    made(gate)
    opened = log_in(gate)
    Sessions(gate).log_out(opened.session)
    assert not found(gate, opened)
    with pytest.raises(NotFoundError):
        Sessions(gate).log_out(opened.session)


def test_a_person_who_leaves_maillon_toml_is_out(gate: Gate) -> None:
    made(gate)
    opened = log_in(gate)
    left = replace(gate, people={k: v for k, v in gate.people.items() if k != "analyst"})
    assert Sessions(left).find(opened.token) is None
    with pytest.raises(WrongLoginError):
        log_in(left)


def test_old_sessions_are_pruned(gate: Gate, clock: Clock) -> None:
    made(gate)
    log_in(gate)
    clock.go(hours=13)
    log_in(gate)
    with gate.desk.engine.connect() as connection:
        assert len(connection.execute(select(LOGIN_SESSION)).all()) == 1


def test_with_a_device_a_code_is_needed(gate: Gate, clock: Clock) -> None:
    totp, _ = with_device(gate)
    clock.go(seconds=30)
    with pytest.raises(SecondFactorError):
        log_in(gate)
    with pytest.raises(WrongLoginError):
        log_in(gate, code="000000" if totp.at(clock()) != "000000" else "000001")
    opened = log_in(gate, code=totp.at(clock()))
    assert opened.session.is_strong


def test_a_code_is_used_once_and_none_before_it(gate: Gate, clock: Clock) -> None:
    totp, _ = with_device(gate)
    with pytest.raises(WrongLoginError):
        log_in(gate, code=totp.at(clock()))  # it set the device up
    clock.go(seconds=60)
    log_in(gate, code=totp.at(clock()))
    for code in (totp.at(clock()), totp.at(clock() - timedelta(seconds=30))):
        with pytest.raises(WrongLoginError):
            log_in(gate, code=code)


def test_a_code_of_one_step_off_is_taken_and_of_two_is_not(gate: Gate, clock: Clock) -> None:
    totp, _ = with_device(gate)
    clock.go(minutes=10)
    with pytest.raises(WrongLoginError):
        log_in(gate, code=totp.at(clock() - timedelta(seconds=60)))
    assert log_in(gate, code=totp.at(clock() - timedelta(seconds=30)))
    clock.go(minutes=10)
    assert log_in(gate, code=totp.at(clock() + timedelta(seconds=30)))


def test_of_one_code_sent_twice_at_once_one_is_taken(gate: Gate, clock: Clock) -> None:
    totp, _ = with_device(gate)
    clock.go(seconds=60)
    code, barrier, opened = totp.at(clock()), threading.Barrier(5), []

    def enter() -> None:
        barrier.wait()
        with contextlib.suppress(WrongLoginError):
            opened.append(log_in(gate, code=code))

    threads = [threading.Thread(target=enter) for _ in range(5)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(opened) == 1


def test_a_recovery_code_opens_once(gate: Gate) -> None:
    _, codes = with_device(gate)
    assert len(set(codes)) == CODES
    assert log_in(gate, code=codes[0].lower()).session.is_strong
    with pytest.raises(WrongLoginError):
        log_in(gate, code=codes[0])
    assert log_in(gate, code=codes[1])


def test_new_recovery_codes_void_the_former_ones(gate: Gate, clock: Clock) -> None:
    totp, codes = with_device(gate)
    clock.go(seconds=60)
    opened = log_in(gate, code=totp.at(clock()))
    with pytest.raises(StepUpError):
        Proving(gate).draw_codes(opened.session)
    clock.go(seconds=60)
    fresh = Proving(gate).step_up(opened, PASSWORD, totp.at(clock()), ADDRESS)
    new = Proving(gate).draw_codes(fresh.session)
    with pytest.raises(WrongLoginError):
        log_in(gate, code=codes[0])
    assert log_in(gate, code=new[0])


def test_an_unconfirmed_device_asks_for_no_code(gate: Gate) -> None:
    made(gate)
    opened = log_in(gate)
    drawn = Proving(gate).begin_codes(opened.session)
    with pytest.raises(WrongLoginError):
        Proving(gate).confirm_codes(opened, "12345", ADDRESS)
    assert drawn.uri.startswith("otpauth://totp/Maillon:analyst?")
    assert log_in(gate)


def test_a_second_device_needs_the_first_to_go(gate: Gate, clock: Clock) -> None:
    totp, _ = with_device(gate)
    clock.go(seconds=60)
    opened = log_in(gate, code=totp.at(clock()))
    clock.go(seconds=60)
    opened = Proving(gate).step_up(opened, PASSWORD, totp.at(clock()), ADDRESS)
    with pytest.raises(RefusedError, match="remove it first"):
        Proving(gate).begin_codes(opened.session)
    Proving(gate).remove_codes(opened.session)
    assert log_in(gate)


def test_a_device_is_set_up_right_after_the_login_only(gate: Gate, clock: Clock) -> None:
    made(gate)
    opened = log_in(gate)
    clock.go(minutes=5)
    with pytest.raises(StepUpError):
        Proving(gate).begin_codes(opened.session)
    fresh = Proving(gate).step_up(opened, PASSWORD, "", ADDRESS)
    assert Proving(gate).begin_codes(fresh.session)


def test_an_administrator_needs_a_second_factor_and_keeps_one(gate: Gate, clock: Clock) -> None:
    made(gate, "warden")
    opened = log_in(gate, "warden")
    assert opened.session.needs == "second-factor"
    with pytest.raises(SecondFactorError):
        Proving(gate).step_up(opened, PASSWORD, "", ADDRESS)
    totp = pyotp.TOTP(Proving(gate).begin_codes(opened.session).secret)
    strong, _ = Proving(gate).confirm_codes(opened, totp.at(clock()), ADDRESS)
    assert strong.session.needs == ""
    assert not found(gate, opened)
    clock.go(seconds=60)
    fresh = Proving(gate).step_up(strong, PASSWORD, totp.at(clock()), ADDRESS)
    with pytest.raises(RefusedError, match="set up another one first"):
        Proving(gate).remove_codes(fresh.session)


def test_where_it_is_required_everybody_needs_a_second_factor(
    folder: Path, tmp_path: Path, clock: Clock
) -> None:
    rules = LoginRules(is_second_factor_required=True)
    with opened_gate(folder, tmp_path / "keys", clock, rules) as gate:
        made(gate)
        assert log_in(gate).session.needs == "second-factor"


def test_wrong_codes_count_like_wrong_passwords(gate: Gate, clock: Clock) -> None:
    totp, _ = with_device(gate)
    clock.go(minutes=1)
    for _ in range(MOST_OF_SUBJECT):
        with pytest.raises(WrongLoginError):
            log_in(gate, code="12345")
    with pytest.raises(OftenError):
        log_in(gate, code=totp.at(clock()))


def test_a_reset_takes_the_device_away(gate: Gate) -> None:
    with_device(gate)
    code = Accounts(gate).reset(By("warden"), "analyst")
    assert log_in(gate, password=code).session.needs == "password"


def test_no_secret_of_a_device_stands_in_the_desk(gate: Gate) -> None:
    totp, codes = with_device(gate)
    held = everything(gate)
    assert totp.secret not in held
    assert not [code for code in codes if code in held]


def test_a_desk_with_another_login_key_says_what_to_restore(
    gate: Gate, tmp_path: Path, clock: Clock, folder: Path
) -> None:
    totp, _ = with_device(gate)
    clock.go(minutes=1)
    other = replace(gate, key=LoginKey(tmp_path / "others", folder))
    with pytest.raises(StoreError, match="restore the keys folder"):
        log_in(other, code=totp.at(clock()))


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path, folder: Path) -> None:
    key = LoginKey(tmp_path / "keys", folder)
    key.mac("a", "b")
    (tmp_path / "keys" / "login.key").chmod(0o640)
    with pytest.raises(StoreError, match="chmod 600"):
        LoginKey(tmp_path / "keys", folder).mac("a", "b")
