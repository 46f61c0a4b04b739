"""Hits by filter, and several of them at once: all decided or none, and what was written is kept."""

import json
import re
from collections.abc import Iterator
from html import unescape

import pytest
from tests.journeys.verdict_verbs import decider

from maillon.model import Act
from maillon.oversight.habits import found_habits
from maillon.store import HitsWanted
from maillon.store.ledger import read_rows
from maillon.workspace.deciding import place_of

from .conftest import House, Reader

ENTRY = "c1"
"""Of whom five guests have the name."""


@pytest.fixture(scope="module")
def boss(house: House, reviewer: Reader) -> Iterator[Reader]:
    assert reviewer
    with house.reader("supervisor", "review") as reader:
        yield reader


def waiting(house: House, entry: str = ENTRY) -> list[tuple[str, str]]:
    w = house.workspace
    return [one.ids for one in w.screening.queue(decider(w), HitsWanted(entry=entry))]


def together(*pairs: tuple[str, str]) -> str:
    return "/en/hits/together?" + "&".join(f"hit={place_of(*one)}" for one in pairs)


def fields(page: str, name: str) -> list[str]:
    found = re.findall(
        rf'<input type="(?:hidden|checkbox)"[^>]*name="{name}" value="([^"]*)"', page
    )
    return [unescape(one) for one in found]


def send(reader: Reader, page: str, verdict: str = "no match", **more: object) -> tuple[int, str]:
    said = {"hit": fields(page, "hit"), "revision": fields(page, "revision"), "csrf":
            fields(page, "csrf")[0], "weighed": fields(page, "weighed"), "verdict": verdict,
            "reason": "the passport of each is another", **more}  # fmt: skip
    answer = reader.post("/en/hits/together", data=said)
    return answer.status_code, answer.text


def ids(page: str) -> set[str]:
    return set(re.findall(r"hit\?subject=([^&]+)&amp;entry", page))


def test_a_filter_shows_what_the_same_filter_of_the_workspace_has(
    house: House, reviewer: Reader
) -> None:
    page = reviewer.page(f"/en/hits?entry={ENTRY}&from=0.1&to=&list=register&source=guests&mine=")
    assert ids(page) == {one for one, _ in waiting(house)}


def test_a_filter_is_kept_in_the_address_and_in_its_form(reviewer: Reader) -> None:
    page = reviewer.page("/en/hits?from=0.25&list=register&differ=yes&mine=decided")
    assert 'name="from" min="0" max="1" step="any" value="0.25"' in page
    assert '<option value="register" selected>' in page
    assert '<option value="decided" selected>' in page
    assert 'name="differ" value="yes" checked' in page


def test_a_filter_that_finds_nothing_says_what_to_do(reviewer: Reader) -> None:
    assert "Leave something out" in reviewer.page("/en/hits?list=nowhere")


@pytest.mark.parametrize("query", ["from=2", "to=-1", "from=nan", "mine=all", "differ=no"])
def test_a_filter_that_is_none_is_not_taken(reviewer: Reader, query: str) -> None:
    assert "This was not taken" in reviewer.page(f"/en/hits?{query}", 422)


def test_the_next_hit_is_looked_for_among_those_that_were_asked_for(
    house: House, reviewer: Reader
) -> None:
    page = reviewer.page(f"/en/hits?entry={ENTRY}")
    found = re.search(r'href="(/en/hit\?[^"]+among=[^"]+)"', page)
    assert found is not None
    place = unescape(found[1])
    shown = reviewer.page(place)
    answer = reviewer.submit_from(shown, place, verdict="cannot tell", reason="no date of either",
                                  weighed=fields(shown, "weighed"))  # fmt: skip
    assert f"entry={ENTRY}" in str(answer.url)
    assert f"among=entry%3D{ENTRY}" in str(answer.url)
    (verdict,) = fields(answer.text, "verdict")
    view = house.workspace.view(Act.DECIDE, decider(house.workspace).mandate)
    house.workspace.screening.undo(view, verdict, "the test begins anew")


