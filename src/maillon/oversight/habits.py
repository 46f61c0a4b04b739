"""How people decide on what machines propose: who decides too fast, and who never differs.

Each finding is a question to a person, not a verdict on one: a fast worker who tells right from
wrong is no rubber stamp. Source: Directive (EU) 2016/680, art. 11 (human intervention);
S/2020/754, para. 112.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import comb
from typing import Any, Final

from maillon.model import View
from maillon.store import Store, Validation
from maillon.store.verdicts import EFFECTIVE, OVERRIDING

TOO_FAST_SECONDS: Final = 10.0
"""A median below this is no review: both sides of a hit are not read in it."""

ENOUGH: Final = 20
"""Fewer verdicts say nothing of a person's habits."""

UNLIKELY: Final = 0.001
"""How improbable so few or so many overrides must be at the colleagues' rate, to be asked about."""

TOO_FAST: Final = "too fast"
NEVER_DIFFERS: Final = "never differs"
ALWAYS_DIFFERS: Final = "always differs"
SELDOM_DIFFERS: Final = "differs less than colleagues"
OFTEN_DIFFERS: Final = "differs more than colleagues"
RUBBER_STAMP: Final = "rubber stamp"


@dataclass(frozen=True, slots=True)
class Habit:
    """How one person decides, on one list or on all.

    Attributes:
        person: The natural person, whatever the account.
        kind: ``hit`` or ``lead``.
        dataset: The list; empty for all of them together.
        verdicts: How many, those taken back too.
        median_seconds: Median time that a verdict can have taken: from when it was shown, or from
            the person's verdict before, whichever is later.
        override_rate: Share of verdicts against the machine among those for or against it; None
            where there is neither.
        undecided: How many say that it cannot be told.
        taken_back: How many somebody took back later.
        colleagues_rate: The same share of everybody else on the same lists, as far as they decide
            both ways; None: nobody does.
        findings: What to ask about: `TOO_FAST`, `NEVER_DIFFERS`, `ALWAYS_DIFFERS`,
            `SELDOM_DIFFERS`, `OFTEN_DIFFERS`; `RUBBER_STAMP` is too fast and one of the others.
    """

    person: str
    kind: str
    dataset: str
    verdicts: int
    median_seconds: float
    override_rate: float | None
    undecided: int
    taken_back: int
    colleagues_rate: float | None
    findings: tuple[str, ...]

    def line(self) -> dict[str, Any]:
        """Return it as one JSON line."""
        return {
            "person": self.person, "kind": self.kind, "list": self.dataset,
            "verdicts": self.verdicts, "median_seconds": self.median_seconds,
            "override_rate": self.override_rate, "undecided": self.undecided,
            "taken_back": self.taken_back, "colleagues_rate": self.colleagues_rate,
            "findings": list(self.findings),
        }  # fmt: skip


def habits(store: Store, view: View, since: str = "") -> list[Habit]:
    """Return how people decide: by person and kind over all lists, then by list.

    Args:
        store: Of the workspace.
        view: Opened for the act ``audit``.
        since: Only verdicts from this day on, ISO; empty for all.
    """
    held = [one for one in store.safeguards.validations.every(view) if one.at[:10] >= since]
    return found_habits(held)


def found_habits(held: Iterable[Validation]) -> list[Habit]:
    """Return the habits behind verdicts, given oldest first."""
    timed = list(_timed(held))
    of: dict[tuple[str, str, str], list[tuple[Validation, float]]] = defaultdict(list)
    for one, seconds in timed:
        of[one.person, one.kind, ""].append((one, seconds))
        if one.dataset:
            of[one.person, one.kind, one.dataset].append((one, seconds))
    return [_habit(key, of[key], [one for one, _ in timed]) for key in sorted(of)]


def _timed(held: Iterable[Validation]) -> Iterable[tuple[Validation, float]]:
    """Yield each verdict with the seconds that it can have taken.

    Who opens twenty first and then says yes to all twenty has spent no time on the later ones.
    """
    last: dict[str, datetime] = {}
    for one in held:
        at = datetime.fromisoformat(one.at)
        began = datetime.fromisoformat(one.opened) if one.opened else at
        before = last.get(one.person)
        last[one.person] = at
        yield one, max((at - max(began, before or began)).total_seconds(), 0.0)


def _habit(
    key: tuple[str, str, str], mine: Sequence[tuple[Validation, float]], every: list[Validation]
) -> Habit:
    person, kind, dataset = key
    said = [one for one, _ in mine]
    against, decided = _overrides(said)
    median = round(statistics.median(seconds for _, seconds in mine), 3)
    theirs = _expected(said, [one for one in every if one.person != person and one.kind == kind])
    return Habit(
        person, kind, dataset, len(said), median,
        round(against / decided, 6) if decided else None, len(said) - decided,
        sum(bool(one.taken_back) for one in said),
        None if theirs is None else round(theirs, 6),
        _findings(len(said), median, against, decided, theirs),
    )  # fmt: skip


def _overrides(said: Iterable[Validation]) -> tuple[int, int]:
    """Return how many verdicts are against the machine, and how many are for or against it."""
    held = list(said)
    against = sum(one.verdict in OVERRIDING.get(one.kind, ()) for one in held)
    return against, against + sum(one.verdict in EFFECTIVE.get(one.kind, ()) for one in held)


def _expected(mine: Sequence[Validation], others: Sequence[Validation]) -> float | None:
    """Return the colleagues' override rate on the lists of these verdicts, in their proportion.

    Who decides only one way on a list is no measure of it: one rubber stamp would make the honest
    look odd.
    """
    held: dict[tuple[str, str], list[Validation]] = defaultdict(list)
    for one in others:
        held[one.dataset, one.person].append(one)
    shares: dict[str, tuple[int, int]] = {}
    for (dataset, _), said in held.items():
        against, decided = _overrides(said)
        if 0 < against < decided:
            so_far = shares.get(dataset, (0, 0))
            shares[dataset] = (so_far[0] + against, so_far[1] + decided)
    rates = [
        shares[one.dataset][0] / shares[one.dataset][1]
        for one in mine
        if shares.get(one.dataset, (0, 0))[1] >= ENOUGH
    ]
    return statistics.fmean(rates) if rates else None


def _findings(
    verdicts: int, median: float, against: int, decided: int, theirs: float | None
) -> tuple[str, ...]:
    if verdicts < ENOUGH:
        return ()
    found = [TOO_FAST] if median < TOO_FAST_SECONDS else []
    if decided >= ENOUGH:
        if not against:
            found.append(NEVER_DIFFERS)
        elif against == decided:
            found.append(ALWAYS_DIFFERS)
        elif theirs is not None and _at_most(against, decided, theirs) < UNLIKELY:
            found.append(SELDOM_DIFFERS)
        elif theirs is not None and _at_most(decided - against, decided, 1 - theirs) < UNLIKELY:
            found.append(OFTEN_DIFFERS)
    if len(found) > 1 and TOO_FAST in found:
        found.append(RUBBER_STAMP)
    return tuple(found)


def _at_most(count: int, of: int, rate: float) -> float:
    """Return the probability of at most so many of so many, each at a rate: a binomial tail."""
    return sum(comb(of, n) * rate**n * (1 - rate) ** (of - n) for n in range(count + 1))
