"""One workspace: its desk, its lake, its ledger; and the only way to personal data."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import IO

from sqlalchemy import Connection, delete, select

from maillon.model import Delivery, Label, NotFoundError, Statement, View
from maillon.policy import Cards, Policy, read_law
from maillon.store.assessments import Assessments
from maillon.store.by_hand import HandFacts, standing_facts
from maillon.store.changes import Changes
from maillon.store.charts import Charts
from maillon.store.clearing import Clearings
from maillon.store.derived import Derivations
from maillon.store.desk import Desk, take_lease
from maillon.store.door import check_view
from maillon.store.guards import guards, hidden_counts, named_tables
from maillon.store.hits import Rounds
from maillon.store.house import House, erased_rules
from maillon.store.jobs import Jobs
from maillon.store.judgement import Event, JudgementLog, ViewLog
from maillon.store.lake import Lake
from maillon.store.lending import lent
from maillon.store.once import Once
from maillon.store.order import Also, Loaded, Order, delivery_of
from maillon.store.parts import Seen, labels_by_dataset, seen_deliveries
from maillon.store.pointers import wake_pointing
from maillon.store.proposals import Proposals
from maillon.store.receipts import Receipts
from maillon.store.register import DeskRegister
from maillon.store.retention import read_rules
from maillon.store.safeguards import Safeguards
from maillon.store.saved_searches import SavedSearches
from maillon.store.settings import DESK, Settings
from maillon.store.spares import Spares
from maillon.store.standing_questions import StandingQuestions
from maillon.store.tables import DATASET, LEASE
from maillon.store.tombstones import Hidden, hidden
from maillon.store.uploads import Uploads
from maillon.store.visits import Visits
from maillon.store.workbench import Workbench, open_workbench

EntityProps = frozenset[str] | Callable[[], frozenset[str]]


class Store(Derivations):
    """The store of one workspace.

    Args:
        settings: What ``maillon.toml`` says.
        entity_props: Names of entity-typed properties of the model, or what returns them: only a
            load needs them.
        now: The clock: this instant, aware UTC.

    Attributes:
        policy: Opens views; its ledger is this store's.
        receipts: Of screening.
        clearings: Who is not whom.
        rounds: Hits of past subjects.
        changes: What became of canonical ids.
        assessments: What people say of leads.
        once: Acts that are done once under a key.
        cards: What may run, and on what.
        safeguards: Cases, protections, anchors by hand, and what else the law asks for.
        jobs: Long work, each account's own.
        questions: Standing questions, each account's own.
        proposals: What lies in the drop folders.
        hand_facts: Facts that persons stated.
        visits: When an account looked last.
        uploads: Files that were sent and wait for a word, each account's own.
        searches: Searches that are kept, each account's own.
        charts: Saved charts, of a case or of one account.
        spares: Opens the databases of workbenches; a service keeps some ready.
    """

    def __init__(
        self,
        settings: Settings,
        entity_props: EntityProps = frozenset(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings
        self._now = now
        super().__init__(
            Desk(settings.folder / DESK, settings.desk), Lake(settings.folder / "lake")
        )
        self._originals = settings.folder / "originals"
        self._entity_props = entity_props
        self.policy = Policy(
            settings.people, DeskRegister(self._desk), read_law(settings.folder / "law"), now
        )
        self.receipts = Receipts(self._desk)
        self.clearings = Clearings(self._desk)
        self.rounds = Rounds(self._desk)
        self.changes = Changes(self._desk)
        self.assessments = Assessments(self._desk)
        self.once = Once(self._desk)
        self.cards = Cards(settings.folder / "law" / "cards")
        self.safeguards = Safeguards(self._desk, settings.people, settings.second_look)
        self.jobs = Jobs(self._desk, settings.folder / "jobs", now)
        self.questions = StandingQuestions(self._desk, now)
        self.proposals = Proposals(self._desk, now)
        self.hand_facts = HandFacts(self._desk)
        self.visits = Visits(self._desk, now)
        self.uploads = Uploads(self._desk, settings.folder / "uploads", now)
        self.searches = SavedSearches(self._desk, now)
        self.charts = Charts(self._desk, now)
        self.spares = Spares()

    @property
    def house(self) -> House:
        """What retention and erasure work on; see `maillon.store.keeping`."""
        props = self._entity_props
        return House(
            self._desk,
            self._lake,
            self._originals,
            lambda: read_rules(self.settings.folder),
            self._now,
            self.settings.people,
            props if callable(props) else lambda: props,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._desk.close()

    def load(
        self,
        view: View,
        raw: IO[bytes],
        order: Order,
        progress: Callable[[int], None] | None = None,
        also: Also | None = None,
    ) -> Loaded:
        """Load one delivered file; see `Intake.load`.

        Args:
            view: Opened for the act ``load``.
            raw: The file as delivered.
            order: What it is.
            progress: Called now and then with the count of statements.
            also: Written in the transaction that commits the delivery, see `Intake`.
        """
        from maillon.store.intake import Intake  # noqa: PLC0415 - pyarrow, only when loading

        check_view(view)
        props = self._entity_props() if callable(self._entity_props) else self._entity_props
        house = self.house

        def within(connection: Connection, loaded: Loaded) -> None:
            if not loaded.already:
                wake_pointing(connection, self.safeguards.people, self._now())
            if also is not None:
                also(connection, loaded)

        intake = Intake(
            self._desk, self._lake, self._originals, props, house.rules(), lambda: house.at, within
        )
        return intake.load(view, raw, order, progress)

    def deliveries(self, view: View, *, current: bool = True) -> list[Delivery]:
        """Return the deliveries that the view can see, oldest first.

        Args:
            view: What may be read.
            current: Those that stand; else those too that a newer one has replaced.
        """
        check_view(view)
        rows = self._rows(view, current=current)
        found = [delivery_of(row) for row in rows]
        with self._desk.housekeeping() as connection:
            day = self.house.day.isoformat()
            unseen = self.safeguards.protections.hidden_now(connection, view, day)
        files = [name for row in rows for name in row.files] if unseen else []
        counts = hidden_counts(unseen, self._lake.paths(files)) if files else {}
        return [
            replace(
                one,
                statements=one.statements - counts.get(one.id, (0, 0))[0],
                entities=one.entities - counts.get(one.id, (0, 0))[1],
            )
            for one in found
        ]

    def labels_of(self, view: View, deliveries: Collection[str]) -> frozenset[int]:
        """Return the labels of the rows of these deliveries, as far as the view may read them."""
        check_view(view)
        rows = self._rows(view, current=False)
        held = (row.labels for row in rows if row.id in deliveries)
        return frozenset().union(*held)

    def labels_in(self, view: View, datasets: Collection[str]) -> frozenset[int]:
        """Return the labels of what stands in these datasets, as far as the view may read it."""
        check_view(view)
        held = labels_by_dataset(self._rows(view))
        return frozenset().union(*(held.get(one, frozenset()) for one in datasets))

    def retention_of(self, view: View, deliveries: Collection[str]) -> dict[str, str]:
        """Return the retention class of each of these deliveries that the view can see."""
        check_view(view)
        rows = self._rows(view, current=False)
        return {row.id: row.retention_class for row in rows if row.id in deliveries}

    def erased_of(self, view: View, deliveries: Collection[str]) -> dict[str, str]:
        """Return the rule under which something of these deliveries was erased, where it was."""
        check_view(view)
        seen = [row for row in self._rows(view, current=False) if row.id in deliveries]
        with self._desk.housekeeping() as connection:
            found = erased_rules(connection, {row.id for row in seen if row.is_whole})
        return found | {row.id: row.erased for row in seen if row.erased}

    def scan(
        self, view: View, where: str = "TRUE", values: Sequence[object] = ()
    ) -> Iterator[Statement]:
        """Yield the view's statements in the order of their ids.

        Args:
            view: What may be read.
            where: A SQL condition on the columns of ``statement``, with ``?`` for values.
            values: What stands for each ``?``.
        """
        with self.workbench(view) as bench:
            yield from bench.statements(where, values)

    @contextmanager
    def workbench(
        self,
        view: View,
        *,
        threads: int | None = None,
        deliveries: Collection[str] | None = None,
    ) -> Iterator[Workbench]:
        """Lend the view's statements as SQL, at one generation, under a lease.

        Args:
            view: What may be read.
            threads: DuckDB's threads; the workspace's own when None.
            deliveries: Exactly these, replaced by newer ones or not, as far as the view may read
                them; the current ones when None.
        """
        check_view(view)
        generation = self._desk.generation()
        with self._desk.begin() as connection:
            lease = take_lease(connection, generation)
        try:
            # by name: the order in which deliveries came changes no answer
            if deliveries is None:
                rows = self._rows(view, generation)
            else:
                rows = [one for one in self._rows(view, current=False) if one.id in deliveries]
            unseen = self._hidden(view, rows)
            files = sorted(
                name for row in rows if row.id not in unseen.deliveries for name in row.files
            )
            with open_workbench(
                view,
                self._lake.paths(files),
                generation,
                memory_limit=self.settings.memory_limit,
                threads=threads or self.settings.threads,
                scratch=str(self.settings.folder / "scratch"),
                tables=(*unseen.tables, *named_tables(unseen, self._lake.paths(files))),
                conditions=unseen.conditions,
                joins=unseen.joins,
                spares=self.spares,
            ) as bench:
                bench.labels = labels_by_dataset(rows)
                yield bench
        finally:
            with self._desk.begin() as connection:
                connection.execute(delete(LEASE).where(LEASE.c.id == lease))

    def key(self, view: View) -> str:
        """Return the key of what can be derived for this view now.

        It tells its labels, its current files, and what of them is erased, restricted or masked.
        """
        check_view(view)
        rows = self._rows(view)
        files = sorted(row.id for row in rows)
        parts = [*map(str, sorted(view.labels)), *files, *self._hidden(view, rows).marks]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]

    def judge(self, view: View, event: Event) -> str:
        """Append one judgement to the log, and its entry to the ledger; return its id."""
        check_view(view)
        return JudgementLog(self._desk).append(view, event)

    def judgements(self, view: View) -> list[Event]:
        """Return the events of the judgement log that the view may read, oldest first."""
        check_view(view)
        return JudgementLog(self._desk).read(view)

    def labels(self, view: View) -> dict[int, Label]:
        """Return the labels that the view may read, by id."""
        check_view(view)
        return {id_: one for id_, one in self._desk.labels().items() if id_ in view.labels}

    def unstatistical(self, view: View) -> frozenset[int]:
        """Return the labels whose statements may teach nothing, not even a count."""
        return frozenset(id_ for id_, one in self.labels(view).items() if not one.statistics)

    def log(self, view: View) -> ViewLog:
        """Return the judgement log as the view reads it."""
        check_view(view)
        return ViewLog(JudgementLog(self._desk), view)

    @contextmanager
    def original(
        self, view: View, delivery: str
    ) -> Iterator[tuple[IO[bytes], str, dict[str, object]]]:
        """Lend a delivered file that the view can see: its bytes, adapter name and options.

        Raises:
            StoreError: There is no such delivery, or the view cannot see every row of it: the same
                answer. Or the file was changed after it was written.
            RefusedError: Something in it was erased, is restricted or masked; says the rule.
        """
        check_view(view)
        for row in self._rows(view, current=False):
            if row.id == delivery:
                break
        else:
            raise NotFoundError(f"no delivery {delivery}")
        with self._desk.engine.connect() as connection:
            adapter = connection.execute(
                select(DATASET.c.adapter).where(DATASET.c.name == row.dataset)
            ).scalar_one()
        with lent(self.house, row) as raw:
            yield raw, adapter, dict(row.options)

    def options_of(self, view: View, delivery: str) -> dict[str, object]:
        """Return the options under which a delivery that the view can see was read.

        Raises:
            NotFoundError: There is none, or the view sees nothing of it.
        """
        check_view(view)
        for row in self._rows(view, current=False):
            if row.id == delivery:
                return dict(row.options)
        raise NotFoundError(f"no delivery {delivery}")

    def formats(self, view: View) -> dict[str, str]:
        """Return the adapter that reads each dataset of which the view sees anything."""
        check_view(view)
        seen = {row.dataset for row in self._rows(view)}
        asked = select(DATASET.c.name, DATASET.c.adapter)
        with self._desk.engine.connect() as connection:
            return {name: by for name, by in connection.execute(asked) if name in seen}

    def note(
        self, view: View, act: str, detail: Mapping[str, object], objects: Sequence[str] = ()
    ) -> None:
        """Write into the ledger what an act came to: counts and hashes, no personal data.

        Args:
            view: Under which view.
            act: What was done.
            detail: What it came to.
            objects: Ids of what was looked at; the ledger keeps keyed hashes of them.
        """
        check_view(view)
        self._desk.record(view.mandate, act, "done", detail, objects)

    def verify_ledger(self) -> int:
        """Return how many entries the ledger has, after checking every one of them."""
        return self._desk.verify_ledger()

    def engine_line(self) -> str:
        """Return which engine holds the desk, as `doctor` says it."""
        return self._desk.engine_line()

    def check(self) -> list[str]:
        """Return what is wrong with the workspace, e.g. missing files; [] when sound."""
        from maillon.store.soundness import unsound  # noqa: PLC0415 - only when checking

        return unsound(self.house)

    def _hidden(self, view: View, rows: Sequence[Seen]) -> Hidden:
        house = self.house
        with self._desk.housekeeping() as connection:
            found = hidden(connection, house.rules(), view, rows, house.day)
            guarded = guards(connection, self.safeguards, view, house.day.isoformat())
        return guarded.with_(found)

    def _rows(
        self, view: View, generation: int | None = None, *, current: bool = True
    ) -> list[Seen]:
        with self._desk.reading(view.labels) as connection:
            found = seen_deliveries(connection, view, generation, current=current)
            return standing_facts(connection, view, found) if current else found
