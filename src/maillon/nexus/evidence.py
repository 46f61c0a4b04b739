"""The statements that show a hop, fetched for the few pairs that leads stand on."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import pyarrow as pa

from maillon.nexus.channels import CHANNELS, CODE_BY_BIT
from maillon.nexus.lead import Json
from maillon.nexus.rules import RULES, Form
from maillon.nexus.taken import take

PairKey = tuple[int, int]
LINKS_SHOWN: Final = 3
"""Links shown of one pair and channel, the newest first."""
_LONG_TEXT: Final = 60
"""Characters from which one text in two datasets is taken as copied, not as said twice."""

THINGS: Final = (
    *("Airplane", "BankAccount", "Booking", "Container", "CourtCase", "Firearm", "Project", "Trip"),
    *("Vehicle", "Vessel"),
)
"""What two parties may have in common: its own statements are shown beside theirs."""

_COLUMNS: Final = (
    "s.id, s.entity, s.schema, s.prop, s.value, s.original_value, s.dataset, s.delivery, s.locator,"
    " s.kind,"
    " s.source_grade, s.information_grade, s.native_grade, s.native_scheme"
)
_LINKS: Final = """
CREATE OR REPLACE TEMP TABLE nexus_shown AS
SELECT i, j, bit, grp, rel_i, rel_j, said_i, said_j FROM (
    SELECT l.*, row_number() OVER (PARTITION BY l.i, l.j, l.bit
                                   ORDER BY l.last_day DESC NULLS LAST, l.grp, l.rel_i, l.rel_j) AS
                                   place
    FROM nexus_link l JOIN nexus_wanted p ON p.i = l.i AND p.j = l.j) WHERE place <= $shown
"""
_WANTED: Final = """
WITH rels AS (SELECT rel_i AS rel FROM nexus_shown UNION SELECT rel_j FROM nexus_shown),
ends AS (SELECT i AS node FROM nexus_shown UNION SELECT j FROM nexus_shown)
SELECT rel FROM rels WHERE rel IS NOT NULL
UNION SELECT w.entity FROM nexus_who w JOIN ends ON ends.node = w.node
UNION SELECT f.value FROM nexus_fact f JOIN rels ON rels.rel = f.entity
WHERE f.prop IN (SELECT target FROM nexus_rule)
"""
"""Whose statements are shown: of the links, of their ends, of what these have in common."""

_RELATIONS: Final = f"""
SELECT DISTINCT h.i, h.j, h.bit, {_COLUMNS}
FROM (SELECT i, j, bit, rel_i AS rel, said_i AS said FROM nexus_shown
      UNION SELECT i, j, bit, rel_j, said_j FROM nexus_shown) h
JOIN nexus_said s ON s.entity = h.rel AND (h.said IS NULL OR s.id = h.said)
WHERE h.bit NOT IN (SELECT unnest($values)) AND s.kind <> 'assessment'
ORDER BY h.i, h.j, h.bit, s.entity, s.prop, s.value, s.id
"""
_THINGS: Final = f"""
SELECT DISTINCT h.i, h.j, h.bit, {_COLUMNS}
FROM (SELECT i, j, bit, rel_i AS rel FROM nexus_shown UNION SELECT i, j, bit, rel_j FROM
nexus_shown) h
JOIN nexus_said l ON l.entity = h.rel AND l.kind <> 'assessment'
 AND (NOT EXISTS (SELECT 1 FROM nexus_dataset) OR l.dataset IN (SELECT dataset FROM nexus_dataset))
JOIN nexus_rule r ON r.bit = h.bit AND r.schema = l.schema AND r.target = l.prop
JOIN nexus_said s ON s.entity = l.value
WHERE s.schema IN (SELECT unnest($things)) AND s.kind <> 'assessment'
ORDER BY h.i, h.j, h.bit, s.entity, s.prop, s.value, s.id
"""
_VALUES: Final = f"""
SELECT DISTINCT h.i, h.j, h.bit, {_COLUMNS}
FROM nexus_shown h JOIN nexus_who w ON w.node IN (h.i, h.j)
JOIN nexus_said s ON s.entity = w.entity
JOIN nexus_rule r ON r.bit = h.bit AND r.source = s.prop AND r.form = 'value'
WHERE s.kind <> 'assessment' AND nexus_plain(s.prop, s.value) = h.grp
  AND (NOT EXISTS (SELECT 1 FROM nexus_dataset) OR s.dataset IN (SELECT dataset FROM nexus_dataset))
