"""The customs service: seizures.csv (UTF-8), consignments.csv (UTF-8, tabs).

Firearms.csv (windows-1251).
"""

from pathlib import Path
from typing import Final

import numpy as np

from maillon.training.agencies.police import dotted
from maillon.training.cast import Agency
from maillon.training.delivery import Book, Form, Sheet, sheet
from maillon.training.hand import Hand, Style
from maillon.training.names import Scheme
from maillon.training.rates import DAYS
from maillon.training.world import World, day_of

DATASET: Final = "rt_customs"
SEIZURES: Final = "customs_seizures.csv"
CONSIGNMENTS: Final = "customs_consignments.csv"
FIREARMS: Final = "customs_firearms.csv"
STYLE: Final = Style(
    Scheme.PLAIN,
    typo=0.02,
    no_birth=0.02,
    year_only=0.02,
    no_id=0.35,
    no_passport=0.35,
    no_phone=0.2,
    no_address=0.3,
)
GOODS: Final = (
    "used clothing",
    "spare parts",
    "ceramic tiles",
    "furniture",
    "foodstuffs",
    "household goods",
    "machine tools",
)
COMMODITIES: Final = (
    ("cigarettes", "pcs"),
    ("cannabis resin", "kg"),
    ("cash", "EUR"),
    ("fuel", "l"),
    ("antique coins", "pcs"),
)
MODELS: Final = (
    ("Falkenau", "M3", "9x19 mm"),
    ("Falkenau", "K7", "7.65x17 mm"),
    ("Zendar", "Hunter", ".308 Win"),
)
PLACES: Final = (
    "Port of Strelsau",
    "Hentzau road post",
    "Zenda rail terminal",
    "Tarlenheim airport",
)
PERSON: Final = ("no", "family_name", "given_names", "birth_date", "id_number", "passport", "phone")
SEIZURE: Final = (
    "seizure_no", "seized_on", "place", "commodity", "quantity", "unit", "container",
    "firearm_serial",
    *(f"person_{c}" for c in PERSON),
)  # fmt: skip
CONSIGNMENT: Final = (
    "bill_no", "declared_on", "goods", "container",
    *(f"consignor_{c}" for c in PERSON), *(f"consignee_{c}" for c in PERSON),
)  # fmt: skip
FIREARM: Final = (
    "serial", "make", "model", "calibre", "holder_no", "holder_name", "birth_date",
    "id_number", "address", "registered_on",
)  # fmt: skip


