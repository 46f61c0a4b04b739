"""From the names of a batch to the pairs of names that are worth a full score."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from maillon.screen.candidates import TOP, near, read, sums
from maillon.screen.columns import spread, take
from maillon.screen.entry import Entry, Name, Origin
from maillon.screen.index import Segment
from maillon.screen.possible import PERSON, Facts, by_facts, ceiling, odds, with_facts


class Names(NamedTuple):
    """The names of a batch.

    Attributes:
        names: Each distinct name once.
        held: Every name of every query.
        owner: Number of the query of each of them.
        row: Its number among the distinct ones.
    """

    names: list[Name]
    held: list[Name]
    owner: npt.NDArray[np.int64]
    row: npt.NDArray[np.int64]


def distinct_names(batch: Sequence[Entry]) -> Names:
    """Return the names of a batch, each once."""
    numbers: dict[tuple[Origin, ...], int] = {}
    distinct: list[Name] = []
    held: list[Name] = []
    owners: list[int] = []
    rows: list[int] = []
    for number, query in enumerate(batch):
        for name in query.names:
            key = tuple([part.origin for part in name.parts])
            row = numbers.setdefault(key, len(distinct))
            if row == len(distinct):
                distinct.append(name)
            held.append(name)
            owners.append(number)
            rows.append(row)
    return Names(distinct, held, np.asarray(owners, np.int64), np.asarray(rows, np.int64))


class Worth(NamedTuple):
    """Pairs worth a full score, one row a pair.

    Attributes:
        held: Number of the name among those of the batch.
        name: Number of the list's name.
        cut: Numbers of the queries for which there may be more than was looked at.
    """

    held: npt.NDArray[np.int64]
    name: npt.NDArray[np.int64]
    cut: npt.NDArray[np.int64]


def worth_scoring(
    asked: Names, mine: Facts, segment: Segment, least: float, *, threads: int = 1
) -> Worth:
    """Return the pairs of names that may reach so many points.

    First what the facts allow, then what the words in common allow, then with the parts that
    contradict each other read.

    Args:
        asked: The names of the batch.
        mine: Facts of its queries.
        segment: The list side.
        least: Points to reach.
        threads: Of the candidate search.
    """
    close = near(asked.names, segment, threads=threads)
    starts = np.searchsorted(close.row, np.arange(len(asked.names) + 1))
    held, pairs = spread(starts[asked.row], starts[asked.row + 1] - starts[asked.row])
    query = take(mine, asked.owner[held])
    listed = take(segment.facts, segment.owner[close.name[pairs]])
    agree, differ = by_facts(query, listed)
    person = (listed.kind == PERSON) | ((listed.kind == 0) & (query.kind == PERSON))
    kept = np.flatnonzero(with_facts(ceiling(person), agree, differ) >= least)
    held, pairs, person = held[kept], pairs[kept], person[kept]
    agree, differ = agree[kept], differ[kept]
    found = sums(close, pairs, person, segment)
    kept = np.flatnonzero(with_facts(odds(found.points, person), agree, differ) >= least)
    points = read(asked.names, close, pairs[kept], person[kept], found.of(kept), segment)
    value = with_facts(odds(points, person[kept]), agree[kept], differ[kept])
    kept = kept[value >= least]
    held, pairs = held[kept], pairs[kept]
    # where the farthest of the candidates were worth it, there may be more behind them
    row = close.row[pairs]
    far = close.full[row] & (pairs - starts[row] >= FAR)
    return Worth(held, close.name[pairs], np.unique(asked.owner[held[far]]))


FAR: Final = TOP * 3 // 4
"""Candidates of a name, nearest first, from which on one worth a score says that there are more."""
