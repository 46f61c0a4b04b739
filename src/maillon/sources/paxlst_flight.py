"""The flight of a PAXLST message: its legs, their places and times."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from maillon.model import SourceError, Statement, Yielded, local_id
from maillon.sources import paxlst_dates
from maillon.sources.edifact import Segment
from maillon.sources.paxlst_tables import LEG_PLACES, TRIP_DATES


@dataclass(slots=True)
class Leg:
    """One leg: TDT, then its places (LOC) and local times (DTM)."""

    segment: Segment
    start: Segment | None = None
    end: Segment | None = None
    times: list[Segment] = field(default_factory=list)
    further: list[Segment] = field(default_factory=list)
    last: Segment | None = None

    @property
    def number(self) -> str:
        """Flight number with its carrier, e.g. ``ZZ123``."""
        return self.segment.get(1)

    @property
    def carrier(self) -> str:
        """Code of the carrier; from the flight number where TDT has none."""
        return self.segment.get(4) or self.number[:2]

    @property
    def departure(self) -> str:
        """Local time of departure, ISO, or empty."""
        return next(
            (
                paxlst_dates.moment(time.get(0, 1)) or ""
                for time in self.times
                if time.get(0) == "189"
            ),
            "",
        )

    def see(self, segment: Segment) -> bool:
        """Take a place or a time; say whether its qualifier is known."""
        kind = segment.get(0)
        if segment.tag == "DTM":
            if kind not in TRIP_DATES:
                return False
            self.times.append(segment)
            return True
        side = LEG_PLACES.get(kind)
        if side is None:
            return False
        if side == "pair":
            side = "start" if self.start is None else "end"
        if side == "start" and self.start is None:
            self.start = segment
        elif side == "end" and self.end is None:
            self.end = segment
        else:
            self.further.append(segment)
        return True

    def trip(self, dataset: str) -> str:
        """Return the id of the trip: one flight on one day between two places.

        Local where that is not known.
        """
        places = [place.get(1) for place in (self.start, self.end) if place is not None]
        if self.number and self.departure and len(places) == 2:  # noqa: PLR2004 - both ends
            return f"{dataset}-trip-{self.number}-{self.departure[:10]}-{'-'.join(places)}"
        return local_id(self.segment.locator)


@dataclass(slots=True)
class Flight:
    """All legs of one message; ``prepared`` is the day on which the interchange was made."""

    prepared: str = ""
    legs: list[Leg] = field(default_factory=list)
    said: int = 0

    @property
    def day(self) -> str:
        """The day by which two-digit years are read.

        Of the first departure, else of the interchange.
        """
        first = next((leg.departure[:10] for leg in self.legs if leg.departure), "")
        return first or self.prepared or "2000-12-31"

    def statements(self, dataset: str) -> Iterator[Yielded]:
        """Give the statements of the legs that were not given yet."""
        legs, self.said = self.legs[self.said :], len(self.legs)
        for leg in legs:
            yield from _leg(leg, dataset)

    def legs_of(self, embarkation: str, debarkation: str) -> list[Leg]:
        """Return the legs that a traveller flies, by the places of boarding and leaving.

        All where these do not fit.
        """
        starts = [leg.start.get(1) if leg.start else "" for leg in self.legs]
        ends = [leg.end.get(1) if leg.end else "" for leg in self.legs]
        first = starts.index(embarkation) if embarkation in starts else 0
        last = (
            len(ends) - 1 - ends[::-1].index(debarkation) if debarkation in ends else len(ends) - 1
        )
        return self.legs[first : last + 1] if first <= last else list(self.legs)


def _leg(leg: Leg, dataset: str) -> Iterator[Yielded]:
    trip = leg.trip(dataset)
    where = leg.segment.locator
    if leg.number:
        yield Statement(trip, "Trip", "name", leg.number, dataset, where)
    else:
        yield SourceError(dataset, where, "NO_FLIGHT_NUMBER: the conveyance has no number")
    for prop, place in (("startLocation", leg.start), ("endLocation", leg.end)):
        if place is not None and place.get(1):
            spot = f"{dataset}-place-{place.get(1)}"
            yield Statement(trip, "Trip", prop, spot, dataset, place.locator, place.get(1))
            yield Statement(spot, "Address", "name", place.get(1), dataset, place.locator)
    for place in leg.further:
        yield Statement(
            trip,
            "Trip",
            "notes",
            f"further place {place.get(1)}",
            dataset,
            place.locator,
            place.get(1),
        )
    for time in leg.times:
        value = paxlst_dates.moment(time.get(0, 1))
        if value is None:
            yield SourceError(
                dataset, time.locator, "BAD_DATE: no time of a flight (YYMMDDHHMM): not read"
            )
        else:
            yield Statement(
                trip, "Trip", TRIP_DATES[time.get(0)], value, dataset, time.locator, time.get(0, 1)
            )
