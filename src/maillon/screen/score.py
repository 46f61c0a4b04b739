"""The score of a record against a list entry, with its reasons.

A sum: each part of the name that agrees, differs or is left over, and each fact on which both sides
speak, adds points (natural logarithm of odds); the sum becomes a probability by a curve that was
fitted to labelled records (`model.json`). Every point is a `Reason`, so that the score can be
computed again from what is printed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import Any, Final, NamedTuple

from rapidfuzz.distance import Indel

from maillon.screen.align import Alignment, Match, align
from maillon.screen.entry import DOCUMENT_PROPS, GENERIC, Entry, Name
from maillon.screen.facts import compare_facts, likelihoods
from maillon.screen.model import Model, model, probability

PATRONYMICS: Final = frozenset(("bin", "ibn", "ben", "bint", "ould", "bn", "oglu", "son"))
"""Particles between a name and the father's."""


class Band(StrEnum):
    """How much a hit deserves a look."""

    NONE = "none"
    WEAK = "weak"
    POSSIBLE = "possible"
    STRONG = "strong"


BANDS: Final = ((0.95, Band.STRONG), (0.7, Band.POSSIBLE), (0.3, Band.WEAK))


class Reason(NamedTuple):
    """One thing that made the score.

    Attributes:
        kind: ``part``, ``name``, ``birth date``, ``country``, ``gender``, ``place``, ``document``,
            ``kind`` or ``rule``.
        value: Of the query; empty where only the list has one.
        counterpart: Of the list; empty where only the query has one.
        verdict: How they compare.
        near: 1.0 for the same letters, less for fewer; 0.0 where letters are not compared.
        weight: How telling the parts are, or a share.
        points: Natural logarithm of the odds that it adds.
        rule: The key that both sides have, when that decided, e.g. ``s:mhmd``.
        prop: Property of the list's value, and so the list's own opinion of it.
        statement: Id of the list's statement; empty when it has none.
        source: The list's whole value: the name that a part belongs to, the date as delivered.
    """

    kind: str
    value: str
    counterpart: str
    verdict: str
    near: float = 0.0
    weight: float = 0.0
    points: float = 0.0
    rule: str = ""
    prop: str = ""
    statement: str = ""
    source: str = ""

    @property
    def said(self) -> tuple[str, str]:
        """Property and delivered value of the list's statement."""
        value = self.source or self.counterpart
        return self.prop, value.removeprefix("~").partition("..")[
            0
        ] if self.prop == "birthDate" else value

    def line(self) -> dict[str, Any]:
        """Return it as it is printed."""
        said = {
            "kind": self.kind,
            "value": self.value,
            "counterpart": self.counterpart,
            "verdict": self.verdict,
            "near": self.near,
            "weight": self.weight,
            "points": self.points,
        }
        extra = {"rule": self.rule, "prop": self.prop, "statement": self.statement}
        return {**said, **{name: value for name, value in extra.items() if value}}


@dataclass(frozen=True, slots=True)
class Scored:
    """A score from 0 to 1, its band, and why.

    Attributes:
        score: Probability under the prior of the labelled records, six decimals.
        band: Of the score.
        reasons: In the order of the query's name, then the facts.
        points: Sum of the reasons and the model's constant: the order inside a band.
        group: Which of the model's sums: ``person`` or ``organisation``.
    """

    score: float
    band: Band
    reasons: tuple[Reason, ...]
    points: float = 0.0
    group: str = ""


def band(total: float) -> Band:
    """Return the band of a score."""
    return next((name for limit, name in BANDS if total >= limit), Band.NONE)


def score(query: Entry, listed: Entry, pairs: Iterable[tuple[Name, Name]] | None = None) -> Scored:
    """Score a query against a list entry.

    Args:
        query: The record screened.
        listed: The entry of the list.
        pairs: Names to compare, of the query and of the entry; every pair when not given.
    """
    compared = (
        [(mine, theirs) for mine in query.names for theirs in listed.names]
        if pairs is None
        else list(pairs)
    )
    facts = generations(listed, compared) + fact_reasons(query, listed)
    return total(query, listed, best_name(query, listed, compared), facts)


def group_of(query: Entry, listed: Entry) -> str:
    """Return which of the model's sums two records take."""
    group = listed.group or query.group
    return "person" if group == "person" else "organisation"


