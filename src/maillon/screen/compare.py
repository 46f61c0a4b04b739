"""One part of a name against another: a verdict and how near they are."""

from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA, Indel

from maillon.screen.entry import SYSTEM, Part

EXACT: Final = "exact"
SPELLING: Final = "spelling"
SCRIPT: Final = "script"
SYLLABLE: Final = "syllables"
NAME: Final = "same name"
CONCEPT: Final = "same word"
LOOSE: Final = "loose"
TYPO: Final = "typo"
TYPOS: Final = "typos"
KNOWN: Final = "near, both known"
INITIAL: Final = "initial"
PREFIX: Final = "cut short"

WORTH: Final = {
    EXACT: 1.0, SPELLING: 0.95, SCRIPT: 0.95, SYLLABLE: 0.93, NAME: 0.85, CONCEPT: 0.85,
    TYPO: 0.8, PREFIX: 0.7, LOOSE: 0.6, TYPOS: 0.6, KNOWN: 0.5, INITIAL: 0.4,
}  # fmt: skip
"""What a match is worth when parts are aligned: only the order matters, the score has its own."""

CASED: Final = frozenset(("latn", "cyrl", "grek", "othr", "kana"))
"""Scripts that write their vowels: an edit of the transliteration is an edit of the name."""

ABJADS: Final = frozenset(("arab", "hebr"))
"""Scripts that leave short vowels out."""

BARE: Final = frozenset("ab")
"""Keys that tell only between a script without vowels and another."""
WITHOUT_VOWEL: Final = 0.5
"""How near two words are whose consonants alone agree."""

COMMON: Final = 7.5
"""Weight up to which a word is a known name: two known names are no typos of each other."""


class Verdict(NamedTuple):
    """How two parts compare.

    Attributes:
        kind: One of the constants of this module.
        near: 1.0 for the same letters, less for fewer in common (normalised indel similarity).
        key: The key that both have, when that decided.
    """

    kind: str
    near: float
    key: str = ""


@lru_cache(maxsize=1 << 13)
def compare(one: Part, two: Part) -> Verdict | None:
    """Return how two parts compare, or None when they have nothing in common."""
    if one.native == two.native and one.script == two.script:
        return Verdict(EXACT, 1.0)
    if one.text == two.text and (one.script in CASED) == (two.script in CASED):
        return Verdict(EXACT if one.script == two.script else SCRIPT, 1.0)
    if one.text.isdigit() or two.text.isdigit():
        same = sorted(key for key in one.keys & two.keys if key[0] == "c")
        # three is 3; but numbers are no typos of each other
        return Verdict(CONCEPT, 1.0, same[0]) if same else None
    if min(len(one.text), len(two.text)) == 1 and one.script in CASED and two.script in CASED:
        return _letter(one, two)
    common = one.keys & two.keys
    if common and (one.script in ABJADS) == (two.script in ABJADS) and one.script != "arab":
        common = frozenset(key for key in common if key[0] not in BARE)
    system = _systems(one) & _systems(two)
    if system:  # one syllable is another name, however near it is spelt
        common = frozenset(key for key in common if key[0] in system)
    if common:
        shared = _shared(one, two, common)
        if shared and shared.kind != LOOSE:
            return shared
    else:
        shared = None
    return _edited(one, two, syllables=bool(system)) or shared


def _letter(one: Part, two: Part) -> Verdict | None:
    """Compare one letter with a word: an initial, or a whole name as I is of Lee and O of Oh."""
    whole = sorted(key for key in one.keys & two.keys if key[0] == "k")
    if whole:
        return Verdict(SYLLABLE, 1.0, whole[0])
    return Verdict(INITIAL, 1.0) if one.text[0] == two.text[0] else None


def _systems(part: Part) -> frozenset[str]:
    """Return the systems of syllables in which the whole name of a part can be written."""
    _, _, systems = part.native.partition(SYSTEM) if part.script == "latn" else ("", "", "")
    return frozenset(systems)


