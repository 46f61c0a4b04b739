"""The prison service: stays.csv (UTF-8), visits.csv (UTF-16, semicolons), calls.csv (UTF-8).

ISO dates, plain spelling.
"""

from pathlib import Path
from typing import Final

import numpy as np

from maillon.training.cast import Agency
from maillon.training.delivery import Book, Form, Sheet, sheet
from maillon.training.events import PAIR, Group
from maillon.training.hand import Hand, Style, Written
from maillon.training.names import Scheme
from maillon.training.world import World, day_of, moment_of

DATASET: Final = "rt_prison"
STAYS: Final = "prison_stays.csv"
VISITS: Final = "prison_visits.csv"
CALLS: Final = "prison_calls.csv"
STYLE: Final = Style(
    Scheme.PLAIN,
    typo=0.025,
    no_birth=0.02,
    year_only=0.02,
    no_id=0.15,
    no_phone=0.2,
    no_address=0.2,
)
FACILITIES: Final = (
    "Strelsau Remand Prison",
    "Zenda Castle Prison",
    "Hentzau Prison",
    "Altmark Open Prison",
)
RELATIONS: Final = (
    "friend",
    "friend",
    "friend",
    "acquaintance",
    "acquaintance",
    "colleague",
    "neighbour",
    "cousin",
)
STAY: Final = (
    "stay_no", "inmate_no", "family_name", "given_names", "birth_date", "sex", "id_number",
    "facility", "wing", "cell", "start_date", "end_date",
)  # fmt: skip
VISIT: Final = (
    "visit_no", "visitor_no", "family_name", "given_names", "birth_date", "id_number", "phone",
    "address", "relationship", "inmate_no", "facility", "visit_date",
)  # fmt: skip
CALL: Final = (
    "call_no", "inmate_no", "line", "contact_no", "contact_family_name", "contact_given_names",
    "contact_birth_date", "contact_number", "relationship", "started", "seconds",
)  # fmt: skip
STILL_THERE: Final = 1090.0
"""Day from which on a stay has no end yet."""
TO_HELPLINE: Final = -10_000
"""Stands for the call centre in place of a person."""
HELPLINE: Final = "+88880000000001"
"""The number that everybody in prison may ring."""


