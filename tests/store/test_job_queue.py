"""Jobs on the desk: enqueued once, one worker's at a time, ended in the transaction of their effect."""

import io
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import func, select

from maillon.model import Act, RefusedError, StoreError, View
from maillon.store import Store, read_settings
from maillon.store.desk import Desk
from maillon.store.engines import this_host
from maillon.store.job_queue import (
    BACK_OFF,
    KEEP_DAYS,
    LEASE,
    LONGEST_WAIT,
    MOST_ATTEMPTS,
    MOST_BEGUN,
    PATIENCE,
    CancelledError,
    Claim,
    Held,
    LostError,
    Queue,
    Step,
)
from maillon.store.jobs import ACT_OF, Asked, Job, JobState
from maillon.store.tables_jobs import JOB, VISIT
from maillon.store.tables_ledger import LEDGER

from .conftest import view_of

DEAD = 2**22 + 1
"""No process has this number."""


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 11, 27, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, wait: timedelta) -> None:
        self.now += wait


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk_store(folder: Path, clock: Clock) -> Iterator[Store]:
    store = Store(read_settings(folder), frozenset({"holder"}), clock)
    yield store
    store.close()


def queue(store: Store, clock: Clock, owner: str = "one") -> Queue:
    return Queue(store.house.desk, store.jobs.files, clock, owner)


def enqueued(store: Store, key: str = "", **order: object) -> Job:
    return store.jobs.enqueue(view_of(store, Act.LOAD), Asked("load", order, key), io.BytesIO(b"x"))


def taken(queue: Queue) -> Claim:
    claim = queue.claim()
    assert claim is not None
    return claim


def state(store: Store, job: Job) -> Job:
    return store.jobs.one(view_of(store, Act.READ), job.id)


def entries(store: Store, act: str) -> list[str]:
    with store.house.desk.housekeeping() as connection:
        query = select(LEDGER.c.outcome).where(LEDGER.c.act == act).order_by(LEDGER.c.number)
        return list(connection.execute(query).scalars())


def test_the_oldest_waiting_job_is_claimed_first_and_by_one(
    desk_store: Store, clock: Clock
) -> None:
    first, second = enqueued(desk_store), enqueued(desk_store)
    assert taken(queue(desk_store, clock, "one")).job.id == first.id
    assert taken(queue(desk_store, clock, "two")).job.id == second.id
    assert queue(desk_store, clock, "three").claim() is None


