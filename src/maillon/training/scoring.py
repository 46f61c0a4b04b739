"""Scores the leads of a method against the truth of a country."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FIRST: Final = 50

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Missed:
    """A planted chain that no lead found.

    Attributes:
        id: As in ``truth.json``.
        chain: Persons from the terrorism to the crime anchor.
        reason: ``one hop was recorded by no agency``, ``more than 4 hops``, ``an inner person is
            known by an alias``,
            ``in no lead``; the first that holds. It says what is special about the chain, not why a
            method failed.
    """

    id: str
    chain: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Score:
    """What leads are worth.

    Attributes:
        planted: Planted chains.
        recall_at_50: Share of them found by the first 50 leads.
        false_in_50: Leads among the first 50 whose pair was not planted; those of ``related_in_50``
            are counted too.
        related_in_50: False leads that run over a planted hop, or join two persons of one planted
            chain.
        decoys_in_50: Decoy chains found by the first 50 leads, by kind; false as well.
        found: Chain ids found by any lead, in order of rank.
        missed: The others.
        recall: Share of the planted chains found by any lead.
    """

    planted: int
    recall_at_50: float
    false_in_50: int
    related_in_50: int
    decoys_in_50: dict[str, int]
    found: tuple[str, ...]
    missed: tuple[Missed, ...]
    recall: float


class Truth:
    """What ``truth.json`` and ``persons.csv`` say, for look-ups."""

    def __init__(self, folder: Path) -> None:
        known: dict[str, Any] = json.loads((folder / "truth.json").read_text("utf-8"))
        self.planted: list[dict[str, Any]] = known["planted"]
        self.decoys: list[dict[str, Any]] = known["decoys"]
        with (folder / "persons.csv").open(encoding="utf-8", newline="") as raw:
            self.person = {row["entity_id"]: row["person"] for row in csv.DictReader(raw)}
        self.hops = {frozenset((h["from"], h["to"])) for c in self.planted for h in c["hops"]}

    def persons(self, entity: str, members: Mapping[str, Sequence[str]]) -> frozenset[str]:
        """Return the true persons behind a canonical id (or an entity id that was never merged)."""
        return frozenset(self.person[m] for m in members.get(entity, (entity,)) if m in self.person)


def score(
    truth: Path, leads: Sequence[Mapping[str, Any]], members: Mapping[str, Sequence[str]]
) -> Score:
    """Score leads.

    Args:
        truth: The ``truth`` folder that `write` made.
        leads: Lines of ``trace`` in the order of their rank: ``{"terror": {"id"}, "crime": {"id"},
            "paths": …}``.
        members: Entity ids by canonical id.

    Returns:
        A lead finds a planted chain if its terrorism side has a record of the chain's first person
        and its crime
        side one of its last; a chain counts once. Any other lead is false.
    """
    known = Truth(truth)
    planted = {(c["persons"][0], c["persons"][-1]): str(c["id"]) for c in known.planted}
    decoys = {(c["persons"][0], c["persons"][-1]): str(c["kind"]) for c in known.decoys}
    found: dict[str, int] = {}
    false = related = 0
    fooled: dict[str, int] = defaultdict(int)
    for rank, lead in enumerate(leads, 1):
        pairs = _pairs(known, lead, members)
        hits = [planted[pair] for pair in pairs if pair in planted]
        for chain in hits:
            found.setdefault(chain, rank)
        if rank > FIRST or hits:
            continue
        false += 1
        related += _is_related(known, lead, members, pairs)
        for kind in {decoys[pair] for pair in pairs if pair in decoys}:
            fooled[kind] += 1
    missed = tuple(
        Missed(str(c["id"]), tuple(c["persons"]), _reason(c))
        for c in known.planted
        if c["id"] not in found
    )
    early = sum(rank <= FIRST for rank in found.values())
    count = len(known.planted)
    return Score(
        count,
        early / max(count, 1),
        false,
        related,
        dict(sorted(fooled.items())),
        tuple(found),
        missed,
        len(found) / max(count, 1),
    )


def _pairs(
    known: Truth, lead: Mapping[str, Any], members: Mapping[str, Sequence[str]]
) -> list[Pair]:
    terror = known.persons(str(lead["terror"]["id"]), members)
    crime = known.persons(str(lead["crime"]["id"]), members)
    return [(t, c) for t in sorted(terror) for c in sorted(crime)]


def _is_related(
    known: Truth,
    lead: Mapping[str, Any],
    members: Mapping[str, Sequence[str]],
    pairs: Iterable[Pair],
) -> bool:
    if any({*pair} <= set(c["persons"]) for pair in pairs for c in known.planted):
        return True
    hops = [hop for path in lead.get("paths", ()) for hop in path.get("hops", ())]
    return any(
        frozenset((one, other)) in known.hops
        for hop in hops
        for one in known.persons(str(hop["from"]), members)
        for other in known.persons(str(hop["to"]), members)
    )


def _reason(chain: Mapping[str, Any]) -> str:
    if not chain["observed"]:
        return "one hop was recorded by no agency"
    if len(chain["hops"]) > 4:  # noqa: PLR2004 - the longest path of a batch run, DESIGN section 7
        return "more than 4 hops"
    return "an inner person is known by an alias" if chain["alias"] else "in no lead"
