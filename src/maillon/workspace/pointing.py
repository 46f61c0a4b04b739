"""Leads that nobody may see whole become pointers: each holder's broker is told of his own part.

The one act that reads across agencies and compartments: the system's, under a purpose and a legal
basis of its own, over what originators let be linked. What it finds is told to nobody else; who is
protected is hidden from it as from others.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

from maillon.model import Act, Label, View
from maillon.store import Store, Within, Workbench
from maillon.store.clock import utc_now
from maillon.store.door import check_act
from maillon.store.pointers import Part

if TYPE_CHECKING:
    from maillon.nexus import Lead

MOST: Final = 200
"""Leads that are looked at, best first."""

SEEN_FOR: Final = ("linking", "review")
"""Purposes under which a person may look at a lead."""

_MEMBERS: Final = """
SELECT canonical, entity FROM canonical WHERE canonical IN (SELECT unnest(?)) ORDER BY ALL
"""

_Said = Sequence[tuple[str, int]]
"""Entity and label of each statement that something stands on."""


class Pointing:
    """Pointing over one workspace.

    Args:
        store: Its store.
        resolved: Lends a view's workbench with the table ``canonical``.
    """

    def __init__(
        self, store: Store, resolved: Callable[[View], AbstractContextManager[Workbench]]
    ) -> None:
        self._store = store
        self._resolved = resolved

    def point(self, view: View, also: Within | None = None) -> int:
        """Put the leads that no account may see whole into the brokers' queues; return how many.

        A lead is seen whole by who may read every statement that one of its paths shows. One whose
        best path is of one agency alone has nobody to be pointed to.

        Args:
            view: The system's own, opened for the act ``point``.
            also: Written in the same transaction.
        """
        check_act(view, Act.POINT)
        labels = self._store.labels(view)
        found, are_all = self._told(view)
        parts = [_parts(paths[0], records, labels) for paths, records in found]
        leads = [(held, self._named(held, labels)) for held in parts if len(held) > 1]
        return self._store.safeguards.pointers.put(view, leads, also, are_all=are_all)

    def _told(self, view: View) -> tuple[list[tuple[list[_Said], _Said]], bool]:
        """Return of each lead that nobody sees whole what its paths stand on, and its parties.

        And whether the search came to its end, and no lead was left out.
        """
        from maillon.nexus import FEATURES, TraceSettings, take, trace  # noqa: PLC0415 - numpy

        self._store.cards.check("lead-ranking", FEATURES, view, utc_now()[:10])
        with self._resolved(view) as bench:
            traced = trace(bench, TraceSettings(top=MOST))
            leads = traced.leads
            nodes = sorted({node for one in leads for node in _nodes(one)})
            members = bench.con.execute(_MEMBERS, [nodes]).fetchall()
            shown = (entity for one in leads for entity, _ in _shown(one))
            take(bench.con, "pointed", (*shown, *(row[1] for row in members)))
            rows = bench.con.execute("SELECT id, entity, label FROM pointed").fetchall()
        said = {row[0]: (row[1], row[2]) for row in rows}
        held: dict[str, set[tuple[str, int]]] = defaultdict(set)
        of = {entity: node for node, entity in members}
        for _, entity, label in rows:
            if entity in of:
                held[of[entity]].add((entity, label))
        cases = self._store.safeguards.cases.standing_numbers(view)
        readers = self._store.policy.reaches(Act.TRACE, SEEN_FOR, cases) if leads else set()
        told: list[tuple[list[_Said], _Said]] = [
            (
                [[said[id_] for id_ in path] for path in _paths(one)],
                [record for node in _nodes(one) for record in sorted(held[node])],
            )
            for one in leads
        ]
        are_all = traced.complete and len(leads) < MOST
        return [one for one in told if not _is_seen(one[0], readers)], are_all

    def _named(
        self, parts: Mapping[str, Part], labels: Mapping[int, Label]
    ) -> dict[str, list[str]]:
        """Return by agency the others that it may be told of: whose data a gateway lets to it."""
        law, day = self._store.policy.law, utc_now()[:10]

        def lets(source: str, target: str) -> bool:
            return all(
                law.gateway(source, target, "linking", labels[number].category, day) is not None
                for number in parts[source].labels
            )

        return {
            agency: [one for one in parts if one != agency and lets(one, agency)]
            for agency in parts
        }


def _shown(lead: "Lead") -> list[tuple[str, str]]:
    """Return entity and id of every statement that a lead shows."""
    hops = [hop for path in lead.paths for hop in path.hops]
    found = [(one["entity"], one["id"]) for hop in hops for one in hop.statements]
    ends = (*lead.terror_sources, *lead.crime_sources)
    return found + [(one.entity, one.statement) for one in ends if one.delivery]


def _paths(lead: "Lead") -> list[list[str]]:
    """Return the ids of what each path stands on: its hops, and what makes its ends anchors."""
    ends = [one.statement for one in (*lead.terror_sources, *lead.crime_sources) if one.delivery]
    return [
        [*ends, *(said["id"] for hop in path.hops for said in hop.statements)]
        for path in lead.paths
    ]


def _nodes(lead: "Lead") -> list[str]:
    """Return the canonical ids along the best path."""
    return sorted({side for hop in lead.paths[0].hops for side in (hop.source, hop.target)})


def _parts(said: _Said, records: _Said, labels: Mapping[int, Label]) -> dict[str, Part]:
    """Return what each agency holds: what the path stands on, and its own records of the parties.

    A record that stands on other labels than these is left out: who may read the part shall not be
    kept from the pointer by it.
    """
    held: dict[str, tuple[set[str], set[int]]] = defaultdict(lambda: (set(), set()))
    for entity, label in said:
        entities, numbers = held[labels[label].originator]
        entities.add(entity)
        numbers.add(label)
    for entity, label in records:
        entities, numbers = held.get(labels[label].originator, (set(), set()))
        if label in numbers:
            entities.add(entity)
    return {agency: Part(*one) for agency, one in sorted(held.items())}


def _is_seen(paths: Iterable[_Said], readers: Iterable[frozenset[int]]) -> bool:
    wanted = [frozenset(label for _, label in path) for path in paths]
    return any(labels <= one for one in readers for labels in wanted)
