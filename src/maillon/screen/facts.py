"""Birth date, country, place, gender and documents of two records, as likelihood ratios.

These facts may decide whether two records are one person; none of them says anything of suspicion.
What one side lacks is no reason for or against.
"""

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from maillon.screen.dates import compare_dates
from maillon.screen.documents import compare_documents
from maillon.screen.entry import COUNTRY_PROPS, DOCUMENT_PROPS, Entry
from maillon.screen.normalise import words

PLACE_PROPS: Final = ("birthPlace", "city")


class Fact(NamedTuple):
    """One fact on which two records agree or differ.

    Attributes:
        kind: ``birth date``, ``country``, ``gender``, ``place`` or ``document``.
        value: Of the query.
        counterpart: Of the list.
        verdict: E.g. ``same day``; a row of ``facts.json``.
        prop: Property of the list's value.
    """

    kind: str
    value: str
    counterpart: str
    verdict: str
    prop: str


def compared() -> tuple[str, ...]:
    """Return everything that a score looks at: the name, and each kind of fact."""
    return ("name", *likelihoods())


@cache
def likelihoods() -> dict[str, dict[str, float]]:
    """Return the natural logarithm of each verdict's likelihood ratio, by kind."""
    text = (files("maillon.screen") / "data" / "facts.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, float]] = json.loads(text)["points"]
    return found


def compare_facts(query: Entry, listed: Entry) -> list[Fact]:
    """Return what both records say, the most telling pair of values of each kind."""
    found: list[Fact] = []
    mine, theirs = query.facts, listed.facts
    if not mine or not theirs:
        return found
    if "birthDate" in mine and "birthDate" in theirs:
        found.append(_birth(mine["birthDate"], theirs["birthDate"]))
    document = _document(query, listed)
    if document:
        found.append(document)
    country = _country(query, listed)
    if country:
        found.append(country)
    if "gender" in mine and "gender" in theirs:
        same = {one.casefold() for one in mine["gender"]} & {
            one.casefold() for one in theirs["gender"]
        }
        verdict = "same" if same else "other"
        found.append(Fact("gender", mine["gender"][0], theirs["gender"][0], verdict, "gender"))
    place = _place(query, listed)
    if place:
        found.append(place)
    return found


def _birth(mine: Sequence[str], theirs: Sequence[str]) -> Fact:
    table = likelihoods()["birth date"]
    compared = [(compare_dates(one, two), one, two) for one in mine for two in theirs]
    verdict, one, two = max(compared, key=lambda each: (table[each[0]], each[1], each[2]))
    return Fact("birth date", one, two, verdict, "birthDate")


def _country(query: Entry, listed: Entry) -> Fact | None:
    mine, theirs = _held(query, COUNTRY_PROPS), _held(listed, COUNTRY_PROPS)
    if not mine or not theirs:
        return None
    common = sorted(set(mine) & set(theirs))
    if common:
        value = common[0]
        return Fact("country", value, value, "same", theirs[value])
    one, two = min(mine), min(theirs)
    return Fact("country", one, two, "other", theirs[two])


def _held(entry: Entry, props: Sequence[str]) -> dict[str, str]:
    return {value.casefold(): prop for prop in props for value in entry.facts.get(prop, ())}


def _place(query: Entry, listed: Entry) -> Fact | None:
    """Return a place that both name; that places differ says nothing, they have many spellings."""
    best: Fact | None = None
    for prop in PLACE_PROPS:
        for one in query.facts.get(prop, ()):
            first = place_words(one)
            for listed_prop in PLACE_PROPS:
                for two in listed.facts.get(listed_prop, ()):
                    if first & place_words(two):
                        best = best or Fact("place", one, two, "same", listed_prop)
    return best


@lru_cache(maxsize=1 << 13)
def place_words(text: str) -> frozenset[str]:
    """Return the words of a place of which one in common makes it the same."""
    return frozenset(word for word in words(text) if len(word) > 3)  # noqa: PLR2004 - letters


def _document(query: Entry, listed: Entry) -> Fact | None:
    mine = [prop for prop in DOCUMENT_PROPS if prop in query.facts]
    theirs = [prop for prop in DOCUMENT_PROPS if prop in listed.facts]
    found = [
        (verdict, one, two, listed_prop)
        for prop in mine
        for listed_prop in theirs
        for one in query.facts[prop]
        for two in listed.facts[listed_prop]
        if (verdict := compare_documents(one, two, prop, listed_prop))
    ]
    if not found:
        return None
    table = likelihoods()["document"]
    verdict, one, two, prop = max(found, key=lambda each: (table[each[0]], each))
    return Fact("document", one, two, verdict, prop)
