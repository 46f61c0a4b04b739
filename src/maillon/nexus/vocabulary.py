"""The closed vocabulary of link types and modes: res. 2482 (2019), S/2020/754 paras. 1, 4, 5."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import ClassVar, Final

from maillon.model import MaillonError


class TermKind(StrEnum):
    """Whether a term says what the crime is or how the two sides stand to each other."""

    TYPE = "type"
    MODE = "mode"


@dataclass(frozen=True, slots=True)
class Term:
    """One term: labels, the paragraph it comes from, and the words of an offence that mean it."""

    code: str
    kind: TermKind
    en: str
    fr: str
    ar: str
    source: str
    note: str
    words: str


class UnknownTermError(MaillonError, ValueError):
    """A code outside the vocabulary: never turned into "other"."""

    exit_code: ClassVar[int] = 3
    http_status: ClassVar[int] = 422

    def __init__(self, code: str) -> None:
        super().__init__(
            f"vocabulary.csv: unknown link type or mode {code!r}; the vocabulary is closed:"
            " use a code that it holds, or publish a new version of it"
        )
        self.code = code


TYPE_BY_TOPIC: Final = {
    "crime.traffick.drug": "drugs",
    "crime.traffick.human": "trafficking-persons",
    "crime.traffick": "organised-crime",
    "crime.fin": "proceeds",
    "crime.fraud": "proceeds",
    "crime.theft": "robbery",
    "crime.cyber": "cybercrime",
    "crime.env": "environmental-crime",
    "crime.boss": "organised-crime",
    "crime": "organised-crime",
}
"""What a crime topic says by itself; the offence text may say it more closely."""


def _lines() -> list[str]:
    path = resources.files("maillon.nexus").joinpath("vocabulary.csv")
    return path.read_text("utf-8").splitlines()


@cache
def vocabulary_version() -> str:
    """Return the version of the vocabulary, e.g. ``2``: what a printed code is read by.

    A code keeps its meaning in every version; a version adds codes, labels or words.
    """
    return _lines()[0].removeprefix("# version").strip()


@cache
def vocabulary() -> dict[str, Term]:
    """Return every term by code, in file order."""
    rows = csv.DictReader(_lines()[1:])
    labels = ("en", "fr", "ar", "source", "note", "words")
    terms = (
        Term(row["code"], TermKind(row["kind"]), *(row[name] for name in labels)) for row in rows
    )
    return {term.code: term for term in terms}


def checked(codes: Iterable[str]) -> list[str]:
    """Return the codes once each, in the order of the vocabulary.

    Raises:
        UnknownTermError: A code is not in the vocabulary.
    """
    wanted = set(codes)
    for code in sorted(wanted):
        if code not in vocabulary():
            raise UnknownTermError(code)
    return [code for code in vocabulary() if code in wanted]


def types_of(topics: Iterable[str], offences: Iterable[str]) -> list[str]:
    """Return the link types of a crime anchor: what its offences name, else what its topics do.

    A topic is coarser (smuggling of migrants is filed under ``crime.traffick.human``);
    ``organised-crime`` stands only where nothing closer is stated.
    """
    worded = [term for term in vocabulary().values() if term.words]
    found = {
        term.code
        for text in offences
        for term in worded
        if re.search(term.words, text, re.IGNORECASE)
    }
    found = found or {TYPE_BY_TOPIC[topic] for topic in topics if topic in TYPE_BY_TOPIC}
    if len(found) > 1:
        found.discard("organised-crime")
    return checked(found or {"organised-crime"})
