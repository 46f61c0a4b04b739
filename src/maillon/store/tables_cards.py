"""The desk's tables of decisions on what machines proposed."""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from maillon.store.tables import METADATA

VALIDATION: Final = Table(
    "validation",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("event", String(10), nullable=False),
    Column("of", String(16), ForeignKey("validation.id"), nullable=True, index=True),
    Column("kind", String(10), nullable=False),
    Column("left", Text, nullable=False),
    Column("right", Text, nullable=False),
    Column("version", String(64), nullable=False),
    Column("dataset", String(100), nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("shown", JSON, nullable=False),
    Column("weighed", JSON, nullable=False),
    Column("takes_two", Boolean, nullable=False),
    Column("who", String(100), nullable=False, index=True),
    Column("person", String(100), nullable=False),
    Column("opened", String(40), nullable=False),
    Column("at", String(40), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False, index=True),
    Index("ix_validation_pair", "left", "right"),
)
"""What named people made of an automated hit or lead; until then it has no effect. Appended to,
never edited: a second person's word and the taking back of a verdict are rows of their own."""
