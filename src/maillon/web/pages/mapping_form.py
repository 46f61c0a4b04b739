"""The form in which a person says what the columns of a table are: entities, columns, links."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from maillon.model import NotValidError
from maillon.model.ftm import schema_of
from maillon.workspace import tablemap
from maillon.workspace.onboarding import Looked
from maillon.workspace.tablemap import Entry

MOST_COLUMNS: Final = 100
"""Columns that the form asks about; of a wider table the mapping is written as text."""
_SELDOM: Final = frozenset({"parent", "proof", "riskSource", "subject", "unknownLinkTo"})
"""Properties that could name another entity of a row, and hardly ever do: written as text."""
MOST_CELLS: Final = 3
"""Cells of a column that are shown beside the question."""


def columns_of(looked: Looked) -> dict[str, Any]:
    """Return what the form shows: entities, what each column may be, samples."""
    header = looked.evidence.header
    text = looked.mapping or tablemap.suggested(header)
    entries = tablemap.entries_of(tablemap.parsed(text)) if text else []
    is_form = entries is not None and len(header) <= MOST_COLUMNS
    held = entries or []
    chosen = {column: f"{one.name}.{prop}" for one in held for column, prop in one.columns.items()}
    return {
        "is_form": is_form, "entries": held, "yaml": text, "is_suggested": not looked.mapping,
        "columns": [
            {"number": at, "name": name, "chosen": chosen.get(name, ""),
             "protected": looked.protected.get(at, ""), "cells": _cells(looked, at)}
            for at, name in enumerate(header)
        ] if is_form else [],
        "choices": {one.name: tablemap.properties_of(one.schema)[0] for one in held if is_form},
        "ends": {one.name: _ends(one, held) for one in held},
        "things": tablemap.THINGS, "links": tablemap.LINKING,
        "is_full": len(held) >= tablemap.MOST_ENTITIES,
    }  # fmt: skip


def entries_said(said: Mapping[str, str], header: Sequence[str]) -> list[Entry]:
    """Return the entities that a form says.

    Raises:
        NotValidError: It names a column, an entity or a property that there is not.
    """
    schemata = {
        name.removeprefix("schema-"): schema
        for name, schema in said.items() if name.startswith("schema-") and schema
    }  # fmt: skip
    if said.get("new"):
        schemata[tablemap.next_name(schemata)] = said["new"]
    if len(schemata) > tablemap.MOST_ENTITIES:
        raise NotValidError(f"more than {tablemap.MOST_ENTITIES} entities of a row")
    columns = _said_columns(said, header, schemata)
    return [
        Entry(
            name, schema, _keys(said, name, header), columns.get(name, {}),
            _said_links(said, name, schema, schemata),
        )
        for name, schema in schemata.items()
    ]  # fmt: skip


def _said_columns(
    said: Mapping[str, str], header: Sequence[str], schemata: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for at, name in enumerate(header):
        entity, _, prop = said.get(f"column-{at}", "").partition(".")
        if entity in schemata and prop in tablemap.properties_of(schemata[entity])[0]:
            found.setdefault(entity, {})[name] = prop
    return found


def _said_links(
    said: Mapping[str, str], name: str, schema: str, schemata: Mapping[str, str]
) -> dict[str, str]:
    _, props = tablemap.properties_of(schema)
    wanted = {prop: said.get(f"end-{name}-{prop}", "") for prop in props}
    return {prop: other for prop, other in wanted.items() if other in schemata and other != name}


def _keys(said: Mapping[str, str], name: str, header: Sequence[str]) -> tuple[str, ...]:
    numbers = [said.get(f"key-{name}-{n}", "") for n in (1, 2)]
    found = [header[int(one)] for one in numbers if one.isdecimal() and int(one) < len(header)]
    return tuple(dict.fromkeys(found))


def _ends(entry: Entry, entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Return the properties of an entity that may name another one of the row, and which."""
    known = schema_of(entry.schema)
    if known is None:
        return []
    found = []
    _, props = tablemap.properties_of(entry.schema)
    ends = tablemap.ends_of(entry.schema)
    for prop in ends or (one for one in props if one not in _SELDOM):
        wanted = known.properties[prop].range
        others = [
            one for one in entries
            if one.name != entry.name and (held := schema_of(one.schema)) and wanted is not None
            and held.is_a(wanted)
        ]  # fmt: skip
        if others:
            said = {"prop": prop, "others": others, "chosen": entry.links.get(prop, "")}
            found.append(said)
    return found


def _cells(looked: Looked, at: int) -> list[str]:
    cells = [row[at] for row in looked.evidence.rows if at < len(row) and row[at].strip()]
    return cells[:MOST_CELLS]
