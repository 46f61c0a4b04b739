"""Once: an act that is asked for twice under one key is done once.

The key is written in the transaction of the act's own ledger entry (`maillon.store.ledger.append`),
so that there is never an effect without its key or a key without its effect, whatever dies when.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update

from maillon.model import LimitError
from maillon.store.desk import Desk
from maillon.store.once_key import PENDING, DoneError, Pending
from maillon.store.tables_accounts import REQUEST_KEY

LONGEST_KEY: Final = 200
"""Characters of a key."""
KEPT_DAYS: Final = 7
"""Days after which a key may be used anew."""
LONGEST_BODY: Final = 100_000
"""Characters of an answer that are kept."""


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was done under a key.

    Attributes:
        status: HTTP status of its answer; 0: the answer was not kept.
        body: Its answer.
    """

    status: int
    body: str


class Once:
    """The keys of one desk.

    Args:
        desk: Holds them.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def done(self, who: str, key: str, asked: bytes) -> Done | None:
        """Return what was done under a key, or None.

        Args:
            who: The account.
            key: Its key.
            asked: All that the request says.

        Raises:
            LimitError: The key is too long.
            RefusedError: The key stands for another request.
        """
        if len(key) > LONGEST_KEY:
            raise LimitError("characters of an idempotency key", LONGEST_KEY, len(key))
        with self._desk.engine.connect() as connection:
            row = connection.execute(
                select(REQUEST_KEY).where(REQUEST_KEY.c.who == who, REQUEST_KEY.c.key == key)
            ).first()
        if row is None:
            return None
        if row.sha256 != hashlib.sha256(asked).hexdigest():
            raise DoneError(
                "one key, one request", "the key stands for another request of this account",
                "send a new key with a new request",
            )  # fmt: skip
        return Done(row.status, row.body)

    @contextmanager
    def under(self, who: str, key: str, asked: bytes) -> Iterator[None]:
        """Do what is within under a key: its first effect is written together with it.

        Raises:
            DoneError: Another did it in between: nothing of this one stands.
        """
        now = datetime.now(UTC)
        mine = Pending(who, key, hashlib.sha256(asked).hexdigest(), now.isoformat())
        token = PENDING.set(mine)
        try:
            yield
        finally:
            PENDING.reset(token)

    def keep(self, who: str, key: str, status: int, body: str) -> None:
        """Keep the answer of an act that was done under a key; what is long is not kept."""
        if len(body) > LONGEST_BODY:
            return
        old = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat()
        mine = (REQUEST_KEY.c.who == who, REQUEST_KEY.c.key == key)
        with self._desk.begin() as connection:
            connection.execute(update(REQUEST_KEY).where(*mine).values(status=status, body=body))
            connection.execute(delete(REQUEST_KEY).where(REQUEST_KEY.c.at < old))
