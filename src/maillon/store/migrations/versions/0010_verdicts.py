"""Verdicts name their pair, what was shown, and who spoke second; hits have their queue.

The pair stood as a hash without a key, from which anybody who guesses a pair could tell that it was
judged. Now it stands as in the other tables of the desk, and goes with an erasure as theirs does. A
verdict whose pair the desk no longer knows gets a pseudonym drawn by lot.
"""

import hashlib
import json
import secrets
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_TO_NEW = {
    ("hit", "confirmed"): "match",
    ("hit", "rejected"): "no match",
    ("lead", "rejected"): "refuted",
}
_TO_OLD = {
    "match": "confirmed",
    "suspected": "confirmed",
    "no match": "rejected",
    "refuted": "rejected",
}
_SILENT = ("cannot tell", "not assessable")
"""Verdicts that the older table has no word for: a downgrade drops them, they had no effect."""

POLICY = """
CREATE POLICY readable ON validation USING (label_set = ANY ((
    SELECT CASE WHEN current_setting('maillon.keeping', true) = 'on'
        THEN (SELECT array_agg(id) FROM label_set)
        ELSE string_to_array(current_setting('maillon.label_sets', true), ',')::bigint[] END
)::bigint[]))
"""


def upgrade() -> None:
    """Make the table anew with its rows; index the queue of hits; lock the verdicts' rows."""
    connection = op.get_bind()
    _keep(connection)
    old = list(connection.execute(sa.text("SELECT * FROM validation ORDER BY number")).mappings())
    pairs = {_object(*pair): pair[1:] for pair in _known_pairs(connection)} if old else {}
    op.drop_table("validation")
    table = _make_new()
    for row in old:
        connection.execute(sa.insert(table).values(**_new(row, pairs)))
    _number_on(connection, old)
    op.create_index("ix_screen_hit_pair", "screen_hit", ["subject", "entry"], unique=False)
    op.create_index(
        "ix_screen_hit_queue", "screen_hit", ["at", "subject", "entry", "round"], unique=False
    )
    if connection.dialect.name == "postgresql":
        op.execute(POLICY.strip())
        op.execute("ALTER TABLE validation ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE validation FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Go back to one row a verdict under the hash of its pair; drop the indexes."""
    connection = op.get_bind()
    _keep(connection)
    new = list(connection.execute(sa.text("SELECT * FROM validation ORDER BY number")).mappings())
    back = {row["of"] for row in new if row["event"] == "taken back"}
    op.drop_index("ix_screen_hit_queue", table_name="screen_hit")
    op.drop_index("ix_screen_hit_pair", table_name="screen_hit")
    op.drop_table("validation")
    table = _make_old()
    kept = [
        row for row in new
        if row["event"] == "verdict" and row["id"] not in back and row["verdict"] not in _SILENT
        and not _lacks_second(row, new)
    ]  # fmt: skip
    for row in kept:
        connection.execute(sa.insert(table).values(**_old(row)))
    _number_on(connection, kept)


def _keep(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("SELECT set_config('maillon.keeping', 'on', true)"))


def _number_on(connection: sa.Connection, rows: list[Any]) -> None:
    """Let PostgreSQL count on after the numbers that were written."""
    if rows and connection.dialect.name == "postgresql":
        connection.execute(
            sa.text(
                "SELECT setval(pg_get_serial_sequence('validation', 'number'),"
                " (SELECT max(number) FROM validation))"
            )
        )


def _object(kind: str, left: str, right: str) -> str:
    return hashlib.sha256(f"{kind}\x1f{left}\x1f{right}".encode()).hexdigest()


def _known_pairs(connection: sa.Connection) -> Iterator[tuple[str, str, str]]:
    for kind, left, right, table in (("hit", "subject", "entry", "screen_hit"),
                                     ("lead", "terror", "crime", "lead_assessment")):  # fmt: skip
        rows = connection.execute(sa.text(f"SELECT DISTINCT {left}, {right} FROM {table}"))
        for row in rows:
            yield kind, row[0], row[1]


def _pseudonym() -> str:
    return f"erased-{secrets.token_hex(12)}"


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - text on SQLite, a list on PostgreSQL
    found: list[Any] = json.loads(value) if isinstance(value, str) else value
    return found


def _new(row: Any, pairs: dict[str, tuple[str, str]]) -> dict[str, Any]:  # noqa: ANN401 - a row
    left, right = pairs.get(row["object"]) or (_pseudonym(), _pseudonym())
    codes = _list(row["weighed"])
    same = ("number", "id", "kind", "version", "reason", "who", "opened", "at", "label_set")
    return {
        **{name: row[name] for name in same}, "event": "verdict", "of": None, "left": left,
        "right": right, "dataset": "", "takes_two": False, "person": row["who"],
        "verdict": _TO_NEW.get((row["kind"], row["verdict"]), row["verdict"]),
        "shown": [["for", code, ""] for code in codes], "weighed": codes,
        "labels": _list(row["labels"]),
    }  # fmt: skip


def _old(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row
    same = ("number", "id", "kind", "version", "reason", "who", "opened", "at", "label_set")
    return {
        **{name: row[name] for name in same}, "weighed": _list(row["weighed"]),
        "labels": _list(row["labels"]), "object": _object(row["kind"], row["left"], row["right"]),
        "verdict": _TO_OLD.get(row["verdict"], row["verdict"]),
    }  # fmt: skip


def _lacks_second(row: Any, rows: list[Any]) -> bool:  # noqa: ANN401 - a row
    return bool(row["takes_two"]) and not any(
        one["of"] == row["id"] and one["event"] == "second" for one in rows
    )


def _make_new() -> sa.Table:
    made = op.create_table(
        "validation",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("event", sa.String(length=10), nullable=False),
        sa.Column("of", sa.String(length=16), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("left", sa.Text(), nullable=False),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("dataset", sa.String(length=100), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("weighed", sa.JSON(), nullable=False),
        sa.Column("takes_two", sa.Boolean(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=100), nullable=False),
        sa.Column("opened", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("label_set", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_validation")),
        sa.UniqueConstraint("id", name=op.f("uq_validation_id")),
        sa.ForeignKeyConstraint(
            ["of"], ["validation.id"], name=op.f("fk_validation_of_validation")
        ),
    )
    for column in ("label_set", "of", "who"):
        op.create_index(op.f(f"ix_validation_{column}"), "validation", [column], unique=False)
    op.create_index("ix_validation_pair", "validation", ["left", "right"], unique=False)
    return made


def _make_old() -> sa.Table:
    made = op.create_table(
        "validation",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("object", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("weighed", sa.JSON(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("opened", sa.String(length=40), nullable=False),
        sa.Column("at", sa.String(length=40), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("label_set", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_validation")),
        sa.UniqueConstraint("id", name=op.f("uq_validation_id")),
    )
    for column in ("label_set", "object", "who"):
        op.create_index(op.f(f"ix_validation_{column}"), "validation", [column], unique=False)
    return made
