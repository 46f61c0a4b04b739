"""What an error says, in the language of the page: its message is found again in the catalogue.

Errors are raised in English, with what they are about in the text. The catalogues of errors
(`words/errors`, written by `tools/write_errors.py`) have each message with places for that, e.g.
``{entity} is unclassified in case {case}``. A place with a star holds a message itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Final

from babel.messages.pofile import read_po
from markupsafe import Markup, escape

from maillon.web.pages.language import FIRST, LANGUAGES, Speech
from maillon.web.pages.values import data

LONGEST: Final = 4_000
"""Characters of a text that is looked for; a longer one stays as it is."""
_DEEPEST: Final = 4
_MOST: Final = 200
"""Texts that are looked for within one, at most: a text of nothing but marks ends too."""
_LEAST: Final = 4
"""Letters that a message needs of its own, or it would be found in any text."""
_START: Final = 2
_PART: Final = re.compile(r"\{\{|\}\}|\{(\*?\w+)\}")
_KIND: Final = re.compile(r"[A-Z]\w*(?:Error|Exception): ")
"""The class of an error before what it says, as a failed job has it."""
_WORD: Final = r"[-+/.\[<@*\\$_]*[A-Za-z0-9](?:[!-z|~]*[A-Za-z0-9\]>_/*])?"
_LATIN: Final = re.compile(rf"\{{\*?\w+\}}|`[^`]*`|{_WORD}(?: {_WORD})*")
"""What a sentence from right to left holds in Latin letters: ``--keys``, ``1967-01-13``."""
_CITED: Final = "*rule"
"""The place of a rule, which may be a citation: that is nobody's language."""


@dataclass(frozen=True, slots=True)
class Form:
    """A text with places.

    Attributes:
        fixed: What stands before, between and behind the places.
        places: Their names, with a star where a message stands.
    """

    fixed: tuple[str, ...]
    places: tuple[str, ...]

    @property
    def weight(self) -> tuple[bool, int, int]:
        """How much of a text it says itself; the beginning counts most: no data stand there."""
        stars = sum(one.startswith("*") for one in self.places)
        return len(self.start) == _START, sum(map(len, self.fixed)), stars

    @property
    def start(self) -> str:
        """The first letters of a text that can be of this form."""
        return self.fixed[0][:_START]

    @property
    def letters(self) -> int:
        """How many letters it says itself."""
        return sum(map(str.isalpha, "".join(self.fixed)))

    def cuts(self, text: str) -> Iterator[dict[str, str]]:
        """Give the ways in which a text is this form: what stands in each place."""
        first, last = self.fixed[0], self.fixed[-1]
        if len(text) < len(first) + len(last):
            return
        for held in self._cuts(text[: len(text) - len(last)], len(first), 0):
            found: dict[str, str] = {}
            if all(found.setdefault(name, one) == one
                   for name, one in zip(self.places, held, strict=True)):  # fmt: skip
                yield found

    def _cuts(self, text: str, begin: int, place: int) -> Iterator[list[str]]:
        if place == len(self.places) - 1:
            yield [text[begin:]]
            return
        fixed = self.fixed[place + 1]
        at = text.find(fixed, begin)
        while at >= 0 and self._fits(text, at, place):
            for rest in self._cuts(text, at + len(fixed), place + 1):
                yield [text[begin:at], *rest]
            at = text.find(fixed, at + 1)

    def _fits(self, text: str, at: int, place: int) -> bool:
        """Return whether the rest of the form can stand from here on; if not, nor further on."""
        for fixed in self.fixed[place + 1 : -1]:
            at = text.find(fixed, at)
            if at < 0:
                return False
            at += len(fixed)
        return True

    def filled(self, values: Mapping[str, Markup]) -> Markup:
        """Return the text with values in its places."""
        parts = [escape(self.fixed[0])]
        for name, fixed in zip(self.places, self.fixed[1:], strict=True):
            parts += [values[name], escape(fixed)]
        return Markup("").join(parts)


Pair = tuple[Form, Form]
"""A message and its translation."""


