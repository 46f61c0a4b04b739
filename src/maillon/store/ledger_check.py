"""The ledger checked within the workspace: every row against its hash, tile, tags and head.

It finds what somebody changed who did not recompute the hashes; who did, and who cut the end off,
is found by `maillon.oversight.verifier` with a checkpoint that was kept outside.
"""

from collections.abc import Iterator

from sqlalchemy import Connection, select

from maillon.model import StoreError
from maillon.store.ledger import Head, digest, entry_text, read_head, read_rows
from maillon.store.merkle import WIDTH, Frontier, cut, leaf_hash
from maillon.store.tables_ledger import LEDGER_OBJECT, LEDGER_TILE


def verify(connection: Connection) -> int:
    """Return how many entries there are, after recomputing every hash.

    Raises:
        StoreError: At the first entry that is missing, changed or out of order, or whose place in
            the tree is another one than the tables say.
    """
    head, tags = read_head(connection), _Tags(connection)
    frontier, at = Frontier(), ""
    tiles: dict[tuple[int, int], bytes] = {}
    for row in read_rows(connection):
        number = frontier.size + 1
        if row["number"] != number:
            raise StoreError(f"ledger: entry {number} is missing")
        leaf = bytes(row["leaf"])
        if row["salt"]:
            if leaf != leaf_hash(bytes(row["salt"]), entry_text(row)):
                raise StoreError(f"ledger: entry {number} was changed after it was written")
            if row["at"] < at:
                raise StoreError(f"ledger: entry {number} is earlier than the one before it")
            at = row["at"]
            if tags.digest(number) != row["objects"]:
                raise StoreError(f"ledger: what entry {number} looked at was changed")
        for level, place, node in frontier.add(leaf):
            key = (level, place // WIDTH)
            tiles[key] = tiles.get(key, b"") + node
    _check_tree(connection, head, frontier, tiles)
    return frontier.size


def _check_tree(
    connection: Connection,
    head: Head,
    frontier: Frontier,
    tiles: dict[tuple[int, int], bytes],
) -> None:
    if head.size > frontier.size:
        raise StoreError(f"ledger: entry {frontier.size + 1} is missing")
    if head.size < frontier.size:
        raise StoreError(f"ledger: entry {head.size + 1} was not written by the ledger")
    if head.frontier.peaks != frontier.peaks:
        raise StoreError("ledger: its head is not that of its entries: hashes were rewritten")
    rows = connection.execute(
        select(LEDGER_TILE).order_by(LEDGER_TILE.c.level, LEDGER_TILE.c.number)
    )
    held = {(row.level, row.number): bytes(row.hashes) for row in rows}
    if held == tiles:
        return
    for key in sorted(tiles.keys() | held.keys()):
        kept, made = cut(held.get(key, b"")), cut(tiles.get(key, b""))
        if kept != made:
            level, number = key
            # the first place at which the two differ
            same = next((n for n, pair in enumerate(zip(kept, made, strict=False))
                         if pair[0] != pair[1]), min(len(kept), len(made)))  # fmt: skip
            first = (number * WIDTH + same) * WIDTH**level + 1
            raise StoreError(
                f"ledger: the tree over entry {first} and on is not that of its entries"
            )


class _Tags:
    """The tags of entries, read along with them."""

    def __init__(self, connection: Connection) -> None:
        query = select(LEDGER_OBJECT).order_by(LEDGER_OBJECT.c.number)
        found = connection.execute(query, execution_options={"yield_per": 5_000})
        self._rows: Iterator[tuple[int, bytes]] = ((row.number, bytes(row.tag)) for row in found)
        self._next = next(self._rows, None)

    def digest(self, number: int) -> str:
        """Return what the entry with this number should say of its objects."""
        found = []
        while self._next is not None and self._next[0] <= number:
            if self._next[0] == number:
                found.append(self._next[1])
            self._next = next(self._rows, None)
        return digest(found)
