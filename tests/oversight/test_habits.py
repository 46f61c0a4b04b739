"""The monitor of verdicts: a planted rubber stamp is found, and a fast honest worker is not."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maillon.model import Act, Mandate, RefusedError
from maillon.oversight import Habit, found_habits, habits
from maillon.store import Proposal, Validation
from maillon.workspace import Workspace

from .conftest import audits

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
BLANK = Validation("", "hit", ("s", "e"), "v", "", "", "r", (), (), False, "", "", "", "")


def work(
    person: str, verdicts: Sequence[str], *, seconds: float, dataset: str = "un_sc",
    kind: str = "hit", who: str = "", opened_ahead: bool = False,
) -> Iterator[Validation]:  # fmt: skip
    """A day of one person: each thing opened when the one before is done, or all opened first."""
    at = START
    for number, verdict in enumerate(verdicts):
        opened = START - timedelta(hours=1) if opened_ahead else at
        at += timedelta(seconds=seconds)
        yield replace(
            BLANK, id=f"{person}{number}", kind=kind, dataset=dataset, verdict=verdict,
            who=who or person, person=person, opened=opened.isoformat(), at=at.isoformat(),
        )  # fmt: skip


def drawn(rate: float, count: int, seed: int) -> list[str]:
    """Honest verdicts: as many are against the machine as the hits are wrong, drawn by lot."""
    lot = random.Random(seed)
    return ["no match" if lot.random() < rate else "match" for _ in range(count)]


def of(found: Sequence[Habit], person: str, dataset: str = "") -> Habit:
    (one,) = [one for one in found if (one.person, one.dataset) == (person, dataset)]
    return one


def everybody() -> list[Validation]:
    """A careful colleague, a fast honest one and a planted rubber stamp, on the same hits."""
    held = [
        *work("careful", drawn(0.6, 80, 1), seconds=240),
        *work("fast", drawn(0.6, 80, 2), seconds=14),
        *work("stamp", ["match"] * 80, seconds=3),
    ]
    return sorted(held, key=lambda one: (one.at, one.id))


def test_a_planted_rubber_stamp_is_found_and_a_fast_honest_worker_is_not() -> None:
    found = found_habits(everybody())
    stamp, fast, careful = (of(found, who) for who in ("stamp", "fast", "careful"))
    assert "rubber stamp" in stamp.findings
    assert (stamp.median_seconds, stamp.override_rate) == (3.0, 0.0)
    assert (fast.median_seconds, fast.findings) == (14.0, ())
    assert careful.findings == ()
    assert of(found, "stamp", "un_sc").findings == stamp.findings


def test_who_opens_all_first_has_not_looked_longer() -> None:
    ahead = list(work("stamp", ["match"] * 30, seconds=2, opened_ahead=True))
    assert of(found_habits(ahead), "stamp").findings == (
        "too fast", "never differs", "rubber stamp",
    )  # fmt: skip


def test_two_accounts_of_one_person_are_one() -> None:
    one = list(work("ann", ["match"] * 15, seconds=2, who="ann"))
    two = list(work("ann", ["match"] * 15, seconds=2, who="ann2"))
    assert of(found_habits([*one, *two]), "ann").verdicts == 30


def test_who_stamps_slowly_or_with_an_alibi_is_asked_too() -> None:
    slow = work("slow", ["match"] * 40, seconds=200)
    alibi = work("alibi", ["no match", *["match"] * 79], seconds=3)
    colleague = work("careful", drawn(0.6, 80, 1), seconds=240)
    found = found_habits([*slow, *alibi, *colleague])
    assert of(found, "slow").findings == ("never differs",)
    assert of(found, "alibi").findings == (
        "too fast", "differs less than colleagues", "rubber stamp",
    )  # fmt: skip


def test_who_waves_everything_away_is_asked_as_well() -> None:
    found = found_habits(
        [
            *work("waver", ["no match"] * 60, seconds=3),
            *work("careful", drawn(0.5, 80, 4), seconds=90),
        ]
    )
    assert of(found, "waver").findings == (
        "too fast", "always differs", "rubber stamp",
    )  # fmt: skip
    assert of(found, "careful").findings == ()


def test_lists_are_told_apart_and_compared_each_with_its_own() -> None:
    """On a list of documents hardly anybody differs; on one of names most hits are wrong."""
    held = [
        *work("ann", drawn(0.05, 80, 6), seconds=60, dataset="documents"),
        *work("bob", drawn(0.05, 80, 7), seconds=60, dataset="documents"),
        *work("ann", drawn(0.7, 80, 5), seconds=60, dataset="names"),
        *work("bob", drawn(0.05, 80, 8), seconds=60, dataset="names"),
    ]
    found = found_habits(held)
    assert [of(found, who, "documents").findings for who in ("ann", "bob")] == [(), ()]
    assert of(found, "ann", "names").findings == ("differs more than colleagues",)
    assert of(found, "bob", "names").findings == ("differs less than colleagues",)
    ann = [of(found, "ann", one).override_rate for one in ("documents", "names")]
    # bob's work was half on either list: so is what he is held against
    assert of(found, "bob").colleagues_rate == pytest.approx(sum(map(float, filter(None, ann))) / 2)


@pytest.mark.parametrize("count", [0, 1, 19])
def test_few_verdicts_say_nothing(count: int) -> None:
    found = found_habits(work("ann", ["match"] * count, seconds=1))
    assert [one.findings for one in found] == [()] * (2 if count else 0)


def test_what_cannot_be_told_is_neither_for_nor_against() -> None:
    found = of(found_habits(work("ann", ["cannot tell"] * 30, seconds=60)), "ann")
    assert (found.override_rate, found.undecided, found.findings) == (None, 30, ())


def test_leads_are_watched_as_hits_are() -> None:
    held = work("ann", ["confirmed"] * 15 + ["suspected"] * 15, seconds=2, kind="lead", dataset="")
    (found,) = found_habits(held)
    assert (found.kind, found.findings) == ("lead", ("too fast", "never differs", "rubber stamp"))


def test_the_monitor_reads_the_desk_and_is_for_oversight(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w:
        kept = w.store.safeguards.validations
        view = w.view(Act.DECIDE, replace(w.settings.mandate, purpose="review"))
        for number in range(20):
            one = Proposal("hit", (str(number), "e"), "v", "un_sc")
            kept.decide(view, one, "match", "r", weighed=(), expected=kept.open(view, one))
        audit = audits(w.store)
        found = habits(w.store, audit)
        assert [(one.person, one.dataset, one.verdicts) for one in found] == [
            ("analyst", "", 20), ("analyst", "un_sc", 20),
        ]  # fmt: skip
        assert "rubber stamp" in found[0].findings
        assert habits(w.store, audit, since="2999-01-01") == []
        assert found[0].line()["list"] == ""
        with pytest.raises(RefusedError, match="opened for the act"):
            habits(w.store, view)


def test_an_overseer_s_mandate_is_what_opens_it(tmp_path: Path) -> None:
    basis = "Coordination Centre Act, s. 9 (oversight)"
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as w, pytest.raises(RefusedError, match="holds no purpose"):
        w.view(Act.AUDIT, Mandate("analyst", "centre", "oversight", basis))
