"""What must hold between answers: properties over many invented queries.

``bench/metamorphic.py`` runs ten thousand of each.
"""

import random
from collections.abc import Sequence

import pytest

from maillon.screen import Entry, Screen, entry, pair_score
from maillon.screen.candidates import near
from maillon.screen.index import build

GIVEN = (
    "Ahmed",
    "Omar",
    "Viktor",
    "Fatima",
    "Jean-Pierre",
    "Li Wei",
    "Yusuf",
    "Carlos",
    "Abd al-Karim",
)
FAMILY = (
    "al-Masri",
    "Sokolov",
    "Haddad",
    "Fernández",
    "Öztürk",
    "Nguyen",
    "Khan",
    "Dupont",
    "Okafor",
)
COUNT = 300


def people(seed: int, count: int = COUNT) -> list[dict[str, list[str]]]:
    """Return invented persons with names, birth dates, countries."""
    chance = random.Random(seed)
    return [
        {
            "name": [" ".join([chance.choice(GIVEN), chance.choice(GIVEN), chance.choice(FAMILY)]
                              [chance.randrange(2):])],
            "birthDate": [f"{chance.randrange(1950, 2000)}-0{chance.randrange(1, 10)}-1{chance.randrange(9)}"],
            "nationality": [chance.choice(["sy", "fr", "ru"])],
            "gender": ["male"],
        }
        for _ in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def pairs() -> list[tuple[dict[str, list[str]], Entry]]:
    """A query, and a list entry that shares at least a name with it."""
    chance = random.Random(2)
    listed = people(1)
    found = []
    for person in people(3):
        other = chance.choice(listed)
        held = {
            **other,
            "name": [*other["name"], *(person["name"] if chance.random() < 0.5 else [])],
        }
        found.append((person, entry("l", "Person", "list", held)))
    return found


def scored(properties: dict[str, list[str]], listed: Entry) -> float:
    return pair_score(entry("q", "Person", "", properties), listed)


@pytest.mark.parametrize("prop", ["birthDate", "nationality", "gender"])
def test_a_consistent_fact_never_lowers(
    pairs: Sequence[tuple[dict[str, list[str]], Entry]], prop: str
) -> None:
    for person, listed in pairs:
        name = {"name": person["name"]}
        more = {**name, prop: list(listed.facts[prop])}
        assert scored(more, listed) >= scored(name, listed)


def test_a_fact_that_the_list_lacks_changes_nothing(
    pairs: Sequence[tuple[dict[str, list[str]], Entry]],
) -> None:
    for person, listed in pairs:
        bare = entry("l", "Person", "list", {"name": [name.text for name in listed.names]})
        assert scored(person, bare) == scored({"name": person["name"]}, bare)


def test_case_and_diacritics_change_nothing(
    pairs: Sequence[tuple[dict[str, list[str]], Entry]],
) -> None:
    plain = str.maketrans("áéíóúöüÖÜ", "aeiououOU")
    for person, listed in pairs:
        text = person["name"][0]
        scores = {scored({"name": [form]}, listed)
                  for form in (text, text.upper(), text.lower(), text.translate(plain))}  # fmt: skip
        assert len(scores) == 1, text


def test_order_of_given_and_family_names_changes_nothing(
    pairs: Sequence[tuple[dict[str, list[str]], Entry]],
) -> None:
    for person, listed in pairs:
        text = person["name"][0]
        family = next(name for name in FAMILY if text.endswith(name))
        turned = f"{family}, {text.removesuffix(family).strip()}"
        assert scored({"name": [turned]}, listed) == scored({"name": [text]}, listed), text


def test_another_name_never_removes_a_candidate() -> None:
    listed = [entry(f"l{n}", "Person", "list", one) for n, one in enumerate(people(5))]
    segment = build(listed)
    chance = random.Random(6)
    extra = people(7)
    for person in people(8, 100):
        one = entry("q", "Person", "", person)
        two = entry("q", "Person", "", {
            **person, "alias": chance.choice(extra)["name"], "idNumber": ["AB12345"]})  # fmt: skip
        first = {int(segment.owner[n]) for n in near(one.names, segment).name}
        second = {int(segment.owner[n]) for n in near(two.names, segment).name}
        assert first <= second


def test_more_facts_never_remove_a_hit_that_they_do_not_contradict() -> None:
    listed = [entry(f"l{n}", "Person", "list", one) for n, one in enumerate(people(5))]
    screen = Screen(listed, threshold=0.5, top=1000)
    for person in people(5, 60):
        plain = entry("q1", "Person", "", {"name": person["name"]})
        more = entry("q2", "Person", "", {**person, "passportNumber": ["XY998877"]})
        first, second = (answer.hits for answer in screen.ask([plain, more]))
        conflicting = {
            hit.id for hit in first
            if set(listed[int(hit.id[1:])].facts["birthDate"]) != set(person["birthDate"])
            or set(listed[int(hit.id[1:])].facts["nationality"]) != set(person["nationality"])
        }  # fmt: skip
        assert {hit.id for hit in first} - conflicting <= {hit.id for hit in second}
