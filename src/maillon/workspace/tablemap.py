"""A FollowTheMoney mapping of one table as a person fills it in: entities, columns, links.

The mapping itself is what is kept; what a form cannot show (filters, templates, several queries)
is left as it is and changed as text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import yaml

from maillon.model import NotValidError, RefusedError
from maillon.model.ftm import ftm_model, schema_of
from maillon.policy import protected_by
from maillon.sources import mapping_columns, mapping_queries, option_fault
from maillon.workspace.byhand import NEVER

LONGEST: Final = 20_000
"""Characters of a mapping; as many as a load takes."""
MOST_ENTITIES: Final = 8
FIRST: Final = ("Person", "Company")
"""What a table is most often about."""
LINKING: Final = (
    "Associate", "CourtCaseParty", "Debt", "Directorship", "Employment", "Family", "Membership",
    "Occupancy", "Ownership", "Payment", "Representation", "Succession", "UnknownLink",
)  # fmt: skip
"""Links that a row of a table may tell of."""
THINGS: Final = (
    "Person", "Company", "Organization", "LegalEntity", "PublicBody", "Vehicle", "Vessel",
    "Airplane", "Address", "BankAccount", "Passport", "Identification", "CryptoWallet", "Call",
    "Trip", "Consignment", "Seizure", "Firearm", "Document", "Event", "RealEstate", "CourtCase",
)  # fmt: skip
"""What else a row may tell of."""
_NAMES: Final = "abcdefghijklmnop"
_SPACED: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entity of a row.

    Attributes:
        name: Within the mapping, e.g. ``a``.
        schema: FollowTheMoney schema.
        keys: Names of the columns that tell it from others; none: each row is one.
        columns: Property by the name of a column.
        links: Name of another entity by property.
        prefix: What its ids begin with; empty: the name of the source.
    """

    name: str
    schema: str
    keys: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""


def parsed(text: str) -> Mapping[str, Any]:
    """Return a mapping that is written as YAML.

    Raises:
        NotValidError: It is none, or larger than a load takes.
    """
    if len(text) > LONGEST:
        raise NotValidError(f"a mapping of more than {LONGEST:,} characters: name less")
    try:
        if any(isinstance(one, yaml.AliasToken) for one in yaml.scan(text)):
            raise NotValidError("the mapping repeats itself by *aliases: write it out")
        found = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark is not None else ""
        raise NotValidError(f"the mapping is no YAML{where}") from error
    if not isinstance(found, dict):
        raise NotValidError("the mapping is no YAML mapping: `queries:` stands at its top")
    return found


def written(entries: Iterable[Entry]) -> str:
    """Return a mapping of one query, as YAML."""
    entities = {}
    for one in entries:
        held: dict[str, Any] = {"schema": one.schema}
        if one.prefix:
            held["key_literal"] = one.prefix
        if one.keys:
            held["keys"] = list(one.keys)
        by_prop: dict[str, list[str]] = {}
        for column, prop in one.columns.items():
            by_prop.setdefault(prop, []).append(column)
        properties: dict[str, Any] = {
            prop: {"column": columns[0]} if len(columns) == 1 else {"columns": columns}
            for prop, columns in by_prop.items()
        }
        properties |= {prop: {"entity": other} for prop, other in one.links.items()}
        held["properties"] = properties
        entities[one.name] = held
    said = {"queries": [{"entities": entities}]}
    return str(yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=100))


def settled(text: str, dataset: str) -> str:
    """Return a mapping as a source is loaded by it: keys of several kinds of things stay apart.

    Number 7 of the persons is not number 7 of the companies; a mapping that says itself what its
    ids begin with, or more than a form shows, stays as it is.
    """
    entries = entries_of(parsed(text))
    keyed = [one for one in entries or () if one.keys]
    if entries is None or len(keyed) < 2 or any(one.prefix for one in keyed):  # noqa: PLR2004 - two kinds
        return text
    return written(
        replace(one, prefix=f"{dataset}-{one.schema.lower()}-{one.name}") if one.keys else one
        for one in entries
    )


def entries_of(mapping: Mapping[str, Any]) -> list[Entry] | None:
    """Return the entities of a mapping as a form shows them; None where it holds more than that."""
    queries = mapping_queries(mapping)
    if len(queries) != 1 or set(queries[0]) - {"entities", "csv_url", "csv_urls"}:
        return None
    found = []
    for name, config in (queries[0].get("entities") or {}).items():
        if not isinstance(config, dict) or set(config) - {
            "schema", "key", "keys", "key_literal", "properties"
        }:  # fmt: skip
            return None
        one = _entry(str(name), config)
        if one is None:
            return None
        found.append(one)
    return found if len(found) <= MOST_ENTITIES else None


