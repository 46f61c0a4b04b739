"""The people of the large workspace: households, skewed names, who has which number.

All is arrays of whole numbers, drawn at once and kept in one file each, which the processes that
write the deliveries map and do not copy. A family shares surname, address and landline; births
cluster in two waves; a third of the people, those of high propensity, are seen about three times.
"""

from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from maillon.training.names import ZIPF, Names, names, table

Ints = npt.NDArray[np.int64]

RECORDS_A_PERSON: Final = 5 / 3
"""A third of the people are seen three times on average, the others once."""
MOST_SEEN: Final = 12
A_DISTRICT: Final = 1_500
"""People of one postcode."""
_SPANISH, _ARABIC, _HAN = 4, 9, 10
"""Pools with a second surname, with a father's name, with a given name of two syllables."""
_SECOND: Final = {_SPANISH: 0.7, _ARABIC: 1.0, _HAN: 0.65}
_SECOND_GIVEN: Final = 0.2
"""Share of the others that have a second given name."""
_FIRST_OF_JANUARY: Final = {_ARABIC: 0.06}
"""Share whose registered birthday is 1 January; one in a hundred elsewhere."""


class Population(NamedTuple):
    """Arrays by person; by household: ``building``, ``landline``; by building the last three.

    Attributes:
        pool, given, second, family: Places in `Names`; ``second`` is -1 where there is none.
        female: 0 or 1.
        birth: Days since 1900-01-01.
        household, moved: Households: now, and before, the same for most.
        mobile: Whose telephone it is: mostly the person's own.
        paper: Whose number the papers carry: mostly the person's own.
        seen: Records.
        propensity: 1 for those seen often.
        building, landline: Of a household; -1 without a landline.
        street, house, postcode, city: Of a building.
    """

    pool: Ints
    given: Ints
    second: Ints
    family: Ints
    female: Ints
    birth: Ints
    household: Ints
    moved: Ints
    mobile: Ints
    paper: Ints
    seen: Ints
    propensity: Ints
    building: Ints
    landline: Ints
    street: Ints
    house: Ints
    postcode: Ints
    city: Ints


def drawn(records: int, seed: int) -> Population:
    """Draw the people that ``records`` records are of."""
    rng = np.random.default_rng([seed, 1])
    persons = int(records / RECORDS_A_PERSON) + 1
    sizes = rng.choice(np.arange(1, 7), persons, p=(0.3, 0.3, 0.17, 0.15, 0.06, 0.02))
    household = np.repeat(np.arange(persons), sizes)[:persons]
    households = int(household[-1]) + 1
    place = np.arange(persons) - np.searchsorted(household, np.arange(households))[household]
    held = names()
    shares = np.array([pool.share for pool in held.pools])
    of_home = rng.choice(len(shares), households, p=shares / shares.sum())
    pool = of_home[household]
    married_in = (place == 1) & (rng.random(persons) < 0.06)
    pool[married_in] = rng.choice(len(shares), int(married_in.sum()), p=shares / shares.sum())
    female, birth = _births(rng, household, place, pool)
    family = _families(rng, held, household, place, pool)
    given, second = _given(rng, held, pool, female, birth, place)
    own = np.arange(persons)
    moved = np.where(rng.random(persons) < 0.12, rng.integers(0, households, persons), household)
    mobile = np.where(rng.random(persons) < 0.03, own - place, own)
    mobile = np.where(rng.random(persons) < 0.01, rng.integers(0, persons, persons), mobile)
    paper = np.where(rng.random(persons) < 0.001, rng.integers(0, persons, persons), own)
    seen, propensity = _seen(rng, household, female, birth)
    buildings = max(1, int(households / 2.2))
    building = np.minimum((rng.pareto(1.6, households) * buildings / 6).astype(np.int64),
                          rng.integers(0, buildings, households))  # fmt: skip
    cities = table("places")
    share = np.array([float(row["share"]) for row in cities])
    city = rng.choice(len(share), buildings, p=share / share.sum())
    districts = np.maximum(1, (share[city] * persons / A_DISTRICT).astype(np.int64))
    return Population(
        pool, given, second, family, female, birth, household, moved, mobile, paper, seen,
        propensity, building, np.where(rng.random(households) < 0.55, np.arange(households), -1),
        rng.integers(0, len(table("streets")), buildings),
        1 + (rng.gamma(1.5, 18, buildings)).astype(np.int64),
        (rng.random(buildings) ** 1.5 * districts).astype(np.int64), city,
    )  # fmt: skip


