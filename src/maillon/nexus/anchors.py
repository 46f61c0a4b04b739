"""Who is an anchor: terrorism on one side, organised crime on the other."""

from dataclasses import dataclass
from typing import Final

import duckdb

from maillon.nexus.vocabulary import TYPE_BY_TOPIC

TERROR_TOPIC: Final = "crime.terror"
"""Never ``sanction.counter``: that means counter-sanctions."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """One canonical entity with the topics that make it an anchor, and the datasets that say so."""

    node: int
    canonical: str
    topics: tuple[str, ...]
    datasets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Anchors:
    """The anchors of a run by node number; *dual* ones carry both kinds and are not ranked."""

    terror: list[Anchor]
    crime: list[Anchor]
    dual: list[Anchor]


def anchors(con: duckdb.DuckDBPyConnection) -> Anchors:
    """Return the anchors among the nodes that `links.derive` has numbered."""
    rows = con.execute(
        "SELECT w.node, n.canonical, list_sort(list_distinct(list(f.value))),"
        " list_sort(list_distinct(list(f.dataset)))"
        " FROM nexus_fact f JOIN nexus_who w ON w.entity = f.entity"
        " JOIN nexus_node n ON n.node = w.node"
        " WHERE f.prop = 'topics' GROUP BY w.node, n.canonical ORDER BY w.node"
    ).fetchall()
    found = Anchors([], [], [])
    for node, canonical, topics, datasets in rows:
        anchor = Anchor(node, canonical, tuple(topics), tuple(datasets))
        is_terror = TERROR_TOPIC in topics
        is_crime = any(
            topic in TYPE_BY_TOPIC or topic.startswith("crime.traffick.") for topic in topics
        )
        if is_terror and is_crime:
            found.dual.append(anchor)
        elif is_terror:
            found.terror.append(anchor)
        elif is_crime:
            found.crime.append(anchor)
    return found
