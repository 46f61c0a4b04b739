"""Records against lists: candidates, the full score, and a receipt."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from maillon.screen.candidates import Near, near, read, sums
from maillon.screen.columns import spread, take
from maillon.screen.entry import Entry, Name, Origin
from maillon.screen.explain import absent, outlook
from maillon.screen.index import Segment, build
from maillon.screen.model import model
from maillon.screen.namescore import generations, name_reasons
from maillon.screen.normalise import VERSION
from maillon.screen.possible import (
    PERSON,
    Facts,
    by_facts,
    ceiling,
    least_points,
    odds,
    with_facts,
)
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

REMEMBERED: Final = 20_000
"""Distinct records whose answers are kept."""

BATCH: Final = 4_000
"""Queries taken at a time."""

SCORER: Final = 3
"""Version of the comparisons and the sum."""


def algorithm() -> str:
    """Return what a receipt says of the code that answered."""
    return f"maillon-screen-{SCORER}, normaliser {VERSION}, model {model().version}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A list entry that a query may be.

    Attributes:
        id: Entity id on the list.
        dataset: Which list.
        caption: Its name to show.
        scored: Score, band, reasons.
        version: SHA-256 of the entry's content when it was compared.
        absent: Kinds of fact that could not be compared, and which side lacks them.
        would_change: Facts that, if they were known, would change the band.
    """

    id: str
    dataset: str
    caption: str
    scored: Scored
    version: str = ""
    absent: tuple[dict[str, str], ...] = ()
    would_change: tuple[dict[str, Any], ...] = ()

    def stated(self, ids: Mapping[tuple[str, str, str], str]) -> "Hit":
        """Return it with the statements of the list's values, by entity, property and value."""
        reasons = tuple(
            reason._replace(statement=ids.get((self.id, *reason.said), ""))
            if reason.prop
            else reason
            for reason in self.scored.reasons
        )
        return replace(self, scored=replace(self.scored, reasons=reasons))

    def values(self) -> Iterator[tuple[str, str, str]]:
        """Yield entity, property and value of what the reasons say of the list."""
        for reason in self.scored.reasons:
            if reason.prop:
                yield self.id, *reason.said

    def line(self) -> dict[str, Any]:
        """Return it as ``screen`` prints it."""
        return {
            "id": self.id,
            "dataset": self.dataset,
            "caption": self.caption,
            "score": self.scored.score,
            "band": self.scored.band.value,
            "points": self.scored.points,
            "group": self.scored.group,
            "explanation": [reason.line() for reason in self.scored.reasons],
            "absent": list(self.absent),
            "would_change": list(self.would_change),
        }


@dataclass(frozen=True, slots=True)
class Screened:
    """The answer for one query: hits, or that we could not look. No hit is not could not look.

    Attributes:
        id: The query's id.
        hits: Best first.
        could_not_look: Why not; empty when we looked.
        considered: List entries that were scored.
        truncated: Whether there were more candidates, or hits, than are looked at.
        version: SHA-256 of the query's content.
    """

    id: str
    hits: tuple[Hit, ...] = ()
    could_not_look: str = ""
    considered: int = 0
    truncated: bool = False
    version: str = ""

    def line(self) -> dict[str, Any]:
        """Return the line of DESIGN, section 8."""
        if self.could_not_look:
            return {"id": self.id, "status": "could_not_look", "reason": self.could_not_look,
                    "hits": []}  # fmt: skip
        found: dict[str, Any] = {
            "id": self.id, "status": "ok", "hits": [hit.line() for hit in self.hits],
        }  # fmt: skip
        if self.truncated:
            found["truncated"] = True
        return found


