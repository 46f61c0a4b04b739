"""Leads as a browser without scripts works on them: the list, taking one into work, its evidence."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from tests.journeys.records import OPEN, call, loaded, person

from maillon.web.pages import lead_list

from .conftest import House, Reader

LEAD = re.compile(r'href="/en(/lead\?id=[0-9a-f]+)"')
ONE_MORE = [
    person("t7", "Émile Verhoeven", topics=["crime.terror"], birthDate=["1970-02-03"]),
    person("c7", "Ignác Oravec", topics=["crime.traffick.drug"], birthDate=["1971-02-03"]),
    *(call(f"v{n}", "t7", "c7", f"2026-03-0{n}") for n in range(1, 5)),
]  # fmt: skip


@pytest.fixture(scope="module")
def linker(house: House) -> Iterator[Reader]:
    with house.reader("analyst", "linking") as reader:
        yield reader


@pytest.fixture(scope="module")
def two(house: House, linker: Reader) -> Reader:
    """Somebody who has seen one lead, and then another came."""
    page = linker.page("/en/leads")
    linker.submit_from(page, "/en/leads/visit")
    loaded(house.workspace, "later", OPEN, ONE_MORE)
    return linker


def leads(page: str) -> list[str]:
    return list(dict.fromkeys(LEAD.findall(page)))


def hidden(page: str, name: str) -> str:
    (held,) = re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    return unescape(str(held))


def take(reader: Reader, place: str, page: str, reason: str = "to be asked") -> httpx.Response:
    fields = {"seen": hidden(page, "seen"), "state": hidden(page, "state"), "reason": reason}
    return reader.submit_from(page, f"/en{place}", **fields)


def test_who_links_takes_a_lead_into_work_with_a_reason_and_gives_it_back(linker: Reader) -> None:
    (place,) = leads(linker.page("/en/leads"))
    page = linker.page(f"/en{place}")
    assert "Take this lead into work" in page
    taken = take(linker, place, page, "the subscriber is asked for").text
    assert "Stands: open" in taken
    assert "the subscriber is asked for" in taken
    back = take(linker, place, taken, "nobody answers").text
    assert "Stands: proposed" in back
    assert "nobody answers" in back


def test_a_lead_taken_in_between_is_not_taken_again(linker: Reader) -> None:
    (place,) = leads(linker.page("/en/leads"))
    page = linker.page(f"/en{place}")
    taken = take(linker, place, page)
    assert taken.status_code == 200
    late = take(linker, place, page, "late words")
    assert late.status_code == 412
    assert "Somebody decided in between" in late.text
    assert "late words" in late.text
    take(linker, place, taken.text, "given back")


@pytest.mark.parametrize(("state", "status"), [("confirmed", 403), ("sure", 422)])
def test_no_lead_holds_because_a_form_says_so(linker: Reader, state: str, status: int) -> None:
    (place,) = leads(linker.page("/en/leads"))
    page = linker.page(f"/en{place}")
    fields = {"seen": hidden(page, "seen"), "state": state, "reason": "so it is"}
    assert linker.submit_from(page, f"/en{place}", **fields).status_code == status


def test_who_may_not_decide_is_told_what_a_verdict_takes(linker: Reader) -> None:
    (place,) = leads(linker.page("/en/leads"))
    page = linker.page(f"/en{place}")
    assert "A verdict takes the purpose of review." in page
    assert 'name="verdict"' not in page


def test_the_list_says_the_weakest_hop_and_what_was_searched(linker: Reader) -> None:
    page = linker.page("/en/leads")
    assert "Weakest hop" in page
    assert re.search(
        r"<bdi>Bela Konrad</bdi> – <bdi>[^<]+</bdi> <span class=\"second\">0\.", page
    ) or re.search(r"– <bdi>Bela Konrad</bdi> <span class=\"second\">0\.", page)
    assert re.search(r"<strong>Searched</strong> \d+ datasets", page)
    assert re.search(r"kinds of tie without records: \d+", page)


def test_what_came_since_the_last_visit_is_marked_until_it_was_seen(two: Reader) -> None:
    page = two.page("/en/leads")
    assert len(leads(page)) == 2
    assert page.count('class="is-new"') == 1
    only = two.page("/en/leads?new=yes")
    assert "Verhoeven" in only
    assert len(leads(only)) == 1


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2), ("terror=emile+verh", 1), ("terror=dusek", 0), ("crime=DUSEK", 1),
        ("channel=payment", 1), ("channel=call", 2), ("link=nothing", 0), ("state=proposed", 2),
        ("state=open", 0), ("state=refuted", 0),
    ],
)  # fmt: skip
def test_a_list_is_narrowed(two: Reader, query: str, count: int) -> None:
    page = two.page(f"/en/leads?{query}")
    assert len(leads(page)) == count
    assert ("No lead is as you ask" in page) == (count == 0)


def test_a_list_goes_on_on_its_next_page(two: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lead_list, "PAGE", 1)
    first = two.page("/en/leads?state=proposed")
    (next_,) = re.findall(r'id="more" rel="next" href="/en([^"]+)"', first)
    second = two.page(f"/en{unescape(next_)}")
    assert len({*leads(first), *leads(second)}) == 2
    assert 'rel="next"' not in second


def test_a_hop_shows_grade_handling_and_what_was_delivered(linker: Reader) -> None:
    (place, *_) = leads(linker.page("/en/leads"))
    page = linker.page(f"/en{place}")
    heads = re.findall(r"<thead>(.*?)</thead>", page, re.DOTALL)
    assert all("Grade" in one and "Handling" in one for one in heads)
    assert "no handling code" in page


def test_a_lead_leaves_as_a_file_once_a_person_confirmed_it(house: House, two: Reader) -> None:
    place = leads(two.page("/en/leads"))[0]
    file = place.replace("/lead?", "/lead/file?") + "&form=graphml"
    assert "lead/file" not in two.page(f"/en{place}")
    refused = two.page(f"/en{file}", 403)
    assert "no person has confirmed this lead as it stands" in refused
    with house.reader("analyst", "review") as reviewer:
        codes = re.findall(r'name="weighed" value="([^"]+)"', reviewer.page(f"/en{place}"))
        page = reviewer.submit(
            f"/en{place}", verdict="confirmed", reason="both files were read", weighed=codes
        )
        assert f"/en{file}".replace("&", "&amp;") in page
        answer = reviewer.get(f"/ar{file}")
        assert answer.headers["content-type"].startswith("application/graphml+xml")
        assert "attachment" in answer.headers["content-disposition"]
