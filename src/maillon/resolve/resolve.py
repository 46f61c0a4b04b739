"""Which records are one: scores by the saved model, judgements by people, clusters by both."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import pyarrow as pa
from pyarrow import compute

from maillon.resolve.blocking import Blocking
from maillon.resolve.cluster import judged, partition, partition_of
from maillon.resolve.conflicts import Conflict
from maillon.resolve.constraints import Ints
from maillon.resolve.identity import changes
from maillon.resolve.model import Models
from maillon.resolve.numbering import number_anew
from maillon.resolve.predict import score_all
from maillon.resolve.records import build_entities, build_every, show_tables
from maillon.resolve.renewal import carry_clusters, renew
from maillon.resolve.state import KINDS, Clusters, State, keep_keys, write
from maillon.store import ClusterChange, Event, Verdict, Workbench, standing_events

CANONICAL_SCHEMA: Final = pa.schema(
    [("entity", pa.string()), ("canonical", pa.string()), ("confidence", pa.float64())]
)


class Log(Protocol):
    """The judgement log as one view reads it."""

    def newest(self) -> int:
        """Return the number of the newest event."""

    def read(self, *, touching: Iterable[str] | None = None, since: int = 0) -> list[Event]:
        """Return events, oldest first."""


@dataclass(frozen=True)
class Resolved:
    """What resolution found in one view.

    Attributes:
        state: What the model says.
        clusters: What the judgements make of it.
    """

    state: State
    clusters: Clusters

    @cached_property
    def canonical(self) -> pa.Table:
        """Table ``entity, canonical, confidence``, by entity: all that can be one with another."""
        own = self.state.entity.column("own")
        return pa.table(
            [
                self.state.entity.column("entity"),
                own.take(pa.array(self.clusters.root)),
                pa.array(self.clusters.confidence),
            ],
            schema=CANONICAL_SCHEMA,
        )

    @cached_property
    def pairs(self) -> pa.Table:
        """Table ``left, right, kind, score``: pairs at or above the review threshold."""
        entity = self.state.entity.column("entity")
        kinds = pa.DictionaryArray.from_arrays(
            pa.array(np.asarray(self.state.array("kind")), pa.int8()), pa.array(KINDS)
        )
        sides = {
            name: entity.take(pa.array(np.asarray(self.state.array(name))))
            for name in ("left", "right")
        }
        score = pa.array(np.asarray(self.state.array("score")))
        return pa.table({**sides, "kind": kinds.cast(pa.string()), "score": score})

    @property
    def blocking(self) -> dict[str, Blocking]:
        """How the records of each kind were brought together."""
        return self.state.blocking

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Work for people: what judgements, papers and schemata forbid and something else says."""
        return self.clusters.conflicts


def build(bench: Workbench, folder: Path, models: Models, older: State | None = None) -> State:
    """Score the records of a view, and write what is found into an empty folder.

    Args:
        bench: The view's statements.
        folder: Gets the state.
        models: The models.
        older: State of the same view and models before newer deliveries, to go on from.
    """
    con = bench.con
    show_tables(con)
    build_entities(con)
    if older is not None and (renewed := renew(con, folder, older, models)) is not None:
        return renewed
    con.execute("DROP TABLE IF EXISTS known_hub")
    build_every(con, folder / "record.arrow")
    scored, blocking = score_all(con, models, partial(keep_keys, folder))
    state = write(folder, con, scored, blocking, models)
    if older is not None:
        carry_clusters(state, older, number_anew(con, older.entity), None)
    return state


def cluster(
    state: State,
    log: Log,
    *,
    keep: bool = True,
    publish: Callable[[Sequence[ClusterChange]], object] | None = None,
) -> Resolved:
    """Return the clusters that the log implies now.

    Only components that a judgement since the last time touches are looked at again.

    Args:
        state: What the model says.
        log: What people say.
        keep: Whether to keep the clusters for the next time, and to go on from the last.
        publish: Takes what became of canonical ids since the last time.
    """
    newest = log.newest()
    held = state.clusters() if keep else None
    if held is not None and held.until == newest and held.moved is None:
        return Resolved(state, held)
    if held is None or newest < held.until:
        found = _all(state, standing_events(log.read()), newest)
    else:
        found = _touched(state, log, held, newest)
        if publish is not None:
            publish(_changed(state, held, found))
    if keep:
        state.put_clusters(found)
    return Resolved(state, found)


def _all(state: State, events: Sequence[Event], newest: int) -> Clusters:
    said = judged(events, numbers_of(state, events))
    found = partition(state.size, state.scored(), said, state.papers(), state.groups)
    totals = {kind.value: count for kind, count in found.totals.items()}
    return Clusters(newest, found.root, found.confidence, tuple(found.conflicts), totals)


