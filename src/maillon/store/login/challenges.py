"""Challenges: what a browser must bring back once, within minutes; the desk knows a hash of it."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, func, insert, select

from maillon.store.login.gate import Gate, moment
from maillon.store.login.refusals import OftenError
from maillon.store.tables_login import LOGIN_CHALLENGE

LIFE: Final = timedelta(minutes=5)
MOST: Final = 5_000
"""Challenges that wait at once: anybody may ask for one."""
BYTES: Final = 32


class Challenges:
    """The challenges of one desk.

    Args:
        gate: What logging in works on.
    """

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def draw(self, kind: str, who: str = "", life: timedelta = LIFE) -> bytes:
        """Return a new challenge.

        Args:
            kind: What it is for, e.g. ``register``.
            who: The only account that it is for; empty: any.
            life: How long it holds.

        Raises:
            OftenError: Too many wait to be brought back.
        """
        drawn, now = secrets.token_bytes(BYTES), self._gate.now()
        with self._gate.desk.begin() as connection:
            old = LOGIN_CHALLENGE.c.expires <= moment(now)
            connection.execute(delete(LOGIN_CHALLENGE).where(old))
            waiting = connection.execute(
                select(func.count())
                .select_from(LOGIN_CHALLENGE)
                .where(LOGIN_CHALLENGE.c.who == who)
            ).scalar()
            if (waiting or 0) >= MOST:
                raise OftenError("logins that were begun", MOST, int(life.total_seconds()))
            connection.execute(
                insert(LOGIN_CHALLENGE).values(
                    hash=_hash(drawn), kind=kind, who=who, expires=moment(now + life)
                )
            )
        return drawn

    def take(self, kind: str, challenge: bytes, who: str = "") -> bool:
        """Use a challenge up; return whether it was one, for this account, in time."""
        with self._gate.desk.begin() as connection:
            gone = connection.execute(
                delete(LOGIN_CHALLENGE).where(
                    LOGIN_CHALLENGE.c.hash == _hash(challenge),
                    LOGIN_CHALLENGE.c.kind == kind,
                    LOGIN_CHALLENGE.c.who == who,
                    LOGIN_CHALLENGE.c.expires > moment(self._gate.now()),
                )
            )
        return gone.rowcount == 1


def _hash(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()
