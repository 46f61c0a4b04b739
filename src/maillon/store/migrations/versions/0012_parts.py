"""A delivery may hold rows of several labels: a part for each, and the lock follows the parts.

A reader is shown a delivery when its label, or that of one of its parts, is among those that the
transaction was told; a part when its own is. The sub-select asks ``delivery_part`` under its own
lock.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

BIG = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

READABLE = """
(label = ANY ((
    SELECT CASE WHEN current_setting('maillon.keeping', true) = 'on'
        THEN (SELECT array_agg(id) FROM label)
        ELSE string_to_array(current_setting('maillon.labels', true), ',')::integer[] END
)::integer[]))
"""

WHOLE = "OR id = ANY ((SELECT array_agg(delivery) FROM delivery_part)::varchar[])"


def upgrade() -> None:
    """Make the table; lock it, and the deliveries by it."""
    op.add_column("delivery", sa.Column("spread", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "delivery_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("delivery", sa.String(length=140), nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("statements", BIG, nullable=False),
        sa.Column("records_unreadable", BIG, nullable=False),
        sa.Column("purged", BIG, nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("erased", sa.Text(), nullable=False, server_default=""),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_part")),
        sa.ForeignKeyConstraint(
            ["delivery"], ["delivery.id"], name=op.f("fk_delivery_part_delivery_delivery")
        ),
        sa.ForeignKeyConstraint(["label"], ["label.id"], name=op.f("fk_delivery_part_label_label")),
        sa.UniqueConstraint("delivery", "label", name=op.f("uq_delivery_part_delivery")),
    )
    for column in ("delivery", "label"):
        op.create_index(op.f(f"ix_delivery_part_{column}"), "delivery_part", [column], unique=False)
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(f"CREATE POLICY readable ON delivery_part USING {READABLE}")
    op.execute("ALTER TABLE delivery_part ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE delivery_part FORCE ROW LEVEL SECURITY")
    op.execute(f"ALTER POLICY readable ON delivery USING ({READABLE} {WHOLE})")


def downgrade() -> None:
    """Lock the deliveries by their label alone; drop the table."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER POLICY readable ON delivery USING {READABLE}")
        op.execute("DROP POLICY readable ON delivery_part")
    op.drop_table("delivery_part")
    op.drop_column("delivery", "spread")
