"""What everything that keeps and erases works on: one workspace's desk, lake, originals, clock."""

import secrets
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Row, delete, insert, select, update

from maillon.model import Act, RefusedError, StoreError, View
from maillon.policy import Person
from maillon.store.desk import Desk, drop_dead_leases, take_lease
from maillon.store.door import check_view
from maillon.store.lake import Lake
from maillon.store.retention import Rule, Rules
from maillon.store.second_lock import keep
from maillon.store.tables import DATASET, DELIVERY, DELIVERY_PART, LEASE
from maillon.store.tables_keeping import KEPT_DELIVERY

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True, slots=True)
class House:
    """One workspace, as retention sees it.

    Attributes:
        desk: Its desk.
        lake: Its lake.
        originals: Folder of its delivered files.
        rules: Returns the rules of retention.
        now: The clock: this instant, aware UTC.
        people: Accounts by name.
        entity_props: Returns the names of entity-typed properties.
    """

    desk: Desk
    lake: Lake
    originals: Path
    rules: Callable[[], Rules]
    now: Callable[[], datetime]
    people: dict[str, Person]
    entity_props: Callable[[], frozenset[str]]

    @property
    def day(self) -> date:
        """Today, UTC."""
        return self.now().date()

    @property
    def at(self) -> str:
        """This instant, ISO 8601 to the second."""
        return self.now().isoformat(timespec="seconds")

    def rule(self, clock: "Clock") -> Rule | None:
        """Return the rule of today for a delivery; None where its category has no regime."""
        rules = self.rules()
        return rules.on(clock.category, self.day) if clock.category in rules.regimes else None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction over every row, whoever may read it."""
        with self.desk.begin() as connection:
            keep(connection)
            if connection.dialect.name == "sqlite":  # what is deleted is overwritten
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            yield connection

    def natural(self, who: str) -> str:
        """Return the natural person behind an account: who asks is never who approves."""
        person = self.people.get(who)
        return person.natural if person is not None else who


def check_retains(view: View) -> None:
    """Let through a view that was opened for the act ``retain``.

    Raises:
        RefusedError: It was opened for another act.
    """
    check_view(view)
    if view.act is not Act.RETAIN:
        raise RefusedError(
            "Directive (EU) 2016/680, art. 4(1)(b)",
            f"what is kept and erased is not decided by the act {view.act.value!r}",
            "open a view with policy.open(mandate, Act.RETAIN)",
        )


def check_second(house: House, asked_by: str, view: View, what: str) -> None:
    """Let through a person who is another one than who asked.

    Raises:
        RefusedError: It is the same person, by this account or another.
    """
    if house.natural(asked_by) == house.natural(view.mandate.who):
        raise RefusedError(
            "four eyes: who asks is never who approves",
            f"{what} was asked for by the same person",
            "another person decides",
        )


def check_reason(reason: str, what: str) -> None:
    """Let through what gives its reason.

    Raises:
        RefusedError: It gives none.
    """
    if not reason.strip():
        raise RefusedError("retention: reasons", f"{what} gives no reason", "say why")


def new_id() -> str:
    """Return an id that says nothing of how many there are."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Clock:
    """A delivery as its clock sees it.

    Attributes:
        id: Delivery id.
        dataset: Its dataset.
        category: Its retention class.
        starts: When its periods began.
        files: Its files in the lake.
        key: Key of its original; empty: the original is plain, or its key was destroyed.
        original: ``sealed``, ``plain`` or ``shredded``.
        erased: The rule under which some or all of it was erased; empty: none.
        masked: The mask that is in force; empty: none.
        sha256: Of the delivered file.
        number: Of the delivery.
    """

    id: str
    dataset: str
    category: str
    starts: date
    files: tuple[str, ...]
    key: str
    original: str
    erased: str
    masked: str
    sha256: str
    number: int


def clocks(connection: Connection) -> list[Clock]:
    """Return every delivery with its clock, oldest first; of older workspaces too."""
    return [_clock(row) for row in connection.execute(_CLOCKS.order_by(DELIVERY.c.number))]


def clock_of(connection: Connection, delivery: str) -> "Clock":
    """Return one delivery with its clock."""
    return _clock(connection.execute(_CLOCKS.where(DELIVERY.c.id == delivery)).one())


_CLOCKS: Final = (
    select(DELIVERY, DATASET.c.retention_class.label("dataset_class"), KEPT_DELIVERY)
    .join(DATASET, DATASET.c.name == DELIVERY.c.dataset)
    .outerjoin(KEPT_DELIVERY, KEPT_DELIVERY.c.delivery == DELIVERY.c.id)
)