def _shared(one: Part, two: Part, common: frozenset[str]) -> Verdict | None:
    """Return the strongest verdict that shared keys give."""
    best = min(common, key=lambda key: (_STRENGTH.get(key[0], 9), key))
    kind = _KINDS.get(best[0])
    if kind is None:
        return None
    if kind == SPELLING and one.script != two.script:
        kind = SCRIPT
    near = WITHOUT_VOWEL if best[0] == "b" else 1.0
    if kind in {SPELLING, LOOSE} and one.script in CASED and two.script in CASED:
        near = max(
            Indel.normalized_similarity(mine, theirs)
            for mine in {one.text, one.led}
            for theirs in {two.text, two.led}
        )
    return Verdict(kind, round(near, 3), best)


_STRENGTH: Final = {"n": 0, "s": 1, "a": 1, "z": 2, "k": 2, "x": 3, "b": 4, "c": 4, "l": 5}
_KINDS: Final = {
    "n": EXACT, "s": SPELLING, "a": SCRIPT, "b": LOOSE, "z": SYLLABLE, "k": SYLLABLE, "x": NAME,
    "c": CONCEPT, "l": LOOSE,
}  # fmt: skip


def _edited(one: Part, two: Part, *, syllables: bool) -> Verdict | None:  # noqa: PLR0911 - one line a verdict
    if one.script == two.script and one.script not in CASED:
        mine, theirs = one.native, two.native
        if one.script in {"hani", "hang"}:
            return None  # another character is another name
    elif one.script in CASED and two.script in CASED:
        mine, theirs = one.text, two.text
    else:
        return _bones_edited(one, two)
    short, long = sorted((len(mine), len(theirs)))
    budget = _budget(short, long)
    if not budget or long - short > max(budget, 4):
        return None
    distance = OSA.distance(mine, theirs, score_cutoff=budget)
    near = round(1 - distance / long, 3)
    if distance <= budget:
        if syllables or (one.weight <= COMMON and two.weight <= COMMON):
            return Verdict(KNOWN, near)
        return Verdict(TYPO if distance == 1 else TYPOS, near)
    if short >= CUT_SHORT and (mine.startswith(theirs) or theirs.startswith(mine)):
        rest = max(mine, theirs, key=len)[short:]
        return None if rest in MAKING else Verdict(PREFIX, near)
    return None


def _bones_edited(one: Part, two: Part) -> Verdict | None:
    """Compare the consonants of two scripts, one of them without vowels: one may be wrong."""
    mine = {key for key in one.keys if key[0] == "b" and len(key) > LONG_BONES}
    theirs = {key for key in two.keys if key[0] == "b" and len(key) > LONG_BONES}
    for first in sorted(mine):
        for second in sorted(theirs):
            if OSA.distance(first, second, score_cutoff=1) == 1:
                return Verdict(LOOSE, 0.6, second)
    return None


MAKING: Final = frozenset(
    (
        "i", "y", "ia", "ian", "yan", "ians", "far", "fard", "nia", "niya", "nejad", "nezhad",
        "pour", "pur", "poor", "zad", "zadeh", "zada", "zade", "zai", "zay", "khel", "wal", "vand",
        "ov", "ova", "ev", "eva", "in", "ina", "ovich", "evich", "ovna", "evna", "ovic", "evic",
        "ski", "sky", "ska", "skaya", "enko", "chenko", "shvili", "dze", "son", "sson", "sen",
        "oglu", "ogly", "ez", "es", "opoulos", "idis", "akis", "escu", "eanu",
        "uddin", "eddin", "eddine", "ullah", "allah", "ollah",
    )
)  # fmt: skip
"""Endings that make another name of a name: Mahmoudian is no Mahmoud that was cut short."""
LONG_BONES: Final = 5
CUT_SHORT: Final = 5
"""Letters that the beginning of a word needs to stand for the word."""


def _budget(short: int, long: int) -> int:
    if short < 3:  # noqa: PLR2004 - letters
        return 0
    if short == 3:  # noqa: PLR2004
        return 1 if long == 4 else 0  # noqa: PLR2004 - Jon, John; not Lin, Lim
    if short <= 6:  # noqa: PLR2004
        return 1
    return 2 if short <= 11 else 3  # noqa: PLR2004
