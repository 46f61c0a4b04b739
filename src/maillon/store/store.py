"""One workspace: its desk, its lake, its ledger; and the only way to personal data."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa
from sqlalchemy import Connection, Row, delete, insert, select

from maillon.model import Delivery, Mode, RefusedError, Statement, StoreError, View
from maillon.policy import Policy, is_opened_here
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.intake import Intake
from maillon.store.judgement import Event, JudgementLog
from maillon.store.lake import Lake, write_table
from maillon.store.order import Loaded, Order, delivery_of
from maillon.store.settings import FILE, TEMPLATE, Settings, read_settings
from maillon.store.tables import DATASET, DELIVERY, DERIVED, LEASE
from maillon.store.workbench import Workbench, open_workbench


class Store:
    """The store of one workspace.

    Args:
        settings: What ``maillon.toml`` says.
        entity_props: Names of entity-typed properties of the model.

    Attributes:
        policy: Opens views; its ledger is this store's.
    """

    def __init__(self, settings: Settings, entity_props: frozenset[str] = frozenset()) -> None:
        self.settings = settings
        self._desk = Desk(settings.folder / "desk.sqlite")
        self._lake = Lake(settings.folder / "lake")
        self._originals = settings.folder / "originals"
        self._intake = Intake(self._desk, self._lake, self._originals, entity_props)
        self.policy = Policy(settings.people, self._desk)

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
        _check(view)
        return self._intake.load(view, raw, order, progress)

    def deliveries(self, view: View) -> list[Delivery]:
        """Return the deliveries that the view can see, oldest first."""
        _check(view)
        return [delivery_of(row) for row in self._rows(view)]

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
    def workbench(self, view: View, *, threads: int | None = None) -> Iterator[Workbench]:
        """Lend the view's statements as SQL, at one generation, under a lease.

        Args:
            view: What may be read.
            threads: DuckDB's threads; the workspace's own when None.
        """
        _check(view)
        generation = self._desk.generation()
        with self._desk.begin() as connection:
            _drop_dead_leases(connection.execute(select(LEASE)).all(), connection)
            lease = connection.execute(
                insert(LEASE).values(pid=os.getpid(), generation=generation, opened=utc_now())
            ).inserted_primary_key
            assert lease is not None
        try:
            # by name: the order in which deliveries came changes no answer
            rows = self._rows(view, generation)
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
        _check(view)
        files = sorted(row.id for row in self._rows(view))
        parts = [*map(str, sorted(view.labels)), *files]
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]

    def put_derived(self, view: View, name: str, table: pa.Table) -> None:
        """Keep a table that was derived from the view's statements; a newer one takes its place."""
        key = self.key(view)
        file = f"{name}.{key}.parquet"
        write_table(self._lake.derived / file, table)
        with self._desk.begin() as connection:
            connection.execute(delete(DERIVED).where(DERIVED.c.name == name, DERIVED.c.key == key))
            connection.execute(
                insert(DERIVED).values(name=name, key=key, file=file, made=utc_now())
            )

    def derived(self, view: View, name: str) -> pa.Table | None:
        """Return what was derived from exactly the statements that the view sees now, or None."""
        key = self.key(view)
        with self._desk.engine.connect() as connection:
            file = connection.execute(
                select(DERIVED.c.file).where(DERIVED.c.name == name, DERIVED.c.key == key)
            ).scalar()
        if file is None or not (self._lake.derived / file).is_file():
            return None
        with duckdb.connect(":memory:") as con:
            con.execute("SET threads = 1")
            return con.sql(f"FROM read_parquet('{self._lake.derived / file}')").to_arrow_table()

    def judge(self, view: View, event: Event) -> str:
        """Append one judgement to the log, and its entry to the ledger; return its id."""
        _check(view)
        return JudgementLog(self._desk).append(view, event)

    def judgements(self, view: View) -> list[Event]:
        """Return the events of the judgement log that the view may read, oldest first."""
        _check(view)
        return JudgementLog(self._desk).read(view)

    @contextmanager
    def original(
        self, view: View, delivery: str
    ) -> Iterator[tuple[IO[bytes], str, dict[str, object]]]:
        """Lend a delivered file that the view can see: its bytes, adapter name and options.

        Raises:
            StoreError: There is no such delivery, or the view cannot see it: the same answer.
        """
        _check(view)
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
        _check(view)
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
            select(DELIVERY, DATASET.c.mode)
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


def _check(view: View) -> None:
    if not is_opened_here(view):
        raise RefusedError(
            "DESIGN, section 4: the store's door",
            "the view was not opened by policy",
            "open it with policy.open(mandate, act)",
        )


def _drop_dead_leases(leases: Sequence[Row[Any]], connection: Connection) -> None:
    for lease in leases:
        if not Path(f"/proc/{lease.pid}").exists():
            connection.execute(delete(LEASE).where(LEASE.c.id == lease.id))


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


def open_store(folder: Path, entity_props: frozenset[str] = frozenset()) -> Store:
    """Open the workspace in ``folder``; a folder that is none is a `StoreError`."""
    return Store(read_settings(folder), entity_props)
