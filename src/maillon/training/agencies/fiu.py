"""The financial intelligence unit: one goAML report a bank; upper-case ASCII names.

Shape: goAML schema 5.0.2 (UNODC), as published by financial intelligence units; multi-party
    transactions
``t_from_my_client`` … ``t_to`` with persons, accounts with signatories, and entities.
"""

import io
from pathlib import Path
from typing import Final

import numpy as np

from maillon.model import local_id, stamp_id
from maillon.training.cast import Agency
from maillon.training.delivery import BUFFER, Book, delivered_as
from maillon.training.hand import Hand, Style, Written
from maillon.training.names import Scheme
from maillon.training.rates import happens
from maillon.training.world import World, day_of, moment_of

DATASET: Final = "rt_fiu"
STYLE: Final = Style(
    Scheme.ASCII, typo=0.02, no_birth=0.01, wrong_birth=0.008, no_id=0.12, no_passport=0.55,
    no_phone=0.2, no_address=0.25, placeholder=0.004,
)  # fmt: skip
PURPOSES: Final = (
    "Invoice",
    "Private loan",
    "Rent",
    "Goods",
    "Vehicle",
    "Family support",
    "Repayment",
    "Consulting",
    "Travel",
)
EXCHANGE: Final = "GOLDEN LION EXCHANGE LTD"
EXCHANGE_NUMBER: Final = "RC-0000001"
UTILITY: Final = ("STRELSAU WATER WORKS", "RC-0000002")
YEAR_ONLY: Final = 4
"""Characters of a birth date that is a year alone."""
BY_ACCOUNT: Final = 0.2
"""Share of payers who pay from an account instead of at the counter."""

Entry = tuple[float, str, tuple[int, ...], int, int]
"""Day, kind (payment, account, exchange_in, exchange_out), persons, mark.

How many of them the mark covers.
"""


class Bank:
    """One report being written: counts its transactions and remembers who stands where."""

    def __init__(
        self, number: int, raw: io.TextIOBase, world: World, hand: Hand, rng: np.random.Generator
    ) -> None:
        self.number, self.raw, self.world, self.hand, self.rng = number, raw, world, hand, rng
        self.count = 0
        self.persons: list[tuple[str, int]] = []
        self.proofs: list[tuple[int, str, str, tuple[str, ...]]] = []
        self.elements: dict[int, str] = {}

    def begin(self, day: float) -> None:
        """Write what stands before the first transaction."""
        self.raw.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<report><schema_version>5.0.2</schema_version>'
            f"<rentity_id>{4200 + self.number}</rentity_id><submission_code>E</submission_code>"
            "<report_code>STR</report_code>"
            f"<entity_reference>RT-BANK{self.number:02d}-2026</entity_reference>"
            f"<submission_date>{day_of(day).isoformat()}T09:00:00</submission_date>"
            "<currency_code_local>EUR</currency_code_local><reporting_person>"
            "<first_name>COMPLIANCE</first_name>"
            f"<last_name>OFFICE {self.number:02d}</last_name></reporting_person>"
            "<reason>Periodic delivery of reported transactions.</reason>"
            "<action>None so far.</action>\n"
        )

    def end(self) -> None:
        """Write what stands behind the last transaction."""
        self.raw.write(
            "<report_indicators><indicator>STRUC</indicator></report_indicators></report>\n"
        )

    def add(self, entry: Entry) -> None:
        """Write one transaction."""
        day, kind, persons, mark, _ = entry
        self.count += 1
        here = f"/report/transaction[{self.count}]"
        amount = round(float(self.rng.lognormal(7.2, 1.1)), 2)
        purpose = PURPOSES[int(self.rng.integers(0, len(PURPOSES)))]
        before, after, places = self._sides(kind, persons, here)
        self.raw.write(
            f"<transaction><transactionnumber>B{self.number:02d}-{self.count:06d}"
            "</transactionnumber>"
            f"<transaction_location>Branch {self.count % 30 + 1}</transaction_location>"
            f"<transaction_description>{purpose}</transaction_description>"
            f"<date_transaction>{moment_of(day).isoformat()}</date_transaction>"
            "<transmode_code>ELCFT</transmode_code>"
            f"<transmode_comment>E</transmode_comment><amount_local>{amount:.2f}"
            f"</amount_local>{before}{after}</transaction>\n"
        )
        self.persons.extend(zip(places, persons, strict=True))
        if mark:
            ids = tuple(local_id(f"xpath:{place}") for place in places[:2])
            self.proofs.append(
                (mark, "account" if kind == "account" else "payment", f"xpath:{here}", ids)
            )

    def _sides(self, kind: str, persons: tuple[int, ...], here: str) -> tuple[str, str, list[str]]:
        source, target = f"{here}/t_from_my_client[1]", f"{here}/t_to[1]"
        head = "<t_from_my_client><from_funds_code>BANKD</from_funds_code>"
        if kind == "account":
            before, places = self._account(persons, f"{source}/from_account[1]")
            return f"{head}{before}{_FROM}", self._entity(*UTILITY), places
        if kind == "exchange_in":
            return (
                f"{head}{self._person(persons[0], 'from_person')}{_FROM}",
                self._entity(EXCHANGE, EXCHANGE_NUMBER),
                [f"{source}/from_person[1]"],
            )
        if kind == "exchange_out":
            entity = (
                f"<from_entity><name>{EXCHANGE}</name>"
                f"<incorporation_number>{EXCHANGE_NUMBER}</incorporation_number></from_entity>"
            )
            return f"{head}{entity}{_FROM}", self._to(persons[0]), [f"{target}/to_person[1]"]
        payer, payee = persons
        if (payer * 7919 + self.number) % 100 < BY_ACCOUNT * 100:
            before, places = self._account((payer,), f"{source}/from_account[1]")
        else:
            before, places = self._person(payer, "from_person"), [f"{source}/from_person[1]"]
        return f"{head}{before}{_FROM}", self._to(payee), [*places, f"{target}/to_person[1]"]

    def _account(self, owners: tuple[int, ...], here: str) -> tuple[str, list[str]]:
        number = f"RT{self.number:02d}{owners[0]:08d}{len(owners)}"
        signatories = "".join(
            f"<signatory><is_primary>{'false' if place else 'true'}</is_primary>"
            f"{self._person(p, 't_person')}<role>A</role></signatory>"
            for place, p in enumerate(owners)
        )
        places = [f"{here}/signatory[{place}]/t_person[1]" for place in range(1, len(owners) + 1)]
        return (
            "<from_account><institution_name>"
            f"BANK {self.number:02d} OF RURITANIA</institution_name>"
            f"<institution_code>RTBK{self.number:02d}</institution_code><account>{number}</account>"
            f"<currency_code>EUR</currency_code>{signatories}</from_account>"
        ), places

    def _to(self, person: int) -> str:
        inside = self._person(person, "to_person")
        return f"{_TO}{inside}<to_country>LU</to_country></t_to>"

    def _entity(self, name: str, number: str) -> str:
        return (
            f"{_TO}<to_entity><name>{name}</name>"
            f"<incorporation_number>{number}</incorporation_number></to_entity>"
            "<to_country>LU</to_country></t_to>"
        )

    def _person(self, person: int, tag: str) -> str:
        inside = self.elements.get(person)
        if inside is None:
            inside = self.elements[person] = person_elements(self.hand.write(person))
        return f"<{tag}>{inside}</{tag}>"


