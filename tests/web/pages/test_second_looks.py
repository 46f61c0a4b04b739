"""A second person decides on a hit as if nobody had; where two differ, a third settles it."""

import re
from collections.abc import Iterator

import pytest

from .conftest import House, Reader
from .test_pages import first_hit

SECRET = "the photograph shows somebody else"


@pytest.fixture(scope="module")
def boss(house: House, reviewer: Reader) -> Iterator[Reader]:
    assert reviewer
    with house.reader("supervisor", "review") as reader:
        yield reader


@pytest.fixture(scope="module")
def third(house: House) -> Iterator[Reader]:
    with house.reader("third", "review") as reader:
        yield reader


def weighed(page: str) -> list[str]:
    return re.findall(r'name="weighed" value="([^"]+)"', page)


def decide(reader: Reader, place: str, verdict: str, reason: str, **more: str) -> str:
    page = reader.page(place)
    answer = reader.submit_from(
        page, place, verdict=verdict, reason=reason, weighed=weighed(page), **more
    )
    assert answer.status_code == 200, answer.text
    return answer.text


def undecided(reader: Reader) -> str:
    """Return a hit of the queue on which nobody has said anything."""
    rows = re.findall(r"<tr>.*?</tr>", reader.page("/en/hits"), re.DOTALL)[1:]
    row = next(one for one in rows if "second person" not in one)
    found = re.search(r'href="(/en/hit\?[^"]+)"', row)
    assert found is not None
    return found[1].replace("&amp;", "&")


def due(reader: Reader) -> str:
    found = re.findall(r'href="(/en/second-look\?[^"]+)"', reader.page("/en/second-looks"))
    return str(found[-1]).replace("&amp;", "&")


def test_two_who_differ_are_settled_by_a_third(
    reviewer: Reader, boss: Reader, third: Reader
) -> None:
    decide(reviewer, first_hit(reviewer), "no match", SECRET, takes_two="1")
    place = due(boss)
    page = boss.page(place)
    assert SECRET not in page
    assert "What people said before" not in page
    assert "a third one settles it" in decide(boss, place, "match", "the passport is the same")
    listed = third.page("/en/second-looks")
    (differ,) = re.findall(r'href="(/en/disagreement\?[^"]+)"', listed)
    both = third.page(differ)
    assert SECRET in both
    assert "the passport is the same" in both
    assert "It is settled" in decide(third, differ, "no match", "both passports were compared")
    assert "/en/disagreement?" not in third.page("/en/second-looks")


def test_whoever_opened_the_hit_with_what_was_said_does_not_look_blind(
    reviewer: Reader, boss: Reader
) -> None:
    hit = first_hit(reviewer)
    decide(reviewer, hit, "cannot tell", "no photograph", takes_two="1")
    place = due(boss)
    boss.page(hit)
    assert "has been shown what the first person said" in boss.page(place, 403)


def test_a_hit_that_waits_for_another_person_is_not_the_next_one(reviewer: Reader) -> None:
    page = reviewer.page(undecided(reviewer))
    answer = reviewer.submit_from(
        page, undecided(reviewer), verdict="cannot tell", reason="no photograph",
        weighed=weighed(page), takes_two="1",
    )  # fmt: skip
    assert "I have looked, and say the same" not in answer.text


def test_the_own_verdicts_are_listed_and_taken_back(reviewer: Reader) -> None:
    hit = undecided(reviewer)
    decide(reviewer, hit, "cannot tell", "to be taken back")
    page = reviewer.page("/en/verdicts")
    verdict = re.findall(r'name="verdict" value="([0-9a-f]{16})"', page)[0]
    answer = reviewer.post(
        "/en/verdict/undo",
        data={"csrf": re.findall(r'name="csrf" value="([^"]+)"', page)[0], "verdict": verdict,
              "reason": "read again"},
    )  # fmt: skip
    assert str(answer.url).replace("%2F", "/").endswith(hit.partition("/en")[2])
    assert "taken back" in answer.text
    assert "read again" in reviewer.page("/en/verdicts")
