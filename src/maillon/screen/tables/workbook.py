"""The rows of a workbook (XLSX), one at a time: nothing is evaluated, nothing is held.

Source: ECMA-376-1:2016, 18.3 (worksheets), 18.4 (shared strings), 18.8.30 (number formats). Shared
strings lie in a temporary file, so that memory does not grow with the workbook.
"""

import re
import tempfile
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import IO, Any, Final

LONGEST_CELL: Final = 10_000
"""Characters of one cell; one more is kept of a longer one, so that it is seen to be too long."""
MOST_BYTES: Final = 8 << 30
"""Bytes of all parts of a workbook, unpacked."""
MOST_RATIO: Final = 250
"""How much smaller a packed part of more than `SMALL` bytes may be."""
SMALL: Final = 16 << 20
MOST_PARTS: Final = 10_000
MOST_COLUMNS: Final = 16_384
FORMULA: Final = "="
"""How the text of a formula begins."""

_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION: Final = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_DATE_FORMATS: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_NO_DATE_PART: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_CELL: Final = re.compile(r"([A-Z]{1,3})\d*")

_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, SyntaxError, EOFError, KeyError, OSError,
    NotImplementedError, RuntimeError, ValueError, OverflowError,
)  # fmt: skip
"""What the libraries raise on bytes that are no workbook."""

Row = tuple[str, list[str], str | None]
"""Locator, cells, and what is wrong with the row."""


class WorkbookError(ValueError):
    """The file as a whole cannot be read; the message says what to do."""


def why_no_workbook(raw: IO[bytes]) -> str:
    """Return why an old or encrypted office file is not read; empty for anything else."""
    head = raw.read(4 << 20)
    raw.seek(0)
    if not head.startswith(_OLE):
        return ""
    if "EncryptedPackage".encode("utf-16-le") in head:
        return "the workbook is encrypted: save it without a password"
    return "an old office file (.xls): save it as .xlsx or as CSV"


def read_rows(raw: IO[bytes], sheet: str = "") -> Iterator[Row]:
    """Yield the rows of one sheet; the locator is ``row:N``.

    Args:
        raw: The workbook. Left open.
        sheet: Name of the sheet; the first when empty.

    Raises:
        WorkbookError: It is no workbook, holds no such sheet, or is larger than its limits.
    """
    try:
        with zipfile.ZipFile(raw) as book, tempfile.TemporaryFile() as spill:
            _check_sizes(book)
            part, is_1904 = _sheet_part(book, sheet)
            strings = _Strings(book, spill)
            dates = _date_styles(book)
            yield from _rows(book, part, strings, dates, is_1904=is_1904)
    except WorkbookError:
        raise
    except _BROKEN as error:
        raise WorkbookError(f"no workbook that can be read ({error}): save it as CSV") from error


def _check_sizes(book: zipfile.ZipFile) -> None:
    parts = book.infolist()
    if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_BYTES:
        raise WorkbookError(
            f"more than {MOST_PARTS:,} parts or {MOST_BYTES >> 30} GiB unpacked: save it as CSV"
        )
    for one in parts:
        if one.flag_bits & 1:
            raise WorkbookError("the workbook is encrypted: save it without a password")
        if one.file_size > SMALL and one.file_size > MOST_RATIO * max(1, one.compress_size):
            raise WorkbookError(
                f"{one.filename} unpacks to more than {MOST_RATIO} times its size: save it as CSV"
            )


def _parse(part: IO[bytes], *tags: str) -> Iterator[Any]:
    """Yield finished elements of these names and forget them; entities stay unexpanded."""
    from lxml import etree  # noqa: PLC0415 - only when a workbook is read

    held = etree.iterparse(
        part, tag=[f"{{*}}{tag}" for tag in tags], resolve_entities=False, no_network=True,
        load_dtd=False, huge_tree=False,
    )  # fmt: skip
    for _, element in held:
        yield element
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def _sheet_part(book: zipfile.ZipFile, wanted: str) -> tuple[str, bool]:
    """Return the part that holds a sheet, and whether the workbook counts days from 1904."""
    sheets: list[tuple[str, str]] = []
    is_1904 = False
    with book.open("xl/workbook.xml") as part:
        for one in _parse(part, "sheet", "workbookPr"):
            if _name_of(one) == "workbookPr":
                is_1904 = one.get("date1904", "0") in {"1", "true"}
            else:
                relation = one.get(_RELATION) or one.get(_STRICT_RELATION) or ""
                sheets.append((one.get("name", ""), relation))
    names = ", ".join(name for name, _ in sheets)
    found = [relation for name, relation in sheets if not wanted or name == wanted]
    if not found:
        raise WorkbookError(f"no sheet {wanted!r}: there are {names or 'none'}")
    with book.open("xl/_rels/workbook.xml.rels") as part:
        targets = {one.get("Id"): one.get("Target", "") for one in _parse(part, "Relationship")}
    target = targets.get(found[0], "")
    return (target.lstrip("/") if target.startswith("/") else f"xl/{target}"), is_1904


