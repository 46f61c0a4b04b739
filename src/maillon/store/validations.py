"""What a named person made of an automated hit or lead: until then it has no effect.

The person says why, and which of the facts that speak *for* the one concerned were weighed: they
are shown as large as the rest, and a verdict that passes over them is refused. A monitor tells when
verdicts come too fast, or never differ from the machine's.
"""

import hashlib
import secrets
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select

from maillon.model import Act, RefusedError, View
from maillon.store import ledger
from maillon.store.clock import utc_now
from maillon.store.desk import Desk
from maillon.store.door import check_act, check_view
from maillon.store.labelsets import intern_set, under
from maillon.store.tables_cards import VALIDATION

PROVISION: Final = "Directive (EU) 2016/680, art. 11; Directive (EU) 2016/681, arts. 6(5) and 7(6)"
"""What a refusal cites: no adverse decision by automated means alone."""

VERDICTS: Final = ("confirmed", "rejected")
"""What a person makes of a hit or a lead."""

TOO_FAST_SECONDS: Final = 10.0
"""A median below this is no review."""

ENOUGH: Final = 20
"""Fewer verdicts say nothing of a person's habits."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An automated hit or lead, as a person has it before them.

    Attributes:
        kind: ``hit`` or ``lead``.
        ids: What names it: subject and entry, or the two anchors.
        version: What it stood on: another version needs another verdict.
        exculpatory: Facts that speak for the one concerned, by name; may be empty.
    """

    kind: str
    ids: tuple[str, ...]
    version: str
    exculpatory: tuple[str, ...] = ()

    @property
    def object(self) -> str:
        """A hash of its kind and ids."""
        text = "\x1f".join((self.kind, *self.ids))
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Habit:
    """How a person decides.

    Attributes:
        who: The account.
        verdicts: How many.
        median_seconds: Median time from opening to verdict.
        override_rate: Share of verdicts against the machine.
        warnings: ``too fast``, ``never differs``.
    """

    who: str
    verdicts: int
    median_seconds: float
    override_rate: float
    warnings: tuple[str, ...]


class Validations:
    """The verdicts of one desk.

    Args:
        desk: Holds them.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def decide(
        self,
        view: View,
        proposal: Proposal,
        verdict: str,
        reason: str,
        *,
        weighed: Sequence[str],
        opened: str,
        labels: Iterable[int],
    ) -> str:
        """Write a verdict and its ledger entry; return its id.

        Args:
            view: Opened for the act ``decide``, by a person.
            proposal: What was proposed.
            verdict: One of `VERDICTS`.
            reason: Why, by objective criteria, in words.
            weighed: The exculpatory facts that were weighed: all of the proposal's.
            opened: When the person opened it, aware UTC, ISO 8601.
            labels: Labels of what it stands on.

        Raises:
            RefusedError: No person, no reason, an unknown verdict, an exculpatory fact passed over.
        """
        check_act(view, Act.DECIDE)
        if view.mandate.who == "system" or verdict not in VERDICTS or not reason.strip():
            raise RefusedError(
                PROVISION, "a verdict needs a named person, its reason, and to be one",
                f"a person says why, and {' or '.join(VERDICTS)}",
            )  # fmt: skip
        if passed := sorted(set(proposal.exculpatory) - set(weighed)):
            raise RefusedError(
                PROVISION, f"facts for the person were passed over: {', '.join(passed)}",
                "weigh each of them and say so",
            )  # fmt: skip
        held, id_ = sorted(set(labels)), secrets.token_hex(8)
        with self._desk.begin() as connection:
            connection.execute(
                insert(VALIDATION).values(
                    id=id_, kind=proposal.kind, object=proposal.object, version=proposal.version,
                    verdict=verdict, reason=reason, weighed=sorted(set(weighed)),
                    who=view.mandate.who, opened=opened, at=utc_now(), labels=held,
                    label_set=intern_set(connection, held),
                )
            )  # fmt: skip
            detail = {"validation": id_, "kind": proposal.kind, "verdict": verdict}
            ledger.append(connection, view.mandate, "validate", "done", detail)
        return id_

    def check(self, view: View, proposal: Proposal) -> str:
        """Let a hit or lead have an effect that a person confirmed; return the verdict's id.

        Raises:
            RefusedError: Nobody confirmed it as it stands now, or the newest verdict rejected it.
        """
        check_view(view)
        query = select(VALIDATION).where(
            VALIDATION.c.object == proposal.object, VALIDATION.c.version == proposal.version
        )
        with self._desk.engine.connect() as connection:
            row = connection.execute(
                under(view, VALIDATION, query, connection).order_by(VALIDATION.c.number.desc())
            ).first()
        if row is None or row.verdict != VERDICTS[0]:
            raise RefusedError(
                PROVISION, f"no person has confirmed this {proposal.kind} as it stands",
                "a named person validates it, with reasons",
            )  # fmt: skip
        return str(row.id)

    def habits(self, view: View) -> list[Habit]:
        """Return how people decide, by account, for oversight.

        Args:
            view: Opened for the act ``audit``.
        """
        check_act(view, Act.AUDIT)
        with self._desk.housekeeping() as connection:
            rows = connection.execute(
                select(
                    VALIDATION.c.who, VALIDATION.c.verdict, VALIDATION.c.opened, VALIDATION.c.at
                ).order_by(VALIDATION.c.number)
            ).all()
        by_person: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for row in rows:
            took = datetime.fromisoformat(row.at) - datetime.fromisoformat(row.opened)
            by_person[row.who].append((row.verdict, took.total_seconds()))
        return [_habit(who, held) for who, held in sorted(by_person.items())]


def _habit(who: str, held: Sequence[tuple[str, float]]) -> Habit:
    median = statistics.median(seconds for _, seconds in held)
    rate = sum(verdict != VERDICTS[0] for verdict, _ in held) / len(held)
    found = []
    if len(held) >= ENOUGH:
        found += ["too fast"] if median < TOO_FAST_SECONDS else []
        found += ["never differs"] if rate == 0 else []
    return Habit(who, len(held), round(median, 3), round(rate, 6), tuple(found))
