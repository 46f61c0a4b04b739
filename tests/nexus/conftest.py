"""A small country for tests and for measuring: arrays of ties drawn at random, written as statements into DuckDB.

Persons live in communities; most ties have one channel; planted chains join a terrorism to a crime anchor by hops of
two to four channels whose days follow each other; decoys are the same with a family or employer register behind them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

CHANNELS = (
    "call",
    "payment",
    "visit",
    "booking",
    "cell",
    "codirector",
    "consignment",
    "case",
    "firearm",
    "account",
    "phone",
    "address",
)
SHARES = np.array((0.20, 0.19, 0.08, 0.13, 0.05, 0.08, 0.06, 0.09, 0.02, 0.03, 0.03, 0.04))
SCHEMA = {
    "call": ("Call", "caller", "receiver"),
    "payment": ("Payment", "payer", "beneficiary"),
    "visit": ("PrisonVisit", "visitor", "inmate"),
    "consignment": ("Consignment", "consignor", "consignee"),
}
GROUP = {
    "booking": ("Passenger", "traveller", "booking"),
    "codirector": ("Directorship", "director", "organization"),
    "case": ("CourtCaseParty", "party", "case"),
    "firearm": ("Seizure", "suspect", "firearm"),
    "account": ("Ownership", "owner", "asset"),
}
DATASET = {
    "call": "rt_prison", "visit": "rt_prison", "cell": "rt_prison", "payment": "rt_fiu", "account": "rt_fiu",
    "booking": "rt_api", "codirector": "rt_companies", "consignment": "rt_customs", "case": "rt_police",
    "firearm": "rt_customs", "phone": "rt_police", "address": "rt_companies",
}  # fmt: skip
FIRST = np.datetime64("2023-11-01")
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Country:
    """Planted chains as (terror, ..., crime) ids, decoys alike."""

    planted: list[tuple[str, ...]]
    decoys: list[tuple[str, ...]]


class Writer:
    """Collects statements column by column."""

    def __init__(self) -> None:
        self.rows: list[tuple[str, str, str, str, str, str]] = []

    def add(self, entity: str, schema: str, dataset: str, **values: str) -> None:
        """Add one entity's values."""
        for prop, value in values.items():
            self.rows.append((entity, schema, prop, value, dataset, f"line:{len(self.rows)}"))

    def into(self, con: duckdb.DuckDBPyConnection) -> None:
        """Create the table ``statement`` and, one cluster an entity, the table ``canonical``."""
        load(con, self.rows)


def load(con: duckdb.DuckDBPyConnection, rows: list[tuple[str, str, str, str, str, str]]) -> None:
    """Create ``statement`` and ``canonical`` from (entity, schema, prop, value, dataset, locator) rows."""
    names = ("entity", "schema", "prop", "value", "dataset", "locator")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    con.register(
        "delivered",
        pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()}),
    )
    con.execute(
        "CREATE OR REPLACE TABLE statement AS SELECT md5(locator || entity || prop || value) AS id, entity, schema, prop, value,"
        " NULL::VARCHAR AS original_value, NULL::VARCHAR AS lang, dataset, dataset || '-000000000000' AS delivery, locator,"
        " 'fact' AS kind, '' AS source_grade, '' AS information_grade, '' AS native_grade, '' AS native_scheme,"
        " '' AS marking, '' AS first_seen, '' AS last_seen, 0 AS label, '' AS retention_class, '' AS clock_start FROM delivered"
    )
    con.unregister("delivered")
    con.execute(
        "CREATE OR REPLACE TABLE canonical AS SELECT DISTINCT entity, entity AS canonical, 0.97::DOUBLE AS confidence"
        " FROM statement WHERE schema IN ('Person', 'Company', 'Organization', 'LegalEntity', 'BankAccount')"
    )


def tie(
    writer: Writer,
    number: int,
    ends: tuple[str, str],
    channel: str,
    day: int,
    rng: np.random.Generator,
) -> None:
    """Write one contact of two persons by one channel around ``day``."""
    when = str(FIRST + np.timedelta64(max(day + int(rng.laplace(0, 6)), 0), "D"))
    a, b = ends
    home = DATASET[channel]
    if channel in SCHEMA:
        schema, source, target = SCHEMA[channel]
        writer.add(f"{channel}-{number}", schema, home, **{source: a, target: b, "date": when})
    elif channel in GROUP:
        schema, source, target = GROUP[channel]
        thing = f"{target}-{number}"
        if channel == "codirector":
            writer.add(thing, "Company", home, name=f"Company {number}")
        for side, end in enumerate(ends):
            dated = {} if channel in {"codirector", "account"} else {"date": when}
            writer.add(
                f"{channel}-{number}-{side}", schema, home, **{source: end, target: thing}, **dated
            )
    elif channel == "cell":
        until = str(np.datetime64(when) + np.timedelta64(90, "D"))
        for side, end in enumerate(ends):
            writer.add(
                f"stay-{number}-{side}", "PrisonStay", home, inmate=end, facility="Maison", wing="B", cell=f"{number}",
                startDate=when, endDate=until,
            )  # fmt: skip
    else:
        value = f"+999{number:09d}" if channel == "phone" else f"{number} Harbour Street"
        for end in ends:
            writer.add(end, "Person", home, **{channel: value})