def _touched(state: State, log: Log, held: Clusters, newest: int) -> Clusters:
    """Go on from clusters: components of what is new, by old ties and new ones."""
    new = log.read(since=held.until)
    ends = {entity for event in new for entity in (event.left, event.right)}
    again = held.moved.again if held.moved is not None else np.zeros(0, np.int64)
    gone = held.moved.gone if held.moved is not None else ()
    # their components would be most of all; or conflicts that were left out would be missed
    if (len(new) > MANY or len(again) + len(gone) > max(MANY, state.size // 20)
            or sum(held.totals.values()) > len(held.conflicts)):  # fmt: skip
        return _all(state, standing_events(log.read()), newest)
    if gone:
        ends |= {end for event in log.read(touching=gone) for end in (event.left, event.right)}
    ends |= {state.name(number) for number in again.tolist()}
    known: dict[str, Event] = {}
    members = component(state, log, ends, known)
    if not len(members):
        return held._replace(until=newest, moved=None)
    rows = np.unique(np.concatenate([state.rows_of(int(one)) for one in members]))
    events = standing_events(known.values())
    said = judged(events, numbers_of(state, events))
    found = partition_of(
        members, state.size, state.scored(rows), said, state.papers(members), state.groups
    )
    root, confidence = held.root.copy(), held.confidence.copy()
    root[members], confidence[members] = found.root, found.confidence
    inside = set(members.tolist())
    kept = [one for one in held.conflicts if one.left not in inside]
    totals = dict(held.totals)
    for one in held.conflicts:
        totals[one.kind.value] -= one.left in inside
    for kind, count in found.totals.items():
        totals[kind.value] = totals.get(kind.value, 0) + count
    return Clusters(newest, root, confidence, (*kept, *found.conflicts), totals)


def component(state: State, log: Log, ends: Iterable[str], known: dict[str, Event]) -> Ints:
    """Return all that the model's pairs and people's judgements, standing or not, tie to some.

    Args:
        state: What the model says.
        log: What people say.
        ends: Entity ids to begin with.
        known: Gets the events that touch what is found.
    """
    found: set[int] = set()
    coming = {number for one in ends if (number := state.number(one)) is not None}
    while coming:
        found |= coming
        events = log.read(touching=[state.name(number) for number in sorted(coming)])
        known.update((event.id, event) for event in events)
        beside = {
            number
            for event in events
            if event.verdict is not Verdict.UNSURE
            for entity in (event.left, event.right)
            if (number := state.number(entity)) is not None
        }
        for number in coming:
            rows = state.rows_of(number)
            rows = rows[state.tied[rows]]
            beside.update(np.asarray(state.array("left")[rows]).tolist())
            beside.update(np.asarray(state.array("right")[rows]).tolist())
        coming = beside - found
    return np.array(sorted(found), np.int64)


def numbers_of(state: State, events: Iterable[Event]) -> dict[str, int]:
    """Return the numbers of the entities of events, those that the view can see."""
    entities = {entity for event in events for entity in (event.left, event.right)}
    if len(entities) > MANY:
        found = compute.index_in(
            pa.array(sorted(entities)), value_set=state.entity.column("entity").combine_chunks()
        )
        pairs = zip(sorted(entities), found.to_pylist(), strict=True)
        return {entity: number for entity, number in pairs if number is not None}
    numbers = ((entity, state.number(entity)) for entity in entities)
    return {entity: number for entity, number in numbers if number is not None}


MANY: Final = 1_000
"""Entities from which looking up all at once is quicker."""


def _changed(state: State, before: Clusters, after: Clusters) -> list[ClusterChange]:
    named = before.moved.named if before.moved is not None else {}
    come = before.moved.come if before.moved is not None else np.zeros(0, np.int64)
    moved = np.flatnonzero(before.root != after.root)
    roots = np.unique(
        np.concatenate([before.root[moved], after.root[moved], np.array(list(named), np.int64)])
    )
    chosen = np.flatnonzero(np.isin(before.root, roots) | np.isin(after.root, roots))
    if not len(chosen):
        return []
    entity, own = state.entity.column("entity"), state.entity.column("own")
    stood = np.setdiff1d(chosen, come)
    old = own.take(pa.array(before.root[stood]))
    if named:
        ids = zip(before.root[stood].tolist(), old.to_pylist(), strict=True)
        old = pa.chunked_array([[named.get(root, id_) for root, id_ in ids]], pa.string())
    tables = [
        pa.table([entity.take(pa.array(numbers)), ids], names=["entity", "canonical"])
        for numbers, ids in ((stood, old), (chosen, own.take(pa.array(after.root[chosen]))))
    ]
    return changes(*tables)
