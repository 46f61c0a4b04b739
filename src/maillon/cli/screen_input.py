"""What ``screen`` reads: entity lines, CSV or a workbook, record by record."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import typer

from maillon.cli.read_command import open_delivered
from maillon.screen import Asked, entry

if TYPE_CHECKING:
    from maillon.cli.screen_table import Row, Table

LONGEST_LINE: Final = 1 << 20
"""Bytes of one query line; a longer one is answered *could not look*."""

HEAD: Final = 262_144
"""Bytes by which the form of a table is told."""

UNDECODABLE: Final = "\ufffd"
"""What stands for bytes that are not text: a name that holds it would miss its hit."""

_BOM: Final = b"\xef\xbb\xbf"
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")


@dataclass(slots=True)
class QueryFile:
    """A file of records to screen.

    Attributes:
        path: Where it is; ``-`` for standard input.
        raw: Its bytes.
        sha256: Of its bytes.
        columns: Properties by header, as the caller maps them.
        sheet: Of a workbook; the first when empty.
        encoding: Of a table; UTF-8, or what its byte order mark says, when empty.
        delimiter: Of a table; as it seems to be when empty.
        topics: Topics of humanitarian actors.
    """

    path: Path
    raw: IO[bytes]
    sha256: str
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    topics: Iterable[str] = ()
    tables: "list[Table]" = field(default_factory=list)

    def questions(self) -> Iterator[Asked]:
        """Yield its records, in their order, from the first.

        What cannot be read is one of them, with its locator and the reason. A file that cannot be
        read as a whole is a usage error.
        """
        self.tables.clear()
        self.raw.seek(0)
        head = self.raw.read(HEAD)
        self.raw.seek(0)
        if head[:2] in {b"PK", b"\xd0\xcf"}:
            yield from self._workbook()
        elif head.removeprefix(_BOM).lstrip()[:1] in {b"{", b""}:
            yield from _lines(self.raw, frozenset(self.topics))
        elif head.removeprefix(_BOM).lstrip()[:2] in {b"[{", b"[\n", b"[\r"}:
            raise typer.BadParameter(
                f"{self.path}: a JSON array; write one entity a line", param_hint="PATH"
            )
        else:
            yield from self._delimited(head)

    def remarks(self) -> Iterator[str]:
        """Yield what the reading has to say, once it is over."""
        for table in self.tables:
            if table.unused:
                yield f"columns not compared: {', '.join(table.unused)}"
            for header, count in sorted(table.unread.items()):
                yield f"column {header}: {count:,} cells say nothing that is known, not compared"

    def _workbook(self) -> Iterator[Asked]:
        from maillon.cli.spreadsheet import WorkbookError, read_rows, why_no_workbook

        problem = why_no_workbook(self.raw)
        if problem:
            raise typer.BadParameter(f"{self.path}: {problem}", param_hint="PATH")
        try:
            yield from self._table(read_rows(self.raw, self.sheet), {})
        except WorkbookError as error:
            hint = "--sheet" if str(error).startswith("no sheet") else "PATH"
            raise typer.BadParameter(f"{self.path}: {error}", param_hint=hint) from error

    def _delimited(self, head: bytes) -> Iterator[Asked]:
        from maillon.sources import CsvRecords, detect_table

        wide = head[:2] in _WIDE
        encoding = self.encoding or ("utf-16" if wide else "utf-8-sig")
        seen = detect_table(head, encoding, self.delimiter)
        text = io.TextIOWrapper(self.raw, encoding, errors="replace", newline="")
        try:
            records = CsvRecords(text, seen.delimiter.value)
            orders = {name: found.value for name, found in seen.date_orders.items()}
            yield from self._table(_records(records), orders)
        finally:
            text.detach()

    def _table(self, rows: "Iterable[Row]", orders: Mapping[str, str]) -> Iterator[Asked]:
        from maillon.cli.screen_table import questions

        try:
            yield from questions(
                rows, self.columns, topics=self.topics, date_orders=orders, tables=self.tables
            )
        except LookupError as error:
            raise typer.BadParameter(
                f"no column {error.args[0]}; there are: {error.args[-1]}", param_hint="--column"
            ) from error


def open_query_file(
    path: Path, columns: Iterable[str], sheet: str, encoding: str, delimiter: str
) -> QueryFile:
    """Open a file of records.

    Args:
        path: The file, or ``-``.
        columns: Words ``property=HEADER``.
        sheet: Of a workbook.
        encoding: Of a table.
        delimiter: Of a table; ``tab`` for a tabulator.
    """
    given: dict[str, str] = {}
    for word in columns:
        from maillon.cli.screen_table import PROPERTIES

        prop, _, header = word.partition("=")
        if prop not in PROPERTIES or not header.strip():
            known = ", ".join(sorted(PROPERTIES))
            raise typer.BadParameter(
                f"{word!r} is no property=HEADER; properties: {known}", param_hint="--column"
            )
        given[header.strip()] = prop
    try:
        "".encode(encoding or "utf-8")
    except LookupError as error:
        raise typer.BadParameter(f"no encoding {encoding!r}", param_hint="--encoding") from error
    mark = {"tab": "\t"}.get(delimiter, delimiter)
    if len(mark) > 1 or mark in {'"', "\n", "\r"}:
        raise typer.BadParameter("one character, or tab", param_hint="--delimiter")
    raw, digest = open_delivered(path)
    return QueryFile(path, raw, digest, given, sheet, encoding, mark)


def _records(records: Iterable[tuple[int, list[str], str | None]]) -> "Iterator[Row]":
    for line, cells, problem in records:
        wrong = problem
        if any(UNDECODABLE in cell or "\0" in cell for cell in cells):
            wrong = "bytes that are not UTF-8, or NUL: save the file as UTF-8, or name --encoding"
        yield f"line:{line}", cells, wrong


def _lines(raw: IO[bytes], topics: frozenset[str]) -> Iterator[Asked]:
    number = 0
    while line := raw.readline(LONGEST_LINE + 1):
        number += 1
        where = f"line:{number}"
        if len(line) > LONGEST_LINE:
            while line and not line.endswith(b"\n"):
                line = raw.readline(LONGEST_LINE)
            yield Asked.unreadable(where, f"longer than {LONGEST_LINE:,} bytes")
        elif line.removeprefix(_BOM).strip():
            yield _line(where, line.removeprefix(_BOM), topics)


def _line(where: str, line: bytes, topics: frozenset[str]) -> Asked:
    try:
        said = json.loads(line.decode())
        properties = {
            name: _texts(values if isinstance(values, list) else [values])
            for name, values in said["properties"].items()
        }
        id_ = str(said.get("id") or "")
        schema = str(said.get("schema", "LegalEntity"))
        f"{id_}{schema}".encode()  # half of a surrogate pair is no text
        found = entry(id_ or where, schema, "", properties)
    except UnicodeDecodeError:
        return Asked.unreadable(where, "bytes that are not UTF-8: save the file as UTF-8")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        problem = f"no entity: {type(error).__name__}; wanted id, schema, properties"
        return Asked.unreadable(where, problem)
    return Asked(found, where, "", not topics.isdisjoint(properties.get("topics", ())))


def _texts(values: list[Any]) -> list[str]:
    if not all(isinstance(value, str | int | float) for value in values):
        raise TypeError("a value is text")
    texts = [str(value) for value in values]
    "".join(texts).encode()  # half of a surrogate pair is no text
    return texts
