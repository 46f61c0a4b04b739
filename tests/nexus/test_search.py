"""Corridor and path search against a slow search that a reader can check."""

from dataclasses import replace
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillon.nexus.channels import STATED_MASK
from maillon.nexus.corridor import depths, in_corridor
from maillon.nexus.links import Ints, Ties
from maillon.nexus.pairs import Pairs, pair_up
from maillon.nexus.paths import maze, search

NODES = 9
Edge = tuple[int, int]


def graph(edges: set[Edge]) -> Pairs:
    """Pairs of a call and a payment each."""
    ordered = sorted(edges)
    i = np.repeat(np.array([e[0] for e in ordered], dtype=np.int64), 2)
    j = np.repeat(np.array([e[1] for e in ordered], dtype=np.int64), 2)
    ones = np.ones(len(i), dtype=np.int64)
    bit = np.tile(np.array([0, 1], dtype=np.int64), len(ordered))
    sure = np.full(len(i), 0.9)
    return pair_up(Ties(i, j, bit, ones, 2 * ones, ones, ones, 2 * ones, ones, sure, sure), NODES)


def slow(
    edges: set[Edge], terror: set[int], crime: set[int], inner: set[int], k: int
) -> set[tuple[int, ...]]:
    """Every simple path of at most k hops from one side to the other, by walking on and on."""
    near: dict[int, set[int]] = {}
    for one, other in edges:
        near.setdefault(one, set()).add(other)
        near.setdefault(other, set()).add(one)
    found: set[tuple[int, ...]] = set()
    walks: list[tuple[int, ...]] = [(start,) for start in terror]
    for _ in range(k):
        walks = [(*w, n) for w in walks for n in near.get(w[-1], ()) if n not in w]
        found |= {w for w in walks if w[-1] in crime}
        walks = [w for w in walks if w[-1] in inner]
    return found


edge = st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)).filter(lambda e: e[0] < e[1])
part = st.sampled_from(["terror", "crime", "inner", "inner", "hub"])


@pytest.fixture(scope="module")
def con() -> Any:
    return duckdb.connect()


@settings(max_examples=150)
@given(
    st.sets(edge, min_size=1, max_size=24),
    st.lists(part, min_size=NODES, max_size=NODES),
    st.integers(1, 4),
)
def test_the_search_finds_what_the_slow_one_finds(
    edges: set[Edge], parts: list[str], k: int
) -> None:
    pairs = graph(edges)
    sides = {
        name: {n for n, p in enumerate(parts) if p == name} for name in ("terror", "crime", "inner")
    }
    inner = np.array([p == "inner" for p in parts])
    terror, crime = (np.array(sorted(sides[name]), dtype=np.int64) for name in ("terror", "crime"))
    chosen = np.ones(len(pairs.i), dtype=bool)
    reach = [
        depths(pairs, chosen, inner, starts, deep)
        for starts, deep in ((terror, (k + 1) // 2), (crime, k // 2))
    ]
    corridor = in_corridor(pairs, chosen, reach[0], reach[1], k)
    paths, cut = search(maze(pairs, corridor, inner, terror, crime), k, 10**6)
    found = [tuple(node for node in row if node >= 0) for row in paths.nodes.tolist()]
    assert cut is None
    assert len(found) == len(set(found))
    assert set(found) == slow(edges, sides["terror"], sides["crime"], sides["inner"], k)


@settings(max_examples=150)
@given(
    st.sets(edge, min_size=3, max_size=24),
    st.lists(part, min_size=NODES, max_size=NODES),
    st.lists(st.integers(0, 3), min_size=24, max_size=24),
    st.integers(1, 4),
)
def test_a_telling_search_leaves_out_paths_of_more_than_one_thin_hop(
    edges: set[Edge], parts: list[str], kinds: list[int], k: int
) -> None:
    plain = graph(edges)
    kind = np.array(kinds[: len(plain.i)])  # one channel, one stated, two, three
    mask = np.array([1, STATED_MASK, 3, 7])[kind]
    pairs = replace(plain, channels=np.array([1, 1, 2, 3])[kind], mask=mask)
    inner = np.array([p == "inner" for p in parts])
    sides = (np.array([n for n, p in enumerate(parts) if p == side], dtype=np.int64)
             for side in ("terror", "crime"))  # fmt: skip
    terror, crime = sides
    chosen = np.ones(len(pairs.i), dtype=bool)
    every, _ = search(maze(pairs, chosen, inner, terror, crime), k, 10**6)
    told, cut = search(maze(pairs, chosen, inner, terror, crime, telling=True), k, 10**6)
    thin = (kind[np.maximum(every.hops, 0)] == 0) & (every.hops >= 0)
    good = thin.sum(axis=1) <= 1
    assert cut is None
    assert np.array_equal(told.nodes, every.nodes[good])
    assert np.array_equal(told.hops, every.hops[good])


@settings(max_examples=60)
@given(st.sets(edge, min_size=1, max_size=24), st.integers(0, NODES - 1), st.integers(0, 3))
def test_the_depths_are_breadth_first_depths(edges: set[Edge], start: int, deep: int) -> None:
    pairs = graph(edges)
    everyone = np.ones(NODES, dtype=bool)
    chosen = np.ones(len(pairs.i), dtype=bool)
    depth: Ints = depths(pairs, chosen, everyone, np.array([start]), deep)
    expected = {start: 0}
    for step in range(1, deep + 1):
        for one, other in sorted(edges):
            for a, b in ((one, other), (other, one)):
                if expected.get(a) == step - 1:
                    expected.setdefault(b, step)
    assert {n: d for n, d in enumerate(depth.tolist()) if d < 99} == expected


def test_a_budget_cuts_and_says_how_much_is_left() -> None:
    edges = {(0, mid) for mid in range(2, 9)} | {(1, mid) for mid in range(2, 9)}
    pairs = graph(edges)
    inner = np.arange(NODES) > 1
    chosen = np.ones(len(pairs.i), dtype=bool)
    walk = maze(pairs, chosen, inner, np.array([0]), np.array([1]))
    paths, cut = search(walk, 2, 3)
    assert len(paths) == 3
    assert cut is not None
    assert (cut.reason, cut.left) == ("paths", 4)
