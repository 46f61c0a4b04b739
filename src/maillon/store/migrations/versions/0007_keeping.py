"""Retention, holds, erasure, keys of originals, requests of data subjects."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


TABLES = (
    "kept_delivery",
    "keeping_secret",
    "tombstone",
    "tombstone_delivery",
    "outgoing",
    "hold",
    "evidence_mark",
    "unmasking",
    "retention_review",
    "recipient",
    "notice",
    "subject_request",
    "breach",
)


def _text(name: str, length: int = 0) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    _kept_delivery()
    _keeping_secret()
    _tombstone()
    _tombstone_delivery()
    _outgoing()
    _hold()
    _evidence_mark()
    _unmasking()
    _retention_review()
    _recipient()
    _notice()
    _subject_request()
    _breach()


def _kept_delivery() -> None:
    op.create_table(
        "kept_delivery",
        _text("delivery", 140),
        _text("retention_class", 50),
        _text("starts", 10),
        _number("mark"),
        _text("key", 64),
        _text("original", 10),
        _text("erased"),
        _text("masked", 50),
        sa.PrimaryKeyConstraint("delivery", name=op.f("pk_kept_delivery")),
    )


def _keeping_secret() -> None:
    op.create_table(
        "keeping_secret",
        _text("name", 30),
        _text("value", 64),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_keeping_secret")),
    )


def _tombstone() -> None:
    op.create_table(
        "tombstone",
        _number("number"),
        _text("id", 16),
        _text("kind", 10),
        _text("scope", 10),
        _text("target"),
        _text("dataset", 100),
        _json("kept"),
        _json("props"),
        _text("rule"),
        _text("path", 20),
        _text("reason"),
        _text("who", 100),
        _text("at", 40),
        _text("state", 10),
        _text("seal", 64),
        _text("again", 10),
        _json("leases"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_tombstone")),
        sa.UniqueConstraint("id", name=op.f("uq_tombstone_id")),
    )
    op.create_index(op.f("ix_tombstone_state"), "tombstone", ["state"], unique=False)


def _tombstone_delivery() -> None:
    op.create_table(
        "tombstone_delivery",
        _text("tombstone", 16),
        _text("delivery", 140),
        _text("state", 10),
        sa.PrimaryKeyConstraint("tombstone", "delivery", name=op.f("pk_tombstone_delivery")),
    )


def _outgoing() -> None:
    op.create_table(
        "outgoing",
        _text("name", 250),
        _text("delivery", 140),
        _text("folder", 10),
        _text("at", 40),
        _json("leases"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_outgoing")),
    )


def _hold() -> None:
    op.create_table(
        "hold",
        _number("number"),
        _text("id", 16),
        _text("scope", 10),
        _text("target"),
        _text("reason"),
        _text("authority"),
        _text("review", 10),
        _text("who", 100),
        _text("at", 40),
        _text("released_at", 40),
        _text("released_by", 100),
        _text("release_reason"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_hold")),
        sa.UniqueConstraint("id", name=op.f("uq_hold_id")),
    )


def _evidence_mark() -> None:
    op.create_table(
        "evidence_mark",
        _number("number"),
        _text("id", 16),
        _text("entity"),
        _text("reason"),
        _text("who", 100),
        _text("at", 40),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_evidence_mark")),
        sa.UniqueConstraint("id", name=op.f("uq_evidence_mark_id")),
    )


def _unmasking() -> None:
    op.create_table(
        "unmasking",
        _number("number"),
        _text("id", 16),
        _json("entities"),
        _text("case", 100),
        _text("reason"),
        _text("expires", 10),
        _text("asked_by", 100),
        _text("asked_at", 40),
        _text("decided_by", 100),
        _text("decided_at", 40),
        _text("outcome", 10),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_unmasking")),
        sa.UniqueConstraint("id", name=op.f("uq_unmasking_id")),
    )


def _retention_review() -> None:
    op.create_table(
        "retention_review",
        _number("number"),
        _text("id", 16),
        _text("delivery", 140),
        _text("expires", 10),
        _text("opened", 40),
        _text("outcome", 10),
        _text("reason"),
        _text("who", 100),
        _text("at", 40),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_retention_review")),
        sa.UniqueConstraint("id", name=op.f("uq_retention_review_id")),
    )
    op.create_index(
        op.f("ix_retention_review_delivery"), "retention_review", ["delivery"], unique=False
    )


def _recipient() -> None:
    op.create_table(
        "recipient",
        _number("number"),
        _text("id", 16),
        _text("object"),
        _text("recipient", 200),
        _text("reference", 200),
        _text("who", 100),
        _text("at", 40),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_recipient")),
        sa.UniqueConstraint("id", name=op.f("uq_recipient_id")),
    )


def _notice() -> None:
    op.create_table(
        "notice",
        _number("number"),
        _text("id", 16),
        _text("recipient", 200),
        _text("reference", 200),
        _text("object", 64),
        _text("kind", 20),
        _text("rule"),
        _text("at", 40),
        _text("acknowledged_at", 40),
        _text("acknowledgement"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_notice")),
        sa.UniqueConstraint("id", name=op.f("uq_notice_id")),
    )


def _subject_request() -> None:
    op.create_table(
        "subject_request",
        _number("number"),
        _text("id", 16),
        _text("kind", 20),
        _text("channel", 20),
        _text("reference", 200),
        _text("received", 10),
        _text("due", 10),
        _text("extension"),
        _text("state", 20),
        _json("entities"),
        _text("outcome", 20),
        _text("ground"),
        _text("proposed_by", 100),
        _text("proposed_at", 40),
        _text("decided_by", 100),
        _text("decided_at", 40),
        _text("answered_at", 40),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_subject_request")),
        sa.UniqueConstraint("id", name=op.f("uq_subject_request_id")),
    )


def _breach() -> None:
    op.create_table(
        "breach",
        _number("number"),
        _text("id", 16),
        _text("noticed", 40),
        _text("due", 40),
        _text("what"),
        _text("account", 100),
        _json("datasets"),
        _text("since", 40),
        _text("until", 40),
        _text("who", 100),
        _text("reported_at", 40),
        _text("reported_by", 100),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_breach")),
        sa.UniqueConstraint("id", name=op.f("uq_breach_id")),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in reversed(TABLES):
        op.drop_table(table)