@dataclass(frozen=True, slots=True)
class Errors:
    """What errors say in one language.

    Attributes:
        plain: Messages without a place.
        begun: The others by their first letters, the most telling first.
        open: Those that begin with a place.
    """

    plain: Mapping[str, str]
    begun: Mapping[str, tuple[Pair, ...]] = field(repr=False)
    open: tuple[Pair, ...] = field(repr=False)

    def near(self, text: str) -> Iterator[Pair]:
        """Give the messages that a text may be, the most telling first."""
        for pair in (*self.begun.get(text[:_START], ()), *self.open):
            fixed = pair[0].fixed
            if text.startswith(fixed[0]) and text.endswith(fixed[-1]):
                yield pair


@dataclass(slots=True)
class _Search:
    """Finds one text, and the texts within it."""

    errors: Errors
    left: int = _MOST

    def find(self, text: str, depth: int = 0) -> Markup | None:
        """Return a text in the language, its values apart and as they are; None: unknown."""
        if text in self.errors.plain:
            return escape(self.errors.plain[text])
        if depth >= _DEEPEST or len(text) > LONGEST or self.left <= 0:
            return None
        perhaps: Markup | None = None
        for form, said in self.errors.near(text):
            for held in form.cuts(text):
                self.left -= 1
                inner = {name: self.find(one, depth + 1)
                         for name, one in held.items() if name.startswith("*") and one}  # fmt: skip
                unknown = [name for name, one in inner.items() if one is None and name != _CITED]
                is_telling = perhaps is None and form.letters >= _LEAST
                if not unknown and (inner or is_telling):
                    return said.filled(_values(held, inner))
                if is_telling:
                    perhaps = said.filled(_values(held, inner))
                if not inner or self.left <= 0:
                    break
        return perhaps


def _values(held: Mapping[str, str], inner: Mapping[str, Markup | None]) -> dict[str, Markup]:
    found = {}
    for name, text in held.items():
        is_english = name.startswith("*") and name != _CITED and text
        found[name] = inner.get(name) or (_english(text) if is_english else data(text))
    return found


def retold(speech: Speech, text: str, *, is_value: bool = False) -> Markup:
    """Return what an error says as a page shows it.

    Args:
        speech: The page's language.
        text: In English, as it was raised, e.g. ``no record t1``; or with the class of the error
            before it, as a failed job keeps it.
        is_value: Whether a text that is no message is data, and not English.

    Returns:
        The text in the language, each value apart from it; what has no translation stays English
        and says so to the browser.
    """
    if speech.language.code == FIRST or not text:
        return data(text)
    found = _Search(errors_of(speech.language.code)).find(_KIND.sub("", text, count=1))
    if found is None:
        return data(text) if is_value else _english(text)
    return Markup("<bdi>{}</bdi>").format(found)


@cache
def errors_of(code: str) -> Errors:
    """Return what errors say in a language; read when the first one is shown."""
    file = resources.files("maillon.web.pages") / "words" / "errors" / f"{code}.po"
    apart = _apart if LANGUAGES[code].direction == "rtl" else str
    with file.open("rb") as raw:
        held = [(str(one.id), apart(str(one.string))) for one in read_po(raw, locale=code)
                if one.id and one.string]  # fmt: skip
    pairs = [(form_of(said), form_of(told)) for said, told in held]
    plain = {said.fixed[0]: told.fixed[0] for said, told in pairs if not said.places}
    begun: dict[str, list[Pair]] = {}
    for pair in sorted((one for one in pairs if one[0].places), key=lambda one: one[0].weight):
        start = pair[0].start
        begun.setdefault(start if len(start) == _START else "", []).insert(0, pair)
    free = tuple(begun.pop("", ()))
    return Errors(plain, {start: tuple(held) for start, held in begun.items()}, free)


def _apart(text: str) -> str:
    """Return a sentence from right to left with what would be turned around in it isolated."""

    def one(held: re.Match[str]) -> str:
        is_turned = not held[0].isalnum() and not held[0].startswith("{")  # a place is apart
        return f"\u2066{held[0]}\u2069" if is_turned else held[0]

    return _LATIN.sub(one, text)


def form_of(text: str) -> Form:
    """Return a text of the catalogue, cut at its places."""
    fixed, places, begin = [""], list[str](), 0
    for found in _PART.finditer(text):
        fixed[-1] += text[begin : found.start()]
        begin = found.end()
        if found[1]:
            places.append(found[1])
            fixed.append("")
        else:
            fixed[-1] += found[0][0]
    fixed[-1] += text[begin:]
    return Form(tuple(fixed), tuple(places))


def _english(text: str) -> Markup:
    return Markup('<span lang="en" dir="ltr">{}</span>').format(data(text))
