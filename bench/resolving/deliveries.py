"""The files of the large workspace: written one after the other, loaded, their truth kept apart."""

import json
import random
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
from resolving.agencies import (
    AGENCIES,
    DATE_SLIP,
    HUB,
    HUBS,
    OTHER_PAPER,
    OTHER_PHONE,
    PLACEHOLDER,
    PLACEHOLDERS,
    SWAPPED,
    Agency,
    date_slip,
    number_slip,
    slip,
)
from resolving.loading import load_lines
from resolving.population import Ints, Population, mapped

from maillon.training.names import Names, Scheme, names, table, without_marks
from maillon.workspace import Workspace

COUNTRIES: Final = ("de", "hr", "fr", "it", "es", "gb", "cz", "ru", "ua", "eg", "cn")
"""Nationality by pool; half of all people are of the country itself."""
OWN: Final = "ch"
_AT_ONCE: Final = 20_000
_VOWELS: Final = str.maketrans("", "", "aeiouy")
KEYS: Final = pa.schema([("record", pa.int64()), ("key", pa.string())])

_TELLING: Final = frozenset(("birthDate", "idNumber", "passportNumber", "phone", "address"))

Values = dict[str, list[str]]


class Order(NamedTuple):
    """One file to write and load.

    Attributes:
        folder: Of the large workspace: ``people``, ``workspace``, ``truth``.
        seed: Of all.
        agency: Place in `AGENCIES`.
        file: Its number among all files.
        first: Number of its first record among the agency's.
        persons: The persons of its records.
    """

    folder: Path
    seed: int
    agency: int
    file: int
    first: int
    persons: Ints


def deliver(order: Order) -> tuple[int, int]:
    """Write one file, load it, keep its truth; return records and statements."""
    path = order.folder / f"delivery-{order.file}.jsonl"
    truth = _write(order, path)
    with path.open("rb") as raw, Workspace.open(order.folder / "workspace") as w:
        loaded = load_lines(w, f"large_{AGENCIES[order.agency].name}", raw)
    path.unlink()
    if loaded.problems:
        raise ValueError(f"{path.name}: {loaded.problems[0]}; the generator writes what is refused")
    with duckdb.connect(":memory:") as con:
        con.register("truth", truth[0])
        con.register("keys", truth[1])
        place = order.folder / "truth"
        con.execute(f"COPY truth TO '{place / f'persons-{order.file}.parquet'}'")
        con.execute(
            f"""COPY (SELECT record, hash("key") AS k FROM keys)
                TO '{place / f"keys-{order.file}.parquet"}'"""
        )
    return len(order.persons), loaded.delivery.statements


def _write(order: Order, path: Path) -> tuple[pa.Table, pa.Table]:
    agency = AGENCIES[order.agency]
    writer = _Writer(mapped(order.folder / "people"), agency, (order.seed, order.file))
    entities, keys, numbers = [], [], []
    with path.open("w", encoding="utf-8") as out:
        for start in range(0, len(order.persons), _AT_ONCE):
            persons = order.persons[start : start + _AT_ONCE]
            for at, said in enumerate(writer.records(persons), start):
                entity = f"{agency.name}-{order.first + at:08d}"
                entities.append(entity)
                line = {"id": entity, "schema": "Person", "properties": said}
                out.write(json.dumps(line, ensure_ascii=False) + "\n")
                found = list(standard_keys(said))
                keys += found
                numbers += [(order.file << 32) + at] * len(found)
    people = pa.array([f"n{p}" for p in order.persons.tolist()], pa.string())
    return (
        pa.table({"entity": pa.array(entities, pa.string()), "person": people}),
        pa.table([pa.array(numbers, pa.int64()), pa.array(keys, pa.string())], schema=KEYS),
    )


