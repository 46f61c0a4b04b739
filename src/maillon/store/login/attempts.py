"""Attempts: counted by account and by address, shared by all processes; too many are refused.

An attempt is written before it is judged, so that many at once are not more than the limit. Who
failed ten times in a quarter of an hour waits; the wait doubles, up to four hours. It closes
passwords only: a passkey, and sessions that are open, go on.
"""

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from maillon.store.login.gate import Gate, instant, moment
from maillon.store.login.refusals import OftenError
from maillon.store.tables_login import LOGIN_ATTEMPT, LOGIN_LOCK

WINDOW: Final = timedelta(minutes=15)
MOST_OF_SUBJECT: Final = 10
"""Failures of one account, or of one session, within `WINDOW`."""
MOST_OF_ADDRESS: Final = 50
"""Failures from one address within `WINDOW`."""
LONGEST_LOCK: Final = timedelta(hours=4)
FORGOTTEN: Final = timedelta(days=1)
"""After which a lock-out makes the next one no longer."""
_NETWORK_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt that is being judged.

    Attributes:
        id: Its number.
        subject: Keyed hash of the account or session.
    """

    id: int
    subject: str


class Attempts:
    """The attempts of one desk.

    Args:
        gate: What logging in works on.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def begin(self, kind: str, name: str, address: str) -> Attempt:
        """Write that somebody tries, before it is looked whether they are right.

        Args:
            kind: ``account``, ``session``, ``passkey`` or ``key``.
            name: Of the account or session, as it was sent.
            address: Of the caller.

        Raises:
            OftenError: The account or the address failed too often: nothing is judged.
        """
        subject, place = self._subject(kind, name), self._place(address)
        with self._gate.desk.engine.connect() as connection:
            self._check(connection, subject, place)  # who is refused takes no write lock
        with self._gate.desk.begin() as connection:
            self._prune(connection)
            self._check(connection, subject, place)
            values = {"subject": subject, "address": place, "at": moment(self._gate.now())}
            key = connection.execute(
                insert(LOGIN_ATTEMPT).values(**values, is_open=True)
            ).inserted_primary_key
        assert key is not None
        return Attempt(int(key[0]), subject)

    def succeeded(self, connection: Connection, attempt: Attempt) -> None:
        """Forget an attempt that was right, and the failures before it."""
        mine = LOGIN_ATTEMPT.c.subject == attempt.subject
        connection.execute(
            delete(LOGIN_ATTEMPT).where(
                mine, LOGIN_ATTEMPT.c.is_open.is_(False) | (LOGIN_ATTEMPT.c.id == attempt.id)
            )
        )
        connection.execute(delete(LOGIN_LOCK).where(LOGIN_LOCK.c.subject == attempt.subject))

    def withdrawn(self, connection: Connection, attempt: Attempt) -> None:
        """Forget an attempt that proved nothing and failed nothing."""
        connection.execute(delete(LOGIN_ATTEMPT).where(LOGIN_ATTEMPT.c.id == attempt.id))

    def failed(self, connection: Connection, attempt: Attempt) -> bool:
        """Count an attempt that was wrong; return whether it locks the account out."""
        one = LOGIN_ATTEMPT.c.id == attempt.id
        connection.execute(update(LOGIN_ATTEMPT).where(one).values(is_open=False))
        mine = (LOGIN_ATTEMPT.c.subject == attempt.subject, LOGIN_ATTEMPT.c.is_open.is_(False))
        query = select(func.count()).select_from(LOGIN_ATTEMPT).where(*mine, self._recent())
        if (connection.execute(query).scalar() or 0) < MOST_OF_SUBJECT:
            return False
        self._lock(connection, attempt.subject)
        return True

    def is_too_many(self, address: str) -> bool:
        """Return whether an address failed too often."""
        place = self._place(address)
        with self._gate.desk.engine.connect() as connection:
            return self._wait(connection, LOGIN_ATTEMPT.c.address == place, MOST_OF_ADDRESS) > 0

    def lift(self, connection: Connection, who: str) -> None:
        """Let an account that was locked out try again."""
        subject = self._subject("account", who)
        connection.execute(delete(LOGIN_LOCK).where(LOGIN_LOCK.c.subject == subject))
        connection.execute(delete(LOGIN_ATTEMPT).where(LOGIN_ATTEMPT.c.subject == subject))

    def _check(self, connection: Connection, subject: str, place: str) -> None:
        query = select(LOGIN_LOCK.c.until).where(LOGIN_LOCK.c.subject == subject)
        until = connection.execute(query).scalar()
        seconds = self._left(instant(until) - self._gate.now()) if until else 0
        seconds = seconds or self._wait(
            connection, LOGIN_ATTEMPT.c.subject == subject, MOST_OF_SUBJECT
        )
        if seconds:
            raise OftenError("failed logins of an account", MOST_OF_SUBJECT, seconds)
        seconds = self._wait(connection, LOGIN_ATTEMPT.c.address == place, MOST_OF_ADDRESS)
        if seconds:
            raise OftenError("failed logins from an address", MOST_OF_ADDRESS, seconds)

    def _wait(self, connection: Connection, of: ColumnElement[bool], most: int) -> int:
        """Return after how many seconds fewer than ``most`` are within the window; 0 for now."""
        query = (
            select(LOGIN_ATTEMPT.c.at)
            .where(of, self._recent())
            .order_by(LOGIN_ATTEMPT.c.at.desc(), LOGIN_ATTEMPT.c.id.desc())
            .offset(most - 1)
            .limit(1)
        )
        oldest = connection.execute(query).scalar()
        return self._left(instant(oldest) + WINDOW - self._gate.now()) if oldest else 0

    def _lock(self, connection: Connection, subject: str) -> None:
        one, now = LOGIN_LOCK.c.subject == subject, self._gate.now()
        before = connection.execute(select(LOGIN_LOCK).where(one)).first()
        if before is not None and instant(before.until) > now:
            return  # attempts that were under way when it was locked
        level = 1 if before is None else before.level + 1
        until = moment(now + min(WINDOW * 2 ** (level - 1), LONGEST_LOCK))
        connection.execute(delete(LOGIN_LOCK).where(one))
        connection.execute(insert(LOGIN_LOCK).values(subject=subject, level=level, until=until))

    def _prune(self, connection: Connection) -> None:
        now = self._gate.now()
        old = LOGIN_ATTEMPT.c.at <= moment(now - WINDOW)
        connection.execute(delete(LOGIN_ATTEMPT).where(old))
        connection.execute(delete(LOGIN_LOCK).where(LOGIN_LOCK.c.until <= moment(now - FORGOTTEN)))

    def _recent(self) -> ColumnElement[bool]:
        return LOGIN_ATTEMPT.c.at > moment(self._gate.now() - WINDOW)

    def _subject(self, kind: str, name: str) -> str:
        return self._gate.key.mac(f"attempt {kind}", name)

    def _place(self, address: str) -> str:
        return self._gate.key.mac("attempt address", network_of(address))

    @staticmethod
    def _left(time: timedelta) -> int:
        return max(0, -(-int(time.total_seconds() * 1000) // 1000))


def network_of(address: str) -> str:
    """Return what one caller has for himself: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((int(found), _NETWORK_BITS), strict=False))
    return str(found)