def _clock(row: Row[Any]) -> Clock:
    known = row.delivery is not None
    return Clock(
        row.id,
        row.dataset,
        row.retention_class if known else row.dataset_class,
        date.fromisoformat(row.starts if known else row.received[:10]),
        tuple(row.files),
        row.key if known else "",
        row.original if known else "plain",
        row.erased if known else "",
        row.masked if known else "",
        row.sha256,
        row.number,
    )


def erased_rules(connection: Connection, deliveries: Collection[str]) -> dict[str, str]:
    """Return the rule under which something of each of these was erased, where it was."""
    query = select(KEPT_DELIVERY.c.delivery, KEPT_DELIVERY.c.erased).where(
        KEPT_DELIVERY.c.erased != ""
    )
    rows = connection.execute(query).all()
    return {row.delivery: row.erased for row in rows if row.delivery in deliveries}


def known_labels(house: House, view: View) -> list[int]:
    """Return the labels of whose deliveries the view may know that they are there.

    Who keeps the house's clocks need not read what he keeps: all but sealed compartments that he
    is not cleared for.
    """
    person = house.people.get(view.mandate.who)
    cleared = {"", *(person.compartments if person is not None else ())}
    labels = house.desk.labels().items()
    return sorted(id_ for id_, one in labels if one.compartment in cleared or id_ in view.labels)


def visible(house: House, view: View) -> set[str]:
    """Return the deliveries of which the view may know: what is done is done to all of them."""
    known = known_labels(house, view)
    queries = (
        select(DELIVERY.c.id).where(DELIVERY.c.label.in_(known)),
        select(DELIVERY_PART.c.delivery).where(DELIVERY_PART.c.label.in_(known)),
    )
    with house.desk.housekeeping() as connection:
        return {id_ for query in queries for id_ in connection.execute(query).scalars()}


def set_kept(connection: Connection, clock: Clock, **values: object) -> None:
    """Change what is kept of a delivery; its row is made where an older workspace has none."""
    found = connection.execute(
        select(KEPT_DELIVERY.c.delivery).where(KEPT_DELIVERY.c.delivery == clock.id)
    ).scalar()
    if found is None:
        made = {
            "delivery": clock.id, "retention_class": clock.category, "mark": 0, "key": clock.key,
            "starts": clock.starts.isoformat(), "original": clock.original,
            "erased": clock.erased, "masked": clock.masked,
        }  # fmt: skip
        connection.execute(insert(KEPT_DELIVERY).values({**made, **values}))
        return
    if values:
        here = KEPT_DELIVERY.c.delivery == clock.id
        connection.execute(update(KEPT_DELIVERY).where(here).values(**values))


def raise_mark(connection: Connection, clock: Clock) -> None:
    """Note that what is seen of a delivery changed: what was derived from it no longer fits."""
    set_kept(connection, clock)
    here = KEPT_DELIVERY.c.delivery == clock.id
    connection.execute(update(KEPT_DELIVERY).where(here).values(mark=KEPT_DELIVERY.c.mark + 1))


def leases(connection: Connection) -> list[str]:
    """Return the readers of now, one text each, after taking away those that died."""
    drop_dead_leases(connection.execute(select(LEASE)).all(), connection)
    rows = connection.execute(select(LEASE).order_by(LEASE.c.id)).all()
    return [f"{row.id} {row.pid} {row.opened}" for row in rows]


@contextmanager
def leased(house: House) -> Iterator[None]:
    """Hold a lease, so that no file goes that the desk names now."""
    generation = house.desk.generation()
    with house.writing() as connection:
        lease = take_lease(connection, generation)
    try:
        yield
    finally:
        with house.writing() as connection:
            connection.execute(delete(LEASE).where(LEASE.c.id == lease))


@contextmanager
def reading(house: House, files: Sequence[str]) -> "Iterator[DuckDBPyConnection]":
    """Lend a DuckDB with the view ``kept`` over whole files of the lake, whoever may read them.

    For erasure alone: nothing of what it shows leaves this layer.
    """
    import duckdb  # noqa: PLC0415 - slow, and only what looks into the lake needs it

    paths = house.lake.paths(files)
    missing = [path for path in paths if not Path(path).is_file()]
    if missing:
        raise StoreError(f"{missing[0]} is gone: restore the workspace from its backup")
    with duckdb.connect(":memory:") as con:
        con.execute("SET threads = 2")
        con.execute(f"SET temp_directory = {quoted(str(house.originals.parent / 'scratch'))}")
        listed = ", ".join(map(quoted, paths))
        con.execute(f"CREATE VIEW kept AS FROM read_parquet([{listed}])")
        yield con


def quoted(text: str) -> str:
    """Return a text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"
