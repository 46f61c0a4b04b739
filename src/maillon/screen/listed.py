"""The entries of a view: what is screened against, and the records of datasets."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from maillon.screen.entry import FACT_PROPS, NAME_PROPS, TAGGED, Entry, entry
from maillon.store import FEW, Row, Workbench

APPROXIMATE: Final = frozenset(("APPROXIMATELY", "circa", "approximate"))
RANGE: Final = "BETWEEN"
_Said = tuple[str, str | None, str, list[tuple[str, str, str | None]]]
"""An entity, its schema, its dataset, and properties, values and native grades in their order."""


@dataclass(frozen=True, slots=True)
class _Which:
    """Which statements are meant, said twice: to the database, and of rows that are in hand.

    Attributes:
        sql: A condition on ``statement``.
        values: What stands for each ``?``.
        among: Returns those of one entity's rows that are meant.
    """

    sql: str
    values: list[Any] = field(default_factory=list)
    among: Callable[[list[Row]], list[Row]] = list


def list_entries(
    bench: Workbench,
    datasets: Iterable[str] = (),
    ids: Sequence[str] | None = None,
    *,
    every: bool = False,
) -> list[Entry]:
    """Return what a view screens against: entities with topics, of these datasets or of all.

    Args:
        bench: The view's workbench.
        datasets: Names of lists; none stands for every dataset with topics.
        ids: Of these only; None stands for all.
        every: Whether what has no topic is screened against too, of the datasets named.
    """
    return [one for one in _found(bench, _listed(datasets, every=every), ids) if one.names]


def fingerprints(
    bench: Workbench, datasets: Iterable[str] = (), *, every: bool = False
) -> dict[str, str]:
    """Return of each entity screened against a digest of all that a comparison can see of it.

    Made by the database, so that a million unchanged entities cost a scan and no more. An entity
    without a name is left out, as in `list_entries`, whose arguments these are.
    """
    which = _listed(datasets, every=every)
    cursor = bench.con.cursor()
    cursor.execute(
        f"""SELECT entity, md5(string_agg(DISTINCT concat_ws(chr(31), prop, value, native_grade,
                   schema, dataset), chr(30) ORDER BY concat_ws(chr(31), prop, value, native_grade,
                   schema, dataset)))
            FROM statement WHERE ({which.sql}) AND prop IN ({_WANTED})
            GROUP BY entity
            HAVING bool_or(prop IN ({_NAMING}))
            ORDER BY entity""",
        which.values,
    )
    return dict(cursor.fetchall())


def _listed(datasets: Iterable[str], *, every: bool) -> _Which:
    chosen = sorted(set(datasets))
    if every:
        from maillon.model.ftm import ftm_model  # noqa: PLC0415 - a query need not load the model

        return _of_schemata(chosen, sorted(one.name for one in ftm_model() if one.matchable))
    where = "dataset IN (SELECT unnest(?))" if chosen else "TRUE"

    def listed(rows: list[Row]) -> list[Row]:
        topics = (one.dataset for one in rows if one.prop == "topics")
        return rows if any(not chosen or dataset in chosen for dataset in topics) else []

    return _Which(
        f"entity IN (SELECT entity FROM statement WHERE prop = 'topics' AND {where})",
        [chosen] if chosen else [],
        listed,
    )


def _of_schemata(datasets: list[str], schemata: Sequence[str]) -> _Which:
    """Return statements of entities of these schemata in these datasets."""
    return _Which(
        f"dataset IN (SELECT unnest(?)) AND schema IN ({_quoted(schemata)})",
        [datasets],
        lambda rows: [one for one in rows if one.dataset in datasets and one.schema in schemata],
    )


def statement_ids(
    bench: Workbench, wanted: Iterable[tuple[str, str, str]]
) -> dict[tuple[str, str, str], str]:
    """Return the id of a statement for each entity, property and value; the least of several."""
    held = sorted(set(wanted))
    if not held:
        return {}
    cursor = bench.con.cursor()
    cursor.execute(
        """SELECT entity, prop, value,
                  min(left(sha256(concat_ws(chr(31), delivery, locator, entity, prop, value)), 32))
           FROM statement
           WHERE entity IN (SELECT unnest(?)) AND prop IN (SELECT unnest(?))
           GROUP BY ALL""",
        [sorted({one[0] for one in held}), sorted({one[1] for one in held})],
    )
    return {(entity, prop, value): id_ for entity, prop, value, id_ in cursor.fetchall()}


def dataset_entries(
    bench: Workbench, datasets: Iterable[str], ids: Sequence[str] | None = None
) -> Iterator[Entry]:
    """Yield the persons and organisations of these datasets, those without a name too.

    Args:
        bench: The view's workbench.
        datasets: Names of datasets.
        ids: Of these only; None stands for all.
    """
    return _found(bench, _of_schemata(sorted(set(datasets)), _SUBJECTS), ids)


def subjects_of(datasets: Iterable[str]) -> tuple[str, list[Any]]:
    """Return the SQL condition *of the persons and organisations of these*, and its values."""
    which = _of_schemata(sorted(set(datasets)), _SUBJECTS)
    return which.sql, which.values


_SUBJECTS: Final = ("Person", "Company", "Organization", "LegalEntity")


def _quoted(props: Iterable[str]) -> str:
    return ", ".join(f"'{prop}'" for prop in props)


_SEEN: Final = frozenset((*NAME_PROPS, *FACT_PROPS, *TAGGED, "topics"))
_WANTED: Final = _quoted((*NAME_PROPS, *FACT_PROPS, *TAGGED, "topics"))
_NAMING: Final = _quoted((*NAME_PROPS, *TAGGED))


def _found(bench: Workbench, which: _Which, ids: Sequence[str] | None) -> Iterator[Entry]:
    if ids is not None and len(ids) <= FEW:
        return map(_entry, _gathered(bench, which, ids))
    where, values = which.sql, which.values
    if ids is not None:
        among, of = Workbench.among(ids)
        where, values = f"({where}) AND {among}", [*values, *of]
    return map(_entry, _grouped(bench, where, values))


def _grouped(bench: Workbench, where: str, values: list[Any]) -> Iterator[_Said]:
    """Yield entities as the database puts them together: for many."""
    cursor = bench.con.cursor()
    cursor.execute(
        f"""SELECT entity, max(schema) FILTER (schema <> 'Thing'),
                   coalesce(min(dataset) FILTER (prop = 'topics'), min(dataset)),
                   list(prop ORDER BY prop, value, native_grade),
                   list(value ORDER BY prop, value, native_grade),
                   list(native_grade ORDER BY prop, value, native_grade)
            FROM statement WHERE ({where}) AND prop IN ({_WANTED})
            GROUP BY entity ORDER BY entity""",
        values,
    )
    while rows := cursor.fetchmany(20_000):
        for entity, schema, dataset, props, texts, grades in rows:
            yield entity, schema, dataset, list(zip(props, texts, grades, strict=True))


def _gathered(bench: Workbench, which: _Which, ids: Sequence[str]) -> Iterator[_Said]:
    """Yield entities as `_grouped` does: for few, whom the database groups no faster."""
    held: dict[str, list[Row]] = {}
    for row in bench.rows(ids):
        held.setdefault(row.entity, []).append(row)
    for entity, rows in sorted(held.items()):
        lines = [one for one in which.among(rows) if one.prop in _SEEN]
        if lines:
            yield (
                entity,
                max((one.schema for one in lines if one.schema != "Thing"), default=None),
                min([one.dataset for one in lines if one.prop == "topics"]
                    or [one.dataset for one in lines]),
                sorted(
                    ((one.prop, one.value, one.native_grade) for one in lines),
                    key=lambda one: (*one[:2], one[2] is None, one[2] or ""),
                ),
            )  # fmt: skip


def _entry(said: _Said) -> Entry:
    entity, schema, dataset, lines = said
    properties: dict[str, list[str]] = {}
    for prop, value in dated(lines):
        properties.setdefault(prop, []).append(value)
    return entry(entity, schema or "Thing", dataset, properties)


def dated(said: Iterable[tuple[str, str, str | None]]) -> Iterator[tuple[str, str]]:
    """Yield an entity's properties and values with birth dates as exact as their list calls them.

    *APPROXIMATELY 1965* becomes ``~1965``, both ends of a *BETWEEN* become ``1960..1965``.

    Args:
        said: Property, value and native grade.
    """
    ends = []
    for prop, value, grade in said:
        if prop == "birthDate" and grade == RANGE:
            ends.append(value[:4])
        elif prop == "birthDate" and grade in APPROXIMATE:
            yield prop, f"~{value}"
        else:
            yield prop, value
    if ends:
        yield "birthDate", f"{min(ends)}..{max(ends)}"
