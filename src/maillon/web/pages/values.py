"""A value of the data on a page: apart from the text around it."""

import re
import unicodedata
from typing import Final

from markupsafe import Markup, escape

_HIDDEN: Final = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows. Source: Unicode Standard Annex 9."""


_PERHAPS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e-\u2069]")
"""Where there is none of these, nothing is hidden: most values are looked at once, as a whole."""


def data(value: object) -> Markup:
    """Return a value of the data as a page shows it: apart from the text around it.

    Its own direction holds within it alone, and marks that would turn the direction are shown.
    """
    text = str(value)
    if _PERHAPS.search(text):
        text = "".join(
            f"<span class=mark>{_name(one)}</span>" if _is_hidden(one) else str(escape(one))
            for one in text
        )
    else:
        text = str(escape(text))
    return Markup(f"<bdi>{text}</bdi>")  # noqa: S704 - each letter is escaped


def _is_hidden(letter: str) -> bool:
    """Return whether a character turns what follows, or is none that anybody sees, such as NUL."""
    return letter in _HIDDEN or (unicodedata.category(letter) == "Cc" and letter not in "\t\n\r")


def _name(letter: str) -> str:
    return unicodedata.name(letter, f"U+{ord(letter):04X}")
