"""What a sanctions programme proves by itself.

Its topics, and the link type of resolution 2482 if any.

A programme code is a set of criteria, not a fact about the entry: it proves no link type but drugs
and, weakly, arms. The table is the project's own, from the tags of OFAC and the committees of the
Security Council: ``programmes.csv``.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

SANCTION = "sanction"
"""Topic that every entry of a sanctions list gets."""


@dataclass(frozen=True, slots=True)
class Programme:
    """One programme.

    Its ``topics`` hold always, or only where ``if_text`` (a regular expression) is found.
    """

    scheme: str
    code: str
    topics: tuple[str, ...]
    link_type: str
    if_text: str


@cache
def programmes() -> dict[tuple[str, str], Programme]:
    """Return the table, by scheme (``un``, ``ofac``) and code (``QD``, ``SDGT``)."""
    text = resources.files("maillon.sources").joinpath("programmes.csv").read_text("utf-8")
    table = {}
    for row in csv.DictReader(text.splitlines()):
        topics = tuple(row["topics"].split())
        entry = Programme(row["scheme"], row["code"], topics, row["link_type"], row["if_text"])
        table[entry.scheme, entry.code] = entry
    return table


def topics(scheme: str, code: str, text: str) -> tuple[str, ...]:
    """Return the topics of an entry of one programme, ``sanction`` last.

    Args:
        scheme: ``un`` or ``ofac``.
        code: As in the table; an unknown code proves nothing but the sanction.
        text: All text of the entry, for programmes that depend on it.
    """
    entry = programmes().get((scheme, code))
    if entry is None or (entry.if_text and not re.search(entry.if_text, text, re.IGNORECASE)):
        return (SANCTION,)
    return (*entry.topics, SANCTION)
