"""``hits`` and ``leads``: a queue, both sides, a verdict, a second person, the taking back."""

from pathlib import Path
from typing import Any

import pytest

from .conftest import Maillon, write
from .test_screen_runs import person
from .test_trace import RECORDS

PAIR = ("c1", "un-sc-QDi.001")


@pytest.fixture
def queued(maillon: Maillon, listed: Path, tmp_path: Path) -> Path:
    """A workspace with hits in its queue."""
    records = "".join(person(f"c{n}", f"Pavel{n} Invented", birthDate="1970") for n in (1, 2))
    file = write(tmp_path / "c.jsonl", records)
    assert (
        maillon("load", file, "--as", "ftm-json", "--dataset", "customers", "-w", listed).code == 0
    )
    done = maillon("screen", "--dataset", "customers", "--delta", "-w", listed)
    assert done.code == 0, done.err
    return listed


def shown(maillon: Maillon, w: Path, *words: str) -> dict[str, Any]:
    done = maillon(*words, "--json", "-w", w)
    assert done.code == 0, done.err
    return done.lines[0]


def verdict(found: dict[str, Any], said: str, reason: str = "r") -> tuple[str, ...]:
    weighed = [word for one in found["for"] for word in ("--weigh", one["code"])]
    return ("--verdict", said, "--reason", reason, "--revision", found["revision"], *weighed)


def test_a_hit_goes_from_the_queue_to_a_verdict_and_back(maillon: Maillon, queued: Path) -> None:
    page = maillon("hits", "list", "--json", "-w", queued).lines
    assert list(PAIR) in [one["ids"] for one in page]
    assert all(one["list"] == "un_sc" for one in page)
    rest = maillon("hits", "list", "--after", page[0]["place"], "--json", "-w", queued).lines
    assert [one["ids"] for one in rest] == [one["ids"] for one in page[1:]]
    found = shown(maillon, queued, "hits", "show", *PAIR)
    done = maillon("hits", "validate", *PAIR, *verdict(found, "no match"), "--json", "-w", queued)
    assert done.code == 0, done.err
    id_ = done.lines[0]["validation"]
    left = maillon("hits", "list", "--json", "-w", queued).lines
    assert list(PAIR) not in [one["ids"] for one in left]
    assert maillon("hits", "undo", id_, "--reason", "too soon", "-w", queued).code == 0
    again = shown(maillon, queued, "hits", "show", *PAIR)
    assert [(one["said"], one["stands"]) for one in again["earlier"]] == [("no match", False)]
    assert "taken back" in maillon("hits", "undo", id_, "--reason", "r", "-w", queued).err


def test_both_sides_stand_beside_each_other_in_equal_width(maillon: Maillon, queued: Path) -> None:
    done = maillon("hits", "show", *PAIR, "-w", queued)
    assert done.code == 0, done.err
    (head,) = [one for one in done.out.splitlines() if "speaks for the person" in one]
    cells = [one for one in head.replace("┃", "|").split("|") if one.strip()]
    assert [one.strip() for one in cells] == ["speaks for the person", "speaks against the person"]
    assert abs(len(cells[0]) - len(cells[1])) <= 1
    assert "name" in done.out
    assert "revision: " in done.out
    listed = maillon("hits", "list", "-w", queued)
    assert "Undecided" in listed.out


