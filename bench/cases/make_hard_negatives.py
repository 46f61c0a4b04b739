"""Write hard_negatives.jsonl: queries near the United Nations list that are nobody on it.

.venv/bin/python bench/cases/make_hard_negatives.py

Each rule and its label are described in README.md. The words are cut by this file's own plain
rule, so that the labels do not lean on the normaliser that they measure.
"""

import csv
import hashlib
import json
import random
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from measured.lists import Listed, is_latin, listed

HERE = Path(__file__).parent
SEED = 20261126
COUNTS = {
    "recombined": 210,
    "patronymic_contradicted": 130,
    "other_birth_year": 130,
    "father_and_son": 60,
    "common_parts": 130,
    "organisation_word": 90,
    "organisation_acronym": 60,
}
PARTICLES = frozenset((
    "al", "el", "ul", "bin", "ben", "ibn", "bint", "abu", "abou", "abd", "abdul", "abdel", "ould",
    "umm", "de", "del", "la", "van", "von", "di", "ur", "ud",
))  # fmt: skip
CHILD_OF = re.compile(r"\b(bin|ben|ibn|ould|bint|binti)\b", re.IGNORECASE)
FAR_YEARS = 8
COMMON = 8
"""A word is common when at least so many listed persons have it."""


def words(text: str) -> tuple[str, ...]:
    """Return the Latin words of a name, lower-case, without marks."""
    plain = (
        unicodedata.normalize("NFKD", text.replace("\u0131", "i"))
        .encode("ascii", "ignore")
        .decode()
    )
    return tuple(re.findall(r"[a-z]+", re.sub("['\u2019`\u02bf\u02be]", "", plain.lower())))


@cache
def sound(word: str) -> str:
    """Return a coarse consonant form: two words of one form may be one name."""
    for one, two in (("ph", "f"), ("kh", "k"), ("gh", "g"), ("ch", "s"), ("sh", "s"), ("th", "t"),
                     ("dh", "d"), ("dj", "j"), ("q", "k"), ("c", "k"), ("z", "s"), ("w", "u"),
                     ("v", "u"), ("y", "i"), ("b", "p"), ("g", "k"), ("t", "d")):  # fmt: skip
        word = word.replace(one, two)
    return word[:1].translate(str.maketrans("eiou", "aaaa")) + re.sub(
        r"(.)\1+", r"\1", re.sub(r"[aeiouh]", "", word[1:])
    )


def sounds(text: str) -> frozenset[str]:
    """Return the sounds of a name's words without particles."""
    return frozenset(sound(word) for word in words(text) if word not in PARTICLES and len(word) > 1)


def years(found: Listed) -> list[int]:
    """Return each birth year that an entry gives, both ends of a range."""
    return [
        int(year)
        for date in found.properties.get("birthDate", ())
        for year in re.findall(r"(?:19|20)\d\d", date)
    ]


class Side(NamedTuple):
    """The listed persons and organisations, and which of them have a sound in a name."""

    persons: list[tuple[Listed, str]]
    organisations: list[tuple[Listed, str]]
    names: dict[str, list[tuple[int, frozenset[str]]]]
    all: tuple[Listed, ...]
    spread: Counter[str]

    def sharing(self, wanted: frozenset[str], least: int) -> Iterator[Listed]:
        """Yield the entries of which one name has at least so many of these sounds."""
        seen = set()
        for one in wanted:
            for number, held in self.names.get(one, ()):
                if number not in seen and len(held & wanted) >= least:
                    seen.add(number)
                    yield self.all[number]


def side() -> Side:
    """Read the list."""
    persons: list[tuple[Listed, str]] = []
    organisations: list[tuple[Listed, str]] = []
    names: dict[str, list[tuple[int, frozenset[str]]]] = {}
    spread: Counter[str] = Counter()
    everyone = listed("un")
    for number, found in enumerate(everyone):
        latin = [text for _, text in found.names if is_latin(text)]
        if not latin:
            continue
        (persons if found.schema == "Person" else organisations).append((found, latin[0]))
        for text in latin:
            held = sounds(text)
            for one in held:
                names.setdefault(one, []).append((number, held))
        if found.schema == "Person":
            spread.update(set().union(*(sounds(text) for text in latin)))
    return Side(persons, organisations, names, everyone, spread)


def birth_date(chance: random.Random, year: int) -> str:
    """Return a full date of a year, never the first of January."""
    return f"{year}-{chance.randint(1, 12):02d}-{chance.randint(2, 28):02d}"


