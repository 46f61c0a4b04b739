"""The interior ministry.

The national terrorism list, in the XML shape of the Security Council's consolidated list.
"""

from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import numpy as np

from maillon.training.cast import Agency, has_alias
from maillon.training.delivery import Book
from maillon.training.hand import Hand, Style
from maillon.training.names import Scheme
from maillon.training.people import address_parts, full_name
from maillon.training.rates import happens
from maillon.training.world import World, day_of

DATASET: Final = "rt_terror_list"
FILE: Final = "terror_list.xml"
STYLE: Final = Style(
    Scheme.SCHOLARLY,
    typo=0.0,
    no_birth=0.03,
    year_only=0.06,
    wrong_birth=0.01,
    no_id=0.25,
    no_passport=0.3,
)
COUNTRY_NAMES: Final = {
    "ad": "Andorra",
    "li": "Liechtenstein",
    "lu": "Luxembourg",
    "mc": "Monaco",
    "mt": "Malta",
    "sm": "San Marino",
}
YEAR_ONLY: Final = 4
"""Characters of a birth date that is a year alone."""
FRONTS: Final = (
    "Black Rose Column",
    "Night of Zenda",
    "Hentzau Brigade",
    "Sons of the Tower",
    "Red Quarry Cell",
    "New Dawn Network",
)


def _tag(name: str, text: str) -> str:
    return f"      <{name}>{escape(text)}</{name}>\n" if text else ""


