"""Text in any script -> words, each in its script, folded and in ASCII Latin letters."""

# ruff: noqa: RUF001 - letters of other scripts are what this module is about

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any, Final

from maillon.screen.scripts import abjad, chinese, cyrillic, greek, korean

_MARKS: Final = re.compile(
    "[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u064b-\u065f]"
)
_APOSTROPHES: Final = re.compile(
    "['`\u00b4\u02b9-\u02bf\u02c8\u02ca\u02cb\u2018\u2019\u201b\u2032]"
)
_INITIALISM: Final = re.compile('(?<=[\u0590-\u05ff])["\u05f4](?=[\u0590-\u05ff])')
_RUNS: Final = re.compile(
    "(?P<arab>[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]+)"
    "|(?P<hebr>[\u0590-\u05ff]['\u0590-\u05ff]*)"
    "|(?P<cyrl>[\u0400-\u052f]['\u0300\u0301\u0400-\u052f]*)"
    "|(?P<grek>[\u0370-\u03ff\u1f00-\u1fff]+)"
    "|(?P<hang>[\uac00-\ud7a3]+)"
    "|(?P<asia>[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+)"
    "|(?P<latn>[A-Za-z0-9\u00aa\u00ba\u00c0-\u02af\u0300-\u036f\u1e00-\u1eff']+)"
    "|(?P<othr>[\u0530-\u058f\u0700-\u074f\u0780-\u089f\u0900-\u1dff\u2c00-\u2fff\ua000-\uabff]+|\\w+)"
)
_KANA: Final = re.compile("[\u3040-\u30ff]")
_ARTICLE: Final = re.compile("^(?:و?ال|لل)(?=..)(?!له$|لاه$)")
_WHOLE: Final = frozenset(
    ("الیاس", "الهام", "الناز", "البرز", "الکساندر", "الماس", "الطاف", "الغ", "الوند", "الیف")
)
"""Words that begin with the letters of the Arabic article and have none."""

_RESPELT: Final = str.maketrans({
    "č": "ch", "ć": "ch", "š": "sh", "ś": "sh", "ş": "sh", "ș": "sh", "ž": "zh", "ż": "zh",
    "ź": "z", "đ": "dj", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l",
    "ı": "i", "ŋ": "ng", "ə": "a", "ħ": "h", "ḫ": "kh", "ḵ": "kh", "ġ": "gh", "ḏ": "dh", "ṯ": "th",
    "ǧ": "j", "ṣ": "s", "ŭ": "u", "ŏ": "eo", "ţ": "ts", "ț": "ts",
})  # fmt: skip
"""Letters whose marks say what they sound like, respelt so that folding keeps it."""

_ASCII: Final = str.maketrans({
    "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "ı": "i",
    "ŋ": "ng", "ə": "a", "ħ": "h", "ĸ": "k", "ŧ": "t", "ǝ": "a", "ɛ": "e", "ɔ": "o",
})  # fmt: skip

_TURKISH: Final = re.compile("[ğışİ]")
_CYRILLIC_LIKE: Final = str.maketrans(
    "аеорсухіјѕһԁԛԝкмтвнАВЕКМНОРСТХІЈЅУ",
    "aeopcyxijshdqwkmtvnABEKMHOPCTXIJSY",
)
_GREEK_LIKE: Final = str.maketrans("αεορνικτυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopviktuABEZHIKMNOPTYX")
_LATIN_LIKE_CYRILLIC: Final = str.maketrans(
    "aeopcyxijskmtABEKMHOPCTXIJSY", "аеорсухіјѕкмтАВЕКМНОРСТХІЈЅУ"
)
_MIXED: Final = re.compile("[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u052f]+")
_SIMPLE: Final = re.compile(r"[^a-z0-9]+")


@cache
def _to_latin() -> Any:  # noqa: ANN401 - the package has no types
    import icu  # noqa: PLC0415 - only names of other scripts need it

    return icu.Transliterator.createInstance("Any-Latin")


