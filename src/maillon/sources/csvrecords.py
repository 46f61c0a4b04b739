"""Records of a CSV file, with the physical line on which each begins and what is wrong with it.

A quote that is never closed swallows what follows it: such a record is given up with an error, and
reading goes on at the next physical line. RFC 4180 says what a record is; lone CR ends a line too,
for old systems write it.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final

LINE_LIMIT: Final = 1_048_576
"""Characters of one physical line."""
FIELD_LIMIT: Final = 131_072
"""Characters of one field."""
RECORD_LIMIT: Final = LINE_LIMIT
"""Characters of one record of several lines: beyond it, a quote was never closed."""
UNDECODABLE: Final = "\ufffd"
"""What stands for bytes that the encoding does not know."""


class _Chained(io.RawIOBase):
    """The bytes already read, then the rest of the caller's file.

    Closing it leaves the caller's file open.
    """

    def __init__(self, head: bytes, raw: IO[bytes]) -> None:
        super().__init__()
        self._head = memoryview(head)
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]  # io gives a writable buffer
        if self._head:
            data: memoryview | bytes = self._head[: len(view)]
            self._head = self._head[len(view) :]
        else:
            data = self._raw.read(len(view))
        view[: len(data)] = data
        return len(data)


def open_text(head: bytes, raw: IO[bytes], encoding: str) -> io.TextIOWrapper:
    """Return the text of ``head`` and of the rest of ``raw``.

    What cannot be decoded becomes U+FFFD.
    """
    chained = io.BufferedReader(_Chained(head, raw), 65_536)
    return io.TextIOWrapper(chained, encoding=encoding, errors="replace", newline="")


@dataclass(slots=True)
class _Lines:
    """Physical lines, counted, that can be given back."""

    text: io.TextIOBase
    number: int = 0
    taken: list[str] = field(default_factory=list)
    given_back: deque[str] = field(default_factory=deque)
    is_exhausted: bool = False
    is_flawed: bool = False
    is_long: bool = False
    size: int = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self.given_back.popleft() if self.given_back else self.text.readline(LINE_LIMIT)
        if not line:
            self.is_exhausted = True
            raise StopIteration
        self.size += len(line)
        if self.size > RECORD_LIMIT and self.taken:
            self.given_back.appendleft(line)
            self.is_exhausted = True
            raise StopIteration
        if len(line) >= LINE_LIMIT and line[-1] not in "\r\n":
            self._skip_rest()
        self.number += 1
        self.taken.append(line)
        if "\0" in line or UNDECODABLE in line:
            self.is_flawed = True
        return line

    def _skip_rest(self) -> None:
        self.is_long = True
        while True:
            piece = self.text.readline(LINE_LIMIT)
            if not piece or piece[-1] in "\r\n":
                return

    def begin(self) -> None:
        self.taken.clear()
        self.size = 0
        self.is_flawed = self.is_long = False

    def give_back_all_but_first(self) -> None:
        self.given_back.extendleft(reversed(self.taken[1:]))
        self.number -= len(self.taken) - 1
        del self.taken[1:]


@dataclass(slots=True)
class CsvRecords:
    """The records of one file.

    Iterating gives ``(line, cells, problem)``: the physical line on which the record begins (1 is
    the first of the file), its cells, and None or why it cannot be read (the cells are then empty).
    `text` is the delivered text of the record last given; `is_flawed` says that it holds NUL or
    bytes that could not be decoded.
    """

    stream: io.TextIOBase
    delimiter: str
    _lines: _Lines = field(init=False)

    def __post_init__(self) -> None:
        self._lines = _Lines(self.stream)

    @property
    def text(self) -> str:
        """Delivered text of the record last given, without its line end."""
        return "".join(self._lines.taken).rstrip("\r\n")

    @property
    def is_flawed(self) -> bool:
        """Whether the record last given holds NUL or bytes that could not be decoded."""
        return self._lines.is_flawed

    def __iter__(self) -> Iterator[tuple[int, list[str], str | None]]:
        lines = self._lines
        reader = csv.reader(lines, delimiter=self.delimiter)
        width = 0
        while True:
            lines.begin()
            line = lines.number + 1
            problem: str | None = None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                cells, problem = [], f"no CSV record: {error}"
            if problem is None:
                problem = self._problem(cells, width)
            if problem is not None:
                lines.give_back_all_but_first()
                lines.is_exhausted = False
                reader = csv.reader(lines, delimiter=self.delimiter)
                cells = []
            elif not width:
                width = len(cells)
            yield line, cells, problem

    def _problem(self, cells: list[str], width: int) -> str | None:
        """Return what is wrong with the record just read, or None."""
        lines = self._lines
        if lines.is_long:
            return f"a line of more than {LINE_LIMIT:,} characters"
        if lines.is_exhausted and lines.taken:
            return "a quote is opened and never closed; close it or double it"
        if len(lines.taken) > 1 and width and len(cells) != width:
            return "a quote is opened and not closed on its line; close it or double it"
        if lines.size > FIELD_LIMIT and any(len(cell) > FIELD_LIMIT for cell in cells):
            return f"a field of more than {FIELD_LIMIT:,} characters"
        return None
