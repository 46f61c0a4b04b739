"""Files that wait for a word, and searches that are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

BIG = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def _text(name: str, length: int = 0) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "upload",
        sa.Column("number", sa.Integer(), nullable=False),
        _text("id", 16),
        _text("kind", 10),
        _text("who", 100),
        _text("agency", 100),
        _text("name", 255),
        _text("sha256", 64),
        sa.Column("size", BIG, nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _text("job", 16),
        _text("at", 40),
        _text("changed", 40),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_upload")),
        sa.UniqueConstraint("id", name=op.f("uq_upload_id")),
    )
    op.create_index(op.f("ix_upload_who"), "upload", ["who"], unique=False)
    op.create_index(op.f("ix_upload_changed"), "upload", ["changed"], unique=False)
    op.create_table(
        "saved_search",
        sa.Column("number", sa.Integer(), nullable=False),
        _text("id", 16),
        _text("who", 100),
        _text("agency", 100),
        _text("words"),
        _text("schema", 100),
        _text("dataset", 200),
        _text("at", 40),
        _text("ran", 40),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("id", name=op.f("uq_saved_search_id")),
    )
    op.create_index(op.f("ix_saved_search_who"), "saved_search", ["who"], unique=False)
    op.create_index(op.f("ix_saved_search_ran"), "saved_search", ["ran"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("saved_search")
    op.drop_table("upload")
