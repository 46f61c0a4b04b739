"""Which records are one person, company or thing: scores, judgements, constrained clusters."""

from maillon.resolve.cluster import Contradiction, Pair, Partition, canonical_id, partition
from maillon.resolve.model import version
from maillon.resolve.placeholders import is_placeholder, placeholders
from maillon.resolve.resolve import Resolved, resolve, standing_events

__all__ = [
    "Contradiction",
    "Pair",
    "Partition",
    "Resolved",
    "canonical_id",
    "is_placeholder",
    "partition",
    "placeholders",
    "resolve",
    "standing_events",
    "version",
]
