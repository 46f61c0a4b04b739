"""The desk's tables of retention, erasure and requests of data subjects."""

from typing import Final

from sqlalchemy import JSON, Column, Integer, String, Table, Text

from maillon.store.tables import METADATA

KEPT_DELIVERY: Final = Table(
    "kept_delivery",
    METADATA,
    Column("delivery", String(140), primary_key=True),
    Column("retention_class", String(50), nullable=False),
    Column("starts", String(10), nullable=False),
    Column("mark", Integer, nullable=False),
    Column("key", String(64), nullable=False),
    Column("original", String(10), nullable=False),
    Column("erased", Text, nullable=False),
    Column("masked", String(50), nullable=False),
)
"""Of each delivery: its clock, how often what is seen of it changed, its original's key."""

KEEPING_SECRET: Final = Table(
    "keeping_secret",
    METADATA,
    Column("name", String(30), primary_key=True),
    Column("value", String(64), nullable=False),
)
"""Keys of this desk's own hashes."""

TOMBSTONE: Final = Table(
    "tombstone",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("scope", String(10), nullable=False),
    Column("target", Text, nullable=False),
    Column("dataset", String(100), nullable=False),
    Column("kept", JSON, nullable=False),
    Column("props", JSON, nullable=False),
    Column("rule", Text, nullable=False),
    Column("path", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("seal", String(64), nullable=False),
    Column("again", String(10), nullable=False),
    Column("leases", JSON, nullable=False),
)
"""What was erased or restricted: in force for every reader from its row on."""

TOMBSTONE_DELIVERY: Final = Table(
    "tombstone_delivery",
    METADATA,
    Column("tombstone", String(16), primary_key=True),
    Column("delivery", String(140), primary_key=True),
    Column("state", String(10), nullable=False),
)
"""Which deliveries a tombstone is about, and whether their files were rewritten."""

OUTGOING: Final = Table(
    "outgoing",
    METADATA,
    Column("name", String(250), primary_key=True),
    Column("delivery", String(140), nullable=False),
    Column("folder", String(10), nullable=False),
    Column("at", String(40), nullable=False),
    Column("leases", JSON, nullable=False),
)
"""Files that no row names any more: they go when no reader that may have them is left."""

HOLD: Final = Table(
    "hold",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("scope", String(10), nullable=False),
    Column("target", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("review", String(10), nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("released_at", String(40), nullable=False),
    Column("released_by", String(100), nullable=False),
    Column("release_reason", Text, nullable=False),
)
"""What no path may delete, by whose authority, until when to be looked at again."""

EVIDENCE_MARK: Final = Table(
    "evidence_mark",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("entity", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
)
"""Entities about which there is objective evidence: they are kept for the long period."""

UNMASKING: Final = Table(
    "unmasking",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("entities", JSON, nullable=False),
    Column("case", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("expires", String(10), nullable=False),
    Column("asked_by", String(100), nullable=False),
    Column("asked_at", String(40), nullable=False),
    Column("decided_by", String(100), nullable=False),
    Column("decided_at", String(40), nullable=False),
    Column("outcome", String(10), nullable=False),
)
"""Asked for by one, approved by another: masked properties shown in one case, for a time."""

RETENTION_REVIEW: Final = Table(
    "retention_review",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("delivery", String(140), nullable=False, index=True),
    Column("expires", String(10), nullable=False),
    Column("opened", String(40), nullable=False),
    Column("outcome", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
)
"""A person looks before the end of the period."""

RECIPIENT: Final = Table(
    "recipient",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("object", Text, nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("reference", String(200), nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
)
"""Who was given what, so that who has it hears when it is corrected or erased."""

NOTICE: Final = Table(
    "notice",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("recipient", String(200), nullable=False),
    Column("reference", String(200), nullable=False),
    Column("object", String(64), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("rule", Text, nullable=False),
    Column("at", String(40), nullable=False),
    Column("acknowledged_at", String(40), nullable=False),
    Column("acknowledgement", Text, nullable=False),
)
"""What a recipient is to be told, and whether it has answered."""

SUBJECT_REQUEST: Final = Table(
    "subject_request",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("reference", String(200), nullable=False),
    Column("received", String(10), nullable=False),
    Column("due", String(10), nullable=False),
    Column("extension", Text, nullable=False),
    Column("state", String(20), nullable=False),
    Column("entities", JSON, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("ground", Text, nullable=False),
    Column("proposed_by", String(100), nullable=False),
    Column("proposed_at", String(40), nullable=False),
    Column("decided_by", String(100), nullable=False),
    Column("decided_at", String(40), nullable=False),
    Column("answered_at", String(40), nullable=False),
)
"""Requests of data subjects, by the number of their paper file."""

BREACH: Final = Table(
    "breach",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("noticed", String(40), nullable=False),
    Column("due", String(40), nullable=False),
    Column("what", Text, nullable=False),
    Column("account", String(100), nullable=False),
    Column("datasets", JSON, nullable=False),
    Column("since", String(40), nullable=False),
    Column("until", String(40), nullable=False),
    Column("who", String(100), nullable=False),
    Column("reported_at", String(40), nullable=False),
    Column("reported_by", String(100), nullable=False),
)
"""Breaches of personal data, and when the authority must hear of them."""
