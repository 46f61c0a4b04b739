"""Why two records are in one cluster: the chain of ties between them; or what keeps them apart."""

import heapq
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np

from maillon.resolve.constraints import Flags, Ints
from maillon.resolve.explain import NoPairError, judgement_line
from maillon.resolve.resolve import Log, numbers_of
from maillon.resolve.state import Clusters, State, paper_name
from maillon.store import Event, Verdict, standing_events

MOST_RECORDS: Final = 20_000
"""Records that are looked at; where there are more, the answer says that it is not complete."""

MOST_NAMED: Final = 100
"""Judgements, papers and conflicts that an answer names; all are counted."""

_JUDGED: Final = 2.0
"""Strength of a judgement in the search: over any score."""


class Tie(NamedTuple):
    """What ties two records: the model's score, a judgement, or both."""

    score: float | None = None
    event: Event | None = None

    @property
    def strength(self) -> float:
        """How strong it is: a judgement over any score."""
        return _JUDGED if self.event is not None else self.score or 0.0


Ties = dict[int, dict[int, Tie]]
"""Number of an entity -> number of another -> what ties them; both ways."""


def explain_cluster(
    state: State, clusters: Clusters, log: Log, left: str, right: str, *, most: int = MOST_RECORDS
) -> dict[str, Any]:
    """Return the chain of ties that holds two records in one cluster, or what keeps them apart.

    The chain is the one whose weakest tie is the strongest (a judgement counts over any score),
    then the one of fewest hops, then the first by ids.

    Args:
        state: What the model says.
        clusters: What the judgements make of it.
        log: The judgement log as the view reads it.
        left: Entity id of one record.
        right: Entity id of the other.
        most: Records that are looked at.

    Returns:
        ``left``, ``right``, ``is_one``, ``canonical`` of both, ``members`` of both clusters
        (counts), ``chain`` (hops ``from, to, score, judgement, parts``: whether the two are parted
        when the hop's only tie is taken away; None when not all was looked at), ``weakest`` (score
        of the weakest hop, 1.0 for a judgement), ``complete`` and ``looked_at``; of two clusters
        also ``apart``: ``negatives``, ``papers``, ``schemata``, ``kinds``, ``conflicts``,
        ``no_tie`` and their counts. The chain of two clusters runs over all pairs that are kept,
        those below the threshold too.

    Raises:
        NoPairError: The view holds no such record, or the two are the same.
    """
    ends = [_number(state, entity) for entity in (left, right)]
    if ends[0] == ends[1]:
        raise NoPairError(f"{left} is one record: name two")
    roots = [int(clusters.root[end]) for end in ends]
    members = [np.flatnonzero(clusters.root == root) for root in roots]
    is_one = roots[0] == roots[1]
    inside = _around(state, log, ends, most, clusters.root == roots[0] if is_one else None)
    path = _path(inside.ties, *ends)
    found = {
        "left": left, "right": right, "is_one": is_one,
        "canonical": [str(state.entity.column("own")[root].as_py()) for root in roots],
        "members": [len(held) for held in members],
        "chain": _hops(state, inside, path),
        "weakest": _weakest(inside.ties, path),
        "complete": inside.complete and (is_one or min(map(len, members)) <= MOST_RECORDS),
        "looked_at": len(inside.seen),
    }  # fmt: skip
    if not is_one:
        found["apart"] = _apart(state, clusters, log, ends, members) | {
            "no_tie": _no_tie(state, inside.ties, path)
        }
    return found


def _number(state: State, entity: str) -> int:
    number = state.number(entity)
    if number is None:
        raise NoPairError(f"no entity {entity} among those that can be one with another")
    return number


class _Around(NamedTuple):
    """What was looked at around two records."""

    ties: Ties
    seen: set[int]
    complete: bool


