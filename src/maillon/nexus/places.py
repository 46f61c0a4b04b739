"""Where something is or happened: places that statements give, read for some entities.

A place is said of the entity itself, of an address that it names, or of what it took part in: a
journey, an event, a seizure, a thing that it owns. Which property of which schema says where
something *is* or *happened* stands in ``places.csv``. Nationality, birth place and the State that
issued a paper stand nowhere in it: they say who somebody is, not where. The ``country`` of a
person is read only where the format says that it is an address or a residence.

No place is made up: words alone are not looked up, and coordinates that cannot be are told with
the reason.
"""

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple

import duckdb

Json = dict[str, Any]
COORDINATES: Final = "coordinates"
COUNTRY: Final = "country only"
NOT_PLACED: Final = "not placed"
REASONS: Final = ("no number", "out of range", "zero", "half", "several", "words only", "unsaid")
"""Why something is not placed. ``half``: one coordinate without the other; ``several``: a record
gives several, and not which belong together; ``unsaid``: the country of a person, of which the
format does not say what it stands for."""
NORTH: Final = 90.0
EAST: Final = 180.0
_NAMES: Final = ("full", "name", "city")

MOST_LINKS: Final = 2_000
"""Links of one entity that are read: a carrier declares a million consignments."""
MOST_CARRIERS: Final = 20_000
"""Records that may carry a place, of all together."""

_FOUND: Final = """
CREATE OR REPLACE TEMP TABLE place_who AS
SELECT DISTINCT b.canonical, b.entity FROM canonical a JOIN canonical b USING (canonical)
WHERE a.entity IN (SELECT unnest($of)) OR a.canonical IN (SELECT unnest($of))
UNION
SELECT DISTINCT entity, entity FROM statement
WHERE entity IN (SELECT unnest($of)) AND entity NOT IN (SELECT entity FROM canonical)
"""
_LINKS: Final = """
CREATE OR REPLACE TEMP TABLE place_link AS
SELECT *, row_number() OVER (PARTITION BY canonical ORDER BY link, prop) AS nth FROM (
    SELECT DISTINCT w.canonical, s.entity AS link, s.schema, s.prop
    FROM statement s JOIN place_rule r ON r.schema = s.schema AND r.prop = s.prop AND r.role = 'who'
    JOIN place_who w ON w.entity = s.value)
"""
_CARRIERS: Final = """
CREATE OR REPLACE TEMP TABLE place_carrier AS
WITH held AS (
    SELECT l.* EXCLUDE nth, t.value AS carrier
    FROM place_link l JOIN statement t ON t.entity = l.link
    JOIN place_rule r ON r.schema = t.schema AND r.prop = t.prop AND r.role = 'holds'),
near AS (
    SELECT canonical, entity AS carrier, '' AS link, '' AS schema, '' AS prop FROM place_who
    UNION SELECT canonical, link, link, schema, prop FROM place_link
    UNION SELECT h.canonical, h.carrier, h.link, h.schema, h.prop FROM held h
    WHERE h.carrier IN (SELECT s.entity FROM statement s
                        JOIN place_rule r ON r.schema = s.schema AND r.role = 'thing'))
SELECT canonical, carrier, link, schema, prop, carrier AS dated FROM near
UNION
SELECT n.canonical, a.value, n.link, a.schema, a.prop, n.carrier FROM near n
JOIN statement a ON a.entity = n.carrier
JOIN place_rule r ON r.schema = a.schema AND r.prop = a.prop AND r.role = 'at'
"""
_FACTS: Final = """
SELECT DISTINCT c.canonical, c.carrier, c.link, c.schema, c.prop, c.dated, s.id, s.schema, s.prop,
       r.role, s.value, s.dataset, s.delivery, s.locator, s.kind, s.label,
       coalesce(s.first_seen, ''), coalesce(s.last_seen, '')
FROM place_carrier c JOIN statement s ON s.entity = c.carrier
JOIN place_rule r ON r.schema = s.schema AND r.prop = s.prop
WHERE r.role IN ('latitude', 'longitude', 'country', 'residence', 'words', 'name')
ORDER BY ALL
"""
_DATES: Final = """
SELECT s.entity, min(s.value) FILTER (r.role <> 'until'),
       max(s.value) FILTER (r.role = 'until'),
       CASE WHEN bool_or(r.role = 'since') THEN '' ELSE max(s.value) END
FROM statement s JOIN place_rule r ON r.schema = s.schema AND r.prop = s.prop
WHERE r.role IN ('from', 'since', 'until')
  AND s.entity IN (SELECT link FROM place_carrier UNION SELECT dated FROM place_carrier)
GROUP BY s.entity
"""
_WHO: Final = """
SELECT w.canonical, min(w.entity),
       coalesce(min(s.value) FILTER (s.prop = 'name'), min(s.value) FILTER (s.prop = 'full'),
                w.canonical),
       max(s.schema)
FROM place_who w JOIN statement s ON s.entity = w.entity GROUP BY w.canonical ORDER BY w.canonical
"""


