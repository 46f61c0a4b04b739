"""The score of two records: parts aligned one to one, a verdict for each, then the facts.

Every number of the explanation is one that the score was made of: adding the ``points`` of the
facts to the log-odds of the name score gives the score again (`recompute`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from rapidfuzz.distance import OSA
from scipy.optimize import linear_sum_assignment

from maillon.screen.entry import COUNTRY_PROPS, DOCUMENT_PROPS, Entry, Name


class Band(StrEnum):
    """How much a hit says."""

    NONE = "none"
    WEAK = "weak"
    POSSIBLE = "possible"
    STRONG = "strong"


BANDS: Final = ((0.90, Band.STRONG), (0.70, Band.POSSIBLE), (0.50, Band.WEAK))

OMITTED: Final = 0.3
"""What a part that one side merely lacks costs, as a share of its rarity."""

POINTS: Final = {
    "same day": 2.5, "day and month swapped": 1.5, "same year": 1.2, "a year apart": 0.3,
    "other year": -3.0, "other day of the year": -0.7, "document": 5.0, "country": 0.5,
    "gender": 0.1, "other gender": -1.5,
}  # fmt: skip
"""Log-odds of each fact. First form: set by hand, to be learned with calibration."""

DEFAULT_RARITY: Final = 9.0
"""Rarity of a part that no list name has: as rare as the rarest."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a score.

    Attributes:
        kind: ``part``, ``weak alias`` or a fact: ``birth date``, ``document``, ``country`` ...
        value: What the query has; empty where only the list has something.
        counterpart: What the list has.
        verdict: exact, spelling, typo, initial, omitted, contradicted; or how the fact compares.
        score: Similarity of a part, 0 to 1.
        points: Log-odds of a fact; rarity of a part.
    """

    kind: str
    value: str
    counterpart: str
    verdict: str
    score: float
    points: float

    def line(self) -> dict[str, Any]:
        """Return it as it is printed."""
        return {
            "kind": self.kind,
            "value": self.value,
            "counterpart": self.counterpart,
            "verdict": self.verdict,
            "score": self.score,
            "points": self.points,
        }


@dataclass(frozen=True, slots=True)
class Scored:
    """A score from 0 to 1, its band, and why."""

    score: float
    band: Band
    reasons: tuple[Reason, ...]


def score(
    query: Entry,
    listed: Entry,
    pairs: Sequence[tuple[Name, Name]],
    rarity: Mapping[str, float],
) -> Scored:
    """Score a query against a list entry.

    Args:
        query: The record screened.
        listed: The entry of the list.
        pairs: Names to compare: of the query, of the entry.
        rarity: How telling each skeleton is, from the list.
    """
    best: tuple[float, tuple[Reason, ...]] = (0.0, ())
    for mine, theirs in pairs:
        found = _name_score(mine, theirs, rarity)
        if found[0] > best[0]:
            best = found
    facts = _facts(query, listed)
    total = recompute(best[0], facts)
    weak = any(reason.kind == "weak alias" for reason in best[1])
    if weak and not any(reason.points > 1 for reason in facts):
        total = min(total, 0.69)  # a weak alias never alerts alone
    total = round(total, 6)
    return Scored(total, band(total), best[1] + facts)


def recompute(name_score: float, facts: Sequence[Reason]) -> float:
    """Return the score from the name score and the facts."""
    documents = any(reason.kind == "document" for reason in facts)
    base = min(max(name_score, 0.02 if documents else 0.0), 0.999)
    if base <= 0:
        return 0.0
    odds = math.log(base / (1 - base)) + sum(reason.points for reason in facts)
    return 1 / (1 + math.exp(-odds)) if facts else base


def band(total: float) -> Band:
    """Return the band of a score."""
    return next((name for limit, name in BANDS if total >= limit), Band.NONE)


def _name_score(
    mine: Name, theirs: Name, rarity: Mapping[str, float]
) -> tuple[float, tuple[Reason, ...]]:
    if mine.parts != theirs.parts and "".join(mine.parts) == "".join(theirs.parts):
        weight = sum(_weight(bones, rarity) for bones in theirs.skeletons)
        whole = " ".join(mine.parts), " ".join(theirs.parts)
        return 0.95, (Reason("part", *whole, "joined", 0.95, round(weight, 3)),)
    table = np.array([[_part(m, n, mine, theirs)[0] for n in range(len(theirs.parts))]
                      for m in range(len(mine.parts))])  # fmt: skip
    rows, columns = linear_sum_assignment(-table)
    matched = [(m, n) for m, n in zip(rows, columns, strict=True) if table[m, n] > 0]
    left = sorted(set(range(len(mine.parts))) - {m for m, _ in matched})
    right = sorted(set(range(len(theirs.parts))) - {n for _, n in matched})
    reasons, agree, cost = [], 0.0, 0.0
    for m, n in matched:
        similarity, verdict = _part(m, n, mine, theirs)
        weight = _weight(theirs.skeletons[n], rarity)
        agree += similarity * weight
        cost += weight
        reasons.append(Reason("part", mine.parts[m], theirs.parts[n], verdict, round(similarity, 3),
                              round(weight, 3)))  # fmt: skip
    against = min(len(left), len(right))
    for rank, number in enumerate(left):
        cost += _left_over(mine, number, rank < against, rarity, reasons, mine_side=True)
    for rank, number in enumerate(right):
        cost += _left_over(theirs, number, rank < against, rarity, reasons, mine_side=False)
    if theirs.prop == "weakAlias":
        reasons.append(Reason("weak alias", mine.text, theirs.text, "weak", 0.0, 0.0))
    value = agree / cost if cost else 0.0
    if len(matched) == 1 and max(len(mine.parts), len(theirs.parts)) > 1:
        value = min(value, 0.6)  # one part in common is not a name in common
    return value, tuple(reasons)


def _left_over(
    name: Name,
    number: int,
    contradicted: bool,
    rarity: Mapping[str, float],
    reasons: list[Reason],
    *,
    mine_side: bool,
) -> float:
    weight = _weight(name.skeletons[number], rarity)
    share = 1.0 if contradicted else OMITTED
    word = name.parts[number]
    mine, theirs = (word, "") if mine_side else ("", word)
    verdict = "contradicted" if contradicted else "omitted"
    reasons.append(Reason("part", mine, theirs, verdict, 0.0, round(weight, 3)))
    # two contradicting parts, one on each side, are one disagreement
    return weight * share / (2 if contradicted else 1)


def _weight(bones: str, rarity: Mapping[str, float]) -> float:
    return max(rarity.get(bones, DEFAULT_RARITY), 1.0)


def _part(m: int, n: int, mine: Name, theirs: Name) -> tuple[float, str]:
    one, two = mine.parts[m], theirs.parts[n]
    if one == two:
        return 1.0, "exact"
    if len(one) == 1 or len(two) == 1:
        return (0.6, "initial") if one[0] == two[0] else (0.0, "")
    if one.isdigit() or two.isdigit():
        return 0.0, ""  # numbers are no typos of each other
    bones, others = mine.skeletons[m], theirs.skeletons[n]
    if bones == others and len(bones) > 1:
        return 0.93, "spelling"
    budget = 0 if min(len(one), len(two)) < 4 else 1 + (min(len(one), len(two)) >= 8)  # noqa: PLR2004 - edits by length
    distance = OSA.distance(one, two, score_cutoff=budget)
    if 0 < distance <= budget:
        return 1 - 1.1 * distance / max(len(one), len(two)), "typo"
    return 0.0, ""


def _facts(query: Entry, listed: Entry) -> tuple[Reason, ...]:
    reasons = []
    birth = _birth(query.facts.get("birthDate", ()), listed.facts.get("birthDate", ()))
    if birth:
        reasons.append(birth)
    for kind, props in (("document", DOCUMENT_PROPS), ("country", COUNTRY_PROPS)):
        common = sorted(query.values(props) & listed.values(props))
        if common:
            reasons.append(Reason(kind, common[0], common[0], "same", 1.0, POINTS[kind]))
    mine, theirs = query.values(("gender",)), listed.values(("gender",))
    if mine and theirs:
        same = bool(mine & theirs)
        points = POINTS["gender" if same else "other gender"]
        reasons.append(Reason("gender", min(mine), min(theirs), "same" if same else "other",
                              float(same), points))  # fmt: skip
    return tuple(reasons)


def _birth(mine: Sequence[str], theirs: Sequence[str]) -> Reason | None:
    best: Reason | None = None
    for one in mine:
        for two in theirs:
            verdict = _dates(one, two)
            reason = Reason("birth date", one, two, verdict, 0.0, POINTS[verdict])
            if best is None or reason.points > best.points:
                best = reason
    return best


def _dates(one: str, two: str) -> str:
    whole = 10
    if len(one) >= whole and len(two) >= whole:
        if one[:whole] == two[:whole]:
            return "same day"
        if one[:4] == two[:4] and one[5:7] == two[8:10] and one[8:10] == two[5:7]:
            return "day and month swapped"
        if one[:4] == two[:4]:
            return "other day of the year"
    elif one[:4] == two[:4]:
        return "same year"
    if one[:4].isdigit() and two[:4].isdigit() and abs(int(one[:4]) - int(two[:4])) == 1:
        return "a year apart"
    return "other year"
