"""What a coverage says, in words: every key and code that a search can make has one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from maillon import nexus
from maillon.nexus.coverage import COULD_NOT, FOUND, NOTHING, NOTHING_YET, _could_not, _hubs
from maillon.web.pages import covering
from maillon.web.pages.language import LANGUAGES, speeches

from .conftest import Reader

WHOLE = [code for code, one in LANGUAGES.items() if one.is_whole]
BARE = re.compile(r"\b(no-[a-z]+|not-crossed|could_not\w*|nothing_found\w*|never_inner|left-out"
                  r"|[a-z]+_[a-z_]+)\b")  # fmt: skip
"""Keys and codes as a search makes them."""


def cuts() -> Iterator[str]:
    """Yield the reasons for which the code cuts a search."""
    for file in Path(nexus.__file__).parent.glob("*.py"):
        held = ast.walk(ast.parse(file.read_text("utf-8")))
        calls = [one for one in held if isinstance(one, ast.Call) and one.args]
        for one in calls:
            first = one.args[0]
            if getattr(one.func, "id", "") == "Cut" and isinstance(first, ast.Constant):
                yield str(first.value)
    yield "paths"  # what `search` says by a name


def worst(cut: str) -> dict[str, Any]:
    """Return a coverage of which everything is wrong that can be."""
    bad = {"searched": True, "relations": 0, "dated": 0, "assessments": 1}
    return {
        "anchors": {"terror": 0, "crime": 0},
        "kinds": [{"code": "call", "sources": {}}],
        "datasets": [
            {**bad, "dataset": "one"}, {**bad, "dataset": "two", "searched": False},
            {**bad, "dataset": "three", "relations": 3},
        ],
        "hubs_not_crossed": {"count": 1},
        "cut": {"reason": cut},
    }  # fmt: skip


@pytest.fixture(scope="module")
def line(analyst: Reader) -> dict[str, Any]:
    held: dict[str, Any] = analyst.get("/api/v1/leads/coverage").json()
    return held


def test_every_key_of_a_coverage_has_a_word(line: dict[str, Any]) -> None:
    assert set(line) == set(covering.WHOLE)
    assert {key for one in line["datasets"] for key in one} == set(covering.DATASET)
    assert {key for one in line["kinds"] for key in one} == set(covering.KIND)
    assert {key for one in line["could_not"] for key in one} == set(covering.COULD_NOT)
    assert set(line["hubs_not_crossed"]) == set(covering.HUBS)
    assert set(line["anchors"]) == set(line["anchors_by_dataset"]) == set(covering.SIDES)


def test_every_key_of_a_hub_and_of_a_cut_has_a_word() -> None:
    hub = _hubs([nexus.Hub("call", "x", 3)])["largest"][0]
    assert set(hub) == set(covering.HUB)
    assert set(nexus.Cut("time", 1).line()) == set(covering.CUT)


def test_every_reason_has_a_word() -> None:
    made = {one["reason"] for cut in set(cuts()) for one in _could_not(worst(cut))}
    assert made == set(covering.REASONS) - {
        f"cut-{one}" for one in set(covering.CUTS) - set(cuts())
    }


def test_every_reason_of_a_cut_has_a_word() -> None:
    assert set(cuts()) == set(covering.CUTS)


def test_every_outcome_has_a_word() -> None:
    assert set(covering.OUTCOMES) == {FOUND, NOTHING, NOTHING_YET, COULD_NOT}


@pytest.mark.parametrize("code", WHOLE)
def test_a_coverage_shows_no_key_as_the_code_has_it(code: str, line: dict[str, Any]) -> None:
    bad = {**line, "could_not": _could_not(worst("halves")), "outcome": COULD_NOT,
           "cut": nexus.Cut("halves", 7, 1.25).line()}  # fmt: skip
    told = covering.told(speeches()[code], bad)
    text = [told.outcome, *(f"{name} {held}" for name, held in told.figures)]
    text += [one for table in told.tables for one in (table.heading, *table.columns)]
    text += [str(one) for table in told.tables for row in table.rows for one in row]
    assert [one for one in text if BARE.search(one)] == []


def test_a_coverage_in_arabic_says_why_it_could_not_look(analyst: Reader) -> None:
    assert "لا مجموعة بيانات فيها سجلات من هذا النوع" in analyst.page("/ar/lead/coverage")


def test_a_list_of_leads_counts_what_could_not_be_searched_by_every_reason() -> None:
    assert set(covering.SHORT) == {one for one in covering.REASONS if not one.startswith("cut-")}


def test_a_day_in_arabic_shows_no_mark_of_its_own(analyst: Reader) -> None:
    for page in ("/ar/lead/coverage", "/ar/record?id=t1"):
        assert "RIGHT-TO-LEFT MARK" not in analyst.page(page)
