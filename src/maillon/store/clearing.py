"""Clearings: this subject is not that entry, as both stood; appended to, never edited.

Of both only a keyed hash of the content is kept. The keys stand apart, one a dataset: when a
dataset goes, its key goes with it.
"""

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, exists, func, insert, select

from maillon.model import NotFoundError, View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.labelsets import ask, intern_set, under
from maillon.store.tables import CLEARING, CONTENT_KEY

_BACK = CLEARING.alias("back")
# what takes one back is of the same pair: an index leads there
_OF_ITS_SUBJECT = (
    select(CLEARING)
    .where(
        CLEARING.c.subject
        == select(CLEARING.c.subject).where(CLEARING.c.id == bindparam("id")).scalar_subquery()
    )
    .order_by(CLEARING.c.number)
)
_KEYS = select(CONTENT_KEY).where(CONTENT_KEY.c.dataset.in_(bindparam("datasets", expanding=True)))


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a clearing, as it stands.

    Attributes:
        id: Entity id.
        dataset: Its dataset; empty for a record of a query file.
        version: SHA-256 of its content, of which the desk keeps a keyed hash only.
    """

    id: str
    dataset: str
    version: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Subject and entry with their datasets and the keyed hashes of their contents, in this order.

    Attributes:
        ids: Of the two.
        datasets: Of the two; empty for a record of a query file.
        seals: See `seal`.
    """

    ids: tuple[str, str]
    datasets: tuple[str, str]
    seals: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Clearing:
    """Subject S is not entry E at these versions.

    Attributes:
        id: 16 hex digits that say nothing of how many there are.
        subject: Subject id.
        entry: Entity id on the list.
        seals: Keyed hashes of the two contents, subject first.
        datasets: Of the two, subject first.
        who: Who said so.
        at: When, aware UTC.
        reason: Why.
        revokes: Id of the clearing that this takes back.
        is_standing: Whether nothing has taken it back.
        labels: Labels of the statements behind it: who cannot read them all does not see it.
    """

    id: str
    subject: str
    entry: str
    seals: tuple[str, str]
    datasets: tuple[str, str]
    who: str
    at: str
    reason: str
    revokes: str | None
    is_standing: bool
    labels: tuple[int, ...]


class Clearings:
    """The clearings of one desk.

    Args:
        desk: Holds them.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def clear(
        self, view: View, subject: Side, entry: Side, reason: str, labels: Iterable[int]
    ) -> str:
        """Write that ``subject`` is not ``entry`` as both stand now; return the clearing's id."""
        check_view(view)
        with self._desk.begin() as connection:
            keys = make_keys(connection, (subject.dataset, entry.dataset))
            pair = Pair(
                (subject.id, entry.id), (subject.dataset, entry.dataset),
                (seal(keys, subject), seal(keys, entry)),
            )  # fmt: skip
            id_ = secrets.token_hex(8)
            put_clearing(connection, view, id_, pair, reason, labels)
        return id_

    def take_back(self, view: View, id_: str, reason: str) -> str:
        """Take back a standing clearing; return the id of the event.

        Raises:
            StoreError: There is no such clearing, the view may not read it, or it was taken back:
                the same answer.
        """
        check_view(view)
        with self._desk.begin() as connection:
            return take_back_clearing(connection, view, id_, reason)

    def read(
        self, view: View, until: int | None = None, *, pair: tuple[str, str] | None = None
    ) -> list[Clearing]:
        """Return the clearings that the view may read, oldest first.

        Args:
            view: What may be read.
            until: As they stood when this was the newest (`newest`); None for now.
            pair: Of this subject and entry alone.
        """
        subject, entry = pair or ("", "")
        query = _clearings(is_past=until is not None, of_pair=pair is not None)
        return self._found(view, query, until=until, subject=subject, entry=entry)

    def one(self, view: View, id_: str) -> Clearing:
        """Return one clearing, taken back or not.

        Raises:
            NotFoundError: There is none, or the view may not read it: the same answer.
        """
        for one in self._found(view, _OF_ITS_SUBJECT, id=id_):
            if one.id == id_:
                return one
        raise NotFoundError(f"no clearing {id_}")

    def _found(self, view: View, query: Select[Any], **values: object) -> list[Clearing]:
        """Return clearings; what takes one back must be among what the query finds."""
        check_view(view)
        with self._desk.engine.connect() as connection:
            rows = ask(connection, view, CLEARING, query, **values).all()
        taken = {row.revokes for row in rows}
        return [
            Clearing(
                row.id,
                row.subject,
                row.entry,
                (row.subject_seal, row.entry_seal),
                (row.subject_dataset, row.entry_dataset),
                row.who,
                row.at,
                row.reason,
                row.revokes,
                row.revokes is None and row.id not in taken,
                tuple(row.labels),
            )
            for row in rows
        ]

    def newest(self) -> int:
        """Return the number of the newest clearing; 0 when there is none. Kept, never shown."""
        with self._desk.housekeeping() as connection:
            return connection.execute(select(func.max(CLEARING.c.number))).scalar() or 0

    def keys(self, view: View, datasets: Iterable[str]) -> dict[str, str]:
        """Return the keys of the seals of these datasets, made where there are none."""
        check_view(view)
        wanted = set(datasets)
        with self._desk.housekeeping() as connection:
            held = held_keys(connection, wanted)
        if held.keys() == wanted:
            return held
        with self._desk.begin() as connection:
            return make_keys(connection, wanted)


