"""The desk's pages: each form calls the function of its twin in the API; what came of it is told."""

import re
from collections.abc import Iterator
from typing import get_args

import pytest
from fastapi.routing import APIRoute

from maillon.web.api import routers
from maillon.web.login import routers as login_routers
from maillon.web.pages.desk.desks import DESKS
from maillon.web.pages.desk.fields import fields_of
from maillon.web.pages.desk_words import FIELDS, VALUES

from .conftest import House, Reader

ANSWERS = {route.endpoint for router in (*routers(), *login_routers) for route in router.routes}  # type: ignore[attr-defined]  # routes of the API
FORMS = [(desk.name, deed.name) for desk in DESKS.values() for deed in desk.deeds]
RETENTION = {
    "requests", "breaches", "processing", "due", "reviews", "tombstones", "holds", "unmaskings",
    "recipients",
}  # fmt: skip
"""Lists that the purpose of keeping is for."""


@pytest.fixture(scope="module")
def keeper(house: House) -> Iterator[Reader]:
    with house.reader("keeper", "retention") as reader:
        yield reader


@pytest.fixture(scope="module")
def officer(house: House) -> Iterator[Reader]:
    with house.reader("officer", "retention") as reader:
        yield reader


def form(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def send(reader: Reader, place: str, status: int = 200, **fields: str | list[str]) -> str:
    """Open a form and send it."""
    answer = reader.post(place, data=form(reader.page(place)) | fields)
    assert answer.status_code == status, answer.text
    return answer.text


@pytest.mark.parametrize(("name", "deed"), FORMS)
def test_a_form_calls_the_function_that_answers_its_twin_in_the_api(name: str, deed: str) -> None:
    found = DESKS[name].deed(deed)
    assert found is not None
    assert found.route in ANSWERS
    assert DESKS[name].route in ANSWERS
    assert found.read is None or found.read in ANSWERS


@pytest.mark.parametrize("name", sorted(DESKS))
def test_each_field_and_code_has_words(name: str) -> None:
    desk = DESKS[name]
    fields = [field for deed in desk.deeds for field in deed.fields]
    assert {*desk.columns, *(one.name for one in fields)} <= set(FIELDS)
    codes = {code for one in fields if one.name != "grade" for code in one.options} - {""}
    assert codes <= set(VALUES)


@pytest.mark.parametrize("name", sorted(DESKS))
def test_each_column_is_in_the_answer_of_the_api(name: str) -> None:
    routes = [one for router in (*routers(), *login_routers) for one in router.routes]
    (route,) = [
        one for one in routes if isinstance(one, APIRoute) and one.endpoint is DESKS[name].route
    ]
    items = route.response_model.model_fields["items"].annotation
    (line,) = get_args(items)
    names = {held.alias or key for key, held in line.model_fields.items()}
    assert set(DESKS[name].columns) <= names
    assert {one.of for one in DESKS[name].deeds} - {""} <= names


@pytest.mark.parametrize("name", sorted(set(DESKS) - {"accounts", "pointers"}))
def test_each_list_is_drawn(reviewer: Reader, keeper: Reader, name: str) -> None:
    reader = keeper if name in RETENTION else reviewer
    page = reader.page(f"/en/desk/{name}")
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert "Desk" in page


@pytest.mark.parametrize(("name", "deed"), FORMS)
def test_each_form_is_drawn(reviewer: Reader, name: str, deed: str) -> None:
    found = DESKS[name].deed(deed)
    assert found is not None
    place = f"/en/desk/{name}/{deed}"
    if found.read is not None:
        return  # about a thing that must be there: the journeys below
    page = reviewer.page(f"{place}?id=x" if found.of else place)
    for field in found.fields:
        assert f'name="{field.name}"' in page


def test_a_protection_is_written_listed_and_lifted(reviewer: Reader) -> None:
    page = send(
        reviewer, "/en/desk/protections/protect", entity="o1", kind="victim",
        reason="named in the indictment", basis="",
    )  # fmt: skip
    assert "Done: Protect an entity." in page
    assert "named in the indictment" in page
    assert "victim" in reviewer.page("/en/record?id=o1")
    place = re.findall(r'href="(/en/desk/protections/lift\?id=[^"]+)"', page)[-1]
    refused = reviewer.post(
        place, data=form(reviewer.page(place)) | {"reason": "another person after all"}
    )
    assert refused.status_code == 403  # a second person lifts it
    assert "another person after all" in refused.text


def test_what_is_missing_is_named_and_what_was_written_stays(reviewer: Reader) -> None:
    page = send(
        reviewer, "/en/desk/anchors/propose", 422, entity="o1", topic="no topic", basis="judgment",
        grade="A1", reason="", expires="2027-01-01",
    )  # fmt: skip
    assert "This was not understood." in page
    assert "Say it." in page
    assert 'value="2027-01-01"' in page


def test_whoever_asks_does_not_approve(reviewer: Reader, house: House) -> None:
    page = send(
        reviewer, "/en/desk/anchors/propose", entity="o2", topic="crime.terror", basis="judgment",
        grade="A1", reason="convicted", expires="2027-01-01",
    )  # fmt: skip
    place = re.findall(r'href="(/en/desk/anchors/approve\?id=[^"]+)"', page)[-1]
    refused = send(reviewer, place, 403)
    assert "para. 49" in refused
    with house.reader("supervisor", "review") as boss:
        assert "Done: Approve this anchor." in send(boss, place)


def test_one_form_sent_twice_is_one_act(reviewer: Reader) -> None:
    place = "/en/desk/questions/ask"
    said = form(reviewer.page(place)) | {
        "kind": "phone", "what": "+33 1 23 45 67 89", "expires": "2027-01-01", "reason": "sent twice"
    }  # fmt: skip
    for _ in range(2):
        assert reviewer.post(place, data=said).status_code == 200
    assert reviewer.page("/en/desk/questions").count("<bdi>sent twice</bdi>") == 1


def test_a_case_is_renewed_on_what_was_seen_of_it(reviewer: Reader) -> None:
    page = send(
        reviewer, "/en/desk/cases/open", regime="both", purposes=["linking", "review"],
        agencies="centre", reason="warrant 7", expires="2027-01-01",
    )  # fmt: skip
    place = re.findall(r'href="(/en/desk/cases/renew\?id=[^"]+)"', page)[-1]
    stale = form(reviewer.page(place))
    assert "Done" in send(reviewer, place, expires="2027-02-01", reason="still needed")
    late = reviewer.post(place, data=stale | {"expires": "2027-03-01", "reason": "late"})
    assert late.status_code == 412
    assert "Somebody decided in between" in late.text


def test_a_request_is_filed_proposed_and_decided_by_another(
    keeper: Reader, officer: Reader
) -> None:
    page = send(
        keeper, "/en/desk/requests/file", kind="access", reference="P 12/26",
        received="2026-11-02", entities="o3", channel="subject",
    )  # fmt: skip
    assert "P 12/26" in page
    propose = re.findall(r'href="(/en/desk/requests/propose\?id=[^"]+)"', page)[-1]
    assert "Done" in send(keeper, propose, outcome="grant", ground="")
    decide = propose.replace("propose", "decide")
    assert "This is refused" in send(keeper, decide, 403, agreed="yes")
    assert "Done" in send(officer, decide, agreed="yes")


def test_a_list_that_the_mandate_is_not_for_says_what_would_be_needed(reviewer: Reader) -> None:
    page = reviewer.page("/en/desk/requests", 403)
    assert "What would be needed" in page


def test_a_page_that_is_none_is_not_there(reviewer: Reader) -> None:
    for place in ("/en/desk/nothing", "/en/desk/cases/nothing", "/en/desk/nothing/x"):
        assert reviewer.get(place).status_code == 404


def test_the_fields_of_a_body_are_read_from_it() -> None:
    deed = DESKS["cases"].deed("open")
    assert deed is not None
    kinds = {one.name: (one.kind, one.is_required) for one in fields_of(deed.body)}
    assert kinds == {
        "regime": ("choice", True), "purposes": ("choices", True), "agencies": ("lines", True),
        "reason": ("long", True), "expires": ("day", True),
    }  # fmt: skip