def suggested(header: Sequence[str]) -> str:
    """Return a mapping that the names of the columns suggest; empty where they suggest none."""
    from maillon.screen.tables import property_of  # noqa: PLC0415 - only who maps needs it

    props = {name: property_of(name) for name in header if not spoken_of(name)}
    held = set(props.values())
    is_person = held & {"birthDate", "firstName", "lastName", "gender", "nationality"}
    schema = "Person" if is_person or not held & {"jurisdiction", "taxNumber"} else "Company"
    known = schema_of(schema)
    assert known is not None
    columns = {
        name: prop for name, prop in props.items()
        if prop and prop in known.properties and not known.properties[prop].stub
    }  # fmt: skip
    keys = tuple(name for name, prop in props.items() if prop == "id")[:1]
    return written([Entry("a", schema, keys, columns)]) if columns else ""


def properties_of(schema: str) -> tuple[list[str], list[str]]:
    """Return the properties of a schema that a column may fill, and those that name another entity.

    Those that the model features come first; what the law protects is among neither.
    """
    known = schema_of(schema)
    if known is None or known.abstract:
        raise NotValidError(f"{schema[:60]!r} is no schema of FollowTheMoney that a row can be")
    first = {name: number for number, name in enumerate(known.featured)}
    values: list[str] = []
    others: list[str] = []
    for name, prop in known.properties.items():
        if prop.stub or prop.hidden or protected_by(_SPACED.sub(" ", name)):
            continue
        (others if prop.type.name == "entity" else values).append(name)
    by_place = lambda name: (first.get(name, len(first)), name)  # noqa: E731 - one use each
    return sorted(values, key=by_place), sorted(others, key=by_place)


def ends_of(schema: str) -> tuple[str, str] | None:
    """Return the properties at the two ends of a link; None: the schema is none."""
    known = ftm_model().get(schema)
    if known is None or not known.edge or known.edge_source is None or known.edge_target is None:
        return None
    return str(known.edge_source), str(known.edge_target)


def spoken_of(column: str) -> str:
    """Return the protected characteristic of which a column's name speaks; empty for none."""
    return str(protected_by(_SPACED.sub(" ", column)))


def check(text: str, header: Sequence[str]) -> tuple[str, ...]:
    """Let a mapping through and return what of it cannot be used for a table.

    Raises:
        NotValidError: As `parsed`.
        RefusedError: It takes up what the law protects.
    """
    mapping = parsed(text)
    for query in mapping_queries(mapping):
        for config in (query.get("entities") or {}).values():
            properties = config.get("properties") if isinstance(config, dict) else None
            for prop in properties if isinstance(properties, dict) else ():
                _refuse(_SPACED.sub(" ", str(prop)), f"property {prop}")
        for column in sorted(mapping_columns(query)):
            _refuse(_SPACED.sub(" ", column), f"column {column}")
    fault = option_fault("csv", {"mapping": mapping})
    missing = sorted(
        {one for query in mapping_queries(mapping) for one in mapping_columns(query)} - set(header)
    )
    found = [fault] if fault else []
    found += [f"the file has no column {name!r}" for name in missing[:20]]
    return tuple(found)


def next_name(taken: Iterable[str]) -> str:
    """Return a name for one more entity."""
    held = set(taken)
    return str(next(one for one in (*_NAMES, *(f"e{n}" for n in range(99))) if one not in held))


def _entry(name: str, config: Mapping[str, Any]) -> Entry | None:
    if not name.isalnum() or not name.isascii():
        return None  # no name of a field of a form
    keys = config.get("keys", config.get("key", []))
    columns: dict[str, str] = {}
    links: dict[str, str] = {}
    for prop, said in (config.get("properties") or {}).items():
        if not isinstance(said, dict) or set(said) - {"column", "columns", "entity"}:
            return None
        if "entity" in said:
            links[str(prop)] = str(said["entity"])
        for column in (*said.get("columns", ()), *([said["column"]] if "column" in said else ())):
            if str(column) in columns:
                return None  # one column says two things of it
            columns[str(column)] = str(prop)
    named = [str(one) for one in keys] if isinstance(keys, list) else [str(keys)]
    prefix = str(config.get("key_literal", ""))
    return Entry(name, str(config.get("schema", "")), tuple(named), columns, links, prefix)


def _refuse(words: str, what: str) -> None:
    if kind := protected_by(words):
        raise RefusedError(NEVER, f"{what} says something of {kind}", "leave it out: no exception")