@lru_cache(maxsize=4)
def _clearings(*, is_past: bool, of_pair: bool) -> Select[Any]:
    query = select(CLEARING).order_by(CLEARING.c.number)
    if is_past:
        query = query.where(CLEARING.c.number <= bindparam("until"))
    if of_pair:
        query = query.where(*(CLEARING.c[name] == bindparam(name) for name in ("subject", "entry")))
    return query


def put_clearing(
    connection: Connection, view: View, id_: str, pair: Pair, reason: str, labels: Iterable[int]
) -> None:  # fmt: skip
    """Write a clearing and its ledger entry in the caller's transaction."""
    held = sorted(labels)
    connection.execute(
        insert(CLEARING).values(
            id=id_, subject=pair.ids[0], subject_dataset=pair.datasets[0],
            subject_seal=pair.seals[0], entry=pair.ids[1], entry_dataset=pair.datasets[1],
            entry_seal=pair.seals[1], who=view.mandate.who, at=utc_now(), reason=reason,
            labels=held, label_set=intern_set(connection, held), revokes=None,
        )
    )  # fmt: skip
    ledger.append(connection, view.mandate, "clear", "done", {"clearing": id_})


def take_back_clearing(connection: Connection, view: View, id_: str, reason: str) -> str:
    """Take back a standing clearing in the caller's transaction; see `Clearings.take_back`."""
    row = _standing_row(connection, view, id_)
    if row is None:
        raise NotFoundError(f"no standing clearing {id_}")
    event = secrets.token_hex(8)
    said = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row
    del said["number"]
    mandate = view.mandate
    said |= {"id": event, "who": mandate.who, "at": utc_now(), "reason": reason}
    connection.execute(insert(CLEARING).values(**{**said, "revokes": id_}))
    detail = {"clearing": event, "revokes": id_}
    ledger.append(connection, mandate, "clear", "taken back", detail)
    return event


def standing_clearing(connection: Connection, view: View, id_: str) -> Pair | None:
    """Return what a clearing tells apart, in the caller's transaction; None: it does not stand."""
    row = _standing_row(connection, view, id_)
    if row is None:
        return None
    return Pair(
        (row.subject, row.entry), (row.subject_dataset, row.entry_dataset),
        (row.subject_seal, row.entry_seal),
    )  # fmt: skip


def _standing_row(connection: Connection, view: View, id_: str) -> Row[Any] | None:
    query = select(CLEARING).where(
        CLEARING.c.id == id_, CLEARING.c.revokes.is_(None),
        ~exists().where(_BACK.c.revokes == CLEARING.c.id, _BACK.c.subject == CLEARING.c.subject),
    )  # fmt: skip
    return connection.execute(under(view, CLEARING, query, connection)).first()


def make_keys(connection: Connection, datasets: Iterable[str]) -> dict[str, str]:
    """Return the keys of the seals of these datasets in a write transaction, made where needed."""
    wanted = sorted(set(datasets))
    keys = held_keys(connection, wanted)
    for dataset in wanted:
        if dataset not in keys:
            keys[dataset] = secrets.token_hex(32)
            connection.execute(insert(CONTENT_KEY).values(dataset=dataset, key=keys[dataset]))
    return keys


def held_keys(connection: Connection, datasets: Iterable[str]) -> dict[str, str]:
    """Return the keys of the seals of these datasets, as far as there are any."""
    rows = connection.execute(_KEYS, {"datasets": sorted(set(datasets))})
    return {row.dataset: row.key for row in rows}


def seal(keys: Mapping[str, str], side: Side) -> str:
    """Return the keyed hash of a side's content; empty when its key is gone."""
    key = keys.get(side.dataset)
    if key is None:
        return ""
    return hmac.new(
        bytes.fromhex(key), f"{side.id}\x1f{side.version}".encode(), "sha256"
    ).hexdigest()


def standing(found: Iterable[Clearing]) -> dict[str, dict[str, list[Clearing]]]:
    """Return the standing clearings by subject and entry."""
    held: dict[str, dict[str, list[Clearing]]] = {}
    for one in found:
        if one.is_standing:
            held.setdefault(one.subject, {}).setdefault(one.entry, []).append(one)
    return held
