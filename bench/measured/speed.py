"""Section ``speed``: a batch, single queries and the build of an index, each in a fresh process."""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

BENCH = Path(__file__).parents[1]
GOALS = {
    "build_s": 5.0, "batch_s": 10.0, "peak_mb": 2000.0, "single_p99_ms": 10.0, "import_s": 1.5,
    "hit_first_s": 1.5, "no_hit_first_s": 1.5,
}  # fmt: skip
QUERIES = 100_000
BATCH = 2_000
WARM = 100_000
"""Other persons that the processes answered before the clock starts, as yesterday's file."""
SINGLES = 2_000


def names(count: int) -> list[tuple[str, str, dict[str, list[str]]]]:
    """Return entries of so many names: the two lists, then recombined names of their persons."""
    from measured import alerts, lists  # noqa: PLC0415 - the worker's own imports are measured

    real = list(alerts.both())
    found = [(one.id, one.schema, {k: list(v) for k, v in one.properties.items()}) for one in real]
    held = sum(len(one.names) for one in real)
    people = [
        text.replace(",", " ").split()
        for one in real
        for prop, text in one.names
        if one.schema == "Person" and prop == "name" and lists.is_latin(text)
    ]
    people = [cut for cut in people if len(cut) > 1]
    chance = random.Random(5)
    for number in range(count - held):
        one, two, three = chance.sample(people, 3)
        middle = [two[len(two) // 2]] if chance.random() < 0.5 else []
        text = " ".join((one[0], *middle, three[-1]))
        year = str(chance.randint(1940, 2000))
        found.append((f"made-{number}", "Person", {"name": [text], "birthDate": [year]}))
    return found


def batches(people: list[dict[str, object]]) -> Iterator[list[Any]]:
    """Yield entries of persons as a run reads them, a batch at a time."""
    from measured.lists import query_entry  # noqa: PLC0415 - the worker's own imports are measured

    read = (query_entry(str(number), one) for number, one in enumerate(people))
    while batch := list(islice(read, BATCH)):
        yield batch


def memory(screen: Any) -> float:  # noqa: ANN401 - imported late
    """Return the sum of the peaks of this process and of those that share the work, in MB."""
    pids = [os.getpid()]
    if screen.pool is not None:
        pids += [one.pid for one in screen.pool.workers.processes]
    total = 0
    for pid in pids:
        said = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        total += int(said.partition("VmHWM:")[2].split()[0])
    return total / 1024


def worker(count: int, queries: int, threads: int) -> dict[str, float]:
    """Build, screen a batch with its explanations, then single queries; return the times."""
    from cases.persons import persons  # noqa: PLC0415 - as above
    from measured.lists import query_entry  # noqa: PLC0415 - as above

    from maillon.screen import Screen, build_large, entry, open_segment  # noqa: PLC0415 - as above

    made = names(count)
    people = [person.query() for person in persons(queries, 7)]
    warm = [person.query() for person in persons(WARM, 8)]
    out: dict[str, float] = {"names": count, "queries": queries}
    start = time.perf_counter()
    listed = (entry(id_, schema, "list", properties) for id_, schema, properties in made)
    segment = build_large(listed, processes=threads)
    out["build_s"] = time.perf_counter() - start
    out["built_peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with tempfile.TemporaryDirectory() as folder:
        segment.save(Path(folder) / "list")
        kept = open_segment(Path(folder) / "list")
        with Screen([kept], threshold=0.7, top=10, processes=threads) as screen:
            start = time.perf_counter()
            for _ in (answer.line() for found in screen.answers(batches(warm)) for answer in found):
                pass
            out["first_s"] = time.perf_counter() - start
            start = time.perf_counter()
            found = (one for found in screen.answers(batches(people)) for one in found)
            out["hits"] = sum(len(answer.line()["hits"]) for answer in found)
            out["batch_s"] = time.perf_counter() - start
            out["considered"] = screen.considered
            out["peak_mb"] = memory(screen)
        times = []
        screen = Screen([kept], threshold=0.7, top=10)
        for number, person in enumerate(persons(SINGLES, 9)):
            start = time.perf_counter()
            for answer in screen.ask([query_entry(str(number), person.query())]):
                answer.line()
            times.append(1000 * (time.perf_counter() - start))
    times.sort()
    out["single_p50_ms"] = times[len(times) // 2]
    out["single_p99_ms"] = times[len(times) * 99 // 100]
    out["single_max_ms"] = times[-1]
    return out


def _seconds(*arguments: str) -> float:
    runs = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=False, capture_output=True)
        runs.append(time.perf_counter() - start)
    return sorted(runs)[1]


def run(chosen: Namespace) -> tuple[list[str], dict[str, object], list[str]]:
    """Run the worker in a process of its own; import and command start beside it."""
    from measured.start import cold_start  # noqa: PLC0415 - the worker runs without it

    queries = QUERIES // 10 if chosen.quick else QUERIES
    command = [sys.executable, "-m", "measured.speed", str(chosen.names), str(queries),
               str(chosen.threads)]  # fmt: skip
    done = subprocess.run(command, cwd=BENCH, capture_output=True, text=True, check=False,
                          env=os.environ)  # fmt: skip
    if done.returncode:
        return [f"the worker failed: {done.stderr[-2000:]}"], {}, []
    out: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    out["import_s"] = _seconds("-c", "import maillon.screen")
    out["command_s"] = _seconds("-c", "from maillon.cli import main; main()", "screen", "--help")
    out |= cold_start()
    lines = []
    for key, value in out.items():
        assert isinstance(value, (int, float))
        goal = GOALS.get(key)
        scaled = " (a tenth of the queries)" if chosen.quick and key.startswith("batch") else ""
        mark = "" if goal is None else f"  to hold {goal:g}" + ("" if value <= goal else ": FAILS")
        lines.append(f"  {key:16} {value:,.3f}{mark}{scaled}")
    return lines, out, []


if __name__ == "__main__":
    print(json.dumps(worker(*(int(one) for one in sys.argv[1:4]))))
