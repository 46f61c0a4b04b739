"""Changed spellings of listed names: positives to train on, never to measure with.

.venv/bin/python bench/cases/make_mutations.py --count 3000 --seed 11 > mutations.jsonl

Made of the United States list, never of the United Nations list on which screening is measured. A
person's name is taken apart at the comma of ``FAMILY, Given Father``.
"""

import argparse
import json
import random
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from cases.persons import own
from cases.spellings import (
    PARTICLES,
    ROMANISED,
    Drawn,
    Rule,
    arabic_like,
    folded,
    table,
    to_arabic,
    transliterated,
)

HERE = Path(__file__).parent
TITLES = ("Dr.", "Mr", "Mrs", "Haji", "Sheikh", "Colonel", "General", "Eng.", "Prof.", "Mullah")
CONFUSIONS = {"o": "0", "i": "1", "l": "1", "s": "5", "b": "8", "e": "c", "m": "rn", "u": "v",
              "g": "9", "z": "2", "n": "h", "a": "o"}  # fmt: skip
FORMS = ("Ltd", "LLC", "GmbH", "SARL", "S.A.", "Inc.", "Co., Ltd.", "PLC", "S.R.L.", "AG", "OOO",
         "B.V.", "Pty Ltd", "FZE", "A.S.")  # fmt: skip
FORM = re.compile(
    r"[,\s]+(co\.?,? ?ltd\.?|ltd\.?|limited|llc|l\.l\.c\.|inc\.?|s\.a\.( de c\.v\.)?|sarl|gmbh|plc|"
    r"corp\.?|fze|ltda\.?|ooo|ao|pjsc|jsc|a\.s\.)$", re.IGNORECASE)  # fmt: skip
PNR = 30
"""Characters of a name element that a reservation keeps."""


def typo(drawn: Drawn, chance: random.Random) -> str:
    """One letter dropped, doubled, exchanged with its neighbour, or replaced."""
    return edited(drawn.name, chance)


def two_typos(drawn: Drawn, chance: random.Random) -> str:
    """Two such."""
    return edited(edited(drawn.name, chance), chance) if len(drawn.name) > 14 else ""


def edited(name: str, chance: random.Random) -> str:
    """Return a name with one edit, not in the first letter of a word."""
    places = [n for n in range(1, len(name) - 1) if name[n].isalpha() and name[n - 1].isalpha()]
    if not places:
        return name
    place = chance.choice(places)
    letter = name[place]
    other = chance.choice("aeioubcdfghklmnprstvyz")
    changed = {
        0: "", 1: letter * 2, 2: name[place + 1] + letter, 3: other,
    }[kind := chance.randint(0, 3)]  # fmt: skip
    return name[:place] + changed + name[place + 1 + (kind == 2) :]


def ocr(drawn: Drawn, chance: random.Random) -> str:
    """Two letters read as those of like shape."""
    places = [n for n, letter in enumerate(drawn.name.lower()) if letter in CONFUSIONS]
    if len(places) < 3:
        return ""
    letters = list(drawn.name.lower())
    for place in chance.sample(places, 2):
        letters[place] = CONFUSIONS[letters[place]]
    return "".join(letters).upper()


def shuffled(drawn: Drawn, chance: random.Random) -> str:
    """The words in another order."""
    words = drawn.name.split()
    chance.shuffle(words)
    return " ".join(words)


def comma(drawn: Drawn, _: random.Random) -> str:
    """``FAMILY, Given``."""
    if not drawn.family or not drawn.given:
        return ""
    return f"{' '.join(drawn.family).upper()}, {' '.join(drawn.given).title()}"


def family_first(drawn: Drawn, _: random.Random) -> str:
    """Family name first, without a comma."""
    return " ".join((*drawn.family, *drawn.given)).title() if drawn.family else ""


