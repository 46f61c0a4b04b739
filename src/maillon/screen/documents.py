"""Two numbers of papers, registers, ships, accounts: same, confused by a scanner, or neither."""

import re
from functools import lru_cache
from typing import Final

_KEEP: Final = re.compile(r"[^A-Z0-9]")
_CONFUSED: Final = str.maketrans("OQDILZSBG", "000112586")
SHORTEST: Final = 5
"""Characters that a number needs to say anything."""
CHECKED: Final = frozenset(("imoNumber", "leiCode", "innCode", "ogrnCode", "cryptoAddress"))
"""Properties whose numbers carry a check digit: a confusion cannot stand in a right one."""
_PERSONAL: Final = frozenset(("passportNumber", "idNumber", "taxNumber", "registrationNumber"))


@lru_cache(maxsize=1 << 14)
def document_key(text: str) -> str:
    """Return a number without spaces, signs and prefix, in capitals; empty when too short."""
    found = _KEEP.sub("", text.upper()).removeprefix("IMO")
    return found if len(found) >= SHORTEST and any(one.isdigit() for one in found) else ""


@lru_cache(maxsize=1 << 14)
def confusion_key(text: str) -> str:
    """Return a number with letters and digits that scanners confuse (0/O, 1/I, 5/S) made one."""
    return document_key(text).translate(_CONFUSED).lstrip("0")


def compare_documents(one: str, two: str, prop: str, other_prop: str) -> str:
    """Return ``same``, ``same but for a confusion``, or nothing.

    Args:
        one: A number.
        two: Another.
        prop: FollowTheMoney property of the first.
        other_prop: Of the second: a passport number may stand under ``idNumber``, but an IMO
            number is no passport.
    """
    if prop != other_prop and not (prop in _PERSONAL and other_prop in _PERSONAL):
        return ""
    first, second = document_key(one), document_key(two)
    if not first or not second:
        return ""
    if first == second:
        return "same"
    if prop in CHECKED:
        return ""
    return "same but for a confusion" if confusion_key(one) == confusion_key(two) else ""
