"""One question and its whole answer: hits as the rules show them, and what was cleared."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Self

from maillon.screen.entry import Entry
from maillon.screen.rules import Ruling, Use
from maillon.screen.screen import Hit, Screened

MOST: Final = 1_000
"""Hits of one record that are looked at where the rules of a list leave some out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A record to screen.

    Attributes:
        entry: The record; without names where it cannot be read.
        locator: Where in the query file, e.g. ``line:12``; empty for a record of the workspace.
        problem: Why it cannot be read; empty where it can.
        is_humanitarian: Whether it is of a humanitarian actor.
        birth_doubts: What stands where its birth date should, and is none: as delivered, or the
            year that is certain.
    """

    entry: Entry
    locator: str = ""
    problem: str = ""
    is_humanitarian: bool = False
    birth_doubts: tuple[str, ...] = ()

    def cautions(self, use: Use, dates: Collection[str], today: date) -> tuple[str, ...]:
        """Return the protections that stand on it, or on an entry with these birth dates."""
        return use.cautions(
            self.entry, tuple(dates), today, is_humanitarian=self.is_humanitarian,
            doubts=self.birth_doubts,
        )  # fmt: skip

    @classmethod
    def unreadable(cls, locator: str, problem: str) -> Self:
        """Return what stands for a record that cannot be read: it has no name, and says why."""
        return cls(Entry(locator, "Thing", "", ()), locator, problem)


@dataclass(frozen=True, slots=True)
class Ruled:
    """A hit, and what the rules make of it."""

    hit: Hit
    ruling: Ruling

    def line(self) -> dict[str, Any]:
        """Return it as ``screen`` prints it."""
        said = self.hit.line()
        said["probability"] = self.ruling.probability
        said["alert"] = self.ruling.is_alert
        said["rules"] = list(self.ruling.notes)
        return said


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer for one record.

    Attributes:
        asked: The record.
        ruled: Hits that stand, best first.
        cleared: Hits that a clearing hides, each with the clearing's id.
        left_out: Hits that a rule of the list leaves out, each with the rule.
        could_not_look: Why not; empty when we looked.
        considered: List entries that were scored.
        truncated: Whether there was more than is looked at or shown.
    """

    asked: Asked
    ruled: tuple[Ruled, ...] = ()
    cleared: tuple[tuple[Hit, str], ...] = ()
    left_out: tuple[tuple[Hit, str], ...] = ()
    could_not_look: str = ""
    considered: int = 0
    truncated: bool = False

    @property
    def id(self) -> str:
        """The record's id."""
        return self.asked.entry.id

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The hits that stand, best first."""
        return tuple(one.hit for one in self.ruled)

    @property
    def alerts(self) -> int:
        """How many of the hits are alerts."""
        return sum(one.ruling.is_alert for one in self.ruled)

    def line(self) -> dict[str, Any]:
        """Return the line of DESIGN, section 8; what is empty of the further keys is left out."""
        if self.could_not_look:
            found: dict[str, Any] = {"id": self.id, "status": "could_not_look"}
            found["reason"] = self.could_not_look
            found["hits"] = []
        else:
            found = {"id": self.id, "status": "ok", "hits": [one.line() for one in self.ruled]}
        if self.cleared:
            found["cleared"] = [{**_short(hit), "clearing": id_} for hit, id_ in self.cleared]
        if self.left_out:
            found["left_out"] = [{**_short(hit), "rule": rule} for hit, rule in self.left_out]
        if self.truncated:
            found["truncated"] = True
        if self.asked.locator:
            found["locator"] = self.asked.locator
        return found

    def text(self) -> str:
        """Return the line as it is printed, and hashed for the receipt."""
        return json.dumps(self.line(), ensure_ascii=False) + "\n"


def _short(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "dataset": hit.dataset,
        "caption": hit.caption,
        "score": hit.scored.score,
        "band": hit.scored.band.value,
    }


Cleared = Callable[[Entry, Hit], str]
"""Returns the id of the clearing that hides a hit of a record; empty for none."""


def rule(
    asked: Asked,
    screened: Screened,
    use: Use,
    *,
    dates: Mapping[str, Collection[str]],
    cleared: Cleared,
    today: date,
) -> Answered:
    """Return the answer as the rules of a use show it.

    Args:
        asked: The record.
        screened: Its hits, as many as there may be before the rules.
        use: The rules.
        dates: Birth dates of list entries, by id.
        cleared: Tells which hits somebody cleared.
        today: On which day ages are reckoned.
    """
    if screened.could_not_look:
        return Answered(asked, could_not_look=screened.could_not_look)
    stands: list[Ruled] = []
    hidden, left, counts, cut = [], [], dict[str, int](), screened.truncated
    for hit in screened.hits:
        clearing = cleared(asked.entry, hit)
        if clearing:
            hidden.append((hit, clearing))
            continue
        caution = asked.cautions(use, dates.get(hit.id, ()), today)
        ruling = use.ruling(caution, hit.dataset, hit.scored)
        if not ruling.is_shown:
            left.append((hit, ruling.notes[-1]))
            continue
        most = use.of_list(hit.dataset).most_hits
        counts[hit.dataset] = counts.get(hit.dataset, 0) + 1
        if len(stands) >= use.most_hits or (most and counts[hit.dataset] > most):
            cut = True
            continue
        stands.append(Ruled(hit, ruling))
    return Answered(asked, tuple(stands), tuple(hidden), tuple(left), "", screened.considered, cut)


def room(use: Use, cleared: Sequence[int]) -> int:
    """Return how many hits to ask for, so that none hidden takes the place of one that stands.

    Args:
        use: The rules.
        cleared: How many entries each cleared subject was cleared of.
    """
    is_plain = all(one.weak_alias != "ignore" and not one.most_hits for one in use.lists.values())
    return use.most_hits + max(cleared, default=0) if is_plain else MOST