def _around(
    state: State, log: Log, ends: Sequence[int], most: int, within: Flags | None = None
) -> _Around:
    """Return the ties around two records, ring by ring from both.

    Args:
        state: What the model says.
        log: What people say.
        ends: The two.
        most: Records that are looked at.
        within: Whether each entity is of the cluster: only ties inside it, none below the
            threshold. None for all pairs that are kept and all positive judgements.
    """
    ties: Ties = {}
    seen: set[int] = set()
    known: dict[str, Event] = {}
    coming = set(ends)
    complete = True
    while coming:
        if len(seen) + len(coming) > most:
            complete = False
            coming = set(sorted(coming)[: max(most - len(seen), 0)]) | (set(ends) - seen)
        seen |= coming
        beside = _judged_around(state, log, coming, known, within)
        for one in sorted(coming):
            rows = state.rows_of(one)
            if within is not None:
                rows = rows[state.tied[rows]]
            sides = [np.asarray(state.array(name)[rows], np.int64) for name in ("left", "right")]
            if within is not None:
                inside = within[sides[0]] & within[sides[1]]
                rows, sides = rows[inside], [side[inside] for side in sides]
            scores = np.asarray(state.array("score")[rows]).tolist()
            for low, high, score in zip(*(s.tolist() for s in sides), scores, strict=True):
                _tie(ties, low, high, Tie(score=float(score)))
            beside.update(sides[0].tolist(), sides[1].tolist())
        coming = beside - seen if complete else set()
    for event, (low, high) in _positives(state, known.values(), within):
        _tie(ties, low, high, Tie(event=event))
    return _Around(ties, seen, complete)


def _judged_around(
    state: State, log: Log, coming: Iterable[int], known: dict[str, Event], within: Flags | None
) -> set[int]:
    events = log.read(touching=[state.name(number) for number in sorted(coming)])
    known.update((event.id, event) for event in events)
    found: set[int] = set()
    for _, pair in _positives(state, events, within):
        found.update(pair)
    return found


def _positives(
    state: State, events: Iterable[Event], within: Flags | None
) -> list[tuple[Event, tuple[int, int]]]:
    """Return the positive judgements that stand, with the numbers of their records."""
    standing = [one for one in standing_events(events) if one.verdict is Verdict.POSITIVE]
    numbers = numbers_of(state, standing)
    found = []
    for event in standing:
        if event.left not in numbers or event.right not in numbers:
            continue
        low, high = sorted((numbers[event.left], numbers[event.right]))
        if within is None or (within[low] and within[high]):
            found.append((event, (low, high)))
    return found


def _tie(ties: Ties, low: int, high: int, tie: Tie) -> None:
    for one, two in ((low, high), (high, low)):
        held = ties.setdefault(one, {}).get(two, Tie())
        ties[one][two] = Tie(
            held.score if tie.score is None else tie.score, tie.event or held.event
        )


def _path(ties: Ties, start: int, end: int) -> list[int]:
    """Return the entities of the strongest path, [] when nothing ties the two."""
    least = _bottleneck(ties, start, end)
    if least <= 0:
        return []
    hops = {end: 0}
    coming = deque([end])
    while coming and start not in hops:
        one = coming.popleft()
        for two, tie in ties.get(one, {}).items():
            if tie.strength >= least and two not in hops:
                hops[two] = hops[one] + 1
                coming.append(two)
    path = [start]
    while path[-1] != end:
        path.append(min(
            two for two, tie in ties[path[-1]].items()
            if tie.strength >= least and hops.get(two, -1) == hops[path[-1]] - 1
        ))  # fmt: skip
    return path


def _bottleneck(ties: Ties, start: int, end: int) -> float:
    """Return the strength of the weakest tie of the strongest path, 0.0 when there is none."""
    best = {start: float("inf")}
    done: set[int] = set()
    heap = [(-best[start], start)]
    while heap:
        strength, one = heapq.heappop(heap)
        if one == end:
            return -strength
        if one in done:
            continue
        done.add(one)
        for two, tie in ties.get(one, {}).items():
            through = min(-strength, tie.strength)
            if two not in done and through > best.get(two, 0.0):
                best[two] = through
                heapq.heappush(heap, (-through, two))
    return 0.0


def _hops(state: State, inside: _Around, path: Sequence[int]) -> list[dict[str, Any]]:
    ties = inside.ties
    alone = _bridges(ties, path)
    found = []
    for place, (one, two) in enumerate(pairwise(path)):
        tie = ties[one][two]
        is_only = tie.score is None or tie.event is None or tie.score < _least(state, one)
        found.append({
            "from": state.name(one), "to": state.name(two), "score": tie.score,
            "judgement": None if tie.event is None else judgement_line(tie.event),
            "parts": place in alone and is_only if inside.complete else None,
        })  # fmt: skip
    return found


