"""The police: persons.csv and cases.csv.

UTF-8 with BOM, semicolons, day.month.year, scholarly transliteration.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from maillon.training.cast import Agency, Offence, has_alias, offences
from maillon.training.delivery import Book, Form, Sheet, sheet
from maillon.training.events import PAIR, Group
from maillon.training.hand import Hand, Style
from maillon.training.names import Scheme
from maillon.training.people import full_name
from maillon.training.rates import happens
from maillon.training.ties import weighted_sample
from maillon.training.world import World, day_of

DATASET: Final = "rt_police"
PERSONS: Final = "police_persons.csv"
CASES: Final = "police_cases.csv"
FORM: Final = Form("utf-8", ";", "%d.%m.%Y", b"\xef\xbb\xbf")
STYLE: Final = Style(
    Scheme.SCHOLARLY,
    typo=0.015,
    no_birth=0.01,
    no_id=0.08,
    no_passport=0.55,
    no_phone=0.25,
    no_address=0.08,
)
NOTED: Final = 0.10
"""Share of the inhabitants noted without a case.

Victims of burglaries, informants, traffic controls.
"""
OWN: Final = 0.7
"""How often a case that has a crime anchor among its parties is about that person's offence."""
HEADER: Final = (
    "person_no", "family_name", "given_names", "aliases", "birth_date", "sex", "nationality",
    "id_number", "passport", "phones", "address", "entered",
)  # fmt: skip
PARTIES: Final = (
    "case_no",
    "offence_code",
    "offence",
    "opened",
    "person_no",
    "role",
    "repeat_suspect",
)

Party = tuple[int, str, str]


class Police:
    """Writes both files."""

    def __init__(self, rng: np.random.Generator, world: World, book: Book) -> None:
        self.rng, self.world, self.book = rng, world, book
        self.hand = Hand(rng, world.facts, world.names, Agency.POLICE, STYLE)
        self.serious = offences(serious=True)
        self.minor = offences(serious=False)
        self.number: dict[int, str] = {}

    def write(self, folder: Path) -> None:
        """Write the files into ``folder`` and enter them in the book."""
        found = sorted(self._cases(), key=lambda case: (case[0], case[3]))
        self._number(found)
        with sheet(folder / PERSONS, FORM, HEADER) as rows:
            for person in self.number:
                self._person(rows, person)
        with sheet(folder / CASES, FORM, PARTIES) as rows:
            for number, (day, offence, parties, mark) in enumerate(found, 1):
                self._case(rows, f"RP-{day_of(day).year}-{number:06d}", day, offence, parties, mark)
        options = {"encoding": "utf-8-sig", "delimiter": ";", "date_order": "dmy"}
        for file in (PERSONS, CASES):
            mapping = file.replace(".csv", ".yaml")
            self.book.deliver(
                file,
                "csv",
                DATASET,
                "Police of Ruritania",
                mapping=mapping,
                options=options,
                grade="B2",
            )

    def _cases(self) -> Iterator[tuple[float, Offence, list[Party], int]]:
        for group in self.world.groups.get("case", []):
            offence, parties = self._parties(group)
            yield group.days[0], offence, parties, group.mark
        for person in self.world.cast.crime.tolist():
            role = "convicted" if happens(self.rng, 0.6) else "suspect"
            offence = self.world.cast.offence[person]
            yield (
                float(self.rng.uniform(2, 1090)),
                offence,
                [(person, role, "Y" if role == "suspect" else "N")],
                0,
            )

    def _parties(self, group: Group) -> tuple[Offence, list[Party]]:
        """Return the offence of a case and the role of each member.

        Only a crime anchor may get a telling one.
        """
        known = [p for p in group.members if p in self.world.cast.offence]
        kinds, shares = self.serious if known or happens(self.rng, 0.3) else self.minor
        offence = kinds[int(self.rng.choice(len(kinds), p=np.array(shares) / sum(shares)))]
        if known and happens(self.rng, OWN):
            offence = self.world.cast.offence[known[0]]
        parties = []
        for person in group.members:
            role = ("suspect", "suspect", "suspect", "witness", "victim")[
                int(self.rng.integers(0, 5))
            ]
            repeated = "N"
            if self.world.cast.offence.get(person) == offence:
                role = "convicted" if happens(self.rng, 0.5) else "suspect"
                repeated = "Y" if role == "suspect" else "N"
            parties.append((person, role, repeated))
        return offence, parties

    def _number(self, found: list[tuple[float, Offence, list[Party], int]]) -> None:
        people = self.world.people
        needed = {p for _, _, parties, _ in found for p, _, _ in parties}
        needed |= {g.members[0] for c in ("phone", "address") for g in self.world.groups.get(c, [])}
        weights = np.sqrt(people.offender) * people.adult()
        needed |= set(weighted_sample(self.rng, weights, int(people.size * NOTED)).tolist())
        needed |= {p for p in np.flatnonzero(people.sure).tolist() if has_alias(people, p)}
        order = self.rng.permutation(np.array(sorted(needed))).tolist()
        self.number = {person: f"P{number:07d}" for number, person in enumerate(order, 1)}

    def _person(self, rows: Sheet, person: int) -> None:
        written = self.hand.write(person)
        people = self.world.people
        alias = ""
        if (
            has_alias(people, person)
            and people.alias_agency[person] != Agency.POLICE
            and person % 2
        ):
            names = self.world.names
            given = names.given[STYLE.scheme][people.alias_given[person]]
            last = names.family if people.male[person] else names.family_feminine
            alias = f"{given} {last[STYLE.scheme][people.alias_family[person]]}"
        elif people.alias_agency[person] == Agency.POLICE and person % 2:
            alias = full_name(people, self.world.names, person, STYLE.scheme)
        entered = day_of(float(self.rng.integers(0, 1095))).strftime("%d.%m.%Y")
        where = rows.add(
            self.number[person], written.family, written.given, alias, dotted(written.born),
            written.sex, written.country.upper(), written.id_no, written.passport, written.phone,
            written.address, entered,
        )  # fmt: skip
        self.book.saw(
            Agency.POLICE, person, DATASET, PERSONS, where, f"rt-police-{self.number[person]}"
        )

    def _case(
        self, rows: Sheet, case: str, day: float, offence: Offence, parties: list[Party], mark: int
    ) -> None:
        opened = day_of(day).strftime("%d.%m.%Y")
        for place, (person, role, repeated) in enumerate(parties):
            number = self.number[person]
            where = rows.add(case, offence.code, offence.text, opened, number, role, repeated)
            if mark and place < PAIR:
                entities = (f"rt-police-{number}", f"rt-police-case-{case}")
                self.book.prove(mark, "case", (DATASET, CASES, where), entities)


def dotted(iso: str) -> str:
    """Return day.month.year of an ISO date; a year alone stays as it is."""
    return ".".join(reversed(iso.split("-")))