def test_each_of_several_is_shown_with_what_speaks_for_the_person(
    house: House, reviewer: Reader
) -> None:
    one, two = waiting(house)[:2]
    page = reviewer.page(together(one, two))
    assert len(re.findall('<h2 id="h', page)) == 2
    assert len(fields(page, "weighed")) >= 2
    assert 'value="match"' not in page


def test_a_fact_that_was_passed_over_stops_all_and_says_which(
    house: House, reviewer: Reader
) -> None:
    before = waiting(house)
    one, two = before[:2]
    page = reviewer.page(together(one, two))
    mine = [each for each in fields(page, "weighed") if each.startswith(place_of(*one))]
    status, text = send(reviewer, page, weighed=mine)
    assert status == 409
    assert f"subject={two[0]}&amp;entry" in text.split('<h2 id="h0"')[0]
    assert waiting(house) == before


def test_one_that_changed_meanwhile_stops_all_and_the_words_are_kept(
    house: House, reviewer: Reader, boss: Reader
) -> None:
    one, two, three = waiting(house)[:3]
    page = reviewer.page(together(one, two, three))
    place = f"/en/hit?subject={two[0]}&entry={two[1]}"
    shown = boss.page(place)
    boss.submit_from(shown, place, verdict="cannot tell", reason="no date",
                     weighed=fields(shown, "weighed"))  # fmt: skip
    status, text = send(reviewer, page)
    assert (status, set(fields(text, "hit"))) == (409, {place_of(*one), place_of(*three)})
    assert f"subject={two[0]}&amp;entry" in text
    assert ">the passport of each is another</textarea>" in text
    assert waiting(house) == [each for each in waiting(house) if each != two]
    assert {one, three} <= set(waiting(house))


def test_that_they_are_matches_is_never_said_of_several(house: House, reviewer: Reader) -> None:
    before = waiting(house)
    status, text = send(reviewer, reviewer.page(together(*before[:2])), "match")
    assert status == 403
    assert "This is refused" in text
    assert waiting(house) == before


def test_a_few_of_one_record_or_entry_are_taken_and_no_others(
    house: House, reviewer: Reader
) -> None:
    one = waiting(house)[0]
    for pairs in ((one,), (one, one), (one, ("g1", "t1")), [(f"x{n}", "e") for n in range(11)]):
        assert "This was not done" in reviewer.page(together(*pairs), 422)


def test_each_verdict_is_an_entry_of_the_ledger_and_one_of_the_person(
    house: House, reviewer: Reader
) -> None:
    w = house.workspace
    one, two = waiting(house)[:2]
    page = reviewer.page(together(one, two))
    with w.store._desk.housekeeping() as connection:
        before = len(list(read_rows(connection)))
    status, text = send(reviewer, page)
    assert status == 200
    assert "You decided on 2 hits at once" in text
    with w.store._desk.housekeeping() as connection:
        rows = list(read_rows(connection))[before:]
    said = [json.loads(row["detail"]) for row in rows if row["act"] == "validate"]
    assert [each["verdict"] for each in said] == ["no match", "no match"]
    mine = [each for each in w.store.safeguards.validations.read(decider(w))
            if each.ids in {one, two} and not each.taken_back]  # fmt: skip
    assert sum(each.verdicts for each in found_habits(mine) if not each.dataset) == 2
    assert not {one, two} & set(waiting(house))


def test_a_second_person_s_look_is_asked_for_of_each(house: House, reviewer: Reader) -> None:
    pairs = waiting(house)[:2]
    page = reviewer.page(together(*pairs))
    status, _ = send(reviewer, page, takes_two="1")
    w = house.workspace
    found = w.screening.queue(decider(w), HitsWanted(is_second=True, entry=ENTRY))
    assert status == 200
    assert {one.ids for one in found if one.said["own"]} >= set(pairs)
