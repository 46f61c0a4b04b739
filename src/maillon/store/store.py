"""One workspace: its desk, its lake, its ledger; and the only way to personal data."""

import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Row, delete, insert, select

from maillon.model import Delivery, Label, Mode, RefusedError, Statement, StoreError, View
from maillon.policy import Policy, read_law
from maillon.store.assessments import Assessments
from maillon.store.changes import Changes
from maillon.store.clearing import Clearings
from maillon.store.clock import utc_now
from maillon.store.derived import Derivations
from maillon.store.desk import Desk, drop_dead_leases
from maillon.store.door import check_view
from maillon.store.hits import Rounds
from maillon.store.judgement import Event, JudgementLog, ViewLog
from maillon.store.lake import Lake
from maillon.store.order import Loaded, Order, delivery_of
from maillon.store.receipts import Receipts
from maillon.store.register import DeskRegister
from maillon.store.settings import FILE, TEMPLATE, Settings, read_settings
from maillon.store.tables import DATASET, DELIVERY, LEASE
from maillon.store.workbench import Workbench, open_workbench

EntityProps = frozenset[str] | Callable[[], frozenset[str]]


class Store(Derivations):
    """The store of one workspace.

    Args:
        settings: What ``maillon.toml`` says.
        entity_props: Names of entity-typed properties of the model, or what returns them: only a
            load needs them.

    Attributes:
        policy: Opens views; its ledger is this store's.
        receipts: Of screening.
        clearings: Who is not whom.
        rounds: Hits of past subjects.
        changes: What became of canonical ids.
        assessments: What people say of leads.
    """

    def __init__(self, settings: Settings, entity_props: EntityProps = frozenset()) -> None:
        self.settings = settings
        super().__init__(Desk(settings.folder / "desk.sqlite"), Lake(settings.folder / "lake"))
        self._originals = settings.folder / "originals"
        self._entity_props = entity_props
        self.policy = Policy(
            settings.people, DeskRegister(self._desk), read_law(settings.folder / "law")
        )
        self.receipts = Receipts(self._desk)
        self.clearings = Clearings(self._desk)
        self.rounds = Rounds(self._desk)
        self.changes = Changes(self._desk)
        self.assessments = Assessments(self._desk)

    def close(self) -> None:
        """Give the connections back."""
        self._desk.close()

    def load(
        self,
        view: View,
        raw: IO[bytes],
        order: Order,
        progress: Callable[[int], None] | None = None,
    ) -> Loaded:
        """Load one delivered file; see `Intake.load`."""
        from maillon.store.intake import Intake  # noqa: PLC0415 - pyarrow, only when loading

        check_view(view)
        props = self._entity_props() if callable(self._entity_props) else self._entity_props
        intake = Intake(self._desk, self._lake, self._originals, props)
        return intake.load(view, raw, order, progress)

    def deliveries(self, view: View, *, current: bool = True) -> list[Delivery]:
        """Return the deliveries that the view can see, oldest first.

        Args:
            view: What may be read.
            current: Those that stand; else those too that a newer one has replaced.
        """
        check_view(view)
        return [delivery_of(row) for row in self._rows(view, current=current)]

    def labels_of(self, view: View, deliveries: Collection[str]) -> frozenset[int]:
        """Return the labels of these deliveries, as far as the view may read them."""
        check_view(view)
        rows = self._rows(view, current=False)
        return frozenset(row.label for row in rows if row.id in deliveries)

    def retention_of(self, view: View, deliveries: Collection[str]) -> dict[str, str]:
        """Return the retention class of each of these deliveries that the view can see."""
        check_view(view)
        rows = self._rows(view, current=False)
        return {row.id: row.retention_class for row in rows if row.id in deliveries}

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
            drop_dead_leases(connection.execute(select(LEASE)).all(), connection)
            lease = connection.execute(
                insert(LEASE).values(pid=os.getpid(), generation=generation, opened=utc_now())
            ).inserted_primary_key
            assert lease is not None
        try:
            # by name: the order in which deliveries came changes no answer
            if deliveries is None:
                rows = self._rows(view, generation)
            else:
                rows = [one for one in self._rows(view, current=False) if one.id in deliveries]
            files = sorted(name for row in rows for name in row.files)
            with open_workbench(
                view,
                self._lake.paths(files),
                generation,
                memory_limit=self.settings.memory_limit,
                threads=threads or self.settings.threads,
                scratch=str(self.settings.folder / "scratch"),
            ) as bench:
                yield bench
        finally:
            with self._desk.begin() as connection:
                connection.execute(delete(LEASE).where(LEASE.c.id == lease[0]))

    def key(self, view: View) -> str:
        """Return the key of what can be derived for this view now: its labels and current files."""
        check_view(view)
        files = sorted(row.id for row in self._rows(view))
        parts = [*map(str, sorted(view.labels)), *files]
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
            StoreError: There is no such delivery, or the view cannot see it: the same answer.
        """
        check_view(view)
        for row in self._rows(view, current=False):
            if row.id == delivery:
                break
        else:
            raise StoreError(f"no delivery {delivery}")
        with self._desk.engine.connect() as connection:
            adapter = connection.execute(
                select(DATASET.c.adapter).where(DATASET.c.name == row.dataset)
            ).scalar_one()
        with (self._originals / row.sha256).open("rb") as raw:
            yield raw, adapter, dict(row.options)

    def note(self, view: View, act: str, detail: Mapping[str, object]) -> None:
        """Write into the ledger what an act came to: counts and hashes, no personal data."""
        check_view(view)
        self._desk.record(view.mandate, act, "done", detail)

    def verify_ledger(self) -> int:
        """Return how many entries the ledger has, after checking every one of them."""
        return self._desk.verify_ledger()

    def check(self) -> list[str]:
        """Return what is wrong with the workspace, e.g. missing files; [] when sound."""
        wrong = []
        with self._desk.engine.connect() as connection:
            rows = connection.execute(select(DELIVERY).order_by(DELIVERY.c.number)).all()
        for row in rows:
            wrong += [
                f"{row.id}: {name} is gone"
                for name in row.files
                if not (self._lake.folder / name).is_file()
            ]
            if not (self._originals / row.sha256).is_file():
                wrong.append(f"{row.id}: its original is gone")
        return wrong

    def _rows(
        self, view: View, generation: int | None = None, *, current: bool = True
    ) -> list[Row[Any]]:
        query = (
            select(DELIVERY, DATASET.c.mode, DATASET.c.retention_class)
            .join(DATASET, DATASET.c.name == DELIVERY.c.dataset)
            .where(DELIVERY.c.label.in_(sorted(view.labels)))
            .order_by(DELIVERY.c.number)
        )
        if generation is not None:
            query = query.where(DELIVERY.c.number <= generation)
        if view.known_on:
            query = query.where(DELIVERY.c.received < view.known_on + "T24")
        with self._desk.engine.connect() as connection:
            rows = connection.execute(query).all()
        if not current:
            return list(rows)
        newest = {row.dataset: row.number for row in rows}
        return [
            row
            for row in rows
            if row.mode != Mode.SNAPSHOT.value or newest[row.dataset] == row.number
        ]


def create_workspace(folder: Path) -> None:
    """Make an empty workspace.

    Raises:
        RefusedError: The folder already holds one.
    """
    if (folder / FILE).exists() or (folder / "desk.sqlite").exists():
        raise RefusedError(
            "store: one workspace a folder",
            f"{folder} already holds a workspace",
            "name another folder",
        )
    for name in ("", "originals", "scratch"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    Lake(folder / "lake").create()
    Desk(folder / "desk.sqlite").create()
    (folder / FILE).write_text(TEMPLATE, "utf-8")


def open_store(folder: Path, entity_props: EntityProps = frozenset()) -> Store:
    """Open the workspace in ``folder``; a folder that is none is a `StoreError`."""
    return Store(read_settings(folder), entity_props)
