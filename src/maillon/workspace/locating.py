"""The verb of places: where some entities are, or did something, as the statements say it."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Final

from maillon.model import LimitError, View
from maillon.store import Store, Workbench
from maillon.workspace.looking import look_many

Json = dict[str, Any]
MOST_ASKED: Final = 500
"""Ids that one request may name."""
MOST_TOLD: Final = 2_000
"""Places that one answer has; of more it has the count."""
RESIDENCES: Final = frozenset({"goaml", "ofac-sdn-csv", "paxlst", "un-sc-xml"})
"""Formats that give as ``country`` of a person an address or residence. Source: docs/formats."""
_DAY: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_LATEST: Final = "~"
"""Sorts behind all that a partial date may go on with."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, both whole; ISO 8601 dates that may be partial, e.g. ``2026-01``.

    Attributes:
        first: Empty for the beginning of time.
        last: Empty for its end.

    Raises:
        ValueError: One is no date, or they are the wrong way round.
    """

    first: str = ""
    last: str = ""

    def __post_init__(self) -> None:
        for one in (self.first, self.last):
            if one and not _DAY.fullmatch(one):
                raise ValueError(f"{one[:20]}: a date is YYYY, YYYY-MM or YYYY-MM-DD")
        if self.first and self.last and self.first > self.last + _LATEST:
            raise ValueError(f"from {self.first} to {self.last}: the end is before the beginning")

    def holds(self, first: str, last: str) -> bool:
        """Return whether something that lasted from ``first`` to ``last`` touches it.

        Args:
            first: ISO 8601, may be partial.
            last: As well; empty where it goes on.
        """
        is_begun = not self.last or first <= self.last + _LATEST
        return is_begun and (not last or last + _LATEST >= self.first)


ALWAYS: Final = Span()


class Locating:
    """Places in one workspace; every verb takes a view.

    Args:
        store: Its store.
        resolved: Lends the workbench of a view with the table ``canonical``.
    """

    def __init__(
        self, store: Store, resolved: Callable[[View], AbstractContextManager[Workbench]]
    ) -> None:
        self._store = store
        self._resolved = resolved

    def places(self, view: View, ids: Sequence[str], span: Span = ALWAYS) -> Json:
        """Return where some entities are, or did something; the ledger has it first.

        Args:
            view: What may be read.
            ids: Of records, or canonical now; what the view does not hold is left out.
            span: Only places of this time: of what happened, else of the statement, else of the
                delivery that brought it.

        Returns:
            ``entities``; ``places`` with coordinates or a country alone; ``not_placed``, each with
            the ``reason``; how many lie ``outside`` the span and how many are ``cut`` off; the
            handling ``codes`` of all that is told, ``as_of``.

        Raises:
            LimitError: There are too many ids.
        """
        from maillon.nexus import NOT_PLACED, guarded, places  # noqa: PLC0415 - only when placing

        if len(ids) > MOST_ASKED:
            raise LimitError("ids of one request", MOST_ASKED, len(ids))
        with self._resolved(view) as bench:
            formats = self._store.formats(view)
            residences = {name for name, by in formats.items() if by in RESIDENCES}
            found = places(bench.con, ids, residences)
            received = {one.id: one.received[:10] for one in self._store.deliveries(view)}
            every = _dated(found.places, received)
            within = [one for one in every if span.holds(one["from"], one["until"])]
            told = within[:MOST_TOLD]
            records = {one["record"] for one in told}
            records |= {one["tie"]["record"] for one in told if one["tie"]}
            look_many(self._store, view, "map", [*ids, *sorted(records)], bench)
            guards = guarded(bench.con)
        entities = [{**one, "is_protected": one["id"] in guards} for one in found.entities]
        codes = self._handled(view, told)
        return {
            "entities": entities,
            "places": [one for one in told if one["exact"] != NOT_PLACED],
            "not_placed": [one for one in told if one["exact"] == NOT_PLACED],
            "outside": len(every) - len(within),
            "cut": len(within) - len(told) + found.cut,
            "codes": codes,
            "as_of": view.known_on or max(received.values(), default=""),
        }

    def _handled(self, view: View, told: Sequence[Json]) -> list[str]:
        """Put the handling code in the place of each label; return all of them."""
        known = self._store.labels(view)
        codes = set()
        for said in (said for one in told for said in one["statements"]):
            label = known[said.pop("label")]
            said["handling"] = "/".join(filter(None, (label.scheme, label.code)))
            codes.add(said["handling"])
        return sorted(codes - {""})


def _dated(found: Sequence[Json], received: Mapping[str, str]) -> list[Json]:
    """Return places with the day of their delivery where nothing else says when, in order."""
    dated = []
    for one in found:
        days = [received.get(said["delivery"], "") for said in one["statements"]]
        when = {"from": min(days), "until": max(days), "dated_by": "delivery"}
        dated.append(one if one["dated_by"] else {**one, **when})
    return sorted(
        dated,
        key=lambda one: (one["entity"], one["exact"], one["from"], one["record"], one["value"]),
    )
