"""Parts of pages: what htmx asks for of a page that is open, and what it is never drawn."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
from tests.journeys.records import OPEN, loaded, person

from maillon.store import saved_searches
from maillon.web.api import guards
from maillon.web.pages import hits
from maillon.web.pages.searching import PAGE

from .conftest import House, Reader

PART = {"hx-request": "true"}
MANY = 3 * PAGE + 5


@pytest.fixture(scope="module")
def reader(house: House) -> Iterator[Reader]:
    people = [person(f"z{n}", f"Zora Number{n}", country=["fr"]) for n in range(MANY)]
    loaded(house.workspace, "many", OPEN, people)
    with house.reader("analyst", "linking") as reader:
        yield reader


@pytest.fixture
def queue(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """A queue of hits that has several pages."""
    monkeypatch.setattr(hits, "PAGE", 2)
    return reader


def part(reader: Reader, path: str, status: int = 200, **headers: str) -> httpx.Response:
    answer = reader.get(path, headers=PART | headers)
    assert answer.status_code == status, answer.text
    return answer


def rows(page: str) -> list[str]:
    body = re.search(r'<tbody id="rows">(.*?)</tbody>', page, re.DOTALL)
    assert body is not None
    return re.findall(r"<tr>.*?</tr>", body[1], re.DOTALL)


def following(page: str) -> str:
    found = re.search(r'id="more" rel="next" href="([^"]+)"', page)
    assert found is not None
    return found[1].replace("&amp;", "&")


def whole(reader: Reader, path: str, page: str) -> list[str]:
    """Return the rows of a list, page after page as a browser without scripts walks it."""
    held = rows(page)
    while 'id="more" rel="next"' in page:
        path = following(page)
        page = reader.page(path)
        held += rows(page)
    return held


def test_a_part_is_the_page_without_its_frame(reader: Reader) -> None:
    page = reader.page("/en/search?q=Zora")
    answer = part(reader, "/en/search?q=Zora")
    assert rows(answer.text) == rows(page)
    assert "<html" in page
    for one in ("<html", "<header", "<nav", "<h1", "<script"):
        assert one not in answer.text


@pytest.mark.parametrize("path", ["/en/search?q=Zora", "/en/hits", "/en/desk/questions", "/en/me"])
def test_a_page_says_that_it_has_parts(reader: Reader, path: str) -> None:
    assert reader.get(path).headers["vary"] == "HX-Request"


@pytest.mark.parametrize(
    "path", ["/en/search?q=Zora", "/en/hits", "/en/desk/questions", "/en/verdicts"]
)
def test_htmx_keeps_nothing_and_runs_nothing_that_a_page_brings(reader: Reader, path: str) -> None:
    (said,) = re.findall(r"name=\"htmx-config\" content='([^']+)'", reader.page(path))
    for one in (
        '"allowEval": false', '"includeIndicatorStyles": false', '"selfRequestsOnly": true',
        '"historyCacheSize": 0', '"allowScriptTags": false',
    ):  # fmt: skip
        assert one in said


def test_every_request_of_htmx_carries_the_token_of_the_session(reader: Reader) -> None:
    page = reader.page("/en/hits")
    (token,) = re.findall(r'hx-headers=\'\{"x-csrf-token": "([0-9a-f]+)"\}\'', page)
    assert f'name="csrf" value="{token}"' in page


def test_more_of_a_search_is_the_same_with_and_without_scripts(reader: Reader) -> None:
    page = reader.page("/en/search?q=Zora")
    second = following(page)
    assert rows(part(reader, second).text) == rows(reader.page(second))
    assert len(whole(reader, "/en/search?q=Zora", page)) == MANY


def test_who_hears_the_page_is_told_how_many_lines_came(reader: Reader) -> None:
    page = reader.page("/en/search?q=Zora")
    came = part(reader, following(page)).text
    assert f'id="came" role="status">{PAGE} more lines</p>' in came
    assert f'id="extent">1 to {2 * PAGE} of {MANY}, the best first<' in came
    assert 'id="came" role="status"></p>' in page


def test_the_end_of_a_list_can_have_the_focus(reader: Reader) -> None:
    page = part(reader, "/en/search?q=Zora").text
    while 'id="more" rel="next"' in page:
        page = part(reader, following(page)).text
    assert 'id="more" tabindex="-1">That is all.' in page


def test_a_search_is_narrowed_from_wherever_it_is_shown(reader: Reader) -> None:
    # a link "?q=..." on the page of a search that was asked again led to an address that has no page
    page = reader.page("/en/search?q=Zora&dataset=many&schema=Person")
    links = re.findall(r'<a id="(?:facet|every)[^"]*" href="([^"]+)"', page)
    assert links
    assert all(one.startswith("/en/search?q=Zora") for one in links)


def test_a_search_that_is_narrowed_by_kind_can_be_widened(reader: Reader) -> None:
    page = reader.page("/en/search?q=Zora&schema=Person&dataset=many")
    (kind,) = re.findall(r'id="every-kind" href="([^"]+)"', page)
    assert parse_qs(urlsplit(kind.replace("&amp;", "&")).query) == {"q": ["Zora"],
                                                                   "dataset": ["many"]}  # fmt: skip


def test_more_of_the_queue_is_the_same_with_and_without_scripts(queue: Reader) -> None:
    page = queue.page("/en/hits")
    assert len(rows(page)) == 2
    second = following(page)
    assert rows(part(queue, second).text) == rows(queue.page(second))
    held = whole(queue, "/en/hits", page)
    assert len(held) == len(set(held)) > 4


def test_lines_are_counted_on_as_they_stand(queue: Reader) -> None:
    second = following(queue.page("/en/hits"))
    assert 'id="extent">Lines 3 to 4<' in queue.page(second)
    assert 'id="extent">Lines 1 to 4<' in part(queue, second).text


def test_more_of_a_list_of_the_desk_is_the_same_with_and_without_scripts(
    reviewer: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "/en/desk/protections/protect"
    for name in ("o1", "o2", "o3"):
        said = {"entity": name, "kind": "homonym", "reason": f"why {name}", "basis": ""}
        form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', reviewer.page(place)))
        assert reviewer.post(place, data=form | said).status_code == 200
    monkeypatch.setattr(guards.list_protections, "__defaults__", ("", "", 2))
    page = reviewer.page("/en/desk/protections")
    assert len(rows(page)) == 2
    second = following(page)
    assert rows(part(reviewer, second).text) == rows(reviewer.page(second))
    held = "".join(whole(reviewer, "/en/desk/protections", page))
    assert [held.count(f"why {name}") for name in ("o1", "o2", "o3")] == [1, 1, 1]


def test_an_expired_session_opens_the_login_as_a_whole_page(house: House, reader: Reader) -> None:
    page = f"{house.base}/en/search?q=Zora&dataset=many"
    with Reader(house.base) as nobody:
        answer = nobody.get(
            following(reader.page("/en/search?q=Zora")),
            headers=PART | {"hx-current-url": page},
        )
    assert (answer.status_code, answer.text) == (204, "")
    place = urlsplit(answer.headers["hx-redirect"])
    assert place.path == "/en/login"
    assert unquote(place.query) == "next=/en/search?q=Zora&dataset=many"


@pytest.mark.parametrize("said", ["http://[", "", "javascript:alert(1)", "https://evil.example/"])
def test_a_false_address_of_the_page_leads_nowhere_else(house: House, said: str) -> None:
    with Reader(house.base) as nobody:
        answer = nobody.get("/en/hits", headers=PART | {"hx-current-url": said})
        place = answer.headers["hx-redirect"]
        assert place.startswith("/en/login?next=")
        page = nobody.page(place)
    assert 'data-after="/en/"' in page


def test_what_is_refused_is_told_on_a_whole_page(reader: Reader) -> None:
    place = "/en/desk/requests?before=50"
    answer = part(reader, place, 204)
    assert (answer.text, answer.headers["hx-redirect"]) == ("", place)
    assert "What would be needed" in reader.page(place, 403)


def test_a_form_of_another_page_opens_the_page_that_it_was_sent_from(
    house: House, reader: Reader
) -> None:
    answer = reader.post(
        "/en/searches", data={"csrf": "0" * 64, "q": "x"},
        headers=PART | {"hx-current-url": f"{house.base}/en/search?q=x"},
    )  # fmt: skip
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, "/en/search?q=x")


def test_what_a_form_within_a_page_is_refused_is_told_in_its_place(
    house: House, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    (csrf, *_) = re.findall(r'name="csrf" value="([^"]+)"', reader.page("/en/search?q=Zora"))
    monkeypatch.setattr(saved_searches, "MOST_KEPT", 0)
    answer = reader.post(
        "/en/searches", data={"csrf": csrf, "q": "Zora"},
        headers=PART | {"hx-current-url": f"{house.base}/en/search?q=Zora"},
    )  # fmt: skip
    assert answer.headers["hx-retarget"] == answer.headers["hx-reselect"] == "#work"
    assert "searches that an account keeps" in answer.text
    assert 'role="alert"' in answer.text


def test_a_long_address_does_not_shut_its_own_login(house: House) -> None:
    address = "/en/map?" + "&".join(f"id=entity-{n:016d}" for n in range(200))
    with Reader(house.base) as nobody:
        page = nobody.page(address)
    assert 'data-after="/en/map"' in page


def test_a_search_is_kept_asked_again_and_let_go_of_in_parts(reader: Reader) -> None:
    page = reader.page("/en/search?q=Zora")
    (csrf, *_) = re.findall(r'name="csrf" value="([^"]+)"', page)
    kept = reader.post(
        "/en/searches", data={"csrf": csrf, "q": "Zora", "schema": ""}, headers=PART
    ).text
    assert "1 search that you keep" in kept
    assert "<header" not in kept
    (id_,) = re.findall(r'id="run-([0-9a-f]{16})"', kept)
    again = reader.post(f"/en/searches/{id_}/run", data={"csrf": csrf}, headers=PART).text
    assert "Nothing is new." in again
    assert f'id="run-{id_}"' in again
    gone = reader.post(f"/en/searches/{id_}/forget", data={"csrf": csrf}, headers=PART).text
    assert "0 searches that you keep" in gone
    assert '<div id="saved" tabindex="-1">' in gone


def test_hidden_and_absent_are_one_part(reader: Reader) -> None:
    answers = [part(reader, f"/en/record?id={one}", 204) for one in ("s1", "no")]
    assert [one.headers["hx-redirect"] for one in answers] == [
        "/en/record?id=s1", "/en/record?id=no"
    ]  # fmt: skip
    assert {one.text for one in answers} == {""}


@pytest.mark.parametrize("path", ["/en/search?q=Zora", "/en/search", "/en/hits", "/en/verdicts"])
def test_no_two_places_of_a_page_have_one_name(reader: Reader, path: str) -> None:
    named = re.findall(r' id="([^"]+)"', reader.page(path))
    assert sorted(named) == sorted(set(named))
