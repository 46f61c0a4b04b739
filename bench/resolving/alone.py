"""A process of its own that does only the resolve: seconds, peak memory, blocking recall.

``measured`` starts it; ``python alone.py WORKSPACE FOLDER`` is what it starts. ``FOLDER`` holds
``truth.parquet`` and gets ``canonical``, ``pairs``, ``missed`` and ``repeated`` and the figures.
"""

import json
import os
import resource
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from resolving.blocked import blocked_pairs

from maillon.model import Act
from maillon.workspace import Workspace

_BENCH: Final = Path(__file__).parents[1]
_KIB_A_GIB: Final = 1 << 20


class Run(NamedTuple):
    """What one process found.

    Attributes:
        figures: ``seconds``, ``rss_gib``, ``records_per_minute``, ``blocking_recall`` and others.
        canonical, pairs: As the engine returned them.
        missed: True pairs that were no candidates.
        repeated: Records that repeat another one of their agency.
    """

    figures: dict[str, Any]
    canonical: pa.Table
    pairs: pa.Table
    missed: pa.Table
    repeated: pa.Table


def measured(workspace: Path, truth: pa.Table, scratch: Path, *, blocking: bool = True) -> Run:
    """Resolve a workspace in a process of its own.

    Args:
        workspace: The workspace; what was derived in it before is forgotten.
        truth: Columns ``entity`` and ``person``.
        scratch: Folder for what passes between the processes, made if need be.
        blocking: Whether the true pairs are sought among the candidates too.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    pq.write_table(truth, scratch / "truth.parquet")
    places = [str(_BENCH), os.environ.get("PYTHONPATH", "")]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, places))}
    workers: dict[str, float] = {}
    for step in ("resolve", "blocking") if blocking else ("resolve",):
        command = [sys.executable, __file__, step, str(workspace), str(scratch)]
        with subprocess.Popen(command, env=env) as process:
            workers[step] = _workers_gib(process)
        if process.returncode:
            sys.exit(f"{step} of {workspace} ended with {process.returncode}; its message is above")
    figures = json.loads((scratch / "resolve.json").read_text("utf-8"))
    figures["rss_gib"] += workers["resolve"]
    none = pa.table({"left": pa.array([], pa.string()), "right": pa.array([], pa.string())})
    missed, repeated = none, none.rename_columns(["entity", "first"])
    if blocking:
        figures |= json.loads((scratch / "blocking.json").read_text("utf-8"))
        missed = pq.read_table(scratch / "missed.parquet")
        repeated = pq.read_table(scratch / "repeated.parquet")
    canonical, pairs = (pq.read_table(scratch / f"{n}.parquet") for n in ("canonical", "pairs"))
    return Run(figures, canonical, pairs, missed, repeated)


def peak_gib() -> float:
    """Return the peak resident memory of this process, in GiB.

    The kernel hands ``ru_maxrss`` of a parent on to its child; its own high-water mark does not
    come from there, so it is read where it is kept.
    """
    try:
        status = Path("/proc/self/status").read_text("ascii")
        kib = next(int(one.split()[1]) for one in status.splitlines() if one.startswith("VmHWM"))
    except (OSError, StopIteration):
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kib / _KIB_A_GIB


def _workers_gib(process: subprocess.Popen[bytes]) -> float:
    """Return the peak of what a process's own processes held together, in GiB; wait for its end."""
    from rss import largest  # noqa: PLC0415 - not in the process that is measured

    most = 0
    while process.poll() is None:
        held = largest(process.pid)
        most = max(most, sum(kib for pid, kib in held.items() if pid != process.pid))
        time.sleep(0.2)
    return most / _KIB_A_GIB


def blocking_figures(found: object) -> dict[str, dict[str, float]]:
    """Return ``Resolved.blocking`` by kind, whether a kind has a number or an object of figures."""
    figures: dict[str, dict[str, float]] = {}
    for kind, said in dict(found).items():  # type: ignore[call-overload]
        if isinstance(said, int | float):
            figures[kind] = {"candidates_a_record": said}
            continue
        names = ("candidates_a_record", "largest_block", "records")
        held = said if isinstance(said, dict) else {n: getattr(said, n, None) for n in names}
        figures[kind] = {n: float(held[n] or 0) for n in names if n in held}
    return figures


def _resolve(workspace: Path, scratch: Path) -> dict[str, Any]:
    with Workspace.open(workspace) as w:
        view = w.view(Act.RESOLVE)
        _forget(w, view)
        load, cpu, start = os.getloadavg()[0], time.process_time(), time.perf_counter()
        found = w.resolve(view)
        took, cpu = time.perf_counter() - start, time.process_time() - cpu
        rss = peak_gib()
    pq.write_table(found.canonical, scratch / "canonical.parquet")
    pq.write_table(found.pairs, scratch / "pairs.parquet")
    blocking = blocking_figures(found.blocking)
    return {
        "resolved": len(found.canonical),
        "seconds": took,
        "cpu_seconds": cpu,
        "records_per_minute": len(found.canonical) / took * 60,
        "rss_gib": rss,
        "load": load,
        "candidates_compared": blocking.get("person", {}).get("candidates_a_record", 0.0),
        "blocking": blocking,
    }


def _forget(w: Any, view: Any) -> None:  # noqa: ANN401 - a workspace and its view
    """Drop what was derived before, else the scores would be read in place of computed."""
    with sqlite3.connect(w.settings.folder / "desk.sqlite") as desk:
        names = [row[0] for row in desk.execute("SELECT DISTINCT name FROM derived")]
    desk.close()
    for name in names:
        w.store.forget_derived(view, name)


def _blocking(workspace: Path, scratch: Path) -> dict[str, Any]:
    truth = pq.read_table(scratch / "truth.parquet")
    with Workspace.open(workspace) as w, w.store.workbench(w.view(Act.RESOLVE)) as bench:
        met = blocked_pairs(bench.con, truth)
    pq.write_table(met.missed, scratch / "missed.parquet")
    pq.write_table(met.repeated, scratch / "repeated.parquet")
    return {
        "blocking_recall": met.met / met.pairs if met.pairs else 1.0,
        "blocking_recall_distinct": met.distinct_met / met.distinct if met.distinct else 1.0,
        "distinct_true_pairs": met.distinct,
    }


if __name__ == "__main__":
    step, folder, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    said = {"resolve": _resolve, "blocking": _blocking}[step](folder, out)
    (out / f"{step}.json").write_text(json.dumps(said), encoding="utf-8")
