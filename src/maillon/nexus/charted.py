"""Persons and organisations on a chart and the links among them, read from a mapped graph."""

from collections.abc import Sequence
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from maillon.nexus.channels import codes_of
from maillon.nexus.graph import SIDES, Graph
from maillon.nexus.links import Bools, Ints
from maillon.nexus.writing import day_of

Json = dict[str, Any]
WAYS: Final = ("", "there", "back", "both")
HEARSAY: Final = "hearsay"
_SAID: Final = """
SELECT entity FROM statement WHERE entity IN (SELECT unnest($of))
GROUP BY entity HAVING bool_and(kind = 'hearsay')
"""


def charted_nodes(graph: Graph, nodes: Sequence[int]) -> list[Json]:
    """Return those on a chart, by their numbers: what its picture says of each."""
    of = np.asarray(nodes, dtype=np.int64)
    schema, side = graph.schema[of].tolist(), graph.side[of].tolist()
    links = (np.asarray(graph.start[of + 1]) - np.asarray(graph.start[of])).tolist()
    columns = (graph.canonical.take(of), graph.caption.take(of), schema, side,
               graph.busy[of].tolist(), links)  # fmt: skip
    return [
        {"id": id_, "caption": caption, "schema": graph.schemata[kind],
         "anchor": SIDES[which] or None, "is_hub": is_hub, "links": count}
        for id_, caption, kind, which, is_hub, count in zip(*columns, strict=True)
    ]  # fmt: skip


def pairs_among(graph: Graph, nodes: Sequence[int], fresh: Sequence[int]) -> Ints:
    """Return the numbers of the pairs between nodes, of which one at least is fresh, sorted."""
    held = np.zeros(len(graph.schema), dtype=bool)
    held[list(nodes)] = True
    new = np.array(sorted(set(fresh)), dtype=np.int64)
    first = np.asarray(graph.start[new])
    fan = np.asarray(graph.start[new + 1]) - first
    slot = np.arange(int(fan.sum())) - np.repeat(np.cumsum(fan) - fan - first, fan)
    found = np.asarray(graph.pair[slot])[held[np.asarray(graph.neighbour[slot])]]
    return np.unique(found).astype(np.int64)


def charted_links(
    con: duckdb.DuckDBPyConnection, graph: Graph, pairs: Ints
) -> tuple[list[Json], set[str]]:
    """Return links of a chart, and the records that make them.

    A pair of several statements is one link with their count. Its ``arrow`` is ``there`` (from
    ``from`` to ``to``), ``back`` or ``both`` where the statements say a direction, else empty. Its
    ``kind`` is ``hearsay`` where every record that makes it is hearsay, else ``fact``: what
    somebody merely assessed makes no link.

    Args:
        con: A connection with the view ``statement``.
        graph: The graph of exactly these statements.
        pairs: Their numbers.
    """
    numbers = pairs.tolist()
    rows = graph.links.of(numbers)
    owner = np.repeat(np.arange(len(numbers)), graph.links.counts(numbers))
    rels = set(rows.column("rel_i").to_pylist()) | set(rows.column("rel_j").to_pylist())
    rels.discard(None)
    hearsay = _hearsay(con, rows, owner, rels, len(numbers))
    arrows = _arrows(rows, owner, len(numbers))
    return _lines(graph, pairs, arrows, hearsay), rels


def _arrows(rows: pa.Table, owner: Ints, count: int) -> list[str]:
    """Return the direction of each link: that of its statements, as far as they say one."""
    way = rows.column("is_forward").to_numpy(zero_copy_only=False)
    there, back = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    there[owner[way == True]] = True  # noqa: E712 - a column that has nulls too
    back[owner[way == False]] = True  # noqa: E712 - as above
    return [WAYS[number] for number in (there + 2 * back.astype(int)).tolist()]


def _hearsay(
    con: duckdb.DuckDBPyConnection, rows: pa.Table, owner: Ints, rels: set[str], count: int
) -> Bools:
    """Return which links stand on hearsay alone."""
    said = {row[0] for row in con.execute(_SAID, {"of": sorted(rels)}).fetchall()}
    if not said:
        return np.zeros(count, dtype=bool)
    held = pa.array(sorted(said), pa.string())
    firm = np.zeros(len(owner), dtype=bool)
    for name in ("rel_i", "rel_j"):
        rel = rows.column(name).cast(pa.string())
        firm |= pc.and_(rel.is_valid(), pc.invert(pc.is_in(rel, value_set=held))).to_numpy()
    alone = np.zeros(count, dtype=bool)
    alone[owner] = True
    alone[owner[firm]] = False
    return alone


def _lines(graph: Graph, pairs: Ints, arrows: list[str], hearsay: Bools) -> list[Json]:
    held = graph.pairs
    ends = [graph.canonical.take(np.asarray(side[pairs])) for side in (held.i, held.j)]
    mask = (np.asarray(held.mask[pairs]) | np.asarray(held.register[pairs])).tolist()
    codes = {one: codes_of(one) for one in set(mask)}
    strength = np.round(held.identity[pairs] * held.grade[pairs] * held.telling[pairs], 6).tolist()
    times = np.maximum(held.repeats[pairs], 1).tolist()
    days = [_days(side[pairs].tolist()) for side in (held.first_day, held.last_day)]
    columns = (*ends, mask, strength, times, hearsay.tolist(), arrows, *days)
    return [
        {"from": one, "to": other, "channels": codes[bits], "strength": strong, "count": count,
         "kind": HEARSAY if is_hearsay else "fact", "arrow": arrow, "interval": [first, last]}
        for one, other, bits, strong, count, is_hearsay, arrow, first, last
        in zip(*columns, strict=True)
    ]  # fmt: skip


def _days(numbers: list[int]) -> list[str | None]:
    said = {day: day_of(day) or None for day in set(numbers)}
    return [said[day] for day in numbers]
