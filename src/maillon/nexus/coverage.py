"""What was searched and what could not be: the other half of every answer, *nothing* included."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import numpy as np

from maillon.nexus.channels import CHANNELS
from maillon.nexus.field import Field, busy
from maillon.nexus.links import NO_DAY, Hub
from maillon.nexus.paths import Cut
from maillon.nexus.settings import TraceSettings
from maillon.nexus.writing import day_of

Json = dict[str, Any]
SHOWN: Final = 20
"""Hubs and places that are named; all are counted."""
FOUND: Final = "found"
NOTHING: Final = "nothing_found"
NOTHING_YET: Final = "nothing_found_before_the_cut"
COULD_NOT: Final = "could_not_look"


def outcome(count: int, *, is_whole: bool) -> str:
    """Return what a search that could look came to, by how many paths it found."""
    return FOUND if count else NOTHING if is_whole else NOTHING_YET


_DATASETS: Final = """
SELECT dataset, count(*) AS statements, count(DISTINCT entity) AS entities,
       count(*) FILTER (kind = 'assessment') AS assessments,
       count(DISTINCT entity) FILTER (schema IN (SELECT schema FROM nexus_party_schema)) AS parties
FROM statement GROUP BY dataset ORDER BY dataset
"""
_EVENTS: Final = """
SELECT f.dataset, count(*) AS relations, count(w.entity) AS dated, min(w.first_day) AS first_day,
       max(coalesce(w.last_day, w.first_day)) AS last_day
FROM (SELECT DISTINCT dataset, entity FROM nexus_fact
      WHERE schema IN (SELECT schema FROM nexus_rule WHERE schema <> '')) f
LEFT JOIN nexus_when w ON w.entity = f.entity
GROUP BY f.dataset
"""
_WHERE: Final = """
SELECT dataset, is_country, value, count(DISTINCT entity) AS entities FROM (
    SELECT dataset, entity, prop IN ('country', 'jurisdiction', 'mainCountry') AS is_country,
           CASE WHEN prop IN ('country', 'jurisdiction', 'mainCountry') THEN lower(value)
                ELSE value END AS value
    FROM nexus_fact
    WHERE prop IN ('country', 'jurisdiction', 'mainCountry', 'city', 'facility', 'region', 'state'))
GROUP BY dataset, is_country, value ORDER BY dataset, is_country, entities DESC, value
"""
_SOURCES: Final = """
SELECT code, dataset, max(entities) AS records FROM (
    SELECT r.code, f.dataset, f.entities
    FROM (SELECT schema, prop, dataset, count(DISTINCT entity) AS entities FROM nexus_fact
          WHERE prop IN (SELECT CASE source WHEN '' THEN target ELSE source END FROM nexus_rule)
          GROUP BY schema, prop, dataset) f
    JOIN nexus_rule r ON f.prop = CASE r.source WHEN '' THEN r.target ELSE r.source END
                     AND (r.schema = '' OR r.schema = f.schema)
    WHERE r.phrase = ''
    UNION ALL
    SELECT r.code, f.dataset, count(DISTINCT f.entity)
    FROM nexus_rule r JOIN nexus_fact f ON f.prop = r.source AND starts_with(f.value, r.phrase)
    WHERE r.phrase <> '' GROUP BY r.code, f.dataset)
GROUP BY code, dataset ORDER BY code, dataset
"""
_KINDS: Final = """
SELECT bit, count(*) AS pairs, min(first_day) AS first_day, max(coalesce(last_day, first_day))
FROM nexus_tie GROUP BY bit ORDER BY bit
"""


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search came to.

    Attributes:
        paths: Paths between anchors; None where none were searched for.
        joined: Anchor pairs that they join.
        cut: Why it stopped early, or None.
        hubs: Groups that were entered and not crossed, largest first.
    """

    paths: int | None
    joined: int
    cut: Cut | None
    hubs: list[Hub]


