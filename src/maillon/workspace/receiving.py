"""The verbs of intake: what lies in drop folders, let in or kept out; how each source stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from maillon.model import Delivery, View
from maillon.store import Settings, Store
from maillon.store.desk import label_number
from maillon.store.intake_settings import Source, read_sources
from maillon.store.proposals import WAITING, DeliveryProposal, may_know


@dataclass(frozen=True, slots=True)
class Standing:
    """How a source stands.

    Attributes:
        dataset: Its dataset.
        last: When its last delivery came, ISO 8601; empty: none came yet, or the view sees none.
        delivery: Id of the last delivery.
        rejects: Records of the last delivery that could not be read.
        expected: When the next one is due; empty: none is.
        overdue_since: Since when it is overdue; empty: it is not. ``never delivered`` where one is
            due and none ever came.
        error: What went wrong last; empty: nothing.
        error_at: When that was.
        waiting: Files that wait for a decision.
    """

    dataset: str
    last: str
    delivery: str
    rejects: int
    expected: str
    overdue_since: str
    error: str
    error_at: str
    waiting: int

    def line(self) -> dict[str, Any]:
        """Return it as ``sources`` prints it."""
        return {
            "dataset": self.dataset, "last": self.last, "delivery": self.delivery,
            "rejects": self.rejects, "expected": self.expected,
            "overdue_since": self.overdue_since, "error": self.error, "error_at": self.error_at,
            "waiting": self.waiting,
        }  # fmt: skip


class Receiving:
    """Intake over one workspace; every verb takes a view.

    Args:
        store: Its store.
        settings: What ``maillon.toml`` says.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def proposals(self, view: View, states: Iterable[str] = (WAITING,)) -> list[DeliveryProposal]:
        """Return the files that wait for a decision, or those that were decided, oldest first."""
        return self._store.proposals.page(view, states=states)

    def accept(self, view: View, proposal: str) -> str:
        """Let a file in; return the id of the job that loads it. See `Proposals.accept`."""
        return self._store.proposals.accept(view, proposal)

    def refuse(self, view: View, proposal: str, reason: str) -> None:
        """Keep a file out, for a reason. See `Proposals.refuse`."""
        self._store.proposals.refuse(view, proposal, reason)

    def sources(self, view: View) -> list[Standing]:
        """Return how each source stands that the view may know of, in their order.

        Raises:
            StoreError: ``maillon.toml`` says something of a source that is not understood.
        """
        seen = [one for one in read_sources(self._settings) if _may_know(view, one)]
        names = [one.dataset for one in seen]
        last: dict[str, Delivery] = {one.dataset: one for one in self._store.deliveries(view)}
        errors = self._store.proposals.errors(view, names)
        came = self._store.proposals.arrivals(view, names)
        waiting = [one.dataset for one in self._store.proposals.page(view)]
        now = self._store.house.now()
        found = []
        for one in seen:
            delivery = last.get(one.dataset)
            moment = max(delivery.received if delivery else "", came.get(one.dataset, ""))
            expected, overdue = _due(one, moment, now)
            error, at = errors.get(one.dataset, ("", ""))
            found.append(
                Standing(
                    one.dataset, moment, delivery.id if delivery else "",
                    delivery.records_unreadable if delivery else 0, expected, overdue, error, at,
                    waiting.count(one.dataset),
                )
            )  # fmt: skip
        return found


def source_of(settings: Settings, dataset: str) -> Source | None:
    """Return the source of a dataset; None where ``maillon.toml`` names none."""
    return next((one for one in read_sources(settings) if one.dataset == dataset), None)


def _may_know(view: View, source: Source) -> bool:
    number = label_number(source.label)
    return may_know(view, source.mandate.agency, number, source.label.compartment)


def _due(source: Source, last: str, now: datetime) -> tuple[str, str]:
    """Return when the next delivery is due, and since when it is overdue."""
    if not source.every_hours:
        return "", ""
    if not last:
        return "", "never delivered"
    due = datetime.fromisoformat(last) + timedelta(hours=source.every_hours)
    text = due.isoformat(timespec="seconds")
    return text, text if due < now else ""
