"""What a CSV file seems to be.

Encoding, delimiter, order of dates, decimal mark, each with its evidence.

All of it is read from the first bytes of the file, shown to the operator, and can be overridden.
Nothing is guessed in silence: an order of dates without evidence is ``ambiguous`` and its cells
become errors.
"""

import codecs
import io
import itertools
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Final

from maillon.sources import datecells, values
from maillon.sources.csvrecords import CsvRecords

PREFIX: Final = 262_144
"""Bytes of the file that are looked at."""
SAMPLE_ROWS: Final = 2_000
DELIMITERS: Final = (",", ";", "\t", "|")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SCRIPTS: Final = {"cp1252": "LATIN", "cp1256": "ARABIC", "cp1251": "CYRILLIC"}
_PAIRS: Final = 4
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_AMOUNT: Final = re.compile(r"[+-]?[\d.,' \u00a0\u202f]*\d\Z")


@dataclass(frozen=True, slots=True)
class Found:
    """One property of the file: its value, and why it is believed."""

    value: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Detection:
    """What a CSV file seems to be.

    Attributes:
        encoding: A Python codec name, e.g. ``utf-8-sig``, ``cp1256``.
        delimiter: One character.
        header: The cells of the first record.
        date_orders: For each column with dates whose order matters: ``dmy``, ``mdy``, ``ambiguous``
            or ``contradictory``.
        decimals: For each column with amounts: ``.``, ``,`` or ``ambiguous``.
    """

    encoding: Found
    delimiter: Found
    header: tuple[str, ...]
    date_orders: dict[str, Found]
    decimals: dict[str, Found]


def detect(raw: IO[bytes]) -> Detection:
    """Look at the first bytes of ``raw``, and put a file that can seek back where it stood."""
    start = raw.tell() if raw.seekable() else None
    head = raw.read(PREFIX)
    if start is not None:
        raw.seek(start)
    return detect_bytes(head)


def detect_bytes(head: bytes, encoding: str = "", delimiter: str = "") -> Detection:
    """Return what the first bytes of a file say; what is given is not questioned."""
    code = Found(encoding, "given") if encoding else _encoding(head)
    text = head.decode(code.value, "replace")
    if len(head) >= PREFIX:
        text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1]
    mark = Found(delimiter, "given") if delimiter else _delimiter(text)
    rows = _rows(text, mark.value)
    header = unique_names(rows[0] if rows else [])
    columns = {
        name: [row[at] for row in rows[1:] if at < len(row) and row[at]]
        for at, name in enumerate(header)
    }
    orders = {name: found for name, cells in columns.items() if (found := _date_order(cells))}
    decimals = {name: found for name, cells in columns.items() if (found := _decimal(cells))}
    return Detection(code, mark, tuple(header), orders, decimals)


def unique_names(cells: Iterable[str]) -> list[str]:
    """Return column names; one that is met again gets its count: ``name``, ``name#2``."""
    counts: dict[str, int] = {}
    names = []
    for cell in cells:
        name = values.squeeze(cell)
        counts[name] = counts.get(name, 0) + 1
        names.append(name if counts[name] == 1 else f"{name}#{counts[name]}")
    return names


def _rows(text: str, delimiter: str, limit: int = SAMPLE_ROWS) -> list[list[str]]:
    records = CsvRecords(io.StringIO(text, newline=""), delimiter)
    return [
        cells for _, cells, problem in itertools.islice(records, limit) if cells and problem is None
    ]


def _encoding(head: bytes) -> Found:
    for bom, name in _BOMS:
        if head.startswith(bom):
            return Found(name, f"byte order mark {bom.hex(' ')}")
    wide = head[:4096]
    for at, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if (
            len(wide) >= _PAIRS
            and wide[at::2].count(0) > len(wide) * 0.3
            and not wide[1 - at :: 2].count(0)
        ):
            return Found(name, "every other byte is zero, as in UTF-16 without a byte order mark")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError as error:
        return _legacy(head, f"not UTF-8 (byte 0x{head[error.start]:02x} at {error.start})")
    return Found("utf-8", "ASCII only" if head.isascii() else "valid UTF-8")


