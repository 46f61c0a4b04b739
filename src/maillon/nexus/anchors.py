"""Who is an anchor: terrorism on one side, organised crime on the other, each with its source.

A topic is a statement: of a list, by the programme table (``maillon.sources``), of an agency's own
file, or of a case. Statements of kind ``assessment`` make no anchor until a person confirms them.
Two people may name an anchor by hand; a victim is none, whatever else is said of her.
"""

from dataclasses import dataclass
from typing import Final

import duckdb

from maillon.nexus.guarded import lent
from maillon.nexus.taken import take
from maillon.nexus.vocabulary import TYPE_BY_TOPIC

TERROR_TOPIC: Final = "crime.terror"
"""Never ``sanction.counter``: that means counter-sanctions."""
SOURCES_KEPT: Final = 20
"""Sources kept of one anchor and topic; a merged one may have hundreds."""
BY_HAND: Final = "named by hand"
"""Stands as the dataset of an anchor that two people named."""
_TAGGED: Final = f"""
, tagged AS (
    SELECT entity, value, dataset FROM nexus_fact WHERE prop = 'topics'
    UNION ALL SELECT entity, topic, '{BY_HAND}' FROM lent_named_anchor)
"""
_ANCHORS: Final = f"""
{_TAGGED} SELECT w.node, n.canonical, list_sort(list_distinct(list(f.value))),
       list_sort(list_distinct(list(f.dataset)))
FROM tagged f JOIN nexus_who w ON w.entity = f.entity JOIN nexus_node n ON n.node = w.node
WHERE w.node NOT IN (SELECT v.node FROM nexus_who v JOIN lent_protected p ON p.entity = v.entity
                     WHERE p.kind = 'victim')
GROUP BY w.node, n.canonical ORDER BY w.node
"""
_MARKED: Final = """
SELECT DISTINCT entity FROM nexus_fact
WHERE prop = 'topics' AND (value = $terror OR starts_with(value, 'crime'))
"""
_SOURCES: Final = f"""
 SELECT * FROM (
SELECT w.node, f.value AS topic, f.entity, s.dataset, s.delivery, s.locator, s.id,
       coalesce(string_agg(DISTINCT p.value, ' ' ORDER BY p.value), '') AS programme
FROM nexus_tagged f JOIN nexus_who w ON w.entity = f.entity JOIN nexus_tagged s ON s.id = f.id
LEFT JOIN nexus_tagged p ON p.entity = f.entity AND p.delivery = s.delivery
                        AND p.locator = s.locator AND p.prop IN ('programId', 'program')
WHERE f.prop = 'topics' AND (f.value = $terror OR starts_with(f.value, 'crime'))
  AND f.kind <> 'assessment'
  AND (NOT EXISTS (SELECT 1 FROM nexus_dataset) OR f.dataset IN (SELECT dataset FROM nexus_dataset))
GROUP BY w.node, f.value, f.entity, s.dataset, s.delivery, s.locator, s.id
UNION ALL
SELECT w.node, a.topic, a.entity, '{BY_HAND}', '', '', a.id, ''
FROM lent_named_anchor a JOIN nexus_who w ON w.entity = a.entity)
QUALIFY row_number() OVER (PARTITION BY node, topic ORDER BY dataset, locator, id) <= $most
ORDER BY node, topic, dataset, locator, id
"""


@dataclass(frozen=True, slots=True)
class AnchorSource:
    """The statement that makes an entity an anchor.

    Attributes:
        topic: The topic, e.g. ``crime.terror``.
        entity: Id of the record that carries it, as loaded.
        dataset: Who says it.
        delivery: In which delivery.
        locator: Where in it, e.g. ``line:1434``.
        statement: Id of the statement.
        programme: Sanctions programmes of the entry as delivered, e.g. ``SDGT SDNTK``; or empty.
    """

    topic: str
    entity: str
    dataset: str
    delivery: str
    locator: str
    statement: str
    programme: str

    def line(self) -> dict[str, str]:
        """Return the source as one object of the ``trace`` line."""
        return {
            "topic": self.topic,
            "entity": self.entity,
            "dataset": self.dataset,
            "delivery": self.delivery,
            "locator": self.locator,
            "statement": self.statement,
            "programme": self.programme,
        }


@dataclass(frozen=True, slots=True)
class Anchor:
    """One canonical entity with the topics that make it an anchor, and who says so, where."""

    node: int
    canonical: str
    topics: tuple[str, ...]
    datasets: tuple[str, ...]
    sources: tuple[AnchorSource, ...] = ()

    @property
    def is_by_identity(self) -> bool:
        """Whether no one record carries both kinds: dual only if its records are one party."""
        terror = {source.entity for source in self.sources if source.topic == TERROR_TOPIC}
        crime = {source.entity for source in self.sources if is_crime_topic(source.topic)}
        return bool(terror and crime) and not terror & crime


@dataclass(frozen=True, slots=True)
class Anchors:
    """The anchors of a run by node number; *dual* ones carry both kinds and are not ranked."""

    terror: list[Anchor]
    crime: list[Anchor]
    dual: list[Anchor]


def anchors(con: duckdb.DuckDBPyConnection) -> Anchors:
    """Return the anchors among the nodes that `links.derive` has numbered."""
    sources = _sources(con)
    found = Anchors([], [], [])
    for node, canonical, topics, datasets in con.execute(lent(con) + _ANCHORS).fetchall():
        said = tuple(sources.get(node, ()))
        anchor = Anchor(node, canonical, tuple(topics), tuple(datasets), said)
        is_terror = TERROR_TOPIC in topics
        is_crime = any(is_crime_topic(topic) for topic in topics)
        if is_terror and is_crime:
            found.dual.append(anchor)
        elif is_terror:
            found.terror.append(anchor)
        elif is_crime:
            found.crime.append(anchor)
    return found


def is_crime_topic(topic: str) -> bool:
    """Return whether a topic stands for organised crime; ``crime.war`` does not."""
    return topic in TYPE_BY_TOPIC or topic.startswith("crime.traffick.")


def _sources(con: duckdb.DuckDBPyConnection) -> dict[int, list[AnchorSource]]:
    tagged = con.execute(_MARKED, {"terror": TERROR_TOPIC}).fetchall()
    take(con, "nexus_tagged", (row[0] for row in tagged))
    rows = con.execute(
        lent(con) + _SOURCES, {"terror": TERROR_TOPIC, "most": SOURCES_KEPT}
    ).fetchall()
    sources: dict[int, list[AnchorSource]] = {}
    for node, *cells in rows:
        sources.setdefault(node, []).append(AnchorSource(*cells))
    return sources
