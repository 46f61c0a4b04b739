"""One traveller of a PAXLST message: person, documents, booking, and the place on each leg."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from maillon.model import SourceError, Statement, Yielded, local_id
from maillon.sources import paxlst_dates, values
from maillon.sources.edifact import Segment
from maillon.sources.emit import doubtful_birth
from maillon.sources.paxlst_flight import Flight
from maillon.sources.paxlst_tables import (
    CONTACTS,
    DOCUMENT_DATES,
    GENDERS,
    IDENTITY_CARDS,
    PASSPORTS,
    PERSON_PLACES,
    REFERENCES,
    VERIFIED,
)

_NAME_PARTS: Final = ("lastName", "firstName", "middleName")


@dataclass(slots=True)
class Traveller:
    """Takes the segments of one NAD group; gives its statements at the end of the group."""

    dataset: str
    nad: Segment
    role: str
    flight: Flight
    out: list[Yielded] = field(default_factory=list)
    passenger: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    locator_code: Segment | None = None
    ends: dict[str, str] = field(default_factory=dict)
    document: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        self._name()
        self._address()

    @property
    def id(self) -> str:
        """Entity id of the person, e.g. ``@seg:NAD/5``."""
        return local_id(self.nad.locator)

    def say(self, prop: str, value: str, segment: Segment, original: str | None = None) -> None:
        """Put out a statement on the person."""
        kept = None if original == value else original
        self.out.append(
            Statement(self.id, "Person", prop, value, self.dataset, segment.locator, kept)
        )

    def error(self, segment: Segment, reason: str) -> None:
        """Put out an error."""
        self.out.append(SourceError(self.dataset, segment.locator, reason))

    def see(self, segment: Segment) -> Iterator[Yielded]:
        """Take one segment of the group."""
        readers = {
            "ATT": self._gender,
            "DTM": self._date,
            "MEA": self._measure,
            "FTX": self._text,
            "GEI": self._verified,
            "LOC": self._place,
            "COM": self._contact,
            "EMP": self._duty,
            "NAT": self._nationality,
            "RFF": self._reference,
            "DOC": self._document,
        }
        reader = readers.get(segment.tag)
        if reader is None:
            reason = f"UNKNOWN_SEGMENT: {segment.tag} is not known in a traveller: not read"
            self.error(segment, reason)
        else:
            reader(segment)
        return iter(())

    def statements(self) -> Iterator[Yielded]:
        """Give all statements of the traveller, in the order of the file.

        Then his place on each leg.
        """
        yield from self.out
        legs = self.flight.legs_of(
            self.ends.get("embarkation", ""), self.ends.get("debarkation", "")
        )
        booking = self._booking()
        if booking is not None:
            yield from booking[1]
        for number, leg in enumerate(legs or [None], 1):
            entity = local_id(f"{self.nad.locator}!passenger{number}")
            yield self._ride(entity, "traveller", self.id, self.nad.locator, self._delivered())
            if self.role:
                yield self._ride(entity, "role", self.role, self.nad.locator, self.nad.get(0))
            if leg is not None:
                where = leg.segment.locator
                yield self._ride(entity, "trip", leg.trip(self.dataset), where, leg.number or None)
                day = leg.departure[:10]
                if day:
                    time = next(each for each in leg.times if each.get(0) == "189")
                    yield self._ride(entity, "date", day, time.locator, time.get(0, 1))
            if booking is not None and self.locator_code is not None:
                yield self._ride(
                    entity,
                    "booking",
                    booking[0],
                    self.locator_code.locator,
                    self.locator_code.get(0, 1),
                )
            for prop, value, locator, original in self.passenger:
                yield self._ride(entity, prop, value, locator, original)

    def _ride(
        self, entity: str, prop: str, value: str, locator: str, original: str | None
    ) -> Statement:
        kept = None if original == value else original
        return Statement(entity, "Passenger", prop, value, self.dataset, locator, kept)

    def _booking(self) -> tuple[str, list[Statement]] | None:
        """Return id and statements of the booking.

        Locators are used again, so its id holds carrier and day.
        """
        code = self.locator_code
        if code is None:
            return None
        leg = self.flight.legs[0] if self.flight.legs else None
        carrier = leg.carrier if leg else ""
        day = self.flight.day if leg and leg.departure else ""
        entity = "-".join(
            part for part in (self.dataset, "booking", carrier, code.get(0, 1), day) if part
        )
        said = [
            Statement(entity, "Booking", "locatorCode", code.get(0, 1), self.dataset, code.locator)
        ]
        if leg is not None and carrier:
            said.append(
                Statement(entity, "Booking", "carrier", carrier, self.dataset, leg.segment.locator)
            )
        if leg is not None and day:
            time = next((each for each in leg.times if each.get(0) == "189"), leg.segment)
            said.append(
                Statement(
                    entity, "Booking", "date", day, self.dataset, time.locator, time.get(0, 1)
                )
            )
        return entity, said

    def _delivered(self) -> str | None:
        parts = self.nad.elements[3] if len(self.nad.elements) > 3 else []  # noqa: PLR2004 - C080 is the fourth
        return " ".join(part.strip() for part in parts if part.strip()) or None

    def _name(self) -> None:
        parts = self.nad.elements[3] if len(self.nad.elements) > 3 else []  # noqa: PLR2004 - C080 is the fourth
        texts = [values.squeeze(part) for part in parts]
        delivered = [text for text in texts if text]
        if not delivered:
            if self.nad.get(0) != "ZZZ":
                self.error(self.nad, "NO_NAME: a traveller without a name")
            return
        given = texts[1:] + texts[:1] if len(texts) > 1 else texts
        self.say("name", " ".join(text for text in given if text), self.nad, " ".join(delivered))
        if len(delivered) > 1:
            for prop, text in zip(_NAME_PARTS, texts, strict=False):
                if text:
                    self.say(prop, text, self.nad)
        for text in texts[len(_NAME_PARTS) :]:
            if text:
                self.say("middleName", text, self.nad)

    def _address(self) -> None:
        parts = [values.squeeze(" ".join(part)) for part in self.nad.elements[4:9]]
        texts = [text for text in parts if text]
        if not texts:
            return
        if len(parts) > 4 and parts[4]:  # noqa: PLR2004 - the country stands ninth
            self._country("country", parts[4], self.nad)
        whole = ", ".join(texts)
        if values.is_street(whole) and parts[0]:
            self.say("address", whole, self.nad, " ".join(texts))
            return
        if texts == [parts[4] if len(parts) > 4 else ""]:  # noqa: PLR2004
            return
        spot = local_id(self.nad.locator + "!address")
        self.say("addressEntity", spot, self.nad, " ".join(texts))
        for prop, text in zip(("street", "city", "state", "postalCode"), parts, strict=False):
            if text:
                self.out.append(
                    Statement(spot, "Address", prop, text, self.dataset, self.nad.locator)
                )

    def _country(self, prop: str, text: str, segment: Segment) -> None:
        code = values.country(text)
        if code is None:
            self.error(
                segment, f"BAD_COUNTRY: no country code that ISO 3166 has: {prop} is not read"
            )
        else:
            self.say(prop, code, segment, text)

    def _gender(self, segment: Segment) -> None:
        text = segment.get(2) or segment.get(1)
        value = GENDERS.get(text)
        if segment.get(0) != "2":
            self.error(segment, "UNKNOWN_QUALIFIER: an attribute other than gender: not read")
        elif value is not None:
            self.say("gender", value, segment, text)
        elif text not in {"", "U"}:
            self.error(segment, "BAD_GENDER: none of M, F, X, U: not read")

    def _date(self, segment: Segment) -> None:
        kind, text = segment.get(0), segment.get(0, 1)
        if self.document is not None and kind in DOCUMENT_DATES:
            self._document_date(segment)
            return
        if kind != "329":
            self.error(segment, f"UNKNOWN_QUALIFIER: DTM {kind[:3]!r} is not known here: not read")
            return
        found = paxlst_dates.birth(text, self.flight.day)
        if found is None:
            self.error(segment, "DOB_INVALID: no day (YYMMDD or CCYYMMDD): not read")
            if text:
                self.out.extend(
                    doubtful_birth(self.id, "Person", self.dataset, segment.locator, text)
                )
            return
        if found.is_partial:
            self.error(segment, "DOB_PARTIAL: day or month is 00: read as far as it is known")
        self.say("birthDate", found.value, segment, text)

    def _document_date(self, segment: Segment) -> None:
        assert self.document is not None
        found = paxlst_dates.document(segment.get(0, 1), self.flight.day)
        if found is None:
            self.error(segment, "BAD_DATE: no day of a document (YYMMDD or CCYYMMDD): not read")
            return
        entity, schema = self.document
        prop = DOCUMENT_DATES[segment.get(0)]
        text = segment.get(0, 1)
        self.out.append(
            Statement(entity, schema, prop, found.value, self.dataset, segment.locator, text)
        )

    def _measure(self, segment: Segment) -> None:
        if segment.get(0) == "CT":
            count = segment.get(2, 1) or segment.get(2)
            self._pass("bags", count, segment)
        else:
            self._pass("description", _flat(segment), segment)

    def _text(self, segment: Segment) -> None:
        self._pass("description", _flat(segment), segment)

    def _verified(self, segment: Segment) -> None:
        code = segment.get(1)
        if segment.get(0) == "4" and code in VERIFIED:
            self._pass("status", VERIFIED[code], segment, code)
        else:
            self._pass("description", _flat(segment), segment)

    def _pass(self, prop: str, value: str, segment: Segment, original: str | None = None) -> None:
        if value:
            self.passenger.append((prop, value, segment.locator, original))

    def _place(self, segment: Segment) -> None:
        kind, code, text = segment.get(0), segment.get(1), segment.get(1, 3)
        if self.document is not None and kind == "91":
            self._issuer(segment)
            return
        side = PERSON_PLACES.get(kind)
        if side == "country":
            self._country("country", code or text, segment)
        elif side == "birth":
            if code:
                self._country("birthCountry", code, segment)
            further = [segment.get(element, 3) for element in range(1, len(segment.elements))]
            place = ", ".join(part for part in further if part)
            if place:
                self.say("birthPlace", place, segment, " ".join(part for part in further if part))
        elif side in {"embarkation", "debarkation"}:
            self.ends[side] = code
            self._pass(side, code, segment)
        elif side == "first":
            self._pass("description", code or text, segment)
        else:
            self.error(segment, f"UNKNOWN_QUALIFIER: LOC {kind[:3]!r} is not known here: not read")

    def _contact(self, segment: Segment) -> None:
        for element in segment.elements:
            text, kind = element[0].strip(), element[1].strip() if len(element) > 1 else ""
            prop = CONTACTS.get(kind)
            value = (
                values.phone(text)
                if prop == "phone"
                else values.typed("email", text)
                if prop
                else None
            )
            if prop is None or value is None:
                self.error(
                    segment, "BAD_CONTACT: no phone in E.164 (+...) and no mail address: not read"
                )
            else:
                self.say(prop, value, segment, text)

    def _duty(self, segment: Segment) -> None:
        self._pass("role", segment.get(1) or segment.get(0), segment)

    def _nationality(self, segment: Segment) -> None:
        self._country("nationality", segment.get(1), segment)

    def _reference(self, segment: Segment) -> None:
        kind, text = segment.get(0), segment.get(0, 1)
        target = REFERENCES.get(kind)
        if target is None or not text:
            self.error(segment, f"UNKNOWN_QUALIFIER: RFF {kind[:3]!r} is not known here: not read")
        elif target[0] == "Booking":
            self.locator_code = segment
        elif target[0] == "Person":
            self.say(target[1], text, segment)
        else:
            self._pass(target[1], text, segment)

    def _document(self, segment: Segment) -> None:
        kind, number = segment.get(0), segment.get(1)
        is_passport = kind in PASSPORTS
        schema = "Passport" if is_passport else "Identification"
        entity = local_id(segment.locator)
        self.document = (entity, schema)
        for prop, value, original in (
            ("holder", self.id, number or kind), ("type", kind, None), ("number", number, None),
        ):  # fmt: skip
            if value:
                where = segment.locator
                self.out.append(
                    Statement(entity, schema, prop, value, self.dataset, where, original)
                )
        if number and is_passport:
            self.say("passportNumber", number, segment)
        elif number and kind in IDENTITY_CARDS:
            self.say("idNumber", number, segment)

    def _issuer(self, segment: Segment) -> None:
        assert self.document is not None
        entity, schema = self.document
        text = segment.get(1)
        code = values.country(text)
        if code is None:
            self.error(
                segment, "BAD_COUNTRY: no country code that ISO 3166 has: the issuer is not read"
            )
        else:
            where = segment.locator
            self.out.append(Statement(entity, schema, "country", code, self.dataset, where, text))


def _flat(segment: Segment) -> str:
    """Return all components of a segment, joined by spaces."""
    return " ".join(
        part.strip() for element in segment.elements for part in element if part.strip()
    )
