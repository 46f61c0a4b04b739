"""The queue of hits is read from an index: by set of labels, and by run."""

from alembic import op

revision = "0014"
down_revision = "0013"

PLACE = ["at", "subject", "entry", "round"]


def upgrade() -> None:
    """Index the queue as it is read."""
    op.drop_index("ix_screen_hit_queue", table_name="screen_hit")
    for name, first in (("queue", ["label_set", "state"]), ("of_run", ["receipt"])):
        op.create_index(f"ix_screen_hit_{name}", "screen_hit", [*first, *PLACE], unique=False)


def downgrade() -> None:
    """Index it by its order alone."""
    for name in ("of_run", "queue"):
        op.drop_index(f"ix_screen_hit_{name}", table_name="screen_hit")
    op.create_index("ix_screen_hit_queue", "screen_hit", PLACE, unique=False)
