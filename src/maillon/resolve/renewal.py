"""A newer delivery: what it changed is made anew, all else is taken over from the older state.

The result is that of `resolve.build` over the same statements: the same records, keys, candidates
and scores. What an entity's record is made from has a fingerprint (entities.sql); a value that
became a hub, or no longer is one, changes the records of its carriers; a block that became too
large, or no longer is, changes the pairs of its members. Nothing else can have changed.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from maillon.resolve.blocking import Blocking, build_keys, passes
from maillon.resolve.constraints import Flags, Ints, Papers
from maillon.resolve.files import Rows, mapped, write_table
from maillon.resolve.meeting import Around, Keys, candidates, report, turned
from maillon.resolve.model import Models, prior
from maillon.resolve.numbering import Numbering, number_anew, write_merged
from maillon.resolve.predict import score_pairs
from maillon.resolve.records import build_chosen
from maillon.resolve.state import (
    KINDS,
    Clusters,
    Moved,
    State,
    entity_sql,
    pairs_of,
    papers_of,
    write_rest,
)

SHARE: Final = 0.25
"""Share of entities that came, went or changed from which all are resolved anew: it is quicker."""


class _Twins(NamedTuple):
    """Records of one agency that say the very same.

    Attributes:
        first: Number of the first of each record's group, its own for one that repeats nobody.
    """

    first: Ints

    @property
    def repeated(self) -> Flags:
        """Whether each record repeats another."""
        return np.asarray(self.first != np.arange(len(self.first)))


def renew(
    con: duckdb.DuckDBPyConnection, folder: Path, older: State, models: Models
) -> State | None:
    """Write the state of what ``statement`` holds now, going on from an older one.

    Args:
        con: A workbench's connection on which ``entity`` was made.
        folder: An empty folder.
        older: Of the same models.
        models: The models.

    Returns:
        None where so much has changed that all must be made anew; the folder is empty then.
    """
    numbering = number_anew(con, older.entity)
    if _is_much(numbering):
        return None
    numbering = _build_fresh(con, older, numbering)
    fresh = con.sql("SELECT * FROM record ORDER BY unique_id").to_arrow_table()
    twins = _twins(older.record.column("twin")), _twins(_twin_now(older, fresh, numbering))
    counts = _counts(con, twins[1])
    if any(prior(counts[kind]) != prior(older.records(kind)) for kind in KINDS):
        return None
    write_table(folder / "entity.arrow", con.sql(entity_sql()))
    write_table(folder / "hub.arrow", con.sql("SELECT * FROM hub ORDER BY says, number"))
    write_merged(folder / "record.arrow", older.record, fresh, "unique_id", numbering)
    carried = con.sql("SELECT * FROM carried ORDER BY n, says, number").to_arrow_table()
    write_merged(folder / "carried.arrow", older.carried, carried, "n", numbering)
    papers = _papers(older, papers_of(con), numbering)
    newer = _Renewed(con, folder, older, numbering, twins)
    blocking, scored = newer.scored(models, counts)
    pairs = newer.pairs(scored)
    state = write_rest(folder, len(numbering.was), pairs, papers, blocking, models)
    carry_clusters(state, older, numbering, newer.again(state))
    return state


def carry_clusters(state: State, older: State, numbering: Numbering, again: Ints | None) -> None:
    """Keep the older clusters beside a newer state, with what is to be looked at again in them.

    Args:
        state: The newer state.
        older: The older one; where its own clusters were never finished, nothing is kept.
        numbering: From one to the other.
        again: Entities whose components are to be looked at again; None for all.
    """
    held = older.clusters()
    if held is None or held.moved is not None:
        return
    stand = np.flatnonzero(numbering.now >= 0)
    roots, first, of = np.unique(held.root[stand], return_index=True, return_inverse=True)
    root, confidence = np.arange(state.size), np.ones(state.size)
    root[numbering.now[stand]] = numbering.now[stand[first]][of]
    confidence[numbering.now[stand]] = held.confidence[stand]
    own = older.entity.column("own")
    lost = np.flatnonzero(numbering.now[roots] < 0)
    named = {int(numbering.now[stand[first[one]]]): own[roots[one]].as_py() for one in lost}
    gone = np.flatnonzero(numbering.now < 0)
    if again is None:
        again = np.arange(state.size)
    else:
        again = np.union1d(again, np.flatnonzero(np.isin(root, list(named))))
    kept, totals = [], dict(held.totals)
    for one in held.conflicts:
        numbers = numbering.now[[one.left, one.right, *one.members]].tolist()
        if min(numbers) < 0:
            totals[one.kind.value] -= 1
            continue
        kept.append(replace(one, left=numbers[0], right=numbers[1], members=tuple(numbers[2:])))
    ids = older.entity.column("entity").take(pa.array(gone)).to_pylist()
    moved = Moved(again, np.flatnonzero(numbering.was < 0), tuple(ids), named)
    state.put_clusters(Clusters(held.until, root, confidence, tuple(kept), totals, moved))


def _is_much(numbering: Numbering) -> bool:
    moved = int(numbering.fresh.sum()) + int((numbering.now < 0).sum())
    return not len(numbering.was) or moved > SHARE * len(numbering.was)


def _build_fresh(con: duckdb.DuckDBPyConnection, older: State, numbering: Numbering) -> Numbering:
    """Make ``record``, ``paper``, ``hub``, ``carried`` of what is fresh; return what is."""
    con.register("older_hub", older.hubs)
    con.register("older_carried", older.carried)
    con.execute("CREATE OR REPLACE TEMP TABLE known_hub AS SELECT * FROM older_hub")
    _build_chosen(con, numbering)
    con.register("stale", pa.table({"n": np.flatnonzero(numbering.stale)}))
    con.execute(_HUBS)
    turned_hubs = con.sql(_TURNED_CARRIERS).fetchnumpy()["n"]
    carriers = numbering.now[np.asarray(turned_hubs, np.int64)]
    con.execute("CREATE OR REPLACE TEMP TABLE known_hub AS SELECT * FROM hub_now")
    if len(carriers):
        numbering = numbering.with_fresh(carriers)
        _build_chosen(con, numbering)
    con.execute("CREATE OR REPLACE TEMP TABLE hub AS SELECT * FROM hub_now")
    return numbering


_HUBS: Final = """
CREATE OR REPLACE TEMP TABLE recounted AS
SELECT says, number FROM carried
UNION SELECT says, number FROM older_carried WHERE n IN (FROM stale);
CREATE OR REPLACE TEMP TABLE hub_now AS
SELECT says, number, count(DISTINCT name) AS carriers
FROM (SELECT says, number, name FROM carried
      UNION ALL SELECT says, number, name FROM older_carried WHERE n NOT IN (FROM stale))
