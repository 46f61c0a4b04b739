"""One normaliser for names, for the list side and the query side, for screening and resolution.

A change of what it returns is a new `VERSION`: an index and a receipt name the version they used.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

import icu

VERSION: Final = 1

PARTICLES: Final = frozenset(
    (
        "abu", "al", "bin", "bint", "da", "das", "de", "del", "della", "den", "der", "di", "dos",
        "du", "el", "ibn", "la", "le", "ould", "ul", "van", "vd", "von", "y", "zu", "zur",
    )
)  # fmt: skip
"""Words that stand between the parts of a name and come and go between spellings."""

TITLES: Final = frozenset(
    (
        "capt", "col", "doctor", "dr", "eng", "gen", "hajji", "haji", "hajj", "lt", "maj",
        "maulavi", "mme", "mr", "mrs", "ms", "mstr", "mullah", "prof", "sgt", "sheikh", "sir",
        "ustad",
    )
)  # fmt: skip
"""Honorifics: no part of a name. Source: UN list TITLE elements; PNR title suffixes (ICAO 9944)."""

_MARKS: Final = re.compile("[\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ARTICLE: Final = re.compile("\\b\u0627\u0644(?=\\w{2})(?!\u0644\u0647\\b)")  # al-, not Allah
_AYN: Final = re.compile("\\b\u0639")  # ICU drops it, every romanisation writes a vowel for it
_APOSTROPHES: Final = re.compile("['`\u02b9-\u02bf\u2018\u2019\u201b]")
_WORD: Final = re.compile(r"[a-z0-9]+")
_DOUBLE: Final = re.compile(r"(.)\1+")
_VOWELS: Final = re.compile(r"[aeiouyh]+")

DIGRAPHS: Final = (
    ("dsch", "j"), ("tsch", "s"), ("sch", "s"), ("tch", "s"), ("dzh", "j"), ("zh", "s"),
    ("sh", "s"), ("ch", "s"), ("cz", "s"), ("dj", "j"), ("kh", "k"), ("gh", "g"), ("ph", "f"),
    ("th", "t"), ("dh", "d"), ("ck", "k"), ("ts", "s"), ("tz", "s"), ("ou", "u"), ("oo", "u"),
    ("ee", "i"), ("x", "ks"), ("q", "k"), ("c", "k"), ("w", "v"), ("z", "s"), ("g", "g"),
)  # fmt: skip
"""Spellings of one sound in the romanisations in use, in the order in which they are replaced."""


@cache
def _latin() -> icu.Transliterator:
    return icu.Transliterator.createInstance("Any-Latin; Latin-ASCII")


@lru_cache(maxsize=1 << 18)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower-case ASCII Latin, in their order.

    Args:
        name: In any script, e.g. ``"AL-MASRI, Muḥammad"``.

    Returns:
        E.g. ``("al", "masri", "muhammad")``; nothing for a text without letters or digits.
    """
    text = unicodedata.normalize("NFKC", name)
    if not text.isascii():
        text = _ARTICLE.sub("\u0627\u0644 ", _MARKS.sub("", text))
        text = _AYN.sub("\u0639\u0627", text)
        text = _latin().transliterate(text)
        text = unicodedata.normalize("NFKD", text)
    return tuple(_WORD.findall(_APOSTROPHES.sub("", text).lower()))


@lru_cache(maxsize=1 << 18)
def parts(name: str) -> tuple[str, ...]:
    """Return the words of a name without titles and particles; all of them when nothing is left."""
    found = words(name)
    kept = tuple(word for word in found if word not in TITLES and word not in PARTICLES)
    return kept or found


@lru_cache(maxsize=1 << 18)
def skeleton(word: str) -> str:
    """Return the consonants of one normalised word, spellings of one sound made alike.

    ``mohammed``, ``muhamad`` and ``mhmd`` (what ICU makes of the Arabic) are all ``mmd``; a vowel
    at the start is kept as ``a``.
    """
    text = word
    for spelling, sound in DIGRAPHS:
        if spelling in text:
            text = text.replace(spelling, sound)
    text = _DOUBLE.sub(r"\1", text)
    start = "a" if text[:1] in "aeiouy" and text else ""
    return start + _VOWELS.sub("", text)


def name_key(name: str) -> str:
    """Return the parts of a name, sorted: word order is free."""
    return " ".join(sorted(parts(name)))


def skeleton_key(name: str) -> str:
    """Return the skeletons of a name's parts, sorted."""
    return " ".join(sorted(skeleton(part) for part in parts(name)))
