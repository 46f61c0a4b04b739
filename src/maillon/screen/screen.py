"""Records against lists: candidates, the full score, and a receipt."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, Final, Self

from maillon.screen.entry import Entry, Name
from maillon.screen.funnel import distinct_names, worth_scoring
from maillon.screen.hit import Hit, Screened, hit_of
from maillon.screen.index import Segment, build
from maillon.screen.model import model
from maillon.screen.namescore import generations, name_reasons
from maillon.screen.normalise import VERSION
from maillon.screen.pool import Pool
from maillon.screen.possible import Facts, least_points
from maillon.screen.reason import Band, Reason
from maillon.screen.score import (
    Scored,
    best_name,
    fact_reasons,
    group_of,
    hopeless,
    score,
    total,
)
from maillon.store import collector_off

REMEMBERED: Final = 2_000
"""Distinct records whose answers are kept."""

BATCH: Final = 4_000
"""Queries taken at a time."""

WORTH_A_PROCESS: Final = 2_000
"""Queries of a first batch from which further processes are begun: each takes a second."""

SCORER: Final = 3
"""Version of the comparisons and the sum."""


def algorithm() -> str:
    """Return what a receipt says of the code that answered."""
    return f"maillon-screen-{SCORER}, normaliser {VERSION}, model {model().version}"


class Screen:
    """A list side, ready to be asked.

    Args:
        entries: What is screened against, or segments of an index of it.
        threshold: Least score of a hit; 0.0 for every candidate.
        top: Most hits of one query.
        threads: Threads of the candidate search; the answer is the same with any number.
        gone: For each segment, numbers of its entries that a newer segment replaces.
        least: Points that a pair must be able to reach to be scored; by the threshold when None.
        processes: How many work side by side on the batches of `answers`, when there are several.
        remembered: Distinct records whose answers are kept: people recur in a file.
    """

    def __init__(
        self,
        entries: Sequence[Entry] | Sequence[Segment],
        *,
        threshold: float = 0.7,
        top: int = 10,
        threads: int = 1,
        gone: Sequence[frozenset[int]] = (),
        least: float | None = None,
        processes: int = 1,
        remembered: int = REMEMBERED,
    ) -> None:
        segments = [one for one in entries if isinstance(one, Segment)]
        listed = [one for one in entries if isinstance(one, Entry)]
        self._segments = [*segments, build(listed)] if listed or not segments else segments
        self._gone = [*gone, *[frozenset[int]()] * (len(self._segments) - len(gone))]
        self._threshold = threshold
        self._top = top
        self._threads = threads
        self._least = least_points(threshold) if least is None else least
        self._processes = processes
        self._remembered = remembered
        self.pool: Pool | None = None
        self._known: dict[str, Screened] = {}
        self.considered = 0
        self.truncated = 0

    def ask(self, queries: Iterable[Entry]) -> Iterator[Screened]:
        """Yield the answer to each query, in their order."""
        waiting = iter(queries)
        while True:
            # people recur, with the same names and facts: each such record is looked up once
            if len(self._known) > self._remembered:
                self._known.clear()
            with collector_off():  # what a batch makes is no garbage before it is answered
                batch = list(islice(waiting, BATCH))
                new = {one.version: one for one in batch if one.version not in self._known}
                if new:
                    self._known.update(zip(new, self._ask(list(new.values())), strict=True))
            if not batch:
                return
            for query in batch:
                answer = self._known[query.version]
                self.considered += answer.considered
                self.truncated += answer.truncated
                yield answer if answer.id == query.id else replace(answer, id=query.id)

    def answers(self, batches: Iterable[Sequence[Entry]]) -> Iterator[list[Screened]]:
        """Yield the answers to each batch, in their order: of several, processes share the work.

        End them with `close`; they also end with this process.
        """
        waiting = iter(batches)
        first = next(waiting, None)
        if first is None:
            return
        if self._processes < 2 or len(first) < WORTH_A_PROCESS:  # noqa: PLR2004 - one alone
            for batch in chain([first], waiting):
                yield list(self.ask(batch))
            return
        if self.pool is None:
            limits = {"threshold": self._threshold, "top": self._top, "least": self._least}
            self.pool = Pool(self._segments, self._gone, limits, self._processes)
        for found in self.pool.ask(chain([first], waiting)):
            self.considered += sum(one.considered for one in found)
            self.truncated += sum(one.truncated for one in found)
            yield found

    def close(self) -> None:
        """End the processes that `answers` began."""
        if self.pool is not None:
            self.pool.close()
            self.pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def reverse(self, changed: Sequence[Entry]) -> Iterator[tuple[str, Hit]]:
        """Yield which of the entries of this index, as subjects, hit one of these list entries.

        Args:
            changed: List entries. The index holds the subjects.

        Yields:
            Subject id and hit, by list entry in the order given, then by subject id.
        """
        for listed, found in zip(changed, self._candidates(changed), strict=True):
            hits = []
            for (place, number), pairs in sorted(found.entries.items(), key=_by_place):
                subject = self._segments[place].entry(number)
                turned = [(self._segments[place].name(n), mine) for mine, n in pairs]
                scored = self._score(subject, listed, turned)
                if scored is not None:
                    hits.append((subject.id, hit_of(subject, listed, scored)))
            yield from sorted(hits, key=lambda pair: pair[0])

    def receipt(self, deliveries: Iterable[str]) -> dict[str, Any]:
        """Return what a replay needs: lists by delivery (and so by hash), versions, threshold."""
        return {
            "algorithm": algorithm(),
            "deliveries": sorted(deliveries),
            "entries": sum(
                segment.entry_count - len(gone)
                for segment, gone in zip(self._segments, self._gone, strict=True)
            ),
            "names": sum(segment.name_count for segment in self._segments),
            "threshold": self._threshold,
            "top": self._top,
            "considered": self.considered,
            "truncated": self.truncated,
        }

    def _ask(self, batch: Sequence[Entry]) -> Iterator[Screened]:
        for query, found in zip(batch, self._candidates(batch), strict=True):
            if not query.names and not found.entries:
                reason = "the record has no name that can be read"
                yield Screened(query.id, could_not_look=reason, version=query.version)
                continue
            hits = []
            for (place, number), near_names in sorted(found.entries.items(), key=_by_place):
                listed = self._segments[place].entry(number)
                pairs = [(mine, self._segments[place].name(n)) for mine, n in near_names]
                scored = self._score(query, listed, pairs)
                if scored is not None:
                    hits.append(hit_of(query, listed, scored))
            hits.sort(key=lambda hit: (-hit.scored.score, -hit.scored.points, hit.id))
            cut = len(hits) > self._top or found.full
            yield Screened(
                query.id, tuple(hits[: self._top]), "", len(found.entries), cut, query.version
            )

    def _score(
        self, query: Entry, listed: Entry, pairs: Sequence[tuple[Name, Name]]
    ) -> Scored | None:
        """Return the score when it is a hit; a hit is scored over all names of both."""
        best = best_name(query, listed, pairs)
        if hopeless(query, best, self._threshold):
            return None
        facts = fact_reasons(query, listed)
        found = total(query, listed, best, facts)
        if found.score < self._threshold:
            return None
        every = [(mine, theirs) for mine in query.names for theirs in listed.names]
        facts = generations(listed, every) + facts
        if len(pairs) < len(every):
            best = best_name(query, listed, every)
        found = total(query, listed, best, facts)
        return found if found.score >= self._threshold else None

    def _candidates(self, batch: Sequence[Entry]) -> "list[_Candidates]":
        """Return for each query the entries worth a full score, with the names that are near."""
        asked = distinct_names(batch)
        mine = Facts.of(batch)
        found = [_Candidates({}) for _ in batch]
        for place, (segment, gone) in enumerate(zip(self._segments, self._gone, strict=True)):
            worth = worth_scoring(asked, mine, segment, self._least, threads=self._threads)
            owners = segment.owner[worth.name].tolist()
            for one, name, owner in zip(
                worth.held.tolist(), worth.name.tolist(), owners, strict=True
            ):
                if owner not in gone:
                    entries = found[int(asked.owner[one])].entries
                    entries.setdefault((place, owner), []).append((asked.held[one], name))
            for number, query in enumerate(batch):
                for owner in segment.by_document(query):
                    if owner not in gone:
                        found[number].entries.setdefault((place, owner), [])
            for number in worth.cut.tolist():
                found[number].full = True
        return found


def _by_place(item: tuple[tuple[int, int], object]) -> tuple[int, int]:
    return item[0]


@dataclass(slots=True)
class _Candidates:
    """Entries worth a full score by segment and number, with the names that are near."""

    entries: dict[tuple[int, int], list[tuple[Name, int]]]
    full: bool = False


def pair_score(query: Entry, listed: Entry) -> float:
    """Return the score of a query against one entry, without candidates: every name with every."""
    return score(query, listed).score


def digest(answers: Iterable[Screened]) -> str:
    """Return the SHA-256 of answers as printed: what a replay must give again."""
    text = hashlib.sha256()
    for answer in answers:
        text.update(json.dumps(answer.line(), ensure_ascii=False, sort_keys=True).encode())
    return text.hexdigest()


__all__ = [
    "Band", "Hit", "Reason", "Screen", "Screened", "algorithm", "digest", "group_of",
    "name_reasons", "pair_score",
]  # fmt: skip
