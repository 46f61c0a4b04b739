"""One normaliser for names, for the list side and the query side, for screening and resolution.

A change of what it returns is a new `VERSION`: an index and a receipt name the version they used.
"""

import re
from collections.abc import Callable, Container, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from maillon.screen.scripts import chinese, korean
from maillon.screen.scripts.word_keys import TAG, joined_keys_of, keys_of

VERSION: Final = 3

PARTICLES: Final = frozenset(
    (
        "aal", "abo", "abou", "abu", "af", "al", "av", "ben", "bin", "bint", "binte", "binti",
        "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el", "fon",
        "ibn", "kyzy", "la", "le", "oglu", "ogly", "ould", "oum", "qizi", "ul", "um", "umm",
        "uulu", "uly", "van", "vd", "vom", "von", "wald", "walad", "y", "zu", "zum", "zur",
    )
)  # fmt: skip
"""Words that stand between the parts of a name and come and go between spellings."""

TITLES: Final = frozenset(
    (
        "capt", "col", "doctor", "dr", "eng", "gen", "hajji", "haji", "hajj", "lt", "maj",
        "maulavi", "maulvi", "miss", "mme", "mr", "mrs", "ms", "mstr", "mullah", "prof", "sgt",
        "sheikh", "sir", "ustad",
    )
)  # fmt: skip
"""Honorifics: no part of a name. Source: UN list TITLE elements; PNR title suffixes (ICAO 9944)."""

DIGRAPHS: Final = (
    ("dsch", "j"), ("tsch", "s"), ("sch", "s"), ("tch", "s"), ("dzh", "j"), ("zh", "s"),
    ("sh", "s"), ("ch", "s"), ("cz", "s"), ("dj", "j"), ("kh", "k"), ("gh", "g"), ("ph", "f"),
    ("th", "t"), ("dh", "d"), ("ck", "k"), ("ts", "s"), ("tz", "s"), ("ou", "u"), ("oo", "u"),
    ("ee", "i"), ("x", "ks"), ("q", "k"), ("c", "k"), ("w", "v"), ("z", "s"), ("g", "g"),
)  # fmt: skip
"""Spellings of one sound in the romanisations in use, in the order in which they are replaced."""

PART: Final = ""
PARTICLE: Final = "particle"
TITLE: Final = "title"

_ARTICLES: Final = frozenset(("al", "el", "ul"))
"""Particles that are no syllable of a Chinese or Korean name."""
_WORD: Final = re.compile(r"[a-z0-9']+")
_DOUBLE: Final = re.compile(r"(.)\1+")
_VOWELS: Final = re.compile(r"[aeiouyh]+")
_SINGLES: Final = re.compile(r"(?<![a-z0-9'])[a-z](?:[.\-&][a-z]){2,}(?![a-z0-9'])")
_PASSENGER: Final = re.compile(r"(?<=[a-z]{2})(?:mstr|miss|mrs|mr|ms|chd|inf|dr)(?=\s*$)")
_ASSIMILATED: Final = re.compile("^[aeu](?:s|sh|r|d|dh|n|t|th|z|ch|l)$")


class Word(NamedTuple):
    """One word of a name.

    Attributes:
        text: Lower-case ASCII Latin letters and digits: our transliteration, or the folding.
        script: ``latn``, ``cyrl``, ``grek``, ``arab``, ``hebr``, ``hani``, ``hang``, ``kana`` or
            ``othr``.
        native: Folded in its own script. For Latin the spelling with what folding takes away
            (``sh`` for ``š``), and after ``|`` the syllable systems that the whole name fits.
        role: Empty for a part, or ``particle`` or ``title``.
    """

    text: str
    script: str
    native: str
    role: str = PART


@lru_cache(maxsize=1 << 13)
def name_words(name: str) -> tuple[Word, ...]:
    """Return all words of a name in their order, particles and titles marked.

    Args:
        name: In any script, e.g. ``"AL-MASRI, Muḥammad"``.
    """
    if name.isascii():
        return _latin_words(name.lower())
    from maillon.screen.scripts.letters import native_words  # noqa: PLC0415 - ICU, seldom needed

    found: list[Word] = []
    for script, text, native in native_words(name):
        if script == "latn" and native == text:
            found += _latin_words(text, whole=False)
        else:
            found.append(Word(text, script, native, _role(text, native)))
    return _tagged(found)


def _latin_words(lower: str, *, whole: bool = True) -> tuple[Word, ...]:
    if "/" in lower:
        lower = _PASSENGER.sub("", lower)
    if "." in lower or "-" in lower or "&" in lower:
        lower = _SINGLES.sub(lambda match: re.sub("[^a-z]", "", match.group()), lower)
    found = [word for spelling in _WORD.findall(lower) if (word := _latin_word(spelling))]
    return _tagged(found) if whole else tuple(found)


