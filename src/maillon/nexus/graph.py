"""The graph of a view on disk: neighbours in compressed rows, and what is known of each pair.

It is written once, beside the view, and mapped by whoever asks for paths between two entities or
for what is around one: nothing of it is read that the answer does not need.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa

from maillon.nexus.coverage import Searched, coverage
from maillon.nexus.evidence import LINKS_SHOWN
from maillon.nexus.field import Field, survey
from maillon.nexus.links import Bench, Ints, drop, hubs
from maillon.nexus.mapped import Mapped, Rows, Texts, get, get_table, put, put_table
from maillon.nexus.pairs import Pairs
from maillon.nexus.settings import TraceSettings
from maillon.nexus.surprise import Surprise

VERSION: Final = 2
"""Of the files; a graph of another version is made again."""
SIDES: Final = ("", "terror", "crime", "dual")
"""What an entity is by its topics, by the number that the graph keeps."""
SMALL: Final = ("dataset", "open", "party_schema", "rule", "placeholder")
"""Tables of `links.derive` that evidence reads whole, after ``nexus_``."""
_LINKS: Final = f"""
SELECT * FROM nexus_link
QUALIFY row_number() OVER (PARTITION BY i, j, bit
                           ORDER BY last_day DESC NULLS LAST, grp, rel_i, rel_j) <= {LINKS_SHOWN}