def test_many_workers_at_once_have_one_job_each(desk_store: Store, clock: Clock) -> None:
    jobs = {enqueued(desk_store).id for _ in range(12)}
    found: list[str] = []

    def claim_all(owner: str) -> None:
        mine = queue(desk_store, clock, owner)
        while (claim := mine.claim()) is not None:
            found.append(claim.job.id)

    threads = [Thread(target=claim_all, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(jobs)


def test_a_job_whose_lease_ran_out_is_taken_over_and_no_sooner(
    desk_store: Store, clock: Clock
) -> None:
    enqueued(desk_store)
    lost = taken(queue(desk_store, clock, "one"))
    two = queue(desk_store, clock, "two")
    clock.on(LEASE - timedelta(seconds=1))
    assert two.claim() is None
    clock.on(timedelta(seconds=2))
    again = taken(two)
    assert (again.job.id, again.job.attempts) == (lost.job.id, 2)
    assert queue(desk_store, clock, "one").renew(lost, Step()) is Held.LOST


def test_a_sign_of_life_keeps_the_lease(desk_store: Store, clock: Clock) -> None:
    job = enqueued(desk_store)
    one = queue(desk_store, clock, "one")
    claim = taken(one)
    for done in range(1, 4):
        clock.on(LEASE - timedelta(seconds=1))
        assert one.renew(claim, Step(done, 9, 1.5, "records")) is Held.OURS
    assert queue(desk_store, clock, "two").claim() is None
    shown = state(desk_store, job)
    assert (shown.done, shown.total, shown.rate, shown.note) == (3, 9, 1.5, "records")


@pytest.mark.parametrize("is_alive", [True, False])
def test_a_process_of_this_machine_that_is_gone_is_not_waited_for(
    desk_store: Store, clock: Clock, is_alive: bool
) -> None:
    enqueued(desk_store)
    pid = os.getpid() if is_alive else DEAD
    taken(queue(desk_store, clock, f"{this_host()}:{pid}:ab"))
    assert (queue(desk_store, clock, "two").claim() is None) is is_alive


def test_a_process_of_another_machine_is_believed(desk_store: Store, clock: Clock) -> None:
    enqueued(desk_store)
    taken(queue(desk_store, clock, f"elsewhere.example:{DEAD}:ab"))
    assert queue(desk_store, clock, "two").claim() is None


def visited_and_ended(store: Store, queue: Queue, claim: Claim, *, breaks: bool = False) -> None:
    """An effect and the end of its job, in one transaction."""
    with store.house.desk.begin() as connection:
        connection.execute(VISIT.insert().values(who="w", agency="a", at="2026"))
        queue.finishing(claim, {"owner": queue.owner})(connection)
        if breaks:
            raise ZeroDivisionError


def visits(store: Store) -> int:
    with store.house.desk.housekeeping() as connection:
        return connection.execute(select(func.count()).select_from(VISIT)).scalar_one()


def test_the_effect_of_a_worker_that_lost_its_job_is_not_committed(
    desk_store: Store, clock: Clock
) -> None:
    job = enqueued(desk_store)
    one, two = queue(desk_store, clock, "one"), queue(desk_store, clock, "two")
    lost = taken(one)
    clock.on(LEASE * 2)
    kept = taken(two)
    with pytest.raises(LostError):
        visited_and_ended(desk_store, one, lost)
    assert visits(desk_store) == 0
    visited_and_ended(desk_store, two, kept)
    assert visits(desk_store) == 1
    assert state(desk_store, job).result == {"owner": "two"}


def test_an_effect_that_fails_leaves_its_job_running(desk_store: Store, clock: Clock) -> None:
    job = enqueued(desk_store)
    one = queue(desk_store, clock)
    claim = taken(one)
    with pytest.raises(ZeroDivisionError):
        visited_and_ended(desk_store, one, claim, breaks=True)
    assert visits(desk_store) == 0
    assert state(desk_store, job).state is JobState.RUNNING
    assert "done" not in entries(desk_store, "job")


def test_a_job_ends_once(desk_store: Store, clock: Clock) -> None:
    enqueued(desk_store)
    one = queue(desk_store, clock)
    claim = taken(one)
    one.finish(claim, {})
    with pytest.raises(LostError):
        one.finish(claim, {})
    one.fail(claim, "late")
    assert entries(desk_store, "job") == ["waiting", "done"]


def test_a_waiting_job_is_cancelled_at_once_and_its_file_goes(desk_store: Store) -> None:
    job = enqueued(desk_store)
    found = desk_store.jobs.cancel(view_of(desk_store, Act.READ), job.id)
    assert found.state is JobState.CANCELLED
    assert not desk_store.jobs.files.of(job.id).exists()
    assert entries(desk_store, "job") == ["waiting", "cancel asked", "cancelled"]


def test_a_running_job_hears_of_a_cancel_and_commits_nothing_any_more(
    desk_store: Store, clock: Clock
) -> None:
    job = enqueued(desk_store)
    one = queue(desk_store, clock)
    claim = taken(one)
    desk_store.jobs.cancel(view_of(desk_store, Act.READ), job.id)
    assert one.renew(claim, Step()) is Held.CANCEL
    with pytest.raises(CancelledError):
        one.finish(claim, {})
    one.cancelled(claim)
    one.tidy()
    assert state(desk_store, job).state is JobState.CANCELLED
    assert desk_store.jobs.files.names() == []


def test_a_cancel_outlives_the_death_of_the_worker(desk_store: Store, clock: Clock) -> None:
    job = enqueued(desk_store)
    taken(queue(desk_store, clock, "one"))
    desk_store.jobs.cancel(view_of(desk_store, Act.READ), job.id)
    clock.on(LEASE * 2)
    assert queue(desk_store, clock, "two").claim() is None
    assert state(desk_store, job).state is JobState.CANCELLED


def test_a_cancel_of_an_ended_job_changes_nothing(desk_store: Store, clock: Clock) -> None:
    job = enqueued(desk_store)
    one = queue(desk_store, clock)
    one.finish(taken(one), {"n": 1})
    assert desk_store.jobs.cancel(view_of(desk_store, Act.READ), job.id).state is JobState.DONE
    assert entries(desk_store, "job") == ["waiting", "done"]


def test_each_wait_is_twice_as_long_and_the_last_attempt_fails(
    desk_store: Store, clock: Clock
) -> None:
    job = enqueued(desk_store)
    one = queue(desk_store, clock)
    waits = []
    for _ in range(MOST_ATTEMPTS):
        claim = taken(one)
        one.retry(claim, "locked")
        found = state(desk_store, job)
        if found.state is JobState.WAITING:
            wait = datetime.fromisoformat(found.not_before) - clock.now
            waits.append(wait)
            clock.on(wait - timedelta(milliseconds=1))
            assert one.claim() is None
            clock.on(timedelta(milliseconds=1))
    expected = [min(BACK_OFF * 2**n, LONGEST_WAIT) for n in range(MOST_ATTEMPTS - 1)]
    assert waits == expected
    assert (found.state, found.error) == (JobState.FAILED, "locked")


def test_a_job_that_kills_its_worker_each_time_ends_as_failed(
    desk_store: Store, clock: Clock
) -> None:
    job = enqueued(desk_store)
    for number in range(MOST_BEGUN):
        assert taken(queue(desk_store, clock, f"w{number}")).job.attempts == number + 1
        clock.on(LEASE * 2)
    assert queue(desk_store, clock, "last").claim() is None
    found = state(desk_store, job)
    assert found.state is JobState.FAILED
    assert "its worker died" in found.error


def test_a_job_that_kills_its_worker_lets_the_others_go_first(
    desk_store: Store, clock: Clock
) -> None:
    poison, good = enqueued(desk_store), enqueued(desk_store)
    for number in range(PATIENCE):
        assert taken(queue(desk_store, clock, f"w{number}")).job.id == poison.id
        clock.on(LEASE * 2)
    assert taken(queue(desk_store, clock, "next")).job.id == good.id
    assert taken(queue(desk_store, clock, "last")).job.id == poison.id


def test_a_job_that_is_given_back_did_not_cost_an_attempt(desk_store: Store, clock: Clock) -> None:
    enqueued(desk_store)
    one = queue(desk_store, clock, "one")
    for _ in range(MOST_ATTEMPTS * 2):
        claim = taken(one)
        assert claim.job.attempts == 1
        one.give_back(claim)


def test_a_failed_job_is_tried_again_when_its_account_asks(desk_store: Store, clock: Clock) -> None:
    job = enqueued(desk_store)
    one = queue(desk_store, clock)
    one.fail(taken(one), "unreadable")
    one.tidy()
    view = view_of(desk_store, ACT_OF[job.kind])
    assert desk_store.jobs.again(view, job.id).state is JobState.WAITING
    assert taken(one).job.attempts == 2
    assert entries(desk_store, "job") == ["waiting", "failed", "asked again"]


def test_a_job_that_did_not_fail_is_not_tried_again(desk_store: Store, clock: Clock) -> None:
    job = enqueued(desk_store)
    with pytest.raises(RefusedError, match="did not fail"):
        desk_store.jobs.again(view_of(desk_store, ACT_OF[job.kind]), job.id)
    assert clock


def test_what_was_sent_goes_with_the_end_and_old_jobs_go_whole(
    desk_store: Store, clock: Clock
) -> None:
    job, failed = enqueued(desk_store), enqueued(desk_store)
    one = queue(desk_store, clock)
    claim = taken(one)
    (desk_store.jobs.files.of(job.id) / "lines.jsonl").write_text("{}\n", "utf-8")
    one.finish(claim, {"file": "lines.jsonl"})
    one.fail(taken(one), "unreadable")
    one.tidy()
    assert [one.name for one in desk_store.jobs.files.of(job.id).iterdir()] == ["lines.jsonl"]
    assert (desk_store.jobs.files.of(failed.id) / "input").exists()  # it may be asked for again
    view = view_of(desk_store, Act.READ)
    assert desk_store.jobs.result_file(view, job.id).read_text("utf-8") == "{}\n"
    clock.on(timedelta(days=KEEP_DAYS, seconds=1))
    assert one.sweep() == 2
    assert desk_store.jobs.page(view) == []
    assert desk_store.jobs.files.names() == []


def test_an_ended_job_is_erased_with_its_files_and_a_running_one_is_not(
    desk_store: Store, clock: Clock
) -> None:
    job = enqueued(desk_store)
    view: View = view_of(desk_store, Act.READ)
    one = queue(desk_store, clock)
    claim = taken(one)
    with pytest.raises(RefusedError, match="is running"):
        desk_store.jobs.forget(view, job.id)
    one.finish(claim, {})
    desk_store.jobs.forget(view, job.id)
    with pytest.raises(StoreError, match="no job"):
        desk_store.jobs.one(view, job.id)
    assert desk_store.jobs.files.names() == []


def test_a_folder_that_a_killed_process_left_goes_once_it_is_old(
    desk_store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = desk_store.jobs.files.made("ffffffffffffffff")
    one = queue(desk_store, clock)
    one.sweep()
    assert stray.exists()
    os.utime(stray, (0, 0))
    one.sweep()
    assert not stray.exists()


def test_no_personal_data_stands_in_the_row_of_a_job(desk_store: Store) -> None:
    secret = b'{"id": "q", "schema": "Person", "properties": {"name": ["Amos Verner"]}}\n'
    view = view_of(desk_store, Act.SCREEN)
    desk_store.jobs.enqueue(view, Asked("screen"), io.BytesIO(secret))
    desk: Desk = desk_store.house.desk
    with desk.housekeeping() as connection:
        assert "Verner" not in repr(connection.execute(select(JOB)).all())


def test_a_job_keeps_the_mandate_that_asked_for_it(desk_store: Store) -> None:
    mandate = replace(desk_store.settings.mandate, who="supervisor", purpose="intake")
    view = desk_store.policy.open(mandate, Act.LOAD)
    job = desk_store.jobs.enqueue(view, Asked("load", {"dataset": "d"}))
    assert job.mandate == mandate