SEMI JOIN recounted USING (says, number) JOIN hub_limit USING (says)
GROUP BY says, number HAVING carriers > min(most)
UNION ALL SELECT * FROM older_hub ANTI JOIN recounted USING (says, number);
"""

_TURNED_CARRIERS: Final = """
SELECT DISTINCT n FROM older_carried SEMI JOIN (
  (SELECT says, number FROM hub_now EXCEPT SELECT says, number FROM older_hub)
  UNION ALL (SELECT says, number FROM older_hub EXCEPT SELECT says, number FROM hub_now)
) USING (says, number)
WHERE n NOT IN (FROM stale)
"""
"""Older numbers of the carriers of values that became hubs, or no longer are."""


def _build_chosen(con: duckdb.DuckDBPyConnection, numbering: Numbering) -> None:
    con.register("fresh", pa.table({"n": np.flatnonzero(numbering.fresh)}))
    con.execute(
        """CREATE OR REPLACE TEMP VIEW chosen AS SELECT * FROM entity WHERE n IN (FROM fresh);
           CREATE OR REPLACE TEMP TABLE wanted AS
           SELECT entity FROM chosen
           UNION SELECT paper FROM holding WHERE holder IN (SELECT entity FROM chosen)
           UNION SELECT holder FROM holding WHERE paper IN (SELECT entity FROM chosen);
           CREATE OR REPLACE TEMP TABLE wanted_statement AS
           SELECT * FROM statement SEMI JOIN wanted USING (entity);
           CREATE OR REPLACE TEMP VIEW source AS SELECT * FROM wanted_statement"""
    )
    build_chosen(con)


def _twin_now(older: State, fresh: pa.Table, numbering: Numbering) -> pa.ChunkedArray:
    held = pa.concat_arrays(older.record.column("twin").chunks + fresh.column("twin").chunks)
    rows = numbering.was.copy()
    rows[fresh.column("unique_id").to_numpy()] = older.size + np.arange(fresh.num_rows)
    return pa.chunked_array([held.take(pa.array(rows))])


def _twins(twin: pa.ChunkedArray) -> _Twins:
    """Return who repeats whom: the first of each group is its smallest number."""
    first = np.arange(len(twin))
    numbers = np.flatnonzero(twin.is_valid().to_numpy())
    order = np.argsort(twin.drop_null().to_numpy(), kind="stable")
    value, numbers = twin.drop_null().to_numpy()[order], numbers[order]
    starts = np.flatnonzero(np.concatenate([[True], value[1:] != value[:-1]])[: len(value)])
    first[numbers] = np.repeat(numbers[starts], np.diff(np.append(starts, len(value))))
    return _Twins(first)


def _counts(con: duckdb.DuckDBPyConnection, twins: _Twins) -> dict[str, int]:
    """Return how many records of each kind are compared."""
    con.register("repeats", pa.table({"n": np.flatnonzero(twins.repeated)}))
    rows = con.execute(
        "SELECT kind, count(*) FROM entity WHERE n NOT IN (FROM repeats) GROUP BY kind"
    ).fetchall()
    return dict.fromkeys(KINDS, 0) | {str(kind): int(count) for kind, count in rows}


def _papers(older: State, fresh: Papers, numbering: Numbering) -> Papers:
    held = older.papers()
    entity = numbering.now[held.entity]
    rows = (entity >= 0) & ~numbering.fresh[entity]
    return Papers(
        np.concatenate([entity[rows], fresh.entity]),
        np.concatenate([held.kind[rows], fresh.kind]),
        np.concatenate([held.number[rows], fresh.number]),
    )


class _Renewed:
    """Keys, candidates and pairs of a newer state.

    Args:
        con: With ``record`` of what is fresh.
        folder: Of the newer state, with its tables.
        older: The older state.
        numbering: From one to the other.
        twins: Who repeated whom, and who does now.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, folder: Path, older: State, numbering: Numbering,
        twins: tuple[_Twins, _Twins],
    ) -> None:  # fmt: skip
        self._con, self._folder, self._older, self._numbering = con, folder, older, numbering
        self._keys = Keys(folder)
        record = mapped(folder / "record.arrow")
        self._rows = Rows(record)
        self._bare = record.column("is_bare").to_numpy()
        self._twins = twins
        then, now = (one.repeated for one in twins)
        # who is compared now and was not, or the other way round, meets others or no longer does
        status = numbering.newer(then) != now
        self._core = numbering.fresh | (status & (numbering.was >= 0))
        self._core_then = numbering.stale | numbering.older(self._core)
        self._rim, self._rim_then = self._core.copy(), self._core_then.copy()
        self._come = self._core & ~now
        self._gone = self._core_then & ~then

    def scored(
        self, models: Models, counts: Mapping[str, int]
    ) -> tuple[dict[str, Blocking], list[pa.Table]]:
        """Write the keys, and score what they newly bring together.

        Args:
            models: The models.
            counts: Records of each kind that are compared.
        """
        blocking, tables = {}, []
        self._con.register("coming", self._taken(np.flatnonzero(self._come)))
        for kind in KINDS:
            self._write_keys(kind)
            if counts[kind] < 2:  # noqa: PLR2004 - one meets nobody
                continue
            meeting = self._meeting(kind)
            were = self._older.blocking.get(kind)
            gone = len(self._were(kind)) if were is not None else 0
            pairs = (were.candidates if were is not None else 0) - gone + len(meeting)
            blocking[kind] = report(self._keys, kind, counts[kind], pairs, self._bare)
            if len(meeting):
                tables.append(self._scores(models, kind, counts[kind], meeting))
        return blocking, tables

    def _taken(self, numbers: Ints) -> pa.Table:
        return self._rows.take(numbers)

    def _write_keys(self, kind: str) -> None:
        """Write the keys that stand and those that come, of each pass."""
        source = f"(SELECT * FROM coming WHERE kind = '{kind}')"
        for number, rules in enumerate(passes(kind)):
            build_keys(self._con, kind, source, "pass_key", rules)
            come = self._con.sql("SELECT DISTINCT k, n FROM pass_key ORDER BY k, n").fetchnumpy()
            keys, records = self._older.keys.of(kind, number)
            rows = np.flatnonzero(~self._core_then[records])
            keys, records = keys[rows], self._numbering.now[records[rows]]
            if not len(keys) + len(come["k"]):
                continue
            places = np.searchsorted(keys, come["k"])
            keys, records = (
                np.insert(keys, places, come["k"]),
                np.insert(records, places, come["n"]),
            )
            self._keys.put(kind, number, keys, records)

    def _meeting(self, kind: str) -> Ints:
        """Return candidates of what is new, and of blocks that became small or large."""
        then, now = turned(
            kind, (self._older.keys, self._gone), (self._keys, self._come)
        )  # fmt: skip
        self._rim[now] = True
        self._rim[self._numbering.now[then][self._numbering.now[then] >= 0]] = True
        self._rim_then |= self._numbering.older(self._rim)
        return candidates(self._keys, kind, Around(self._core, self._rim, self._bare))

    def _were(self, kind: str) -> Ints:
        """Return the candidates that there were of the same."""
        bare = np.asarray(self._older.bare)
        return candidates(self._older.keys, kind, Around(self._core_then, self._rim_then, bare))

    def _scores(self, models: Models, kind: str, count: int, meeting: Ints) -> pa.Table:
        left, right = np.divmod(meeting, len(self._core))
        self._con.register("meeting_record", self._taken(np.unique(np.concatenate([left, right]))))
        self._con.register("meeting_pair", pa.table({"l": left, "r": right}))
        self._con.execute(
            f"""CREATE OR REPLACE TEMP TABLE {kind}_record AS SELECT * FROM meeting_record;
                CREATE OR REPLACE TEMP TABLE {kind}_pair AS
                SELECT '0' AS match_key, l::INTEGER AS join_key_l, r::INTEGER AS join_key_r
                FROM meeting_pair"""
        )
        return score_pairs(self._con, models, kind, count, f"{kind}_record", f"{kind}_pair")

    def pairs(self, scored: list[pa.Table]) -> dict[str, Any]:
        """Return all pairs: those that stand, those scored now, those of twins.

        Args:
            scored: As `scored` returns them.
        """
        older, now = self._older, self._numbering.now
        left, right = (np.asarray(older.array(name)) for name in ("left", "right"))
        core, rim = self._core_then, self._rim_then
        stand = ~(core[left] | core[right] | (rim[left] & rim[right]))
        stand &= ~self._twins[0].repeated[right]
        names = ("left", "right", "score", "sure", "kind")
        held = {name: np.asarray(older.array(name))[stand] for name in names}
        held |= {name: now[held[name]].astype(np.int32) for name in ("left", "right")}
        parts = [held, *(pairs_of(table) for table in scored)]
        merged = {name: np.concatenate([part[name] for part in parts]) for name in names}
        order = np.lexsort((merged["right"], merged["left"], merged["kind"]))
        twins = self._of_twins()
        return {name: np.concatenate([merged[name][order], twins[name]]) for name in names}

    def _of_twins(self) -> dict[str, Any]:
        first = self._twins[1].first
        right = np.flatnonzero(self._twins[1].repeated)
        names = self._taken(right).column("kind").to_pylist()
        kinds = np.array([KINDS.index(name) for name in names], np.uint8)
        order = np.lexsort((right, first[right]))
        right = right[order]
        return {
            "left": first[right].astype(np.int32), "right": right.astype(np.int32),
            "score": np.ones(len(right)), "sure": np.ones(len(right), np.bool_),
            "kind": kinds[order],
        }  # fmt: skip

    def again(self, state: State) -> Ints:
        """Return the entities whose clusters may be others now.

        Args:
            state: The newer state.
        """
        now, older = self._numbering.now, self._older
        flags = self._core.copy()
        for of, core, rim, numbers in (
            (older, self._core_then, self._rim_then, now),
            (state, self._core, self._rim, np.arange(state.size)),
        ):
            tied = of.scored()
            some = core[tied.left] | core[tied.right] | (rim[tied.left] & rim[tied.right])
            ends = numbers[np.concatenate([tied.left[some], tied.right[some]])]
            flags[ends[ends >= 0]] = True
        return np.flatnonzero(flags)
