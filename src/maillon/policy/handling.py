"""Handling codes that the house knows; any other is the most restrictive."""

from typing import Final

from maillon.model import Label

KNOWN_CODES: Final[dict[str, frozenset[str]]] = {
    "": frozenset({""}),
    "TLP 2.0": frozenset({"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"}),
}
"""Codes verbatim, by scheme. Source: FIRST, Traffic Light Protocol 2.0."""

ORIGINATOR_ONLY: Final = frozenset({("TLP 2.0", "TLP:RED"), ("TLP 2.0", "TLP:AMBER+STRICT")})
"""Codes that keep information inside the originating agency. Source: FIRST, TLP 2.0, 2.1 and
2.2."""


def is_known(label: Label) -> bool:
    """Return whether the house knows the label's handling code."""
    return label.code in KNOWN_CODES.get(label.scheme, frozenset())


def stays_with_originator(label: Label) -> bool:
    """Return whether nobody but the originator may read: an unknown code, or one that says so."""
    return not is_known(label) or (label.scheme, label.code) in ORIGINATOR_ONLY
