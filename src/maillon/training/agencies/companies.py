"""The company register.

Companies, officers, employees and the civil register's kin, as FollowTheMoney JSON lines.
"""

import json
from io import TextIOBase
from pathlib import Path
from typing import Final

import numpy as np

from maillon.training.cast import Agency
from maillon.training.delivery import BUFFER, Book
from maillon.training.events import PAIR
from maillon.training.hand import Hand, Style
from maillon.training.names import Scheme
from maillon.training.people import address_text
from maillon.training.rates import DAYS, happens
from maillon.training.world import World, day_of

DATASET: Final = "rt_companies"
FILE: Final = "companies.ftm.json"
STYLE: Final = Style(
    Scheme.SCHOLARLY, typo=0.01, no_birth=0.02, year_only=0.01, no_id=0.3, no_address=0.1
)
OFFICE: Final = "1 Castle Street, 1000 Strelsau"
"""The address at which hundreds of companies are registered."""
KIN_KNOWN: Final = 0.87
"""Share of family relations that the register has."""
WORDS: Final = (
    "Lion",
    "Alpine",
    "Royal",
    "Union",
    "Meridian",
    "Crown",
    "Delta",
    "Orion",
    "Castle",
    "Falcon",
    "Harbour",
    "Summit",
)
TRADES: Final = (
    "Trading",
    "Logistics",
    "Motors",
    "Import Export",
    "Construction",
    "Catering",
    "Travel",
    "Consulting",
    "Foods",
    "Textiles",
)

_ENCODE: Final = json.JSONEncoder(ensure_ascii=False).encode


class Companies:
    """Writes the file."""

    def __init__(self, rng: np.random.Generator, world: World, book: Book) -> None:
        self.rng, self.world, self.book = rng, world, book
        self.hand = Hand(rng, world.facts, world.names, Agency.COMPANIES, STYLE)
        self.number: dict[int, str] = {}
        self.line = 0
        self.companies = 0
        self.relations = 0

    def write(self, folder: Path) -> None:
        """Write the file into ``folder`` and enter it in the book."""
        with (folder / FILE).open("w", encoding="utf-8", newline="", buffering=BUFFER) as raw:
            self._boards(raw)
            self._employers(raw)
            self._kin(raw)
        self.book.deliver(FILE, "ftm-json", DATASET, "Company Register of Ruritania", grade="A2")

    def _add(self, raw: TextIOBase, key: str, schema: str, **properties: str | list[str]) -> str:
        values = {k: v if isinstance(v, list) else [v] for k, v in properties.items() if v}
        raw.write(_ENCODE({"id": key, "schema": schema, "properties": values}) + "\n")
        self.line += 1
        return f"line:{self.line}"

    def _person(self, raw: TextIOBase, person: int) -> str:
        key = self.number.get(person)
        if key is None:
            key = self.number[person] = f"rt-companies-p{len(self.number) + 1:07d}"
            w = self.hand.write(person)
            spelt = f"{w.given} {w.family}"
            where = self._add(
                raw, key, "Person", name=list(dict.fromkeys([spelt, w.native])),
                firstName=w.given, lastName=w.family,
                birthDate=w.born, idNumber=w.id_no, address=w.address, nationality=w.country,
            )  # fmt: skip
            self.book.saw(Agency.COMPANIES, person, DATASET, FILE, where, key)
        return key

    def _company(self, raw: TextIOBase, address: str) -> str:
        self.companies += 1
        key = f"rt-companies-c{self.companies:07d}"
        word, trade = (
            WORDS[int(self.rng.integers(0, len(WORDS)))],
            TRADES[int(self.rng.integers(0, len(TRADES)))],
        )
        name = f"{word} {trade} {self.companies} Ltd"
        self._add(
            raw,
            key,
            "Company",
            name=name,
            registrationNumber=f"RC-{self.companies + 10:07d}",
            address=address,
        )
        return key

    def _relation(
        self, raw: TextIOBase, schema: str, letter: str, **properties: str
    ) -> tuple[str, str]:
        self.relations += 1
        key = f"rt-companies-{letter}{self.relations:07d}"
        return key, self._add(raw, key, schema, **properties)

    def _boards(self, raw: TextIOBase) -> None:
        """Write companies with their directors.

        Boards of ties, sole directors, and those at the office address.
        """
        adults = np.flatnonzero(self.world.people.adult())
        alone = self.rng.choice(adults, self.world.people.size // 16).tolist()
        alone += [g.members[1] for g in self.world.groups.get("address", [])]
        boards = [
            (g.members, g.days[0], g.mark, "") for g in self.world.groups.get("codirector", [])
        ]
        boards += [
            ((p,), float(d), 0, "")
            for p, d in zip(alone, self.rng.uniform(0, DAYS, len(alone)), strict=True)
        ]
        boards += [
            ((p,), float(self.rng.uniform(0, DAYS)), 0, OFFICE) for p in self.world.hubs.office
        ]
        for place in self.rng.permutation(len(boards)).tolist():
            members, day, mark, address = boards[place]
            if not address:
                address = address_text(int(self.rng.integers(0, 120 * 399)) * 10)
            company = self._company(raw, address)
            for number, person in enumerate(members):
                start = day - float(self.rng.uniform(0, 60))
                end = (
                    day_of(day + float(self.rng.uniform(100, 500))).isoformat()
                    if happens(self.rng, 0.25)
                    else ""
                )
                director = self._person(raw, person)
                key, where = self._relation(
                    raw,
                    "Directorship",
                    "d",
                    director=director,
                    organization=company,
                    startDate=day_of(start).isoformat(),
                    endDate=end,
                )
                if mark and number < PAIR:
                    self.book.prove(
                        mark, "codirector", (DATASET, FILE, where), (director, company, key)
                    )

    def _employers(self, raw: TextIOBase) -> None:
        big = self._company(raw, "500 Foundry Street, 1007 Strelsau")
        jobs = [(big, person) for person in self.world.hubs.employees]
        for a, b, _ in self.world.hubs.colleagues:
            small = self._company(raw, address_text(int(self.rng.integers(0, 120 * 399)) * 10))
            jobs += [(small, a), (small, b)]
        adults = np.flatnonzero(self.world.people.adult())
        for _ in range(self.world.people.size // 120):
            small = self._company(raw, address_text(int(self.rng.integers(0, 120 * 399)) * 10))
            jobs += [
                (small, p) for p in self.rng.choice(adults, int(self.rng.integers(2, 9))).tolist()
            ]
        for company, person in jobs:
            start = day_of(float(self.rng.uniform(-1500, 600))).isoformat()
            self._relation(
                raw,
                "Employment",
                "e",
                employer=company,
                employee=self._person(raw, person),
                startDate=start,
            )

    def _kin(self, raw: TextIOBase) -> None:
        """Write the kin of those whom the register knows already, and of every decoy."""
        for a, b, word in self.world.people.families:
            planted = word not in {"partner", "child"}
            known = a in self.number or b in self.number
            if planted or (known and happens(self.rng, KIN_KNOWN)):
                self._relation(
                    raw,
                    "Family",
                    "f",
                    person=self._person(raw, a),
                    relative=self._person(raw, b),
                    relationship=word,
                )
