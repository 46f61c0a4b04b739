"""A worker killed at random moments: no effect is lost or doubled, the jobs finish, the ledger holds."""

import io
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import select

from maillon.model import Act
from maillon.sources import adapter
from maillon.store import Order
from maillon.store.jobs import Asked, JobState
from maillon.store.tables_jobs import JOB
from maillon.store.tables_ledger import LEDGER
from maillon.workspace import Workspace

ROOT = Path(__file__).parents[2]
WORKER = """
import sys
from pathlib import Path
from maillon.web.worker import run_worker
print("ready", flush=True)
run_worker(Path(sys.argv[1]))
"""
MOST_KILLS = 20
MOST_S = 60.0
LISTED: list[dict[str, object]] = [
    {"id": f"l{n}", "schema": "Person", "properties": {"name": [f"Pavel{n} Invented"], "topics": ["sanction"]}}
    for n in range(50)
]  # fmt: skip


def lines(records: list[dict[str, object]]) -> io.BytesIO:
    return io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())


def started(folder: Path) -> "subprocess.Popen[bytes]":
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder)], stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def enqueued(w: Workspace) -> list[str]:
    """Jobs of two kinds: loads, each of a dataset of its own, and screenings among them."""
    made = []
    for n in range(16):
        people: list[dict[str, object]] = [
            {"id": f"p{n}-{m}", "schema": "Person", "properties": {"name": [f"Person {n} {m}"]}}
            for m in range(1_500)
        ]
        order = {"adapter": "ftm-json", "dataset": f"d{n}", "mode": "messages"}
        made.append(w.store.jobs.enqueue(w.view(Act.LOAD), Asked("load", order), lines(people)).id)
        if n % 4 == 3:
            query = lines(LISTED[:5])
            made.append(w.store.jobs.enqueue(w.view(Act.SCREEN), Asked("screen"), query).id)
    return made


def states(w: Workspace) -> Counter[str]:
    with w.store.house.desk.housekeeping() as connection:
        return Counter(connection.execute(select(JOB.c.state)).scalars())


def has_job(w: Workspace, process: "subprocess.Popen[bytes]") -> bool:
    owner = JOB.c.lease_owner.contains(f":{process.pid}:")
    with w.store.house.desk.housekeeping() as connection:
        return connection.execute(select(JOB.c.id).where(owner)).first() is not None


def errors(w: Workspace) -> list[str]:
    jobs = w.store.jobs.page(w.view(Act.SCREEN))
    return [f"{one.kind} {one.attempts}: {one.error}" for one in jobs if one.error]


@pytest.mark.slow
def test_no_effect_is_lost_or_doubled_by_kills(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    Workspace.create(folder)
    with Workspace.open(folder) as w:
        # the screenings need it: only the order in which jobs end is anybody's guess
        w.load(
            w.view(Act.LOAD), lines(LISTED), Order(adapter("ftm-json"), "lists", w.settings.label)
        )
        made = enqueued(w)
        kills = _killed_until_done(w, folder)
        assert kills >= 3, "the worker was not killed while it had work: nothing was shown"
        assert errors(w) == []
        assert states(w) == {JobState.DONE.value: len(made)}
        _check(w)


def _killed_until_done(w: Workspace, folder: Path) -> int:
    """Kill the worker at random moments while there is work; then let one finish; return kills."""
    dice, kills, ends = random.Random(20_200_754), 0, time.monotonic() + MOST_S
    while set(states(w)) != {JobState.DONE.value}:
        is_last = kills >= MOST_KILLS or time.monotonic() > ends
        process = started(folder)
        try:
            _work(w, process, 120.0 if is_last else dice.uniform(0.0, 2.0))
            kills += set(states(w)) != {JobState.DONE.value}
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
        if is_last:
            break
    return kills


def _work(w: Workspace, process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Let a worker go on so long after it has a job, or until all are done."""
    stop = None
    while set(states(w)) != {JobState.DONE.value}:
        now = time.monotonic()
        stop = now + seconds if stop is None and has_job(w, process) else stop
        if stop is not None and now > stop:
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
            raise AssertionError("the worker ended by itself")


def _check(w: Workspace) -> None:
    view = w.view(Act.READ)
    counts = Counter(one.dataset for one in w.store.scan(view))
    assert counts == {"lists": 100, **{f"d{n}": 1_500 for n in range(16)}}
    assert Counter(one.dataset for one in w.deliveries(view)).most_common(1)[0][1] == 1
    receipts = w.screening.receipts(w.view(Act.SCREEN))
    jobs = w.store.jobs.page(w.view(Act.SCREEN))
    named = [one.result["receipt"] for one in jobs if one.kind == "screen"]
    assert sorted(one.id for one in receipts) == sorted(named)
    assert len(named) == 4
    for one in jobs:
        if one.kind == "screen":
            path = w.store.jobs.result_file(w.view(Act.SCREEN), one.id)
            assert len(path.read_text("utf-8").splitlines()) == 5
    with w.store.house.desk.housekeeping() as connection:
        query = select(LEDGER.c.act, LEDGER.c.outcome)
        entries = Counter(tuple(row) for row in connection.execute(query))
    assert (entries["load", "done"], entries["job", "done"]) == (17, 20)
    assert entries["load", "already"] == 0
    assert w.store.verify_ledger() == sum(entries.values())
    assert w.store.check() == []
