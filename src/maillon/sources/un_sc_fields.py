"""The structured fields of the consolidated list: names, aliases, birth, documents, addresses.

The field names and the values of QUALITY, TYPE_OF_DATE and TYPE_OF_DOCUMENT are those of the list
of 2026-02-27.
"""

import re
from collections.abc import Iterator
from typing import Final

from maillon.model import Grade, SourceError, Yielded, local_id
from maillon.sources import values
from maillon.sources.emit import XPATH, Entity, doubtful_birth, joined
from maillon.sources.xmlrecords import Element, children, text_of

Parts = dict[str, list[tuple[str, Element]]]

PARTS: Final = ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")
NAMES: Final = frozenset({*PARTS, "NAME_ORIGINAL_SCRIPT"})
DATE_SCHEME: Final = "UN TYPE_OF_DATE"
QUALITIES: Final = {
    "Good": "alias",
    "a.k.a.": "alias",
    "Low": "weakAlias",
    "f.k.a.": "previousName",
}
_BETWEEN_NAMES: Final = re.compile(r"\s*;\s*|\s+[a-z]\)\s+")
_ADDRESS_PARTS: Final = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY")
_ADDRESS_PROPS: Final = {
    "STREET": "street",
    "CITY": "city",
    "STATE_PROVINCE": "state",
    "ZIP_CODE": "postalCode",
    "NOTE": "remarks",
}


def names(entity: Entity, path: str, parts: Parts) -> Iterator[Yielded]:
    """Say the full name, its parts, and the name in its own script."""
    delivered = [
        (place, text)
        for name in PARTS
        for place, child in parts.get(name, ())
        if (text := text_of(child))
    ]
    whole = joined(text for _, text in delivered)
    if not whole:
        yield SourceError(entity.dataset, XPATH + path, "the entry has no name")
    if entity.schema != "Person":
        place = delivered[0][0] if len(delivered) == 1 else path
        for number, name in enumerate(split_names(whole)):
            yield entity.say("alias" if number else "name", name, XPATH + place, whole)
    elif whole:
        yield entity.say("name", whole, XPATH + path)
        props = [
            "firstName",
            *("secondName", "middleName")[: max(0, len(delivered) - 2)],
            "lastName",
        ]
        for (place, text), prop in zip(delivered, props, strict=False):
            yield entity.say(prop, text, XPATH + place)
    for place, child in parts.get("NAME_ORIGINAL_SCRIPT", ()):
        text = text_of(child)
        for name in split_names(text):
            yield entity.say("name", name, XPATH + place, text)


def split_names(text: str) -> list[str]:
    """Return the names of a list such as ``Azim Adhajani; Azim Agha-Jani b) A. Jani``."""
    return [name for part in _BETWEEN_NAMES.split(text) if (name := part.strip(" ,;"))]


def alias(entity: Entity, place: str, element: Element) -> Iterator[Yielded]:
    """Say an alias by its quality.

    An element without a name (291 in the list read) says nothing.
    """
    found = _leaves(element, place)
    quality = found.pop("QUALITY", (place, ""))[1]
    where, text = found.pop("ALIAS_NAME", (place, ""))
    prop = QUALITIES.get(quality, "weakAlias")
    if text and quality not in QUALITIES:
        reason = f"QUALITY {quality!r} is not known: read as a weak alias"
        yield SourceError(entity.dataset, XPATH + place, reason)
    for name in split_names(text):
        yield entity.say(
            prop, name, XPATH + where, text, grade=Grade(code=quality, scheme="UN QUALITY")
        )
    for name, (below, value) in found.items():
        yield from _alias_detail(entity, name, below, value)


def _alias_detail(entity: Entity, name: str, place: str, text: str) -> Iterator[Yielded]:
    props = {
        "DATE_OF_BIRTH": "birthDate",
        "COUNTRY_OF_BIRTH": "birthCountry",
        "CITY_OF_BIRTH": "birthPlace",
        "NOTE": "notes",
    }
    prop = props.get(name)
    value = text
    if prop == "birthDate":
        value = values.iso_date(text) or ""
    elif prop == "birthCountry":
        value = values.country(text) or ""
    if prop is None or not value:
        yield SourceError(entity.dataset, XPATH + place, f"{name} of an alias cannot be read")
        if prop == "birthDate":
            yield from doubtful_birth(entity.id, entity.schema, entity.dataset, XPATH + place, text)
    else:
        yield entity.say(prop, value, XPATH + place, text)


def birth_date(entity: Entity, place: str, element: Element) -> Iterator[Yielded]:
    """Say a birth date as far as it is known; its TYPE_OF_DATE stays in grade and original value.

    A range (BETWEEN, FROM_YEAR, TO_YEAR) becomes one value for each end, both graded ``BETWEEN``.
    """
    found = _leaves(element, place)
    kind = found.pop("TYPE_OF_DATE", (place, ""))[1]
    note = found.pop("NOTE", None)
    if note is not None:
        yield entity.say("notes", note[1], XPATH + note[0])
    grade = Grade(code=kind, scheme=DATE_SCHEME)
    exact = kind in {"EXACT", ""}
    years = joined(text for _, text in found.values())
    for name, (below, text) in found.items():
        value = values.iso_date(text)
        if value is None or name not in {"DATE", "YEAR", "FROM_YEAR", "TO_YEAR"}:
            yield SourceError(
                entity.dataset, XPATH + below, f"{name} is no date (YYYY-MM-DD or YYYY)"
            )
            yield from doubtful_birth(entity.id, entity.schema, entity.dataset, XPATH + below, text)
        elif exact:
            yield entity.say("birthDate", value, XPATH + below, text, grade=grade)
        else:
            yield entity.say("birthDate", value, XPATH + place, joined((kind, years)), grade=grade)
    if not found and kind:
        yield entity.say("notes", f"Date of birth: {kind}", XPATH + place, kind)


