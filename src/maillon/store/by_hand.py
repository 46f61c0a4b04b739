"""Facts that a person stated: each a delivery of its own, one that was corrected stands no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, Row, insert, select

from maillon.model import Mandate, StaleError, View
from maillon.store import ledger
from maillon.store.desk import Desk
from maillon.store.door import check_view
from maillon.store.parts import Seen
from maillon.store.tables_jobs import BY_HAND

DATASETS: Final = "by_hand_"
"""How the datasets begin that hold facts by hand: one an agency."""


@dataclass(frozen=True, slots=True)
class HandFact:
    """One fact by hand.

    Attributes:
        act: 16 hex digits: the act of stating it.
        delivery: Id of its delivery.
        dataset: Its dataset.
        corrects: Id of the delivery that it takes the place of; empty: none.
        entity: Id of the entity that it is about.
        reason: Why it is stated.
        who: By whom.
        at: When.
        is_standing: Whether nothing corrected it.
    """

    act: str
    delivery: str
    dataset: str
    corrects: str
    entity: str
    reason: str
    who: str
    at: str
    is_standing: bool = True

    def line(self) -> dict[str, object]:
        """Return it as it is shown."""
        return {
            "act": self.act, "delivery": self.delivery, "corrects": self.corrects,
            "entity": self.entity, "reason": self.reason, "who": self.who, "at": self.at,
            "standing": self.is_standing,
        }  # fmt: skip


class HandFacts:
    """The facts by hand of one desk.

    Args:
        desk: Holds them.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def read(self, view: View, deliveries: Sequence[str]) -> list[HandFact]:
        """Return the facts of these deliveries, which the view can see, in the same order."""
        check_view(view)
        with self._desk.housekeeping() as connection:
            held = {row.delivery: row for row in connection.execute(select(BY_HAND))}
        gone = {row.corrects for row in held.values() if row.corrects}
        return [_fact(held[one], one not in gone) for one in deliveries if one in held]


def put_fact(connection: Connection, mandate: Mandate, said: HandFact) -> None:
    """Write a fact and its ledger entry in the transaction of its delivery.

    Raises:
        StaleError: Somebody corrected the same fact before.
    """
    if said.corrects:
        query = select(BY_HAND.c.act).where(BY_HAND.c.corrects == said.corrects)
        if connection.execute(query).first() is not None:
            raise StaleError("somebody corrected this fact before: look at it again")
    connection.execute(
        insert(BY_HAND).values(
            delivery=said.delivery, act=said.act, dataset=said.dataset, corrects=said.corrects,
            entity=said.entity, reason=said.reason, who=said.who, at=said.at,
        )
    )  # fmt: skip
    told = {"act": said.act, "delivery": said.delivery, "corrects": said.corrects}
    objects = [ledger.object_of(said.entity, said.dataset)]
    ledger.append(connection, mandate, "state", "done", told, objects)


def standing_facts(connection: Connection, view: View, rows: Sequence[Seen]) -> list[Seen]:
    """Return these deliveries without the facts that were corrected by the day of the view."""
    if not any(row.dataset.startswith(DATASETS) for row in rows):
        return list(rows)
    query = select(BY_HAND.c.corrects).where(BY_HAND.c.corrects != "")
    if view.known_on:
        query = query.where(BY_HAND.c.at < view.known_on + "T24")
    gone = set(connection.execute(query).scalars())
    return [row for row in rows if row.id not in gone]


def _fact(row: Row[tuple[str, ...]], is_standing: bool) -> HandFact:
    return HandFact(
        row.act, row.delivery, row.dataset, row.corrects, row.entity, row.reason, row.who, row.at,
        is_standing,
    )  # fmt: skip
