"""The scored records of one view on disk: mapped when they are needed, written once.

What the model says of a view's statements changes only with them. What people say changes from
minute to minute, so the clusters lie beside it, with the number of the newest judgement in them:
a later judgement touches its own component and nothing else.
"""

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from maillon.resolve.blocking import Blocking, passes
from maillon.resolve.comparisons import TABLES
from maillon.resolve.conflicts import Conflict
from maillon.resolve.constraints import Floats, Groups, Ints, Papers, Scored
from maillon.resolve.files import Rows, mapped, write_table
from maillon.resolve.identity import OWN_ID_SQL
from maillon.resolve.joining import Kind
from maillon.resolve.kinds import properties
from maillon.resolve.meeting import Keys
from maillon.resolve.model import Models
from maillon.resolve.schemata import SPECIAL, apart

KINDS: Final = tuple(TABLES)

PAPER_KINDS: Final = tuple(sorted({row.paper for row in properties() if row.differing == "bars"}))
"""Kinds of paper that say *two* when they differ, by number."""
LIST_ENTRY: Final = "entry of one list"
"""What stands for a paper of a list that tells its entries apart: each list is a kind."""
PAPER_KIND: Final = f"""CASE WHEN starts_with(kind, 'list ')
    THEN {len(PAPER_KINDS)} + number_of('list', kind) % 1048576
    ELSE list_position({list(PAPER_KINDS)}, kind) - 1 END"""
"""SQL for the number of a kind of paper, where held.sql was run."""


def paper_name(number: int) -> str:
    """Return the name of a kind of paper."""
    return PAPER_KINDS[number] if number < len(PAPER_KINDS) else LIST_ENTRY


class Moved(NamedTuple):
    """What a newer delivery left to be looked at again in clusters of the older ones.

    Attributes:
        again: Entities whose components are to be looked at again.
        come: Entities that were not there.
        gone: Ids of those that are no longer.
        named: Canonical ids of clusters whose smallest member is gone, by their root.
    """

    again: Ints
    come: Ints
    gone: tuple[str, ...]
    named: dict[int, str]


class Clusters(NamedTuple):
    """The clusters that judgements up to one number imply.

    Attributes:
        until: Number of the newest judgement in them.
        root: Smallest member of each entity's cluster, shape ``(size,)``.
        confidence: As `cluster.Partition`, shape ``(size,)``.
        conflicts: Work for people.
        totals: How many conflicts there are of each kind, kept or not.
        moved: What is not in them yet; None where they are those of this very state.
    """

    until: int
    root: Ints
    confidence: Floats
    conflicts: tuple[Conflict, ...]
    totals: dict[str, int]
    moved: Moved | None = None


