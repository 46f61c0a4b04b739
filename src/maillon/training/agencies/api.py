"""The passenger information unit: PAXLST messages, a file a quarter; names as in a travel document.

Shape: UN/EDIFACT PAXLST D.05B in the profile of the WCO/IATA/ICAO API guidelines.
"""

import io
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np

from maillon.model import local_id, stamp_id
from maillon.training.cast import Agency
from maillon.training.delivery import BUFFER, Book, delivered_as
from maillon.training.events import PAIR
from maillon.training.hand import Hand, Style
from maillon.training.names import Scheme, machine_readable
from maillon.training.rates import DAYS, happens
from maillon.training.world import World, day_of, moment_of

DATASET: Final = "rt_api"
STYLE: Final = Style(
    Scheme.ICAO, typo=0.008, no_birth=0.005, year_only=0.0, wrong_birth=0.008, no_passport=0.02
)
ROUTES: Final = (
    ("Q5101", "SLU", "ZED"),
    ("Q5202", "ZED", "SLU"),
    ("Q5303", "SLU", "HEN"),
    ("Q5404", "TAR", "SLU"),
)
DESK: Final = "?+88850000000001"
"""The number of the airport desk (its plus sign released), given for passengers who leave none."""
AT_DESK: Final = 0.12
MISCOUNTED: Final = 0.004
"""Share of messages whose CNT is wrong."""
ALONE: Final = 0.08
"""Passengers who travel alone, as a share of the inhabitants."""
FULL: Final = 150
LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
COUNTRY3: Final = {"ad": "AND", "li": "LIE", "lu": "LUX", "mc": "MCO", "mt": "MLT", "sm": "SMR"}


@dataclass(slots=True)
class Flight:
    """One flight of one day: bookings as locator, members and mark."""

    day: float
    route: int
    bookings: list[tuple[str, tuple[int, ...], int]] = field(default_factory=list)


class Interchange:
    """One file being written; counts the NAD segments of the whole file."""

    def __init__(
        self, raw: io.TextIOBase, world: World, hand: Hand, rng: np.random.Generator
    ) -> None:
        self.raw, self.world, self.hand, self.rng = raw, world, hand, rng
        self.names = 0
        self.persons: list[tuple[str, int]] = []
        self.proofs: list[tuple[int, str, str]] = []
        self.defects: list[tuple[str, str]] = []

    def message(self, number: int, flight: Flight) -> None:
        """Write one message: a flight and its passengers."""
        code, start, end = ROUTES[flight.route]
        leaves = moment_of(int(flight.day) + 0.3)
        reference = f"RTP{number:06d}"
        self.names += 1
        segments = [
            f"UNH+{reference}+PAXLST:D:05B:UN:IATA", "BGM+745",
            "NAD+MS+++RURITANIA AIR OPERATIONS", "COM+?+88850000000002:TE",
            f"TDT+20+{code}+++Q5", f"LOC+125+{start}", f"DTM+189:{leaves:%y%m%d%H%M}:201",
            f"LOC+87+{end}", f"DTM+232:{leaves.replace(hour=leaves.hour + 2):%y%m%d%H%M}:201",
        ]  # fmt: skip
        seat = 0
        for locator, members, mark in flight.bookings:
            for place, person in enumerate(members):
                segments.extend(self._passenger(flight, locator, person, seat))
                self.persons.append((f"seg:NAD/{self.names}", person))
                if mark and place < PAIR:
                    self.proofs.append((mark, f"seg:NAD/{self.names}", locator))
                seat += 1
        counted = seat
        if happens(self.rng, MISCOUNTED):
            counted += 1
            self.defects.append(
                (f"seg:NAD/{self.names}", f"CNT says {counted}, the message has {seat} passengers")
            )
        segments += [f"CNT+42:{counted}", f"UNT+{len(segments) + 2}+{reference}"]
        self.raw.write("'\n".join(segments) + "'\n")

    def _passenger(self, flight: Flight, locator: str, person: int, seat: int) -> list[str]:
        _, start, end = ROUTES[flight.route]
        written = self.hand.write(person)
        self.names += 1
        birth = written.born.replace("-", "")[2:]
        place = f"{seat // 6 + 1}{'ABCDEF'[seat % 6]}"
        family, given = machine_readable(written.family), machine_readable(written.given)
        segments = [f"NAD+FL+++{family}:{given}", f"ATT+2++{written.sex}"]
        if birth:
            segments.append(f"DTM+329:{birth}")
        segments += [f"LOC+178+{start}", f"LOC+179+{end}"]
        if happens(self.rng, AT_DESK):
            segments.append(f"COM+{DESK}:TE")
        if written.country:
            segments.append(f"NAT+2+{COUNTRY3[written.country]}")
        segments += [f"RFF+AVF:{locator}", f"RFF+ABO:{locator}{seat:03d}", f"RFF+SEA:{place}"]
        if written.passport:
            segments += [f"DOC+P:110:111+{written.passport}", f"DTM+36:{28 + person % 9:02d}0630"]
            if written.country:
                segments.append(f"LOC+91+{COUNTRY3[written.country]}")
        return segments


