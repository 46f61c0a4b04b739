"""A fact by hand: stated, corrected, refused; and which records are one."""

import re

from .conftest import Reader
from .test_desk import form


def said(reader: Reader, place: str, **more: str) -> dict[str, str]:
    return form(reader.page(place)) | {
        "property": "birthDate", "value": "1979-01-09", "source": "B", "information": "2",
        "kind": "fact", "reason": "the birth certificate", **more,
    }  # fmt: skip


def test_a_fact_that_is_stated_stands_on_the_record(analyst: Reader) -> None:
    place = "/en/state?entity=o4"
    answer = analyst.post(place, data=said(analyst, place))
    assert answer.status_code == 200
    assert str(answer.url).endswith("/en/record?id=o4")
    assert "1979-01-09" in answer.text
    assert "B2" in answer.text


def test_a_corrected_fact_stands_no_more_and_stays_listed(analyst: Reader) -> None:
    place = "/en/state?entity=o5"
    analyst.post(place, data=said(analyst, place, value="1979-02-02"))
    listed = analyst.page("/en/desk/facts")
    (link,) = [
        one.replace("&amp;", "&")
        for one in re.findall(r'href="(/en/state\?corrects=[^"]+entity=o5)"', listed)
    ]
    answer = analyst.post(link, data=said(analyst, link, value="1979-03-03", reason="misread"))
    assert "1979-03-03" in answer.text
    assert "1979-02-02" not in answer.text
    assert "misread" in analyst.page("/en/desk/facts")


def test_what_is_not_said_of_a_fact_is_asked_for(analyst: Reader) -> None:
    place = "/en/state?entity=o4"
    answer = analyst.post(place, data=said(analyst, place, value=" ", reason=""))
    assert answer.status_code == 422
    assert "This was not taken" in answer.text


def test_a_protected_characteristic_is_refused_with_the_law(analyst: Reader) -> None:
    place = "/en/state?entity=o4"
    answer = analyst.post(place, data=said(analyst, place, property="religion", value="any"))
    assert answer.status_code == 403
    assert "2016/680, art. 10" in answer.text


def test_a_record_that_is_not_there_has_no_form(analyst: Reader) -> None:
    assert analyst.get("/en/state?entity=nobody").status_code == 404


def test_a_canonical_id_leads_to_the_records_for_which_it_stands(analyst: Reader) -> None:
    page = analyst.page("/en/around?id=t1")
    links = re.findall(r'href="(/en/record\?id=[^"]+)"', page)
    assert links
    for place in links:
        assert analyst.get(place).status_code == 200
    assert analyst.get("/en/record?id=ml-0000").status_code == 404


def test_the_records_that_are_one_are_named_and_can_be_taken_apart(
    analyst: Reader,
) -> None:
    one = "/en/record/one?id=t1"
    page = analyst.page(one)
    assert "t1b" in page
    assert "Why are they one?" in page
    answer = analyst.post(
        "/en/pairs?left=t1&right=t1b",
        data=form(page) | {"verdict": "negative", "reason": "two passports"},
    )
    assert answer.status_code == 200
    assert "No other record" in analyst.page(one)
