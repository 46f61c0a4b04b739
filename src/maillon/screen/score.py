"""The score of a record against a list entry, with its reasons.

A sum: each part of the name that agrees, differs or is left over, and each fact on which both sides
speak, adds points (natural logarithm of odds); the sum becomes a probability by a curve that was
fitted to labelled records (`model.json`). Every point is a `Reason`, so that the score can be
computed again from what is printed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from maillon.screen.entry import DOCUMENT_PROPS, Entry, Name
from maillon.screen.facts import compare_facts, likelihoods
from maillon.screen.model import Model, model, probability
from maillon.screen.namescore import generations, name_reasons
from maillon.screen.reason import BANDS, Band, Reason


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
