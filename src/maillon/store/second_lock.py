"""The second lock: what row-level security of PostgreSQL is told within one transaction.

Policy narrows every question by itself; this stops the one in which that was forgotten. What is
not told shows no row, and what is told ends with the transaction: who gets the connection next
begins with nothing. SQLite has no such lock.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select


def unlock(connection: Connection, labels: Iterable[int], label_sets: Iterable[int]) -> None:
    """Show, for the rest of the transaction, deliveries of these labels and rows of these sets."""
    if connection.dialect.name != "postgresql":
        return
    connection.execute(
        select(
            func.set_config("maillon.labels", _joined(labels), True),
            func.set_config("maillon.label_sets", _joined(label_sets), True),
        )
    )


def keep(connection: Connection) -> None:
    """Show every row for the rest of the transaction: what the store keeps in order itself."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.set_config("maillon.keeping", "on", True)))


def _joined(numbers: Iterable[int]) -> str:
    return ",".join(map(str, sorted(numbers)))