def standard_keys(said: Values) -> Iterator[str]:
    """Yield the standard blocks of a record: what any first attempt would block on."""
    words = said["name"][0].split()
    family = _plain(said["lastName"][0] if "lastName" in said else words[-1])
    given = _plain(said["firstName"][0] if "firstName" in said else words[0])
    date = said.get("birthDate", [""])[0]
    if len(date) == 10:
        yield f"b{date}"
    yield f"g{family} {given.translate(_VOWELS)}"
    if date:
        yield f"y{family} {date[:4]}"
    for phone in said.get("phone", ()):
        yield f"p{phone}"
    for prop in ("idNumber", "passportNumber"):
        for number in said.get(prop, ()):
            yield f"d{number}"
    postcode = [w for w in said.get("address", [""])[0].replace(",", "").split() if len(w) == 7]
    if postcode and postcode[-1].isdigit():
        yield f"a{postcode[-1]} {family}"


@lru_cache(1 << 16)
def _plain(word: str) -> str:
    return without_marks(word).casefold()


class _Writer:
    """Makes what one agency says of persons."""

    def __init__(self, people: Population, agency: Agency, seed: tuple[int, int]) -> None:
        self._people = people
        self._agency = agency
        self._names: Names = names()
        self._numbers = np.random.default_rng([2, *seed])
        self._rng = random.Random(seed[0] * 1_000_003 + seed[1])
        self._streets = [row["street"] for row in table("streets")]
        self._cities = [(row["city"], row["postcode"]) for row in table("places")]

    def records(self, persons: Ints) -> Iterator[Values]:
        """Yield what the agency says of each of these persons."""
        people = self._people
        one = people._asdict()
        columns = [one[name][persons].tolist() for name in
                   ("pool", "given", "second", "family", "female", "mobile", "paper")]  # fmt: skip
        birth = np.datetime64("1900-01-01") + people.birth[persons].astype(np.int64)
        chances = self._numbers.random((len(persons), 12))
        wanted, weights = zip(*self._agency.schemes, strict=True)
        schemes = self._numbers.choice(np.array(wanted), len(persons), p=np.array(weights)).tolist()
        home = np.where(chances[:, 11] < 0.5, people.moved[persons], people.household[persons])
        at = people.building[home]
        columns += [people.landline[people.household[persons]].tolist()]
        columns += [one[n][at].tolist() for n in ("street", "house", "postcode", "city")]
        for person, date, chance, scheme, *row in zip(
            persons.tolist(), birth.astype(str).tolist(), chances.tolist(), schemes, *columns,
            strict=True,
        ):  # fmt: skip
            pool, given, second, family, female, mobile, paper, line, *place = row
            said = self._named(pool, given, second, family, female, scheme, chance)
            self._dated(said, date, chance)
            self._marked(said, person, pool, female, chance)
            self._papers(said, paper, chance)
            self._phones(said, mobile, line, chance)
            if chance[10] < self._agency.address:
                said["address"] = [self._address(*place)]
            if said.keys().isdisjoint(_TELLING):  # a file is not opened on a name alone
                said["birthDate"] = [date]
            yield said

    def _named(
        self, pool: int, given: int, second: int, family: int, female: int,
        scheme: int, chance: list[float],
    ) -> Values:  # fmt: skip
        agency, held = self._agency, self._names
        families = held.family_feminine if female else held.family
        first, last = held.given[scheme][given], families[scheme][family]
        middle = ""
        if second >= 0 and self._rng.random() < agency.second:
            middle = (held.family if pool == 4 else held.given)[scheme][second]
        if chance[0] < agency.typo:
            first, last = (slip(first, self._rng), last) if chance[1] < 0.5 else (
                first, slip(last, self._rng))  # fmt: skip
        if pool == 10 and middle:  # two syllables are one given name
            first = first + middle.lower() if scheme != Scheme.NATIVE else first + middle
            middle = ""
        if chance[1] > 1 - SWAPPED:
            first, last = last, first
        parts = [first, last, middle] if pool == 4 else [first, middle, last]
        if pool == 10 and scheme == Scheme.NATIVE:
            said: Values = {"name": [last + first]}
        else:
            said = {"name": [" ".join(part for part in parts if part)]}
        if agency.is_split:
            said |= {"firstName": [first], "lastName": [last]}
        elif chance[2] > 0.9:
            said["name"] = [f"{last} {first}"]
        if chance[3] < agency.alias:
            other = held.given[Scheme.PLAIN][given]
            said["alias"] = [f"{other[:3]} {held.family[Scheme.PLAIN][family]}"]
        return said

    def _dated(self, said: Values, date: str, chance: list[float]) -> None:
        agency = self._agency
        if chance[4] >= agency.date:
            return
        if chance[5] < agency.partial:
            date = date[:4]
        elif chance[5] > 1 - PLACEHOLDER:
            date = "1900-01-01"
        elif chance[5] > 1 - PLACEHOLDER - DATE_SLIP:
            date = date_slip(date, self._rng)
        said["birthDate"] = [date]

    def _marked(
        self, said: Values, person: int, pool: int, female: int, chance: list[float]
    ) -> None:
        if chance[6] < self._agency.gender:
            said["gender"] = ["female" if female else "male"]
        if chance[7] < self._agency.country:
            said["nationality"] = [OWN if person % 2 else COUNTRIES[pool]]

    def _papers(self, said: Values, paper: int, chance: list[float]) -> None:
        agency = self._agency
        if chance[8] < agency.id:
            said["idNumber"] = [self._number(f"{(paper * 7_368_787 + 11) % 10**9:09d}")]
        if 1 - chance[8] < agency.passport:
            serial = 2 * paper + (self._rng.random() < OTHER_PAPER)
            letters = chr(65 + serial % 7) + chr(65 + serial % 23)
            said["passportNumber"] = [self._number(f"{letters}{serial * 5_915_587 % 10**7:07d}")]

    def _number(self, number: str) -> str:
        chance = self._rng.random()
        if chance < PLACEHOLDER:
            return self._rng.choice(PLACEHOLDERS)
        return number_slip(number, self._rng) if chance > 0.985 else number

    def _phones(self, said: Values, mobile: int, line: int, chance: list[float]) -> None:
        phones = []
        if chance[9] < self._agency.mobile:
            if self._rng.random() < HUB:
                hub = int(HUBS ** self._rng.random()) - 1
                phones.append(f"+41449{hub:06d}")
            else:
                other = self._rng.random() < OTHER_PHONE
                phones.append(f"+4179{(2 * mobile + other) * 77_731 % 10**7:07d}")
        if 1 - chance[9] < self._agency.landline and line >= 0:
            phones.append(f"+4144{line * 48_271 % 10**7:07d}")
        if phones:
            said["phone"] = phones

    def _address(self, street: int, house: int, postcode: int, city: int) -> str:
        town, code = self._cities[city]
        name = self._streets[street]
        if self._rng.random() < 0.15:
            name = name.replace("Street", "St.").replace("Avenue", "Ave.")
        form = self._agency.form
        return form.format(house=house, street=name, city=town, postcode=f"{code}{postcode:03d}")


