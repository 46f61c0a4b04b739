"""Pages as a browser without scripts reads them."""

import re

import httpx
import pytest

from maillon.web.pages.drawing import POLICY
from maillon.web.pages.language import LANGUAGES, chosen
from maillon.web.pages.values import data

from .conftest import House, Reader

SCREENS = (
    "/", "/mandate", "/search", "/search?q=Amos", "/record?id=t1", "/screening", "/leads",
    "/lead/coverage", "/pairs", "/around?id=t1", "/intake", "/jobs", "/oversight", "/help",
    "/step-up", "/me",
)  # fmt: skip


def first_hit(reader: Reader) -> str:
    found = re.search(r'href="(/en/hit\?[^"]+)"', reader.page("/en/hits"))
    assert found is not None
    return found[1].replace("&amp;", "&")


@pytest.mark.parametrize("language", [code for code, one in LANGUAGES.items()])
@pytest.mark.parametrize("screen", SCREENS)
def test_every_screen_is_drawn_in_every_language(
    analyst: Reader, language: str, screen: str
) -> None:
    answer = analyst.get(f"/{language}{screen}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["content-language"] == language
    direction = LANGUAGES[language].direction
    assert f'<html lang="{language}" dir="{direction}">' in answer.text
    assert not re.findall(r"<script>|<style|style=|onclick|javascript:", answer.text)
    assert not re.findall(r'(?:src|href|action)="https?://', answer.text)
    assert len(re.findall(r"<h1[ >]", answer.text)) == 1


def test_whoever_is_not_logged_in_logs_in_and_comes_back(house: House) -> None:
    with Reader(house.base) as nobody:
        page = nobody.page("/en/search?q=Amos")
        assert "<h1>Log in</h1>" in page
        assert 'name="next" value="/en/search?q=Amos"' in page


@pytest.mark.parametrize(
    "after", ["//evil.example/", "https://evil.example", "/fr/../../x", "/\\evil"]
)
def test_a_login_goes_nowhere_else(house: House, analyst: Reader, after: str) -> None:
    assert analyst
    from tests.store.logins import PASSWORD  # noqa: PLC0415 - one use

    with Reader(house.base) as somebody:
        somebody.follow_redirects = False
        answer = somebody.post(
            "/en/login", data={"account": "analyst", "password": PASSWORD, "next": after}
        )
        assert answer.headers["location"] == "/en/"


def test_a_browser_gets_its_language(house: House) -> None:
    answer = httpx.get(house.base, headers={"accept-language": "de, ar;q=0.8, fr;q=0.5"})
    assert answer.headers["location"] == "/ar/"
    assert [chosen(one) for one in ("", "fr-CA,en", "x;q=y", "zh;q=0.1,ru;q=0.2")] == [
        "en", "fr", "en", "ru"
    ]  # fmt: skip


def test_what_is_said_of_data_turns_nothing_around(analyst: Reader) -> None:
    page = analyst.page("/en/record?id=g3")
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "RIGHT-TO-LEFT OVERRIDE" in page
    assert "\u202e" not in re.sub(r"<title>.*?</title>", "", page)


def test_a_value_is_isolated_and_shown_whole() -> None:
    assert data("a<b\u202ec") == (
        "<bdi>a&lt;b<span class=mark>RIGHT-TO-LEFT OVERRIDE</span>c</bdi>"
    )


def test_hidden_and_absent_records_are_one_page(analyst: Reader) -> None:
    pages = [  # without the second in which each was drawn
        re.sub(r'<p class="printed">.*?</p>', "", analyst.page(f"/en/record?id={one}", 404))
        for one in ("s1", "no")
    ]
    assert pages[0].replace("s1", "X") == pages[1].replace("no", "X").replace("Xt", "not").replace(
        "Xn", "non"
    ) or re.sub(r"id=\w+", "", pages[0]) == re.sub(r"id=\w+", "", pages[1])


def test_a_form_of_another_site_does_nothing(house: House, analyst: Reader) -> None:
    page = analyst.page("/en/mandate")
    foreign = analyst.post("/en/mandate", data={"agency": "centre"})
    assert foreign.status_code == 403
    other = analyst.post(
        "/en/mandate", data={"agency": "centre"}, headers={"origin": "https://evil.example"}
    )
    assert other.status_code == 403
    assert house
    assert 'name="csrf"' in page


def test_one_record_is_screened_and_its_score_explained(analyst: Reader) -> None:
    page = analyst.submit(
        "/en/screening", schema="Person", name="Amos Werner", birthDate="1980-02-03"
    )
    assert "same day" in page
    assert re.search(r'Receipt <span class="id">[0-9a-f]{16}', page)
    none = analyst.submit("/en/screening", schema="Person", name="Zzyzx Qwortle")
    assert "No hit." in none


def test_a_file_of_records_becomes_a_job(analyst: Reader) -> None:
    page = analyst.page("/en/screening")
    csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    line = b'{"id": "a", "schema": "Person", "properties": {"name": ["Amos Verner"]}}\n'
    answer = analyst.post(
        "/en/screening/file", data={"csrf": csrf}, files={"file": ("asked.jsonl", line)}
    )
    assert answer.status_code == 200
    begun = analyst.submit_from(answer.text, str(answer.url.path))
    assert begun.status_code == 200
    assert "waiting" in begun.text


def test_a_lead_shows_both_sides_alike_and_its_delivered_record(analyst: Reader) -> None:
    page = analyst.page("/en/leads")
    lead = re.search(r'href="(/en/lead\?id=[0-9a-f]+)"', page)
    assert lead is not None
    whole = analyst.page(lead[1])
    for heading in ("Speaks for the people", "Speaks for the link", "What would end it"):
        assert re.search(rf"<h2[^>]*>{heading}</h2>", whole)
    place = re.search(r'href="(/en/delivered\?[^"]+)"', whole)
    assert place is not None
    assert "&#34;schema&#34;" in analyst.page(place[1].replace("&amp;", "&"))


def test_a_lead_is_triaged_with_a_reason(house: House, analyst: Reader, reviewer: Reader) -> None:
    assert house
    page = analyst.page("/en/leads")
    found = re.search(r'href="(/en/lead\?id=[0-9a-f]+)"', page)
    assert found is not None
    refused = reviewer.submit(found[1], 403, verdict="refuted", reason="an invoice explains it")
    assert "Rule" in refused
    whole = reviewer.page(found[1])
    codes = re.findall(r'name="weighed" value="([^"]+)"', whole)
    done = reviewer.submit(found[1], verdict="refuted", reason="an invoice", weighed=codes)
    assert "Stands: refuted" in done


def test_a_hit_is_decided_and_the_next_is_shown(reviewer: Reader) -> None:
    path = first_hit(reviewer)
    whole = reviewer.page(path)
    assert "Speaks for another person" in whole
    codes = re.findall(r'name="weighed" value="([^"]+)"', whole)
    done = reviewer.submit(path, verdict="no match", reason="another passport", weighed=codes)
    assert "<h1>" in done
    assert "another passport" in reviewer.page(path)


def test_a_stale_tab_is_told_and_loses_no_word(house: House, reviewer: Reader) -> None:
    assert house
    path = first_hit(reviewer)
    old = reviewer.page(path)
    codes = re.findall(r'name="weighed" value="([^"]+)"', old)
    reviewer.submit(path, verdict="cannot tell", reason="first tab", weighed=codes)
    answer = reviewer.submit_from(old, path, verdict="match", reason="second tab", weighed=codes)
    assert answer.status_code == 412
    assert "Somebody decided in between" in answer.text
    assert "second tab" in answer.text


def test_a_pair_is_judged(analyst: Reader) -> None:
    page = analyst.page("/en/pairs?left=t1&right=t1b")
    assert "same number" in page
    done = analyst.submit_from(
        page, "/en/pairs?left=t1&right=t1b", verdict="positive", reason="seen"
    )
    assert done.status_code == 200
    bad = analyst.submit_from(page, "/en/pairs?left=t1&right=t1b", verdict="no such", reason="seen")
    assert bad.status_code == 422


def test_a_mandate_that_is_refused_says_the_rule(house: House, analyst: Reader) -> None:
    assert analyst
    with house.reader("analyst", "intake") as clerk:
        page = clerk.page("/en/leads", 403)
        assert "S/2020/754, para. 112 (necessity)" in page


def test_an_overseer_reads_everybodys_acts_and_changes_nothing(house: House) -> None:
    with house.reader("overseer", "oversight", "oversight") as overseer:
        page = overseer.page("/en/oversight")
        assert "<bdi>analyst</bdi>" in page
        assert "<bdi>analyst</bdi>" in overseer.page("/en/oversight?object=t1")
        overseer.page("/en/record?id=t1", 403)


def test_who_logs_out_is_out_on_the_server(house: House, analyst: Reader) -> None:
    assert analyst
    with house.reader("analyst", "linking") as reader:
        cookie = reader.cookies["maillon"]
        reader.submit_from(reader.page("/en/help"), "/en/logout")
        assert "<h1>Log in</h1>" in reader.page("/en/help")
        reader.cookies.set("maillon", cookie)
        assert "<h1>Log in</h1>" in reader.page("/en/help")


@pytest.mark.parametrize("path", ["/xx/", "/en/nothing", "/static/none.css", "/static/..%2fapp.py"])
def test_what_is_not_there_is_not_found(analyst: Reader, path: str) -> None:
    assert analyst.get(path).status_code == 404


def test_the_style_is_kept_by_the_browser(analyst: Reader) -> None:
    first = analyst.get("/static/maillon.css")
    again = analyst.get("/static/maillon.css", headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)


@pytest.mark.parametrize(
    ("page", "path", "fields"),
    [
        ("/en/hits", "/en/verdict/undo", {"verdict": "0" * 16, "reason": "mistaken"}),
        ("/en/intake", "/en/intake", {"accept": "0" * 16}),
        ("/en/intake", "/en/intake", {"refuse": "0" * 16, "reason": "not ours"}),
    ],
)
def test_a_decision_on_what_is_not_there_is_not_found(
    house: House, analyst: Reader, reviewer: Reader, page: str, path: str, fields: dict[str, str]
) -> None:
    assert house
    reader = reviewer if "verdict" in fields else analyst
    answer = reader.submit_from(reader.page(page), path, **fields)
    assert answer.status_code == 404, answer.text
    assert "Not there, or not for this mandate" in answer.text