class Best(NamedTuple):
    """The pair of names that speaks most for one and the same.

    Attributes:
        reasons: Why.
        points: Their sum, the model's constant with it.
        odds: The same, calibrated.
        theirs: The name of the list; None when no names were compared.
    """

    reasons: tuple[Reason, ...]
    points: float
    odds: float
    theirs: Name | None


def best_name(query: Entry, listed: Entry, pairs: Sequence[tuple[Name, Name]]) -> Best:
    """Return the pair of names that speaks most for one and the same."""
    group = group_of(query, listed)
    current = model()
    found = current.groups[group]
    best: tuple[tuple[float, bool], tuple[Reason, ...], Name | None] | None = None
    for mine, theirs in pairs:
        reasons = name_reasons(mine, theirs, found)
        rank = (round(sum([reason.points for reason in reasons]), 6), not theirs.weak)
        if best is None or rank > best[0]:
            best = rank, reasons, theirs
    if best is None:
        value = found["not compared"]
        nothing = Reason("name", query.caption, listed.caption, "not compared", points=value)
        best = (value, True), (nothing,), None
    points = current.intercepts[group] + sum([reason.points for reason in best[1]])
    return Best(best[1], points, current.on_curve(group, points), best[2])


def total(query: Entry, listed: Entry, best: Best, facts: tuple[Reason, ...]) -> Scored:
    """Add up the reasons."""
    group = group_of(query, listed)
    current = model()
    shift = round(best.odds - best.points, 6)
    reasons = (
        *_with_source(best, listed),
        Reason("name", "", "", "calibration", points=shift),
        *facts,
    )
    if query.group and listed.group and query.group != listed.group:
        points = current.groups[group]["other kind"]
        reasons += (Reason("kind", query.schema, listed.schema, "other kind", points=points),)
    points = current.intercepts[group] + sum(reason.points for reason in reasons)
    support = _support_rule(facts, best.odds)
    if support is not None:
        reasons += (support,)
        points += support.points
    weak = _weak_rule(reasons, points, current)
    if weak is not None:
        reasons += (weak,)
        points += weak.points
    points = round(points, 6)
    value = probability(points)
    return Scored(value, band(value), reasons, points, group)


def _with_source(best: Best, listed: Entry) -> tuple[Reason, ...]:
    """Return the reasons with the list's name that they speak of, its property and statement."""
    name = best.theirs
    if name is None:
        return best.reasons
    statement = listed.statements.get(f"{name.prop}={name.text}", "")
    return tuple(
        reason._replace(prop=name.prop, source=name.text, statement=statement)
        for reason in best.reasons
    )


def hopeless(query: Entry, best: Best, threshold: float) -> bool:
    """Whether no facts could lift a name to a threshold; what agrees is then not looked at."""
    if any(prop in query.facts for prop in DOCUMENT_PROPS):
        return False
    return probability(best.odds + min(most_by_facts(), max(0.0, best.odds + SUPPORT))) < threshold


@cache
def most_by_facts() -> float:
    """Return the most points that facts other than documents can add."""
    return sum(
        max(0.0, *verdicts.values())
        for kind, verdicts in likelihoods().items()
        if kind != "document"
    )


SUPPORT: Final = 4.0
"""Log odds of a name, negated, from which on facts that agree add nothing."""


def _support_rule(facts: Sequence[Reason], name: float) -> Reason | None:
    """Let facts support a name, not stand in for it: thousands share a birth date and a country.

    What agrees adds at most as much as the name is above -`SUPPORT`. A document is no such fact.
    """
    agreeing = sum(
        reason.points for reason in facts if reason.points > 0 and reason.kind != "document"
    )
    most = max(0.0, name + SUPPORT)
    if agreeing <= most:
        return None
    return Reason("rule", "", "", "facts support a name, they do not replace it",
                  points=round(most - agreeing, 6))  # fmt: skip


def _weak_rule(reasons: Sequence[Reason], points: float, current: Model) -> Reason | None:
    """Hold a hit on a weak alias below the alert when no second fact supports it."""
    if not any(reason.verdict == "weak alias" for reason in reasons):
        return None
    if any(reason.kind in SECOND and reason.points >= SECOND_FACT for reason in reasons):
        return None
    if points <= current.weak_most:
        return None
    return Reason("rule", "", "", "a weak alias never alerts alone",
                  points=round(current.weak_most - points, 6))  # fmt: skip


