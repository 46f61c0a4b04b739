"""The worker: tries again what may go better, ends what will not, stops, and never does one job twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from maillon.model import Act, RefusedError, SourceError, StoreError
from maillon.store.job_queue import LEASE, MOST_ATTEMPTS
from maillon.store.jobs import JobState
from maillon.web.worker import attempt as attempts
from maillon.web.worker import loading
from maillon.web.worker.attempt import Attempt
from maillon.web.worker.loop import Worker

from .conftest import LISTED, Place

ROOT = Path(__file__).parents[3]


def worker(place: Place) -> Worker:
    return Worker(place.folder, place.keys, place.clock, place.handlers)


def seen(place: Place) -> int:
    with place.opened() as w:
        return sum(1 for _ in w.store.scan(place.view(w, Act.READ)))


def test_what_failed_for_want_of_the_store_is_tried_again_later(place: Place) -> None:
    tries = []

    def busy(attempt: Attempt) -> None:
        tries.append(attempt.job.attempts)
        if len(tries) < 3:
            raise StoreError("the desk cannot be written") from OSError("locked")
        loading.load(attempt)

    place.handlers = {"load": busy}
    job = place.load_job(LISTED, "lists")
    assert place.work() == 1
    found = place.job(job)
    assert (found.state, found.error) == (
        JobState.WAITING,
        "StoreError: the desk cannot be written",
    )
    assert place.work() == 0
    for _ in range(2):
        place.on(timedelta(minutes=1))
        place.work()
    found = place.job(job)
    assert (found.state, found.error, tries) == (JobState.DONE, "", [1, 2, 3])


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (RefusedError("R", "no", "ask"), "refused (R): no; ask"),
        (SourceError("d", "line:3", "no date"), "d line:3: no date"),
        (StoreError("no delivery x"), "StoreError: no delivery x"),
        (KeyError("Amos Verner"), "a bug: KeyError at test_worker.py:"),
    ],
)
def test_what_will_not_go_better_fails_at_once(place: Place, error: Exception, said: str) -> None:
    def breaks(_: Attempt) -> None:
        raise error

    place.handlers = {"load": breaks}
    job = place.load_job(LISTED, "lists")
    assert place.work() == 1
    found = place.job(job)
    assert (found.state, found.attempts) == (JobState.FAILED, 1)
    assert said in found.error
    assert "Verner" not in found.error


def test_an_error_of_the_machine_names_no_file(place: Place) -> None:
    def breaks(_: Attempt) -> None:
        raise OSError(28, "No space left on device", "/srv/verner_amos.csv")

    place.handlers = {"load": breaks}
    job = place.load_job(LISTED, "lists")
    place.work()
    found = place.job(job)
    assert (found.state, found.error) == (JobState.WAITING, "OSError: No space left on device")


def test_a_poison_job_ends_failed_and_the_next_one_is_done(place: Place) -> None:
    def breaks(_: Attempt) -> None:
        raise MemoryError

    place.handlers = {**place.handlers, "screen": breaks}
    poison = place.enqueue("screen", {}, b"{}\n")
    good = place.load_job(LISTED, "lists")
    attempts_made = 0
    for _ in range(MOST_ATTEMPTS + 2):
        attempts_made += place.work()
        place.on(timedelta(hours=1))
    assert place.job(good).state is JobState.DONE
    assert (place.job(poison).state, place.job(poison).error) == (JobState.FAILED, "out of memory")
    assert attempts_made == MOST_ATTEMPTS + 1


def test_a_kind_that_nobody_knows_fails(place: Place) -> None:
    place.handlers = {}
    job = place.load_job(LISTED, "lists")
    place.work()
    assert "upgrade maillon" in place.job(job).error


def test_settings_that_somebody_is_editing_cost_no_job(place: Place) -> None:
    job = place.load_job(LISTED, "lists")
    first = worker(place)
    kept = (place.folder / "maillon.toml").read_text("utf-8")
    (place.folder / "maillon.toml").write_text("[workspace\n", "utf-8")
    assert first.work_one()
    (place.folder / "maillon.toml").write_text(kept, "utf-8")
    assert place.job(job).state is JobState.WAITING
    place.on(timedelta(minutes=1))
    assert first.work_one()
    assert place.job(job).state is JobState.DONE
    first.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "BEAT_S", 0.02)


@pytest.mark.usefixtures("quick")
def test_progress_is_seen_and_a_cancel_is_heard_between_batches(place: Place) -> None:
    begun, pause, steps = Event(), Event(), []

    def slow(attempt: Attempt) -> None:
        for number in range(10_000):
            steps.append(number)
            attempt.step(number, 10_000, "records")
            begun.set()
            pause.wait(0.005)

    place.handlers = {"load": slow}
    job = place.load_job(LISTED, "lists")
    thread = Thread(target=place.work)
    thread.start()
    assert begun.wait(20)
    ends = time.monotonic() + 20
    while not (found := place.job(job)).done and time.monotonic() < ends:
        pause.wait(0.02)
    assert (found.state, found.total, found.note) == (JobState.RUNNING, 10_000, "records")
    assert found.rate > 0
    with place.opened() as w:
        w.store.jobs.cancel(place.view(w, Act.READ), job)
    thread.join(20)
    assert not thread.is_alive()
    assert len(steps) < 10_000
    assert place.job(job).state is JobState.CANCELLED


def test_a_cancel_that_comes_with_the_last_batch_leaves_no_delivery(place: Place) -> None:
    def cancelled(attempt: Attempt) -> None:
        with place.opened() as w:
            w.store.jobs.cancel(place.view(w, Act.READ), attempt.job.id)
        loading.load(attempt)

    place.handlers = {"load": cancelled}
    job = place.load_job(LISTED, "lists")
    place.work()
    assert place.job(job).state is JobState.CANCELLED
    assert seen(place) == 0


def test_a_stopped_worker_gives_its_job_back_and_another_does_it(place: Place) -> None:
    first = worker(place)

    def stops(attempt: Attempt) -> None:
        first.stopping.set()
        loading.load(attempt)

    first._handlers = {"load": stops}
    job = place.load_job(LISTED, "lists")
    assert first.run() == 1
    first.close()
    assert (place.job(job).state, place.job(job).attempts) == (JobState.WAITING, 0)
    assert seen(place) == 0
    assert place.work() == 1
    assert place.job(job).state is JobState.DONE


def test_a_worker_that_was_thought_dead_commits_nothing_twice(place: Place) -> None:
    """The first worker stops moving before its commit; the second does the job; the first wakes up."""
    second = []

    def hangs(attempt: Attempt) -> None:
        if attempt.job.attempts == 1:
            place.on(LEASE * 3)
            second.append(place.work())
        loading.load(attempt)

    place.handlers = {"load": hangs}
    job = place.load_job(LISTED, "lists")
    assert place.work() == 1
    assert second == [1]
    found = place.job(job)
    assert (found.state, found.attempts, found.result["already"]) == (JobState.DONE, 2, False)
    with place.opened() as w:
        assert len(w.deliveries(place.view(w, Act.READ))) == 1
    place.entries()


def test_two_workers_at_once_do_each_job_once(place: Place) -> None:
    jobs = [
        place.load_job([{**one, "id": f"{n}-{one['id']}"} for one in LISTED], f"d{n}")
        for n in range(6)
    ]
    counts: list[int] = []
    threads = [Thread(target=lambda: counts.append(place.work())) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 6
    assert {place.job(one).state for one in jobs} == {JobState.DONE}
    assert {place.job(one).attempts for one in jobs} == {1}
    with place.opened() as w:
        assert len(w.deliveries(place.view(w, Act.READ))) == 6
    place.entries()


def test_sigterm_stops_a_worker_that_waits(place: Place) -> None:
    code = (
        "import sys; from pathlib import Path; from maillon.web.worker import run_worker\n"
        "print('ready', flush=True); print(run_worker(Path(sys.argv[1])))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(place.folder)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    job = place.load_job(LISTED, "lists")
    ends = time.monotonic() + 40
    while place.job(job).state is not JobState.DONE and time.monotonic() < ends:
        Event().wait(0.2)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "1\n")
