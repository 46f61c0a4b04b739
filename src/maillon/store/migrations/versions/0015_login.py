"""Accounts, sessions, keys, second factors, attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

BIG = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
TABLES = (
    "account",
    "login_session",
    "login_attempt",
    "login_lock",
    "account_key",
    "login_totp",
    "login_recovery",
    "login_passkey",
    "login_challenge",
)


def _text(name: str, length: int = 0) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length) if length else sa.Text(), nullable=False)


def _claim(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["who"], ["account.who"], name=op.f(f"fk_{table}_who_account"))


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)


def upgrade() -> None:
    """Make the tables."""
    _account()
    _session()
    _attempts()
    _key()
    _factors()
    _passkey()
    op.create_table(
        "login_challenge",
        _text("hash", 64),
        _text("kind", 20),
        _text("who", 100),
        _text("expires", 40),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_login_challenge")),
    )
    _index("login_challenge", "expires")


def _account() -> None:
    op.create_table(
        "account",
        _text("who", 100),
        _text("kind", 10),
        _text("state", 10),
        _text("password"),
        _text("setup", 40),
        _text("at", 40),
        _text("changed", 40),
        _text("seen", 40),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_account")),
    )


def _session() -> None:
    op.create_table(
        "login_session",
        _text("id", 16),
        _text("token", 64),
        _text("who", 100),
        _text("means", 20),
        _claim("is_strong"),
        _text("agency", 100),
        _text("purpose", 20),
        _text("legal_basis"),
        _text("case", 40),
        _text("at", 40),
        _text("seen", 40),
        _text("fresh", 40),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token", name=op.f("uq_login_session_token")),
        _of_account("login_session"),
    )
    _index("login_session", "who")


def _attempts() -> None:
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("subject", 64),
        _text("address", 64),
        _text("at", 40),
        _claim("is_open"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    _index("login_attempt", "subject", "address", "at")
    op.create_table(
        "login_lock",
        _text("subject", 64),
        sa.Column("level", sa.Integer(), nullable=False),
        _text("until", 40),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_login_lock")),
    )


def _key() -> None:
    op.create_table(
        "account_key",
        _text("id", 12),
        _text("who", 100),
        _text("name", 100),
        _text("hash", 64),
        _json("scopes"),
        _json("addresses"),
        _text("expires", 40),
        _text("used", 10),
        _text("issued_by", 100),
        _text("at", 40),
        _text("revoked", 40),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_key")),
        _of_account("account_key"),
    )
    _index("account_key", "who")


def _factors() -> None:
    op.create_table(
        "login_totp",
        _text("who", 100),
        _text("secret"),
        _claim("is_confirmed"),
        sa.Column("counter", BIG, nullable=False),
        _text("at", 40),
        sa.PrimaryKeyConstraint("who", name=op.f("pk_login_totp")),
        _of_account("login_totp"),
    )
    op.create_table(
        "login_recovery",
        _text("who", 100),
        _text("hash", 64),
        sa.PrimaryKeyConstraint("who", "hash", name=op.f("pk_login_recovery")),
        _of_account("login_recovery"),
    )


def _passkey() -> None:
    op.create_table(
        "login_passkey",
        _text("id", 16),
        _text("who", 100),
        _text("name", 100),
        _text("credential"),
        _text("credential_hash", 64),
        _text("public_key"),
        sa.Column("sign_count", BIG, nullable=False),
        _text("at", 40),
        _text("used", 40),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_passkey")),
        sa.UniqueConstraint("credential_hash", name=op.f("uq_login_passkey_credential_hash")),
        _of_account("login_passkey"),
    )
    _index("login_passkey", "who")


def downgrade() -> None:
    """Drop the tables."""
    for table in reversed(TABLES):
        op.drop_table(table)