def checked(folder: Path) -> dict[str, Any]:
    """Return the standard blocks of the large workspace: candidates a record, over a sample."""
    with duckdb.connect(":memory:") as con:
        con.execute("SET memory_limit = '4GB'")
        con.execute(f"SET temp_directory = '{folder / 'scratch'}'")
        con.execute("SET preserve_insertion_order = false")
        source = f"read_parquet('{folder}/truth/keys-*.parquet')"
        con.execute(
            f"""CREATE TABLE sampled AS SELECT record, k FROM {source}
                WHERE hash(record) % (SELECT greatest(1, count(DISTINCT record) // 3000)
                                      FROM {source}) = 0"""
        )
        con.execute(
            f"""CREATE TABLE beside AS SELECT k, record FROM {source}
                SEMI JOIN (SELECT DISTINCT k FROM sampled) USING (k)"""
        )
        ((mean, most),) = con.execute(
            """WITH fit AS (SELECT k FROM beside GROUP BY k HAVING count(*) <= 5000),
                    met AS (SELECT s.record, count(DISTINCT b.record) - 1 AS n FROM sampled s
                            SEMI JOIN fit USING (k) JOIN beside b USING (k) GROUP BY s.record)
               SELECT sum(n) / (SELECT count(DISTINCT record) FROM sampled), max(n) FROM met"""
        ).fetchall()
    return {"standard_candidates_a_record": float(mean), "standard_candidates_most": int(most)}