def other_year(chance: random.Random, known: list[int]) -> int:
    """Return a year 8 to 40 years from one that is known, and at least 8 from each."""
    while True:
        year = chance.choice(known) + chance.choice((-1, 1)) * chance.randint(FAR_YEARS, 40)
        if 1925 <= year <= 2012 and all(abs(year - one) >= FAR_YEARS for one in known):
            return year


def plain_names(here: Side, least: int) -> list[tuple[Listed, tuple[str, ...]]]:
    """Return the persons whose first name has at least so many words without particles."""
    kept = []
    for found, text in here.persons:
        cut = tuple(word for word in text.split() if not set(words(word)) <= PARTICLES)
        if len(cut) >= least and all(len("".join(words(word))) > 2 for word in cut):
            kept.append((found, cut))
    return kept


def recombined(here: Side, chance: random.Random) -> dict[str, Any] | None:
    """Given name of one, patronymic of another, family name of a third listed person."""
    people = plain_names(here, 3)
    (one, first), (two, middle), (three, last) = chance.sample(people, 3)
    name = (first[0], middle[1], last[-1])
    held = sounds(" ".join(name))
    if len(held) < 3:
        return None
    for found in here.sharing(held, 2):
        shared = max((sounds(text) & held for _, text in found.names), key=len)
        # two words of one listed person: still nobody when both are common and the third differs
        if len(shared) > 2 or any(here.spread[each] < 2 * COMMON for each in shared):
            return None
    note = f"given name of {one.id}, patronymic of {two.id}, family name of {three.id}"
    return {"name": " ".join(name).title(), "note": note}


def patronymic_contradicted(here: Side, chance: random.Random) -> dict[str, Any] | None:
    """Given and family name of a listed person, another common patronymic, another birth year."""
    found, cut = chance.choice(plain_names(here, 3))
    known = years(found)
    others = [middle[1] for _, middle in plain_names(here, 3)]
    other = chance.choice(others)
    held = {each for _, text in found.names for each in sounds(text)}
    if not known or sounds(other) & held or here.spread[sound("".join(words(other)))] < COMMON:
        return None
    name = " ".join((cut[0], other, cut[-1])).title()
    date = birth_date(chance, other_year(chance, known))
    if not nobody(here, name, int(date[:4])):
        return None
    return {"name": name, "birthDate": date, "near": found.id,
            "note": f"{' '.join(cut)}: patronymic replaced, listed {sorted(known)}"}  # fmt: skip


def other_birth_year(here: Side, chance: random.Random) -> dict[str, Any] | None:
    """The name of a listed person, born 8 to 40 years away: no hit by its date, a hit without."""
    found, text = chance.choice(here.persons)
    known = years(found)
    if not known or len(sounds(text)) < 2:
        return None
    date = birth_date(chance, other_year(chance, known))
    if not nobody(here, text, int(date[:4]), except_=found):
        return None
    return {"name": text.title(), "birthDate": date, "near": found.id, "name_only": True,
            "note": f"same name, listed {sorted(known)}"}  # fmt: skip


def father_and_son(here: Side, chance: random.Random) -> dict[str, Any] | None:
    """``Y bin X`` where ``X bin Y`` is listed: the father, or a son."""
    found, _ = chance.choice(here.persons)
    names = [t for prop, t in found.names if prop != "weakAlias" and is_latin(t)]
    text = chance.choice(names)
    cut = text.split()
    if len(cut) < 3 or not CHILD_OF.fullmatch(cut[1]) or any(c in text for c in "(,;"):
        return None
    given, father = cut[0], cut[2]
    if set(words(given)) & PARTICLES or set(words(father)) & PARTICLES:
        return None
    if sounds(given) == sounds(father):
        return None
    name = " ".join((father, cut[1], given, *cut[3:])).title()
    turned = sounds(name)
    for other in here.sharing(turned, len(turned)):
        if any(sounds(t.split()[0]) >= sounds(father) for _, t in other.names):
            return None
    return {"name": name, "near": found.id, "note": f"{text}: given name and father exchanged"}


