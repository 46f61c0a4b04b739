"""A delivered file becomes a delivery: parsed, checked, committed by one row of the desk."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb
from sqlalchemy import Connection, delete, func, insert, select, update

from maillon.model import Dataset, Delivery, Mandate, RefusedError, SourceError, View, delivery_id
from maillon.store import ledger
from maillon.store.again import bury_again, check_again, let_in
from maillon.store.clock import utc_now
from maillon.store.desk import Desk, intern_label
from maillon.store.lake import Lake, sync_folder
from maillon.store.order import Loaded, Order, Tally, delivery_of, sort_out
from maillon.store.originals import new_key, seal, sealed_name, unsealed
from maillon.store.parquet import StatementWriter
from maillon.store.retention import Rules
from maillon.store.rewriting import SEALED, free_number, outgoing
from maillon.store.second_lock import keep
from maillon.store.tables import DATASET, DELIVERY, PROBLEM
from maillon.store.tables_keeping import KEPT_DELIVERY, OUTGOING
from maillon.store.trust import Trust


class Intake:
    """Loads deliveries into one workspace.

    Args:
        desk: Where the row goes.
        lake: Where the statements go.
        originals: Folder of the delivered files, each sealed under a key of its own.
        entity_props: Names of entity-typed properties.
        rules: Of retention: a class that they do not know is refused.
        now: The clock.
    """

    def __init__(
        self,
        desk: Desk,
        lake: Lake,
        originals: Path,
        entity_props: frozenset[str],
        rules: Rules,
        now: Callable[[], str] = utc_now,
    ) -> None:
        self._desk = desk
        self._lake = lake
        self._originals = originals
        self._entity_props = entity_props
        self._rules = rules
        self._now = now

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
            RefusedError: The file as a whole cannot be trusted, its list shrank too much, or it was
                erased and is not let in again; the old delivery stays.
        """
        mandate = view.mandate
        self._rules.check_category(order.retention_class)
        with self._lake.receiving(order.dataset) as folder:
            original, sha256, size = _keep(raw, folder)
            name = delivery_id(order.dataset, sha256)
            trust = Trust(self._desk, mandate, name)
            order = trust.settle(order)
            is_back = self._is_let_in(mandate, name)
            known = self._known(name)
            if known is not None and not is_back:
                trust.still_stands(order)
                self._desk.record(mandate, "load", "already", {"delivery": name})
                return known
            received = self._now()
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
        original: "Kept",
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
            with unsealed(original.file, original.key) as raw:
                items = order.adapter.open(raw, order.dataset, **order.options)
                writer.write(sort_out(items, tally), progress)
            writer.close()
        except BaseException:
            writer.abandon()
            raise
        return writer.count

    def _is_let_in(self, mandate: Mandate, name: str) -> bool:
        """Return whether this very file was erased, and its rule lets it in again."""
        with self._desk.housekeeping() as connection:
            try:
                return check_again(connection, name)
            except RefusedError as error:
                refusal = error
        self._desk.record(mandate, "load", "refused", {"delivery": name, "rule": refusal.rule})
        raise refusal

    def _known(self, name: str) -> Loaded | None:
        with self._desk.housekeeping() as connection:
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
        original: "Kept",
        tally: Tally,
        counts: Mapping[str, Mapping[str, int]],
    ) -> None:
        month = delivery.received[:7]
        with self._lake.committing():
            known = self._known(delivery.id)
            with self._desk.housekeeping() as connection:
                is_back = known is not None and check_again(connection, delivery.id)
            if known is not None and not is_back:
                return  # the same file, loaded by another process in the meantime
            self._lake.sweep_placed(self._named_files())
            original.file.replace(self._originals / sealed_name(delivery.id))
            sync_folder(self._originals)
            with self._desk.begin() as connection:
                keep(connection)
                first = free_number(connection, delivery.id, ())
                names = self._lake.place(statements, month, delivery.id, first)
                made = {"counts": counts, "files": names}
                _insert(connection, order, delivery, tally, made, is_back=is_back)
                _keep_clock(connection, order, delivery, original.key)
                buried = bury_again(
                    connection, delivery.id, self._lake.folder / names[0], self._entity_props,
                    delivery.received,
                )  # fmt: skip
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
                        **({"erased_again": buried} if buried else {}),
                    },
                )

    def _named_files(self) -> frozenset[str]:
        with self._desk.housekeeping() as connection:
            rows = connection.execute(select(DELIVERY.c.files)).scalars()
            waiting = outgoing(connection)  # a reader may still have them
            return frozenset(name for files in rows for name in files) | waiting


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
    *,
    is_back: bool,
) -> None:
    """Write the rows of one delivery; ``made`` holds its counts and its files."""
    label = intern_label(connection, order.label)
    _dataset_row(connection, order, label)
    values = {
        "id": delivery.id,
        "dataset": delivery.dataset,
        "label": label,
        "sha256": delivery.sha256,
        "size": delivery.size,
        "received": delivery.received,
        "statements": delivery.statements,
        "entities": delivery.entities,
        "records_unreadable": delivery.records_unreadable,
        "purged": delivery.purged,
        "retention_month": delivery.received[:7],
        "options": dict(order.option_text),
        **made,
    }
    if is_back:  # it takes its place as the newest delivery; what was said of it before is gone
        values["number"] = connection.execute(select(func.max(DELIVERY.c.number))).scalar_one() + 1
        connection.execute(update(DELIVERY).where(DELIVERY.c.id == delivery.id).values(**values))
        connection.execute(delete(PROBLEM).where(PROBLEM.c.delivery == delivery.id))
        connection.execute(delete(KEPT_DELIVERY).where(KEPT_DELIVERY.c.delivery == delivery.id))
        name = sealed_name(delivery.id)  # the new file stands in the place of the old one
        connection.execute(delete(OUTGOING).where(OUTGOING.c.name == name))
        let_in(connection, delivery.id)
    else:
        connection.execute(insert(DELIVERY).values(**values))
    problems = [
        {"delivery": delivery.id, "locator": _told(each.locator), "reason": _told(each.reason)}
        for each in tally.problems
    ]
    if problems:
        connection.execute(insert(PROBLEM), problems)


def _told(text: str) -> str:
    """Return a text without NUL, which PostgreSQL does not keep: a delivered file may hold one."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}")


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


def _keep_clock(connection: Connection, order: Order, delivery: Delivery, key: str) -> None:
    connection.execute(
        insert(KEPT_DELIVERY).values(
            delivery=delivery.id, retention_class=order.retention_class, mark=0, key=key,
            starts=delivery.received[:10], original=SEALED, erased="", masked="",
        )
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A delivered file as it was received: sealed.

    Attributes:
        file: The sealed file.
        key: Its key.
    """

    file: Path
    key: str


def _keep(raw: IO[bytes], folder: Path) -> tuple[Kept, str, int]:
    """Seal the delivered bytes in ``folder``; return the file, its SHA-256 and its size."""
    kept, digest = Kept(folder / "original", new_key()), hashlib.sha256()
    size = seal(raw, kept.file, kept.key, digest.update)
    return kept, digest.hexdigest(), size
