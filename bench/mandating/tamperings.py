"""Fourteen ways to tamper with a ledger, done to the desk's file itself.

Each is the work of somebody who may write ``desk.sqlite`` but holds no signing key: entries are
changed by SQL, and then every salt, leaf, tile and the head are made anew, so that nothing within
the workspace contradicts itself.
"""

import base64
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from maillon.store.checkpoint import Signer
from maillon.store.ledger import entry_text
from maillon.store.merkle import Frontier, leaf_hash

DESK: Final = "desk.sqlite"
COLUMNS: Final = (
    "number", "at", "who", "agency", "purpose", "legal_basis", "case", "act", "outcome", "detail",
    "objects", "salt", "leaf",
)  # fmt: skip
Rows = list[dict[str, Any]]


def read(con: sqlite3.Connection) -> Rows:
    con.row_factory = sqlite3.Row
    return [dict(row) for row in con.execute("SELECT * FROM ledger ORDER BY number")]


def write(con: sqlite3.Connection, rows: Rows) -> None:
    """Put these entries in the place of those that stand, with all hashes made anew."""
    frontier, tiles = Frontier(), {}
    for row in rows:
        row["number"] = frontier.size + 1
        row["leaf"] = leaf_hash(row["salt"], entry_text(row))
        for level, place, node in frontier.add(row["leaf"]):
            key = (level, place // 256)
            tiles[key] = tiles.get(key, b"") + node
    con.execute("DELETE FROM ledger")
    con.execute("DELETE FROM ledger_tile")
    names = ", ".join(f'"{name}"' for name in COLUMNS)
    marks = ", ".join("?" * len(COLUMNS))
    con.executemany(
        f"INSERT INTO ledger ({names}) VALUES ({marks})",
        [[row[name] for name in COLUMNS] for row in rows],
    )
    con.executemany("INSERT INTO ledger_tile VALUES (?, ?, ?)", [(*k, h) for k, h in tiles.items()])
    at = rows[-1]["at"] if rows else ""
    con.execute("UPDATE ledger_head SET size = ?, at = ?, peaks = ?",
                (frontier.size, at, b"".join(frontier.peaks)))  # fmt: skip
    con.execute("DELETE FROM ledger_checkpoint WHERE size > ?", (frontier.size,))


def _edit(rows: Rows, at: int) -> Rows:
    rows[at - 1]["detail"] = '{"verb":"nothing"}'
    return rows


def _delete(rows: Rows, at: int) -> Rows:
    return rows[: at - 1] + rows[at:]


def _tail(rows: Rows, at: int) -> Rows:
    return rows[: at - 1]


def _prefix(rows: Rows, at: int) -> Rows:
    return rows[at - 1 :]


def _drop(_rows: Rows, _at: int) -> Rows:
    return []


def _reorder(rows: Rows, at: int) -> Rows:
    one, two = rows[at - 1], rows[at]
    one["at"], two["at"] = two["at"], one["at"]
    rows[at - 1], rows[at] = two, one
    return rows


def _relink(rows: Rows, at: int) -> Rows:
    """Take an entry out and let an invented one follow the entry before it."""
    false = rows[at - 1] | {"who": "nobody", "salt": bytes(16), "detail": "{}"}
    return [*rows[: at - 1], false, *rows[at:]]


def _clock(rows: Rows, at: int) -> Rows:
    """Put entries back to the year before, those before them too where they would be later."""
    for row in rows[at - 1 :]:
        row["at"] = str(int(row["at"][:4]) - 1) + row["at"][4:]
    return rows


def _duplicate(rows: Rows, at: int) -> Rows:
    return [*rows[: at - 1], dict(rows[at - 2]), *rows[at - 1 :]]


def _fork(rows: Rows, at: int) -> Rows:
    """Grow another branch from an entry on, longer than the log was."""
    other = [row | {"who": "other", "salt": bytes([n % 256]) * 16}
             for n, row in enumerate(rows[at - 1 :])]  # fmt: skip
    return rows[: at - 1] + other + [dict(row) for row in other]


def _bulk(rows: Rows, at: int) -> Rows:
    for row in rows[at - 1 :]:
        row["who"] = "somebody"
    return rows


OF_ROWS: Final[dict[str, Callable[[Rows, int], Rows]]] = {
    "edit": _edit, "delete": _delete, "tail cut": _tail, "prefix purge": _prefix, "drop": _drop,
    "reorder": _reorder, "relink": _relink, "clock back": _clock, "duplicate": _duplicate,
    "fork": _fork, "bulk SQL": _bulk,
}  # fmt: skip
BACKUP: Final = "old backup"
KINDS: Final = (*OF_ROWS, "key swap", "anchor replay", BACKUP)


def tamper(kind: str, folder: Path, at: int, older: Path) -> int:
    """Tamper with the workspace in ``folder``; return the number of the first bad entry.

    Args:
        kind: One of `KINDS`.
        folder: The workspace, closed.
        at: Which entry is meant.
        older: A copy of its desk from before entry ``at`` was written, as a backup holds it.
    """
    if kind in {BACKUP, "anchor replay"}:
        for name in (f"{DESK}-wal", f"{DESK}-shm"):
            (folder / name).unlink(missing_ok=True)
        shutil.copy2(older, folder / DESK)
        if kind == "anchor replay":  # the older state with its own genuine checkpoint, and no more
            return at
    with closing(sqlite3.connect(folder / DESK)) as con, con:
        rows = read(con)
        if kind == BACKUP:  # and people work on, past where the log was
            new = [rows[-1] | {"who": "analyst", "salt": bytes([n % 256]) * 16, "detail": "{}"}
                   for n in range(3 * len(rows))]  # fmt: skip
            write(con, rows + new)
            return at
        if kind == "key swap":
            write(con, _edit(rows, at))
            _resign(con)
            return at
        write(con, OF_ROWS[kind](rows, at))
    return 1 if kind in {"prefix purge", "drop"} else at


def _resign(con: sqlite3.Connection) -> None:
    """Sign the changed log with a key of one's own, under the name of the log."""
    size, origin, peaks, at = con.execute(
        "SELECT size, origin, peaks, at FROM ledger_head"
    ).fetchone()
    found = Frontier(size, [peaks[n : n + 32] for n in range(0, len(peaks), 32)])
    text = f"{origin}\n{size}\n{base64.b64encode(found.root()).decode()}\ntime {at}\n"
    con.execute("DELETE FROM ledger_checkpoint")
    note = f"{text}\n{Signer.new(origin).sign(text)}"
    con.execute("INSERT INTO ledger_checkpoint VALUES (?, ?, ?)", (size, at, note))


def is_named(verdict: str) -> int | None:
    """Return the first bad entry that a verdict of the verifier names."""
    found: int | None = json.loads(verdict)["first_bad"]
    return found
