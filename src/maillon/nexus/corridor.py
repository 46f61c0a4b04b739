"""The corridor: the pairs that can lie on a path of at most k hops between the two sides.

Two breadth-first searches in DuckDB (``USING KEY``: one row a node, its least depth), one from each
side, half of k
deep; a node that may not be crossed is entered and left standing.
"""

from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from maillon.nexus.links import Bools, Ints
from maillon.nexus.pairs import Pairs

FAR: Final = 99
"""Depth of a node that the search did not reach."""

_SEARCH: Final = """
WITH RECURSIVE reached(node, depth) USING KEY (node) AS (
    SELECT node, 0 FROM nexus_start
    UNION
    SELECT a.b, min(r.depth) + 1
    FROM reached r JOIN nexus_step a ON a.a = r.node
    LEFT JOIN recurring.reached seen ON seen.node = a.b
    WHERE r.depth < $deep AND (r.depth = 0 OR a.is_crossed) AND seen.node IS NULL
    GROUP BY a.b)
SELECT node, depth FROM reached ORDER BY node
"""


def depths(
    con: duckdb.DuckDBPyConnection,
    pairs: Pairs,
    chosen: Bools,
    inner: Bools,
    starts: Ints,
    deep: int,
) -> Ints:
    """Return each node's least number of hops from ``starts``, or `FAR`.

    Args:
        con: Where the search runs.
        pairs: The pairs.
        chosen: One a pair: whether it may be a hop.
        inner: One a node: whether it may be crossed.
        starts: Node numbers of the anchors of one side.
        deep: Most hops.
    """
    i, j = pairs.i[chosen], pairs.j[chosen]
    a, b = np.r_[i, j], np.r_[j, i]
    con.register("nexus_step", pa.table({"a": a, "b": b, "is_crossed": inner[a]}))
    con.register("nexus_start", pa.table({"node": starts.astype(np.int64)}))
    try:
        found = con.execute(_SEARCH, {"deep": deep}).fetchnumpy()
    finally:
        con.unregister("nexus_step")
        con.unregister("nexus_start")
    depth = np.full(pairs.count, FAR, dtype=np.int64)
    depth[np.asarray(found["node"], dtype=np.int64)] = np.asarray(found["depth"], dtype=np.int64)
    return depth


def in_corridor(pairs: Pairs, chosen: Bools, from_terror: Ints, from_crime: Ints, k: int) -> Bools:
    """Return which pairs can lie on a path of ``k`` hops, by depths of half of ``k`` a side."""
    forth = _fits(from_terror[pairs.i], from_crime[pairs.j], k)
    back = _fits(from_terror[pairs.j], from_crime[pairs.i], k)
    return chosen & (forth | back)


def _fits(terror: Ints, crime: Ints, k: int) -> Bools:
    deep_terror, deep_crime = (k + 1) // 2, k // 2
    # A depth beyond the search is at least one more than the search was deep.
    least = np.minimum(terror, deep_terror + 1) + 1 + np.minimum(crime, deep_crime + 1)
    return (least <= k) & ((terror <= deep_terror) | (crime <= deep_crime))
