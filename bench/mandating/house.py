"""A workspace of several agencies and compartments, and the same as plain records."""

import io
import json
import random
from dataclasses import dataclass
from pathlib import Path

from mandating.oracle import CODES, Law, Mark, Reader

from maillon.model import Act, Label, Mandate, Mode
from maillon.sources import adapter
from maillon.store import Order
from maillon.workspace import Workspace

PURPOSES = ("linking", "screening", "review")
BASIS = "Coordination Centre Act, s. 4"
FIRST = ("Ana", "Boris", "Carla", "Dmitri", "Elena", "Farid", "Greta", "Hassan")
LAST = ("Ivanov", "Jansen", "Keita", "Lopez", "Mansour", "Novak", "Okafor", "Petit")


@dataclass(frozen=True)
class Record:
    """One statement as the oracle knows it."""

    entity: str
    prop: str
    value: str
    mark: Mark
    delivery: int


@dataclass
class House:
    """A workspace, what stands in it, and who may act in it."""

    folder: Path
    records: list[Record]
    readers: list[Reader]
    law: Law


def agencies(count: int) -> list[str]:
    return ["centre", *(f"agency{number}" for number in range(1, count))]


def plan(chosen: "object", rng: random.Random) -> tuple[list[Mark], list[Reader], Law]:
    """Return the marks of the deliveries, the readers and the ways that are open."""
    names = agencies(chosen.agencies)  # type: ignore[attr-defined]
    compartments = [f"c{number}" for number in range(chosen.compartments)]  # type: ignore[attr-defined]
    marks = []
    for agency in names:
        for compartment in compartments:
            scheme, code = rng.choice(CODES)
            purposes = frozenset(one for one in PURPOSES if rng.random() < 0.6)
            marks.append(
                Mark(agency, code, scheme, compartment if rng.random() < 0.6 else "", purposes)
            )
    readers = [
        Reader(
            f"reader{number}", rng.choice(names), rng.choice(PURPOSES),
            frozenset(one for one in compartments if rng.random() < rng.choice((0.0, 0.1, 0.5))),
        )
        for number in range(chosen.readers)  # type: ignore[attr-defined]
    ]  # fmt: skip
    ways = frozenset(
        (one, other, purpose)
        for one in names for other in names for purpose in PURPOSES
        if one != other and rng.random() < 0.5
    )  # fmt: skip
    return marks, readers, Law(ways)


def settings(readers: list[Reader], folder: Path) -> None:
    """Write the accounts into ``maillon.toml``."""
    text = (folder / "maillon.toml").read_text("utf-8")
    for reader in readers:
        text += (
            f"\n[people.{reader.who}]\nagencies = {json.dumps([reader.agency])}\n"
            f"purposes = {json.dumps([reader.purpose])}\n"
            f"compartments = {json.dumps(sorted(reader.cleared))}\n"
        )
    everyone = agencies(64)
    text += (
        f"\n[people.loader]\nagencies = {json.dumps(everyone)}\n"
        'purposes = ["intake", "linking", "review", "screening"]\ncompartments = []\n'
    )
    (folder / "maillon.toml").write_text(text, "utf-8")


def gateways(law: Law, folder: Path) -> None:
    """Write the ways as ``law/gateways.toml``."""
    entries = [
        f'[[gateway]]\nfrom = "{one}"\nto = "{other}"\npurposes = ["{purpose}"]\n'
        f'categories = ["*"]\nprovision = "example"\n'
        for one, other, purpose in sorted(law.ways)
    ]
    (folder / "law").mkdir(exist_ok=True)
    (folder / "law" / "gateways.toml").write_text("\n".join(entries), "utf-8")


def build(
    folder: Path, marks: list[Mark], readers: list[Reader], law: Law, per: int, seed: int
) -> House:
    """Make a workspace with one delivery a mark, of so many statements each."""
    rng = random.Random(seed)
    Workspace.create(folder)
    settings(readers, folder)
    gateways(law, folder)
    pool = max(50, len(marks) * per // 25)
    records: list[Record] = []
    with Workspace.open(folder) as w:
        for number, mark in enumerate(marks):
            lines, held = entities(rng, pool, per)
            records += [Record(entity, prop, value, mark, number) for entity, prop, value in held]
            label = Label(
                mark.agency, mark.scheme, mark.code, mark.compartment,
                tuple(sorted(mark.purposes)), BASIS,
            )  # fmt: skip
            mandate = Mandate("loader", mark.agency, "intake", BASIS)
            order = Order(adapter("ftm-json"), f"d{number:04d}", label, mode=Mode.MESSAGES)
            w.load(w.view(Act.LOAD, mandate), io.BytesIO(lines), order)
    return House(folder, records, readers, law)


def entities(rng: random.Random, pool: int, per: int) -> tuple[bytes, list[tuple[str, str, str]]]:
    """Return lines of FtM entities, and their statements."""
    lines, held = [], []
    for key in sorted(rng.sample(range(pool), max(1, per // 4))):
        entity = f"e{key}"
        born = f"{rng.randint(1950, 2004)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
        props = {
            "name": [f"{rng.choice(FIRST)} {rng.choice(LAST)}"],
            "birthDate": [born],
            "passportNumber": [f"X{rng.randint(0, 999_999):06d}"],
            "phone": [f"+8884555{rng.randint(0, 9999):04d}"],
        }
        lines.append(json.dumps({"id": entity, "schema": "Person", "properties": props}))
        held += [(entity, prop, value) for prop, values in props.items() for value in values]
    return ("\n".join(lines) + "\n").encode(), held
