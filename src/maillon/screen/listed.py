"""The entries of a view: what is screened against, and the records of datasets."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from maillon.screen.entry import FACT_PROPS, NAME_PROPS, TAGGED, Entry, entry
from maillon.store import Workbench

APPROXIMATE: Final = frozenset(("APPROXIMATELY", "circa", "approximate"))
RANGE: Final = "BETWEEN"
FEW: Final = 20
"""Entities that are put together here, not in the database."""

_Said = tuple[str, str | None, str, list[tuple[str, str, str | None]]]
"""An entity, its schema, its dataset, and properties, values and native grades in their order."""


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
    where, values = _listed(datasets, every=every)
    return [one for one in _found(bench, where, values, ids) if one.names]


def fingerprints(
    bench: Workbench, datasets: Iterable[str] = (), *, every: bool = False
) -> dict[str, str]:
    """Return of each entity screened against a digest of all that a comparison can see of it.

    Made by the database, so that a million unchanged entities cost a scan and no more. An entity
    without a name is left out, as in `list_entries`, whose arguments these are.
    """
    where, values = _listed(datasets, every=every)
    cursor = bench.con.cursor()
    cursor.execute(
        f"""SELECT entity, md5(string_agg(DISTINCT concat_ws(chr(31), prop, value, native_grade,
                   schema, dataset), chr(30) ORDER BY concat_ws(chr(31), prop, value, native_grade,
                   schema, dataset)))
            FROM statement WHERE ({where}) AND prop IN ({_WANTED})
            GROUP BY entity
            HAVING bool_or(prop IN ({_NAMING}))
            ORDER BY entity""",
        values,
    )
    return dict(cursor.fetchall())


def _listed(datasets: Iterable[str], *, every: bool) -> tuple[str, list[Any]]:
    chosen = sorted(set(datasets))
    if every:
        from maillon.model.ftm import ftm_model  # noqa: PLC0415 - a query need not load the model

        matchable = _quoted(sorted(one.name for one in ftm_model() if one.matchable))
        return f"dataset IN (SELECT unnest(?)) AND schema IN ({matchable})", [chosen]
    where = "dataset IN (SELECT unnest(?))" if chosen else "TRUE"
    return (
        f"entity IN (SELECT entity FROM statement WHERE prop = 'topics' AND {where})",
        [chosen] if chosen else [],
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
    return _found(bench, SUBJECTS, [sorted(set(datasets))], ids)


SUBJECTS: Final = (
    "dataset IN (SELECT unnest(?)) AND schema IN ('Person', 'Company', 'Organization', "
    "'LegalEntity')"
)
"""Statements of the persons and organisations of some datasets, as a SQL condition."""


def _quoted(props: Iterable[str]) -> str:
    return ", ".join(f"'{prop}'" for prop in props)


_WANTED: Final = _quoted((*NAME_PROPS, *FACT_PROPS, *TAGGED, "topics"))
_NAMING: Final = _quoted((*NAME_PROPS, *TAGGED))


def _found(
    bench: Workbench, where: str, values: list[Any], ids: Sequence[str] | None
) -> Iterator[Entry]:
    if ids is None:
        return map(_entry, _grouped(bench, where, values))
    among, of = Workbench.among(ids)
    where, values = f"({where}) AND {among}", [*values, *of]
    read = _grouped if len(ids) > FEW else _gathered
    return map(_entry, read(bench, where, values))


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


def _gathered(bench: Workbench, where: str, values: list[Any]) -> Iterator[_Said]:
    """Yield entities as `_grouped` does: for few, whom the database groups no faster."""
    rows = bench.con.cursor().execute(
        f"""SELECT entity, schema, dataset, prop, value, native_grade
            FROM statement WHERE ({where}) AND prop IN ({_WANTED})""",
        values,
    )
    held: dict[str, list[tuple[Any, ...]]] = {}
    for entity, *said in rows.fetchall():
        held.setdefault(entity, []).append(tuple(said))
    for entity, lines in sorted(held.items()):
        yield (
            entity,
            max((schema for schema, *_ in lines if schema != "Thing"), default=None),
            min(
                [dataset for _, dataset, prop, *_ in lines if prop == "topics"]
                or [dataset for _, dataset, *_ in lines]
            ),
            sorted(
                ((prop, value, grade) for _, _, prop, value, grade in lines),
                key=lambda one: (*one[:2], one[2] is None, one[2] or ""),
            ),
        )


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
