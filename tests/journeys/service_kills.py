"""`maillon serve` killed at random moments while people judge over HTTP and a worker has jobs."""

import io
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import func, select

from maillon.model import Act
from maillon.sources import adapter
from maillon.store import Order
from maillon.store.jobs import Asked, JobState
from maillon.store.login.accounts import SERVICE, Accounts, By
from maillon.store.login.gate import open_gate
from maillon.store.login.keys import KeyOrder, Keys
from maillon.store.tables_accounts import REQUEST_KEY
from maillon.store.tables_jobs import JOB
from maillon.workspace import Workspace

ROOT = Path(__file__).parents[2]
PEOPLE = 400
JOBS = 6
JUDGES = 3
READY_S = 120.0
LAST_S = 300.0
MOST_PAUSE_S = 2.0
"""Seconds at most from the first judgement of a service, or its first answer, to its death."""


@dataclass
class Found:
    """What the kills came to.

    Attributes:
        kills: How many there were.
        judged: Ids of judgements by the key under which they were asked; empty where a killed
            service did them and could not say so.
        cut: How many requests were under way when the service died, and were sent again.
        wrong: What is not as it must be.
    """

    kills: int = 0
    judged: dict[str, str] = field(default_factory=dict)
    cut: int = 0
    wrong: list[str] = field(default_factory=list)


class Served:
    """One process of the service on a port that stays the same.

    Args:
        folder: The workspace.
        keys: Its keys folder.
        port: Where it listens.
    """

    def __init__(self, folder: Path, keys: Path, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.workers: list[int] = []
        self.log: list[str] = []
        code = "from maillon.cli import main; raise SystemExit(main())"
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, "serve", "--port", str(port), "-w", str(folder)],
            stderr=subprocess.PIPE, text=True, encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "MAILLON_KEYS": str(keys)},
        )  # fmt: skip
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line)
            if found := re.search(r"worker (\d+) started", line):
                self.workers.append(int(found.group(1)))

    def wait(self) -> None:
        """Wait until it answers."""
        ends = time.monotonic() + READY_S
        while time.monotonic() < ends:
            assert self.process.poll() is None, "".join(self.log)
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.base}/healthz", timeout=5).status_code == 200:
                    return
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.05)
        raise AssertionError("".join(self.log))

    def kill(self, *, with_worker: bool) -> None:
        """Kill it, its worker at the same moment or not: then it must end by itself."""
        self.process.send_signal(signal.SIGKILL)
        if with_worker and self.workers:
            with suppress(ProcessLookupError):
                os.kill(self.workers[-1], signal.SIGKILL)
        self.process.wait()

    def ended(self) -> bool:
        """Return whether all that may write to its log has ended."""
        self._reading.join(90)
        if self._reading.is_alive():
            return False
        assert self.process.stderr is not None
        self.process.stderr.close()
        return True


class Judge(threading.Thread):
    """Somebody who judges one pair after the other, and asks again until there is an answer.

    Args:
        number: Of the judge.
        base: Where the service listens.
        token: A key of the account.
        found: Where it is kept what was answered.
    """

    def __init__(self, number: int, base: str, token: str, found: Found) -> None:
        super().__init__(daemon=True)
        self._number, self._base, self._token, self._found = number, base, token, found
        self.stopping = threading.Event()
        self.gives_up = threading.Event()

    def run(self) -> None:
        """Judge until told to stop."""
        headers = {
            "authorization": f"Bearer {self._token}", "x-maillon-agency": "centre",
            "x-maillon-purpose": "review", "x-maillon-legal-basis": "Coordination Centre Act, s. 4",
        }  # fmt: skip
        with httpx.Client(base_url=self._base, headers=headers, timeout=60) as client:
            count = 0
            while not self.stopping.is_set():
                self._judge(client, f"{self._number}-{count}", count)
                count += 1

    def _judge(self, client: httpx.Client, key: str, count: int) -> None:
        left, right = f"p{count % PEOPLE}", f"q{(count + self._number) % PEOPLE}"
        body = {"left": left, "right": right, "verdict": "unsure", "reason": f"seen as {key}"}
        while not self.gives_up.is_set():
            try:
                said = client.post(
                    "/api/v1/judgements", json=body, headers={"idempotency-key": key}
                )
            except httpx.TransportError as error:
                self._found.cut += not isinstance(error, httpx.ConnectError)
                self.gives_up.wait(0.2)
                continue
            if said.status_code == 503:
                self.gives_up.wait(0.2)
                continue
            if said.status_code == 201:
                self._found.judged[key] = str(said.json()["judgement"])
            elif said.status_code == 409:  # done, and its answer lost with who did it
                self._found.judged[key] = ""
            else:
                self._found.wrong.append(f"{key}: {said.status_code} {said.text}")
            return
        self._found.wrong.append(f"{key}: no answer")


