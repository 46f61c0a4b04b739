"""The desk's tables of files that were sent and wait for a word, and of searches that are kept."""

from typing import Final

from sqlalchemy import JSON, Column, Integer, String, Table, Text

from maillon.store.tables import BIG, METADATA

UPLOAD: Final = Table(
    "upload",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("who", String(100), nullable=False, index=True),
    Column("agency", String(100), nullable=False),
    Column("name", String(255), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BIG, nullable=False),
    Column("said", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("job", String(16), nullable=False),
    Column("at", String(40), nullable=False),
    Column("changed", String(40), nullable=False, index=True),
)
"""Files that an account sent and has not yet said everything of: how they are read, what of.

``job`` is what came of it; empty while it waits.
"""

SAVED_SEARCH: Final = Table(
    "saved_search",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("who", String(100), nullable=False, index=True),
    Column("agency", String(100), nullable=False),
    Column("words", Text, nullable=False),
    Column("schema", String(100), nullable=False),
    Column("dataset", String(200), nullable=False),
    Column("at", String(40), nullable=False),
    Column("ran", String(40), nullable=False, index=True),
)
"""Searches that an account keeps: its own words, asked anew under the mandate of the moment."""
