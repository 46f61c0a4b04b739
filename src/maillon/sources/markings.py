"""Markings that a record brings with it: text beside the label of the whole delivery.

What they mean is for policy to say; here they are only read, so that none is lost: what cannot be
read is kept as a marking that no house knows.
"""

from collections.abc import Iterable
from typing import Final

MARKING_LIMIT: Final = 200
"""Characters of the markings of one record. A longer text is cut, and ends in `CUT`: it is then
no code that anybody knows."""

CUT: Final = "\N{HORIZONTAL ELLIPSIS}"

UNREADABLE: Final = "\N{REPLACEMENT CHARACTER}"
"""Stands for a marking that is there and cannot be read, and for each character of one that shows
nothing (control characters, direction marks): it makes the marking one that nobody knows."""


def marking_of(texts: Iterable[str]) -> str:
    """Return the markings of one record as its statements carry them.

    Args:
        texts: As delivered.

    Returns:
        The texts with single blanks, joined by ``; ``; empty where none says anything.
    """
    found = (" ".join(text.split()) for text in texts)
    said = "; ".join(dict.fromkeys(text for text in found if text))
    if len(said) > MARKING_LIMIT:
        said = said[: MARKING_LIMIT - 1] + CUT
    if said.isprintable():
        return said
    return "".join(one if one.isprintable() else UNREADABLE for one in said)
