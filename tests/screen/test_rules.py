"""Rules of use: what is an alert, who needs a second fact, and what is wrong in the file."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillon.model import StoreError
from maillon.screen import Answered, Asked, Screen, Use, entry, read_rules, rule
from maillon.screen.answer import room
from maillon.screen.rules import ListRule
from maillon.screen.ruletext import read_text

TODAY = date(2026, 11, 26)


@pytest.fixture
def use(tmp_path: Path) -> Use:
    return read_rules(tmp_path).use()


def answer(use: Use, query: dict[str, list[str]], *listed: dict[str, Any], **said: Any) -> Answered:
    entries = [
        entry(f"e{n}", "Person", one.pop("dataset", "un"), one) for n, one in enumerate(listed)
    ]
    dates = {one.id: one.facts.get("birthDate", ()) for one in entries}
    asked = Asked(entry("q", "Person", "", query), **said)
    screen = Screen(entries, threshold=0.0, top=100)
    (screened,) = screen.ask([asked.entry])
    return rule(asked, screened, use, dates=dates, cleared=lambda *_: "", today=TODAY)


NAME = {"name": ["Amos Verner Prochazka"]}


def notes(found: Answered) -> list[tuple[bool, tuple[str, ...]]]:
    return [(one.ruling.is_alert, one.ruling.notes) for one in found.ruled]


def test_a_strong_name_is_an_alert(use: Use) -> None:
    assert notes(answer(use, NAME, dict(NAME))) == [(True, ())]


def test_an_alert_begins_at_the_band_of_the_use(use: Use) -> None:
    found = answer(replace(use, alert_from="strong"), {"name": ["Amos Verner"]},
                   {"name": ["Amos Verner"], "birthDate": ["1950"]})  # fmt: skip
    band = found.hits[0].scored.band.value
    assert found.alerts == (band == "strong")
    assert len(found.hits) == 1


@pytest.mark.parametrize(
    "born", ["2010-05-01", "2009", "2005..2012", "~2009", "2008-12"],
    ids=["whole", "year", "range", "about", "month"],
)  # fmt: skip
def test_a_minor_needs_a_second_fact(use: Use, born: str) -> None:
    assert notes(answer(use, {**NAME, "birthDate": [born]}, dict(NAME))) == [(False, ("minor",))]
    assert notes(answer(use, dict(NAME), {**NAME, "birthDate": [born]})) == [(False, ("minor",))]


@pytest.mark.parametrize(
    "born", ["03/04/2009", "27.11.2008", "31.02.1980", "2008-02-31", "about ten", "2031-01-01",
             "2008-11-27", "1386..1387"],
    ids=["exchanged", "on the eve", "no such day", "nor this one", "words", "to come", "by a day", "solar years"],
)  # fmt: skip
def test_doubt_speaks_for_the_child(use: Use, born: str) -> None:
    assert notes(answer(use, {**NAME, "birthDate": [born]}, dict(NAME))) == [(False, ("minor",))]


@pytest.mark.parametrize("born", ["2008-11-26", "26.11.2008", "02-12-1990", "2007", "1350..1351"])
def test_who_is_of_age_whatever_the_date_stands_for_is_no_minor(use: Use, born: str) -> None:
    assert notes(answer(use, {**NAME, "birthDate": [born]}, dict(NAME))) == [(True, ())]


def test_of_two_dates_that_differ_the_later_counts(use: Use) -> None:
    query = {**NAME, "birthDate": ["1980-01-01", "2012-01-01"]}
    assert notes(answer(use, query, dict(NAME))) == [(False, ("minor",))]


@pytest.mark.parametrize(
    ("doubt", "alert"), [("unreadable", False), ("2012", False), ("1990", True)]
)
def test_what_reading_left_of_a_date_counts_as_one(use: Use, doubt: str, alert: bool) -> None:
    found = answer(use, dict(NAME), dict(NAME), birth_doubts=(doubt,))
    assert notes(found) == [(alert, () if alert else ("minor",))]


def test_an_older_receipt_is_ruled_as_it_was_then(use: Use) -> None:
    said = use.said()
    assert said["edition"] == 2
    del said["edition"]
    old = Use.from_said(said)
    assert old.said() == said
    for born, wanted in (("31.02.1980", ()), ("2008-03-01", ("minor",)), ("2031-01-01", ())):
        found = answer(old, {**NAME, "birthDate": [born]}, dict(NAME))
        assert found.ruled[0].ruling.notes == wanted


def test_a_birth_date_that_agrees_is_a_second_fact(use: Use) -> None:
    both = {**NAME, "birthDate": ["2010-05-01"]}
    assert notes(answer(use, both, dict(both))) == [(True, ())]


def test_no_date_at_all_is_no_minor(use: Use) -> None:
    assert notes(answer(use, dict(NAME), dict(NAME))) == [(True, ())]


def test_a_grown_up_is_no_minor(use: Use) -> None:
    assert notes(answer(use, {**NAME, "birthDate": ["1980-01-01"]}, dict(NAME))) == [(True, ())]


def test_extra_caution_can_be_lifted(use: Use) -> None:
    lifted = replace(use, minors="as_any", humanitarian="as_any")
    found = answer(lifted, {**NAME, "birthDate": ["2010"]}, dict(NAME), is_humanitarian=True)
    assert notes(found) == [(True, ())]


def test_a_humanitarian_actor_needs_a_second_fact(use: Use) -> None:
    found = answer(use, dict(NAME), dict(NAME), is_humanitarian=True)
    assert notes(found) == [(False, ("humanitarian actor",))]


@pytest.mark.parametrize(
    ("word", "shown", "left"), [("never_alone", 1, 0), ("show", 1, 0), ("ignore", 0, 1)]
)
def test_a_weak_alias_alone(use: Use, word: str, shown: int, left: int) -> None:
    weak = {"name": ["Somebody Else Entirely"], "weakAlias": ["Amos Verner Prochazka"]}
    ruled = replace(use, lists={"un": ListRule(weak_alias=word)}, alert_from="weak")
    found = answer(ruled, dict(NAME), weak)
    assert (len(found.ruled), len(found.left_out)) == (shown, left)
    assert found.alerts == (1 if word == "show" else 0)


def test_a_list_has_its_own_most_hits(use: Use) -> None:
    ruled = replace(use, lists={"un": ListRule(most_hits=1)})
    found = answer(ruled, dict(NAME), dict(NAME), dict(NAME), {**NAME, "dataset": "ofac"})
    assert [hit.dataset for hit in found.hits] == ["un", "ofac"]
    assert found.truncated
    assert room(ruled, []) > room(use, [])


def test_a_hidden_hit_takes_nobody_s_place(use: Use) -> None:
    assert room(replace(use, most_hits=1), [3, 1]) == 4


def test_the_base_rate_moves_the_probability_and_not_the_score(use: Use) -> None:
    low, high = (
        answer(replace(use, base_rate=rate), dict(NAME), dict(NAME)).ruled[0]
        for rate in (1e-6, 0.1)
    )
    assert low.hit.scored.score == high.hit.scored.score
    assert low.ruling.probability < high.ruling.probability


def test_rules_come_back_from_a_receipt(use: Use) -> None:
    assert Use.from_said(use.said()) == use
    assert Use.from_said(use.said()).sha256 == use.sha256


def test_every_rule_is_in_the_hash(use: Use) -> None:
    changed = [
        replace(use, base_rate=0.3), replace(use, threshold=0.9), replace(use, alert_from="weak"),
        replace(use, most_hits=3), replace(use, minors="as_any"), replace(use, minors_under=16),
        replace(use, humanitarian="as_any"), replace(use, humanitarian_datasets=("d",)),
        replace(use, lists={"*": ListRule("show")}),
    ]  # fmt: skip
    assert len({one.sha256 for one in [use, *changed]}) == len(changed) + 1


def test_a_new_use_and_a_new_list_start_from_the_defaults(tmp_path: Path) -> None:
    text = "default_use: mine\nuses: {mine: {threshold: 0.8}}\nlists: {ofac_sdn: {most_hits: 2}}\n"
    (tmp_path / "screening.yaml").write_text(text, "utf-8")
    use = read_rules(tmp_path).use()
    assert (use.name, use.threshold, use.alert_from) == ("mine", 0.8, "possible")
    assert use.of_list("ofac_sdn") == ListRule("never_alone", 2)
    assert use.of_list("un_sc") == ListRule("never_alone", 0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("uses:\n  border:\n    base_rate: 2\n", "line 3: uses.border.base_rate is a number from"),
        ("uses: {border: {most_hits: yes}}", "line 1: uses.border.most_hits is a whole number"),
        ("lists: {un: {weak_alias: maybe}}", "never_alone, show, ignore"),
        ("\nuse: 1", "line 2: 'use' is none of format, default_use, uses, lists, protected"),
        ("uses: [1]", "uses holds names, each with lines of its own"),
        ("uses: {a: {threshold: 0.9}, a: {threshold: 0.8}}", "'a' is said twice"),
        ("a: [", "line 1: no YAML"),
        ("default_use: fishing", "'fishing' is none of border, customer_file, retrospective"),
        ("format: 2", "format is one of 1"),
        ("uses: {border: {base_rate: 2000-13-45}}", "is a number from"),
        ("protected: {minors: {alert: never}}", "second_fact, as_any"),
        ("protected: {humanitarian: {topics: x}}", "a list of words"),
        ("&a [*a]", "the file holds"),
        ("- 1", "the file holds"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "screening.yaml").write_text(text, "utf-8")
    with pytest.raises(StoreError) as raised:
        read_rules(tmp_path)
    assert message in str(raised.value)
    assert "screening.yaml" in str(raised.value)


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="{}[]:,&*!-# \nauses", max_size=80)))
def test_any_bytes_are_read_or_refused(content: bytes | str) -> None:
    try:
        read_text(content if isinstance(content, bytes) else content.encode(), "r.yaml")
    except StoreError as error:
        assert str(error).startswith("r.yaml")  # noqa: PT017 - either is right
