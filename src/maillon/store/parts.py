"""The parts of a delivery: its rows by label, and what of it one view sees.

Most deliveries have one label. Where rows bring markings, each label is a part of its own: a file
in the lake, counts, and a row of the desk that says so.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from maillon.model import Label, Mode, View, delivery_id
from maillon.policy import marking_label
from maillon.store.desk import intern_label, label_number
from maillon.store.order import Order, Tally
from maillon.store.originals import new_key
from maillon.store.tables import DATASET, DELIVERY, DELIVERY_PART
from maillon.store.tables_keeping import KEEPING_SECRET

MOST_SETS: Final = 1_000
"""Sets of labels by which the entities of one delivery are counted. Of rarer ones beyond it, who
reads the first label alone is told of the entity."""

_MEMO: Final = 1_024
_KEY: Final = "deliveries"


class NarrowedError(Exception):
    """A file under an id made of its own bytes turned out to be marked; see `unseen_id`."""


class Labels:
    """Which label the statements of one delivery get.

    Args:
        own: The delivery's.
        is_unseen: Whether the delivery's id may be that of a marked file, see `unseen_id`.

    Attributes:
        found: The labels met so far, by id.
    """

    def __init__(self, own: Label, *, is_unseen: bool) -> None:
        self._own = own
        self._is_unseen = is_unseen
        self.found = {label_number(own): own}
        self.of = lru_cache(_MEMO)(self._number)

    def _number(self, marking: str) -> int:
        label = marking_label(self._own, marking) if marking else self._own
        if label != self._own and not self._is_unseen:
            raise NarrowedError
        number = label_number(label)
        self.found[number] = label
        return number


def unseen_id(key: str, dataset: str, sha256: str) -> str:
    """Return the id of a delivery of which not everybody may read every row.

    A reader is told the id. Made of the bytes, it would confirm a guess at the rows that he may not
    read, for he has the others: it is made under a key of the desk.
    """
    return delivery_id(dataset, hmac.new(bytes.fromhex(key), sha256.encode(), "sha256").hexdigest())


def id_key(connection: Connection) -> str:
    """Return the key of `unseen_id`; made where there is none."""
    query = select(KEEPING_SECRET.c.value).where(KEEPING_SECRET.c.name == _KEY)
    found = connection.execute(query).scalar()
    if found is None:
        found = new_key()
        connection.execute(insert(KEEPING_SECRET).values(name=_KEY, value=found))
    return str(found)


def known_unseen(connection: Connection, dataset: str, sha256: str) -> str | None:
    """Return the id under which a marked file is known already; None where it is not."""
    query = select(KEEPING_SECRET.c.value).where(KEEPING_SECRET.c.name == _KEY)
    key = connection.execute(query).scalar()
    if key is None:
        return None
    name = unseen_id(key, dataset, sha256)
    found = select(DELIVERY.c.id).where(DELIVERY.c.id == name)
    return name if connection.execute(found).scalar() is not None else None


@dataclass(frozen=True, slots=True)
class Written:
    """A delivered file as it was read, in files that are not yet in place.

    Attributes:
        files: By label, the delivery's own first.
        sizes: Bytes of each file.
        statements: How many, by label.
        labels: The labels, by id.
        tally: What else came out of it.
        counts: Entities by schema, and by topic or programme.
        spread: ``[labels, entities]``: how many entities have rows under exactly these labels.
    """

    files: Mapping[int, Path]
    sizes: Mapping[int, int]
    statements: Mapping[int, int]
    labels: Mapping[int, Label]
    tally: Tally
    counts: Mapping[str, Mapping[str, int]]
    spread: Sequence[tuple[Sequence[int], int]]

    @property
    def paths(self) -> list[Path]:
        """The files, in the order in which they are placed."""
        return list(self.files.values())

    @property
    def rows(self) -> int:
        """How many statements."""
        return sum(self.statements.values())

    @property
    def label(self) -> int:
        """The label of the delivery: its own, or where no row has it, that of some of its rows."""
        return next(iter(self.files))

    @property
    def used(self) -> list[int]:
        """Labels of the statements and of what could not be read, sorted."""
        return sorted({*self.files, *self.tally.unreadable_by, *self.tally.purged_by})

    def said(self) -> list[list[object]]:
        """Return `spread` as the desk keeps it: every label is named; [] where there is but one."""
        used = self.used
        if used == [self.label]:
            return []
        kept = {tuple(labels): count for labels, count in self.spread[:MOST_SETS]}
        for labels, count in self.spread[MOST_SETS:]:
            kept[labels[0],] = kept.get((labels[0],), 0) + count
        named = {label for labels in kept for label in labels}
        kept |= {(label,): 0 for label in used if label not in named}
        return [[list(labels), count] for labels, count in sorted(kept.items())]


def put_parts(
    connection: Connection, delivery: str, order: Order, written: Written, names: Sequence[str]
) -> None:
    """Write the labels of a delivery and, where they are several, its parts.

    Args:
        connection: The transaction that commits the delivery; its row is there.
        delivery: Its id.
        order: What was loaded.
        written: What was read.
        names: Its files in the lake, as `Written.paths`.
    """
    connection.execute(delete(DELIVERY_PART).where(DELIVERY_PART.c.delivery == delivery))
    if not written.said():
        return
    placed = dict(zip(written.files, names, strict=True))
    for label in written.used:
        intern_label(connection, written.labels.get(label, order.label))
        connection.execute(
            insert(DELIVERY_PART).values(
                delivery=delivery, label=label, statements=written.statements.get(label, 0),
                records_unreadable=written.tally.unreadable_by[label],
                purged=written.tally.purged_by[label],
                size=written.sizes.get(label, 0),
                files=[placed[label]] if label in placed else [],
            )
        )  # fmt: skip


def move_parts(connection: Connection, delivery: str, files: Mapping[int, str]) -> None:
    """Name the rewritten files of the parts of a delivery, by label; a part without one is gone."""
    here = DELIVERY_PART.c.delivery == delivery
    for row in connection.execute(select(DELIVERY_PART).where(here)).all():
        names = [files[row.label]] if row.label in files else []
        of = DELIVERY_PART.c.id == row.id
        connection.execute(update(DELIVERY_PART).where(of).values(files=names))


def note_erased(
    connection: Connection, delivery: str, labels: Collection[int] | None, rule: str
) -> None:
    """Note of parts that something in them was erased: of these labels, or of all when None."""
    query = update(DELIVERY_PART).where(DELIVERY_PART.c.delivery == delivery)
    if labels is not None:
        query = query.where(DELIVERY_PART.c.label.in_(sorted(labels)))
    connection.execute(query.values(erased=rule))


@dataclass(frozen=True, slots=True)
class Seen:
    """A delivery as one view sees it: the rows under other labels are not there.

    Attributes:
        labels: Of the rows that it sees.
        is_whole: Whether these are all. Of one that is not, ``sha256`` and ``size`` are of what is
            seen, and say nothing of the delivered file.
        erased: The rule under which something that it sees was erased, where it is not whole.
    """

    number: int
    id: str
    dataset: str
    sha256: str
    size: int
    received: str
    statements: int
    entities: int
    records_unreadable: int
    purged: int
    files: tuple[str, ...]
    options: Mapping[str, object]
    mode: str
    retention_class: str
    labels: frozenset[int]
    is_whole: bool = True
    erased: str = ""


def seen_deliveries(
    connection: Connection, view: View, generation: int | None = None, *, current: bool = True
) -> list[Seen]:
    """Return the deliveries of which a view sees something, oldest first.

    Args:
        connection: That reads for the view, see `Desk.reading`.
        view: What may be read.
        generation: Number of the newest delivery to know; None for all.
        current: Those that stand; else those too that a newer one has replaced.
    """
    labels = sorted(view.labels)
    marked = select(DELIVERY_PART.c.delivery).where(DELIVERY_PART.c.label.in_(labels))
    query = (
        select(DELIVERY, DATASET.c.mode, DATASET.c.retention_class)
        .join(DATASET, DATASET.c.name == DELIVERY.c.dataset)
        .where(or_(DELIVERY.c.label.in_(labels), DELIVERY.c.id.in_(marked)))
        .order_by(DELIVERY.c.number)
    )
    if generation is not None:
        query = query.where(DELIVERY.c.number <= generation)
    if view.known_on:
        query = query.where(DELIVERY.c.received < view.known_on + "T24")
    rows = connection.execute(query).all()
    parts = _parts(connection, [row.id for row in rows if row.spread], labels)
    found = [one for row in rows if (one := _seen(row, view, parts.get(row.id, ()))) is not None]
    standing = [one for one in found if one.files]  # one without any was erased whole
    if not current:
        return standing
    # of a list that was erased the one before it does not stand again
    newest = {one.dataset: one.number for one in found}
    return [
        one
        for one in standing
        if one.mode != Mode.SNAPSHOT.value or newest[one.dataset] == one.number
    ]


def _parts(
    connection: Connection, deliveries: Sequence[str], labels: Sequence[int]
) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = {}
    if deliveries:
        query = select(DELIVERY_PART).where(DELIVERY_PART.c.label.in_(labels))
        wanted = frozenset(deliveries)
        for row in connection.execute(query.order_by(DELIVERY_PART.c.label)):
            if row.delivery in wanted:
                found.setdefault(row.delivery, []).append(row)
    return found


def _seen(row: Row[Any], view: View, parts: Iterable[Row[Any]]) -> Seen | None:
    """Return what a view sees of a delivery; None where it sees no row of it."""
    whole = Seen(
        row.number, row.id, row.dataset, row.sha256, row.size, row.received, row.statements,
        row.entities, row.records_unreadable, row.purged, tuple(row.files), row.options, row.mode,
        row.retention_class, frozenset((row.label,)),
    )  # fmt: skip
    if not row.spread:
        return whole
    mine = list(parts)
    readable = frozenset(part.label for part in mine)
    if view.labels.issuperset(label for labels, _ in row.spread for label in labels):
        return replace(whole, labels=readable)
    if not any(part.statements for part in mine):
        return None
    said = "\x1f".join((row.id, *map(str, sorted(readable))))
    return replace(
        whole,
        sha256=hashlib.sha256(said.encode()).hexdigest(),
        size=sum(part.size for part in mine),
        statements=sum(part.statements for part in mine),
        entities=sum(count for labels, count in row.spread if not readable.isdisjoint(labels)),
        records_unreadable=sum(part.records_unreadable for part in mine),
        purged=sum(part.purged for part in mine),
        files=tuple(name for part in mine for name in part.files),
        labels=readable,
        is_whole=False,
        erased=next((part.erased for part in mine if part.erased), ""),
    )


def labels_by_dataset(rows: Iterable[Seen]) -> dict[str, frozenset[int]]:
    """Return the labels of what a view sees of each dataset."""
    found: dict[str, frozenset[int]] = {}
    for row in rows:
        found[row.dataset] = found.get(row.dataset, frozenset()) | row.labels
    return found
