"""The public lists that the package ships, as entries of the screening engine.

Which statements make up an entry is decided by the project's own adapters; this module only
groups them by entity, and drops names for the index variants of the cases.
"""

import gzip
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from maillon.model import Statement
from maillon.screen import Entry, entry
from maillon.sources import adapter
from maillon.sources.values import country

NAMES = ("name", "alias", "previousName", "abbreviation", "weakAlias")
FACTS = (
    "birthDate", "gender", "birthPlace", "nationality", "citizenship", "country", "jurisdiction",
    "birthCountry", "passportNumber", "idNumber", "registrationNumber", "taxNumber", "imoNumber",
    "swiftBic", "callSign", "publicKey",
)  # fmt: skip
FILES = {
    "un": (("un-sc-xml", "un_consolidated_2026-02-27.xml"),),
    "ofac": (
        ("ofac-sdn-csv", "ofac_sdn_2021-07.csv"),
        ("ofac-sdn-csv", "ofac_alt_2021-07.csv"),
    ),
}
SCREENED = frozenset(("Person", "Organization", "Company", "LegalEntity", "Vessel", "Airplane"))
VARIANTS = ("full", "latin_only", "native_only", "primary_only")


class Listed(NamedTuple):
    """One entry of a list before the engine sees it: names and facts as the adapter said them."""

    id: str
    schema: str
    dataset: str
    properties: Mapping[str, Sequence[str]]

    @property
    def names(self) -> list[tuple[str, str]]:
        """Each name with its property."""
        return [(prop, text) for prop in NAMES for text in self.properties.get(prop, ())]


def is_latin(text: str) -> bool:
    """Tell whether no letter of the text is of another script."""
    return all(
        unicodedata.name(letter, "LATIN").startswith(("LATIN", "MODIFIER", "FULLWIDTH LATIN"))
        for letter in text
        if letter.isalpha()
    )


def statements(name: str) -> Iterator[Statement]:
    """Yield the statements of a list, ``un`` or ``ofac``, in file order."""
    for format_name, file in FILES[name]:
        packed = resources.files("maillon.training").joinpath(f"lists/{file}.gz").read_bytes()
        for item in adapter(format_name).read(io.BytesIO(gzip.decompress(packed)), name):
            if isinstance(item, Statement):
                yield item


@lru_cache(maxsize=4)
def listed(name: str) -> tuple[Listed, ...]:
    """Return the entries of a list in file order: persons, organisations, vessels, aircraft."""
    schemata: dict[str, str] = {}
    held: dict[str, dict[str, list[str]]] = {}
    ranges: dict[tuple[str, str], list[str]] = {}
    for item in statements(name):
        if item.schema in SCREENED:
            schemata.setdefault(item.entity, item.schema)
        if item.prop in NAMES or item.prop in FACTS:
            values = held.setdefault(item.entity, {}).setdefault(item.prop, [])
            value = item.value
            if item.prop == "birthDate" and item.grade.code == "APPROXIMATELY":
                value = f"~{value}"
            elif item.prop == "birthDate" and item.grade.code == "BETWEEN":
                ends = ranges.setdefault((item.entity, f"{item.locator} {item.original_value}"), [])
                ends.append(value)
                if len(ends) < 2:
                    continue
                value = f"{min(ends)}..{max(ends)}"
            if value not in values:
                values.append(value)
    return tuple(
        Listed(entity, schemata[entity], name, properties)
        for entity, properties in held.items()
        if entity in schemata and any(properties.get(prop) for prop in NAMES)
    )


def variant(found: Listed, index: str) -> Listed | None:
    """Return the entry as an index variant has it; None where no name is left.

    Args:
        found: The entry.
        index: ``full``; ``latin_only`` or ``native_only`` (names in other scripts dropped, or the
            Latin ones); ``primary_only`` (only the first name of the list, in Latin letters).
    """
    if index == "full":
        return found
    properties: dict[str, Sequence[str]] = {
        prop: values for prop, values in found.properties.items() if prop not in NAMES
    }
    for prop in NAMES if index != "primary_only" else ("name",):
        kept = [
            text
            for text in found.properties.get(prop, ())
            if is_latin(text) == (index != "native_only")
        ]
        if kept:
            properties[prop] = kept
    if not any(prop in properties for prop in NAMES):
        return None
    return found._replace(properties=properties)


def entries(found: Iterable[Listed], index: str = "full") -> list[Entry]:
    """Return the engine's entries of an index variant."""
    kept = (variant(each, index) for each in found)
    return [entry(one.id, one.schema, one.dataset, one.properties) for one in kept if one]


def query_entry(id_: str, query: Mapping[str, Any]) -> Entry:
    """Return a labelled query as the engine's entry; a country's name becomes its code."""
    properties: dict[str, list[str]] = {}
    for prop, value in query.items():
        if prop == "schema" or not value:
            continue
        values = [str(one) for one in (value if isinstance(value, list) else [value])]
        if prop in {"nationality", "country", "birthCountry", "citizenship"}:
            values = [country(one) or one for one in values]
        properties[prop] = values
    return entry(id_, str(query.get("schema", "Person")), "", properties)
