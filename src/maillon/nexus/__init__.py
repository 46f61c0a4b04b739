"""Canonical entities to leads: evidenced paths from a terrorism to an organised-crime anchor."""

from maillon.nexus.anchors import Anchor
from maillon.nexus.channels import CHANNELS, Channel
from maillon.nexus.explain import explanation
from maillon.nexus.lead import Hop, Lead, Path, Remark, Trace
from maillon.nexus.links import Bench, Hub
from maillon.nexus.paths import Cut
from maillon.nexus.settings import TraceSettings
from maillon.nexus.tracing import trace
from maillon.nexus.vocabulary import Term, TermKind, UnknownTermError, checked, vocabulary

__all__ = [
    "CHANNELS",
    "Anchor",
    "Bench",
    "Channel",
    "Cut",
    "Hop",
    "Hub",
    "Lead",
    "Path",
    "Remark",
    "Term",
    "TermKind",
    "Trace",
    "TraceSettings",
    "UnknownTermError",
    "checked",
    "explanation",
    "trace",
    "vocabulary",
]
