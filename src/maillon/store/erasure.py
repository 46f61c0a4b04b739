"""The one way in which anything is erased or restricted, whatever the path that leads to it.

Expiry, a request, a court, an account of error: each becomes a tombstone. It is in the outer list
before anything is destroyed, in force for every reader from its row on, and the files follow:
`maillon.store.rewriting` takes them away when no hold stands and no reader is left.

Source: Directive (EU) 2016/680, arts. 5 and 16; DESIGN, sections 3 and 4.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from maillon.model import NotFoundError, NotValidError, View
from maillon.store import ledger
from maillon.store.again import keep_key
from maillon.store.erasure_list import ErasureList, Line
from maillon.store.forgetting import drop_derived, forget_erased
from maillon.store.house import (
    Clock,
    House,
    check_reason,
    check_retains,
    clocks,
    leased,
    leases,
    new_id,
    raise_mark,
    reading,
    set_kept,
)
from maillon.store.notices import tell
from maillon.store.parts import note_erased
from maillon.store.retention import ADMIT, REFUSE
from maillon.store.tables import DELIVERY
from maillon.store.tables_keeping import TOMBSTONE, TOMBSTONE_DELIVERY
from maillon.store.tombstones import (
    DELIVERY_SCOPE,
    ENTITY,
    ERASE,
    LIFTED,
    PENDING,
    REMAINDER,
    RESTRICT,
    STATEMENT,
    matching,
)

PATHS: Final = ("expiry", "request", "court", "error", "again")
"""What may lead to an erasure; ``again``: what was erased was delivered again."""

SCOPES: Final = (ENTITY, STATEMENT, DELIVERY_SCOPE, REMAINDER)


@dataclass(frozen=True, slots=True)
class Order:
    """What shall be erased or restricted.

    Attributes:
        kind: ``erase`` or ``restrict``.
        scope: ``entity``, ``statement``, ``delivery`` or ``remainder`` (a delivery without the
            entities that are kept).
        target: The id of it.
        rule: The rule or provision that it is done under; readers are told.
        path: One of `PATHS`.
        reason: Why, in the words of who decided.
        dataset: Of an entity: in this dataset only; empty for all.
        kept: Of a remainder: the entities that stay.
        again: ``refuse`` or ``admit`` it when it is delivered again.
        id: Given when a restored backup re-applies it; else made.
        deliveries: Only in these; None for wherever it is found.
    """

    kind: str
    scope: str
    target: str
    rule: str
    path: str
    reason: str
    dataset: str = ""
    kept: tuple[str, ...] = ()
    again: str = ADMIT
    id: str = ""
    deliveries: frozenset[str] | None = None

    def check(self) -> None:
        """Let through an order that is whole.

        Raises:
            RefusedError: It gives no rule or no reason.
            NotValidError: It says something that is not understood.
        """
        check_reason(self.rule, "an erasure (under which rule)")
        check_reason(self.reason, "an erasure")
        known = {self.kind: (ERASE, RESTRICT), self.scope: SCOPES, self.path: PATHS,
                 self.again: (REFUSE, ADMIT)}  # fmt: skip
        for said, words in known.items():
            if said not in words:
                raise NotValidError(f"{said!r} is none of {', '.join(words)}")
        if not self.target:
            raise NotValidError("an erasure names what it is about")


def erase(house: House, view: View, order: Order, keys: Path) -> str:
    """Erase or restrict; return the tombstone's id.

    What nobody holds gives an id too: whether there was anything is not told.

    Args:
        house: The workspace.
        view: Opened for the act ``retain``.
        order: What, why, under which rule.
        keys: Folder of the erasure list, outside the workspace.
    """
    check_retains(view)
    order.check()
    id_ = order.id or new_id()
    listed = ErasureList(keys)
    line = _line(listed, order, id_, house.at)
    props = sorted(house.entity_props()) if order.scope == ENTITY else []
    with leased(house):
        found: dict[str, Touched] = {}
        looked_until = 0
        while True:
            with house.desk.housekeeping() as connection:
                coming = [one for one in clocks(connection) if one.number > looked_until]
            looked_until = max([looked_until, *(one.number for one in coming)])
            found |= {one.clock.id: one for one in touched(house, order, coming, props)}
            with house.writing() as connection:
                if _newest(connection) > looked_until:
                    continue  # something was loaded in between: look there too
                if not _is_known(connection, id_):
                    if not order.id:
                        listed.append(line)
                    if line.again == REFUSE and order.scope == ENTITY:
                        keep_key(connection, listed)
                    _write(connection, house, view, order, id_, found.values(), props, line)
                break
    drop_derived(house)
    if order.kind == ERASE:
        forget_erased(house)
    return id_


def lift(
    house: House, view: View, id_: str, reason: str, keys: Path, *, is_listed: bool = False
) -> None:
    """Lift a restriction: what it hid is seen again; ``is_listed``: the outer list has it.

    Raises:
        StoreError: No such restriction stands.
    """
    check_retains(view)
    check_reason(reason, "the lifting of a restriction")
    with house.writing() as connection:
        here = (TOMBSTONE.c.id == id_, TOMBSTONE.c.kind == RESTRICT, TOMBSTONE.c.state == PENDING)
        row = connection.execute(select(TOMBSTONE).where(*here)).first()
        if row is None:
            raise NotFoundError(f"no standing restriction {id_}: `maillon retain list` shows them")
        if not is_listed:
            ErasureList(keys).append(Line(id_, "lift", row.scope, "", house.at))
        connection.execute(update(TOMBSTONE).where(TOMBSTONE.c.id == id_).values(state=LIFTED))
        of = select(TOMBSTONE_DELIVERY.c.delivery).where(TOMBSTONE_DELIVERY.c.tombstone == id_)
        wanted = set(connection.execute(of).scalars())
        for clock in clocks(connection):
            if clock.id in wanted:
                raise_mark(connection, clock)
        said = {"tombstone": id_, "kind": RESTRICT}
        ledger.append(connection, view.mandate, "restrict", "lifted", said)
    drop_derived(house)


@dataclass(frozen=True, slots=True)
class Touched:
    """A delivery that holds something of what an order is about.

    Attributes:
        clock: The delivery.
        labels: Under which labels; None for all that it has.
    """

    clock: Clock
    labels: frozenset[int] | None = None


def touched(
    house: House, order: Order, among: Sequence[Clock], props: Iterable[str]
) -> list[Touched]:
    """Return the deliveries that hold something of what an order is about."""
    standing = [
        one
        for one in among
        if one.files
        and order.dataset in {"", one.dataset}
        and (order.deliveries is None or one.id in order.deliveries)
    ]
    if order.scope in {DELIVERY_SCOPE, REMAINDER}:
        return [Touched(one) for one in standing if one.id == order.target]
    if not standing:
        return []
    with reading(house, [name for one in standing for name in one.files]) as con:
        where = matching(order.scope, order.target, props)
        rows = con.execute(
            f"SELECT delivery, list(DISTINCT label) FROM kept WHERE {where} GROUP BY delivery"
        ).fetchall()
    found = {delivery: frozenset(labels) for delivery, labels in rows}
    return [Touched(one, found[one.id]) for one in standing if one.id in found]


def _line(listed: ErasureList, order: Order, id_: str, at: str) -> Line:
    is_entity = order.scope == ENTITY
    target = listed.hash(order.target) if is_entity else order.target
    kept = tuple(listed.hash(entity) for entity in order.kept)
    return Line(
        id_, order.kind, order.scope, target, at, order.dataset, kept, order.rule, order.path,
        order.again,
    )  # fmt: skip


def _newest(connection: Connection) -> int:
    return connection.execute(select(func.max(DELIVERY.c.number))).scalar() or 0


def _is_known(connection: Connection, id_: str) -> bool:
    query = select(TOMBSTONE.c.id).where(TOMBSTONE.c.id == id_)
    return connection.execute(query).scalar() is not None


def _write(
    connection: Connection,
    house: House,
    view: View,
    order: Order,
    id_: str,
    found: Iterable[Touched],
    props: Sequence[str],
    line: Line,
) -> None:
    """Write the tombstone, what it touches, who is to be told, and the ledger entry."""
    refused_again = order.kind == ERASE and order.again == REFUSE and order.scope == ENTITY
    connection.execute(
        insert(TOMBSTONE).values(
            id=id_, kind=order.kind, scope=order.scope, target=order.target, dataset=order.dataset,
            kept=list(order.kept), props=list(props), rule=order.rule, path=order.path,
            reason=order.reason, who=view.mandate.who, at=house.at, state=PENDING,
            seal=line.target if refused_again else "", again=order.again,
            leases=leases(connection),
        )
    )  # fmt: skip
    held = list(found)
    for one in held:
        clock = one.clock
        connection.execute(
            insert(TOMBSTONE_DELIVERY).values(tombstone=id_, delivery=clock.id, state=PENDING)
        )
        raise_mark(connection, clock)
        if order.kind == ERASE:
            set_kept(connection, clock, erased=order.rule)
            note_erased(connection, clock.id, one.labels, order.rule)
    tell(connection, house, order.kind, order.target, order.rule)
    said: Mapping[str, object] = {
        "tombstone": id_, "kind": order.kind, "scope": order.scope, "path": order.path,
        "rule": order.rule, "deliveries": len(held),
    }  # fmt: skip
    ledger.append(connection, view.mandate, order.kind, "ordered", said)
