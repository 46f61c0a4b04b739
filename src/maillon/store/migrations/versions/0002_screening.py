"""What screening leaves on the desk: receipts, clearings, and the hits of rounds."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    _receipt()
    _clearing()
    _rounds()


def _text(name: str, length: int = 0) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def _receipt() -> None:
    op.create_table(
        "receipt",
        sa.Column("number", sa.Integer(), nullable=False),
        _text("id", 16),
        _text("at", 40),
        _text("who", 100),
        _text("agency", 100),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("clearings_until", sa.Integer(), nullable=False),
        _text("body"),
        _text("sha256", 64),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_receipt")),
        sa.UniqueConstraint("id", name=op.f("uq_receipt_id")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_agency"), ["agency"], unique=False)
    op.create_table(
        "content_key",
        _text("dataset", 100),
        _text("key", 64),
        sa.PrimaryKeyConstraint("dataset", name=op.f("pk_content_key")),
    )


def _clearing() -> None:
    op.create_table(
        "clearing",
        sa.Column("number", sa.Integer(), nullable=False),
        _text("id", 16),
        _text("subject"),
        _text("subject_dataset", 100),
        _text("subject_seal", 64),
        _text("entry"),
        _text("entry_dataset", 100),
        _text("entry_seal", 64),
        _text("who", 100),
        _text("at", 40),
        _text("reason"),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("revokes", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["revokes"], ["clearing.id"], name=op.f("fk_clearing_revokes_clearing")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_clearing")),
        sa.UniqueConstraint("id", name=op.f("uq_clearing_id")),
    )
    with op.batch_alter_table("clearing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clearing_subject"), ["subject"], unique=False)


def _rounds() -> None:
    op.create_table(
        "screening",
        sa.Column("number", sa.Integer(), nullable=False),
        _text("round", 32),
        _text("receipt", 16),
        _text("at", 40),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt"], ["receipt.id"], name=op.f("fk_screening_receipt_receipt")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_screening")),
    )
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screening_round"), ["round"], unique=False)
    _hits()


def _hits() -> None:
    op.create_table(
        "screen_hit",
        _text("round", 32),
        _text("subject"),
        _text("entry"),
        _text("subject_dataset", 100),
        _text("subject_seal", 64),
        _text("entry_dataset", 100),
        _text("entry_seal", 64),
        sa.Column("score", sa.Float(), nullable=False),
        _text("band", 10),
        sa.Column("is_alert", sa.Boolean(), nullable=False),
        _text("state", 10),
        _text("why"),
        _text("receipt", 16),
        _text("at", 40),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["receipt"], ["receipt.id"], name=op.f("fk_screen_hit_receipt_receipt")
        ),
        sa.PrimaryKeyConstraint("round", "subject", "entry", name=op.f("pk_screen_hit")),
    )
    with op.batch_alter_table("screen_hit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screen_hit_entry"), ["entry"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    for table in ("screen_hit", "screening", "clearing", "content_key", "receipt"):
        op.drop_table(table)