class Fact(NamedTuple):
    """One statement about where a carrier is, and how the carrier belongs to whom was asked for."""

    canonical: str
    carrier: str
    link: str
    link_schema: str
    link_prop: str
    dated: str
    id: str
    schema: str
    prop: str
    role: str
    value: str
    dataset: str
    delivery: str
    locator: str
    kind: str
    label: int
    first_seen: str
    last_seen: str

    @property
    def carrying(self) -> tuple[str, ...]:
        """What is placed, and by which tie."""
        return self[:6]


@dataclass(frozen=True, slots=True)
class Located:
    """Where some entities are, as statements say it.

    Attributes:
        entities: Those that the view holds: ``id``, ``record``, ``caption``, ``schema``.
        places: Each with ``exact``: `COORDINATES`, `COUNTRY`, or `NOT_PLACED` and its ``reason``.
        carriers: Ids of all records whose statements are told of.
        cut: How many links and records were too many to be read.
    """

    entities: list[Json]
    places: list[Json]
    carriers: frozenset[str]
    cut: int = 0


def places(
    con: duckdb.DuckDBPyConnection, ids: Sequence[str], residences: Collection[str]
) -> Located:
    """Return where some entities are, or were, or did something.

    Args:
        con: A connection with ``statement`` and ``canonical``.
        ids: Of records, or canonical now.
        residences: Datasets whose format gives as ``country`` of a person an address or residence.
    """
    _fill(con)
    con.execute(_FOUND, {"of": list(ids)})
    con.execute(_LINKS)
    cut = _left_out(con, "place_link", f"nth > {MOST_LINKS}")
    con.execute(_CARRIERS)
    cut += _left_out(con, "place_carrier", f"rowid >= {MOST_CARRIERS}")
    dates = {row[0]: row[1:] for row in con.execute(_DATES).fetchall()}
    facts = [Fact(*row) for row in con.execute(_FACTS).fetchall()]
    held: dict[tuple[str, ...], list[Fact]] = {}
    for one in facts:
        held.setdefault(one.carrying, []).append(one)
    told = [
        {**place, **_when(some, place, dates)}
        for some in held.values()
        for place in _of_carrier(some, residences)
    ]
    entities = [
        {"id": id_, "record": record, "caption": caption, "schema": schema}
        for id_, record, caption, schema in con.execute(_WHO).fetchall()
    ]
    known = {one["id"] for one in entities}
    carriers = {one.carrier for one in facts} | {one.link for one in facts if one.link}
    return Located(
        entities, [one for one in told if one["entity"] in known], frozenset(carriers), cut
    )  # fmt: skip


def _left_out(con: duckdb.DuckDBPyConnection, table: str, where: str) -> int:
    """Leave out the rows of a table that are too many; return how many they were."""
    row = con.execute(f"DELETE FROM {table} WHERE {where}").fetchone()
    return int(row[0]) if row else 0


