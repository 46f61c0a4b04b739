"""Chinese names: Han characters, Pinyin, Wade-Giles and the spellings of Hong Kong and the south.

Two namespaces of keys: syllables in Pinyin (``z:ze.dong``), and in the Cantonese spelling of Hong
Kong (``z:c:cheung``). Sources: Pinyin readings of characters by ICU; Wade-Giles by the conversion
table of the Library of Congress (1997); Hong Kong spellings of characters: cantonese-romanisation
1.0.5 (MIT), which follows the Hong Kong Government; surnames in use: general knowledge.
"""

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice, product
from typing import Any, Final

from maillon.screen.scripts.syllables import cuts, spelt

MOST: Final = 6
LONGEST_NAME: Final = 4
"""Characters of the longest name of a person that is cut into surname and given name."""


def _rows(name: str) -> list[dict[str, str]]:
    file = files("maillon.screen") / "scripts" / name
    with file.open(encoding="utf-8") as text:
        return list(csv.DictReader(text))


@cache
def _pinyin() -> dict[str, tuple[str, ...]]:
    return {row["pinyin"]: (row["pinyin"],) for row in _rows("pinyin.csv")}


@cache
def _wade() -> dict[str, tuple[str, ...]]:
    """Return Pinyin by Wade-Giles syllable; one without apostrophe may have lost it."""
    found: dict[str, list[str]] = {}
    for row in _rows("pinyin.csv"):
        found.setdefault(row["wade_giles"], []).append(row["pinyin"])
    for row in _rows("pinyin.csv"):
        spelling = row["wade_giles"]
        if "'" in spelling:
            found.setdefault(spelling.replace("'", ""), []).append(row["pinyin"])
    for habit, spelling in (("tze", "tzu"), ("sze", "ssu"), ("szu", "ssu"), ("hwa", "hua")):
        found.setdefault(habit, found[spelling])
    return {spelling: tuple(dict.fromkeys(read)) for spelling, read in found.items()}


@cache
def _mixed() -> dict[str, tuple[str, ...]]:
    """Return Pinyin by syllable of any system: personal spellings mix them (*Dai-chien*)."""
    wade, pinyin = _wade(), _pinyin()
    found = {
        syllable: dict.fromkeys((*pinyin.get(syllable, ()), *wade.get(syllable, ())))
        for syllable in (*pinyin, *wade)
    }
    for syllable, read in list(found.items()):
        for habit, spelling in _HABITS:
            changed = habit.sub(spelling, syllable)
            if changed not in pinyin and changed not in wade:
                found.setdefault(changed, {}).update(read)
    for syllable, literary in _LITERARY:
        found[syllable].setdefault(literary)
    return {syllable: tuple(islice(read, MOST)) for syllable, read in found.items()}


_HABITS: Final = tuple(
    (re.compile(spelling), habit)
    for spelling, habit in (
        ("^y(?=in)", ""), ("u$", "oo"), ("[ou]ng$", "oong"),
        ("^hu(?=[aeo])", "hw"), ("^([kg])u(?=[aeo])", r"\1w"), ("^su(?=[aeo])", "sw"),
        ("(?<=[^aeiou])e$", "eh"), ("eh$", "e"), ("yuan$", "yuen"), ("(?<=[^aeiou])ih?$", "ee"),
        ("iu$", "iou"), ("iu$", "eou"), ("ou$", "ow"), ("^zh", "j"), ("^sh(?=[aeou])", "s"),
        ("^ch(?=i.)", "ts"), ("^ch(?=i.)", "k"), ("^hs(?=i)", "s"), ("^hs(?=i)", "h"),
        ("^hs(?=u)", "s"), ("ien$", "een"), ("^tzu$", "tze"), ("^ssu$", "see"),
    )
)  # fmt: skip
"""How people write a syllable of Wade-Giles or Pinyin: *Ing-wen*, *Loong*, *Hwa*, *Tsien*, *Yuen*.

Sources: the French and postal spellings before Pinyin (*ts*, *k*, *s*, *h* before *i*);
usual spellings of Singapore, Taiwan and Shanghai: general knowledge.
"""

