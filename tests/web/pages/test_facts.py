"""What a page says of the facts of a hit: nothing of it stays in English in another language."""

import json
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest
from babel.messages.pofile import read_po

from maillon.screen import Hit, Reason, Scored
from maillon.screen.explain import KINDS, OUTLOOK
from maillon.screen.facts import likelihoods
from maillon.screen.model import model
from maillon.screen.reason import Band
from maillon.store import Bearing, Fact
from maillon.store.protections import PROVISIONS
from maillon.web.pages import facts as spoken_facts
from maillon.web.pages.codes import CODES, SCHEMATA
from maillon.web.pages.facts import fact, remark, spoken
from maillon.web.pages.language import speeches
from maillon.web.pages.values import data
from maillon.workspace.guarding import UNKNOWN
from maillon.workspace.hit_sides import facts_of

NOTES: Final = ("humanitarian actor", "minor", "weak alias alone")
"""What `Use.cautions` and `Use.ruling` note."""
RULES: Final = ("a weak alias never alerts alone", "facts support a name, they do not replace it")
PAGES: Final = Path(spoken_facts.__file__).parent


def phrases(code: str) -> dict[str, str]:
    held = files("maillon.screen") / "data" / f"sentences.{code}.json"
    found: dict[str, str] = json.loads(held.read_text("utf-8"))
    return found


def verdicts() -> set[tuple[str, str]]:
    """Every kind and verdict of a reason: a reason of which there is no sentence cannot be said."""
    kinds = ("birth date", "part", "name", "generations", "country", "gender", "place", "document")
    found = {
        (kind, key.removeprefix(f"{kind} "))
        for key in phrases("en")
        for kind in kinds
        if key.startswith(f"{kind} ")
    }
    joined = {("part", f"{what}, joined") for kind, what in found if kind == "part"}
    return found | joined | {("rule", one) for one in RULES}


def hit(points: float) -> Hit:
    """A hit that gives every reason there is, whatever it says of the person."""
    reasons = [Reason(kind, "7", "8", what, weight=0.5, points=points) for kind, what in verdicts()]
    reasons += [
        Reason("kind", one, "Person", "other kind", points=points) for one in sorted(SCHEMATA)
    ]
    absent = tuple(
        {"kind": kind, "lacks": lacks} for kind in KINDS for lacks in ("query", "list", "both")
    )
    change = tuple(
        {"kind": kind, "verdict": what, "band": band.value}
        for kind, what in OUTLOOK
        for band in Band
    )
    scored = Scored(0.5, Band.WEAK, tuple(reasons))
    return Hit("7", "8", "9", scored, absent=absent, would_change=change)


def every_fact() -> list[Fact]:
    flags = sorted({*PROVISIONS, UNKNOWN} - {"release"})
    protected = [
        Fact(Bearing.FOR, f"protected: {kind}", "; ".join([f"7 is protected: {kind}"] * sides))
        for kind in flags
        for sides in (1, 2)
    ]
    return [*facts_of(hit(1.0), NOTES), *facts_of(hit(-1.0), NOTES), *protected]


def words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.lower()))


@cache
def french() -> frozenset[str]:
    """Every word of the French catalogue and sentences."""
    with (PAGES / "words" / "fr.po").open("rb") as raw:
        said = [str(one.string) for one in read_po(raw, locale="fr") if one.id]
    return frozenset().union(*map(words, (*said, *phrases("fr").values())))


def test_each_verdict_of_the_score_is_among_those_that_are_tried() -> None:
    said = {what for _, what in verdicts()}
    named = {name for one in model().groups.values() for name in one
             if not name.endswith((" weight", " distance"))}  # fmt: skip
    held = {(kind, what) for kind, found in likelihoods().items() for what in found}
    assert named - said == {"joined", "other kind"}  # an ending; and tried with every schema
    assert held <= verdicts()


def test_no_fact_of_a_hit_keeps_a_latin_letter_in_arabic() -> None:
    speech = speeches()["ar"]
    left = {
        (one.code, told)
        for one in every_fact()
        for told in (fact(speech, one.code), remark(speech, one.text))
        if re.search("[A-Za-z]", told)
    }
    assert left == set()


def test_no_fact_of_a_hit_keeps_a_word_that_is_not_french_in_french() -> None:
    speech = speeches()["fr"]
    left = {
        (one.code, told)
        for one in every_fact()
        for told in (fact(speech, one.code), remark(speech, one.text))
        if not words(told) <= french()
    }
    assert left == set()


@pytest.mark.parametrize("code", ["fr", "ar"])
def test_what_somebody_said_before_is_named(code: str) -> None:
    assert set(CODES["earlier"]) == {"verdict", "clearing", "judgement", "assessment"}
    assert all(speeches()[code].say(one) != one for one in CODES["earlier"])


def test_english_is_found_where_it_is_left() -> None:
    assert not words("nom : same day") <= french()


def test_what_is_sealed_of_a_hit_is_what_it_was() -> None:
    reasons = (
        Reason("birth date", "1980-02-03", "1980-02-03", "same day", points=4.5),
        Reason("part", "amos", "omar", "contradicted", points=-2.04),
        Reason("name", "", "", "calibration", points=-0.37),
        Reason("birth date", "x", "y", "unread", points=0.0),
    )
    made = facts_of(Hit("7", "8", "9", Scored(0.5, Band.WEAK, reasons)), ["minor"])
    assert [(one.side.value, one.code, one.text) for one in made] == [
        ("against", "birth date: same day", "the birth dates are the same: 1980-02-03 (+4.5)"),
        ("for", "part: contradicted", "“amos” stands where the list has “omar” (-2.0)"),
        ("for", "rule: minor", "the rules ask for a second fact: minor"),
    ]


def test_a_fact_in_english_is_as_it_was_sealed_but_for_the_names_of_kinds() -> None:
    speech = speeches()["en"]
    changed = {one.code for one in every_fact() if remark(speech, one.text) != one.text}
    assert changed == {"kind: other kind"}


def test_a_sentence_that_begins_with_a_name_runs_as_its_language_does() -> None:
    text = "“cyril” stands in both names (+3.6)"
    assert spoken(speeches()["ar"], text).startswith('<bdi dir="rtl">')
    assert spoken(speeches()["ar"], "analyst: seen").startswith("<bdi>")


def test_a_date_after_arabic_letters_is_not_turned_around() -> None:
    assert data("ولد 1979-01-02") == '<bdi>ولد <bdi dir="ltr">1979-01-02</bdi></bdi>'


def test_the_sign_of_a_number_after_arabic_letters_stays_before_it() -> None:
    assert data("نقاط (-1.0)") == '<bdi>نقاط (<bdi dir="ltr">-1.0</bdi>)</bdi>'


@pytest.mark.parametrize("text", ["1979-01-02", "ml-12-34 سجل", "AB-1979-01-02"])
def test_nothing_else_is_set_apart(text: str) -> None:
    assert data(text) == f"<bdi>{text}</bdi>"


@pytest.mark.parametrize("mark", list("\u061c\u200e\u200f\u202a\u202e\u2066\u2069"))
def test_a_mark_that_turns_the_direction_is_shown(mark: str) -> None:
    assert mark not in data(f"a{mark}b")
    assert "<span class=mark>" in data(f"a{mark}b")
