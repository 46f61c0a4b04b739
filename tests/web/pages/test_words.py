"""The words of the pages: what is said stands in the catalogues, whole in French and Arabic."""

import csv
import importlib.util
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from jinja2 import Environment

from maillon.model.ftm import ftm_model, schema_of
from maillon.store import LeadState
from maillon.store.jobs import ACT_OF, JobState
from maillon.store.verdicts import VERDICTS
from maillon.web.pages.codes import CODES, PROPERTIES, SCHEMATA, said
from maillon.web.pages.facts import REMARKS, fact, remark
from maillon.web.pages.language import LANGUAGES, speeches

from .conftest import Reader

ROOT: Final = Path(__file__).resolve().parents[3]
PAGES: Final = ROOT / "src" / "maillon" / "web" / "pages"
WHOLE: Final = [code for code, one in LANGUAGES.items() if one.is_whole and code != "en"]
BEGUN: Final = [code for code in LANGUAGES if code != "en"]
NAMES: Final = frozenset({"Maillon"})
"""What a template may say without a translation: the project's own name."""
SPOKEN: Final = frozenset({"alt", "aria-label", "aria-description", "placeholder", "title"})
"""Attributes that a reader sees or hears."""
PLACES: Final = re.compile(r"%\(\w+\)[a-z]")


@cache
def writer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("write_words", ROOT / "tools" / "write_words.py")
    assert spec is not None
    assert spec.loader is not None
    held = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(held)
    return held


@cache
def template() -> Catalog:
    made: Catalog = writer().template()
    return made


@cache
def catalogue(code: str) -> Catalog:
    with (PAGES / "words" / f"{code}.po").open("rb") as raw:
        return read_po(raw, locale=code)


def messages(code: str) -> Iterator[Message]:
    return (one for one in catalogue(code) if one.id)


def ids(of: Catalog) -> set[str | tuple[str, ...]]:
    return {tuple(one.id) if isinstance(one.id, list | tuple) else one.id for one in of if one.id}


def forms(one: Message) -> list[str]:
    """Return the translations of a message: one, or one for each of the language's plurals."""
    return list(one.string) if isinstance(one.string, list | tuple) else [str(one.string or "")]


@pytest.mark.parametrize("code", BEGUN)
def test_a_catalogue_has_what_the_pages_say_and_nothing_else(code: str) -> None:
    assert ids(catalogue(code)) == ids(template()), "run `python3 dev.py words`"


@pytest.mark.parametrize("code", BEGUN)
def test_a_catalogue_is_as_it_would_be_written(code: str) -> None:
    held = (PAGES / "words" / f"{code}.po").read_bytes()
    assert writer().updated(code, template()) == held, "run `python3 dev.py words`"


@pytest.mark.parametrize("code", BEGUN)
def test_a_catalogue_names_nobody(code: str) -> None:
    assert b"@" not in (PAGES / "words" / f"{code}.po").read_bytes()


@pytest.mark.parametrize("code", WHOLE)
def test_a_whole_language_says_everything(code: str) -> None:
    assert [one.id for one in messages(code) if one.fuzzy or not all(forms(one))] == []


@pytest.mark.parametrize("code", WHOLE)
def test_a_whole_language_has_each_of_its_plurals(code: str) -> None:
    plural = [one for one in messages(code) if isinstance(one.id, list | tuple)]
    assert {len(forms(one)) for one in plural} == {{"fr": 2, "ar": 6}[code]}


@pytest.mark.parametrize("code", BEGUN)
def test_a_translation_has_the_places_of_its_text(code: str) -> None:
    wrong = [
        (one.id, text)
        for one in messages(code)
        for text in forms(one)
        if text and sorted(PLACES.findall(text)) != sorted(PLACES.findall(first(one)))
    ]
    assert wrong == []


