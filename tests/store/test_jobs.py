"""Jobs on the desk: enqueued once, one worker's at a time, ended in the transaction of their effect."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select

from maillon.model import Act, Label, LimitError, RefusedError, StoreError
from maillon.store import Store, job_files, read_settings
from maillon.store.job_files import INPUT
from maillon.store.job_queue import (
    Claim,
    Queue,
)
from maillon.store.jobs import LONGEST_KEY, Asked, Job, JobState
from maillon.store.tables_ledger import LEDGER

from .conftest import load, people, view_of

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


def test_a_job_and_its_entry_stand_together(desk_store: Store) -> None:
    job = enqueued(desk_store, dataset="d")
    assert job.state is JobState.WAITING
    assert entries(desk_store, "job") == ["waiting"]
    assert (desk_store.jobs.files.of(job.id) / INPUT).read_bytes() == b"x"
    desk_store.verify_ledger()


def test_a_job_that_cannot_be_written_leaves_neither_entry_nor_file(
    desk_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> int:
        raise StoreError("the disk is full")

    monkeypatch.setattr("maillon.store.jobs.ledger.append", broken)
    with pytest.raises(StoreError, match="disk is full"):
        enqueued(desk_store)
    monkeypatch.undo()
    assert desk_store.jobs.page(view_of(desk_store, Act.READ)) == []
    assert entries(desk_store, "job") == []
    assert [name for name in desk_store.jobs.files.names() if name.startswith(".")] == []


def test_one_key_and_one_order_are_one_job(desk_store: Store) -> None:
    first = enqueued(desk_store, "k", dataset="d")
    assert enqueued(desk_store, "k", dataset="d").id == first.id
    assert entries(desk_store, "job") == ["waiting"]
    assert desk_store.jobs.files.names() == [first.id]


@pytest.mark.parametrize("other", ["order", "file", "mandate"])
def test_one_key_and_another_order_are_refused(desk_store: Store, other: str) -> None:
    enqueued(desk_store, "k", dataset="d")
    view = view_of(desk_store, Act.LOAD, purpose="intake" if other == "mandate" else "linking")
    asked = Asked("load", {"dataset": "e" if other == "order" else "d"}, "k")
    with pytest.raises(RefusedError, match="one key, one order"):
        desk_store.jobs.enqueue(view, asked, io.BytesIO(b"y" if other == "file" else b"x"))


def test_two_accounts_may_use_one_key(desk_store: Store) -> None:
    first = enqueued(desk_store, "k")
    view = view_of(desk_store, Act.LOAD, who="supervisor")
    other = desk_store.jobs.enqueue(view, Asked("load", {}, "k"), io.BytesIO(b"z"))
    assert other.id != first.id


def test_threads_that_send_one_key_at_once_get_one_job(desk_store: Store) -> None:
    found: list[str] = []
    view = view_of(desk_store, Act.LOAD)

    def send() -> None:
        asked = Asked("load", {}, "k")
        found.append(desk_store.jobs.enqueue(view, asked, io.BytesIO(b"x")).id)

    threads = [Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_a_job_is_asked_under_a_view_of_its_act(desk_store: Store) -> None:
    with pytest.raises(RefusedError, match="the act 'read'"):
        desk_store.jobs.enqueue(view_of(desk_store, Act.READ), Asked("load"))
    with pytest.raises(RefusedError, match="no kind of job"):
        desk_store.jobs.enqueue(view_of(desk_store, Act.READ), Asked("harvest"))
    with pytest.raises(RefusedError, match="no file is sent"):
        desk_store.jobs.enqueue(
            view_of(desk_store, Act.RESOLVE), Asked("resolve"), io.BytesIO(b"x")
        )
    with pytest.raises(RefusedError, match="too long"):
        enqueued(desk_store, "k" * (LONGEST_KEY + 1))


def test_a_file_that_is_too_large_is_refused_and_leaves_nothing(
    desk_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_files, "MOST_BYTES", 3)
    with pytest.raises(LimitError, match="limit of 3"):
        desk_store.jobs.enqueue(view_of(desk_store, Act.LOAD), Asked("load"), io.BytesIO(b"four"))
    assert desk_store.jobs.files.names() == []


def test_a_job_of_another_is_as_absent_as_none(desk_store: Store) -> None:
    job = enqueued(desk_store)
    other = view_of(desk_store, Act.READ, who="supervisor")
    said = []
    for id_ in (job.id, "0" * 16):
        for do in (desk_store.jobs.one, desk_store.jobs.cancel, desk_store.jobs.forget):
            with pytest.raises(StoreError) as absent:
                do(other, id_)
            said.append(str(absent.value).replace(id_, "X"))
    assert len(set(said)) == 1
    assert desk_store.jobs.page(other) == []
    assert state(desk_store, job).state is JobState.WAITING


def test_pages_go_on_where_the_last_one_ended(desk_store: Store) -> None:
    made = [enqueued(desk_store).id for _ in range(5)]
    view = view_of(desk_store, Act.READ)
    found, before = [], ""
    while page := desk_store.jobs.page(view, before=before, most=2):
        found += [one.id for one in page]
        before = page[-1].id
    assert found == made[::-1]


def test_counts_of_what_a_reader_may_not_read_are_not_shown(
    desk_store: Store, clock: Clock
) -> None:
    label = Label("police", purposes=("linking",), legal_basis="Police Act, s. 1")
    load(desk_store, people(2), label=label)
    view = view_of(desk_store, Act.RESOLVE)
    assert view.labels
    job = desk_store.jobs.enqueue(view, Asked("resolve"))
    claim = taken(queue(desk_store, clock))
    queue(desk_store, clock).finish(claim, {"entities": 2}, view.labels)
    assert state(desk_store, job).result == {"entities": 2}
    blind = view_of(desk_store, Act.READ, purpose="intake")
    assert not blind.labels.issuperset(view.labels)
    shown = desk_store.jobs.one(blind, job.id)
    assert (shown.state, dict(shown.result), shown.done) == (JobState.DONE, {}, 0)