def _least(state: State, number: int) -> float:
    return state.models.threshold(str(state.entity.column("kind")[number].as_py()))


def _bridges(ties: Ties, path: Sequence[int]) -> set[int]:
    """Return the places of hops of a path that no other way goes round."""
    place_of = {one: place for place, one in enumerate(path)}
    seen: set[int] = set()
    found: set[int] = set()
    furthest = 0
    for place, start in enumerate(path[:-1]):
        coming = [] if start in seen else [start]
        seen.add(start)
        while coming:
            one = coming.pop()
            for two in ties.get(one, {}):
                at = place_of.get(two)
                # the hops of the path themselves are no way round it
                if one in place_of and at is not None and abs(at - place_of[one]) == 1:
                    continue
                furthest = max(furthest, at if at is not None else 0)
                if two not in seen:
                    seen.add(two)
                    coming.append(two)
        if furthest <= place:
            found.add(place)
    return found


def _weakest(ties: Ties, path: Sequence[int]) -> float | None:
    if not path:
        return None
    least = min(ties[one][two].strength for one, two in pairwise(path))
    return min(least, 1.0)


def _no_tie(state: State, ties: Ties, path: Sequence[int]) -> bool:
    """Return whether even the best path has a hop that ties nobody."""
    return not path or any(
        ties[one][two].event is None and (ties[one][two].score or 0.0) < _least(state, one)
        for one, two in pairwise(path)
    )


# -- what keeps two clusters apart


def _apart(
    state: State, clusters: Clusters, log: Log, ends: Sequence[int], members: Sequence[Ints]
) -> dict[str, Any]:
    negatives = _negatives(state, log, members)
    papers = _papers(state, members)
    conflicts = [
        one for one in clusters.conflicts
        if {int(clusters.root[one.left]), int(clusters.root[one.right])}
        == {int(clusters.root[end]) for end in ends}
    ]  # fmt: skip
    kinds = [str(state.entity.column("kind")[end].as_py()) for end in ends]
    return {
        "negatives": negatives[:MOST_NAMED], "negative_count": len(negatives),
        "papers": papers,
        "schemata": _are_other_schemata(state, members),
        "kinds": kinds if kinds[0] != kinds[1] else [],
        "conflicts": [
            {"kind": one.kind.value, "left": state.name(one.left), "right": state.name(one.right),
             "score": one.score, "negatives": list(one.negatives)}
            for one in conflicts[:MOST_NAMED]
        ],
        "conflict_count": len(conflicts),
    }  # fmt: skip


def _negatives(state: State, log: Log, members: Sequence[Ints]) -> list[dict[str, Any]]:
    """Return the negative judgements across two clusters, of `MOST_RECORDS` of the smaller."""
    few, many = sorted(members, key=len)
    few = few[:MOST_RECORDS]
    events = standing_events(log.read(touching=[state.name(int(one)) for one in few]))
    held = [event for event in events if event.verdict is Verdict.NEGATIVE]
    numbers = numbers_of(state, held)
    inside = [set(few.tolist()), set(many.tolist())]
    found = []
    for event in held:
        ends = {numbers.get(event.left, -1), numbers.get(event.right, -1)}
        if ends & inside[0] and ends & inside[1]:
            found.append({"left": event.left, "right": event.right, **judgement_line(event)})
    return found


def _papers(state: State, members: Sequence[Ints]) -> list[dict[str, Any]]:
    """Return the kinds of paper that two clusters both know, when they share no number at all."""
    held = [state.papers(one) for one in members]
    if set(held[0].number.tolist()) & set(held[1].number.tolist()):
        return []
    both = sorted(set(held[0].kind.tolist()) & set(held[1].kind.tolist()))
    return [
        {"paper": paper_name(kind), **{
            name: [state.name(int(one)) for one in
                   np.unique(papers.entity[papers.kind == kind])[:MOST_NAMED]]
            for name, papers in zip(("left", "right"), held, strict=True)
        }}
        for kind in both
    ]  # fmt: skip


def _are_other_schemata(state: State, members: Sequence[Ints]) -> bool:
    """Return whether some schema of one cluster and some of the other cannot be one."""
    of, apart = state.groups
    left, right = (np.unique(of[one][of[one] >= 0]) for one in members)
    return bool(apart[np.ix_(left, right)].any()) if len(apart) else False