_TO: Final = "<t_to><to_funds_code>BANKD</to_funds_code>"
_FROM: Final = "<from_country>LU</from_country></t_from_my_client>"


def person_elements(written: Written) -> str:
    """Return the elements inside a goAML person, in the order of the schema."""
    parts = [
        f"<gender>{written.sex}</gender><first_name>{written.given}</first_name>",
        f"<last_name>{written.family}</last_name>",
    ]
    if len(written.born) > YEAR_ONLY:  # the schema knows no year alone
        parts.append(f"<birthdate>{written.born}T00:00:00</birthdate>")
    if written.id_no:
        parts.append(f"<id_number>{written.id_no}</id_number>")
    if written.country:
        parts.append(f"<nationality1>{written.country.upper()}</nationality1>")
    if written.phone:
        parts.append(
            "<phones><phone><tph_contact_type>PRIVT</tph_contact_type>"
            "<tph_communication_type>M</tph_communication_type>"
            f"<tph_country_prefix>888</tph_country_prefix><tph_number>{written.phone[4:]}"
            "</tph_number></phone></phones>"
        )
    else:
        parts.append("<phones/>")
    if written.address:
        street, _, place = written.address.rpartition(", ")
        postcode, _, city = place.partition(" ")
        parts.append(
            f"<addresses><address><address_type>PRIVT</address_type><address>{street}"
            f"</address><city>{city}</city>"
            f"<zip>{postcode}</zip><country_code>LU</country_code></address></addresses>"
        )
    if written.passport:
        parts.append(
            f"<identifications><identification><type>PASSP</type><number>{written.passport}"
            "</number>"
            "</identification></identifications>"
        )
    return "".join(parts)


def _entries(rng: np.random.Generator, world: World, banks: int) -> list[list[Entry]]:
    """Return the transactions of each bank, by day; a person keeps to one bank."""
    by_bank: list[list[Entry]] = [[] for _ in range(banks)]
    for group in world.groups.get("payment", []):
        payer, payee = group.members if happens(rng, 0.5) else group.members[::-1]
        by_bank[payer % banks].extend(
            (day, "payment", (payer, payee), group.mark, 2) for day in group.days
        )
    for group in world.groups.get("account", []):
        by_bank[group.members[0] % banks].append(
            (group.days[0], "account", group.members, group.mark, 2)
        )
    for person, day in world.hubs.exchange:
        kind = "exchange_in" if happens(rng, 0.6) else "exchange_out"
        by_bank[person % banks].append((day, kind, (person,), 0, 0))
    return [sorted(entries) for entries in by_bank]


def write(rng: np.random.Generator, world: World, book: Book, folder: Path) -> None:
    """Write one report a bank into ``folder`` and enter them in the book."""
    hand = Hand(rng, world.facts, world.names, Agency.FIU, STYLE)
    for number, entries in enumerate(_entries(rng, world, world.rates.banks), 1):
        file = f"fiu_bank_{number:02d}.xml"
        path = folder / file
        with path.open("w", encoding="utf-8", newline="", buffering=BUFFER) as raw:
            bank = Bank(number, raw, world, hand, rng)
            bank.begin(1095.0)
            for entry in entries:
                bank.add(entry)
            bank.end()
        _enter(book, path, bank)
        book.deliver(file, "goaml", DATASET, "Financial Intelligence Unit of Ruritania", grade="B3")


def _enter(book: Book, path: Path, bank: Bank) -> None:
    delivery = delivered_as(DATASET, path)
    for place, person in bank.persons:
        book.saw(
            Agency.FIU,
            person,
            DATASET,
            path.name,
            f"xpath:{place}",
            stamp_id(local_id(f"xpath:{place}"), delivery),
        )
    for mark, channel, locator, ids in bank.proofs:
        book.prove(
            mark, channel, (DATASET, path.name, locator), [stamp_id(i, delivery) for i in ids]
        )
