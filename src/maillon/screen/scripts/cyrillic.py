"""Cyrillic words, in the romanisations of more than one country."""

# ruff: noqa: RUF001, RUF002 - letters of other scripts are what this module is about

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

_HARD: Final = re.compile("(?<=[бвгджзклмнпрстфхцчшщ])ъ(?=[бвгджзклмнпрстфхцчшщ])")
_ENDING: Final = re.compile("[иы]й$")
_SOFT_E: Final = re.compile("[ьъ](?=[еёюяиї])")


@cache
def _columns() -> dict[str, dict[int, str]]:
    file = files("maillon.screen") / "scripts" / "cyrillic.csv"
    with file.open(encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    return {
        column: {ord(row["letter"]): row[column] for row in rows}
        for column in ("text", "scholarly", "german")
    }


@lru_cache(maxsize=1 << 13)
def latin(word: str) -> str:
    """Return a lower-case word in ASCII Latin letters, as English spells it: ``dmitry``."""
    word = _ENDING.sub("ы", _HARD.sub("а", word)).replace("кс", "x")
    return word.translate(_columns()["text"])


def spellings(word: str) -> tuple[tuple[str, str], ...]:
    """Return other romanisations of a lower-case word, each with the dialect that reads it.

    Sources: BGN/PCGN 1947, 1965 and 2019; ISO 9:1995 without its marks; German custom (Duden);
    Ukrainian *h* for ``г`` (Cabinet of Ministers 2010) and Bulgarian *sht* for ``щ``.
    """
    table = _columns()
    base = _HARD.sub("а", word)
    text = base.translate(table["text"])
    found = [("any", text)]
    if "г" in base:
        found.append(("any", base.replace("г", "h").translate(table["text"])))
    if "ё" in base:
        found.append(("any", base.replace("ё", "е").translate(table["text"])))
    if "щ" in base:
        found.append(("any", base.replace("щ", "sht").translate(table["text"])))
    if any(letter in base for letter in "чћц"):
        found.append(("any", base.translate(table["scholarly"])))
    if any(letter in base for letter in "жзц"):
        found.append(("german", base.translate(table["german"])))
    return tuple(found)
