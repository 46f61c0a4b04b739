"""One run of a screening: its questions, its answers batch by batch, its receipt at the end."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Self

from maillon.model import View
from maillon.screen import (
    Answered,
    Asked,
    Entry,
    Hit,
    Screen,
    Screened,
    Use,
    algorithm,
    birth_dates,
    rule,
    statement_ids,
)
from maillon.store import Side, Store, Within, Workbench, put_found, seal, standing
from maillon.workspace.queueing import Queueing

if TYPE_CHECKING:
    from sqlalchemy import Connection

BATCH: Final = 2_000
"""Records between two points at which a run can be taken up again."""


@dataclass(frozen=True, slots=True)
class ScreenOrder:
    """What shall be screened, against what, by which rules.

    Attributes:
        questions: Makes the records, given the view's workbench.
        query: What the receipt says of them: ``file_sha256``, or ``datasets``.
        use: The rules.
        lists: Datasets to screen against; none stands for every dataset with topics.
    """

    questions: Callable[[Workbench], Iterable[Asked]]
    query: Mapping[str, Any]
    use: Use
    lists: tuple[str, ...] = ()

    @property
    def datasets(self) -> tuple[str, ...]:
        """Datasets whose records are the questions."""
        return tuple(self.query.get("datasets", ()))


@dataclass(slots=True)
class Tally:
    """What came of a run so far."""

    queries: int = 0
    hits: int = 0
    alerts: int = 0
    cleared: int = 0
    left_out: int = 0
    could_not_look: int = 0
    considered: int = 0
    truncated: int = 0

    def add(self, answer: Answered) -> None:
        """Count one answer."""
        self.queries += 1
        self.hits += len(answer.ruled)
        self.alerts += answer.alerts
        self.cleared += len(answer.cleared)
        self.left_out += len(answer.left_out)
        self.could_not_look += bool(answer.could_not_look)
        self.considered += answer.considered
        self.truncated += answer.truncated


@dataclass(slots=True)
class Progress:
    """How far a run is: enough to take it up again.

    Attributes:
        receipt: The id that its receipt will have.
        on: The day on which it began, on which ages are reckoned.
        clearings_until: Number of the newest clearing when it began.
        tally: Counts so far.
    """

    receipt: str
    on: str
    clearings_until: int
    tally: Tally = field(default_factory=Tally)

    def said(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)

    @classmethod
    def from_said(cls, said: Mapping[str, Any]) -> Self:
        """Return what `said` returned."""
        return cls(**{**said, "tally": Tally(**said["tally"])})


@dataclass(frozen=True, slots=True)
class Sides:
    """What a run compares: the list side ready to be asked, and the statements of both.

    Attributes:
        bench: Over exactly the deliveries of both sides.
        screen: The list side.
        deliveries: Delivery ids of the lists.
        subjects: Delivery ids of the subjects; none for a query file.
    """

    bench: Workbench
    screen: Screen
    deliveries: tuple[str, ...]
    subjects: tuple[str, ...]


class ScreenRun:
    """A run that was opened; iterate it to its end, then `finish` it.

    Args:
        store: The store.
        view: What may be read.
        order: What is screened.
        sides: Both sides.
        progress: Where it stands: a new one, or that of a run taken up again.
    """

    def __init__(
        self, store: Store, view: View, order: ScreenOrder, sides: Sides, progress: Progress
    ) -> None:
        self._store = store
        self._view = view
        self._order = order
        self.sides = sides
        self.progress = progress
        self._digest = hashlib.sha256()
        self._clearings = Cleared(store, view, progress.clearings_until, self.labels)
        self._statements: dict[tuple[str, str, str], str] = {}
        self._dates: dict[str, tuple[str, ...]] = {}
        self._queueing = Queueing(store, view, order)
        self._missed = 0

    @property
    def fingerprint(self) -> dict[str, str]:
        """What must be the same for a run to be taken up again: names and digests."""
        order, sides = self._order, self.sides
        labels = ",".join(map(str, sorted(self._view.labels)))
        said = {
            "query": repr(sorted(order.query.items())),
            "records of the workspace": repr(sides.subjects),
            "lists": repr((sorted(order.lists), sides.deliveries)),
            "rules": order.use.sha256,
            "engine": algorithm(),
            "mandate": f"{self._view.mandate.agency} {labels}",
        }
        return {name: hashlib.sha256(text.encode()).hexdigest() for name, text in said.items()}

    def take_up(self, progress: Progress, digest: "hashlib._Hash") -> None:
        """Go on where another run stopped.

        Args:
            progress: Where it stopped.
            digest: SHA-256 of its answers until there.
        """
        self.progress = progress
        self._digest = digest
        self._missed = progress.tally.queries
        until = progress.clearings_until
        self._clearings = Cleared(self._store, self._view, until, self.labels)

    def batches(self) -> Iterator[list[Answered]]:
        """Yield the answers to the records not answered yet, in their order."""
        waiting = iter(self._order.questions(self.sides.bench))
        for _ in islice(waiting, self.progress.tally.queries):
            pass
        for answers in self._answered(waiting):
            for answer in answers:
                self._digest.update(answer.text().encode())
                self.progress.tally.add(answer)
            self._queueing.add(answers)
            yield answers

    def __iter__(self) -> Iterator[Answered]:
        for batch in self.batches():
            yield from batch

    def answers(self, asked: Sequence[Asked], found: Iterable[Screened]) -> list[Answered]:
        """Return the answers as the rules show them.

        Args:
            asked: Records that can be read.
            found: What the screen says of each.
        """
        screened = list(found)
        self._learn(hit for one in screened for hit in one.hits)
        today = date.fromisoformat(self.progress.on)
        return [
            rule(
                question,
                self._stated(one),
                self._order.use,
                dates=self._dates,
                cleared=self._clearings.of,
                today=today,
            )
            for question, one in zip(asked, screened, strict=True)
        ]

    def body(self) -> dict[str, Any]:
        """Return what the receipt says."""
        order, sides, view = self._order, self.sides, self._view
        known = {one.id: one for one in self._store.deliveries(view, current=False)}
        said = sides.screen.receipt(sides.deliveries)
        query: dict[str, Any] = dict(order.query)
        if sides.subjects:
            query["deliveries"] = {one: known[one].sha256 for one in sides.subjects}
        both = (*sides.deliveries, *sides.subjects)
        return {
            **said,
            "deliveries": {one: known[one].sha256 for one in sides.deliveries},
            "retention": self._store.retention_of(view, both),
            "lists": sorted(order.lists),
            "threshold": order.use.threshold,
            "top": order.use.most_hits,
            "use": order.use.name,
            "rules": order.use.said(),
            "rules_sha256": order.use.sha256,
            "on": self.progress.on,
            "query": query,
            **asdict(self.progress.tally),
            "result_sha256": self._digest.hexdigest(),
        }

    @property
    def labels(self) -> frozenset[int]:
        """Labels of the deliveries that the run read."""
        both = {*self.sides.deliveries, *self.sides.subjects}
        return self._store.labels_of(self._view, both)

    def finish(self, also: "Within | None" = None) -> str:
        """Write the receipt, durable on return; return its id.

        Hits of records of the workspace go to the queue in the same transaction.

        Args:
            also: Written in the same transaction.
        """
        progress, labels = self.progress, self.labels
        self._look_again()
        found = self._queueing.found(progress.receipt, labels)

        def within(connection: "Connection") -> None:
            if self._queueing.is_queued:
                put_found(connection, found)
            if also is not None:
                also(connection)

        self._store.receipts.put(
            self._view,
            progress.receipt,
            self.body(),
            labels=labels,
            clearings_until=progress.clearings_until,
            also=within,
        )
        return progress.receipt

    def digest(self) -> str:
        """Return the SHA-256 of the answers so far."""
        return self._digest.hexdigest()

    def _look_again(self) -> None:
        """Learn the hits of what another run answered before this one took it up."""
        if self._missed and self._queueing.is_queued:
            before = islice(iter(self._order.questions(self.sides.bench)), self._missed)
            for answers in self._answered(before):
                self._queueing.add(answers)

    def _answered(self, waiting: Iterator[Asked]) -> Iterator[list[Answered]]:
        held: deque[list[Asked]] = deque()

        def readable() -> Iterator[list[Entry]]:
            while asked := list(islice(waiting, BATCH)):
                held.append(asked)
                yield [one.entry for one in asked if not one.problem]

        for found in self.sides.screen.answers(readable()):
            yield self._answers(held.popleft(), found)

    def _answers(self, asked: Sequence[Asked], screened: Sequence[Screened]) -> list[Answered]:
        found = iter(self.answers([one for one in asked if not one.problem], screened))
        return [
            Answered(one, could_not_look=one.problem) if one.problem else next(found)
            for one in asked
        ]

    def _learn(self, hits: Iterable[Hit]) -> None:
        """Look up the statements and the birth dates behind hits that were not met before."""
        held = list(hits)
        wanted = {value for hit in held for value in hit.values()} - self._statements.keys()
        if wanted:
            found = statement_ids(self.sides.bench, wanted)
            self._statements.update({value: found.get(value, "") for value in wanted})
        unknown = {hit.id for hit in held} - self._dates.keys()
        if unknown and self._order.use.minors == "second_fact":
            is_doubtful = self._order.use.edition > 1
            known = birth_dates(self.sides.bench, sorted(unknown), doubts=is_doubtful)
            self._dates.update({id_: tuple(known.get(id_, ())) for id_ in unknown})

    def _stated(self, one: Screened) -> Screened:
        return replace(one, hits=tuple(hit.stated(self._statements) for hit in one.hits))


class Cleared:
    """Which hits a clearing hides.

    Args:
        store: The store.
        view: What may be read.
        until: Number of the newest clearing to know.
        labels: Of what is compared: a clearing that stands on others hides nothing here.
    """

    def __init__(self, store: Store, view: View, until: int, labels: frozenset[int]) -> None:
        known = store.clearings.read(view, until)
        self._standing = standing(one for one in known if labels.issuperset(one.labels))
        datasets = {
            dataset
            for by_entry in self._standing.values()
            for held in by_entry.values()
            for one in held
            for dataset in one.datasets
        }
        self._keys = store.clearings.keys(view, datasets) if datasets else {}
        self.counts = [len(by_entry) for by_entry in self._standing.values()]

    def of(self, record: Entry, hit: Hit) -> str:
        """Return the id of the clearing that hides a hit of a record; empty for none."""
        held = self._standing.get(record.id, {}).get(hit.id, ())
        for one in held:
            both = (
                seal(self._keys, Side(record.id, record.dataset, record.version)),
                seal(self._keys, Side(hit.id, hit.dataset, hit.version)),
            )
            if both == one.seals:
                return one.id
        return ""
