"""Nexus on demand: paths between two entities and what is around one, on a mapped graph.

Data: a synthetic power-law graph (Chung-Lu, exponent 2.5) of 1M nodes and 10M links, kept as a
workspace keeps its own; ends are drawn among nodes of 1 to 30 neighbours. What a workspace adds
(reading the statements of the hops that are shown) is not measured here. Prints the median and p95
of paths of up to four and six hops between two nodes, how many searches were cut, and the slowest
expansion of the largest node, counts and first page.
"""

import argparse
import json
import resource
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa

from maillon.nexus import BetweenSettings, TraceSettings
from maillon.nexus.anchors import Anchors
from maillon.nexus.around import AroundSettings, around
from maillon.nexus.between import routes
from maillon.nexus.channels import CHANNELS
from maillon.nexus.field import Field
from maillon.nexus.graph import SMALL, Graph, Words, open_graph, write_arrays, write_words
from maillon.nexus.links import Ties
from maillon.nexus.pairs import Pairs, pair_up
from maillon.nexus.surprise import surprise

EXPONENT = 2.5
LARGEST = 50_000
"""Neighbours of the largest node."""
COMMUNITY = 1_000
CODES = ("call", "payment", "visit", "booking", "case", "phone")
SHARES = (0.35, 0.25, 0.10, 0.12, 0.10, 0.08)


def drawn(count: int, links: int, seed: int) -> Pairs:
    """Pairs of a power-law graph: ends drawn by weight, one channel a link, two links may meet."""
    rng = np.random.default_rng(seed)
    weight = (np.arange(count) + 10.0) ** (-1.0 / (EXPONENT - 1.0))
    cumulative = np.cumsum(weight / weight.sum())
    ends = np.minimum(np.searchsorted(cumulative, rng.random((links, 2))), count - 1)
    hub = rng.choice(np.arange(1, count), min(LARGEST, count // 2), replace=False)
    ends = np.r_[ends, np.c_[np.zeros(len(hub), dtype=np.int64), hub]]
    name = rng.permutation(count)
    ends = name[ends]
    ends = ends[ends[:, 0] != ends[:, 1]]
    bit = rng.choice([CHANNELS[code].bit for code in CODES], len(ends), p=SHARES).astype(np.int64)
    i, j = ends.min(axis=1), ends.max(axis=1)
    key, place = np.unique((i * count + j) * 32 + bit, return_index=True)
    pair, bit = np.divmod(key, 32)
    i, j = np.divmod(pair, count)
    day = rng.integers(19_000, 20_500, len(i))
    n = rng.geometric(0.6, len(i)).astype(np.int64)
    two = np.full(len(i), 2, dtype=np.int64)
    sure = np.full(len(i), 0.97)
    del place
    return pair_up(Ties(i, j, bit, n, two, day, day, 2 * day * n, n, sure, sure), count)


def written(folder: Path, count: int, links: int, seed: int) -> None:
    pairs = drawn(count, links, seed)
    block = np.arange(count) // COMMUNITY
    names = [f"ml-{number:08d}" for number in range(count)]
    field = Field(
        names, ["Person"] * count, Anchors([], [], []), pairs, pairs.completes,
        np.ones(count, dtype=bool), block, surprise(pairs, block), {},
    )  # fmt: skip
    write_arrays(folder, field, TraceSettings(), {})
    empty = pa.table({name: pa.array([], pa.int64()) for name in ("i", "j")})
    codes = {name: pa.array([], pa.string()) for name in ("code", "grp")}
    none = pa.array([], pa.int64())
    write_words(folder, field, Words(
        pa.array(names), pa.table({**codes, "size": none}), pa.table({**codes, "node": none}),
        empty, pa.table({"node": none}), {name: pa.table({"x": none}) for name in SMALL},
    ))  # fmt: skip


def paths_of(graph: Graph, k: int, turns: int, seed: int) -> tuple[list[float], int, list[int]]:
    rng = np.random.default_rng(seed)
    degree = np.asarray(graph.crossable) - np.asarray(graph.start[:-1])
    ends = rng.choice(np.flatnonzero((degree >= 1) & (degree <= 30)), (turns, 2), replace=False)
    taken, cuts, found = [], 0, []
    for one, other in ends.tolist():
        began = time.perf_counter()
        route = routes(graph, one, other, BetweenSettings(k=k))
        taken.append(time.perf_counter() - began)
        cuts += route.cut is not None
        found.append(route.count)
    return taken, cuts, found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    count, links = (100_000, 1_000_000) if asked.quick else (1_000_000, 10_000_000)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        began = time.perf_counter()
        written(folder, count, links, asked.seed)
        made = time.perf_counter() - began
        graph = open_graph(folder)
        assert graph is not None
        figures: dict[str, object] = {
            "nodes": count, "pairs": len(graph.pairs.i), "build_seconds": round(made, 1),
            "disk_gib": round(sum(f.stat().st_size for f in folder.iterdir()) / 2**30, 2),
            "build_rss_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        }  # fmt: skip
        for k in (4, 6):
            taken, cuts, found = paths_of(graph, k, asked.turns, asked.seed)
            p95 = sorted(taken)[int(0.95 * len(taken))]
            figures |= {
                f"pair_k{k}_median_seconds": round(statistics.median(taken), 3),
                f"pair_k{k}_p95_seconds": round(p95, 3),
                f"pair_k{k}_worst_seconds": round(max(taken), 3),
                f"pair_k{k}_cut": cuts, f"pair_k{k}_paths_median": statistics.median(found),
                f"pair_k{k}_paths_most": max(found),
            }  # fmt: skip
            print(f"{asked.turns} pairs, k <= {k}: p95 {p95:.3f} s, {cuts} cut")
        total = np.asarray(graph.start[1:]) - np.asarray(graph.start[:-1])
        node = int(total.argmax())
        times = []
        for _ in range(20):
            began = time.perf_counter()
            around(graph, node, AroundSettings())
            times.append(time.perf_counter() - began)
        figures |= {
            "hub_neighbours": int(total[node]), "hub_first_seconds": round(times[0], 4),
            "hub_median_seconds": round(statistics.median(times), 4),
            "hub_worst_seconds": round(max(times), 4),
        }  # fmt: skip
        print(f"{int(total[node]):,} neighbours: {max(times):.4f} s at worst of {len(times)}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