def _births(
    rng: np.random.Generator, household: Ints, place: Ints, pool: Ints
) -> tuple[Ints, Ints]:
    """Return sex and birth: two waves of heads of households, partners and children by them."""
    size = len(household)
    homes = int(household[-1]) + 1
    wave = rng.random(homes) < 0.5
    head = np.where(wave, rng.normal(1962, 10, homes), rng.normal(1981, 8, homes))
    year = head[household] + np.where(
        place == 0, 0, np.where(place == 1, rng.normal(1, 4, size), rng.normal(28, 5, size))
    )
    day = rng.integers(0, 365, size)
    registered = np.full(size, 0.01)
    for number, share in _FIRST_OF_JANUARY.items():
        registered[pool == number] = share
    day[rng.random(size) < registered] = 0
    start = (np.clip(year, 1925, 2012).astype(np.int64) - 1970).astype("datetime64[Y]")
    birth = (start.astype("datetime64[D]") - np.datetime64("1900-01-01")).astype(np.int64) + day
    twin = np.flatnonzero((place > 2) & (rng.random(size) < 0.015))
    birth[twin] = birth[twin - 1]
    first = (rng.random(homes) < 0.45).astype(np.int64)
    female = np.where(place == 0, first[household], 1 - first[household])
    return np.where(place > 1, rng.integers(0, 2, size), female), birth


def _zipf(rng: np.random.Generator, members: range, count: int, shift: Ints | int = 0) -> Ints:
    """Return members by Zipf's law; ``shift`` moves the ranks, as the fashion of names does."""
    order = np.random.default_rng(members.start).permutation(len(members))
    weights = 1.0 / np.arange(1, len(members) + 1) ** ZIPF
    ranks = rng.choice(len(members), count, p=weights / weights.sum())
    return np.asarray(members.start + order[(ranks + shift) % len(members)], dtype=np.int64)


def _families(
    rng: np.random.Generator, held: Names, household: Ints, place: Ints, pool: Ints
) -> Ints:
    """Return surnames: the household's, but for partners who keep their own."""
    family = np.zeros(len(household), np.int64)
    for number, one in enumerate(held.pools):
        here = np.flatnonzero(pool == number)
        family[here] = _zipf(rng, one.family, len(here))
    first = np.flatnonzero(place == 0)[household]
    keeps = (pool != pool[first]) | ((place == 1) & (rng.random(len(pool)) < 0.25))
    return np.where(keeps, family, family[first])


def _given(
    rng: np.random.Generator, held: Names, pool: Ints, female: Ints, birth: Ints, place: Ints
) -> tuple[Ints, Ints]:
    """Return given names, and the second part of a name where there is one."""
    given, second = np.zeros(len(pool), np.int64), np.full(len(pool), -1, np.int64)
    decade = birth // 3652
    for number, one in enumerate(held.pools):
        for sex, members in ((0, one.male), (1, one.female)):
            here = np.flatnonzero((pool == number) & (female == sex))
            given[here] = _zipf(rng, members, len(here), 2 * decade[here])
            other = {_SPANISH: one.family, _ARABIC: one.male}.get(number, members)
            has = here[rng.random(len(here)) < _SECOND.get(number, _SECOND_GIVEN)]
            second[has] = _zipf(rng, other, len(has))
    # a father's name is that of the head of the household; some sons bear it as their own
    fathers = np.arange(len(pool)) - place
    child = (place > 1) & (female[fathers] == 0) & (pool == pool[fathers])
    second = np.where(child & (pool == _ARABIC), given[fathers], second)
    junior = child & (female == 0) & (rng.random(len(pool)) < 0.04)
    return np.where(junior, given[fathers], given), second


def _seen(
    rng: np.random.Generator, household: Ints, female: Ints, birth: Ints
) -> tuple[Ints, Ints]:
    """Return how often each is seen: coverage depends on the person and on the family."""
    size = len(household)
    homes = int(household[-1]) + 1
    young = (birth > 70 * 365) & (birth < 105 * 365)
    weight = 0.8 * rng.normal(size=homes)[household] + 0.7 * (1 - female) * young
    weight = weight + rng.gumbel(size=size)
    often = weight >= np.quantile(weight, 2 / 3)
    more = 1 + rng.geometric(0.5, size)
    return np.where(often, np.minimum(more, MOST_SEEN), 1), often.astype(np.int64)


def kept(population: Population, folder: Path) -> None:
    """Write the arrays, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in population._asdict().items():
        np.save(folder / f"{name}.npy", array.astype(np.int32))


def mapped(folder: Path) -> Population:
    """Return the arrays, mapped and not read."""
    return Population(*(np.load(folder / f"{n}.npy", mmap_mode="r") for n in Population._fields))
