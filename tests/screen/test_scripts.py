"""Keys across scripts and romanisations. Expected forms: the standard named beside each."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.screen.normalise import Word, joined, keys, name_words
from maillon.screen.scripts import abjad, chinese, cyrillic, greek, korean, latin

CASES = Path(__file__).parents[2] / "bench" / "cases"


def word(name: str) -> Word:
    found = name_words(name)
    return found[0] if len(found) == 1 else joined(found)


def held(name: str) -> set[str]:
    return set(keys(*word(name)[:3]))


def shared(one: str, two: str) -> set[str]:
    return {key[0] for key in held(one) & held(two)}


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Mohammed", "Mouhammad"),
        ("Yusuf", "Joussouf"),
        ("Khalid", "Chalid"),
        ("Khalid", "Jalid"),
        ("Khalid", "Halid"),
        ("Sheikh", "Cheikh"),
        ("Sheikh", "Scheich"),
        ("Jihad", "Dschihad"),
        ("Jihad", "Cihad"),
        ("Abdelkader", "Abd al-Qadir"),
        ("Abdurrahman", "Abd al-Rahman"),
        ("Sergei", "Serguei"),
        ("Aleksandr", "Alexander"),
        ("Schewtschenko", "Chevtchenko"),
        ("Gamal", "Jamal"),
        ("Nuruddin", "Noureddine"),
        ("Faizullah", "Faiz ullah"),
        ("Vučić", "Vuchich"),
        ("Sukarno", "Soekarno"),
        ("Tawhid", "Tauhid"),
        ("Naoual", "Nawal"),
        ("Siraj", "Siradj"),
    ],
)
def test_spellings_of_one_name_share_a_fine_skeleton(one: str, two: str) -> None:
    assert "s" in shared(one, two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Jamal", "Jamil"),
        ("Hasan", "Husein"),
        ("Maria", "Mario"),
        ("Karim", "Karam"),
        ("Li", "Lu"),
        ("Dina", "Tina"),
        ("Martin", "Marwan"),
    ],
)
def test_other_names_share_no_fine_skeleton(one: str, two: str) -> None:
    assert not shared(one, two) & set("szkx")


@pytest.mark.parametrize(
    ("native", "spelling"),
    [
        ("فیض الله", "Faizullah"),
        ("حبيب الله", "Habibollah"),
        ("عبد الرحمن", "Abderrahmane"),
        ("نور الدين", "Noureddine"),
        ("قرۃ العین", "Qurratulain"),
        ("عزیز الرحمان", "Azizirahman"),
        ("جميل", "Jamil"),
        ("گوگوش", "Googoosh"),
        ("اسماعيل", "Ismail"),
        ("יצחק", "Yitzhak"),
        ("יצחק", "Itzhak"),
        ("אפרים", "Ephraim"),
        ("עגנון", "Agnon"),
    ],
)
def test_unvowelled_words_share_what_their_script_holds(native: str, spelling: str) -> None:
    assert "a" in shared(native, spelling)


def test_a_long_vowel_that_is_written_tells() -> None:
    assert not shared("جمال", "Jamil") & set("sa") - {"l"}


@pytest.mark.parametrize(
    ("hangul", "romanised"),
    [
        ("김연아", "gimyeona"),  # Revised Romanization of Korean 2000, names syllable by syllable
        ("한복남", "hanboknam"),  # the same, 3.4: no assimilation in names
    ],
)
def test_hangul_is_romanised_as_the_standard_says(hangul: str, romanised: str) -> None:
    assert korean.latin(hangul) == romanised


@pytest.mark.parametrize(
    ("greek_word", "romanised"),
    [("παπανδρεου", "papandreou"), ("ευαγγελοσ", "evangelos"), ("μπαμπησ", "bampis")],
)
def test_greek_is_romanised_as_elot_743_says(greek_word: str, romanised: str) -> None:
    assert greek.latin(greek_word) == romanised


def test_cyrillic_has_the_spellings_of_several_countries() -> None:
    spellings = {text for _, text in cyrillic.spellings("жуков")}
    assert {"zhukov", "schukow"} <= spellings


@pytest.mark.parametrize(
    ("han", "latin_name"),
    [
        ("泽东", "Tse-tung"),  # Wade-Giles without apostrophes
        ("泽东", "Zedong"),  # Hanyu Pinyin
        ("澤東", "Zedong"),  # traditional characters
        ("学森", "Hsueh-sen"),
        ("國榮", "Kwok-wing"),  # Hong Kong Government
    ],
)
def test_given_names_in_han_share_syllables_with_their_romanisations(
    han: str, latin_name: str
) -> None:
    given = name_words("毛" + han)[1]
    spelt = joined(name_words("Mao " + latin_name)[1:])
    assert {k for k in keys(*given[:3]) if k[0] == "z"} & set(keys(*spelt[:3]))


def test_a_double_surname_is_one_word() -> None:
    assert [one.native for one in name_words("歐陽予倩")] == ["欧阳", "予倩"]


@pytest.mark.parametrize(
    ("one", "two"),
    [("Lee", "이"), ("Park", "박"), ("Choi", "최"), ("Ryu", "류"), ("Kyongni", "경리")],
)
def test_korean_surnames_share_their_syllable_with_usual_spellings(one: str, two: str) -> None:
    spelt = next(w for w in name_words(f"Kim {one}") if w.text == one.lower())
    hangul = Word("", "hang", two)
    assert {k for k in keys(*hangul[:3]) if k[0] == "k"} & set(keys(*spelt[:3]))


def test_one_name_in_several_languages_is_known() -> None:
    assert "x" in shared("Iosif", "Yusuf")
    assert "x" in shared("William", "Bill")
    assert "x" in shared("יוסף", "Giuseppe")


def test_the_dialect_of_a_reading_is_named() -> None:
    assert ("spanish", "xalid") in latin.readings("jalid")
    assert ("german", "xalid") in latin.readings("chalid")


def test_letters_of_one_family_are_folded() -> None:
    assert abjad.fold("أحمد") == abjad.fold("احمد")
    assert abjad.fold("علي") == abjad.fold("علی")


def test_every_pinyin_syllable_has_a_wade_giles_form() -> None:
    assert all(row["wade_giles"] for row in chinese._rows("pinyin.csv"))


def test_cases_name_the_standard_and_the_person() -> None:
    with (CASES / "scripts_list.csv").open(encoding="utf-8") as text:
        listed = {row["id"] for row in csv.DictReader(text)}
    with (CASES / "scripts.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            case = json.loads(line)
            assert case["standard"]
            assert set(case["expected_ids"]) <= listed


@given(st.text())
def test_no_text_stops_the_keys(text: str) -> None:
    found = name_words(text)
    for one in found:
        assert all(key[1] == ":" for key in keys(*one[:3]))
    if found:
        keys(*joined(found)[:3])


@pytest.mark.parametrize(
    ("russian", "latin_words"),
    [
        ("ат-Таухид", ("tawhid",)),
        ("аш-Шабааб", ("shabaab",)),
        ("ас-Сунна", ("sunna",)),
        ("аз-Завахири", ("zawahiri",)),
        ("аль-Багдади", ("baghdadi",)),
    ],
)
def test_arabic_as_russian_writes_it_keeps_its_article_apart(
    russian: str, latin_words: tuple[str, ...]
) -> None:
    # Russian practical transcription of Arabic: assimilated articles, x for kh and h, y for w
    found = [one for one in name_words(russian) if not one.role]
    assert len(found) == len(latin_words)
    for one, text in zip(found, latin_words, strict=True):
        assert set(keys(*one[:3])) & {key for key in held(text) if key[0] == "s"}


@pytest.mark.parametrize(
    ("hangul", "given"),
    [
        ("태희", "Tae-hee"),  # Standard Pronunciation 5.3: ui after a consonant is i
        ("경리", "Kyŏng-ni"),  # McCune-Reischauer: r after ng is n
        ("기문", "Ki-moon"),
        ("정은", "Jong-un"),
        ("선희", "Sun-hui"),
        ("순택", "Suntaek"),
    ],
)
def test_given_names_in_hangul_share_syllables_with_usual_spellings(
    hangul: str, given: str
) -> None:
    native = name_words("김" + hangul)[1]
    spelt = joined(name_words("Kim " + given)[1:])
    assert {k for k in keys(*native[:3]) if k[0] == "k"} & set(keys(*spelt[:3]))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Gyeongri", "Kyongni"),  # letter by letter, and as it sounds
        ("Huichan", "Hee-chan"),
        ("Yeonghui", "Young-hee"),
    ],
)
def test_two_romanisations_of_a_korean_name_share_syllables(one: str, two: str) -> None:
    first, second = (joined(name_words("Kim " + text)[1:]) for text in (one, two))
    assert {k for k in keys(*first[:3]) if k[0] == "k"} & set(keys(*second[:3]))


@pytest.mark.parametrize(
    ("surname", "spelling"), [("반", "Ban"), ("국", "Kook"), ("이", "I"), ("오", "O")]
)
def test_surnames_that_are_seldom_or_short_are_known(surname: str, spelling: str) -> None:
    native = name_words(surname + "민수")[0]
    spelt = name_words(spelling + " Min-su")[0]
    assert {k for k in keys(*native[:3]) if k[0] == "k"} & set(keys(*spelt[:3]))


@pytest.mark.parametrize(
    ("han", "personal"),
    [
        ("英文", "Ing-wen"),
        ("显龙", "Hsien Loong"),
        ("美华", "Mei-hwa"),
        ("大千", "Dai-chien"),
        ("元任", "Yuen-ren"),
        ("学森", "Hsue-sen"),
    ],
)
def test_given_names_in_han_share_syllables_with_personal_spellings(
    han: str, personal: str
) -> None:
    given = name_words("李" + han)[1]
    spelt = joined(name_words("Lee " + personal)[1:])
    assert {k for k in keys(*given[:3]) if k[0] == "z"} & set(keys(*spelt[:3]))


def test_a_hebrew_alef_before_the_end_is_an_a() -> None:
    assert "a" not in shared("מילאן", "Maalin")
    assert "a" in shared("מילאן", "Milan")
    assert "a" in shared("דניאל", "Daniel")
    assert "a" in shared("זאב", "Zeev")
