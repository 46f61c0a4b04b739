"""What is not scored would have come to nothing; what is cut is said."""

import pickle
import random

import pytest

from maillon.screen import Entry, Screen, entry
from maillon.screen.candidates import TOP
from maillon.screen.index import build

GIVEN = ("Ahmed", "Omar", "Viktor", "Fatima", "Jean-Pierre", "Li Wei", "Yusuf", "Abd al-Karim", "J")
FAMILY = ("al-Masri", "Sokolov", "Haddad", "Fernández", "Öztürk", "Nguyen", "Khan", "bin Salim")
WRITTEN = {"Ahmed": "أحمد", "Viktor": "Виктор", "Omar": "Омар", "Haddad": "حداد", "Khan": "Хан"}
COUNT = 250


def person(chance: random.Random) -> dict[str, list[str]]:
    """Return an invented person."""
    given = [chance.choice(GIVEN) for _ in range(chance.randint(1, 3))]
    return {
        "name": [" ".join((*given, chance.choice(FAMILY)))],
        "birthDate": [f"{chance.randrange(1950, 2000)}-0{chance.randrange(1, 10)}-11"],
        "nationality": [chance.choice(["sy", "fr", "ru"])],
        "gender": [chance.choice(["male", "female"])],
    }


def changed(text: str, chance: random.Random) -> str:
    """Return a name with a slip, in another order, another script or written together."""
    words = text.split()
    match chance.randrange(6):
        case 0:
            place = chance.randrange(len(text))
            return text[:place] + text[place + 1 :]
        case 1:
            return " ".join(WRITTEN.get(word, word) for word in words)
        case 2:
            return f"{words[-1].upper()}/{''.join(words[:-1]).upper()}"
        case 3:
            chance.shuffle(words)
            return " ".join(words)
        case 4:
            return " ".join([words[0][0], *words[1:]])
        case _:
            return text


@pytest.fixture(scope="module")
def people() -> list[dict[str, list[str]]]:
    """Who is on the list."""
    chance = random.Random(11)
    return [person(chance) for _ in range(COUNT)]


@pytest.fixture(scope="module")
def listed(people: list[dict[str, list[str]]]) -> list[Entry]:
    """List entries, an organisation among them here and there."""
    return [
        entry(str(n), "Organization" if n % 9 == 0 else "Person", "list", said)
        for n, said in enumerate(people)
    ]


@pytest.mark.parametrize("threshold", [0.3, 0.7])
def test_a_pair_that_is_not_scored_would_be_no_hit(
    people: list[dict[str, list[str]]], listed: list[Entry], threshold: float
) -> None:
    chance = random.Random(12)
    queries = []
    for number in range(COUNT):
        said = dict(chance.choice(people))
        said["name"] = [changed(said["name"][0], chance)]
        if number % 2:
            del said["birthDate"]
        queries.append(entry(f"q{number}", "Person", "", said))
    every = Screen(listed, threshold=threshold, top=COUNT, least=-99.0)
    few = Screen(listed, threshold=threshold, top=COUNT)
    found = lost = 0
    for all_of, some in zip(every.ask(queries), few.ask(queries), strict=True):
        scores = {hit.id: hit.scored.score for hit in all_of.hits}
        kept = {hit.id: hit.scored.score for hit in some.hits}
        assert all(scores[id_] == score for id_, score in kept.items())
        found += len(scores)
        lost += len(scores.keys() - kept.keys())
    assert found > COUNT
    assert lost <= found / 500
    assert few.considered < every.considered / 2


def test_more_candidates_than_are_looked_at_are_told_when_they_matter() -> None:
    alike = [entry(f"a{n}", "Person", "list", {"name": ["Omar Haddad"]}) for n in range(TOP + 5)]
    (answer,) = Screen(alike, top=TOP * 2).ask(
        [entry("q", "Person", "", {"name": ["Omar Haddad"]})]
    )
    assert answer.truncated
    (answer,) = Screen(alike, top=TOP * 2).ask([entry("q", "Person", "", {"name": ["Omar Khan"]})])
    assert not answer.truncated


def test_a_record_that_was_sent_elsewhere_is_the_same_record() -> None:
    said = {"name": ["Omar Haddad"], "alias": ["أحمد"], "passportNumber": ["AB 123 456"]}
    one = entry("q", "Person", "here", said, {"name=Omar Haddad": "s1"})
    again = pickle.loads(pickle.dumps(one))
    assert again.version == one.version
    assert [name.text for name in again.names] == [name.text for name in one.names]
    assert (again.facts, again.statements) == (dict(one.facts), dict(one.statements))


def test_the_names_of_an_entry_keep_their_numbers_when_it_is_read_again() -> None:
    said = {"name": ["Zeta Bank (Omega Trust)", "Alpha / Beta Holding"], "alias": ["Beta Holding"]}
    listed = [entry(str(n), "Organization", "list", said) for n in range(3)]
    segment = build(listed)
    before = [name.text for one in listed for name in one.names]
    assert [segment.name(n).text for n in range(segment.name_count)] == before


@pytest.mark.parametrize(
    ("name", "listed"),
    [
        ("Morteza Faras atpour", "Morteza FARASATPOUR"),
        ("Salehmahmud Fayyad", "FAYYAD, Saleh Mahmud"),
        ("K. Parada", "Kwon PARADA"),
        ("Mohammadrez aJafaribandarabadi", "Mohammadreza JAFARIBANDARABADI"),
        ("Abdul Rejman al-Sindhi", "AL-SINDHI, Abdul Rehman"),
        ("NAZIRAHMADCHAUDHRY", "Nazir Ahmad CHAUDHRY"),
    ],
)
def test_words_cut_and_run_together_reach_the_score(name: str, listed: str) -> None:
    (answer,) = Screen([entry("e", "Person", "list", {"name": [listed]})], threshold=0.3).ask(
        [entry("q", "Person", "", {"name": [name]})]
    )
    assert [hit.id for hit in answer.hits] == ["e"]
