"""Section ``triples``: Cedar, the labels compiled to SQL and an oracle written apart agree."""

import random
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from mandating.house import BASIS, PURPOSES, agencies, gateways
from mandating.oracle import CODES, Mark, Reader, may_read
from mandating.oracle import Law as Ways

from maillon.model import Act, Label, Mandate
from maillon.policy import Person, Policy, Standing, read_law


def arguments(parser: ArgumentParser) -> None:
    """Add the options of this section."""
    parser.add_argument("--triples", type=int, default=100_000, help="triples: how many")


class Register:
    """Labels in memory, and no ledger."""

    def __init__(self, labels: Mapping[int, Label]) -> None:
        self._labels = labels

    def labels(self) -> Mapping[int, Label]:
        return self._labels

    def standing(self, _mandate: Mandate, _person: str, _day: str) -> Standing:
        return Standing()

    def decided(self, _key: str) -> None:
        return None

    def keep_decision(self, _key: str, _decision: Mapping[str, Any]) -> None:
        return

    def record(self, *_: object) -> None:
        return


def run(chosen: Namespace, keep: Path) -> tuple[list[str], dict[str, Any]]:
    """Ask Cedar, SQL and the oracle about random readers and labels."""
    rng = random.Random(20_200_754)
    names = agencies(5)
    a_reader = 100
    counts = {"triples": 0, "disagree": 0, "allowed": 0}
    while counts["triples"] < chosen.triples:
        ways = Ways(
            frozenset(
                (one, other, purpose)
                for one in names for other in names for purpose in PURPOSES
                if rng.random() < 0.5
            )
        )  # fmt: skip
        folder = keep / "triples"
        folder.mkdir(parents=True, exist_ok=True)
        gateways(ways, folder)
        marks = [random_mark(rng, names) for _ in range(a_reader)]
        readers = [random_reader(rng, names, number) for number in range(10)]
        for reader in readers:
            one = agreed(reader, marks, ways, folder / "law")
            counts = {name: counts[name] + one[name] for name in counts}
    lines = [
        f"{counts['triples']:,} triples of reader, act and label, {counts['allowed']:,} allowed",
        f"Cedar, SQL and the oracle disagree on {counts['disagree']}",
    ]
    return lines, counts


def agreed(reader: Reader, marks: Sequence[Mark], ways: Ways, law: Path) -> dict[str, int]:
    """Return how many labels there are, are allowed, and are disagreed about, for one reader."""
    labels = {
        number: Label(m.agency, m.scheme, m.code, m.compartment, tuple(sorted(m.purposes)), BASIS)
        for number, m in enumerate(marks)
    }
    person = Person(reader.who, (reader.agency,), (reader.purpose,), tuple(sorted(reader.cleared)))
    policy = Policy({reader.who: person}, Register(labels), read_law(law))
    view = policy.open(Mandate(reader.who, reader.agency, reader.purpose, BASIS), Act.READ)
    with duckdb.connect(":memory:") as con:
        con.execute("CREATE TABLE held AS SELECT range AS label FROM range(?)", [len(marks)])
        listed = ", ".join(map(str, sorted(view.labels))) or "NULL"
        rows = con.execute(f"SELECT label FROM held WHERE label IN ({listed})").fetchall()
        seen = {row[0] for row in rows}
    right = {number for number, mark in enumerate(marks) if may_read(reader, mark, ways)}
    wrong = (seen ^ right) | (set(view.labels) ^ right)
    return {"triples": len(marks), "allowed": len(right), "disagree": len(wrong)}


def random_mark(rng: random.Random, names: Sequence[str]) -> Mark:
    scheme, code = rng.choice(CODES)
    purposes = frozenset(one for one in PURPOSES if rng.random() < 0.5)
    compartment = rng.choice(("", "", "c1", "c2", "c3"))
    return Mark(rng.choice(names), code, scheme, compartment, purposes)


def random_reader(rng: random.Random, names: Sequence[str], number: int) -> Reader:
    cleared = frozenset(one for one in ("c1", "c2", "c3") if rng.random() < 0.4)
    return Reader(f"r{number}", rng.choice(names), rng.choice(PURPOSES), cleared)


def headline(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the keys that this section answers for."""
    return {"triples_disagree": figures["disagree"]}
