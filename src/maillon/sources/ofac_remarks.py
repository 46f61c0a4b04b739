"""The remarks of the SDN list.

Birth, papers, weak aliases and much else, in one text with semicolons.

Source: OFAC, "SDN List Data Formats" (legacy), and the remarks of the list of July 2021. What no
pattern fits stays as ``notes``: nothing is lost.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from maillon.model import Grade, Statement, local_id
from maillon.model.ftm import schema_of
from maillon.sources import values
from maillon.sources.emit import Entity, doubtful_birth

DATE_SCHEME: Final = "OFAC DOB"
"""Scheme of the grade of a birth date; the codes are those of the Security Council's list."""
_MONTHS: Final = {
    name: f"{number:02d}"
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_DATE: Final = r"(?:\d{1,2} )?(?:[A-Z][a-z]{2} )?\d{4}"
_BIRTH: Final = re.compile(rf"(?:alt\. )?DOB (circa )?({_DATE})(?: to ({_DATE}))?\Z")
_NUMBER: Final = re.compile(
    r"(?:alt\. )?(?P<label>[A-Z][A-Za-z./\- ]*?(?: No\.| Number| Document| ID)?) ?#? ?"
    r"(?P<number>(?=\S*\d)[^()\s][^()]*?)(?: \((?P<country>[^()]+)\))?"
    r"(?P<rest> (?:issued|expires) .*)?\Z"
)
_WALLET: Final = re.compile(r"(?:alt\. )?Digital Currency Address - ([A-Z]{2,5}) (\S+)\Z")
_QUOTED: Final = re.compile(r"(a\.k\.a\.|f\.k\.a\.|n\.k\.a\.) ['\"](.+)['\"]\Z")
_ALIASES: Final = {"a.k.a.": "weakAlias", "f.k.a.": "previousName", "n.k.a.": "alias"}
_SIMPLE: Final = (
    (re.compile(r"(?:alt\. )?POB (.+)\Z"), "birthPlace"),
    (re.compile(r"(?:alt\. )?[Nn]ationality (?:of Registration )?(.+)\Z"), "nationality"),
    (re.compile(r"(?:alt\. )?citizen (.+)\Z"), "citizenship"),
    (re.compile(r"Gender (.+)\Z"), "gender"),
    (re.compile(r"(?:alt\. )?(?:Website|Web site):? (\S+)\Z"), "website"),
    (re.compile(r"(?:alt\. )?Email(?: Address)?:? (\S+@\S+)\Z"), "email"),
    (re.compile(r"(?:alt\. )?Phone(?: Number)?:? ([+\d][\d ()\-]+)\Z"), "phone"),
    (re.compile(r"Aircraft Model (.+)\Z"), "model"),
    (re.compile(r"Aircraft Manufacture Date (.+)\Z"), "buildDate"),
    (re.compile(r"Aircraft Tail Number (.+)\Z"), "registrationNumber"),
    (re.compile(r"Aircraft Mode S Transponder Code (.+)\Z"), "icaoCode"),
    (re.compile(r"Aircraft Manufacturer's Serial Number \(MSN\) (.+)\Z"), "serialNumber"),
    (re.compile(r"Vessel Year of Build (.+)\Z"), "buildDate"),
    (re.compile(r"Vessel Type (.+)\Z"), "type"),
    (re.compile(r"Vessel Flag (.+)\Z"), "flag"),
    (re.compile(r"(?:alt\. )?Former Vessel Flag (.+)\Z"), "pastFlags"),
    (
        re.compile(r"(?:alt\. )?Vessel Registration Identification IMO (\d+)\Z"),
        "imoNumber",
    ),
    (re.compile(r"MMSI (\d{9})\Z"), "mmsi"),
    (re.compile(r"SWIFT/BIC ([A-Z0-9]+)\Z"), "swiftBic"),
    (re.compile(r"D-U-N-S Number ([\d\-]+)\Z"), "dunsCode"),
    (re.compile(r"Organization Established Date (.+)\Z"), "incorporationDate"),
)
"""Patterns with one value each.

Aircraft Operator is no identifier (67 records share one): it stays a note.
"""
NUMBERS: Final = {
    "Passport": "passportNumber",
    "Stateless Person Passport": "passportNumber",
    "Diplomatic Passport": "passportNumber",
    "SSN": "socialSecurityNumber",
    "US FEIN": "taxNumber",
    "Tax ID No.": "taxNumber",
    "NIT": "taxNumber",
    "RUC": "taxNumber",
    "R.F.C.": "taxNumber",
    "RIF": "taxNumber",
    "Italian Fiscal Code": "taxNumber",
    "V.A.T. Number": "vatCode",
    "VAT Number": "vatCode",
    "Registration ID": "registrationNumber",
    "Registration Number": "registrationNumber",
    "Business Registration Number": "registrationNumber",
    "Business Registration Document": "registrationNumber",
    "Business Number": "registrationNumber",
    "Commercial Registry Number": "registrationNumber",
    "Company Number": "registrationNumber",
    "Folio Mercantil No.": "registrationNumber",
    "Matricula Mercantil No": "registrationNumber",
    "Public Registration Number": "registrationNumber",
    "Legal Entity Number": "registrationNumber",
    "Unified Social Credit Code": "uscCode",
    "Trade License No.": "licenseNumber",
    "Driver's License No.": "licenseNumber",
    "Cedula No.": "idNumber",
    "National ID No.": "idNumber",
    "Identification Number": "idNumber",
    "Personal ID Card": "idNumber",
    "Residency Number": "idNumber",
    "Electoral Registry No.": "idNumber",
    "National Foreign ID Number": "idNumber",
    "C.U.R.P.": "idNumber",
    "D.N.I.": "idNumber",
    "C.U.I.P.": "idNumber",
    "C.U.I.T.": "idNumber",
    "I.F.E.": "idNumber",
    "Turkish Identification Number": "idNumber",
    "Bosnian Personal ID No.": "idNumber",
    "Kuwaiti Civil ID": "idNumber",
    "UAE Identification": "idNumber",
    "Afghan National ID": "idNumber",
}
"""Names of numbers, and the property of each."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One part of the remarks, of one entity at one line.

    ``number`` is its place among the parts.
    """

    entity: Entity
    locator: str
    text: str
    number: int


def parts_of(text: str) -> list[str]:
    """Return the parts of a remark, without the final stop of the whole."""
    return [
        part
        for piece in re.split(r";\s+", text.strip().removesuffix("."))
        if (part := piece.strip())
    ]


def read(remark: Remark) -> Iterator[Statement]:
    """Give the statements of one part: by the first pattern that fits, else as a note."""
    for reader in (_birth, _quoted, _wallet, _simple, _numbered):
        said = list(reader(remark))
        if said:
            yield from said
            return
    yield remark.entity.say("notes", remark.text, remark.locator)


def date(text: str) -> str | None:
    """Return an ISO date, e.g. ``10 Dec 1948`` -> ``1948-12-10``, ``Dec 1948`` -> ``1948-12``."""
    words = text.split()
    if len(words) > 1 and words[-2] not in _MONTHS:
        return None
    ordered = [
        words[-1],
        *(_MONTHS[word] for word in words[-2:-1]),
        *(word.zfill(2) for word in words[-3:-2]),
    ]
    return values.iso_date("-".join(ordered))


def _has(schema: str, prop: str) -> bool:
    found = schema_of(schema)
    return found is not None and found.get(prop) is not None


def _birth(remark: Remark) -> Iterator[Statement]:
    found = _BIRTH.match(remark.text)
    if found is None or not _has(remark.entity.schema, "birthDate"):
        return
    circa, *texts = found.groups()
    code = "APPROXIMATELY" if circa else "BETWEEN" if texts[1] else "EXACT"
    for text in texts:
        value = date(text) if text else None
        if value is not None:
            grade = Grade(code=code, scheme=DATE_SCHEME)
            yield remark.entity.say("birthDate", value, remark.locator, remark.text, grade=grade)
        elif text:
            of = remark.entity
            yield from doubtful_birth(of.id, of.schema, of.dataset, remark.locator, text)


def _quoted(remark: Remark) -> Iterator[Statement]:
    found = _QUOTED.match(remark.text)
    if found is not None:
        yield remark.entity.say(
            _ALIASES[found[1]], values.squeeze(found[2]), remark.locator, remark.text
        )


def _wallet(remark: Remark) -> Iterator[Statement]:
    found = _WALLET.match(remark.text)
    if found is None:
        return
    wallet = Entity(
        local_id(f"{remark.locator}!wallet{remark.number}"), "CryptoWallet", remark.entity.dataset
    )
    yield wallet.say("holder", remark.entity.id, remark.locator, remark.text)
    yield wallet.say("currency", found[1], remark.locator, remark.text)
    yield wallet.say("publicKey", found[2], remark.locator, remark.text)


def _simple(remark: Remark) -> Iterator[Statement]:
    for pattern, prop in _SIMPLE:
        found = pattern.match(remark.text)
        if found is None or not _has(remark.entity.schema, prop):
            continue
        value = _clean(prop, values.squeeze(found[1]))
        if value:
            yield remark.entity.say(prop, value, remark.locator, remark.text)
        return


def _clean(prop: str, text: str) -> str | None:
    if prop in {"nationality", "citizenship", "flag", "pastFlags"}:
        return values.country(text)
    if prop in {"buildDate", "incorporationDate"}:
        return date(text)
    if prop == "gender":
        return values.gender(text)
    if prop == "phone":
        return values.phone(text)
    if prop == "website":
        return values.typed("url", text if "://" in text else "http://" + text)
    return values.typed("email", text) if prop == "email" else text


def _numbered(remark: Remark) -> Iterator[Statement]:
    found = _NUMBER.match(remark.text)
    if found is None:
        return
    prop = NUMBERS.get(found["label"].strip())
    if prop is None or not _has(remark.entity.schema, prop):
        return
    number = values.squeeze(found["number"])
    yield remark.entity.say(prop, number, remark.locator, remark.text)
    if prop not in {"passportNumber", "idNumber"}:
        return
    schema = "Passport" if prop == "passportNumber" else "Identification"
    paper = Entity(
        local_id(f"{remark.locator}!paper{remark.number}"), schema, remark.entity.dataset
    )
    yield paper.say("holder", remark.entity.id, remark.locator, remark.text)
    yield paper.say("type", found["label"].strip(), remark.locator)
    yield paper.say("number", number, remark.locator, remark.text)
    code = values.country(found["country"]) if found["country"] else None
    if code is not None:
        yield paper.say("country", code, remark.locator, remark.text)
    elif found["country"]:
        yield paper.say("summary", found["country"], remark.locator, remark.text)
    if found["rest"]:
        yield paper.say("summary", found["rest"].strip(), remark.locator, remark.text)
