"""Within a session: prove anew who one is, change the password, set up a device for codes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, select, update

from maillon.model import NotFoundError, RefusedError
from maillon.store.login.accounts import PERSON, usable
from maillon.store.login.attempts import Attempt, Attempts
from maillon.store.login.factors import Enrolment, Factors
from maillon.store.login.gate import Gate, instant, moment, note
from maillon.store.login.passwords import check_password
from maillon.store.login.refusals import SecondFactorError, WrongLoginError
from maillon.store.login.sessions import Opened, Session, Sessions, is_fresh
from maillon.store.tables_login import ACCOUNT, PASSKEY

RECENT: Final = timedelta(minutes=5)
"""How long after a login second factors may be set up without proving anew."""


class Proving:
    """What the holder of a session proves and changes.

    Args:
        gate: What logging in works on.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._attempts = Attempts(gate)
        self._factors = Factors(gate)
        self._sessions = Sessions(gate)

    def step_up(self, opened: Opened, password: str, code: str, address: str) -> Opened:
        """Prove anew by password, and by the code where there is a device.

        Raises:
            OftenError: The session failed too often.
            SecondFactorError: A code is needed too, or the account must use a passkey.
            WrongLoginError: It is not right.
        """

        def prove(connection: Connection, who: str) -> bool | None:
            has_code = self._factors.has_code(connection, who)
            if not has_code and self._gate.needs_second(who):
                return None
            if has_code and not code:
                return None
            return self._factors.use(connection, who, code) if has_code else True

        def change(connection: Connection, who: str) -> Opened:
            is_strong = opened.session.is_strong or self._factors.has_code(connection, who)
            return self._fresh(connection, opened, "password", is_strong=is_strong)

        return self._by_password(opened.session, password, address, prove, change)

    def step_up_by_passkey(
        self, opened: Opened, address: str, is_proved: Callable[[], bool]
    ) -> Opened:
        """Prove anew by an authenticator.

        Args:
            opened: The session.
            address: Of the caller.
            is_proved: Asks whether it recognised the holder.

        Raises:
            OftenError: The session failed too often.
            WrongLoginError: It did not.
        """
        attempt = self._attempts.begin("session", opened.session.id, address)
        is_right = is_proved()
        with self._gate.desk.begin() as connection:
            if is_right:
                self._attempts.succeeded(connection, attempt)
                return self._fresh(connection, opened, "passkey", is_strong=True)
            self._failed(connection, attempt, opened.session)
        raise WrongLoginError

    def change_password(self, opened: Opened, old: str, new: str, address: str) -> Opened:
        """Change the password; every other session of the account ends.

        Raises:
            OftenError: The session failed too often.
            RefusedError: The new one is not taken.
            WrongLoginError: The old one is not right.
        """
        session = opened.session
        check_password(new, session.who)
        if new == old:
            raise RefusedError(
                "login: passwords", "the password is the old one", "choose another one"
            )
        hashed = self._gate.passwords.hash(new)

        def change(connection: Connection, who: str) -> Opened:
            now = moment(self._gate.now())
            values = {"password": hashed, "setup": "", "changed": now}
            connection.execute(update(ACCOUNT).where(ACCOUNT.c.who == who).values(**values))
            ended = self._sessions.end_others(connection, who, session.id)
            note(connection, who, "password", "changed", session=session.id, ended=ended)
            return self._sessions.rotate(connection, opened.token)

        return self._by_password(session, old, address, lambda *_: True, change)

    def begin_codes(self, session: Session) -> Enrolment:
        """Draw a secret for a device.

        Raises:
            RefusedError: There is a device, or the login is too long ago.
        """
        self.check_recent(session)
        return self._factors.begin(session.who)

    def confirm_codes(self, opened: Opened, code: str, address: str) -> tuple[Opened, list[str]]:
        """Have a device count by one code of it; return the recovery codes too.

        Raises:
            OftenError: The session failed too often.
            WrongLoginError: The code is not of the device.
        """
        session = opened.session
        self.check_recent(session)
        attempt = self._attempts.begin("session", session.id, address)
        with self._gate.desk.begin() as connection:
            if self._factors.confirm(connection, session.who, code):
                self._attempts.succeeded(connection, attempt)
                codes = self._factors.draw(connection, session.who)
                again = self._sessions.rotate(connection, opened.token, is_strong=True)
                note(connection, session.who, "second factor", "set up", kind="codes")
                return again, codes
            self._failed(connection, attempt, session)
        raise WrongLoginError

    def draw_codes(self, session: Session) -> list[str]:
        """Return new recovery codes; the former ones are void.

        Raises:
            NotFoundError: There is no device.
            RefusedError: The person did not prove anew who they are.
        """
        self.check_recent(session)
        with self._gate.desk.begin() as connection:
            if not self._factors.has_code(connection, session.who):
                raise NotFoundError("no device for codes")
            codes = self._factors.draw(connection, session.who)
            note(connection, session.who, "second factor", "recovery codes drawn")
        return codes

    def remove_codes(self, session: Session) -> None:
        """Forget the device; who needs a second factor keeps one.

        Raises:
            NotFoundError: There is none.
            RefusedError: It is the last second factor of who needs one.
        """
        self.check_recent(session)
        with self._gate.desk.begin() as connection:
            if not self._factors.has_code(connection, session.who):
                raise NotFoundError("no device for codes")
            passkeys = select(PASSKEY.c.id).where(PASSKEY.c.who == session.who)
            self._check_last(session.who, has_other=bool(connection.execute(passkeys).first()))
            self._factors.remove(connection, session.who)
            note(connection, session.who, "second factor", "removed", kind="codes")

    def remove_passkey(self, session: Session, id_: str) -> None:
        """Forget a passkey; who needs a second factor keeps one."""
        self.check_recent(session)
        mine = PASSKEY.c.who == session.who
        with self._gate.desk.begin() as connection:
            held = set(connection.execute(select(PASSKEY.c.id).where(mine)).scalars())
            if id_ not in held:
                raise NotFoundError("no such passkey")
            has_other = len(held) > 1 or self._factors.has_code(connection, session.who)
            self._check_last(session.who, has_other=has_other)
            connection.execute(delete(PASSKEY).where(mine, PASSKEY.c.id == id_))
            note(connection, session.who, "second factor", "removed", kind="passkey", passkey=id_)

    def check_recent(self, session: Session) -> None:
        """Let a session through whose holder has proved just now who they are.

        Raises:
            RefusedError: That is more than a few minutes ago.
        """
        now = self._gate.now()
        is_new = now - instant(session.at) < RECENT and not self._factors.has_any(session.who)
        if not is_new and not is_fresh(session, now):
            raise StepUpError

    def _by_password(
        self,
        session: Session,
        password: str,
        address: str,
        prove: Callable[[Connection, str], bool | None],
        change: Callable[[Connection, str], Opened],
    ) -> Opened:
        """Do something that needs the password; ``prove`` says what else is right, None: missing.

        Attempts count against the session: who locks the account out from outside does not reach
        those who are in.
        """
        attempt = self._attempts.begin("session", session.id, address)
        row = self._account(session.who)
        hashed = row.password if row is not None else ""
        is_right = self._gate.passwords.verify(hashed, password)
        with self._gate.desk.begin() as connection:
            now = usable(connection, self._gate, session.who, PERSON)
            is_same = now is not None and now.password == hashed
            proved = prove(connection, session.who) if is_right and is_same else False
            if proved:
                self._attempts.succeeded(connection, attempt)
                return change(connection, session.who)
            if proved is None:
                self._attempts.withdrawn(connection, attempt)
            else:
                self._failed(connection, attempt, session)
        raise SecondFactorError if proved is None else WrongLoginError

    def _fresh(
        self, connection: Connection, opened: Opened, means: str, *, is_strong: bool
    ) -> Opened:
        fresh = moment(self._gate.now() + self._gate.rules.fresh)
        again = self._sessions.rotate(connection, opened.token, fresh=fresh, is_strong=is_strong)
        who = again.session.who
        note(connection, who, "step-up", "done", session=again.session.id, means=means)
        return again

    def _failed(self, connection: Connection, attempt: Attempt, session: Session) -> None:
        note(connection, session.who, "step-up", "failed", session=session.id)
        if self._attempts.failed(connection, attempt):
            self._sessions.end_one(connection, session.id)
            note(connection, session.who, "session", "ended", account=session.who,
                 session=session.id, why="failed too often")  # fmt: skip

    def _check_last(self, who: str, *, has_other: bool) -> None:
        if not has_other and self._gate.needs_second(who):
            raise RefusedError(
                "login: second factor", "this account needs a second factor",
                "set up another one first",
            )  # fmt: skip

    def _account(self, who: str) -> Row[Any] | None:
        with self._gate.desk.engine.connect() as connection:
            return usable(connection, self._gate, who, PERSON)


class StepUpError(RefusedError):
    """The person must prove anew who they are."""

    http_status = 401

    def __init__(self) -> None:
        super().__init__(
            "login: step-up", "that needs a fresh proof of who you are",
            "POST /api/v1/session/step-up, then ask again",
        )  # fmt: skip

    def __reduce__(self) -> tuple[type["StepUpError"], tuple[()]]:
        # a worker process may send it
        return type(self), ()