class _Strings:
    """The shared strings, in a temporary file."""

    def __init__(self, book: zipfile.ZipFile, spill: IO[bytes]) -> None:
        self._spill = spill
        self._ends = array("q", [0])
        if "xl/sharedStrings.xml" not in book.namelist():
            return
        with book.open("xl/sharedStrings.xml") as part:
            for one in _parse(part, "si"):
                spill.write(_text_of(one).encode(errors="replace"))
                self._ends.append(spill.tell())

    def text(self, number: int) -> str:
        if not 0 <= number < len(self._ends) - 1:
            raise ValueError("a string that the workbook does not hold")
        start, end = self._ends[number : number + 2]
        self._spill.seek(start)
        return self._spill.read(end - start).decode()


def _name_of(element: Any) -> str:  # noqa: ANN401 - an lxml element
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _text_of(element: Any) -> str:  # noqa: ANN401 - an lxml element
    """Return the text of a string, without its reading aids (``rPh``)."""
    found = [one.text or "" for one in element.iter("{*}t") if _name_of(one.getparent()) != "rPh"]
    return "".join(found)[: LONGEST_CELL + 1]


def _date_styles(book: zipfile.ZipFile) -> frozenset[int]:
    """Return the numbers of the cell styles that show a date."""
    if "xl/styles.xml" not in book.namelist():
        return frozenset()
    formats: dict[int, str] = {}
    styles: list[int] = []
    with book.open("xl/styles.xml") as part:
        for one in _parse(part, "numFmt", "cellXfs"):
            if _name_of(one) == "numFmt":
                formats[int(one.get("numFmtId", "0"))] = one.get("formatCode", "")
            else:
                styles = [int(style.get("numFmtId", "0")) for style in one.iter("{*}xf")]
    return frozenset(
        n
        for n, form in enumerate(styles)
        if form in _DATE_FORMATS
        or set("dy") & set(_NO_DATE_PART.sub("", formats.get(form, "")).lower())
    )


def _rows(
    book: zipfile.ZipFile, part: str, strings: _Strings, dates: frozenset[int], *, is_1904: bool
) -> Iterator[Row]:
    number = 0
    with book.open(part) as raw:
        try:
            for row in _parse(raw, "row"):
                said = row.get("r", "")
                number = int(said) if said.isdigit() else number + 1
                try:
                    cells = _cells(row, strings, dates, is_1904=is_1904)
                except (ValueError, OverflowError) as error:
                    yield f"row:{number}", [], f"no row: {error}"
                else:
                    yield f"row:{number}", cells, None
        except _BROKEN as error:
            yield f"row:{number + 1}", [], f"unreadable from here on: {error}"


def _cells(row: Any, strings: _Strings, dates: frozenset[int], *, is_1904: bool) -> list[str]:  # noqa: ANN401 - an lxml element
    cells: list[str] = []
    for cell in row.iterchildren("{*}c"):
        place = _column(cell.get("r", ""), len(cells))
        if place >= MOST_COLUMNS or place < len(cells):
            raise ValueError("a cell outside of the sheet")
        cells += [""] * (place - len(cells))
        cells.append(_cell(cell, strings, dates, is_1904=is_1904))
    return cells


def _column(reference: str, following: int) -> int:
    found = _CELL.match(reference)
    if not found:
        return following
    place = 0
    for letter in found[1]:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _cell(cell: Any, strings: _Strings, dates: frozenset[int], *, is_1904: bool) -> str:  # noqa: ANN401 - an lxml element
    kind = cell.get("t", "n")
    formula = cell.find("{*}f")
    if formula is not None:
        return f"{FORMULA}{formula.text or ''}"[: LONGEST_CELL + 1]
    if kind == "inlineStr":
        return _text_of(cell)
    text = (cell.findtext("{*}v") or "")[: LONGEST_CELL + 1]
    if kind == "s" and text:
        return strings.text(int(text))
    if kind == "n" and text:
        is_date = int(cell.get("s", "0")) in dates
        return _date(text, is_1904=is_1904) if is_date else _number(text)
    return text


def _number(text: str) -> str:
    """Return a number as its cell shows it: whole numbers without a point or an exponent."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    is_whole = value == value.to_integral_value() and abs(value) < Decimal(10) ** 30
    return str(int(value)) if is_whole else text


def _date(text: str, *, is_1904: bool) -> str:
    """Return the day of a serial number; day 60 of 1900 is one that never was."""
    days = int(Decimal(text))
    if is_1904:
        start = datetime(1904, 1, 1, tzinfo=UTC)
    else:
        start = datetime(1899, 12, 31 if days < 60 else 30, tzinfo=UTC)  # noqa: PLR2004 - see above
    return (start + timedelta(days=days)).date().isoformat()
