"""The desk's tables of saved charts: who stands where, never what is said of them."""

from typing import Final

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Integer, String, Table, Text

from maillon.store.tables import METADATA

CHART: Final = Table(
    "chart",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("who", String(100), nullable=False, index=True),
    Column("agency", String(100), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("case", String(40), nullable=False, index=True),
    Column("entities", JSON, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("at", String(40), nullable=False),
    Column("changed", String(40), nullable=False),
    Column("changed_by", String(100), nullable=False),
)
"""Charts of a case, or of one account where there is no case. ``labels`` are those behind all that
was on it: its texts are read by who may read every one."""

CHART_NODE: Final = Table(
    "chart_node",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("chart", String(16), ForeignKey("chart.id"), nullable=False, index=True),
    Column("entities", JSON, nullable=False),
    Column("x", Float, nullable=False),
    Column("y", Float, nullable=False),
    Column("is_pinned", Boolean, nullable=False),
    Column("note", Text, nullable=False),
)
"""Those on a chart: the ids of the records that were one when it was saved, and their place."""