class State:
    """What the model says of one view's statements.

    Args:
        folder: Where `write` put it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._meta: dict[str, Any] = json.loads((folder / "meta.json").read_text("utf-8"))
        self._held: dict[str, Any] = {}

    @property
    def size(self) -> int:
        """How many entities there are."""
        return int(self._meta["size"])

    @cached_property
    def blocking(self) -> dict[str, Blocking]:
        """How the records of each kind were brought together."""
        return {
            kind: Blocking(**{**said, "left_out": _pairs(said["left_out"])})
            for kind, said in self._meta["blocking"].items()
        }

    def records(self, kind: str) -> int:
        """Return how many records of a kind were compared."""
        held = self.blocking.get(kind)
        return held.records if held is not None else 0

    @cached_property
    def entity(self) -> pa.Table:
        """Table ``entity, own, kind, group``, by number, mapped."""
        return mapped(self.folder / "entity.arrow")

    @cached_property
    def record(self) -> pa.Table:
        """The table ``record`` of records.sql, by number, mapped."""
        return mapped(self.folder / "record.arrow")

    @cached_property
    def rows(self) -> Rows:
        """The rows of `record`, one by one."""
        return Rows(self.record)

    def array(self, name: str) -> Any:  # noqa: ANN401 - arrays of several types
        """Return one of the arrays, mapped."""
        if name not in self._held:
            self._held[name] = np.load(self.folder / f"{name}.npy", mmap_mode="r")
        return self._held[name]

    @cached_property
    def models(self) -> Models:
        """The models that made the scores."""
        return Models.from_text((self.folder / "models.json").read_text("utf-8"))

    @cached_property
    def hubs(self) -> pa.Table:
        """Table ``says, number, carriers``: values of too many differently named entities."""
        return mapped(self.folder / "hub.arrow")

    @cached_property
    def carried(self) -> pa.Table:
        """Table ``n, says, number, name``: who carries what, hubs or not; the name hashed."""
        return mapped(self.folder / "carried.arrow")

    @cached_property
    def bare(self) -> Any:  # noqa: ANN401 - an array of flags
        """Whether each entity has a name in a script without vowels."""
        return self.record.column("is_bare").to_numpy()

    def keyed(self, kind: str, rule: int, key: int) -> Any:  # noqa: ANN401 - an array of numbers
        """Return the records of a kind that have a key by a rule."""
        number = next(n for n, rules in enumerate(passes(kind)) if rule in rules)
        keys, records = self.keys.of(kind, number)
        start, end = (np.searchsorted(keys, np.uint64(key), side) for side in ("left", "right"))
        return np.asarray(records[start:end], np.int64)

    @cached_property
    def keys(self) -> Keys:
        """The keys by which records are brought together."""
        return Keys(self.folder)

    def number(self, entity: str) -> int | None:
        """Return the number of an entity, or None: by bisection, without reading the others."""
        ids = self.entity.column("entity")
        low, high = 0, self.size
        while low < high:
            middle = (low + high) // 2
            if str(ids[middle].as_py()) < entity:
                low = middle + 1
            else:
                high = middle
        return low if low < self.size and ids[low].as_py() == entity else None

    def name(self, number: int) -> str:
        """Return the entity id of a number."""
        return str(self.entity.column("entity")[number].as_py())

    @cached_property
    def tied(self) -> Any:  # noqa: ANN401 - an array of flags
        """Whether each pair is at or above its kind's threshold."""
        limits = np.array([self.models.threshold(kind) for kind in KINDS])
        return np.asarray(self.array("score")) >= limits[np.asarray(self.array("kind"))]

    def scored(self, rows: Any = None) -> Scored:  # noqa: ANN401 - an array of row numbers
        """Return the pairs at or above their threshold, of all or of some rows."""
        tied = np.flatnonzero(self.tied) if rows is None else rows[self.tied[rows]]
        return Scored(
            np.asarray(self.array("left")[tied], np.int64),
            np.asarray(self.array("right")[tied], np.int64),
            np.asarray(self.array("score")[tied]),
            np.asarray(self.array("sure")[tied]),
        )

    def rows_of(self, entity: int) -> Any:  # noqa: ANN401 - an array of row numbers
        """Return the rows of the pairs of one entity."""
        start = self.array("start")
        return np.asarray(self.array("beside")[start[entity] : start[entity + 1]], np.int64)

    def papers(self, members: Ints | None = None) -> Papers:
        """Return the papers of all entities or of some, ascending."""
        start = self.array("paper_start")
        chosen = np.arange(self.size) if members is None else members
        counts = np.asarray(start[chosen + 1] - start[chosen])
        first = np.repeat(start[chosen] - (np.cumsum(counts) - counts), counts)
        rows = first + np.arange(counts.sum())
        return Papers(
            np.repeat(chosen, counts), np.asarray(self.array("paper_kind")[rows]),
            np.asarray(self.array("paper_number")[rows]),
        )  # fmt: skip

    @cached_property
    def groups(self) -> Groups:
        """What cannot be one, by schema."""
        of = np.asarray(self.entity.column("group").to_numpy(), np.int64)
        return Groups(of, apart())

    def clusters(self) -> Clusters | None:
        """Return the clusters that were written last, or None."""
        path = self.folder / "clusters.npz"
        if not path.is_file():
            return None
        with np.load(path, allow_pickle=False) as held:
            said = json.loads(str(held["said"]))
            found = tuple(_conflict(one) for one in said["conflicts"])
            named = {int(root): name for root, name in said["named"].items()}
            moved = Moved(held["again"], held["come"], tuple(said["gone"]), named)
            return Clusters(
                said["until"], held["root"].astype(np.int64), held["confidence"], found,
                said["totals"], moved if said["is_moved"] else None,
            )  # fmt: skip

    def put_clusters(self, clusters: Clusters) -> None:
        """Keep clusters in place of the older ones: one file, all of it or nothing."""
        none = np.zeros(0, np.int64)
        moved = clusters.moved or Moved(none, none, (), {})
        said = {
            "until": clusters.until, "totals": clusters.totals,
            "conflicts": [asdict(one) for one in clusters.conflicts],
            "is_moved": clusters.moved is not None, "gone": moved.gone, "named": moved.named,
        }  # fmt: skip
        work = self.folder / f".clusters.{secrets.token_hex(4)}.npz"
        with work.open("wb") as raw:
            np.savez(
                raw, root=clusters.root.astype(np.int32), confidence=clusters.confidence,
                again=moved.again, come=moved.come, said=json.dumps(said),
            )  # fmt: skip
            raw.flush()
            os.fsync(raw.fileno())
        work.replace(self.folder / "clusters.npz")


