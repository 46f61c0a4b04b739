"""The United Nations Security Council consolidated list, and national lists of the same XML shape.

Source: un.org/securitycouncil, "Consolidated United Nations Security Council Sanctions List", XML
of sc-sanctions.xsd as published on 2026-02-27 (individuals and entities).
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from maillon.model import Adapter, Kind, SourceError, Statement, Yielded, local_id
from maillon.sources import programmes, un_sc_fields, values
from maillon.sources.emit import XPATH, Entity
from maillon.sources.xmlrecords import Element, Shape, children, records, text_at, text_of

SHAPE: Final = Shape(
    root="CONSOLIDATED_LIST",
    depth=2,
    names=("INDIVIDUAL", "ENTITY"),
    remedy="fetch the consolidated list again, as XML, and check that it is whole",
)
SCHEMATA: Final = {"INDIVIDUAL": "Person", "ENTITY": "Organization"}
UN_LIST: Final = "UN List"
"""LIST_TYPE of the Security Council's own entries.

Their ids begin with ``un-sc-``, others with the dataset.
"""

_ZONE: Final = re.compile(r"(?<=\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})\Z")
"""Ten dates of the list carry a time zone, e.g. ``2014-10-14-04:00``; a day has none."""

IGNORED: Final = {
    "DATAID": "the row number of the publisher's database; REFERENCE_NUMBER names the entry",
    "VERSIONNUM": "the publisher's version counter; LAST_DAY_UPDATED says when",
    "LIST_TYPE": "says whose list it is: the dataset does",
    "SORT_KEY": "order of the printed list; always empty",
    "SORT_KEY_LAST_MOD": "order of the printed list; always empty",
    "SUBMITTED_BY": "the State that proposed the entry: confidential in most committees",
    "@dateGenerated": "date of the file: kept with the delivery",
    "@noNamespaceSchemaLocation": "place of the XML schema",
}
"""Fields that are not read, each with the reason."""


@dataclass(slots=True)
class _List:
    """What is remembered of the file so far: the place of each reference number."""

    dataset: str
    places: dict[str, str] = field(default_factory=dict)
    count: int = 0


def read(raw: IO[bytes], dataset: str) -> Iterator[Yielded]:
    """Read one list.

    Args:
        raw: The XML file as delivered. Left open.
        dataset: The name under which its statements are kept, e.g. ``un_sc``.

    Yields:
        The statements of each entry, in file order; ids are ``un-sc-QDi.318`` on the Security
        Council's list and ``<dataset>-RTi.001`` on others. A `SourceError` for what cannot be read:
        a web page in place of the list, a broken tail, a list without entries, a reference number
        met twice (its entry is read under a local id).
    """
    state = _List(dataset)
    broken = False
    for found in records(raw, dataset, SHAPE):
        if isinstance(found, SourceError):
            broken = True
            yield found
            continue
        path, record = found
        yield from _entry(state, path, record)
    if not state.count and not broken:
        reason = "the list holds no entry: an empty list would lift every listing; " + SHAPE.remedy
        yield SourceError(dataset, XPATH + "/" + SHAPE.root, reason, whole=True)


def _entry(state: _List, path: str, record: Element) -> Iterator[Yielded]:
    kind = path.rpartition("/")[2].partition("[")[0]
    schema = SCHEMATA.get(kind)
    if schema is None:
        reason = f"element {kind} is no entry of this list (INDIVIDUAL, ENTITY): not read"
        yield SourceError(state.dataset, XPATH + path, reason)
        return
    state.count += 1
    parts: dict[str, list[tuple[str, Element]]] = {}
    for name, place, child in children(record, path):
        parts.setdefault(name, []).append((place, child))
    entity, problem = _identity(state, path, schema, parts)
    if problem is not None:
        yield problem
    yield from _topics(entity, path, record, parts)
    yield from un_sc_fields.names(entity, path, parts)
    for name, found in parts.items():
        reader = _READERS.get(name)
        for place, child in found:
            if reader is not None:
                yield from reader(entity, place, child)
            elif name not in IGNORED and name not in un_sc_fields.NAMES and text_of(child):
                yield SourceError(
                    state.dataset, XPATH + place, f"element {name} is not known: not read"
                )


def _identity(
    state: _List, path: str, schema: str, parts: dict[str, list[tuple[str, Element]]]
) -> tuple[Entity, SourceError | None]:
    reference = _first(parts, "REFERENCE_NUMBER")
    local = Entity(local_id(XPATH + path), schema, state.dataset)
    if not reference:
        reason = "no REFERENCE_NUMBER: read under a local id, which changes with each delivery"
        return local, SourceError(state.dataset, XPATH + path, reason)
    if reference in state.places:
        first = state.places[reference]
        reason = f"reference number {reference} stands at {first} too: read under a local id"
        return local, SourceError(state.dataset, XPATH + path, reason)
    state.places[reference] = XPATH + path
    prefix = "un-sc" if _first(parts, "LIST_TYPE") == UN_LIST else state.dataset
    return Entity(f"{prefix}-{reference}", schema, state.dataset), None


def _first(parts: dict[str, list[tuple[str, Element]]], name: str) -> str:
    return text_of(parts[name][0][1]) if name in parts else ""


def _topics(
    entity: Entity, path: str, record: Element, parts: dict[str, list[tuple[str, Element]]]
) -> Iterator[Yielded]:
    """Say what the programme proves; the code is the first two letters of the reference number."""
    if "REFERENCE_NUMBER" not in parts:
        place, child = parts.get("UN_LIST_TYPE", [(path, record)])[0]
        yield entity.say("topics", programmes.SANCTION, XPATH + place, text_of(child))
        return
    place, child = parts["REFERENCE_NUMBER"][0]
    reference = text_of(child)
    code = reference[:2]
    if ("un", code) not in programmes.programmes():
        reason = f"programme {code} is not in the programme table: read as a sanction only"
        yield SourceError(entity.dataset, XPATH + place, reason)
    yield entity.say("programId", code, XPATH + place, reference)
    for topic in programmes.topics("un", code, text_of(record)):
        yield entity.say("topics", topic, XPATH + place, reference)


def _text(prop: str) -> Callable[[Entity, str, Element], Iterator[Statement]]:
    def reader(entity: Entity, place: str, element: Element) -> Iterator[Statement]:
        text = (element.text or "").strip()
        if text:
            yield entity.say(prop, values.squeeze(text), XPATH + place, text)

    return reader


def _listed(
    prop: str, clean: Callable[[str], str | None]
) -> Callable[[Entity, str, Element], Iterator[Yielded]]:
    """Read an element that holds VALUE elements, or the value itself."""

    def reader(entity: Entity, place: str, element: Element) -> Iterator[Yielded]:
        found = list(children(element, place)) or [("VALUE", place, element)]
        for name, below, child in found:
            text = values.squeeze(child.text or "")
            if not text:
                continue
            value = clean(text) if name == "VALUE" else None
            if value is None:
                reason = f"{name} is no value of {prop} that this reader knows: not read"
                yield SourceError(entity.dataset, XPATH + below, reason)
            else:
                yield entity.say(prop, value, XPATH + below, text)

    return reader


def _comments(entity: Entity, place: str, element: Element) -> Iterator[Statement]:
    text = (element.text or "").strip()
    if text:
        yield entity.say("notes", values.squeeze(text), XPATH + place, text, kind=Kind.ASSESSMENT)


_READERS: Final[dict[str, Callable[[Entity, str, Element], Iterator[Yielded]]]] = {
    "REFERENCE_NUMBER": lambda *_: iter(()),
    "UN_LIST_TYPE": _text("program"),
    "LISTED_ON": _listed("createdAt", lambda text: values.iso_date(_ZONE.sub("", text))),
    "LAST_DAY_UPDATED": _listed("modifiedAt", values.iso_date),
    "GENDER": _listed("gender", values.gender),
    "TITLE": _listed("title", str),
    "DESIGNATION": _listed("position", str),
    "NATIONALITY": _listed("nationality", values.country),
    "NATIONALITY2": _listed("nationality", values.country),
    "COMMENTS1": _comments,
    "INDIVIDUAL_ALIAS": un_sc_fields.alias,
    "ENTITY_ALIAS": un_sc_fields.alias,
    "INDIVIDUAL_DATE_OF_BIRTH": un_sc_fields.birth_date,
    "INDIVIDUAL_PLACE_OF_BIRTH": un_sc_fields.birth_place,
    "INDIVIDUAL_DOCUMENT": un_sc_fields.document,
    "INDIVIDUAL_ADDRESS": un_sc_fields.address,
    "ENTITY_ADDRESS": un_sc_fields.address,
}


def locate(raw: IO[bytes], locator: str) -> str:
    """Return the delivered text at ``locator``.

    Example: ``xpath:/CONSOLIDATED_LIST/INDIVIDUALS[1]/INDIVIDUAL[3]``.
    """
    return text_at(raw, locator, SHAPE)


ADAPTER: Final = Adapter(
    name="un-sc-xml",
    spec="UN Security Council consolidated list, sc-sanctions.xsd, as of 2026-02-27",
    read=read,
    locate=locate,
)