def coverage(
    con: duckdb.DuckDBPyConnection, field: Field, settings: TraceSettings, done: Searched
) -> Json:
    """Return what was searched and what could not be, as ``trace --coverage --json`` prints it.

    Args:
        con: A connection on which `links.derive` has run.
        field: The graph.
        settings: What was asked for.
        done: What the search came to.
    """
    datasets = _datasets(con, settings)
    kinds = _kinds(con)
    anchors = {"terror": field.anchors.terror, "crime": field.anchors.crime,
               "dual": field.anchors.dual}  # fmt: skip
    nodes = busy(field, settings)
    line: Json = {
        "k": settings.k,
        "complete": done.cut is None,
        "cut": None if done.cut is None else done.cut.line(),
        "paths": done.paths,
        "anchor_pairs_joined": done.joined,
        "anchors": {side: len(found) for side, found in anchors.items()},
        "anchors_by_dataset": {
            side: _tally(name for anchor in found for name in anchor.datasets)
            for side, found in anchors.items()
        },
        "entities": len(field.canonical),
        "pairs": len(field.pairs.i),
        "datasets": datasets,
        "kinds": kinds,
        "hubs_not_crossed": _hubs([*done.hubs, *nodes]),
        "never_inner": len(settings.never_inner),
    }
    could_look = line["pairs"] and line["anchors"]["terror"] and line["anchors"]["crime"]
    said = outcome(done.paths or 0, is_whole=done.cut is None) if could_look else COULD_NOT
    first = {} if done.paths is None else {"outcome": said}
    return {**first, **line, "could_not": _could_not(line)}


def _could_not(line: Json) -> list[Json]:
    """Return what no search of this view can say, each with its reason."""
    found: list[Json] = [
        {"what": f"anchors:{side}", "reason": "no-anchor"}
        for side in ("terror", "crime")
        if not line["anchors"][side]
    ]
    found += [
        {"what": f"kind:{kind['code']}", "reason": "no-source"}
        for kind in line["kinds"]
        if not kind["sources"]
    ]
    for one in line["datasets"]:
        reasons = {
            "left-out": not one["searched"],
            "no-relation": one["searched"] and not one["relations"],
            "no-date": one["relations"] > 0 and not one["dated"],
            "assessments": one["assessments"] > 0,
        }
        found += [
            {"what": f"dataset:{one['dataset']}", "reason": reason}
            for reason, is_so in reasons.items()
            if is_so
        ]
    if line["hubs_not_crossed"]["count"]:
        found.append({"what": "hubs", "reason": "not-crossed"})
    if line["cut"]:
        found.append({"what": "search", "reason": f"cut-{line['cut']['reason']}"})
    return found


def _datasets(con: duckdb.DuckDBPyConnection, settings: TraceSettings) -> list[Json]:
    events = {row[0]: row[1:] for row in con.execute(_EVENTS).fetchall()}
    places: dict[tuple[str, bool], dict[str, int]] = {}
    for dataset, is_country, value, entities in con.execute(_WHERE).fetchall():
        held = places.setdefault((dataset, is_country), {})
        held[value] = entities
    found = []
    for dataset, statements, entities, assessments, parties in con.execute(_DATASETS).fetchall():
        relations, dated, first, last = events.get(dataset, (0, 0, None, None))
        named = places.get((dataset, False), {})
        found.append({
            "dataset": dataset,
            "searched": not settings.anchor_datasets or dataset in settings.anchor_datasets,
            "statements": statements, "entities": entities, "parties": parties,
            "assessments": assessments, "relations": relations, "dated": dated,
            "first": _iso(first), "last": _iso(last),
            "countries": places.get((dataset, True), {}),
            "places": dict(list(named.items())[:SHOWN]), "places_count": len(named),
        })  # fmt: skip
    return found


def _kinds(con: duckdb.DuckDBPyConnection) -> list[Json]:
    sources: dict[str, dict[str, int]] = {}
    for code, dataset, records in con.execute(_SOURCES).fetchall():
        sources.setdefault(code, {})[dataset] = records
    pairs = {row[0]: row[1:] for row in con.execute(_KINDS).fetchall()}
    found = []
    for code, channel in CHANNELS.items():
        count, first, last = pairs.get(channel.bit, (0, None, None))
        found.append({
            "code": code, "register": channel.register, "sources": sources.get(code, {}),
            "pairs": count, "first": _iso(first), "last": _iso(last),
        })  # fmt: skip
    return found


def _hubs(hubs: list[Hub]) -> Json:
    ordered = sorted(hubs, key=lambda hub: (-hub.size, hub.channel, hub.value))
    return {
        "count": len(hubs),
        "by_kind": _tally(hub.channel for hub in hubs),
        "largest": [
            {"channel": hub.channel, "value": hub.value, "size": hub.size}
            for hub in ordered[:SHOWN]
        ],
    }


def _tally(names: Iterable[str]) -> dict[str, int]:
    found, counts = np.unique(np.array(list(names), dtype=object).astype(str), return_counts=True)
    return {str(name): int(count) for name, count in zip(found, counts, strict=True)}


def _iso(day: int | None) -> str:
    return "" if day is None or day == NO_DAY else day_of(int(day))
