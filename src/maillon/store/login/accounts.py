"""Accounts: who may log in. An administrator manages them; what they may read stands elsewhere.

An account bears the name of a person of ``maillon.toml``, who has agencies, purposes and roles
there. Whoever is none there cannot log in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from maillon.model import NotFoundError, RefusedError
from maillon.store.login.attempts import Attempts
from maillon.store.login.gate import MACHINE, Gate, moment, note
from maillon.store.login.passwords import check_password, new_code
from maillon.store.tables_login import (
    ACCOUNT,
    ACCOUNT_KEY,
    LOGIN_SESSION,
    PASSKEY,
    RECOVERY_CODE,
    TOTP,
)

PERSON: Final = "person"
SERVICE: Final = "service"
KINDS: Final = (PERSON, SERVICE)
OPEN: Final = "open"
LOCKED: Final = "locked"
DISABLED: Final = "disabled"
USED: Final = "used"
"""Of a first password that opened a session: it opens no second one."""
_OF_KIND: Final = select(ACCOUNT).where(
    *(ACCOUNT.c[name] == bindparam(name) for name in ("who", "kind"))
)
CHANGES: Final = ("lock", "unlock", "disable", "reset")


@dataclass(frozen=True, slots=True)
class Account:
    """An account, without anything that opens it.

    Attributes:
        who: Its name.
        kind: ``person`` or ``service``.
        state: ``open``, ``locked`` or ``disabled``.
        is_set_up: Whether its owner chose the password; of a service account: always.
        has_code: Whether one-time codes are set up.
        passkeys: How many there are.
        at: Since when it is there.
        seen: When it logged in last; empty: never.
    """

    who: str
    kind: str
    state: str
    is_set_up: bool
    has_code: bool
    passkeys: int
    at: str
    seen: str


@dataclass(frozen=True, slots=True)
class By:
    """Who manages an account.

    Attributes:
        who: The administrator's account; `MACHINE` for the operator of the machine.
    """

    who: str = MACHINE


class Accounts:
    """The accounts of one desk.

    Args:
        gate: What logging in works on.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._attempts = Attempts(gate)

    def add(self, by: By, who: str, kind: str = PERSON, password: str = "") -> str:
        """Make an account; return the code that opens it once, empty where there is none.

        Args:
            by: Who makes it; let through by policy before.
            who: A person of ``maillon.toml``.
            kind: ``person``, or ``service`` for an account that has keys only.
            password: A first password in place of the code; its owner changes it too.

        Raises:
            RefusedError: ``maillon.toml`` knows no such person, there is such an account, or the
                password is not taken.
        """
        if who not in self._gate.people:
            raise _refused(
                "maillon.toml knows no such person", "add it under [people], then the account"
            )
        code, hashed, setup = self._first(who, kind, password)
        now = moment(self._gate.now())
        with self._gate.desk.begin() as connection:
            if connection.execute(select(ACCOUNT.c.who).where(ACCOUNT.c.who == who)).first():
                raise _refused("there is such an account", "reset it, or name another")
            connection.execute(
                insert(ACCOUNT).values(
                    who=who, kind=kind, state=OPEN, password=hashed, setup=setup, at=now,
                    changed=now, seen="",
                )
            )  # fmt: skip
            self._attempts.lift(connection, who)
            note(connection, by.who, "account", "added", account=who, kind=kind)
        return code

    def reset(self, by: By, who: str, password: str = "") -> str:
        """Take password, second factors and sessions from an account; return its new code.

        Raises:
            NotFoundError: There is none.
            RefusedError: The password is not taken.
        """
        code, hashed, setup = self._first(who, self.one(who).kind, password)
        with self._gate.desk.begin() as connection:
            self._set(connection, who, state=OPEN, password=hashed, setup=setup)
            for table in (TOTP, RECOVERY_CODE, PASSKEY):
                connection.execute(delete(table).where(table.c.who == who))
            _end_sessions(connection, who)
            self._attempts.lift(connection, who)
            note(connection, by.who, "account", "reset", account=who)
        return code

    def lock(self, by: By, who: str) -> None:
        """Let an account in no more, and end its sessions, until it is unlocked."""
        with self._gate.desk.begin() as connection:
            if _read(connection, who).state == DISABLED:
                raise _refused("the account is disabled", "reset it first")
            self._set(connection, who, state=LOCKED)
            _end_sessions(connection, who)
            note(connection, by.who, "account", "locked", account=who)

    def unlock(self, by: By, who: str) -> None:
        """Let a locked account in again, also one that failed too often."""
        with self._gate.desk.begin() as connection:
            if _read(connection, who).state == DISABLED:
                raise _refused("the account is disabled", "reset it first")
            self._set(connection, who, state=OPEN)
            self._attempts.lift(connection, who)
            note(connection, by.who, "account", "unlocked", account=who)

    def disable(self, by: By, who: str) -> None:
        """End an account for good: its sessions, its keys, its password; only a reset opens it."""
        now = moment(self._gate.now())
        with self._gate.desk.begin() as connection:
            self._set(connection, who, state=DISABLED, password="", setup=USED)
            _end_sessions(connection, who)
            connection.execute(
                update(ACCOUNT_KEY)
                .where(ACCOUNT_KEY.c.who == who, ACCOUNT_KEY.c.revoked == "")
                .values(revoked=now)
            )
            note(connection, by.who, "account", "disabled", account=who)

    def one(self, who: str) -> Account:
        """Return an account.

        Raises:
            NotFoundError: There is none.
        """
        for account in self._read(who):
            return account
        raise NotFoundError("no such account")

    def listed(self) -> list[Account]:
        """Return all accounts, by name."""
        return self._read()

    def _read(self, who: str = "") -> list[Account]:
        query = select(ACCOUNT).order_by(ACCOUNT.c.who)
        codes = select(TOTP.c.who).where(TOTP.c.is_confirmed)
        keys = select(PASSKEY.c.who, func.count()).group_by(PASSKEY.c.who)
        if who:
            query = query.where(ACCOUNT.c.who == who)
        with self._gate.desk.engine.connect() as connection:
            rows = connection.execute(query).all()
            with_code = set(connection.execute(codes).scalars())
            passkeys = {row[0]: int(row[1]) for row in connection.execute(keys).all()}
        return [_account(row, with_code, passkeys) for row in rows]

    def _first(self, who: str, kind: str, password: str) -> tuple[str, str, str]:
        """Return code, hash and last moment of the first password of an account."""
        if kind == SERVICE:
            return "", "", ""
        code = "" if password else new_code()
        if password:
            check_password(password, who)
        until = moment(self._gate.now() + self._gate.rules.setup)
        return code, self._gate.passwords.hash(password or code), until

    def _set(self, connection: Connection, who: str, **values: str) -> None:
        _read(connection, who)
        changed = moment(self._gate.now())
        connection.execute(
            update(ACCOUNT).where(ACCOUNT.c.who == who).values(**values, changed=changed)
        )


def usable(connection: Connection, gate: Gate, who: str, kind: str) -> Row[Any] | None:
    """Return the row of an account that is open and whose person there is; else None."""
    row = connection.execute(_OF_KIND, {"who": who, "kind": kind}).first()
    is_usable = row is not None and row.state == OPEN and who in gate.people
    return row if is_usable else None


def _read(connection: Connection, who: str) -> Row[Any]:
    row = connection.execute(select(ACCOUNT).where(ACCOUNT.c.who == who)).first()
    if row is None:
        raise NotFoundError("no such account")
    return row


def _end_sessions(connection: Connection, who: str) -> None:
    connection.execute(delete(LOGIN_SESSION).where(LOGIN_SESSION.c.who == who))


def _account(row: Row[Any], with_code: set[str], passkeys: Mapping[str, int]) -> Account:
    return Account(
        row.who, row.kind, row.state, not row.setup, row.who in with_code,
        passkeys.get(row.who, 0), row.at, row.seen,
    )  # fmt: skip


def _refused(reason: str, remedy: str) -> RefusedError:
    return RefusedError("login: accounts", reason, remedy)
