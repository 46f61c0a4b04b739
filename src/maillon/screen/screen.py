"""Records against lists: candidates, a cheap bound, the full score, and a receipt."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from maillon.screen.candidates import Candidates, Numbers, name_text, skeleton_text
from maillon.screen.entry import Entry, Name
from maillon.screen.normalise import VERSION
from maillon.screen.score import Band, Scored, score

REMEMBERED: Final = 200_000
"""Distinct records whose answers are kept."""

BATCH: Final = 5_000
"""Queries taken at a time."""

BOUND: Final = 76.0
"""Least rapidfuzz ratio, of the sorted parts or of their skeletons, of a pair that is scored."""

LEAST: Final = 50.0
"""Least ratio of a pair that is scored because two skeletons are in common."""

ALGORITHM: Final = f"maillon-screen-1, normaliser {VERSION}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A list entry that a query may be."""

    id: str
    dataset: str
    caption: str
    scored: Scored

    def line(self) -> dict[str, Any]:
        """Return it as ``screen`` prints it."""
        return {
            "id": self.id,
            "dataset": self.dataset,
            "caption": self.caption,
            "score": self.scored.score,
            "band": self.scored.band.value,
            "explanation": [reason.line() for reason in self.scored.reasons],
        }


@dataclass(frozen=True, slots=True)
class Screened:
    """The answer for one query: hits, or that we could not look. No hit is not could not look.

    Attributes:
        id: The query's id.
        hits: Best first.
        could_not_look: Why not; empty when we looked.
    """

    id: str
    hits: tuple[Hit, ...] = ()
    could_not_look: str = ""

    def line(self) -> dict[str, Any]:
        """Return the line of DESIGN, section 8."""
        if self.could_not_look:
            return {"id": self.id, "status": "could_not_look", "reason": self.could_not_look,
                    "hits": []}  # fmt: skip
        return {"id": self.id, "status": "ok", "hits": [hit.line() for hit in self.hits]}


class Screen:
    """A list side, ready to be asked.

    Args:
        entries: What is screened against, by id.
        threshold: Least score of a hit.
        top: Most hits of one query.
        threads: Threads of the candidate search; the answer is the same with any number.
    """

    def __init__(
        self, entries: Sequence[Entry], *, threshold: float = 0.7, top: int = 10, threads: int = 1
    ) -> None:
        self._candidates = Candidates(entries)
        self._threshold = threshold
        self._top = top
        self._threads = threads
        self._known: dict[str, Screened] = {}

    def ask(self, queries: Iterable[Entry]) -> Iterator[Screened]:
        """Yield the answer to each query, in their order."""
        waiting = iter(queries)
        while batch := list(islice(waiting, BATCH)):
            # people recur, with the same names and facts: each such record is looked up once
            contents = [_content(query) for query in batch]
            if len(self._known) > REMEMBERED:
                self._known.clear()
            new = {
                content: query
                for content, query in zip(contents, batch, strict=True)
                if content not in self._known
            }
            for content, answer in zip(new, self._ask(list(new.values())), strict=True):
                self._known[content] = answer
            for content, query in zip(contents, batch, strict=True):
                answer = self._known[content]
                yield answer if answer.id == query.id else replace(answer, id=query.id)

    def receipt(self, deliveries: Iterable[str]) -> dict[str, Any]:
        """Return what a replay needs: lists by delivery (and so by hash), version, threshold."""
        return {
            "algorithm": ALGORITHM,
            "deliveries": sorted(deliveries),
            "entries": len(self._candidates.entries),
            "names": len(self._candidates.names),
            "threshold": self._threshold,
            "top": self._top,
        }

    def _ask(self, batch: Sequence[Entry]) -> Iterator[Screened]:
        # people recur in a batch: each name is looked up once
        distinct = {name.parts: name for query in batch for name in query.names}
        near = dict(zip(distinct, self._near(list(distinct.values())), strict=True))
        for query in batch:
            pairs: dict[int, list[tuple[Name, Name]]] = {}
            for mine in query.names:
                for number in near[mine.parts]:
                    owner = self._candidates.owner[number]
                    pairs.setdefault(owner, []).append((mine, self._candidates.names[number]))
            for owner in self._candidates.by_document(query):
                pairs.setdefault(owner, [])
            yield self._answer(query, pairs)

    def _near(self, names: Sequence[Name]) -> list[list[int]]:
        """Return the candidates of each name that pass the bound."""
        index = self._candidates
        texts = [name_text(name) for name in names]
        skeletons = [skeleton_text(name) for name in names]
        rows, numbers = index.near(texts, skeletons, self._threads)
        likeness = np.maximum(
            self._ratio(rows, numbers, texts, index.texts),
            self._ratio(rows, numbers, skeletons, index.skeletons),
        )
        kept = [list(index.joined(name)) for name in names]
        worth = likeness >= LEAST
        for row, number, ratio in zip(
            rows[worth].tolist(), numbers[worth].tolist(), likeness[worth].tolist(), strict=True
        ):
            common = index.bones[number].intersection(names[row].skeletons)
            if (ratio >= BOUND or len(common) > 1) and number not in kept[row]:
                kept[row].append(number)
        return kept

    def _ratio(
        self, rows: Numbers, numbers: Numbers, mine: Sequence[str], theirs: Sequence[str]
    ) -> npt.NDArray[np.float32]:
        if not len(rows):
            return np.zeros(0, np.float32)
        return process.cpdist(
            [mine[row] for row in rows.tolist()],
            [theirs[number] for number in numbers.tolist()],
            scorer=fuzz.ratio,
            dtype=np.float32,
            workers=self._threads,
        )

    def _answer(self, query: Entry, pairs: dict[int, list[tuple[Name, Name]]]) -> Screened:
        if not query.names:
            return Screened(query.id, could_not_look="the record has no name that can be read")
        hits = []
        for owner, compared in sorted(pairs.items()):
            listed = self._candidates.entries[owner]
            scored = score(query, listed, compared, self._candidates.rarity)
            if scored.score >= self._threshold and scored.band is not Band.NONE:
                hits.append(Hit(listed.id, listed.dataset, listed.caption, scored))
        hits.sort(key=lambda hit: (-hit.scored.score, hit.id))
        return Screened(query.id, tuple(hits[: self._top]))


def _content(query: Entry) -> str:
    names = (f"{name.prop}={name.text}" for name in query.names)
    facts = (f"{prop}={'|'.join(values)}" for prop, values in query.facts.items())
    return "\x1f".join((query.schema, *names, *facts))


def digest(answers: Iterable[Screened]) -> str:
    """Return the SHA-256 of answers as printed: what a replay must give again."""
    text = hashlib.sha256()
    for answer in answers:
        text.update(json.dumps(answer.line(), ensure_ascii=False, sort_keys=True).encode())
    return text.hexdigest()
