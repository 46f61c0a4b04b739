"""``retain`` and ``request`` from the shell: what is due, two people, the outer list."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.days import today

from .conftest import Maillon, held, un_list

KEEPER = ("--who", "keeper")
STARTED = datetime.now(UTC).date()
LATER = (STARTED + timedelta(days=40)).isoformat()


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MAILLON_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


def test_what_will_be_due_is_printed_and_not_done(maillon: Maillon, listed: Path) -> None:
    day = STARTED.replace(year=STARTED.year + 9, day=1).isoformat()
    done = maillon("retain", "run", "--on", day, "--dry-run", *KEEPER, "-w", listed)
    assert [line["what"] for line in done.lines] == ["delete"]
    assert maillon("retain", "run", "--on", day, *KEEPER, "-w", listed).code == 2
    assert held(listed) != []


def test_an_analyst_does_not_retain(maillon: Maillon, listed: Path) -> None:
    assert maillon("retain", "list", "-w", listed).code == 4


def test_an_erasure_is_at_once_and_doctor_is_sound_after_the_run(
    maillon: Maillon, listed: Path, keys: Path
) -> None:
    entity = held(listed)[0]
    words = ("retain", "erase", entity, *KEEPER, "-w", listed)
    assert maillon(*words).code == 4  # without rule and reason
    done = maillon(*words, "--rule", "Court 4 C 1/26", "--reason", "delisted", "--path", "court")
    assert done.code == 0, done.err
    assert entity not in held(listed)
    assert maillon("retain", "run", *KEEPER, "-w", listed).lines[0]["rewritten"] == 1
    assert entity not in (keys / "erasures.jsonl").read_text()
    done = maillon("doctor", "-w", listed)
    assert done.code == 0, done.err
    assert "erasure list: every line of it is done" in done.out


def test_doctor_says_what_a_restored_backup_has_forgotten(
    maillon: Maillon, listed: Path, tmp_path: Path, keys: Path
) -> None:
    shutil.copytree(listed, tmp_path / "backup")
    entity = held(listed)[0]
    said = ("--rule", "R", "--reason", "asked for")
    assert maillon("retain", "erase", entity, *said, *KEEPER, "-w", listed).code == 0
    shutil.rmtree(listed)
    shutil.copytree(tmp_path / "backup", listed)
    assert entity in held(listed)
    assert maillon("doctor", "-w", listed).code == 5
    assert maillon("retain", "restore", *KEEPER, "-w", listed).lines == [
        {"reapplied": 1, "left": 0}
    ]
    assert entity not in held(listed)
    assert maillon("doctor", "-w", listed).code == 0


def test_keys_never_lie_in_the_workspace(maillon: Maillon, listed: Path) -> None:
    done = maillon("retain", "restore", "--keys", listed / "keys", *KEEPER, "-w", listed)
    assert done.code == 4
    assert "outside the workspace" in done.err


def test_holds_masks_and_notices_from_the_shell(maillon: Maillon, listed: Path) -> None:
    entity = held(listed)[0]

    def said(*words: str) -> dict[str, object]:
        done = maillon("retain", *words, "-w", listed)
        assert done.code == 0, done.err
        return done.lines[0]

    hold = said(
        "hold", entity, "--authority", "Court", "--review", LATER, "--reason", "trial", *KEEPER
    )
    assert said("recipient", entity, "--to", "Police", "--reference", "D-1", *KEEPER)
    assert said("correct", entity, "--reason", "name", *KEEPER) == {"notices": 1}
    notice = said("notices", *KEEPER)
    assert said("notices", str(notice["notice"]), "--acknowledged", "done", *KEEPER)
    asked = said("unmask", entity, "--case", "C-1", "--until", LATER, "--reason", "why", *KEEPER)
    own = maillon("retain", "approve", str(asked["unmasking"]), *KEEPER, "-w", listed)
    assert own.code == 4
    assert said("approve", str(asked["unmasking"]), "--who", "officer")["outcome"] == "approved"
    assert said("release", str(hold["hold"]), "--reason", "over", *KEEPER)["state"] == "released"
    assert said("evidence", entity, "--reason", "warrant", *KEEPER)


def test_a_request_goes_its_way_and_both_answers_are_one(maillon: Maillon, listed: Path) -> None:
    entity = held(listed)[0]
    texts = []
    for words, outcome in [
        (("--entity", entity), ("refuse", "--ground", "inquiry")), ((), ("no data",)),
    ]:  # fmt: skip
        done = maillon("request", "file", "access", "--reference", "R-9", "--received",
                       today(), *words, *KEEPER, "-w", listed)  # fmt: skip
        assert done.code == 0, done.err
        id_ = done.lines[0]["request"]
        steps = (
            ("propose", id_, "--outcome", *outcome, *KEEPER),
            ("decide", id_, "--who", "officer"),
        )
        for step in steps:
            done = maillon("request", *step, "-w", listed)
            assert done.code == 0, done.err
        texts.append(maillon("request", "answer", id_, *KEEPER, "-w", listed))
    assert (texts[0].out, texts[0].err) == (texts[1].out, texts[1].err)
    assert "neither confirm nor deny" in texts[0].out
    states = {one["state"] for one in maillon("request", "list", *KEEPER, "-w", listed).lines}
    assert states == {"answered"}


def test_breaches_and_records_from_the_shell(maillon: Maillon, listed: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=5)
    words = ("--noticed", now.isoformat(), "--since", now.isoformat(), "--until", now.isoformat())
    done = maillon("request", "breach", "a lost disk", *words, *KEEPER, "-w", listed)
    assert done.code == 0, done.err
    id_ = done.lines[0]["breach"]
    assert maillon("request", "breach", "--affected", id_, *KEEPER, "-w", listed).code == 0
    assert maillon("request", "breach", "--reported", id_, *KEEPER, "-w", listed).code == 0
    (line,) = maillon("request", "breach", *KEEPER, "-w", listed).lines
    assert (line["breach"], line["overdue"]) == (id_, False)
    (line,) = maillon("request", "records", *KEEPER, "-w", listed).lines
    assert line["dataset"] == "un_sc"


def test_a_category_without_a_rule_is_not_loaded(maillon: Maillon, w: Path) -> None:
    done = maillon("load", "-", "--as", "un-sc-xml", "--dataset", "d", "--retention", "gossip",
                   "-w", w, stdin=un_list([1]))  # fmt: skip
    assert done.code == 4
    assert "art. 5" in done.err