def native_words(name: str) -> Iterator[tuple[str, str, str]]:
    """Yield script, ASCII Latin text and folded native form of each word.

    A run of ASCII letters comes as it stands, in lower case, for the caller to cut.
    """
    text = unicodedata.normalize("NFKC", _MARKS.sub("", name.replace("\u200c", " ")))
    text = _INITIALISM.sub("", _APOSTROPHES.sub("'", text))
    text = _MIXED.sub(_one_script, text)
    if text.isascii():
        yield "latn", text.lower(), text.lower()
        return
    for match in _RUNS.finditer(text):
        yield from _READERS[match.lastgroup or "othr"](match.group())


def _one_script(match: re.Match[str]) -> str:
    """Return a word of mixed scripts in the script of most of its letters."""
    word = match.group()
    if word.isascii():
        return word
    cyrillic_letters = sum("\u0400" <= letter <= "\u052f" for letter in word)
    greek_letters = sum("\u0370" <= letter <= "\u03ff" for letter in word)
    others = len(word) - cyrillic_letters - greek_letters
    if others and cyrillic_letters:
        if others >= cyrillic_letters:
            return word.translate(_CYRILLIC_LIKE)
        return word.translate(_LATIN_LIKE_CYRILLIC)
    if others and greek_letters and others >= greek_letters:
        return word.translate(_GREEK_LIKE)
    return word


def _arab(run: str) -> Iterator[tuple[str, str, str]]:
    digits = "".join(str(unicodedata.digit(letter)) for letter in run if letter.isdigit())
    if digits:
        yield "latn", digits, digits
        return
    hamza_below = "\u0625" in run[:1]
    word = abjad.fold(
        "".join(letter for letter in run if letter.isalpha() or unicodedata.combining(letter))
    )
    if not word:
        return
    article = None if hamza_below or word in _WHOLE else _ARTICLE.match(word)
    if article and len(word) > 4:  # noqa: PLR2004 - the article and three letters
        yield "arab", "al", "ال"
        word = word[article.end() :]
    yield "arab", abjad.latin(word) or "a", word


def _hebr(run: str) -> Iterator[tuple[str, str, str]]:
    word = abjad.fold(run)
    if word.strip("'"):
        yield "hebr", abjad.latin(word) or "a", word


def _cyrl(run: str) -> Iterator[tuple[str, str, str]]:
    word = run.lower().replace("'", "").replace("\u0301", "").replace("\u0300", "")
    text = _SIMPLE.sub("", cyrillic.latin(word))
    if text:
        yield "cyrl", text, word


def _grek(run: str) -> Iterator[tuple[str, str, str]]:
    word = greek.fold(run)
    text = _SIMPLE.sub("", greek.latin(word))
    if text:
        yield "grek", text, word


def _hang(run: str) -> Iterator[tuple[str, str, str]]:
    for word in korean.split(run):
        yield "hang", korean.latin(word), word


def _asia(run: str) -> Iterator[tuple[str, str, str]]:
    if _KANA.search(run):
        text = _ascii(str(_to_latin().transliterate(run)).lower())
        if text:
            yield "kana", text, run
        return
    for place, word in enumerate(chinese.split(chinese.simplified(run))):
        text = chinese.latin(word, surname=not place)
        if text:
            yield "hani", text, word


def _latn(run: str) -> Iterator[tuple[str, str, str]]:
    lower = run.lower()
    if lower.isascii():
        yield "latn", lower, lower
        return
    text = _ascii(lower)
    if text:
        yield "latn", text, _respelt(lower)


@lru_cache(maxsize=1 << 14)
def _respelt(lower: str) -> str:
    word = unicodedata.normalize("NFC", lower)
    word = word.replace("ç", "ch" if _TURKISH.search(word) or word[0] == "ç" else "s")
    return _ascii(word.translate(_RESPELT))


def _ascii(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.translate(_ASCII))
    return _SIMPLE.sub("", bare)


def _othr(run: str) -> Iterator[tuple[str, str, str]]:
    latin = str(_to_latin().transliterate(run)).lower()
    text = _ascii(unicodedata.normalize("NFC", latin).translate(_RESPELT))
    if text:
        yield "othr", text, unicodedata.normalize("NFC", run.casefold())


_READERS: Final = {
    "arab": _arab, "hebr": _hebr, "cyrl": _cyrl, "grek": _grek, "hang": _hang, "asia": _asia,
    "latn": _latn, "othr": _othr,
}  # fmt: skip
