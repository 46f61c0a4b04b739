"""Leases name their machine and end; row-level security as second lock, on PostgreSQL only.

A row is shown when its label, or the number of its set of labels, is among those that the
transaction was told (`maillon.store.second_lock`). The sub-select makes PostgreSQL read the setting
once a question and look the numbers up in the index, where a bare setting is read once a row.
FORCE binds the owner of the tables too. A view over these tables must be ``security_invoker``.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

BY_SET = ("judgement", "cluster_change", "lead_assessment", "receipt", "clearing", "screen_hit")
"""Tables whose rows carry the number of a set of labels."""

BY_LABEL = ("delivery",)

NUMBERED = BY_SET[:-1]
"""Of them those that are listed by number, newest first. SQLite's index of a column ends in the
number already."""

POLICY = """
CREATE POLICY readable ON {table} USING ({column} = ANY ((
    SELECT CASE WHEN current_setting('maillon.keeping', true) = 'on'
        THEN (SELECT array_agg(id) FROM {every})
        ELSE string_to_array(current_setting('{setting}', true), ',')::{kind}[] END
)::{kind}[]))
"""


def upgrade() -> None:
    """Add the columns of leases; lock the rows."""
    for name, length in (("host", 255), ("expires", 40)):
        op.add_column(
            "lease", sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        )
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in BY_SET:
        _lock(table, "label_set", "label_set", "maillon.label_sets", "bigint")
    for table in NUMBERED:
        op.create_index(f"ix_{table}_newest", table, ["label_set", "number"], unique=False)
    for table in BY_LABEL:
        _lock(table, "label", "label", "maillon.labels", "integer")


def downgrade() -> None:
    """Unlock the rows; drop the columns."""
    if op.get_bind().dialect.name == "postgresql":
        for table in NUMBERED:
            op.drop_index(f"ix_{table}_newest", table_name=table)
        for table in (*BY_SET, *BY_LABEL):
            op.execute(f"DROP POLICY readable ON {table}")
            op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for name in ("expires", "host"):
        op.drop_column("lease", name)


def _lock(table: str, column: str, every: str, setting: str, kind: str) -> None:
    op.execute(
        POLICY.format(table=table, column=column, every=every, setting=setting, kind=kind).strip()
    )
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
