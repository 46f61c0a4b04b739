"""Hits that stand, as the desk keeps them; and the index of the subjects that they are of."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from maillon.model import View
from maillon.screen import Answered, Entry, Hit, build, places
from maillon.store import CLEARED, OPEN, VOID, Side, StandingHit, Store, seal

if TYPE_CHECKING:
    import pyarrow as pa

A_SEGMENT: Final = 50_000
"""Subjects indexed together."""


@dataclass(frozen=True, slots=True)
class Change:
    """A hit that was not there before, is not any more, or changed its state.

    Attributes:
        standing: As the desk keeps it.
        hit: With its reasons; None for one that is void.
    """

    standing: StandingHit
    hit: Hit | None = None

    def line(self) -> dict[str, Any]:
        """Return it as ``screen --delta`` prints it."""
        one = self.standing
        said: dict[str, Any] = {
            "id": one.subject, "state": one.state, "why": one.why, "alert": one.is_alert,
        }  # fmt: skip
        if self.hit is None:
            short = {"id": one.entry, "dataset": one.datasets[1], "score": one.score}
            return {**said, "hit": {**short, "band": one.band}}
        return {**said, "hit": self.hit.line()}


class SubjectIndex:
    """Indexes subjects, so many at a time, as they come by.

    Args:
        store: Keeps the segments.
        view: Whose they are.
        name: How the names of the segments begin.
        start: How many segments there are before these.
    """

    def __init__(self, store: Store, view: View, name: str, start: int) -> None:
        self._store = store
        self._view = view
        self._name = name
        self._start = start
        self._waiting: list[Entry] = []
        self.names: list[str] = []
        self.places: list[pa.Table] = []

    def add(self, entries: Iterable[Entry]) -> None:
        """Take subjects."""
        for one in entries:
            self._waiting.append(one)
            if len(self._waiting) >= A_SEGMENT:
                self.finish()

    def finish(self) -> None:
        """Index those that wait."""
        if not self._waiting:
            return
        name = f"{self._name}-{len(self.names)}"
        with self._store.deriving(self._view, name) as folder:
            build(self._waiting).save(folder)
        ids = [one.id for one in self._waiting]
        self.places.append(places(self._start + len(self.names), ids))
        self.names.append(name)
        self._waiting = []


def standing_hits(answer: Answered, keys: Mapping[str, str]) -> Iterator[Change]:
    """Yield the hits of an answer as the desk keeps them."""
    record = answer.asked.entry
    mine = seal(keys, Side(record.id, record.dataset, record.version))
    states = [(one.hit, one.ruling.is_alert, OPEN) for one in answer.ruled]
    states += [(hit, False, CLEARED) for hit, _ in answer.cleared]
    for hit, is_alert, state in states:
        theirs = seal(keys, Side(hit.id, hit.dataset, hit.version))
        yield Change(
            StandingHit(
                record.id, hit.id, (record.dataset, hit.dataset), (mine, theirs),
                hit.scored.score, hit.scored.band.value, is_alert, state, "",
            ),
            hit,
        )  # fmt: skip


def standing_sha256(hits: Iterable[StandingHit]) -> str:
    """Return the SHA-256 of what stands, whichever way it was found."""
    lines = sorted(
        json.dumps([one.subject, one.entry, one.score, one.band, one.is_alert, one.state])
        for one in hits
        if one.state != VOID
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
