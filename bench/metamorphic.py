"""What must hold between answers of the screening score: ten thousand random checks of each.

    python bench/metamorphic.py [--count 10000] [--seed 31] [--json]

Each check takes an invented person and an entry of the public lists that shares candidates with it.
Prints for every property how many checks were made and how many failed, with the first failures.
"""

import argparse
import json
import random
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from cases.make_mutations import mutations
from cases.persons import persons
from measured import lists

from maillon.screen import Entry, entry, pair_score
from maillon.screen.candidates import near
from maillon.screen.index import Segment, build
from maillon.screen.normalise import name_words

Properties = dict[str, list[str]]


def cases(count: int, seed: int, listed: list[Entry]) -> Iterator[tuple[Properties, Entry]]:
    """Yield queries with an entry each: half of them the entry's own name, changed."""
    chance = random.Random(seed)
    people = [one for one in listed if one.schema == "Person" and one.facts]
    chosen = [chance.choice(people) for _ in range(count)]
    named = [(str(n), "Person", one.caption) for n, one in enumerate(chosen)]
    by_number = dict(enumerate(chosen))
    for changed in mutations(named, seed, count // 2):
        if changed["kind"] == "split":
            continue  # a word in two has no order to change
        yield {"name": [changed["name"]]}, by_number[int(changed["id"])]
    for person, one in zip(persons(count - count // 2, seed), chosen, strict=False):
        yield {"name": [person.name]}, one


def score(properties: Properties, listed: Entry) -> float:
    """Return the score of a query against an entry."""
    return pair_score(entry("q", "Person", "", properties), listed)


def consistent(said: Properties, listed: Entry, chance: random.Random, _: Segment) -> bool:
    """A fact that agrees never lowers."""
    prop = chance.choice(sorted(listed.facts))
    return score({**said, prop: list(listed.facts[prop])}, listed) >= score(said, listed)


def missing(said: Properties, listed: Entry, chance: random.Random, _: Segment) -> bool:
    """A fact that the list lacks changes nothing."""
    lacking = [
        prop for prop in ("birthDate", "gender", "passportNumber") if prop not in listed.facts
    ]
    if not lacking:
        return True
    fact = {"birthDate": "1970-05-06", "gender": "male", "passportNumber": "ZZ918273"}
    prop = chance.choice(lacking)
    if prop == "passportNumber" and "idNumber" in listed.facts:
        return True
    return score({**said, prop: [fact[prop]]}, listed) == score(said, listed)


def written(said: Properties, listed: Entry, chance: random.Random, _: Segment) -> bool:
    """Case and marks change nothing."""
    text = said["name"][0]
    marked = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in marked if not "\u0300" <= letter <= "\u036f")
    form = chance.choice([text.upper(), text.lower(), plain])
    if any(letter in text for letter in "ßıİøØłŁđĐæÆœŒþðʼйЙїЇёЁ") or (
        not text.isascii() and form is plain
    ):
        return True  # letters of their own, and what has no other case
    return score({"name": [form]}, listed) == score(said, listed)


def order(said: Properties, listed: Entry, _: random.Random, __: Segment) -> bool:
    """Family name first or last changes nothing; chains of fathers excepted."""
    words = said["name"][0].split()
    known = name_words(said["name"][0])
    if len(words) != len(known) or any(word.role for word in known) or len(words) < 2:
        return True
    turned = " ".join([words[-1], *words[:-1]])
    return score({"name": [turned]}, listed) == score(said, listed)


def more(said: Properties, _: Entry, chance: random.Random, segment: Segment) -> bool:
    """More data in a query never removes a candidate."""
    extra = {"alias": [chance.choice(EXTRA)], "birthDate": ["1970-05-06"], "idNumber": ["ZZ918273"]}
    found = [
        {int(segment.owner[n]) for n in near(entry("q", "Person", "", one).names, segment).name}
        for one in (said, {**said, **extra})
    ]
    return found[0] <= found[1]


EXTRA = [person.name for person in persons(200, 5)]
PROPERTIES: tuple[Callable[[Properties, Entry, random.Random, Segment], bool], ...] = (
    consistent, missing, written, order, more,
)  # fmt: skip


def main() -> None:
    """Check and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    listed = [*lists.entries(lists.listed("un")), *lists.entries(lists.listed("ofac"))]
    segment = build(listed)
    chance = random.Random(asked.seed)
    failures: dict[str, int] = {}
    held = list(cases(1000 if asked.quick else asked.count, asked.seed, listed))
    for rule in PROPERTIES:
        wrong = [(said, one) for said, one in held if not rule(said, one, chance, segment)]
        failures[rule.__name__] = len(wrong)
        print(f"{rule.__name__:12} {len(held):,} checks, {len(wrong):,} failed: {rule.__doc__}")
        for said, one in wrong[:3]:
            print(f"    {said['name'][0]!r} against {one.caption!r}")
    if asked.json:
        print(json.dumps({"checks": len(held), "failures": failures}))


if __name__ == "__main__":
    main()