_LITERARY: Final = (("dai", "da"), ("po", "bai"), ("pei", "bai"))
"""Spellings that keep another reading of a character: the literary one of 大 and 白."""


def _hong_kong(syllable: str) -> str:
    """Return one spelling for the several that a Cantonese syllable has."""
    for spelling, one in _HONG_KONG:
        syllable = syllable.replace(spelling, one)
    return syllable


_HONG_KONG: Final = (
    ("gw", "kw"), ("tz", "ch"), ("ts", "ch"), ("j", "ch"), ("z", "ch"), ("aa", "a"), ("oo", "u"),
    ("ee", "i"), ("ow", "au"), ("ou", "o"), ("eu", "e"), ("uen", "un"), ("ar", "a"), ("or", "o"),
)  # fmt: skip


@cache
def _cantonese() -> dict[str, tuple[str, ...]]:
    return {row["syllable"]: (_hong_kong(row["syllable"]),) for row in _rows("cantonese.csv")}


@cache
def _cantonese_by_character() -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for row in _rows("cantonese.csv"):
        for character in row["characters"]:
            found.setdefault(character, {}).setdefault(_hong_kong(row["syllable"]))
    return {character: tuple(read) for character, read in found.items()}


@cache
def _given() -> dict[str, tuple[str, ...]]:
    """Return Pinyin by Hong Kong syllable, over the characters that given names are made of."""
    characters = "".join(row["characters"] for row in _rows("given_characters.csv"))
    common = dict.fromkeys(characters)
    read = {character: _read(character) for character in common}
    found: dict[str, dict[str, None]] = {}
    for row in _rows("cantonese.csv"):
        for character in common:
            if character in row["characters"]:
                found.setdefault(row["syllable"], {}).setdefault(read[character])
    return {syllable: tuple(islice(pinyin, 3)) for syllable, pinyin in found.items()}


@cache
def surnames() -> dict[str, tuple[str, ...]]:
    """Return the Pinyin of a surname by each of its usual Latin spellings."""
    found: dict[str, dict[str, None]] = {}
    wade = _wade()
    for row in _rows("chinese_surnames.csv"):
        for spelling in (row["pinyin"], *row["spellings"].split()):
            found.setdefault(spelling, {}).setdefault(row["pinyin"])
    named = {row["pinyin"] for row in _rows("chinese_surnames.csv")}
    for spelling, read in wade.items():
        for pinyin in read:
            if pinyin in named and "'" not in spelling:
                found.setdefault(spelling, {}).setdefault(pinyin)
    return {spelling: tuple(read) for spelling, read in found.items()}


@cache
def _surname_characters() -> dict[str, str]:
    return {
        characters: row["pinyin"]
        for row in _rows("chinese_surnames.csv")
        for characters in _split(row)
    }


def _split(row: dict[str, str]) -> list[str]:
    double = len(row["characters"]) > 1 and row["pinyin"] in _DOUBLE
    return [row["characters"]] if double else list(row["characters"])


_DOUBLE: Final = frozenset(
    (
        "situ", "ouyang", "sima", "zhuge", "shangguan", "xiahou", "huangfu", "gongsun",
        "zhangsun", "murong", "yuwen", "linghu", "dongfang", "duanmu", "nangong", "ximen",
        "dugu", "baili", "dongguo", "helian", "huyan", "taishu", "yuchi", "zhongli",
    )
)  # fmt: skip


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    """Return the readings of the characters that have more than one in names."""
    return {
        row["character"]: tuple(row["readings"].split()) for row in _rows("chinese_readings.csv")
    }


@cache
def _transliterator(name: str) -> Any:  # noqa: ANN401 - the package has no types
    import icu  # noqa: PLC0415 - only names of other scripts need it

    return icu.Transliterator.createInstance(name)


@lru_cache(maxsize=1 << 13)
def simplified(text: str) -> str:
    """Return Han characters in their simplified forms."""
    return str(_transliterator("Traditional-Simplified").transliterate(text))


