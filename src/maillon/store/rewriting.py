"""The files follow the tombstones: rewritten without what was erased, the old ones gone.

A new file is placed and named by the desk in one transaction; the old one is then *outgoing* and
goes when no reader is left that may have it. Killed at any moment, the next run finishes. Nothing
else in the store removes a file that a row names, or a sealed original.
"""

import fcntl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, delete, insert, select, update

from maillon.model import View
from maillon.store import ledger
from maillon.store.forgetting import drop_derived
from maillon.store.holds import held
from maillon.store.house import Clock, House, clocks, leased, leases, quoted, reading, set_kept
from maillon.store.lake import sync_file
from maillon.store.originals import sealed_name
from maillon.store.parts import move_parts
from maillon.store.tables import DELIVERY
from maillon.store.tables_keeping import OUTGOING, TOMBSTONE, TOMBSTONE_DELIVERY
from maillon.store.tombstones import DONE, ENTITY, ERASE, HELD, PENDING, in_force, matching

SHREDDED: Final = "shredded"
SEALED: Final = "sealed"
PLAIN: Final = "plain"

LAKE: Final = "lake"
ORIGINALS: Final = "originals"

_NO_KEY: Final = "0" * 64


def rewrite(house: House, view: View) -> list[str]:
    """Rewrite every delivery that holds something erased; return which were."""
    with _alone(house):
        done = [one for one in _waiting(house) if _rewrite_one(house, view, one)]
        if _finish(house, view):
            drop_derived(house)
    scrub(house)
    return done


def sweep(house: House) -> list[str]:
    """Remove outgoing files that no reader has any more; return the delivery of each."""
    gone = []
    folders = {LAKE: house.lake.folder, ORIGINALS: house.originals}
    with _alone(house), house.writing() as connection:
        alive = set(leases(connection))
        rows = connection.execute(select(OUTGOING).order_by(OUTGOING.c.name)).all()
        for row in rows:
            if alive.isdisjoint(row.leases):
                (folders[row.folder] / row.name).unlink(missing_ok=True)
                connection.execute(delete(OUTGOING).where(OUTGOING.c.name == row.name))
                gone.append(row.delivery)
    return gone


def outgoing(connection: Connection) -> set[str]:
    """Return the names of lake files that wait for their last reader."""
    query = select(OUTGOING.c.name).where(OUTGOING.c.folder == LAKE)
    return set(connection.execute(query).scalars())


def scrub(house: House) -> None:
    """Have SQLite overwrite what was deleted, and its write-ahead log: keys must not linger."""
    engine = house.desk.engine
    if engine.dialect.name != "sqlite":
        return
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    finally:
        raw.close()


def _waiting(house: House) -> list[str]:
    with house.desk.housekeeping() as connection:
        wanted = {
            delivery
            for row, delivery, state in in_force(connection)
            if row.kind == ERASE and state == PENDING
        }
    return sorted(wanted)


def _rewrite_one(house: House, view: View, delivery: str) -> bool:
    with leased(house):
        with house.desk.housekeeping() as connection:
            (clock,) = [one for one in clocks(connection) if one.id == delivery]
            tombstones = {
                row.id: matching(row.scope, row.target, row.props, row.kept)
                for row, of, state in in_force(connection)
                if of == delivery and row.kind == ERASE and state == PENDING
            }
            kept = held(connection).condition(delivery)
        if not tombstones:
            return False
        gone = " OR ".join(f"({where})" for where in tombstones.values())
        with house.lake.receiving(f"rewrite-{delivery}") as folder:
            rest, rewritten, is_held = _copy(house, clock, gone, kept, folder)
            with house.lake.committing(), house.writing() as connection:
                if held(connection).condition(delivery) != kept:
                    return False  # a hold came in between: the next run sees it
                names = list(clock.files)
                if rest and clock.files:
                    first = free_number(connection, delivery, clock.files)
                    month = clock.files[0].partition("/")[0]
                    names = house.lake.place(list(rewritten.values()), month, delivery, first)
                    move_parts(connection, delivery, dict(zip(rewritten, names, strict=True)))
                _commit(connection, house, view, clock, names, tombstones, is_held=is_held)
    return rest


