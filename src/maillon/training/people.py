"""The inhabitants: households with one surname and one address, communities, propensities.

Identities.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from maillon.training.names import Floats, Ints, Names, Scheme, table, without_marks, zipf
from maillon.training.rates import Rates

NONE: Final = -1
PROPENSITY_CAP: Final = 30.0
SMALLEST_COMMUNITY: Final = 60
LARGEST_COMMUNITY: Final = 1500
HOT: Final = 4.0
"""How much more offenders come from a hot community."""
COUNTRIES: Final = ("ad", "li", "lu", "mc", "mt", "sm")
"""Nationalities of foreigners, drawn without regard to the name.

Ruritania itself has no ISO 3166 code.
"""
TODAY: Final = date(2026, 10, 31).toordinal()
YEAR: Final = 365.25
AGE_OF_MAJORITY: Final = 18
OLDEST: Final = 75
PARTNER: Final = 1
"""Place of the partner in a household; the head is 0, children come after."""
CHILD: Final = 2
OWN_NAME: Final = 0.12
"""Share of partners who keep their own family name."""
LIKE_FATHER: Final = 0.08
"""Share of sons who bear the given name of the head of the household."""
TWIN: Final = 0.05
"""Share of second children who are twins."""
LANDLINE: Final = 0.3
FOREIGN: Final = 0.25
NUMBERS: Final = 399
FLATS: Final = 10

Bools = npt.NDArray[np.bool_]


@dataclass(slots=True)
class People:
    """Arrays over persons, ``0 … size-1``.

    Written by `populate`, then by what is planted; read-only after that.

    Attributes:
        community, household: Ids; both are runs of consecutive persons.
        propensity: How much one is in touch with others; a power law.
        male, given, middle, family, pool: The name; ``middle`` is a father's given name or `NONE`.
        born: Birth day, proleptic ordinal.
        id_no, passport, phone, landline: Numbers; ``landline`` is the household's or `NONE`.
        address: Id of the address, see `address_text`.
        country: Index in `COUNTRIES` or `NONE`.
        alias_given, alias_family, alias_agency: A second name and the one agency that knows only
            it, or `NONE`.
        second_phone, second_address: Somebody else's value: the phone that customs, the address
            that the company
            register has for this person, or `NONE`.
        shown: Whether the person's own phone and address are never left out.
        sure: Whether documents and birth date are never left out or miswritten for this person.
        hot: Whether the community is one in which offenders live close together.
        offender: Weight by which one comes to the notice of the authorities.
        families: Person, relative and what the relative is to the person.
        homonyms: Two persons each with one name and one birth date.
    """

    size: int
    community: Ints
    household: Ints
    propensity: Floats
    male: Bools
    given: Ints
    middle: Ints
    family: Ints
    pool: Ints
    born: Ints
    id_no: Ints
    passport: Ints
    phone: Ints
    landline: Ints
    address: Ints
    country: Ints
    alias_given: Ints
    alias_family: Ints
    alias_agency: Ints
    second_phone: Ints
    second_address: Ints
    shown: Bools
    sure: Bools
    hot: Bools
    offender: Floats
    families: list[tuple[int, int, str]]
    homonyms: list[tuple[int, int]]

    def adult(self) -> Bools:
        """Return who is 18 to 75 years old on the last day."""
        age = (TODAY - self.born) / YEAR
        return np.asarray((age >= AGE_OF_MAJORITY) & (age <= OLDEST), dtype=np.bool_)


@cache
def _places() -> tuple[list[str], list[str], list[int]]:
    cities = table("places")
    return (
        [r["street"] for r in table("streets")],
        [r["city"] for r in cities],
        [int(r["postcode"]) for r in cities],
    )


@lru_cache(100_000)
def address_parts(address: int) -> tuple[str, str, str]:
    """Return street line, postcode and city of an address id, e.g.

    ``("12 Mill Lane, Flat 3", "2104", "Zenda")``.
    """
    streets, cities, postcodes = _places()
    rest, flat = divmod(address, FLATS)
    rest, number = divmod(rest, NUMBERS)
    city, street = divmod(rest, len(streets))
    line = f"{number + 1} {streets[street]}" + (f", Flat {flat}" if flat else "")
    return line, str(postcodes[city] + street % 17), cities[city]


def address_text(address: int) -> str:
    """Return the address with this id, e.g. ``12 Mill Lane, Flat 3, 2104 Zenda``."""
    line, postcode, city = address_parts(address)
    return f"{line}, {postcode} {city}"


def phone_text(phone: int) -> str:
    """Return the E.164 number, in the range +888 that is assigned to nobody."""
    return f"+888{phone:011d}"


def passport_text(passport: int) -> str:
    """Return the passport number, e.g. ``RA1234567``."""
    letter, digits = divmod(passport, 10_000_000)
    return f"R{chr(65 + letter)}{digits:07d}"


def _unique(rng: np.random.Generator, count: int, low: int, high: int) -> Ints:
    """Return ``count`` different numbers from ``low`` up to, not including, ``high``.

    In random order.
    """
    step = (high - low) // count
    return np.asarray(
        low + rng.permutation(count) * step + rng.integers(0, step, count), dtype=np.int64
    )


def _households(rng: np.random.Generator, persons: int) -> Ints:
    sizes = rng.choice(np.arange(1, 7), size=persons, p=[0.30, 0.30, 0.15, 0.15, 0.07, 0.03])
    return np.asarray(np.repeat(np.arange(persons), sizes)[:persons], dtype=np.int64)


def _communities(rng: np.random.Generator, household: Ints) -> Ints:
    persons = len(household)
    largest = min(LARGEST_COMMUNITY, max(SMALLEST_COMMUNITY * 2, persons // 8))
    count = persons // SMALLEST_COMMUNITY + 1
    sizes = np.minimum(SMALLEST_COMMUNITY * (rng.pareto(1.3, count) + 1), largest).astype(np.int64)
    by_person = np.repeat(np.arange(count), sizes)[:persons]
    first = np.searchsorted(household, np.arange(household[-1] + 1))
    return np.asarray(by_person[first][household], dtype=np.int64)


def _births(rng: np.random.Generator, place: Ints, head: Ints) -> Ints:
    """Return birth days: heads of 25 to 75 years, partners near them.

    Children a generation later.
    """
    size = len(place)
    born = (TODAY - rng.uniform(25, 75, size) * YEAR).astype(np.int64)
    partner = place == PARTNER
    born[partner] = born[head[partner]] + rng.normal(0, 4 * YEAR, int(partner.sum())).astype(
        np.int64
    )
    child = place >= CHILD
    later = rng.uniform(20, 36, int(child.sum())) * YEAR
    born[child] = np.minimum(
        born[head[child]] + later.astype(np.int64), TODAY - rng.integers(200, 6000, later.size)
    )
    return born


def _name(rng: np.random.Generator, names: Names, people: People, head: Ints, place: Ints) -> None:
    for index, pool in enumerate(names.pools):
        mine = people.pool == index
        for male, members in ((True, pool.male), (False, pool.female)):
            who = np.flatnonzero(mine & (people.male == male))
            people.given[who] = zipf(rng, members, len(who))
        who = np.flatnonzero(mine)
        people.family[who] = zipf(rng, pool.family, len(who))
        if pool.patronymic:
            people.middle[who] = zipf(rng, pool.male, len(who))
    keeps = (place == PARTNER) & (rng.random(people.size) < OWN_NAME)
    people.family[~keeps] = people.family[head[~keeps]]
    child = np.flatnonzero((place >= CHILD) & people.male[head])
    people.middle[child] = np.where(people.middle[child] == NONE, NONE, people.given[head[child]])
    like_father = child[people.male[child] & (rng.random(len(child)) < LIKE_FATHER)]
    people.given[like_father] = people.given[head[like_father]]


def _doubles(rng: np.random.Generator, people: People, place: Ints) -> None:
    """Make twins, people of one name and one birth date, recycled passports and shared phones."""
    third = np.flatnonzero((place[1:] == CHILD + 1) & (rng.random(people.size - 1) < TWIN))
    people.born[third + 1] = people.born[third]
    adults = rng.permutation(np.flatnonzero(people.adult()))
    few = max(4, people.size // 1000)
    for one, other in zip(adults[:few].tolist(), adults[few : 2 * few].tolist(), strict=True):
        make_homonym(people, one, other)
        people.homonyms.append((one, other))
    rest = adults[2 * few :]
    half = max(2, few // 2)
    people.passport[rest[:half]] = people.passport[rest[half : 2 * half]]
    people.phone[rest[2 * half : 3 * half]] = people.phone[rest[3 * half : 4 * half]]


def make_homonym(people: People, one: int, other: int) -> None:
    """Give ``other`` the name, sex and birth date of ``one``.

    Documents, phone and address stay its own.
    """
    for values in (
        people.male,
        people.given,
        people.middle,
        people.family,
        people.pool,
        people.born,
    ):
        values[other] = values[one]


def _families(place: Ints, head: Ints) -> list[tuple[int, int, str]]:
    found = []
    for person in np.flatnonzero(place > 0).tolist():
        word = "partner" if place[person] == 1 else "child"
        found.append((int(head[person]), person, word))
    return found


def full_name(people: People, names: Names, person: int, scheme: Scheme) -> str:
    """Return given, middle and family name of a person in one spelling."""
    last = names.family if people.male[person] else names.family_feminine
    parts = [names.given[scheme][people.given[person]]]
    if people.middle[person] != NONE:
        parts.append(names.given[scheme][people.middle[person]])
    return " ".join([*parts, last[scheme][people.family[person]]])


def normalised(name: str) -> str:
    """Return the form in which full names to avoid are given.

    No accents, no case, words in alphabetical order.
    """
    return " ".join(sorted(without_marks(name).casefold().split()))


def _avoid(rng: np.random.Generator, names: Names, people: People, avoid: frozenset[str]) -> None:
    """Redraw the given name of everybody whose full name, in any spelling, is one of ``avoid``."""
    for person in range(people.size):
        pool = names.pools[people.pool[person]]
        members = pool.male if people.male[person] else pool.female
        while any(normalised(full_name(people, names, person, s)) in avoid for s in Scheme):
            people.given[person] = rng.integers(members.start, members.stop)


def populate(rng: np.random.Generator, rates: Rates, names: Names, avoid: frozenset[str]) -> People:
    """Return the inhabitants; full names in ``avoid`` (see `normalised`) are drawn again."""
    size = rates.persons
    household = _households(rng, size)
    first = np.searchsorted(household, np.arange(household[-1] + 1))
    head = first[household]
    place = np.arange(size) - head
    community = _communities(rng, household)
    communities = int(community[-1]) + 1
    hot = rng.permutation(communities) < max(3, communities // 8)
    male = rng.integers(0, 2, size) == 1
    male[place == PARTNER] = ~male[head[place == PARTNER]]
    shares = np.array([p.share for p in names.pools])
    pool = rng.choice(len(shares), size=int(household[-1]) + 1, p=shares / shares.sum())[household]
    landline = np.where(
        rng.random(int(household[-1]) + 1) < LANDLINE,
        _unique(rng, int(household[-1]) + 1, 2 * 10**9, 3 * 10**9),
        NONE,
    )
    per_city = len(_places()[0]) * NUMBERS * FLATS
    city_share = np.array([float(r["share"]) for r in table("places")])
    city = rng.choice(len(city_share), size=communities, p=city_share / city_share.sum())
    places = city[community[first]] * per_city + _unique(rng, len(first), 0, per_city)

    def none() -> Ints:
        return np.full(size, NONE, dtype=np.int64)

    people = People(
        size=size,
        community=community,
        household=household,
        propensity=np.minimum(rng.pareto(1.5, size) + 1.0, PROPENSITY_CAP),
        male=male,
        given=none(),
        middle=none(),
        family=none(),
        pool=np.asarray(pool, dtype=np.int64),
        born=_births(rng, place, head),
        id_no=_unique(rng, size, 10**8, 10**9),
        passport=_unique(rng, size, 0, 26 * 10**7),
        phone=_unique(rng, size, 4 * 10**10, 5 * 10**10),
        landline=np.asarray(landline[household], dtype=np.int64),
        address=np.asarray(places[household], dtype=np.int64),
        country=np.where(rng.random(size) < FOREIGN, rng.integers(0, len(COUNTRIES), size), NONE),
        alias_given=none(),
        alias_family=none(),
        alias_agency=none(),
        second_phone=none(),
        second_address=none(),
        shown=np.zeros(size, dtype=np.bool_),
        sure=np.zeros(size, dtype=np.bool_),
        hot=np.asarray(hot[community], dtype=np.bool_),
        offender=np.zeros(size),
        families=[],
        homonyms=[],
    )
    _name(rng, names, people, head, place)
    _doubles(rng, people, place)
    if avoid:
        _avoid(rng, names, people, avoid)
    people.offender[:] = people.propensity * np.where(people.hot, HOT, 1.0) * people.adult()
    people.families.extend(_families(place, head))
    return people
