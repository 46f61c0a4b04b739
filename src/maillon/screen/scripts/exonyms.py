"""Given names that are one name in several languages, and short forms: a small open table.

What no rule of spelling derives: *Joseph*, *Iosif* and *Yusuf*; *William* and *Bill*.
"""

# ruff: noqa: RUF001 - letters of other scripts are what this module is about

import csv
from functools import cache
from importlib.resources import files

from maillon.screen.scripts import abjad


@cache
def _table() -> dict[str, tuple[str, ...]]:
    file = files("maillon.screen") / "scripts" / "exonyms.csv"
    found: dict[str, dict[str, None]] = {}
    with file.open(encoding="utf-8") as text:
        for row in csv.DictReader(text):
            for spelling in row["spellings"].split():
                folded = abjad.fold(spelling).replace("ς", "σ").replace("'", "")
                found.setdefault(folded, {}).setdefault(row["name"])
    return {spelling: tuple(names) for spelling, names in found.items()}


def common_names(word: str) -> tuple[str, ...]:
    """Return the names, in English, that a folded word is a form of: ``joseph`` for ``yusuf``."""
    return _table().get(word, ())
