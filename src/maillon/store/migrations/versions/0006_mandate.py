"""Mandates, label sets, protections.

A set of labels gets a number of its own, so that a list under policy is an index look-up.
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

DERIVED = ("judgement", "cluster_change", "lead_assessment", "receipt", "clearing", "screen_hit")
MADE = (
    "label_set",
    "policy_decision",
    "case_file",
    "case_member",
    "declaration",
    "team",
    "team_member",
    "break_glass",
    "protection",
    "subject_category",
    "named_anchor",
    "pointer",
    "consent",
    "sanitisation",
)


def upgrade() -> None:
    """Make the tables, and give every derived row the number of its set."""
    _label_set()
    _policy_decision()
    _case_file()
    _case_member()
    _declaration()
    _team()
    _team_member()
    _break_glass()
    _protection()
    _subject_category()
    _named_anchor()
    _pointer()
    _consent()
    _sanitisation()
    with op.batch_alter_table("label") as batch:
        batch.drop_constraint(op.f("uq_label_originator"), type_="unique")
        batch.add_column(
            sa.Column("category", sa.String(length=50), nullable=False, server_default="")
        )
    for table in DERIVED:
        op.add_column(
            table, sa.Column("label_set", sa.BigInteger(), nullable=False, server_default="0")
        )
        op.create_index(op.f(f"ix_{table}_label_set"), table, ["label_set"], unique=False)
        _number(table)


def downgrade() -> None:
    """Drop the tables and the numbers; labels that differ only in category become one."""
    for table in DERIVED:
        op.drop_index(op.f(f"ix_{table}_label_set"), table_name=table)
        with op.batch_alter_table(table) as batch:
            batch.drop_column("label_set")
    for table in reversed(MADE):
        op.drop_table(table)
    with op.batch_alter_table("label") as batch:
        batch.drop_column("category")
        batch.create_unique_constraint(
            op.f("uq_label_originator"),
            ["originator", "scheme", "code", "compartment", "purposes", "legal_basis",
             "statistics"],
        )  # fmt: skip


def _number(table: str) -> None:
    connection = op.get_bind()
    said = connection.execute(
        sa.text(f"SELECT DISTINCT CAST(labels AS TEXT) FROM {table}")
    ).scalars()
    known = set(connection.execute(sa.text("SELECT id FROM label_set")).scalars())
    for text in list(said):
        labels = sorted(json.loads(text))
        digest = hashlib.sha256(json.dumps(labels).encode()).digest()
        number = int.from_bytes(digest[:8]) >> 1
        if number not in known:
            known.add(number)
            connection.execute(
                sa.text("INSERT INTO label_set (id, labels) VALUES (:id, :labels)"),
                {"id": number, "labels": json.dumps(labels)},
            )
        connection.execute(
            sa.text(f"UPDATE {table} SET label_set = :number WHERE CAST(labels AS TEXT) = :text"),
            {"number": number, "text": text},
        )


def _label_set() -> None:
    op.create_table(
        "label_set",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_set")),
    )


def _policy_decision() -> None:
    op.create_table(
        "policy_decision",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_policy_decision")),
    )
    op.create_index(op.f("ix_policy_decision_day"), "policy_decision", ["day"], unique=False)


def _case_file() -> None:
    op.create_table(
        "case_file",
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("regime", sa.String(length=20), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("leader", sa.String(length=100), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened", sa.String(length=40), nullable=False),
        sa.Column("expires", sa.String(length=10), nullable=False),
        sa.Column("closed", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_case_file")),
    )


def _case_member() -> None:
    op.create_table(
        "case_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("agency", sa.String(length=100), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["case"], ["case_file.number"], name=op.f("fk_case_member_case_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_member")),
    )
    op.create_index(op.f("ix_case_member_case"), "case_member", ["case"], unique=False)
    op.create_index(op.f("ix_case_member_who"), "case_member", ["who"], unique=False)


def _declaration() -> None:
    op.create_table(
        "declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("says", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["case"], ["case_file.number"], name=op.f("fk_declaration_case_case_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
    )
    op.create_index(op.f("ix_declaration_case"), "declaration", ["case"], unique=False)


def _team() -> None:
    op.create_table(
        "team",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("purposes", sa.JSON(), nullable=False),
        sa.Column("leader", sa.String(length=100), nullable=False),
        sa.Column("compartment", sa.String(length=100), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("exit_rule", sa.String(length=20), nullable=False),
        sa.Column("exit_days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_team")),
    )


def _team_member() -> None:
    op.create_table(
        "team_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=100), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("agency", sa.String(length=100), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("left", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["team"], ["team.name"], name=op.f("fk_team_member_team_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_team"), "team_member", ["team"], unique=False)
    op.create_index(op.f("ix_team_member_who"), "team_member", ["who"], unique=False)


def _break_glass() -> None:
    op.create_table(
        "break_glass",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("agency", sa.String(length=100), nullable=False),
        sa.Column("compartment", sa.String(length=100), nullable=False),
        sa.Column("case", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("asked", sa.String(length=40), nullable=False),
        sa.Column("approved_by", sa.String(length=100), nullable=False),
        sa.Column("approved", sa.String(length=40), nullable=False),
        sa.Column("until", sa.String(length=40), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    op.create_index(op.f("ix_break_glass_who"), "break_glass", ["who"], unique=False)


def _protection() -> None:
    op.create_table(
        "protection",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("label", sa.Integer(), nullable=False),
        sa.Column("is_hiding", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("review", sa.String(length=10), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("label_set", sa.BigInteger(), nullable=False),
        sa.Column("revokes", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["label"], ["label.id"], name=op.f("fk_protection_label_label")),
        sa.ForeignKeyConstraint(
            ["revokes"], ["protection.id"], name=op.f("fk_protection_revokes_protection")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_protection")),
        sa.UniqueConstraint("id", name=op.f("uq_protection_id")),
    )
    op.create_index(op.f("ix_protection_entity"), "protection", ["entity"], unique=False)
    op.create_index(op.f("ix_protection_label_set"), "protection", ["label_set"], unique=False)


def _subject_category() -> None:
    op.create_table(
        "subject_category",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(length=40), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("since", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["case"], ["case_file.number"], name=op.f("fk_subject_category_case_case_file")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_subject_category")),
    )
    op.create_index(op.f("ix_subject_category_case"), "subject_category", ["case"], unique=False)
    op.create_index(
        op.f("ix_subject_category_entity"), "subject_category", ["entity"], unique=False
    )


def _named_anchor() -> None:
    op.create_table(
        "named_anchor",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("case", sa.String(length=40), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("asked", sa.String(length=40), nullable=False),
        sa.Column("approved_by", sa.String(length=100), nullable=False),
        sa.Column("approved", sa.String(length=40), nullable=False),
        sa.Column("expires", sa.String(length=10), nullable=False),
        sa.Column("removed_by", sa.String(length=100), nullable=False),
        sa.Column("removed", sa.String(length=40), nullable=False),
        sa.Column("removal_reason", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("label_set", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_named_anchor")),
        sa.UniqueConstraint("id", name=op.f("uq_named_anchor_id")),
    )
    op.create_index(op.f("ix_named_anchor_entity"), "named_anchor", ["entity"], unique=False)
    op.create_index(op.f("ix_named_anchor_label_set"), "named_anchor", ["label_set"], unique=False)


def _pointer() -> None:
    op.create_table(
        "pointer",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("lead", sa.String(length=64), nullable=False),
        sa.Column("agency", sa.String(length=100), nullable=False),
        sa.Column("held_by", sa.JSON(), nullable=False),
        sa.Column("entities", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pointer")),
        sa.UniqueConstraint("id", name=op.f("uq_pointer_id")),
    )
    op.create_index(op.f("ix_pointer_agency"), "pointer", ["agency"], unique=False)


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("originator", sa.String(length=100), nullable=False),
        sa.Column("code", sa.String(length=100), nullable=False),
        sa.Column("recipient", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("until", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_consent")),
    )
    op.create_index(op.f("ix_consent_originator"), "consent", ["originator"], unique=False)


def _sanitisation() -> None:
    op.create_table(
        "sanitisation",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("from_labels", sa.JSON(), nullable=False),
        sa.Column("to_label", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("approved_by", sa.String(length=100), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("label_set", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["to_label"], ["label.id"], name=op.f("fk_sanitisation_to_label_label")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sanitisation")),
        sa.UniqueConstraint("id", name=op.f("uq_sanitisation_id")),
    )
    op.create_index(op.f("ix_sanitisation_label_set"), "sanitisation", ["label_set"], unique=False)
    op.create_index(op.f("ix_sanitisation_sha256"), "sanitisation", ["sha256"], unique=False)
