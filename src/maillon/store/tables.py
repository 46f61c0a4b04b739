"""The desk's tables: what people do, and the only index of the lake.

``delivery`` is the commit point: a Parquet file that no row of it names does not exist for anybody.
"""

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

BIG: Final = Integer().with_variant(BigInteger(), "postgresql")
"""A count that may pass 2^31; SQLite's integers hold it as they are."""

LABEL: Final = Table(
    "label",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("originator", String(100), nullable=False),
    Column("scheme", String(50), nullable=False),
    Column("code", String(100), nullable=False),
    Column("compartment", String(100), nullable=False),
    Column("purposes", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("statistics", Boolean, nullable=False),
    Column("category", String(50), nullable=False, server_default=""),
)

DATASET: Final = Table(
    "dataset",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("adapter", String(50), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("label", Integer, ForeignKey("label.id"), nullable=False),
    Column("retention_class", String(50), nullable=False),
)

DELIVERY: Final = Table(
    "delivery",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(140), nullable=False, unique=True),
    Column("dataset", String(100), ForeignKey("dataset.name"), nullable=False),
    Column("label", Integer, ForeignKey("label.id"), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BIG, nullable=False),
    Column("received", String(40), nullable=False),
    Column("statements", BIG, nullable=False),
    Column("entities", BIG, nullable=False),
    Column("records_unreadable", BIG, nullable=False),
    Column("purged", BIG, nullable=False),
    Column("retention_month", String(7), nullable=False),
    Column("counts", JSON, nullable=False),
    Column("options", JSON, nullable=False),
    Column("files", JSON, nullable=False),
    Column("spread", JSON, nullable=False, server_default="[]"),
)
"""``label`` is that of every row, where ``spread`` is empty. Else rows of several labels are in it:
``spread`` holds ``[labels, entities]``, how many entities have rows under exactly these labels, and
`DELIVERY_PART` a row for each label, of which ``label`` is one."""

DELIVERY_PART: Final = Table(
    "delivery_part",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("delivery", String(140), ForeignKey("delivery.id"), nullable=False, index=True),
    Column("label", Integer, ForeignKey("label.id"), nullable=False, index=True),
    Column("statements", BIG, nullable=False),
    Column("records_unreadable", BIG, nullable=False),
    Column("purged", BIG, nullable=False),
    Column("size", BIG, nullable=False),
    Column("erased", Text, nullable=False, server_default=""),
    Column("files", JSON, nullable=False),
    UniqueConstraint("delivery", "label"),
)
"""Of a delivery with rows of several labels, the rows of one: a file of its own in the lake, so
that who may not read them does not even open it."""

PROBLEM: Final = Table(
    "problem",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("delivery", String(140), ForeignKey("delivery.id"), nullable=False, index=True),
    Column("locator", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

ATTEMPT: Final = Table(
    "attempt",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("delivery", String(140), nullable=False, index=True),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("rule", String(100), nullable=False),
)

JUDGEMENT: Final = Table(
    "judgement",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("left", Text, nullable=False, index=True),
    Column("right", Text, nullable=False, index=True),
    Column("verdict", String(10), nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False, index=True, server_default="0"),
    Column("revokes", String(16), ForeignKey("judgement.id"), nullable=True, index=True),
    Column("by", String(10), nullable=False, server_default="person"),
    Index("ix_judgement_newest", "label_set", "number").ddl_if(dialect="postgresql"),
)

CLUSTER_CHANGE: Final = Table(
    "cluster_change",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("at", String(40), nullable=False),
    Column("key", String(64), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("entities", JSON, nullable=False),
    Column("entity_count", Integer, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False, index=True, server_default="0"),
    Index("ix_cluster_change_newest", "label_set", "number").ddl_if(dialect="postgresql"),
)
"""What became of canonical ids, as one view sees the clusters: the layers above follow it."""

LEAD_ASSESSMENT: Final = Table(
    "lead_assessment",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("terror", String(40), nullable=False),
    Column("crime", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False, index=True, server_default="0"),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Index("ix_lead_assessment_newest", "label_set", "number").ddl_if(dialect="postgresql"),
)

LEASE: Final = Table(
    "lease",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("pid", Integer, nullable=False),
    Column("host", String(255), nullable=False, server_default=""),
    Column("generation", Integer, nullable=False),
    Column("opened", String(40), nullable=False),
    Column("expires", String(40), nullable=False, server_default=""),
)
"""Readers: which process of which machine has the files of which generation open, until when."""

DERIVED: Final = Table(
    "derived",
    METADATA,
    Column("name", String(100), primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("file", Text, nullable=False),
    Column("made", String(40), nullable=False),
)

RECEIPT: Final = Table(
    "receipt",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("at", String(40), nullable=False),
    Column("who", String(100), nullable=False),
    Column("agency", String(100), nullable=False, index=True),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False, index=True, server_default="0"),
    Column("clearings_until", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Index("ix_receipt_newest", "label_set", "number").ddl_if(dialect="postgresql"),
)

CLEARING: Final = Table(
    "clearing",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(16), nullable=False, unique=True),
    Column("subject", Text, nullable=False, index=True),
    Column("subject_dataset", String(100), nullable=False),
    Column("subject_seal", String(64), nullable=False),
    Column("entry", Text, nullable=False),
    Column("entry_dataset", String(100), nullable=False),
    Column("entry_seal", String(64), nullable=False),
    Column("who", String(100), nullable=False),
    Column("at", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False, index=True, server_default="0"),
    Column("revokes", String(16), ForeignKey("clearing.id"), nullable=True),
    Index("ix_clearing_newest", "label_set", "number").ddl_if(dialect="postgresql"),
)

CONTENT_KEY: Final = Table(
    "content_key",
    METADATA,
    Column("dataset", String(100), primary_key=True),
    Column("key", String(64), nullable=False),
)
"""Keys of the seals of versions: when a dataset goes, its key goes, and its seals say nothing."""

SCREENING: Final = Table(
    "screening",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("round", String(32), nullable=False, index=True),
    Column("receipt", String(16), ForeignKey("receipt.id"), nullable=False),
    Column("at", String(40), nullable=False),
    Column("state", JSON, nullable=False),
)
"""Runs of a round: what was screened last against what, and where that is kept."""

SCREEN_HIT: Final = Table(
    "screen_hit",
    METADATA,
    Column("round", String(32), primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("entry", Text, primary_key=True, index=True),
    Column("subject_dataset", String(100), nullable=False),
    Column("subject_seal", String(64), nullable=False),
    Column("entry_dataset", String(100), nullable=False),
    Column("entry_seal", String(64), nullable=False),
    Column("score", Float, nullable=False),
    Column("band", String(10), nullable=False),
    Column("is_alert", Boolean, nullable=False),
    Column("state", String(10), nullable=False),
    Column("why", Text, nullable=False),
    Column("receipt", String(16), ForeignKey("receipt.id"), nullable=False),
    Column("at", String(40), nullable=False),
    Column("labels", JSON, nullable=False),
    Column("label_set", BigInteger, nullable=False, index=True, server_default="0"),
    Index("ix_screen_hit_pair", "subject", "entry"),
    Index("ix_screen_hit_queue", "label_set", "state", "at", "subject", "entry", "round"),
    Index("ix_screen_hit_of_run", "receipt", "at", "subject", "entry", "round"),
)
