"""Greek words: ELOT 743 and ISO 843, the letter-for-letter form, and what people write."""

# ruff: noqa: RUF001 - letters of other scripts are what this module is about

import re
import unicodedata
from functools import lru_cache
from typing import Final

_VOICED: Final = "(?=[αεηιουωβγδζλμνρ])"
_EARS: Final = (
    ("^μπ", "b"), ("^ντ", "d"), ("^γκ", "g"), ("γγ", "ng"), ("γξ", "nx"), ("γχ", "nch"),
    (f"αυ{_VOICED}", "av"), ("αυ", "af"), (f"ευ{_VOICED}", "ev"), ("ευ", "ef"),
    (f"ηυ{_VOICED}", "iv"), ("ηυ", "if"), ("ου", "ou"),
)  # fmt: skip
_PLAIN: Final = str.maketrans(dict(zip(
    "αβγδεζηθικλμνξοπρσςτυφχψω",
    ("a", "v", "g", "d", "e", "z", "i", "th", "i", "k", "l", "m", "n", "x", "o", "p", "r", "s",
     "s", "t", "y", "f", "ch", "ps", "o"),
    strict=True,
)))  # fmt: skip
"""Source: ELOT 743:1982, adopted by ISO 843:1997 type 2."""

_SPOKEN: Final = (
    ("μπ", "b"), ("ντ", "d"), ("γκ", "g"), ("γγ", "g"), ("αι", "e"), ("οι", "i"), ("ει", "i"),
    ("υι", "i"), ("χ", "h"), ("τζ", "tz"), ("^γ(?=[ειηυ])", "y"),
)  # fmt: skip
_LETTERS: Final = str.maketrans({"η": "e", "β": "b", "χ": "kh", "φ": "ph"})
_RULES: Final = tuple((re.compile(spelling), sound) for spelling, sound in _EARS)
_HEARD: Final = tuple((re.compile(spelling), sound) for spelling, sound in _SPOKEN)


def fold(word: str) -> str:
    """Return a word in lower case without accents, final sigma made plain."""
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return bare.lower().replace("ς", "σ")


@lru_cache(maxsize=1 << 13)
def latin(word: str) -> str:
    """Return a folded word in ASCII Latin letters, as ELOT 743 has it."""
    for spelling, sound in _RULES:
        word = spelling.sub(sound, word)
    return word.translate(_PLAIN)


def spellings(word: str) -> tuple[tuple[str, str], ...]:
    """Return romanisations of a folded word, each with the dialect that reads it."""
    elot = word.replace("χ", "kh")
    heard = word
    for spelling, sound in _HEARD:
        heard = spelling.sub(sound, heard)
    letters = word.translate(_LETTERS).replace("ου", "ou").translate(_PLAIN)
    found = [latin(elot), latin(heard), letters]
    if "ντ" in word[1:] or "γγ" in word:
        found.append(latin(word.replace("χ", "kh").replace("ντ", "nd").replace("γγ", "ng")))
    return tuple(("any", text) for text in dict.fromkeys(found))