class Prison:
    """Writes the three files."""

    def __init__(self, rng: np.random.Generator, world: World, book: Book) -> None:
        self.rng, self.world, self.book = rng, world, book
        self.hand = Hand(rng, world.facts, world.names, Agency.PRISON, STYLE)
        self.inmates = rng.permutation(np.array(sorted(world.cast.inmates))).tolist()
        self.inmate = {person: f"I{number:06d}" for number, person in enumerate(self.inmates, 1)}
        self.visitor: dict[int, str] = {}
        self.contact: dict[int, str] = {}
        self.facility = dict(
            zip(
                self.inmates,
                rng.integers(0, len(FACILITIES), len(self.inmates)).tolist(),
                strict=True,
            )
        )

    def write(self, folder: Path) -> None:
        """Write the files into ``folder`` and enter them in the book."""
        with sheet(folder / STAYS, Form(), STAY) as rows:
            self._stays(rows)
        with sheet(folder / VISITS, Form("utf-16-le", ";", bom=b"\xff\xfe"), VISIT) as rows:
            self._visits(rows)
        with sheet(folder / CALLS, Form(), CALL) as rows:
            self._calls(rows)
        forms: dict[str, dict[str, str]] = {
            STAYS: {},
            VISITS: {"encoding": "utf-16", "delimiter": ";", "date_order": "ymd"},
            CALLS: {"encoding": "utf-8"},
        }
        for file, options in forms.items():
            mapping = file.replace(".csv", ".yaml")
            self.book.deliver(
                file,
                "csv",
                DATASET,
                "Prison Service of Ruritania",
                mapping=mapping,
                options=options,
                grade="A2",
            )

    def _inmate_end(self, group: Group) -> tuple[int, int]:
        """Return the member in prison and the other."""
        a, b = group.members[:2]
        return (a, b) if a in self.inmate else (b, a)

    def _windows(self) -> dict[int, list[float]]:
        days: dict[int, list[float]] = {person: [] for person in self.inmates}
        for channel in ("call", "visit"):
            for group in self.world.groups.get(channel, []):
                days[self._inmate_end(group)[0]].extend(group.days)
        hubs = self.world.hubs
        for person, day in hubs.callers + [(p, d) for _, p, d in hubs.clients]:
            days[person].append(day)
        return days

    def _stays(self, rows: Sheet) -> None:
        """Write every stay: cells shared in a tie, dormitories.

        And one of one's own that covers calls and visits.
        """
        found: list[tuple[float, float, int, str, str, int, int]] = []
        for number, group in enumerate(self.world.groups.get("cell", []), 1):
            for place, person in enumerate(group.members):
                start, end = (
                    group.days[0] - self.rng.uniform(5, 40),
                    group.days[0] + self.rng.uniform(10, 60),
                )
                found.append(
                    (
                        start,
                        end,
                        person,
                        f"{number % 9 + 1}",
                        f"{number:05d}",
                        group.mark if place < PAIR else 0,
                        group.members[0],
                    )
                )
        for number, dormitory in enumerate(self.world.hubs.dormitories, 1):
            found.extend(
                (start, end, person, "D", f"D{number:02d}", 0, dormitory[0][0])
                for person, start, end in dormitory
            )
        for person, days in self._windows().items():
            middle = float(self.rng.uniform(40, 1050))
            start = min([middle, *days]) - float(self.rng.uniform(5, 60))
            end = max([middle, *days]) + float(self.rng.uniform(5, 90))
            found.append(
                (start, end, person, str(person % 9 + 1), f"S{self.inmate[person][1:]}", 0, person)
            )
        for number, stay in enumerate(sorted(found), 1):
            self._stay(rows, f"ST{number:07d}", stay)

    def _stay(
        self, rows: Sheet, number: str, stay: tuple[float, float, int, str, str, int, int]
    ) -> None:
        start, end, person, wing, cell, mark, host = stay
        written, key = self.hand.write(person), self.inmate[person]
        facility = FACILITIES[self.facility[host]]
        until = day_of(end).isoformat() if end < STILL_THERE else ""
        where = rows.add(
            number, key, written.family, written.given, written.born, written.sex, written.id_no,
            facility, wing, cell, day_of(max(start, -400)).isoformat(), until,
        )  # fmt: skip
        self.book.saw(Agency.PRISON, person, DATASET, STAYS, where, f"rt-prison-{key}")
        if mark:
            entities = (f"rt-prison-{key}", f"rt-prison-stay-{number}")
            self.book.prove(mark, "cell", (DATASET, STAYS, where), entities)

    def _visits(self, rows: Sheet) -> None:
        found = [
            (day, *self._inmate_end(group), group.mark)
            for group in self.world.groups.get("visit", [])
            for day in group.days
        ]
        for number, (day, inmate, visitor, mark) in enumerate(_with_lawyers(found, self.world), 1):
            if visitor < 0:
                where = rows.add(
                    f"V{number:07d}", f"L{-visitor:05d}", f"Advocate {-visitor}", "", "", "",
                    f"+8888000001{-visitor:04d}", "",
                    "lawyer", self.inmate[inmate], FACILITIES[self.facility[inmate]],
                    day_of(day).isoformat(),
                )  # fmt: skip
                self.book.purged.append((DATASET, VISITS, where))
                continue
            self._visit(rows, f"V{number:07d}", day, inmate, visitor, mark)

    def _visit(
        self, rows: Sheet, number: str, day: float, inmate: int, visitor: int, mark: int
    ) -> None:
        written = self.hand.write(visitor)
        key = self.visitor.setdefault(visitor, f"B{len(self.visitor) + 1:06d}")
        where = rows.add(
            number, key, written.family, written.given, written.born, written.id_no, written.phone,
            written.address, self._relation(), self.inmate[inmate],
            FACILITIES[self.facility[inmate]], day_of(day).isoformat(),
        )  # fmt: skip
        self.book.saw(Agency.PRISON, visitor, DATASET, VISITS, where, f"rt-prison-{key}")
        if mark:
            entities = (
                f"rt-prison-{key}",
                f"rt-prison-{self.inmate[inmate]}",
                f"rt-prison-visit-{number}",
            )
            self.book.prove(mark, "visit", (DATASET, VISITS, where), entities)

    def _relation(self) -> str:
        return RELATIONS[int(self.rng.integers(0, len(RELATIONS)))]

    def _calls(self, rows: Sheet) -> None:
        found = [
            (day, *self._inmate_end(group), group.mark)
            for group in self.world.groups.get("call", [])
            for day in group.days
        ]
        found += [(day, inmate, TO_HELPLINE, 0) for inmate, day in self.world.hubs.callers]
        for number, (day, inmate, contact, mark) in enumerate(_with_lawyers(found, self.world), 1):
            key = f"T{number:07d}"
            line = f"+888700{self.facility[inmate]:02d}{inmate % 40:06d}"
            moment, seconds = moment_of(day).isoformat(), int(self.rng.gamma(2, 120)) + 5
            head = (key, self.inmate[inmate], line)
            if contact == TO_HELPLINE:
                rows.add(
                    *head,
                    "C000000",
                    "Ruritel Helpline",
                    "",
                    "",
                    HELPLINE,
                    "service",
                    moment,
                    seconds,
                )
            elif contact < 0:
                where = rows.add(
                    *head,
                    f"L{-contact:05d}",
                    f"Advocate {-contact}",
                    "",
                    "",
                    f"+8888000001{-contact:04d}",
                    "lawyer",
                    moment,
                    seconds,
                )
                self.book.purged.append((DATASET, CALLS, where))
            else:
                self._call(rows, head, contact, moment, seconds, mark)

    def _call(
        self,
        rows: Sheet,
        head: tuple[str, str, str],
        contact: int,
        moment: str,
        seconds: int,
        mark: int,
    ) -> None:
        written: Written = self.hand.write(contact)
        key = self.contact.setdefault(contact, f"C{len(self.contact) + 1:06d}")
        where = rows.add(
            *head,
            key,
            written.family,
            written.given,
            written.born,
            written.phone,
            self._relation(),
            moment,
            seconds,
        )
        self.book.saw(Agency.PRISON, contact, DATASET, CALLS, where, f"rt-prison-{key}")
        if mark:
            entities = (f"rt-prison-{head[1]}", f"rt-prison-{key}", f"rt-prison-call-{head[0]}")
            self.book.prove(mark, "call", (DATASET, CALLS, where), entities)


def _with_lawyers(
    found: list[tuple[float, int, int, int]], world: World
) -> list[tuple[float, int, int, int]]:
    """Return the contacts with those of lawyers added, by day; a lawyer is a negative number."""
    half = world.hubs.clients
    return sorted(found + [(day, inmate, -(lawyer + 1), 0) for lawyer, inmate, day in half])
