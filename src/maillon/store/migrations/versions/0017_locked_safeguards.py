"""Row-level security on safeguards too: protections, anchors by hand, sanitisations; PostgreSQL.

A row is shown as in revision 0009, by its set of labels; a protection that hides somebody only to
who is also cleared for the label that it puts on him.
"""

from alembic import op

revision = "0017"
down_revision = "0016"

TOLD = """
ANY ((
    SELECT CASE WHEN current_setting('maillon.keeping', true) = 'on'
        THEN (SELECT array_agg(id) FROM {every})
        ELSE string_to_array(current_setting('{setting}', true), ',')::{kind}[] END
)::{kind}[])
"""

OF_SET = "label_set = " + TOLD.format(
    every="label_set", setting="maillon.label_sets", kind="bigint"
)

CLEARED = "AND (NOT is_hiding OR label = " + TOLD.format(
    every="label", setting="maillon.labels", kind="integer"
) + ")"  # fmt: skip

LOCKED = {"protection": f"{OF_SET} {CLEARED}", "named_anchor": OF_SET, "sanitisation": OF_SET}


def upgrade() -> None:
    """Lock the rows."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, seen in LOCKED.items():
        op.execute(f"CREATE POLICY readable ON {table} USING ({seen})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Unlock the rows."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in LOCKED:
        op.execute(f"DROP POLICY readable ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
