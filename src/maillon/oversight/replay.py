"""The ledger replayed: what was done on each day, by whom, and what was refused."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from maillon.model import View
from maillon.store import Store
from maillon.store.ledger_book import LedgerBook, check_oversees


@dataclass(slots=True)
class Day:
    """What one day's entries say.

    Attributes:
        day: The day, ISO; empty for entries whose text was erased before any that has one.
        entries: How many there are.
        first: Number of the first.
        erased: How many have no text.
        acts: Entries by account, act and outcome.
        refused: Refusals by the rule that they cite.
    """

    day: str
    entries: int = 0
    first: int = 0
    erased: int = 0
    acts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def line(self) -> dict[str, Any]:
        """Return the day as one JSON line."""
        acts = [{"who": who, "act": act, "outcome": outcome, "entries": count}
                for (who, act, outcome), count in sorted(self.acts.items())]  # fmt: skip
        return {
            "day": self.day, "entries": self.entries, "first": self.first, "erased": self.erased,
            "acts": acts, "refused": dict(sorted(self.refused.items())),
        }  # fmt: skip


def replay(store: Store, view: View, until: str = "") -> Iterator[Day]:
    """Yield the ledger's days in order.

    Args:
        store: Of the workspace.
        view: Of oversight.
        until: Only to the end of this day, ``2026-11-25``; empty for all.
    """
    check_oversees(view)
    yield from _days(LedgerBook(store.house.desk).lines(view), until)


def _days(lines: Iterable[bytes], until: str) -> Iterator[Day]:
    day = Day("")
    for number, line in enumerate(lines, 1):
        text = line.split(b"\t")[1]
        entry = json.loads(text) if text else None
        at = entry["at"][:10] if entry else day.day
        if until and at > until:
            break
        if at != day.day:
            if day.entries:
                yield day
            day = Day(at)
        day.first = day.first or number
        day.entries += 1
        if entry is None:
            day.erased += 1
            continue
        day.acts[entry["who"], entry["act"], entry["outcome"]] += 1
        if entry["outcome"] == "refused":
            day.refused[str(entry["detail"].get("rule", ""))] += 1
    if day.entries:
        yield day
