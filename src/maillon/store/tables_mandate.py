"""The desk's tables of mandates, label sets and protections."""

from typing import Final

from sqlalchemy import JSON, BigInteger, Boolean, Column, ForeignKey, Integer, String, Table, Text

from maillon.store.tables import METADATA

LABEL_SET: Final = Table(
    "label_set",
    METADATA,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("labels", JSON, nullable=False),
)
"""Sets of labels that stand on derived rows: a row may be read when every label of its set may."""

POLICY_DECISION: Final = Table(
    "policy_decision",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("body", JSON, nullable=False),
    Column("day", String(10), nullable=False, index=True),
)
"""What policy decided, under a hash of all that it was decided from."""

CASE_FILE: Final = Table(
    "case_file",
    METADATA,
    Column("number", String(40), primary_key=True),
    Column("regime", String(20), nullable=False),
    Column("purposes", JSON, nullable=False),
    Column("agencies", JSON, nullable=False),
    Column("leader", String(100), nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("opened", String(40), nullable=False),
    Column("expires", String(10), nullable=False),
    Column("closed", String(40), nullable=False),
)

CASE_MEMBER: Final = Table(
    "case_member",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case", String(40), ForeignKey("case_file.number"), nullable=False, index=True),
    Column("who", String(100), nullable=False, index=True),
    Column("agency", String(100), nullable=False),
    Column("since", String(10), nullable=False),
    Column("until", String(10), nullable=False),
)

DECLARATION: Final = Table(
    "declaration",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("case", String(40), ForeignKey("case_file.number"), nullable=False, index=True),
    Column("person", String(100), nullable=False),
    Column("says", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
)
"""Conflicts of interest, by natural person; the newest stands, and a conflict never goes."""

TEAM: Final = Table(
    "team",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("agencies", JSON, nullable=False),
    Column("purposes", JSON, nullable=False),
    Column("leader", String(100), nullable=False),
    Column("compartment", String(100), nullable=False),
    Column("agreement", Text, nullable=False),
    Column("since", String(10), nullable=False),
    Column("until", String(10), nullable=False),
    Column("exit_rule", String(20), nullable=False),
    Column("exit_days", Integer, nullable=False),
)

TEAM_MEMBER: Final = Table(
    "team_member",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("team", String(100), ForeignKey("team.name"), nullable=False, index=True),
    Column("who", String(100), nullable=False, index=True),
    Column("agency", String(100), nullable=False),
    Column("since", String(10), nullable=False),
    Column("left", String(10), nullable=False),
)

BREAK_GLASS: Final = Table(
    "break_glass",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("who", String(100), nullable=False, index=True),
    Column("person", String(100), nullable=False),
    Column("agency", String(100), nullable=False),
    Column("compartment", String(100), nullable=False),
    Column("case", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("hours", Integer, nullable=False),
    Column("asked", String(40), nullable=False),
    Column("approved_by", String(100), nullable=False),
    Column("approved", String(40), nullable=False),
    Column("until", String(40), nullable=False),
    Column("told", JSON, nullable=False),
)
"""Compartments opened in an emergency: by two people, for some hours, and their owners told."""

PROTECTION: Final = Table(
    "protection",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("entity", Text, nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("label", Integer, ForeignKey("label.id"), nullable=False),
    Column("is_hiding", Boolean, nullable=False),
    Column("basis", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("review", String(10), nullable=False),
    Column("until", String(10), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False, index=True),
    Column("revokes", String(16), ForeignKey("protection.id"), nullable=True),
)
"""What protects an entity; appended to, never edited. A hiding one is an extra label on it."""

SUBJECT_CATEGORY: Final = Table(
    "subject_category",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("case", String(40), ForeignKey("case_file.number"), nullable=False, index=True),
    Column("entity", Text, nullable=False, index=True),
    Column("category", String(20), nullable=False),
    Column("since", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
)
"""What a person is in a case, from a day on. Source: Directive (EU) 2016/680, art. 6."""

NAMED_ANCHOR: Final = Table(
    "named_anchor",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("entity", Text, nullable=False, index=True),
    Column("topic", String(40), nullable=False),
    Column("basis", Text, nullable=False),
    Column("grade", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("case", String(40), nullable=False),
    Column("who", String(100), nullable=False),
    Column("person", String(100), nullable=False),
    Column("asked", String(40), nullable=False),
    Column("approved_by", String(100), nullable=False),
    Column("approved", String(40), nullable=False),
    Column("expires", String(10), nullable=False),
    Column("removed_by", String(100), nullable=False),
    Column("removed", String(40), nullable=False),
    Column("removal_reason", Text, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False, index=True),
)
"""Entities that people, two of them, have called an anchor."""

POINTER: Final = Table(
    "pointer",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("lead", String(64), nullable=False),
    Column("agency", String(100), nullable=False, index=True),
    Column("held_by", JSON, nullable=False),
    Column("entities", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    Column("answer", Text, nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("labels", JSON, nullable=False, server_default="[]"),
    Column("label_set", BigInteger, nullable=False, server_default="0", index=True),
)
"""The brokers' queues: an agency's own part of a lead that nobody may see whole."""

CONSENT: Final = Table(
    "consent",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("originator", String(100), nullable=False, index=True),
    Column("code", String(100), nullable=False),
    Column("recipient", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("until", String(10), nullable=False),
)
"""What an originator lets leave, to whom, until when."""

SANITISATION: Final = Table(
    "sanitisation",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("sha256", String(64), nullable=False, index=True),
    Column("from_labels", JSON, nullable=False),
    Column("to_label", Integer, ForeignKey("label.id"), nullable=False),
    Column("what", Text, nullable=False),
    Column("who", String(100), nullable=False),
    Column("approved_by", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False, index=True),
)
"""Releases under a lower label than the inputs': what was taken out, by whom, approved by whom."""