@lru_cache(maxsize=1 << 13)
def _read(character: str) -> str:
    return "".join(
        letter
        for letter in _transliterator("Han-Latin; Latin-ASCII").transliterate(character).lower()
        if letter.isalpha() and letter.isascii()
    )


def split(name: str) -> tuple[str, ...]:
    """Return surname and given name of a simplified Han name; a longer text stays whole."""
    if not 1 < len(name) <= LONGEST_NAME:
        return (name,)
    if name[:2] in _surname_characters() and len(name) > 2:  # noqa: PLR2004 - a double surname
        return name[:2], name[2:]
    cut = 1 if len(name) < LONGEST_NAME else 2
    return name[:cut], name[cut:]


def latin(word: str, *, surname: bool = False) -> str:
    """Return a simplified Han word in Pinyin, its syllables in one word: ``zedong``."""
    known = _surname_characters().get(word) if surname or word in _surname_characters() else None
    return known or "".join(_read(character) for character in word)


@lru_cache(maxsize=1 << 13)
def han_keys(word: str) -> tuple[str, ...]:
    """Return the syllable keys of a simplified Han word."""
    if len(word) > LONGEST_NAME:
        return (f"z:{'.'.join(_read(c) for c in word[:12])}",)
    found = {f"z:{'.'.join(_read(character) for character in word)}": None}
    if word in _surname_characters():
        pinyin = _surname_characters()[word]
        found.setdefault(f"z:{pinyin}")
    choices = [_readings().get(character) or (_read(character),) for character in word]
    for way in islice(product(*choices), 4):
        found.setdefault(f"z:{'.'.join(way)}")
    table = _cantonese_by_character()
    if all(character in table for character in word):
        read_ways = product(*(table[character] for character in word))
        for way in islice(read_ways, 4):
            found.setdefault(f"z:c:{'.'.join(way)}")
    return tuple(islice(found, MOST + 2))


def fits(word: str) -> bool:
    """Whether a Latin word can be written in Chinese syllables."""
    return len(word) < 19 and bool(_systems(word))  # noqa: PLR2004 - three longest syllables


_NO_VOWEL: Final = frozenset(("m", "ng"))
"""Cantonese syllables that are words of their own: no part of *Wang* or *Sam*."""


@lru_cache(maxsize=1 << 13)
def _systems(word: str) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
    found = []
    for system, stock in (("p", _pinyin()), ("w", _wade()), ("c", _cantonese())):
        ways = cuts(word.replace("'", "") if system != "w" else word, stock, 7)
        if not ways and system == "w":
            ways = cuts(word.replace("'", ""), stock, 7)
        ways = [way for way in ways if len(way) == 1 or not _NO_VOWEL.intersection(way)]
        if ways:
            found.append((system, tuple(ways)))
    pieces = word.count("-") + 1  # a hyphen stands between syllables
    if not found or (pieces > 1 and all(len(way) > pieces for _, held in found for way in held)):
        ways = cuts(word.replace("'", ""), _mixed(), 7)
        if ways:
            found.append(("m", tuple(ways)))
    return tuple(found)


@lru_cache(maxsize=1 << 13)
def latin_keys(word: str) -> tuple[str, ...]:
    """Return the syllable keys of a Latin word; none when it is not Chinese.

    Args:
        word: Lower-case letters, apostrophes and hyphens, e.g. ``tse-tung``.
    """
    plain = word.replace("'", "").replace("-", "")
    ways = dict(_systems(word))
    found = list(spelt(ways.get("p", ()), _pinyin(), 2))
    found += surnames().get(plain, ())
    found += spelt(ways.get("w", ()), _wade(), MOST)
    found += spelt(ways.get("m", ()), _mixed(), MOST)
    if "c" in ways:
        found += [f"c:{read}" for read in spelt(ways["c"], _cantonese(), 2)]
        if "p" not in ways:
            given = _given()
            known = [way for way in ways["c"] if all(one in given for one in way)]
            found += spelt(known, given, MOST)
    return tuple(f"z:{read}" for read in islice(dict.fromkeys(found), MOST + 4))