@pytest.mark.parametrize("code", BEGUN)
def test_a_translation_brings_no_sign_that_would_be_a_place(code: str) -> None:
    # "Part détenue (%)" was said with a ")" to fill in, and the page of facts by hand failed
    def signs(text: str) -> int:
        return PLACES.sub("", text).count("%")

    wrong = [
        (one.id, text)
        for one in messages(code)
        for text in forms(one)
        if text and signs(text) != signs(first(one))
    ]
    assert wrong == []


@pytest.mark.parametrize("code", ["en", *BEGUN])
def test_each_code_has_a_name_that_can_be_said(code: str) -> None:
    speech = speeches()[code]
    assert all(said(speech, one, group).strip() for group, words in CODES.items() for one in words)


@pytest.mark.parametrize("code", BEGUN)
def test_a_translation_brings_no_markup(code: str) -> None:
    assert [
        one.id for one in messages(code) for text in forms(one) if re.search("[<>&]", text)
    ] == []


@pytest.mark.parametrize("code", BEGUN)
def test_a_translation_is_in_the_letters_of_its_language(code: str) -> None:
    letters = {"ar": "ARABIC", "ru": "CYRILLIC", "zh": "CJK"}
    others = [name for own, name in letters.items() if own != code]
    wrong = [
        text
        for one in messages(code)
        for text in forms(one)
        if any(unicodedata.name(letter).startswith(name) for letter in text for name in others)
    ]
    assert wrong == []


def first(one: Message) -> str:
    return one.id[0] if isinstance(one.id, list | tuple) else str(one.id)


@pytest.mark.parametrize(
    ("count", "spoken"),
    [(0, "0 خيط،"), (1, "1 خيط،"), (2, "2 خيطان،"), (3, "3 خيوط،"), (10, "10 خيوط،"),
     (11, "11 خيطًا،"), (99, "99 خيطًا،"), (100, "100 خيط،"), (103, "103 خيوط،")],
)  # fmt: skip
def test_arabic_counts_as_it_is_spoken(count: int, spoken: str) -> None:
    # Source: Unicode CLDR, plural rules of ar: zero, one, two, few 3-10, many 11-99, other 100-102
    one, many = "%(count)s lead, the most telling first", "%(count)s leads, the most telling first"
    text = str(speeches()["ar"].words.ngettext(one, many, count)) % {"count": count}
    assert text.startswith(spoken)


def apart(template: str) -> str:
    """Return a template without what is translated or comes from a variable."""
    text, inside, begun = [], False, False
    lexed = Environment(trim_blocks=True, lstrip_blocks=True).lex(template)
    for _, kind, value in lexed:
        if begun and kind == "name":
            inside, begun = value == "trans" or (inside and value == "pluralize"), False
        begun = begun or kind == "block_begin"
        if kind == "data" and not inside:
            text.append(value)
    return "".join(text)


