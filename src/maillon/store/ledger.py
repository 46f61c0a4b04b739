"""The ledger: one entry an act, a leaf of a Merkle tree (RFC 9162), appended to and never edited.

An entry is canonical JSON (RFC 8785). Its leaf is a hash of a random salt and the entry: the text
and the salt can be erased, and the tree still stands. What an act looked at is kept apart, as
hashes under keys that go with the data.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from json import JSONEncoder
from json.encoder import encode_basestring
from typing import Any, Final, cast

from sqlalchemy import (
    Connection,
    Dialect,
    Row,
    RowMapping,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from maillon.model import Mandate, StoreError
from maillon.store.clock import utc_now
from maillon.store.merkle import WIDTH, Frontier, Nodes, cut, leaf_hash
from maillon.store.once_key import write_key
from maillon.store.tables import CONTENT_KEY
from maillon.store.tables_ledger import LEDGER, LEDGER_HEAD, LEDGER_OBJECT, LEDGER_TILE

ERASED: Final = "erase ledger text"
"""The act of the entry that says which entries have no text any more."""

OF: Final = "\x1f"
"""Stands between a dataset and an entity id where the dataset of an object is known."""

_SAFE: Final = 2**53 - 1
"""The largest integer of canonical JSON. Source: RFC 8785, 3.2.2.3; RFC 7493, 2.2."""

_ENCODER: Final = JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))

_MANY: Final = 5_000
"""Rows that are read at a time."""

_HEAD: Final = select(LEDGER_HEAD)
_LOCKED: Final = _HEAD.with_for_update()
_TILE: Final = select(LEDGER_TILE.c.hashes).where(
    LEDGER_TILE.c.level == bindparam("of_level"), LEDGER_TILE.c.number == bindparam("of_number")
)
_AMONG: Final = LEDGER.c.number.between(bindparam("first"), bindparam("last"))
_LEAVES: Final = select(LEDGER.c.leaf).where(_AMONG).order_by(LEDGER.c.number)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An entry before it has its number and its moment.

    Attributes:
        said: Its texts by column: who, agency, purpose, legal basis, case, act, outcome.
        detail: What else it says, as canonical JSON.
        objects: What was looked at, see `object_of`.
    """

    said: Mapping[str, str]
    detail: str
    objects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest state of the log.

    Attributes:
        origin: The log's name.
        size: How many entries there are.
        at: When the newest was written; empty when there is none.
        frontier: Of the tree.
    """

    origin: str
    size: int
    at: str
    frontier: Frontier


def object_of(entity: str, dataset: str = "") -> str:
    """Return how `append` is told of an object: its id, and its dataset where that is known."""
    return f"{dataset}{OF}{entity}" if dataset else entity


def prepare(
    mandate: Mandate,
    act: str,
    outcome: str,
    detail: Mapping[str, object],
    objects: Sequence[str] = (),
) -> Prepared:
    """Return an entry to be written; see `append` for the arguments.

    Raises:
        StoreError: The detail cannot be written as canonical JSON.
    """
    said = {
        "who": mandate.who, "agency": mandate.agency, "purpose": mandate.purpose,
        "legal_basis": mandate.legal_basis, "case": mandate.case, "act": act, "outcome": outcome,
    }  # fmt: skip
    whole = "".join(said.values())
    if not whole.isascii() or "\0" in whole:
        said = {name: _clean(text) for name, text in said.items()}
    return Prepared(said, canonical(dict(detail)), tuple(dict.fromkeys(map(_clean, objects))))


def append(
    connection: Connection,
    mandate: Mandate,
    act: str,
    outcome: str,
    detail: Mapping[str, object],
    objects: Sequence[str] = (),
) -> int:
    """Add one entry in the caller's transaction, and return its number.

    Args:
        connection: A write transaction: the entry stands or falls with it.
        mandate: Under which mandate.
        act: What was done, e.g. ``load``.
        outcome: ``opened``, ``refused``, ``done`` ...
        detail: What else to say; no personal data.
        objects: Ids of what was looked at, see `object_of`; kept as keyed hashes only.
    """
    write_key(connection)
    return append_all(connection, [prepare(mandate, act, outcome, detail, objects)])[0]


def append_all(connection: Connection, entries: Sequence[Prepared]) -> list[int]:
    """Add entries in the caller's transaction, and return their numbers.

    Raises:
        StoreError: The head of the ledger is gone.
    """
    head = read_head(connection, lock=True)
    frontier, now = head.frontier, utc_now()
    at = max(now, head.at)  # a clock that was put back never lets an entry stand before another
    keys = _keys(connection, entries)
    rows, tags, tiles = [], [], {}
    for one in entries:
        marks = sorted({_tag(keys, name) for name in one.objects})
        row: dict[str, Any] = {
            **one.said, "number": frontier.size + 1, "at": at,
            "detail": one.detail if at == now else _behind(one.detail, now),
            "objects": digest(marks), "salt": secrets.token_bytes(16),
        }  # fmt: skip
        row["leaf"] = leaf_hash(row["salt"], entry_text(row))
        rows.append(row)
        tags += [{"tag": mark, "number": row["number"]} for mark in marks]
        for level, place, node in frontier.add(row["leaf"]):
            tiles[level, place] = node
    if rows:
        _insert(connection, LEDGER, rows)
        _keep_tiles(connection, tiles)
        connection.execute(
            update(LEDGER_HEAD).values(size=frontier.size, at=at, peaks=b"".join(frontier.peaks))
        )
    if tags:
        _insert(connection, LEDGER_OBJECT, tags)
    return [row["number"] for row in rows]


def read_head(connection: Connection, *, lock: bool = False) -> Head:
    """Return the newest state of the log.

    Args:
        connection: Reads it.
        lock: Whether nobody else shall append before this transaction ends.

    Raises:
        StoreError: It is gone.
    """
    row = connection.execute(_LOCKED if lock else _HEAD).first()
    if row is None:
        raise StoreError("the ledger's head is gone: restore the workspace from its backup")
    return Head(row.origin, row.size, row.at, Frontier(row.size, cut(bytes(row.peaks))))


def entry_text(row: Mapping[str, Any] | RowMapping) -> bytes:
    """Return an entry as canonical JSON, from its columns."""
    s = encode_basestring
    return (
        f'{{"act":{s(row["act"])},"agency":{s(row["agency"])},"at":{s(row["at"])},'
        f'"case":{s(row["case"])},"detail":{row["detail"]},'
        f'"legal_basis":{s(row["legal_basis"])},"number":{row["number"]},'
        f'"objects":{s(row["objects"])},"outcome":{s(row["outcome"])},'
        f'"purpose":{s(row["purpose"])},"who":{s(row["who"])}}}'
    ).encode()


def read_rows(
    connection: Connection, first: int = 1, last: int | None = None
) -> Iterator[RowMapping]:
    """Yield the entries from number ``first`` to ``last`` as they stand, oldest first."""
    query = select(LEDGER).where(LEDGER.c.number >= first).order_by(LEDGER.c.number)
    if last is not None:
        query = query.where(LEDGER.c.number <= last)
    yield from connection.execute(query, execution_options={"yield_per": _MANY}).mappings()


def line(row: Mapping[str, Any] | RowMapping) -> bytes:
    """Return an entry as a line of an export: salt, entry and leaf hash, parted by tabs."""
    leaf = bytes(row["leaf"]).hex().encode()
    if not row["salt"]:
        return b"\t\t" + leaf + b"\n"
    return bytes(row["salt"]).hex().encode() + b"\t" + entry_text(row) + b"\t" + leaf + b"\n"


def nodes(connection: Connection) -> Nodes:
    """Return the hashes of the tree, as the tables hold them."""

    def row(level: int, number: int) -> Sequence[bytes]:
        if level:
            found = connection.execute(_TILE, {"of_level": level, "of_number": number})
            return cut(bytes(found.scalar() or b""))
        first = number * WIDTH + 1
        found = connection.execute(_LEAVES, {"first": first, "last": first + WIDTH - 1})
        return [bytes(one) for one in found.scalars().all()]

    return Nodes(row)


def erase_text(connection: Connection, mandate: Mandate, numbers: Iterable[int], rule: str) -> int:
    """Erase the text and the salt of entries; their hashes stay, and an entry says so.

    Args:
        connection: A write transaction.
        mandate: Under which mandate.
        numbers: Of the entries.
        rule: The provision under which they are erased.

    Returns:
        The number of the entry that says so.
    """
    gone = sorted(set(numbers))
    for start in range(0, len(gone), _MANY):
        some = gone[start : start + _MANY]
        connection.execute(
            update(LEDGER).where(LEDGER.c.number.in_(some)).values(
                at="", who="", agency="", purpose="", legal_basis="", case="", act="",
                outcome="", detail="", objects="", salt=b"",
            )
        )  # fmt: skip
        connection.execute(delete(LEDGER_OBJECT).where(LEDGER_OBJECT.c.number.in_(some)))
    return append(connection, mandate, ERASED, "done", {"numbers": gone, "rule": rule})


def canonical(value: object) -> str:
    """Return a value as canonical JSON (RFC 8785); an integer beyond 2^53 becomes text.

    Raises:
        StoreError: It holds what JSON cannot say.
    """
    if _is_plain(value):
        return _ENCODER.encode(value)
    import rfc8785  # noqa: PLC0415 - seldom: numbers with a fraction, names beyond ASCII

    try:
        return rfc8785.dumps(_plain(value)).decode()
    except (rfc8785.CanonicalizationError, UnicodeError) as error:
        raise StoreError(f"the ledger cannot hold this detail: {error}") from error


def digest(tags: Sequence[bytes]) -> str:
    """Return what an entry says of the tags of its objects; empty when there are none."""
    return hashlib.sha256(b"".join(sorted(tags))).hexdigest() if tags else ""


def tags_of(
    connection: Connection, entity: str, datasets: Iterable[str] | None = None
) -> list[bytes]:
    """Return the tags under which an object may stand.

    Args:
        connection: Reads the keys.
        entity: Its id.
        datasets: Under the keys of these only; under all, the workspace's own too, when None.
    """
    wanted = None if datasets is None else set(datasets)
    keys = {row.dataset: row.key for row in connection.execute(select(CONTENT_KEY))}
    return [
        _tag(keys, object_of(_clean(entity), dataset))
        for dataset in keys
        if wanted is None or dataset in wanted
    ]


def _tag(keys: Mapping[str, str], name: str) -> bytes:
    dataset, _, entity = name.rpartition(OF)
    return hmac.digest(keys[dataset].encode(), f"ledger{OF}{entity}".encode(), "sha256")[:16]


def _keys(connection: Connection, entries: Iterable[Prepared]) -> dict[str, str]:
    wanted = {name.rpartition(OF)[0] for one in entries for name in one.objects}
    if not wanted:
        return {}
    rows: Iterable[Row[Any]] = connection.execute(
        select(CONTENT_KEY).where(CONTENT_KEY.c.dataset.in_(sorted(wanted)))
    )
    keys: dict[str, str] = {row.dataset: row.key for row in rows}
    for dataset in sorted(wanted - keys.keys()):
        keys[dataset] = secrets.token_hex(32)
        connection.execute(insert(CONTENT_KEY).values(dataset=dataset, key=keys[dataset]))
    return keys


def _insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows by the driver itself: half the time goes into naming each value else."""
    sql, order = _compiled(connection.dialect, table)
    if order:
        connection.exec_driver_sql(sql, [tuple([row[name] for name in order]) for row in rows])
    else:
        connection.exec_driver_sql(sql, [dict(row) for row in rows])