def _legacy(head: bytes, why: str) -> Found:
    scores = {
        name: _plausible(head.decode(name, "replace"), script) for name, script in _SCRIPTS.items()
    }
    try:
        scores["gb18030"] = _chinese(codecs.getincrementaldecoder("gb18030")().decode(head))
    except UnicodeDecodeError:
        scores["gb18030"] = -1.0
    best = max(scores, key=lambda name: (scores[name], name == "cp1252", name))
    shown = ", ".join(f"{name} {score:.2f}" for name, score in sorted(scores.items()))
    return Found(best, f"{why}; how well its words fit each code page: {shown}")


def _plausible(text: str, script: str) -> float:
    """Return how well the words of ``text`` are words of one script, from -1 to 1."""
    good = bad = 0
    for word in _LETTERS.findall(text):
        if word.isascii():
            continue
        scripts = {unicodedata.name(c, "").partition(" ")[0] for c in word}
        is_mixed = scripts != {script}
        is_odd = any(a.islower() and b.isupper() for a, b in itertools.pairwise(word))
        is_foreign = script == "LATIN" and any(
            not a.isascii() and not b.isascii() for a, b in itertools.pairwise(word)
        )
        if is_mixed or is_odd or is_foreign:
            bad += 1
        else:
            good += 1
    return (good - bad - text.count("\ufffd")) / (good + bad) if good + bad else -0.5


def _chinese(text: str) -> float:
    """Return the share of non-ASCII characters that a Chinese file would hold.

    Odd pairs come out as rare ones.
    """
    others = [c for c in text if not c.isascii()]
    glued = sum(
        1
        for word in _LETTERS.findall(text)
        if not word.isascii()
        and any("一" <= c <= "鿿" for c in word)
        and any(c.isascii() for c in word)
    )
    good = sum(1 for c in others if unicodedata.category(c) not in {"Cn", "Co", "Cc"})
    return (good - 2 * glued) / len(others) if others else -0.5


def _delimiter(text: str) -> Found:
    best = (0.0, 1, Found(",", "one column: no delimiter was found"))
    for mark in DELIMITERS:
        rows = [row for row in _rows(text, mark, 50) if any(row)]
        width = len(rows[0]) if rows else 1
        if width == 1:
            continue
        same = sum(1 for row in rows if len(row) == width)
        found = Found(mark, f"{width} columns in {same} of the first {len(rows)} records")
        best = max(best, (same / len(rows), width, found), key=lambda entry: entry[:2])
    return best[2]


def _date_order(cells: list[str]) -> Found | None:
    first = {
        order: next((c for c in cells if datecells.only_reading(c) == order), "")
        for order in ("dmy", "mdy")
    }
    both = sum(1 for cell in cells if datecells.only_reading(cell) == "both")
    if not both and not any(first.values()):
        return None
    rows = f"{both} cells can be read both ways"
    if all(first.values()):
        return Found(
            "contradictory", "some cells are only day-month-year, some only month-day-year; " + rows
        )
    for order, cell in first.items():
        if cell:
            count = sum(1 for c in cells if datecells.only_reading(c) == order)
            return Found(order, f"{count} cells can only be read so; {rows}")
    return Found("ambiguous", rows + ", none decides")


def _decimal(cells: list[str]) -> Found | None:
    counts = {".": 0, ",": 0}
    unclear = 0
    for cell in cells:
        if _AMOUNT.match(cell.strip()) is None:
            continue
        point, comma = values.decimal(cell, "."), values.decimal(cell, ",")
        if point is not None and comma is not None and point != comma:
            unclear += 1
        elif (point is None) != (comma is None):
            counts["." if comma is None else ","] += 1
    if not unclear and not any(counts.values()):
        return None
    shown = f"{counts['.']} cells with a point, {counts[',']} with a comma, {unclear} either way"
    marks = [mark for mark, count in counts.items() if count]
    return Found(marks[0] if len(marks) == 1 else "ambiguous", shown)