def _fill(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE place_rule(schema TEXT, prop TEXT, role TEXT)")
    con.executemany("INSERT INTO place_rule VALUES (?, ?, ?)", [list(one) for one in rules()])


@cache
def rules() -> tuple[tuple[str, str, str], ...]:
    """Return schema, property and role of all that says where something is."""
    text = (resources.files("maillon.nexus") / "places.csv").read_text("utf-8")
    return tuple(
        (one["schema"], one["prop"], one["role"]) for one in csv.DictReader(text.splitlines())
    )


def _of_carrier(facts: list[Fact], residences: Collection[str]) -> list[Json]:
    """Return the places of one carrier: its coordinates, else its countries, and what is neither.

    An address that only has words is told of as such; of any other carrier words are told of where
    they are an address.
    """
    placed, faulty = _coordinates(facts)
    unsaid = [one for one in facts if one.role == "residence" and one.dataset not in residences]
    said = [one for one in facts if one.role in {"country", "residence"} and one not in unsaid]
    if not placed:
        placed = [_line(some, COUNTRY, country=value.lower()) for value, some in _by(said)]
    faulty += [_line(some, NOT_PLACED, "unsaid") for _, some in _by(unsaid)]
    words = [one for one in facts if one.role == "words"]
    if not placed and not faulty and facts[0].schema == "Address":
        words = [one for one in facts if one.role == "name"]
        words = [one for one in words if one.prop == min(words, key=_rank).prop]
    faulty += [_line(some, NOT_PLACED, "words only") for _, some in _by(words)]
    name = min((one for one in facts if one.role == "name"), key=_rank, default=None)
    return [{**one, "name": "" if name is None else name.value} for one in (*placed, *faulty)]


def _rank(fact: Fact) -> tuple[int, str]:
    place = _NAMES.index(fact.prop) if fact.prop in _NAMES else len(_NAMES)
    return place, fact.value


def _by(facts: Iterable[Fact]) -> list[tuple[str, list[Fact]]]:
    """Return statements that say the same together, by property and value."""
    found: dict[tuple[str, str], list[Fact]] = {}
    for one in facts:
        found.setdefault((one.prop, one.value), []).append(one)
    return [(value, some) for (_, value), some in found.items()]


def _coordinates(facts: list[Fact]) -> tuple[list[Json], list[Json]]:
    """Return the pairs of coordinates of a carrier, and those that are none, each with a reason.

    The two of a pair stand in one record of one delivery.
    """
    records: dict[tuple[str, str], dict[str, list[Fact]]] = {}
    for one in facts:
        if one.role in {"latitude", "longitude"}:
            sides = records.setdefault((one.delivery, one.locator), {})
            sides.setdefault(one.role, []).append(one)
    points: dict[tuple[float, float], list[Fact]] = {}
    faulty: list[Json] = []
    for sides in records.values():
        both = [*sides.get("latitude", ()), *sides.get("longitude", ())]
        if len(sides) < 2:  # noqa: PLR2004 - north and east
            faulty.append(_line(both, NOT_PLACED, "half"))
        elif len(both) > 2:  # noqa: PLR2004 - as above
            faulty.append(_line(both, NOT_PLACED, "several"))
        elif reason := why_not(both[0].value, both[1].value):
            faulty.append(_line(both, NOT_PLACED, reason))
        else:
            points.setdefault((float(both[0].value), float(both[1].value)), []).extend(both)
    placed = [
        _line(some, COORDINATES, latitude=north, longitude=east)
        for (north, east), some in points.items()
    ]
    return placed, faulty


_DEGREES: Final = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{0,40})?")
"""Degrees as a decimal fraction, and nothing else that Python would take for a number."""


def why_not(latitude: str, longitude: str) -> str:
    """Return why two coordinates in degrees (WGS 84) are no place; empty where they are one.

    ``0, 0`` is a place in the sea; it is what stands where nothing was filled in.
    """
    if not (_DEGREES.fullmatch(latitude.strip()) and _DEGREES.fullmatch(longitude.strip())):
        return "no number"
    north, east = float(latitude), float(longitude)
    if abs(north) > NORTH or abs(east) > EAST:
        return "out of range"
    return "zero" if north == 0 and east == 0 else ""


def _line(
    facts: Sequence[Fact], exact: str, reason: str = "", *, latitude: float | None = None,
    longitude: float | None = None, country: str = "",
) -> Json:  # fmt: skip
    one = facts[0]
    props = list(dict.fromkeys(fact.prop for fact in facts))
    values = list(dict.fromkeys(fact.value for fact in facts))
    tie = {"schema": one.link_schema, "prop": one.link_prop, "record": one.link or one.dated}
    return {
        "entity": one.canonical, "record": one.carrier, "schema": one.schema,
        "tie": tie if one.link_prop else None, "exact": exact, "reason": reason,
        "latitude": latitude, "longitude": longitude, "country": country,
        "props": props, "value": ", ".join(values),
        "statements": [
            {"id": fact.id, "prop": fact.prop, "dataset": fact.dataset, "delivery": fact.delivery,
             "locator": fact.locator, "kind": fact.kind, "label": fact.label,
             "first_seen": fact.first_seen, "last_seen": fact.last_seen}
            for fact in facts
        ],
    }  # fmt: skip


def _when(facts: list[Fact], place: Json, dates: dict[str, tuple[str | None, ...]]) -> Json:
    """Return when: of what happened, else of the statement, as the source has it; else nothing.

    What began and is not said to have ended goes on: its ``until`` is empty.
    """
    one = facts[0]
    held = next((dates[id_] for id_ in (one.dated, one.link) if id_ in dates), None)
    if held is not None:
        first, until, last = held
        return {"from": first or until or "", "until": until or last or "", "dated_by": "event"}
    seen = [said["first_seen"] for said in place["statements"] if said["first_seen"]]
    last_seen = [said["last_seen"] for said in place["statements"] if said["last_seen"]]
    if seen or last_seen:
        first = min((*seen, *last_seen))
        return {"from": first, "until": max((*seen, *last_seen)), "dated_by": "statement"}
    return {"from": "", "until": "", "dated_by": ""}