@lru_cache(maxsize=1 << 13)
def _latin_word(spelling: str) -> Word | None:
    text = spelling.replace("'", "")
    return Word(text, "latn", spelling, _ROLES.get(text, PART)) if text else None


_ROLES: Final = {**dict.fromkeys(PARTICLES, PARTICLE), **dict.fromkeys(TITLES, TITLE)}

_NATIVE_ROLES: Final = {
    **dict.fromkeys(
        ("بن", "ابن", "بنت", "ابو", "ابی", "ال", "ام", "ولد", "בנ", "אבו", "בר"), PARTICLE
    ),
    **dict.fromkeys(("دکتور", "دکتر", "شیخ", "ملا", "مولوی", "حاجی", "حاج", "מר"), TITLE),
}  # fmt: skip


def _role(text: str, native: str) -> str:
    return _NATIVE_ROLES.get(native) or _ROLES.get(text, PART)


def _tagged(found: list[Word]) -> tuple[Word, ...]:
    """Return words with assimilated articles and syllable systems marked."""
    last = len(found) - 1
    for place, word in enumerate(found):
        if word.role == PARTICLE and word.text == "ben" and not place and last:
            found[place] = word._replace(role=PART)  # a given name, not a son
        elif (
            len(word.text) < 4  # noqa: PLR2004 - ash-, ad-, ur-
            and place < last
            and word.script in {"latn", "cyrl"}
            and _ASSIMILATED.match(word.text)
            and found[place + 1].text.startswith(word.text[1:])
        ):
            found[place] = word._replace(role=PARTICLE)
    if 0 < last < 4:  # noqa: PLR2004 - words of a Chinese or Korean name
        texts = [word.text for word in found]
        for system, module in (("z", chinese), ("k", korean)):
            known = module.surnames()
            if any(map(known.__contains__, texts)):
                _tag(found, system, module.fits, known)
    return tuple(found)


def _tag(
    found: list[Word], system: str, fits: Callable[[str], bool], known: Container[str]
) -> None:
    """Mark the words of a name that can be written in a system of syllables.

    When all of them can, none is a particle.
    """
    fitting = [
        place
        for place, word in enumerate(found)
        if word.script == "latn" and (word.text in known or fits(word.native.partition(TAG)[0]))
    ]
    whole = len(fitting) == len(found)
    for place in fitting:
        word = found[place]
        mark = "" if TAG in word.native else TAG
        whole_part = whole and word.role == PARTICLE and word.text not in _ARTICLES
        role = PART if whole_part else word.role
        found[place] = word._replace(native=word.native + mark + system, role=role)


def keys(text: str, script: str, native: str) -> tuple[str, ...]:
    """Return the keys of one word, ``<kind>:<value>``, the strongest kind first.

    Two words that share a key are candidates of each other; see `scripts.word_keys` for the kinds.
    """
    return keys_of(text, script, native)


def joined_keys(text: str, script: str, native: str) -> tuple[str, ...]:
    """Return the keys of neighbours as one word, see `joined`: fewer readings than `keys`."""
    return joined_keys_of(text, script, native)


def joined(held: Sequence[Word]) -> Word:
    """Return neighbouring words as one: ``tse`` and ``tung``; ``abd``, ``al`` and ``rahman``."""
    text = "".join(word.text for word in held)
    scripts = {word.script for word in held}
    if len(scripts) > 1:
        return Word(text, "latn", text)
    script = scripts.pop() if scripts else "latn"
    if script != "latn":
        return Word(text, script, "".join(word.native for word in held))
    pieces = [word.native.partition(TAG) for word in held]
    systems = "".join(system for system in "zk" if all(system in piece[2] for piece in pieces))
    if not systems:
        return Word(text, script, text)
    return Word(text, script, "-".join(piece[0] for piece in pieces) + TAG + systems)


@lru_cache(maxsize=1 << 13)
def words(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower-case ASCII Latin, in their order.

    Args:
        name: In any script, e.g. ``"AL-MASRI, Muḥammad"``.

    Returns:
        E.g. ``("al", "masri", "muhammad")``; nothing for a text without letters or digits.
    """
    return tuple(word.text for word in name_words(name))


@lru_cache(maxsize=1 << 13)
def parts(name: str) -> tuple[str, ...]:
    """Return the words of a name without titles and particles; all of them when nothing is left."""
    found = name_words(name)
    kept = tuple(word.text for word in found if word.role == PART)
    return kept or tuple(word.text for word in found)


@lru_cache(maxsize=1 << 13)
def skeleton(word: str) -> str:
    """Return the consonants of one normalised word, spellings of one sound made alike.

    ``mohammed``, ``muhamad`` and ``mhmd`` (what an Arabic spelling holds of it) are all ``mmd``; a
    vowel at the start is kept as ``a``.
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
