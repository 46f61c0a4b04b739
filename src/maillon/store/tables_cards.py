"""The desk's tables of decisions on what machines proposed."""

from typing import Final

from sqlalchemy import JSON, BigInteger, Column, Integer, String, Table, Text

from maillon.store.tables import METADATA

VALIDATION: Final = Table(
    "validation",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("object", String(64), nullable=False, index=True),
    Column("version", String(64), nullable=False),
    Column("verdict", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("weighed", JSON, nullable=False),
    Column("who", String(100), nullable=False, index=True),
    Column("opened", String(40), nullable=False),
    Column("at", String(40), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False, index=True),
)
"""What a named person made of an automated hit or lead; until then it has no effect."""