SECOND: Final = frozenset(("birth date", "document"))
SECOND_FACT: Final = 1.0
"""Points of a fact that lets a weak alias alert."""


def fact_reasons(query: Entry, listed: Entry) -> tuple[Reason, ...]:
    """Return the reasons that are no names."""
    table = likelihoods()
    return tuple(
        Reason(
            fact.kind, fact.value, fact.counterpart, fact.verdict,
            points=table[fact.kind][fact.verdict], prop=fact.prop,
            statement=listed.statements.get(f"{fact.prop}={fact.counterpart}", ""),
        )
        for fact in compare_facts(query, listed)
    )  # fmt: skip


def name_reasons(mine: Name, theirs: Name, points: Mapping[str, float]) -> tuple[Reason, ...]:
    """Return the reasons of one pair of names."""
    alignment = align(mine, theirs)
    reasons = [_agreed(mine, theirs, match, points) for match in alignment.matches]
    reasons += _left(mine, theirs, alignment, points)
    reasons += _whole(mine, theirs, alignment, reasons, points)
    return tuple(reasons)


def _agreed(mine: Name, theirs: Name, match: Match, points: Mapping[str, float]) -> Reason:
    value = " ".join(mine.parts[n].text for n in match.mine)
    counterpart = " ".join(theirs.parts[n].text for n in match.theirs)
    kind, near, key = match.verdict
    weight = round(match.weight, 3)
    found = (
        points[kind] + points[f"{kind} weight"] * weight + points[f"{kind} distance"] * (1 - near)
        + (points["joined"] if match.joined else 0.0)
    )  # fmt: skip
    verdict = f"{kind}, joined" if match.joined else kind
    return Reason("part", value, counterpart, verdict, near, weight, round(found, 6), key)


def _left(
    mine: Name, theirs: Name, alignment: Alignment, points: Mapping[str, float]
) -> list[Reason]:
    """Parts left over: opposite each other they contradict, alone they are omitted or added."""
    ours = sorted(alignment.mine, key=lambda n: (-mine.parts[n].weight, n))
    listed = sorted(alignment.theirs, key=lambda n: (-theirs.parts[n].weight, n))
    reasons = []
    for m, n in zip(ours, listed, strict=False):
        one, two = mine.parts[m], theirs.parts[n]
        weight = round((one.weight + two.weight) / 2, 3)
        near = round(_likeness(one.text, two.text), 3)
        value = (
            points["contradicted"] + points["contradicted weight"] * weight
            + points["contradicted distance"] * (1 - near)
        )  # fmt: skip
        reasons.append(
            Reason("part", one.text, two.text, "contradicted", near, weight, round(value, 6))
        )
    for m in ours[len(listed) :]:
        part = mine.parts[m]
        value = points["added"] + points["added weight"] * part.weight
        reasons.append(Reason("part", part.text, "", "added", 0.0, part.weight, round(value, 6)))
    for n in listed[len(ours) :]:
        part = theirs.parts[n]
        value = points["omitted"] + points["omitted weight"] * part.weight
        reasons.append(Reason("part", "", part.text, "omitted", 0.0, part.weight, round(value, 6)))
    return reasons


ENDINGS: Final = (
    "ovich", "evich", "ovitch", "ovna", "evna", "owicz", "zadeh", "zade", "ullah", "allah", "uddin",
    "eddine", "oglu", "shvili", "dottir", "sson",
)  # fmt: skip
"""Endings that make two names alike without being any part of either."""


def _likeness(one: str, two: str) -> float:
    endings = [next((end for end in ENDINGS if text.endswith(end)), "") for text in (one, two)]
    if all(endings):
        one, two = one.removesuffix(endings[0]), two.removesuffix(endings[1])
    return float(Indel.normalized_similarity(one, two))


