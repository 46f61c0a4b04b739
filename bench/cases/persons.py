"""Fresh synthetic persons of many cultures: who a border or a customer file sees.

.venv/bin/python bench/cases/persons.py --count 5 --seed 7

Names are drawn from the lists of Faker and from our own (names.csv), the frequent ones often; no
name is taken from a sanctions list. Same seed and count, same persons.
"""

import argparse
import csv
import json
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from faker import Faker

HERE = Path(__file__).parent
ZIPF = 0.85
"""Exponent of the frequency of a name by its rank, as in the training country."""
SUFFIXES = {
    "latn": ("i", "zadeh", "pour", "nejad", "ian", "far", "nia", "zad"),
    "arab": ("ی", "زاده", "پور", "نژاد", "یان", "فر", "نیا"),
}
TO_LATIN = {"cyrl": "Russian-Latin/BGN", "grek": "Greek-Latin/UNGEGN"}

OWN_KINDS = {
    "first_names_male": "male", "first_names_female": "female", "last_names_male": "family",
}  # fmt: skip


class Person(NamedTuple):
    """One person.

    Attributes:
        id: Unique within a call.
        name: As a record would hold it.
        culture: Of the name, as in cultures.csv.
        script: ISO 15924, lower case.
        gender: ``male`` or ``female``.
        birth_date: Full date.
        nationality: Country code.
    """

    id: str
    name: str
    culture: str
    script: str
    gender: str
    birth_date: str
    nationality: str

    def query(self, *, dated: bool = True) -> dict[str, Any]:
        """Return the person as a query: with all facts, or the name alone."""
        name = {"schema": "Person", "name": self.name}
        if not dated:
            return name
        return name | {
            "birthDate": self.birth_date,
            "gender": self.gender,
            "nationality": self.nationality,
        }


class Pool(NamedTuple):
    """The names of one culture in one script, frequent ones first."""

    male: list[str]
    female: list[str]
    family: list[str]
    family_female: list[str]
    middle: list[str]
    """Father's names as they stand in the middle: given names, or patronymics of men."""
    middle_female: list[str]


@cache
def own() -> dict[tuple[str, str], list[str]]:
    """Return our own lists by culture and kind."""
    with (HERE / "names.csv").open(encoding="utf-8", newline="") as raw:
        return {(r["culture"], r["kind"]): r["names"].split() for r in csv.DictReader(raw)}


@cache
def cultures() -> list[dict[str, str]]:
    """Return the rows of cultures.csv."""
    with (HERE / "cultures.csv").open(encoding="utf-8", newline="") as raw:
        return list(csv.DictReader(raw))


@cache
def _faker(locale: str) -> Any:  # noqa: ANN401 - Faker has no types
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = Faker(locale)
    return next(one for one in made.get_providers() if ".person." in type(one).__module__)


def _of(row: dict[str, str], side: str, *kinds: str) -> list[str]:
    found: list[str] = []
    for source in row[side].split():
        for kind in kinds:
            if source == "own":
                found += own().get((row["culture"], OWN_KINDS.get(kind, "")), [])
            else:
                found += list(getattr(_faker(source), kind, ()) or ())
    return list(dict.fromkeys(found))


@cache
def pool(culture: str, script: str) -> Pool:
    """Return the names of a culture, shuffled once: rank says frequency, not the alphabet."""
    row = next(r for r in cultures() if (r["culture"], r["script"]) == (culture, script))
    male = _of(row, "given", "first_names_male") or _of(row, "given", "first_names")
    female = _of(row, "given", "first_names_female") or male
    family = _of(row, "family", "last_names_male") or _of(row, "family", "last_names")
    middle, middle_female = list(male), list(male)
    if row["form"] == "patronymic":
        middle = [_patronymic(name, "ович", "евич") for name in male]
        middle_female = [_patronymic(name, "овна", "евна") for name in male]
    if row["form"] == "syllables":
        family, male, female = _syllables(culture, script)
    family += _derived(culture, script, male)
    family_female = _of(row, "family", "last_names_female") or family
    if row["form"] == "patronymic":
        family_female = [_feminine(name) for name in family]
    made = [male, female, family, family_female, middle, middle_female]
    made = [list(dict.fromkeys(names)) for names in made]
    if script == "latn" and culture in {"russian", "ukrainian", "greek"}:
        made = [_latin(names, "grek" if culture == "greek" else "cyrl") for names in made]
    for number, names in enumerate(made):
        if "own" not in row["given"] or number > 1:
            np.random.default_rng(len(names)).shuffle(names)
    return Pool(*made)


def _feminine(name: str) -> str:
    if name.endswith(("ов", "ев", "ёв", "ин", "ын")):
        return name + "\u0430"
    return name[:-2] + "ая" if name.endswith(("ий", "ый", "ой")) else name


def _patronymic(name: str, hard: str, soft: str) -> str:
    if name.endswith(("ий", "ь", "й")):
        return name.removesuffix("ий").rstrip("ьй") + ("ь" if name.endswith("ий") else "") + soft
    return name.rstrip("аеоя") + hard


def _latin(names: Sequence[str], script: str) -> list[str]:
    from icu import Transliterator  # noqa: PLC0415 - only what writes Latin needs ICU

    letters = Transliterator.createInstance(f"{TO_LATIN[script]}; Latin-ASCII")
    return [letters.transliterate(name).replace("'", "").replace('"', "") for name in names]