def _copy(
    house: House, clock: Clock, gone: str, kept: str, folder: Path
) -> tuple[bool, dict[int, Path], bool]:
    """Write what stays of a delivery, one file a label: rows keep theirs.

    Returns:
        Whether anything goes, what stays by label, and whether a hold keeps some of it.
    """
    if not clock.files:
        return False, {}, False
    with reading(house, clock.files) as con:
        going, left, is_held = con.execute(
            f"SELECT count(*) FILTER ({gone} AND NOT ({kept})), "
            f"count(*) FILTER (NOT ({gone}) OR ({kept})), "
            f"count(*) FILTER (({gone}) AND ({kept})) > 0 FROM kept"
        ).fetchone() or (0, 0, False)
        # a delivery without any statement goes too, when it is erased whole
        is_going = bool(going) or not left
        rewritten = {}
        if is_going and left:
            stays = f"NOT ({gone}) OR ({kept})"
            labels = f"SELECT DISTINCT label FROM kept WHERE {stays} ORDER BY label"
            for (label,) in con.execute(labels).fetchall():
                target = rewritten[label] = folder / f"{label}.parquet"
                con.execute(
                    f"COPY (SELECT * FROM kept WHERE label = {int(label)} AND ({stays})) TO "
                    f"{quoted(str(target))} (FORMAT parquet, COMPRESSION zstd)"
                )
                sync_file(target)
        return is_going, rewritten, bool(is_held)


def free_number(connection: Connection, delivery: str, files: Iterable[str]) -> int:
    """Return the first number of a lake file that no file of the delivery has, or waits with."""
    waiting = (name for name in outgoing(connection) if f"/{delivery}." in name)
    return max((int(name.rsplit(".", 2)[1]) + 1 for name in (*files, *waiting)), default=0)


def _commit(
    connection: Connection,
    house: House,
    view: View,
    clock: Clock,
    names: list[str],
    tombstones: Mapping[str, str],
    *,
    is_held: bool,
) -> None:
    readers = leases(connection)
    for name in sorted(set(clock.files) - set(names)):
        let_go(connection, clock.id, LAKE, name, house.at, readers)
    connection.execute(update(DELIVERY).where(DELIVERY.c.id == clock.id).values(files=names))
    state = HELD if is_held else DONE
    for id_ in tombstones:
        here = (TOMBSTONE_DELIVERY.c.tombstone == id_, TOMBSTONE_DELIVERY.c.delivery == clock.id)
        connection.execute(update(TOMBSTONE_DELIVERY).where(*here).values(state=state))
    if not is_held:
        _shred(connection, house, clock, readers)
    said = {"delivery": clock.id, "tombstones": sorted(tombstones), "state": state}
    ledger.append(connection, view.mandate, "erase", "files rewritten", said)


def _shred(connection: Connection, house: House, clock: Clock, readers: list[str]) -> None:
    """Destroy the key of an original, and let the file go."""
    if clock.original == SHREDDED:
        return
    if clock.original == PLAIN:
        of = select(DELIVERY.c.files).where(
            DELIVERY.c.sha256 == clock.sha256, DELIVERY.c.id != clock.id
        )
        # two datasets may have been given one file, which older workspaces kept once
        if not any(connection.execute(of).scalars()):
            let_go(connection, clock.id, ORIGINALS, clock.sha256, house.at, readers)
    else:
        set_kept(connection, clock, key=_NO_KEY)  # over the key, not beside it
        let_go(connection, clock.id, ORIGINALS, sealed_name(clock.id), house.at, readers)
    set_kept(connection, clock, key="", original=SHREDDED)


def let_go(
    connection: Connection, delivery: str, folder: str, name: str, at: str, readers: list[str]
) -> None:
    """Note that a file goes once none of these readers is left."""
    connection.execute(delete(OUTGOING).where(OUTGOING.c.name == name))
    connection.execute(
        insert(OUTGOING).values(name=name, delivery=delivery, folder=folder, at=at, leases=readers)
    )


def _finish(house: House, view: View) -> bool:
    """Close the tombstones that have nothing left to do; of their target no name remains.

    Returns:
        Whether somebody was reading when one of them came: what he derived may be of before.
    """
    was_read = False
    with house.writing() as connection:
        open_ = select(TOMBSTONE).where(
            TOMBSTONE.c.kind == ERASE, TOMBSTONE.c.state.in_((PENDING, HELD))
        )
        for row in connection.execute(open_).all():
            here = TOMBSTONE_DELIVERY.c.tombstone == row.id
            states = set(
                connection.execute(select(TOMBSTONE_DELIVERY.c.state).where(here)).scalars()
            )
            if PENDING in states:
                continue
            if HELD in states:
                values: dict[str, object] = {"state": HELD}
            else:
                target = "" if row.scope == ENTITY else row.target
                values = {"state": DONE, "target": target, "kept": [], "reason": "", "props": []}
                said = {"tombstone": row.id, "rule": row.rule}
                ledger.append(connection, view.mandate, "erase", "done", said)
            was_read = was_read or bool(row.leases)
            connection.execute(update(TOMBSTONE).where(TOMBSTONE.c.id == row.id).values(**values))
    return was_read


@contextmanager
def _alone(house: House) -> Iterator[None]:
    """Hold the one lock of rewriting: two at once would each bring back what the other erased."""
    with (house.lake.folder / "rewrite.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
