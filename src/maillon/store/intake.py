"""A delivered file becomes a delivery: parsed, checked, committed by one row of the desk."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import duckdb
from sqlalchemy import Connection, insert, select

from maillon.model import (
    UNGRADED,
    Adapter,
    Dataset,
    Delivery,
    Grade,
    Label,
    Mandate,
    Mode,
    Purged,
    RefusedError,
    SourceError,
    Statement,
    View,
    Yielded,
    delivery_id,
)
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk, intern_label
from maillon.store.lake import Lake, StatementWriter, sync_folder
from maillon.store.tables import ATTEMPT, DATASET, DELIVERY, PROBLEM

SHRINK: Final = 0.05
"""A snapshot that loses more than this share of its entities is refused. Source: screening.md,
8."""

PROBLEMS_KEPT: Final = 10_000
"""Source errors kept word for word for one delivery; the count is always whole."""

_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Order:
    """What shall be loaded.

    Attributes:
        adapter: Reads it.
        dataset: Name of the dataset, ``a-z0-9_``.
        label: What its statements get.
        options: The adapter's options.
        option_text: The options as the desk keeps them: JSON values.
        mode: Snapshot or messages; the adapter's own when None.
        retention_class: Which retention rule its statements follow.
        grade: What a statement gets that brings no grade of its own.
        accept_shrink: A second person's reason to accept a smaller list, or empty.
    """

    adapter: Adapter
    dataset: str
    label: Label
    options: Mapping[str, object] = field(default_factory=dict)
    option_text: Mapping[str, object] = field(default_factory=dict)
    mode: Mode | None = None
    retention_class: str = "standard"
    grade: Grade = UNGRADED
    accept_shrink: str = ""


@dataclass(slots=True)
class Tally:
    """What came out of a delivered file so far."""

    entities: int = 0
    unreadable: int = 0
    purged: int = 0
    problems: list[SourceError] = field(default_factory=list)
    whole: SourceError | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` did.

    Attributes:
        delivery: The delivery.
        already: Whether the very same file had been loaded before: nothing changed.
        problems: The source errors, the first `PROBLEMS_KEPT` of them.
        counts: Entities by schema, statements by topic.
    """

    delivery: Delivery
    already: bool
    problems: tuple[SourceError, ...]
    counts: Mapping[str, Mapping[str, int]]


