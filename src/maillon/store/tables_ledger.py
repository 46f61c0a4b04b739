"""The desk's tables of the ledger."""

from typing import Final

from sqlalchemy import Column, Integer, LargeBinary, String, Table, Text

from maillon.store.tables import METADATA

LEDGER: Final = Table(
    "ledger",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("who", String(100), nullable=False),
    Column("agency", String(100), nullable=False),
    Column("purpose", String(50), nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("case", String(100), nullable=False),
    Column("act", String(50), nullable=False),
    Column("outcome", String(50), nullable=False),
    Column("detail", Text, nullable=False),
    Column("objects", String(64), nullable=False, server_default=""),
    Column("salt", LargeBinary(16), nullable=False),
    Column("leaf", LargeBinary(32), nullable=False),
)
"""One entry an act. An empty salt: the text was erased, the leaf hash stays."""

LEDGER_HEAD: Final = Table(
    "ledger_head",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("origin", String(100), nullable=False),
    Column("size", Integer, nullable=False),
    Column("at", String(40), nullable=False),
    Column("peaks", LargeBinary, nullable=False),
)
"""One row: the log's name, how many entries, when the newest, the roots of its full subtrees."""

LEDGER_TILE: Final = Table(
    "ledger_tile",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)
"""Interior hashes: at level L the roots over 256^L entries each, 256 of them a row."""

LEDGER_OBJECT: Final = Table(
    "ledger_object",
    METADATA,
    Column("tag", LargeBinary(16), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False, index=True),
)
"""What an act looked at, as keyed hashes: without the key a tag says nothing."""

LEDGER_CHECKPOINT: Final = Table(
    "ledger_checkpoint",
    METADATA,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("at", String(40), nullable=False),
    Column("note", Text, nullable=False),
)
"""Signed heads of the log; copies of them stand outside the workspace."""