def test_a_verdict_takes_what_was_shown_and_a_reason(maillon: Maillon, queued: Path) -> None:
    found = shown(maillon, queued, "hits", "show", *PAIR)
    words = verdict(found, "match")
    for changed, code, says in (
        ((*words[:5], "x.y.z", *words[6:]), 4, "was not shown"),
        ((*words[:1], "perhaps", *words[2:]), 4, "one of: match, no match, cannot tell"),
        ((*words[:3], " ", *words[4:]), 2, "--reason"),
        ((*words, "--weigh", "his shoes"), 4, "was not weighed"),
    ):
        done = maillon("hits", "validate", *PAIR, *changed, "-w", queued)
        assert done.code == code
        assert says in done.err
    theirs = maillon("hits", "validate", *PAIR, *words, "--who", "supervisor", "-w", queued)
    assert "'supervisor' was not shown" in theirs.err
    assert maillon("hits", "validate", *PAIR, *words, "-w", queued).code == 0
    stale = maillon("hits", "validate", *PAIR, *words, "-w", queued)
    assert (stale.code, "look again" in stale.err) == (4, True)
    unknown = [maillon("hits", "show", *pair, "-w", queued) for pair in (("c1", "x"), ("x", "x"))]
    assert [one.code for one in unknown] == [5, 5]


def test_a_second_person_agrees(maillon: Maillon, queued: Path) -> None:
    found = shown(maillon, queued, "hits", "show", *PAIR)
    done = maillon("hits", "validate", *PAIR, *verdict(found, "match"), "--two", "-w", queued)
    assert done.code == 0, done.err
    id_ = done.out.split()[1].rstrip(":")
    boss = ("--who", "supervisor", "-w", queued)
    again = maillon("hits", "show", *PAIR, "--json", *boss).lines[0]
    assert again["waits_for_second"] == id_
    own = shown(maillon, queued, "hits", "show", *PAIR)["revision"]
    assert maillon("hits", "second", id_, "--revision", own, "-w", queued).code == 4
    assert maillon("hits", "second", id_, "--revision", again["revision"], *boss).code == 0


def test_how_people_decide_is_for_oversight(maillon: Maillon, queued: Path) -> None:
    found = shown(maillon, queued, "hits", "show", *PAIR)
    assert maillon("hits", "validate", *PAIR, *verdict(found, "match"), "-w", queued).code == 0
    (whole, of_list) = maillon("audit", "habits", "--who", "overseer", "-w", queued).lines
    assert (whole["person"], whole["verdicts"], whole["list"]) == ("analyst", 1, "")
    assert (of_list["list"], of_list["override_rate"], of_list["findings"]) == ("un_sc", 0.0, [])
    assert maillon("audit", "habits", "-w", queued).code == 4
    assert maillon("audit", "habits", "--since", "2999-01-01", "--who", "overseer", "-w", queued
                   ).out == ""  # fmt: skip


def test_a_lead_goes_from_the_queue_to_a_verdict_and_back(maillon: Maillon, w: Path) -> None:
    words = ("--as", "ftm-json", "--dataset", "police", "-w", w)
    assert maillon("load", "-", *words, stdin=RECORDS.encode()).code == 0
    (waits,) = maillon("leads", "list", "--json", "-w", w).lines
    (lead,) = waits["ids"]
    assert "Undecided" in maillon("leads", "list", "-w", w).out
    text = maillon("leads", "show", lead, "-w", w).out
    assert "speaks for the person" in text
    found = shown(maillon, w, "leads", "show", lead)
    done = maillon(
        "leads", "validate", lead, *verdict(found, "suspected"), "--two", "--json", "-w", w
    )
    assert done.code == 0, done.err
    id_ = done.lines[0]["validation"]
    boss = ("--who", "supervisor", "-w", w)
    again = maillon("leads", "show", lead, "--json", *boss).lines[0]
    done = maillon("leads", "second", lead, id_, "--revision", again["revision"], *boss)
    assert done.code == 0, done.err
    assert maillon("leads", "list", "-w", w).out.strip() == "Nothing waits for a person here."
    (stands,) = maillon("trace", "-w", w).lines
    assert stands["standing"]["state"] == "suspected"
    assert maillon("leads", "undo", id_, "--reason", "withdrawn", "--json", "-w", w).code == 0
    assert maillon("leads", "show", "0" * 16, "-w", w).code == 2
    refused = maillon("assess", lead, "--state", "confirmed", "--reason", "r", "-w", w)
    assert (refused.code, "leads validate" in refused.err) == (4, True)