class Screen:
    """A list side, ready to be asked.

    Args:
        entries: What is screened against, or segments of an index of it.
        threshold: Least score of a hit; 0.0 for every candidate.
        top: Most hits of one query.
        threads: Threads of the candidate search; the answer is the same with any number.
        gone: For each segment, numbers of its entries that a newer segment replaces.
        least: Points that a pair must be able to reach to be scored; by the threshold when None.
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
    ) -> None:
        segments = [one for one in entries if isinstance(one, Segment)]
        listed = [one for one in entries if isinstance(one, Entry)]
        self._segments = [*segments, build(listed)] if listed or not segments else segments
        self._gone = [*gone, *[frozenset[int]()] * (len(self._segments) - len(gone))]
        self._threshold = threshold
        self._top = top
        self._threads = threads
        self._least = least_points(threshold) if least is None else least
        self._known: dict[str, Screened] = {}
        self.considered = 0
        self.truncated = 0

    def ask(self, queries: Iterable[Entry]) -> Iterator[Screened]:
        """Yield the answer to each query, in their order."""
        waiting = iter(queries)
        while batch := list(islice(waiting, BATCH)):
            # people recur, with the same names and facts: each such record is looked up once
            if len(self._known) > REMEMBERED:
                self._known.clear()
            new = {one.version: one for one in batch if one.version not in self._known}
            with collector_off():  # what a batch makes is no garbage before it is answered
                self._known.update(zip(new, self._ask(list(new.values())), strict=True))
            for query in batch:
                answer = self._known[query.version]
                self.considered += answer.considered
                self.truncated += answer.truncated
                yield answer if answer.id == query.id else replace(answer, id=query.id)

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
                    hits.append((subject.id, _hit(subject, listed, scored)))
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
                    hits.append(_hit(query, listed, scored))
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
        asked = _distinct_names(batch)
        mine = Facts.of(batch)
        found = [_Candidates({}) for _ in batch]
        for place, (segment, gone) in enumerate(zip(self._segments, self._gone, strict=True)):
            close = near(asked.names, segment, threads=self._threads)
            for one, name in self._worth_scoring(asked, mine, close, segment):
                owner = int(segment.owner[name])
                if owner not in gone:
                    entries = found[int(asked.owner[one])].entries
                    entries.setdefault((place, owner), []).append((asked.held[one], name))
            for number, query in enumerate(batch):
                for owner in segment.by_document(query):
                    if owner not in gone:
                        found[number].entries.setdefault((place, owner), [])
            for number in np.unique(asked.owner[close.full[asked.row]]).tolist():
                found[number].full = True
        return found

    def _worth_scoring(
        self, asked: "_Names", mine: Facts, close: Near, segment: Segment
    ) -> Iterator[tuple[int, int]]:
        """Yield name of the batch and name of the list for each pair that may reach the score.

        First what the facts allow, then what the words in common allow, then with the parts that
        contradict each other read.
        """
        starts = np.searchsorted(close.row, np.arange(len(asked.names) + 1))
        one, pairs = spread(starts[asked.row], starts[asked.row + 1] - starts[asked.row])
        query = take(mine, asked.owner[one])
        listed = take(segment.facts, segment.owner[close.name[pairs]])
        agree, differ = by_facts(query, listed)
        person = (listed.kind == PERSON) | ((listed.kind == 0) & (query.kind == PERSON))
        kept = np.flatnonzero(with_facts(ceiling(person), agree, differ) >= self._least)
        one, pairs, person = one[kept], pairs[kept], person[kept]
        agree, differ = agree[kept], differ[kept]
        found = sums(close, pairs, person, segment)
        kept = np.flatnonzero(with_facts(odds(found.points, person), agree, differ) >= self._least)
        points = read(asked.names, close, pairs[kept], person[kept], found.of(kept), segment)
        value = with_facts(odds(points, person[kept]), agree[kept], differ[kept])
        for n in kept[value >= self._least].tolist():
            yield int(one[n]), int(close.name[pairs[n]])


class _Names(NamedTuple):
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


def _distinct_names(batch: Sequence[Entry]) -> _Names:
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
    return _Names(distinct, held, np.asarray(owners, np.int64), np.asarray(rows, np.int64))


def _by_place(item: tuple[tuple[int, int], object]) -> tuple[int, int]:
    return item[0]


@dataclass(slots=True)
class _Candidates:
    """Entries worth a full score by segment and number, with the names that are near."""

    entries: dict[tuple[int, int], list[tuple[Name, int]]]
    full: bool = False


def _hit(query: Entry, listed: Entry, scored: Scored) -> Hit:
    missing = absent(query, listed)
    return Hit(
        listed.id, listed.dataset, listed.caption, scored, listed.version,
        missing, outlook(scored, missing),
    )  # fmt: skip


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
