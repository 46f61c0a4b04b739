"""A value of the data on a page: apart from the text around it."""

import re
import unicodedata
from typing import Final

from markupsafe import Markup, escape

from maillon.model import Label

_HIDDEN: Final = frozenset(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
"""Marks that turn the direction of what follows. Source: Unicode Standard Annex 9."""


_PERHAPS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e-\u2069]")
"""Where there is none of these, nothing is hidden: most values are looked at once, as a whole."""


_ARABIC: Final = re.compile("[\u0600-\u07bf\u0860-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_TURNED: Final = re.compile(r"(?<![\w-])(?:[+~-]\d[\d.]*|~?\d+(?:(?:-|\.\.)\d+)+)(?![\w-])")
"""A number with a sign, or a date: after an Arabic letter 1979-01-02 would stand as 02-01-1979.
Source: Unicode Standard Annex 9, W2 and W4."""


def data(value: object, direction: str = "") -> Markup:
    """Return a value of the data as a page shows it: apart from the text around it.

    Its own direction holds within it alone, and marks that would turn the direction are shown.

    Args:
        value: The value.
        direction: ``ltr`` or ``rtl``, of a sentence in the page's language that begins perhaps with
            a value in another one; empty: that of its first letter.
    """
    text = str(value)
    if _PERHAPS.search(text):
        text = "".join(
            f"<span class=mark>{_name(one)}</span>" if _is_hidden(one) else str(escape(one))
            for one in text
        )
    else:
        text = str(escape(text))
    if _ARABIC.search(text):
        text = _TURNED.sub(r'<bdi dir="ltr">\g<0></bdi>', text)
    held = f' dir="{direction}"' if direction in {"ltr", "rtl"} else ""
    return Markup(f"<bdi{held}>{text}</bdi>")  # noqa: S704 - each letter is escaped


def handling_of(label: Label) -> str:
    """Return the handling code of a label as a page shows it; empty where there is none."""
    return "/".join(filter(None, (label.scheme, label.code)))


def _is_hidden(letter: str) -> bool:
    """Return whether a character turns what follows, or is none that anybody sees, such as NUL."""
    return letter in _HIDDEN or (unicodedata.category(letter) == "Cc" and letter not in "\t\n\r")


def _name(letter: str) -> str:
    return unicodedata.name(letter, f"U+{ord(letter):04X}")