def birth_place(entity: Entity, place: str, element: Element) -> Iterator[Yielded]:
    """Say a place of birth as one text, and its country."""
    found = _leaves(element, place)
    note = found.pop("NOTE", None)
    if note is not None:
        yield entity.say("notes", note[1], XPATH + note[0])
    texts = [text for _, text in found.values()]
    if texts:
        yield entity.say("birthPlace", ", ".join(texts), XPATH + place, joined(texts))
    if "COUNTRY" in found:
        yield from _country(entity, "birthCountry", *found["COUNTRY"])
    for name, (below, _) in found.items():
        if name not in _ADDRESS_PARTS:
            yield SourceError(
                entity.dataset,
                XPATH + below,
                f"element {name} is not known: kept in birthPlace only",
            )


def _country(entity: Entity, prop: str, place: str, text: str) -> Iterator[Yielded]:
    code = values.country(text)
    if code is None:
        yield SourceError(
            entity.dataset, XPATH + place, f"not a country that the model knows: no {prop}"
        )
    else:
        yield entity.say(prop, code, XPATH + place, text)


def address(entity: Entity, place: str, element: Element) -> Iterator[Yielded]:
    """Say an address; a place without a door becomes an Address entity."""
    found = _leaves(element, place)
    if not found:
        return
    texts = [found[name][1] for name in _ADDRESS_PARTS if name in found]
    whole = ", ".join(texts)
    if "COUNTRY" in found:
        yield from _country(entity, "country", *found["COUNTRY"])
    if values.is_street(whole) and "STREET" in found:
        yield entity.say("address", whole, XPATH + place, joined(texts))
        if "NOTE" in found:
            yield entity.say("notes", found["NOTE"][1], XPATH + found["NOTE"][0])
    else:
        yield from _place_entity(entity, place, found)
    for name, (below, _) in found.items():
        if name not in _ADDRESS_PROPS and name != "COUNTRY":
            yield SourceError(
                entity.dataset, XPATH + below, f"element {name} is not known: not read"
            )


def _place_entity(
    entity: Entity, place: str, found: dict[str, tuple[str, str]]
) -> Iterator[Yielded]:
    if set(found) <= {"COUNTRY"}:
        return
    spot = Entity(local_id(XPATH + place), "Address", entity.dataset)
    yield entity.say(
        "addressEntity", spot.id, XPATH + place, joined(text for _, text in found.values())
    )
    for name, prop in _ADDRESS_PROPS.items():
        if name in found:
            yield spot.say(prop, found[name][1], XPATH + found[name][0])
    code = values.country(found["COUNTRY"][1]) if "COUNTRY" in found else None
    if code is not None:
        yield spot.say("country", code, XPATH + found["COUNTRY"][0], found["COUNTRY"][1])


def document(entity: Entity, place: str, element: Element) -> Iterator[Yielded]:
    """Say an identity document, as an entity of its own and as a number of the person."""
    found = _leaves(element, place)
    if not found:
        return
    kinds = joined(
        found[name][1] for name in ("TYPE_OF_DOCUMENT", "TYPE_OF_DOCUMENT2") if name in found
    )
    is_passport = "pass" in kinds.lower() or "pasaporte" in kinds.lower()
    paper = Entity(
        local_id(XPATH + place), "Passport" if is_passport else "Identification", entity.dataset
    )
    yield paper.say("holder", entity.id, XPATH + place, joined(text for _, text in found.values()))
    for name, (below, text) in found.items():
        yield from _document_detail(paper, name, below, text)
    if "NUMBER" in found:
        prop = "passportNumber" if is_passport else "idNumber"
        yield entity.say(prop, found["NUMBER"][1], XPATH + found["NUMBER"][0])


def _document_detail(paper: Entity, name: str, place: str, text: str) -> Iterator[Yielded]:
    props = {
        "TYPE_OF_DOCUMENT": "type",
        "TYPE_OF_DOCUMENT2": "type",
        "NUMBER": "number",
        "ISSUING_COUNTRY": "country",
        "COUNTRY_OF_ISSUE": "country",
        "DATE_OF_ISSUE": "startDate",
        "CITY_OF_ISSUE": "authority",
        "NOTE": "summary",
    }
    prop = props.get(name)
    if prop == "country":
        yield from _country(paper, prop, place, text)
    elif prop == "startDate" and values.iso_date(text) is None:
        yield SourceError(paper.dataset, XPATH + place, f"{name} is no date (YYYY-MM-DD)")
    elif prop is None:
        yield SourceError(paper.dataset, XPATH + place, f"element {name} is not known: not read")
    else:
        yield paper.say(prop, text, XPATH + place)


def _leaves(element: Element, place: str) -> dict[str, tuple[str, str]]:
    """Return path and text of each non-empty child by its name.

    One that is met again is ``NAME[2]``.
    """
    found: dict[str, tuple[str, str]] = {}
    for name, below, child in children(element, place):
        text = text_of(child)
        if text:
            key = name if name not in found else below.rpartition("/")[2]
            found[key] = (below, text)
    return found
