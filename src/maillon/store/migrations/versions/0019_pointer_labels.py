"""A pointer carries the labels of its own part, and the second lock follows them. PostgreSQL locks.

What stood in a queue before was put there by hand, with no labels: it is nobody's, and goes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

SEEN = """
label_set = ANY ((
    SELECT CASE WHEN current_setting('maillon.keeping', true) = 'on'
        THEN (SELECT array_agg(id) FROM label_set)
        ELSE string_to_array(current_setting('maillon.label_sets', true), ',')::bigint[] END
)::bigint[])
"""


def upgrade() -> None:
    """Add the columns; lock the rows."""
    op.execute("DELETE FROM pointer")
    op.add_column("pointer", sa.Column("labels", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(
        "pointer", sa.Column("label_set", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.create_index(op.f("ix_pointer_label_set"), "pointer", ["label_set"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"CREATE POLICY readable ON pointer USING ({SEEN})")
        op.execute("ALTER TABLE pointer ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE pointer FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Unlock the rows; drop the columns."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP POLICY readable ON pointer")
        op.execute("ALTER TABLE pointer NO FORCE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE pointer DISABLE ROW LEVEL SECURITY")
    op.drop_index(op.f("ix_pointer_label_set"), table_name="pointer")
    op.drop_column("pointer", "label_set")
    op.drop_column("pointer", "labels")