ORDER BY h.i, h.j, h.bit, s.entity, s.prop, s.value, s.id
"""
_CAPTIONS: Final = """
SELECT node, caption FROM (
    SELECT w.node, f.value AS caption, row_number() OVER (PARTITION BY w.node ORDER BY count(*)
    DESC, f.value) AS place
    FROM nexus_fact f JOIN nexus_who w ON w.entity = f.entity
    WHERE f.prop = 'name' AND w.node IN (SELECT node FROM nexus_named)
    GROUP BY w.node, f.value) WHERE place = 1
"""
_OFFENCES: Final = """
SELECT DISTINCT w.node, o.value
FROM nexus_who w
JOIN nexus_fact p ON p.value = w.entity AND p.schema = 'CourtCaseParty' AND p.prop = 'party'
JOIN nexus_fact c ON c.entity = p.entity AND c.prop = 'case'
JOIN nexus_fact o ON o.entity = c.value AND o.schema = 'CourtCase'
 AND o.prop IN ('type', 'category', 'description')
LEFT JOIN nexus_fact r ON r.entity = p.entity AND r.prop = 'role'
WHERE w.node IN (SELECT node FROM nexus_named)
  AND NOT regexp_matches(lower(coalesce(r.value, '')), 'witness|victim|complain|témoin|victime')
ORDER BY w.node, o.value
"""


@dataclass(frozen=True, slots=True)
class Shown:
    """Evidence by pair and channel bit, captions and offence texts by node."""

    statements: dict[PairKey, dict[int, list[Json]]]
    captions: dict[int, str]
    offences: dict[int, list[str]]


def shown(con: duckdb.DuckDBPyConnection, pairs: Iterable[PairKey], named: Iterable[int]) -> Shown:
    """Return what is shown of ``pairs`` (node numbers, lower first) and of the nodes ``named``."""
    ordered = sorted(set(pairs))
    wanted = pa.table(
        {
            "i": pa.array([p[0] for p in ordered], pa.int64()),
            "j": pa.array([p[1] for p in ordered], pa.int64()),
        }
    )
    con.register("nexus_wanted", wanted)
    con.register("nexus_named", pa.table({"node": pa.array(sorted(set(named)), pa.int64())}))
    try:
        con.execute(_LINKS, {"shown": LINKS_SHOWN})
        take(con, "nexus_said", (row[0] for row in con.execute(_WANTED).fetchall()))
        by_value = {rule.channel for rule in RULES if rule.form is Form.VALUE}
        values = sorted(CHANNELS[code].bit for code in by_value)
        rows = con.execute(_RELATIONS, {"values": values}).fetchall()
        rows += (
            con.execute(_THINGS, {"things": list(THINGS)}).fetchall()
            + con.execute(_VALUES).fetchall()
        )
        captions = dict(con.execute(_CAPTIONS).fetchall())
        offences = con.execute(_OFFENCES).fetchall()
    finally:
        con.execute("DROP TABLE IF EXISTS nexus_shown")
        con.execute("DROP TABLE IF EXISTS nexus_said")
        con.unregister("nexus_wanted")
        con.unregister("nexus_named")
    statements: dict[PairKey, dict[int, list[Json]]] = defaultdict(lambda: defaultdict(list))
    for i, j, bit, *cells in rows:
        statements[i, j][bit].append(_statement(cells, CODE_BY_BIT[bit]))
    texts: dict[int, list[str]] = defaultdict(list)
    for node, text in offences:
        texts[node].append(text)
    return Shown(dict(statements), captions, dict(texts))


def _statement(cells: list[Any], channel: str) -> Json:
    names = (
        "id",
        "entity",
        "schema",
        "prop",
        "value",
        "original_value",
        "dataset",
        "delivery",
        "locator",
        "kind",
    )
    line: Json = dict(zip(names, cells, strict=False))
    grade = dict(zip(("source", "information", "code", "scheme"), cells[len(names) :], strict=True))
    return {**line, "grade": grade, "channel": channel}


def independent_sources(statements: Iterable[Json]) -> int:
    """Return how many datasets speak, datasets that carry the same long text counting as one."""
    leader: dict[str, str] = {}
    first_with: dict[str, str] = {}

    def root(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for line in sorted(statements, key=lambda line: (line["dataset"], line["id"])):
        text = " ".join((line["original_value"] or line["value"]).lower().split())
        mine = root(line["dataset"])
        if len(text) >= _LONG_TEXT:
            other = root(first_with.setdefault(text, mine))
            leader[max(mine, other)] = min(mine, other)
    return len({root(name) for name in sorted(leader)})
