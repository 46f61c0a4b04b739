"""Why a table is believed to be what it seems: counted, with samples, for a person to confirm.

`detection` chooses; this shows what it chose from. All of it is read from the first bytes.
"""

import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import IO, Any, Final

from maillon.sources import datecells, values
from maillon.sources.csvrecords import CsvRecords, open_text
from maillon.sources.detection import (
    DELIMITERS,
    PREFIX,
    SAMPLE_ROWS,
    Detection,
    detect_bytes,
)

ENCODINGS: Final = ("utf-8-sig", "utf-16", "cp1252", "cp1256", "cp1251", "gb18030")
"""What a table is tried in beside what it seems to be."""
SHOWN_ROWS: Final = 8
SHOWN_CELLS: Final = 3
_LONGEST: Final = 200
"""Characters of a cell or a line that are shown."""
_LOOKED: Final = 65_536
"""Bytes that are tried in each encoding."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How a file reads in one encoding.

    Attributes:
        encoding: Codec name.
        lines: Lines that were looked at.
        decoded: Those of them that decode.
        sample: The first line with a letter beyond ASCII, as it reads; else the first line.
    """

    encoding: str
    lines: int
    decoded: int
    sample: str


@dataclass(frozen=True, slots=True)
class Split:
    """How a file falls into columns at one delimiter: in how many records, in how many of them."""

    delimiter: str
    columns: int
    records: int
    same: int


@dataclass(frozen=True, slots=True)
class Dates:
    """What the dates of one column prove.

    Attributes:
        column: Number, from 0.
        name: Header.
        order: As detected: ``dmy``, ``mdy``, ``ambiguous``, ``contradictory``.
        dmy: Cells that are only day-month-year, with some of them.
        mdy: Cells that are only month-day-year.
        both: Cells that can be read both ways.
    """

    column: int
    name: str
    order: str
    dmy: int
    mdy: int
    both: int
    dmy_cells: tuple[str, ...]
    mdy_cells: tuple[str, ...]
    both_cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the amounts of one column prove: the mark, cells with a point, a comma, either way."""

    column: int
    name: str
    mark: str
    point: int
    comma: int
    unclear: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a table seems to be, and why.

    Attributes:
        encoding: Codec name.
        encoding_why: Why it is believed.
        tried: How the file reads in each encoding that is worth to be tried.
        delimiter: One character.
        splits: How it falls into columns.
        header: Names of the columns, each once.
        repeated: Numbers of columns whose name occurs before.
        rows: First records after the header.
        dates: Columns whose order of day and month matters.
        numbers: Columns with amounts.
        records: Records that were looked at.
        problems: Those of them that cannot be read, with line and reason.
    """

    encoding: str
    encoding_why: str
    tried: tuple[Tried, ...]
    delimiter: str
    splits: tuple[Split, ...]
    header: tuple[str, ...]
    repeated: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    dates: tuple[Dates, ...]
    numbers: tuple[Numbers, ...]
    records: int
    problems: tuple[tuple[int, str], ...]

    def line(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self)


def evidence_of(head: bytes, encoding: str = "", delimiter: str = "") -> Evidence:
    """Return what the first bytes of a table say; what is given is not questioned.

    Args:
        head: At most `PREFIX` bytes.
        encoding: Codec name; empty to detect it.
        delimiter: One character; empty to detect it.
    """
    found = detect_bytes(head, encoding, delimiter)
    text = head.decode(found.encoding.value, "replace")
    if len(head) >= PREFIX:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
    rows, problems = _read(text, found.delimiter.value)
    body = rows[1:]
    columns = [
        [row[at] for row in body if at < len(row) and row[at]] for at in range(len(found.header))
    ]
    return Evidence(
        found.encoding.value, found.encoding.evidence, _tried(head, found.encoding.value),
        found.delimiter.value, tuple(_splits(text, found.delimiter.value)), found.header,
        tuple(at for at, name in enumerate(found.header) if "#" in name and _is_again(name, found)),
        tuple(tuple(cell[:_LONGEST] for cell in row) for row in body[:SHOWN_ROWS]),
        tuple(_dates(at, found, cells) for at, cells in enumerate(columns)
              if found.header[at] in found.date_orders),
        tuple(_numbers(at, found, cells) for at, cells in enumerate(columns)
              if found.header[at] in found.decimals),
        len(rows) + len(problems), tuple(problems),
    )  # fmt: skip


def header_of(raw: IO[bytes], encoding: str = "", delimiter: str = "") -> tuple[str, ...]:
    """Return the names of the columns of a table, each once; () where it has none."""
    start = raw.tell()
    head = raw.read(PREFIX)
    raw.seek(start)
    return detect_bytes(head, encoding, delimiter).header


