"""A restored backup forgets again: what the outer list has and the desk does not is done."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from maillon.model import View
from maillon.store import ledger
from maillon.store.erasure import Order, erase, lift
from maillon.store.erasure_list import ErasureList, Line
from maillon.store.holds import Hold, place, release
from maillon.store.house import House, check_retains, clocks, leased, reading
from maillon.store.tables_keeping import HOLD, TOMBSTONE
from maillon.store.tombstones import ENTITY, LIFTED, REMAINDER

RESTORED = "re-applied after a backup was restored"


def unknown_lines(house: House, keys: Path) -> list[Line]:
    """Return the lines of the outer list that the desk has not done: [] when nothing is to do."""
    lines = ErasureList(keys).read()
    with house.desk.housekeeping() as connection:
        stones = {
            row.id: row.state
            for row in connection.execute(select(TOMBSTONE.c.id, TOMBSTONE.c.state))
        }
        released = {
            row.id: bool(row.released_at)
            for row in connection.execute(select(HOLD.c.id, HOLD.c.released_at))
        }
    lifted = {line.id for line in lines if line.act == "lift"}
    let_go = {line.id for line in lines if line.act == "release"}
    found = []
    for line in lines:
        is_new = {
            "lift": line.id in stones and stones[line.id] != LIFTED,
            "release": line.id in released and not released[line.id],
            "hold": line.id not in released and line.id not in let_go,
            "restrict": line.id not in stones and line.id not in lifted,
        }.get(line.act, line.id not in stones)
        if is_new:
            found.append(line)
    return found


def reapply(house: House, view: View, keys: Path) -> int:
    """Do what the outer list says and the desk does not know; return how many lines that were.

    Holds come first: what the law keeps is not erased by the order of lines.
    """
    check_retains(view)
    wanted = unknown_lines(house, keys)
    if not wanted:
        return 0
    listed = ErasureList(keys)
    ids = _ids(house, listed.hash) if any(_hashed(line) for line in wanted) else {}
    for line in sorted(wanted, key=lambda one: one.act not in {"hold", "release"}):
        _again(house, view, line, ids, keys)
    with house.writing() as connection:
        said = {"lines": len(wanted)}
        ledger.append(connection, view.mandate, "retain", "erasure list re-applied", said)
    return len(wanted)


def _again(house: House, view: View, line: Line, ids: dict[str, str], keys: Path) -> None:
    # an id that is in no file any more: the tombstone is made for its own sake
    target = ids.get(line.target, line.target) if line.scope == ENTITY else line.target
    if line.act == "hold":
        review = house.day + timedelta(days=1)
        hold = Hold(line.scope, target, RESTORED, "see the erasure list", review)
        place(house, view, hold, keys, line.id)
    elif line.act == "release":
        release(house, view, line.id, RESTORED, keys, is_listed=True)
    elif line.act == "lift":
        lift(house, view, line.id, RESTORED, keys, is_listed=True)
    else:
        kept = tuple(ids[one] for one in line.kept if one in ids)
        if line.scope == REMAINDER and not _is_there(house, line.target):
            kept = ()
        order = Order(
            line.act, line.scope, target, line.rule, line.path, RESTORED, line.dataset, kept,
            line.again, line.id,
        )  # fmt: skip
        erase(house, view, order, keys)


def _hashed(line: Line) -> bool:
    return line.scope in {ENTITY, REMAINDER}


def _ids(house: House, hashed: Callable[[str], str]) -> dict[str, str]:
    """Return the entity ids of the lake by their HMAC."""
    with leased(house):
        with house.desk.housekeeping() as connection:
            files = [name for one in clocks(connection) for name in one.files]
        if not files:
            return {}
        with reading(house, files) as con:
            cursor = con.execute("SELECT DISTINCT entity FROM kept")
            found: dict[str, str] = {}
            while rows := cursor.fetchmany(100_000):
                found |= {hashed(row[0]): row[0] for row in rows}
    return found


def _is_there(house: House, delivery: str) -> bool:
    with house.desk.housekeeping() as connection:
        return any(one.id == delivery and one.files for one in clocks(connection))
