"""Which pairs to judge next: those whose answer teaches most.

A pair is worth more the nearer its score is to the threshold, the more records the answer would
move, and the more other pairs stand where it stands: one answer speaks for them. What judgements
and papers already contradict comes first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from maillon.resolve.constraints import Floats, Ints
from maillon.resolve.joining import Kind
from maillon.resolve.model import Models
from maillon.resolve.resolve import Log
from maillon.resolve.stand import stand_of
from maillon.resolve.state import KINDS, Clusters, State
from maillon.store import Verdict, standing_events

GROUPS: Final = 1_000
"""Groups of pairs of one kind and score that are looked at, the most telling first."""

PER_GROUP: Final = 20
"""Pairs of one group whose levels are compared; those that move most records, then by ids."""

_ROUNDS: Final = 3
"""Times to look further (`PER_GROUP` times eight) when people judged most of what was found."""

_SCORES: Final = 1_000_001
"""Scores to six decimals."""

ASKED: Final = (Kind.KEPT_APART, Kind.OTHER_PAPERS)
"""Conflicts that an answer about their pair can settle; the others are about other judgements."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pair to judge.

    Attributes:
        left: Entity id, the smaller.
        right: Entity id, the greater.
        kind: Kind of both records.
        score: Probability that the two are one, 1e-6.
        threshold: From which score they are one.
        why: ``uncertain``, or the kind of the conflict that an answer settles.
        moves: Records that the answer may give another canonical id.
        speaks_for: Pairs that stand at the same levels, this one among them: estimated from those
            of one score whose levels were compared.
        worth: Uncertainty x records x pairs, each 0 or more; for the order only.
        levels: Where the two stand in each comparison.
    """

    left: str
    right: str
    kind: str
    score: float
    threshold: float
    why: str
    moves: int
    speaks_for: int
    worth: float
    levels: dict[str, str]

    def line(self) -> dict[str, Any]:
        """Return it as one line of ``judge --next``."""
        return {
            "left": self.left, "right": self.right, "kind": self.kind, "score": self.score,
            "threshold": self.threshold, "why": self.why, "moves": self.moves,
            "speaks_for": self.speaks_for, "levels": self.levels,
        }  # fmt: skip


class Proposals(NamedTuple):
    """Pairs to judge, the most telling first.

    Attributes:
        pairs: `Proposal`, at most as many as asked for.
        looked_at: Pairs whose levels were compared.
        of: Pairs that the view holds.
    """

    pairs: list[Proposal]
    looked_at: int
    of: int


def next_pairs(
    state: State, clusters: Clusters, log: Log, count: int, kind: str | None = None
) -> Proposals:
    """Return the pairs whose answer teaches most, that nobody has judged; the same every time.

    Conflicts come first; then one pair of each pattern of levels, then the second of each.

    Args:
        state: What the model says.
        clusters: What the judgements make of it.
        log: The judgement log as the view reads it.
        count: How many pairs, 1 or more.
        kind: Only pairs of this kind.
    """
    first = _conflicts(state, clusters, log, count, kind)
    taken = {(one.left, one.right) for one in first}
    per = PER_GROUP
    for _ in range(_ROUNDS):
        rows = _worthy(state, clusters, per, kind)
        open_ = rows.taken_by(~_is_judged(state, log, rows.row))
        found = _diverse(state, open_, count + len(first))
        found = [one for one in found if (one.left, one.right) not in taken]
        if len(first) + len(found) >= count or rows.is_all:
            break
        per *= 8
    return Proposals([*first, *found][:count], len(rows.row), len(state.array("score")))


class _Rows(NamedTuple):
    """Rows of the pairs of a state, with what makes them worth asking; shape ``(n,)``."""

    row: Ints
    uncertainty: Floats
    moves: Ints
    alike: Ints
    is_all: bool

    def taken_by(self, mask: Any) -> "_Rows":  # noqa: ANN401 - an array of flags
        return _Rows(
            self.row[mask], self.uncertainty[mask], self.moves[mask], self.alike[mask], self.is_all
        )


def _worthy(state: State, clusters: Clusters, per: int, kind: str | None) -> _Rows:
    """Return at most `GROUPS` x ``per`` rows, those that move most records of each group."""
    score, kinds = np.asarray(state.array("score")), np.asarray(state.array("kind"), np.int64)
    code = kinds * _SCORES + np.round(score * (_SCORES - 1)).astype(np.int64)
    counts = np.bincount(code, minlength=1)
    moves = _moves(clusters, np.asarray(state.array("left")), np.asarray(state.array("right")))
    most = np.zeros(len(counts), np.int64)
    np.maximum.at(most, code, moves)
    codes = np.flatnonzero(counts)
    if kind is not None:
        codes = codes[codes // _SCORES == KINDS.index(kind)]
    unsure = uncertainty(state.models, codes // _SCORES, (codes % _SCORES) / (_SCORES - 1))
    worth = unsure * np.log2(1 + most[codes]) * np.log2(1 + counts[codes])
    order = np.lexsort((codes, -worth))[:GROUPS]
    of = np.full(len(counts), -1, np.int64)
    of[codes[order]] = order
    rows = np.flatnonzero(of[code] >= 0)
    # the rows lie in the order of their ids
    rows = rows[np.lexsort((rows, -moves[rows], code[rows]))]
    group = code[rows]
    starts = np.flatnonzero(np.r_[True, group[1:] != group[:-1]]) if len(rows) else rows
    place = np.arange(len(rows)) - np.repeat(starts, np.diff(np.r_[starts, len(rows)]))
    kept = rows[place < per]
    is_all = len(kept) == len(rows) and len(codes) <= GROUPS
    return _Rows(kept, unsure[of[code[kept]]], moves[kept], counts[code[kept]], is_all)


def uncertainty(models: Models, kinds: Ints, scores: Floats) -> Floats:
    """Return how little is known of each pair: 1.0 at its kind's threshold, towards 0.0 away.

    Args:
        models: The models.
        kinds: Places in `KINDS`, shape ``(n,)``.
        scores: Probabilities, shape ``(n,)``.
    """
    limits = np.array([models.threshold(kind) for kind in KINDS])[kinds]
    likely = _logit(scores) - _logit(limits)
    even = 1 / (1 + np.exp(-likely))
    return np.asarray(4 * even * (1 - even), np.float64)


def _logit(value: Floats) -> Floats:
    held = np.clip(value, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(held / (1 - held)), np.float64)


def _moves(clusters: Clusters, left: Ints, right: Ints) -> Ints:
    """Return how many records an answer may move: the smaller cluster joins, or half parts."""
    size = np.bincount(clusters.root, minlength=len(clusters.root))
    one, two = clusters.root[left], clusters.root[right]
    across = np.minimum(size[one], size[two])
    return np.where(one == two, np.maximum(size[one] // 2, 1), across).astype(np.int64)


def _is_judged(state: State, log: Log, rows: Ints) -> Any:  # noqa: ANN401 - an array of flags
    left, right = (np.asarray(state.array(name)[rows]) for name in ("left", "right"))
    pairs = [(state.name(one), state.name(two))
             for one, two in zip(left.tolist(), right.tolist(), strict=True)]  # fmt: skip
    judged = _judged(log, {entity for pair in pairs for entity in pair})
    return np.array([pair in judged for pair in pairs], np.bool_)


def _judged(log: Log, entities: Iterable[str]) -> set[tuple[str, str]]:
    """Return the pairs about which something stands, *unsure* too: somebody was asked."""
    return {(one.left, one.right) for one in standing_events(log.read(touching=entities))
            if one.verdict is not Verdict.REVOKED}  # fmt: skip


def _diverse(state: State, rows: _Rows, count: int) -> list[Proposal]:
    """Return the first of each pattern by worth, then the second of each, and so on."""
    patterns = _patterns(state, rows.row)
    together: dict[tuple[Any, ...], int] = {}
    of_group: dict[tuple[int, float], int] = {}
    keys = []
    for row, levels in zip(rows.row.tolist(), patterns, strict=True):
        group = (int(state.array("kind")[row]), float(state.array("score")[row]))
        keys.append((group, tuple(levels.values())))
        together[keys[-1]] = together.get(keys[-1], 0) + 1
        of_group[group] = of_group.get(group, 0) + 1
    found = []
    for place, (group, pattern) in enumerate(keys):
        share = together[group, pattern] / of_group[group]
        alike = max(round(int(rows.alike[place]) * share), 1)
        worth = (float(rows.uncertainty[place]) * np.log2(1 + int(rows.moves[place]))
                 * np.log2(1 + alike))  # fmt: skip
        found.append((round(float(worth), 6), int(rows.row[place]), place, alike))
    found.sort(key=lambda one: (-one[0], one[1]))
    times: dict[tuple[Any, ...], int] = {}
    ordered = []
    for worth, row, place, alike in found:
        turn = times[keys[place]] = times.get(keys[place], 0) + 1
        ordered.append((turn, -worth, row, place, alike))
    ordered.sort()
    return [
        _proposal(state, row, "uncertain", int(rows.moves[place]), alike, -worth, patterns[place])
        for _, worth, row, place, alike in ordered[:count]
    ]


def _patterns(state: State, rows: Ints) -> list[dict[str, str]]:
    """Return the levels of the pairs of some rows."""
    found: list[dict[str, str]] = [{}] * len(rows)
    kinds = np.asarray(state.array("kind")[rows])
    for number in np.unique(kinds).tolist():
        places = np.flatnonzero(kinds == number)
        left, right = (np.asarray(state.array(name)[rows[places]], np.int64)
                       for name in ("left", "right"))  # fmt: skip
        for place, levels in zip(
            places.tolist(), stand_of(state, KINDS[number], left, right), strict=True
        ):
            found[place] = levels
    return found


def _proposal(
    state: State, row: int, why: str, moves: int, alike: int, worth: float, levels: dict[str, str]
) -> Proposal:
    kind = KINDS[int(state.array("kind")[row])]
    return Proposal(
        state.name(int(state.array("left")[row])), state.name(int(state.array("right")[row])),
        kind, float(state.array("score")[row]), state.models.threshold(kind), why, moves, alike,
        worth, levels,
    )  # fmt: skip


def _conflicts(
    state: State, clusters: Clusters, log: Log, count: int, kind: str | None
) -> list[Proposal]:
    """Return the pairs of conflicts that an answer can settle, in their order."""
    held = [(one, _row_of(state, one.left, one.right)) for one in clusters.conflicts
            if one.kind in ASKED]  # fmt: skip
    rows = np.array([row for _, row in held if row >= 0], np.int64)
    judged = dict(zip(rows.tolist(), _is_judged(state, log, rows).tolist(), strict=True))
    chosen = [
        (one, row) for one, row in held
        if row >= 0 and not judged[row]
        and kind in {None, KINDS[int(state.array("kind")[row])]}
    ][:count]  # fmt: skip
    patterns = _patterns(state, np.array([row for _, row in chosen], np.int64))
    moves = _moves_of(state, clusters, [row for _, row in chosen])
    return [
        _proposal(state, row, one.kind.value, moved, one.pair_count, 0.0, levels)
        for (one, row), moved, levels in zip(chosen, moves, patterns, strict=True)
    ]


def _moves_of(state: State, clusters: Clusters, rows: Sequence[int]) -> list[int]:
    if not rows:
        return []
    left, right = (np.asarray(state.array(name)[list(rows)]) for name in ("left", "right"))
    return [int(one) for one in _moves(clusters, left, right)]


def _row_of(state: State, left: int, right: int) -> int:
    """Return the row of a pair, -1 when it is not kept."""
    rows = state.rows_of(left)
    rows = rows[np.asarray(state.array("right")[rows]) == right]
    return int(rows[0]) if len(rows) else -1
