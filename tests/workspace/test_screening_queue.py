"""What a screening finds of the workspace's own records waits for a person; of a file nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from maillon.model import Act
from maillon.screen import Asked, entry, questions
from maillon.store import HitsWanted
from maillon.store.tables import RECEIPT, SCREEN_HIT
from maillon.workspace import Workspace
from maillon.workspace.screenfile import ScreenFile
from maillon.workspace.screenrun import ScreenOrder

from .test_screening import delta, listed, load, order_of, person


@pytest.fixture
def w(tmp_path: Path) -> Iterator[Workspace]:
    Workspace.create(tmp_path / "w")
    with Workspace.open(tmp_path / "w") as opened:
        load(opened, "un", [listed("e1", "Amos Verner"), listed("e2", "Cyril Dusek")])
        load(opened, "clients", [person("s1", "Amos Verner"), person("s2", "Hana Nemec")])
        yield opened


def screened(w: Workspace, **said: object) -> str:
    with w.screening.opened(w.view(Act.SCREEN), order_of(w, **said)) as run:
        assert list(run)
        return run.finish()


def waiting(w: Workspace, receipt: str = "") -> list[tuple[str, ...]]:
    view = w.view(Act.DECIDE, replace(w.settings.mandate, purpose="review"))
    return [one.ids for one in w.screening.queue(view, HitsWanted(receipt=receipt))]


def rows(w: Workspace) -> list[tuple[str, str, str, str, str]]:
    columns = (SCREEN_HIT.c.subject, SCREEN_HIT.c.entry, SCREEN_HIT.c.state, SCREEN_HIT.c.receipt,
               SCREEN_HIT.c.at)  # fmt: skip
    with w.store._desk.housekeeping() as connection:
        return [tuple(row) for row in connection.execute(select(*columns))]


def test_a_hit_of_a_plain_run_waits_for_a_person(w: Workspace) -> None:
    receipt = screened(w)
    assert waiting(w, receipt=receipt) == waiting(w) == [("s1", "e1")]


def test_the_same_run_again_leaves_the_queue_as_it_was(w: Workspace) -> None:
    screened(w)
    before = rows(w)
    screened(w)
    assert rows(w) == before


def test_a_pair_that_a_delta_run_finds_too_waits_once(w: Workspace) -> None:
    screened(w)
    delta(w)
    assert waiting(w) == [("s1", "e1")]


def test_what_a_person_decided_does_not_wait_again(w: Workspace) -> None:
    screened(w)
    view = w.view(Act.SCREEN)
    subject = w.screening.subject(view, "s1")
    assert subject is not None
    w.screening.clear(view, subject, "e1", "born elsewhere")
    assert waiting(w) == []
    screened(w)
    assert waiting(w) == []


def test_a_hit_that_a_later_run_does_not_find_waits_no_more(w: Workspace) -> None:
    screened(w)
    load(w, "un", [listed("e2", "Cyril Dusek")])
    screened(w)
    assert [row[:3] for row in rows(w)] == [("s1", "e1", "void")]
    assert waiting(w) == []


def test_a_run_with_another_threshold_takes_nothing_away(w: Workspace) -> None:
    screened(w)
    load(w, "clients", [person("s1", "Amos Vernar"), person("s2", "Hana Nemec")])
    screened(w)
    stood = waiting(w)
    screened(w, threshold=0.99999)
    assert stood == waiting(w) == [("s1", "e1")]


def test_a_run_that_died_queues_nothing(w: Workspace) -> None:
    with w.screening.opened(w.view(Act.SCREEN), order_of(w)) as run:
        assert list(run)
    assert rows(w) == []


def test_queue_receipt_and_what_else_is_written_are_one(w: Workspace) -> None:
    def full(_: object) -> None:
        raise OSError("the disk is full")

    with w.screening.opened(w.view(Act.SCREEN), order_of(w)) as run:
        assert list(run)
        with pytest.raises(OSError, match="full"):
            run.finish(full)
    with w.store._desk.housekeeping() as connection:
        receipts = connection.execute(select(func.count()).select_from(RECEIPT)).scalar()
    assert (rows(w), receipts) == ([], 0)


def test_a_run_that_was_taken_up_queues_what_came_before_too(
    w: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maillon.workspace.screenrun.BATCH", 1)
    with (
        w.screening.opened(w.view(Act.SCREEN), order_of(w)) as run,
        ScreenFile(tmp_path / "out", is_resumed=False) as out,
    ):
        out.begin(run)
        batches = run.batches()
        out.write(next(batches), run)  # s1, who has the hit
        out.checkpoint(run.progress, run.digest())
    with (
        w.screening.opened(w.view(Act.SCREEN), order_of(w)) as run,
        ScreenFile(tmp_path / "out", is_resumed=True) as out,
    ):
        out.begin(run)
        assert [answer.id for answer in run] == ["s2"]
        run.finish()
    assert waiting(w) == [("s1", "e1")]


def test_a_record_of_a_file_is_not_queued(w: Workspace) -> None:
    use = w.screening.rules().use()
    asked = Asked(entry("q1", "Person", "", {"name": ["Amos Verner"]}))
    order = ScreenOrder(lambda _: [asked], {"file_sha256": "0" * 64}, use, ("un",))
    with w.screening.opened(w.view(Act.SCREEN), order) as run:
        assert [len(answer.hits) for answer in run] == [1]
        run.finish()
    assert rows(w) == []


def test_a_list_screened_against_itself_has_nobody_wait_for_himself(w: Workspace) -> None:
    use = w.screening.rules().use()
    order = ScreenOrder(lambda bench: questions(bench, ["un"], use), {"datasets": ["un"]}, use)
    with w.screening.opened(w.view(Act.SCREEN), order) as run:
        assert list(run)
        run.finish()
    assert waiting(w) == []
