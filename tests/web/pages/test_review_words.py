"""Names where ids stood, transliterations beside names, judgements taken back, and their contraries."""

import re
from html import unescape

import pytest
from tests.journeys.verdict_verbs import answer, decider

from maillon.model import Act
from maillon.store import Event, Verdict
from maillon.web.pages.language import speeches
from maillon.web.pages.latin import latin

from .conftest import House, Reader

PAIR = "/en/pairs?left=t1&right=t1b"


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        ("fr", "Владимир Иванов", "Vladimir Ivanov"), ("en", "习近平", "Xi Jinping"),
        ("ru", "习近平", "Xi Jinping"), ("en", "محمد بن احمد", "Mhmd bn Ahmd"),
        ("ar", "Ελένη", "Eleni"),
    ],
)  # fmt: skip
def test_a_name_in_a_script_of_others_has_its_transliteration(
    code: str, name: str, said: str
) -> None:
    shown = latin(speeches()[code], name)
    assert f'<bdi dir="ltr" lang="und-Latn">{said}</bdi>' in shown
    assert 'class="latin"' in shown


@pytest.mark.parametrize(
    ("code", "name"),
    [("fr", "Müller"), ("ru", "Иванов"), ("ar", "محمد"), ("zh", "张伟"), ("en", "x1")],
)
def test_a_name_that_the_page_s_readers_read_has_none(code: str, name: str) -> None:
    assert latin(speeches()[code], name) == ""


def test_a_name_that_is_a_tag_stays_text() -> None:
    assert "<b>" not in latin(speeches()["en"], "<b>Иванов")


def test_second_looks_go_by_name(house: House, reviewer: Reader) -> None:
    w = house.workspace
    view = decider(w)
    shown = w.screening.show(view, "g1", "t1")
    id_ = w.screening.validate(view, "g1", "t1", answer(shown, "no match", takes_two=True))
    assert reviewer
    with house.reader("supervisor", "review") as boss:
        page = boss.page("/en/second-looks")
    w.screening.undo(view, id_, "the test begins anew")
    row = next(one for one in re.findall("<tr>.*?</tr>", page, re.DOTALL) if id_ in one)
    assert row.count("<bdi>Amos Verner</bdi>") == 2
    assert '<span class="id muted"><bdi>g1</bdi></span>' in row


def test_the_last_judgement_is_taken_back_where_it_was_given(analyst: Reader) -> None:
    page = analyst.page(PAIR)
    done = analyst.submit_from(page, PAIR, verdict="positive", reason="seen by hand")
    assert "Your last judgement" in done.text
    hidden = {name: unescape(value) for name, value in re.findall(
        r'<input type="hidden" name="(judgement|left|right|csrf)" value="([^"]*)"', done.text)}  # fmt: skip
    back = analyst.post("/en/judgement/undo", data=hidden | {"reason": "given by mistake"})
    assert back.status_code == 200
    said = back.text.split("What was said of the two before")[1]
    assert "<del>one and the same</del>" in said
    again = analyst.post("/en/judgement/undo", data=hidden | {"reason": "given by mistake"})
    assert again.status_code == 404


def test_a_judgement_of_somebody_else_is_not_taken_back(house: House, analyst: Reader) -> None:
    w = house.workspace
    view = w.view(Act.JUDGE, decider(w, "supervisor").mandate)
    id_ = w.judge(view, Event("t1", "t1b", Verdict.UNSURE, "r", tuple(sorted(view.labels))))
    page = analyst.page(PAIR)
    found = re.search(r'name="csrf" value="([^"]*)"', page)
    assert found is not None
    said = {"csrf": found[1], "judgement": id_, "left": "t1", "right": "t1b", "reason": "r"}
    assert analyst.post("/en/judgement/undo", data=said).status_code == 404


def test_what_others_said_of_a_pair_is_shown_with_it(house: House, analyst: Reader) -> None:
    w = house.workspace
    view = w.view(Act.JUDGE, decider(w, "supervisor").mandate)
    labels = tuple(sorted(view.labels))
    w.judge(view, Event("t1", "t1b", Verdict.NEGATIVE, "two passports", labels))
    assert "two passports" in analyst.page(PAIR).split("What was said of the two before")[1]


def test_two_people_s_contrary_judgements_are_listed(house: House, analyst: Reader) -> None:
    w = house.workspace
    for who, verdict in (("supervisor", Verdict.NEGATIVE), ("analyst", Verdict.POSITIVE)):
        view = w.view(Act.JUDGE, decider(w, who).mandate)
        w.judge(view, Event("t1", "t1b", verdict, "r", tuple(sorted(view.labels))))
    page = analyst.page("/en/conflicts")
    assert "people differ" in page
    assert "left=t1&amp;right=t1b" in page


def test_a_lead_has_keys_for_its_verdicts(reviewer: Reader) -> None:
    found = re.search(r'href="(/en/lead\?id=[^"]+)"', reviewer.page("/en/leads"))
    assert found is not None
    page = reviewer.page(found[1])
    keys = page.split('id="keys"')[1].split("</details>")[0]
    assert re.findall(r"<dt><kbd>(.*?)</kbd>", keys)[:5] == ["r", "s", "m", "c", "w"]
    assert 'data-go="u"' in page
    assert 'data-focus="w"' in page


def test_an_own_verdict_on_a_lead_is_taken_back_on_its_page(reviewer: Reader) -> None:
    found = re.search(r'href="(/en/lead\?id=[^"]+)"', reviewer.page("/en/leads"))
    assert found is not None
    page = reviewer.page(found[1])
    weighed = [unescape(one) for one in re.findall(r'name="weighed" value="([^"]+)"', page)]
    done = reviewer.submit_from(page, found[1], verdict="not assessable", reason="no date",
                                weighed=weighed)  # fmt: skip
    assert "Your last verdict" in done.text
    hidden = {name: unescape(value) for name, value in re.findall(
        r'<input type="hidden" name="(lead|csrf)" value="([^"]*)"', done.text)}  # fmt: skip
    verdict = re.search(r'name="verdict" value="([0-9a-f]{16})"', done.text)
    assert verdict is not None
    back = reviewer.post(
        "/en/verdict/undo", data=hidden | {"verdict": verdict[1], "reason": "by mistake"}
    )
    assert back.status_code == 200
    assert "Your last verdict" not in back.text
