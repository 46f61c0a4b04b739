"""How an agency writes people down.

Its transliteration, its typos, what it leaves out and what it gets wrong.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

import numpy as np

from maillon.training.cast import Agency
from maillon.training.names import Names, Scheme
from maillon.training.people import COUNTRIES, NONE, People, address_text, passport_text, phone_text

DECEMBER: Final = 12
SWAPPED: Final = 0.5
"""Share of miswritten dates in which day and month change places."""
SHORTEST: Final = 4
"""Letters of the shortest word that is ever misspelt."""
PLACEHOLDER: Final = "1900-01-01"
WITHOUT_MIDDLE: Final = 0.2
"""Share of persons whose father's name an agency leaves out."""
OLD_PHONE: Final = 5 * 10**9
"""Added to a number to give the one that the person had before."""


@dataclass(frozen=True, slots=True)
class Style:
    """Rates of one agency, each a share of its persons.

    Attributes:
        scheme: Transliteration.
        typo: Misspelt given or family name.
        no_birth, year_only, wrong_birth: Birth date left out, a year only, or miswritten.
        no_id, no_passport, no_phone, no_address: Value left out.
        old_phone: The number that the person had before.
        placeholder: Birth date written as 1900-01-01, document as ``N/A``.
    """

    scheme: Scheme
    typo: float = 0.02
    no_birth: float = 0.01
    year_only: float = 0.01
    wrong_birth: float = 0.01
    no_id: float = 0.1
    no_passport: float = 0.3
    no_phone: float = 0.25
    no_address: float = 0.15
    old_phone: float = 0.08
    placeholder: float = 0.0


class Written(NamedTuple):
    """A person as one agency has it; text that it has not is empty, dates are ISO, maybe partial.

    ``given`` and ``family`` are spelt in the agency's scheme; ``native`` is the whole name in its
    own script.
    """

    given: str
    family: str
    native: str
    born: str
    sex: str
    id_no: str
    passport: str
    phone: str
    address: str
    country: str


def misspelt(word: str, chance: float) -> str:
    """Return ``word`` with one letter dropped, doubled or swapped with its neighbour.

    ``chance`` in [0, 1) says which.
    """
    if len(word) < SHORTEST:
        return word
    place = 1 + int(chance * 7919) % (len(word) - 2)
    kind = int(chance * 104_729) % 3
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + word[place] + word[place:]
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def miswritten(day: date, chance: float) -> date:
    """Return ``day`` with day and month swapped where that is a date, else another year."""
    if day.day <= DECEMBER and day.day != day.month and chance < SWAPPED:
        return date(day.year, day.day, day.month)
    return date(day.year + (1 if int(chance * 8) % 2 else -1), day.month, min(day.day, 28))


class Facts:
    """The inhabitants as plain lists, which single look-ups read ten times faster than arrays.

    Made once.
    """

    def __init__(self, people: People) -> None:
        self.size = people.size
        self.male: list[bool] = people.male.tolist()
        self.sure: list[bool] = people.sure.tolist()
        self.shown: list[bool] = people.shown.tolist()
        self.given: list[int] = people.given.tolist()
        self.middle: list[int] = people.middle.tolist()
        self.family: list[int] = people.family.tolist()
        self.alias_given: list[int] = people.alias_given.tolist()
        self.alias_family: list[int] = people.alias_family.tolist()
        self.alias_agency: list[int] = people.alias_agency.tolist()
        self.born: list[int] = people.born.tolist()
        self.id_no: list[int] = people.id_no.tolist()
        self.passport: list[int] = people.passport.tolist()
        self.country: list[int] = people.country.tolist()
        self.phone: list[int] = people.phone.tolist()
        self.address: list[int] = people.address.tolist()
        self.second_phone: list[int] = people.second_phone.tolist()
        self.second_address: list[int] = people.second_address.tolist()


