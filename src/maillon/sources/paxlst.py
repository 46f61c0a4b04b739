"""PAXLST: the passengers and crew that carriers announce before departure (API).

Source: UN/EDIFACT PAXLST D.02B and later (UNECE); ISO 9735 for the envelope.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from maillon.model import Adapter, Mode, SourceError, Yielded
from maillon.sources import paxlst_dates
from maillon.sources.edifact import Envelope, Fault, Segment, segments
from maillon.sources.paxlst_flight import Flight, Leg
from maillon.sources.paxlst_tables import IGNORED, TRAVELLERS
from maillon.sources.paxlst_traveller import Traveller

_ENVELOPE: Final = frozenset({"UNB", "UNG", "UNH", "UNT", "UNE", "UNZ"})
_TOTALS: Final = {"42": "passenger", "41": "crew"}

__all__ = ["ADAPTER", "IGNORED", "locate", "read"]


def read(raw: IO[bytes], dataset: str) -> Iterator[Yielded]:
    """Read one file of one or more interchanges.

    Args:
        raw: The file as delivered, envelopes of the network included. Left open.
        dataset: The name under which its statements are kept, e.g. ``rt_api``.

    Yields:
        The statements of each flight leg (Trip, Address) and each traveller (Person, Passport,
        Booking, Passenger), in file order. A `SourceError` for each defect, its name first
        (``UNT_COUNT: ...``): repaired where possible, so that no traveller is lost.
    """
    message = _Message(dataset)
    envelope = Envelope()
    for item in segments(raw):
        if isinstance(item, Fault):
            yield _error(dataset, item)
            continue
        for fault in envelope.see(item):
            yield _error(dataset, fault)
        yield from message.see(item)
    yield from message.end()
    for fault in envelope.close():
        yield _error(dataset, fault)


def _error(dataset: str, fault: Fault) -> SourceError:
    return SourceError(dataset, fault.locator, f"{fault.diagnostic.value}: {fault.text}")


@dataclass(slots=True)
class _Message:
    """The message being read: its flight, and the traveller whose group is open."""

    dataset: str
    flight: Flight = field(default_factory=Flight)
    traveller: Traveller | None = None
    prepared: str = ""
    is_ours: bool = True
    is_part: bool = False
    counts: dict[str, int] = field(default_factory=dict)

    def see(self, segment: Segment) -> Iterator[Yielded]:
        """Read one segment."""
        tag = segment.tag
        if tag in _ENVELOPE:
            yield from self.envelope(segment)
        elif not self.is_ours:
            return
        elif tag == "NAD":
            yield from self.nad(segment)
        elif tag == "CNT":
            yield from self.end_traveller()
            yield from self.total(segment)
        elif self.traveller is not None:
            yield from self.traveller.see(segment)
        elif tag == "TDT":
            if segment.get(0) != "34":
                self.flight.legs.append(Leg(segment))
        elif tag in {"LOC", "DTM"}:
            yield from self.place(segment)
        elif tag not in {"BGM", "RFF", "COM"}:
            yield self.unknown(segment)

    def envelope(self, segment: Segment) -> Iterator[Yielded]:
        """Begin or end a message."""
        yield from self.end()
        if segment.tag == "UNB":
            self.prepared = (paxlst_dates.moment(segment.get(3)) or "")[:10]
        elif segment.tag == "UNH":
            self.flight, self.counts = Flight(self.prepared), {}
            kind = segment.get(1)
            self.is_ours = kind == "PAXLST"
            part = segment.get(3).lstrip("0")
            self.is_part = part not in {"", "1"} or segment.get(3, 1) == "C"
            if not self.is_ours:
                reason = f"MESSAGE_TYPE: {kind[:6]!r} is no PAXLST: the message is not read"
                yield SourceError(self.dataset, segment.locator, reason)

    def end(self) -> Iterator[Yielded]:
        """End the open message."""
        yield from self.end_traveller()
        yield from self.flight.statements(self.dataset)

    def end_traveller(self) -> Iterator[Yielded]:
        """End the group of the open traveller."""
        if self.traveller is not None:
            yield from self.flight.statements(self.dataset)
            yield from self.traveller.statements()
        self.traveller = None

    def nad(self, segment: Segment) -> Iterator[Yielded]:
        """Begin a traveller, or pass the reporting desk over."""
        yield from self.end_traveller()
        kind = segment.get(0)
        if kind == "MS":
            return
        role = TRAVELLERS.get(kind)
        if role is None:
            reason = f"UNKNOWN_QUALIFIER: NAD {kind[:3]!r}: read as a traveller without role"
            yield SourceError(self.dataset, segment.locator, reason)
        self.counts["crew" if role and "crew" in role else "passenger"] = (
            self.counts.get("crew" if role and "crew" in role else "passenger", 0) + 1
        )
        self.traveller = Traveller(self.dataset, segment, role or "", self.flight)

    def place(self, segment: Segment) -> Iterator[Yielded]:
        """Read a place or time of a leg."""
        if not self.flight.legs:
            yield SourceError(
                self.dataset, segment.locator, "NO_TDT: a place or time before the flight: not read"
            )
        elif not self.flight.legs[-1].see(segment):
            yield self.unknown(segment)

    def total(self, segment: Segment) -> Iterator[Yielded]:
        """Compare the total of a message with the travellers read.

        Parts of a list state the total of all.
        """
        stated, kind = segment.get(0, 1), _TOTALS.get(segment.get(0))
        if kind is None:
            yield self.unknown(segment)
        elif not self.is_part and (
            not stated.isdecimal() or int(stated[:9]) != self.counts.get(kind, 0)
        ):
            found = self.counts.get(kind, 0)
            reason = (
                f"CNT_TOTAL: the total stated is not the {found} read: ask for the missing part"
            )
            yield SourceError(self.dataset, segment.locator, reason)

    def unknown(self, segment: Segment) -> SourceError:
        """Return the error of a segment that has no place here."""
        reason = f"UNKNOWN_SEGMENT: {segment.tag}+{segment.get(0)[:3]} is not known here: not read"
        return SourceError(self.dataset, segment.locator, reason)


def locate(raw: IO[bytes], locator: str) -> str:
    """Return the delivered segment at ``seg:NAD/5``.

    Terminator, line wraps and release characters are left out.

    Raises:
        KeyError: The file has no such segment.
    """
    for item in segments(raw):
        if isinstance(item, Segment) and item.locator == locator:
            return item.text
    raise KeyError(locator)


ADAPTER: Final = Adapter(
    name="paxlst",
    spec="UN/EDIFACT PAXLST D.02B to D.12B and later",
    read=read,
    locate=locate,
    mode=Mode.MESSAGES,
)
