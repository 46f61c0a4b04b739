"""May this delivery take its place? Refused, and the old one stays, where that is in doubt."""

from dataclasses import replace
from typing import Final, NoReturn

from sqlalchemy import insert, select

from maillon.model import Delivery, Mandate, Mode, RefusedError
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.order import Order, Tally, delivery_of
from maillon.store.tables import ATTEMPT, DATASET, DELIVERY

SHRINK: Final = 0.05
"""A snapshot that loses more than this share of its entities is refused. Source: screening.md,
8."""

AGAIN: Final = "ask the sender for the file again; the old delivery stays"


class Trust:
    """Holds one delivery against what stands already.

    Args:
        desk: Knows what stands; keeps every refusal.
        mandate: Under which mandate it is loaded.
        name: Id of the delivery.
    """

    def __init__(self, desk: Desk, mandate: Mandate, name: str) -> None:
        self._desk = desk
        self._mandate = mandate
        self._name = name

    def settle(self, order: Order) -> Order:
        """Return the order in the mode of its dataset; a dataset keeps adapter and mode for good.

        Raises:
            RefusedError: The order wants another adapter or mode: places in earlier deliveries
                could not be found again, and a snapshot could be replaced unseen.
        """
        with self._desk.engine.connect() as connection:
            row = connection.execute(select(DATASET).where(DATASET.c.name == order.dataset)).first()
        if row is None:
            return replace(order, mode=order.mode or order.adapter.mode)
        wanted = (order.adapter.name, (order.mode or Mode(row.mode)).value)
        if wanted != (row.adapter, row.mode):
            self._refuse(
                "delivery: another adapter or mode",
                f"{order.dataset} is {row.adapter}, {row.mode}; this would be {', '.join(wanted)}",
                "name another dataset",
            )
        return replace(order, mode=Mode(row.mode))

    def still_stands(self, order: Order) -> None:
        """Check that a file that was loaded before is not one that a later list replaced.

        Raises:
            RefusedError: It was: to say *already loaded* would hide that its entries are gone.
        """
        current = self._current(order)
        if current is not None and current.id != self._name:
            self._refuse(
                "delivery: superseded",
                f"this very file was loaded before, and {current.id} has taken its place",
                "ask the sender for the list of today; the newer delivery stays",
            )

    def check(self, order: Order, tally: Tally, rows: int) -> None:
        """Check what was read of the file.

        Raises:
            RefusedError: It cannot be trusted as a whole, holds nothing, or shrank too much.
        """
        if tally.whole is not None:
            self._refuse("delivery: not to be trusted as a whole", str(tally.whole), AGAIN)
        if not rows and not tally.purged and not tally.unreadable:
            self._refuse("delivery: empty", f"{order.dataset} holds no record", AGAIN)
        if not rows and tally.unreadable:
            self._refuse(
                "delivery: nothing readable",
                str(tally.problems[0]),
                "mend the file or name another adapter; the old delivery stays",
            )
        before = self._current(order)
        if before is not None and tally.entities < before.entities * (1 - SHRINK):
            self._check_shrink(order, tally, before)

    def _check_shrink(self, order: Order, tally: Tally, before: Delivery) -> None:
        share = 1 - tally.entities / before.entities
        why = (
            f"{order.dataset} would shrink by {share:.1%}, from {before.entities:,} to "
            f"{tally.entities:,} entities, against {before.id}"
        )
        if not order.accept_shrink:
            self._refuse(
                "delivery: shrink over 5 %",
                why,
                "a second person loads it with --accept-shrink REASON",
            )
        with self._desk.engine.connect() as connection:
            tried = select(ATTEMPT.c.who).where(ATTEMPT.c.delivery == self._name)
            first = set(connection.execute(tried).scalars())
        if not first - {self._mandate.who}:
            self._refuse(
                "delivery: four eyes",
                why,
                "accepting needs two people: one whom `load` refused, and another",
            )

    def _current(self, order: Order) -> Delivery | None:
        if order.mode is not Mode.SNAPSHOT:
            return None
        with self._desk.housekeeping() as connection:
            row = connection.execute(
                select(DELIVERY)
                .where(DELIVERY.c.dataset == order.dataset)
                .order_by(DELIVERY.c.number.desc())
                .limit(1)
            ).first()
        return None if row is None else delivery_of(row)

    def _refuse(self, rule: str, reason: str, remedy: str) -> NoReturn:
        said = {"delivery": self._name, "rule": rule}
        with self._desk.begin() as connection:
            connection.execute(
                insert(ATTEMPT).values(
                    delivery=self._name, who=self._mandate.who, at=utc_now(), rule=rule
                )
            )
            ledger.append(connection, self._mandate, "load", "refused", said)
        raise RefusedError(rule, reason, remedy)
