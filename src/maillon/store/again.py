"""What was erased is delivered again: refused or let in, as the rule of its erasure says."""

import hmac
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from maillon.model import RefusedError
from maillon.store.erasure_list import ErasureList
from maillon.store.house import new_id, quoted
from maillon.store.retention import ADMIT, REFUSE
from maillon.store.tables import DATASET, DELIVERY
from maillon.store.tables_keeping import (
    KEEPING_SECRET,
    KEPT_DELIVERY,
    TOMBSTONE,
    TOMBSTONE_DELIVERY,
)
from maillon.store.tombstones import DELIVERY_SCOPE, ENTITY, ERASE, PENDING, REMAINDER

_KEY = "erasures"

SUPERSEDED = "superseded"
"""State of a tombstone whose delivery was let in again."""


def keep_key(connection: Connection, listed: ErasureList) -> None:
    """Keep the key of the outer list's HMACs, by which a load knows who was erased for good."""
    held = select(KEEPING_SECRET.c.value).where(KEEPING_SECRET.c.name == _KEY)
    if connection.execute(held).scalar() is None:
        connection.execute(insert(KEEPING_SECRET).values(name=_KEY, value=listed.key()))


def check_again(connection: Connection, delivery: str) -> bool:
    """Return whether this very file was erased and may come in again; False: it never was erased.

    Raises:
        RefusedError: It was erased, and the rule lets it in no more.
    """
    row = connection.execute(
        select(DELIVERY.c.files, KEPT_DELIVERY.c.erased, KEPT_DELIVERY.c.original)
        .join(KEPT_DELIVERY, KEPT_DELIVERY.c.delivery == DELIVERY.c.id)
        .where(DELIVERY.c.id == delivery)
    ).first()
    if row is None or not row.erased:
        return False
    again = _again(connection, delivery)
    if again == REFUSE:
        raise RefusedError(
            row.erased,
            f"{delivery} was erased, and what this rule erased is not let in again",
            "ask the sender on which basis the file was sent again",
        )
    return again == ADMIT and not row.files


def let_in(connection: Connection, delivery: str) -> None:
    """Note that an erased delivery is there again: its old tombstones are history."""
    of = (TOMBSTONE.c.target == delivery, TOMBSTONE.c.scope.in_((DELIVERY_SCOPE, REMAINDER)))
    connection.execute(update(TOMBSTONE).where(*of).values(state=SUPERSEDED))


def _again(connection: Connection, delivery: str) -> str:
    """Return what the newest erasure of this delivery says of its return."""
    query = (
        select(TOMBSTONE.c.seal, TOMBSTONE.c.again)
        .join(TOMBSTONE_DELIVERY, TOMBSTONE_DELIVERY.c.tombstone == TOMBSTONE.c.id)
        .where(
            TOMBSTONE_DELIVERY.c.delivery == delivery,
            TOMBSTONE.c.kind == ERASE,
            TOMBSTONE.c.scope.in_((DELIVERY_SCOPE, REMAINDER)),
        )
        .order_by(TOMBSTONE.c.number.desc())
    )
    row = connection.execute(query).first()
    return str(row.again) if row is not None else ""


def bury_again(
    connection: Connection,
    delivery: str,
    statements: Sequence[str],
    props: frozenset[str],
    at: str,
) -> int:
    """Put a tombstone on everyone in a new delivery who was erased for good; return how many.

    Args:
        connection: The transaction that commits the delivery.
        delivery: Its id.
        statements: Paths of its Parquet files.
        props: Names of entity-typed properties.
        at: This instant.
    """
    stones = connection.execute(
        select(TOMBSTONE).where(TOMBSTONE.c.seal != "").order_by(TOMBSTONE.c.number)
    ).all()
    if not stones:
        return 0
    by_seal = {row.seal: row for row in stones}
    key = bytes.fromhex(
        connection.execute(
            select(KEEPING_SECRET.c.value).where(KEEPING_SECRET.c.name == _KEY)
        ).scalar_one()
    )
    count = 0
    for entity in _entities(statements):
        row = by_seal.get(hmac.new(key, entity.encode(), "sha256").hexdigest())
        if row is not None and row.dataset in {"", _dataset(connection, delivery)}:
            _bury(connection, row, entity, delivery, sorted(props), at)
            count += 1
    return count


def _entities(statements: Sequence[str]) -> list[str]:
    import duckdb  # noqa: PLC0415 - slow, and only where somebody was erased for good

    with duckdb.connect(":memory:") as con:
        con.execute("SET threads = 1")
        source = f"read_parquet([{', '.join(map(quoted, statements))}])"
        return [row[0] for row in con.execute(f"SELECT DISTINCT entity FROM {source}").fetchall()]


def _dataset(connection: Connection, delivery: str) -> str:
    query = select(DATASET.c.name).join(DELIVERY, DELIVERY.c.dataset == DATASET.c.name)
    return str(connection.execute(query.where(DELIVERY.c.id == delivery)).scalar_one())


def _bury(
    connection: Connection,
    row: Row[Any],
    entity: str,
    delivery: str,
    props: list[str],
    at: str,
) -> None:
    id_ = new_id()
    connection.execute(
        insert(TOMBSTONE).values(
            id=id_, kind=ERASE, scope=ENTITY, target=entity, dataset=row.dataset, kept=[],
            props=props, rule=row.rule, path="again", reason="delivered again", who=row.who, at=at,
            state=PENDING, seal="", again=row.again, leases=[],
        )
    )  # fmt: skip
    connection.execute(
        insert(TOMBSTONE_DELIVERY).values(tombstone=id_, delivery=delivery, state=PENDING)
    )