class TerrorList:
    """Writes the list."""

    def __init__(self, rng: np.random.Generator, world: World, book: Book) -> None:
        self.rng, self.world, self.book = rng, world, book
        self.hand = Hand(rng, world.facts, world.names, Agency.LIST, STYLE)

    def write(self, folder: Path) -> None:
        """Write the file into ``folder`` and enter it in the book."""
        persons = self.world.cast.terror.tolist()
        with (folder / FILE).open("w", encoding="utf-8", newline="") as raw:
            raw.write('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
            raw.write(
                '<CONSOLIDATED_LIST dateGenerated="2026-10-31T00:00:00.000Z">\n  <INDIVIDUALS>\n'
            )
            for number, person in enumerate(persons, 1):
                raw.write(self._individual(number, person))
                locator = f"xpath:/CONSOLIDATED_LIST/INDIVIDUALS[1]/INDIVIDUAL[{number}]"
                self.book.saw(
                    Agency.LIST, person, DATASET, FILE, locator, f"{DATASET}-RTi.{number:03d}"
                )
            raw.write("  </INDIVIDUALS>\n  <ENTITIES>\n")
            for number in range(1, self.world.rates.groups + 1):
                raw.write(self._group(number))
            raw.write("  </ENTITIES>\n</CONSOLIDATED_LIST>\n")
        self.book.deliver(FILE, "un-sc-xml", DATASET, "Interior Ministry of Ruritania", grade="A2")

    def _individual(self, number: int, person: int) -> str:
        w = self.hand.write(person)
        given, _, middle = w.given.partition(" ")
        listed = day_of(float(self.rng.integers(-2500, 900))).isoformat()
        native = _tag("NAME_ORIGINAL_SCRIPT", "" if w.native.isascii() else w.native)
        names = [
            _tag("FIRST_NAME", given),
            _tag("SECOND_NAME", middle or w.family),
            _tag("THIRD_NAME", w.family if middle else ""),
        ]
        return (
            f"    <INDIVIDUAL>\n      <DATAID>{700_000 + number}</DATAID>\n"
            f"      <VERSIONNUM>1</VERSIONNUM>\n{''.join(names)}"
            "      <UN_LIST_TYPE>Ruritania</UN_LIST_TYPE>\n"
            f"      <REFERENCE_NUMBER>RTi.{number:03d}</REFERENCE_NUMBER>\n"
            f"      <LISTED_ON>{listed}</LISTED_ON>\n{native}"
            f"      <GENDER>{'Male' if w.sex == 'M' else 'Female'}</GENDER>\n"
            f"{_values('NATIONALITY', COUNTRY_NAMES.get(w.country, ''))}"
            f"{_values('LIST_TYPE', 'Ruritania')}"
            f"{self._aliases(person)}{self._address(person, w.address)}{_birth(w.born)}"
            f"{_documents(w.passport, w.id_no)}"
            "      <SORT_KEY/>\n      <SORT_KEY_LAST_MOD/>\n    </INDIVIDUAL>\n"
        )

    def _aliases(self, person: int) -> str:
        people, names = self.world.people, self.world.names
        found = (
            [("Good", full_name(people, names, person, Scheme.PLAIN))]
            if happens(self.rng, 0.6)
            else []
        )
        if has_alias(people, person):
            last = names.family if people.male[person] else names.family_feminine
            given = names.given[Scheme.SCHOLARLY][people.alias_given[person]]
            found.append(("Good", f"{given} {last[Scheme.SCHOLARLY][people.alias_family[person]]}"))
        if happens(self.rng, 0.15):
            found.append(("Low", names.given[Scheme.PLAIN][people.given[person]]))
        return "".join(
            f"      <INDIVIDUAL_ALIAS>\n        <QUALITY>{quality}</QUALITY>\n"
            f"        <ALIAS_NAME>{escape(name)}</ALIAS_NAME>\n      </INDIVIDUAL_ALIAS>\n"
            for quality, name in found
        )

    def _address(self, person: int, text: str) -> str:
        if not text:
            return ""
        street, postcode, city = address_parts(int(self.world.people.address[person]))
        return (
            f"      <INDIVIDUAL_ADDRESS>\n        <STREET>{street}</STREET>\n        <CITY>"
            f"{city}</CITY>\n"
            f"        <ZIP_CODE>{postcode}</ZIP_CODE>\n      </INDIVIDUAL_ADDRESS>\n"
        )

    def _group(self, number: int) -> str:
        name = FRONTS[(number - 1) % len(FRONTS)] + (
            "" if number <= len(FRONTS) else f" {number // len(FRONTS) + 1}"
        )
        return (
            f"    <ENTITY>\n      <DATAID>{800_000 + number}</DATAID>\n"
            "      <VERSIONNUM>1</VERSIONNUM>\n"
            f"{_tag('FIRST_NAME', name)}      <UN_LIST_TYPE>Ruritania</UN_LIST_TYPE>\n"
            f"      <REFERENCE_NUMBER>RTe.{number:03d}</REFERENCE_NUMBER>\n"
            "      <LISTED_ON>2024-02-01</LISTED_ON>\n"
            f"{_values('LIST_TYPE', 'Ruritania')}      <ENTITY_ALIAS>\n        <QUALITY/>\n"
            "        <ALIAS_NAME/>\n"
            "      </ENTITY_ALIAS>\n      <SORT_KEY/>\n      <SORT_KEY_LAST_MOD/>\n    </ENTITY>\n"
        )


def _values(name: str, text: str) -> str:
    return (
        f"      <{name}>\n        <VALUE>{escape(text)}</VALUE>\n      </{name}>\n" if text else ""
    )


def _birth(born: str) -> str:
    if not born:
        return (
            "      <INDIVIDUAL_DATE_OF_BIRTH>\n        <TYPE_OF_DATE/>\n"
            "      </INDIVIDUAL_DATE_OF_BIRTH>\n"
        )
    kind, tag = ("APPROXIMATELY", "YEAR") if len(born) == YEAR_ONLY else ("EXACT", "DATE")
    return (
        f"      <INDIVIDUAL_DATE_OF_BIRTH>\n        <TYPE_OF_DATE>{kind}</TYPE_OF_DATE>\n"
        f"        <{tag}>{born}</{tag}>\n      </INDIVIDUAL_DATE_OF_BIRTH>\n"
    )


def _documents(passport: str, id_no: str) -> str:
    found = [("Passport", passport), ("National Identification Number", id_no)]
    return "".join(
        f"      <INDIVIDUAL_DOCUMENT>\n        <TYPE_OF_DOCUMENT>{kind}</TYPE_OF_DOCUMENT>\n"
        f"        <NUMBER>{number}</NUMBER>\n      </INDIVIDUAL_DOCUMENT>\n"
        for kind, number in found
        if number
    )
