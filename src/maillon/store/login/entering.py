"""Logging in: a proof is judged, then session, ledger entry and counters change together.

What is wrong gives one answer: an account that there is not, a wrong password, a locked account.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, update

from maillon.store.login.accounts import PERSON, USED, usable
from maillon.store.login.attempts import Attempt, Attempts
from maillon.store.login.factors import Factors
from maillon.store.login.gate import Gate, instant, moment, note
from maillon.store.login.refusals import SecondFactorError, WrongLoginError
from maillon.store.login.sessions import Opened, Sessions
from maillon.store.tables_login import ACCOUNT

PASSWORD: Final = "password"  # noqa: S105 - the word
PASSKEY: Final = "passkey"
OIDC: Final = "oidc"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody types to log in.

    Attributes:
        account: The account.
        password: Its password.
        code: A one-time code or a recovery code; empty where there is none.
    """

    account: str
    password: str = field(repr=False)
    code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whom somebody else recognised: an authenticator, an identity provider.

    Attributes:
        who: The account.
        means: ``passkey`` or ``oidc``.
        is_strong: Whether two factors were proved.
    """

    who: str
    means: str
    is_strong: bool


class Entering:
    """The logins of one desk.

    Args:
        gate: What logging in works on.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._attempts = Attempts(gate)
        self._factors = Factors(gate)
        self._sessions = Sessions(gate)

    def by_password(self, typed: Typed, address: str, before: str = "") -> Opened:
        """Open a session for who sends the right password, and the code where there is a device.

        Args:
            typed: What was sent.
            address: Of the caller.
            before: Token of the browser's former session, which ends.

        Raises:
            OftenError: The account or the address failed too often.
            SecondFactorError: The password is right, a code is needed too.
            WrongLoginError: It is not right.
        """
        attempt = self._attempts.begin("account", typed.account, address)
        row = self._account(typed.account)
        hashed = row.password if row is not None else ""
        is_right = self._gate.passwords.verify(hashed, typed.password)
        with self._gate.desk.begin() as connection:
            now = self._unchanged(connection, typed.account, hashed) if is_right else None
            if now is None:
                self._failed(connection, attempt, row.who if row is not None else "")
                opened = None
            else:
                opened = self._with_code(connection, now, typed, attempt, before)
        if opened is None:
            raise SecondFactorError if now is not None and not typed.code else WrongLoginError
        if self._gate.passwords.is_old(hashed):
            self._rehash(typed, hashed)
        return opened

    def by_other(
        self, found: Recognised, attempt: Attempt, before: str = ""
    ) -> Opened:  # fmt: skip
        """Open a session for whom an authenticator or a provider recognised.

        Raises:
            WrongLoginError: There is no such account, or it is not open.
        """
        with self._gate.desk.begin() as connection:
            if usable(connection, self._gate, found.who, PERSON) is None:
                self._failed(connection, attempt, "", means=found.means)
                opened = None
            else:
                opened = self._open(connection, found, attempt, before)
        if opened is None:
            raise WrongLoginError
        return opened

    def begin(self, kind: str, name: str, address: str) -> Attempt:
        """Write that somebody tries by other means; see `Attempts.begin`."""
        return self._attempts.begin(kind, name, address)

    def refuse(self, attempt: Attempt, who: str, means: str) -> None:
        """Count an attempt by other means that was wrong."""
        with self._gate.desk.begin() as connection:
            self._failed(connection, attempt, who, means=means)

    def withdraw(self, attempt: Attempt) -> None:
        """Forget an attempt that nobody could judge."""
        with self._gate.desk.begin() as connection:
            self._attempts.withdrawn(connection, attempt)

    def _with_code(
        self, connection: Connection, row: Row[Any], typed: Typed, attempt: Attempt, before: str
    ) -> Opened | None:
        who = row.who
        has_code = self._factors.has_code(connection, who)
        if has_code and not typed.code:
            self._attempts.withdrawn(connection, attempt)
            return None
        if has_code and not self._factors.use(connection, who, typed.code):
            self._failed(connection, attempt, who)
            return None
        if row.setup:  # a first password opens one session
            connection.execute(update(ACCOUNT).where(ACCOUNT.c.who == who).values(setup=USED))
        return self._open(connection, Recognised(who, PASSWORD, has_code), attempt, before)

    def _open(
        self, connection: Connection, found: Recognised, attempt: Attempt, before: str
    ) -> Opened:
        self._attempts.succeeded(connection, attempt)
        seen = moment(self._gate.now())
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.who == found.who).values(seen=seen))
        opened = self._sessions.open(
            connection, found.who, found.means, is_strong=found.is_strong, before=before
        )
        note(connection, found.who, "login", "done", means=found.means,
             two_factors=found.is_strong, session=opened.session.id)  # fmt: skip
        return opened

    def _failed(
        self, connection: Connection, attempt: Attempt, who: str, means: str = PASSWORD
    ) -> None:
        # a name that is no account may be a password in the wrong field: it is written nowhere
        note(connection, who, "login", "failed", means=means)
        if self._attempts.failed(connection, attempt):
            note(connection, who, "login", "locked out", means=means)

    def _account(self, who: str) -> Row[Any] | None:
        with self._gate.desk.engine.connect() as connection:
            return self._may_try(usable(connection, self._gate, who, PERSON))

    def _unchanged(self, connection: Connection, who: str, hashed: str) -> Row[Any] | None:
        """Return the account if it is still the one whose password was checked."""
        row = self._may_try(usable(connection, self._gate, who, PERSON))
        return row if row is not None and row.password == hashed else None

    def _may_try(self, row: Row[Any] | None) -> Row[Any] | None:
        if row is None or not row.setup:
            return row
        if row.setup == USED or self._gate.now() >= instant(row.setup):
            return None
        return row

    def _rehash(self, typed: Typed, hashed: str) -> None:
        new = self._gate.passwords.hash(typed.password)
        one = (ACCOUNT.c.who == typed.account, ACCOUNT.c.password == hashed)
        with self._gate.desk.begin() as connection:
            connection.execute(update(ACCOUNT).where(*one).values(password=new))