def killed(folder: Path, keys: Path, kills: int) -> Found:
    """Kill the service of an empty workspace so many times under load; say what came of it."""
    token = _ready(folder, keys)
    found, dice, served = Found(), random.Random(20_200_754), list[Served]()
    port = _free()
    with _ending(served), _judging(port, token, found) as judges:
        for number in range(kills):
            served.append(Served(folder, keys, port))
            served[-1].wait()
            if number % 3:  # every third is killed while it gets ready for its first
                _wait_for_judgement(found)
            with suppress(subprocess.TimeoutExpired):
                served[-1].process.wait(dice.uniform(0.0, MOST_PAUSE_S))
                found.wrong.append(f"kill {number}: it ended by itself: {served[-1].log}")
            served[-1].kill(with_worker=number % 2 == 0)
            found.kills += 1
        served.append(Served(folder, keys, port))
        served[-1].wait()
        for judge in judges:
            judge.stopping.set()
        for judge in judges:
            judge.join(LAST_S)
        _wait_for_jobs(folder, found)
    served[-1].process.terminate()
    if served[-1].process.wait(90) != 0:
        found.wrong.append(f"SIGTERM: {served[-1].log}")
    found.wrong += [
        f"start {n}: a worker lives on" for n, one in enumerate(served) if not one.ended()
    ]
    _check(folder, found)
    return found


def _wait_for_judgement(found: Found) -> None:
    ends, before, pause = time.monotonic() + READY_S, len(found.judged), threading.Event()
    while len(found.judged) == before and time.monotonic() < ends:
        pause.wait(0.02)


@contextmanager
def _ending(served: list[Served]) -> Iterator[None]:
    """Leave no service behind when something else goes wrong."""
    try:
        yield
    except BaseException:
        for one in served:
            one.process.kill()
        raise


@contextmanager
def _judging(port: int, token: str, found: Found) -> Iterator[list[Judge]]:
    judges = [Judge(n, f"http://127.0.0.1:{port}", token, found) for n in range(JUDGES)]
    for judge in judges:
        judge.start()
    try:
        yield judges
    finally:
        for judge in judges:
            judge.stopping.set()
            judge.gives_up.set()
            judge.join()


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def _lines(names: list[str]) -> io.BytesIO:
    records = [
        {"id": one, "schema": "Person", "properties": {"name": [f"Name {one}"]}} for one in names
    ]
    return io.BytesIO("".join(json.dumps(one) + "\n" for one in records).encode())


def _ready(folder: Path, keys: Path) -> str:
    """Load whom is judged, ask for jobs, and return the token of a key."""
    with Workspace.open(folder) as w:
        people = [f"{side}{n}" for side in "pq" for n in range(PEOPLE)]
        w.load(
            w.view(Act.LOAD), _lines(people), Order(adapter("ftm-json"), "people", w.settings.label)
        )
        for n in range(JOBS):
            order = {"adapter": "ftm-json", "dataset": f"d{n}", "mode": "messages"}
            names = _lines([f"d{n}-{m}" for m in range(1_500)])
            w.store.jobs.enqueue(w.view(Act.LOAD), Asked("load", order), names)
        gate = open_gate(w.store, keys)
        Accounts(gate).add(By(), "analyst", SERVICE)
        return Keys(gate).issue(By(), "analyst", KeyOrder("judge", ("judge", "read"), 30)).token


def _states(w: Workspace) -> Counter[str]:
    with w.store.house.desk.housekeeping() as connection:
        return Counter(connection.execute(select(JOB.c.state)).scalars())


def _wait_for_jobs(folder: Path, found: Found) -> None:
    ends, pause = time.monotonic() + LAST_S, threading.Event()
    with Workspace.open(folder) as w:
        while set(_states(w)) != {JobState.DONE.value} and time.monotonic() < ends:
            pause.wait(0.2)
        if _states(w) != {JobState.DONE.value: JOBS}:
            found.wrong.append(f"jobs: {dict(_states(w))}")


def _check(folder: Path, found: Found) -> None:
    with Workspace.open(folder) as w:
        view = w.view(Act.READ)
        events = [one for one in w.store.judgements(view) if one.reason.startswith("seen as ")]
        by_key = Counter(one.reason.removeprefix("seen as ") for one in events)
        found.wrong += [
            f"{key}: judged {count} times" for key, count in by_key.items() if count > 1
        ]
        found.wrong += [
            f"{key}: acknowledged and lost" for key in found.judged.keys() - by_key.keys()
        ]
        found.wrong += [
            f"{key}: judged, but never answered" for key in by_key.keys() - found.judged.keys()
        ]
        ids = {one.reason.removeprefix("seen as "): one.id for one in events}
        found.wrong += [
            f"{key}: another judgement stands than was answered"
            for key, id_ in found.judged.items()
            if id_ and ids.get(key) != id_
        ]
        with w.store.house.desk.housekeeping() as connection:
            keys = connection.execute(select(func.count()).select_from(REQUEST_KEY)).scalar_one()
        if keys != len(by_key):
            found.wrong.append(f"{keys} keys of {len(by_key)} judgements")
        counts = Counter(one.dataset for one in w.store.scan(view))
        if counts != {"people": 2 * PEOPLE, **{f"d{n}": 1_500 for n in range(JOBS)}}:
            found.wrong.append(f"statements: {dict(counts)}")
        found.wrong += w.store.check()
        w.store.verify_ledger()