@dataclass(frozen=True, slots=True)
class Bench:
    """A workbench for tests."""

    con: duckdb.DuckDBPyConnection


class World:
    """Draws a country's people, ties and chains and writes them."""

    def __init__(self, persons: int, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.persons = persons
        self.people = [f"person-{number:07d}" for number in range(persons)]
        self.order = [int(person) for person in self.rng.permutation(persons)]
        self.writer = Writer()
        self.number = 0

    def anchors(self, terror: int, crime: int) -> None:
        """Name everybody and tag the first in the shuffled order."""
        for number, name in enumerate(self.people):
            self.writer.add(name, "Person", "rt_police", name=f"Name {number}")
        for person in self.order[:terror]:
            self.writer.add(self.people[person], "Person", "rt_terror_list", topics="crime.terror")
        for person in self.order[terror : terror + crime]:
            self.writer.add(
                self.people[person], "Person", "rt_police", topics="crime.traffick.drug"
            )

    def tie(self, one: int, other: int, channels: int, day: float) -> None:
        """Write one tie of as many channels as asked."""
        share = SHARES / SHARES.sum()
        for channel in self.rng.choice(len(CHANNELS), channels, replace=False, p=share):
            ends = (self.people[one], self.people[other])
            tie(self.writer, self.number, ends, CHANNELS[channel], int(day), self.rng)
            self.number += 1

    def background(self, count: int) -> None:
        """Write ``count`` ties by propensity, nine in ten of one channel, and some register kin."""
        share = np.minimum(1 + self.rng.pareto(1.5, self.persons), 60.0)
        share /= share.sum()
        ends = self.rng.choice(self.persons, (count, 2), p=share)
        sizes = self.rng.choice([1, 2, 3], count, p=(0.90, 0.085, 0.015))
        for (one, other), size in zip(ends.tolist(), sizes.tolist(), strict=True):
            if one != other:
                self.tie(one, other, size, self.rng.uniform(20, 1075))
        for one in range(0, self.persons - 1, 9):
            self.kin(one, one + 1)
            self.tie(one, one + 1, 2, self.rng.uniform(20, 1075))

    def kin(self, one: int, other: int) -> None:
        """Enter two people in the family register."""
        names = {"person": self.people[one], "relative": self.people[other]}
        self.writer.add(f"family-{one}-{other}", "Family", "rt_companies", **names)

    def chain(self, ends: tuple[int, int], inner: list[int], *, is_kin: bool) -> tuple[str, ...]:
        """Write a chain whose days follow each other; a decoy's people are kin."""
        line = [ends[0], *inner, ends[1]]
        day = float(self.rng.uniform(40, 900))
        for one, other in pairwise(line):
            day += float(self.rng.exponential(10))
            if is_kin:
                self.kin(one, other)
            self.tie(one, other, int(self.rng.choice([2, 3, 4], p=(0.5, 0.35, 0.15))), day)
        return tuple(self.people[person] for person in line)


def simulate(
    con: duckdb.DuckDBPyConnection, persons: int = 1000, seed: int = 1, *, ties: int = 2000
) -> Country:
    """Write a country of ``persons`` into ``con`` and return what was planted."""
    world = World(persons, seed)
    terror, crime, planted, decoys = 20, 60, 12, 5
    world.anchors(terror, crime)
    world.background(ties)
    inner = iter(world.order[terror + crime :])
    chains = []
    for turn in range(planted + decoys):
        hops = int(world.rng.choice([2, 3, 4], p=(0.35, 0.40, 0.25)))
        ends = (world.order[turn], world.order[terror + turn])
        between = [next(inner) for _ in range(hops - 1)]
        chains.append(world.chain(ends, between, is_kin=turn >= planted))
    world.writer.into(con)
    return Country(chains[:planted], chains[planted:])


@pytest.fixture(scope="session")
def country() -> Iterator[tuple[Bench, Country]]:
    """One simulated country, shared by the tests that only read it."""
    con = duckdb.connect()
    yield Bench(con), simulate(con)
    con.close()


@pytest.fixture
def bench() -> Iterator[Bench]:
    """An empty workbench."""
    con = duckdb.connect()
    yield Bench(con)
    con.close()


@pytest.fixture
def writer() -> Writer:
    """Statements to be."""
    return Writer()


@pytest.fixture
def draw() -> Callable[..., Country]:
    """`simulate`, for tests that need a country of their own."""
    return simulate
