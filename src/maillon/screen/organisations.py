"""What names of organisations hold besides the name: legal forms, words of several languages."""

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Final

from maillon.screen.normalise import Word, name_words

FUNCTION_WORDS: Final = frozenset(
    (
        "a", "al", "and", "at", "by", "da", "das", "de", "del", "der", "des", "di", "die", "do",
        "dos", "du", "e", "el", "en", "et", "for", "from", "fur", "i", "in", "into", "la", "las",
        "le", "les", "li", "lil", "los", "of", "on", "the", "to", "und", "v", "val",
        "van", "von", "w", "wa",
        "wal", "y", "z", "fi", "au", "aux", "dans", "ve", "o", "d", "l", "s",
    )
)  # fmt: skip
"""Words that hold a name together in English, French, Spanish, German, Russian, Arabic, Turkish."""


@cache
def _forms() -> dict[tuple[str, ...], str]:
    """Return the class of each legal form, by its words."""
    with (files("maillon.screen") / "data" / "legal_forms.csv").open(encoding="utf-8") as raw:
        return {
            tuple(word.text for word in name_words(row["form"])): row["class"]
            for row in csv.DictReader(raw)
        }


@cache
def _longest() -> int:
    return max(len(form) for form in _forms())


ATTACHED: Final = ("ll", "l", "b", "w")
"""What Arabic writes together with the next word: for the, for, with, and."""


@cache
def _concepts() -> dict[str, str]:
    with (files("maillon.screen") / "data" / "organisation_words.csv").open(
        encoding="utf-8"
    ) as raw:
        return {
            word.text: row["concept"]
            for row in csv.DictReader(raw)
            for text in row["words"].split()
            for word in name_words(text)[-1:]
        }


def concept(text: str) -> str:
    """Return what a word of an organisation's name says in any language, or nothing.

    Args:
        text: One normalised word, e.g. ``banque``.

    Returns:
        E.g. ``bank``.
    """
    known = _concepts()
    if text in known or not text.startswith(ATTACHED):
        return known.get(text, "")
    return next((known[text[size:]] for size in (1, 2) if text[size:] in known), "")


def split_form(words: Sequence[Word]) -> tuple[Sequence[Word], str]:
    """Return the words without the legal forms at their ends, and the class of the last one.

    ``company`` tells less than what stands beside it: *Co. Ltd* is ``ltd``. A name that is all
    legal form keeps its words.
    """
    forms, found = _forms(), ""
    rest = [
        word._replace(role="particle") if word.text in FUNCTION_WORDS else word for word in words
    ]
    cut = True
    while cut and len(rest) > 1:
        cut = False
        for size in range(min(_longest(), len(rest) - 1), 0, -1):
            tail = forms.get(tuple(word.text for word in rest[-size:]))
            head = forms.get(tuple(word.text for word in rest[:size]))
            if tail:
                rest = rest[:-size]
            elif head and (size > 1 or len(rest[0].text) <= 4 or head == "company"):  # noqa: PLR2004 - letters
                rest = rest[size:]
            else:
                continue
            said = tail or head or ""
            found = said if not found or found == "company" else found
            cut = True
            break
    return rest, found