def rows_of(
    raw: IO[bytes], encoding: str = "", delimiter: str = ""
) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of each record of a table, the header among them; [] of unreadable ones.

    Args:
        raw: The file. Left open.
        encoding: Codec name; empty to detect it.
        delimiter: One character; empty to detect it.
    """
    head = raw.read(PREFIX)
    found = detect_bytes(head, encoding, delimiter)
    text = open_text(head, raw, found.encoding.value)
    for line, cells, _problem in CsvRecords(text, found.delimiter.value):
        yield line, cells


def readings_of(kind: str, text: str) -> tuple[str, ...]:
    """Return what a cell that is no value of a type could mean, for a person to choose from.

    Args:
        kind: Name of the FollowTheMoney type, e.g. ``date``.
        text: The cell, e.g. ``03/04/2020``.

    Returns:
        Values with the reading that gives them, e.g. ``2020-04-03 (dmy)``.
    """
    cell = text.strip()
    if kind == "date":
        found = ((datecells.parse(cell, order), order) for order in ("dmy", "mdy"))
        year = datecells.certain_year(cell)
        held = tuple(f"{value} ({order})" for value, order in found if value)
        return held or ((f"{year} (year alone)",) if year else ())
    if kind == "number":
        marks = ((values.decimal(cell, mark), mark) for mark in (".", ","))
        return tuple(f"{value} (decimal {mark})" for value, mark in marks if value is not None)
    return ()


def _is_again(name: str, found: Detection) -> bool:
    stem, _, count = name.rpartition("#")
    return count.isdigit() and stem in found.header


def _read(text: str, delimiter: str) -> tuple[list[list[str]], list[tuple[int, str]]]:
    rows: list[list[str]] = []
    problems: list[tuple[int, str]] = []
    records = CsvRecords(io.StringIO(text, newline=""), delimiter)
    for line, cells, problem in itertools.islice(records, SAMPLE_ROWS):
        if problem is not None:
            problems.append((line, problem))
        elif any(cells):
            rows.append(cells)
    return rows, problems


def _tried(head: bytes, chosen: str) -> tuple[Tried, ...]:
    names = dict.fromkeys((chosen, *ENCODINGS))
    if head[:2] not in {b"\xff\xfe", b"\xfe\xff"} and not chosen.startswith("utf-16"):
        names.pop("utf-16")
    if chosen == "utf-8":
        names.pop("utf-8-sig")
    found = [_read_in(head[:_LOOKED], name) for name in names]
    return (found[0], *sorted(found[1:], key=lambda one: (-one.decoded, one.encoding)))


def _read_in(head: bytes, encoding: str) -> Tried:
    text = head.decode(encoding, "replace")
    lines = [line for line in text.splitlines()[:SAMPLE_ROWS] if line.strip()]
    if len(head) >= _LOOKED and len(lines) > 1:
        lines.pop()  # cut in its middle
    decoded = [line for line in lines if "\ufffd" not in line]
    sample = next((one for one in lines if not one.isascii()), lines[0] if lines else "")
    return Tried(encoding, len(lines), len(decoded), sample[:_LONGEST])


def _splits(text: str, chosen: str) -> Iterator[Split]:
    for mark in dict.fromkeys((chosen, *DELIMITERS)):
        rows = [row for row in _read(text[:_LOOKED], mark)[0] if any(row)]
        width = len(rows[0]) if rows else 0
        if width > 1 or mark == chosen:
            yield Split(mark, width, len(rows), sum(len(row) == width for row in rows))


def _dates(at: int, found: Detection, cells: Sequence[str]) -> Dates:
    by_reading: dict[str, list[str]] = {"dmy": [], "mdy": [], "both": []}
    for cell in cells:
        reading = datecells.only_reading(cell)
        if reading is not None:
            by_reading[reading].append(cell)
    name = found.header[at]
    shown = {key: tuple(dict.fromkeys(held))[:SHOWN_CELLS] for key, held in by_reading.items()}
    return Dates(
        at, name, found.date_orders[name].value, len(by_reading["dmy"]), len(by_reading["mdy"]),
        len(by_reading["both"]), shown["dmy"], shown["mdy"], shown["both"],
    )  # fmt: skip


def _numbers(at: int, found: Detection, cells: Sequence[str]) -> Numbers:
    point = comma = unclear = 0
    shown: list[str] = []
    for cell in cells:
        read = (values.decimal(cell, "."), values.decimal(cell, ","))
        if read == (None, None) or (read[0] == read[1]):
            continue
        shown.append(cell)
        unclear += None not in read
        point += read[1] is None
        comma += read[0] is None
    name = found.header[at]
    return Numbers(
        at, name, found.decimals[name].value, point, comma, unclear, tuple(shown[:SHOWN_CELLS])
    )
