"""The legacy CSV files of the United States Treasury (OFAC).

SDN (12 columns), ALT (5) and ADD (6), without header.

Source: OFAC, "SDN List Data Formats: legacy specification"; the lists of July 2021. ``-0-`` is
null, the encoding is Latin-1 (newer files: UTF-8), and the last byte may be 0x1A.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from maillon.model import Adapter, SourceError, Statement, Yielded, local_id
from maillon.sources import ofac_remarks, programmes, values
from maillon.sources.csvrecords import UNDECODABLE, CsvRecords, open_text
from maillon.sources.detection import PREFIX
from maillon.sources.emit import Entity

PREFIX_ID: Final = "ofac-sdn-"
NULL: Final = "-0-"
SCHEMATA: Final = {
    "individual": "Person",
    "vessel": "Vessel",
    "aircraft": "Airplane",
    "": "Organization",
}
ALT_PROPS: Final = {"aka": "alias", "fka": "previousName", "nka": "alias"}
FILES: Final = {12: "SDN", 5: "ALT", 6: "ADD"}
REMEDY: Final = "give the legacy SDN.CSV (12 columns), ALT.CSV (5) or ADD.CSV (6) of OFAC"
IGNORED: Final = {
    "alt_num": "number of the alias within OFAC's database",
    "add_num": "number of the address within OFAC's database",
    "-0-": "null",
    "0x1A": "end-of-file mark of DOS",
}
"""Fields that are not read, each with the reason."""


@dataclass(slots=True)
class _File:
    """The file being read: its kind, and the lines of the entry numbers met."""

    dataset: str
    width: int = 0
    lines: dict[str, int] = field(default_factory=dict)


def read(raw: IO[bytes], dataset: str) -> Iterator[Yielded]:
    """Read one of the three files; which one is seen by its number of columns.

    Args:
        raw: The file as delivered. Left open.
        dataset: The name under which its statements are kept, e.g. ``us_ofac_sdn``.

    Yields:
        The statements of each record in file order, at ``line:N``; ids are ``ofac-sdn-12345`` in
        all three files. Records of ALT and ADD speak of a `Thing`, for they do not say what it is.
        A `SourceError` for what cannot be read.
    """
    head = raw.read(PREFIX)
    state = _File(dataset)
    records = CsvRecords(open_text(head, raw, encoding_of(head)), ",")
    for line, cells, problem in records:
        locator = f"line:{line}"
        if problem is not None:
            yield SourceError(dataset, locator, problem)
            continue
        if not any(cell.strip(" \x1a") for cell in cells):
            continue
        if not state.width and len(cells) in FILES:
            state.width = len(cells)
        if len(cells) != state.width:
            yield SourceError(
                dataset,
                locator,
                f"{len(cells)} columns, where {state.width or '12, 5 or 6'} are expected; {REMEDY}",
                whole=not state.width,
            )
            if not state.width:
                return
            continue
        if records.is_flawed and any(UNDECODABLE in cell or "\0" in cell for cell in cells):
            yield SourceError(
                dataset, locator, "bytes that cannot be decoded, or NUL: the record is not read"
            )
            continue
        yield from _record(state, line, [_cell(cell) for cell in cells])
    if not state.width:
        yield SourceError(dataset, "line:1", f"the file holds no record; {REMEDY}", whole=True)


def encoding_of(head: bytes) -> str:
    """Return ``utf-8-sig`` where the beginning of the file is UTF-8, else ``latin-1``."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8-sig"


def _cell(cell: str) -> str:
    text = values.squeeze(cell)
    return "" if text == NULL else text


def _record(state: _File, line: int, cells: list[str]) -> Iterator[Yielded]:
    locator = f"line:{line}"
    number = cells[0]
    if not number.isdecimal():
        yield SourceError(state.dataset, locator, f"the first column is no entry number; {REMEDY}")
        return
    if FILES[state.width] == "ALT":
        yield from _alias(Entity(PREFIX_ID + number, "Thing", state.dataset), locator, cells)
        return
    if FILES[state.width] == "ADD":
        yield from _address(Entity(PREFIX_ID + number, "Thing", state.dataset), locator, cells)
        return
    schema = SCHEMATA.get(cells[2].lower())
    if schema is None:
        reason = f"type {cells[2][:20]!r} is not known: read as a Thing"
        yield SourceError(state.dataset, locator, reason)
    entity = Entity(PREFIX_ID + number, schema or "Thing", state.dataset)
    if number in state.lines:
        reason = (
            f"entry number {number} stands at line:{state.lines[number]} too: read under a local id"
        )
        yield SourceError(state.dataset, locator, reason)
        entity = Entity(local_id(locator), entity.schema, state.dataset)
    state.lines.setdefault(number, line)
    yield from _entry(entity, locator, cells)


