"""Contacts that the law protects: lawyers, doctors and clergy. They are dropped on receipt.

Source: S/2020/754, paras. 10-12 (human rights), and the professional secrecy of national codes of
procedure; the words are the project's own table, ``privileged.csv``. Only relations are judged: a
passenger or a customer of a bank may be a physician by profession and is read.
"""

import csv
import re
from functools import cache, lru_cache
from importlib import resources
from typing import Final

RELATIONS: Final = frozenset(
    {
        ("PrisonVisit", "relationship"),
        ("Call", "summary"),
        ("Call", "description"),
        ("UnknownLink", "role"),
        ("Associate", "relationship"),
        ("CourtCaseParty", "role"),
    }
)
"""Properties that say what one person is to another, or what the other person of a contact does."""
CONTACTS: Final = frozenset({"PrisonVisit", "Call"})
"""Schemata whose records are contacts.

A column that says who the other is counts even where it is not mapped.
"""
HEADERS: Final = frozenset(
    {
        "relationship", "relation", "role", "lien", "relation_type", "relationship_type",
        "visitor_type", "contact_type", "visitor_role", "contact_role", "receiver_role",
        "caller_role", "profession", "occupation", "qualite", "qualité",
    }
)  # fmt: skip
"""Names of columns that say who the other of a contact is, in lower case."""

_WORDS: Final = re.compile(r"[^\W\d_]+", re.UNICODE)
_LONGEST: Final = 3


@cache
def _kinds() -> dict[str, str]:
    text = resources.files("maillon.sources").joinpath("privileged.csv").read_text("utf-8")
    return {row["word"]: row["kind"] for row in csv.DictReader(text.splitlines())}


@lru_cache(4096)
def privileged(text: str) -> str | None:
    """Return the kind of protected contact that ``text`` names, or None.

    Args:
        text: A relationship, role or profession as delivered, e.g. ``Defence counsel (2nd)``.

    Returns:
        ``legal``, ``medical`` or ``clergy``; the first kind found, word by word, whole words only.
    """
    words = _WORDS.findall(text.lower())
    kinds = _kinds()
    for start in range(len(words)):
        for length in range(min(_LONGEST, len(words) - start), 0, -1):
            kind = kinds.get(" ".join(words[start : start + length]))
            if kind is not None:
                return kind
    return None