ORDER BY i, j, bit, last_day DESC NULLS LAST, grp, rel_i, rel_j
"""
_CAPTIONS: Final = """
SELECT n.node, coalesce(c.value, n.canonical) AS caption FROM nexus_node n LEFT JOIN (
    SELECT w.node, f.value FROM nexus_fact f JOIN nexus_who w ON w.entity = f.entity
    WHERE f.prop = 'name' GROUP BY w.node, f.value
    QUALIFY row_number() OVER (PARTITION BY w.node ORDER BY count(*) DESC, f.value) = 1
) c ON c.node = n.node ORDER BY n.node
"""


@dataclass(frozen=True, slots=True)
class Hubs:
    """Groups that were entered and not crossed, and their members, both ways.

    Attributes:
        code: Channel of each hub.
        value: The value that its members share.
        size: Number of members.
        start: Where the members of each hub begin in ``node``.
        node: Members, hub after hub.
        of_start: Where the hubs of each node begin in ``of``.
        of: Hubs of each node.
    """

    code: Texts
    value: Texts
    size: Mapped
    start: Mapped
    node: Mapped
    of_start: Mapped
    of: Mapped


@dataclass(frozen=True, slots=True)
class Words:
    """What a graph says beside its numbers.

    Attributes:
        caption: Name of each node, or its canonical id.
        hubs: Hubs, largest first, as ``code, grp, size``.
        members: Their members, as ``code, grp, node``.
        links: Rows of ``nexus_link`` that are shown, by (i, j).
        who: Rows of ``nexus_who``, by node.
        small: Tables of `SMALL`, by name.
    """

    caption: pa.Array | pa.ChunkedArray
    hubs: pa.Table
    members: pa.Table
    links: pa.Table
    who: pa.Table
    small: Mapping[str, pa.Table]


@dataclass(frozen=True, slots=True)
class Graph:
    """A mapped graph.

    Attributes:
        canonical: Canonical ids, sorted: the number of an id is its node.
        caption: Names, by node.
        schema: Number of each node's schema in ``schemata``.
        schemata: Names of schemata.
        side: Number of `SIDES`, by node.
        busy: Whether a node is a hub by its number of crossable pairs.
        pairs: The pairs; its arrays are mapped.
        told: Their surprise, mapped.
        start: Where the neighbours of each node begin.
        crossable: Where those end that may be hops; the others (registers, households) follow.
        neighbour: Neighbours, node after node.
        pair: Number of the pair behind each neighbour.
        hubs: Groups that were not crossed.
        links: Links shown of each pair.
        who: Entities of each node.
        small: Small tables of the derivation, by name.
        meta: Counts, coverage, and what the caller kept with it.
    """

    canonical: Texts
    caption: Texts
    schema: Mapped
    schemata: list[str]
    side: Mapped
    busy: Mapped
    pairs: Pairs
    told: Surprise
    start: Mapped
    crossable: Mapped
    neighbour: Mapped
    pair: Mapped
    hubs: Hubs
    links: Rows
    who: Rows
    small: dict[str, pa.Table]
    meta: dict[str, Any]

    def schema_of(self, node: int) -> str:
        """Return the schema of a node."""
        return self.schemata[int(self.schema[node])]

    def hops(self, node: int) -> int:
        """Return how many crossable pairs a node has."""
        return int(self.crossable[node] - self.start[node])


def build_graph(
    bench: Bench, folder: Path, settings: TraceSettings, kept: Mapping[str, Any]
) -> None:
    """Write the graph of a workbench into a folder.

    Args:
        bench: A workbench with the view ``statement`` and the table ``canonical``.
        folder: An empty folder.
        settings: Which datasets and groups make links, what is a hub.
        kept: What to keep with it, e.g. of which resolution it is.
    """
    try:
        field = survey(bench, settings)
        done = Searched(None, 0, None, hubs(bench.con))
        covered = coverage(bench.con, field, settings, done)
        write_arrays(folder, field, settings, {**kept, "coverage": covered})
        write_words(folder, field, _words(bench.con))
    finally:
        drop(bench.con)


def write_arrays(
    folder: Path, field: Field, settings: TraceSettings, kept: Mapping[str, Any]
) -> None:
    """Write the numbers of a graph and its ids."""
    for name, held in (("pairs", field.pairs), ("told", field.told)):
        for one in fields(held):
            put(folder, f"{name}_{one.name}", np.asarray(getattr(held, one.name)))
    schemata = sorted(set(field.schema))
    place = {name: number for number, name in enumerate(schemata)}
    put(folder, "schema", np.array([place[name] for name in field.schema], dtype=np.int16))
    side = np.zeros(len(field.canonical), dtype=np.int8)
    for number, found in enumerate(
        (field.anchors.terror, field.anchors.crime, field.anchors.dual), 1
    ):
        side[np.array([anchor.node for anchor in found], dtype=np.int64)] = number
    put(folder, "side", side)
    Texts.put(folder, "canonical", pa.array(field.canonical, pa.string()))
    start = _write_rows(folder, field)
    limits = {name: settings.degree_limits.get(name, settings.degree_limits.get("", 80))
              for name in schemata}  # fmt: skip
    limit = np.array([limits[name] for name in field.schema], dtype=np.int64)
    put(folder, "busy", start > limit)
    meta = {"version": VERSION, "schemata": schemata, "counts": field.counts, **kept}
    (folder / "meta.json").write_text(json.dumps(meta, sort_keys=True), "utf-8")


def _write_rows(folder: Path, field: Field) -> Ints:
    """Write neighbours, those that may be hops first; return how many these are, by node."""
    count, pairs = field.pairs.count, field.pairs
    number = np.arange(len(pairs.i), dtype=np.int32)
    a, b = np.r_[pairs.i, pairs.j], np.r_[pairs.j, pairs.i]
    aside = np.r_[~field.chosen, ~field.chosen].astype(np.int64)
    order = np.argsort((a * 2 + aside) * count + b)
    start = np.r_[0, np.cumsum(np.bincount(a, minlength=count))].astype(np.int64)
    hops = np.bincount(a[aside == 0], minlength=count).astype(np.int64)
    put(folder, "start", start)
    put(folder, "crossable", start[:-1] + hops)
    put(folder, "neighbour", b[order].astype(np.int32))
    put(folder, "pair", np.r_[number, number][order])
    return hops


def write_words(folder: Path, field: Field, words: Words) -> None:
    """Write what a graph says beside its numbers."""
    count = field.pairs.count
    Texts.put(folder, "caption", words.caption)
    Texts.put(folder, "hub_code", words.hubs.column("code"))
    Texts.put(folder, "hub_value", words.hubs.column("grp"))
    put(folder, "hub_size", np.asarray(words.hubs.column("size"), dtype=np.int64))
    rows = zip(words.hubs.column("code").to_pylist(), words.hubs.column("grp").to_pylist(),
               strict=True)  # fmt: skip
    place = {row: number for number, row in enumerate(rows)}
    said = zip(words.members.column("code").to_pylist(), words.members.column("grp").to_pylist(),
               strict=True)  # fmt: skip
    hub = np.array([place[one] for one in said], dtype=np.int32)
    node = np.asarray(words.members.column("node"), dtype=np.int32)
    for name, owner, other, size in (
        ("hub", hub, node, len(place)), ("hub_of", node, hub, count)
    ):  # fmt: skip
        order = np.lexsort((other, owner))
        put(folder, f"{name}_start", np.searchsorted(owner[order], np.arange(size + 1)))
        put(folder, f"{name}_held", other[order])
    i, j = (np.asarray(words.links.column(name), dtype=np.int64) for name in ("i", "j"))
    pair = np.searchsorted(field.pairs.i * count + field.pairs.j, i * count + j)
    Rows.put(folder, "link", pair, len(field.pairs.i), words.links)
    Rows.put(folder, "who", np.asarray(words.who.column("node"), dtype=np.int64), count, words.who)
    for name, table in words.small.items():
        put_table(folder, f"small_{name}", table)


def open_graph(folder: Path) -> Graph | None:
    """Return the graph in a folder, mapped; None where another version wrote it, or none did.

    Raises:
        FileNotFoundError: It was removed while it was opened.
    """
    meta = json.loads((folder / "meta.json").read_text("utf-8"))
    if meta["version"] != VERSION:
        return None
    pairs: dict[str, Any] = {one.name: get(folder, f"pairs_{one.name}") for one in fields(Pairs)}
    return Graph(
        canonical=Texts.open(folder, "canonical"),
        caption=Texts.open(folder, "caption"),
        schema=get(folder, "schema"),
        schemata=meta["schemata"],
        side=get(folder, "side"),
        busy=get(folder, "busy"),
        pairs=Pairs(**{**pairs, "count": int(pairs["count"].item())}),
        told=Surprise(**{one.name: get(folder, f"told_{one.name}") for one in fields(Surprise)}),
        start=get(folder, "start"),
        crossable=get(folder, "crossable"),
        neighbour=get(folder, "neighbour"),
        pair=get(folder, "pair"),
        hubs=Hubs(
            Texts.open(folder, "hub_code"), Texts.open(folder, "hub_value"),
            *(get(folder, f"hub_{name}")
              for name in ("size", "start", "held", "of_start", "of_held")),
        ),
        links=Rows.open(folder, "link"),
        who=Rows.open(folder, "who"),
        small={name: get_table(folder, f"small_{name}") for name in SMALL},
        meta=meta,
    )  # fmt: skip


def _words(con: duckdb.DuckDBPyConnection) -> Words:
    """Return the words of a graph, from what `links.derive` left on a connection."""
    members = "SELECT code, grp, node FROM nexus_hub ORDER BY code, grp, node"
    hubs = "SELECT code, grp, size FROM nexus_group WHERE is_hub ORDER BY size DESC, code, grp"
    return Words(
        caption=con.sql(_CAPTIONS).to_arrow_table().column("caption"),
        hubs=con.sql(hubs).to_arrow_table(),
        members=con.sql(members).to_arrow_table(),
        links=con.sql(_LINKS).to_arrow_table(),
        who=con.sql("SELECT * FROM nexus_who ORDER BY node, entity").to_arrow_table(),
        small={name: con.sql(f"FROM nexus_{name}").to_arrow_table() for name in SMALL},
    )
