"""Sessions: they stand on the server; a browser holds a token of which the desk knows a hash."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)

from maillon.model import Mandate, NotFoundError
from maillon.store.login.accounts import PERSON, usable
from maillon.store.login.gate import Gate, instant, moment, note
from maillon.store.login.refusals import WrongLoginError
from maillon.store.tables_login import LOGIN_SESSION

TOKEN_BYTES: Final = 32
_OPEN_ONE: Final = select(LOGIN_SESSION).where(
    LOGIN_SESSION.c.token == bindparam("token"), LOGIN_SESSION.c.seen > bindparam("seen"),
    LOGIN_SESSION.c.at > bindparam("at"),
)  # fmt: skip
SEEN_EVERY: Final = timedelta(seconds=60)
"""How often it is written that a session is used."""


@dataclass(frozen=True, slots=True)
class Session:
    """One open session.

    Attributes:
        id: Its number; it opens nothing.
        who: Whose it is.
        means: ``password``, ``passkey`` or ``oidc``.
        is_strong: Whether two factors were proved in it.
        mandate: Under which it acts, as far as that was said.
        at: When it began.
        seen: When it was last used.
        fresh: Until when the person counts as having proved anew who they are; empty: not.
        needs: What must be done before anything else: ``password``, ``second-factor`` or nothing.
    """

    id: str
    who: str
    means: str
    is_strong: bool
    mandate: Mandate
    at: str
    seen: str
    fresh: str
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session with the token that opens it, which nobody can be told twice."""

    session: Session
    token: str

    def __repr__(self) -> str:
        return f"Opened({self.session.id})"


