"""Counts and references of UNB-UNZ, UNG-UNE and UNH-UNT: defects, never a reason not to read."""

from collections.abc import Iterator
from dataclasses import dataclass

from maillon.sources.edifact.segment import Diagnostic, Fault, Segment


@dataclass(slots=True)
class Envelope:
    """Follows the envelope segments of a file.

    `message` is the reference of the open message, or None.
    """

    interchange: str | None = None
    group: str | None = None
    message: str | None = None
    last: str = "seg:UNB/1"
    segments: int = 0
    messages: int = 0
    group_messages: int = 0
    groups: int = 0

    def see(self, segment: Segment) -> Iterator[Fault]:
        """Follow one segment; give the defects that it shows."""
        self.last = segment.locator
        self.segments += 1
        if segment.tag == "UNB":
            yield from self.close()
            self.interchange = segment.get(4)
            self.messages = self.groups = 0
        elif segment.tag == "UNG":
            self.group, self.group_messages = segment.get(4), 0
            self.groups += 1
        elif segment.tag == "UNH":
            yield from self._close_message()
            self.message, self.segments = segment.get(0), 1
            self.messages += 1
            self.group_messages += 1
        elif segment.tag == "UNT":
            yield from self._unt(segment)
        elif segment.tag == "UNE":
            yield from self._close_message()
            yield from _compare(
                segment, Diagnostic.UNE_COUNT, self.group_messages, Diagnostic.UNE_REF, self.group
            )
            self.group = None
        elif segment.tag == "UNZ":
            yield from self._close_message()
            count = self.groups or self.messages
            yield from _compare(
                segment, Diagnostic.UNZ_COUNT, count, Diagnostic.UNZ_REF, self.interchange
            )
            self.interchange = None

    def close(self) -> Iterator[Fault]:
        """Give what is still open: at the end of the file, or where a new interchange begins."""
        yield from self._close_message()
        if self.interchange is not None:
            yield Fault(
                Diagnostic.NO_UNZ,
                self.last,
                "the interchange has no end (UNZ): ask whether parts are missing",
            )
        self.interchange = None

    def _close_message(self) -> Iterator[Fault]:
        if self.message is not None:
            yield Fault(
                Diagnostic.NO_UNT,
                self.last,
                "the message has no end (UNT): ask whether parts are missing",
            )
        self.message = None

    def _unt(self, segment: Segment) -> Iterator[Fault]:
        if self.message is None:
            yield Fault(
                Diagnostic.NO_UNH, segment.locator, "a message ends (UNT) that did not begin (UNH)"
            )
            return
        yield from _compare(
            segment, Diagnostic.UNT_COUNT, self.segments, Diagnostic.UNT_REF, self.message
        )
        self.message = None


def _compare(
    segment: Segment,
    count_fault: Diagnostic,
    count: int,
    reference_fault: Diagnostic,
    reference: str | None,
) -> Iterator[Fault]:
    stated = segment.get(0)
    if not stated.isdecimal() or int(stated[:12]) != count:
        yield Fault(
            count_fault, segment.locator, f"the count stated is not the count found ({count})"
        )
    if reference is not None and segment.get(1) != reference:
        yield Fault(
            reference_fault, segment.locator, "the reference differs from that at the beginning"
        )