def common_parts(here: Side, chance: random.Random) -> dict[str, Any] | None:
    """A first and a last name that several listed persons have, never the two together."""
    people = plain_names(here, 2)
    (_, one), (_, two) = chance.sample(people, 2)
    first, last = one[0], two[-1]
    held = sounds(f"{first} {last}")
    if len(held) < 2 or "-" in first or min(here.spread[each] for each in held) < COMMON // 2:
        return None
    date = birth_date(chance, chance.randint(1948, 2005))
    name = f"{first} {last}".title()
    if not nobody(here, name, int(date[:4])):
        return None
    return {"name": name, "birthDate": date, "note": "each part on the list, not together"}


def nobody(here: Side, name: str, year: int, except_: Listed | None = None) -> bool:
    """Tell whether each entry that has all these sounds in a name is of a far birth year."""
    held = sounds(name)
    for found in here.sharing(held, len(held)):
        known = years(found)
        if found is not except_ and (
            not known or any(abs(year - one) < FAR_YEARS for one in known)
        ):
            return False
    return True


def _table(name: str) -> list[str]:
    with (HERE / name).open(encoding="utf-8", newline="") as raw:
        return [row["word"] for row in csv.DictReader(raw)]


def organisation_word(here: Side, chance: random.Random) -> dict[str, Any] | None:
    """A listed organisation's name with its distinctive words replaced."""
    generic = {word.lower() for word in _table("generic_words.csv")}
    found, text = chance.choice(here.organisations)
    cut = re.sub(r"\(.*?\)", "", text).split()
    plain = ["".join(words(word)) for word in cut]
    own = [n for n, word in enumerate(plain) if word and word not in generic]
    if not own or len(own) > 2 or len(cut) - len(own) < 2 or len(cut) > 8:
        return None
    held = {each for _, alias in found.names for each in sounds(alias)}
    for place in own:
        other = chance.choice(_table("distinctive_words.csv"))
        if sounds(other) & held:
            return None
        cut[place] = other
    name = " ".join(cut).title()
    new = sounds(name)
    if any(True for _ in here.sharing(new, len(new))):
        return None
    return {"schema": "Organization", "name": name, "near": found.id,
            "note": f"{text}: distinctive words replaced"}  # fmt: skip


def organisation_acronym(here: Side, chance: random.Random) -> dict[str, Any] | None:
    """Other words with the same first letters as a listed organisation's name."""
    by_letter: dict[str, list[str]] = {}
    for word in _table("distinctive_words.csv") + _table("generic_words.csv"):
        by_letter.setdefault(word[0].lower(), []).append(word)
    found, text = chance.choice(here.organisations)
    cut = [word for word in words(re.sub(r"\(.*?\)", "", text)) if len(word) > 2]
    if not 3 <= len(cut) <= 5 or any(word[0] not in by_letter for word in cut):
        return None
    name = " ".join(chance.choice(by_letter[word[0]]) for word in cut).title()
    held = {each for _, alias in found.names for each in sounds(alias)}
    new = sounds(name)
    if new & held or len(new) < len(cut) or any(True for _ in here.sharing(new, 3)):
        return None
    return {"schema": "Organization", "name": name, "near": found.id,
            "note": f"{text}: same first letters"}  # fmt: skip


RULES: dict[str, Callable[[Side, random.Random], dict[str, Any] | None]] = {
    "recombined": recombined,
    "patronymic_contradicted": patronymic_contradicted,
    "other_birth_year": other_birth_year,
    "father_and_son": father_and_son,
    "common_parts": common_parts,
    "organisation_word": organisation_word,
    "organisation_acronym": organisation_acronym,
}


def lines() -> Iterator[dict[str, Any]]:
    """Yield the cases: the same ones on every run."""
    here = side()
    for kind, rule in RULES.items():
        chance = random.Random(f"{SEED} {kind}")
        made: set[str] = set()
        for _ in range(60_000):
            if len(made) == COUNTS[kind]:
                break
            found = rule(here, chance)
            if found is None or found["name"] in made:
                continue
            made.add(found["name"])
            query = {key: found[key] for key in ("schema", "name", "birthDate") if key in found}
            query.setdefault("schema", "Person")
            id_ = hashlib.sha256(f"{kind} {json.dumps(query)}".encode()).hexdigest()[:8]
            line = {"id": f"HN-{id_}", "kind": kind, "query": query, "expect": "no_hit"}
            line |= {key: found[key] for key in ("near", "name_only", "note") if key in found}
            yield line


if __name__ == "__main__":
    found = list(lines())
    with (HERE / "hard_negatives.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in found)
    print(len(found), dict(Counter(line["kind"] for line in found)))
