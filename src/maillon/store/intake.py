"""A delivered file becomes a delivery: parsed, checked, committed by one row of the desk."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Final

import duckdb
from sqlalchemy import Connection, delete, func, insert, select, update

from maillon.model import Dataset, Delivery, Mandate, RefusedError, SourceError, View, delivery_id
from maillon.store import ledger
from maillon.store.again import bury_again, check_again, let_in
from maillon.store.clock import utc_now
from maillon.store.desk import Desk, intern_label
from maillon.store.house import quoted
from maillon.store.lake import Lake, sync_folder
from maillon.store.order import Also, Loaded, Order, Tally, delivery_of, sort_out
from maillon.store.originals import new_key, seal, sealed_name, unsealed
from maillon.store.parquet import StatementWriter
from maillon.store.parts import (
    Labels,
    NarrowedError,
    Written,
    id_key,
    known_unseen,
    put_parts,
    unseen_id,
)
from maillon.store.retention import Rules
from maillon.store.rewriting import SEALED, free_number, outgoing
from maillon.store.second_lock import keep
from maillon.store.standing_questions import wake
from maillon.store.tables import DATASET, DELIVERY, PROBLEM
from maillon.store.tables_keeping import KEPT_DELIVERY, OUTGOING
from maillon.store.trust import Trust

Counted = tuple[Mapping[str, Mapping[str, int]], Sequence[tuple[Sequence[int], int]]]


class Intake:
    """Loads deliveries into one workspace.

    Args:
        desk: Where the row goes.
        lake: Where the statements go.
        originals: Folder of the delivered files, each sealed under a key of its own.
        entity_props: Names of entity-typed properties.
        rules: Of retention: a class that they do not know is refused.
        now: The clock.
        also: Written in the transaction that commits a delivery, or says that it is there already.
    """

    def __init__(
        self,
        desk: Desk,
        lake: Lake,
        originals: Path,
        entity_props: frozenset[str],
        rules: Rules,
        now: Callable[[], str] = utc_now,
        also: Also | None = None,
    ) -> None:
        self._desk = desk
        self._lake = lake
        self._originals = originals
        self._entity_props = entity_props
        self._rules = rules
        self._now = now
        self._also: Also = also or (lambda _connection, _loaded: None)

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
            name = self._name(order.dataset, sha256)
            trust = Trust(self._desk, mandate, name)
            order = trust.settle(order)
            is_back = self._is_let_in(mandate, name)
            known = self._known(name)
            if known is not None and not is_back:
                trust.still_stands(order)
                self._say_again(mandate, known)
                return known
            received = self._now()
            read = partial(self._write, original, order, folder, received, progress)
            try:
                written = read(name)
            except NarrowedError:
                name = self._unseen_name(order.dataset, sha256)
                trust = Trust(self._desk, mandate, name)
                written = read(name)
            tally = written.tally
            trust.check(order, tally, written.rows)
            delivery = Delivery(
                name, order.dataset, sha256, size, received, written.rows, tally.entities,
                tally.unreadable, tally.purged,
            )  # fmt: skip
            self._commit(mandate, order, delivery, original, written)
        problems = tuple(tally.problems)
        return Loaded(delivery, already=False, problems=problems, counts=written.counts)

    def _name(self, dataset: str, sha256: str) -> str:
        """Return the id of a delivery: of its bytes, or that under which it is known as marked."""
        with self._desk.housekeeping() as connection:
            return known_unseen(connection, dataset, sha256) or delivery_id(dataset, sha256)

    def _unseen_name(self, dataset: str, sha256: str) -> str:
        with self._desk.begin() as connection:
            return unseen_id(id_key(connection), dataset, sha256)

    def _write(
        self,
        original: "Kept",
        order: Order,
        folder: Path,
        received: str,
        progress: Callable[[int], None] | None,
        name: str,
    ) -> Written:
        labels = Labels(order.label, is_unseen=name != delivery_id(order.dataset, original.sha256))
        tally = Tally(labels.of)
        writer = StatementWriter(
            folder, order.dataset, name, labels.of, order.retention_class, received[:10],
            self._entity_props, order.grade,
        )  # fmt: skip
        try:
            with unsealed(original.file, original.key) as raw:
                items = order.adapter.open(raw, order.dataset, **order.options)
                writer.write(sort_out(items, tally), progress)
            files = writer.close()
        except BaseException:
            writer.abandon()
            raise
        counts, spread = count_entities(list(files.values())) if writer.count else _NOTHING
        tally.entities = sum(counts["schema"].values())
        sizes = {label: file.stat().st_size for label, file in files.items()}
        return Written(files, sizes, writer.counts, labels.found, tally, counts, spread)

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
        original: "Kept",
        written: Written,
    ) -> None:
        month = delivery.received[:7]
        with self._lake.committing():
            known = self._known(delivery.id)
            with self._desk.housekeeping() as connection:
                is_back = known is not None and check_again(connection, delivery.id)
            if known is not None and not is_back:
                self._say_again(mandate, known)  # loaded by another process in the meantime
                return
            self._lake.sweep_placed(self._named_files())
            original.file.replace(self._originals / sealed_name(delivery.id))
            sync_folder(self._originals)
            with self._desk.begin() as connection:
                keep(connection)
                first = free_number(connection, delivery.id, ())
                names = self._lake.place(written.paths, month, delivery.id, first)
                _insert(connection, order, delivery, written, names, is_back=is_back)
                _keep_clock(connection, order, delivery, original.key)
                buried = bury_again(
                    connection, delivery.id, self._lake.paths(names), self._entity_props,
                    delivery.received,
                )  # fmt: skip
                wake(connection, self._now())
                loaded = Loaded(delivery, already=False, problems=(), counts=written.counts)
                self._also(connection, loaded)
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

    def _say_again(self, mandate: Mandate, known: Loaded) -> None:
        with self._desk.begin() as connection:
            ledger.append(connection, mandate, "load", "already", {"delivery": known.delivery.id})
            self._also(connection, known)

    def _named_files(self) -> frozenset[str]:
        with self._desk.housekeeping() as connection:
            rows = connection.execute(select(DELIVERY.c.files)).scalars()
            waiting = outgoing(connection)  # a reader may still have them
            return frozenset(name for files in rows for name in files) | waiting


_NOTHING: Final[Counted] = ({"schema": {}, "topics": {}}, [])


def count_entities(files: Sequence[Path]) -> Counted:
    """Return how many entities the statement files of one delivery hold.

    Args:
        files: One a label.

    Returns:
        By schema, and by topic or programme; and, where the files are several, by the labels of
        their rows, the most frequent first.
    """
    with duckdb.connect(":memory:") as con:
        con.execute("SET threads = 1")
        listed = ", ".join(quoted(str(file)) for file in files)
        source = f"read_parquet([{listed}])"
        schemata = con.execute(
            f"SELECT schema, count(DISTINCT entity) FROM {source} GROUP BY schema ORDER BY schema"
        ).fetchall()
        topics = con.execute(
            f"SELECT value, count(DISTINCT entity) FROM {source} "
            "WHERE prop IN ('topics', 'program', 'programId') GROUP BY value ORDER BY value"
        ).fetchall()
        spread: list[tuple[list[int], int]] = []
        if len(files) > 1:
            spread = con.execute(
                "SELECT labels, count(*) FROM "
                f"(SELECT list_sort(list(DISTINCT label)) AS labels FROM {source} GROUP BY entity) "
                "GROUP BY labels ORDER BY 2 DESC, 1"
            ).fetchall()
    return {"schema": dict(schemata), "topics": dict(topics)}, spread


def _insert(
    connection: Connection,
    order: Order,
    delivery: Delivery,
    written: Written,
    names: Sequence[str],
    *,
    is_back: bool,
) -> None:
    """Write the rows of one delivery; ``names`` are its files in the lake."""
    _dataset_row(connection, order, intern_label(connection, order.label))
    label = intern_label(connection, written.labels[written.label])
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
        "counts": written.counts,
        "files": list(names),
        "spread": written.said(),
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
    put_parts(connection, delivery.id, order, written, names)
    problems = [
        {"delivery": delivery.id, "locator": _told(each.locator), "reason": _told(each.reason)}
        for each in written.tally.problems
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
        sha256: Of the delivered bytes.
    """

    file: Path
    key: str
    sha256: str


def _keep(raw: IO[bytes], folder: Path) -> tuple[Kept, str, int]:
    """Seal the delivered bytes in ``folder``; return the file, its SHA-256 and its size."""
    file, key, digest = folder / "original", new_key(), hashlib.sha256()
    size = seal(raw, file, key, digest.update)
    sha256 = digest.hexdigest()
    return Kept(file, key, sha256), sha256, size