class Bare(HTMLParser):
    """Finds what a reader would see: text between tags, attributes that are spoken."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag
        for name, value in attrs:
            if name in SPOKEN and value:
                self.handle_data(value)

    def handle_data(self, data: str) -> None:
        self.found += [one for one in re.findall(r"[^\W\d_]+", data) if one not in NAMES]


def bare(template: str) -> list[str]:
    reader = Bare()
    reader.feed(apart(template))
    return reader.found


@pytest.mark.parametrize("template", sorted(one.name for one in (PAGES / "templates").iterdir()))
def test_a_template_says_nothing_that_is_not_translated(template: str) -> None:
    assert bare((PAGES / "templates" / template).read_text("utf-8")) == []


def test_a_bare_word_of_a_template_is_found() -> None:
    page = (
        '<p title="Look">{% trans n=1 %}one{% pluralize %}{{ n }} two{% endtrans %} B {{ c }}</p>'
    )
    assert bare(page) == ["Look", "B"]


def test_a_page_in_arabic_runs_from_right_to_left_in_its_own_words(analyst: Reader) -> None:
    page = analyst.page("/ar/leads")
    assert '<html lang="ar" dir="rtl">' in page
    assert "<h1>الخيوط</h1>" in page


def test_a_record_in_french_names_its_properties(analyst: Reader) -> None:
    page = analyst.page("/fr/record?id=t1")
    assert '<th scope="row">Date de naissance</th>' in page


def test_a_form_sends_codes_in_every_language(analyst: Reader) -> None:
    assert 'value="Vessel">سفينة</option>' in analyst.page("/ar/screening")


def test_an_arrow_of_a_path_points_on_in_arabic(analyst: Reader) -> None:
    found = re.search(r'href="/ar(/lead\?id=[0-9a-f]+)"', analyst.page("/ar/leads"))
    assert found is not None
    arrows = [re.findall("[←→]", analyst.page(f"/{code}{found[1]}")) for code in ("ar", "en")]
    assert [set(one) for one in arrows] == [{"←"}, {"→"}]


def test_a_code_is_said_in_the_language() -> None:
    assert said(speeches()["fr"], "birthDate", "property") == "Date de naissance"


def test_an_unknown_code_is_shown_as_it_is() -> None:
    assert said(speeches()["ar"], "noSuchProperty", "property") == "noSuchProperty"


def test_a_comparison_of_joined_parts_is_said() -> None:
    assert said(speeches()["fr"], "exact, joined", "compared") == "exact, en un seul mot"


@pytest.mark.parametrize("name", sorted(SCHEMATA))
def test_a_schema_goes_by_the_label_of_the_model(name: str) -> None:
    held = schema_of(name)
    assert held is not None
    assert SCHEMATA[name] == held.label


@pytest.mark.parametrize("name", sorted(set(PROPERTIES) - {"number"}))
def test_a_property_goes_by_a_label_of_the_model(name: str) -> None:
    schemata = ftm_model().schemata.values()
    labels = {one.properties[name].label for one in schemata if name in one.properties}
    assert PROPERTIES[name] in labels


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("state", set(LeadState)), ("job state", set(JobState)), ("job", set(ACT_OF)),
        ("verdict", {one for held in VERDICTS.values() for one in held}),
    ],
)  # fmt: skip
def test_every_code_of_the_house_is_called_something(group: str, codes: set[str]) -> None:
    assert {str(one) for one in codes} <= set(CODES[group])


def test_the_remarks_are_those_of_the_leads() -> None:
    with (ROOT / "src" / "maillon" / "nexus" / "explanations.csv").open(encoding="utf-8") as raw:
        assert {row["en"] for row in csv.DictReader(raw)} == REMARKS


@pytest.mark.parametrize(
    ("code", "spoken"),
    [
        ("hop 2: call, payment", "maillon 2\u00a0: appel, paiement"),
        ("weakness: one-source", "faiblesse"),
        ("would end it: call (hop 1)", "mettrait fin à la piste (maillon 1)"),
        ("birth date: other year", "date de naissance\u00a0: autre année"),
        ("protected: minor", "protection\u00a0: mineur"),
        ("cleared before", "écartée auparavant"),
        ("nothing known: of this", "nothing known: of this"),
    ],
)
def test_the_code_of_a_fact_is_said(code: str, spoken: str) -> None:
    assert fact(speeches()["fr"], code) == spoken


def test_what_speaks_for_the_people_is_said_in_arabic() -> None:
    assert remark(speeches()["ar"], "The whole path stands on one source").startswith("المسار")


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Amos - Bela - Cyril, strength 0.41", "Amos - Bela - Cyril, force 0.41"),
        ("1 paths, probability 0.00", "chemins\u00a0: 1, probabilité 0.00"),
        ("anything else", "anything else"),
    ],
)
def test_the_text_of_a_fact_is_said(text: str, spoken: str) -> None:
    assert remark(speeches()["fr"], text) == spoken


def test_a_date_in_arabic_is_not_turned_around() -> None:
    assert "\u20661980-02-03\u2069" in speeches()["ar"].say("as 1980-02-03, 1980-02 or 1980")
