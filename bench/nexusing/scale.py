"""Section ``scale``: a power-law graph without statements; the search in a process of its own.

``drawn`` writes the arrays in one process; ``python scale.py FOLDER K`` is the other, which reads
them and does only the search: corridor, walkable rows, paths. Its memory holds no generator.
"""

import json
import os
import resource
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from maillon.nexus.corridor import depths, in_corridor
from maillon.nexus.pairs import Pairs
from maillon.nexus.paths import maze, search

_BENCH: Final = Path(__file__).parents[1]
SEED: Final = 20_200_754
GOALS: Final = {"search_seconds": 10.0, "rss_gib": 4.0}
FULL: Final = (1_000_000, 10_000_000)
"""Nodes and links for which the goals are set."""
EXPONENT: Final = 2.5
"""Of the degrees, as in the countries of `maillon.training`."""
SEVERAL: Final = 0.07
"""Share of the pairs with two channels or more, as there."""
CROSSED: Final = 80
"""Most pairs of a node that may be crossed, as `TraceSettings` has it."""
Ints = NDArray[np.int64]


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    parser.add_argument("--nodes", type=int, default=1_000_000, help="scale: nodes")
    parser.add_argument("--links", type=int, default=10_000_000, help="scale: links")
    parser.add_argument("--anchors", default="500,5000", help="scale: terrorism, crime")


def run(chosen: Namespace, keep: Path) -> tuple[list[str], dict[str, Any]]:
    """Draw the graph, search it alone, print seconds and peak memory."""
    terror, crime = (int(text) for text in chosen.anchors.split(","))
    folder = keep / f"scale-{chosen.nodes}-{chosen.links}-{terror}-{crime}"
    if not (folder / "drawn").is_file():
        drawn(folder, chosen.nodes, chosen.links, terror, crime)
        (folder / "drawn").touch()
    places = [str(_BENCH), os.environ.get("PYTHONPATH", "")]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, places))}
    done = subprocess.run(
        [sys.executable, __file__, str(folder)], env=env, capture_output=True, text=True, check=True
    )
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    said = f"{chosen.nodes:,} nodes, {figures['links']:,} links in {figures['pairs']:,} pairs,"
    lines = [f"{said} {terror:,} x {crime:,} anchors, k <= 4, load {figures['load']:.1f}"]
    lines += [f"  {name:20} {value:,.2f}" for name, value in figures.items()]
    for name, goal in GOALS.items():
        if chosen.nodes < FULL[0] or chosen.links < FULL[1]:
            lines.append(f"{name} {figures[name]:.2f}: smaller than {FULL}, so no verdict")
            continue
        holds = "holds" if figures[name] <= goal else "FAILS"
        lines.append(f"{name} {figures[name]:.2f}, to hold {goal:g}: {holds}")
    return lines, figures


def drawn(folder: Path, nodes: int, links: int, terror: int, crime: int) -> None:
    """Write the arrays of `Pairs`: ends by weights of a power law, one row a pair."""
    rng = np.random.default_rng(SEED)
    weight = (1.0 - rng.random(nodes)) ** (-1.0 / (EXPONENT - 1.0))
    running = np.cumsum(np.minimum(weight, np.sqrt(weight.sum())))
    a, b = (np.searchsorted(running, rng.random(links) * running[-1]) for _ in range(2))
    low, high = np.minimum(a, b), np.maximum(a, b)
    key, repeats = np.unique(low[low != high] * nodes + high[low != high], return_counts=True)
    count = len(key)
    channels = np.where(rng.random(count) < SEVERAL, 2, 1).astype(np.int64)
    i, j = np.divmod(key, nodes)
    first = rng.integers(0, 4, count)
    mask = np.left_shift(1, first) | np.where(channels > 1, np.left_shift(1, first + 4), 0)
    day = rng.integers(19_000, 20_000, count)
    held: dict[str, Any] = {
        "i": i, "j": j, "mask": mask, "register": np.zeros(count, dtype=np.int64),
        "channels": channels, "repeats": repeats.astype(np.int64),
        "size": np.full(count, 2, dtype=np.int64), "first_day": day, "last_day": day + 30,
        "middle": day + 15, "telling": np.full(count, 0.3), "identity": np.ones(count),
        "grade": np.ones(count),
        "degree": np.bincount(i, minlength=nodes) + np.bincount(j, minlength=nodes),
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for name, values in held.items():
        np.save(folder / f"{name}.npy", values)
    who = rng.permutation(nodes)[: terror + crime]
    np.save(folder / "terror.npy", np.sort(who[:terror]))
    np.save(folder / "crime.npy", np.sort(who[terror:]))


def alone(folder: Path) -> dict[str, float]:
    """Return the figures of one search; arrays are read before the clock starts."""
    terror, crime = np.load(folder / "terror.npy"), np.load(folder / "crime.npy")
    arrays = {f.name: np.load(folder / f"{f.name}.npy") for f in fields(Pairs) if f.name != "count"}
    pairs = Pairs(count=len(arrays["degree"]), **arrays)
    load, start = os.getloadavg()[0], time.perf_counter()
    chosen = pairs.completes
    inner = pairs.degree <= CROSSED
    inner[terror] = inner[crime] = False
    near = [depths(pairs, chosen, inner, side, 2) for side in (terror, crime)]
    corridor = in_corridor(pairs, chosen, near[0], near[1], 4)
    cut_at = time.perf_counter()
    walk = maze(pairs, corridor, inner, terror, crime, telling=True)
    found, cut = search(walk, 4, 20_000_000)
    end = time.perf_counter()
    return {
        "search_seconds": end - start, "corridor_seconds": cut_at - start,
        "rss_gib": peak_gib(), "links": int(pairs.repeats.sum()), "pairs": len(pairs.i),
        "pairs_corridor": int(corridor.sum()), "paths": len(found),
        "paths_left_by_the_budget": cut.left if cut else 0, "load": load,
        "largest_degree": int(pairs.degree.max()),
    }  # fmt: skip


def peak_gib() -> float:
    """Return the peak resident memory of this process, in GiB."""
    try:
        status = Path("/proc/self/status").read_text("ascii")
        kib = next(int(one.split()[1]) for one in status.splitlines() if one.startswith("VmHWM"))
    except (OSError, StopIteration):
        kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kib / (1 << 20)


if __name__ == "__main__":
    print(json.dumps(alone(Path(sys.argv[1]))))