def _whole(  # noqa: C901 - one line a verdict
    mine: Name,
    theirs: Name,
    alignment: Alignment,
    parts: Sequence[Reason],
    points: Mapping[str, float],
) -> list[Reason]:
    """What the names say as wholes."""
    found: list[tuple[str, float]] = []
    agreed = sum(reason.weight for reason in parts if reason.verdict not in LEFT)
    against = sum(reason.weight for reason in parts if reason.verdict == "contradicted")
    alone = sum(reason.weight for reason in parts if reason.verdict in {"added", "omitted"})
    covered = sum(len(one.mine) + len(one.theirs) for one in alignment.matches)
    if not alignment.mine and not alignment.theirs:
        found.append(("complete", 1.0))
    if against:
        found.append(("share contradicted", against / (against + agreed)))
        apart = max(1 - reason.near for reason in parts if reason.verdict == "contradicted")
        found.append(("a part contradicted", apart))
    if agreed > ENOUGH:
        found.append(("more than enough", agreed - ENOUGH))
    if alone:
        found.append(("share left over", alone / (alone + agreed + against)))
    if len(alignment.matches) == 1 and covered == 2:  # noqa: PLR2004 - one part of each
        sizes = len(mine.parts), len(theirs.parts)
        if max(sizes) == 1:
            found.append(("single part", 1.0))
        elif min(sizes) == 1:
            found.append(("one part of several", 1.0))
        else:
            found.append(("one part in common", 1.0))
    if alone + against and max(
        (reason.weight for reason in parts if reason.verdict not in LEFT), default=9.0
    ) <= GENERIC:  # fmt: skip
        found.append(("common words only", 1.0))
    if _numbers(mine) != _numbers(theirs):
        found.append(("other number", 1.0))
    if mine.form and theirs.form and mine.form != theirs.form and "company" not in {
        mine.form, theirs.form,
    }:  # fmt: skip
        found.append(("other legal form", 1.0))
    if theirs.weak or mine.weak:
        found.append(("weak alias", 1.0))
    return [
        Reason("name", mine.text, theirs.text, verdict, 0.0, round(share, 6),
               round(points[verdict] * round(share, 6), 6), prop=theirs.prop)
        for verdict, share in found
    ]  # fmt: skip


ENOUGH: Final = 14.0
"""Weight of what agrees that tells one name from all others: more of it adds little."""
LEFT: Final = frozenset(("added", "contradicted", "omitted"))


def generations(listed: Entry, pairs: Sequence[tuple[Name, Name]]) -> tuple[Reason, ...]:
    """Return that son and father are the other way round: X bin Y is not Y bin X.

    It speaks against the entry, not against one of its names: that another of its names leaves the
    father out says nothing. The names with which the query shares most of the chain decide.
    """
    told: dict[int, list[tuple[bool, Name, Name]]] = {}
    for mine, theirs in pairs:
        here, there = _chain(mine), _chain(theirs)
        if not here or not there or theirs.weak:
            continue
        places = sorted(
            (one.mine[0], one.theirs[0])
            for one in align(mine, theirs).matches
            if one.mine[0] in here and one.theirs[0] in there
        )
        if len(places) < 2:  # noqa: PLR2004 - two people make an order
            continue
        same = all(one < two for (_, one), (_, two) in pairwise(places))
        told.setdefault(len(places), []).append((same, mine, theirs))
    longest = told[max(told)] if told else []
    if not longest or any(same for same, _, _ in longest):
        return ()
    _, mine, theirs = longest[0]
    return (
        Reason(
            "generations", mine.text, theirs.text, "reversed",
            points=likelihoods()["generations"]["reversed"], prop=theirs.prop,
            statement=listed.statements.get(f"{theirs.prop}={theirs.text}", ""),
        ),
    )  # fmt: skip


def _chain(name: Name) -> range:
    """Return the numbers of the parts from the person to the last ancestor named."""
    fathers = [n for n, part in enumerate(name.parts) if part.after in PATRONYMICS and n]
    return range(fathers[0] - 1, fathers[-1] + 1) if fathers else range(0)


_ROMAN: Final = frozenset(("ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii"))


def _numbers(name: Name) -> frozenset[str]:
    """Return the numbers that a name of several parts holds."""
    found = set()
    for part in name.parts:
        said = next((key[2:] for key in part.keys if key[:2] == "c:"), "")
        if part.text.isdigit() or part.text in _ROMAN:
            found.add(part.text)
        elif said.isdigit():
            found.add(said)
    return frozenset(found)
