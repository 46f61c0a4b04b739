"""How telling a part of a name is: natural logarithm of one over its share of names.

Counted once over public lists and name tables (bench/build_rarity.py) and frozen: the entries that
a reader may not see change no score. What the table lacks is as telling as the rarest.
"""

import csv
import gzip
import math
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Final

LEAST: Final = 1.5
MOST: Final = 9.0

SPELT: Final = frozenset("szkc")
"""Kinds of keys that other spellings of a word share with it: its commonest spelling counts."""
HELD: Final = frozenset("szkca")
"""The same of a word without vowels, of which its consonants are all that is written."""


@cache
def _table() -> dict[str, float]:
    file = files("maillon.screen") / "data" / "rarity.csv.gz"
    with file.open("rb") as packed, gzip.open(packed, "rt", encoding="utf-8") as text:
        rows = csv.reader(text)
        total = float(next(rows)[1])
        return {key: min(MOST, max(LEAST, math.log(total / float(count)))) for key, count in rows}


def rarity(text: str, keys: Iterable[str]) -> float:
    """Return the weight of a word: that of its commonest spelling.

    Args:
        text: The word in lower-case ASCII.
        keys: Its keys, as `normalise.keys`.
    """
    table = _table()
    held = tuple(keys)
    kinds = SPELT if any(key[0] == "s" for key in held) else HELD
    found = min((table[key] for key in held if key[0] in kinds and key in table), default=MOST)
    found = min(found, table.get(text, MOST))
    if len(text) <= 2:  # noqa: PLR2004 - one or two letters tell little, whatever the table says
        found = min(found, LEAST + len(text))
    return round(found, 3)


def rarity_of_key(key: str) -> float:
    """Return the weight of what a key holds: of all names, the share with a word of that key.

    Two words that agree on a key agree on no more than it holds: of ``a:hll.-`` two consonants,
    which very many names share, whatever the words are that have it.
    """
    return round(_table().get(key, MOST), 3)