def write(
    folder: Path,
    con: duckdb.DuckDBPyConnection,
    scored: pa.Table,
    blocking: Mapping[str, Blocking],
    models: Models,
) -> State:
    """Write the scored records of a view, and open them.

    Args:
        folder: Holds ``record.arrow``, see `records.build_every`, and the keys, see `keep_keys`.
        con: The connection on which that was done.
        scored: Pairs, as `predict.SCORED`.
        blocking: How they were found.
        models: The models that made the scores.
    """
    ((size,),) = con.execute("SELECT count(*) FROM entity").fetchall()
    write_table(folder / "entity.arrow", con.sql(entity_sql()))
    write_table(folder / "carried.arrow", con.sql("SELECT * FROM carried ORDER BY n, says, number"))
    write_table(folder / "hub.arrow", con.sql("SELECT * FROM hub ORDER BY says, number"))
    return write_rest(folder, size, pairs_of(scored), papers_of(con), blocking, models)


def write_rest(
    folder: Path, size: int, pairs: Mapping[str, Any], papers: Papers,
    blocking: Mapping[str, Blocking], models: Models,
) -> State:  # fmt: skip
    """Write what is no table, and open the whole.

    Args:
        folder: With the tables, see `write`.
        size: How many entities there are.
        pairs: As `pairs_of` returns them.
        papers: In any order.
        blocking: How the pairs were found.
        models: The models that made the scores.
    """
    for name, array in (_pair_arrays(pairs, size) | _paper_arrays(papers, size)).items():
        np.save(folder / f"{name}.npy", array)
    meta = {"size": size, "blocking": {kind: asdict(one) for kind, one in blocking.items()}}
    (folder / "models.json").write_text(models.text, "utf-8")
    (folder / "meta.json").write_text(json.dumps(meta), "utf-8")
    return State(folder)


def entity_sql(source: str = "entity") -> str:
    """Return SQL of the rows of ``entity.arrow``."""
    own = OWN_ID_SQL.format(entity="entity")
    return (
        f"SELECT entity, {own} AS own, kind, dataset, "
        f'coalesce(list_position({list(SPECIAL)}, own_schema) - 1, -1)::INTEGER AS "group", print '
        f"FROM {source} ORDER BY n"
    )


def pairs_of(scored: pa.Table) -> dict[str, Any]:
    """Return scored pairs as arrays ``left, right, score, sure, kind``; kinds as numbers."""
    codes = {kind: number for number, kind in enumerate(KINDS)}
    kinds = scored.column("kind").combine_chunks().dictionary_encode()
    of = np.array([codes[kind] for kind in kinds.dictionary.to_pylist()], np.uint8)
    return {
        "left": scored.column("left").to_numpy().astype(np.int32),
        "right": scored.column("right").to_numpy().astype(np.int32),
        "score": scored.column("score").to_numpy(),
        "sure": scored.column("sure").to_numpy(zero_copy_only=False),
        "kind": of[kinds.indices.to_numpy()] if len(of) else np.zeros(0, np.uint8),
    }


def _pair_arrays(pairs: Mapping[str, Any], size: int) -> dict[str, Any]:
    ends = np.concatenate([pairs["left"], pairs["right"]])
    order = np.argsort(ends, kind="stable")
    return {
        **pairs,
        "start": np.searchsorted(ends[order], np.arange(size + 1)).astype(np.int64),
        "beside": (order % max(len(pairs["left"]), 1)).astype(np.int32),
    }


def papers_of(con: duckdb.DuckDBPyConnection) -> Papers:
    """Return the papers of the entities whose records stand in ``record``."""
    found = con.sql(
        f"SELECT n, ({PAPER_KIND})::INTEGER AS kind, number FROM paper ORDER BY n, 2, number"
    ).fetchnumpy()
    return Papers(
        np.asarray(found["n"], np.int64), np.asarray(found["kind"], np.int32),
        np.asarray(found["number"], np.int64),
    )  # fmt: skip


def _paper_arrays(papers: Papers, size: int) -> dict[str, Any]:
    order = np.argsort(papers.entity, kind="stable")
    entity = papers.entity[order]
    return {
        "paper_start": np.searchsorted(entity, np.arange(size + 1)).astype(np.int64),
        "paper_kind": papers.kind[order],
        "paper_number": papers.number[order],
    }


def keep_keys(
    folder: Path, kind: str, con: duckdb.DuckDBPyConnection, number: int, table: str
) -> None:
    """Write the keys of one pass, sorted, and the records that have them."""
    found = con.sql(f"SELECT DISTINCT k, n FROM {table} ORDER BY k, n").fetchnumpy()
    Keys(folder).put(kind, number, found["k"], found["n"])


def _pairs(said: Mapping[str, Sequence[int]]) -> dict[str, tuple[int, int]]:
    return {name: (int(held[0]), int(held[1])) for name, held in said.items()}


def _conflict(said: Mapping[str, Any]) -> Conflict:
    return Conflict(**{
        **said, "kind": Kind(said["kind"]),
        **{name: tuple(said[name]) for name in ("positives", "negatives", "members")},
    })  # fmt: skip
