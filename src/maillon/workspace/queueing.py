"""Hits of a run over records of the workspace, for the queue in which persons decide.

A record of a query file is not queued: it is in no delivery, so it has no label, no clock of
retention and no key that dies with it, and nobody could be shown both sides.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from maillon.model import View
from maillon.screen import Answered
from maillon.store import Found, StandingHit, Store
from maillon.workspace.standing import standing_hits

if TYPE_CHECKING:
    from maillon.workspace.screenrun import ScreenOrder


class Queueing:
    """What one run found so far; of a query file nothing.

    Args:
        store: The store.
        view: What may be read.
        order: What is screened, against what.
    """

    def __init__(self, store: Store, view: View, order: "ScreenOrder") -> None:
        self._order = order
        self._agency = view.mandate.agency
        self._hits: dict[tuple[str, str], StandingHit] = {}
        self._keys: Mapping[str, str] = {}
        if self.is_queued:
            datasets = {one.dataset for one in store.deliveries(view)}
            self._keys = store.clearings.keys(view, datasets)

    @property
    def is_queued(self) -> bool:
        """Whether the records are the workspace's own."""
        return bool(self._order.datasets)

    def add(self, answers: Iterable[Answered]) -> None:
        """Take the hits of answers."""
        if self.is_queued:
            for answer in answers:
                for change in standing_hits(answer, self._keys):
                    one = change.standing
                    self._hits[one.subject, one.entry] = one

    def found(self, receipt: str, labels: frozenset[int]) -> Found:
        """Return what the run found.

        Args:
            receipt: Id of its receipt.
            labels: Labels of what it read.
        """
        use = self._order.use
        said = [
            "run", sorted(self._order.datasets), sorted(self._order.lists), use.name,
            use.threshold, use.most_hits, self._agency, sorted(labels),
        ]  # fmt: skip
        round_ = hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]
        return Found(round_, receipt, sorted(labels), list(self._hits.values()))