class Intake:
    """Loads deliveries into one workspace.

    Args:
        desk: Where the row goes.
        lake: Where the statements go.
        originals: Folder of the delivered files, by SHA-256.
        entity_props: Names of entity-typed properties.
    """

    def __init__(
        self, desk: Desk, lake: Lake, originals: Path, entity_props: frozenset[str]
    ) -> None:
        self._desk = desk
        self._lake = lake
        self._originals = originals
        self._entity_props = entity_props

    def load(
        self,
        view: View,
        raw: IO[bytes],
        order: Order,
        progress: Callable[[int], None] | None = None,
    ) -> Loaded:
        """Load one delivered file.

        Args:
            view: Opened for the act ``load``.
            raw: The file as delivered. Left open.
            order: What it is.
            progress: Called now and then with the count of statements.

        Raises:
            RefusedError: The file as a whole cannot be trusted, or its list shrank too much; the
                old delivery stays.
        """
        mandate = view.mandate
        with self._lake.receiving(order.dataset) as folder:
            original, sha256, size = _keep(raw, folder)
            name = delivery_id(order.dataset, sha256)
            known = self._known(name)
            if known is not None:
                self._desk.record(mandate, "load", "already", {"delivery": name})
                return known
            received = utc_now()
            tally = Tally()
            statements = folder / "0000.parquet"
            rows = self._write(original, order, statements, name, received, tally, progress)
            counts = count_entities(statements) if rows else {"schema": {}, "topics": {}}
            tally.entities = sum(counts["schema"].values())
            self._check(mandate, order, name, tally, rows)
            delivery = Delivery(
                name,
                order.dataset,
                sha256,
                size,
                received,
                rows,
                tally.entities,
                tally.unreadable,
                tally.purged,
            )
            self._commit(mandate, order, delivery, [statements], original, tally, counts)
        return Loaded(delivery, already=False, problems=tuple(tally.problems), counts=counts)

    def _write(
        self,
        original: Path,
        order: Order,
        statements: Path,
        name: str,
        received: str,
        tally: Tally,
        progress: Callable[[int], None] | None,
    ) -> int:
        writer = StatementWriter(
            statements,
            order.dataset,
            name,
            0,
            order.retention_class,
            received[:10],
            self._entity_props,
            order.grade,
        )
        with self._desk.begin() as connection:
            writer.label = intern_label(connection, order.label)
        try:
            with original.open("rb") as raw:
                items = order.adapter.open(raw, order.dataset, **order.options)
                writer.write(sort_out(items, tally), progress)
            writer.close()
        except BaseException:
            writer.abandon()
            raise
        return writer.count

    def _known(self, name: str) -> Loaded | None:
        with self._desk.engine.connect() as connection:
            row = connection.execute(select(DELIVERY).where(DELIVERY.c.id == name)).first()
            if row is None:
                return None
            problems = connection.execute(
                select(PROBLEM).where(PROBLEM.c.delivery == name).order_by(PROBLEM.c.id)
            ).all()
        return Loaded(
            Delivery(
                row.id,
                row.dataset,
                row.sha256,
                row.size,
                row.received,
                row.statements,
                row.entities,
                row.records_unreadable,
                row.purged,
            ),
            already=True,
            problems=tuple(SourceError(row.dataset, p.locator, p.reason) for p in problems),
            counts=row.counts,
        )

    def _check(self, mandate: Mandate, order: Order, name: str, tally: Tally, rows: int) -> None:
        if tally.whole is not None:
            self._refuse(
                mandate,
                name,
                "delivery: not to be trusted as a whole",
                str(tally.whole),
                "ask the sender for the file again; the old delivery stays",
            )
        if not rows and not tally.purged and not tally.unreadable:
            self._refuse(
                mandate,
                name,
                "delivery: empty",
                f"{order.dataset} holds no record",
                "ask the sender for the file again; the old delivery stays",
            )
        if not rows and tally.unreadable:
            self._refuse(
                mandate,
                name,
                "delivery: nothing readable",
                str(tally.problems[0]),
                "mend the file or name another adapter; the old delivery stays",
            )
        before = self._current(order)
        if before is None or tally.entities >= before.entities * (1 - SHRINK):
            return
        share = 1 - tally.entities / before.entities
        why = (
            f"{order.dataset} would shrink by {share:.1%}, from {before.entities:,} to "
            f"{tally.entities:,} entities, against {before.id}"
        )
        if not order.accept_shrink:
            self._refuse(
                mandate,
                name,
                "delivery: shrink over 5 %",
                why,
                "a second person loads it with --accept-shrink REASON",
            )
        with self._desk.engine.connect() as connection:
            first = set(
                connection.execute(
                    select(ATTEMPT.c.who).where(ATTEMPT.c.delivery == name)
                ).scalars()
            )
        if not first - {mandate.who}:
            self._refuse(
                mandate,
                name,
                "delivery: four eyes",
                why,
                "accepting needs two people: one whom `load` refused, and another",
            )

    def _current(self, order: Order) -> Delivery | None:
        if (order.mode or order.adapter.mode) is not Mode.SNAPSHOT:
            return None
        with self._desk.engine.connect() as connection:
            row = connection.execute(
                select(DELIVERY)
                .where(DELIVERY.c.dataset == order.dataset)
                .order_by(DELIVERY.c.number.desc())
                .limit(1)
            ).first()
        if row is None:
            return None
        return Delivery(
            row.id,
            row.dataset,
            row.sha256,
            row.size,
            row.received,
            row.statements,
            row.entities,
            row.records_unreadable,
            row.purged,
        )

    def _refuse(self, mandate: Mandate, name: str, rule: str, reason: str, remedy: str) -> None:
        with self._desk.begin() as connection:
            connection.execute(
                insert(ATTEMPT).values(delivery=name, who=mandate.who, at=utc_now(), rule=rule)
            )
            ledger.append(connection, mandate, "load", "refused", {"delivery": name, "rule": rule})
        raise RefusedError(rule, reason, remedy)

    def _commit(
        self,
        mandate: Mandate,
        order: Order,
        delivery: Delivery,
        statements: list[Path],
        original: Path,
        tally: Tally,
        counts: Mapping[str, Mapping[str, int]],
    ) -> None:
        month = delivery.received[:7]
        target = self._originals / delivery.sha256
        with self._lake.committing():
            if self._known(delivery.id) is not None:
                return  # the same file, loaded by another process in the meantime
            self._lake.sweep_placed(self._named_files())
            original.replace(target)
            sync_folder(self._originals)
            names = self._lake.place(statements, month, delivery.id)
            with self._desk.begin() as connection:
                label = intern_label(connection, order.label)
                _dataset_row(connection, order, label)
                connection.execute(
                    insert(DELIVERY).values(
                        id=delivery.id,
                        dataset=delivery.dataset,
                        label=label,
                        sha256=delivery.sha256,
                        size=delivery.size,
                        received=delivery.received,
                        statements=delivery.statements,
                        entities=delivery.entities,
                        records_unreadable=delivery.records_unreadable,
                        purged=delivery.purged,
                        retention_month=month,
                        counts=counts,
                        options=dict(order.option_text),
                        files=names,
                    )
                )
                if tally.problems:
                    connection.execute(
                        insert(PROBLEM),
                        [
                            {"delivery": delivery.id, "locator": p.locator, "reason": p.reason}
                            for p in tally.problems
                        ],
                    )
                ledger.append(
                    connection,
                    mandate,
                    "load",
                    "done",
                    {
                        "delivery": delivery.id,
                        "sha256": delivery.sha256,
                        "statements": delivery.statements,
                        "accept_shrink": order.accept_shrink,
                    },
                )

    def _named_files(self) -> frozenset[str]:
        with self._desk.engine.connect() as connection:
            rows = connection.execute(select(DELIVERY.c.files)).scalars()
            return frozenset(name for files in rows for name in files)


