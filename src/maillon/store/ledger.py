"""The ledger: one entry an act, chained by SHA-256 so that no entry can change or go unseen.

The interface (append in the caller's transaction, verify from the first entry) is that of the
Merkle log of RFC 9162, which takes its place later.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, Row, insert, select

from maillon.model import Mandate, StoreError
from maillon.store.clock import utc_now
from maillon.store.tables import LEDGER

GENESIS: Final = "0" * 64
"""What the first entry names as its predecessor."""

FIELDS: Final = (
    "number",
    "at",
    "who",
    "agency",
    "purpose",
    "legal_basis",
    "case",
    "act",
    "outcome",
    "detail",
    "previous",
)
"""What an entry's hash covers, in this order."""


def append(
    connection: Connection,
    mandate: Mandate,
    act: str,
    outcome: str,
    detail: Mapping[str, object],
) -> int:
    """Add one entry in the caller's transaction, and return its number.

    Args:
        connection: A write transaction: the entry stands or falls with it.
        mandate: Under which mandate.
        act: What was done, e.g. ``load``.
        outcome: ``opened``, ``refused``, ``done`` ...
        detail: What else to say; no personal data.
    """
    last = connection.execute(
        select(LEDGER.c.number, LEDGER.c.hash).order_by(LEDGER.c.number.desc()).limit(1)
    ).first()
    entry: dict[str, object] = {
        "number": last.number + 1 if last else 1,
        "at": utc_now(),
        "who": mandate.who,
        "agency": mandate.agency,
        "purpose": mandate.purpose,
        "legal_basis": mandate.legal_basis,
        "case": mandate.case,
        "act": act,
        "outcome": outcome,
        "detail": json.dumps(dict(detail), sort_keys=True, ensure_ascii=False),
        "previous": last.hash if last else GENESIS,
    }
    entry["hash"] = _hash([entry[field] for field in FIELDS])
    connection.execute(insert(LEDGER).values(**entry))
    return int(str(entry["number"]))


def verify(entries: Iterable[Row[tuple[object, ...]]]) -> int:
    """Return how many entries there are, after recomputing every hash.

    Args:
        entries: Rows of the ledger, in the order of their numbers.

    Raises:
        StoreError: At the first entry that is missing, changed or out of order.
    """
    previous, count = GENESIS, 0
    for entry in entries:
        row = entry._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
        count += 1
        if row["number"] != count:
            raise StoreError(f"ledger: entry {count} is missing")
        if row["previous"] != previous or row["hash"] != _hash([row[field] for field in FIELDS]):
            raise StoreError(f"ledger: entry {count} was changed after it was written")
        previous = row["hash"]
    return count


def _hash(values: list[object]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()
