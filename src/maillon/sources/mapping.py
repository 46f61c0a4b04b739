"""A FollowTheMoney mapping, compiled against the header of one CSV file.

The mapping is the YAML that ``ftm map-csv`` takes (dataset, queries, entities, properties). Ids
differ on purpose: they are readable, ``<key_literal or dataset>-<keys joined by ->``, and never
hashed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from maillon.model.ftm import schema_of
from maillon.sources import cells
from maillon.sources.privileged import CONTACTS, HEADERS, RELATIONS

Clean = Callable[[str], str | None]
MARKING: Final = "marking"
"""Key of a query that names the column, or columns, of a row's own markings."""
_TEMPLATE: Final = re.compile(r"{{([^{}]*)}}")


@dataclass(frozen=True, slots=True)
class Cell:
    """A property that is one cell, and its cleaner (None: no such value; empty: nothing there)."""

    prop: str
    kind: str
    column: int
    clean: Clean


@dataclass(frozen=True, slots=True)
class Composed:
    """A property of several cells, of a template, of a split cell, or of literals."""

    prop: str
    kind: str
    columns: tuple[int, ...]
    clean: Clean
    join: str | None
    split: str | None
    literals: tuple[str, ...]
    template: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class EntityPlan:
    """How one entity is made of a row."""

    name: str
    schema: str
    prefix: str | None
    keys: tuple[int, ...]
    is_alone: bool
    cells: tuple[Cell, ...]
    composed: tuple[Composed, ...]
    links: tuple[tuple[str, str], ...]
    required: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class QueryPlan:
    """One query: which rows, which entities.

    The words of the ``protected`` columns may make a row a protected contact.
    """

    filters: tuple[tuple[int, frozenset[str], bool], ...]
    entities: tuple[EntityPlan, ...]
    protected: tuple[int, ...]


