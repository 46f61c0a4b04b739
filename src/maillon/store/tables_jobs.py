"""The desk's tables of jobs, of what waits in drop folders, and of standing questions."""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from maillon.store.tables import BIG, METADATA

JOB: Final = Table(
    "job",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),
    Column("orders", JSON, nullable=False),
    Column("order_sha256", String(64), nullable=False),
    Column("who", String(100), nullable=False, index=True),
    Column("agency", String(100), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("case", String(40), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False),
    Column("idempotency", String(200), nullable=True),
    Column("state", String(10), nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("not_before", String(40), nullable=False),
    Column("lease_owner", String(300), nullable=False),
    Column("lease_until", String(40), nullable=False),
    Column("heartbeat", String(40), nullable=False),
    Column("is_cancel_asked", Boolean, nullable=False),
    Column("done", BIG, nullable=False),
    Column("total", BIG, nullable=False),
    Column("rate", Float, nullable=False),
    Column("note", String(200), nullable=False),
    Column("result", JSON, nullable=False),
    Column("error", Text, nullable=False),
    Column("at", String(40), nullable=False),
    Column("started", String(40), nullable=False),
    Column("ended", String(40), nullable=False),
    UniqueConstraint("who", "idempotency"),
)
"""Long work: who asked for it under which mandate, who has it now, how far it is, what came of it.

``total`` is 0 where nobody knows it. Names, values and files stand in the job's folder, never
here.
"""

PROPOSAL: Final = Table(
    "delivery_proposal",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("dataset", String(100), nullable=False, index=True),
    Column("agency", String(100), nullable=False),
    Column("label", Integer, ForeignKey("label.id"), nullable=False),
    Column("name", String(255), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BIG, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("is_settled", Boolean, nullable=False),
    Column("job", String(16), nullable=False),
    Column("who", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", String(40), nullable=False),
    Column("decided", String(40), nullable=False),
)
"""Files that lie complete in a drop folder, and what somebody decided about each."""

INTAKE_LOOK: Final = Table(
    "intake_look",
    METADATA,
    Column("dataset", String(100), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("size", BIG, nullable=False),
    Column("changed", BIG, nullable=False),
    Column("at", String(40), nullable=False),
)
"""How large a file of a drop folder was when it was looked at, and when that was."""

INTAKE_STATE: Final = Table(
    "intake_state",
    METADATA,
    Column("dataset", String(100), primary_key=True),
    Column("error", Text, nullable=False),
    Column("at", String(40), nullable=False),
)
"""What went wrong last at a source; empty once it went well again."""

STANDING_QUESTION: Final = Table(
    "standing_question",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),
    Column("entities", JSON, nullable=False),
    Column("value", String(64), nullable=False),
    Column("who", String(100), nullable=False, index=True),
    Column("agency", String(100), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("case", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("expires", String(10), nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("ended", Text, nullable=False),
    Column("until", Integer, nullable=False),
    Column("at", String(40), nullable=False),
)
"""Tell me when anything new touches these entities, or the value that has this keyed hash."""

QUESTION_NOTICE: Final = Table(
    "question_notice",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("question", String(16), ForeignKey("standing_question.id"), nullable=False),
    Column("delivery", String(140), nullable=False),
    Column("entity", Text, nullable=False),
    Column("who", String(100), nullable=False, index=True),
    Column("agency", String(100), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False, index=True),
    Column("at", String(40), nullable=False),
    Column("seen", String(40), nullable=False),
    UniqueConstraint("question", "delivery", "entity"),
)
"""What is new: which entity of which delivery touches what somebody asked about."""

VISIT: Final = Table(
    "visit",
    METADATA,
    Column("who", String(100), primary_key=True),
    Column("agency", String(100), primary_key=True),
    Column("at", String(40), nullable=False),
)
"""When an account looked last at what is new."""

BY_HAND: Final = Table(
    "by_hand",
    METADATA,
    Column("delivery", String(140), primary_key=True),
    Column("act", String(16), nullable=False, unique=True),
    Column("dataset", String(100), nullable=False),
    Column("corrects", String(140), nullable=False, index=True),
    Column("entity", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
)
"""Facts that a person stated, each a delivery of its own; one that was corrected stands no more."""
