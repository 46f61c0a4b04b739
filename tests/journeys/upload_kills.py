"""A file of many rows uploaded through the service and screened by a worker that is killed."""

import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from maillon.model import Act
from maillon.sources import adapter
from maillon.store import Order
from maillon.store.login.accounts import SERVICE, Accounts, By
from maillon.store.login.gate import open_gate
from maillon.store.login.keys import KeyOrder, Keys
from maillon.workspace import Workspace

ROOT = Path(__file__).parents[2]
LISTED = 2_000
EVERY = 50
"""One row in so many names somebody who is listed."""
BAD = 1_000
"""One row in so many cannot be read."""
LAST_S = 7_200.0
READY_S = 120.0
BASIS = "Coordination Centre Act, s. 4"
_CODE = "from maillon.cli import main; raise SystemExit(main())"


@dataclass
class Uploaded:
    """What came of it.

    Attributes:
        rows: Rows that were sent.
        kills: How often worker and service were killed.
        done_at_kill: How many rows were done when they were killed.
        repeated: Rows done at the kill that the next attempt did not begin after.
        lines: Lines of the result.
        doubled: Rows answered more than once.
        lost: Rows not answered.
        service_mb: Most memory of the service's process.
        worker_mb: Most memory of the worker's process, and of each process that it started.
        upload_s: Seconds in which the file was taken and counted.
        screen_s: Seconds from the beginning of the job to its end.
        wrong: What is wrong.
    """

    rows: int
    kills: int = 0
    done_at_kill: list[int] = field(default_factory=list)
    repeated: int = 0
    lines: int = 0
    doubled: int = 0
    lost: int = 0
    service_mb: float = 0.0
    worker_mb: float = 0.0
    upload_s: float = 0.0
    screen_s: float = 0.0
    wrong: list[str] = field(default_factory=list)


