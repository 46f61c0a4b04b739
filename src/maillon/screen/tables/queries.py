"""A file of records to screen: told by its first bytes, read record by record."""

import io
import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, Any, ClassVar, Final

from maillon.model import MaillonError
from maillon.screen.answer import Asked
from maillon.screen.entry import entry
from maillon.screen.tables.header import Row, Table, questions
from maillon.screen.tables.workbook import WorkbookError, read_rows, why_no_workbook

LONGEST_LINE: Final = 1 << 20
"""Bytes of one entity line; a longer one is answered *could not look*."""

HEAD: Final = 262_144
"""Bytes by which the form of a table is told."""

UNDECODABLE: Final = "\ufffd"
"""What stands for bytes that are not text: a name that holds it would miss its hit."""

_BOM: Final = b"\xef\xbb\xbf"
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")


class UnreadableFileError(MaillonError):
    """A file that cannot be read as a whole.

    Args:
        what: ``file``, ``sheet`` or ``column``: what of the asking is wrong.
        reason: What is wrong with it, and what would be right.
    """

    exit_code: ClassVar[int] = 2
    http_status: ClassVar[int] = 422

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(reason)
        self.what = what
        self.reason = reason


@dataclass(frozen=True, slots=True)
class QueryForm:
    """How a file of records is read.

    Attributes:
        columns: Properties by header, as the caller maps them; headers say the rest.
        placed: Properties by the number of the column, from 0: then no header is asked.
        sheet: Of a workbook; the first when empty.
        encoding: Of a table; UTF-8, or what its byte order mark says, when empty.
        delimiter: Of a table; as it seems to be when empty.
        date_order: ``dmy`` or ``mdy``; what each column proves when empty.
        topics: Topics of humanitarian actors.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    placed: Mapping[int, str] | None = None
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    date_order: str = ""
    topics: frozenset[str] = frozenset()


def form_of(head: bytes) -> str:
    """Return what a file seems to be by its first bytes: ``workbook``, ``lines`` or ``table``."""
    if head[:2] in {b"PK", b"\xd0\xcf"}:
        return "workbook"
    text = head.removeprefix(_BOM).lstrip()
    return "lines" if text[:1] in {b"{", b""} or text[:2] in {b"[{", b"[\n", b"[\r"} else "table"


def read_file(
    raw: IO[bytes], form: QueryForm | None = None, tables: list[Table] | None = None
) -> Iterator[Asked]:
    """Yield the records of a file, in their order, from the first.

    What cannot be read is one of them, with its locator and the reason.

    Args:
        raw: The file, able to seek. Left open.
        form: How it is read.
        tables: Gets the table, for what it has to say at the end.

    Raises:
        UnreadableFileError: It cannot be read as a whole.
    """
    chosen = form or QueryForm()
    raw.seek(0)
    head = raw.read(HEAD)
    raw.seek(0)
    kind = form_of(head)
    if kind == "workbook":
        yield from _workbook(raw, chosen, tables)
    elif kind == "table":
        yield from _delimited(raw, head, chosen, tables)
    elif head.removeprefix(_BOM).lstrip()[:1] == b"[":
        raise UnreadableFileError("file", "a JSON array; write one entity a line")
    else:
        yield from read_lines(raw, chosen.topics)


def read_lines(raw: IO[bytes], topics: frozenset[str]) -> Iterator[Asked]:
    """Yield the records of a file of entity lines; what cannot be read is one of them.

    Args:
        raw: ``{"id", "schema", "properties": {name: [values]}}``, one a line, UTF-8.
        topics: Topics of humanitarian actors.
    """
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


def delimited_rows(raw: IO[bytes], encoding: str, delimiter: str) -> Generator[Row, None, None]:
    """Yield the rows of a CSV file; a row with bytes that are no text cannot be read.

    Close it before the file.
    """
    from maillon.sources import CsvRecords  # noqa: PLC0415 - only a table needs it

    text = io.TextIOWrapper(raw, encoding, errors="replace", newline="")
    try:
        for line, cells, problem in CsvRecords(text, delimiter):
            wrong = problem
            if any(UNDECODABLE in cell or "\0" in cell for cell in cells):
                wrong = (
                    "bytes that are not UTF-8, or NUL: save the file as UTF-8, or name --encoding"
                )
            yield f"line:{line}", cells, wrong
    finally:
        text.detach()


def _workbook(raw: IO[bytes], form: QueryForm, tables: list[Table] | None) -> Iterator[Asked]:
    problem = why_no_workbook(raw)
    if problem:
        raise UnreadableFileError("file", problem)
    try:
        yield from _table(read_rows(raw, form.sheet), form, {}, tables)
    except WorkbookError as error:
        what = "sheet" if str(error).startswith("no sheet") else "file"
        raise UnreadableFileError(what, str(error)) from error


def _delimited(
    raw: IO[bytes], head: bytes, form: QueryForm, tables: list[Table] | None
) -> Iterator[Asked]:
    from maillon.sources import detect_table  # noqa: PLC0415 - as above

    wide = head[:2] in _WIDE
    encoding = form.encoding or ("utf-16" if wide else "utf-8-sig")
    seen = detect_table(head, encoding, form.delimiter)
    orders = {name: form.date_order or found.value for name, found in seen.date_orders.items()}
    with closing(delimited_rows(raw, encoding, seen.delimiter.value)) as rows:
        yield from _table(rows, form, orders, tables)


def _table(
    rows: Iterable[Row], form: QueryForm, orders: Mapping[str, str], tables: list[Table] | None
) -> Iterator[Asked]:
    try:
        yield from questions(
            rows, form.columns, topics=form.topics, date_orders=orders, placed=form.placed,
            tables=tables,
        )  # fmt: skip
    except LookupError as error:
        reason = f"no column {error.args[0]}; there are: {error.args[-1]}"
        raise UnreadableFileError("column", reason) from error


def _line(where: str, line: bytes, topics: frozenset[str]) -> Asked:
    try:
        said = json.loads(line.decode())
        properties = {
            name: _texts(held if isinstance(held, list) else [held])
            for name, held in said["properties"].items()
        }
        id_, schema = str(said.get("id") or ""), str(said.get("schema", "LegalEntity"))
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
    "".join(texts).encode()  # as above
    return texts
