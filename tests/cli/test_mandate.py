"""``mandate`` from the command line: a case, a break-glass, a protection, an anchor."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from .conftest import Maillon, write

NEXT_MONTH = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
PERSON = '{"id": "p1", "schema": "Person", "properties": {"name": ["Ann"], "birthDate": ["1970-01-01"]}}\n'


@pytest.fixture
def held(maillon: Maillon, w: Path, tmp_path: Path) -> Path:
    write(tmp_path / "p.jsonl", PERSON)
    assert (
        maillon("load", tmp_path / "p.jsonl", "--as", "ftm-json", "--dataset", "d", "-w", w).code
        == 0
    )
    return w


def test_a_case_from_its_opening_to_its_end(maillon: Maillon, held: Path) -> None:
    words = ("--party", "centre", "--reason", "warrant 7", "--until", NEXT_MONTH)
    done = maillon("mandate", "open-case", "organised crime", *words, "-w", held)
    assert done.code == 0, done.err
    number = done.lines[0]["case"]
    under = ("--case", number, "--purpose", "review", "-w", held)
    refused = maillon("mandate", "may", *under)
    assert refused.code == 4
    assert "conflict of interest" in refused.err
    assert maillon("mandate", "declare", number, "--none", "-w", held).code == 0
    assert maillon("mandate", "may", *under).code == 0
    power = ("--legal-basis", "Terrorism Prevention Act, s. 12")
    assert "separate regimes" in maillon("mandate", "may", *under, *power).err
    assert maillon("mandate", "member", number, "supervisor", "centre", "-w", held).code == 0
    members = [one["who"] for one in maillon("mandate", "members", number, "-w", held).lines]
    assert members == ["analyst", "supervisor"]
    assert (
        maillon("mandate", "member", number, "supervisor", "centre", "--remove", "-w", held).code
        == 0
    )
    assert (
        maillon(
            "mandate", "categorise", "p1", "suspect", "--reason", "r", "--case", number, "-w", held
        ).code
        == 0
    )
    (case,) = maillon("mandate", "cases", "-w", held).lines
    assert (case["number"], case["regime"]) == (number, "organised crime")
    assert maillon("mandate", "close-case", number, "--reason", "done", "-w", held).code == 0
    assert "has ended" in maillon("mandate", "may", *under).err


def test_a_broker_s_queue_and_one_s_teams_are_empty_lists(maillon: Maillon, held: Path) -> None:
    file = held / "maillon.toml"
    broker = '[people.bo]\nagencies = ["centre"]\npurposes = ["review"]\nroles = ["broker"]\n'
    file.write_text(f"{file.read_text('utf-8')}\n{broker}", "utf-8")
    for verb, who in (("queue", "bo"), ("teams", "analyst")):
        done = maillon("mandate", verb, "--who", who, "-w", held)
        assert (done.code, done.lines) == (0, []), done.err


def test_what_one_may_read_names_its_provision(maillon: Maillon, held: Path) -> None:
    (line,) = maillon("mandate", "may", "-w", held).lines
    assert (line["originator"], line["provision"]) == ("centre", "the originator's own")


def test_an_anchor_and_a_break_glass_take_two(maillon: Maillon, held: Path) -> None:
    said = ("--basis", "judgment", "--grade", "B2", "--reason", "r", "--until", NEXT_MONTH)
    done = maillon("mandate", "anchor", "p1", "crime.terror", *said, "-w", held)
    assert done.code == 0, done.err
    anchor = done.lines[0]["anchor"]
    glass = maillon("mandate", "break-glass", "vault", "--reason", "r", "-w", held).lines[0][
        "request"
    ]
    (waits,) = maillon("mandate", "waiting", "-w", held).lines
    assert (waits["id"], waits["who"], waits["hours"]) == (glass, "analyst", 4)
    for id_ in (anchor, glass):
        refused = maillon("mandate", "approve", id_, "-w", held)
        assert refused.code == 4
        assert "segregation of duties" in refused.err
        assert maillon("mandate", "approve", id_, "--who", "supervisor", "-w", held).code == 0
    assert maillon("mandate", "waiting", "-w", held).lines == []
    assert [one["id"] for one in maillon("mandate", "anchors", "-w", held).lines] == [anchor]
    assert maillon("mandate", "anchors", "--remove", anchor, "--reason", "r", "-w", held).code == 0
    assert maillon("mandate", "told", "-w", held).lines == []
    queue = maillon("mandate", "queue", "-w", held)
    assert (queue.code, "is no broker" in queue.err) == (4, True)
    assert maillon("mandate", "approve", "0" * 16, "--who", "supervisor", "-w", held).code == 5


def test_a_protection_is_set_listed_and_lifted(maillon: Maillon, held: Path) -> None:
    done = maillon("mandate", "protect", "p1", "victim", "--reason", "trafficked", "-w", held)
    assert done.code == 0, done.err
    id_ = done.lines[0]["protection"]
    (one,) = maillon("mandate", "protections", "-w", held).lines
    assert (one["id"], one["kind"]) == (id_, "victim")
    assert maillon("mandate", "lift", id_, "--reason", "r", "-w", held).code == 4
    assert (
        maillon("mandate", "lift", id_, "--reason", "r", "--who", "supervisor", "-w", held).code
        == 0
    )
    absent = maillon("mandate", "protect", "p9", "victim", "--reason", "r", "-w", held)
    assert (absent.code, "no entity p9" in absent.err) == (5, True)