class Process:
    """A process of `maillon`, whose memory is looked at."""

    def __init__(self, words: list[str], keys: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CODE, *words], stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "MAILLON_KEYS": str(keys)},
        )  # fmt: skip

    def kill(self) -> None:
        """End it without a word; what it started ends by itself."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def memory_mb(self) -> float:
        """Return the most memory of one process among it and those that it started, now."""
        return max((_rss_mb(pid) for pid in _family(self.process.pid)), default=0.0)


def uploaded(folder: Path, keys: Path, rows: int, kills: int) -> Uploaded:
    """Upload rows, have them screened, kill worker and service in the middle; say what came of it.

    Args:
        folder: An empty workspace.
        keys: Its keys folder.
        rows: How many rows.
        kills: How often both are killed.
    """
    found = Uploaded(rows)
    token, port = _ready(folder, keys), _free()
    sheet = folder.parent / "rows.csv"
    _write(sheet, rows)
    run = _Run(folder, keys, port, token, found)
    try:
        run.start()
        job = run.upload(sheet)
        for number in range(1, kills + 1):
            run.until(job, rows * number // (kills + 1))
            run.kill(job)
            run.start()
        run.until(job, 0, ended=True)
        run.check(job)
    finally:
        run.end()
        sheet.unlink()
    return found


class _Run:
    def __init__(self, folder: Path, keys: Path, port: int, token: str, found: Uploaded) -> None:
        self._folder, self._keys, self._port, self._found = folder, keys, port, found
        self._processes: dict[str, Process] = {}
        self._began = 0.0
        headers = {
            "authorization": f"Bearer {token}", "x-maillon-agency": "centre",
            "x-maillon-purpose": "screening", "x-maillon-legal-basis": BASIS,
        }  # fmt: skip
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=600
        )

    def start(self) -> None:
        at = ["-w", str(self._folder)]
        serve = ["serve", "--port", str(self._port), "--no-worker", *at]
        self._processes = {
            "service": Process(serve, self._keys),
            "worker": Process(["work", *at], self._keys),
        }
        ends = time.monotonic() + READY_S
        while time.monotonic() < ends:
            with suppress(httpx.TransportError):
                if self._client.get("/healthz").status_code == 200:
                    return
            threading.Event().wait(0.1)
        raise AssertionError("the service did not answer")

    def end(self) -> None:
        self._client.close()
        for one in self._processes.values():
            one.kill()

    def upload(self, sheet: Path) -> str:
        began = time.monotonic()
        with self._looking(), sheet.open("rb") as raw:
            sent = self._client.post("/api/v1/files/screenings?name=rows.csv", content=_pieces(raw))
        assert sent.status_code == 201, sent.text
        upload = str(sent.json()["upload"])
        self._found.upload_s = time.monotonic() - began
        looked = self._client.get(f"/api/v1/screening-files/{upload}").json()
        if looked["records"] != self._found.rows:
            self._found.wrong.append(f"counted {looked['records']} of {self._found.rows} rows")
        self._began = time.monotonic()
        job = self._client.post(f"/api/v1/screening-files/{upload}/job", json={})
        assert job.status_code == 202, job.text
        return str(job.json()["job"])

    def until(self, job: str, done: int, *, ended: bool = False) -> None:
        """Wait until so many rows are done, or until the job ended."""
        ends = time.monotonic() + LAST_S
        while time.monotonic() < ends:
            self._look()
            line = self._job(job)
            if self._found.done_at_kill and not self._found.repeated and line["done"]:
                self._found.repeated = max(0, self._found.done_at_kill[-1] - line["done"])
            is_over = line["state"] in {"done", "failed", "cancelled"}
            if is_over or (not ended and line["done"] > done):
                self._found.screen_s = time.monotonic() - self._began
                return
            threading.Event().wait(0.1)
        self._found.wrong.append("it did not end")

    def kill(self, job: str) -> None:
        line = self._job(job)
        if line["state"] == "done":
            self._found.wrong.append("it was over before it could be killed")
        self._found.done_at_kill.append(int(line["done"]))
        self._found.repeated = 0
        for one in self._processes.values():
            one.kill()
        self._found.kills += 1

    def check(self, job: str) -> None:
        found, line = self._found, self._job(job)
        if line["state"] != "done":
            found.wrong.append(f"{line['state']}: {line['error']}")
            return
        seen = bytearray(found.rows)
        with self._client.stream("GET", f"/api/v1/jobs/{job}/result") as answer:
            for text in answer.iter_lines():
                number = int(json.loads(text)["locator"].removeprefix("line:")) - 2
                found.lines += 1
                found.doubled += seen[number]
                seen[number] = 1
        found.lost = found.rows - sum(seen)
        said = (line["result"]["queries"], line["result"]["could_not_look"])
        if said != (found.rows, -(-found.rows // BAD)):
            found.wrong.append(f"counts: {said}")
        if line["result"]["hits"] < found.rows // EVERY // 2:
            found.wrong.append(f"hits: {line['result']['hits']}")
        receipts = self._client.get("/api/v1/receipts").json()["items"]
        if [one["receipt"] for one in receipts] != [line["result"]["receipt"]]:
            found.wrong.append(f"{len(receipts)} receipts")

    def _job(self, job: str) -> dict[str, Any]:
        answer = self._client.get(f"/api/v1/jobs/{job}")
        assert answer.status_code == 200, answer.text
        held: dict[str, Any] = answer.json()
        return held

    def _look(self) -> None:
        found = self._found
        found.service_mb = max(found.service_mb, self._processes["service"].memory_mb())
        found.worker_mb = max(found.worker_mb, self._processes["worker"].memory_mb())

    @contextmanager
    def _looking(self) -> Iterator[None]:
        """Look at the memory while a request is under way."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(0.1):
                self._look()

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _write(sheet: Path, rows: int) -> None:
    dice = random.Random(20_200_754)
    with sheet.open("w", encoding="utf-8", newline="") as out:
        out.write("name;birthDate;nationality;passportNumber\r\n")
        for n in range(rows):
            who = f"Pavel{dice.randrange(LISTED)} Invented" if n % EVERY == 0 else (
                f"Nobody{dice.randrange(10**6)} Atall{n}"
            )  # fmt: skip
            day = f"{dice.randrange(1, 29):02d}.{dice.randrange(1, 13):02d}.{1940 + n % 70}"
            mark = "\0" if n % BAD == 0 else ""
            out.write(f"{who}{mark};{day};FR;P{n:08d}\r\n")


def _pieces(raw: io.BufferedReader) -> Iterator[bytes]:
    while piece := raw.read(1 << 16):
        yield piece


def _ready(folder: Path, keys: Path) -> str:
    people = [
        {"id": f"l{n}", "schema": "Person", "properties": {
            "name": [f"Pavel{n} Invented"], "topics": ["sanction"]}}
        for n in range(LISTED)
    ]  # fmt: skip
    raw = io.BytesIO("".join(json.dumps(one) + "\n" for one in people).encode())
    with Workspace.open(folder) as w:
        w.load(w.view(Act.LOAD), raw, Order(adapter("ftm-json"), "lists", w.settings.label))
        gate = open_gate(w.store, keys)
        Accounts(gate).add(By(), "analyst", SERVICE)
        return Keys(gate).issue(By(), "analyst", KeyOrder("screen", ("screen", "read"), 30)).token


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        return int(held.getsockname()[1])


def _family(pid: int) -> list[int]:
    """Return a process and those that it started, as far as they live."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
    return found


def _rss_mb(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return 0.0
