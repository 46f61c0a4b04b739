"""Korean names: Hangul, the Revised Romanisation, McCune-Reischauer and what people write.

Keys are syllables (``k:min.su``) in which plain, tense and aspirated consonants are one, since
personal spellings do not tell them apart, and a vowel that spellings leave open has two readings.
Sources: Revised Romanization of Korean (2000); McCune-Reischauer (1939); usual surnames: general
knowledge.
"""

import csv
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice
from typing import Final

from maillon.screen.scripts.syllables import cuts, spelt

MOST: Final = 6
_FIRST: Final = 0xAC00
_LAST: Final = 0xD7A3
_INITIALS: Final = "k k n t t r m p p s s - c c c k t p h".replace("-", "").split(" ")
_MEDIALS: Final = "a e ya ye eo e yeo ye o wa we we yo u wo we wi yu u ui i".replace("-", "").split(
    " "
)
_FINALS: Final = "- k k k n n n t r k m p t t p r m p p t t ng t t k t p t".replace("-", "").split(
    " "
)
_ROMAN_INITIALS: Final = "g kk n d tt r m b pp s ss - j jj ch k t p h".replace("-", "").split(" ")
_ROMAN_MEDIALS: Final = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".replace(
    "-", ""
).split(" ")
_ROMAN_FINALS: Final = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t".replace(
    "-", ""
).split(" ")
_DOUBLE: Final = frozenset(("남궁", "황보", "제갈", "사공", "선우", "서문", "독고", "동방"))
_CLOSED_ONLY: Final = frozenset(("u", "yu"))
"""Spellings that stand for *eo* and *yeo* only before a final consonant: *Jung*, not *Su*."""


def _parts(syllable: str) -> tuple[int, int, int]:
    number = ord(syllable) - _FIRST
    return number // 588, number % 588 // 28, number % 28


def is_syllable(letter: str) -> bool:
    """Whether a character is a Hangul syllable."""
    return _FIRST <= ord(letter) <= _LAST


def split(name: str) -> tuple[str, ...]:
    """Return surname and given name of a name in Hangul without spaces."""
    if not 1 < len(name) <= 5:  # noqa: PLR2004 - syllables of a person's name
        return (name,)
    cut = 2 if name[:2] in _DOUBLE and len(name) > 2 else 1  # noqa: PLR2004
    return name[:cut], name[cut:]


@lru_cache(maxsize=1 << 13)
def latin(word: str) -> str:
    """Return Hangul in the Revised Romanisation, syllable by syllable, as it is used in names."""
    found = []
    for letter in word:
        if is_syllable(letter):
            first, vowel, last = _parts(letter)
            found.append(_ROMAN_INITIALS[first] + _ROMAN_MEDIALS[vowel] + _ROMAN_FINALS[last])
    return "".join(found)


@lru_cache(maxsize=1 << 13)
def hangul_keys(word: str) -> tuple[str, ...]:
    """Return the syllable key of a word in Hangul."""
    read: list[str] = []
    for letter in word:
        if not is_syllable(letter):
            return ()
        first, vowel, last = _parts(letter)
        initial = _INITIALS[first]
        if not read and initial == "r":
            initial = _initial_r(_MEDIALS[vowel])
        read.append(initial + _vowel(initial, _MEDIALS[vowel]) + _FINALS[last])
    if not read:
        return ()
    spoken = _assimilated(read)
    return tuple(dict.fromkeys((f"k:{'.'.join(read)}", f"k:{'.'.join(spoken)}")))


def _assimilated(read: list[str]) -> list[str]:
    """Return syllables as they sound together, which McCune-Reischauer writes.

    Source: McCune-Reischauer, table of initials and finals: *n* for an initial *r* after any final
    but *n* and *r*; a stop before *n* or *m* becomes its nasal; *n* beside *r* becomes *r*.
    """
    found = list(read)
    for place in range(1, len(found)):
        before, after = found[place - 1], found[place]
        final = "ng" if before.endswith("ng") else before[-1]
        if after[0] == "r" and final in {"k", "t", "p", "m", "ng"}:
            after = "n" + after[1:]
        if after[0] in "nm" and final in _NASALS:
            before = before[:-1] + _NASALS[final]
        elif {final, after[0]} == {"n", "r"}:
            before, after = before[:-1] + "r", "r" + after[1:]
        found[place - 1], found[place] = before, after
    return found


def _vowel(initial: str, vowel: str) -> str:
    """Return what a vowel sounds like: *ui* after a consonant is *i*, as people write it: *hee*.

    Source: Standard Pronunciation (Ministry of Culture and Education 88-2, 1988), article 5, 3.
    """
    return "i" if vowel == "ui" and initial else vowel


_NASALS: Final = {"k": "ng", "t": "n", "p": "m"}


def _initial_r(vowel: str) -> str:
    """Return what an initial *r* is in the South: nothing before *i* and *y*, else *n*."""
    return "" if vowel[0] in "iy" else "n"


@cache
def _table() -> dict[str, list[tuple[str, str]]]:
    file = files("maillon.screen") / "scripts" / "korean.csv"
    found: dict[str, list[tuple[str, str]]] = {}
    with file.open(encoding="utf-8") as text:
        for row in csv.DictReader(text):
            for spelling in row["spellings"].split() or [""]:
                found.setdefault(row["place"], []).append((spelling, row["sound"]))
    return found


@cache
def _syllables() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for spelling, sound in (*_spelt(), *_table()["syllable"]):
        found.setdefault(spelling, {}).setdefault(sound)
    return {spelling: tuple(sorted(sounds, key=len)) for spelling, sounds in found.items()}


def _spelt() -> Iterator[tuple[str, str]]:
    table = _table()
    for first, initial in table["initial"]:
        for middle, vowel in table["vowel"]:
            if middle.endswith("h") and first == "wh":
                continue
            for last, final in table["final"]:
                if (middle in _CLOSED_ONLY and vowel.endswith("eo") and not final) or (
                    middle.endswith(("h", "ur")) and last
                ):
                    continue
                glide = "w" if first == "wh" and vowel in {"a", "o", "e", "i"} else ""
                yield first + middle + last, initial + glide + _vowel(initial, vowel) + final


@cache
def surnames() -> dict[str, tuple[str, ...]]:
    """Return the sounds of a surname by each of its usual Latin spellings."""
    found: dict[str, dict[str, None]] = {}
    for spelling, sound in _table()["surname"]:
        found.setdefault(spelling, {}).setdefault(sound)
    return {spelling: tuple(sounds) for spelling, sounds in found.items()}


def fits(word: str) -> bool:
    """Whether a Latin word can be written in Korean syllables."""
    return len(word) < 19 and bool(_cuts(word))  # noqa: PLR2004 - three longest syllables


@lru_cache(maxsize=1 << 13)
def _cuts(word: str) -> tuple[tuple[str, ...], ...]:
    return tuple(cuts(word.replace("'", ""), _syllables(), 7))


@lru_cache(maxsize=1 << 13)
def latin_keys(word: str) -> tuple[str, ...]:
    """Return the syllable keys of a Latin word; none when it is not Korean."""
    plain = word.replace("'", "").replace("-", "")
    found: dict[str, None] = {f"k:{sound}": None for sound in surnames().get(plain, ())}
    for read in spelt(_cuts(word), _syllables(), MOST):
        sound = _initial_r(read[1:]) + read[1:] if read[:1] == "r" else read
        found.setdefault(f"k:{sound}")
    for key in tuple(found):
        if "." in key:
            found.setdefault(f"k:{'.'.join(_assimilated(key[2:].split('.')))}")
    return tuple(islice(found, MOST + 4))