class Sessions:
    """The sessions of one desk.

    Args:
        gate: What logging in works on.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def find(self, token: str) -> Session | None:
        """Return the session of a token; None where none is open, whatever the reason."""
        with self._gate.desk.engine.connect() as connection:
            found = self._find(connection, token)
        if found is None or self._gate.now() - instant(found.seen) < SEEN_EVERY:
            return found
        with self._gate.desk.begin() as connection:
            connection.execute(
                update(LOGIN_SESSION)
                .where(LOGIN_SESSION.c.id == found.id, LOGIN_SESSION.c.token == hash_of(token))
                .values(seen=moment(self._gate.now()))
            )
        return found

    def open(
        self, connection: Connection, who: str, means: str, *, is_strong: bool, before: str = ""
    ) -> Opened:
        """Open a session in the transaction of the login; the browser's former one ends."""
        self._prune(connection)
        if before:
            former = LOGIN_SESSION.c.token == hash_of(before)
            connection.execute(delete(LOGIN_SESSION).where(former))
        token, now = secrets.token_urlsafe(TOKEN_BYTES), moment(self._gate.now())
        connection.execute(
            insert(LOGIN_SESSION).values(
                id=secrets.token_hex(8), token=hash_of(token), who=who, means=means,
                is_strong=is_strong, agency="", purpose="", legal_basis="", case="", at=now,
                seen=now, fresh="",
            )
        )  # fmt: skip
        return self._again(connection, token)

    def rotate(self, connection: Connection, token: str, **values: object) -> Opened:
        """Change a session and give it another token; the former one opens nothing from now on.

        Raises:
            WrongLoginError: The token opens none any more: another request was faster.
        """
        new = secrets.token_urlsafe(TOKEN_BYTES)
        changed = connection.execute(
            update(LOGIN_SESSION)
            .where(LOGIN_SESSION.c.token == hash_of(token))
            .values(token=hash_of(new), **values)
        )
        if changed.rowcount != 1:
            raise WrongLoginError
        return self._again(connection, new)

    def choose(self, token: str, mandate: Mandate) -> Opened:
        """Have a session act under a mandate; policy looks at it whenever it is used."""
        said = {
            "agency": mandate.agency, "purpose": mandate.purpose,
            "legal_basis": mandate.legal_basis, "case": mandate.case,
        }  # fmt: skip
        with self._gate.desk.begin() as connection:
            opened = self.rotate(connection, token, **said)
            note(connection, opened.session.who, "session", "mandate chosen",
                 session=opened.session.id, **said)  # fmt: skip
        return opened

    def log_out(self, session: Session) -> None:
        """End a session: its token opens nothing any more, wherever it is."""
        with self._gate.desk.begin() as connection:
            self._end(connection, session.who, session.id)

    def listed(self, who: str) -> list[Session]:
        """Return the open sessions of an account, the newest first."""
        query = select(LOGIN_SESSION).where(LOGIN_SESSION.c.who == who, *self._alive())
        with self._gate.desk.engine.connect() as connection:
            if usable(connection, self._gate, who, PERSON) is None:
                return []
            rows = connection.execute(query.order_by(LOGIN_SESSION.c.at.desc(), LOGIN_SESSION.c.id))
            return [_session(row, "") for row in rows]

    def end(self, by: str, who: str, id_: str) -> None:
        """End one session of an account.

        Raises:
            NotFoundError: It has none of that number.
        """
        with self._gate.desk.begin() as connection:
            self._end(connection, by, id_, who)

    def end_all(self, by: str, who: str, but: str = "") -> int:
        """End every session of an account, but one where it is named; return how many ended."""
        with self._gate.desk.begin() as connection:
            count = self.end_others(connection, who, but)
            note(connection, by, "session", "ended", account=who, count=count)
        return count

    def end_one(self, connection: Connection, id_: str) -> None:
        """End a session in the caller's transaction."""
        connection.execute(delete(LOGIN_SESSION).where(LOGIN_SESSION.c.id == id_))

    def end_others(self, connection: Connection, who: str, but: str) -> int:
        """End every session of an account but one, in the caller's transaction."""
        gone = connection.execute(
            delete(LOGIN_SESSION).where(LOGIN_SESSION.c.who == who, LOGIN_SESSION.c.id != but)
        )
        return gone.rowcount

    def _find(self, connection: Connection, token: str) -> Session | None:
        now, rules = self._gate.now(), self._gate.rules
        said = {"token": hash_of(token), "seen": moment(now - rules.idle),
                "at": moment(now - rules.absolute)}  # fmt: skip
        row = connection.execute(_OPEN_ONE, said).first()
        account = usable(connection, self._gate, row.who, PERSON) if row is not None else None
        if row is None or account is None:
            return None
        return _session(row, self._needs(row, account))

    def _again(self, connection: Connection, token: str) -> Opened:
        found = self._find(connection, token)
        if found is None:
            raise WrongLoginError
        return Opened(found, token)

    def _end(self, connection: Connection, by: str, id_: str, who: str = "") -> None:
        one = (LOGIN_SESSION.c.id == id_, LOGIN_SESSION.c.who == (who or by))
        if connection.execute(delete(LOGIN_SESSION).where(*one)).rowcount != 1:
            raise NotFoundError("no such session")
        note(connection, by, "session", "ended", account=who or by, session=id_)

    def _alive(self) -> tuple[ColumnElement[bool], ...]:
        now, rules = self._gate.now(), self._gate.rules
        return (
            LOGIN_SESSION.c.seen > moment(now - rules.idle),
            LOGIN_SESSION.c.at > moment(now - rules.absolute),
        )

    def _prune(self, connection: Connection) -> None:
        now, rules = self._gate.now(), self._gate.rules
        old = (
            LOGIN_SESSION.c.seen <= moment(now - rules.idle),
            LOGIN_SESSION.c.at <= moment(now - rules.absolute),
        )
        connection.execute(delete(LOGIN_SESSION).where(or_(*old)))

    def _needs(self, row: Row[Any], account: Row[Any]) -> str:
        if account.setup and row.means == "password":
            return "password"
        if not row.is_strong and self._gate.needs_second(row.who):
            return "second-factor"
        return ""


def is_fresh(session: Session, now: datetime) -> bool:
    """Return whether the person proved anew who they are, a few minutes ago at most."""
    return bool(session.fresh) and now < instant(session.fresh)


def hash_of(token: str) -> str:
    """Return what the desk knows of a token; it has 256 bits, nobody guesses them."""
    return hashlib.sha256(token.encode("utf-8", "backslashreplace")).hexdigest()


def csrf_of(token: str) -> str:
    """Return what a page sends beside its cookie; another site knows neither."""
    return hmac.digest(token.encode("utf-8", "backslashreplace"), b"maillon csrf", "sha256").hex()


def _session(row: Row[Any], needs: str) -> Session:
    mandate = Mandate(row.who, row.agency, row.purpose, row.legal_basis, row.case)
    return Session(
        row.id, row.who, row.means, row.is_strong, mandate, row.at, row.seen, row.fresh, needs
    )
