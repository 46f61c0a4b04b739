"""Arabic, Persian, Pashto, Urdu and Hebrew words, whose short vowels are not written.

The skeleton of such a word is what `sounds.bare` makes of its vowelled spellings in Latin letters:
consonants, and the last vowel where the script writes it.
"""

# ruff: noqa: RUF001 - letters of other scripts are what this module is about

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice, product
from typing import Final

_LIPS: Final = frozenset("بپבפ")

MOST: Final = 8
"""Readings of one word that are kept, the likeliest first."""

_FOLDED: Final = (
    ("أإآٱاﭐ", "ا"), ("يىیېۍےئێۑ", "ی"), ("كکڪ", "ک"), ("ؤوۆۇۈۋۅ", "و"), ("ةۀهھہۂۃ", "ه"),
    ("گګڳ", "گ"), ("تٹټ", "ت"), ("دڈډ", "د"), ("رڑړڕ", "ر"), ("نںڼ", "ن"), ("لڵ", "ل"),
    ("ך", "כ"), ("ם", "מ"), ("ן", "נ"), ("ף", "פ"),
)  # fmt: skip
"""Letters of one family: what they differ in is a language's habit, not another name."""

_ASPIRATED: Final = (("کھ", "خ"), ("گھ", "غ"), ("پھ", "ف"))
"""Urdu aspirates as their romanisations kh, gh and ph are read."""
_BREATH: Final = re.compile("(?<=[تٹدڈرڑبجچلمن])ھ")
"""The breath of the other Urdu aspirates: dh, th, bh are read as d, t, b."""
_FOLD: Final = str.maketrans({letter: to for letters, to in _FOLDED for letter in letters})
_MARKS: Final = re.compile(
    "[\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u0621\u06d6-\u06ed]"
)
_GERESH: Final = re.compile("['\u05f3\u2019`]")
_KEPT_GERESH: Final = re.compile("(?<![גזצת])'")
_WEAK: Final = {
    "ا": "a",
    "و": "u",
    "ی": "i",
    "ע": "",
    "א": "",
    "ו": "u",
    "י": "i",
    "ع": "",
    "ە": "",
}
_VOWELS: Final = frozenset("اوییאעוי" + "عە")
_SUN: Final = re.compile("(?<=..)ال(?=[تثدذرزسشصضطظلن]..)")
_TIED: Final = re.compile("(?<=..)ه(?=ال..)")  # the bound form: Qurrat al-Ayn
_GOD: Final = re.compile("^(..+?)[اي]?(?:الله|اللہ|لله)$")
_FAITH: Final = re.compile("^(..+?)الدین$")
_SLAVE: Final = re.compile("^عبد(?:ال)?(.+)$")


def fold(word: str) -> str:
    """Return a word with its marks taken off and the letters of one family made alike."""
    word = _KEPT_GERESH.sub("", _GERESH.sub("'", _MARKS.sub("", word)))
    for spelling, letter in _ASPIRATED:
        word = word.replace(spelling, letter)
    word = _BREATH.sub("", word)
    return word.translate(_FOLD)


@cache
def _letters() -> dict[str, tuple[str, tuple[str, ...]]]:
    file = files("maillon.screen") / "scripts" / "abjad.csv"
    with file.open(encoding="utf-8") as text:
        return {
            row["letter"]: (row["text"], tuple(row["sound"].split()) or ("",))
            for row in csv.DictReader(text)
        }


def latin(word: str) -> str:
    """Return a folded word in ASCII Latin letters, without the vowels that it does not write."""
    table = _letters()
    found = [table[letter][0] if letter in table else "" for letter in word]
    text = "".join(found)
    if len(text) > 1 and word[:1] in "عע" and word[1:2] in _VOWELS and word[1:2] not in "یי":
        text = text[1:]
    return text