def _entry(entity: Entity, locator: str, cells: list[str]) -> Iterator[Yielded]:
    yield from _names(entity, locator, cells[1])
    tags = [tag.strip() for tag in cells[3].split("] [") if tag.strip()]
    seen: set[str] = set()
    for tag in tags:
        yield entity.say("program", tag, locator, cells[3])
        for topic in programmes.topics("ofac", tag, cells[11]):
            if topic not in seen:
                seen.add(topic)
                yield entity.say("topics", topic, locator, cells[3])
    if not tags:
        yield SourceError(entity.dataset, locator, "the entry names no programme: no topic is set")
    yield from _particulars(entity, locator, cells)
    for number, text in enumerate(ofac_remarks.parts_of(cells[11]), 1):
        yield from ofac_remarks.read(ofac_remarks.Remark(entity, locator, text, number))


def _names(entity: Entity, locator: str, text: str) -> Iterator[Yielded]:
    if not text:
        yield SourceError(entity.dataset, locator, "the entry has no name")
        return
    last, comma, first = text.partition(", ")
    if entity.schema != "Person" or not comma:
        yield entity.say("name", text, locator)
        return
    yield entity.say("name", f"{first} {last}", locator, text)
    yield entity.say("lastName", last, locator)
    yield entity.say("firstName", first, locator)


def _particulars(entity: Entity, locator: str, cells: list[str]) -> Iterator[Yielded]:
    """Say title and the columns of vessels; what a schema has no property for is a note."""
    is_vessel = entity.schema == "Vessel"
    if cells[4]:
        yield entity.say("position" if entity.schema == "Person" else "notes", cells[4], locator)
    columns = (
        (5, "callSign"),
        (6, "type"),
        (7, "tonnage"),
        (8, "grossRegisteredTonnage"),
        (9, "flag"),
    )
    for at, prop in columns:
        text = cells[at]
        value: str | None = text
        if prop in {"tonnage", "grossRegisteredTonnage"}:
            value = values.decimal(text, ".")
        elif prop == "flag":
            value = values.country(text)
        if not text:
            continue
        if is_vessel and value:
            yield entity.say(prop, value, locator, text)
        else:
            yield entity.say("notes", text, locator)
    if cells[10]:
        yield entity.say("notes", f"Owner: {cells[10]}", locator, cells[10])


def _alias(entity: Entity, locator: str, cells: list[str]) -> Iterator[Yielded]:
    prop = ALT_PROPS.get(cells[2].lower())
    if prop is None:
        yield SourceError(
            entity.dataset, locator, "a kind of alias that is not known: read as a weak alias"
        )
    if cells[3]:
        yield entity.say(prop or "weakAlias", cells[3], locator)
    else:
        yield SourceError(entity.dataset, locator, "an alias without a name")
    if cells[4]:
        yield entity.say("notes", cells[4], locator)


def _address(entity: Entity, locator: str, cells: list[str]) -> Iterator[Statement | SourceError]:
    texts = [text for text in cells[2:5] if text]
    code = values.country(cells[4]) if cells[4] else None
    if code is not None:
        yield entity.say("country", code, locator, cells[4])
    elif cells[4]:
        yield entity.say("notes", cells[4], locator)
    whole = ", ".join(texts)
    if cells[2] and values.is_street(whole):
        yield entity.say("address", whole, locator, " ".join(texts))
    elif cells[2] or cells[3]:
        spot = Entity(local_id(locator + "!address"), "Address", entity.dataset)
        yield entity.say("addressEntity", spot.id, locator, " ".join(texts))
        for prop, text in (("street", cells[2]), ("city", cells[3])):
            if text:
                yield spot.say(prop, text, locator)
        if code is not None:
            yield spot.say("country", code, locator, cells[4])
    if cells[5]:
        yield entity.say("notes", cells[5], locator)


def locate(raw: IO[bytes], locator: str) -> str:
    """Return the delivered record at ``line:N``.

    Raises:
        KeyError: No record begins there.
    """
    head = raw.read(PREFIX)
    records = CsvRecords(open_text(head, raw, encoding_of(head)), ",")
    for line, _cells, _problem in records:
        if locator == f"line:{line}":
            return records.text
    raise KeyError(locator)


ADAPTER: Final = Adapter(
    name="ofac-sdn-csv",
    spec="OFAC SDN, ALT and ADD, legacy CSV, as of 2021-07",
    read=read,
    locate=locate,
)
