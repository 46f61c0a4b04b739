"""Who or what judged, and the feed of cluster changes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column, its index and the table; what was judged before was judged by people."""
    # not as a batch: that would copy the table, and it refers to itself
    op.add_column(
        "judgement",
        sa.Column("by", sa.String(length=10), nullable=False, server_default="person"),
    )
    op.create_index(op.f("ix_judgement_revokes"), "judgement", ["revokes"], unique=False)
    op.create_table(
        "cluster_change",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("entity_count", sa.Integer(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cluster_change")),
        sa.UniqueConstraint("id", name=op.f("uq_cluster_change_id")),
    )


def downgrade() -> None:
    """Drop the table, the index and the column."""
    op.drop_table("cluster_change")
    op.drop_index(op.f("ix_judgement_revokes"), table_name="judgement")
    op.drop_column("judgement", "by")
