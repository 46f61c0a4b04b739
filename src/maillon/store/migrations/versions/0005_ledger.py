"""The ledger as a Merkle log: salts, leaf hashes, tiles, a head; tags of what was looked at.

Entries that stand are taken over as they are, and one more says what the old chain came to: its
last hash, and where it was broken if it was.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator
from json.encoder import encode_basestring
from typing import Any

import rfc8785
import sqlalchemy as sa
from alembic import op

from maillon.store.merkle import Frontier, leaf_hash

revision = "0005"
down_revision = "0004"

SAID = ("at", "who", "agency", "purpose", "legal_basis", "case", "act", "outcome", "detail")
COVERED = ("number", *SAID, "previous")
"""What the hash of the old chain covered, in this order."""
GENESIS = "0" * 64
MANY = 5_000
NEW = sa.table(
    "ledger", *(sa.column(name) for name in ("number", *SAID, "objects", "salt", "leaf",
                                             "previous", "hash"))
)  # fmt: skip


def upgrade() -> None:
    """Make the tables, and give every entry its leaf."""
    _make_tables()
    op.add_column(
        "ledger", sa.Column("objects", sa.String(length=64), nullable=False, server_default="")
    )
    for name, length in (("salt", 16), ("leaf", 32)):
        op.add_column("ledger", sa.Column(name, sa.LargeBinary(length=length), nullable=True))
    frontier, tiles, at = _taken_over()
    with op.batch_alter_table("ledger") as batch:
        batch.drop_column("previous")
        batch.drop_column("hash")
        for name, length in (("salt", 16), ("leaf", 32)):
            batch.alter_column(name, existing_type=sa.LargeBinary(length=length), nullable=False)
    connection = op.get_bind()
    tile = sa.table("ledger_tile", sa.column("level"), sa.column("number"), sa.column("hashes"))
    for (level, number), hashes in tiles.items():
        row = {"level": level, "number": number, "hashes": hashes}
        connection.execute(sa.insert(tile).values(row))
    head = sa.table("ledger_head", *map(sa.column, ("id", "origin", "size", "at", "peaks")))
    connection.execute(
        sa.insert(head).values(
            id=1, origin=f"maillon/{secrets.token_hex(8)}", size=frontier.size, at=at,
            peaks=b"".join(frontier.peaks),
        )
    )  # fmt: skip


def downgrade() -> None:
    """Chain the entries again; drop the tables."""
    for name in ("previous", "hash"):
        op.add_column("ledger", sa.Column(name, sa.String(length=64), nullable=True))
    _chain()
    with op.batch_alter_table("ledger") as batch:
        for name in ("objects", "salt", "leaf"):
            batch.drop_column(name)
        for name in ("previous", "hash"):
            batch.alter_column(name, existing_type=sa.String(length=64), nullable=False)
    op.drop_index(op.f("ix_ledger_object_number"), table_name="ledger_object")
    for table in ("ledger_checkpoint", "ledger_object", "ledger_tile", "ledger_head"):
        op.drop_table(table)


def _make_tables() -> None:
    op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("origin", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "ledger_tile",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "number", name=op.f("pk_ledger_tile")),
    )
    op.create_table(
        "ledger_object",
        sa.Column("tag", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("tag", "number", name=op.f("pk_ledger_object")),
    )
    op.create_index(op.f("ix_ledger_object_number"), "ledger_object", ["number"], unique=False)
    op.create_table(
        "ledger_checkpoint",
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_ledger_checkpoint")),
    )


def _rows() -> Iterator[dict[str, Any]]:
    """Yield the entries as they stand, oldest first; each batch is read before it is changed."""
    connection, last = op.get_bind(), 0
    while True:
        query = sa.select(NEW).where(NEW.c.number > last).order_by(NEW.c.number).limit(MANY)
        rows = connection.execute(query).mappings().all()
        if not rows:
            return
        yield from map(dict, rows)
        last = rows[-1]["number"]


def _taken_over() -> tuple[Frontier, dict[tuple[int, int], bytes], str]:
    frontier, at = Frontier(), ""
    tiles: dict[tuple[int, int], bytes] = {}
    previous, broken, changes = GENESIS, 0, []
    for row in _rows():
        whole = row["number"] == frontier.size + 1 and row["previous"] == previous
        if not broken and not (whole and row["hash"] == _hash(row)):
            broken = frontier.size + 1
        previous = row["hash"]
        _leaf(row, frontier, tiles, at)
        at = max(at, row["at"])
        changes.append(row)
        if len(changes) == MANY:
            _write(changes)
            changes = []
    _write(changes)
    if frontier.size:
        chain = f"broken at entry {broken}" if broken else "whole"
        said = {"entries": frontier.size, "chain": chain, "last_hash": previous}
        row = dict.fromkeys(SAID, "") | {
            "number": frontier.size + 1, "at": at, "who": "system", "agency": "centre",
            "act": "migrate ledger", "outcome": "done", "detail": json.dumps(said),
        }  # fmt: skip
        _leaf(row, frontier, tiles, at)
        row |= {"previous": GENESIS, "hash": GENESIS}
        del row["old"]
        op.get_bind().execute(sa.insert(NEW).values(row))
    return frontier, tiles, at


def _leaf(
    row: dict[str, Any], frontier: Frontier, tiles: dict[tuple[int, int], bytes], at: str
) -> None:
    """Give an entry what the tree needs; one that is older than the one before keeps its clock."""
    detail = json.loads(row["detail"]) if row["detail"] else {}
    if row["at"] < at:
        detail["clock"], row["at"] = row["at"], at
    row["old"] = row["number"]
    row |= {
        "number": frontier.size + 1, "detail": rfc8785.dumps(detail).decode(), "objects": "",
        "salt": secrets.token_bytes(16),
    }  # fmt: skip
    row["leaf"] = leaf_hash(row["salt"], _entry(row))
    for level, place, node in frontier.add(row["leaf"]):
        tiles[level, place // 256] = tiles.get((level, place // 256), b"") + node


def _entry(row: dict[str, Any]) -> bytes:
    names = ("act", "agency", "at", "case", "detail", "legal_basis", "number", "objects", "outcome",
             "purpose", "who")  # fmt: skip
    plain = ("detail", "number")
    parts = (
        f'"{name}":{row[name] if name in plain else encode_basestring(row[name])}' for name in names
    )
    return f"{{{','.join(parts)}}}".encode()


def _write(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    names = ("number", "at", "detail", "objects", "salt", "leaf")
    query = sa.update(NEW).where(NEW.c.number == sa.bindparam("old"))
    op.get_bind().execute(
        query.values({name: sa.bindparam(f"new_{name}") for name in names}),
        [{"old": row["old"], **{f"new_{name}": row[name] for name in names}} for row in rows],
    )


def _chain() -> None:
    previous = GENESIS
    query = sa.update(NEW).where(NEW.c.number == sa.bindparam("one"))
    change = query.values(
        detail=sa.bindparam("text"), previous=sa.bindparam("before"), hash=sa.bindparam("sum")
    )
    for row in _rows():
        detail = json.loads(row["detail"]) if row["detail"] else {}
        row["detail"] = json.dumps(detail, sort_keys=True, ensure_ascii=False)
        row["previous"] = previous
        held = {"one": row["number"], "text": row["detail"], "before": previous}
        previous = _hash(row)
        op.get_bind().execute(change, held | {"sum": previous})


def _hash(row: dict[str, Any]) -> str:
    values = [row[name] for name in COVERED]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()