def _syllables(culture: str, script: str) -> tuple[list[str], list[str], list[str]]:
    family = [pair.split(":") for pair in own()[culture, "family"]]
    parts = [pair.split(":") for pair in own()[culture, "syllable"]]
    column = int(script == "latn")
    given = []
    for one in parts:
        if culture == "chinese":
            given.append(one[column].title())
        for two in parts:
            if one is not two and culture == "korean" and column:
                given.append(f"{one[1].title()}-{two[1]}")
            elif one is not two:
                given.append((one[column] + two[column]).title())
    np.random.default_rng(3).shuffle(given)
    return [pair[column] for pair in family], given, given


def _derived(culture: str, script: str, male: Sequence[str]) -> list[str]:
    """Return family names that a language makes by rule: Karimzadeh, Akkaya, al-Baghdadi."""
    if culture == "persian":
        stems = own()["persian", "stem"] if script == "latn" else male
        return [stem + end for stem in stems for end in SUFFIXES[script]]
    if culture == "turkish":
        second = own()["turkish", "second"]
        return [one + two for one in own()["turkish", "first"] for two in second]
    if culture in {"arabic", "somali", "indonesian", "pakistani"}:
        return list(male)
    return []


Draw = Callable[[Sequence[str]], str]


def _drawer(chance: np.random.Generator) -> Draw:
    weights: dict[int, Any] = {}
    waiting: dict[int, list[int]] = {}

    def draw(names: Sequence[str]) -> str:
        size = len(names)
        if not waiting.get(size):
            if size not in weights:
                ranks = np.arange(1, size + 1) ** -ZIPF
                weights[size] = np.cumsum(ranks / ranks.sum())
            found = np.searchsorted(weights[size], chance.random(4_096))
            waiting[size] = np.minimum(found, size - 1).tolist()
        return names[waiting[size].pop()]

    return draw


def _arabic(names: Pool, given: str, draw: Draw, luck: float) -> str:
    father, family = draw(names.middle), draw(names.family)
    article = "al-" if luck * 10 % 1 < 0.4 and not family.startswith(("Al", "Ben", "Bou")) else ""
    if luck < 0.35:
        return f"{given} {article.title()}{family}"
    if luck < 0.75:
        return f"{given} {father} {article.title()}{family}"
    if luck < 0.85:
        return f"{given} bin {father} {article}{family}"
    return f"{given} {father} {draw(names.middle)} {article.title()}{family}"


def _name(form: str, script: str, names: Pool, gender: str, draw: Draw, luck: float) -> str:  # noqa: PLR0911 - a form of names each
    given = draw(names.male if gender == "male" else names.female)
    family = given
    while family == given:
        family = draw(names.family if gender == "male" else names.family_female)
    match form:
        case "arabic":
            return _arabic(names, given, draw, luck)
        case "arabic_native":
            middle = f" {draw(names.middle)}" if luck < 0.6 else ""
            return f"{given}{middle} {family}"
        case "spanish":
            second = f" {draw(names.family)}" if luck < 0.7 else ""
            return f"{given} {family}{second}"
        case "english":
            middle = "ABCDEFGHJKLMNPRSTW"[int(luck * 18)]
            return f"{given} {middle}. {family}" if luck * 10 % 1 < 0.3 else f"{given} {family}"
        case "patronymic":
            middle = draw(names.middle if gender == "male" else names.middle_female)
            return f"{given} {middle} {family}" if luck < 0.6 else f"{given} {family}"
        case "syllables":
            return f"{family} {given}" if script == "latn" else f"{family}{given}"
        case "chain":
            more = f" {draw(names.male)}" if luck < 0.5 else ""
            return f"{given} {draw(names.male)} {draw(names.male)}{more}"
        case "indonesian":
            if luck < 0.1:
                return given
            return f"{given} {draw(names.male)} {family}" if luck < 0.4 else f"{given} {family}"
        case "pakistani":
            first = "Muhammad " if gender == "male" and luck < 0.25 else ""
            return f"{first}{given} {family}"
        case _:
            return f"{given} {family}"


def persons(count: int, seed: int) -> list[Person]:
    """Return so many persons, each culture and script in turn."""
    chance = np.random.default_rng(seed)
    draw = _drawer(chance)
    rows = [(row, pool(row["culture"], row["script"])) for row in cultures()]
    luck = chance.random((count, 3))
    days = chance.integers(0, 67 * 365, count)
    dates = (np.datetime64("1940-01-01") + days).astype(str).tolist()
    made = []
    for number in range(count):
        row, names = rows[number % len(rows)]
        gender = "female" if luck[number, 0] < 0.45 else "male"
        countries = row["countries"].split()
        name = _name(row["form"], row["script"], names, gender, draw, float(luck[number, 1]))
        nationality = countries[int(luck[number, 2] * len(countries))]
        made.append(Person(f"P{number}", name, row["culture"], row["script"], gender,
                           dates[number], nationality))  # fmt: skip
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=26)
    parser.add_argument("--seed", type=int, default=7)
    chosen = parser.parse_args()
    for person in persons(chosen.count, chosen.seed):
        print(json.dumps(person._asdict(), ensure_ascii=False))
