"""Bytes to segments, as a stream.

Several interchanges, envelopes, wraps, and terminators that are none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from maillon.sources.edifact.header import START, WINDOW, read_header
from maillon.sources.edifact.segment import (
    CHARSETS,
    Diagnostic,
    Fault,
    Segment,
    Separators,
    tokens,
)

CHUNK: Final = 65_536
SEGMENT_LIMIT: Final = 65_536
"""Bytes of one segment."""
_SPACE: Final = b" \t\r\n"
_STOP: Final = re.compile(rb"[ \t\r\n]*(?:\Z|UN[AB])")
_ENVELOPE: Final = b"\x01\x02\x03\x04\x00\x1a"


@dataclass(slots=True)
class _Buffer:
    """The bytes not yet read, filled as needed."""

    raw: IO[bytes]
    data: bytes = b""
    at: int = 0
    is_end: bool = False

    def need(self, size: int) -> None:
        """Hold ``size`` bytes from `at` on, or all that there are."""
        while not self.is_end and len(self.data) - self.at < size:
            more = self.raw.read(max(CHUNK, size))
            self.is_end = not more
            self.data = self.data[self.at :] + more
            self.at = 0

    def find(self, wanted: bytes, start: int) -> int:
        """Return the offset behind `at` of ``wanted`` from ``start`` on, or -1.

        Never looks past the limit.
        """
        while True:
            found = self.data.find(wanted, self.at + start)
            if found >= 0:
                return found - self.at
            if self.is_end or len(self.data) - self.at > 2 * SEGMENT_LIMIT:
                return -1
            self.need(len(self.data) - self.at + CHUNK)


@dataclass(slots=True)
class _Interchange:
    """State of the interchange being read: its separators and the defects that it has shown."""

    separators: Separators
    charset: str
    next_tag: "re.Pattern[bytes]"
    marks: tuple[str, str, str]
    shown: set[Diagnostic] = field(default_factory=set)
    is_begun: bool = False


def segments(raw: IO[bytes]) -> Iterator[Segment | Fault]:
    """Give the segments of all interchanges in file order, each defect before its segment.

    UNA is no segment. A defect of the same name is given once an interchange, but for those of
    single segments (`UNRELEASED_TERMINATOR`, `DANGLING_RELEASE`, `SEGMENT_TOO_LONG`). ``raw`` is
    left open.
    """
    buffer = _Buffer(raw)
    counts: dict[str, int] = {}
    is_any = False
    while True:
        skipped, is_found = _seek(buffer)
        junk = skipped.translate(None, _SPACE + _ENVELOPE)
        where = f"seg:UNB/{counts.get('UNB', 0) + 1}"
        if junk or (skipped.strip(_SPACE) and is_found):
            yield Fault(
                Diagnostic.ENVELOPE_STRIPPED, where, "text around the interchange: not read"
            )
        elif b" " in skipped and is_found:
            yield Fault(
                Diagnostic.STRAY_WHITESPACE, where, "blanks before the interchange: not read"
            )
        if not is_found:
            break
        is_any = True
        state, faults = _begin(buffer, skipped)
        for diagnostic, text in faults:
            yield Fault(diagnostic, where, text)
        yield from _interchange(buffer, state, counts)
    if not is_any:
        yield Fault(
            Diagnostic.NO_INTERCHANGE, "seg:UNB/1", "no UNB was found: this is no EDIFACT file"
        )


def _begin(buffer: _Buffer, skipped: bytes) -> tuple[_Interchange, list[tuple[Diagnostic, str]]]:
    """Read the header of an interchange and move to its first segment."""
    header = read_header(buffer.data[buffer.at : buffer.at + WINDOW])
    faults = list(header.faults)
    if header.charset not in CHARSETS:
        why = "the syntax identifier is not known: read as UTF-8"
        faults.append((Diagnostic.CHARSET_UNKNOWN, why))
    buffer.at += header.unb
    service = header.separators
    element, end = re.escape(service.element), re.escape(service.terminator)
    tag = rb"[A-Z]{3}[ \t]?(?:" + element + b"|" + end + b")"
    next_tag = re.compile(rb"[ \t\r\n]*(?:" + tag + rb"|UNA[^A-Za-z0-9]|[\x00-\x04\x1a]|\Z)")
    marks = (
        service.component.decode("latin-1"),
        service.element.decode("latin-1"),
        service.release.decode("latin-1"),
    )
    state = _Interchange(service, CHARSETS.get(header.charset, "utf-8"), next_tag, marks)
    if b" " in skipped:
        state.shown.add(Diagnostic.STRAY_WHITESPACE)
    return state, faults


def _seek(buffer: _Buffer) -> tuple[bytes, bool]:
    """Move to the next UNA or UNB.

    Return a specimen of what was passed over, and whether one was found.
    """
    skipped = b""
    while True:
        buffer.need(WINDOW * 2)
        found = START.search(buffer.data, buffer.at)
        if found is not None:
            skipped = (skipped + buffer.data[buffer.at : found.start()])[:WINDOW]
            buffer.at = found.start()
            buffer.need(WINDOW)
            return skipped, True
        kept = buffer.at if buffer.is_end else max(buffer.at, len(buffer.data) - WINDOW)
        if buffer.is_end:
            skipped = (skipped + buffer.data[buffer.at :])[:WINDOW]
            buffer.at = len(buffer.data)
            return skipped, False
        skipped = (skipped + buffer.data[buffer.at : kept])[:WINDOW]
        buffer.at = kept
        buffer.need(len(buffer.data) - buffer.at + CHUNK)


def _interchange(
    buffer: _Buffer, state: _Interchange, counts: dict[str, int]
) -> Iterator[Segment | Fault]:
    while True:
        buffer.need(WINDOW)
        if _STOP.match(buffer.data, buffer.at) and state.is_begun:
            return
        state.is_begun = True
        piece, faults, is_whole = _piece(buffer, state)
        segment, problems = _segment(piece, state, counts)
        for diagnostic, text in [*faults, *problems]:
            if diagnostic in _EACH or diagnostic not in state.shown:
                state.shown.add(diagnostic)
                yield Fault(diagnostic, segment.locator if segment else "seg:UNB/1", text)
        if segment is not None:
            if not is_whole:
                yield Fault(
                    Diagnostic.TRUNCATED,
                    segment.locator,
                    "the file breaks off in this segment: read as far as it goes",
                )
            yield segment
            if segment.tag == "UNZ":
                return
        if not is_whole:
            return


_EACH: Final = frozenset(
    {Diagnostic.UNRELEASED_TERMINATOR, Diagnostic.DANGLING_RELEASE, Diagnostic.SEGMENT_TOO_LONG}
)


def _piece(
    buffer: _Buffer, state: _Interchange
) -> tuple[bytes, list[tuple[Diagnostic, str]], bool]:
    """Take the bytes of one segment; say what was wrong with its end, and whether it had one."""
    faults: list[tuple[Diagnostic, str]] = []
    end, release = state.separators.terminator, state.separators.release
    start = 0
    first = -1
    while True:
        at = buffer.find(end, start)
        if at < 0 or at > SEGMENT_LIMIT:
            return _rest(buffer, at, first, faults, len(end))
        buffer.need(at + len(end) + WINDOW)
        is_next = state.next_tag.match(buffer.data, buffer.at + at + len(end)) is not None
        is_released = _is_released(buffer.data, buffer.at, buffer.at + at, release)
        if is_released and is_next and buffer.data[buffer.at + at + len(end) :].strip(_SPACE):
            faults.append(
                (
                    Diagnostic.DANGLING_RELEASE,
                    "a release character stands before the end of the segment: dropped",
                )
            )
            piece = _take(buffer, at, len(end))
            return piece[: -len(release)], faults, True
        if not is_released and is_next:
            return _take(buffer, at, len(end)), faults, True
        if not is_released:
            if buffer.data[buffer.at : buffer.at + 8].lstrip(_SPACE).startswith(b"UNZ"):
                return _take(buffer, at, len(end)), faults, True
            faults.append(
                (
                    Diagnostic.UNRELEASED_TERMINATOR,
                    "the terminator stands inside a text, not released: kept as text",
                )
            )
            if first < 0:
                first = at
        start = at + len(end)


def _rest(
    buffer: _Buffer, at: int, first: int, faults: list[tuple[Diagnostic, str]], width: int
) -> tuple[bytes, list[tuple[Diagnostic, str]], bool]:
    """Take a segment whose end was not met: to the end of the file, or cut.

    ``at`` is below zero where no terminator follows, ``first`` where none was passed over.
    """
    is_short = buffer.is_end and len(buffer.data) - buffer.at <= SEGMENT_LIMIT
    if at < 0 and first < 0 and is_short:
        piece = buffer.data[buffer.at :]
        buffer.at = len(buffer.data)
        return piece.rstrip(_SPACE + _ENVELOPE), faults, False
    if first >= 0:
        return _take(buffer, first, width), faults, True
    why = f"more than {SEGMENT_LIMIT:,} bytes without an end: cut"
    cut = min(SEGMENT_LIMIT, len(buffer.data) - buffer.at)
    return _take(buffer, cut, 0), [(Diagnostic.SEGMENT_TOO_LONG, why)], True


def _take(buffer: _Buffer, size: int, skip: int) -> bytes:
    piece = buffer.data[buffer.at : buffer.at + size]
    buffer.at += size + skip
    return piece


def _is_released(data: bytes, start: int, at: int, release: bytes) -> bool:
    if not release:
        return False
    count = 0
    while at - count - 1 >= start and data[at - count - 1 : at - count] == release:
        count += 1
    return count % 2 == 1


def _segment(
    piece: bytes, state: _Interchange, counts: dict[str, int]
) -> tuple[Segment | None, list[tuple[Diagnostic, str]]]:
    """Decode and split one segment.

    None where nothing but white space and control characters is left.
    """
    problems: list[tuple[Diagnostic, str]] = []
    bare = piece.lstrip(_SPACE)
    if len(bare) != len(piece) and piece[: len(piece) - len(bare)].strip(b"\r\n"):
        problems.append((Diagnostic.STRAY_WHITESPACE, "blanks between segments: not read"))
    if b"\n" in bare or b"\r" in bare:
        if bare.rstrip(_SPACE) != bare.translate(None, b"\r\n"):
            problems.append((Diagnostic.LINE_WRAPPED, "line ends inside segments: taken out"))
        bare = bare.translate(None, b"\r\n")
    if not bare.strip(_SPACE + _ENVELOPE):
        return None, problems
    try:
        text = bare.decode(state.charset)
    except UnicodeDecodeError:
        problems.append(
            (
                Diagnostic.CHARSET_VIOLATION,
                f"bytes that are not {state.charset}: read as UTF-8, else Latin-1",
            )
        )
        try:
            text = bare.decode("utf-8")
        except UnicodeDecodeError:
            text = bare.decode("latin-1")
    elements, plain = tokens(text, *state.marks)
    tag = elements[0][0].strip()[:3] or "???"
    counts[tag] = counts.get(tag, 0) + 1
    return Segment(tag, counts[tag], elements[1:], plain), problems
