"""What a word sounds like, and the skeletons that follow from it.

A word is first written in sounds, one letter each: consonants as in English, but ``S`` as in
*sheikh* and *church*, ``j`` as in *jihad*, ``x`` as in *Khalid* (alike with ``h``, never silent);
and vowels ``a e i u``, where ``e`` is what spellings disagree on, and ``o`` is ``u``.
"""

import re
from typing import Final

VOWELS: Final = "aeiu"
LOOSE_LEAST: Final = 3
"""Consonants that a loose skeleton needs: with fewer it is the skeleton of too many names."""

_FIRST: Final = re.compile("[aeiu]{1,2}")
_LAST: Final = re.compile("([ivy]?)([aeiu])?[^aeiu]$")
_NO_VOWELS: Final = str.maketrans("x", "h", VOWELS)
_SILENT: Final = str.maketrans("pgx", "bkh", VOWELS + "vy")
_HARD: Final = str.maketrans("pgxv", "bkhf", VOWELS + "y")
_CLASSES: Final = str.maketrans("bdgSjz", "ptksss", "hvxy" + VOWELS)
_DOUBLED: Final = re.compile("bb|dd|ff|gg|hh|jj|kk|ll|mm|nn|pp|rr|ss|SS|tt|vv|xx|yy|zz")
_OPEN: Final = {"a": "a", "i": "i", "u": "u", "e": "ai"}
_CLOSED: Final = {"a": "a", "i": "i", "u": "u", "e": "ai-u"}


def even(sounds: str) -> str:
    """Return sounds with doubled consonants written once and *n* before *b* or *p* as *m*."""
    return once(sounds.replace("nb", "mb").replace("np", "mp"))


def once(sounds: str) -> str:
    """Return sounds with doubled consonants written once."""
    while found := _DOUBLED.search(sounds):
        sounds = sounds[: found.start()] + sounds[found.start() + 1 :]
    return sounds


def fine(sounds: str, *, before: str = "") -> list[str]:
    """Return the fine skeletons: all consonants, and the first and last vowel by class.

    Args:
        sounds: E.g. ``muhamed``.
        before: The skeleton of what stands before in a compound, e.g. ``abd~``.

    Returns:
        One for each reading of an *e* in the last place: ``mhmd.ua``, ``mhmd.ui`` and so on.
    """
    if sounds[-1:] == "h" and len(sounds) > 2 and sounds[-2] in VOWELS:  # noqa: PLR2004
        sounds = sounds[:-1]
    if not sounds:
        return []
    bones = sounds.translate(_NO_VOWELS)
    if sounds[0] in VOWELS:
        start, opening = ("U" if sounds[0] == "u" else "A"), ""
    else:
        found = _FIRST.search(sounds)
        start, opening = "", "-" if not found else "u" if "u" in found.group() else "a"
    if sounds[-1] in VOWELS:
        mark, ends = "+", _OPEN[sounds[-1]]
    else:
        mark, ends = ".", _CLOSED.get(sounds[-2:-1], "-")
    stem = f"{before}{start}{bones}{mark}{opening}"
    return [stem + end for end in ends]


def loose(sounds: str) -> str:
    """Return the loose skeleton, classes of consonants alone; empty when it is too short."""
    bones = once(sounds.translate(_CLASSES).replace("ts", "s"))
    return bones if len(bones) >= LOOSE_LEAST else ""


def bare(sounds: str, *, before: str = "") -> list[str]:
    """Return what a script without vowel signs would hold of a vowelled word.

    Consonants, *w* and *y* only at the start (inside they are also vowel letters), and the last
    vowel, which that script writes when it is long and leaves out when it is short.

    Returns:
        ``jamil`` gives ``jml.-`` and ``jml.i``.
    """
    if not sounds:
        return []
    breath = sounds[-1] == "h" and len(sounds) > 2 and sounds[-2] in VOWELS  # noqa: PLR2004
    body = sounds[:-1] if breath else sounds
    first = body[0]
    glide = first in "vy"
    start = "A" if first in VOWELS else first if glide else ""
    rest = body[1:] if glide else body
    bones = rest.translate(_SILENT)
    if not (bones or start or before):
        return []
    ends = _written(body, breath=breath)
    found = [f"{before}{start}{bones}{end}" for end in ends]
    if "v" in rest:
        bones = rest.translate(_HARD)
        found += [f"{before}{start}{bones}{end}" for end in ends]
    return found


def _written(body: str, *, breath: bool) -> list[str]:
    """Return how the end can stand in writing: ``.`` before the last consonant, ``+`` after it."""
    last = body[-1]
    if breath:
        vowel = "a" if last == "e" else last
        return [f"+{vowel}", ".-", f".{vowel}", "+a"]
    if last in VOWELS:
        return [f"+{vowel}" for vowel in _OPEN[last]]
    found = _LAST.search(body)
    glide, vowel = found.groups() if found else ("", "")
    ends = [".-"]
    if vowel:
        ends += [".i", ".a"] if vowel == "e" else [f".{vowel}"]
    if glide:
        ends.append(".u" if glide == "v" else ".i")
    if last in "vy" and len(body) > 1:
        ends.append("+u" if last == "v" else "+i")
    return ends
