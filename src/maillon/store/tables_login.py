"""The desk's tables of accounts, sessions, keys, second factors and attempts.

No password, token, code or secret stands in them: hashes, and what is sealed under a key of the
keys folder.
"""

from typing import Final

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Integer, String, Table, Text

from maillon.store.tables import BIG, METADATA

ACCOUNT: Final = Table(
    "account",
    METADATA,
    Column("who", String(100), primary_key=True),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("password", Text, nullable=False),
    Column("setup", String(40), nullable=False),
    Column("at", String(40), nullable=False),
    Column("changed", String(40), nullable=False),
    Column("seen", String(40), nullable=False),
)
"""Who may log in. ``setup``: until when the first password holds, ``used``, or empty for one's own.
"""

LOGIN_SESSION: Final = Table(
    "login_session",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("token", String(64), nullable=False, unique=True),
    Column("who", String(100), ForeignKey("account.who"), nullable=False, index=True),
    Column("means", String(20), nullable=False),
    Column("is_strong", Boolean, nullable=False),
    Column("agency", String(100), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("case", String(40), nullable=False),
    Column("at", String(40), nullable=False),
    Column("seen", String(40), nullable=False),
    Column("fresh", String(40), nullable=False),
)
"""Open sessions: the SHA-256 of a token, whose, since when, last seen, until when proved anew."""

LOGIN_ATTEMPT: Final = Table(
    "login_attempt",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("subject", String(64), nullable=False, index=True),
    Column("address", String(64), nullable=False, index=True),
    Column("at", String(40), nullable=False, index=True),
    Column("is_open", Boolean, nullable=False),
)
"""Attempts of the last quarter of an hour, by keyed hashes; ``is_open``: not decided yet."""

LOGIN_LOCK: Final = Table(
    "login_lock",
    METADATA,
    Column("subject", String(64), primary_key=True),
    Column("level", Integer, nullable=False),
    Column("until", String(40), nullable=False),
)
"""Who failed too often waits until then; each lock-out doubles the next."""

ACCOUNT_KEY: Final = Table(
    "account_key",
    METADATA,
    Column("id", String(12), primary_key=True),
    Column("who", String(100), ForeignKey("account.who"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("addresses", JSON, nullable=False),
    Column("expires", String(40), nullable=False),
    Column("used", String(10), nullable=False),
    Column("issued_by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("revoked", String(40), nullable=False),
)
"""Keys of service accounts: the SHA-256 of a secret, and what it is for."""

TOTP: Final = Table(
    "login_totp",
    METADATA,
    Column("who", String(100), ForeignKey("account.who"), primary_key=True),
    Column("secret", Text, nullable=False),
    Column("is_confirmed", Boolean, nullable=False),
    Column("counter", BIG, nullable=False),
    Column("at", String(40), nullable=False),
)
"""One-time codes: the sealed secret, and the number of the last code that was used."""

RECOVERY_CODE: Final = Table(
    "login_recovery",
    METADATA,
    Column("who", String(100), ForeignKey("account.who"), primary_key=True),
    Column("hash", String(64), primary_key=True),
)
"""Codes for who lost the device, keyed hashes; each is deleted by its use."""

PASSKEY: Final = Table(
    "login_passkey",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("who", String(100), ForeignKey("account.who"), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    Column("credential", Text, nullable=False),
    Column("credential_hash", String(64), nullable=False, unique=True),
    Column("public_key", Text, nullable=False),
    Column("sign_count", BIG, nullable=False),
    Column("at", String(40), nullable=False),
    Column("used", String(40), nullable=False),
)
"""Public keys of authenticators."""

LOGIN_CHALLENGE: Final = Table(
    "login_challenge",
    METADATA,
    Column("hash", String(64), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("who", String(100), nullable=False),
    Column("expires", String(40), nullable=False, index=True),
)
"""What a browser must bring back, by SHA-256: deleted by its first use, or when it expires."""
