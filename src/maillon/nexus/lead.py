"""What `trace` returns: leads, each a pair of anchors with its paths and their evidence."""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from maillon.nexus.anchors import Anchor, AnchorSource
from maillon.nexus.links import Hub
from maillon.nexus.paths import Cut
from maillon.nexus.vocabulary import vocabulary_version

Json = dict[str, Any]


def lead_id_of(terror: str, crime: str) -> str:
    """Return the id of the lead between two anchors, by their canonical ids."""
    return blake2b(f"{terror}\x1f{crime}".encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to hold against a path, or that would end it: where, which rule, and in words.

    ``hop`` counts from 0 in the best path; None speaks of the whole path. ``lowers`` is by how much
    the surprise of the hop is lower for it (natural logarithm); 0 where it is only said.
    """

    code: str
    text: str
    hop: int | None = None
    lowers: float = 0.0

    def line(self) -> Json:
        """Return the remark as one object of the ``trace`` line."""
        held = {"lowers": self.lowers} if self.lowers else {}
        return {"code": self.code, "hop": self.hop, "text": self.text, **held}


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop of a path.

    Attributes:
        source: Canonical id of the side nearer to the terrorism anchor.
        target: Canonical id of the other side.
        source_caption: Name of the first side.
        target_caption: Name of the other side.
        channels: Codes of the channels, by weight of the vocabulary order.
        register: Codes of the registers that explain the tie.
        type: Code of the most telling channel.
        identity: Probability that both sides are whom they are taken for.
        grade: Source grade, in (0, 1].
        telling: How telling the channels are, in (0, 1).
        first_day: ISO date, or empty.
        last_day: ISO date, or empty.
        surprise: Parts of the surprise, natural logarithms, by name.
        is_reused: Whether a higher lead stands on this hop.
        statements: The evidence, as objects of the ``trace`` line.
        source_schema: FollowTheMoney schema of the first side.
        target_schema: Of the other side.
    """

    source: str
    target: str
    source_caption: str
    target_caption: str
    channels: tuple[str, ...]
    register: tuple[str, ...]
    type: str
    identity: float
    grade: float
    telling: float
    first_day: str
    last_day: str
    surprise: dict[str, float]
    is_reused: bool
    statements: tuple[Json, ...]
    source_schema: str = ""
    target_schema: str = ""

    @property
    def strength(self) -> float:
        """Identity confidence x source grade x how telling."""
        return round(self.identity * self.grade * self.telling, 6)

    def line(self) -> Json:
        """Return the hop as one object of the ``trace`` line."""
        return {
            "from": self.source,
            "to": self.target,
            "from_caption": self.source_caption,
            "to_caption": self.target_caption,
            "from_schema": self.source_schema,
            "to_schema": self.target_schema,
            "type": self.type,
            "channels": list(self.channels),
            "register": list(self.register),
            "strength": self.strength,
            "factors": {"identity": self.identity, "grade": self.grade, "telling": self.telling},
            "interval": [self.first_day, self.last_day],
            "surprise": self.surprise,
            "is_reused": self.is_reused,
            "statements": list(self.statements),
        }


@dataclass(frozen=True, slots=True)
class Path:
    """Hops end to end, terrorism anchor first, with the path's own probability."""

    hops: tuple[Hop, ...]
    probability: float
    time_order: str
    contributions: dict[str, float]

    def line(self) -> Json:
        """Return the path as one object of the ``trace`` line."""
        return {
            "hops": [hop.line() for hop in self.hops],
            "probability": self.probability,
            "time_order": self.time_order,
            "contributions": self.contributions,
        }


@dataclass(frozen=True, slots=True)
class Lead:
    """One pair of anchors, proposed to a person; its number speaks of chance, never of guilt."""

    rank: int
    terror: str
    terror_caption: str
    crime: str
    crime_caption: str
    link_types: tuple[str, ...]
    modes: tuple[str, ...]
    probability: float
    q_value: float
    is_complete: bool
    paths: tuple[Path, ...]
    independent_sources: int
    alternatives: tuple[Remark, ...]
    against: tuple[Remark, ...]
    refute: tuple[Remark, ...]
    terror_sources: tuple[AnchorSource, ...] = ()
    crime_sources: tuple[AnchorSource, ...] = ()

    @property
    def lead_id(self) -> str:
        """16 hex digits from the two canonical ids: the same in every run that finds this pair."""
        return lead_id_of(self.terror, self.crime)

    @property
    def weakest_hop(self) -> Json:
        """Place, strength and reason of the weakest hop of the best path."""
        hops = self.paths[0].hops
        at = min(range(len(hops)), key=lambda number: (hops[number].strength, number))
        hop = hops[at]
        factors = {"identity": hop.identity, "grade": hop.grade, "telling": hop.telling}
        reason = min(factors, key=lambda name: (factors[name], name))
        return {
            "path": 0,
            "hop": at,
            "strength": hop.strength,
            "reason": reason,
            "value": factors[reason],
        }

    def line(self) -> Json:
        """Return the ``trace`` line. Source: DESIGN, section 8."""
        return {
            "lead_id": self.lead_id,
            "rank": self.rank,
            "terror": _end(self.terror, self.terror_caption, self.terror_sources),
            "crime": _end(self.crime, self.crime_caption, self.crime_sources),
            "link_types": list(self.link_types),
            "modes": list(self.modes),
            "vocabulary": vocabulary_version(),
            "probability": self.probability,
            "q_value": self.q_value,
            "complete": self.is_complete,
            "paths": [path.line() for path in self.paths],
            "weakest_hop": self.weakest_hop,
            "independent_sources": self.independent_sources,
            "time_order": self.paths[0].time_order,
            "alternatives": [remark.line() for remark in self.alternatives],
            "against": [remark.line() for remark in self.against],
            "refute": [remark.line() for remark in self.refute],
        }


def _end(id_: str, caption: str, sources: tuple[AnchorSource, ...]) -> Json:
    """Return one end of a lead, with who calls it an anchor, and where."""
    return {"id": id_, "caption": caption, "sources": [one.line() for one in sources]}


@dataclass(frozen=True, slots=True)
class Trace:
    """A whole run: leads best first, what was not ranked or crossed, and where it was cut."""

    leads: list[Lead]
    dual: list[Anchor]
    hubs: list[Hub]
    cut: Cut | None
    counts: dict[str, int]

    @property
    def complete(self) -> bool:
        """Whether everything within the settings was searched."""
        return self.cut is None
