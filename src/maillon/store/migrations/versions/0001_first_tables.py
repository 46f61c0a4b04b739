"""The desk's first tables."""

import sqlalchemy as sa
from alembic import op

BIG = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery", sa.String(length=140), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempt_delivery"), ["delivery"], unique=False)

    op.create_table(
        "derived",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("made", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("name", "key", name=op.f("pk_derived")),
    )
    op.create_table(
        "judgement",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("left", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("revokes", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["revokes"], ["judgement.id"], name=op.f("fk_judgement_revokes_judgement")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_judgement")),
        sa.UniqueConstraint("id", name=op.f("uq_judgement_id")),
    )
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_judgement_left"), ["left"], unique=False)
        batch_op.create_index(batch_op.f("ix_judgement_right"), ["right"], unique=False)

    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("originator", sa.String(length=100), nullable=False),
        sa.Column("scheme", sa.String(length=50), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("compartment", sa.String(length=100), nullable=False),
        sa.Column("purposes", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("statistics", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint(
            "originator",
            "scheme",
            "code",
            "compartment",
            "purposes",
            "legal_basis",
            "statistics",
            name=op.f("uq_label_originator"),
        ),
    )
    op.create_table(
        "lease",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("opened", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
    )
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("agency", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=50), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("case", sa.String(length=100), nullable=False),
        sa.Column("act", sa.String(length=50), nullable=False),
        sa.Column("outcome", sa.String(length=50), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger")),
    )
    op.create_table(
        "dataset",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("adapter", sa.String(length=50), nullable=False),
        sa.Column("mode", sa.String(length=20), nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("retention_class", sa.String(length=50), nullable=False),
        sa.ForeignKeyConstraint(["label"], ["label.id"], name=op.f("fk_dataset_label_label")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_dataset")),
    )
    op.create_table(
        "delivery",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=140), nullable=False),
        sa.Column("dataset", sa.String(length=100), nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("received", sa.String(length=40), nullable=False),
        sa.Column("statements", BIG, nullable=False),
        sa.Column("entities", BIG, nullable=False),
        sa.Column("records_unreadable", BIG, nullable=False),
        sa.Column("purged", BIG, nullable=False),
        sa.Column("retention_month", sa.String(length=7), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dataset"], ["dataset.name"], name=op.f("fk_delivery_dataset_dataset")
        ),
        sa.ForeignKeyConstraint(["label"], ["label.id"], name=op.f("fk_delivery_label_label")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_delivery")),
        sa.UniqueConstraint("id", name=op.f("uq_delivery_id")),
    )
    op.create_table(
        "problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery", sa.String(length=140), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery"], ["delivery.id"], name=op.f("fk_problem_delivery_delivery")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_problem")),
    )
    with op.batch_alter_table("problem", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_problem_delivery"), ["delivery"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    with op.batch_alter_table("problem", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_problem_delivery"))

    op.drop_table("problem")
    op.drop_table("delivery")
    op.drop_table("dataset")
    op.drop_table("ledger")
    op.drop_table("lease")
    op.drop_table("label")
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_judgement_right"))
        batch_op.drop_index(batch_op.f("ix_judgement_left"))

    op.drop_table("judgement")
    op.drop_table("derived")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_delivery"))

    op.drop_table("attempt")
