"""The desk's tables of requests that must not be done twice."""

from typing import Final

from sqlalchemy import Column, Integer, String, Table, Text

from maillon.store.tables import METADATA

REQUEST_KEY: Final = Table(
    "request_key",
    METADATA,
    Column("who", String(100), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", String(40), nullable=False, index=True),
)
"""Keys under which accounts asked for an act: written with its effect, or not at all.

``status`` is 0 until the answer is kept too.
"""
