"""Saved charts: who stands where, and what people wrote beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def _text(name: str, length: int = 0) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "chart",
        sa.Column("number", sa.Integer(), nullable=False),
        _text("id", 16),
        sa.Column("revision", sa.Integer(), nullable=False),
        _text("title"),
        _text("who", 100),
        _text("agency", 100),
        _text("purpose", 20),
        _text("case", 40),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        _text("at", 40),
        _text("changed", 40),
        _text("changed_by", 100),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_chart")),
        sa.UniqueConstraint("id", name=op.f("uq_chart_id")),
    )
    for column in ("who", "case"):
        op.create_index(op.f(f"ix_chart_{column}"), "chart", [column], unique=False)
    op.create_table(
        "chart_node",
        sa.Column("number", sa.Integer(), nullable=False),
        _text("chart", 16),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("x", sa.Float(), nullable=False),
        sa.Column("y", sa.Float(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        _text("note"),
        sa.ForeignKeyConstraint(["chart"], ["chart.id"], name=op.f("fk_chart_node_chart_chart")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_chart_node")),
    )
    op.create_index(op.f("ix_chart_node_chart"), "chart_node", ["chart"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("chart_node")
    op.drop_table("chart")
