"""EDIFACT (ISO 9735): bytes to segments, with each repair named."""

from maillon.sources.edifact.envelope import Envelope
from maillon.sources.edifact.segment import Diagnostic, Fault, Segment, Separators
from maillon.sources.edifact.stream import segments

__all__ = ["Diagnostic", "Envelope", "Fault", "Segment", "Separators", "segments"]
