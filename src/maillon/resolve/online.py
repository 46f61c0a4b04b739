"""One record against all that is there: who is it, before it is delivered.

The record takes the way of every other: the same SQL makes its row and its keys, and the same
levels are compared. Only what blocking finds is read from the mapped files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import numpy as np

from maillon.resolve.blocking import RULES
from maillon.resolve.cluster import judged, partition
from maillon.resolve.comparisons import TABLES
from maillon.resolve.constraints import Groups, Ints, Papers, Scored
from maillon.resolve.kinds import kind_of
from maillon.resolve.levels import probability
from maillon.resolve.resolve import Log, Resolved, component, numbers_of
from maillon.resolve.schemata import group
from maillon.resolve.staged import Staged
from maillon.resolve.state import State
from maillon.store import Event, standing_events

NEW: Final = "\uffff new"
"""The id of the record that is asked about: it comes after every other."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entity that the record may be one with.

    Attributes:
        entity: Entity id.
        canonical: Canonical id of its cluster.
        score: Probability that the two are one, rounded to 1e-6.
        levels: At which level they stand in each comparison.
    """

    entity: str
    canonical: str
    score: float
    levels: dict[str, str]


class _Scored(NamedTuple):
    """A candidate: its number, its score, whether other papers matter, its levels."""

    number: int
    score: float
    is_sure: bool
    levels: dict[str, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a record belongs.

    Attributes:
        canonical: Canonical id of the cluster that it joins; empty for none.
        members: Entity ids of that cluster.
        candidates: At or above the review threshold, the likeliest first.
        compared: How many records were compared.
        left_out: Blocks that were too large to compare, by rule.
    """

    canonical: str
    members: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    compared: int
    left_out: dict[str, int]


class Online:
    """Places records one at a time.

    Args:
        resolved: What was resolved, whose files it keeps mapped.
        log: The judgement log as the view reads it.
    """

    def __init__(self, resolved: Resolved, log: Log) -> None:
        self._resolved, self._log = resolved, log
        self._state: State = resolved.state
        self._staged = Staged(self._state)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._staged.close()

    def place(self, schema: str, properties: Mapping[str, Sequence[str]]) -> Placed:
        """Return where a record belongs.

        Args:
            schema: FollowTheMoney schema, e.g. ``Person``.
            properties: Values by property.

        Raises:
            ValueError: Entities of this schema are not resolved.
        """
        kind = kind_of(schema)
        if not kind:
            raise ValueError(f"{schema} is not resolved: see properties.csv of resolve")
        rows = [(NEW, schema, prop, value) for prop, held in properties.items() for value in held]
        with self._staged.record(rows or [(NEW, schema, "", "")]):
            numbers, left_out = self._beside(kind)
            scored = self._scored(kind, numbers)
            papers = self._staged.papers()
        least = self._state.models.review_threshold(kind)
        found = [one for one in scored if one.score >= least]
        canonical, members = self._joined(kind, schema, found, papers)
        listed = tuple(
            Candidate(
                self._state.name(one.number),
                self._own(int(self._root[one.number])),
                one.score,
                one.levels,
            )
            for one in found
        )
        return Placed(canonical, members, listed, len(scored), left_out)

    @property
    def _root(self) -> Ints:
        return self._resolved.clusters.root

    def _own(self, number: int) -> str:
        return str(self._state.entity.column("own")[number].as_py())

    def _beside(self, kind: str) -> tuple[Ints, dict[str, int]]:
        """Return the records that have a key in common, and the blocks that were too large."""
        found: list[Any] = []
        left_out: dict[str, int] = {}
        for key, number, is_bare in self._staged.keys(kind):
            rule = RULES[kind][number]
            beside = self._state.keyed(kind, number, key)
            if len(beside) >= rule.most:
                left_out[rule.name] = left_out.get(rule.name, 0) + 1
                continue
            if rule.is_bare and not is_bare and len(beside):
                beside = beside[self._state.bare[beside]]
            found.append(beside)
        return (np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)), left_out

    def _scored(self, kind: str, numbers: Ints) -> list[_Scored]:
        """Return number, score and levels of candidates, the likeliest first."""
        if not len(numbers):
            return []
        rows = self._staged.compared(kind, self._state.rows.take(numbers))
        found = []
        for number, is_sure, *labels in rows:
            said = dict(zip(TABLES[kind], labels, strict=True))
            score = probability(self._state.models, kind, said, self._state.records(kind))
            found.append(_Scored(int(number), score, bool(is_sure), said))
        return sorted(found, key=lambda one: (-one.score, one.number))

    def _joined(
        self, kind: str, schema: str, found: Sequence[_Scored], papers: Sequence[tuple[int, int]]
    ) -> tuple[str, tuple[str, ...]]:
        least = self._state.models.threshold(kind)
        mine = [one for one in found if one.score >= least]
        ends = [self._state.name(one.number) for one in mine]
        if not ends:
            return "", ()
        state, new = self._state, self._state.size
        known: dict[str, Event] = {}
        members = component(state, self._log, ends, known)
        rows = np.unique(np.concatenate([state.rows_of(int(one)) for one in members]))
        old = state.scored(rows)
        scored = Scored(
            np.concatenate([old.left, np.array([one.number for one in mine], np.int64)]),
            np.concatenate([old.right, np.full(len(mine), new, np.int64)]),
            np.concatenate([old.score, np.array([one.score for one in mine])]),
            np.concatenate([old.sure, np.array([one.is_sure for one in mine], np.bool_)]),
        )
        events = standing_events(known.values())
        # numbered among themselves: what is there is five million times as much
        all_ = np.append(members, new)
        said = judged(events, numbers_of(state, events))
        held = self._papers(members, new, papers)
        part = partition(
            len(all_),
            scored._replace(left=_places(all_, scored.left), right=_places(all_, scored.right)),
            said._replace(left=_places(all_, said.left), right=_places(all_, said.right)),
            held._replace(entity=_places(all_, held.entity)),
            Groups(np.append(state.groups.of[members], group(schema)), state.groups.apart),
        )
        root = int(part.root[-1])
        if root == len(members):
            return "", ()
        inside = members[part.root[:-1] == root]
        return self._own(int(all_[root])), tuple(state.name(int(one)) for one in inside)

    def _papers(self, members: Ints, new: int, papers: Sequence[tuple[int, int]]) -> Papers:
        old = self._state.papers(members)
        return Papers(
            np.concatenate([old.entity, np.full(len(papers), new, np.int64)]),
            np.concatenate([old.kind, np.array([kind for kind, _ in papers], np.int32)]),
            np.concatenate([old.number, np.array([number for _, number in papers], np.int64)]),
        )


def _places(members: Ints, numbers: Ints) -> Ints:
    """Return the place of each number among ascending members, of which each is one."""
    return np.asarray(np.searchsorted(members, numbers), np.int64)