def pnr(drawn: Drawn, chance: random.Random) -> str:
    """``FAMILY/GIVENMR`` without spaces, cut after 30 characters."""
    words = drawn.words
    family = "".join(drawn.family or words[-1:])
    given = "".join(drawn.given if drawn.family else words[:-1])
    title = chance.choice(("MR", "MR", "MRS", "MS", ""))
    plain = re.sub(r"[^A-Z/]", "", f"{folded(family)}/{folded(given)}{title}".upper())
    return plain[:PNR]


def dropped(drawn: Drawn, chance: random.Random) -> str:
    """One middle word left out."""
    if len(drawn.free) < 3:
        return ""
    place = chance.choice(drawn.free[1:-1])
    return " ".join(word for n, word in enumerate(drawn.words) if n != place)


def added(drawn: Drawn, chance: random.Random) -> str:
    """A common name more in the middle."""
    if len(drawn.words) < 2:
        return ""
    culture = chance.choice(("arabic", "somali", "west_african", "persian"))
    more = chance.choice(own()[culture, "male"][:60])
    return " ".join((*drawn.words[:1], more, *drawn.words[1:]))


def initial(drawn: Drawn, chance: random.Random) -> str:
    """One word that is not the last as its first letter."""
    if len(drawn.free) < 2:
        return ""
    place = chance.choice(drawn.free[:-1] if len(drawn.free) < 3 else drawn.free[1:-1])
    words = list(drawn.words)
    words[place] = words[place][0] + chance.choice(("", "."))
    return " ".join(words)


def particle_dropped(drawn: Drawn, _: random.Random) -> str:
    """Particles and the article left out."""
    words = [re.sub(r"^(al|el|ul)-", "", word, flags=re.IGNORECASE) for word in drawn.words]
    return " ".join(word for word in words if word.lower() not in PARTICLES)


def particle_added(drawn: Drawn, chance: random.Random) -> str:
    """The article before the last word, or ``bin`` after the first."""
    words = list(drawn.words)
    if len(words) < 2 or not arabic_like(drawn) or words[-1].lower().startswith(("al", "el")):
        return ""
    if chance.random() < 0.5:
        words[-1] = chance.choice(("al-", "Al ", "El-")) + words[-1]
    else:
        words.insert(1, chance.choice(("bin", "ben", "ibn")))
    return " ".join(words)


def joined(drawn: Drawn, chance: random.Random) -> str:
    """Two neighbouring words written as one."""
    words = re.split(r"[\s-]+", drawn.name)
    if len(words) < 3:
        return ""
    place = chance.randrange(len(words) - 1)
    words[place : place + 2] = [words[place] + words[place + 1].lower()]
    return " ".join(words)


def split(drawn: Drawn, chance: random.Random) -> str:
    """One long word, or a word with a hyphen, written as two."""
    if "-" in drawn.name:
        return drawn.name.replace("-", " ")
    words = drawn.name.split()
    long = [n for n, word in enumerate(words) if len(word) >= 8]
    if not long:
        return ""
    place = chance.choice(long)
    cut = chance.randint(3, len(words[place]) - 3)
    words[place] = f"{words[place][:cut]} {words[place][cut:]}"
    return " ".join(words)


def no_spaces(drawn: Drawn, _: random.Random) -> str:
    """The whole name as one word."""
    return re.sub(r"[^A-Z]", "", folded(drawn.name).upper())


def title(drawn: Drawn, chance: random.Random) -> str:
    """A title before the name."""
    return f"{chance.choice(TITLES)} {drawn.name}"


def legal_form(drawn: Drawn, chance: random.Random) -> str:
    """Another legal form, or none."""
    bare = FORM.sub("", drawn.name)
    if bare == drawn.name or chance.random() < 0.2:
        return bare
    return f"{bare} {chance.choice(FORMS)}"


def legal_form_added(drawn: Drawn, chance: random.Random) -> str:
    """A legal form where there is none."""
    known = FORM.search(drawn.name) or len(drawn.name.split()) < 2
    return "" if known else f"{drawn.name} {chance.choice(FORMS)}"