class Hand:
    """Writes persons for one agency: always the same way for the same person."""

    def __init__(
        self, rng: np.random.Generator, facts: Facts, names: Names, agency: Agency, style: Style
    ) -> None:
        self.facts, self.style, self._agency = facts, style, int(agency)
        self._phones = facts.second_phone if agency == Agency.CUSTOMS else None
        self._addresses = facts.second_address if agency == Agency.COMPANIES else None
        scheme, native = int(style.scheme), int(Scheme.NATIVE)
        self._given, self._native_given = names.given[scheme], names.given[native]
        self._last = (names.family_feminine[scheme], names.family[scheme])
        self._native_last = (names.family_feminine[native], names.family[native])
        self._chance = rng.random((facts.size, 9), dtype=np.float32)
        self._written: dict[int, Written] = {}

    def write(self, person: int) -> Written:
        """Return the person as this agency has it."""
        written = self._written.get(person)
        if written is None:
            written = self._written[person] = self._compose(person)
        return written

    def _compose(self, person: int) -> Written:
        facts, style, chance = self.facts, self.style, self._chance[person].tolist()
        sure, shown = facts.sure[person], facts.shown[person]
        given, family, native = self._name(person, 1.0 if sure else chance[0])
        phone, shows_phone = self._phone(person, chance[1])
        address, shows_address = facts.address[person], shown
        if self._addresses is not None and self._addresses[person] != NONE:
            address, shows_address = self._addresses[person], True
        country = facts.country[person]
        has_placeholder = chance[2] > 1 - style.placeholder and not sure
        no_id = chance[5] < style.no_id and not sure
        return Written(
            given=given,
            family=family,
            native=native,
            born=self._birth(facts.born[person], 1.0 if sure else chance[3], chance[4]),
            sex="M" if facts.male[person] else "F",
            id_no="N/A" if has_placeholder else "" if no_id else f"{facts.id_no[person]:09d}",
            passport=""
            if chance[6] < style.no_passport and not sure
            else passport_text(facts.passport[person]),
            phone="" if chance[7] < style.no_phone and not shows_phone else phone_text(phone),
            address=""
            if chance[8] < style.no_address and not shows_address
            else address_text(address),
            country=COUNTRIES[country] if country != NONE else "",
        )

    def _phone(self, person: int, chance: float) -> tuple[int, bool]:
        """Return the number that the agency has, and whether it is never left out."""
        if self._phones is not None and self._phones[person] != NONE:
            return self._phones[person], True
        number, shown = self.facts.phone[person], self.facts.shown[person]
        return number + (OLD_PHONE if chance < self.style.old_phone and not shown else 0), shown

    def _name(self, person: int, chance: float) -> tuple[str, str, str]:
        facts = self.facts
        given, family, male = facts.given[person], facts.family[person], facts.male[person]
        if facts.alias_agency[person] == self._agency:
            given, family = facts.alias_given[person], facts.alias_family[person]
        spelt, native = self._given[given], self._native_given[given]
        middle = facts.middle[person]
        if middle != NONE and chance > WITHOUT_MIDDLE:
            spelt, native = (
                f"{spelt} {self._given[middle]}",
                f"{native} {self._native_given[middle]}",
            )
        surname = self._last[male][family]
        typo = self.style.typo
        if chance < typo:
            if chance < typo / 2:
                surname = misspelt(surname, chance / typo)
            else:
                spelt = misspelt(spelt, chance / typo)
        return spelt, surname, f"{native} {self._native_last[male][family]}"

    def _birth(self, born: int, chance: float, other: float) -> str:
        style, day = self.style, date.fromordinal(born)
        limit = style.no_birth
        if chance < limit:
            return ""
        if chance < (limit := limit + style.year_only):
            return str(day.year)
        if chance < (limit := limit + style.wrong_birth):
            return miswritten(day, other).isoformat()
        return PLACEHOLDER if chance < limit + style.placeholder else day.isoformat()
