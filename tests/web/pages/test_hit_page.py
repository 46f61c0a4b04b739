"""The page of a hit: the score step by step, the statements behind each value; the queue by name."""

import math
import re

import pytest

from maillon.screen import Reason, Scored
from maillon.screen.reason import Band
from maillon.web.pages.language import speeches
from maillon.web.pages.waterfall import waterfall_of

from .conftest import Reader

HIT = "/en/hit?subject=g1&entry=t1"
STEP = re.compile(r'<tr><th scope="row" class="(\w+)">(.*?)</th>\s*<td>(<svg.*?</svg>)</td>\s*'
                  r'<td class="number"><bdi>(.*?)</bdi></td><td class="number"><bdi>(.*?)</bdi>',
                  re.DOTALL)  # fmt: skip


def scored() -> Scored:
    reasons = (
        Reason("part", "amos", "amos", "exact", points=3.0, prop="name", source="Amos Verner"),
        Reason("name", "", "", "calibration", points=-0.5),
        Reason("birth date", "1980", "1990", "other year", points=-7.0, prop="birthDate"),
        Reason("birth date", "x", "y", "unread", points=0.0),
    )
    return Scored(0.0015, Band.NONE, reasons, points=-6.5, group="person")


def test_the_steps_begin_with_the_constant_and_end_with_the_sum() -> None:
    fall = waterfall_of(speeches()["en"], scored(), {})
    assert [one["points"] for one in fall["steps"]] == [-2.0, 3.0, -0.5, -7.0, 0.0]
    assert [one["sum"] for one in fall["steps"]] == [-2.0, 1.0, 0.5, -6.5, -6.5]
    assert fall["steps"][-1]["sum"] == fall["sum"]


def test_a_point_for_the_person_is_as_long_as_one_against() -> None:
    fall = waterfall_of(speeches()["en"], scored(), {})
    lengths = [abs(one["bar"] - fall["zero"]) for one in fall["steps"] if one["points"]]
    each = [lengths[n] / abs(one["points"]) for n, one in enumerate(fall["steps"][:4])]
    assert max(each) - min(each) < 0.2


def test_what_speaks_for_the_person_goes_one_way_and_the_rest_the_other() -> None:
    fall = waterfall_of(speeches()["en"], scored(), {})
    for one in fall["steps"]:
        assert (one["bar"] < fall["zero"]) is (one["points"] < 0)
        assert 0 <= min(one["bar"], one["at"]) <= max(one["bar"], one["at"]) <= fall["width"]


def test_a_step_says_where_the_value_of_the_list_stands() -> None:
    fall = waterfall_of(speeches()["en"], scored(), {("name", "Amos Verner"): "said-1-0"})
    assert [one["anchor"] for one in fall["steps"]] == ["", "said-1-0", "", "", ""]


def test_a_score_that_nothing_made_is_drawn() -> None:
    fall = waterfall_of(speeches()["en"], Scored(0.5, Band.WEAK, ()), {})
    assert [(one["bar"], one["at"]) for one in fall["steps"]] == [(fall["zero"], fall["zero"])]


def test_a_page_shows_each_point_of_the_score_and_they_add_up(reviewer: Reader) -> None:
    page = reviewer.page(HIT)
    steps = STEP.findall(page)
    points, sums = ([float(one[place]) for one in steps] for place in (3, 4))
    score = re.search(r"The sum gives the score: <bdi>([\d.]+)</bdi>", page)
    assert score is not None
    assert sum(points) == pytest.approx(sums[-1], abs=0.01 * len(steps))
    assert 1 / (1 + math.exp(-sums[-1])) == pytest.approx(float(score[1]), abs=0.002)
    assert {kind for kind, *_ in steps} >= {"for", "against"}


def test_a_waterfall_needs_no_style_and_no_picture(reviewer: Reader) -> None:
    for _, _, drawn, _, _ in STEP.findall(reviewer.page(HIT)):
        assert "style" not in drawn
        assert 'aria-hidden="true"' in drawn


def test_a_step_links_to_the_statements_of_the_value(reviewer: Reader) -> None:
    page = reviewer.page(HIT)
    links = re.findall(r'<a href="#(said-\d+-\d+)">', page)
    assert links
    assert set(links) <= set(re.findall(r'id="(said-\d+-\d+)"', page))


def test_each_value_of_both_records_opens_the_delivered_record(reviewer: Reader) -> None:
    page = reviewer.page(HIT)
    values = re.findall(r'<div class="valued".*?</div>', page, re.DOTALL)
    places = [re.findall(r'href="(/en/delivered\?[^"]+)"', one) for one in values]
    assert values
    assert all(places)
    records = [reviewer.page(one[0].replace("&amp;", "&")) for one in places]
    assert all("&#34;schema&#34;" in one for one in records)


def test_a_value_says_its_dataset_its_grade_and_its_place(reviewer: Reader) -> None:
    values = re.findall(r'<div class="valued".*?</div>', reviewer.page(HIT), re.DOTALL)
    (mine,) = [one for one in values if "<bdi>1980-02-03</bdi>" in one and "guests" in one]
    assert "not graded" in mine
    assert re.search(r"<bdi>line:\d+</bdi>", mine)


def test_a_list_and_what_was_said_before_stand_apart_from_the_text(reviewer: Reader) -> None:
    assert "On <bdi>register</bdi>." in reviewer.page(HIT)
    assert re.search(
        r'<a href="\?list=register"><bdi>register</bdi></a>', reviewer.page("/en/hits")
    )


def test_the_queue_names_people_and_keeps_their_ids(reviewer: Reader) -> None:
    row = next(
        one for one in re.findall(r"<tr>.*?</tr>", reviewer.page("/en/hits")) if "subject=g1" in one
    )
    assert "<bdi>Amos Verner</bdi></a><br>" in row
    assert re.search(r'<a class="id muted" href="/en/hits\?subject=g1"[^>]*><bdi>g1</bdi></a>', row)
    assert re.search(r'<a class="id muted" href="/en/hits\?entry=t1"[^>]*><bdi>t1</bdi></a>', row)
