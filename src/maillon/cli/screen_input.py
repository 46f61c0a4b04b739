"""What ``screen`` reads: entity lines, CSV or a workbook, record by record."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import typer

from maillon.cli.read_command import open_delivered

if TYPE_CHECKING:
    from maillon.screen import Asked
    from maillon.screen.tables import Table

_HINTS: Final = {"file": "PATH", "sheet": "--sheet", "column": "--column"}


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

    def questions(self) -> "Iterator[Asked]":
        """Yield its records, in their order, from the first.

        What cannot be read is one of them, with its locator and the reason. A file that cannot be
        read as a whole is a usage error.
        """
        from maillon.screen.tables import QueryForm, UnreadableFileError, read_file

        self.tables.clear()
        form = QueryForm(
            self.columns, None, self.sheet, self.encoding, self.delimiter,
            topics=frozenset(self.topics),
        )  # fmt: skip
        try:
            yield from read_file(self.raw, form, self.tables)
        except UnreadableFileError as error:
            said = error.reason if error.what == "column" else f"{self.path}: {error.reason}"
            raise typer.BadParameter(said, param_hint=_HINTS[error.what]) from error

    def remarks(self) -> Iterator[str]:
        """Yield what the reading has to say, once it is over."""
        for table in self.tables:
            if table.unused:
                yield f"columns not compared: {', '.join(table.unused)}"
            for header, count in sorted(table.unread.items()):
                yield f"column {header}: {count:,} cells say nothing that is known, not compared"


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
        from maillon.screen.tables import PROPERTIES

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
