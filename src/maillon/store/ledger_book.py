"""Reading the ledger: one's own acts, everybody's for oversight, and who looked at what."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Select, distinct, func, select

from maillon.model import Act, NotFoundError, NotValidError, RefusedError, View
from maillon.store import ledger
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.tables import DATASET, LABEL
from maillon.store.tables_ledger import LEDGER, LEDGER_CHECKPOINT, LEDGER_OBJECT

SHOWN: Final = (
    "number", "at", "who", "agency", "purpose", "legal_basis", "case", "act", "outcome", "detail",
)  # fmt: skip


class LedgerBook:
    """The ledger of one desk, for those who may read it.

    Args:
        desk: The desk.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def entries(
        self, view: View, *, count: int = 50, before: int = 0, act: str = ""
    ) -> list[dict[str, Any]]:
        """Return the newest entries that the view may read, newest first.

        Args:
            view: Oversight reads all; anybody else the entries of the own account.
            count: Most of them.
            before: Only entries with a lower number; 0 for the newest.
            act: Only of this act.
        """
        check_view(view)
        query = select(*(LEDGER.c[name] for name in SHOWN)).where(LEDGER.c.salt != b"")
        if not _oversees(view):
            query = query.where(
                LEDGER.c.who == view.mandate.who, LEDGER.c.agency == view.mandate.agency
            )
        if before:
            query = query.where(LEDGER.c.number < before)
        if act:
            query = query.where(LEDGER.c.act == act)
        return self._shown(query.order_by(LEDGER.c.number.desc()).limit(count))

    def who_looked(self, view: View, entity: str) -> list[dict[str, Any]]:
        """Return the acts that looked at an object, oldest first.

        Args:
            view: Oversight is told of every act. An agency is told of those that looked at the
                object in a dataset that it originated; for what it originated nothing of, [].
            entity: Id of an entity, a canonical id or a lead.
        """
        check_view(view)
        with self._desk.engine.connect() as connection:
            own = (
                select(DATASET.c.name)
                .join(LABEL, LABEL.c.id == DATASET.c.label)
                .where(LABEL.c.originator == view.mandate.agency)
            )
            datasets = None if _oversees(view) else [row.name for row in connection.execute(own)]
            tags = ledger.tags_of(connection, entity, datasets)
        numbers = select(LEDGER_OBJECT.c.number).where(LEDGER_OBJECT.c.tag.in_(tags))
        query = select(*(LEDGER.c[name] for name in SHOWN)).where(LEDGER.c.number.in_(numbers))
        return self._shown(query.order_by(LEDGER.c.number))

    def opened(self, view: View) -> Iterator[dict[str, Any]]:
        """Yield what people did a day: who, agency, purpose, day, acts, distinct objects, bare.

        ``bare`` counts acts without a case. Oversight alone.
        """
        check_oversees(view)
        day = func.substr(LEDGER.c.at, 1, 10).label("day")
        keys = (LEDGER.c.who, LEDGER.c.agency, LEDGER.c.purpose, day)
        looked = (
            select(*keys, func.count(distinct(LEDGER_OBJECT.c.tag)).label("objects"))
            .join(LEDGER_OBJECT, LEDGER_OBJECT.c.number == LEDGER.c.number)
            .group_by(*keys)
        )
        acted = (
            select(
                *keys,
                func.count().label("acts"),
                func.count().filter(LEDGER.c.case == "").label("bare"),
            )
            .where(LEDGER.c.outcome == "opened", LEDGER.c.salt != b"")
            .group_by(*keys)
        )
        with self._desk.engine.connect() as connection:
            objects = {tuple(row[:4]): row.objects for row in connection.execute(looked)}
            rows = connection.execute(acted.order_by(*keys)).all()
        for row in rows:
            yield dict(row._mapping) | {"objects": objects.get(tuple(row[:4]), 0)}  # noqa: SLF001 - SQLAlchemy's public name

    def acts_on(self, view: View, entities: Sequence[str]) -> list[dict[str, Any]]:
        """Return every act that looked at one of these objects, oldest first; oversight alone."""
        check_oversees(view)
        found = {one["number"]: one for entity in entities for one in self.who_looked(view, entity)}
        return [found[number] for number in sorted(found)]

    def last(self) -> int:
        """Return the highest number that an entry has; the head may say another one."""
        with self._desk.engine.connect() as connection:
            return connection.execute(select(func.max(LEDGER.c.number))).scalar() or 0

    def origin(self) -> str:
        """Return the log's name."""
        with self._desk.engine.connect() as connection:
            return ledger.read_head(connection).origin

    def checkpoints(self) -> list[str]:
        """Return the signed notes that stand in the desk, oldest first."""
        query = select(LEDGER_CHECKPOINT.c.note).order_by(LEDGER_CHECKPOINT.c.size)
        with self._desk.engine.connect() as connection:
            return list(connection.execute(query).scalars())

    def lines(self, view: View, first: int = 1, last: int | None = None) -> Iterator[bytes]:
        """Yield entries as the lines of an export, see `ledger.line`; oversight alone."""
        check_oversees(view)
        with self._desk.engine.connect() as connection:
            yield from map(ledger.line, ledger.read_rows(connection, first, last))

    def export(self, view: View) -> Iterator[bytes]:
        """Yield a whole export: its header, the desk's checkpoints, every entry."""
        check_oversees(view)
        with self._desk.engine.connect() as connection:
            head = ledger.read_head(connection)
            yield f"maillon ledger export 1\t{head.origin}\t{head.size}\n".encode()
            query = select(LEDGER_CHECKPOINT.c.note).order_by(LEDGER_CHECKPOINT.c.size)
            for note in connection.execute(query).scalars():
                yield b"#" + base64.b64encode(note.encode()) + b"\n"
            yield from map(ledger.line, ledger.read_rows(connection))

    def prove(self, view: View, number: int, note: str) -> dict[str, Any]:
        """Return the proof that an entry is in the log that a checkpoint signs.

        Args:
            view: Oversight proves any entry, others their own.
            number: Of the entry.
            note: The checkpoint.

        Raises:
            NotFoundError: The view may read no such entry.
            NotValidError: The checkpoint is older.
        """
        check_view(view)
        size = int(note.split("\n")[1])
        with self._desk.engine.connect() as connection:
            row = next(iter(ledger.read_rows(connection, number, number)), None)
            mandate = view.mandate
            is_own = row is not None and (row["who"], row["agency"]) == (
                mandate.who,
                mandate.agency,
            )
            if row is None or not (is_own or _oversees(view)):
                raise NotFoundError(f"no entry {number}")
            if number > size:
                raise NotValidError(
                    f"entry {number} is newer than the checkpoint: make another first"
                )
            path = ledger.nodes(connection).inclusion(number - 1, size)
        is_erased = not row["salt"]
        return {
            "format": "maillon ledger proof 1", "number": number,
            "salt": None if is_erased else bytes(row["salt"]).hex(),
            "entry": None if is_erased else ledger.entry_text(row).decode(),
            "leaf": bytes(row["leaf"]).hex(), "path": [one.hex() for one in path],
            "checkpoint": note,
        }  # fmt: skip

    def consistency(self, view: View, old: int, new: int) -> dict[str, Any]:
        """Return the proof that the log of ``old`` entries is the beginning of that of ``new``."""
        check_oversees(view)
        with self._desk.engine.connect() as connection:
            head = ledger.read_head(connection)
            if not 0 <= old <= new <= head.size:
                raise NotValidError(f"the log has {head.size} entries: ask from 0 <= old <= new")
            path = ledger.nodes(connection).consistency(old, new)
        return {
            "format": "maillon ledger consistency 1", "origin": head.origin, "old": old, "new": new,
            "path": [one.hex() for one in path],
        }  # fmt: skip

    def _shown(self, query: "Select[Any]") -> list[dict[str, Any]]:
        import json  # noqa: PLC0415 - only what is shown

        with self._desk.engine.connect() as connection:
            rows: Sequence[Mapping[str, Any]] = [
                dict(row) for row in connection.execute(query).mappings()
            ]
        # SQLAlchemy names a reserved word with a str of its own, which is no key for every writer
        return [
            {str(name): held for name, held in row.items()} | {"detail": json.loads(row["detail"])}
            for row in rows
        ]


def check_oversees(view: View) -> None:
    """Let through a view of oversight.

    Raises:
        RefusedError: It is another one.
    """
    check_view(view)
    if not _oversees(view):
        raise RefusedError(
            "Directive (EU) 2016/680, art. 25(2) (use of logs)",
            "the ledger of others is read for oversight only",
            "act with --purpose oversight",
        )


def _oversees(view: View) -> bool:
    return view.act is Act.AUDIT and view.mandate.purpose == "oversight"
