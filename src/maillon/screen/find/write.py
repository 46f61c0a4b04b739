"""The search index of a view: a folder with whole records (SQLite) and their words (tantivy)."""

import hashlib
import re
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import orjson
from tantivy import Document

from maillon.screen.find.fields import RAW, new_index
from maillon.screen.find.records import Record
from maillon.screen.normalise import name_words

FIND_LAYOUT: Final = 2
HEAP: Final = 128_000_000
"""Bytes that the writer of words may hold."""
MARK: Final = 3
"""Letters and digits of the pieces by which parts of an identifier are found."""
LONGEST_MARK: Final = 64
"""Letters and digits of one identifier that are cut into pieces."""
_TABLES: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE record (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, place INTEGER NOT NULL,
                     line BLOB NOT NULL);
CREATE TABLE member (id TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE edge (target TEXT NOT NULL, schema TEXT NOT NULL, prop TEXT NOT NULL,
                   number INTEGER NOT NULL);
"""


def finder_name(labels: Iterable[object], datasets: Iterable[str]) -> str:
    """Return the name of an index in the store: it tells what its reader may read of which."""
    text = "\x1f".join([*sorted(map(str, labels)), "", *sorted(datasets)])
    return f"find-{FIND_LAYOUT}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def write_finder(found: Iterable[Record], folder: Path) -> int:
    """Write the index of records into an empty folder; return how many there are.

    Args:
        found: The records, by id.
        folder: Where to.
    """
    desk = sqlite3.connect(folder / "records.sqlite")
    desk.executescript(_TABLES)
    (folder / "words").mkdir()
    index = new_index(folder / "words")
    writer = index.writer(heap_size=HEAP, num_threads=1)
    count = 0
    try:
        for number, one in enumerate(found):
            _keep(desk, number, one)
            writer.add_document(_document(number, one))
            count += 1
        writer.commit()
        writer.wait_merging_threads()
        desk.execute("CREATE INDEX edge_target ON edge (target, schema, prop, number)")
        desk.commit()
    finally:
        desk.close()
    return count


def _keep(desk: sqlite3.Connection, number: int, one: Record) -> None:
    row = (number, one.id, one.place, orjson.dumps(one.line()))
    desk.execute("INSERT INTO record VALUES (?, ?, ?, ?)", row)
    desk.execute("INSERT OR REPLACE INTO member VALUES (?, ?)", (one.id, number))
    desk.executemany(
        "INSERT OR IGNORE INTO member VALUES (?, ?)", [(id_, number) for id_ in one.referents]
    )
    desk.executemany(
        "INSERT INTO edge VALUES (?, ?, ?, ?)",
        [(target, one.schema.name, prop, number) for prop, target in one.pointing()],
    )


def _document(number: int, one: Record) -> Document:

    held: dict[str, list[str]] = {
        "id": [one.id],
        "ids": [one.id, *one.referents],
        "schema": [one.schema.name],
        "schemata": sorted(each.name for each in one.schema.schemata),
        "datasets": list(one.datasets),
        "countries": one.of_type("country"),
        "topics": one.topics,
        "genders": one.of_type("gender"),
        "identifiers": one.of_type("identifier"),
        "target": ["true" if one.is_target else "false"],
        "said": [f"{prop}={value}" for prop, values in one.properties.items() for value in values],
    }
    document = Document()
    document.add_unsigned("number", number)
    for name in RAW:
        for value in held[name]:
            document.add_text(name, value)
    plates = _plates(one)
    for name, values in (("marks", [*plates, *_identifying(one)]), ("plates", plates)):
        for value in values:
            document.add_text(name, " ".join(marks(value)))
    for name in ("first_seen", "last_seen", "last_change"):
        document.add_unsigned(name, numbered(getattr(one, name)))
    names = one.of_type("name")
    for text in dict.fromkeys([*names, *map(latin, names)]):
        document.add_text("names", text)
    for values in one.properties.values():
        for text in values:
            document.add_text("text", text)
    return document


def _identifying(one: Record) -> list[str]:
    kinds = ("identifier", "phone", "email", "iban", "ip", "url")
    return [value for kind in kinds for value in one.of_type(kind)]


def _plates(one: Record) -> list[str]:
    return [value for prop in ("registrationNumber", "callSign") for value in
            one.properties.get(prop, [])]  # fmt: skip


def marks(value: str) -> list[str]:
    """Return the pieces of an identifier: three letters or digits that follow one another."""
    text = squeezed(value)[:LONGEST_MARK]
    return [text[start : start + MARK] for start in range(len(text) - MARK + 1)]


def squeezed(value: str) -> str:
    """Return an identifier's letters and digits, in lower case."""
    return re.sub(r"[\W_]+", "", value).lower()


def latin(name: str) -> str:
    """Return a name in Latin letters, as screening reads it."""
    return " ".join(word.text for word in name_words(name[:500]))


def numbered(moment: str) -> int:
    """Return an instant as a number in its order, ``20260101120000``; 0 for none."""
    return int(re.sub(r"\D", "", moment)[:14] or 0)