@dataclass(slots=True)
class Plan:
    """The compiled mapping.

    ``problems`` says what of it cannot be used, ``used`` which columns it reads, ``markings`` which
    of them hold the markings of a row. ``is_unsafe``: a marking could be missed, so nothing may be
    read.
    """

    queries: list[QueryPlan] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    markings: set[int] = field(default_factory=set)
    is_unsafe: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What the compiler knows of the file.

    Dataset, column by name, and the cleaner of a typed column.
    """

    dataset: str
    columns: Mapping[str, int]
    clean: Callable[[str, str, str], Clean]
    """``clean(type name, column name, format)``"""


def load(mapping: str | Path | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a mapping given as a path, or parsed.

    Raises:
        ValueError: It is no YAML mapping.
        OSError: The file cannot be read.
    """
    if isinstance(mapping, Mapping):
        return mapping
    try:
        parsed = yaml.safe_load(Path(mapping).read_text("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"the mapping is no YAML: {error}") from error
    if not isinstance(parsed, dict):
        raise ValueError("the mapping is no YAML mapping (dataset: queries: ...)")  # noqa: TRY004 - the content, not the caller, is wrong
    return parsed


def queries_of(mapping: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the queries of a mapping.

    Of all its datasets, under ``queries`` or ``query``, or at its top.
    """
    found: list[Mapping[str, Any]] = []
    tops = [mapping, *(value for value in mapping.values() if isinstance(value, Mapping))]
    for top in tops:
        outer = [] if top is mapping else _list(mapping, MARKING)
        listed = top.get("queries", top.get("query"))
        if isinstance(listed, Mapping):
            listed = [listed]
        if isinstance(listed, list):
            outer += _list(top, MARKING)
            found.extend(_under(outer, query) for query in listed if isinstance(query, Mapping))
        elif "entities" in top:
            found.append(_under(outer, top))
    return found


def _under(outer: list[str], query: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a query with the marking columns that stand above it."""
    return {**query, MARKING: [*outer, *_list(query, MARKING)]} if outer else query


def compile_mapping(mapping: Mapping[str, Any], context: Context) -> Plan:
    """Compile a mapping for the columns of one file.

    Where the queries name several files (``csv_url``), a query of which a column is missing belongs
    to another file and is left out; otherwise a missing column is a problem.
    """
    plan = Plan()
    queries = queries_of(mapping)
    urls = {str(query.get("csv_url", query.get("csv_urls", ""))) for query in queries}
    for number, query in enumerate(queries, 1):
        missing = sorted(columns_of(query) - context.columns.keys())
        if missing and len(urls) > 1:
            continue
        if missing:
            plan.problems.append(
                f"query {number}: the file has no column {', '.join(map(repr, missing))}"
            )
        _markings(plan, query, number, context)
        _query(plan, query, context)
    if not queries:
        plan.problems.append("the mapping has no queries with entities")
    elif not plan.queries and not plan.problems:
        plan.problems.append("no query of the mapping fits the columns of this file")
    return plan


def faults(mapping: Mapping[str, Any]) -> list[str]:
    """Return what of a mapping no file could be read by: an unknown schema, property, link ..."""
    names = sorted({name for query in queries_of(mapping) for name in columns_of(query)})
    columns = {name: at for at, name in enumerate(names)}
    return compile_mapping(mapping, Context("", columns, lambda *_: str)).problems


def columns_of(query: Mapping[str, Any]) -> set[str]:
    """Return the names of all columns that a query reads."""
    names = {str(name) for side in ("filters", "filters_not") for name in _dict(query.get(side))}
    names.update(_list(query, MARKING))
    for entity in _dict(query.get("entities")).values():
        config = _dict(entity)
        names.update(_list(config, "key", "keys"))
        names.update(_list(config, "id_column"))
        for prop in _dict(config.get("properties")).values():
            names.update(_list(_dict(prop), "column", "columns"))
            names.update(_TEMPLATE.findall(str(_dict(prop).get("template", ""))))
    return names


def _markings(plan: Plan, query: Mapping[str, Any], number: int, context: Context) -> None:
    """Note the columns that mark a row; a marking that would be missed makes the plan unsafe."""
    for name in _list(query, MARKING):
        if name in context.columns:
            plan.markings.add(context.columns[name])
            plan.used.add(context.columns[name])
        else:
            plan.is_unsafe = True
    for name, config in _dict(query.get("entities")).items():
        properties = _dict(_dict(config).get("properties")).values()
        if any(MARKING in _dict(one) for one in (config, *properties)):
            plan.is_unsafe = True
            plan.problems.append(
                f"query {number}, entity {name}: {MARKING} stands beside entities, for a whole row"
            )


def _query(plan: Plan, query: Mapping[str, Any], context: Context) -> None:
    filters = []
    for side, is_negative in (("filters", False), ("filters_not", True)):
        for name, wanted in _dict(query.get(side)).items():
            column = context.columns.get(str(name))
            if column is None:
                return
            allowed = wanted if isinstance(wanted, list) else [wanted]
            filters.append((column, frozenset(str(value) for value in allowed), is_negative))
    configs = _dict(query.get("entities"))
    entities = [
        made
        for name, config in configs.items()
        if (made := _entity(plan, str(name), _dict(config), context, is_alone=len(configs) == 1))
    ]
    known = {entity.name for entity in entities}
    for entity in entities:
        plan.problems.extend(
            f"entity {entity.name}: property {prop} names entity {other}, which the query lacks"
            for prop, other in entity.links
            if other not in known
        )
    plan.used.update(column for column, _, _ in filters)
    protected = _protected(entities, configs, context)
    if entities:
        plan.queries.append(QueryPlan(tuple(filters), tuple(entities), protected))


def _protected(
    entities: list[EntityPlan], configs: Mapping[str, Any], context: Context
) -> tuple[int, ...]:
    columns = set()
    for entity in entities:
        for name, config in _dict(_dict(configs.get(entity.name)).get("properties")).items():
            if (entity.schema, name) in RELATIONS:
                columns.update(_list(_dict(config), "column", "columns"))
        if entity.schema in CONTACTS:
            columns.update(
                name for name in context.columns if name.partition("#")[0].lower() in HEADERS
            )
    return tuple(sorted(context.columns[name] for name in columns if name in context.columns))


def _entity(
    plan: Plan, name: str, config: Mapping[str, Any], context: Context, *, is_alone: bool
) -> EntityPlan | None:
    schema = schema_of(str(config.get("schema", "")))
    if schema is None or schema.abstract:
        plan.problems.append(f"entity {name}: {config.get('schema')!r} is no schema of the model")
        return None
    key_names = _list(config, "key", "keys") or _list(config, "id_column")
    if any(key not in context.columns for key in key_names):
        return None
    prefix: str | None = str(config.get("key_literal") or context.dataset)
    if "id_column" in config:
        prefix = None
    keys = tuple(context.columns[key] for key in key_names)
    plan.used.update(keys)
    cell_props, composed, links, required = [], [], [], []
    for prop_name, prop_config in _dict(config.get("properties")).items():
        prop = schema.get(str(prop_name))
        settings = _dict(prop_config)
        if prop is None or prop.stub:
            plan.problems.append(f"entity {name}: schema {schema.name} has no property {prop_name}")
        elif "entity" in settings:
            links.append((prop.name, str(settings["entity"])))
        else:
            made = _property(plan, prop.name, prop.type.name, settings, context)
            columns = made.columns if isinstance(made, Composed) else (made.column,)
            plan.used.update(columns)
            if isinstance(made, Cell):
                cell_props.append(made)
            else:
                composed.append(made)
            if settings.get("required"):
                required.append(columns)
    if not keys and not config.get("key_literal"):
        prefix = None
    return EntityPlan(
        name, schema.name, prefix, keys, is_alone,
        tuple(cell_props), tuple(composed), tuple(links), tuple(required),
    )  # fmt: skip


def _property(
    plan: Plan, name: str, kind: str, settings: Mapping[str, Any], context: Context
) -> Cell | Composed:
    names = [column for column in _list(settings, "column", "columns") if column in context.columns]
    form = str(settings.get("format") or "")
    template: list[str | int] = []
    for number, part in enumerate(_TEMPLATE.split(str(settings.get("template") or ""))):
        if number % 2 and part in context.columns:
            template.append(context.columns[part])
        elif not number % 2 and part:
            template.append(part)
    names += [name for name, at in context.columns.items() if at in template and name not in names]
    columns = tuple(context.columns[column] for column in names)
    clean = context.clean(kind, names[0] if len(names) == 1 else "", form)
    literals = tuple(str(value) for value in _list(settings, "literal", "literals"))
    if not (literals or template or _list(settings, "column", "columns")):
        plan.problems.append(f"property {name}: it names no column, literal, template or entity")
    join, split = settings.get("join"), settings.get("split")
    for literal in literals:
        if not cells.plain_or_typed(kind, literal):
            plan.problems.append(f"property {name}: literal {literal!r} is no {kind}")
    if len(columns) == 1 and not literals and not template and split is None:
        return Cell(name, kind, columns[0], clean)
    return Composed(
        name, kind, columns, clean,
        None if join is None else str(join), None if split is None else str(split),
        literals, tuple(template),
    )  # fmt: skip


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(config: Mapping[str, Any], *names: str) -> list[str]:
    found: list[str] = []
    for name in names:
        value = config.get(name)
        if value is not None:
            found.extend(str(part) for part in (value if isinstance(value, list) else [value]))
    return found
