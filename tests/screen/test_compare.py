"""How parts and whole names compare: what counts as agreement, and how much it tells."""

import pytest

from maillon.screen import entry, pair_score
from maillon.screen.align import align
from maillon.screen.compare import EXACT, KNOWN, LOOSE, PREFIX, SYLLABLE, Verdict, compare
from maillon.screen.entry import Name, Part
from maillon.screen.model import model
from maillon.screen.namescore import name_reasons
from maillon.screen.rarity import LEAST, MOST, rarity, rarity_of_key


def name(text: str) -> Name:
    return Name(text, "name", organisation=False)


def part(text: str, number: int = 0) -> Part:
    return name(text).parts[number]


def verdicts(mine: str, theirs: str) -> set[str]:
    points = model().groups["person"]
    return {reason.verdict for reason in name_reasons(name(mine), name(theirs), points)}


def kind(one: Part, two: Part) -> str:
    found = compare(one, two)
    return found.kind if isinstance(found, Verdict) else ""


def test_a_key_weighs_no_more_than_what_it_holds() -> None:
    match = align(name("הלל"), name("Hilal")).matches[0]
    assert match.verdict.key
    assert match.weight <= rarity_of_key(match.verdict.key)
    assert rarity_of_key("a:hll.-") < rarity("hilal", ["s:hll.aa"])


@pytest.mark.parametrize("key", ["a:hll.-", "z:wang", "x:muhammad", "s:no such key"])
def test_the_weight_of_a_key_has_bounds(key: str) -> None:
    assert LEAST <= rarity_of_key(key) <= MOST


def test_a_word_with_vowels_is_as_rare_as_its_spelling_not_as_its_consonants() -> None:
    consonants = [key for key in part("Hilal").keys if key[0] == "a"]
    assert part("Hilal").weight > min(map(rarity_of_key, consonants))


@pytest.mark.parametrize(
    ("one", "two"),
    [("Zhang Mei", "Zheng Mei"), ("Pak Jin-su", "Pak Jun-su")],
)
def test_another_syllable_is_another_name(one: str, two: str) -> None:
    mine, theirs = name(one), name(two)
    changed = next(n for n in range(len(mine.parts)) if mine.parts[n].text != theirs.parts[n].text)
    assert kind(mine.parts[changed], theirs.parts[changed]) in {"", KNOWN}


@pytest.mark.parametrize(("one", "two"), [("I Sunsin", "Lee Sunsin"), ("O Jinwoo", "Oh Jinwoo")])
def test_one_letter_can_be_a_whole_surname(one: str, two: str) -> None:
    assert kind(part(one), part(two)) == SYLLABLE


def test_one_letter_of_other_names_is_an_initial() -> None:
    assert kind(part("L Hubbard"), part("Lafayette Hubbard")) == "initial"


@pytest.mark.parametrize(
    ("one", "two"),
    [("Mahmoudian", "Mahmoud"), ("Hassanpour", "Hassan"), ("Romanenko", "Roman")],
)
def test_an_ending_that_makes_a_name_cuts_nothing_short(one: str, two: str) -> None:
    assert kind(part(one), part(two)) != PREFIX


def test_a_word_that_was_cut_is_cut_short() -> None:
    assert kind(part("Rotenberg"), part("Roten")) == PREFIX


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("Yoon Dong-joo", "Yun Dongju"),
        ("Ryu Hyeonjin", "Yu Hyeon-jin"),
        ("Jeong Juyeong", "Chung Ju-yung"),
        ("陈景润", "Ch'en Ching-jun"),
        ("Isang Yun", "Yoon Yi-sang"),
    ],
)
def test_syllables_written_apart_are_one_given_name(mine: str, theirs: str) -> None:
    found = align(name(mine), name(theirs))
    assert not found.mine
    assert not found.theirs
    assert any(one.joined for one in found.matches)


def test_a_name_run_together_is_all_its_parts() -> None:
    found = align(name("HAMDULLAHALLAHNOOR"), name("Hamdullah Allah Noor"))
    assert [one.verdict.kind for one in found.matches] == [EXACT]
    assert not found.theirs


def test_what_sounds_alike_completes_no_name() -> None:
    assert kind(part("Bowers"), part("Berusa")) == LOOSE
    assert "complete" not in verdicts("Brandon Bowers", "Brandon Berusa")
    assert "complete" in verdicts("Brandon Bowers", "Brandon Bowers")


def test_another_order_is_said_but_not_the_family_name_first() -> None:
    assert "other order" in verdicts("Ahmed Hassan Omar", "Hassan Ahmed Omar")
    assert "other order" not in verdicts("Omar Ahmed Hassan", "Ahmed Hassan Omar")
    assert "other order" not in verdicts("Omar Omar Dupont", "Dupont, Omar Omar")
    assert "other order" not in verdicts("Hassan Bassam", "Bassam Hassan")


def test_a_short_word_was_not_cut_off_by_a_field() -> None:
    listed = entry("e", "Person", "list", {"name": ["Maksim CHU"]})
    query = entry("q", "Person", "", {"name": ["Roksolana Chumak"]})
    assert pair_score(query, listed) < 0.3
    cut = entry("q", "Person", "", {"name": ["NAZIRAHMADCHAUDH"]})
    whole = entry("e", "Person", "list", {"name": ["Nazir Ahmad CHAUDHRY"]})
    assert pair_score(cut, whole) > 0.9
