"""A delivered file becomes a delivery: parsed, checked, committed by one row of the desk."""

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Final

import duckdb
from sqlalchemy import Connection, insert, select

from maillon.model import Dataset, Delivery, Mandate, SourceError, View, delivery_id
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk, intern_label
from maillon.store.lake import Lake, sync_folder
from maillon.store.order import Loaded, Order, Tally, delivery_of, sort_out
from maillon.store.parquet import StatementWriter
from maillon.store.tables import DATASET, DELIVERY, PROBLEM
from maillon.store.trust import Trust

_CHUNK: Final = 1 << 20


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
            trust = Trust(self._desk, mandate, name)
            order = trust.settle(order)
            known = self._known(name)
            if known is not None:
                trust.still_stands(order)
                self._desk.record(mandate, "load", "already", {"delivery": name})
                return known
            received = utc_now()
            tally = Tally()
            statements = folder / "0000.parquet"
            rows = self._write(original, order, statements, name, received, tally, progress)
            counts = count_entities(statements) if rows else {"schema": {}, "topics": {}}
            tally.entities = sum(counts["schema"].values())
            trust.check(order, tally, rows)
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
            delivery_of(row),
            already=True,
            problems=tuple(SourceError(row.dataset, p.locator, p.reason) for p in problems),
            counts=row.counts,
        )

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
                _insert(connection, order, delivery, tally, {"counts": counts, "files": names})
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


def _insert(
    connection: Connection,
    order: Order,
    delivery: Delivery,
    tally: Tally,
    made: Mapping[str, object],
) -> None:
    """Write the rows of one delivery; ``made`` holds its counts and its files."""
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
            retention_month=delivery.received[:7],
            options=dict(order.option_text),
            **made,
        )
    )
    problems = [
        {"delivery": delivery.id, "locator": each.locator, "reason": each.reason}
        for each in tally.problems
    ]
    if problems:
        connection.execute(insert(PROBLEM), problems)


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
