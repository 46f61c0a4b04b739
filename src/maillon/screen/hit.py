"""What a screening answers: hits with their reasons, or that it could not look."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from maillon.screen.entry import Entry
from maillon.screen.explain import absent, outlook
from maillon.screen.score import Scored


@dataclass(frozen=True, slots=True)
class Hit:
    """A list entry that a query may be.

    Attributes:
        id: Entity id on the list.
        dataset: Which list.
        caption: Its name to show.
        scored: Score, band, reasons.
        version: SHA-256 of the entry's content when it was compared.
        absent: Kinds of fact that could not be compared, and which side lacks them.
        would_change: Facts that, if they were known, would change the band.
    """

    id: str
    dataset: str
    caption: str
    scored: Scored
    version: str = ""
    absent: tuple[dict[str, str], ...] = ()
    would_change: tuple[dict[str, Any], ...] = ()

    def stated(self, ids: Mapping[tuple[str, str, str], str]) -> "Hit":
        """Return it with the statements of the list's values, by entity, property and value."""
        reasons = tuple(
            reason._replace(statement=ids.get((self.id, *reason.said), ""))
            if reason.prop
            else reason
            for reason in self.scored.reasons
        )
        return replace(self, scored=replace(self.scored, reasons=reasons))

    def values(self) -> Iterator[tuple[str, str, str]]:
        """Yield entity, property and value of what the reasons say of the list."""
        for reason in self.scored.reasons:
            if reason.prop:
                yield self.id, *reason.said

    def line(self) -> dict[str, Any]:
        """Return it as ``screen`` prints it."""
        return {
            "id": self.id,
            "dataset": self.dataset,
            "caption": self.caption,
            "score": self.scored.score,
            "band": self.scored.band.value,
            "points": self.scored.points,
            "group": self.scored.group,
            "explanation": [reason.line() for reason in self.scored.reasons],
            "absent": list(self.absent),
            "would_change": list(self.would_change),
        }


@dataclass(frozen=True, slots=True)
class Screened:
    """The answer for one query: hits, or that we could not look. No hit is not could not look.

    Attributes:
        id: The query's id.
        hits: Best first.
        could_not_look: Why not; empty when we looked.
        considered: List entries that were scored.
        truncated: Whether there were more candidates, or hits, than are looked at.
        version: SHA-256 of the query's content.
    """

    id: str
    hits: tuple[Hit, ...] = ()
    could_not_look: str = ""
    considered: int = 0
    truncated: bool = False
    version: str = ""

    def line(self) -> dict[str, Any]:
        """Return the line of DESIGN, section 8."""
        if self.could_not_look:
            return {"id": self.id, "status": "could_not_look", "reason": self.could_not_look,
                    "hits": []}  # fmt: skip
        found: dict[str, Any] = {
            "id": self.id, "status": "ok", "hits": [hit.line() for hit in self.hits],
        }  # fmt: skip
        if self.truncated:
            found["truncated"] = True
        return found


def hit_of(query: Entry, listed: Entry, scored: Scored) -> Hit:
    """Return the hit of a query on a list entry."""
    missing = absent(query, listed)
    return Hit(
        listed.id, listed.dataset, listed.caption, scored, listed.version,
        missing, outlook(scored, missing),
    )  # fmt: skip
