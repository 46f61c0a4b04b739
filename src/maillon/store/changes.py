"""The feed of cluster changes: which canonical ids were merged, split or renamed; append-only.

A layer that keeps canonical ids (leads, cases, watchlists) reads what came since it last looked,
and follows. Old ids keep resolving whether it does or not.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, insert, select

from maillon.model import View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.labelsets import intern_sets, set_number, under
from maillon.store.tables import CLUSTER_CHANGE

MOST_ENTITIES: Final = 1_000
"""Entity ids that one change keeps; all are counted."""


class ChangeKind(StrEnum):
    """What became of canonical ids."""

    MERGED = "merged"
    SPLIT = "split"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class ClusterChange:
    """One change of clusters, as one view sees them.

    Attributes:
        kind: ``merged``: several ids are one now; ``split``: one is several; ``renamed``: the same
            entities go by another id.
        before: Canonical ids before, sorted.
        after: Canonical ids after, sorted.
        entities: Ids of the entities that were and are in these clusters, sorted; the feed keeps
            `MOST_ENTITIES`.
        entity_count: How many they are.
        labels: Ids of the labels of the statements behind it: who cannot read them all does not
            see it; empty stands for all labels of the view, and the feed sets them.
        number: Place in the feed, from 1; set by the feed. For `Changes.read`, never shown: it
            tells how many others there are.
        id: 16 hex digits; set by the feed.
        at: When it was seen, aware UTC; set by the feed.
        key: Of the view, see `view_key`: clusters are those of a view; set by the feed.
    """

    kind: ChangeKind
    before: tuple[str, ...]
    after: tuple[str, ...]
    entities: tuple[str, ...]
    entity_count: int
    labels: tuple[int, ...] = ()
    number: int = 0
    id: str = ""
    at: str = ""
    key: str = ""


class Changes:
    """The feed of one desk.

    Args:
        desk: Holds it.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def append(self, view: View, changes: Iterable[ClusterChange]) -> int:
        """Write changes and one ledger entry that counts them; return how many they are.

        The very changes that this view's clusters made last are not written again: who was killed
        after writing them finds them anew.

        Args:
            view: Whose clusters changed.
            changes: In the order in which the feed shall have them; none writes nothing.
        """
        check_view(view)
        at, key = utc_now(), view_key(view)
        rows: list[dict[str, Any]] = [
            {
                "id": secrets.token_hex(8),
                "at": at,
                "key": key,
                "kind": change.kind.value,
                "before": list(change.before),
                "after": list(change.after),
                "entities": list(change.entities[:MOST_ENTITIES]),
                "entity_count": change.entity_count,
                "labels": sorted(change.labels or view.labels),
                "label_set": set_number(change.labels or view.labels),
            }
            for change in changes
        ]
        if rows:
            counts = Counter(str(row["kind"]) for row in rows)
            with self._desk.begin() as connection:
                if _stands(connection, key, rows):
                    return 0
                intern_sets(connection, (row["labels"] for row in rows))
                connection.execute(insert(CLUSTER_CHANGE), rows)
                # whoever asked for something else gets this written on the way: not his act
                said = ledger.prepare(view.mandate, "resolve", "changed", dict(counts))
                ledger.append_all(connection, [said])
        return len(rows)

    def read(self, view: View, since: int = 0) -> list[ClusterChange]:
        """Return the changes that the view may read, oldest first.

        Args:
            view: Who reads. Changes of clusters of other views are among them where every label
                behind them is readable; ``key`` tells them apart.
            since: Number of the last change that was read before.
        """
        check_view(view)
        query = (
            select(CLUSTER_CHANGE)
            .where(CLUSTER_CHANGE.c.number > since)
            .order_by(CLUSTER_CHANGE.c.number)
        )
        with self._desk.engine.connect() as connection:
            rows = connection.execute(under(view, CLUSTER_CHANGE, query, connection)).all()
        return [
            ClusterChange(
                ChangeKind(row.kind),
                tuple(row.before),
                tuple(row.after),
                tuple(row.entities),
                row.entity_count,
                tuple(row.labels),
                row.number,
                row.id,
                row.at,
                row.key,
            )
            for row in rows
        ]


def _stands(connection: Connection, key: str, rows: list[dict[str, Any]]) -> bool:
    """Return whether these are the newest changes of a key already, behind the same labels.

    One that stands behind a label that a reader lacks is not there for him: it must not keep out
    the one that he may read.
    """
    columns = ("kind", "before", "after", "entities", "labels")
    query = select(*(CLUSTER_CHANGE.c[name] for name in columns)).where(CLUSTER_CHANGE.c.key == key)
    newest = query.order_by(CLUSTER_CHANGE.c.number.desc()).limit(len(rows))
    held = [tuple(row) for row in connection.execute(newest)][::-1]
    return held == [tuple(row[name] for name in columns) for row in rows]


def view_key(view: View) -> str:
    """Return the key of the clusters that a view sees: a hash of the labels that it reads."""
    text = "\x1f".join(map(str, sorted(view.labels)))
    return hashlib.sha256(text.encode()).hexdigest()
