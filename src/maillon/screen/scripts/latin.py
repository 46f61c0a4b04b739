"""Spellings in Latin letters -> sounds, a dialect of spelling at a time.

The rules are the table ``dialects.csv``: in a dialect, a spelling stands for a sound, in a place.
"""

import csv
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Final, NamedTuple

from maillon.screen.scripts.sounds import even

ANY: Final = "any"

_PLACES: Final = {
    "": ("", ""),
    "at start": ("^", ""),
    "at end": ("", "$"),
    "at start before vowel": ("^", "(?=[aeiou])"),
    "at start before back vowel": ("^", "(?=[aou])"),
    "between vowels": ("[aeiou]", "(?=[aeou])"),
    "before vowel": ("", "(?=[aeiouy])"),
    "before front vowel": ("", "(?=[eiy])"),
    "before back vowel": ("", "(?=[aou])"),
    "before a": ("", "(?=a)"),
    "after a or o before consonant": ("[ao]", "(?=[^aeiouy])"),
    "before consonant or end": ("", "(?=[^aeiouy]|$)"),
}
"""The places that the table names, as what stands before and after."""


class Rule(NamedTuple):
    """In a dialect, a spelling stands for a sound, in a place."""

    dialect: str
    spelling: str
    sound: str
    when: str


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules of all dialects in the order of their table."""
    file = files("maillon.screen") / "scripts" / "dialects.csv"
    with file.open(encoding="utf-8") as text:
        return tuple(Rule(**row) for row in csv.DictReader(text))


class _Dialect(NamedTuple):
    name: str
    marks: re.Pattern[str]
    read: Callable[[str], str]


def _reader(held: list[Rule]) -> Callable[[str], str]:
    """Return what reads a word by the rules, the longest spelling first, from left to right."""
    ordered = sorted(held, key=lambda rule: (rule.spelling[0], -len(rule.spelling)))
    by_letter = groupby(ordered, key=lambda rule: rule.spelling[0])
    pattern = re.compile(
        "|".join(
            f"{letter}(?:{'|'.join(f'({_rest(rule)})' for rule in mine)})"
            for letter, mine in by_letter
        )
    )
    sounds = ["", *(rule.sound for rule in ordered)]

    def sound(match: re.Match[str]) -> str:
        return sounds[match.lastindex or 0]

    def read(text: str) -> str:
        return pattern.sub(sound, text)

    return read


def _rest(rule: Rule) -> str:
    """Return the pattern of a rule after its first letter, by which rules are found."""
    before, after = _PLACES[rule.when]
    behind = f"(?<={before}{rule.spelling})" if before else ""
    return rule.spelling[1:] + behind + after


@cache
def _dialects() -> tuple[_Dialect, ...]:
    table = rules()
    shared = [rule for rule in table if rule.dialect == ANY]
    found = [_Dialect(ANY, re.compile(""), _reader(shared))]
    for name in dict.fromkeys(rule.dialect for rule in table if rule.dialect != ANY):
        own = [rule for rule in table if rule.dialect == name]
        replaced = {(rule.spelling, rule.when) for rule in own}
        rest = [rule for rule in shared if (rule.spelling, rule.when) not in replaced]
        marks = re.compile("|".join(rule.spelling[0] + _rest(rule) for rule in own))
        found.append(_Dialect(name, marks, _reader([*own, *rest])))
    return tuple(found)


@cache
def _any_mark() -> re.Pattern[str]:
    """Return what any dialect but the common one reads in its own way."""
    return re.compile("|".join(one.marks.pattern for one in _dialects()[1:]))


@lru_cache(maxsize=1 << 13)
def sounds(text: str) -> str:
    """Return the sounds of a word as it is read without any one dialect in mind."""
    return even(_dialects()[0].read(text))


@lru_cache(maxsize=1 << 13)
def readings(text: str) -> tuple[tuple[str, str], ...]:
    """Return the sounds of a word in each dialect that reads it differently.

    Args:
        text: Lower-case ASCII letters, e.g. ``jalid``.

    Returns:
        Dialect and sounds, the common reading first: ``(("any", "jalid"), ("spanish", "halid"))``.
    """
    return tuple(_distinct(text))


def _distinct(text: str) -> Iterator[tuple[str, str]]:
    seen = set()
    dialects = _dialects() if _any_mark().search(text) else _dialects()[:1]
    for dialect in dialects:
        if dialect.name != ANY and not dialect.marks.search(text):
            continue
        read = even(dialect.read(text))
        if read and read not in seen:
            seen.add(read)
            yield dialect.name, read