@lru_cache(maxsize=16)
def _compiled(dialect: Dialect, table: Table) -> tuple[str, tuple[str, ...]]:
    """Return an insert of every column, and their order where the driver counts its values."""
    made = insert(table).compile(dialect=dialect)
    return str(made), tuple(made.positiontup or ()) if made.positional else ()


def _keep_tiles(connection: Connection, found: Mapping[tuple[int, int], bytes]) -> None:
    added: dict[tuple[int, int], bytes] = {}
    for (level, place), node in sorted(found.items()):
        key = (level, place // WIDTH)
        added[key] = added.get(key, b"") + node
    for (level, number), hashes in added.items():
        here = (LEDGER_TILE.c.level == level) & (LEDGER_TILE.c.number == number)
        held = connection.execute(select(LEDGER_TILE.c.hashes).where(here)).scalar()
        if held is None:
            row = {"level": level, "number": number, "hashes": hashes}
            connection.execute(insert(LEDGER_TILE).values(row))
        else:
            whole = bytes(held) + hashes
            connection.execute(update(LEDGER_TILE).where(here).values(hashes=whole))


def _behind(detail: str, now: str) -> str:
    """Return a detail that says what the clock said, which was behind the newest entry."""
    return canonical({**json.loads(detail), "clock": now})


def _clean(text: str) -> str:
    """Return a text that UTF-8 and both engines can hold; what they cannot is spelled out."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\u0000")


def _is_plain(value: object) -> bool:
    """Return whether JSON as Python writes it is canonical: no fractions, names in ASCII."""
    kind = type(value)
    if kind is str:
        text = cast("str", value)
        return text.isascii() or _clean(text) == text
    if kind is int:
        return -_SAFE <= cast("int", value) <= _SAFE
    if kind is dict:
        held = cast("dict[object, object]", value)
        return all(type(name) is str and name.isascii() for name in held) and all(
            map(_is_plain, held.values())
        )
    if kind is list or kind is tuple:
        return all(map(_is_plain, cast("Sequence[object]", value)))
    return value is None or kind is bool


def _plain(value: object) -> Any:  # noqa: ANN401 - any value of JSON
    match value:
        case bool() | None | float():
            return value
        case int():
            return int(value) if abs(value) <= _SAFE else str(value)
        case str():
            return _clean(str(value))
        case Mapping():
            return {_clean(str(name)): _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case set() | frozenset():
            return sorted(map(_plain, value))
        case _:
            raise StoreError(f"the ledger cannot hold a {type(value).__name__} in a detail")