def sort_out(items: Iterable[Yielded], tally: Tally) -> Iterator[Statement]:
    """Yield the statements among ``items`` and count the rest into ``tally``."""
    for item in items:
        if isinstance(item, Statement):
            yield item
        elif isinstance(item, Purged):
            tally.purged += 1
        else:
            tally.unreadable += 1
            if item.whole and tally.whole is None:
                tally.whole = item
            if len(tally.problems) < PROBLEMS_KEPT:
                tally.problems.append(item)


def count_entities(file: Path) -> dict[str, dict[str, int]]:
    """Return entities by schema and entities by topic or programme of one statement file."""
    with duckdb.connect(":memory:") as con:
        con.execute("SET threads = 1")
        source = f"read_parquet('{str(file).replace(chr(39), chr(39) * 2)}')"
        schemata = con.execute(
            f"SELECT schema, count(DISTINCT entity) FROM {source} GROUP BY schema ORDER BY schema"
        ).fetchall()
        topics = con.execute(
            f"SELECT value, count(DISTINCT entity) FROM {source} "
            "WHERE prop IN ('topics', 'program', 'programId') GROUP BY value ORDER BY value"
        ).fetchall()
    return {"schema": dict(schemata), "topics": dict(topics)}


def _dataset_row(connection: Connection, order: Order, label: int) -> None:
    dataset = Dataset(
        order.dataset,
        order.adapter.name,
        order.mode or order.adapter.mode,
        label,
        order.retention_class,
    )
    found = connection.execute(select(DATASET).where(DATASET.c.name == dataset.name)).first()
    if found is None:
        connection.execute(
            insert(DATASET).values(
                name=dataset.name,
                adapter=dataset.adapter,
                mode=dataset.mode.value,
                label=label,
                retention_class=dataset.retention_class,
            )
        )


def _keep(raw: IO[bytes], folder: Path) -> tuple[Path, str, int]:
    """Copy the delivered bytes into ``folder``; return the file, its SHA-256 and its size."""
    target = folder / "original"
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as out:
        while chunk := raw.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return target, digest.hexdigest(), size