class Customs:
    """Writes the three files."""

    def __init__(self, rng: np.random.Generator, world: World, book: Book) -> None:
        self.rng, self.world, self.book = rng, world, book
        self.hand = Hand(rng, world.facts, world.names, Agency.CUSTOMS, STYLE)
        self.number: dict[int, str] = {}
        self.containers = 0

    def write(self, folder: Path) -> None:
        """Write the files into ``folder`` and enter them in the book."""
        with sheet(folder / CONSIGNMENTS, Form("utf-8", "\t", "%d.%m.%Y"), CONSIGNMENT) as rows:
            self._consignments(rows)
        with (
            sheet(folder / FIREARMS, Form("windows-1251", ";"), FIREARM) as rows,
            sheet(folder / SEIZURES, Form(), SEIZURE) as more,
        ):
            self._firearms(rows, more)
        forms: dict[str, dict[str, str]] = {
            CONSIGNMENTS: {"delimiter": "\t", "date_order": "dmy"},
            FIREARMS: {"encoding": "windows-1251", "delimiter": ";"},
            SEIZURES: {},
        }
        for file, options in forms.items():
            mapping = file.replace(".csv", ".yaml")
            self.book.deliver(
                file,
                "csv",
                DATASET,
                "Customs Service of Ruritania",
                mapping=mapping,
                options=options,
                grade="B2",
            )

    def _key(self, person: int) -> str:
        return self.number.setdefault(person, f"D{len(self.number) + 1:06d}")

    def _person(self, person: int | None, *, dots: bool) -> tuple[str, ...]:
        if person is None:
            return ("",) * len(PERSON)
        w = self.hand.write(person)
        return (
            self._key(person),
            w.family,
            w.given,
            dotted(w.born) if dots else w.born,
            w.id_no,
            w.passport,
            w.phone,
        )

    def container(self) -> str:
        """Return the number of a new container with its check digit.

        Source: ISO 6346:2022, annex A.
        """
        self.containers += 1
        body = f"RTNU{self.containers + 100_000:06d}"
        total = sum(_letter_value(c) * 2**place for place, c in enumerate(body))
        return f"{body}{total % 11 % 10}"

    def _consignments(self, rows: Sheet) -> None:
        found: list[tuple[float, int | None, int, str, int]] = []
        for group in self.world.groups.get("consignee", []):
            for day in group.days:
                box = self.container()
                found.append((day, group.members[0], group.members[1], box, group.mark))
                found.extend((day + 0.5, None, other, box, 0) for other in group.members[2:])
        alone = [g.members[1] for g in self.world.groups.get("phone", [])]
        adults = np.flatnonzero(self.world.people.adult())
        alone += self.rng.choice(adults, self.world.people.size // 50).tolist()
        found.extend(
            (float(d), None, p, self.container(), 0)
            for p, d in zip(alone, self.rng.uniform(2, DAYS - 2, len(alone)), strict=True)
        )
        found.sort(key=lambda row: (row[0], row[2]))
        for number, (day, consignor, consignee, box, mark) in enumerate(found, 1):
            bill = f"RTB{number:07d}"
            goods = GOODS[int(self.rng.integers(0, len(GOODS)))]
            where = rows.add(
                bill, day_of(day).strftime("%d.%m.%Y"), goods, box,
                *self._person(consignor, dots=True), *self._person(consignee, dots=True),
            )  # fmt: skip
            ids = []
            for person in (consignor, consignee):
                if person is not None:
                    ids.append(f"rt-customs-{self._key(person)}")
                    self.book.saw(Agency.CUSTOMS, person, DATASET, CONSIGNMENTS, where, ids[-1])
            if mark:
                self.book.prove(
                    mark,
                    "consignee",
                    (DATASET, CONSIGNMENTS, where),
                    [*ids, f"rt-customs-bill-{bill}"],
                )

    def _firearms(self, rows: Sheet, more: Sheet) -> None:
        """Write firearms with their holders, and seizures.

        Of a firearm held by somebody else, or of goods.
        """
        shared = [
            (g.days[0], g.members[0], g.members[1], g.mark)
            for g in self.world.groups.get("firearm", [])
        ]
        adults = np.flatnonzero(self.world.people.adult())
        held = self.rng.choice(adults, self.world.people.size // 60).tolist()
        seized: list[tuple[float, int, str, int]] = []
        holders = [(person, day, suspect, mark) for day, person, suspect, mark in shared] + [
            (p, -1.0, -1, 0) for p in held
        ]
        for number, place in enumerate(self.rng.permutation(len(holders)).tolist(), 1):
            person, day, suspect, mark = holders[place]
            serial = f"F{number * 37 + 10_000:07d}"
            where = self._firearm(rows, serial, person)
            if suspect >= 0:
                seized.append((day, suspect, serial, mark))
            if mark:
                ids = (f"rt-customs-{self._key(person)}", f"rt-customs-firearm-{serial}")
                self.book.prove(mark, "firearm", (DATASET, FIREARMS, where), ids)
        offenders = self.world.cast.crime
        goods = self.rng.choice(offenders, max(5, len(offenders) // 5)).tolist()
        seized += [
            (float(d), p, "", 0)
            for p, d in zip(goods, self.rng.uniform(2, DAYS - 2, len(goods)), strict=True)
        ]
        for number, (day, person, serial, mark) in enumerate(sorted(seized), 1):
            self._seizure(more, f"RTS{number:06d}", day, person, serial, mark)

    def _firearm(self, rows: Sheet, serial: str, person: int) -> str:
        w = self.hand.write(person)
        name = f"{w.given} {w.family}"
        if self.world.names.pools[self.world.people.pool[person]].share and _cyrillic(w.native):
            name = w.native
        model = MODELS[int(self.rng.integers(0, len(MODELS)))]
        registered = day_of(float(self.rng.integers(-2000, 900))).isoformat()
        where = rows.add(
            serial, *model, self._key(person), name, w.born, w.id_no, w.address, registered
        )
        self.book.saw(
            Agency.CUSTOMS, person, DATASET, FIREARMS, where, f"rt-customs-{self._key(person)}"
        )
        return where

    def _seizure(
        self, rows: Sheet, number: str, day: float, person: int, serial: str, mark: int
    ) -> None:
        commodity, unit = (
            ("firearm", "pcs")
            if serial
            else COMMODITIES[int(self.rng.integers(0, len(COMMODITIES)))]
        )
        quantity = 1 if serial else int(self.rng.integers(2, 4000))
        place = PLACES[int(self.rng.integers(0, len(PLACES)))]
        where = rows.add(
            number,
            day_of(day).isoformat(),
            place,
            commodity,
            quantity,
            unit,
            "",
            serial,
            *self._person(person, dots=False),
        )
        self.book.saw(
            Agency.CUSTOMS, person, DATASET, SEIZURES, where, f"rt-customs-{self._key(person)}"
        )
        if mark:
            ids = (
                f"rt-customs-{self._key(person)}",
                f"rt-customs-firearm-{serial}",
                f"rt-customs-seizure-{number}",
            )
            self.book.prove(mark, "firearm", (DATASET, SEIZURES, where), ids)


def _letter_value(character: str) -> int:
    """Return the value of a letter or digit in ISO 6346.

    Letters from 10 on, multiples of 11 left out.
    """
    if character.isdigit():
        return int(character)
    value = ord(character) - 55
    return value + (value - 1) // 10


def _cyrillic(text: str) -> bool:
    return any("\u0400" <= c <= "\u04ff" for c in text)