@lru_cache(maxsize=1 << 13)
def bare(word: str) -> tuple[str, ...]:
    """Return the skeletons of a folded word, as `sounds.bare` gives them for Latin spellings."""
    compound = _compound(word)
    if compound:
        before, rest, after = compound
        if not rest:
            return (before + after,)
        return tuple(f"{before}{key}{after}" for key in bare_simple(rest))
    word = _TIED.sub("ت", word)
    spoken = _SUN.sub("", word)  # the article inside: Aziz ar-Rahman
    return bare_simple(word) if spoken == word else (*bare_simple(spoken), *bare_simple(word))


def _compound(word: str) -> tuple[str, str, str] | None:
    """Return what stands before and after the telling part of a compound name, and that part."""
    if found := _SLAVE.match(word):
        rest = found.group(1)
        if rest in {"له", "الله", "لله"}:
            return "abd~", "", "god"
        if len(rest) > 2:  # noqa: PLR2004 - letters of a name
            return "abd~", rest, ""
    if found := _GOD.match(word):
        return "", found.group(1), "~god"
    if found := _FAITH.match(word):
        return "", found.group(1), "~din"
    return None


@lru_cache(maxsize=1 << 13)
def bare_simple(word: str) -> tuple[str, ...]:
    """Return the skeletons of a word that is no compound."""
    if not word:
        return ()
    choices = _choices(word)
    found: dict[str, None] = {}
    for first, end in product(_starts(word), _ends(word)):
        for sounds in islice(product(*choices), MOST):
            text = first + "".join(sounds).replace("x", "h")
            if text:
                found.setdefault(text + end)
    return tuple(islice(found, MOST * 2))


def _choices(word: str) -> list[tuple[str, ...]]:
    table = _letters()
    found: list[tuple[str, ...]] = []
    last = len(word) - 1
    for place, letter in enumerate(word):
        if letter == "'" or letter not in table:
            continue
        if word[place + 1 : place + 2] == "'" and letter + "'" in table:
            sounds = table[letter + "'"][1]
        else:
            sounds = table[letter][1]
        if letter in "ویוי" or (letter in "ههחהح" and place == last and place):
            continue
        if letter == "ב":
            sounds = ("b",) if not place else ("", "b")
        elif letter == "כ" and not place:
            sounds = ("k",)
        if letter in "نנ" and word[place + 1 : place + 2] in _LIPS:
            sounds = ("m",)
        sounds = tuple("" if sound in {"-", "v"} else sound for sound in sounds)
        if sounds != ("",):
            found.append(sounds)
    return found


def _starts(word: str) -> tuple[str, ...]:
    first = word[0]
    if first in "וو":
        return ("v",) if len(word) > 1 else ("A",)
    if first in "יی":
        return ("y", "A")
    return ("A",) if first in _VOWELS else ("",)


def _ends(word: str) -> tuple[str, ...]:  # noqa: PLR0911 - one return for each kind of ending
    last, before = word[-1], word[-2:-1]
    if len(word) == 1:
        return (".-",)
    if len(word) == 2 and last == "ه" and before not in _WEAK:  # noqa: PLR2004
        return ("h.-", "h+a", "+a", ".-")
    if last in "הه":
        if _WEAK.get(before):
            return (f".{_WEAK[before]}", f"+{_WEAK[before]}", "+a")
        return ("+a", "+u") if last == "ה" else ("+a", ".-")
    if last == "ح":
        return (f".{_WEAK[before]}",) if _WEAK.get(before) else (".-",)
    if last in "عעא":
        return (f"+{_WEAK[before]}",) if _WEAK.get(before) else ("+a", ".-")
    if last in _WEAK:
        if last == "ی":
            return ("+i", "+a")
        if last in "וو":
            return ("+u",)
        return ("+i",) if last == "י" else ("+a",)
    return (f".{_before_end(word)}",)


def _before_end(word: str) -> str:
    """Return the vowel before the last consonant, ``-`` for none that is written."""
    before = word[-2:-1]
    if before == "א":  # Milan, Daniel; in Zeev it is no vowel
        return "a" if len(word) > 3 else "-"  # noqa: PLR2004 - letters
    short = len(word) == 2 and before == "ا"  # noqa: PLR2004
    return (_WEAK.get(before, "") if not short else "") or "-"