def abbreviated(drawn: Drawn, chance: random.Random) -> str:
    """Generic words shortened, or written out."""
    pairs = table("abbreviations.csv")
    turn = chance.random() < 0.3
    words = drawn.name.split()
    for place, word in enumerate(words):
        source, target = ("becomes", "word") if turn else ("word", "becomes")
        found = [r[target] for r in pairs if r[source].lower() == word.lower().strip(",")]
        if found:
            words[place] = chance.choice(found)
    return " ".join(words)


def acronym_dotted(drawn: Drawn, _: random.Random) -> str:
    """A word of two to five capitals with dots."""
    return re.sub(r"\b[A-Z]{2,5}\b", lambda f: ".".join(f[0]) + ".", drawn.name, count=1) if (
        len(drawn.name.split()) == 1 and drawn.name.isupper() and len(drawn.name) <= 5
    ) else ""  # fmt: skip


PERSON_RULES: dict[str, Rule] = ROMANISED | {
    "typo": typo, "typos": two_typos, "ocr": ocr, "order": shuffled, "comma": comma,
    "family_first": family_first, "pnr": pnr, "middle_dropped": dropped, "middle_added": added,
    "initial": initial, "particle_dropped": particle_dropped, "particle_added": particle_added,
    "joined": joined, "split": split, "no_spaces": no_spaces, "title": title,
    "to_arabic": to_arabic, "to_cyrillic": transliterated("Latin-Cyrillic"),
    "to_russian": transliterated("Latin-Russian/BGN"),
    "to_greek": transliterated("Latin-Greek/UNGEGN"),
}  # fmt: skip
ORGANISATION_RULES: dict[str, Rule] = {
    "legal_form": legal_form, "legal_form_added": legal_form_added, "abbreviated": abbreviated,
    "acronym_dotted": acronym_dotted, "typo": typo, "typos": two_typos, "ocr": ocr,
    "joined": joined, "split": split, "order": shuffled,
}  # fmt: skip


def plain(name: str) -> str:
    """Return what makes two spellings the same text."""
    return re.sub(r"[^\w/ ]", "", name).casefold()


def mutations(
    entries: Iterable[tuple[str, str, str]], seed: int, count: int
) -> Iterator[dict[str, str]]:
    """Yield changed names, the kinds in turn.

    Args:
        entries: Id, schema and name of listed persons and organisations.
        seed: The same seed and entries give the same names.
        count: How many at most.

    Yields:
        ``id`` and ``schema`` of the entry, ``name`` as changed, ``kind`` of the change.
    """
    chance = random.Random(seed)
    held: Sequence[tuple[str, str, str]] = sorted(entries)
    people = [one for one in held if one[1] == "Person" and len(one[2].split()) > 1]
    bodies = [one for one in held if one[1] in {"Organization", "Company", "LegalEntity"}]
    rules = [(kind, rule, people) for kind, rule in PERSON_RULES.items()]
    rules += [(f"org_{kind}", rule, bodies) for kind, rule in ORGANISATION_RULES.items()]
    for number in range(count):
        kind, rule, side = rules[number % len(rules)]
        for _ in range(40 if side else 0):
            id_, schema, name = chance.choice(side)
            drawn = Drawn(name, schema)
            changed = rule(drawn, chance).strip()
            if changed and changed != name and plain(changed) != plain(drawn.name):
                yield {"id": id_, "schema": schema, "name": changed, "kind": kind}
                break


def lines(seed: int, count: int) -> Iterator[dict[str, Any]]:
    """Yield cases of the United States list in the shape of the case files."""
    from measured.lists import is_latin, listed  # noqa: PLC0415 - reads with the whole package

    entries = [
        (one.id, one.schema, text)
        for one in listed("ofac")
        for prop, text in one.names
        if prop != "weakAlias" and is_latin(text)
    ]
    for made in mutations(entries, seed, count):
        query = {"schema": made["schema"], "name": made["name"]}
        yield {"kind": made["kind"], "query": query, "expect": "hit", "expected_ids": [made["id"]]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=11)
    chosen = parser.parse_args()
    for line in lines(chosen.seed, chosen.count):
        print(json.dumps(line, ensure_ascii=False))
