"""Whole records of a view: what the records that are one say together, with their other ids."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from followthemoney.schema import Schema
from followthemoney.types import registry
from rigour.names import pick_name

from maillon.model.ftm import ftm_model
from maillon.store import Workbench

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RISKS: Final = frozenset(registry.topic.RISKS)
"""Topics that make a record one to screen against. Source: followthemoney 4.11, topic type."""

_STREAM: Final = """
WITH merged AS (
    SELECT entity, canonical FROM canonical
    QUALIFY count(*) OVER (PARTITION BY canonical) > 1
)
SELECT coalesce(m.canonical, s.entity) AS one, s.schema, s.prop,
       coalesce(v.canonical, s.value) AS said, list(DISTINCT s.entity ORDER BY s.entity),
       list(DISTINCT s.dataset ORDER BY s.dataset), list(DISTINCT s.delivery ORDER BY s.delivery),
       coalesce(min(s.first_seen) FILTER (s.first_seen <> ''), ''), max(s.first_seen),
       max(s.last_seen),
       coalesce(min(try_cast(regexp_extract(s.locator, '[0-9]+') AS BIGINT)), 0)
FROM statement AS s
LEFT JOIN merged AS m ON m.entity = s.entity
LEFT JOIN merged AS v ON s.prop IN (SELECT unnest($pointing)) AND v.entity = s.value
WHERE s.dataset IN (SELECT unnest($datasets))
GROUP BY one, s.schema, s.prop, said
ORDER BY one, s.prop, said, s.schema
"""


@dataclass(slots=True)
class Record:
    """One thing as clients read it.

    Attributes:
        id: Of the record, or the canonical one where several records are one.
        schema: FollowTheMoney schema: the most special that all its records allow.
        properties: Values by property, sorted.
        datasets: Where it is from, sorted.
        referents: Its other ids: of its records, and those that senders know them by.
        first_seen: When a dataset first had it, ``YYYY-MM-DDTHH:MM:SS``; empty when unknown.
        last_seen: When a dataset last had it.
        last_change: When something of it was last said for the first time.
        place: Where it stands in what was delivered: the first number of its first locator.
    """

    id: str
    schema: Schema
    properties: dict[str, list[str]] = field(default_factory=dict)
    datasets: tuple[str, ...] = ()
    referents: tuple[str, ...] = ()
    first_seen: str = ""
    last_seen: str = ""
    last_change: str = ""
    place: int = 0
    _typed: dict[str, set[str]] | None = field(default=None, repr=False, compare=False)

    @property
    def topics(self) -> list[str]:
        """Its topics, sorted."""
        return self.properties.get("topics", [])

    @property
    def is_target(self) -> bool:
        """Whether a topic makes it one to screen against."""
        return not RISKS.isdisjoint(self.topics)

    @property
    def caption(self) -> str:
        """The name to show: the one that stands best for the others."""
        for prop in self.schema.caption:
            held = self.properties.get(prop, [])
            if len(held) > 1 and self.schema.is_a("Thing"):
                return pick_name(held) or held[0]
            if held:
                return held[0]
        return str(self.schema.label)

    def of_type(self, name: str) -> list[str]:
        """Return its values of one FollowTheMoney type, e.g. ``country``, each once, sorted."""
        if self._typed is None:  # asked for once its properties are whole
            self._typed = {}
            for prop, values in self.properties.items():
                known = self.schema.get(prop)
                if known is not None:
                    self._typed.setdefault(known.type.name, set()).update(values)
        return sorted(self._typed.get(name, ()))

    def pointing(self) -> Iterator[tuple[str, str]]:
        """Yield property and id of what it points to."""
        for prop, values in self.properties.items():
            known = self.schema.get(prop)
            if known is not None and known.type.name == "entity":
                for value in values:
                    yield prop, value

    def line(self) -> dict[str, Any]:
        """Return it as clients of the HTTP service read it."""
        return {
            "id": self.id,
            "caption": self.caption,
            "schema": self.schema.name,
            "properties": self.properties,
            "datasets": list(self.datasets),
            "referents": list(self.referents),
            "target": self.is_target,
            "first_seen": self.first_seen or None,
            "last_seen": self.last_seen or None,
            "last_change": self.last_change or None,
        }


def records(
    bench: Workbench, datasets: Iterable[str], received: Mapping[str, str]
) -> Iterator[Record]:
    """Yield the records of some datasets by id, what is one as one.

    Args:
        bench: The view's workbench, with the table ``canonical``.
        datasets: Names of datasets.
        received: When each delivery was received, by its id; ISO 8601.
    """
    model = ftm_model()
    pointing = sorted(
        {prop.name for prop in model.properties if prop.type.name == "entity" and not prop.stub}
    )
    wanted = {"pointing": pointing, "datasets": sorted(set(datasets))}
    cursor = bench.con.execute(_STREAM, wanted)  # `canonical` is of this connection alone
    for id_, rows in groupby(_rows(cursor), key=lambda row: row[0]):
        yield _record(str(id_), list(rows), received)


def _rows(cursor: "DuckDBPyConnection") -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(20_000):
        yield from rows


def _record(id_: str, rows: Sequence[tuple[Any, ...]], received: Mapping[str, str]) -> Record:
    model = ftm_model()
    schema: Schema | None = None
    for name in sorted({row[1] for row in rows}):
        one = model.get(name)
        assert one is not None  # a load keeps no other
        schema = one if schema is None else _common(schema, one)
    assert schema is not None
    found = Record(id_, schema)
    others, datasets, days = set[str](), set[str](), set[str]()
    firsts, changes, lasts = set[str](), set[str](), set[str]()
    found.place = min(row[-1] for row in rows)
    for _, _, prop, value, entities, named, deliveries, first, change, last, _ in rows:
        others.update(entities)
        datasets.update(named)
        days.update(received.get(one, "") for one in deliveries)
        firsts.add(first)
        changes.add(change)
        lasts.add(last)
        if prop == "id":
            others.add(value)
        elif schema.get(prop) is not None:
            held = found.properties.setdefault(prop, [])
            if not held or held[-1] != value:
                held.append(value)
    found.datasets = tuple(sorted(datasets))
    found.referents = tuple(sorted(others - {id_}))
    found.first_seen = moment(min((firsts - {""}) or (days - {""}), default=""))
    found.last_seen = moment(max((lasts - {""}) or (days - {""}), default=""))
    found.last_change = moment(max((changes - {""}) or (days - {""}), default=""))
    return found


def _common(one: Schema, two: Schema) -> Schema:
    """Return the schema of two that are one: the more special, or what both descend from."""
    if one.is_a(two):
        return one
    if two.is_a(one):
        return two
    shared = [each for each in one.schemata if each in two.schemata and not each.abstract]
    return max(shared, key=lambda each: (len(each.schemata), each.name), default=one)


def moment(text: str) -> str:
    """Return a day or an instant as ``YYYY-MM-DDTHH:MM:SS``; a partial one as its beginning."""
    if not text:
        return ""
    day, _, time = text.removesuffix("Z").partition("T")
    day = (day + "-01-01")[: len("2026-01-01")] if len(day) < len("2026-01-01") else day[:10]
    return f"{day}T{(time.partition('.')[0].partition('+')[0] + '00:00:00'[len(time[:8]) :])[:8]}"
