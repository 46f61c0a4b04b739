"""The keys of one word: what it shares with its other spellings, by kind.

``n:`` the same word in its own script; ``s:`` fine skeleton, spellings of one name; ``a:`` what a
script without short vowels holds of it, which tells only between such a script and another; ``z:``
Chinese and ``k:`` Korean syllables; ``x:`` one name in several languages; ``l:`` loose skeleton.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from maillon.screen.scripts import abjad, chinese, cyrillic, greek, korean
from maillon.screen.scripts.compounds import compounds
from maillon.screen.scripts.exonyms import common_names
from maillon.screen.scripts.latin import ANY, readings, sounds
from maillon.screen.scripts.sounds import bare, fine, loose

MOST_FINE: Final = 6
MOST_BARE: Final = 6
TAG: Final = "|"
"""Ends the spelling of a Latin word and begins the syllable systems that its name fits."""

_SERVANT: Final = frozenset(
    "abd" + vowel + letter
    for vowel in ("a", "e", "i", "o", "u", "ou")
    for letter in ("l", "r", "s", "n", "d", "z", "t", "sh")
)
_CONFUSED: Final = (str.maketrans("0158364", "olsbeoa"), str.maketrans("0158364", "oisbeoa"))
"""Digits that a reader of print takes for letters, 1 being both *l* and *i*."""


@lru_cache(maxsize=1 << 13)
def keys_of(text: str, script: str, native: str) -> tuple[str, ...]:
    """Return the keys of one word, the strongest kind first."""
    match script:
        case "latn":
            return tuple(dict.fromkeys(_latin_keys(text, native)))
        case "arab" | "hebr":
            return tuple(dict.fromkeys(_abjad_keys(native)))
        case "hani":
            return (f"n:{native}", *chinese.han_keys(native))
        case "hang":
            return (f"n:{native}", *korean.hangul_keys(native))
        case "cyrl":
            spellings: Iterable[tuple[str, str]] = cyrillic.spellings(native)
        case "grek":
            spellings = greek.spellings(native)
        case _:
            spellings = [(ANY, text), (ANY, text.removesuffix("a"))]
    return tuple(dict.fromkeys(_spelt_keys(native, list(spellings))))


@lru_cache(maxsize=1 << 13)
def joined_keys_of(text: str, script: str, native: str) -> tuple[str, ...]:
    """Return the keys of neighbours written as one: in Latin letters the common reading alone."""
    if script != "latn" or not text.isalpha():
        return keys_of(text, script, native)
    return tuple(dict.fromkeys(_joined_keys(text, native)))


def _joined_keys(text: str, native: str) -> Iterator[str]:
    spelling, _, systems = native.partition(TAG)
    read = [(ANY, sounds(text))]
    yield from _fine(read, 3)
    for before, rest, after in compounds(text):
        yield from _compound_keys(before, rest, after)
    if "z" in systems:
        yield from chinese.latin_keys(spelling)
    if "k" in systems:
        yield from korean.latin_keys(spelling)
    yield from _bare(read)


def _latin_keys(text: str, native: str) -> Iterator[str]:
    spelling, _, systems = native.partition(TAG)
    plain = spelling.replace("'", "").replace("-", "") if spelling != text else text
    if text.isdigit():
        yield f"n:{text}"
        return
    if not text.isalpha():
        yield from _corrected(text)
        yield f"n:{text}"
        return
    spellings = readings(plain)
    if plain != text:
        spellings += readings(text)
    found = compounds(text)
    if text in _SERVANT:  # Abdul, Abdur, Abdus: the article after it, assimilated
        yield from ("s:Abd.-", "a:Abd.-")
    yield from _fine(spellings, MOST_FINE)
    for before, rest, after in found:
        yield from _compound_keys(before, rest, after)
    if text[:2] in {"al", "el"} and len(text) > 5 and text[2] not in "aeioulmbdv":  # noqa: PLR2004
        yield from _fine(readings(text[2:])[:1], 2)
    if "z" in systems:
        yield from chinese.latin_keys(spelling)
    if "k" in systems:
        yield from korean.latin_keys(spelling)
    for name in common_names(text):
        yield f"x:{name}"
    yield from _bare(spellings)
    yield from _loose(spellings)


def _corrected(text: str) -> Iterator[str]:
    """Yield the keys of a word in which digits were read for letters."""
    if sum(letter.isalpha() for letter in text) * 2 < len(text):
        return
    for table in _CONFUSED:
        corrected = text.translate(table)
        if corrected.isalpha():
            yield from _fine(readings(corrected)[:1], 2)


def _compound_keys(before: str, rest: str, after: str) -> Iterator[str]:
    if not rest:
        yield f"s:{before}{after}"
        yield f"a:{before}{after}"
        return
    for _, sound in readings(rest)[:2]:
        for key in fine(sound, before=before):
            yield f"s:{key}{after}"
        for key in bare(sound, before=before):
            yield f"a:{key}{after}"


def _fine(spellings: Sequence[tuple[str, str]], most: int) -> list[str]:
    share = max(2, most // (len(spellings) or 1))
    return [f"s:{key}" for _, sound in spellings for key in fine(sound)[:share]]


def _bare(spellings: Sequence[tuple[str, str]]) -> list[str]:
    share = max(2, MOST_BARE // (len(spellings) or 1))
    return [f"a:{key}" for _, sound in spellings for key in bare(sound)[:share]]


def _loose(spellings: Sequence[tuple[str, str]]) -> Iterator[str]:
    for _, sound in spellings[:2]:
        if key := loose(sound):
            yield f"l:{key}"


def _spelt_keys(native: str, spellings: list[tuple[str, str]]) -> Iterator[str]:
    """Yield the keys of a word whose script writes its vowels, from its romanisations."""
    read: list[tuple[str, str]] = []
    for dialect, text in spellings:
        for name, sound in readings(text):
            if name == dialect:
                read.append((name, sound))
    yield f"n:{native}"
    yield from _fine(read, MOST_FINE)
    yield from (f"x:{name}" for name in common_names(native))
    yield from _bare(read[:2])
    yield from _loose(read[:2])


def _abjad_keys(native: str) -> Iterator[str]:
    yield f"n:{native}"
    yield from (f"x:{name}" for name in common_names(native))
    for key in abjad.bare(native):
        yield f"a:{key}"
    bones = [key.rstrip("+-.aiu") for key in abjad.bare(native)]
    for bone in dict.fromkeys(bones[:2]):
        if key := loose(bone.lstrip("A")):
            yield f"l:{key}"
