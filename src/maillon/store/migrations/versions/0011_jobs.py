"""Jobs, drop folders, standing questions, facts by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

TABLES = (
    "job",
    "delivery_proposal",
    "intake_look",
    "intake_state",
    "standing_question",
    "question_notice",
    "visit",
    "by_hand",
)

BIG = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def _text(name: str, length: int = 0) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _big(name: str) -> sa.Column[int]:
    return sa.Column(name, BIG, nullable=False)


def _long(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _claim(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def upgrade() -> None:
    """Make the tables."""
    _job()
    _delivery_proposal()
    _intake_look()
    _intake_state()
    _standing_question()
    _question_notice()
    _visit()
    _by_hand()


def _job() -> None:
    op.create_table(
        "job",
        _number("number"),
        _text("id", 16),
        _text("kind", 20),
        _json("orders"),
        _text("order_sha256", 64),
        _text("who", 100),
        _text("agency", 100),
        _text("purpose", 20),
        _text("legal_basis"),
        _text("case", 40),
        _json("labels"),
        _long("label_set"),
        sa.Column("idempotency", sa.String(length=200), nullable=True),
        _text("state", 10),
        _number("attempts"),
        _text("not_before", 40),
        _text("lease_owner", 300),
        _text("lease_until", 40),
        _text("heartbeat", 40),
        _claim("is_cancel_asked"),
        _big("done"),
        _big("total"),
        sa.Column("rate", sa.Float(), nullable=False),
        _text("note", 200),
        _json("result"),
        _text("error"),
        _text("at", 40),
        _text("started", 40),
        _text("ended", 40),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_job")),
        sa.UniqueConstraint("id", name=op.f("uq_job_id")),
        sa.UniqueConstraint("who", "idempotency", name=op.f("uq_job_who")),
    )
    op.create_index(op.f("ix_job_state"), "job", ["state"], unique=False)
    op.create_index(op.f("ix_job_who"), "job", ["who"], unique=False)


def _delivery_proposal() -> None:
    op.create_table(
        "delivery_proposal",
        _number("number"),
        _text("id", 16),
        _text("dataset", 100),
        _text("agency", 100),
        _number("label"),
        _text("name", 255),
        _text("sha256", 64),
        _big("size"),
        _text("state", 10),
        _claim("is_settled"),
        _text("job", 16),
        _text("who", 100),
        _text("reason"),
        _text("at", 40),
        _text("decided", 40),
        sa.ForeignKeyConstraint(
            ["label"], ["label.id"], name=op.f("fk_delivery_proposal_label_label")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_delivery_proposal")),
        sa.UniqueConstraint("id", name=op.f("uq_delivery_proposal_id")),
    )
    op.create_index(
        op.f("ix_delivery_proposal_dataset"), "delivery_proposal", ["dataset"], unique=False
    )
    op.create_index(
        op.f("ix_delivery_proposal_state"), "delivery_proposal", ["state"], unique=False
    )


def _intake_look() -> None:
    op.create_table(
        "intake_look",
        _text("dataset", 100),
        _text("name", 255),
        _big("size"),
        _big("changed"),
        _text("at", 40),
        sa.PrimaryKeyConstraint("dataset", "name", name=op.f("pk_intake_look")),
    )


def _intake_state() -> None:
    op.create_table(
        "intake_state",
        _text("dataset", 100),
        _text("error"),
        _text("at", 40),
        sa.PrimaryKeyConstraint("dataset", name=op.f("pk_intake_state")),
    )


def _standing_question() -> None:
    op.create_table(
        "standing_question",
        _number("number"),
        _text("id", 16),
        _text("kind", 10),
        _json("entities"),
        _text("value", 64),
        _text("who", 100),
        _text("agency", 100),
        _text("purpose", 20),
        _text("legal_basis"),
        _text("case", 40),
        _text("reason"),
        _text("expires", 10),
        _text("state", 10),
        _text("ended"),
        _number("until"),
        _text("at", 40),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_standing_question")),
        sa.UniqueConstraint("id", name=op.f("uq_standing_question_id")),
    )
    op.create_index(
        op.f("ix_standing_question_state"), "standing_question", ["state"], unique=False
    )
    op.create_index(op.f("ix_standing_question_who"), "standing_question", ["who"], unique=False)


def _question_notice() -> None:
    op.create_table(
        "question_notice",
        _number("number"),
        _text("id", 16),
        _text("question", 16),
        _text("delivery", 140),
        _text("entity"),
        _text("who", 100),
        _text("agency", 100),
        _json("labels"),
        _long("label_set"),
        _text("at", 40),
        _text("seen", 40),
        sa.ForeignKeyConstraint(
            ["question"],
            ["standing_question.id"],
            name=op.f("fk_question_notice_question_standing_question"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_question_notice")),
        sa.UniqueConstraint("id", name=op.f("uq_question_notice_id")),
        sa.UniqueConstraint(
            "question", "delivery", "entity", name=op.f("uq_question_notice_question")
        ),
    )
    op.create_index(
        op.f("ix_question_notice_label_set"), "question_notice", ["label_set"], unique=False
    )
    op.create_index(op.f("ix_question_notice_who"), "question_notice", ["who"], unique=False)


def _visit() -> None:
    op.create_table(
        "visit",
        _text("who", 100),
        _text("agency", 100),
        _text("at", 40),
        sa.PrimaryKeyConstraint("who", "agency", name=op.f("pk_visit")),
    )


def _by_hand() -> None:
    op.create_table(
        "by_hand",
        _text("delivery", 140),
        _text("act", 16),
        _text("dataset", 100),
        _text("corrects", 140),
        _text("entity"),
        _text("reason"),
        _text("who", 100),
        _text("at", 40),
        sa.PrimaryKeyConstraint("delivery", name=op.f("pk_by_hand")),
        sa.UniqueConstraint("act", name=op.f("uq_by_hand_act")),
    )
    op.create_index(op.f("ix_by_hand_corrects"), "by_hand", ["corrects"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    for table in reversed(TABLES):
        op.drop_table(table)
