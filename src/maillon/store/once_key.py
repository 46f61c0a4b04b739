"""The key under which an act is done now; written with the act's own ledger entry."""

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from maillon.model import RefusedError
from maillon.store.tables_accounts import REQUEST_KEY


class DoneError(RefusedError):
    """The act was done before under this key, or is being done just now."""

    http_status = 409


@dataclass(slots=True)
class Pending:
    """A key whose act is being done.

    Attributes:
        who: The account.
        key: Its key.
        sha256: Of all that the request says.
        at: When it was asked.
        is_written: Whether an effect was written, and the key with it.
    """

    who: str
    key: str
    sha256: str
    at: str
    is_written: bool = False


PENDING: Final[ContextVar[Pending | None]] = ContextVar("maillon_once", default=None)
"""What is being done now under a key, in this thread; None for an act without one."""


def write_key(connection: Connection) -> None:
    """Write the key under which something is done now, if there is one, in its transaction.

    Raises:
        DoneError: Another did it in between: nothing of this transaction stands.
    """
    asked = PENDING.get()
    if asked is None or asked.is_written:
        return
    values = {"who": asked.who, "key": asked.key, "sha256": asked.sha256, "at": asked.at}
    try:
        connection.execute(insert(REQUEST_KEY).values(**values, status=0, body=""))
    except IntegrityError as error:
        raise DoneError(
            "one key, one request", "the act was done under this key in between",
            "ask again with the same key for its answer",
        ) from error  # fmt: skip
    asked.is_written = True