def _locator(rng: np.random.Generator) -> str:
    return "".join(LETTERS[k] for k in rng.integers(0, len(LETTERS), 6).tolist())


def flights(rng: np.random.Generator, world: World) -> list[Flight]:
    """Return all flights by day.

    Bookings of ties, group tours, lone travellers, and a few full aircraft.
    """
    found: dict[tuple[int, int], Flight] = {}
    routes = min(len(ROUTES), 1 + world.people.size // 20_000)

    def book(day: float, members: tuple[int, ...], mark: int) -> None:
        key = (int(day), int(rng.integers(0, routes)))
        found.setdefault(key, Flight(*key)).bookings.append((_locator(rng), members, mark))

    for group in world.groups.get("booking", []):
        for day in group.days:
            book(day, group.members, group.mark)
    for members, day in world.hubs.tours:
        book(day, tuple(members), 0)
    adults = np.flatnonzero(world.people.adult())
    count = int(world.people.size * ALONE)
    for person, day in zip(
        rng.choice(adults, count).tolist(), rng.uniform(2, DAYS - 2, count).tolist(), strict=True
    ):
        book(day, (person,), 0)
    ordered = [found[key] for key in sorted(found)]
    for place in rng.choice(len(ordered), max(2, len(ordered) // 400), replace=False).tolist():
        flight = ordered[place]
        missing = max(0, FULL - sum(len(m) for _, m, _ in flight.bookings))
        flight.bookings.extend(
            (_locator(rng), (p,), 0) for p in rng.choice(adults, missing, replace=False).tolist()
        )
    return ordered


def write(rng: np.random.Generator, world: World, book: Book, folder: Path) -> None:
    """Write one interchange a quarter into ``folder`` and enter them in the book."""
    hand = Hand(rng, world.facts, world.names, Agency.API, STYLE)
    quarters: dict[int, list[Flight]] = defaultdict(list)
    for flight in flights(rng, world):
        quarters[int(flight.day * 12 // (DAYS + 1))].append(flight)
    for quarter, listed in sorted(quarters.items()):
        file = f"api_{quarter + 1:02d}.edi"
        path = folder / file
        with path.open("w", encoding="ascii", newline="", buffering=BUFFER) as raw:
            inside = Interchange(raw, world, hand, rng)
            sent = f"{day_of(listed[-1].day):%y%m%d}:0900"
            control = f"{quarter + 1:09d}"
            raw.write(f"UNA:+.? '\nUNB+UNOA:4+RTAIR+RTPIU+{sent}+{control}++APIS'\n")
            raw.write(f"UNG+PAXLST+RURITANIA AIR+RTPIU+{sent}+1+UN+D:05B'\n")
            for number, flight in enumerate(listed, 1):
                inside.message(number, flight)
            raw.write(f"UNE+{len(listed)}+1'\nUNZ+1+{control}'\n")
        _enter(book, path, inside)
        book.deliver(file, "paxlst", DATASET, "Passenger Information Unit of Ruritania", grade="A1")


def _enter(book: Book, path: Path, inside: Interchange) -> None:
    delivery = delivered_as(DATASET, path)
    for locator, person in inside.persons:
        book.saw(
            Agency.API, person, DATASET, path.name, locator, stamp_id(local_id(locator), delivery)
        )
    for mark, locator, record in inside.proofs:
        ids = (stamp_id(local_id(locator), delivery), record)
        book.prove(mark, "booking", (DATASET, path.name, locator), ids)
    book.defects.extend((DATASET, path.name, locator, kind) for locator, kind in inside.defects)
