"""Segments, separators, and what can be wrong with a message.

Source: ISO 9735:1988 to 9735-1:2002.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

CHARSETS: Final = {
    "UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso8859-1", "UNOD": "iso8859-2",
    "UNOE": "iso8859-5", "UNOF": "iso8859-7", "UNOG": "iso8859-3", "UNOH": "iso8859-4",
    "UNOI": "iso8859-6", "UNOJ": "iso8859-8", "UNOK": "iso8859-9", "UNOL": "iso8859-15",
    "UNOW": "utf-8", "UNOX": "iso2022_jp", "UNOY": "utf-8", "IATA": "ascii", "IATB": "ascii",
}  # fmt: skip
"""Codec by syntax identifier (UNB, 0001); IATA and IATB are those of PNRGOV."""


class Diagnostic(StrEnum):
    """What was repaired or is wrong, by name."""

    UNA_SHORT = "UNA_SHORT"
    UNA_MISMATCH = "UNA_MISMATCH"
    NON_ASCII_SEPARATOR = "NON_ASCII_SEPARATOR"
    ENVELOPE_STRIPPED = "ENVELOPE_STRIPPED"
    STRAY_WHITESPACE = "STRAY_WHITESPACE"
    LINE_WRAPPED = "LINE_WRAPPED"
    UNRELEASED_TERMINATOR = "UNRELEASED_TERMINATOR"
    DANGLING_RELEASE = "DANGLING_RELEASE"
    SEGMENT_TOO_LONG = "SEGMENT_TOO_LONG"
    TRUNCATED = "TRUNCATED"
    CHARSET_UNKNOWN = "CHARSET_UNKNOWN"
    CHARSET_VIOLATION = "CHARSET_VIOLATION"
    NO_INTERCHANGE = "NO_INTERCHANGE"
    NO_UNB = "NO_UNB"
    NO_UNH = "NO_UNH"
    NO_UNT = "NO_UNT"
    NO_UNZ = "NO_UNZ"
    UNT_COUNT = "UNT_COUNT"
    UNT_REF = "UNT_REF"
    UNE_COUNT = "UNE_COUNT"
    UNE_REF = "UNE_REF"
    UNZ_COUNT = "UNZ_COUNT"
    UNZ_REF = "UNZ_REF"


@dataclass(frozen=True, slots=True)
class Fault:
    """One defect: its name, where, and what was done about it."""

    diagnostic: Diagnostic
    locator: str
    text: str


@dataclass(frozen=True, slots=True)
class Separators:
    """The service characters of one interchange, as bytes.

    An empty release means that there is none.
    """

    component: bytes = b":"
    element: bytes = b"+"
    release: bytes = b"?"
    terminator: bytes = b"'"


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment.

    Attributes:
        tag: Three letters, e.g. ``NAD``.
        number: Its place among all segments of that tag in the file, from 1.
        elements: Its data elements, each a list of components; releases are resolved.
        text: The delivered text without terminator, line wraps and release characters.
    """

    tag: str
    number: int
    elements: list[list[str]]
    text: str

    @property
    def locator(self) -> str:
        """The place of the segment, e.g. ``seg:NAD/5``."""
        return f"seg:{self.tag}/{self.number}"

    def get(self, element: int, component: int = 0) -> str:
        """Return a component, stripped, or an empty text; 0 is the first element behind the tag."""
        if element >= len(self.elements):
            return ""
        parts = self.elements[element]
        return parts[component].strip() if component < len(parts) else ""


def tokens(text: str, component: str, element: str, release: str) -> tuple[list[list[str]], str]:
    """Return the elements of a segment, tag first, and its text without release characters."""
    if not release or release not in text:
        return [part.split(component) for part in text.split(element)], text
    elements, parts, current, kept = [], [], [], []
    at = 0
    while at < len(text):
        char = text[at]
        if char == release and at + 1 < len(text):
            at += 1
            current.append(text[at])
            kept.append(text[at])
        else:
            kept.append(char)
            if char == component:
                parts.append("".join(current))
                current = []
            elif char == element:
                elements.append([*parts, "".join(current)])
                parts, current = [], []
            elif char != release:
                current.append(char)
        at += 1
    elements.append([*parts, "".join(current)])
    return elements, "".join(kept)
